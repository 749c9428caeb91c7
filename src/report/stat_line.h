/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Columns of a statistic's lines, written straight into a line: a scan has a million of these.
 *
 * Each writes at `at`, at least width characters, and returns the place behind them. Nothing ends
 * the text; the caller has room for width and STAT_NUMBER_MAX more, as blanks are written by the
 * piece and then written over.
 */
#ifndef SONDE_REPORT_STAT_LINE_H
#define SONDE_REPORT_STAT_LINE_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/digits.h"
#include "base/nsec.h"

#define STAT_NUMBER_MAX 32 /* characters */

/* count blanks, at most STAT_NUMBER_MAX. */
static inline char *stat_put_blanks(char *at, size_t count)
{
	memset(at, ' ', STAT_NUMBER_MAX); /* of a length known here: a few moves */
	return at + count;
}

/* A number, set right: "%*lu"; width at most STAT_NUMBER_MAX. */
static inline char *stat_put_number(char *at, uint64_t number, unsigned width)
{
	unsigned count;

	if (number < DIGITS_COLUMN_END && width >= DIGITS_COLUMN)
		return digits_column(stat_put_blanks(at, width - DIGITS_COLUMN), (uint32_t)number);
	count = digits_count(number);
	if (count < width)
		at = stat_put_blanks(at, width - count);
	return digits_put(at, number);
}

/* Fills what was written from `from` up to at with blanks, to be set left in its column. */
static inline char *stat_put_left(char *from, char *at, size_t width)
{
	size_t len = (size_t)(at - from);

	return len < width ? stat_put_blanks(at, width - len) : at;
}

/*
 * A time in seconds with nine decimals, or the span from one to another with four, set right, to the
 * digit as printf writes Wireshark's doubles: a time's is a sum of two roundings that shows in the
 * last digits of large ones, a span's the difference of two such. width: more than the decimals.
 */
char *stat_put_nine(char *at, nsec_t time, unsigned width);
char *stat_put_span(char *at, nsec_t from, nsec_t to, unsigned width);

#endif
