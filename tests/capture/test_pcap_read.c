// SPDX-License-Identifier: Apache-2.0
// Classic pcap in all its dialects, and the lies its headers can tell (B18, B22).
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>

#include "capture/capture.h"
#include "make.h"

static struct capture *open_made(const struct make *m)
{
	struct capture *c = NULL;
	struct err err = {0};

	assert_int_equal(capture_open_memory(make_bytes(m), m->out.len, NULL, &c, &err), 0);
	return c;
}

static void reads_every_dialect(void **state)
{
	static const struct {
		uint32_t magic;
		bool big;
		nsec_t time;
	} rows[] = {
		{0xa1b2c3d4, false, 5 * NSEC_PER_SEC + 7000},
		{0xa1b2c3d4, true, 5 * NSEC_PER_SEC + 7000},
		{0xa1b23c4d, false, 5 * NSEC_PER_SEC + 7},
		{0xa1b23c4d, true, 5 * NSEC_PER_SEC + 7},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct make m = {.big = rows[i].big};
		struct frame f = {0};
		struct err err = {0};
		struct capture *c;

		make_pcap(&m, rows[i].magic, 101);
		make_record(&m, 5, 7, "first");
		make_record(&m, 6, 8, "");
		make_record(&m, 7, 9, "third");
		c = open_made(&m);
		assert_int_equal(capture_format(c), CAPTURE_PCAP);
		assert_int_equal(capture_inventory(c)->interface_count, 1);
		assert_int_equal(capture_inventory(c)->interfaces[0].about.snaplen, 65535);
		assert_int_equal(capture_next(c, &f, &err), 1);
		assert_int_equal(f.id, 1);
		assert_int_equal(f.time, rows[i].time);
		assert_int_equal(f.link, LINK_RAW);
		assert_int_equal(f.captured_len, 5);
		assert_memory_equal(f.bytes, "first", 5);
		assert_int_equal(capture_frame_offset(c), 24);
		assert_int_equal(capture_next(c, &f, &err), 1);
		assert_int_equal(f.captured_len, 0);
		assert_int_equal(capture_next(c, &f, &err), 1);
		assert_int_equal(f.id, 3);
		assert_int_equal(capture_next(c, &f, &err), 0);
		assert_int_equal(capture_next(c, &f, &err), 0);
		assert_null(capture_damage(c));
		assert_null(capture_frame_block(c));
		capture_free(c);
		make_done(&m);
	}
}

static void reads_the_modified_header(void **state)
{
	struct make m = {0};
	struct frame f = {0};
	struct err err = {0};
	struct capture *c;

	(void)state;
	make_pcap(&m, 0xa1b2cd34, 1);
	for (int type = 0; type <= 4; type += 4) {
		make_u32(&m, 1);
		make_u32(&m, 2);
		make_u32(&m, 3);
		make_u32(&m, 60);
		make_u32(&m, 1);      /* interface */
		make_u16(&m, 0x0800); /* protocol */
		buf_putc(&m.out, (char)type);
		buf_putc(&m.out, 0);
		buf_puts(&m.out, "abc");
	}
	c = open_made(&m);
	assert_int_equal(capture_next(c, &f, &err), 1);
	assert_memory_equal(f.bytes, "abc", 3);
	assert_int_equal(f.wire_len, 60);
	assert_int_equal(f.direction, FRAME_RECEIVED);
	assert_int_equal(capture_next(c, &f, &err), 1);
	assert_int_equal(f.direction, FRAME_SENT);
	assert_int_equal(capture_next(c, &f, &err), 0);
	capture_free(c);
	make_done(&m);
}

static void reads_old_length_orders(void **state)
{
	static const struct {
		uint16_t major, minor;
		uint32_t first, second;
	} rows[] = {
		{2, 4, 3, 9}, {2, 2, 9, 3}, {2, 3, 9, 3}, {2, 3, 3, 9}, {543, 0, 9, 3},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct make m = {0};
		struct frame f = {0};
		struct err err = {0};
		struct capture *c;

		make_u32(&m, 0xa1b2c3d4);
		make_u16(&m, rows[i].major);
		make_u16(&m, rows[i].minor);
		make_u64(&m, 0);
		make_u32(&m, 65535);
		make_u32(&m, 1);
		make_u32(&m, 1);
		make_u32(&m, 1);
		make_u32(&m, rows[i].first);
		make_u32(&m, rows[i].second);
		buf_puts(&m.out, "abc");
		c = open_made(&m);
		assert_int_equal(capture_next(c, &f, &err), 1);
		assert_int_equal(f.captured_len, 3);
		assert_int_equal(f.wire_len, 9);
		assert_int_equal(capture_next(c, &f, &err), 0);
		capture_free(c);
		make_done(&m);
	}
}

