// SPDX-License-Identifier: Apache-2.0
// One run of `sonde read`: the open capture and the passes over its frames.
//
// Theory of operation. A pass gives every frame of the file once, in order, to one function. The
// showing pass (show_frame) takes a frame apart as far as somebody needs it, asks the display
// filter, and hands what matches to the output.
//
// Where things are added: a pass that only gathers for a later one is another frame_fn, given to
// each_frame() by session_read() before the showing pass; a statistic is told of a frame by
// show_frame() where the frame would be shown, and printed by session_read() behind output_end();
// a shorter way to the plain list is chosen by session_read() in place of show_frame().
#include "command/read_session.h"

#include <errno.h>

#include "command/read_output.h"

/* What a pass does with a frame. */
typedef void frame_fn(struct run *r, const struct frame *frame);

/* What this format needs of the dissection: no more is made. */
static void set_wants(struct run *r)
{
	struct frame_dissector *f = r->dissector;
	bool text = r->format == READ_TEXT;

	r->output_tree = !text || r->options.tree;
	r->output_info = (text && !r->options.tree && !r->options.bytes) || r->fields.want_info;
	f->tree.want_text = (text && r->options.tree) || r->format == READ_JSON ||
			    r->format == READ_EK || r->fields.want_text;
	f->tree.wanted = r->format == READ_FIELDS ? r->fields.wanted : NULL;
	if (!r->filter || (r->output_tree && !f->tree.wanted))
		return;
	for (size_t i = 0; i < TREE_FIELDS_MAX / 64; i++)
		r->wanted[i] =
			dfilter_wanted(r->filter)[i] | (f->tree.wanted ? f->tree.wanted[i] : 0);
	f->tree.wanted = r->wanted;
}

int session_open(struct run *r, const char *file)
{
	int code = capture_open(file, NULL, &r->capture, &r->err);

	if (code)
		return code;
	r->dissector = frame_dissector_new();
	r->flows = flows_new();
	if (!r->dissector || !r->flows)
		return err_set(&r->err, -ENOMEM, "There is no memory to read \"%s\".", file);
	r->dissector->d.flows = r->flows;
	r->dissector->d.hooks = &flow_hooks;
	set_wants(r);
	return 0;
}

/*
 * Takes a frame apart as far as it is needed; whether it is to be shown. One that is not still
 * passes through the dissectors, for what the flow tables learn from it.
 */
static bool take_frame(struct run *r, const struct frame *frame)
{
	struct frame_dissector *f = r->dissector;
	enum dfilter_answer answer = DFILTER_YES;

	if (r->filter)
		answer = dfilter_quick(r->filter, frame, &f->dispatch);
	f->want_tree = answer == DFILTER_UNSURE || (answer == DFILTER_YES && r->output_tree);
	f->want_info = answer != DFILTER_NO && r->output_info;
	dissect_frame(f, frame, &r->facts.facts);
	return answer == DFILTER_YES ||
	       (answer == DFILTER_UNSURE && dfilter_matches(r->filter, &f->d));
}

/* The pass that shows. */
static void show_frame(struct run *r, const struct frame *frame)
{
	read_facts_next(&r->facts, r->capture, frame, r->output_tree || r->filter);
	r->style.digits = r->facts.digits;
	if (!take_frame(r, frame))
		return;
	output_frame(r);
	r->shown++;
	read_facts_shown(&r->facts);
}

/* Gives every frame to fn, up to -c; 0 at a clean end or a negative code. */
static int each_frame(struct run *r, frame_fn *fn)
{
	uint64_t limit = r->options.count ? r->options.count : UINT64_MAX;
	struct frame frame;
	int code = 0;

	for (uint64_t done = 0; done < limit && !r->stopped; done++) {
		code = capture_next(r->capture, &frame, &r->err);
		if (code <= 0)
			break;
		fn(r, &frame);
	}
	return code < 0 ? code : 0;
}

int session_read(struct run *r)
{
	int code;

	output_begin(r);
	code = each_frame(r, show_frame);
	output_end(r);
	return code;
}

void session_done(struct run *r)
{
	flows_free(r->flows);
	r->flows = NULL;
	frame_dissector_free(r->dissector);
	r->dissector = NULL;
	capture_free(r->capture);
	r->capture = NULL;
}
