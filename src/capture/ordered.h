/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers in the byte order that a capture file chose: the writer's own. */
#ifndef SONDE_CAPTURE_ORDERED_H
#define SONDE_CAPTURE_ORDERED_H

#include <stdbool.h>
#include <stdint.h>

#include "wire/cursor.h"

static inline uint16_t ordered_u16(struct cursor *c, bool big_endian)
{
	return big_endian ? cursor_be16(c) : cursor_le16(c);
}

static inline uint32_t ordered_u32(struct cursor *c, bool big_endian)
{
	return big_endian ? cursor_be32(c) : cursor_le32(c);
}

static inline uint64_t ordered_u64(struct cursor *c, bool big_endian)
{
	return big_endian ? cursor_be64(c) : __builtin_bswap64(cursor_be64(c));
}

/* The same from bytes that are known to be there: the fixed parts of blocks and records. */
static inline uint16_t ordered_u16_at(const uint8_t *bytes, bool big_endian)
{
	return (uint16_t)(big_endian ? bytes[0] << 8 | bytes[1] : bytes[1] << 8 | bytes[0]);
}

static inline uint32_t ordered_u32_at(const uint8_t *bytes, bool big_endian)
{
	uint32_t number = (uint32_t)bytes[3] << 24 | (uint32_t)bytes[2] << 16 |
			  (uint32_t)bytes[1] << 8 | bytes[0];

	return big_endian ? __builtin_bswap32(number) : number;
}

#endif
