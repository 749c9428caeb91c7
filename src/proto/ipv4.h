/* SPDX-License-Identifier: Apache-2.0 */
/* The Internet Protocol, version 4 (RFC 791). */
#ifndef SONDE_PROTO_IPV4_H
#define SONDE_PROTO_IPV4_H

#include <stdbool.h>
#include <stdint.h>

#include "proto/registry.h"
#include "wire/addr.h"
#include "wire/build.h"
#include "wire/cursor.h"

#define IPV4_HEADER_MIN    20
#define IPV4_FLAG_RESERVED 4 /* of the three flag bits */
#define IPV4_FLAG_DF       2
#define IPV4_FLAG_MF       1

/* Protocol numbers (IANA), shared with IPv6's next header. */
enum ip_protocol {
	IP_HOPOPT = 0,
	IP_ICMP = 1,
	IP_IGMP = 2,
	IP_IPV4 = 4,
	IP_TCP = 6,
	IP_UDP = 17,
	IP_IPV6 = 41,
	IP_ROUTING = 43,
	IP_FRAGMENT = 44,
	IP_GRE = 47,
	IP_ESP = 50,
	IP_AH = 51,
	IP_ICMPV6 = 58,
	IP_NONE = 59,
	IP_DESTOPTS = 60,
	IP_OSPF = 89,
	IP_PIM = 103,
	IP_SCTP = 132,
	IP_MOBILITY = 135,
	IP_ETHERNET = 143, /* RFC 8986 s. 9.1 */
};

struct ipv4_hdr {
	uint8_t header_len; /* bytes */
	uint8_t tos;
	uint16_t total_len; /* bytes, header included; 0 with segmentation offload */
	uint16_t id;
	uint8_t flags;            /* IPV4_FLAG_... */
	uint16_t fragment_offset; /* bytes */
	uint8_t ttl;
	uint8_t protocol;
	uint16_t checksum;
	struct addr source;
	struct addr destination;
	uint32_t options_at; /* offset in the frame and length of the options */
	uint32_t options_len;
	bool complete;      /* version 4 and all 20 fixed bytes were there */
	bool payload_short; /* total_len promises more than was sent: usual only in a quote */
};

/*
 * Reads the header and its options and narrows c to the payload that total_len promises (Ethernet
 * padding falls off). A version other than 4, a header shorter than 20 bytes or a total length
 * shorter than the header makes c malformed. A total length beyond the frame only sets
 * payload_short and leaves c over what there is: the caller knows whether that is a lie or a quote.
 */
void ipv4_read(struct cursor *c, struct ipv4_hdr *ret_header);

/*
 * The same for the packet that an ICMP error quotes. Some senders quote a total_len that they have
 * already changed, so one that leaves no room for eight bytes of data is not believed.
 */
void ipv4_read_quoted(struct cursor *c, struct ipv4_hdr *ret_header);

/*
 * Writes a header without options; total_len and checksum are those of payload_len bytes after it.
 */
void ipv4_write(struct build *b, const struct ipv4_hdr *header, uint32_t payload_len);

extern const struct dissector ipv4_dissector;

/*
 * Where the source route among a header's options ends (RFC 791 s. 3.1), to which the packet goes;
 * false when there is none, or it came to its end. c: the cursor that the header was read with.
 */
bool ipv4_route_end(const struct cursor *c, const struct ipv4_hdr *h, struct addr *ret_end);

#endif
