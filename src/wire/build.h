/* SPDX-License-Identifier: Apache-2.0 */
/* Writes packets byte by byte in network order; the counterpart of wire/cursor.h. */
#ifndef SONDE_WIRE_BUILD_H
#define SONDE_WIRE_BUILD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Writes into a buffer of fixed size; running over sets `full` and writes nothing more. */
struct build {
	uint8_t *bytes;
	size_t len;
	size_t size;
	bool full;
};

static inline struct build build_init(void *bytes, size_t size)
{
	return (struct build) {.bytes = bytes, .size = size};
}

static inline bool build_room(struct build *b, size_t count)
{
	if (b->full || count > b->size - b->len)
		b->full = true;
	return !b->full;
}

static inline void build_u8(struct build *b, uint8_t v)
{
	if (build_room(b, 1))
		b->bytes[b->len++] = v;
}

static inline void build_be16(struct build *b, uint16_t v)
{
	build_u8(b, (uint8_t)(v >> 8));
	build_u8(b, (uint8_t)v);
}

static inline void build_be32(struct build *b, uint32_t v)
{
	build_be16(b, (uint16_t)(v >> 16));
	build_be16(b, (uint16_t)v);
}

static inline void build_bytes(struct build *b, const void *from, size_t count)
{
	if (build_room(b, count)) {
		memcpy(b->bytes + b->len, from, count);
		b->len += count;
	}
}

static inline void build_zero(struct build *b, size_t count)
{
	if (build_room(b, count)) {
		memset(b->bytes + b->len, 0, count);
		b->len += count;
	}
}

/* Overwrites two bytes already written at offset `at`: lengths and checksums known later. */
static inline void build_patch_be16(struct build *b, size_t at, uint16_t v)
{
	if (at + 2 <= b->len) {
		b->bytes[at] = (uint8_t)(v >> 8);
		b->bytes[at + 1] = (uint8_t)v;
	}
}

#endif
