// SPDX-License-Identifier: Apache-2.0
// packet/flow: each mark from hand-made segments, both passes, wrap-around, ageing, hostile numbers.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/rng.h"
#include "packet/flow.h"
#include "proto/tcp.h"

#define MS  NSEC_PER_MSEC
#define ISN 1000u /* of the server; the client's is 0 */

enum { CLIENT, SERVER };

/* A conversation under test. */
struct talk {
	struct flows *flows;
	struct addr ends[2];
	uint16_t ports[2];
	uint32_t base[2];
	uint32_t frame;
	nsec_t now;
	bool long_way;
	uint8_t wscale;
	struct tcp_view view; /* of the last segment */
};

static void begin(struct talk *t, struct flows *flows)
{
	*t = (struct talk) {.flows = flows,
			    .ends = {addr_v4_number(0xc0000201), addr_v4_number(0xc0000202)},
			    .ports = {40000, 80},
			    .base = {0, ISN},
			    .wscale = FLOW_NO_WSCALE,
			    .now = NSEC_PER_SEC};
	assert_non_null(flows);
}

/* Feeds a segment `gap` later; numbers are relative to each side's first. Returns its marks. */
static unsigned say(struct talk *t, unsigned from, uint32_t seq, uint32_t ack, uint16_t flags,
		    uint32_t len, uint16_t window, nsec_t gap)
{
	struct flow_segment s = {
		.source = &t->ends[from],
		.destination = &t->ends[!from],
		.source_port = t->ports[from],
		.destination_port = t->ports[!from],
		.seq = t->base[from] + seq,
		.ack = flags & TCP_ACK ? t->base[!from] + ack : 0,
		.flags = flags,
		.window = window,
		.data_len = len,
		.wscale = t->wscale,
		.frame = ++t->frame,
		.time = t->now += gap,
		.sack_count = t->long_way,
	};

	flow_tcp(t->flows, &s, &t->view);
	assert_true(t->view.known);
	return t->view.marks;
}

static void shake_hands(struct talk *t)
{
	assert_int_equal(say(t, CLIENT, 0, 0, TCP_SYN, 0, 1000, MS), 0);
	assert_int_equal(say(t, SERVER, 0, 1, TCP_SYN | TCP_ACK, 0, 1000, MS), 0);
	assert_int_equal(say(t, CLIENT, 1, 1, TCP_ACK, 0, 1000, MS), 0);
}

static void numbers_a_handshake(void **state)
{
	struct talk t;

	(void)state;
	begin(&t, flows_new());
	say(&t, CLIENT, 0, 0, TCP_SYN, 0, 1000, MS);
	assert_int_equal(t.view.stream, 0);
	assert_int_equal(t.view.completeness, 0);
	say(&t, SERVER, 0, 1, TCP_SYN | TCP_ACK, 0, 1000, 2 * MS);
	assert_int_equal(t.view.seq_base, ISN);
	assert_int_equal(t.view.ack_base, 0);
	assert_int_equal(t.view.acks_frame, 1);
	assert_int_equal(t.view.ack_rtt, 2 * MS);
	assert_int_equal(t.view.completeness, TCP_COMPLETE_SYN);
	say(&t, CLIENT, 1, 1, TCP_ACK, 0, 1000, 3 * MS);
	assert_int_equal(t.view.initial_rtt, 5 * MS);
	assert_int_equal(t.view.since_first, 5 * MS);
	assert_int_equal(t.view.since_previous, 3 * MS);
	assert_int_equal(t.view.window_shift, TCP_SHIFT_UNUSED);
	say(&t, CLIENT, 1, 1, TCP_ACK | TCP_PSH, 10, 1000, MS);
	assert_int_equal(t.view.bytes_in_flight, 10);
	assert_int_equal(t.view.push_bytes, 10);
	flows_free(t.flows);
}

