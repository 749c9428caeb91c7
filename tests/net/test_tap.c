// SPDX-License-Identifier: Apache-2.0
// A tap delivers what its filter, direction and snap length say, and counts what it lost.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "lab.h"
#include "net/clock.h"
#include "net/send.h"
#include "net/tap.h"

static struct lab_frames got;
static struct sender *sender;
static uint32_t left, right; /* the two ends of a veth pair, both in our namespace */

static struct tap *open_tap(const struct tap_options *options)
{
	struct tap *tap = NULL;
	struct err err = {0};

	got.count = 0;
	if (tap_open(options, &tap, &err) < 0)
		fail_msg("%s", err.text);
	return tap;
}

static struct lab_packet packet_of(uint8_t protocol)
{
	return (struct lab_packet) {
		.source = lab_addr("192.0.2.1"),
		.target = lab_addr("192.0.2.2"),
		.protocol = protocol,
		.source_port = 7,
		.target_port = 9,
		.ethernet = true,
	};
}

/* Reads until count frames have come (true) or patience ended. */
static bool read_until(struct tap *tap, size_t count)
{
	struct pollfd ready = {.fd = tap_fd(tap), .events = POLLIN};
	nsec_t end = clock_now() + LAB_PATIENCE;

	while (got.count < count && clock_now() < end) {
		poll(&ready, 1, 100);
		while (tap_read(tap, 1, lab_collect, &got))
			;
	}
	return got.count >= count;
}

static void delivers_both_directions(void **state)
{
	struct tap *tap = open_tap(&(struct tap_options) {.interface = left});
	struct lab_packet p = packet_of(IPPROTO_UDP);
	nsec_t begun = clock_now() + clock_wall_offset() - NSEC_PER_MSEC;
	size_t len;

	(void)state;
	for (int i = 0; i < 10; i++) {
		lab_put(sender, left, &p, &len);
		lab_put(sender, right, &p, &len);
	}
	tap_flush(tap, lab_collect, &got);
	assert_true(read_until(tap, 20));
	for (size_t i = 0; i < got.count; i++) {
		const struct frame *f = &got.frames[i];

		assert_int_equal(f->interface, left);
		assert_int_equal(f->direction, i % 2 ? FRAME_RECEIVED : FRAME_SENT);
		assert_int_equal(f->captured_len, len);
		assert_true(f->time >= begun &&
			    f->time <= clock_now() + clock_wall_offset() + NSEC_PER_MSEC);
	}
	assert_int_equal(tap_stats(tap).received, 20);
	assert_int_equal(tap_stats(tap).delivered, 20);
	assert_int_equal(tap_stats(tap).dropped, 0);
	tap_close(tap);
}

static void takes_one_direction(void **state)
{
	static const enum tap_direction directions[] = {TAP_IN, TAP_OUT};
	struct lab_packet p = packet_of(IPPROTO_UDP);
	size_t len;

	(void)state;
	for (int d = 0; d < 2; d++) {
		struct tap *tap = open_tap(
			&(struct tap_options) {.interface = left, .direction = directions[d]});

		for (int i = 0; i < 5; i++) {
			lab_put(sender, left, &p, &len);
			lab_put(sender, right, &p, &len);
		}
		assert_true(read_until(tap, 5));
		for (size_t i = 0; i < got.count; i++)
			assert_int_equal(got.frames[i].direction,
					 directions[d] == TAP_IN ? FRAME_RECEIVED : FRAME_SENT);
		assert_int_equal(tap_stats(tap).received, 5);
		tap_close(tap);
	}
}

