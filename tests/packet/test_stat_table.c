// SPDX-License-Identifier: Apache-2.0
// Conversations and endpoints are counted whichever way round, in any size, within a budget.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/rng.h"
#include "packet/stat_table.h"
#include "proto/tcp.h"

#define PLENTY (256u << 20)

static const struct hash_key key = {1, 2};

static struct stat_side v4(uint32_t address, uint16_t port)
{
	return (struct stat_side) {SIDE_IPV4, port, 0, address};
}

static struct stat_table start(enum stat_form form, uint64_t budget)
{
	struct stat_table t;

	stat_table_init(&t, form, &key);
	stat_table_allow(&t, budget);
	return t;
}

/* With all packets counted. */
static const struct stat_table *settled(struct stat_table *t)
{
	stat_table_settle(t);
	return t;
}

static void talk(struct stat_table *t, struct stat_side from, struct stat_side to, nsec_t time,
		 uint32_t len)
{
	const struct stat_talk one = {.from = from, .to = to};

	stat_table_talk(t, &one, time, len);
}

static void both_directions_are_one(void **state)
{
	struct stat_table t = start(STAT_TALKS, PLENTY);
	struct stat_row row;

	(void)state;
	talk(&t, v4(9, 80), v4(1, 1000), 5, 60);
	talk(&t, v4(1, 1000), v4(9, 80), 7, 100);
	talk(&t, v4(9, 80), v4(1, 1000), 3, 1);
	talk(&t, v4(9, 81), v4(1, 1000), 9, 1); /* another port is another conversation */
	assert_int_equal(settled(&t)->count, 2);
	stat_table_get(settled(&t), 0, &row);
	assert_int_equal(row.from.low, 9); /* who sent first */
	assert_int_equal(row.from.port, 80);
	assert_int_equal(row.to.low, 1);
	assert_int_equal(row.packets[0], 2);
	assert_int_equal(row.bytes[0], 61);
	assert_int_equal(row.packets[1], 1);
	assert_int_equal(row.bytes[1], 100);
	assert_int_equal(row.first, 3); /* an older packet that came later */
	assert_int_equal(row.last, 7);
	stat_table_done(&t);
}

static void counts_outgrow_an_entry(void **state)
{
	struct stat_table t = start(STAT_TALKS, PLENTY);
	struct stat_row row;

	(void)state;
	for (unsigned i = 0; i < 70000; i++)
		talk(&t, v4(1, 1), v4(2, 2), i * NSEC_PER_SEC, 65535);
	talk(&t, v4(2, 2), v4(1, 1), -NSEC_PER_SEC, 7);
	stat_table_get(settled(&t), 0, &row);
	assert_int_equal(row.packets[0], 70000);
	assert_int_equal(row.bytes[0], 70000ull * 65535);
	assert_int_equal(row.packets[1], 1);
	assert_int_equal(row.bytes[1], 7);
	assert_int_equal(row.first, -NSEC_PER_SEC);
	assert_int_equal(row.last, 69999 * NSEC_PER_SEC);
	stat_table_done(&t);
}

static void every_kind_of_side(void **state)
{
	const struct stat_side sides[] = {
		{SIDE_ETHER, 0, 0, 0x020000000001},
		{SIDE_IPV4, 5, 0, 0x0a000001},
		{SIDE_IPV6, 5, 1, 2},
		{SIDE_IPV6, 5, 2, 1},
		{SIDE_IPV6, 6, 1, 2},
		{SIDE_IPX, 0, 7, 8},
		{SIDE_IPV4, 1, 0, 0x02000000},
		{SIDE_ETHER, 0, 0, 0x020000000001ull << 1},
	};
	const struct stat_side none = {SIDE_NONE};
	struct stat_table t = start(STAT_TALKS, PLENTY);
	struct stat_row row;

	(void)state;
	for (unsigned turn = 0; turn < 2; turn++)
		for (unsigned i = 0; i < 8; i++)
			talk(&t, sides[i], none, 0, i);
	assert_int_equal(settled(&t)->count, 8);
	for (unsigned i = 0; i < 8; i++) {
		stat_table_get(settled(&t), i, &row);
		assert_int_equal(row.from.kind, sides[i].kind);
		assert_int_equal(row.from.port, sides[i].port);
		assert_int_equal(row.from.high, sides[i].high);
		assert_int_equal(row.from.low, sides[i].low);
		assert_int_equal(row.to.kind, SIDE_NONE);
		assert_int_equal(row.packets[0], 2);
		assert_int_equal(row.packets[1], 0);
	}
	stat_table_done(&t);
}

