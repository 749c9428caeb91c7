/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A JSON document written straight down: commas and lines come by themselves.
 *
 * Every function that writes a value takes the member's name; NULL within an array.
 */
#ifndef SONDE_REPORT_JSON_WRITER_H
#define SONDE_REPORT_JSON_WRITER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/nsec.h"
#include "wire/addr.h"

#define JSON_DEPTH_MAX 12

/* Initialise out, the rest with zero. */
struct json_writer {
	struct buf *out;
	unsigned depth;
	bool lines[JSON_DEPTH_MAX]; /* its members stand on lines of their own */
	bool any[JSON_DEPTH_MAX];   /* it has a member */
};

/* Begin and end an object or array; lines: each of its members on a line of its own. */
void json_object(struct json_writer *w, const char *name, bool lines);
void json_array(struct json_writer *w, const char *name, bool lines);
void json_end_object(struct json_writer *w);
void json_end_array(struct json_writer *w);

void json_null(struct json_writer *w, const char *name);
void json_bool(struct json_writer *w, const char *name, bool value);
void json_number(struct json_writer *w, const char *name, uint64_t value);

/* Six significant digits; null for what is no number (RFC 8259 has none for infinity). */
void json_real(struct json_writer *w, const char *name, double value);

/* A duration or time as seconds with nine decimals. */
void json_seconds(struct json_writer *w, const char *name, nsec_t time);

/* Text from anywhere; NULL is null. */
void json_words(struct json_writer *w, const char *name, const char *text);

/* An address; null for family 0. */
void json_addr(struct json_writer *w, const char *name, const struct addr *addr);

#endif
