// SPDX-License-Identifier: Apache-2.0
// The file of a capture, or one after another.
//
// Theory of operation. One file is opened before the rights are given up. Several come from the
// broker (file_broker.c), which keeps them. A file ends when a rule of -b says so, and the next
// one begins with the frame that comes then, so that no file is without packets. Each file is
// whole by itself: it describes the interfaces anew and ends with their counts. When a file fails
// (a full disk), the session ends the capture; what comes until then is counted as lost.
#include "command/capture_output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "command/file_broker.h"
#include "command/output_file.h"
#include "command/record.h"
#include "command/state_file.h"

struct capture_output {
	struct capture_output_options options;
	const struct capture_output_about *about;
	struct file_broker *broker; /* NULL: one file */
	int fd;                     /* opened and not yet begun; -1: none */
	struct record *record;      /* the present file; NULL: the next frame begins one */
	struct buf path;
	uint64_t packets; /* in the present file */
	nsec_t begun;     /* time of its first frame */
	unsigned number;  /* files begun */
	unsigned done;
	uint64_t lost; /* in files that are done */
	int code;      /* of the first failure, and its sentence */
	struct err err;
};

static void keep_failure(struct capture_output *o, int code, const struct err *err)
{
	if (o->code)
		return;
	o->code = code;
	o->err = *err;
}

int capture_output_open(const struct capture_output_options *options,
			struct capture_output **ret_output, struct err *err)
{
	const struct file_broker_options broker = {.path = options->path,
						   .keep = options->rotate.files};
	struct capture_output *o = calloc(1, sizeof(*o));
	int code;

	if (!o)
		return err_set(err, -ENOMEM, "There is no memory left for the capture file.");
	o->options = *options;
	o->fd = -1;
	if (options->several) {
		code = file_broker_start(&broker, &o->broker, err);
	} else if (!options->path) {
		code = state_create_capture(&o->path, &o->fd, err);
	} else if (!strcmp(options->path, "-")) {
		o->fd = output_file_stdout();
		code = o->fd < 0 ? err_set(err, -errno, "Standard output cannot be written to: %s.",
					   strerror(errno))
				 : 0;
	} else {
		code = output_file_open(options->path, OUTPUT_NO_INPUT, &o->fd, err);
	}
	if (options->path)
		buf_puts(&o->path, options->path);
	if (code) {
		capture_output_close(o, NULL);
		return code;
	}
	*ret_output = o;
	return 0;
}

int capture_output_reader(const struct capture_output *o, struct err *err)
{
	char path[32];
	struct stat st;
	int fd;

	if (fstat(o->fd, &st) || !S_ISREG(st.st_mode))
		return err_set(err, -EINVAL,
			       "\"%s\" is no file that could be read again afterwards.",
			       buf_text(&o->path));
	snprintf(path, sizeof(path), "/proc/self/fd/%d", o->fd);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	return fd >= 0 ? fd
		       : err_set(err, -errno, "\"%s\" cannot be read again afterwards: %s.",
				 buf_text(&o->path), strerror(errno));
}

/* Begins a file: its head and the interfaces. */
static int begin_file(struct capture_output *o, struct err *err)
{
	struct record_options options = {
		.command = o->options.command,
		.comments = o->options.comments->items,
		.comment_count = o->options.comments->count,
		.started = o->about->started,
		.snap_len = o->options.snap_len,
		.as_pcap = o->options.as_pcap,
	};
	int code = 0;

	if (o->broker)
		code = file_broker_next(o->broker, &o->fd, &o->path, err);
	if (code)
		return code;
	options.path = buf_text(&o->path);
	code = record_open_on(&options, o->fd, &o->record, err);
	o->fd = -1;
	if (code)
		return code;
	if (*o->about->filter)
		record_set_filter(o->record, o->about->filter);
	for (size_t i = 0; i < o->about->interface_count; i++) {
		const struct device *d =
			device_by_index(o->about->devices, o->about->interfaces[i]);

		if (d)
			record_interface(o->record, d);
	}
	record_flush(o->record);
	o->number++;
	o->packets = 0;
	return 0;
}

int capture_output_begin(struct capture_output *o, const struct capture_output_about *about,
			 struct err *err)
{
	o->about = about;
	return begin_file(o, err);
}

/* Completes the present file. */
static void end_file(struct capture_output *o)
{
	struct err err = {0};
	int code;

	record_flush(o->record);
	o->lost += record_status(o->record).lost_frames;
	code = record_close(o->record, &err);
	o->record = NULL;
	o->done++;
	if (code)
		keep_failure(o, code, &err);
}

/* Whether the present file has all that a rule lets it have. */
static bool is_full(const struct capture_output *o)
{
	const struct capture_rules *r = &o->options.rotate;

	return o->options.several && ((r->packets && o->packets >= r->packets) ||
				      (r->bytes && record_bytes(o->record) >= r->bytes));
}

/* Whether the time of the present file is over before this frame. */
static bool is_over(const struct capture_output *o, const struct frame *frame)
{
	const struct capture_rules *r = &o->options.rotate;

	if (!o->options.several || !o->packets)
		return false;
	if (r->duration && frame->time - o->begun >= r->duration)
		return true;
	return r->interval && frame->time / r->interval != o->begun / r->interval;
}

static void end_counted_file(struct capture_output *o)
{
	o->about->on_file_end(o->about->user);
	end_file(o);
}

bool capture_output_frame(struct capture_output *o, const struct frame *frame)
{
	struct err err = {0};
	int code;

	if (o->record && is_over(o, frame))
		end_counted_file(o);
	if (o->options.files_max && o->done >= o->options.files_max)
		return false;
	if (!o->record && !o->code) { /* after a failure no further file is tried */
		code = begin_file(o, &err);
		if (code)
			keep_failure(o, code, &err);
	}
	if (!o->record) {
		o->lost++;
		return true;
	}
	if (!o->packets++)
		o->begun = frame->time;
	record_frame(o->record, frame, "", o->about->devices);
	if (is_full(o))
		end_counted_file(o);
	return true;
}

void capture_output_counts(struct capture_output *o, uint32_t interface,
			   const struct pcapng_counts *counts)
{
	if (o->record)
		record_interface_counts(o->record, interface, counts);
}

void capture_output_flush(struct capture_output *o)
{
	if (o->record)
		record_flush(o->record);
}

struct capture_output_status capture_output_status(const struct capture_output *o)
{
	struct capture_output_status status = {
		.path = buf_text(&o->path),
		.number = o->options.several ? o->number : 0,
		.done = o->done,
		.lost = o->lost,
		.failed = o->code != 0,
	};

	if (o->record) {
		struct pcapng_writer_status written = record_status(o->record);

		status.bytes = record_bytes(o->record);
		status.lost += written.lost_frames;
		status.failed |= written.code != 0;
	}
	return status;
}

int capture_output_close(struct capture_output *o, struct err *err)
{
	int code;

	if (!o)
		return 0;
	if (o->record)
		end_file(o);
	if (o->fd >= 0)
		close(o->fd);
	file_broker_stop(o->broker);
	code = o->code;
	if (code && err)
		*err = o->err;
	buf_done(&o->path);
	free(o);
	return code;
}
