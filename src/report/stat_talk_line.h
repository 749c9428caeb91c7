/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The lines of conversations and endpoints. Only report/stat_*.c includes this.
 *
 * Theory of operation. A scan has a million of these lines, and they repeat one another: a few
 * addresses, counts of one packet of 58 bytes and one of 54. So such text is kept, with the blanks
 * that fill its columns, and copied where the numbers are the same. Copies are of a fixed length,
 * so they are a few moves; what is too much is written over.
 */
#ifndef SONDE_REPORT_STAT_TALK_LINE_H
#define SONDE_REPORT_STAT_TALK_LINE_H

#include <stdbool.h>

#include "base/buf.h"
#include "packet/stat_table.h"

#define STAT_ADDRESS_MAX     64
#define STAT_SIDE_WIDTH      20
#define STAT_SIDE_PORT_WIDTH 26
#define STAT_SIDES_KEPT      32 /* a power of two */
#define STAT_COUNTS_KEPT     8
#define STAT_SIDE_ROOM       STAT_ADDRESS_MAX
#define STAT_COUNTS_ROOM     168 /* three times both numbers at their longest */

/* The text of an address, len characters (0: none is kept) and blanks behind them. */
struct stat_kept_side {
	uint64_t high;
	uint64_t low;
	uint8_t kind; /* enum side_kind */
	uint8_t len;
	char text[STAT_SIDE_ROOM];
};

/* The text of what both sides sent, and the sum. */
struct stat_kept_counts {
	uint64_t packets[2];
	uint64_t bytes[2];
	uint8_t len;
	char text[STAT_COUNTS_ROOM + 32]; /* STAT_NUMBER_MAX to write it in */
};

/* Start with zero. */
struct stat_talk_lines {
	struct stat_kept_side sides[STAT_SIDES_KEPT];
	struct stat_kept_counts counts[STAT_COUNTS_KEPT];
};

/* The address alone: "192.0.2.1"; "NONE" where the link has none. Returns its end. */
char *stat_address(const struct stat_side *s, char out[static STAT_ADDRESS_MAX]);

/* Appends a line of a conversation or an endpoint. */
void stat_talk_line(struct stat_talk_lines *l, struct buf *out, const struct stat_row *row,
		    bool ports);
void stat_endpoint_line(struct stat_talk_lines *l, struct buf *out, const struct stat_row *row,
			bool ports);

#endif
