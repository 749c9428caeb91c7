/* SPDX-License-Identifier: Apache-2.0 */
/* The Internet Protocol, version 6, and its extension headers (RFC 8200). */
#ifndef SONDE_PROTO_IPV6_H
#define SONDE_PROTO_IPV6_H

#include <stdbool.h>
#include <stdint.h>

#include "proto/ipv4.h"
#include "proto/registry.h"
#include "wire/addr.h"
#include "wire/build.h"
#include "wire/cursor.h"

#define IPV6_HEADER_LEN     40
#define IPV6_EXTENSIONS_MAX 32 /* more in one packet is malformed: a budget, not a standard */

struct ipv6_hdr {
	uint8_t traffic_class;
	uint32_t flow_label;
	uint16_t payload_len; /* bytes after the fixed header; 0 for a jumbogram */
	uint8_t next_header;  /* of the fixed header */
	uint8_t hop_limit;
	struct addr source;
	struct addr destination;
	/* Found while walking the extension headers: */
	uint8_t protocol;   /* what the payload is in the end */
	uint8_t extensions; /* how many were walked */
	bool has_fragment;
	bool more_fragments;
	uint16_t fragment_offset; /* bytes */
	uint32_t fragment_id;
	bool route_pending; /* a routing header has segments left: destination is not the last one */
	bool complete;      /* version 6 and all 40 fixed bytes were there */
	bool payload_short; /* payload_len promises more than was sent: usual only in a quote */
};

/*
 * Reads the fixed header and walks the extension headers; narrows c to the payload. Stops at a
 * fragment that is not the first (protocol then says what the fragment's chain began with).
 * A payload length beyond the frame only sets payload_short, as in ipv4_read().
 */
void ipv6_read(struct cursor *c, struct ipv6_hdr *ret_header);

/* Only the fixed header: c then stands at what follows it, not narrowed. */
void ipv6_read_fixed(struct cursor *c, struct ipv6_hdr *ret_header);

/* What the hop-by-hop header at c says of a jumbogram's length; 0: it is none (RFC 2675 s. 3). */
uint32_t ipv6_jumbo_len(struct cursor c);

/* Writes a fixed header whose next header is `protocol`, for payload_len bytes after it. */
void ipv6_write(struct build *b, const struct ipv6_hdr *header, uint32_t payload_len);

extern const struct dissector ipv6_dissector;

extern const struct dissector ipv6_hopopt_dissector;

extern const struct dissector ipv6_destopts_dissector;

extern const struct dissector ipv6_fragment_dissector;

extern const struct dissector ipv6_routing_dissector;

#endif
