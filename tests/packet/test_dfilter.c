// SPDX-License-Identifier: Apache-2.0
// Display filters on a tree made by hand: every operator with every type, every function, and what
// hostile filters cost.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "dfilter_tree.h"

enum outcome {
	NO,
	YES,
	BAD, /* refused */
};

static enum outcome ask_n(const char *text, size_t len)
{
	struct dfilter_error error;
	struct dfilter *f;
	bool yes;

	if (dfilter_compile_names(text, len, &test_names, &f, &error)) {
		assert_true(error.err.text[0] != '\0');
		assert_true(error.at <= len);
		return BAD;
	}
	yes = dfilter_matches(f, test_dissection());
	dfilter_free(f);
	return yes ? YES : NO;
}

static void expect(const char *text, enum outcome outcome)
{
	if (ask_n(text, strlen(text)) != outcome)
		fail_msg("%s: not %s", text,
			 outcome == YES  ? "yes"
			 : outcome == NO ? "no"
					 : "refused");
}

/* A type's field with a literal that is equal to one of its two values, less and more than both. */
struct typed {
	const char *field;
	const char *equal;
	const char *less;
	const char *more;
	bool ordered;      /* false: equal to both values */
	bool bytes;        /* contains and matches are allowed */
	const char *signs; /* arithmetic that is allowed */
};

static const struct typed typed[] = {
	{"t.bool", "1", NULL, NULL, true, false, ""},
	{"t.uint", "20", "9", "21", true, false, "+-*/%&"},
	{"t.int", "-5", "-6", "6", true, false, "+-*/%&"},
	{"t.double", "2.5", "1.0", "3.0", true, false, "+-*/%"},
	{"t.bytes", "01:02:03:04", "00", "02", true, true, "&"},
	{"t.ether", "02:00:5e:10:00:01", "01:00:00:00:00:00", "ff:00:00:00:00:00", false, true,
	 "&"},
	{"t.ipv4", "192.0.2.2", "10.0.0.1", "203.0.113.1", true, false, "&"},
	{"t.ipv6", "2001:db8::1", "::1", "ff02::1", false, false, "&"},
	{"t.string", "\"Hello\"", "\"A\"", "\"z\"", true, true, ""},
	{"t.time", "\"2023-11-14 22:13:20 UTC\"", "\"2020-01-01\"", "\"2030-01-01\"", true, false,
	 ""},
	{"t.duration", "0.5", "0.25", "7", true, false, "+-"},
	{"t.frame", "8", "1", "9", true, false, "+-*/%&"},
};

static void expect_of(const struct typed *t, const char *before, const char *op,
		      const char *literal, enum outcome outcome)
{
	char text[200];

	snprintf(text, sizeof(text), "%s%s %s %s", before, t->field, op, literal);
	expect(text, outcome);
}

static void test_compare_each_type(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(typed) / sizeof(typed[0]); i++) {
		const struct typed *t = &typed[i];

		expect_of(t, "", "==", t->equal, YES);
		expect_of(t, "", "!=", t->equal, NO);
		expect_of(t, "", "!==", t->equal, t->ordered ? YES : NO);
		expect_of(t, "", "===", t->equal, t->ordered ? NO : YES);
		expect_of(t, "", ">=", t->equal, YES);
		expect_of(t, "", "<=", t->equal, YES);
		if (!t->less)
			continue;
		expect_of(t, "all ", ">", t->less, YES);
		expect_of(t, "any ", "<", t->less, NO);
		expect_of(t, "all ", "le", t->more, YES);
		expect_of(t, "", "gt", t->more, NO);
	}
}

static void test_search_each_type(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(typed) / sizeof(typed[0]); i++) {
		const struct typed *t = &typed[i];

		expect_of(t, "", "matches", "\"zzz\"", t->bytes ? NO : BAD);
		if (t->bytes)
			expect_of(t, "", "contains", "\"zzz\"", NO);
		else
			expect_of(t, "", "contains", t->equal, BAD);
	}
	expect("t.string contains \"ell\"", YES);
	expect("t.string contains \"\"", NO);
	expect("t.string matches \"^HE\"", YES);
	expect("t.string matches r\"(?-i)^HE\"", NO);
	expect("all t.string matches \"l\"", YES);
	expect("t.bytes contains 03:04:61", YES);
	expect("t.ether contains 5e", YES);
	expect("t.string matches \"(\"", BAD);
	expect("t.string matches abc", BAD);
	expect("t contains 5e:10", YES);
}

static void test_calculate_each_type(void **state)
{
	static const char signs[] = "+-*/%&";

	(void)state;
	for (size_t i = 0; i < sizeof(typed) / sizeof(typed[0]); i++) {
		for (const char *sign = signs; *sign; sign++) {
			char text[200];

			snprintf(text, sizeof(text), "%s %c %s", typed[i].field, *sign,
				 typed[i].equal);
			if (strchr(typed[i].signs, *sign))
				assert_int_not_equal(ask_n(text, strlen(text)), BAD);
			else
				expect(text, BAD);
		}
	}
	expect("t.uint + 5 == 25", YES);
	expect("t.uint * 2 - 1 == 39", YES);
	expect("{t.uint + 1} * 2 == 42", YES);
	expect("t.uint / 0", NO);
	expect("t.uint % 0 == 0", NO);
	expect("-t.uint == -20", YES);
	expect("t.uint & 8 == 8", YES);
	expect("t.ipv4 & 255.255.255.0 == 192.0.2.0", YES);
	expect("5 + t.uint == 15", BAD);
	expect("t.uint == t.frame + 3", YES);
	expect("t.duration + 1 == 2.5", YES);
}