static void many_are_found_again(void **state)
{
	struct stat_table t = start(STAT_TALKS, PLENTY);
	struct stat_row row;

	(void)state;
	for (unsigned turn = 0; turn < 3; turn++)
		for (uint32_t i = 0; i < 100000; i++)
			talk(&t, v4(i, 1), v4(7, 2), turn, 60);
	assert_int_equal(settled(&t)->count, 100000);
	assert_int_equal(settled(&t)->left_out, 0);
	for (uint32_t i = 0; i < 100000; i++) {
		stat_table_get(settled(&t), i, &row);
		assert_int_equal(row.from.low, i);
		assert_int_equal(row.packets[0], 3);
	}
	stat_table_done(&t);
}

static void segment(struct stat_table *t, struct stat_side from, struct stat_side to,
		    uint16_t flags, uint32_t seq, uint32_t ack)
{
	const struct stat_talk one = {from, to, seq, ack, flags};

	stat_table_talk(t, &one, 0, 60);
}

static void a_syn_of_its_own_is_a_new_stream(void **state)
{
	struct stat_table t = start(STAT_STREAMS, PLENTY);
	struct stat_side a = v4(1, 1000), b = v4(2, 80);
	struct stat_row row;

	(void)state;
	segment(&t, a, b, TCP_SYN, 7, 0);
	segment(&t, b, a, TCP_RST | TCP_ACK, 0, 8);
	segment(&t, a, b, TCP_SYN, 7, 0); /* the same again */
	assert_int_equal(settled(&t)->count, 1);
	segment(&t, a, b, TCP_SYN, 700, 0);
	segment(&t, b, a, TCP_RST | TCP_ACK, 0, 701);
	assert_int_equal(settled(&t)->count, 2);
	stat_table_get(settled(&t), 0, &row);
	assert_int_equal(row.packets[0] + row.packets[1], 3);
	stat_table_get(settled(&t), 1, &row);
	assert_int_equal(row.packets[0], 1);
	assert_int_equal(row.packets[1], 1);
	/* What the other side acknowledged tells where this one began. */
	segment(&t, b, v4(3, 1), TCP_SYN | TCP_ACK, 50, 10);
	segment(&t, v4(3, 1), b, TCP_SYN, 9, 0);
	assert_int_equal(settled(&t)->count, 3);
	segment(&t, v4(3, 1), b, TCP_SYN, 10, 0);
	assert_int_equal(settled(&t)->count, 4);
	stat_table_done(&t);
}

static void a_full_table_counts_on(void **state)
{
	const uint64_t budget = 64 * 1024;
	struct stat_table t = start(STAT_TALKS, budget);
	struct stat_row row;
	uint32_t held;

	(void)state;
	for (uint32_t i = 0; i < 5000; i++)
		talk(&t, v4(i, 1), v4(7, 2), 0, 60);
	held = settled(&t)->count;
	/* Most of the budget is entries. */
	assert_in_range(held, budget / (32 + 8), budget / 32);
	assert_int_equal(settled(&t)->left_out, 5000 - held);
	talk(&t, v4(0, 1), v4(7, 2), 0, 60); /* who is in the table stays in it */
	stat_table_get(settled(&t), 0, &row);
	assert_int_equal(row.packets[0], 2);
	assert_int_equal(settled(&t)->left_out, 5000 - held);
	stat_table_allow(&t, PLENTY);
	talk(&t, v4(4999, 1), v4(7, 2), 0, 60);
	assert_int_equal(settled(&t)->count, held + 1);
	stat_table_done(&t);
}

static void endpoints_send_and_receive(void **state)
{
	struct stat_table t = start(STAT_ENDPOINTS, PLENTY);
	struct stat_side a = v4(1, 5);
	struct stat_row row;

	(void)state;
	stat_table_side(&t, &a, true, 10);
	stat_table_side(&t, &a, false, 300);
	stat_table_side(&t, &a, true, 20);
	stat_table_get(settled(&t), 0, &row);
	assert_int_equal(row.from.low, 1);
	assert_int_equal(row.packets[0], 2);
	assert_int_equal(row.bytes[0], 30);
	assert_int_equal(row.packets[1], 1);
	assert_int_equal(row.bytes[1], 300);
	stat_table_done(&t);
}

