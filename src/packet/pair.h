/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which reply answers which request: echoes, DNS and their like.
 *
 * Theory of operation. What request and reply share (kind, both addresses and ports, a number) is
 * reduced to a keyed 64-bit hash; the table keeps the hash, not the words. Requests lie in a ring
 * of PAIRS_MAX: the oldest gives way to a new one, so memory is fixed. What was matched is noted
 * for the second pass as pairs of frame numbers, MATCHES_MAX of them.
 */
#ifndef SONDE_PACKET_PAIR_H
#define SONDE_PACKET_PAIR_H

#include "proto/dissect.h"

#define PAIRS_MAX   (1u << 16)
#define MATCHES_MAX (1u << 22)

struct pairs;

/* NULL when memory ran out. */
struct pairs *pairs_new(void);
void pairs_free(struct pairs *p);

/* The capture comes a second time. */
void pairs_rewind(struct pairs *p);

/* What is known of one message. source and its port are the sender's. */
struct pair_message {
	struct pair_query query;
	const struct addr *source;
	const struct addr *destination;
	uint16_t source_port;
	uint16_t destination_port;
	uint32_t frame;
	nsec_t time;
};

/* Looks the other side of the message up and takes note of it. */
void pairs_ask(struct pairs *p, const struct pair_message *message, struct pair_view *ret_view);

#endif
