/* SPDX-License-Identifier: Apache-2.0 */
/* A growing byte string with a sticky failure: write straight down, look once at the end. */
#ifndef SONDE_BASE_BUF_H
#define SONDE_BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/*
 * data is NUL-ended whenever it is not NULL; len does not count that NUL. failed is set for good
 * when memory ran out; what was written before stays. Initialise with `struct buf b = {0};`.
 */
struct buf {
	char *data;
	size_t len;
	size_t size;
	bool failed;
};

/* Makes room for more bytes and the ending NUL; false when there is no memory: for buf_room(). */
bool buf_grow(struct buf *b, size_t more);

static inline bool buf_room(struct buf *b, size_t more)
{
	return (!b->failed && more < b->size - b->len) || buf_grow(b, more);
}

/* Appends formatted text. */
void buf_printf(struct buf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Appends len bytes as they are. Lists are written with these: hence inline. */
static inline void buf_add(struct buf *b, const void *bytes, size_t len)
{
	if (!buf_room(b, len))
		return;
	if (len)
		memcpy(b->data + b->len, bytes, len);
	b->len += len;
	b->data[b->len] = '\0';
}

/* Appends a NUL-ended string as it is. */
static inline void buf_puts(struct buf *b, const char *text)
{
	buf_add(b, text, strlen(text));
}

/* Appends one byte. */
static inline void buf_putc(struct buf *b, char c)
{
	buf_add(b, &c, 1);
}

/* Appends text that came from the network or a file, escaped as text_escape() does. */
void buf_escaped(struct buf *b, const char *text);

/* Appends count copies of c. */
void buf_pad(struct buf *b, char c, size_t count);

/* Appends a whole decimal number: several times faster than buf_printf("%u"). */
void buf_u64(struct buf *b, uint64_t value);

/*
 * Appends a line of what a user typed (len bytes, a column each, unprintable ones as ?) and a line
 * with ^~~ under the marked part of it. Nothing when the text is empty or very long.
 */
void buf_pointed(struct buf *b, const char *text, size_t len, size_t at, size_t marked);

/* Empties without giving memory back. */
void buf_clear(struct buf *b);

/* Forgets what stands behind the first len bytes. */
void buf_cut(struct buf *b, size_t len);

/* The text so far; "" when nothing was written. Valid until the next change. */
const char *buf_text(const struct buf *b);

/* Frees the memory; the buffer is empty and usable again. */
void buf_done(struct buf *b);

#endif
