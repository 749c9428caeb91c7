// SPDX-License-Identifier: Apache-2.0
// `sonde watch`: capture around any scanner, then say what it did.
//
// Theory of operation. Order matters here:
//   1. Interfaces are chosen from the command's words, the file is opened, the taps are opened.
//   2. The command is forked with all the rights we came with, and held back.
//   3. We give up our own rights, begin the file, and let the command go: it can send nothing that
//      is not captured.
//   4. It ends, or we are told to. Answers may be late: we go on until QUIET has passed without a
//      frame, LATE_MAX at most.
//   5. The file is completed, read again through a descriptor kept for that, and explained.
// The terminal's Ctrl-C reaches command and us; we ignore it and wait for the command, which knows
// best what to do. Its exit status becomes ours. SIGTERM is for us, and we pass it on.
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "command/capture_session.h"
#include "command/child.h"
#include "command/command.h"
#include "command/command_line.h"
#include "command/explain.h"
#include "command/print.h"
#include "command/watch_targets.h"
#include "net/clock.h"
#include "net/privilege.h"

#define QUIET    (300 * NSEC_PER_MSEC)
#define LATE_MAX (3 * NSEC_PER_SEC)

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

struct watch_options {
	bool help;
	struct option_list interfaces;
	const char *write;
	const char *filter;
	bool keep_ssh;
	struct option_list operands;
};

#define FIELD(name) offsetof(struct watch_options, name)

static const struct option_row rows[] = {
	{.name = "interface",
	 .letters = "i",
	 .argument = "NAME",
	 .help = "Capture on this interface, or on \"any\"; may be given again. Usually those that "
		 "lead to the addresses in the command, or all.",
	 .kind = OPTION_LIST,
	 .offset = FIELD(interfaces)},
	{.name = "write",
	 .letters = "w",
	 .argument = "FILE",
	 .help = "Write the capture to this file instead of the last scan's place.",
	 .kind = OPTION_TEXT,
	 .offset = FIELD(write)},
	{.name = "filter",
	 .letters = "f",
	 .argument = "FILTER",
	 .help = "Capture only what passes this filter, in tcpdump's language.",
	 .kind = OPTION_TEXT,
	 .offset = FIELD(filter)},
	{.name = "keep-ssh",
	 .help = "Capture the SSH session one sits in, too; it is left out otherwise.",
	 .kind = OPTION_FLAG,
	 .offset = FIELD(keep_ssh)},
	{.name = "help",
	 .letters = "h",
	 .help = "Print this help.",
	 .kind = OPTION_FLAG,
	 .offset = FIELD(help)},
};

const struct option_table watch_option_table = {
	.command = "sonde watch",
	.synopsis = "[options] -- COMMAND [ARGUMENT...]",
	.summary = "Runs a scanner, captures every packet meanwhile, and says what it did. Exit "
		   "status: that of the command; 126 it could not be run, 127 it was not found, 2 "
		   "nothing was run.",
	.rows = rows,
	.row_count = COUNT(rows),
	.operands = FIELD(operands),
	.stop_at_operand = true,
};

/* One run. */
struct run {
	struct watch_options options;
	struct capture_sources sources;
	struct capture_wish wish;
	struct option_list chosen; /* interfaces that the command's words lead to */
	char names[CAPTURE_SOURCES_MAX][DEVICE_NAME_MAX];
	struct capture_session session;
	struct child child;
	int reader; /* of the file, for the explanation; -1: none */
	struct loop_timer late_timer;
	nsec_t ended;    /* when the command ended; 0: it runs */
	bool told;       /* a signal ends the run */
	bool over;       /* nothing more is waited for */
	uint64_t frames; /* when the late timer was last due */
	struct buf command;
	struct buf where;
	struct buf out;
	struct err err;
};

/* The command's words, NULL-ended. */
static char **words_of(const struct run *r)
{
	size_t count = r->options.operands.count;
	char **words = calloc(count + 1, sizeof(*words));

	for (size_t i = 0; words && i < count; i++)
		words[i] = (char *)(uintptr_t)r->options.operands.items[i];
	return words;
}

