/* SPDX-License-Identifier: Apache-2.0 */
/* The User Datagram Protocol (RFC 768). */
#ifndef SONDE_PROTO_UDP_H
#define SONDE_PROTO_UDP_H

#include <stdint.h>

#include "proto/registry.h"
#include "wire/addr.h"
#include "wire/build.h"
#include "wire/cursor.h"

#define UDP_HEADER_LEN 8

struct udp_hdr {
	uint16_t source_port;
	uint16_t destination_port;
	uint16_t len; /* bytes, header included */
	uint16_t checksum;
};

/* Reads the header and narrows c to the data that len promises. */
void udp_read(struct cursor *c, struct udp_hdr *ret_header);

/* Only the eight bytes an ICMP error quotes: len is not held against what follows. */
void udp_read_quoted(struct cursor *c, struct udp_hdr *ret_header);

/* Writes header and data with the checksum over both and the pseudo-header. */
void udp_write(struct build *b, const struct udp_hdr *header, const struct addr *source,
	       const struct addr *destination, const void *data, uint16_t data_len);

extern const struct dissector udp_dissector;

#endif
