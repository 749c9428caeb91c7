/* SPDX-License-Identifier: Apache-2.0 */
/* ICMPv6 (RFC 4443) with Neighbour Discovery (RFC 4861). */
#ifndef SONDE_PROTO_ICMPV6_H
#define SONDE_PROTO_ICMPV6_H

#include <stdbool.h>
#include <stdint.h>

#include "proto/registry.h"
#include "wire/addr.h"
#include "wire/build.h"
#include "wire/cursor.h"

enum icmpv6_type {
	ICMPV6_UNREACHABLE = 1,
	ICMPV6_TOO_BIG = 2,
	ICMPV6_TIME_EXCEEDED = 3,
	ICMPV6_PARAMETER_PROBLEM = 4,
	ICMPV6_ECHO = 128,
	ICMPV6_ECHO_REPLY = 129,
	ICMPV6_ROUTER_SOLICIT = 133,
	ICMPV6_ROUTER_ADVERT = 134,
	ICMPV6_NEIGHBOUR_SOLICIT = 135,
	ICMPV6_NEIGHBOUR_ADVERT = 136,
	ICMPV6_REDIRECT = 137,
};

enum icmpv6_nd_flag {
	ND_ROUTER = 0x80000000,
	ND_SOLICITED = 0x40000000,
	ND_OVERRIDE = 0x20000000,
};

struct icmpv6_hdr {
	uint8_t type;
	uint8_t code;
	uint16_t checksum;
	uint16_t id; /* echo */
	uint16_t sequence;
	uint32_t mtu;          /* type 2 */
	uint32_t pointer;      /* type 4 */
	uint32_t nd_flags;     /* type 136: enum icmpv6_nd_flag */
	struct addr target;    /* types 135 to 137 */
	bool has_link_address; /* source (133-135) or target (136, 137) link-layer address option */
	uint8_t link_address[MAC_LEN];
	bool is_error; /* types 1 to 127: a quoted packet follows (RFC 4443 s. 2.1) */
	bool complete; /* the eight bytes every type has were there */
};

/* Reads header and, for neighbour discovery, options; c then stands at data or quoted packet. */
void icmpv6_read(struct cursor *c, struct icmpv6_hdr *ret_header);

/*
 * Writes an echo request or reply, a neighbour solicitation or advertisement (with its link
 * address option when has_link_address), or an error header before `data`; with the checksum.
 */
void icmpv6_write(struct build *b, const struct icmpv6_hdr *header, const struct addr *source,
		  const struct addr *destination, const void *data, uint16_t data_len);

extern const struct dissector icmpv6_dissector;

#endif
