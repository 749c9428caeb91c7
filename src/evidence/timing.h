/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which tries at a port only measure the path: it had answered before they left.
 *
 * Theory of operation. Nmap's timing pings and our canaries ask again what is known, each from a
 * source port of its own. A scanner that merely repeats keeps its source port, or did not wait
 * for the answer. So a try is one for timing when an earlier try from another source port had its
 * answer already. Walking a port's tries in order, the earliest answer and the earliest from
 * another source port than that one are all that has to be remembered.
 */
#ifndef SONDE_EVIDENCE_TIMING_H
#define SONDE_EVIDENCE_TIMING_H

#include <stdbool.h>

#include "evidence/ledger.h"

/* Initialise with zero. */
struct timing_walk {
	struct {
		nsec_t time;
		uint16_t local_port;
	} answers[2]; /* the earliest; the earliest by another source port */
	unsigned count;
};

/* Takes a port's next try. True when it only measures the path. */
bool timing_next(struct timing_walk *w, const struct ledger *l, const struct probe *p);

#endif
