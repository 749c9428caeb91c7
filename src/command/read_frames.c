// SPDX-License-Identifier: Apache-2.0
// Gives a pass of `sonde read` its frames: see its header.
#include "command/read_frames.h"

#include <errno.h>

#include "command/read_output.h"

#define FRAMES_A_LOOK 1024 /* how often a signal is asked for */

/*
 * No frame is there yet: what came is written out, then more is waited for. False when it will not
 * come: r->interrupted, or a negative *ret_code and r->err.
 */
static bool wait_for_more(struct run *r, int *ret_code)
{
	uint64_t done, total;
	bool shrunk;

	output_flush(r);
	if (r->write.copy)
		copy_flush(r->write.copy);
	capture_progress(r->capture, &done, &total);
	*ret_code = 0;
	r->interrupted = !read_wait_more(&r->wait, done, &shrunk);
	if (!r->interrupted && shrunk)
		*ret_code =
			err_set(&r->err, -ESTALE,
				"\"%s\" has become shorter while it was followed; read it anew.",
				r->options.operands.items[0]);
	return !r->interrupted && !*ret_code && !r->stopped;
}

/* The next frame that passes the capture filter: 1, 0 at the end, or a negative code. */
static int next_frame(struct run *r, struct frame *ret_frame)
{
	int code;

	for (;;) {
		code = capture_next(r->capture, ret_frame, &r->err);
		if (code == -EAGAIN) {
			if (wait_for_more(r, &code))
				continue;
			return code;
		}
		if (code <= 0 || !r->capture_filter)
			return code;
		code = capture_filter_match(r->capture_filter, ret_frame, &r->err);
		if (code)
			return code;
		read_facts_next(&r->facts, r->capture, ret_frame, false); /* its time counts */
	}
}

/* The next frames of a run without capture filter, as next_frame(). */
static int next_frames(struct run *r, struct frame *ret_frames, unsigned max)
{
	int code;

	for (;;) {
		code = capture_next_some(r->capture, ret_frames, max, &r->err);
		if (code != -EAGAIN || !wait_for_more(r, &code))
			return code;
	}
}

int read_frames_each(struct run *r, read_frame_fn *fn)
{
	uint64_t limit = r->options.count ? r->options.count : UINT64_MAX;
	struct frame frame;
	int code = 0;

	for (uint64_t done = 0; done < limit && !r->stopped; done++) {
		code = next_frame(r, &frame);
		if (code <= 0)
			break;
		fn(r, &frame);
		if (done % FRAMES_A_LOOK == 0 && read_wait_interrupted(&r->wait)) {
			r->interrupted = true;
			break;
		}
	}
	return code < 0 ? code : 0;
}

int read_frames_some(struct run *r, read_some_fn *fn, void *context)
{
	uint64_t limit = r->options.count ? r->options.count : UINT64_MAX;
	struct frame frames[QUICK_FRAMES];
	int code = 0;

	for (uint64_t done = 0; done < limit && !r->stopped; done += (unsigned)code) {
		uint64_t left = limit - done;

		code = next_frames(r, frames, left < QUICK_FRAMES ? (unsigned)left : QUICK_FRAMES);
		if (code <= 0)
			break;
		fn(r, frames, (unsigned)code, context);
		if (read_wait_interrupted(&r->wait)) {
			r->interrupted = true;
			break;
		}
	}
	return code < 0 ? code : 0;
}
