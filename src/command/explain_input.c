// SPDX-License-Identifier: Apache-2.0
// The capture that `sonde explain` reads: once for the ledger, once more for summaries.
//
// Theory of operation. Who "we" are is seen by the ledger: whoever sends probes. A capture that we
// wrote says it outright, by the addresses of its interfaces and its direction marks, so that the
// verdicts are those of the live scan even when strangers sent probes to us meanwhile. A capture
// of ours without an end was cut short (the scan was killed): its silence is known to have lasted
// until the last counts or the last frame and no longer.
//
// A frame that has no time (a simple packet of pcapng) is taken to have come with the frame before
// it in the file, or when there is none with the first one that has a time: so the order of the
// file is kept, and no answer comes before its probe.
#include "command/explain_input.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "command/whole_file.h"
#include "evidence/pending.h"
#include "evidence/reading.h"
#include "packet/summary.h"

#define OUR_NAME    "sonde" /* how the application's name begins in captures of ours */
#define OWN_MAX     256     /* addresses taken for ours: each costs a comparison a frame */
#define PIPE_MAX    (1u << 30)
#define REMARKS_MAX (8u << 20) /* bytes of remarks: those behind are not believed */
#define PROBE_BYTES 128        /* of a scan's capture there is about one probe in so many */

/* Who is "we", as far as it was learned. */
struct learner {
	struct explain_input *in;
	size_t interfaces; /* how many were looked at */
	unsigned own_count;
	struct addr last_own;
};

static int no_memory(const struct explain_input *in, struct err *err)
{
	return err_set(err, -ENOMEM, "There is not enough memory to explain \"%s\".", in->path);
}

static bool is_ours(const struct capture *c)
{
	const struct inventory *v = capture_inventory(c);
	const char *application = v->section_count ? v->sections[0].application : NULL;

	return application && !strncmp(application, OUR_NAME, strlen(OUR_NAME));
}

/* Keeps what the scanner remarked in the counts of an interface, REMARKS_MAX of it. */
static void keep_remarks(void *context, const struct pcapng_block *block)
{
	struct buf *remarks = context;
	struct pcapng_options walk = pcapng_block_options(block);
	struct pcapng_option comment;

	if (block->type != PCAPNG_ISB)
		return;
	while (remarks->len < REMARKS_MAX && pcapng_comment_next(&walk, &comment)) {
		buf_add(remarks, comment.value, comment.len);
		buf_putc(remarks, '\0');
	}
}

/* What it had not decided is not decided by what its capture shows after it had left the host. */
static void take_remarks(struct explain_input *in)
{
	const char *at = in->remarks.data, *end = at + in->remarks.len;

	while (is_ours(in->capture) && !in->remarks.failed && at < end) {
		size_t len = strlen(at);

		pending_read(in->ledger, at, len);
		at += len + 1;
	}
}

static int add_own(struct learner *w, const struct addr *addr)
{
	if (w->own_count == OWN_MAX || !addr->family || addr_is_any(addr) ||
	    addr_equal(addr, &w->last_own))
		return 0;
	w->own_count++;
	w->last_own = *addr;
	return ledger_add_own(w->in->ledger, addr);
}

/* Learns from a capture of ours which addresses were ours. */
static int learn_own(struct learner *w, const struct frame *frame)
{
	const struct inventory *v = capture_inventory(w->in->capture);
	struct packet packet;
	int code = 0;

	for (; w->interfaces < v->interface_count; w->interfaces++) {
		const struct pcapng_interface *about = &v->interfaces[w->interfaces].about;

		for (size_t i = 0; i < about->address_count && !code; i++)
			code = add_own(w, &about->addresses[i].address);
	}
	if (code || w->own_count || frame->direction != FRAME_SENT)
		return code;
	packet_decode(frame, &packet);
	return packet.network == NETWORK_ARP ? add_own(w, &packet.arp.sender)
					     : add_own(w, &packet.ip.source);
}

/* Opens the capture for one more reading; remarks go to *remarks, which may be NULL. */
static int open_again(const struct explain_input *in, struct buf *remarks,
		      struct capture **ret_capture, struct err *err)
{
	const struct capture_options options = {
		.on_block = remarks ? keep_remarks : NULL,
		.context = remarks,
		.name = strcmp(in->path, "-") ? in->path : "standard input",
	};
	int fd;

