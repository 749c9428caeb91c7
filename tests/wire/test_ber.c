// SPDX-License-Identifier: Apache-2.0
// wire/ber: headers short and long, and the classic lies: indefinite, overlong, too long, nested.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "wire/ber.h"

static bool read_one(const uint8_t *bytes, uint32_t held, uint32_t sent, struct ber *e,
		     enum cursor_status *ret_status)
{
	struct cursor c = cursor_init(bytes, held, sent);
	bool good = ber_read(&c, e);

	*ret_status = c.status;
	return good;
}

static void reads_headers(void **state)
{
	static const uint8_t number[] = {0x02, 0x01, 0x80};
	static const uint8_t sequence[] = {0x30, 0x81, 0x02, 0x05, 0x00};
	static const uint8_t high[] = {0xbf, 0x81, 0x01, 0x84, 0, 0, 0, 1, 7};
	enum cursor_status status;
	struct ber e;
	int64_t value;

	(void)state;
	assert_true(read_one(number, sizeof(number), sizeof(number), &e, &status));
	assert_true(ber_is(&e, BER_INTEGER));
	assert_true(ber_int(&e, &value));
	assert_int_equal(value, -128);
	assert_int_equal(e.header_len, 2);

	assert_true(read_one(sequence, sizeof(sequence), sizeof(sequence), &e, &status));
	assert_true(ber_is(&e, BER_SEQUENCE) && e.constructed);
	assert_int_equal(e.len, 2);
	assert_int_equal(cursor_left(&e.value), 2);

	assert_true(read_one(high, sizeof(high), sizeof(high), &e, &status));
	assert_int_equal(e.class, BER_CONTEXT);
	assert_int_equal(e.tag, 129);
	assert_int_equal(e.len, 1);
}

static void refuses_lengths_that_lie(void **state)
{
	static const struct {
		const char *what;
		uint8_t bytes[12];
		uint32_t len;
		enum cursor_status status;
	} rows[] = {
		{"indefinite", {0x30, 0x80, 0, 0}, 4, CURSOR_MALFORMED},
		{"reserved", {0x30, 0xff, 1}, 3, CURSOR_MALFORMED},
		{"more than 32 bits", {4, 0x85, 1, 0, 0, 0, 0, 9}, 8, CURSOR_MALFORMED},
		{"nine bytes", {4, 0x89, 0, 0, 0, 0, 0, 0, 0, 0, 1, 9}, 12, CURSOR_MALFORMED},
		{"longer than the packet", {4, 5, 1, 2}, 4, CURSOR_MALFORMED},
		{"almost four gigabytes", {4, 0x84, 0xff, 0xff, 0xff, 0xff}, 6, CURSOR_MALFORMED},
		{"no length", {4}, 1, CURSOR_MALFORMED},
		{"endless tag", {0x1f, 0xff, 0xff, 0xff, 0xff, 0xff, 1, 0}, 8, CURSOR_MALFORMED},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		enum cursor_status status;
		struct ber e;

		if (read_one(rows[i].bytes, rows[i].len, rows[i].len, &e, &status))
			fail_msg("%s was read", rows[i].what);
		assert_int_equal(status, rows[i].status);
		assert_true(cursor_left(&e.value) <= rows[i].len);
	}
}

/* Eight length bytes are much, but the value is there: others read it too. */
static void reads_overlong_lengths(void **state)
{
	static const uint8_t bytes[] = {2, 0x88, 0, 0, 0, 0, 0, 0, 0, 1, 42};
	enum cursor_status status;
	struct ber e;
	int64_t value;

	(void)state;
	assert_true(read_one(bytes, sizeof(bytes), sizeof(bytes), &e, &status));
	assert_true(ber_int(&e, &value));
	assert_int_equal(value, 42);
}

/* What the capture cut is cut, not wrong: the element is there, its value is not. */
static void tells_cut_from_wrong(void **state)
{
	static const uint8_t bytes[] = {4, 5, 1, 2};
	enum cursor_status status;
	struct ber e;

	(void)state;
	assert_true(read_one(bytes, 4, 7, &e, &status));
	assert_int_equal(cursor_left(&e.value), 5);
	assert_int_equal(cursor_held(&e.value), 2);
	assert_false(read_one(bytes, 1, 7, &e, &status));
	assert_int_equal(status, CURSOR_TRUNCATED);
}