static void cuts_at_the_snap_length(void **state)
{
	struct sock_filter all[] = {BPF_STMT(BPF_RET | BPF_K, 1)};
	struct sock_fprog program = {1, all};
	struct tap_options options = {.interface = left, .snap_len = 60};
	struct lab_packet p = packet_of(IPPROTO_UDP);
	const uint8_t *bytes;
	size_t len;

	(void)state;
	p.pad_to = 1400;
	for (int filtered = 0; filtered < 2; filtered++) {
		struct tap *tap = open_tap(&options);

		bytes = lab_put(sender, left, &p, &len);
		assert_true(read_until(tap, 1));
		assert_int_equal(got.frames[0].captured_len, 60);
		assert_int_equal(got.frames[0].wire_len, 1400);
		assert_memory_equal(got.frames[0].bytes, bytes, 60);
		assert_int_equal(tap_stats(tap).cut, 1);
		tap_close(tap);
		/* and a filter's own idea of a length does not count */
		options.filters = (struct tap_filters) {&program, &program};
	}
}

static void each_link_type_meets_its_filter(void **state)
{
	/* by the EtherType at 12, and by the IP protocol at 9 */
	struct sock_filter ethernet[] = {
		BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 12),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0x0800, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, 96),
		BPF_STMT(BPF_RET | BPF_K, 0),
	};
	struct sock_filter raw[] = {
		BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 9),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, IPPROTO_TCP, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, 96),
		BPF_STMT(BPF_RET | BPF_K, 0),
	};
	struct sock_fprog programs[] = {{4, ethernet}, {4, raw}};
	int far = lab_tun("tuntap");
	uint32_t tun = lab_index("tuntap");
	struct tap *tap = open_tap(&(struct tap_options) {.filters = {&programs[0], &programs[1]}});
	struct lab_packet udp = packet_of(IPPROTO_UDP), tcp = packet_of(IPPROTO_TCP);
	size_t len;

	(void)state;
	lab_put(sender, left, &udp, &len); /* seen on both ends */
	udp.ethernet = tcp.ethernet = false;
	lab_put(sender, tun, &udp, &len); /* not TCP */
	lab_put(sender, tun, &tcp, &len);
	assert_true(read_until(tap, 3));
	tap_flush(tap, lab_collect, &got);
	assert_int_equal(got.count, 3);
	assert_int_equal(got.frames[0].link, LINK_ETHERNET);
	assert_int_equal(got.frames[2].link, LINK_RAW);
	assert_int_equal(got.frames[2].interface, tun);
	assert_int_equal(got.frames[2].bytes[9], IPPROTO_TCP);
	tap_close(tap);
	close(far);
}

static void shows_loopback_packets_once(void **state)
{
	struct tap *tap = open_tap(&(struct tap_options) {.interface = lab_index("lo")});
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(9)};
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	(void)state;
	inet_pton(AF_INET, "127.0.0.1", &to.sin_addr);
	assert_int_equal(sendto(fd, "once", 4, 0, (struct sockaddr *)&to, sizeof(to)), 4);
	assert_true(read_until(tap, 2)); /* the datagram and the ICMP error about it */
	tap_flush(tap, lab_collect, &got);
	assert_int_equal(got.count, 2);
	assert_int_equal(got.frames[0].direction, FRAME_UNKNOWN);
	assert_int_equal(tap_stats(tap).received, 2);
	close(fd);
	tap_close(tap);
}

static void puts_vlan_tags_back(void **state)
{
	struct tap *tap = open_tap(&(struct tap_options) {.interface = right});
	struct lab_packet p = packet_of(IPPROTO_UDP);
	const uint8_t *bytes;
	size_t len;

	(void)state;
	p.vlan = 0x2123; /* priority 1, id 0x123 */
	bytes = lab_put(sender, left, &p, &len);
	assert_true(read_until(tap, 1));
	assert_int_equal(got.frames[0].captured_len, len);
	assert_memory_equal(got.frames[0].bytes, bytes, len);
	tap_close(tap);
}

