/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bare segments: what most of a scan is, read into as little as they are.
 *
 * Theory of operation. A bare frame is a whole Ethernet frame with an IPv4 header without options,
 * no fragment, and a TCP header without options, data, urgent pointer or reserved bits. Seven
 * numbers say all that a list or a stream wants of it, a tenth of a struct packet. They are read
 * by the readers of the headers (proto/fixed.h), of which the compiler leaves nothing but these
 * loads. packet_decode() of a bare frame gives the same numbers and says `usual`.
 */
#ifndef SONDE_PACKET_BARE_H
#define SONDE_PACKET_BARE_H

#include <stdbool.h>
#include <stdint.h>

#include "packet/frame.h"
#include "proto/fixed.h"

#define BARE_LEN (ETH_HEADER_LEN + IPV4_HEADER_MIN + TCP_HEADER_MIN)

/* Numbers in host order. */
struct bare {
	uint32_t source;
	uint32_t destination;
	uint16_t source_port;
	uint16_t destination_port;
	uint32_t seq;
	uint32_t ack;
	uint16_t flags; /* enum tcp_flag but URG */
	uint16_t window;
};

/* Reads a frame; false when it is not bare, and *ret_bare may have been written to. */
static inline bool bare_read(const struct frame *frame, struct bare *restrict ret_bare)
{
	struct cursor c = cursor_init(frame->bytes, frame->captured_len, frame->wire_len);
	struct eth_hdr eth;
	struct ipv4_hdr ip;
	struct tcp_hdr tcp;
	bool version_4;

	if (frame->link != LINK_ETHERNET || frame->captured_len != frame->wire_len ||
	    !cursor_holds(&c, BARE_LEN))
		return false;
	eth_fixed(&c, true, &eth);
	version_4 = ipv4_fixed_front(&c, true, &ip);
	ret_bare->source = cursor_be32_of(&c, true);
	ret_bare->destination = cursor_be32_of(&c, true);
	if (eth.type != ETHER_IPV4 || !version_4 || ip.header_len != IPV4_HEADER_MIN ||
	    ip.fragment_offset || ip.flags & IPV4_FLAG_MF || ip.protocol != IP_TCP ||
	    ip.total_len != IPV4_HEADER_MIN + TCP_HEADER_MIN)
		return false;
	tcp_fixed(&c, true, &tcp);
	/*
	 * One by one: compared as one number, both bytes are stored to be loaded together, and
	 * wait.
	 */
	if (tcp.header_len != TCP_HEADER_MIN)
		return false;
	if (tcp.reserved || tcp.flags & TCP_URG)
		return false;
	ret_bare->source_port = tcp.source_port;
	ret_bare->destination_port = tcp.destination_port;
	ret_bare->seq = tcp.seq;
	ret_bare->ack = tcp.ack;
	ret_bare->flags = tcp.flags;
	ret_bare->window = tcp.window;
	return true;
}

#endif
