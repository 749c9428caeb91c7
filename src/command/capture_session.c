// SPDX-License-Identifier: Apache-2.0
// A running capture: from the first frame to the last.
//
// Theory of operation. Frames come in blocks from the taps, each is counted, written and listed in
// that order. The kernel hands a block over at 50 ms of age at the latest and the file is flushed
// every FLUSH_EVERY, so that a capture that is killed misses less than the last 250 ms. Once a
// second the kernel's counts go into the file, and the interfaces are looked at: one that is down
// may come back, one that was removed will not.
#include "command/capture_session.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>

#include "command/print.h"
#include "net/clock.h"
#include "packet/decode.h"

#define FLUSH_EVERY    (100 * NSEC_PER_MSEC)
#define DRAW_EVERY     (250 * NSEC_PER_MSEC)
#define LIST_HELD_MAX  (1u << 20)         /* bytes of the list, at the end */
#define LIST_PATIENCE  (1 * NSEC_PER_SEC) /* with a list that nobody takes, when told to end */
#define BLOCKS_AT_ONCE 4                  /* between two looks at timers and signals */

/* Ends it after the callback that calls this. */
static void stop(struct capture_session *s)
{
	s->enough = true;
	loop_stop(s->loop);
}

/* Ends the capture because of a failure. */
static void give_up(struct capture_session *s)
{
	s->broken = true;
	stop(s);
}

/* Whether a rule of -a, or a failure to write, ends the capture behind this frame. */
static void check_rules(struct capture_session *s)
{
	const struct capture_rules *r = &s->stop;
	struct capture_output_status out;

	if (r->packets && s->tally.frames >= r->packets)
		stop(s);
	if (!s->output || !(r->bytes || r->files))
		return;
	out = capture_output_status(s->output);
	if ((r->bytes && !out.number && out.bytes >= r->bytes) ||
	    (r->files && out.done >= r->files))
		stop(s);
}

/*
 * Writes the list as far as it is taken; false while some of it is held. That nobody reads it any
 * more ends the capture, as he wanted; any other failure is told.
 */
static bool flush_list(struct capture_session *s)
{
	int code = s->list && !s->list_over ? live_list_flush(s->list) : 0;

	if (code == -EAGAIN)
		return false;
	if (!code)
		return true;
	s->list_over = true;
	if (code == -EPIPE) {
		stop(s);
		return true;
	}
	err_set(&s->trouble, code, "Standard output cannot be written: %s; the list ends there.",
		strerror(-code));
	give_up(s);
	return true;
}

/* Waits for who reads the list; once a signal has come, while he takes some in LIST_PATIENCE. */
static void await_list(struct capture_session *s)
{
	nsec_t since = clock_now();
	size_t held = SIZE_MAX;

	while (!flush_list(s)) {
		loop_once(s->loop, 0);
		if (!s->told || live_list_held(s->list) < held)
			since = clock_now();
		held = live_list_held(s->list);
		if (clock_now() - since < LIST_PATIENCE)
			continue;
		err_set(&s->trouble, -EAGAIN,
			"Nobody reads standard output, so the end of the list is not written.");
		s->list_over = true;
		s->broken = true;
	}
}

static void on_frame(void *user, const struct frame *frame)
{
	struct capture_session *s = user;
	struct frame numbered = *frame;
	struct packet packet;

	if (s->enough)
		return;
	if (s->sources->filter_here && s->sources->parts &&
	    capture_filter_match(s->sources->parts, frame, NULL) <= 0)
		return;
	if (!s->any_interface)
		s->any_interface = frame->interface;
	numbered.id = s->tally.frames + 1;
	if (s->output && !capture_output_frame(s->output, &numbered)) {
		stop(s);
		return;
	}
	packet_decode(frame, &packet);
	tally_frame(&s->tally, frame, &packet);
	if (s->list && !s->list_over && live_list_frame(s->list, &numbered, &s->sources->devices))
		stop(s);
	if (s->ending && s->list && live_list_held(s->list) > LIST_HELD_MAX)
		await_list(s);
	check_rules(s);
}

