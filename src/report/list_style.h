/* SPDX-License-Identifier: Apache-2.0 */
/* How the list shows times and addresses: tshark's -t and -N. */
#ifndef SONDE_REPORT_LIST_STYLE_H
#define SONDE_REPORT_LIST_STYLE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "proto/dissect.h"
#include "wire/addr.h"

enum list_time {
	LIST_TIME_RELATIVE,  /* since the first frame */
	LIST_TIME_ABSOLUTE,  /* time of day */
	LIST_TIME_DATE,      /* date and time of day */
	LIST_TIME_YEAR_DAY,  /* year, day of the year and time of day */
	LIST_TIME_DELTA,     /* since the frame before */
	LIST_TIME_DISPLAYED, /* since the frame listed before */
	LIST_TIME_EPOCH,
};

/* One way to write a time. */
struct time_style {
	enum list_time time;
	bool utc;        /* the absolute ones; else the zone of this machine */
	bool has_digits; /* asked for; else as many as the file keeps */
	unsigned digits; /* behind the point of a second */
};

/* Who knows names; each answers NULL for what has none. */
struct list_names {
	const void *context;
	const char *(*address)(const void *context, const struct addr *address);
	const char *(*port)(const void *context, uint8_t ip_protocol, uint16_t port);
};

struct list_style {
	struct time_style time;
	unsigned file_digits;           /* behind the point, of the frame's file */
	const struct list_names *names; /* NULL: numbers */
	bool strict;                    /* Wireshark's words only: see list_line() */
};

/*
 * Reads "r", "a", "ad", "adoy", "d", "dd", "e", "u", "ud", "udoy", each with an optional precision
 * (".3": three digits); false when it is none.
 */
bool time_style_parse(const char *word, struct time_style *ret_style);

/* Appends the time of a frame in this way, with file_digits unless the style says how many. */
void list_time(struct buf *out, const struct time_style *style, unsigned file_digits,
	       const struct frame_facts *facts);

/* False when this style shows a time of day; else what it counts, of a frame that has a time. */
bool list_time_counts(const struct time_style *style, const struct frame_facts *facts,
		      nsec_t *ret_time);

/* Appends an address of the columns, by name when there is one. */
void list_address(struct buf *out, const struct list_style *style, const struct endpoint *endpoint);

#endif
