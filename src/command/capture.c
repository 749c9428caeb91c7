// SPDX-License-Identifier: Apache-2.0
// `sonde capture`: packets from interfaces to the screen and into files.
//
// Theory of operation. Order matters here:
//   1. Options, interfaces and filters are checked; then the file is opened, or the process
//      started that opens files later, with the rights that we came with.
//   2. The taps are opened. From here on the kernel keeps frames for us.
//   3. All rights are given up. Only then is the first frame looked at.
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command/capture_devices.h"
#include "command/capture_options.h"
#include "command/capture_session.h"
#include "command/command.h"
#include "command/command_line.h"
#include "command/print.h"
#include "command/terminal.h"
#include "net/privilege.h"

/* One run. */
struct run {
	struct capture_options options;
	struct capture_sources sources;
	struct capture_wish wish;
	struct capture_session session;
	struct capture_rules rotate;
	struct buf filter; /* of -f or the operands */
	struct buf command;
	struct buf where; /* the place of a filter's error */
	struct buf out;
	struct err err;
};

static int read_direction(struct run *r)
{
	static const char *const words[] = {
		[TAP_BOTH] = "inout",
		[TAP_IN] = "in",
		[TAP_OUT] = "out",
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strcmp(r->options.direction, words[i]) != 0)
			continue;
		r->wish.tap.direction = (enum tap_direction)i;
		return 0;
	}
	return err_set(&r->err, -EINVAL, "-Q takes in, out or inout, not \"%s\".",
		       r->options.direction);
}

static int read_filter(struct run *r)
{
	const struct option_list *words = &r->options.operands;

	if (r->options.filter && words->count)
		return err_set(&r->err, -EINVAL,
			       "There are two filters, \"%s\" of -f and \"%s\" behind the options; "
			       "give one.",
			       r->options.filter, words->items[0]);
	if (r->options.filter)
		buf_puts(&r->filter, r->options.filter);
	for (size_t i = 0; i < words->count; i++)
		buf_printf(&r->filter, "%s%s", i ? " " : "", words->items[i]);
	r->wish.filter = buf_text(&r->filter);
	return 0;
}

/* Rules that need something else that was not said. */
static int check_rules(struct run *r)
{
	const struct capture_rules *stop = &r->session.stop;

	if (r->options.rotate.count && !r->options.write)
		return err_set(&r->err, -EINVAL, "-b makes several files of one; name it with -w.");
	if (r->options.rotate.count && !strcmp(r->options.write, "-"))
		return err_set(&r->err, -EINVAL,
			       "-b makes several files, but -w - is standard output; name a file.");
	if (r->rotate.files && !r->rotate.bytes && !r->rotate.packets && !r->rotate.duration &&
	    !r->rotate.interval)
		return err_set(&r->err, -EINVAL,
			       "-b files:N keeps the newest N files, but nothing says when a file "
			       "ends; add -b filesize:1000, say.");
	if (stop->files && !r->options.rotate.count)
		return err_set(&r->err, -EINVAL,
			       "-a files:N stops after N files; say with -b when a file ends.");
	if (stop->bytes && !r->options.write)
		return err_set(&r->err, -EINVAL,
			       "-a filesize:KB stops when the file has so much; name it with -w.");
	if (stop->bytes && r->options.rotate.count)
		return err_set(&r->err, -EINVAL,
			       "-a filesize:KB stops when the one file has so much, but -b makes "
			       "several; say -b filesize:KB, and -a files:N to stop.");
	return 0;
}

static int read_rules(struct run *r)
{
	struct capture_rules *stop = &r->session.stop;
	int code = capture_rules_read(&r->options.stop, "-a", false, stop, &r->err);

	if (!code)
		code = capture_rules_read(&r->options.rotate, "-b", true, &r->rotate, &r->err);
	if (r->options.count && (!stop->packets || r->options.count < stop->packets))
		stop->packets = r->options.count;
	return code ? code : check_rules(r);
}

/* A table that was asked for, on the terminal where packets would be listed. */
static bool is_table_there(const struct capture_options *o)
{
	return o->status && !strcmp(o->status, "table") && !o->quiet && isatty(STDOUT_FILENO) &&
	       isatty(STDERR_FILENO);
}

static bool is_list_wanted(const struct capture_options *o)
{
	return o->list || o->display_filter || o->tree || o->bytes;
}

/* Whether packets are listed: without a file always, but where the table stands instead. */
static bool lists(const struct capture_options *o)
{
	return is_list_wanted(o) || (!o->write && !is_table_there(o));
}

