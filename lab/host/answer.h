// SPDX-License-Identifier: Apache-2.0
/* Decides what a simulated host answers to a packet. */
#ifndef SONDE_LAB_HOST_ANSWER_H
#define SONDE_LAB_HOST_ANSWER_H

#include "reply.h"
#include "spec.h"

struct answer_counters {
	uint64_t frames, damaged, not_ours, neighbour, echo, tcp, udp;
	uint64_t sent, limited;
};

struct answerer {
	struct spec spec;
	struct answer_counters count;
	uint64_t secret; /* our initial sequence numbers depend on it */
};

/*
 * Writes the answers to P, received at NOW_NS, into RET_REPLIES and returns how
 * many there are (0 to SPEC_STEPS).
 */
unsigned int answer(struct answerer *a, const struct packet *p, uint64_t now_ns,
		    struct reply ret_replies[static SPEC_STEPS]);

#endif