	if (in->bytes)
		return capture_open_memory(in->bytes, in->len, &options, ret_capture, err);
	if (in->has_fd) {
		/* The copy shares the place in the file. */
		fd = lseek(in->fd, 0, SEEK_SET) < 0 ? -1 : fcntl(in->fd, F_DUPFD_CLOEXEC, 0);
		if (fd < 0)
			return err_set(err, -errno, "\"%s\" cannot be read: %s.", in->path,
				       strerror(errno));
		return capture_open_fd(fd, in->path, &options, ret_capture, err);
	}
	return capture_open(in->path, &options, ret_capture, err);
}

/* The first time there is in the file, for frames that stand before it and have none; or 0. */
static nsec_t first_time(const struct explain_input *in)
{
	struct frame frame = {.timeless = true};
	struct capture *c = NULL;

	if (open_again(in, NULL, &c, NULL))
		return 0;
	while (frame.timeless && capture_next(c, &frame, NULL) > 0)
		;
	capture_free(c);
	return frame.timeless ? 0 : frame.time;
}

/* The next frame of c, whose time is that of the frame before it (*last) if it has none. */
static int next_frame(struct capture *c, nsec_t *last, struct frame *frame, struct err *err)
{
	int got = capture_next(c, frame, err);

	if (got > 0 && frame->timeless)
		frame->time = *last;
	else if (got > 0)
		*last = frame->time;
	return got;
}

static void note_time(struct explain_input *in, nsec_t time)
{
	if (!in->frames || time < in->first_frame)
		in->first_frame = time;
	if (!in->frames || time > in->last_frame)
		in->last_frame = time;
	in->frames++;
}

/*
 * Tells the ledger when the capture ended, if that is known: of a damaged file, that nothing can be
 * said of the time after its last whole frame.
 */
static void set_end(struct explain_input *in)
{
	struct pcapng_counts counts = inventory_totals(capture_inventory(in->capture));

	if (counts.end != NSEC_NEVER)
		ledger_set_end(in->ledger,
			       counts.end > in->last_frame ? counts.end : in->last_frame);
	else if (in->damaged || is_ours(in->capture))
		ledger_set_end(in->ledger,
			       counts.time > in->last_frame ? counts.time : in->last_frame);
}

/* Counts a frame that was judged. */
static void count_note(void *user, const struct frame *frame, const struct packet *packet,
		       const struct note *note)
{
	struct explain_input *in = user;

	surroundings_frame(in->around, frame, packet, note);
	in->traffic += note->kind == NOTE_TRAFFIC;
	in->unrelated += note->kind == NOTE_UNRELATED;
}

/* Gives every frame to the ledger. 0 or -ENOMEM. */
static int feed(struct explain_input *in, struct reading *reading)
{
	struct learner w = {.in = in};
	nsec_t last = in->begin;
	struct frame frame;
	int got, code = 0;

	while ((got = next_frame(in->capture, &last, &frame, &in->damage)) > 0) {
		note_time(in, frame.time);
		in->timeless += frame.timeless;
		in->cut += frame.captured_len < frame.wire_len;
		if (is_ours(in->capture))
			code = learn_own(&w, &frame);
		if (!code)
			code = reading_frame(reading, &frame);
		if (code)
			return code;
	}
	in->damaged = got < 0;
	return got == -ENOMEM ? got : reading_end(reading);
}

static int read_frames(struct explain_input *in, struct err *err)
{
	struct reading *reading = reading_new(in->ledger, count_note, in);
	int code = reading ? feed(in, reading) : -ENOMEM;

	reading_free(reading);
	if (code)
		return no_memory(in, err);
	set_end(in);
	take_remarks(in);
	return 0;
}

/* Takes in all that fd has to give. */
static int hold_all(struct explain_input *in, int fd, struct err *err)
{
	int code = whole_file_read(fd, PIPE_MAX, &in->bytes, &in->len);

	if (code == -ENOMEM)
		return err_set(err, code, "There is no memory left for \"%s\".", in->path);
	if (code == -EFBIG)
		return err_set(err, code,
			       "\"%s\" gives more than 1 GiB; save it as a file and explain that.",
			       in->path);
	return !code ? 0
		     : err_set(err, code, "\"%s\" cannot be read: %s.", in->path, strerror(-code));
}

/* What is no regular file is taken into memory, as it can be read only once. */
static int hold_pipe(struct explain_input *in, struct err *err)
{
	bool standard = !strcmp(in->path, "-");
	struct stat st;
	int fd, code = 0;

	fd = standard ? STDIN_FILENO : open(in->path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return 0; /* capture_open() will say it */
	if (fstat(fd, &st) || (!S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode)) || standard)
		code = hold_all(in, fd, err);
	if (!standard)
		close(fd);
	return code;
}

