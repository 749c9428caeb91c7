// SPDX-License-Identifier: Apache-2.0
// The cursor tells what we cut from what they sent wrong, and never leaves its frame.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "wire/build.h"
#include "wire/cursor.h"

static const uint8_t eight[8] = {1, 2, 3, 4, 5, 6, 7, 8};

static void reads_both_byte_orders(void **state)
{
	struct cursor c = cursor_init(eight, 8, 8);

	(void)state;
	assert_int_equal(cursor_u8(&c), 0x01);
	assert_int_equal(cursor_be16(&c), 0x0203);
	assert_int_equal(cursor_le32(&c), 0x07060504);
	assert_int_equal(cursor_left(&c), 1);
	c = cursor_init(eight, 8, 8);
	assert_int_equal(cursor_le16(&c), 0x0201);
	c = cursor_init(eight, 8, 8);
	assert_true(cursor_be64(&c) == 0x0102030405060708);
	assert_true(cursor_ok(&c));
	assert_int_equal(cursor_held(&c), 0);
}

static void tells_truncated_from_malformed(void **state)
{
	struct cursor c = cursor_init(eight, 4, 8);

	(void)state;
	assert_int_equal(cursor_be32(&c), 0x01020304);
	assert_int_equal(cursor_u8(&c), 0);
	assert_int_equal(c.status, CURSOR_TRUNCATED);
	c = cursor_init(eight, 4, 8);
	cursor_skip(&c, 6);
	assert_true(cursor_ok(&c));
	assert_int_equal(cursor_held(&c), 0);
	assert_int_equal(cursor_left(&c), 2);
	assert_int_equal(cursor_be32(&c), 0);
	assert_int_equal(c.status, CURSOR_MALFORMED);
}

static void the_first_error_sticks(void **state)
{
	struct cursor c = cursor_init(eight, 4, 8);
	uint8_t out[3] = {9, 9, 9};

	(void)state;
	cursor_skip(&c, 5);
	assert_int_equal(cursor_u8(&c), 0);
	assert_int_equal(c.status, CURSOR_TRUNCATED);
	cursor_malformed(&c);
	cursor_skip(&c, 1000);
	assert_int_equal(c.status, CURSOR_TRUNCATED);
	assert_int_equal(c.at, 5);
	cursor_copy(&c, out, 3);
	assert_int_equal(out[0] | out[1] | out[2], 0);
	assert_int_equal(cursor_left(&c), 0);
}

static void a_part_cannot_leave_its_whole(void **state)
{
	struct cursor c = cursor_init(eight, 8, 8);
	struct cursor part = cursor_take(&c, 3);

	(void)state;
	assert_int_equal(c.at, 3);
	assert_int_equal(cursor_be16(&part), 0x0102);
	assert_int_equal(cursor_be16(&part), 0);
	assert_int_equal(part.status, CURSOR_MALFORMED);
	part = cursor_take(&c, 6);
	assert_int_equal(c.status, CURSOR_MALFORMED);
	assert_true(cursor_ok(&part));
	assert_int_equal(cursor_left(&part), 5);
}

static void a_wire_length_below_the_captured_one_is_ignored(void **state)
{
	struct cursor c = cursor_init(eight, 8, 2);

	(void)state;
	assert_int_equal(cursor_left(&c), 8);
	c = cursor_init(NULL, 0, 0);
	assert_int_equal(cursor_u8(&c), 0);
	assert_int_equal(c.status, CURSOR_MALFORMED);
}

static void huge_lengths_do_not_wrap(void **state)
{
	struct cursor c = cursor_init(eight, 8, UINT32_MAX);
	struct cursor part;

	(void)state;
	cursor_skip(&c, 4);
	assert_false(cursor_need(&c, UINT32_MAX));
	assert_int_equal(c.status, CURSOR_MALFORMED);
	c = cursor_init(eight, 8, UINT32_MAX);
	cursor_skip(&c, UINT32_MAX - 1);
	assert_true(cursor_ok(&c));
	part = cursor_take(&c, 1);
	assert_int_equal(cursor_u8(&part), 0);
	assert_int_equal(part.status, CURSOR_TRUNCATED);
}

static void what_is_built_is_what_is_read(void **state)
{
	uint8_t bytes[12];
	struct build b = build_init(bytes, sizeof(bytes));
	struct cursor c;

	(void)state;
	build_u8(&b, 0xab);
	build_be16(&b, 0x1234);
	build_be32(&b, 0xdeadbeef);
	build_zero(&b, 2);
	build_patch_be16(&b, 7, 0x5678);
	assert_false(b.full);
	c = cursor_init(bytes, (uint32_t)b.len, (uint32_t)b.len);
	assert_int_equal(cursor_u8(&c), 0xab);
	assert_int_equal(cursor_be16(&c), 0x1234);
	assert_int_equal(cursor_be32(&c), 0xdeadbeef);
	assert_int_equal(cursor_be16(&c), 0x5678);
	build_bytes(&b, "abcd", 4);
	assert_true(b.full);
	assert_int_equal(b.len, 9);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_both_byte_orders),
		cmocka_unit_test(tells_truncated_from_malformed),
		cmocka_unit_test(the_first_error_sticks),
		cmocka_unit_test(a_part_cannot_leave_its_whole),
		cmocka_unit_test(a_wire_length_below_the_captured_one_is_ignored),
		cmocka_unit_test(huge_lengths_do_not_wrap),
		cmocka_unit_test(what_is_built_is_what_is_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
