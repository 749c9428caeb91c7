/* SPDX-License-Identifier: Apache-2.0 */
/* A stream of bytes, packed or not, seen through a window that moves forward only. */
#ifndef SONDE_CAPTURE_SOURCE_H
#define SONDE_CAPTURE_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "capture/unpack.h"

/* Why source_need() gave nothing. */
enum source_state {
	SOURCE_OPEN,   /* nothing stands in the way */
	SOURCE_END,    /* fewer bytes than asked for are left, and no more will come */
	SOURCE_AGAIN,  /* fewer bytes are here, but more may come later */
	SOURCE_FAILED, /* reading or unpacking failed: see code */
};

/* Fields are source.c's own, but for state and code. */
struct source {
	const uint8_t *window;
	size_t at;       /* next byte to be read, in window */
	size_t len;      /* bytes in window */
	uint64_t offset; /* of window[0] in the unpacked stream */
	enum source_state state;
	int code;        /* SOURCE_FAILED: -errno, or -EBADMSG for damaged packed data */
	const char *why; /* SOURCE_FAILED: what the unpacker said, NULL when the system failed */

	int fd; /* -1 for memory */
	bool owns_fd;
	bool follow;
	uint8_t *buffer; /* what window points into; NULL for memory */
	size_t size;
	uint64_t raw_read;         /* bytes taken from fd */
	uint64_t raw_total;        /* size of the file, 0 when not known */
	struct unpacker *unpacker; /* NULL when not packed */
	const uint8_t *packed;     /* not yet unpacked bytes */
	size_t packed_len;
	uint8_t *packed_buffer; /* what packed points into; NULL for memory */
	size_t packed_size;
	struct source_ahead *ahead; /* NULL: fd is read when bytes are needed */
	bool alone;                 /* nothing is begun ahead any more */
};

/* Reads fd, closed by source_done() when owned. follow: the end of a regular file is "not yet". */
void source_init_fd(struct source *s, int fd, bool owns_fd, bool follow);

/* Reads memory that stays the caller's and stays unchanged. */
void source_init_memory(struct source *s, const void *bytes, size_t len);

/*
 * No thread of the source's own reads ahead any more: the caller uses the other processor for more
 * than that saves. True when others may do so in passing, by source_help() on any thread, which must
 * all have ended before source_done(). May be said at any time, and again.
 */
bool source_lend(struct source *s);

/* Reads a chunk ahead where source_lend() was true; false when there is none to be read now. */
bool source_help(struct source *s);

/*
 * Unpacks from here on, by what the next bytes say, once. False when there are not enough bytes to
 * say so: see state.
 */
bool source_unpack(struct source *s, enum source_packing *ret_packing);

/*
 * What to answer when source_need() gave nothing where what ("a packet header") should stand:
 * -EAGAIN, or a negative code and a clause in err that follows "FILE is damaged at byte N: ".
 */
int source_starved(const struct source *s, const char *what, struct err *err);

/* Frees everything. */
void source_done(struct source *s);

/* The slow half of source_need(). */
const uint8_t *source_fill(struct source *s, size_t count);

/*
 * Where the next count bytes lie, valid until the next call; NULL and state when they are not
 * there (source_held() tells how many are). count is capped by the caller: that much memory is
 * taken.
 */
static inline const uint8_t *source_need(struct source *s, size_t count)
{
	if (s->len - s->at >= count)
		return s->window + s->at;
	return source_fill(s, count);
}

/* Bytes in the window from here on. */
static inline size_t source_held(const struct source *s)
{
	return s->len - s->at;
}

/* Steps over count bytes, which source_need() gave. */
static inline void source_step(struct source *s, size_t count)
{
	s->at += count;
}

/* Offset of the next byte in the unpacked stream. */
static inline uint64_t source_offset(const struct source *s)
{
	return s->offset + s->at;
}

#endif
