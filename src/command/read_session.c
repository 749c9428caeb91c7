// SPDX-License-Identifier: Apache-2.0
// One run of `sonde read`: the open capture and the passes over its frames.
//
// Theory of operation. A pass gives every frame of the file once, in order, to one function. The
// showing pass (show_frame) takes a frame apart as far as somebody needs it, asks the display
// filter, and hands what matches to the output.
//
// Where things are added: a pass that only gathers for a later one is another read_frame_fn, given
// to read_frames_each() by session_read() before the showing pass; statistics (read_stats.c) see
// every frame, by count_frame() when nothing else is asked for, and are printed behind
// output_end(); a shorter way to the plain list is chosen by session_read() in place of
// show_frame().
#include "command/read_session.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "command/read_frames.h"
#include "command/read_output.h"
#include "command/read_quick.h"
#include "command/read_sift.h"
#include "command/read_stats.h"

/* The columns that are shown, of -T fields or of the list; NULL: none have fields. */
static const struct columns *shown_columns(const struct run *r)
{
	if (r->format == READ_FIELDS)
		return &r->fields.columns;
	return r->columns.columns.count ? &r->columns.columns : NULL;
}

static void add_wanted(struct run *r, const uint64_t *bits)
{
	for (size_t i = 0; bits && i < TREE_FIELDS_MAX / 64; i++)
		r->wanted[i] |= bits[i];
}

/* What this format needs of the dissection: no more is made. */
static void set_wants(struct run *r)
{
	const struct columns *columns = shown_columns(r);
	struct frame_dissector *f = r->dissector;
	bool text = r->format == READ_TEXT;
	bool plain = text && !r->options.tree && !r->options.bytes;
	bool whole = r->options.tree || r->format == READ_JSON || r->format == READ_EK ||
		     r->format == READ_PDML;

	r->quiet = (r->options.write || r->stats || r->options.quiet) && !r->options.print && plain;
	r->output_tree = whole || (columns && columns->want_tree) ||
			 ((r->colours || r->highlight) && !r->quiet);
	r->output_info = !r->quiet && (columns ? columns->want_info : r->output_line);
	r->output_details = columns && columns->want_details;
	f->tree.want_text = (columns && columns->want_text) || whole || read_stats_want_text(r);
	if (whole)
		return;
	add_wanted(r, columns ? columns->wanted : NULL);
	add_wanted(r, r->colours ? colours_wanted(r->colours) : NULL);
	add_wanted(r, r->stats ? stats_wanted(r->stats) : NULL);
	add_wanted(r, r->filter ? dfilter_wanted(r->filter) : NULL);
	f->tree.wanted = r->wanted;
}

static void take_block(void *context, const struct pcapng_block *block)
{
	struct run *r = context;

	if (r->write.copy)
		copy_block(r->write.copy, block);
}

/* What takes part in reading: memory only. */
static int make_parts(struct run *r, const char *file)
{
	r->dissector = frame_dissector_new();
	r->flows = flows_new();
	if (!r->dissector || !r->flows)
		return err_set(&r->err, -ENOMEM, "There is no memory to read \"%s\".", file);
	r->dissector->d.flows = r->flows;
	r->dissector->d.hooks = &flow_hooks;
	set_wants(r);
	return 0;
}

/* A pipe is gone after one pass. */
static int check_twice(struct run *r, const char *file)
{
	struct stat status;

	if (!fstat(capture_fd(r->capture), &status) && S_ISREG(status.st_mode) && strcmp(file, "-"))
		return 0;
	return err_set(&r->err, -ESPIPE,
		       "\"%s\" cannot be read twice; leave out -2, or save it to a file first.",
		       strcmp(file, "-") ? file : "standard input");
}

int session_open(struct run *r, const char *file)
{
	const struct capture_options options = {
		.follow = r->options.follow, .on_block = take_block, .context = r};
	const char *path = strcmp(file, "-") ? file : NULL;
	int code;

	read_wait_init(&r->wait);
	code = capture_open(file, &options, &r->capture, &r->err);
	r->names.capture = r->capture;
	if (!code && r->options.two_passes)
		code = check_twice(r, file);
	if (!code)
		code = make_parts(r, file);
	if (!code)
		code = read_wait_begin(&r->wait, capture_fd(r->capture), path, r->options.follow,
				       r->options.follow || r->options.write, &r->err);
	if (!code && r->options.write)
		code = read_write_open(&r->write, r->options.write, capture_fd(r->capture),
				       r->as_pcap, &r->err);
	return code;
}

/*
 * Takes a frame apart as far as it is needed, by the statistics too; whether it is to be shown. One
 * that is not still passes through the dissectors, for what the flow tables learn from it.
 */
static bool take_frame(struct run *r, const struct frame *frame)
{
	struct frame_dissector *f = r->dissector;
	enum dfilter_answer answer = DFILTER_YES;
	bool tree = false, info = false;

	if (r->filter)
		answer = dfilter_quick(r->filter, frame, &f->dispatch);
	if (r->stats)
		read_stats_look(r, frame, &tree, &info);
	f->want_tree =
		tree || answer == DFILTER_UNSURE || (answer == DFILTER_YES && r->output_tree);
	f->want_info = info || (answer != DFILTER_NO && r->output_info);
	dissect_frame(f, frame, &r->facts.facts);
	if (r->stats)
		stats_feed(r->stats, f);
	return answer == DFILTER_YES ||
	       (answer == DFILTER_UNSURE && dfilter_matches(r->filter, &f->d));
}