static void marks_what_comes_again(void **state)
{
	struct talk t;

	(void)state;
	begin(&t, flows_new());
	shake_hands(&t);
	say(&t, CLIENT, 1, 1, TCP_ACK, 100, 1000, MS);
	say(&t, CLIENT, 101, 1, TCP_ACK, 100, 1000, MS);
	assert_int_equal(say(&t, CLIENT, 1, 1, TCP_ACK, 100, 1000, MS), TCP_MARK_OUT_OF_ORDER);
	assert_int_equal(say(&t, CLIENT, 101, 1, TCP_ACK, 100, 1000, 500 * MS),
			 TCP_MARK_RETRANSMISSION);
	assert_int_equal(t.view.rto_frame, 4); /* the oldest that waits */
	assert_int_equal(t.view.rto, 502 * MS);
	say(&t, SERVER, 1, 201, TCP_ACK, 0, 1000, MS);
	assert_int_equal(say(&t, CLIENT, 101, 1, TCP_ACK, 100, 1000, MS),
			 TCP_MARK_SPURIOUS_RETRANSMISSION);
	say(&t, CLIENT, 201, 1, TCP_ACK, 100, 1000, MS);
	say(&t, CLIENT, 301, 1, TCP_ACK, 100, 1000, MS);
	assert_int_equal(say(&t, SERVER, 1, 201, TCP_ACK, 0, 1000, MS), TCP_MARK_DUPLICATE_ACK);
	assert_int_equal(t.view.duplicate_count, 1);
	assert_int_equal(t.view.duplicate_frame, 8);
	assert_int_equal(say(&t, SERVER, 1, 201, TCP_ACK, 0, 1000, MS), TCP_MARK_DUPLICATE_ACK);
	assert_int_equal(t.view.duplicate_count, 2);
	assert_int_equal(say(&t, CLIENT, 201, 1, TCP_ACK, 100, 1000, 19 * MS),
			 TCP_MARK_FAST_RETRANSMISSION);
	flows_free(t.flows);
}

static void marks_what_is_missing(void **state)
{
	struct talk t;

	(void)state;
	begin(&t, flows_new());
	shake_hands(&t);
	assert_int_equal(say(&t, CLIENT, 101, 1, TCP_ACK, 100, 1000, MS), TCP_MARK_LOST_SEGMENT);
	assert_int_equal(t.view.bytes_in_flight, 0); /* nobody knows */
	assert_int_equal(say(&t, SERVER, 1, 501, TCP_ACK, 0, 1000, MS), TCP_MARK_ACK_LOST_SEGMENT);
	flows_free(t.flows);
}

static void marks_keep_alives_and_windows(void **state)
{
	struct talk t;

	(void)state;
	begin(&t, flows_new());
	shake_hands(&t);
	say(&t, SERVER, 1, 1, TCP_ACK, 0, 1001, MS);
	assert_int_equal(say(&t, CLIENT, 0, 1, TCP_ACK, 0, 1000, MS), TCP_MARK_KEEP_ALIVE);
	assert_int_equal(say(&t, SERVER, 1, 1, TCP_ACK, 0, 1001, MS), TCP_MARK_KEEP_ALIVE_ACK);
	assert_int_equal(say(&t, SERVER, 1, 1, TCP_ACK, 0, 50, MS), TCP_MARK_WINDOW_UPDATE);
	assert_int_equal(say(&t, CLIENT, 1, 1, TCP_ACK, 50, 1000, MS), TCP_MARK_WINDOW_FULL);
	assert_int_equal(say(&t, SERVER, 1, 51, TCP_ACK, 0, 0, MS), TCP_MARK_ZERO_WINDOW);
	assert_int_equal(say(&t, CLIENT, 51, 1, TCP_ACK, 1, 1000, MS), TCP_MARK_ZERO_WINDOW_PROBE);
	assert_int_equal(say(&t, SERVER, 1, 51, TCP_ACK, 0, 0, MS),
			 TCP_MARK_ZERO_WINDOW | TCP_MARK_ZERO_WINDOW_PROBE_ACK);
	flows_free(t.flows);
}

static void a_new_syn_is_a_new_stream(void **state)
{
	struct talk t;

	(void)state;
	begin(&t, flows_new());
	shake_hands(&t);
	say(&t, CLIENT, 0, 0, TCP_SYN, 0, 1000, MS);
	assert_int_equal(t.view.stream, 0); /* the same once more */
	assert_int_equal(t.view.marks, TCP_MARK_RETRANSMISSION);
	assert_int_equal(say(&t, CLIENT, 77, 0, TCP_SYN, 0, 1000, MS), TCP_MARK_REUSED_PORTS);
	assert_int_equal(t.view.stream, 1);
	assert_int_equal(t.view.seq_base, 77);
	flows_free(t.flows);
}

static void numbers_may_wrap(void **state)
{
	struct talk t;

	(void)state;
	begin(&t, flows_new());
	t.base[CLIENT] = UINT32_MAX - 150;
	t.base[SERVER] =
		UINT32_MAX - 5; /* an acknowledged 0 would be "none yet", as in Wireshark */
	shake_hands(&t);
	for (uint32_t at = 1; at < 1000; at += 100) {
		assert_int_equal(say(&t, CLIENT, at, 1, TCP_ACK, 100, 1000, MS), 0);
		assert_int_equal(t.view.bytes_in_flight, 100);
		assert_int_equal(say(&t, SERVER, 1, at + 100, TCP_ACK, 0, 1000, MS), 0);
		assert_int_equal(t.view.acks_frame, t.frame - 1);
	}
	flows_free(t.flows);
}

