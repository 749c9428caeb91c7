/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The payload of TCP segments on its way to the protocols above: messages over several segments
 * are put together, several messages in one segment are read one after another.
 *
 * Theory of operation. The dissector above reads what a segment holds. When a message goes on in
 * the next one it calls dissect_want_more(), the table behind hooks->more keeps what there is of
 * it, and whatever the dissector said is taken back if nothing of the segment was a whole message.
 * hooks->segment adds the following segments; the one that completes the message gets the whole of
 * it as a source of its own, and the dissector reads that. What the segment holds behind it is then
 * read as usual. As in Wireshark, what is marked as sent before or out of order is kept if it was
 * missing, but not shown to anybody.
 */
#ifndef SONDE_PROTO_TCP_PAYLOAD_H
#define SONDE_PROTO_TCP_PAYLOAD_H

#include "proto/dissect.h"
#include "proto/tcp.h"
#include "proto/tcp_view.h"
#include "proto/whole.h"

/* What a segment carries; addresses and ports are those of d->kept. */
struct segment {
	uint32_t stream;
	uint32_t seq; /* of the first byte, as on the wire */
	const uint8_t *bytes;
	uint32_t len;
	bool fin;
	bool old;      /* bytes sent before, or out of order */
	bool repeated; /* bytes sent before */
	uint8_t layer; /* TCP's in this frame */
};

/* What the table says of it; zero: nothing. */
struct segment_view {
	struct whole whole; /* that it completes, or in which frame it will be */
	uint32_t whole_seq; /* of the whole's first byte */
	uint32_t taken;     /* bytes at its start that belong to a message begun before */
	uint32_t
		rest_in; /* frame in which a message that begins in it will be whole; 0: not known */
	bool second_pass;
};

/* A message that goes on: bytes up to the end of the segment are kept. */
struct segment_more {
	uint32_t stream;
	uint32_t seq;  /* of its first byte */
	uint32_t more; /* as for dissect_want_more() */
	const uint8_t *bytes;
	uint32_t len;
	uint8_t layer; /* TCP's in this frame */
};

/* Hands the payload c on. */
void tcp_pass_on(struct dissect *d, const struct tcp_hdr *h, const struct tcp_view *view,
		 const struct cursor *c);

#endif
