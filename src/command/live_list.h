/* SPDX-License-Identifier: Apache-2.0 */
/* Lists frames while they come in, as `sonde read` lists a file, and looks out for a last one. */
#ifndef SONDE_COMMAND_LIVE_LIST_H
#define SONDE_COMMAND_LIVE_LIST_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"
#include "net/device.h"
#include "packet/frame.h"

struct live_list;

struct live_list_options {
	bool show;             /* false: only stop_when matters */
	bool tree;             /* -V */
	bool bytes;            /* -x */
	const char *filter;    /* -Y: only what matches is shown; NULL: all */
	const char *stop_when; /* a display filter; NULL: none */
	const char *time;      /* -t */
	const char *names;     /* -N; NULL: numbers */
	bool color;            /* Wireshark's colours */
};

/*
 * Makes a list. 0, or a negative code: the sentence then stands in err, or, for a filter, with the
 * place it means already appended to where (several lines).
 */
int live_list_new(const struct live_list_options *options, struct live_list **ret_list,
		  struct err *err, struct buf *where);

/* Frees it; what was not written out is lost. NULL is fine. */
void live_list_free(struct live_list *list);

/*
 * Takes a frame: its id counts from 1, its time is wall time. True when it is the one that
 * stop_when waits for.
 */
bool live_list_frame(struct live_list *list, const struct frame *frame,
		     const struct device_list *devices);

/* Says on standard error when a filter cost too much for some packet. */
void live_list_tell_limited(const struct live_list *list);

/* How many bytes are held: not written yet. */
size_t live_list_held(const struct live_list *list);

/*
 * Writes to standard output what it takes, waiting for it 50 ms at most. 0: all is written; -EAGAIN:
 * some is held and may be written by the next call, before which no frame should be added;
 * otherwise what keeps it from ever being written (-EPIPE: nobody reads it any more).
 */
int live_list_flush(struct live_list *list);

#endif
