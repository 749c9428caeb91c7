/* SPDX-License-Identifier: Apache-2.0 */
/* What a capture file tells of a frame besides its bytes, for the frame protocol. */
#ifndef SONDE_COMMAND_READ_FACTS_H
#define SONDE_COMMAND_READ_FACTS_H

#include <stdbool.h>

#include "base/buf.h"
#include "capture/capture.h"
#include "packet/frame.h"
#include "proto/dissect.h"

#define READ_COMMENTS_MAX 64 /* of one frame */

/* Start with zero. */
struct read_facts {
	struct frame_facts facts; /* of the frame last given */
	unsigned digits;          /* of its time, behind the point */
	bool any;
	bool any_shown;
	struct buf text; /* its comments, each NUL-ended */
	const char *comments[READ_COMMENTS_MAX];
};

/*
 * Fills facts from the frame that capture_next() just gave. details: comments, interface and
 * flags too, which only a tree shows.
 */
void read_facts_next(struct read_facts *r, const struct capture *capture, const struct frame *frame,
		     bool details);

/* The same for a frame that nothing is wanted of but its time, for the frames behind it. */
void read_facts_pass(struct read_facts *r, const struct frame *frame);

/* The frame was shown: the next one's time since the one shown before counts from it. */
void read_facts_shown(struct read_facts *r);

void read_facts_done(struct read_facts *r);

#endif