static void refuses_silly_lengths(void **state)
{
	static const uint32_t lengths[] = {CAPTURE_FRAME_MAX + 1, 1u << 31, UINT32_MAX - 15,
					   UINT32_MAX};

	(void)state;
	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		struct make m = {0};
		struct frame f = {0};
		struct err err = {0};
		struct capture *c;

		make_pcap(&m, 0xa1b2c3d4, 1);
		make_record(&m, 1, 1, "good");
		make_u32(&m, 2);
		make_u32(&m, 2);
		make_u32(&m, lengths[i]);
		make_u32(&m, lengths[i]);
		c = open_made(&m);
		assert_int_equal(capture_next(c, &f, &err), 1);
		assert_int_equal(capture_next(c, &f, &err), -EBADMSG);
		assert_int_equal(capture_damage(c)->offset, 24 + 16 + 4);
		assert_non_null(strstr(err.text, "at byte 44"));
		assert_non_null(strstr(err.text, "the one frame before it is good"));
		assert_int_equal(capture_next(c, &f, &err), -EBADMSG); /* and stays so */
		capture_free(c);
		make_done(&m);
	}
}

static void takes_odd_but_possible_values(void **state)
{
	struct make m = {0};
	struct frame f = {0};
	struct err err = {0};
	struct capture *c;

	(void)state;
	make_pcap(&m, 0xa1b2c3d4, 0xf0000000 | 12); /* FCS bits, and a system's DLT_RAW */
	make_u32(&m, UINT32_MAX);                   /* 2106, or -1 */
	make_u32(&m, UINT32_MAX);                   /* 4294 s of microseconds */
	make_u32(&m, 5);
	make_u32(&m, 2); /* fewer sent than captured */
	buf_puts(&m.out, "abcde");
	c = open_made(&m);
	assert_int_equal(capture_next(c, &f, &err), 1);
	assert_int_equal(f.link, LINK_RAW);
	assert_int_equal(f.captured_len, 5);
	assert_int_equal(f.wire_len, 2);
	assert_true(f.time == (nsec_t)UINT32_MAX * NSEC_PER_SEC + (nsec_t)UINT32_MAX * 1000);
	assert_int_equal(capture_next(c, &f, &err), 0);
	capture_free(c);
	make_done(&m);
}

/* What a crash leaves: tcpdump and tshark list empty packets of 1970 here. */
static void tells_a_zeroed_tail(void **state)
{
	(void)state;
	for (size_t zeros = 1; zeros < 70; zeros++) {
		struct make m = {.big = zeros % 2};
		struct frame f = {0};
		struct err err = {0};
		struct capture *c;

		make_pcap(&m, 0xa1b2c3d4, 1);
		make_record(&m, 1, 1, "good");
		buf_pad(&m.out, '\0', zeros);
		c = open_made(&m);
		assert_int_equal(capture_next(c, &f, &err), 1);
		assert_int_equal(capture_next(c, &f, &err), -EBADMSG);
		assert_int_equal(capture_damage(c)->offset, 44);
		assert_string_equal(capture_damage(c)->sentence, err.text);
		if (zeros >= 16)
			assert_non_null(strstr(err.text, "zero bytes"));
		capture_free(c);
		make_done(&m);
	}
}

static void refuses_unknown_versions(void **state)
{
	struct make m = {0};
	struct frame f = {0};
	struct err err = {0};
	struct capture *c;

	(void)state;
	make_u32(&m, 0xa1b2c3d4);
	make_u16(&m, 7);
	buf_pad(&m.out, '\0', 18);
	c = open_made(&m);
	assert_int_equal(capture_next(c, &f, &err), -EBADMSG);
	assert_non_null(strstr(err.text, "version is 7.0"));
	capture_free(c);
	make_done(&m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_every_dialect),
		cmocka_unit_test(reads_the_modified_header),
		cmocka_unit_test(reads_old_length_orders),
		cmocka_unit_test(refuses_silly_lengths),
		cmocka_unit_test(takes_odd_but_possible_values),
		cmocka_unit_test(tells_a_zeroed_tail),
		cmocka_unit_test(refuses_unknown_versions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
