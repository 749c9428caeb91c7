/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Many lines of a statistic, written by two threads in order. Only report/stat_*.c includes this.
 *
 * Theory of operation. Lines go in parts of STAT_ROWS_PART. Where there is a second processor and
 * more than one part, another thread makes the text of every second part into a buffer of its own,
 * one part ahead at most, and the caller makes the rest and writes all of them out.
 */
#ifndef SONDE_REPORT_STAT_ROWS_H
#define SONDE_REPORT_STAT_ROWS_H

#include <stdint.h>

#include "report/stat.h"

#define STAT_ROWS_PART 2048u /* some 300 KB: they stay near */

/* Appends rows from number first up to end to out. Two threads call it: it changes nothing else. */
typedef void stat_rows_fn(struct buf *out, uint32_t first, uint32_t end, const void *context);

/* Writes count rows in order. */
void stat_rows(struct stats_out *out, uint32_t count, stat_rows_fn *fn, const void *context);

#endif
