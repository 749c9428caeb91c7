/* SPDX-License-Identifier: Apache-2.0 */
/* Colours of the list by Wireshark's default colouring rules. */
#ifndef SONDE_REPORT_COLOUR_H
#define SONDE_REPORT_COLOUR_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "proto/dissect.h"

/* How many colours the terminal knows. */
enum colour_depth {
	COLOUR_16,
	COLOUR_256,
	COLOUR_TRUE, /* 24 bits */
};

/*
 * What a terminal can by its environment variables COLORTERM and TERM (NULL: not set): true colour
 * for "truecolor" or "24bit", 256 for a TERM that says so, else 16.
 */
enum colour_depth colour_depth_of(const char *colorterm, const char *term);

/* The rules, ready for use. */
struct colours;

/* NULL when memory ran out. */
struct colours *colours_new(enum colour_depth depth);

/* Frees them; NULL is fine. */
void colours_free(struct colours *colours);

/* The TREE_FIELDS_MAX bits of the fields that the rules look at. */
const uint64_t *colours_wanted(const struct colours *colours);

/* How many rules there are, and the name of one, NULL when its fields are not known here. */
unsigned colours_count(void);
const char *colours_name(const struct colours *colours, unsigned at);

/*
 * Appends the escape sequence of the first rule that the frame matches, whose tree holds at least
 * the wanted fields; false and nothing when none does. colours_end() appends the one that ends it.
 */
bool colours_begin(struct buf *out, struct colours *colours, const struct dissect *d);
void colours_end(struct buf *out);

#endif
