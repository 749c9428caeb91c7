/* SPDX-License-Identifier: Apache-2.0 */
/* The Internet Control Message Protocol for IPv4 (RFC 792, 950, 1191, 1812). */
#ifndef SONDE_PROTO_ICMP_H
#define SONDE_PROTO_ICMP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "proto/registry.h"
#include "wire/addr.h"
#include "wire/build.h"
#include "wire/cursor.h"

#define ICMP_HEADER_LEN 8 /* of what every type has */

enum icmp_type {
	ICMP_TYPE_ECHO_REPLY = 0,
	ICMP_TYPE_UNREACHABLE = 3,
	ICMP_TYPE_SOURCE_QUENCH = 4,
	ICMP_TYPE_REDIRECT = 5,
	ICMP_TYPE_ECHO = 8,
	ICMP_TYPE_TIME_EXCEEDED = 11,
	ICMP_TYPE_PARAMETER_PROBLEM = 12,
	ICMP_TYPE_TIMESTAMP = 13,
	ICMP_TYPE_TIMESTAMP_REPLY = 14,
	ICMP_TYPE_INFORMATION = 15,
	ICMP_TYPE_INFORMATION_REPLY = 16,
	ICMP_TYPE_MASK = 17,
	ICMP_TYPE_MASK_REPLY = 18,
};

struct icmp_hdr {
	uint8_t type;
	uint8_t code;
	uint16_t checksum;
	uint16_t id;        /* echo, timestamp, information, mask */
	uint16_t sequence;  /* the same */
	uint32_t originate; /* timestamp: ms since midnight UT */
	uint32_t receive;
	uint32_t transmit;
	uint32_t mask;
	struct addr gateway; /* redirect */
	uint16_t mtu;        /* type 3 code 4: next-hop MTU (RFC 1191) */
	uint8_t pointer;     /* type 12 */
	bool is_error;       /* types 3, 4, 5, 11, 12: a quoted packet follows */
	bool complete;       /* the eight bytes every type has were there */
};

/* Reads the header; c then stands at the data or the quoted packet. */
void icmp_read(struct cursor *c, struct icmp_hdr *ret_header);

/* Appends how the Info column begins: "Destination unreachable (Port unreachable)". */
void icmp_info(struct buf *out, uint8_t type, uint8_t code);

/*
 * Writes an echo or timestamp request or reply, or an error header (the quoted bytes are `data`),
 * with its checksum. Takes type, code and the fields of that type.
 */
void icmp_write(struct build *b, const struct icmp_hdr *header, const void *data,
		uint16_t data_len);

extern const struct dissector icmp_dissector;

#endif
