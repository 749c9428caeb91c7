/* SPDX-License-Identifier: Apache-2.0 */
/* A running capture: from the first frame to the last. */
#ifndef SONDE_COMMAND_CAPTURE_SESSION_H
#define SONDE_COMMAND_CAPTURE_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/nsec.h"
#include "command/capture_output.h"
#include "command/capture_rules.h"
#include "command/capture_sources.h"
#include "command/capture_status.h"
#include "command/live_list.h"
#include "net/loop.h"
#include "packet/tally.h"

/* Begin with zero; the first group is the caller's to fill, the rest is the session's. */
struct capture_session {
	struct capture_sources *sources; /* opened */
	struct capture_output *output;   /* NULL: nothing is written */
	struct live_list *list;          /* NULL: nothing is listed */
	struct capture_rules stop;       /* -a; packets also from -c */
	enum capture_status_form form;
	struct loop *loop;
	bool told; /* a signal said to end */

	struct tally tally;
	nsec_t started; /* clock_now() */
	struct capture_output_about about;
	uint32_t interfaces[CAPTURE_SOURCES_MAX];
	uint32_t any_interface; /* with "any": the first one that had a frame */
	struct capture_status status;
	struct buf where;
	struct loop_timer flush_timer;
	struct loop_timer second_timer;
	struct loop_timer draw_timer;
	struct loop_timer stop_timer;
	bool ending;    /* what the kernel still holds is taken, the loop turns for signals only */
	bool list_over; /* standard output takes no more */
	bool enough;    /* a rule says that the capture is over: no frame is taken any more */
	bool gone;      /* an interface was removed */
	bool broken;    /* it cannot go on, and trouble says why */
	struct err trouble;
};

/*
 * Begins the first file and watches the taps: what came since they were opened is part of it. 0, or
 * a negative code and a sentence.
 */
int capture_session_begin(struct capture_session *s, struct err *err);

/* Takes frames until a rule, a signal or a failure ends it. 0 or -errno. */
int capture_session_run(struct capture_session *s);

/* Takes the frames that are still in the kernel, counts a last time, draws a last time. */
void capture_session_end(struct capture_session *s);

/* What the kernel dropped on all sources together. */
uint64_t capture_session_dropped(struct capture_session *s);

/* Says on standard error what is missing in the capture for other reasons than a full buffer. */
void capture_session_tell(struct capture_session *s);

void capture_session_done(struct capture_session *s);

#endif
