// SPDX-License-Identifier: Apache-2.0
/*
 * sonde-link: a wire between two network namespaces that delays, loses and damages frames.
 *
 * Theory of operation. One process holds a TAP (or TUN) device in each of two
 * namespaces. What the kernel sends into one is read here, passes its
 * direction's rules (path.c), waits in one heap for both directions
 * (pending.c) and is written to the other device when due. ppoll sleeps until
 * a frame arrives or the first one is due, to the nanosecond; signals arrive
 * only inside ppoll, so no state is ever half changed. All randomness comes
 * from the seed. The process ends with its parent.
 */
#include <errno.h>
#include <getopt.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#include "../common/asked.h"
#include "../common/device.h"
#include "../common/quantity.h"
#include "path.h"

enum {
	SIDES = 2,
	FRAME_MAX = 65536 + 64,
	READS_PER_TURN = 64,
	ETHERNET_HEADER = 14,
};

struct link {
	int fd[SIDES];
	struct path *path[SIDES]; /* path[s] carries what side s sends */
	struct pending pending;
};

struct options {
	char *end[SIDES]; /* NAMESPACE-FILE:DEVICE */
	struct path_faults faults[SIDES];
	bool layer3;
	uint64_t seed;
};

static const char usage[] =
	"Usage: sonde-link --left NETNS:DEVICE --right NETNS:DEVICE [--layer3] [--seed N]\n"
	"       [--both FAULTS] [--to-right FAULTS] [--to-left FAULTS]\n"
	"FAULTS: delay=T,jitter=T,rate=R,queue=N,loss=P,burst=P/T,dup=P,reorder=P/T,corrupt=P\n"
	"T like 40ms, R like 1mbit, P like 3%. NETNS is a file such as /run/netns/a, or -.\n"
	"Prints \"ready\", and its counters as one JSON line on SIGUSR1 and at the end (SIGTERM).\n";

static uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

static int options_parse(int argc, char **argv, struct options *o, struct fail *f)
{
	static const struct option rows[] = {
		{"left", required_argument, NULL, 'l'},
		{"right", required_argument, NULL, 'r'},
		{"both", required_argument, NULL, 'b'},
		{"to-right", required_argument, NULL, 'R'},
		{"to-left", required_argument, NULL, 'L'},
		{"layer3", no_argument, NULL, '3'},
		{"seed", required_argument, NULL, 's'},
		{"help", no_argument, NULL, 'h'},
		{NULL, 0, NULL, 0},
	};
	int c, rc = 0;

	opterr = 0;
	while (rc == 0 && (c = getopt_long(argc, argv, "", rows, NULL)) != -1) {
		if (c == 'l')
			o->end[0] = optarg;
		else if (c == 'r')
			o->end[1] = optarg;
		else if (c == 'R')
			rc = path_faults_parse(optarg, &o->faults[0], f);
		else if (c == 'L')
			rc = path_faults_parse(optarg, &o->faults[1], f);
		else if (c == '3')
			o->layer3 = true;
		else if (c == 's')
			rc = quantity_number(optarg, UINT64_MAX, &o->seed, f);
		else if (c == 'h')
			return 1;
		else if (c != 'b')
			return fail_set(f,
					"\"%.60s\" is not an option, or lacks its value; try "
					"--help.",
					argv[optind - 1]);
		else if (!(rc = path_faults_parse(optarg, &o->faults[0], f)))
			rc = path_faults_parse(optarg, &o->faults[1], f);
	}
	if (rc == 0 && optind < argc)
		return fail_set(f, "\"%.60s\" is not expected; try --help.", argv[optind]);
	if (rc == 0 && (!o->end[0] || !o->end[1]))
		return fail_set(f, "Both ends are needed: --left and --right; try --help.");
	return rc;
}

static int open_end(char *end, bool layer3, struct fail *f)
{
	char *colon = strrchr(end, ':');

	if (!colon)
		return fail_set(f, "\"%.80s\" is not NETNS:DEVICE.", end);
	*colon = '\0';
	if (device_enter(end, f) < 0)
		return -1;
	return device_tap(colon + 1, layer3, f);
}

