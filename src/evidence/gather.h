/* SPDX-License-Identifier: Apache-2.0 */
/* Gathers the findings of a capture from its ledger and from what stood around the scan. */
#ifndef SONDE_EVIDENCE_GATHER_H
#define SONDE_EVIDENCE_GATHER_H

#include "evidence/finding.h"
#include "evidence/ledger.h"

struct surroundings;

/* What the capture itself says. */
struct gather_capture {
	uint64_t frames;
	uint64_t dropped; /* frames that it lost; UINT64_MAX when it does not say */
};

/*
 * Fills *ret_list, which was zero, with what was unexpected, in order. around may be NULL: then
 * only what the ledger holds is found. Cost: linear in probes and replies but for sorting those of
 * hosts that may have a limit. ret_list->failed says when memory ran out.
 */
void gather_findings(const struct ledger *l, const struct surroundings *around,
		     const struct gather_capture *capture, struct findings *ret_list);

#endif
