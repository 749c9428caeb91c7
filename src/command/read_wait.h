/* SPDX-License-Identifier: Apache-2.0 */
/* Waiting for more of a capture that is still being written, and for Ctrl-C. */
#ifndef SONDE_COMMAND_READ_WAIT_H
#define SONDE_COMMAND_READ_WAIT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

/* Start with zero, then read_wait_init(). */
struct read_wait {
	int input;     /* what is read */
	int signals;   /* signalfd; -1: signals act as they always do */
	int changes;   /* inotify of a followed file; -1 without */
	int old_flags; /* of a pipe that we made non-blocking; -1 when not */
};

void read_wait_init(struct read_wait *w);

/*
 * Begins: a pipe or socket is made non-blocking, so that what came can be shown before more is
 * waited for; a followed file (by path) is watched; with catch_signals SIGINT, SIGTERM and SIGHUP
 * no longer kill but are told by the calls below. 0, or a negative code and a sentence.
 */
int read_wait_begin(struct read_wait *w, int input, const char *path, bool follow,
		    bool catch_signals, struct err *err);

/* Whether a signal came; asks the kernel, so not for each frame. */
bool read_wait_interrupted(const struct read_wait *w);

/*
 * Sleeps until there may be more to read; false when a signal came. *ret_shrunk: the file has
 * become shorter than the done bytes already read of it.
 */
bool read_wait_more(const struct read_wait *w, uint64_t done, bool *ret_shrunk);

/* Gives the pipe its flags back and closes. */
void read_wait_done(struct read_wait *w);

#endif
