// SPDX-License-Identifier: Apache-2.0
// What is sent arrives as it was built, on every kind of link; what cannot be sent says why.
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "lab.h"
#include "net/clock.h"
#include "net/ring.h"
#include "net/send.h"

static struct lab_frames got;
static struct sender *sender;
static uint32_t left, right;

static struct ring *open_ring(const struct filter *filter)
{
	struct ring *ring = NULL;
	struct err err = {0};

	got.count = 0;
	if (ring_open(NULL, filter, &ring, &err) < 0)
		fail_msg("%s", err.text);
	return ring;
}

static struct lab_packet tcp_of(const char *from, const char *to, uint16_t port)
{
	return (struct lab_packet) {
		.source = lab_addr(from),
		.target = lab_addr(to),
		.protocol = IPPROTO_TCP,
		.source_port = 40000,
		.target_port = port,
		.tcp_flags = 2,
		.sequence = 0x01020304,
	};
}

static void sends_in_batches(void **state)
{
	enum { COUNT = 130 };
	static uint8_t bytes[COUNT][128];
	struct send_item items[COUNT];
	struct send_stats before = sender_stats(sender), after;
	struct ring *ring = open_ring(NULL);

	(void)state;
	for (unsigned i = 0; i < COUNT; i++) {
		struct lab_packet p = tcp_of("192.0.2.1", "192.0.2.2", (uint16_t)(i + 1));

		p.ethernet = true;
		items[i] = (struct send_item) {
			.ifindex = left,
			.link = LINK_ETHERNET,
			.bytes = bytes[i],
			.len = (uint32_t)lab_build(&p, bytes[i], sizeof(bytes[i])),
			.result = 77,
		};
	}
	assert_int_equal(sender_send(sender, items, COUNT), COUNT);
	assert_true(lab_read(ring, &got, 2 * COUNT));
	for (unsigned i = 0, at = 0; i < got.count; i++) {
		if (got.frames[i].interface != right)
			continue;
		assert_int_equal(items[at].result, 0);
		assert_int_equal(got.frames[i].captured_len, items[at].len);
		assert_memory_equal(got.frames[i].bytes, bytes[at], items[at].len);
		at++;
	}
	after = sender_stats(sender);
	assert_int_equal(after.sent - before.sent, COUNT);
	assert_int_equal(after.bytes - before.bytes, COUNT * items[0].len);
	assert_int_equal(after.calls - before.calls, 3); /* 64 + 64 + 2 */
	ring_close(ring);
}

static void sends_to_layer_3_devices(void **state)
{
	int far = lab_tun("tunsend");
	uint8_t bytes[2][256], read_back[256];
	struct lab_packet v4 = tcp_of("192.0.2.1", "192.0.2.2", 80);
	struct lab_packet v6 = tcp_of("2001:db8::1", "2001:db8::2", 80);
	struct send_item items[2] = {
		{.link = LINK_RAW, .bytes = bytes[0]},
		{.link = LINK_IPV6, .bytes = bytes[1]},
	};

	(void)state;
	items[0].len = (uint32_t)lab_build(&v4, bytes[0], sizeof(bytes[0]));
	items[1].len = (uint32_t)lab_build(&v6, bytes[1], sizeof(bytes[1]));
	items[0].ifindex = items[1].ifindex = lab_index("tunsend");
	assert_int_equal(sender_send(sender, items, 2), 2);
	for (int i = 0; i < 2; i++) {
		assert_true(lab_readable(far));
		assert_int_equal(read(far, read_back, sizeof(read_back)), items[i].len);
		assert_memory_equal(read_back, bytes[i], items[i].len);
	}
	close(far);
}

/* A listener on all addresses of both families; caller closes. */
static int listener(uint16_t port)
{
	struct sockaddr_in6 any = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
	int fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_int_equal(bind(fd, (struct sockaddr *)&any, sizeof(any)), 0);
	assert_int_equal(listen(fd, 5), 0);
	return fd;
}

/*
 * A SYN by the kernel's own path: SYN, SYN/ACK and the kernel's RST (it knows of no such
 * connection), or SYN and RST, once each on lo.
 */