static void counts_what_a_small_buffer_loses(void **state)
{
	struct tap *tap = open_tap(&(struct tap_options) {.interface = left, .buffer_bytes = 1});
	struct lab_packet p = packet_of(IPPROTO_UDP);
	struct tap_stats stats;
	const unsigned sent = 4000;
	size_t len;

	(void)state;
	p.pad_to = 1400; /* two blocks of 512 KiB hold about 700 */
	for (unsigned i = 0; i < sent; i++)
		lab_put(sender, left, &p, &len);
	stats = tap_stats(tap);
	assert_int_equal(stats.received + stats.dropped, sent);
	assert_true(stats.dropped > sent / 2);
	got.count = 0;
	tap_flush(tap, lab_collect, &got);
	assert_true(read_until(tap, stats.received));
	assert_int_equal(got.count, stats.received);
	/* And it goes on afterwards. */
	lab_put(sender, left, &p, &len);
	assert_true(read_until(tap, stats.received + 1));
	tap_close(tap);
}

/* Answers each frame by two more: a flood that no reader can keep up with, up to FED_MAX. */
#define FED_MAX 20000

static void feed_more(void *user, const struct frame *frame)
{
	struct lab_packet p = packet_of(IPPROTO_UDP);
	unsigned *fed = user;
	size_t len;

	(void)frame;
	p.pad_to = 1400;
	for (int i = 0; i < 2 && *fed < FED_MAX; i++, ++*fed)
		lab_put(sender, left, &p, &len);
}

static void ends_amid_a_flood(void **state)
{
	struct tap *tap = open_tap(&(struct tap_options) {.interface = left, .buffer_bytes = 1});
	struct lab_packet p = packet_of(IPPROTO_UDP);
	unsigned fed = 0;
	size_t len;

	(void)state;
	p.pad_to = 1400;
	for (unsigned i = 0; i < 2000; i++) /* more than it holds: both blocks are full */
		lab_put(sender, left, &p, &len);
	tap_flush(tap, feed_more, &fed);
	assert_true(fed && fed < FED_MAX);
	tap_close(tap);
}

static void says_what_became_of_the_interface(void **state)
{
	struct tap *tap;

	(void)state;
	lab_run("ip link add gone type veth peer name gone2 && ip link set gone up");
	tap = open_tap(&(struct tap_options) {.interface = lab_index("gone")});
	assert_int_equal(tap_state(tap), TAP_LIVE);
	lab_run("ip link set gone down");
	assert_int_equal(tap_state(tap), TAP_DOWN);
	assert_false(tap_read(tap, 1, lab_collect, &got)); /* and the error does not stick */
	lab_run("ip link set gone up");
	assert_int_equal(tap_state(tap), TAP_LIVE);
	lab_run("ip link del gone");
	assert_int_equal(tap_state(tap), TAP_GONE);
	tap_close(tap);
}

static void refuses_what_cannot_be(void **state)
{
	static const struct {
		struct tap_options options;
		const char *piece;
	} rows[] = {
		{{.snap_len = TAP_SNAP_MAX + 1}, "262144"},
		{{.buffer_bytes = (size_t)3 << 30}, "3072 MiB"},
		{{.interface = 99999}, "listen"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct tap *tap = NULL;
		struct err err = {0};

		assert_true(tap_open(&rows[i].options, &tap, &err) < 0);
		assert_null(tap);
		assert_non_null(strstr(err.text, rows[i].piece));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(delivers_both_directions),
		cmocka_unit_test(takes_one_direction),
		cmocka_unit_test(cuts_at_the_snap_length),
		cmocka_unit_test(each_link_type_meets_its_filter),
		cmocka_unit_test(shows_loopback_packets_once),
		cmocka_unit_test(puts_vlan_tags_back),
		cmocka_unit_test(counts_what_a_small_buffer_loses),
		cmocka_unit_test(ends_amid_a_flood),
		cmocka_unit_test(says_what_became_of_the_interface),
		cmocka_unit_test(refuses_what_cannot_be),
	};
	struct err err = {0};

	lab_enter();
	lab_link_pair();
	left = lab_index("left");
	right = lab_index("right");
	if (sender_open(&sender, &err) < 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