/* How large the file is; 0 when that cannot be said. */
static uint64_t input_size(const struct explain_input *in)
{
	struct stat st;

	if (in->bytes)
		return in->len;
	if (in->has_fd ? fstat(in->fd, &st) : stat(in->path, &st))
		return 0;
	return st.st_size > 0 ? (uint64_t)st.st_size : 0;
}

/* Feeds a fresh ledger. */
static int read_all(struct explain_input *in, struct err *err)
{
	struct hash_key key;
	int code;

	in->begin = first_time(in); /* before: two readings of one descriptor share their place */
	code = open_again(in, &in->remarks, &in->capture, err);
	if (code)
		return code;
	if (getrandom(&key, sizeof(key), 0) != sizeof(key))
		return err_set(err, -EIO, "The kernel gives no random numbers: %s.",
			       strerror(errno));
	in->ledger = ledger_new(&key);
	if (in->ledger)
		in->around = surroundings_new(in->ledger, &key);
	if (!in->around)
		return no_memory(in, err);
	ledger_expect(in->ledger, input_size(in) / PROBE_BYTES);
	return read_frames(in, err);
}

int explain_input_read(struct explain_input *in, const char *path, struct err *err)
{
	int code;

	in->path = path;
	code = hold_pipe(in, err);
	return code ? code : read_all(in, err);
}

int explain_input_read_fd(struct explain_input *in, int fd, const char *name, struct err *err)
{
	in->path = name;
	in->has_fd = true;
	in->fd = fd;
	return read_all(in, err);
}

/* Of a frame that the first reading found. */
static int say_changed(const struct explain_input *in, uint64_t frame, struct err *err)
{
	return err_set(err, -EIO,
		       "\"%s\" changed while it was read: frame %" PRIu64 " is no longer there.",
		       in->path, frame);
}

int explain_input_each(const struct explain_input *in, explain_frame_fn *fn, void *user,
		       struct err *err)
{
	struct capture *c = NULL;
	nsec_t last = in->begin;
	struct packet packet;
	struct frame frame;
	uint64_t seen = 0;
	int code = open_again(in, NULL, &c, err);

	if (code)
		return code;
	for (; seen < in->frames && next_frame(c, &last, &frame, NULL) > 0; seen++) {
		packet_decode(&frame, &packet);
		fn(user, &frame, &packet);
	}
	capture_free(c);
	return seen < in->frames ? say_changed(in, seen + 1, err) : 0;
}

/* One frame's Protocol and Info into line. */
static void summarise(struct buf *line, const struct frame *frame)
{
	struct packet packet;

	packet_decode(frame, &packet);
	buf_clear(line);
	buf_puts(line, summary_protocol(&packet));
	buf_putc(line, ' ');
	summary_info(line, frame, &packet);
}

int explain_input_summaries(const struct explain_input *in, struct explain *x, struct err *err)
{
	const uint64_t *wanted;
	size_t count = explain_wanted(x, &wanted), at = 0;
	struct capture *c = NULL;
	struct buf line = {0};
	struct frame frame;
	int code;

	if (!count)
		return 0;
	code = open_again(in, NULL, &c, err);
	while (!code && !line.failed && at < count && capture_next(c, &frame, NULL) > 0) {
		if (frame.id != wanted[at])
			continue;
		summarise(&line, &frame);
		explain_summary(x, frame.id, buf_text(&line));
		at++;
	}
	if (!code && line.failed)
		code = no_memory(in, err);
	else if (!code && at < count)
		code = say_changed(in, wanted[at], err);
	buf_done(&line);
	capture_free(c);
	return code;
}

uint64_t explain_input_dropped(const struct explain_input *in)
{
	struct pcapng_counts counts = inventory_totals(capture_inventory(in->capture));
	bool known = counts.dropped != PCAPNG_UNKNOWN || counts.os_dropped != PCAPNG_UNKNOWN;

	if (!known)
		return EXPLAIN_UNKNOWN;
	return (counts.dropped != PCAPNG_UNKNOWN ? counts.dropped : 0) +
	       (counts.os_dropped != PCAPNG_UNKNOWN ? counts.os_dropped : 0);
}

void explain_input_done(struct explain_input *in)
{
	capture_free(in->capture);
	surroundings_free(in->around);
	ledger_free(in->ledger);
	free(in->bytes);
	buf_done(&in->remarks);
	*in = (struct explain_input) {0};
}
