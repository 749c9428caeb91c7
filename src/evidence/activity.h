/* SPDX-License-Identifier: Apache-2.0 */
/* What each scanner of a capture did: its phases, its pace, its round trips and its losses. */
#ifndef SONDE_EVIDENCE_ACTIVITY_H
#define SONDE_EVIDENCE_ACTIVITY_H

#include "evidence/discovery.h"
#include "evidence/loss.h"
#include "evidence/pace.h"
#include "evidence/phase.h"
#include "evidence/scanners.h"
#include "evidence/spread.h"

struct findings;
struct surroundings;

#define ACTIVITY_PHASES_MAX (PHASE_KINDS + PROBE_KINDS * PHASE_ROUNDS)

/* One scan of one scanner. */
struct activity {
	struct addr scanner;
	uint16_t run;                             /* which of its scans, from 1 */
	struct phase phases[ACTIVITY_PHASES_MAX]; /* in the order in which they began */
	unsigned phase_count;
	struct pace pace;       /* of all its probes but look-ups */
	struct spread rtt;      /* of first answers by the targets themselves */
	uint64_t answered;      /* ports that answered */
	uint64_t answered_late; /* of these, only to a later try */
	struct loss loss;       /* see there; of all its targets */
};

/* All of a capture. */
struct activities {
	struct scanners scanners;
	struct activity *items;           /* one for each of the scanners */
	struct phase beside[PHASE_KINDS]; /* what belongs to no one probe; see PHASE_CONVERSATION */
	unsigned beside_count;
	struct discoveries discoveries;
};

/*
 * Fills *ret_activities. around may be NULL; findings too, else hosts that limit their RSTs do not
 * count for loss by these. Linear in probes and replies but for one sort of their
 * times. False when memory is out.
 */
bool activities_find(const struct ledger *l, const struct surroundings *around,
		     const struct findings *findings, struct activities *ret_activities);
void activities_done(struct activities *a);

#endif
