/* SPDX-License-Identifier: Apache-2.0 */
/* Gives a pass of `sonde read` its frames: one by one or by the batch. */
#ifndef SONDE_COMMAND_READ_FRAMES_H
#define SONDE_COMMAND_READ_FRAMES_H

#include "command/read_quick.h"
#include "command/read_session.h"

/* What a pass does with a frame, and with count of them, at most QUICK_FRAMES. */
typedef void read_frame_fn(struct run *r, const struct frame *frame);
typedef void read_some_fn(struct run *r, const struct frame *frames, unsigned count, void *context);

/*
 * Gives every frame that passes the capture filter to fn, up to -c; what is followed is waited for.
 * 0 at a clean end, at Ctrl-C (r->interrupted) or once r->stopped; or a negative code and r->err.
 */
int read_frames_each(struct run *r, read_frame_fn *fn);

/*
 * The same by the batch, for a run without capture filter. What r->capture tells of the frame
 * last given, but for its options, is then of the last one of its batch.
 */
int read_frames_some(struct run *r, read_some_fn *fn, void *context);

#endif
