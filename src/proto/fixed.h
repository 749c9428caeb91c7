/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The fixed parts of the headers that nearly every packet has.
 *
 * Each is read here and nowhere else; compiled into its protocol's reader (NAME_read()) and into
 * the short way of packet_decode(), where a cursor that stays in registers makes them loads and
 * stores. held: cursor_holds() has vouched for all of it; must be a constant.
 */
#ifndef SONDE_PROTO_FIXED_H
#define SONDE_PROTO_FIXED_H

#include "proto/eth.h"
#include "proto/ipv4.h"
#include "proto/tcp.h"
#include "proto/udp.h"
#include "wire/cursor.h"

#define IPV4_FRAGMENT_UNIT 8 /* RFC 791 s. 3.1: offsets count units of 8 bytes */
#define IPV4_FRAGMENT_MASK 0x1fff
#define TCP_FLAGS_MASK     0x01ff

static inline void eth_fixed(struct cursor *restrict c, bool held, struct eth_hdr *restrict h)
{
	cursor_copy_of(c, held, h->destination, MAC_LEN);
	cursor_copy_of(c, held, h->source, MAC_LEN);
	h->type = cursor_be16_of(c, held);
}

/*
 * What stands before the addresses, but for complete and what ipv4_fixed() leaves; false when the
 * header is none of IPv4's. Apart, as a compiler that sees nothing but numbers loads only those
 * that somebody asks for.
 */
static inline bool ipv4_fixed_front(struct cursor *restrict c, bool held,
				    struct ipv4_hdr *restrict h)
{
	uint8_t first = cursor_u8_of(c, held);
	uint16_t fragment;

	h->header_len = (uint8_t)((first & 0x0f) * 4);
	h->tos = cursor_u8_of(c, held);
	h->total_len = cursor_be16_of(c, held);
	h->id = cursor_be16_of(c, held);
	fragment = cursor_be16_of(c, held);
	h->flags = (uint8_t)(fragment >> 13);
	h->fragment_offset = (uint16_t)((fragment & IPV4_FRAGMENT_MASK) * IPV4_FRAGMENT_UNIT);
	h->ttl = cursor_u8_of(c, held);
	h->protocol = cursor_u8_of(c, held);
	h->checksum = cursor_be16_of(c, held);
	return first >> 4 == 4;
}

/* All but options_at, options_len and payload_short. */
static inline void ipv4_fixed(struct cursor *restrict c, bool held, struct ipv4_hdr *restrict h)
{
	bool version_4 = ipv4_fixed_front(c, held, h);
	uint8_t ip[4];

	cursor_copy_of(c, held, ip, sizeof(ip));
	addr_set_v4(&h->source, ip);
	cursor_copy_of(c, held, ip, sizeof(ip));
	addr_set_v4(&h->destination, ip);
	h->complete = cursor_ok(c) && version_4;
	if (!version_4 || h->header_len < IPV4_HEADER_MIN)
		cursor_malformed(c);
}

/* All but complete; of the options where they begin. */
static inline void tcp_fixed(struct cursor *restrict c, bool held, struct tcp_hdr *restrict h)
{
	uint16_t word;

	h->source_port = cursor_be16_of(c, held);
	h->destination_port = cursor_be16_of(c, held);
	h->seq = cursor_be32_of(c, held);
	h->ack = cursor_be32_of(c, held);
	/* Offset, reserved bits and flags share 16 bits (RFC 9293 s. 3.1). */
	word = cursor_be16_of(c, held);
	h->header_len = (uint8_t)((word >> 12) * 4);
	h->reserved = word >> 9 & 7;
	h->flags = word & TCP_FLAGS_MASK;
	h->window = cursor_be16_of(c, held);
	h->checksum = cursor_be16_of(c, held);
	h->urgent = cursor_be16_of(c, held);
	h->options_at = c->at;
	h->options_len = 0;
}

static inline void udp_fixed(struct cursor *restrict c, bool held, struct udp_hdr *restrict h)
{
	h->source_port = cursor_be16_of(c, held);
	h->destination_port = cursor_be16_of(c, held);
	h->len = cursor_be16_of(c, held);
	h->checksum = cursor_be16_of(c, held);
}

#endif