static void test_presence_and_logic(void **state)
{
	(void)state;
	expect("", YES);
	expect("t", YES);
	expect("tcp", NO);
	expect("t.none", YES);
	expect("t.none == 1", BAD);
	expect("not tcp and t", YES);
	expect("tcp or t and tcp", NO);
	expect("(tcp or t) and t", YES);
	expect("!!t", YES);
	expect("t xor tcp", BAD);
	expect("tcp.port != 1", NO);
	expect("not tcp.port == 1", YES);
	expect("t.int < t.uint < 21", YES);
	expect("t.bool == t.uint", BAD);
	expect("t.uint == t.bool", NO);
	expect("t.bytes == t.ether", NO);
}

static void test_sets_layers_slices(void **state)
{
	(void)state;
	expect("t.uint in {1, 20}", YES);
	expect("t.uint in {11..19}", NO);
	expect("all t.uint in {10..20}", YES);
	expect("t.uint not in {20}", NO);
	expect("t.uint in {1 20}", BAD);
	expect("t.uint in {}", BAD);
	expect("t.uint + 1 in {21}", BAD);
	expect("t.ipv4 in {192.0.2.0/24}", YES);
	expect("t.string in {\"a\"..\"z\"}", NO);
	expect("t.ipv6 == fe80::/10", NO);
	expect("t.ipv6 == 2000::/4", YES);
	expect("t.ipv6 in {fe80::/10, 2001:db8::/32}", YES);
	expect("t.uint#1 == 10", YES);
	expect("t.uint#1 == 20", NO);
	expect("t.uint#[-1] == 20", YES);
	expect("t.uint#[1:2] == 20", YES);
	expect("t.uint#[2-] == 20", BAD);
	expect("t.uint#3", NO);
	expect("t[12:2] == 08:00", YES);
	expect("t[12:3]", NO);
	expect("t[-2-1]", NO);
	expect("t.bytes[0:2,-1] == 01:02:ff", YES);
	expect("t.ipv4[3] == 2", YES);
	expect("t.ipv6[:2] == 20:01", YES);
	expect("t.uint[0]", BAD);
	expect("t[0:2147483648]", BAD);
	expect("t[0:0]", BAD);
	expect("t[4-2]", BAD);
	expect("t.bytes[2147483647:2147483647] == 1", NO);
	expect("t.bytes[-2147483648:] == 1", NO);
}

static void test_functions(void **state)
{
	(void)state;
	expect("upper(t.string) == \"HELLO\"", YES);
	expect("lower(t.string) contains \"wor\"", YES);
	expect("upper(t.uint) == \"A\"", BAD);
	expect("len(t.string) == 5", YES);
	expect("len(t) == 14", YES);
	expect("count(t.uint) == 2", YES);
	expect("count(tcp) == 0", NO);
	expect("count(1) == 1", BAD);
	expect("string(t.int) == \"-5\"", YES);
	expect("string(t.ipv4) matches \"2$\"", YES);
	expect("string(t.string) == \"a\"", BAD);
	expect("max(t.uint) == 20", YES);
	expect("min(t.uint, t.frame) == 7", BAD);
	expect("max(t.uint, t.ipv4) == 7", BAD);
	expect("abs(t.int) == 5", YES);
	expect("abs(t.string) == 5", BAD);
	expect("len(t)", BAD);
	expect("vals(t.uint) == \"a\"", BAD);
	expect("upper(lower(t.string)) == \"A\"", BAD);
	expect("${t.uint} == 10", NO);
	expect("t.uint == ${nosuch}", BAD);
}

static void repeat(const char *before, const char *middle, const char *after, size_t times,
		   enum outcome outcome)
{
	struct buf b = {0};

	for (size_t i = 0; i < times; i++)
		buf_puts(&b, before);
	buf_puts(&b, middle);
	for (size_t i = 0; i < times; i++)
		buf_puts(&b, after);
	assert_int_equal(ask_n(b.data, b.len), outcome);
	buf_done(&b);
}

/* Hostile filters are refused or cheap. */
static void test_hostile(void **state)
{
	(void)state;
	repeat("(", "t", ")", 10000, BAD);
	repeat("(", "t", ")", 50, YES);
	repeat("not ", "t", "", 10000, BAD);
	repeat("", "t.uint == {t.uint}", " + {1", 10000, BAD);
	repeat("", "t.uint", " + 1", 10000, BAD);
	repeat("-", "t.uint", "", 10000, BAD);
	repeat("", "t.bytes", "[0:1]", 10000, BAD);
	repeat("t or ", "t", "", 5000, YES);
	repeat("tcp or ", "t", "", 500000, BAD);
	repeat("", "t.string == \"", "a", 1000000, BAD);
	repeat("", "t.uint == ", "9", 1000000, BAD);
	repeat("", "t.bytes == ", "00", 400000, NO);
	repeat("\"", "", "", 100000, BAD);
	expect("t.string matches \"(a+)+(b+)+(c+)+$x\"", NO);
	repeat("", "t.string matches \"", "(", 8000, BAD);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_compare_each_type),
		cmocka_unit_test(test_search_each_type),
		cmocka_unit_test(test_calculate_each_type),
		cmocka_unit_test(test_presence_and_logic),
		cmocka_unit_test(test_sets_layers_slices),
		cmocka_unit_test(test_functions),
		cmocka_unit_test(test_hostile),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
