// SPDX-License-Identifier: Apache-2.0
// TCP headers and options, whole, cut, and lying about their lengths (bug classes B5 to B7).
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "proto/tcp.h"
#include "wire/checksum.h"

static const struct addr from = {4, {192, 0, 2, 1}}, to = {4, {192, 0, 2, 2}};
static const uint8_t linux_options[20] = {2, 4,  5, 180, 4, 2, 8, 10, 0, 0,
					  0, 77, 0, 0,   0, 0, 1, 3,  3, 7};

static uint32_t write_segment(uint8_t *bytes, size_t size)
{
	struct build b = build_init(bytes, size);
	struct tcp_hdr tcp = {.source_port = 40000,
			      .destination_port = 443,
			      .seq = 0x01020304,
			      .ack = 0xfffefdfc,
			      .flags = TCP_SYN | TCP_ACK | TCP_AE,
			      .window = 1024,
			      .urgent = 7};

	tcp_write(&b, &tcp, &from, &to, linux_options, sizeof(linux_options));
	assert_false(b.full);
	return (uint32_t)b.len;
}

static void a_header_comes_back_as_written(void **state)
{
	uint8_t bytes[64];
	uint32_t len = write_segment(bytes, sizeof(bytes));
	struct cursor c = cursor_init(bytes, len, len);
	struct tcp_hdr h;
	uint32_t sum = checksum_pseudo(0, from.bytes, to.bytes, 4, 6, len);

	(void)state;
	assert_int_equal(len, 40);
	tcp_read(&c, &h);
	assert_true(cursor_ok(&c) && h.complete);
	assert_int_equal(c.at, 40);
	assert_int_equal(h.source_port, 40000);
	assert_int_equal(h.destination_port, 443);
	assert_int_equal(h.seq, 0x01020304);
	assert_int_equal(h.ack, 0xfffefdfc);
	assert_int_equal(h.header_len, 40);
	assert_int_equal(h.reserved, 0);
	assert_int_equal(h.flags, TCP_SYN | TCP_ACK | TCP_AE);
	assert_int_equal(h.window, 1024);
	assert_int_equal(h.urgent, 7);
	assert_int_equal(h.options_at, 20);
	assert_int_equal(h.options_len, 20);
	assert_int_equal(checksum_finish(checksum_add(sum, bytes, len)), 0);
}

static void cuts_are_told_from_lies(void **state)
{
	uint8_t bytes[64];
	uint32_t len = write_segment(bytes, sizeof(bytes));

	(void)state;
	for (uint32_t cut = 0; cut < len; cut++) {
		struct cursor ours = cursor_init(bytes, cut, len);
		struct cursor theirs = cursor_init(bytes, cut, cut);
		struct tcp_hdr h;

		tcp_read(&ours, &h);
		assert_int_equal(h.complete, cut >= 20);
		assert_int_equal(ours.status, cut >= 20 ? CURSOR_OK : CURSOR_TRUNCATED);
		tcp_read(&theirs, &h);
		assert_int_equal(h.complete, cut >= 20);
		assert_int_equal(theirs.status, CURSOR_MALFORMED);
		assert_true(h.options_len <= (cut > 20 ? cut - 20 : 0));
	}
}

/* B7: every data offset against every segment length. */
static void no_data_offset_reaches_outside(void **state)
{
	uint8_t bytes[60] = {0};

	(void)state;
	for (unsigned words = 0; words < 16; words++) {
		bytes[12] = (uint8_t)(words << 4);
		for (uint32_t len = 0; len <= sizeof(bytes); len++) {
			struct cursor c = cursor_init(bytes, len, len);
			bool fits = len >= 20 && words >= 5 && words * 4 <= len;
			struct tcp_hdr h;

			tcp_read(&c, &h);
			assert_int_equal(cursor_ok(&c), fits);
			assert_true(h.options_len == 0 || h.options_at + h.options_len <= len);
		}
	}
}

static void a_quote_needs_eight_bytes(void **state)
{
	uint8_t bytes[64];
	uint32_t len = write_segment(bytes, sizeof(bytes));

	(void)state;
	for (uint32_t cut = 0; cut <= len; cut++) {
		struct cursor c = cursor_init(bytes, cut, cut);
		struct cursor ours = cursor_init(bytes, cut, len);
		struct tcp_hdr h;

		tcp_read_quoted(&c, &h);
		assert_int_equal(cursor_ok(&c), cut >= 8);
		assert_int_equal(h.complete, cut >= 20);
		if (cut >= 8) {
			assert_int_equal(h.seq, 0x01020304);
			assert_int_equal(h.destination_port, 443);
			assert_int_equal(c.at, cut < 40 ? cut : 40);
		}
		if (cut >= 8 && cut < 20)
			assert_int_equal(h.flags | h.header_len | (int)h.options_len, 0);
		tcp_read_quoted(&ours, &h);
		assert_int_equal(ours.status, cut >= 20 ? CURSOR_OK : CURSOR_TRUNCATED);
		assert_int_equal(h.source_port, cut >= 8 ? 40000 : h.source_port);
	}
}

