/* SPDX-License-Identifier: Apache-2.0 */
/* Values and lines of a tree as text: the one place for -V, -T fields, JSON and filters. */
#ifndef SONDE_PACKET_VALUE_TEXT_H
#define SONDE_PACKET_VALUE_TEXT_H

#include "base/buf.h"
#include "base/nsec.h"
#include "proto/dissect.h"
#include "wire/field.h"
#include "wire/tree.h"

/* Where a value goes: -T fields ("0a0b"), or JSON ("0a:0b", nothing for what has no value). */
enum value_style {
	VALUE_PLAIN,
	VALUE_JSON,
};

/*
 * Appends the value alone: "20", "0x0800", "192.0.2.1". Not escaped: strings are as they came.
 * A protocol's value is its line, as tshark -T fields has it.
 */
void value_text(struct buf *out, const struct dissect *d, const struct item *item,
		enum value_style style);

/*
 * Appends the line of an item as the tree shows it, without indentation, escaped for a terminal:
 * "    .... 0101 = Header Length: 20 bytes (5)", "[Stream index: 0]".
 */
void item_line(struct buf *out, const struct dissect *d, const struct item *item);

/* The same without the brackets of what is worked out. */
void item_words(struct buf *out, const struct dissect *d, const struct item *item);

/* Appends the bytes that an item covers as "0a0b"; nothing when they are not all held. */
void item_hex(struct buf *out, const struct dissect *d, const struct item *item);

/* Appends the address of a column: "192.0.2.1", "02:00:00:00:00:01". */
void endpoint_text(struct buf *out, const struct endpoint *endpoint);

/* Appends "1.000000001" or "-0.5": digits (at most 9) behind the point. */
void duration_text(struct buf *out, nsec_t time, unsigned digits);

/* Writes the same at a place with room for DURATION_MAX; returns the place behind it. */
#define DURATION_MAX 32
char *duration_put(char *at, nsec_t time, unsigned digits);

/* Appends "Dec  9, 2014 17:16:09.924505488 UTC". */
void time_text(struct buf *out, nsec_t time);

#endif