static struct capture_source *source_of(struct capture_session *s, int fd)
{
	for (size_t i = 0; i < s->sources->count; i++)
		if (tap_fd(s->sources->items[i].tap) == fd)
			return &s->sources->items[i];
	return NULL;
}

static void on_tap(void *user, int fd, uint32_t events)
{
	struct capture_session *s = user;
	struct capture_source *source = source_of(s, fd);

	(void)events;
	if (!flush_list(s))
		return; /* the kernel keeps the frames, and counts those that it cannot */
	if (source)
		tap_read(source->tap, BLOCKS_AT_ONCE, on_frame, s);
	flush_list(s);
}

uint64_t capture_session_dropped(struct capture_session *s)
{
	uint64_t dropped = 0;

	for (size_t i = 0; i < s->sources->count; i++)
		dropped += tap_stats(s->sources->items[i].tap).dropped;
	return dropped;
}

static void show(struct capture_session *s)
{
	nsec_t now = clock_now();
	struct status status = {
		.where = buf_text(&s->where),
		.filter = buf_text(&s->sources->filter),
		.elapsed = now - s->started,
		.tally = s->tally,
		.dropped = capture_session_dropped(s),
		.trouble = *s->trouble.text ? s->trouble.text : NULL,
	};

	if (s->output) {
		struct capture_output_status out = capture_output_status(s->output);

		status.file = out.path;
		status.file_bytes = out.bytes;
		status.file_number = out.number;
		status.lost = out.lost;
	}
	capture_status_show(&s->status, &status, now);
}

static void write_counts(struct capture_session *s, bool end)
{
	nsec_t now = clock_now() + clock_wall_offset();

	for (size_t i = 0; s->output && i < s->sources->count; i++) {
		const struct capture_source *source = &s->sources->items[i];
		struct tap_stats stats = tap_stats(source->tap);
		const struct pcapng_counts counts = {
			.time = now,
			.start = s->about.started,
			.end = end ? now : NSEC_NEVER,
			.received = stats.received + stats.dropped,
			.dropped = PCAPNG_UNKNOWN,
			.accepted = PCAPNG_UNKNOWN,
			.os_dropped = stats.dropped,
			.delivered = stats.delivered,
		};

		capture_output_counts(s->output,
				      source->interface ? source->interface : s->any_interface,
				      &counts);
	}
}

static void on_file_end(void *user)
{
	write_counts(user, false);
}

/* Names the interfaces in this state; how many there are. */
static size_t name_interfaces(const struct capture_session *s, enum tap_state state,
			      struct buf *out)
{
	size_t count = 0;

	for (size_t i = 0; i < s->sources->count; i++)
		if (s->sources->items[i].state == state)
			buf_printf(out, "%s\"%s\"", count++ ? ", " : "", s->sources->items[i].name);
	return count;
}

/* Says which interfaces give nothing: those removed rather than those that may come back. */
static void tell_interfaces(struct capture_session *s)
{
	struct buf gone = {0}, down = {0};
	size_t count;

	*s->trouble.text = '\0';
	count = name_interfaces(s, TAP_DOWN, &down);
	if (count)
		err_set(&s->trouble, -1, "Interface%s %s %s down; waiting for %s.",
			count > 1 ? "s" : "", buf_text(&down), count > 1 ? "are" : "is",
			count > 1 ? "them" : "it");
	count = name_interfaces(s, TAP_GONE, &gone);
	if (count)
		err_set(&s->trouble, -1, "Interface%s %s %s removed.", count > 1 ? "s" : "",
			buf_text(&gone), count > 1 ? "were" : "was");
	s->gone = count > 0;
	if (count == s->sources->count)
		give_up(s);
	buf_done(&gone);
	buf_done(&down);
}

static void check_interfaces(struct capture_session *s)
{
	bool changed = false;

	for (size_t i = 0; i < s->sources->count; i++) {
		struct capture_source *source = &s->sources->items[i];
		enum tap_state before = source->state;

		source->state = tap_state(source->tap);
		changed |= source->state != before;
	}
	if (changed)
		tell_interfaces(s);
}