/* The pass that shows. */
static void show_frame(struct run *r, const struct frame *frame)
{
	read_facts_next(&r->facts, r->capture, frame,
			r->output_tree || r->output_details || r->filter || r->stats);
	r->style.file_digits = r->facts.digits;
	if (!take_frame(r, frame))
		return;
	if (r->write.copy && copy_frame(r->write.copy, r->capture, frame))
		r->stopped = true;
	if (!r->quiet)
		output_frame(r);
	r->shown++;
	read_facts_shown(&r->facts);
}

/* The pass that only counts: a frame is taken apart when some statistic needs it. */
static void count_frame(struct run *r, const struct frame *frame)
{
	struct frame_dissector *f = r->dissector;

	f->want_tree = f->want_info = false;
	/* A second pass shows the tables of streams every frame that the first one did. */
	if (!read_stats_look(r, frame, &f->want_tree, &f->want_info) && !r->options.two_passes) {
		read_facts_pass(&r->facts, frame);
		stats_feed(r->stats, NULL);
		return;
	}
	read_facts_next(&r->facts, r->capture, frame, true);
	dissect_frame(f, frame, &r->facts.facts);
	stats_feed(r->stats, f);
}

static void count_some(struct run *r, const struct frame *frames, unsigned count, void *context)
{
	unsigned done = 0, taken;

	(void)context;
	while (done < count) {
		taken = r->options.two_passes ? 0 : read_stats_take(r, frames + done, count - done);
		if (!taken)
			count_frame(r, &frames[done++]);
		done += taken;
	}
}

/* The frames of a batch, to the list by a shorter way. */
static void show_some(struct run *r, const struct frame *frames, unsigned count, void *context)
{
	struct read_sift *sift = context;
	unsigned sifted = sift ? read_sift_take(sift, frames, count) : 0;

	read_quick_show(r, frames + sifted, count - sifted, show_frame);
}

/* All of the file is there, so that nobody waits for a line that another thread still holds. */
static bool comes_at_once(const struct run *r)
{
	struct stat status;

	return !r->options.follow && !fstat(capture_fd(r->capture), &status) &&
	       S_ISREG(status.st_mode);
}

/* Shows all frames by the short way, up to -c; 0 at a clean end or a negative code. */
static int list_all(struct run *r)
{
	struct read_sift *sift = read_sift_new(r, show_frame);
	int code;

	r->may_lines = comes_at_once(r);
	code = read_frames_some(r, show_some, sift);
	if (sift)
		read_sift_end(sift);
	read_sift_free(sift);
	output_lines_end(r);
	return code;
}

/* Counts all frames, up to -c; 0 at a clean end or a negative code. */
static int count_all(struct run *r)
{
	if (!r->capture_filter)
		return read_frames_some(r, count_some, NULL);
	return read_frames_each(r, count_frame);
}

/*
 * A capture filter is compiled when the first frame comes; of a file without frames only this
 * tells whether it is one.
 */
static int try_filter(struct run *r)
{
	const struct inventory *v = capture_inventory(r->capture);
	enum link_type link = v->interface_count ? v->interfaces[0].about.link : LINK_ETHERNET;

	int code = 0;

	if (!r->capture_filter)
		return 0;
	if (!capture_filter_tried(r->capture_filter))
		code = capture_filter_compile(r->capture_filter, link, &r->err);
	return code ? code : capture_filter_useless(r->capture_filter, &r->err);
}

/* The pass that only gathers what the tables of streams and requests learn. */
static void learn_frame(struct run *r, const struct frame *frame)
{
	read_facts_next(&r->facts, r->capture, frame, false);
	r->dissector->want_tree = false;
	r->dissector->want_info = false;
	dissect_frame(r->dissector, frame, &r->facts.facts);
}

/*
 * The first pass of -2, through a second opening of the file. Damage is left for the pass that
 * shows to tell.
 */
static int learn(struct run *r)
{
	const char *file = r->options.operands.items[0];
	struct capture *shown = r->capture;
	int code = capture_open(file, NULL, &r->capture, &r->err);

	if (!code) {
		flows_remember(r->flows);
		read_frames_each(r, learn_frame);
		r->err = (struct err) {0};
		capture_free(r->capture);
	}
	r->capture = shown;
	read_facts_done(&r->facts);
	r->facts = (struct read_facts) {0};
	flows_rewind(r->flows);
	frame_dissector_rewind(r->dissector);
	return code;
}

int session_read(struct run *r)
{
	int code;

	if (r->options.two_passes) {
		code = learn(r);
		if (code || r->interrupted)
			return code;
	}
	output_begin(r);
	if (read_quick_serves(r))
		code = list_all(r);
	else if (r->stats && r->quiet && !r->write.copy)
		code = count_all(r);
	else
		code = read_frames_each(r, show_frame);
	if (!code)
		code = try_filter(r);
	if (code != -EINVAL)
		output_end(r);
	if (code != -EINVAL && r->stats)
		read_stats_print(r);
	return code;
}

int session_finish(struct run *r)
{
	return read_write_finish(&r->write, r->capture, &r->err);
}

void session_done(struct run *r)
{
	read_wait_done(&r->wait);
	read_write_done(&r->write);
	flows_free(r->flows);
	r->flows = NULL;
	stats_free(r->stats);
	r->stats = NULL;
	frame_dissector_free(r->dissector);
	r->dissector = NULL;
	r->names.capture = NULL;
	capture_free(r->capture);
	r->capture = NULL;
}