/* One of a few hosts, of any kind of address. */
static struct stat_side any_side(uint64_t word)
{
	uint64_t host = word % 13 + 1;

	switch (word >> 8 & 3) {
	case 0:
		return (struct stat_side) {.kind = SIDE_ETHER, .low = host};
	case 1:
		return (struct stat_side) {.kind = SIDE_IPV6, .high = host, .low = 7};
	default:
		return v4(host, 0);
	}
}

/* Packets wait, overtake and make tables grow: the sums are those of counting one by one. */
static void every_packet_counts_once(void **state)
{
	enum { PAIRS = 40, PACKETS = 50000 };
	struct stat_table t = start(STAT_TALKS, PLENTY);
	struct rng rng = {.state = 11};
	uint64_t packets[PAIRS] = {0}, bytes[PAIRS] = {0}, seen = 0;
	nsec_t last[PAIRS] = {0};

	(void)state;
	for (uint32_t i = 0; i < PACKETS; i++) {
		uint64_t word = rng_next(&rng);
		uint32_t pair = (uint32_t)(word >> 40) % PAIRS;
		struct rng hosts = {.state = pair + 1};
		struct stat_side a = any_side(rng_next(&hosts)), b = any_side(rng_next(&hosts));
		uint32_t len = word & 1023;

		b.low = (pair + 1) * 1000; /* which tells whose it is */
		if (word >> 60 & 1)
			talk(&t, a, b, i, len);
		else
			talk(&t, b, a, i, len);
		talk(&t, v4(i + 1000, 1), v4(7, 2), i, 1); /* whom nobody hears of again */
		packets[pair]++;
		bytes[pair] += len;
		last[pair] = i;
		if (word >> 50 & 1023)
			continue;
		assert_in_range(settled(&t)->count, i + 1, i + 1 + PAIRS);
	}
	for (uint32_t i = 0; i < settled(&t)->count; i++) {
		struct stat_row row;
		uint32_t pair;

		stat_table_get(&t, i, &row);
		if (row.bytes[0] + row.bytes[1] == 1)
			continue;
		pair = (uint32_t)(row.from.low > row.to.low ? row.from.low : row.to.low) / 1000 - 1;
		assert_int_equal(row.packets[0] + row.packets[1], packets[pair]);
		assert_int_equal(row.bytes[0] + row.bytes[1], bytes[pair]);
		assert_int_equal(row.last, last[pair]);
		seen++;
	}
	assert_int_equal(seen, PAIRS);
	assert_int_equal(t.left_out, 0);
	stat_table_done(&t);
}

static void the_busiest_come_first(void **state)
{
	struct stat_table t = start(STAT_TALKS, PLENTY);
	const uint32_t *order;

	(void)state;
	talk(&t, v4(1, 1), v4(9, 9), 0, 1);
	talk(&t, v4(2, 1), v4(9, 9), 0, 1);
	talk(&t, v4(3, 1), v4(9, 9), 0, 1);
	talk(&t, v4(3, 1), v4(9, 9), 0, 1);
	stat_table_settle(&t);
	order = stat_table_order(&t);
	assert_non_null(order);
	assert_int_equal(order[0], 2);
	assert_int_equal(order[1], 0); /* equal ones as they came */
	assert_int_equal(order[2], 1);
	stat_table_done(&t);
}

#define MANY 200000u /* packets, of so many conversations that a thread counts them */

