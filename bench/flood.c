// SPDX-License-Identifier: Apache-2.0
// Sends frames at a steady rate on one interface, for bench/capture; or prints the monotonic clock.
//
// usage: flood INTERFACE PACKETS_A_SECOND SECONDS BYTES
//        flood now
//
// Frames are TCP SYNs to ever other ports, to a MAC that nobody has, so that the receiver's kernel
// shows them to taps and then drops them. Frames go out in bursts of BURST, by the clock: what one
// burst is late the next ones make up for. Prints how many were sent, and in how many seconds.
#define _GNU_SOURCE
#include <errno.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <linux/if_packet.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define BURST     16
#define FRAME_MAX 1514
#define FRAME_MIN 60

#define NSEC_PER_SEC 1000000000ll

static int64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * NSEC_PER_SEC + t.tv_nsec;
}

/* Ethernet, IPv4 and TCP; checksums are not looked at by anybody. */
static const uint8_t head[] = {
	2, 0, 0, 0,    0xff, 0xff, 2,    0,    0,   0, 0, 1, 8, 0, /* to nobody, IPv4 */
	0x45, 0, 0,    46,   0,    0,    0x40, 0,   64, 6, 0, 0,    /* RFC 791 s. 3.1 */
	192, 0, 2,     1,    192,  0,    2,    2,                   /* RFC 5737 */
	0xc0, 0, 0,    0,    0,    0,    0,    1,   0, 0, 0, 0,     /* RFC 9293 s. 3.1 */
	0x50, 2, 4,    0,    0,    0,    0,    0,
};
#define PORT_AT 36

static int open_socket(const char *interface)
{
	struct sockaddr_ll to = {.sll_family = AF_PACKET, .sll_protocol = 0};
	int fd = socket(AF_PACKET, SOCK_RAW, 0), on = 1;

	to.sll_ifindex = (int)if_nametoindex(interface);
	if (fd < 0 || !to.sll_ifindex || bind(fd, (struct sockaddr *)&to, sizeof(to)) < 0)
		return -1;
	setsockopt(fd, SOL_PACKET, PACKET_QDISC_BYPASS, &on, sizeof(on));
	return fd;
}

static uint64_t flood(int fd, uint64_t rate, uint64_t total, size_t bytes)
{
	static uint8_t frames[BURST][FRAME_MAX];
	struct iovec parts[BURST];
	struct mmsghdr messages[BURST] = {0};
	int64_t begun = now();
	uint64_t sent = 0;

	for (int i = 0; i < BURST; i++) {
		memcpy(frames[i], head, sizeof(head));
		parts[i] = (struct iovec) {frames[i], bytes};
		messages[i].msg_hdr.msg_iov = &parts[i];
		messages[i].msg_hdr.msg_iovlen = 1;
	}
	while (sent < total) {
		int64_t due = begun + (int64_t)(sent * (uint64_t)NSEC_PER_SEC / rate);
		int got;

		while (now() < due)
			;
		for (int i = 0; i < BURST; i++) {
			frames[i][PORT_AT] = (uint8_t)((sent + (uint64_t)i) >> 8);
			frames[i][PORT_AT + 1] = (uint8_t)(sent + (uint64_t)i);
		}
		got = sendmmsg(fd, messages, BURST, 0);
		if (got > 0)
			sent += (uint64_t)got;
		else if (errno != ENOBUFS && errno != EAGAIN)
			break;
	}
	printf("%llu %.6f\n", (unsigned long long)sent, (double)(now() - begun) / 1e9);
	return sent;
}

int main(int argc, char *argv[])
{
	uint64_t rate, seconds, bytes;
	int fd;

	if (argc == 2 && !strcmp(argv[1], "now")) {
		printf("%lld\n", (long long)now());
		return 0;
	}
	if (argc != 5)
		return 2;
	rate = strtoull(argv[2], NULL, 10);
	seconds = strtoull(argv[3], NULL, 10);
	bytes = strtoull(argv[4], NULL, 10);
	fd = open_socket(argv[1]);
	if (fd < 0 || !rate || bytes < FRAME_MIN || bytes > FRAME_MAX) {
		perror("flood");
		return 2;
	}
	return flood(fd, rate, rate * seconds, bytes) < rate * seconds;
}