static void on_flush_due(void *user, nsec_t now)
{
	struct capture_session *s = user;

	flush_list(s);
	s->flush_timer.due = now + FLUSH_EVERY;
	if (!s->output)
		return;
	capture_output_flush(s->output);
	if (capture_output_status(s->output).failed)
		give_up(s);
}

static void on_second_due(void *user, nsec_t now)
{
	struct capture_session *s = user;

	write_counts(s, false);
	check_interfaces(s);
	if (s->form == CAPTURE_STATUS_LINES || s->form == CAPTURE_STATUS_JSON)
		show(s);
	s->second_timer.due = now + NSEC_PER_SEC;
}

static void on_draw_due(void *user, nsec_t now)
{
	struct capture_session *s = user;

	show(s);
	s->draw_timer.due = now + DRAW_EVERY;
}

static void on_stop_due(void *user, nsec_t now)
{
	(void)now;
	stop(user);
}

static void add_timer(struct capture_session *s, struct loop_timer *timer, loop_timer_fn *fn,
		      nsec_t due)
{
	*timer = (struct loop_timer) {.due = due, .fn = fn, .user = s};
	loop_add_timer(s->loop, timer);
}

static void add_timers(struct capture_session *s)
{
	add_timer(s, &s->second_timer, on_second_due, s->started + NSEC_PER_SEC);
	add_timer(s, &s->flush_timer, on_flush_due,
		  s->output || s->list ? s->started + FLUSH_EVERY : NSEC_NEVER);
	add_timer(s, &s->draw_timer, on_draw_due,
		  s->form == CAPTURE_STATUS_TABLE ? s->started : NSEC_NEVER);
	add_timer(s, &s->stop_timer, on_stop_due,
		  s->stop.duration ? s->started + s->stop.duration : NSEC_NEVER);
}

int capture_session_begin(struct capture_session *s, struct err *err)
{
	int code = 0;

	s->started = clock_now();
	s->status.form = s->form;
	capture_sources_text(s->sources, &s->where);
	s->about = (struct capture_output_about) {
		.devices = &s->sources->devices,
		.interfaces = s->interfaces,
		.filter = buf_text(&s->sources->filter),
		.started = s->started + clock_wall_offset(),
		.on_file_end = on_file_end,
		.user = s,
	};
	for (size_t i = 0; i < s->sources->count; i++)
		if (s->sources->items[i].interface)
			s->interfaces[s->about.interface_count++] = s->sources->items[i].interface;
	if (s->output)
		code = capture_output_begin(s->output, &s->about, err);
	for (size_t i = 0; i < s->sources->count && !code; i++)
		code = loop_watch(s->loop, tap_fd(s->sources->items[i].tap), EPOLLIN, on_tap, s);
	add_timers(s);
	return code;
}

int capture_session_run(struct capture_session *s)
{
	return loop_run(s->loop);
}

void capture_session_end(struct capture_session *s)
{
	for (size_t i = 0; i < s->sources->count; i++)
		loop_unwatch(s->loop, tap_fd(s->sources->items[i].tap));
	s->ending = true;
	for (size_t i = 0; i < s->sources->count && !s->enough; i++)
		tap_flush(s->sources->items[i].tap, on_frame, s);
	await_list(s);
	check_interfaces(s);
	write_counts(s, true);
	if (s->form != CAPTURE_STATUS_NONE)
		show(s);
}

void capture_session_tell(struct capture_session *s)
{
	uint64_t left_out = 0;

	for (size_t i = 0; i < s->sources->count; i++)
		left_out += tap_stats(s->sources->items[i].tap).unsupported;
	if (left_out)
		fprintf(stderr,
			"%" PRIu64 " packet%s on interfaces with a link header that sonde does not "
			"know %s left out.\n",
			left_out, left_out == 1 ? "" : "s", left_out == 1 ? "is" : "are");
	if (*s->trouble.text)
		print_complaint(s->trouble.text);
}

void capture_session_done(struct capture_session *s)
{
	capture_status_done(&s->status);
	buf_done(&s->where);
}