static struct cursor over(const uint8_t *bytes, uint32_t len)
{
	const struct tcp_hdr h = {.options_at = 0, .options_len = len};

	return tcp_options(&h, bytes, len);
}

static void options_come_in_wire_order(void **state)
{
	static const uint8_t kinds[] = {TCP_OPTION_MSS, TCP_OPTION_SACK_OK, TCP_OPTION_TIMESTAMP,
					TCP_OPTION_NOP, TCP_OPTION_WSCALE};
	struct cursor c = over(linux_options, sizeof(linux_options));
	struct tcp_option o;
	uint32_t at = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(kinds); i++) {
		assert_true(tcp_option_next(&c, &o));
		assert_int_equal(o.kind, kinds[i]);
		assert_int_equal(o.at, at);
		assert_true(o.fits && !o.malformed);
		assert_int_equal(cursor_left(&o.value), o.len < 2 ? 0 : o.len - 2);
		if (o.kind == TCP_OPTION_MSS)
			assert_int_equal(cursor_be16(&o.value), 1460);
		at += o.len;
	}
	assert_false(tcp_option_next(&c, &o));
	assert_true(cursor_ok(&c));
}

/* B5, B6: any kind with any length ends, stays inside, and is marked when it lies. */
static void every_kind_and_length_ends(void **state)
{
	uint8_t bytes[TCP_OPTIONS_MAX];

	(void)state;
	for (unsigned kind = 2; kind < 256; kind++) {
		for (unsigned len = 0; len < 256; len++) {
			struct cursor c = over(bytes, sizeof(bytes));
			struct tcp_option o;

			memset(bytes, TCP_OPTION_NOP, sizeof(bytes));
			bytes[0] = (uint8_t)kind;
			bytes[1] = (uint8_t)len;
			assert_true(tcp_option_next(&c, &o));
			assert_int_equal(o.malformed, len < 2 || len > sizeof(bytes));
			assert_true(o.value.at + cursor_left(&o.value) <= sizeof(bytes));
			for (unsigned turns = 0; tcp_option_next(&c, &o); turns++)
				assert_in_range(turns, 0, sizeof(bytes));
		}
	}
}

static void a_lone_kind_and_a_full_header_end(void **state)
{
	uint8_t bytes[TCP_OPTIONS_MAX];

	(void)state;
	for (unsigned kind = 0; kind < 256; kind++) {
		struct cursor c = over(bytes, sizeof(bytes));
		struct tcp_option o;
		unsigned turns = 0;

		memset(bytes, (int)kind, sizeof(bytes));
		while (tcp_option_next(&c, &o))
			turns++;
		assert_in_range(turns, 1, sizeof(bytes));
		c = over((const uint8_t[]) {1, (uint8_t)kind}, 2);
		assert_true(tcp_option_next(&c, &o));
		assert_true(tcp_option_next(&c, &o));
		assert_int_equal(o.malformed, kind > 1);
		assert_false(tcp_option_next(&c, &o));
	}
}

static void lengths_must_fit_their_kind(void **state)
{
	static const struct {
		uint8_t kind, len;
		bool fits;
	} rows[] = {{2, 4, true},  {2, 3, false}, {3, 3, true},  {3, 4, false}, {4, 2, true},
		    {4, 3, false}, {5, 10, true}, {5, 34, true}, {5, 2, false}, {5, 11, false},
		    {8, 10, true}, {8, 9, false}, {34, 2, true}, {254, 7, true}};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint8_t bytes[TCP_OPTIONS_MAX] = {rows[i].kind, rows[i].len};
		struct cursor c = over(bytes, sizeof(bytes));
		struct tcp_option o;

		assert_true(tcp_option_next(&c, &o));
		assert_int_equal(o.fits, rows[i].fits);
	}
}

static void a_cut_option_says_so(void **state)
{
	const struct tcp_hdr h = {.options_at = 0, .options_len = 20};
	struct tcp_option o;

	(void)state;
	for (uint32_t held = 0; held < 20; held++) {
		struct cursor c = tcp_options(&h, linux_options, held);
		unsigned turns = 0;

		while (tcp_option_next(&c, &o)) {
			assert_false(o.malformed);
			turns++;
		}
		assert_in_range(turns, 0, 5);
	}
}

static void sequence_numbers_wrap(void **state)
{
	(void)state;
	assert_true(seq_lt(1, 2));
	assert_false(seq_lt(2, 2));
	assert_true(seq_lt(0xffffffff, 0));
	assert_false(seq_lt(0, 0xffffffff));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_header_comes_back_as_written),
		cmocka_unit_test(cuts_are_told_from_lies),
		cmocka_unit_test(no_data_offset_reaches_outside),
		cmocka_unit_test(a_quote_needs_eight_bytes),
		cmocka_unit_test(options_come_in_wire_order),
		cmocka_unit_test(every_kind_and_length_ends),
		cmocka_unit_test(a_lone_kind_and_a_full_header_end),
		cmocka_unit_test(lengths_must_fit_their_kind),
		cmocka_unit_test(a_cut_option_says_so),
		cmocka_unit_test(sequence_numbers_wrap),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
