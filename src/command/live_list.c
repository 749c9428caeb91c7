// SPDX-License-Identifier: Apache-2.0
// Lists frames while they come in, as `sonde read` lists a file, and looks out for a last one.
//
// Theory of operation. Who reads the list may stop for a while (a pager) or for good, and a write
// that waits for him would keep signals and timers waiting, too. So no more is written than is
// sure to be taken at once, PIPE_BUF bytes after poll() says so; the rest is held, and the caller
// leaves further frames to the kernel meanwhile.
#include "command/live_list.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command/print.h"
#include "command/read_names.h"
#include "packet/dfilter.h"
#include "packet/dissect_frame.h"
#include "packet/flow.h"
#include "packet/print_tree.h"
#include "report/colour.h"
#include "report/list.h"

#define NSEC_DIGITS 9
#define WAIT_MS     50 /* for a reader who is slower than the frames */

struct live_list {
	struct live_list_options options;
	struct list_style style;
	struct read_names names;
	struct dfilter *filter;
	struct dfilter *stop_when;
	struct colours *colours; /* NULL: no colours */
	struct frame_dissector *dissector;
	struct flows *flows;
	struct tree_links links;
	uint64_t wanted[TREE_FIELDS_MAX / 64]; /* by the filters */
	struct frame_facts facts;              /* of the last frame */
	bool any;
	struct buf out;
	size_t written; /* of out */
};

static int compile(const char *text, struct dfilter **ret_filter, struct err *err,
		   struct buf *where)
{
	struct dfilter_error error;
	int code = text ? dfilter_compile(text, strlen(text), ret_filter, &error) : 0;

	if (code) {
		*err = error.err;
		buf_pointed(where, text, strlen(text), error.at, error.len);
	}
	return code;
}

/* What the dissection must yield: no more is made. */
static void set_wants(struct live_list *l)
{
	const uint64_t *sets[] = {
		l->filter ? dfilter_wanted(l->filter) : NULL,
		l->stop_when ? dfilter_wanted(l->stop_when) : NULL,
		l->colours ? colours_wanted(l->colours) : NULL,
	};
	struct frame_dissector *f = l->dissector;

	f->want_info = l->options.show && !l->options.tree;
	f->want_tree = l->options.tree || l->filter || l->stop_when || l->colours;
	f->tree.want_text = l->options.tree;
	if (l->options.tree)
		return;
	for (size_t set = 0; set < sizeof(sets) / sizeof(sets[0]); set++)
		for (size_t i = 0; sets[set] && i < TREE_FIELDS_MAX / 64; i++)
			l->wanted[i] |= sets[set][i];
	f->tree.wanted = l->wanted;
}

int live_list_new(const struct live_list_options *options, struct live_list **ret_list,
		  struct err *err, struct buf *where)
{
	struct live_list *l = calloc(1, sizeof(*l));
	int code = 0;

	if (!l)
		return err_set(err, -ENOMEM, "There is no memory left to list packets.");
	l->options = *options;
	l->style.file_digits = NSEC_DIGITS;
	if (!time_style_parse(options->time, &l->style.time))
		code = err_set(err, -EINVAL,
			       "\"%s\" is no style of time; -t takes those of sonde read -t.",
			       options->time);
	if (!code && options->names)
		code = read_names_parse(&l->names, options->names, err);
	if (!code && l->names.names.context)
		l->style.names = &l->names.names;
	if (!code)
		code = compile(options->filter, &l->filter, err, where);
	if (!code)
		code = compile(options->stop_when, &l->stop_when, err, where);
	if (!code) {
		l->dissector = frame_dissector_new();
		l->flows = flows_new();
		if (!l->dissector || !l->flows)
			code = err_set(err, -ENOMEM, "There is no memory left to list packets.");
	}
	if (code) {
		live_list_free(l);
		return code;
	}
	if (options->color)
		l->colours = colours_new(colour_depth_of(getenv("COLORTERM"), getenv("TERM")));
	l->dissector->d.flows = l->flows;
	l->dissector->d.hooks = &flow_hooks;
	set_wants(l);
	*ret_list = l;
	return 0;
}

void live_list_free(struct live_list *l)
{
	if (!l)
		return;
	read_names_done(&l->names);
	dfilter_free(l->filter);
	dfilter_free(l->stop_when);
	colours_free(l->colours);
	frame_dissector_free(l->dissector);
	flows_free(l->flows);
	tree_links_done(&l->links);
	buf_done(&l->out);
	free(l);
}

static void set_facts(struct live_list *l, const struct frame *frame,
		      const struct device_list *devices)
{
	const struct device *d = device_by_index(devices, frame->interface);
	struct frame_facts before = l->facts;

	l->facts = (struct frame_facts) {
		.number = frame->id,
		.time = frame->time,
		.first = l->any ? before.first : frame->time,
		.previous = l->any ? before.time : frame->time,
		.shown = l->any ? before.shown : frame->time,
		.has_time = true,
		.captured_len = frame->captured_len,
		.wire_len = frame->wire_len,
		.link = frame->link,
		.has_interface = true,
		.section = 1,
		.interface = frame->interface,
		.interface_name = d ? d->name : NULL,
		.has_flags = frame->direction != FRAME_UNKNOWN,
		.flags = frame->direction,
	};
	l->any = true;
}

/* A line of the list; its colour ends before the newline. */
static void show_line(struct live_list *l)
{
	bool coloured = l->colours && colours_begin(&l->out, l->colours, &l->dissector->d);

	list_line(&l->out, &l->style, l->dissector, &l->facts);
	if (coloured)
		colours_end(&l->out);
	buf_putc(&l->out, '\n');
}

static void show(struct live_list *l)
{
	const struct print_style all = {0};

	if (l->options.tree)
		print_tree(&l->out, &l->dissector->d, &l->links, &all);
	else
		show_line(l);
	if (l->options.bytes) {
		if (!l->options.tree)
			buf_putc(&l->out, '\n');
		print_bytes(&l->out, &l->dissector->d, NULL);
	}
	l->facts.shown = l->facts.time;
}

bool live_list_frame(struct live_list *l, const struct frame *frame,
		     const struct device_list *devices)
{
	set_facts(l, frame, devices);
	dissect_frame(l->dissector, frame, &l->facts);
	if (l->options.show && (!l->filter || dfilter_matches(l->filter, &l->dissector->d)))
		show(l);
	return l->stop_when && dfilter_matches(l->stop_when, &l->dissector->d);
}

void live_list_tell_limited(const struct live_list *l)
{
	if (l->filter)
		print_limited("The filter", dfilter_limited(l->filter));
	if (l->stop_when)
		print_limited("--stop-when", dfilter_limited(l->stop_when));
}

size_t live_list_held(const struct live_list *l)
{
	return l->out.len - l->written;
}

int live_list_flush(struct live_list *l)
{
	struct pollfd ready = {.fd = STDOUT_FILENO, .events = POLLOUT};

	if (l->out.failed)
		return -ENOMEM;
	while (live_list_held(l)) {
		size_t left = live_list_held(l);
		ssize_t got;

		if (poll(&ready, 1, WAIT_MS) <= 0)
			return -EAGAIN;
		got = write(STDOUT_FILENO, l->out.data + l->written,
			    left < PIPE_BUF ? left : PIPE_BUF);
		if (got < 0 && errno != EINTR)
			return -errno;
		l->written += got > 0 ? (size_t)got : 0;
	}
	buf_clear(&l->out);
	l->written = 0;
	return 0;
}
