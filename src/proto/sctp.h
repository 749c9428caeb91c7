/* SPDX-License-Identifier: Apache-2.0 */
/* Stream Control Transmission Protocol (RFC 9260) and its extensions. */
#ifndef SONDE_PROTO_SCTP_H
#define SONDE_PROTO_SCTP_H

#include <stdbool.h>
#include <stdint.h>

#include "proto/registry.h"
#include "wire/cursor.h"

/* The chunks by which associations begin or are refused (RFC 9260 s. 3.2). */
enum sctp_handshake {
	SCTP_INIT = 1,
	SCTP_INIT_ACK = 2,
	SCTP_ABORT = 6,
};

struct sctp_hdr {
	uint16_t source_port;
	uint16_t destination_port;
	uint32_t tag;
	uint8_t chunk;         /* type of the first one; 0 when it is not there (a quote) */
	uint32_t initiate_tag; /* INIT and INIT ACK, else 0 */
};

/* The common header and the first chunk's, as far as they are there; false: not even the ports. */
bool sctp_read(struct cursor *c, struct sctp_hdr *ret_header);

extern const struct dissector sctp_dissector;

#endif
