// SPDX-License-Identifier: Apache-2.0
// Prints each frame of a capture file on one line, for comparison with tshark: number, time in
// seconds, wire length, captured length. A failure is one sentence on standard error and exit 1.
// With -q only the number of frames is printed.
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "capture/capture.h"

static void print_frame(const struct frame *f)
{
	uint64_t time = f->time < 0 ? -(uint64_t)f->time : (uint64_t)f->time;

	printf("%" PRIu64 "\t%s%" PRIu64 ".%09" PRIu64 "\t%" PRIu32 "\t%" PRIu32 "\n", f->id,
	       f->time < 0 ? "-" : "", time / NSEC_PER_SEC, time % NSEC_PER_SEC, f->wire_len,
	       f->captured_len);
}

int main(int argc, char **argv)
{
	bool quiet = argc == 3 && strcmp(argv[1], "-q") == 0;
	struct capture *c = NULL;
	struct frame frame;
	struct err err = {0};
	uint64_t count = 0;
	int code;

	if (argc != 2 && !quiet) {
		fputs("Usage: list_frames [-q] FILE\n", stderr);
		return 2;
	}
	code = capture_open(argv[argc - 1], NULL, &c, &err);
	while (code >= 0 && (code = capture_next(c, &frame, &err)) > 0) {
		count++;
		if (!quiet)
			print_frame(&frame);
	}
	if (quiet)
		printf("%" PRIu64 "\n", count);
	if (code < 0)
		fprintf(stderr, "%s\n", err.text);
	capture_free(c);
	return code < 0;
}