static int read_forms(struct run *r)
{
	const struct capture_options *o = &r->options;
	bool pcap = !strcmp(o->file_format, "pcap");

	if (!pcap && strcmp(o->file_format, "pcapng") != 0)
		return err_set(&r->err, -EINVAL, "-F takes pcapng or pcap, not \"%s\".",
			       o->file_format);
	if (pcap && o->comments.count)
		return err_set(&r->err, -EINVAL,
			       "A pcap file has no place for --comment; write pcapng.");
	if (o->comments.count && !o->write)
		return err_set(&r->err, -EINVAL, "--comment goes into a file; name it with -w.");
	if (o->write && !strcmp(o->write, "-") && lists(o))
		return err_set(&r->err, -EINVAL,
			       "-w - writes the packets to standard output, where they cannot be "
			       "listed as well; name a file.");
	if (o->quiet || (!o->status && lists(o)))
		r->session.form = CAPTURE_STATUS_NONE;
	else if (!capture_status_form(o->status, &r->session.form))
		return err_set(&r->err, -EINVAL,
			       "--status takes table, lines, json or none, not \"%s\".", o->status);
	if (is_table_there(o) && is_list_wanted(o))
		return err_set(&r->err, -EINVAL,
			       "The table would be redrawn over the list of packets; leave out "
			       "-P, -Y, -V and -x, or say --status lines.");
	return 0;
}

/* Everything that the options alone can have wrong. */
static int check(struct run *r)
{
	int code = read_direction(r);

	if (!code)
		code = read_filter(r);
	if (!code)
		code = read_rules(r);
	if (!code)
		code = read_forms(r);
	r->wish.interfaces = &r->options.interfaces;
	r->wish.keep_ssh = r->options.keep_ssh;
	r->wish.tap.promiscuous = !r->options.not_promiscuous;
	r->wish.tap.snap_len = (uint32_t)r->options.snap_len;
	r->wish.tap.buffer_bytes = (size_t)r->options.buffer << 20;
	return code;
}

static int make_list(struct run *r)
{
	const struct live_list_options options = {
		.show = lists(&r->options),
		.tree = r->options.tree,
		.bytes = r->options.bytes,
		.filter = r->options.display_filter,
		.stop_when = r->options.stop_when,
		.time = r->options.time,
		.names = r->options.names,
		.color = terminal_has_color(STDOUT_FILENO),
	};

	if (!options.show && !options.stop_when)
		return 0;
	return live_list_new(&options, &r->session.list, &r->err, &r->where);
}

/* A pcap file holds frames of one link type. */
static int check_pcap(struct run *r)
{
	const struct device *first = NULL;

	if (strcmp(r->options.file_format, "pcap") != 0)
		return 0;
	for (size_t i = 0; i < r->sources.count; i++) {
		const struct device *d =
			device_by_index(&r->sources.devices, r->sources.items[i].interface);

		if (!d || (first && d->link != first->link))
			return err_set(&r->err, -EINVAL,
				       "A pcap file holds one kind of link header, these "
				       "interfaces may have several; write pcapng.");
		first = d;
	}
	return 0;
}

static int open_output(struct run *r)
{
	const struct capture_output_options options = {
		.path = r->options.write,
		.as_pcap = !strcmp(r->options.file_format, "pcap"),
		.rotate = r->rotate,
		.several = r->options.rotate.count > 0,
		.files_max = r->session.stop.files,
		.command = buf_text(&r->command),
		.comments = &r->options.comments,
		.snap_len = (uint32_t)r->options.snap_len,
	};

	return r->options.write ? capture_output_open(&options, &r->session.output, &r->err) : 0;
}

static void on_signal(void *user, int signal)
{
	struct run *r = user;

	(void)signal;
	r->session.told = true;
	loop_stop(r->session.loop);
}

/* The steps at the head of this file, up to the first frame. */
static int open_all(struct run *r)
{
	const struct privilege_options drop = {.change_user = true};
	struct privilege_report report;
	int code = make_list(r);

	if (!code)
		code = check_pcap(r);
	if (!code && r->options.rotate.count)
		code = open_output(r); /* forks: no socket shall be open yet */
	if (!code)
		code = capture_sources_open(&r->sources, &r->wish, &r->err);
	if (!code && !r->options.rotate.count)
		code = open_output(r); /* empties the file: nothing else may be wrong any more */
	/* Behind the file: who waits for a reader of a FIFO must still be able to press Ctrl-C. */
	if (!code)
		code = loop_open(on_signal, r, &r->session.loop, &r->err);
	if (!code)
		code = privilege_drop(&drop, &report, &r->err);
	if (!code)
		code = capture_session_begin(&r->session, &r->err);
	return code;
}