static void a_value_stays_within_its_holder(void **state)
{
	static const uint8_t bytes[] = {0x30, 3, 4, 4, 9, 9, 9, 9};
	enum cursor_status status;
	struct ber outer, inner;

	(void)state;
	assert_true(read_one(bytes, sizeof(bytes), sizeof(bytes), &outer, &status));
	assert_false(ber_read(&outer.value, &inner));
	assert_int_equal(outer.value.status, CURSOR_MALFORMED);
	assert_int_equal(inner.value.wire - inner.value.at, 1);
}

static void numbers_have_limits(void **state)
{
	static const uint8_t nine[] = {0x46, 9, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
	static const uint8_t ten[] = {2, 10, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1};
	static const uint8_t none[] = {2, 0};
	enum cursor_status status;
	struct ber e;
	uint64_t big;
	int64_t value;

	(void)state;
	assert_true(read_one(nine, sizeof(nine), sizeof(nine), &e, &status));
	assert_true(ber_uint(&e, &big));
	assert_true(big == UINT64_MAX);
	assert_false(ber_int(&e, &value));
	assert_true(read_one(ten, sizeof(ten), sizeof(ten), &e, &status));
	assert_false(ber_uint(&e, &big) || ber_int(&e, &value));
	assert_true(read_one(none, sizeof(none), sizeof(none), &e, &status));
	assert_false(ber_uint(&e, &big) || ber_int(&e, &value));
}

static void writes_object_identifiers(void **state)
{
	static const struct {
		uint8_t bytes[12];
		uint32_t len;
		const char *text; /* NULL: refused */
	} rows[] = {
		{{6, 3, 0x2b, 6, 1}, 5, "1.3.6.1"},
		{{6, 4, 0x2b, 0x8f, 0xff, 0xff}, 6, NULL}, /* ends within an arc */
		{{6, 6, 0x2b, 0x8f, 0xff, 0xff, 0xff, 0x7f}, 8, "1.3.4294967295"},
		{{6, 6, 0x2b, 0x90, 0x80, 0x80, 0x80, 0}, 8, NULL}, /* 33 bits */
		{{6, 3, 0x88, 0x37, 5}, 5, "2.999.5"},
		{{6, 1, 0}, 3, "0.0"},
		{{6, 0}, 2, ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char text[BER_OID_TEXT_MAX];
		enum cursor_status status;
		struct ber e;

		assert_true(read_one(rows[i].bytes, rows[i].len, rows[i].len, &e, &status));
		assert_int_equal(ber_oid_text(&e, text), rows[i].text != NULL);
		if (rows[i].text)
			assert_string_equal(text, rows[i].text);
	}
}

/* The longest that is allowed fits, one arc more does not pass. */
static void arcs_are_bounded(void **state)
{
	uint8_t bytes[4 + 5 * 128];
	char text[BER_OID_TEXT_MAX];
	enum cursor_status status;
	struct ber e;

	(void)state;
	for (uint32_t arcs = 127; arcs <= 128; arcs++) {
		uint32_t len = 5 * arcs;

		bytes[0] = BER_OID;
		bytes[1] = 0x82;
		bytes[2] = (uint8_t)(len >> 8);
		bytes[3] = (uint8_t)len;
		for (uint32_t i = 0; i < arcs; i++)
			memcpy(bytes + 4 + 5 * (size_t)i, "\x8f\xff\xff\xff\x7f", 5);
		assert_true(read_one(bytes, 4 + len, 4 + len, &e, &status));
		assert_int_equal(ber_oid_text(&e, text), arcs == 127);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_headers),
		cmocka_unit_test(refuses_lengths_that_lie),
		cmocka_unit_test(reads_overlong_lengths),
		cmocka_unit_test(tells_cut_from_wrong),
		cmocka_unit_test(a_value_stays_within_its_holder),
		cmocka_unit_test(numbers_have_limits),
		cmocka_unit_test(writes_object_identifiers),
		cmocka_unit_test(arcs_are_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
