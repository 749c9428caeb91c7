/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a first pass leaves for a second one: how each TCP stream ended. Only packet/flow*.c
 * includes this.
 *
 * Completeness takes a byte a stream; the rest is kept for streams of three segments and more,
 * STREAM_ENDS_MAX of them.
 */
#ifndef SONDE_PACKET_FLOW_ENDS_H
#define SONDE_PACKET_FLOW_ENDS_H

#include "packet/flow_tcp.h"

#define STREAM_ENDS_MAX (1u << 20)

struct stream_end {
	nsec_t initial_rtt;
	uint32_t number;
	uint32_t bases[2];
	int8_t shifts[2];
};

/* Start with zero. */
struct flow_ends {
	bool wanted; /* a second pass will come */
	uint8_t *seen;
	uint32_t seen_room;
	struct stream_end *items; /* by number, once sorted */
	uint32_t count;
	uint32_t room;
};

void flow_ends_done(struct flow_ends *e);

/* Sets or reads the completeness of a stream; 0 when it is not kept. */
void flow_ends_see(struct flow_ends *e, uint32_t number, uint8_t seen);
uint8_t flow_ends_seen(const struct flow_ends *e, uint32_t number);

/* A stream is as it will be; then, after flow_ends_sort(), looks it up: NULL when not kept. */
void flow_ends_add(struct flow_ends *e, uint32_t number, const struct tcp_stream *s);
void flow_ends_sort(struct flow_ends *e);
struct stream_end *flow_ends_find(const struct flow_ends *e, uint32_t number);

#endif
