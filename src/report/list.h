/* SPDX-License-Identifier: Apache-2.0 */
/* The packet list: one line a frame, laid out as tshark's default columns. */
#ifndef SONDE_REPORT_LIST_H
#define SONDE_REPORT_LIST_H

#include <stdint.h>

#include "base/buf.h"
#include "base/nsec.h"
#include "packet/dissect_frame.h"
#include "proto/dissect.h"

enum list_time {
	LIST_TIME_RELATIVE,  /* since the first frame */
	LIST_TIME_ABSOLUTE,  /* time of day */
	LIST_TIME_DATE,      /* date and time of day */
	LIST_TIME_DELTA,     /* since the frame before */
	LIST_TIME_DISPLAYED, /* since the frame listed before */
	LIST_TIME_EPOCH,
};

struct list_style {
	enum list_time time;
	bool utc;        /* the absolute ones; else the zone of this machine */
	unsigned digits; /* behind the point of a second */
};

/* Reads "r", "a", "ad", "d", "dd", "e", "u", "ud"; false when it is none. */
bool list_time_parse(const char *word, struct list_style *ret_style);

/* Appends the time of a frame in this style. */
void list_time(struct buf *out, const struct list_style *style, const struct frame_facts *facts);

/* Appends the line of the frame last taken apart. */
void list_line(struct buf *out, const struct list_style *style, const struct frame_dissector *f,
	       const struct frame_facts *facts);

#endif
