/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lines and words of the protocols that speak text: HTTP, SIP, FTP, SMTP, POP, IMAP.
 *
 * Theory of operation. A stretch of text is an offset and a length within one frame, every byte of
 * it held: line_read() makes it from the cursor, all others only make it smaller. So words may be
 * looked at without asking the cursor again, and nothing is copied until it is said.
 */
#ifndef SONDE_PROTO_LINES_H
#define SONDE_PROTO_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/dissect.h"

#define LINE_SHOWN_MAX 512

struct text {
	const uint8_t *base; /* of the frame */
	uint32_t at;
	uint32_t len;
};

/*
 * Reads one line, which ends at CR LF, LF, CR, or where what is held ends. *ret_line: the line
 * without its end; *ret_whole: with it. False when nothing is left or the frame's turns are up.
 */
bool line_read(struct dissect *d, struct cursor *c, struct text *ret_line, struct text *ret_whole);

/*
 * The same for a header: it may go on in lines that begin with a blank (RFC 9112 s. 5.2, RFC 3261
 * s. 7.3.1).
 */
bool line_read_folded(struct dissect *d, struct cursor *c, struct text *ret_line,
		      struct text *ret_whole);

/* True when the line at c ends in a segment to come, and is kept until then (TCP). */
bool line_wait(struct dissect *d, const struct cursor *c);

/* All that is held, without reading it. */
struct text text_held(const struct cursor *c);

/* Byte i, or 0 behind the end. */
static inline uint8_t text_byte(const struct text *t, uint32_t i)
{
	return i < t->len ? t->base[t->at + i] : 0;
}

/* Takes the next word, up to a space, and steps over spaces. */
struct text text_word(struct text *rest);

/* Takes what stands before the byte; steps over both. All of it when the byte is not there. */
struct text text_until(struct text *rest, char byte);

/* Without blanks at both ends. */
struct text text_trim(struct text t);

/* The first count bytes; what stands behind them. */
struct text text_first(struct text t, uint32_t count);
struct text text_behind(struct text t, uint32_t count);

/* Offset of a byte or of a word within, or its length when it is not there. */
uint32_t text_find(const struct text *t, char byte);

bool text_is(const struct text *t, const char *word);
bool text_is_nocase(const struct text *t, const char *word);
bool text_starts(const struct text *t, const char *word);
bool text_starts_nocase(const struct text *t, const char *word);

/* A decimal number that is the whole text; false when it is none or does not fit. */
bool text_decimal(const struct text *t, uint64_t *ret_number);

/* Says a text as a string field; d->item is the item. */
void say_text(struct dissect *d, uint16_t id, const struct text *t);

/* The same with bytes that cover another stretch (a whole line). */
void say_text_at(struct dissect *d, uint16_t id, const struct text *where, const struct text *t);

/* A text for a line of the tree: escaped, its line end as "\r\n". Returns out. */
const char *text_shown(const struct text *t, char out[static LINE_SHOWN_MAX]);

/* Adds a text to the Info column, escaped. */
void info_add_text(struct dissect *d, const struct text *t);

#endif
