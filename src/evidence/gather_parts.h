/* SPDX-License-Identifier: Apache-2.0 */
/* What the gatherers of findings share. For src/evidence/gather*.c only. */
#ifndef SONDE_EVIDENCE_GATHER_PARTS_H
#define SONDE_EVIDENCE_GATHER_PARTS_H

#include "evidence/gather.h"

/* One gathering. */
struct gather {
	const struct ledger *ledger;
	const struct surroundings *around; /* or NULL */
	const struct gather_capture *capture;
	struct findings *list;
};

/* What single replies and asides show. */
void gather_replies(struct gather *g);

/* What all answers of each host show together. */
void gather_hosts(struct gather *g);

/* Who limits what it sends. */
void gather_limits(struct gather *g);

/* What the capture lacks or has too much of. */
void gather_faults(struct gather *g);

/* Frames that are no part of the scan. */
void gather_traffic(struct gather *g);

/* Link addresses that contradict each other; others that sweep. Both need g->around. */
void gather_links(struct gather *g);
void gather_sweeps(struct gather *g);

/* True for an error that says "unreachable", of either family. */
bool gather_is_refusal(const struct reply *r);

#endif
