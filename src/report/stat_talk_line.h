/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The lines of conversations and endpoints. Only report/stat_*.c includes this.
 *
 * Theory of operation. A scan has a million of these lines, and they repeat one another: an
 * address, a count of one packet of 54 bytes. So text that was made lately is kept, and copied
 * where the numbers are the same.
 */
#ifndef SONDE_REPORT_STAT_TALK_LINE_H
#define SONDE_REPORT_STAT_TALK_LINE_H

#include <stdbool.h>

#include "base/buf.h"
#include "packet/stat_table.h"

#define STAT_ADDRESS_MAX     64
#define STAT_SIDE_WIDTH      20
#define STAT_SIDE_PORT_WIDTH 26
#define STAT_KEPT_MAX        64

/* A text of len characters (0: none) and what it says. */
struct stat_kept {
	uint64_t numbers[2];
	uint8_t kind; /* enum side_kind of a side */
	uint8_t len;
	char text[STAT_KEPT_MAX + 32]; /* STAT_NUMBER_MAX to write it in */
};

/* Start with zero. */
struct stat_talk_lines {
	struct stat_kept sides[2];
	struct stat_kept counts[3];
};

/* The address alone: "192.0.2.1"; "NONE" where the link has none. Returns its end. */
char *stat_address(const struct stat_side *s, char out[static STAT_ADDRESS_MAX]);

/* Appends a line of a conversation or an endpoint. */
void stat_talk_line(struct stat_talk_lines *l, struct buf *out, const struct stat_row *row,
		    bool ports);
void stat_endpoint_line(struct stat_talk_lines *l, struct buf *out, const struct stat_row *row,
			bool ports);

#endif
