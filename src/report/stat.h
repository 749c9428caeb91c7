/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The statistics of one reading (-z), gathered together and printed one after the other.
 *
 * For each frame in order: stats_look() decodes the core headers and says whether the frame must
 * be taken apart for somebody; then stats_feed() counts it. At the end stats_text() or
 * stats_json().
 */
#ifndef SONDE_REPORT_STAT_H
#define SONDE_REPORT_STAT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/thread.h"
#include "packet/dissect_frame.h"
#include "packet/frame.h"

struct stats;

/* key: a secret drawn once a run, for tables that strangers fill. NULL when memory ran out. */
struct stats *stats_new(const struct hash_key *key);
void stats_free(struct stats *s);

/*
 * Adds a statistic: "conv,tcp", "io,stat,1,tcp", as -z takes it. text must outlive s. 0, or a
 * negative code and a sentence that names the place or the nearest right name.
 */
int stats_add(struct stats *s, const char *text, struct err *err);

/* What a frame must be taken apart into. */
struct stats_needs {
	bool tree; /* with the fields of stats_wanted() */
	bool info; /* the Info column */
};

/* The TREE_FIELDS_MAX bits of the fields that any of them looks at. Lives as long as s. */
const uint64_t *stats_wanted(const struct stats *s);

/* True when items need their lines, in whatever frame is taken apart. */
bool stats_want_text(const struct stats *s);

/*
 * Sees a frame: since_first is its time since the capture's first one. True when it must be taken
 * apart, and *ret_needs says into what; frame must then be fed with a dissector that did so.
 */
bool stats_look(struct stats *s, const struct frame *frame, nsec_t since_first,
		const struct dispatch *dispatch, struct stats_needs *ret_needs);

/*
 * Counts the first of these frames at once, in place of the two, where that says no less of them:
 * how many, often 0. first: the time of the capture's first frame.
 */
unsigned stats_take(struct stats *s, const struct frame *frames, unsigned count, nsec_t first);

/* Counts the frame last looked at; f: what it was taken apart into, or NULL. */
void stats_feed(struct stats *s, const struct frame_dissector *f);

/* True when one of them counts by a thread of its own by now. */
bool stats_count_aside(const struct stats *s);

/* What such threads do while they would wait; until stats_text() and its like, or stats_free(). */
void stats_spare(struct stats *s, const struct thread_spare *spare);

/* Where text goes: flush (may be NULL) is called when buf has grown, and empties it. */
struct stats_out {
	struct buf *buf;
	void (*flush)(void *context);
	void *context;
};

/* Prints all in the order given, each as tshark -q -z does; or as one JSON object. */
void stats_text(const struct stats *s, struct stats_out *out);
void stats_json(const struct stats *s, struct stats_out *out);

/* A line "NAME ARGUMENTS  help" for each statistic there is. */
void stats_help(struct buf *out);

#endif
