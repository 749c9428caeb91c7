/* SPDX-License-Identifier: Apache-2.0 */
/* What one kind of statistic brings along; only report/stat*.c includes this. */
#ifndef SONDE_REPORT_STAT_KIND_H
#define SONDE_REPORT_STAT_KIND_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/hash.h"
#include "base/thread.h"
#include "packet/dfilter.h"
#include "packet/stat_frame.h"
#include "report/stat.h"

/* How much of a frame a statistic needs beyond its core headers. */
enum stat_need {
	STAT_NEEDS_LENGTH, /* nothing: only when it came and how long it is */
	STAT_NEEDS_LAYERS, /* of frames that are not plain: which headers there are */
	STAT_NEEDS_TOP,    /* of frames that are not plain: the items at the top of the tree */
	STAT_NEEDS_ALL,    /* of every frame: the whole of it */
};

struct stat_kind;

/* One -z. */
struct stat {
	const struct stat_kind *kind;
	const char *text;           /* as given; the caller's */
	const char *filter_text;    /* points into it; "" without a filter */
	struct dfilter *filter;     /* frames that do not match are not counted; NULL: all are */
	enum dfilter_answer answer; /* for the frame last looked at */
	void *state;
};

/* One row of the table in stat.c. */
struct stat_kind {
	const char *name;      /* "io,phs" */
	const char *arguments; /* for people: "[,FILTER]" */
	const char *help;      /* half a sentence */
	uint8_t need;          /* enum stat_need */
	bool want_text;        /* STAT_NEEDS_ALL: lines of items */
	bool want_info;        /* STAT_NEEDS_ALL: the Info column */

	/*
	 * Reads rest, what follows the name ("" or ",..."), sets stat->state and leaves the
	 * filter's text in stat->filter_text. 0, or negative and err.
	 */
	int (*make)(struct stat *stat, const char *rest, const struct hash_key *key,
		    struct err *err);
	void (*done)(struct stat *stat); /* frees the state, which may be NULL */

	/* Adds the fields it looks at; NULL: none. */
	void (*want)(const struct stat *stat, uint64_t *wanted);

	/*
	 * Whether the frame must be taken apart into a tree beyond what `need` says: a column's
	 * filter is unsure, say. NULL: never. Asked of every frame
	 * that does not come by feed_bares().
	 */
	bool (*look)(struct stat *stat, const struct frame *frame, const struct dispatch *dispatch);

	/*
	 * Before a frame: how much memory it may have taken by now; NULL: it is bounded anyway.
	 * True when it counts by a thread of its own, which may do spare's while it would wait.
	 */
	bool (*allow)(struct stat *stat, uint64_t bytes, const struct thread_spare *spare);
	void (*feed)(struct stat *stat, const struct stat_frame *f);

	/* Whether look() must be asked of each frame. NULL: if there is a look(). */
	bool (*each)(const struct stat *stat);

	/* Bare plain frames, without filter and look(); NULL: feed() gets each. */
	void (*feed_bares)(struct stat *stat, const struct stat_bares *b);
	void (*print)(const struct stat *stat, struct stats_out *out);

	/* Writes members of an object: "\"rows\": [...]". */
	void (*json)(const struct stat *stat, struct stats_out *out);
};

/* For make(): a filter is what follows a comma; rest may be "". 0, or negative and a sentence. */
int stat_filter_rest(struct stat *stat, const char *rest, struct err *err);

/* Writes out what is held when it is much. Ask after each line. */
void stat_out_line(struct stats_out *out);

/* Sets the bit of a field. */
static inline void stat_want_field(uint64_t *wanted, uint16_t id)
{
	wanted[id >> 6] |= (uint64_t)1 << (id & 63);
}

extern const struct stat_kind stat_phs_kind;
extern const struct stat_kind stat_conv_kind;
extern const struct stat_kind stat_endpoints_kind;
extern const struct stat_kind stat_plen_kind;
extern const struct stat_kind stat_io_kind;
extern const struct stat_kind stat_expert_kind;
extern const struct stat_kind stat_flow_kind;

#endif
