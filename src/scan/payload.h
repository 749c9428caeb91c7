/* SPDX-License-Identifier: Apache-2.0 */
/* What UDP probes carry: a question in the port's own protocol, since programs ignore the rest. */
#ifndef SONDE_SCAN_PAYLOAD_H
#define SONDE_SCAN_PAYLOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "scan/payload_message.h"

#define PAYLOAD_MAX 1200 /* bytes; what RFC 9000 s. 14.1 asks of a client's first datagram */

#define PAYLOAD_PORTS 48 /* how many ports have a payload, at most */

/* The number of a port among those with a payload, below PAYLOAD_PORTS; false for the others. */
bool payload_port_row(uint16_t port, unsigned *ret_row);

/* How many payloads there are for a port; the tries of a scan take turns with them. */
unsigned payload_count(uint16_t port);

/*
 * Writes the payload of try number `which` (from 0) to this port and returns its length, 0 for
 * ports whose protocol we do not speak. cookie goes where the protocol has an id or a tag that the
 * answer repeats.
 */
size_t payload_write(uint16_t port, unsigned which, uint32_t cookie,
		     uint8_t ret_bytes[static PAYLOAD_MAX]);

/* Row number `row` (from 0) of the table, for tests; false behind the last one. */
bool payload_at(size_t row, uint16_t *ret_port, enum payload_message *ret_message);

#endif
