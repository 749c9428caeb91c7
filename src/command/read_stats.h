/* SPDX-License-Identifier: Apache-2.0 */
/* The statistics of `sonde read`: -z and --json. */
#ifndef SONDE_COMMAND_READ_STATS_H
#define SONDE_COMMAND_READ_STATS_H

#include <stdbool.h>

#include "capture/capture.h"
#include "command/read_session.h"

/* Makes r->stats of -z, NULL without: 0, or a negative code and r->err. */
int read_stats_parse(struct run *r);

/* True when -z help was asked for. */
bool read_stats_help(const struct run *r);

/*
 * Sees the frame before it is taken apart: what the statistics need of it is added to *tree and
 * *info; true when it must be taken apart at all. r->facts are the frame's.
 */
bool read_stats_look(struct run *r, const struct frame *frame, bool *tree, bool *info);

/* Counts the first of these frames at once where that is enough for them: how many. */
unsigned read_stats_take(struct run *r, const struct frame *frames, unsigned count);

/* Whether lines of items are needed of frames that are taken apart. */
bool read_stats_want_text(const struct run *r);

/* Prints them all to r->out. */
void read_stats_print(struct run *r);

#endif