/* Packets of conversations by both kinds of address, under a budget that runs out. */
static void fill(struct stat_table *t)
{
	uint64_t random = 7;

	for (unsigned i = 0; i < MANY; i++) {
		struct stat_side from = v4(1, 40000), to = v4(2 + i % 5, (uint16_t)(i / 7));
		struct stat_talk one = {.from = from, .to = to, .flags = TCP_SYN};

		if (i % 1024 == 0)
			stat_table_allow(t, 60000 * (t->entry_size + 9) + 2 * i);
		random = random * 6364136223846793005 + 1442695040888963407; /* Knuth's MMIX */
		if (random >> 60 == 0)
			one.from = (struct stat_side) {SIDE_IPV6, 1, 5, random >> 50};
		one.seq = (uint32_t)(random >> 62);
		if (random >> 61 & 1)
			one = (struct stat_talk) {.from = one.to, .to = one.from, .flags = TCP_RST};
		if (t->form != STAT_ENDPOINTS)
			stat_table_talk(t, &one, i, 60);
		else
			stat_table_side(t, &one.to, random >> 59 & 1, 60);
	}
}

static void same_tables(struct stat_table *ours, struct stat_table *theirs)
{
	struct stat_row a, b;

	stat_table_settle(ours);
	stat_table_settle(theirs);
	assert_int_equal(ours->count, theirs->count);
	assert_int_equal(ours->left_out, theirs->left_out);
	for (uint32_t i = 0; i < ours->count; i++) {
		stat_table_get(ours, i, &a);
		stat_table_get(theirs, i, &b);
		assert_int_equal(a.from.low, b.from.low);
		assert_int_equal(a.from.port, b.from.port);
		assert_int_equal(a.to.low, b.to.low);
		assert_int_equal(a.to.port, b.to.port);
		assert_int_equal(a.packets[0], b.packets[0]);
		assert_int_equal(a.packets[1], b.packets[1]);
		assert_int_equal(a.bytes[0], b.bytes[0]);
		assert_int_equal(a.bytes[1], b.bytes[1]);
		assert_int_equal(a.first, b.first);
		assert_int_equal(a.last, b.last);
	}
}

static void a_thread_counts_the_same(void **state)
{
	(void)state;
	for (enum stat_form form = STAT_ENDPOINTS; form <= STAT_STREAMS; form++) {
		struct stat_table aside, alone;

		stat_table_init(&aside, form, &key);
		stat_table_init(&alone, form, &key);
		alone.alone = true; /* as where there is one processor */
		fill(&aside);
		fill(&alone);
		assert_null(alone.aside);
		same_tables(&aside, &alone);
		assert_true(aside.count > 50000);
		assert_true(aside.left_out > 0);
		stat_table_done(&aside);
		stat_table_done(&alone);
	}
}

/*
 * Bare frames of few hosts, some with a long trailer, counted together: by their TCP headers as they
 * are, or by sides.
 */
static void fill_bare(struct stat_table *ours, struct stat_table *theirs, struct rng *rng,
		      bool segments)
{
	struct frame frames[STAT_BARES_MAX];
	struct bare bares[STAT_BARES_MAX];
	struct stat_ends ends[STAT_BARES_MAX];
	const struct stat_bares b = {frames, bares, STAT_BARES_MAX, 1000};

	for (unsigned i = 0; i < b.count; i++) {
		uint64_t word = rng_next(rng);
		struct stat_side from = v4(1 + (word & 3), (uint16_t)(word >> 2 & 63));
		struct stat_side to = v4(1 + (word >> 8 & 3), (uint16_t)(word >> 10 & 63));
		struct stat_talk one = {from, to, word >> 40 & 3, word >> 42 & 3,
					word >> 44 & (TCP_SYN | TCP_ACK)};
		nsec_t time = (nsec_t)(word >> 20 & 0xffffff);

		frames[i] = (struct frame) {.time = time + b.first,
					    .wire_len = word >> 60 ? 54 : 70000};
		bares[i] = (struct bare) {
			.source = (uint32_t)from.low,
			.destination = (uint32_t)to.low,
			.source_port = from.port,
			.destination_port = to.port,
			.seq = one.seq,
			.ack = one.ack,
			.flags = one.flags,
		};
		ends[i] = (struct stat_ends) {stat_short_number(&from), stat_short_number(&to)};
		if (ours->form != STAT_ENDPOINTS) {
			stat_table_talk(theirs, &one, time, frames[i].wire_len);
			continue;
		}
		stat_table_side(theirs, &from, true, frames[i].wire_len);
		stat_table_side(theirs, &to, false, frames[i].wire_len);
	}
	if (segments)
		stat_table_bare_segments(ours, &b);
	else if (ours->form == STAT_ENDPOINTS)
		stat_table_bare_sides(ours, &b, SIDE_IPV4, ends);
	else
		stat_table_bare_talks(ours, &b, SIDE_IPV4, ends);
}