/* The interfaces that the command's words lead to become the wish; with none it is "any". */
static int choose_interfaces(struct run *r, char *const words[])
{
	uint32_t found[CAPTURE_SOURCES_MAX];
	size_t count = watch_targets_interfaces(
		&r->sources.devices, words, r->options.operands.count, CAPTURE_SOURCES_MAX, found);

	r->wish.interfaces = &r->options.interfaces;
	if (r->options.interfaces.count)
		return 0;
	r->chosen.items = calloc(CAPTURE_SOURCES_MAX, sizeof(*r->chosen.items));
	if (!r->chosen.items)
		return err_set(&r->err, -ENOMEM, "There is no memory left to start.");
	for (size_t i = 0; i < count; i++) {
		const struct device *d = device_by_index(&r->sources.devices, found[i]);

		if (!d || !d->up || !d->supported)
			continue;
		memcpy(r->names[r->chosen.count], d->name, DEVICE_NAME_MAX);
		r->chosen.items[r->chosen.count] = r->names[r->chosen.count];
		r->chosen.count++;
	}
	if (!r->chosen.count)
		r->chosen.items[r->chosen.count++] = "any";
	r->wish.interfaces = &r->chosen;
	return 0;
}

static int choose(struct run *r, char *const words[])
{
	int code = capture_sources_survey(&r->sources, &r->err);

	if (!code)
		code = choose_interfaces(r, words);
	r->wish.filter = r->options.filter;
	r->wish.keep_ssh = r->options.keep_ssh;
	if (!code)
		code = capture_sources_choose(&r->sources, &r->wish, &r->err, &r->where);
	return code;
}

static void finish(struct run *r)
{
	r->over = true;
	loop_stop(r->session.loop);
}

static void on_late_due(void *user, nsec_t now)
{
	struct run *r = user;
	bool quiet = r->session.tally.frames == r->frames;

	if (!r->ended || quiet || now - r->ended >= LATE_MAX) {
		finish(r);
		return;
	}
	r->frames = r->session.tally.frames;
	r->late_timer.due = now + QUIET;
}

static void on_child(void *user, int fd, uint32_t events)
{
	struct run *r = user;

	(void)events;
	loop_unwatch(r->session.loop, fd);
	r->ended = clock_now();
	r->frames = r->session.tally.frames;
	r->late_timer.due = r->ended + QUIET;
}

static void on_signal(void *user, int signal)
{
	struct run *r = user;

	if (signal == SIGINT && !r->ended && !r->told)
		return;
	if (r->told || r->ended) {
		finish(r);
		return;
	}
	r->told = true;
	child_end(&r->child);
	r->late_timer.due = clock_now() + LATE_MAX;
}

static int open_output(struct run *r)
{
	static const struct option_list none;
	const struct capture_output_options options = {
		.path = r->options.write,
		.command = buf_text(&r->command),
		.comments = &none,
	};
	int code;

	if (options.path && !strcmp(options.path, "-"))
		return err_set(&r->err, -EINVAL,
			       "Standard output is the command's; name a file with -w.");
	code = capture_output_open(&options, &r->session.output, &r->err);
	if (!code)
		r->reader = capture_output_reader(r->session.output, &r->err);
	return code ? code : r->reader < 0 ? -EINVAL : 0;
}

/* The steps at the head of this file, up to letting the command go. */
static int open_all(struct run *r, char *const words[])
{
	const struct privilege_options drop = {.change_user = true};
	struct privilege_report report;
	int code = capture_sources_open(&r->sources, &r->wish, &r->err);

	if (!code)
		code = open_output(r);
	if (!code)
		code = child_start(words, &r->child, &r->err);
	if (!code)
		code = loop_open(on_signal, r, &r->session.loop, &r->err);
	if (!code)
		code = privilege_drop(&drop, &report, &r->err);
	if (!code)
		code = capture_session_begin(&r->session, &r->err);
	if (!code)
		code = loop_watch(r->session.loop, r->child.fd, EPOLLIN, on_child, r);
	r->late_timer = (struct loop_timer) {.due = NSEC_NEVER, .fn = on_late_due, .user = r};
	if (!code)
		loop_add_timer(r->session.loop, &r->late_timer);
	return code;
}