static int link_open(struct link *l, struct options *o, struct fail *f)
{
	int side;

	for (side = 0; side < SIDES; side++) {
		l->path[side] = malloc(sizeof(*l->path[side]));
		if (!l->path[side])
			return fail_set(f, "There is no memory left.");
		path_init(l->path[side], &o->faults[side], !side, o->seed * 2 + (uint64_t)side);
		l->path[side]->header = o->layer3 ? 0 : ETHERNET_HEADER;
		l->fd[side] = open_end(o->end[side], o->layer3, f);
		if (l->fd[side] < 0)
			return -1;
	}
	return 0;
}

/* A device that is down answers EIO; such frames are gone, as on a pulled cable. */
static void take_frames(struct link *l, int side)
{
	static uint8_t frame[FRAME_MAX];
	int i;

	for (i = 0; i < READS_PER_TURN; i++) {
		ssize_t n = read(l->fd[side], frame, sizeof(frame));

		if (n <= 0)
			return;
		path_admit(l->path[side], &l->pending, now_ns(), frame, (uint32_t)n);
	}
}

static void deliver_due(struct link *l)
{
	const struct pending_frame *first;
	uint64_t now = now_ns();

	while ((first = pending_first(&l->pending)) && first->due_ns <= now) {
		struct path_counters *count = &l->path[!first->side]->count;

		if (write(l->fd[first->side], first->bytes, first->len) < 0) {
			count->write_failed++;
		} else {
			count->out++;
			count->bytes_out += first->len;
		}
		pending_drop_first(&l->pending);
	}
}

static void print_counters(const struct link *l)
{
	printf("{\"to_right\":");
	path_print(l->path[0], stdout);
	printf(",\"to_left\":");
	path_print(l->path[1], stdout);
	printf(",\"pending\":%zu}\n", l->pending.count);
	fflush(stdout);
}

static void wait_for_work(struct link *l, const sigset_t *while_waiting)
{
	const struct pending_frame *first = pending_first(&l->pending);
	struct pollfd fds[SIDES];
	struct timespec wait, *until = NULL;
	int side;

	for (side = 0; side < SIDES; side++)
		fds[side] = (struct pollfd) {.fd = l->fd[side], .events = POLLIN};
	if (first) {
		uint64_t now = now_ns();
		uint64_t left = first->due_ns > now ? first->due_ns - now : 0;

		wait.tv_sec = (time_t)(left / 1000000000);
		wait.tv_nsec = (long)(left % 1000000000);
		until = &wait;
	}
	if (ppoll(fds, SIDES, until, while_waiting) <= 0)
		return;
	for (side = 0; side < SIDES; side++)
		if (fds[side].revents)
			take_frames(l, side);
}

static void run(struct link *l, const sigset_t *while_waiting)
{
	while (!asked_to_stop()) {
		wait_for_work(l, while_waiting);
		deliver_due(l);
		if (asked_to_print())
			print_counters(l);
	}
	print_counters(l);
}

int main(int argc, char **argv)
{
	struct options options = {.seed = 1};
	struct link link = {.fd = {-1, -1}};
	struct fail fail = {""};
	sigset_t while_waiting;
	int rc;

	rc = options_parse(argc, argv, &options, &fail);
	if (rc > 0) {
		fputs(usage, stdout);
		return 0;
	}
	if (rc < 0 || device_follow_parent(&fail) < 0 || link_open(&link, &options, &fail) < 0) {
		fprintf(stderr, "sonde-link: %s\n", fail.text);
		return rc < 0 ? 2 : 1;
	}
	prctl(PR_SET_TIMERSLACK, 1UL);
	asked_hold(&while_waiting);
	puts("ready");
	fflush(stdout);
	run(&link, &while_waiting);
	pending_free(&link.pending);
	free(link.path[0]);
	free(link.path[1]);
	return 0;
}