static void bare_frames_count_the_same(void **state)
{
	struct rng rng = {.state = 5};

	(void)state;
	for (unsigned turn = 0; turn < 4; turn++) {
		static const enum stat_form forms[] = {STAT_ENDPOINTS, STAT_ENDPOINTS, STAT_TALKS,
						       STAT_STREAMS};
		struct stat_table ours = start(forms[turn], PLENTY);
		struct stat_table theirs = start(forms[turn], PLENTY);

		for (unsigned i = 0; i < 2000; i++)
			fill_bare(&ours, &theirs, &rng, turn % 2);
		same_tables(&ours, &theirs);
		assert_true(ours.count > 200);
		stat_table_done(&ours);
		stat_table_done(&theirs);
	}
}

/* A scan of so many ports that its table is in large pages: probes, and answers behind them. */
static void fill_scan(struct stat_table *t, uint32_t ports)
{
	enum { BEHIND = 100 };
	struct frame frames[STAT_BARES_MAX];
	struct bare bares[STAT_BARES_MAX];
	struct stat_bares b = {frames, bares, 0, 0};

	for (uint32_t i = 0; i < ports + BEHIND; i++) {
		if (i % 512 == 0)
			stat_table_allow(t, PLENTY);
		b.count = 0;
		if (i < ports)
			bares[b.count++] =
				(struct bare) {1, 2 + i / 65536, 40000, (uint16_t)i, i, 0, TCP_SYN};
		if (i >= BEHIND)
			bares[b.count++] = (struct bare) {2 + (i - BEHIND) / 65536,
							  1,
							  (uint16_t)(i - BEHIND),
							  40000,
							  0,
							  i - BEHIND + 1,
							  TCP_RST | TCP_ACK};
		for (unsigned n = 0; n < b.count; n++)
			frames[n] = (struct frame) {.time = i * 1000, .wire_len = 54};
		stat_table_bare_segments(t, &b);
	}
}

static void a_scan_in_large_pages(void **state)
{
	const uint32_t ports = 300000;
	struct stat_row row;

	(void)state;
	for (unsigned turn = 0; turn < 4; turn++) {
		bool streams = turn % 2;
		struct stat_table t = start(streams ? STAT_STREAMS : STAT_ENDPOINTS, PLENTY);

		t.alone = turn / 2;
		fill_scan(&t, ports);
		assert_int_equal(t.aside != NULL, !t.alone);
		assert_int_equal(settled(&t)->count, streams ? ports : ports + 1);
		assert_int_equal(t.left_out, 0);
		for (uint32_t i = 0; i < ports; i++) {
			stat_table_get(&t, streams || !i ? i : i + 1, &row);
			if (!streams && !i)
				continue;
			assert_int_equal(row.packets[0], 1);
			assert_int_equal(row.packets[1], 1);
			assert_int_equal((streams ? row.to : row.from).port, i % 65536);
		}
		stat_table_get(&t, 0, &row);
		assert_int_equal(row.from.low, 1);
		assert_int_equal(row.packets[0], streams ? 1 : ports);
		stat_table_done(&t);
	}
}

/* Whoever ends a reading early frees what still counts. */
static void a_thread_ends_with_its_table(void **state)
{
	struct stat_table t;

	(void)state;
	stat_table_init(&t, STAT_STREAMS, &key);
	fill(&t);
	stat_table_done(&t);
	assert_null(t.aside);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_directions_are_one),
		cmocka_unit_test(counts_outgrow_an_entry),
		cmocka_unit_test(every_kind_of_side),
		cmocka_unit_test(many_are_found_again),
		cmocka_unit_test(a_syn_of_its_own_is_a_new_stream),
		cmocka_unit_test(a_full_table_counts_on),
		cmocka_unit_test(endpoints_send_and_receive),
		cmocka_unit_test(every_packet_counts_once),
		cmocka_unit_test(the_busiest_come_first),
		cmocka_unit_test(a_thread_counts_the_same),
		cmocka_unit_test(bare_frames_count_the_same),
		cmocka_unit_test(a_scan_in_large_pages),
		cmocka_unit_test(a_thread_ends_with_its_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
