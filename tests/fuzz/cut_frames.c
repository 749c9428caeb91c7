// SPDX-License-Identifier: Apache-2.0
// Takes every frame of capture files every way, whole and cut, and holds each to its budget.
//
//	cut-frames [-s N] [-w] [-t] [-p PART/PARTS] FILE|DIRECTORY...
//
// Each frame is cut at every byte, both ways: captured less than was sent (truncated), and sent
// that short (malformed): its tree, the quick way and one other in turn. -s N: only N cuts of a
// frame on average, always the same ones, and nothing measured. -w: whole frames only. -t: prints
// the slowest frames by CPU time (for the bench: a figure, not a verdict). -p: to share the work,
// frame number PART of every PARTS; the others are listed only, for the tables that live across
// frames.
//
// A frame, whole, may hold FRAME_HEAP_MAX bytes at once on each way beside what was written; a
// program built with -fsanitize-coverage=trace-pc also counts basic blocks, which measure work
// without a clock: FRAME_BLOCKS_MAX each way. Exit status 1 when a budget is passed.
#include <ftw.h>
#include <inttypes.h>
#include <sanitizer/asan_interface.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/hash.h"
#include "capture/capture.h"
#include "every_way.h"
#include "heap_count.h"
#include "wire/tree.h"

#define FRAME_HEAP_MAX   (1024u * 1024)
#define FRAME_OUT_MAX    (1024u * 1024)
#define FRAME_BLOCKS_MAX 16000000 /* about 5 ms on the machine this was written on */
#define SLOWEST          10
#define SHADOW_UNIT      8u /* the address sanitizer knows of 8 bytes how many may be read */

/* What one frame cost at worst. */
struct worst {
	uint64_t value;
	enum way way;
	uint64_t frame;
	char file[256];
};

struct run {
	uint32_t sample; /* cuts of a frame; 0: every one */
	bool whole_only;
	bool timed;
	unsigned part, parts;
	uint64_t frames_met;
	uint64_t files, frames, cuts, over;
	struct worst heap, blocks, steps, items, out;
	struct worst slow[SLOWEST]; /* nanoseconds, the slowest first */
	const char *file;
};

/* nftw() passes no context, nor does the compiler. */
static struct run run = {.parts = 1};
static uint64_t blocks;

void __sanitizer_cov_trace_pc(void);

void __attribute__((no_sanitize_coverage)) __sanitizer_cov_trace_pc(void)
{
	blocks++;
}

static const char *name_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static struct worst worst_of(uint64_t value, enum way way, uint64_t frame)
{
	struct worst w = {.value = value, .way = way, .frame = frame};

	snprintf(w.file, sizeof(w.file), "%s", name_of(run.file));
	return w;
}

static void note_worst(struct worst *w, uint64_t value, enum way way, uint64_t frame)
{
	if (value > w->value)
		*w = worst_of(value, way, frame);
}

static void note_slow(uint64_t nsec, enum way way, uint64_t frame)
{
	unsigned at = SLOWEST;

	while (at && nsec > run.slow[at - 1].value)
		at--;
	if (at == SLOWEST)
		return;
	memmove(run.slow + at + 1, run.slow + at, (SLOWEST - at - 1) * sizeof(run.slow[0]));
	run.slow[at] = worst_of(nsec, way, frame);
}

static void hold_to(const char *what, uint64_t value, uint64_t limit, enum way way, uint64_t frame)
{
	if (value <= limit)
		return;
	run.over++;
	fprintf(stderr,
		"over budget: %s frame %" PRIu64 ", %s: %" PRIu64 " %s, at most %" PRIu64 "\n",
		run.file, frame, way_names[way], value, what, limit);
}

/*
 * A mebibyte for a frame of the size that a link carries, and for each as much of a longer one.
 * Markup leaves in pieces (report/spill.h), so that its length is no memory: four times as much.
 */
static uint64_t out_max(const struct frame *frame, enum way way)
{
	uint64_t times = way == WAY_RAW || way == WAY_PDML ? 4 : 1;

	return times * FRAME_OUT_MAX * (1 + (uint64_t)frame->captured_len / 65536);
}

static uint64_t cpu_nsec(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
	return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
}

/*
 * One way with a reader that holds nothing yet. The arena for text is made at its full size, of
 * which the system gives only what is touched: so what it holds is counted instead.
 */
static void measure(struct every_way *w, enum way way, const struct frame *frame)
{
	struct way_cost cost;
	uint64_t begin, spent, blocks_begin;
	size_t heap;

	every_way_forget(w);
	heap_count_begin();
	blocks_begin = blocks;
	begin = cpu_nsec();
	every_way_take(w, way, frame, &cost);
	spent = cpu_nsec() - begin;
	heap = heap_count_peak();
	if (heap >= TREE_TEXT_MAX)
		heap -= TREE_TEXT_MAX - cost.text;
	if (way != WAY_LEDGER && way != WAY_FILTER)
		note_worst(&run.steps, cost.steps, way, frame->id);
	note_worst(&run.heap, heap, way, frame->id);
	note_worst(&run.blocks, blocks - blocks_begin, way, frame->id);
	note_worst(&run.items, cost.items, way, frame->id);
	note_worst(&run.out, cost.out, way, frame->id);
	note_slow(spent, way, frame->id);
	hold_to("bytes held", heap, FRAME_HEAP_MAX, way, frame->id);
	hold_to("bytes written", cost.out, out_max(frame, way), way, frame->id);
	hold_to("basic blocks", blocks - blocks_begin,
		way == WAY_FILTER ? EVERY_WAY_FILTERS * FRAME_BLOCKS_MAX : FRAME_BLOCKS_MAX, way,
		frame->id);
}

