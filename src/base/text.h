/* SPDX-License-Identifier: Apache-2.0 */
/* Text from strangers made safe to print, and numbers read from text without surprises. */
#ifndef SONDE_BASE_TEXT_H
#define SONDE_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Copies from into out (size bytes, always NUL-ended, size > 0) for a terminal or a log line:
 * printable ASCII and well-formed printable UTF-8 pass; control bytes (C0, C1, DEL), bidirectional
 * and zero-width marks, and malformed UTF-8 become \n, \r, \t or \xNN, one escape a byte. Never
 * cuts inside an escape or a character. Returns the length written.
 */
size_t text_escape(char *out, size_t size, const char *from);

/* The same for from_len bytes that may hold NUL. */
size_t text_escape_bytes(char *out, size_t size, const void *from, size_t from_len);

/*
 * The first character of len > 0 bytes that should be UTF-8: its length and its code in *ret_code;
 * 0 when it is malformed.
 */
size_t text_character(const char *text, size_t len, uint32_t *ret_code);

/*
 * How many of len bytes, from the first, are printable ASCII: what no place needs a closer look at.
 */
size_t text_plain(const char *text, size_t len);

/* Whether a character moves, hides or reorders what stands around it on a terminal. */
bool text_is_harmful(uint32_t code);

/*
 * Reads a decimal number without sign that ends where text ends. True and *ret_value set when
 * text holds only digits and min <= value <= max; otherwise false, *ret_value untouched.
 */
bool text_number(const char *text, uint64_t min, uint64_t max, uint64_t *ret_value);

/*
 * Edit distance (insert, delete, replace, swap of neighbours) between two words, for "did you
 * mean"; words over 63 bytes count as far apart.
 */
unsigned text_distance(const char *a, const char *b);

#endif