static void say_start(const struct run *r)
{
	struct buf where = {0};

	capture_sources_text(&r->sources, &where);
	fprintf(stderr, "Capturing on %s%s%s.\n", buf_text(&where),
		r->options.write ? " into " : "", r->options.write ? r->options.write : "");
	if (r->sources.ssh.len)
		fputs("Your own SSH session is left out; --keep-ssh takes it in.\n", stderr);
	buf_done(&where);
}

/* What came by and is not in the file. */
struct losses {
	uint64_t dropped; /* by the kernel */
	uint64_t unwritten;
};

/* The sum at the end, and what went wrong; the exit status. */
static enum exit_status say_end(struct run *r, const struct losses *losses, int failed)
{
	struct capture_session *s = &r->session;
	uint64_t dropped = losses->dropped;
	enum exit_status status = failed || s->broken || s->gone ? STATUS_FAILED : STATUS_OK;

	fprintf(stderr, "%" PRIu64 " packet%s captured, %" PRIu64 " dropped by the kernel",
		s->tally.frames, s->tally.frames == 1 ? "" : "s", dropped);
	if (losses->unwritten)
		fprintf(stderr, ", %" PRIu64 " not written", losses->unwritten);
	fputs(".\n", stderr);
	if (dropped && r->options.write)
		fputs("What the kernel dropped is not in the file; a larger buffer (-B), a filter "
		      "or a snap length (-s) helps.\n",
		      stderr);
	if (s->list)
		live_list_tell_limited(s->list);
	capture_session_tell(s);
	if (failed)
		print_complaint(r->err.text);
	return status;
}

static enum exit_status capture(struct run *r)
{
	struct losses losses = {0};
	int code = open_all(r);

	if (code) {
		print_complaint(r->err.text);
		fputs(buf_text(&r->where), stderr);
		return STATUS_USAGE;
	}
	if (!r->options.quiet)
		say_start(r);
	code = capture_session_run(&r->session);
	if (code)
		err_set(&r->err, code, "Waiting for packets failed; the capture ends here.");
	capture_session_end(&r->session);
	losses.dropped = capture_session_dropped(&r->session);
	if (r->session.output) {
		capture_output_flush(r->session.output);
		losses.unwritten = capture_output_status(r->session.output).lost;
	}
	if (capture_output_close(r->session.output, &r->err))
		code = -EIO;
	r->session.output = NULL;
	return say_end(r, &losses, code);
}

static enum exit_status run(struct run *r)
{
	int code = check(r);

	if (!code)
		code = capture_sources_survey(&r->sources, &r->err);
	if (!code && r->options.list_devices) {
		capture_devices_print(&r->sources.devices, &r->out);
		return print_text(&r->out);
	}
	if (!code)
		code = capture_sources_choose(&r->sources, &r->wish, &r->err, &r->where);
	if (!code && r->options.show_program) {
		code = capture_sources_program(&r->sources, &r->out, &r->err);
		if (!code)
			return print_text(&r->out);
	}
	if (!code)
		return capture(r);
	print_complaint(r->err.text);
	fputs(buf_text(&r->where), stderr);
	return STATUS_USAGE;
}

static void run_done(struct run *r)
{
	capture_output_close(r->session.output, NULL);
	live_list_free(r->session.list);
	capture_session_done(&r->session);
	loop_close(r->session.loop);
	capture_sources_done(&r->sources);
	buf_done(&r->filter);
	buf_done(&r->command);
	buf_done(&r->where);
	buf_done(&r->out);
	option_done(&capture_option_table, &r->options);
}

int command_capture(int argc, char *const argv[])
{
	struct run *r = calloc(1, sizeof(*r));
	enum exit_status status = STATUS_USAGE;

	if (!r) {
		print_complaint("There is no memory.");
		return STATUS_FAILED;
	}
	r->session.sources = &r->sources;
	command_line_text("sonde capture", argc, argv, &r->command);
	if (option_parse(&capture_option_table, argc, argv, &r->options, &r->err)) {
		print_complaint(r->err.text);
	} else if (r->options.help) {
		status = print_help(&capture_option_table);
	} else {
		status = run(r);
	}
	run_done(r);
	free(r);
	return status;
}
