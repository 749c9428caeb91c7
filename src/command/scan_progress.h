/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How far the scan is, on standard error: a line in place on a terminal, on request by key, every
 * --stats-every.
 */
#ifndef SONDE_COMMAND_SCAN_PROGRESS_H
#define SONDE_COMMAND_SCAN_PROGRESS_H

#include <stdbool.h>

#include "base/buf.h"
#include "command/keys.h"
#include "net/loop.h"
#include "report/progress.h"

struct scan_session;

/* Fills in what the planner knows: hosts under way, share, probes sent. */
typedef void session_progress_fn(const struct scan_session *s, struct progress *p);

/* Initialise with zero. */
struct scan_progress {
	session_progress_fn *fill;
	struct keys keys;
	struct loop_timer draw_timer, stats_timer;
	bool is_open;
	bool in_place; /* standard error is a terminal that a line can be drawn on in place */
	bool shown;    /* the line stands there now */
	unsigned debug;
	struct buf out;
};

/* Begins: the loop is open, the scan about to start. */
void session_progress_open(struct scan_session *s, session_progress_fn *fill);

/* Takes the line off the terminal, before anything else is printed there. */
void session_progress_hide(struct scan_session *s);

/* A signal of the loop. True when it asks for no end of the scan. */
bool session_progress_signal(struct scan_session *s, int signal);

/* Ends: the terminal is as it was found. */
void session_progress_close(struct scan_session *s);

#endif
