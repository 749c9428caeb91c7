/* SPDX-License-Identifier: Apache-2.0 */
/* The Internet checksum (RFC 1071) and its pseudo-headers (RFC 9293 s. 3.1, RFC 8200 s. 8.1). */
#ifndef SONDE_WIRE_CHECKSUM_H
#define SONDE_WIRE_CHECKSUM_H

#include <stddef.h>
#include <stdint.h>

/* Adds len bytes to a running sum; start with 0. Only the last piece may have an odd length. */
uint32_t checksum_add(uint32_t sum, const void *bytes, size_t len);

/*
 * Adds a pseudo-header: two addresses of addr_len (4 or 16) bytes in network order, the
 * protocol number and the length of the transport header and data.
 */
uint32_t checksum_pseudo(uint32_t sum, const void *source, const void *destination, size_t addr_len,
			 uint8_t protocol, uint32_t len);

/* Folds and complements: the 16-bit value to write. Over a correct packet the result is 0. */
uint16_t checksum_finish(uint32_t sum);

#endif