static void a_second_pass_knows_the_end(void **state)
{
	struct talk t;
	struct flows *flows = flows_new();

	(void)state;
	flows_remember(flows);
	for (int pass = 0; pass < 2; pass++) {
		begin(&t, flows);
		say(&t, CLIENT, 0, 0, TCP_SYN, 0, 1000, MS);
		assert_int_equal(t.view.stream, 0);
		assert_int_equal(t.view.completeness, pass ? 39 : 0);
		assert_int_equal(t.view.initial_rtt, pass ? 2 * MS : 0);
		say(&t, SERVER, 0, 1, TCP_SYN | TCP_ACK, 0, 1000, MS);
		say(&t, CLIENT, 1, 1, TCP_ACK, 0, 1000, MS);
		say(&t, CLIENT, 1, 0, TCP_RST, 0, 0, MS);
		if (pass == 0)
			flows_rewind(flows);
	}
	flows_free(flows);
}

/* A scan of more hosts than the tables take: the oldest go, the latest stay. */
static void ages_out(void **state)
{
	const uint32_t hosts = 800000;
	struct flow_counts counts;
	struct talk t;

	(void)state;
	begin(&t, flows_new());
	for (uint32_t i = 0; i < hosts; i++) {
		t.ends[SERVER] = addr_v4_number(0x0a000000 + i);
		say(&t, CLIENT, 0, 0, TCP_SYN, 0, 1024, 1000);
		assert_int_equal(t.view.stream, i);
	}
	flow_counts(t.flows, &counts);
	assert_int_equal(counts.tcp, hosts);
	assert_true(counts.dropped > 0);
	assert_true(counts.bytes <= FLOW_BYTES_FREE + (uint64_t)hosts * FLOW_BYTES_A_FRAME);
	assert_int_equal(say(&t, SERVER, 0, 1, TCP_RST | TCP_ACK, 0, 0, 1000), 0);
	assert_int_equal(t.view.stream, hosts - 1);
	t.ends[SERVER] = addr_v4_number(0x0a000000);
	say(&t, CLIENT, 0, 0, TCP_SYN, 0, 1024, 1000);
	assert_int_equal(t.view.stream, hosts); /* forgotten, so it is a new one */
	flows_free(t.flows);
}

/* More long streams than full records: what is folded keeps number, bases and how far it was. */
static void folds_what_is_idle(void **state)
{
	const uint32_t hosts = 60000;
	struct flow_counts counts;
	struct talk t;

	(void)state;
	begin(&t, flows_new());
	for (uint32_t i = 0; i < hosts; i++) {
		t.ends[SERVER] = addr_v4_number(0x0a000000 + i);
		shake_hands(&t);
		say(&t, CLIENT, 1, 1, TCP_ACK, 100, 1000, MS);
	}
	flow_counts(t.flows, &counts);
	assert_int_equal(counts.dropped, 0);
	assert_true(counts.bytes <= 2 * FLOW_FULL_FREE);
	t.ends[SERVER] = addr_v4_number(0x0a000000);
	assert_int_equal(say(&t, CLIENT, 1, 1, TCP_ACK, 100, 1000, MS), TCP_MARK_RETRANSMISSION);
	assert_int_equal(t.view.stream, 0);
	assert_int_equal(t.view.seq_base, 0);
	assert_int_equal(t.view.initial_rtt, 2 * MS);
	flows_free(t.flows);
}

