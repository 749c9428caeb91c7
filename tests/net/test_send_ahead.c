// SPDX-License-Identifier: Apache-2.0
// What is handed to the sending thread leaves whole and in order, and nothing passes a full queue.
#include <errno.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "lab.h"
#include "net/ring.h"
#include "net/send_ahead.h"

#define FRAME_ROOM 1400

static struct lab_frames got;
static struct sender *sender;
static struct send_ahead *ahead;
static uint32_t left, right, slow;
static uint8_t bytes[SEND_AHEAD_OPEN][SEND_AHEAD_BATCH][FRAME_ROOM];

/* Hands over one batch of frames to the port numbers from `port` on. */
static void begin(unsigned batch, size_t count, uint32_t ifindex, uint16_t port, unsigned pad_to)
{
	struct send_item *items = send_ahead_items(ahead);

	for (size_t i = 0; i < count; i++) {
		struct lab_packet p = {
			.source = lab_addr("192.0.2.1"),
			.target = lab_addr("192.0.2.2"),
			.protocol = IPPROTO_TCP,
			.source_port = 40000,
			.target_port = (uint16_t)(port + i),
			.tcp_flags = 2,
			.ethernet = true,
			.pad_to = pad_to,
		};

		items[i] = (struct send_item) {.ifindex = ifindex, .link = LINK_ETHERNET};
		items[i].bytes = bytes[batch][i];
		items[i].len = (uint32_t)lab_build(&p, bytes[batch][i], FRAME_ROOM);
		items[i].result = 77;
	}
	send_ahead_begin(ahead, count);
}

static void batches_leave_in_order(void **state)
{
	enum { BATCHES = SEND_AHEAD_OPEN, COUNT = BATCHES * 50 };
	struct ring *ring = NULL;
	struct err err = {0};
	unsigned at = 0;
	size_t count;

	(void)state;
	got.count = 0;
	assert_int_equal(ring_open(NULL, NULL, &ring, &err), 0);
	for (unsigned b = 0; b < BATCHES; b++)
		begin(b, 50, left, (uint16_t)(1 + b * 50), 0);
	assert_int_equal(send_ahead_open(ahead), BATCHES);
	for (unsigned b = 0; b < BATCHES; b++) {
		const struct send_item *items = send_ahead_take(ahead, true, &count);

		assert_int_equal(count, 50);
		for (size_t i = 0; i < count; i++)
			assert_int_equal(items[i].result, 0);
	}
	assert_int_equal(send_ahead_open(ahead), 0);
	assert_true(lab_read(ring, &got, 2 * COUNT));
	for (unsigned i = 0; i < got.count; i++) {
		if (got.frames[i].interface != right)
			continue;
		assert_memory_equal(got.frames[i].bytes, bytes[at / 50][at % 50], 54);
		at++;
	}
	assert_int_equal(at, COUNT);
	ring_close(ring);
}

static void what_is_not_sent_yet_can_be_asked_for(void **state)
{
	struct send_item *items = NULL;
	size_t count = 0;

	(void)state;
	begin(0, 3, left, 1, 0);
	while (!items)
		items = send_ahead_take(ahead, false, &count);
	assert_int_equal(count, 3);
	assert_int_equal(items[2].result, 0);
}

/* The results of the oldest batch. */
static void take_all_with(int result, size_t from)
{
	size_t count;
	const struct send_item *items = send_ahead_take(ahead, true, &count);

	for (size_t i = from; i < count; i++)
		assert_int_equal(items[i].result, result);
}

static void nothing_passes_a_full_queue(void **state)
{
	(void)state;
	begin(0, 64, slow, 1, FRAME_ROOM); /* a queue of two of them */
	begin(1, 64, left, 1, 0);
	take_all_with(-EAGAIN, 8);
	begin(2, 64, left, 1, 0);
	take_all_with(-EAGAIN, 0);
	take_all_with(-EAGAIN, 0);
	assert_int_equal(send_ahead_open(ahead), 0);
	begin(3, 64, left, 1, 0); /* everything was given back: from here on it goes again */
	take_all_with(0, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(batches_leave_in_order),
		cmocka_unit_test(what_is_not_sent_yet_can_be_asked_for),
		cmocka_unit_test(nothing_passes_a_full_queue),
	};
	struct err err = {0};
	int failed;

	lab_enter();
	lab_run("ip link add left type veth peer name right && "
		"ip link add slow type veth peer name slow2 && "
		"for i in left right slow slow2; do ip link set $i up; done && "
		"tc qdisc add dev slow root tbf rate 8kbit burst 3000 limit 3000");
	left = lab_index("left");
	right = lab_index("right");
	slow = lab_index("slow");
	if (sender_open(&sender, &err) < 0)
		return 1;
	ahead = send_ahead_new(sender);
	if (!ahead) {
		puts("skipped: this process may use one processor only");
		sender_close(sender);
		return 77;
	}
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	send_ahead_free(ahead);
	sender_close(sender);
	return failed;
}
