// SPDX-License-Identifier: Apache-2.0
/*
 * sonde-simhost: answers as one or thousands of hosts whose stacks no Linux kernel has.
 *
 * It reads frames from a packet socket on an existing device, from a TAP of its
 * own, or from a given descriptor, and writes what answer.c decides. Frames that
 * a kernel sent with an unfinished checksum (PACKET_AUXDATA says so) are taken
 * as right. Ends with its parent.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <inttypes.h>
#include <linux/if_packet.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "../common/asked.h"
#include "../common/device.h"
#include "answer.h"

enum { READS_PER_TURN = 256 };

struct options {
	const char *netns, *packet, *tap, *spec;
	int fd;
	bool layer3;
	uint64_t seed;
};

struct host {
	int fd;
	bool ethernet, is_socket;
	struct answerer answerer;
};

static const char usage[] =
	"Usage: sonde-simhost [--netns FILE] (--packet DEVICE | --tap DEVICE | --fd N)\n"
	"       [--layer3] [--seed N] SPEC\n"
	"SPEC is a file, or -, that says what each host answers; see lab/README.md.\n"
	"Prints \"ready\", and its counters as one JSON line on SIGUSR1 and at the end (SIGTERM).\n";

static uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

static int take_option(int c, struct options *o, char *const *argv, struct fail *f)
{
	uint64_t fd;

	switch (c) {
	case 'n':
		o->netns = optarg;
		return 0;
	case 'p':
		o->packet = optarg;
		return 0;
	case 't':
		o->tap = optarg;
		return 0;
	case '3':
		o->layer3 = true;
		return 0;
	case 's':
		return quantity_number(optarg, UINT64_MAX, &o->seed, f);
	case 'f':
		if (quantity_number(optarg, 65535, &fd, f) < 0)
			return -1;
		o->fd = (int)fd;
		return 0;
	case 'h':
		return 1;
	default:
		return fail_set(f, "\"%.60s\" is not an option, or lacks its value; try --help.",
				argv[optind - 1]);
	}
}

static int options_parse(int argc, char **argv, struct options *o, struct fail *f)
{
	static const struct option rows[] = {
		{"netns", required_argument, NULL, 'n'}, {"packet", required_argument, NULL, 'p'},
		{"tap", required_argument, NULL, 't'},   {"fd", required_argument, NULL, 'f'},
		{"layer3", no_argument, NULL, '3'},      {"seed", required_argument, NULL, 's'},
		{"help", no_argument, NULL, 'h'},        {NULL, 0, NULL, 0},
	};
	int c, rc = 0;

	opterr = 0;
	while (rc == 0 && (c = getopt_long(argc, argv, "", rows, NULL)) != -1)
		rc = take_option(c, o, argv, f);
	if (rc)
		return rc;
	if (!!o->packet + !!o->tap + (o->fd >= 0) != 1)
		return fail_set(f, "Give exactly one of --packet, --tap and --fd; try --help.");
	if (optind + 1 != argc)
		return fail_set(f, "Give exactly one specification file; try --help.");
	o->spec = argv[optind];
	return 0;
}

static int host_open(struct host *h, const struct options *o, struct fail *f)
{
	bool layer3 = o->layer3;

	h->answerer.secret = o->seed;
	if (spec_read(&h->answerer.spec, o->spec, f) < 0)
		return -1;
	if (o->netns && device_enter(o->netns, f) < 0)
		return -1;
	if (o->packet)
		h->fd = device_packet(o->packet, &layer3, f);
	else if (o->tap)
		h->fd = device_tap(o->tap, layer3, f);
	else
		h->fd = o->fd;
	h->is_socket = o->packet != NULL;
	h->ethernet = !layer3;
	if (h->fd < 0)
		return -1;
	if (o->fd >= 0 && fcntl(h->fd, F_SETFL, O_NONBLOCK) < 0)
		return fail_set(f, "Cannot use the descriptor %d: %s.", h->fd, strerror(errno));
	return 0;
}

/* One frame; RET_CHECKED is false when its transport checksum is not there yet. */
static ssize_t receive(const struct host *h, uint8_t *frame, bool *ret_checked)
{
	union {
		struct cmsghdr header;
		char room[CMSG_SPACE(sizeof(struct tpacket_auxdata))];
	} control;
	struct iovec piece = {.iov_base = frame, .iov_len = FRAME_MAX};
	struct msghdr message = {.msg_iov = &piece,
				 .msg_iovlen = 1,
				 .msg_control = &control,
				 .msg_controllen = sizeof(control)};
	struct cmsghdr *c;
	ssize_t n;

	*ret_checked = true;
	if (!h->is_socket)
		return read(h->fd, frame, FRAME_MAX);
	n = recvmsg(h->fd, &message, 0);
	if (n < 0)
		return n;
	for (c = CMSG_FIRSTHDR(&message); c; c = CMSG_NXTHDR(&message, c)) {
		struct tpacket_auxdata aux;

		if (c->cmsg_level != SOL_PACKET || c->cmsg_type != PACKET_AUXDATA)
			continue;
		memcpy(&aux, CMSG_DATA(c), sizeof(aux));
		*ret_checked = !(aux.tp_status & TP_STATUS_CSUMNOTREADY);
	}
	return n;
}

