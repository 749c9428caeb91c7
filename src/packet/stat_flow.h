/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The flow of packets between hosts, in order, for a ladder.
 *
 * Theory of operation. A ladder is printed at the end, so each packet is kept: who, when, and the
 * words beside the arrow, in one arena. It takes as much memory as the budget allows; what comes
 * after that is counted in left_out.
 */
#ifndef SONDE_PACKET_STAT_FLOW_H
#define SONDE_PACKET_STAT_FLOW_H

#include <stdbool.h>
#include <stdint.h>

#include "packet/stat_frame.h"

/* Which packets. */
enum stat_flow_type {
	STAT_FLOW_ANY,
	STAT_FLOW_ICMP,
	STAT_FLOW_ICMPV6,
	STAT_FLOW_TCP,
};

struct stat_flow_event {
	nsec_t since_first;
	uint64_t number;      /* of the frame */
	uint32_t from;        /* where the sender's text begins; the rest follows NUL-ended: */
	uint16_t source_port; /* receiver, protocol, what it says */
	uint16_t destination_port;
	bool ports;
};

/* Start with zero, type and network set. */
struct stat_flow {
	enum stat_flow_type type;
	bool network; /* only between IP addresses; else MACs where there is nothing above */
	struct stat_flow_event *events;
	uint32_t count;
	uint32_t room;
	char *text;
	uint32_t text_len;
	uint32_t text_room;
	uint64_t budget;
	uint64_t left_out;
};

/* The words of one event. */
struct stat_flow_words {
	const char *from;
	const char *to;
	const char *protocol;
	const char *info;
};

void stat_flow_done(struct stat_flow *s);
void stat_flow_feed(struct stat_flow *s, const struct stat_frame *f);
struct stat_flow_words stat_flow_words(const struct stat_flow *s, const struct stat_flow_event *e);

#endif
