/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Columns of a statistic's lines, written straight into a line: a scan has a million of these.
 *
 * Each writes at `at`, at least width characters, and returns the place behind them. Nothing ends
 * the text; the caller has room for the larger of width and STAT_NUMBER_MAX.
 */
#ifndef SONDE_REPORT_STAT_LINE_H
#define SONDE_REPORT_STAT_LINE_H

#include <stddef.h>
#include <stdint.h>

#include "base/nsec.h"

#define STAT_NUMBER_MAX 32 /* characters */

/* A number, set right: "%*lu". */
char *stat_put_number(char *at, uint64_t number, unsigned width);

/* len bytes of text as they are, set left. Needs room for the larger of len and width. */
char *stat_put_left(char *at, const char *text, size_t len, size_t width);

/* A NUL-ended text as it is. */
char *stat_put_text(char *at, const char *text);

/*
 * A time in seconds with 4 or 9 decimals, set right, to the digit as printf writes Wireshark's
 * double of it, a sum of two roundings that shows in the last digits of large ones.
 */
char *stat_put_seconds(char *at, nsec_t time, unsigned width, unsigned decimals);

#endif