static void take_frames(struct host *h)
{
	static struct reply replies[SPEC_STEPS];
	static uint8_t frame[FRAME_MAX];
	int turn;

	for (turn = 0; turn < READS_PER_TURN; turn++) {
		struct packet packet;
		unsigned int i, count;
		bool checked;
		ssize_t n = receive(h, frame, &checked);

		if (n <= 0)
			return;
		packet_read(frame, (size_t)n, h->ethernet, checked, &packet);
		count = answer(&h->answerer, &packet, now_ns(), replies);
		for (i = 0; i < count; i++)
			if (write(h->fd, replies[i].bytes, replies[i].len) < 0)
				h->answerer.count.sent--;
	}
}

static void print_counters(const struct host *h)
{
	const struct answer_counters *c = &h->answerer.count;

	printf("{\"frames\":%" PRIu64 ",\"damaged\":%" PRIu64 ",\"not_ours\":%" PRIu64, c->frames,
	       c->damaged, c->not_ours);
	printf(",\"neighbour\":%" PRIu64 ",\"echo\":%" PRIu64 ",\"tcp\":%" PRIu64, c->neighbour,
	       c->echo, c->tcp);
	printf(",\"udp\":%" PRIu64 ",\"sent\":%" PRIu64 ",\"limited\":%" PRIu64 "}\n", c->udp,
	       c->sent, c->limited);
	fflush(stdout);
}

static void run(struct host *h, const sigset_t *while_waiting)
{
	struct pollfd fd = {.fd = h->fd, .events = POLLIN};

	while (!asked_to_stop()) {
		if (ppoll(&fd, 1, NULL, while_waiting) > 0)
			take_frames(h);
		if (asked_to_print())
			print_counters(h);
	}
	print_counters(h);
}

int main(int argc, char **argv)
{
	struct options options = {.fd = -1, .seed = 1};
	struct host host = {.fd = -1};
	struct fail fail = {""};
	sigset_t while_waiting;
	int rc;

	rc = options_parse(argc, argv, &options, &fail);
	if (rc > 0) {
		fputs(usage, stdout);
		return 0;
	}
	if (rc < 0 || device_follow_parent(&fail) < 0 || host_open(&host, &options, &fail) < 0) {
		fprintf(stderr, "sonde-simhost: %s\n", fail.text);
		return rc < 0 ? 2 : 1;
	}
	asked_hold(&while_waiting);
	puts("ready");
	fflush(stdout);
	run(&host, &while_waiting);
	spec_free(&host.answerer.spec);
	return 0;
}
