// SPDX-License-Identifier: Apache-2.0
// Text from strangers comes out harmless; numbers are read strictly.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/text.h"

static void escapes_what_moves_a_terminal(void **state)
{
	static const struct {
		const char *from;
		const char *to;
	} rows[] = {
		{"plain text", "plain text"},
		{"\033[2J", "\\x1B[2J"},
		{"a\rb\nc\td", "a\\rb\\nc\\td"},
		{"caf\xc3\xa9", "caf\xc3\xa9"},
		{"\xc2\x9b"
		 "1m",
		 "\\xC2\\x9B1m"},  /* C1 CSI as UTF-8 */
		{"\x9b", "\\x9B"}, /* and as a bare byte */
		{"\xe2\x80\xae"
		 "x",
		 "\\xE2\\x80\\xAEx"},                /* right-to-left override */
		{"\xc0\x80", "\\xC0\\x80"},          /* overlong NUL */
		{"\xed\xa0\x80", "\\xED\\xA0\\x80"}, /* lone surrogate */
		{"\xf4\x90\x80\x80", "\\xF4\\x90\\x80\\x80"},
		{"cut \xe2\x82", "cut \\xE2\\x82"},
		{"\x7f", "\\x7F"},
	};
	char out[64];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		text_escape(out, sizeof(out), rows[i].from);
		assert_string_equal(out, rows[i].to);
	}
}

static void never_cuts_an_escape(void **state)
{
	char out[6];

	(void)state;
	assert_int_equal(text_escape(out, sizeof(out), "abc\033"), 3);
	assert_string_equal(out, "abc");
	assert_int_equal(text_escape(out, sizeof(out), "abcd\xc3\xa9"), 4);
	assert_string_equal(out, "abcd");
	assert_int_equal(text_escape(out, sizeof(out), "abcdefgh"), 5);
	assert_string_equal(out, "abcde");
	assert_int_equal(text_escape(out, sizeof(out), "\tabcdefgh"), 5);
	assert_string_equal(out, "\\tabc");
}

static void knows_what_needs_no_escape(void **state)
{
	(void)state;
	assert_int_equal(text_plain(" ~a\x7f", 4), 3);
	assert_int_equal(text_plain("a\nb", 3), 1);
	assert_int_equal(text_plain("\xc3\xa9", 2), 0);
	assert_int_equal(text_plain("abc", 2), 2);
	assert_int_equal(text_plain("", 0), 0);
}

static void reads_numbers_strictly(void **state)
{
	uint64_t value = 7;

	(void)state;
	assert_true(text_number("65535", 0, 65535, &value));
	assert_int_equal(value, 65535);
	assert_false(text_number("65536", 0, 65535, &value));
	assert_false(text_number("", 0, 10, &value));
	assert_false(text_number("-1", 0, 10, &value));
	assert_false(text_number(" 1", 0, 10, &value));
	assert_false(text_number("1x", 0, 10, &value));
	assert_false(text_number("99999999999999999999", 0, UINT64_MAX, &value));
	assert_int_equal(value, 65535);
}

static void measures_typing_mistakes(void **state)
{
	(void)state;
	assert_int_equal(text_distance("reason", "reason"), 0);
	assert_int_equal(text_distance("reson", "reason"), 1);
	assert_int_equal(text_distance("raeson", "reason"), 1);
	assert_int_equal(text_distance("", "abc"), 3);
}

static void errors_are_escaped(void **state)
{
	struct err err = {0};

	(void)state;
	assert_int_equal(err_set(&err, -22, "no host \"%s\"", "\033]0;x\a"), -22);
	assert_string_equal(err.text, "no host \"\\x1B]0;x\\x07\"");
	assert_int_equal(err_set(NULL, -1, "nobody listens"), -1);
}

static void buffers_grow(void **state)
{
	struct buf b = {0};

	(void)state;
	assert_string_equal(buf_text(&b), "");
	for (int i = 0; i < 1000; i++)
		buf_printf(&b, "%d,", i % 10);
	buf_u64(&b, UINT64_MAX);
	assert_int_equal(b.len, 2020);
	assert_string_equal(buf_text(&b) + 2000, "18446744073709551615");
	assert_false(b.failed);
	buf_done(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(escapes_what_moves_a_terminal),
		cmocka_unit_test(never_cuts_an_escape),
		cmocka_unit_test(knows_what_needs_no_escape),
		cmocka_unit_test(reads_numbers_strictly),
		cmocka_unit_test(measures_typing_mistakes),
		cmocka_unit_test(errors_are_escaped),
		cmocka_unit_test(buffers_grow),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
