// SPDX-License-Identifier: Apache-2.0
// Prints, for each filter of a file of them, which frames of a capture it selects, for comparison
// with tshark: "1 2 5", "?3" for a frame that only a dissection could judge, or "error: sentence".
// With -t each filter is run a hundred times over the capture and "ns a frame" printed.
// Usage: filter-frames [-t] CAPTURE < FILTERS (one a line)
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "capture/capture.h"
#include "dfilter_fields.h"

#define FRAMES_MAX 100000
#define ROUNDS     100

struct frames {
	struct frame *items;
	size_t count;
};

static int load(const char *path, struct frames *frames)
{
	struct capture *c = NULL;
	struct err err = {0};
	struct frame frame;
	int rc = capture_open(path, NULL, &c, &err);

	frames->items = calloc(FRAMES_MAX, sizeof(frame));
	while (rc >= 0 && frames->count < FRAMES_MAX && (rc = capture_next(c, &frame, &err)) > 0) {
		uint8_t *copy = malloc(frame.captured_len + 1u);

		memcpy(copy, frame.bytes, frame.captured_len);
		frame.bytes = copy;
		frames->items[frames->count++] = frame;
	}
	capture_free(c);
	return frames->count ? 0 : rc;
}

static void print_frames(struct dfilter *f, const struct frames *frames,
			 const struct dispatch *dispatch)
{
	for (size_t i = 0; i < frames->count; i++) {
		enum dfilter_answer answer = dfilter_quick(f, &frames->items[i], dispatch);

		if (answer != DFILTER_NO)
			printf("%s%" PRIu64 " ", answer == DFILTER_UNSURE ? "?" : "",
			       frames->items[i].id);
	}
	putchar('\n');
}

static void print_speed(struct dfilter *f, const struct frames *frames,
			const struct dispatch *dispatch)
{
	struct timespec a, b;
	size_t unsure = 0;

	clock_gettime(CLOCK_MONOTONIC, &a);
	for (unsigned round = 0; round < ROUNDS; round++)
		for (size_t i = 0; i < frames->count; i++)
			unsure += dfilter_quick(f, &frames->items[i], dispatch) == DFILTER_UNSURE;
	clock_gettime(CLOCK_MONOTONIC, &b);
	printf("%.1f ns a frame, %zu of %zu unsure\n",
	       ((double)(b.tv_sec - a.tv_sec) * 1e9 + (double)(b.tv_nsec - a.tv_nsec)) /
		       ((double)frames->count * ROUNDS),
	       unsure / ROUNDS, frames->count);
}

int main(int argc, char **argv)
{
	bool timed = argc == 3 && strcmp(argv[1], "-t") == 0;
	static struct dispatch dispatch;
	struct frames frames = {0};
	char line[4096];

	if ((argc != 2 && !timed) || load(argv[argc - 1], &frames))
		return 2;
	dispatch_init(&dispatch);
	while (fgets(line, sizeof(line), stdin)) {
		size_t len = strcspn(line, "\n");
		struct dfilter_error error;
		struct dfilter *f;

		if (dfilter_compile_names(line, len, &test_names, &f, &error)) {
			printf("error: %s\n", error.err.text);
			continue;
		}
		if (timed)
			print_speed(f, &frames, &dispatch);
		else
			print_frames(f, &frames, &dispatch);
		dfilter_free(f);
	}
	for (size_t i = 0; i < frames.count; i++)
		free((void *)(uintptr_t)frames.items[i].bytes);
	free(frames.items);
	return 0;
}
