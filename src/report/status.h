/* SPDX-License-Identifier: Apache-2.0 */
/* The state of a running capture: a table to redraw in place, one line, or one JSON object. */
#ifndef SONDE_REPORT_STATUS_H
#define SONDE_REPORT_STATUS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/nsec.h"
#include "packet/tally.h"

#define STATUS_SECONDS_MAX 120 /* how far back the small graph can look */

/* What is shown. Texts are raw: they are escaped here. Nothing is owned. */
struct status {
	const char *where;  /* "eth0", "all interfaces", "eth0, eth1" */
	const char *filter; /* libpcap's language; NULL or "": none */
	const char *file;   /* being written; NULL: none */
	uint64_t file_bytes;
	unsigned file_number; /* of several files, from 1; 0: there is one */
	nsec_t elapsed;
	struct tally tally;
	uint64_t dropped;         /* by the kernel, for want of room */
	uint64_t lost;            /* by us: could not be written */
	uint64_t packets_per_sec; /* during the last second */
	uint64_t bytes_per_sec;
	/* Packets of each of the last full seconds, oldest first. */
	const uint32_t *seconds;
	unsigned second_count;
	const char *trouble; /* a sentence to stand at the end, or NULL */
};

struct status_screen {
	unsigned columns; /* of the terminal: at least 20 are used */
	unsigned rows;    /* the table takes fewer than these */
	bool utf8;        /* the terminal can show block characters */
	bool color;
};

/*
 * Appends the table: lines of at most screen->columns - 1 cells, fewer than screen->rows of them,
 * each ended by a newline. Kinds that stay zero are left out; when there are more kinds than room,
 * the rarest are added up in one row. Returns how many lines.
 */
unsigned status_table(struct buf *out, const struct status *status,
		      const struct status_screen *screen);

/* Appends one line for a log: "12 s: 1987 packets (TCP 98.8 %, ARP 0.7 %), 87/s, 0 dropped". */
void status_line(struct buf *out, const struct status *status);

/* Appends one JSON object on one line; docs/CAPTURE.md describes it. */
void status_json(struct buf *out, const struct status *status);

#endif
