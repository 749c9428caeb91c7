/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Plain frames: those of which packet_decode() tells everything that a line of the list shows.
 *
 * Theory of operation. A scan is millions of segments without data, empty datagrams and ICMP
 * errors that quote them. No dissector is run for these: what their Info column says follows from
 * headers and flow tables, and is written by the same functions (tcp_info(), icmp_info()) that the
 * dissectors call. Whatever is doubtful (tags, options of IP, fragments, data, anything cut or
 * malformed, link types with more to them) is not plain.
 *
 * A reader looks at a batch of frames, so that the memory of their streams is fetched while it is
 * busy with others: plain_look() for each, plain_near() for each, then plain_feed() in order.
 */
#ifndef SONDE_PACKET_PLAIN_H
#define SONDE_PACKET_PLAIN_H

#include "base/buf.h"
#include "packet/bare.h"
#include "packet/decode.h"
#include "packet/flow.h"
#include "packet/frame.h"

enum plain_kind {
	PLAIN_NOT,
	PLAIN_BARE, /* a bare segment: of struct plain nothing but it and its key is set */
	PLAIN_TCP,  /* a segment without data */
	PLAIN_UDP,  /* a datagram without data */
	PLAIN_ICMP, /* an error that quotes such a one in full, and no more */
};

struct plain {
	enum plain_kind kind;
	struct bare bare;            /* PLAIN_BARE */
	struct flow_key key;         /* PLAIN_BARE and PLAIN_TCP */
	struct flow_segment segment; /* PLAIN_TCP; points into packet */
	struct packet packet;        /* all but PLAIN_BARE */
};

/* The ICMP error ip says how much of the packet it quotes, so that more may stand behind. */
bool plain_quote_bounded(const struct frame *frame, const struct ip_packet *ip);

/* What a frame is that packet_decode() has read: never PLAIN_BARE. */
enum plain_kind plain_kind(const struct frame *frame, const struct packet *packet);

/*
 * Decodes a frame and says what it is; whole: its packet is wanted, too, so that nothing is bare.
 * *ret_plain must stay where it is until fed.
 */
void plain_look(const struct frame *frame, const struct flows *flows, bool whole,
		struct plain *ret_plain);

/* See flow_tcp_near(). */
void plain_near(const struct plain *p, const struct flows *flows);

/*
 * Tells the flow tables of a plain frame all that its dissection would; view: of PLAIN_BARE and
 * _TCP.
 */
void plain_feed(const struct plain *p, const struct frame *frame, struct flows *flows,
		struct tcp_view *ret_view);

/* Who sends a plain frame to whom; the same in host order, false when these are not IPv4. */
void plain_ends(const struct plain *p, struct addr *ret_source, struct addr *ret_destination);
bool plain_ends_v4(const struct plain *p, uint32_t *ret_source, uint32_t *ret_destination);

/* The Protocol column, and what is appended as the Info column, of a plain frame. */
const char *plain_protocol(const struct plain *p);
void plain_info(struct buf *out, const struct plain *p, const struct frame *frame,
		const struct tcp_view *view);

#endif