/* Always the same choice, spread over frames and lengths. */
static bool sampled(uint64_t frame, uint32_t len, uint32_t all)
{
	static const struct hash_key key = {0x736f6e6465, 0x63757473};
	const uint64_t what[2] = {frame, len};

	return !run.sample || hash_bytes(&key, what, sizeof(what)) % all < run.sample;
}

/*
 * Of one copy of the frame everything behind the cut is poisoned, a byte more each turn, so that a
 * sanitizer sees every read beyond it and no cut costs a copy.
 */
static void cut(struct every_way *w, const struct frame *frame)
{
	uint32_t room = (frame->captured_len + SHADOW_UNIT - 1) / SHADOW_UNIT * SHADOW_UNIT;
	uint8_t *bytes = malloc(room ? room : 1);
	struct frame part = *frame;

	if (!bytes)
		abort();
	memcpy(bytes, frame->bytes, frame->captured_len);
	part.bytes = bytes;
	for (uint32_t len = frame->captured_len; len-- > 0;) {
		ASAN_POISON_MEMORY_REGION(bytes + len, SHADOW_UNIT - len % SHADOW_UNIT);
		if (!sampled(frame->id, len, frame->captured_len))
			continue;
		part.captured_len = len;
		part.wire_len = frame->wire_len;
		every_way_some(w, &part, len);
		part.wire_len = len;
		every_way_some(w, &part, len + 1);
		run.cuts += 2;
	}
	ASAN_UNPOISON_MEMORY_REGION(bytes, room);
	free(bytes);
}

/* What another part does: only what later frames of the file are held against. */
static void pass_frame(struct every_way *w, const struct frame *frame)
{
	struct way_cost cost;

	every_way_take(w, WAY_LIST, frame, &cost);
	every_way_take(w, WAY_LEDGER, frame, &cost);
}

static void take_frame(struct every_way *w, const struct frame *frame)
{
	run.frames++;
	every_way_frame(w, frame);
	for (unsigned way = 0; way < WAYS && !run.sample; way++)
		measure(w, (enum way)way, frame);
	if (run.whole_only)
		return;
	cut(w, frame);
	pass_frame(w, frame); /* cuts began messages; what later frames go on with is the whole's */
}

static void take_file(struct capture *capture)
{
	struct every_way *w = every_way_new();
	struct frame frame;
	struct err err = {0};

	while (capture_next(capture, &frame, &err) == 1) {
		if (run.frames_met++ % run.parts == run.part)
			take_frame(w, &frame);
		else
			pass_frame(w, &frame);
	}
	every_way_free(w);
}

static int visit(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	struct capture *capture = NULL;
	struct err err = {0};

	(void)st;
	(void)ftw;
	if (type != FTW_F)
		return 0;
	run.file = path;
	if (capture_open(path, NULL, &capture, &err) < 0)
		return 0;
	run.files++;
	take_file(capture);
	capture_free(capture);
	return 0;
}

static void print_worst(const char *what, const struct worst *w)
{
	if (w->value)
		printf("most %s: %" PRIu64 " (%s frame %" PRIu64 ", %s)\n", what, w->value, w->file,
		       w->frame, way_names[w->way]);
}

static void print_totals(void)
{
	printf("%" PRIu64 " files, %" PRIu64 " frames, %" PRIu64 " cuts, %" PRIu64 " over budget\n",
	       run.files, run.frames, run.cuts, run.over);
	print_worst("bytes held", &run.heap);
	print_worst("basic blocks", &run.blocks);
	print_worst("steps", &run.steps);
	print_worst("items", &run.items);
	print_worst("bytes written", &run.out);
	for (unsigned i = 0; run.timed && i < SLOWEST && run.slow[i].value; i++)
		printf("slow: %.3f ms (%s frame %" PRIu64 ", %s)\n",
		       (double)run.slow[i].value / 1e6, run.slow[i].file, run.slow[i].frame,
		       way_names[run.slow[i].way]);
}

static bool read_option(int *i, char **argv)
{
	const char *word = argv[*i];

	if (!strcmp(word, "-w"))
		run.whole_only = true;
	else if (!strcmp(word, "-t"))
		run.timed = true;
	else if (!strcmp(word, "-s") && argv[*i + 1])
		run.sample = (uint32_t)strtoul(argv[++*i], NULL, 10);
	else if (!strcmp(word, "-p") && argv[*i + 1])
		return sscanf(argv[++*i], "%u/%u", &run.part, &run.parts) == 2 && run.parts;
	else
		return false;
	return true;
}

int main(int argc, char **argv)
{
	int i = 1;

	for (; i < argc && argv[i][0] == '-'; i++) {
		if (read_option(&i, argv))
			continue;
		fprintf(stderr, "Usage: %s [-s N] [-w] [-t] [-p PART/PARTS] FILE|DIRECTORY...\n",
			argv[0]);
		return 2;
	}
	for (; i < argc; i++)
		if (nftw(argv[i], visit, 16, FTW_PHYS) != 0)
			return 1;
	print_totals();
	return run.over ? 1 : run.frames ? 0 : 2;
}