static void try_local(const char *addr, uint16_t port, size_t frames, uint8_t answer_flags)
{
	struct filter filter = {.port_low = 40000, .port_high = 40000};
	struct lab_packet p = tcp_of(addr, addr, port);
	struct ring *ring = open_ring(&filter);
	uint8_t bytes[128];
	struct send_item item = {.by_kernel = true, .bytes = bytes};
	size_t tcp = p.target.family == 6 ? 54 : 34;

	item.len = (uint32_t)lab_build(&p, bytes, sizeof(bytes));
	assert_int_equal(sender_send(sender, &item, 1), 1);
	assert_true(lab_read(ring, &got, frames));
	assert_int_equal(got.frames[0].captured_len, 14 + item.len);
	/* Only the IPv4 id and checksum may have been filled in: here none, for ours were not 0. */
	assert_memory_equal(got.frames[0].bytes + 14, bytes, item.len);
	assert_int_equal(got.frames[1].bytes[tcp + 13], answer_flags);
	assert_int_equal(got.frames[1].bytes[tcp + 8], 1);
	assert_int_equal(got.frames[1].bytes[tcp + 11], 5); /* acknowledges our sequence + 1 */
	ring_close(ring);
}

static void reaches_this_machine_itself(void **state)
{
	static const char *const addrs[] = {"127.0.0.1", "127.3.2.1", "192.0.2.100", "::1",
					    "2001:db8::100"};
	int fd = listener(8080);

	(void)state;
	for (size_t i = 0; i < sizeof(addrs) / sizeof(addrs[0]); i++) {
		try_local(addrs[i], 8080, 3, 0x12);
		try_local(addrs[i], 8081, 2, 0x14);
	}
	close(fd);
}

static void says_what_cannot_be_sent(void **state)
{
	static uint8_t bytes[9000];
	struct lab_packet p = tcp_of("192.0.2.1", "192.0.2.2", 80);
	struct send_item items[7];

	(void)state;
	p.ethernet = true;
	for (size_t i = 0; i < 7; i++)
		items[i] =
			(struct send_item) {.ifindex = left, .link = LINK_ETHERNET, .bytes = bytes};
	p.pad_to = 8000;
	lab_build(&p, bytes, sizeof(bytes));
	for (size_t i = 0; i < 7; i++)
		items[i].len = 80;
	items[1].len = 8000;
	items[2].ifindex = 9999;
	items[3].ifindex = lab_index("off");
	items[4].len = 13;
	items[5].link = LINK_RAW; /* begins with a MAC, not with a version */
	assert_int_equal(sender_send(sender, items, 7), 2);
	assert_int_equal(items[0].result, 0);
	assert_int_equal(items[1].result, -EMSGSIZE);
	assert_int_equal(items[2].result, -ENXIO);
	assert_int_equal(items[3].result, -ENETDOWN);
	assert_int_equal(items[4].result, -EINVAL);
	assert_int_equal(items[5].result, -EINVAL);
	assert_int_equal(items[6].result, 0);
}

static void gives_back_what_has_no_room(void **state)
{
	enum { COUNT = 100 };
	uint8_t bytes[1400];
	struct lab_packet p = tcp_of("192.0.2.1", "192.0.2.2", 80);
	struct send_item items[COUNT];
	struct send_stats before = sender_stats(sender), after;
	nsec_t begun = clock_now();
	size_t sent, len;

	(void)state;
	p.ethernet = true;
	p.pad_to = 1400;
	len = lab_build(&p, bytes, sizeof(bytes));
	for (size_t i = 0; i < COUNT; i++)
		items[i] = (struct send_item) {.ifindex = lab_index("slow"),
					       .link = LINK_ETHERNET,
					       .bytes = bytes,
					       .len = (uint32_t)len};
	sent = sender_send(sender, items, COUNT);
	assert_in_range(sent, 1, COUNT - 1);
	for (size_t i = 0; i < COUNT; i++)
		assert_int_equal(items[i].result, i < sent ? 0 : -EAGAIN);
	after = sender_stats(sender);
	assert_int_equal(after.again - before.again, COUNT - sent);
	assert_int_equal(after.failed, before.failed);
	assert_true(clock_now() - begun < NSEC_PER_SEC); /* it never waits */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sends_in_batches),
		cmocka_unit_test(sends_to_layer_3_devices),
		cmocka_unit_test(reaches_this_machine_itself),
		cmocka_unit_test(says_what_cannot_be_sent),
		cmocka_unit_test(gives_back_what_has_no_room),
	};
	struct err err = {0};
	int failed;

	lab_enter();
	lab_run("ip link add left type veth peer name right && "
		"ip link add slow type veth peer name slow2 && "
		"ip link add off type veth peer name off2 && "
		"for i in left right slow slow2; do ip link set $i up; done && "
		"tc qdisc add dev slow root tbf rate 8kbit burst 3000 limit 3000");
	lab_run("ip addr add 192.0.2.100/32 dev lo && ip addr add 2001:db8::100/128 dev lo nodad");
	left = lab_index("left");
	right = lab_index("right");
	if (sender_open(&sender, &err) < 0)
		return 1;
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	sender_close(sender);
	return failed;
}
