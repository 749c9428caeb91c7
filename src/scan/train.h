/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the narrowest part of a path carries, read from how far apart the answers to bursts come.
 *
 * Theory of operation. Packets that leave back to back come out of a narrow part as far apart as it
 * needs for each. Answers of which it is known which packet they are to (canaries) measure best,
 * since any number of silent packets may lie between two of them. One train is enough when its
 * answers come evenly, as only a narrow part makes them. A busy machine or a jittery link shakes
 * them; then several trains are needed, and believed if they say the same on the whole.
 */
#ifndef SONDE_SCAN_TRAIN_H
#define SONDE_SCAN_TRAIN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/nsec.h"

#define TRAIN_WAGONS 16 /* packets back to back */
#define TRAINS_MAX   6  /* such bursts at most */

/* Initialise with zero. */
struct train {
	unsigned gaps, strays; /* between answers; answers that were to no train */
	bool by_seq;           /* only answers of which the packet's number is known */
	uint64_t last_seq;
	nsec_t first_sent, last_sent, last_came;
	double packets, apart;               /* of all gaps so far: how many packets, ns */
	double least_gap, most_gap;          /* ns a packet */
	double packets_before, apart_before; /* of them, before the present train */
	unsigned count;                      /* whole trains */
	double least, most;                  /* ns a packet over a whole train */
};

/* One answer. */
struct train_answer {
	nsec_t sent_at, came_at;
	uint64_t seq; /* number of the packet that it answers; 0: not known */
};

/*
 * Takes an answer. True when the trains have told what they can. fast: packets a second; a path
 * that carries more is told by one train, however shaken.
 */
bool train_note(struct train *t, const struct train_answer *answer, double fast);

/* Packets a second that the path carries, as far as is known; 0 when too little is. */
double train_carries(const struct train *t);

/* True when that is the narrow part's doing, not jitter's or the ends' own pace. */
bool train_sure(const struct train *t);

#endif
