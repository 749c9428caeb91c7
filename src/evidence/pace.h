/* SPDX-License-Identifier: Apache-2.0 */
/* How fast a scanner sent: its rate over time, and how many probes were under way at once. */
#ifndef SONDE_EVIDENCE_PACE_H
#define SONDE_EVIDENCE_PACE_H

#include <stdbool.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/nsec.h"

#define PACE_PARTS 40 /* into which the time from first to last probe is cut */

/* One probe: when it was sent, and when it was answered or given up. */
struct pace_probe {
	nsec_t sent;
	nsec_t done;
};

struct pace {
	nsec_t begin;              /* of the first part */
	nsec_t part;               /* how long each is; 0 with fewer than two probes */
	uint32_t sent[PACE_PARTS]; /* probes in each */
	double peak;               /* probes a second in the fullest part; 0 when part is 0 */
	uint32_t most;             /* probes under way at once */
	nsec_t most_at;            /* when that was first so */
	uint32_t typical;          /* median of how many were when a probe was sent, itself too */
};

/*
 * Measures count probes, which it sorts. `room` holds count times more for its work. Cost: one
 * sort. False when memory ran out.
 */
bool pace_measure(struct pace_probe *probes, size_t count, nsec_t *room, struct pace *ret_pace);

#endif
