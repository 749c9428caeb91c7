/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Frames, bytes, or a field's values, per interval of time, in columns with a filter each.
 *
 * Theory of operation. Times are counted in microseconds, as Wireshark does, so that a packet falls
 * into the same interval. Rows are an array by interval, of as many cells as there are columns; it
 * grows to the last interval that has a packet, within a budget. What lies beyond is left out and
 * counted. A packet before the capture's first one counts in the first row.
 */
#ifndef SONDE_PACKET_STAT_IO_H
#define SONDE_PACKET_STAT_IO_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "packet/dfilter.h"
#include "packet/stat_frame.h"

#define STAT_IO_COLUMNS_MAX 64
#define STAT_IO_FIELDS_MAX  16 /* fields of one name */
#define STAT_IO_NAME_MAX    64

enum stat_io_function {
	STAT_IO_BOTH, /* frames and bytes */
	STAT_IO_FRAMES,
	STAT_IO_BYTES,
	STAT_IO_COUNT, /* how often the field is there; the rest work on its values */
	STAT_IO_SUM,
	STAT_IO_MIN,
	STAT_IO_MAX,
	STAT_IO_AVG,
	STAT_IO_LOAD, /* how many calls of that duration were under way, on average */
	STAT_IO_FUNCTIONS
};

/* What the values of a column are. */
enum stat_io_kind {
	STAT_IO_WHOLE,    /* numbers without a sign: frames too */
	STAT_IO_SIGNED,   /* numbers */
	STAT_IO_REAL,     /* doubles */
	STAT_IO_DURATION, /* ns */
};

struct stat_io_value {
	union {
		uint64_t whole;
		int64_t number; /* STAT_IO_SIGNED; STAT_IO_DURATION in ns */
		double real;
	};
};

struct stat_io_cell {
	uint64_t frames; /* or values, with a function of a field */
	uint64_t bytes;
	struct stat_io_value sum;
	struct stat_io_value extreme; /* least or most */
};

struct stat_io_column {
	const char *text; /* as given; "" for all frames. The caller's. */
	size_t len;
	uint8_t function; /* enum stat_io_function */
	uint8_t kind;     /* enum stat_io_kind */
	struct dfilter *filter;
	uint8_t answer; /* enum dfilter_answer for the frame last looked at */
	unsigned field_count;
	uint16_t fields[STAT_IO_FIELDS_MAX];
};

/* Start with zero. */
struct stat_io {
	uint64_t interval_us; /* 0: the whole capture is one */
	unsigned digits;      /* behind the point of the interval as given */
	unsigned column_count;
	struct stat_io_column columns[STAT_IO_COLUMNS_MAX];
	struct stat_io_cell *cells; /* rows one after the other */
	uint64_t rows;
	uint64_t room; /* rows */
	uint64_t budget;
	uint64_t left_out; /* packets in rows that there was no room for */
	uint64_t frames;
	uint64_t duration_us;
};

/* "1,tcp,SUM(udp.length)udp": 0, or negative and a sentence. */
int stat_io_parse(struct stat_io *io, const char *text, struct err *err);
void stat_io_done(struct stat_io *io);

/* "SUM". */
const char *stat_io_function_name(enum stat_io_function function);

/* Adds the fields that its columns look at. */
void stat_io_want(const struct stat_io *io, uint64_t *wanted);

/* Asks the filters their quick answer; true when the frame must be taken apart into a tree. */
bool stat_io_look(struct stat_io *io, const struct frame *frame, const struct dispatch *dispatch);
void stat_io_feed(struct stat_io *io, const struct stat_frame *f);

/* True when a column asks something of each frame, so that bare ones cannot go together. */
bool stat_io_each(const struct stat_io *io);

/* stat_io_look() and stat_io_feed() of bare frames, unless stat_io_each(). */
void stat_io_bares(struct stat_io *io, const struct stat_bares *b);

/* A cell's value in words: what the column's function makes of it. NULL row: zeros. */
struct stat_io_value stat_io_value(const struct stat_io *io, uint64_t row, unsigned column);

#endif