/*
 * Closes the file and says what was seen; on standard error, as standard output is the command's.
 */
static void say_end(struct run *r)
{
	uint64_t dropped = capture_session_dropped(&r->session);
	char *path = strdup(capture_output_status(r->session.output).path);

	if (capture_output_close(r->session.output, &r->err))
		print_complaint(r->err.text);
	r->session.output = NULL;
	fprintf(stderr,
		"\nsonde: %" PRIu64 " packet%s captured, %" PRIu64
		" dropped by the kernel, kept in %s.\n",
		r->session.tally.frames, r->session.tally.frames == 1 ? "" : "s", dropped,
		path ? path : "the file");
	capture_session_tell(&r->session);
	if (explain_capture(r->reader, path ? path : "the file", !r->options.write, &r->out,
			    &r->err))
		print_complaint(r->err.text);
	fwrite(r->out.data, 1, r->out.len, stderr);
	free(path);
}

/*
 * Captures until the command has ended or we are told to. When the capture itself cannot go on (a
 * full disk, an interface removed), the command is nevertheless left to its work.
 */
static void run_both(struct run *r)
{
	int code;

	child_go(&r->child);
	do
		code = capture_session_run(&r->session);
	while (!code && !r->over);
	if (code)
		print_complaint("Waiting for packets failed, and so the capture ends before the "
				"command.");
}

static int watch(struct run *r)
{
	char **words = words_of(r);
	int status = STATUS_USAGE, code;
	int wrong = words ? child_find(words[0], &r->err) : 0;

	if (wrong) { /* the capture of the last scan stays */
		print_complaint(r->err.text);
		free(words);
		return wrong;
	}
	if (!words)
		code = err_set(&r->err, -ENOMEM, "There is no memory left to start.");
	else
		code = choose(r, words);
	if (!code)
		code = open_all(r, words);
	free(words);
	if (code) {
		print_complaint(r->err.text);
		fputs(buf_text(&r->where), stderr);
		return STATUS_USAGE;
	}
	run_both(r);
	status = r->ended ? child_status(&r->child) : STATUS_INTERRUPTED;
	capture_session_end(&r->session);
	say_end(r);
	return status;
}

static void run_done(struct run *r)
{
	child_done(&r->child);
	capture_output_close(r->session.output, NULL);
	if (r->reader >= 0)
		close(r->reader);
	capture_session_done(&r->session);
	loop_close(r->session.loop);
	capture_sources_done(&r->sources);
	free(r->chosen.items);
	buf_done(&r->command);
	buf_done(&r->where);
	buf_done(&r->out);
	option_done(&watch_option_table, &r->options);
}

int command_watch(int argc, char *const argv[])
{
	struct run *r = calloc(1, sizeof(*r));
	int status = STATUS_USAGE;

	if (!r) {
		print_complaint("There is no memory.");
		return STATUS_FAILED;
	}
	r->reader = -1;
	r->child = (struct child) {.fd = -1, .gate = -1};
	r->session.sources = &r->sources;
	r->session.form = CAPTURE_STATUS_NONE;
	command_line_text("sonde watch", argc, argv, &r->command);
	if (option_parse(&watch_option_table, argc, argv, &r->options, &r->err)) {
		print_complaint(r->err.text);
	} else if (r->options.help) {
		status = print_help(&watch_option_table);
	} else if (!r->options.operands.count) {
		print_complaint("sonde watch needs a command, as in \"sonde watch -- nmap HOST\".");
	} else {
		status = watch(r);
	}
	run_done(r);
	free(r);
	return status;
}
