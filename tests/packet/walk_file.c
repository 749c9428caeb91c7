// SPDX-License-Identifier: Apache-2.0
// Runs every frame of capture files through decode, checksum, summary and trace.
//
// walk-file [-l] [-c] FILE...: -l prints "PROTOCOL INFO" lines; -c also cuts every frame at every
// byte. Built with sanitizers it is a test by itself. It ends at once, with a sentence, where the
// short way of packet_decode() parts from the long one.
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "capture/capture.h"
#include "packet/decode.h"
#include "packet/summary.h"
#include "report/trace.h"
#include "same_packet.h"

static void walk(const struct frame *frame, struct buf *out)
{
	const char *differs;
	struct packet packet;
	bool usual;

	differs = decode_both(frame, &usual);
	if (differs) {
		fprintf(stderr, "frame %" PRIu64 ": %s differs\n", frame->id, differs);
		abort();
	}
	packet_decode(frame, &packet);
	packet_checksum(frame, &packet);
	buf_puts(out, summary_protocol(&packet));
	buf_putc(out, ' ');
	summary_info(out, frame, &packet);
	buf_putc(out, '\n');
}

/* Each cut lies in a buffer of its own size, so that a checker sees every read beyond it. */
static void walk_cuts(const struct frame *frame, struct buf *out)
{
	struct frame cut = *frame;

	for (uint32_t len = 0; len < frame->captured_len; len++) {
		uint8_t *bytes = malloc(len ? len : 1);

		if (!bytes)
			abort();
		memcpy(bytes, frame->bytes, len);
		cut.bytes = bytes;
		cut.captured_len = len;
		buf_clear(out);
		walk(&cut, out);
		trace_line(out, &cut, false, 0);
		cut.wire_len = len;
		walk(&cut, out);
		trace_line(out, &cut, true, 0);
		cut.wire_len = frame->wire_len;
		free(bytes);
	}
}

static uint64_t walk_file(const char *path, bool list, bool cuts)
{
	struct capture *capture = NULL;
	struct frame frame;
	struct buf out = {0};
	struct err err = {0};
	uint64_t count = 0;

	if (capture_open(path, NULL, &capture, &err) < 0)
		return 0;
	while (capture_next(capture, &frame, &err) == 1) {
		count++;
		buf_clear(&out);
		walk(&frame, &out);
		if (list)
			fputs(buf_text(&out), stdout);
		trace_line(&out, &frame, false, 0);
		if (cuts)
			walk_cuts(&frame, &out);
	}
	capture_free(capture);
	buf_done(&out);
	return count;
}

int main(int argc, char **argv)
{
	bool list = false, cuts = false;
	uint64_t frames = 0;
	int files = 0;

	for (int i = 1; i < argc; i++) {
		uint64_t count;

		if (strcmp(argv[i], "-l") == 0) {
			list = true;
			continue;
		}
		if (strcmp(argv[i], "-c") == 0) {
			cuts = true;
			continue;
		}
		count = walk_file(argv[i], list, cuts);
		frames += count;
		files += count > 0;
	}
	fprintf(stderr, "%" PRIu64 " frames in %d files\n", frames, files);
	return 0;
}
