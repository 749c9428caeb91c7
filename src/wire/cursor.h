/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads bytes that strangers wrote.
 *
 * Theory of operation: a cursor walks one frame. It has two ends: the captured end (bytes we
 * hold) and the wire end (bytes that were sent). Reading past the captured end but before the
 * wire end means that *we* cut the frame: CURSOR_TRUNCATED. Reading past the wire end means that
 * *they* sent a wrong length: CURSOR_MALFORMED. The first error sticks; later reads give zero and
 * do not move, so a parser reads straight down and looks once. No reader keeps a pointer into the
 * frame: it takes numbers, copies, or a smaller cursor.
 */
#ifndef SONDE_WIRE_CURSOR_H
#define SONDE_WIRE_CURSOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum cursor_status {
	CURSOR_OK,
	CURSOR_TRUNCATED, /* the capture ends before the packet does */
	CURSOR_MALFORMED, /* a length in the packet promises more than was sent */
};

struct cursor {
	const uint8_t *base; /* first byte of the whole frame: offsets count from here */
	uint32_t at;         /* offset of the next byte */
	uint32_t captured;   /* offset of the first byte we do not hold */
	uint32_t wire;       /* offset of the first byte that was not sent; >= captured */
	enum cursor_status status;
};

/* A cursor over a frame of which captured_len of wire_len bytes are held. */
static inline struct cursor cursor_init(const void *bytes, uint32_t captured_len, uint32_t wire_len)
{
	return (struct cursor) {
		.base = bytes,
		.captured = captured_len,
		.wire = wire_len > captured_len ? wire_len : captured_len,
	};
}

static inline bool cursor_ok(const struct cursor *c)
{
	return c->status == CURSOR_OK;
}

/* Marks the packet as malformed unless an error stands already. */
static inline void cursor_malformed(struct cursor *c)
{
	if (c->status == CURSOR_OK)
		c->status = CURSOR_MALFORMED;
}

/* Bytes left before the wire end, by the sender's account. */
static inline uint32_t cursor_left(const struct cursor *c)
{
	return c->status == CURSOR_OK ? c->wire - c->at : 0;
}

/* Bytes left that we hold. */
static inline uint32_t cursor_held(const struct cursor *c)
{
	return c->status == CURSOR_OK && c->captured > c->at ? c->captured - c->at : 0;
}

/* True when count more bytes are held; sets the sticky error when not. */
static inline bool cursor_need(struct cursor *c, uint32_t count)
{
	if (c->status != CURSOR_OK)
		return false;
	if (count > c->wire - c->at) {
		c->status = CURSOR_MALFORMED;
		return false;
	}
	if (c->captured < c->at || count > c->captured - c->at) {
		c->status = CURSOR_TRUNCATED;
		return false;
	}
	return true;
}

/* True when count more bytes are held and no error stands; changes nothing. */
static inline bool cursor_holds(const struct cursor *c, uint32_t count)
{
	return c->status == CURSOR_OK && c->captured >= c->at && count <= c->captured - c->at;
}

/*
 * Headers of fixed length that every packet has are read by one function that is compiled twice:
 * held, after cursor_holds() has looked at all of it at once, or not, and each number is looked
 * at. These are its reads; held must be a constant.
 */
static inline uint8_t cursor_u8_of(struct cursor *c, bool held)
{
	return held || cursor_need(c, 1) ? c->base[c->at++] : 0;
}

static inline uint16_t cursor_be16_of(struct cursor *c, bool held)
{
	const uint8_t *p;

	if (!held && !cursor_need(c, 2))
		return 0;
	p = c->base + c->at;
	c->at += 2;
	return (uint16_t)(p[0] << 8 | p[1]);
}

static inline uint32_t cursor_be32_of(struct cursor *c, bool held)
{
	const uint8_t *p;

	if (!held && !cursor_need(c, 4))
		return 0;
	p = c->base + c->at;
	c->at += 4;
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

/* Copies count bytes out; zeroes out when they are not there. */
static inline void cursor_copy_of(struct cursor *c, bool held, void *out, uint32_t count)
{
	if (!held && !cursor_need(c, count)) {
		memset(out, 0, count);
		return;
	}
	memcpy(out, c->base + c->at, count);
	c->at += count;
}

static inline uint8_t cursor_u8(struct cursor *c)
{
	return cursor_u8_of(c, false);
}

static inline uint16_t cursor_be16(struct cursor *c)
{
	return cursor_be16_of(c, false);
}

static inline uint32_t cursor_be32(struct cursor *c)
{
	return cursor_be32_of(c, false);
}

static inline uint64_t cursor_be64(struct cursor *c)
{
	uint64_t high = cursor_be32(c);

	return high << 32 | cursor_be32(c);
}

static inline uint16_t cursor_le16(struct cursor *c)
{
	uint16_t v = cursor_be16(c);

	return (uint16_t)(v << 8 | v >> 8);
}

static inline uint32_t cursor_le32(struct cursor *c)
{
	return __builtin_bswap32(cursor_be32(c));
}

/* Copies count bytes out; zeroes out when they are not there. */
static inline void cursor_copy(struct cursor *c, void *out, uint32_t count)
{
	cursor_copy_of(c, false, out, count);
}

/* Steps over count bytes, which need not be held, only sent. */
static inline void cursor_skip(struct cursor *c, uint32_t count)
{
	if (c->status != CURSOR_OK)
		return;
	if (count > c->wire - c->at)
		c->status = CURSOR_MALFORMED;
	else
		c->at += count;
}

/*
 * Ends this cursor behind the next count bytes. When fewer were sent it becomes malformed and
 * covers what there is. A packet's readers do this to the cursor they were given: copying one whose
 * parts were just written makes the processor wait.
 */
static inline void cursor_narrow(struct cursor *c, uint32_t count)
{
	uint32_t left = cursor_left(c);

	if (count > left) {
		cursor_malformed(c);
		count = left;
	}
	c->wire = c->at + count;
	if (c->captured > c->wire)
		c->captured = c->wire;
}

/*
 * A cursor over the next count bytes, over which this one steps. When fewer were sent, this one
 * becomes malformed and the returned one covers what there is, so that it can still be shown.
 */
static inline struct cursor cursor_take(struct cursor *c, uint32_t count)
{
	struct cursor part = *c;
	uint32_t left = cursor_left(c);

	if (count > left) {
		cursor_malformed(c);
		count = left;
	} else {
		c->at += count;
	}
	part.wire = part.at + count;
	if (part.captured > part.wire)
		part.captured = part.wire;
	return part;
}

#endif