/* The short ways of flow_quick.c say what the long one says: told apart by a SACK range of no use. */
static void short_ways_say_the_same(void **state)
{
	struct rng rng = {.state = 5};
	struct flows *both[2] = {NULL};
	unsigned resets = 0;

	(void)state;
	for (unsigned i = 0; i < 40000; i++) {
		struct tcp_view views[2][4];
		uint64_t word = rng_next(&rng), more = rng_next(&rng);
		bool usual = more & 3;

		for (unsigned way = 0; i % 1000 == 0 && way < 2; way++) {
			flows_free(both[way]);
			both[way] = flows_new();
		}
		for (unsigned way = 0; way < 2; way++) {
			struct talk t;

			begin(&t, both[way]);
			t.now = more & 12 ? NSEC_PER_SEC : 0;
			t.ports[CLIENT] = (uint16_t)(i % 1000);
			t.long_way = way;
			t.wscale = more & 16 ? FLOW_NO_WSCALE : (uint8_t)(more >> 8 & 31);
			t.base[CLIENT] = (uint32_t)(word >> 32) >> (word & 31);
			say(&t, CLIENT, 0, word >> 5 & 1, word & 64 ? TCP_SYN : word >> 7 & 0x1ff,
			    word & 128 ? 0 : word >> 20 & 3, word >> 22 & 1, MS);
			views[way][0] = t.view;
			say(&t, SERVER, 0, word & 256 ? 1 : 2, TCP_RST | TCP_ACK, word >> 24 & 1, 0,
			    MS);
			views[way][1] = t.view;
			t.wscale = FLOW_NO_WSCALE;
			say(&t, CLIENT, usual ? 1 : more >> 13 & 3, 0,
			    usual ? TCP_RST : more >> 15 & 0x1ff, 0, more >> 24 & 1 ? 1200 : 0,
			    (more >> 25 & 7) * 900 * MS);
			views[way][2] = t.view;
			resets += way == 0 && t.view.initial_rtt && t.view.completeness == 37;
			say(&t, more >> 28 & 1, more >> 29 & 3, more >> 31 & 3, more >> 33 & 0x1ff,
			    more >> 42 & 3, more >> 44 & 1, MS);
			views[way][3] = t.view;
		}
		assert_memory_equal(views[0], views[1], sizeof(views[0]));
	}
	assert_in_range(resets, 1000, 39000); /* what was to be shown came up */
	flows_free(both[0]);
	flows_free(both[1]);
}

/* Any numbers on a few ports: bounded, and the same once more in the second pass. */
static void bears_anything(void **state)
{
	struct flows *flows = flows_new();
	uint64_t sums[2] = {0};
	struct flow_counts counts;

	(void)state;
	for (int pass = 0; pass < 2; pass++) { /* seed 3 */
		struct rng rng = {.state = 3};
		struct talk t;

		begin(&t, flows);
		for (unsigned i = 0; i < 100000; i++) {
			uint64_t word = rng_next(&rng);

			t.ports[CLIENT] = word & 31;
			say(&t, word >> 5 & 1, (uint32_t)(word >> 6 & 0xfff) * 0x00100001u,
			    (uint32_t)(word >> 18 & 0xff), word >> 26 & 0x1ff,
			    word >> 35 & 1 ? 0 : word >> 36 & 0x7ff, word >> 47 & 0xffff,
			    (nsec_t)(word >> 44 & 3) * MS);
			sums[pass] += t.view.marks + t.view.stream + t.view.bytes_in_flight;
		}
		flow_counts(flows, &counts);
		assert_true(counts.bytes < 1u << 20);
		if (pass == 0)
			flows_rewind(flows);
	}
	assert_true(sums[0] == sums[1]);
	flows_free(flows);
}

static void numbers_datagrams_both_ways(void **state)
{
	const struct addr a = addr_v4_number(1), b = addr_v4_number(2);
	struct flow_datagram d = {.source = &a,
				  .destination = &b,
				  .source_port = 53,
				  .destination_port = 5000,
				  .time = MS};
	struct flows *flows = flows_new();
	struct udp_view view;

	(void)state;
	flow_udp(flows, &d, &view);
	assert_int_equal(view.stream, 0);
	d = (struct flow_datagram) {.source = &b,
				    .destination = &a,
				    .source_port = 5000,
				    .destination_port = 53,
				    .time = 4 * MS};
	flow_udp(flows, &d, &view);
	assert_int_equal(view.stream, 0);
	assert_int_equal(view.since_previous, 3 * MS);
	d.source_port = 5001;
	flow_udp(flows, &d, &view);
	assert_int_equal(view.stream, 1);
	flows_free(flows);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_a_handshake),
		cmocka_unit_test(marks_what_comes_again),
		cmocka_unit_test(marks_what_is_missing),
		cmocka_unit_test(marks_keep_alives_and_windows),
		cmocka_unit_test(a_new_syn_is_a_new_stream),
		cmocka_unit_test(numbers_may_wrap),
		cmocka_unit_test(a_second_pass_knows_the_end),
		cmocka_unit_test(ages_out),
		cmocka_unit_test(folds_what_is_idle),
		cmocka_unit_test(short_ways_say_the_same),
		cmocka_unit_test(bears_anything),
		cmocka_unit_test(numbers_datagrams_both_ways),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
