// SPDX-License-Identifier: Apache-2.0
// Columns are to the digit what printf would write.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "report/stat_line.h"

static double seconds_of(nsec_t time)
{
	return (double)(time / NSEC_PER_SEC) + (double)(time % NSEC_PER_SEC) / 1e9;
}

static void same_span(nsec_t from, nsec_t to)
{
	static const unsigned widths[] = {15, 5};
	char ours[64], theirs[64];

	for (size_t i = 0; i < sizeof(widths) / sizeof(widths[0]); i++) {
		*stat_put_span(ours, from, to, widths[i]) = '\0';
		snprintf(theirs, sizeof(theirs), "%*.4f", (int)widths[i],
			 seconds_of(to) - seconds_of(from));
		assert_string_equal(ours, theirs);
	}
}

static void same_seconds(nsec_t time)
{
	static const unsigned widths[] = {16, 10};
	char ours[64], theirs[64];

	for (size_t i = 0; i < sizeof(widths) / sizeof(widths[0]); i++) {
		*stat_put_nine(ours, time, widths[i]) = '\0';
		snprintf(theirs, sizeof(theirs), "%*.9f", (int)widths[i], seconds_of(time));
		assert_string_equal(ours, theirs);
	}
	same_span(0, time);
}

static void seconds_are_those_of_a_double(void **state)
{
	static const nsec_t edges[] = {
		0,
		1,
		49999,
		50000,
		50001,
		99999,
		999950000,
		999999999,
		1000000000,
		4194303999999999,
		4194304000000000,
		4194304000050001,
		INT64_MAX,
		-1,
		-50000,
		-1500000000,
		INT64_MIN + 1,
	};
	uint64_t random = 1;

	(void)state;
	for (size_t i = 0; i < sizeof(edges) / sizeof(edges[0]); i++)
		same_seconds(edges[i]);
	/* All magnitudes, and the middles between two printed values at each. */
	for (unsigned i = 0; i < 200000; i++) {
		random = random * 6364136223846793005 + 1442695040888963407; /* Knuth's MMIX */
		same_seconds((nsec_t)(random >> (1 + i % 60)));
		same_seconds((nsec_t)(random >> (8 + i % 50)) / 100000 * 100000 + 50000);
	}
}

/* Near the middles between two printed values the doubles of both ends decide. */
static void spans_are_differences_of_doubles(void **state)
{
	uint64_t random = 5;

	(void)state;
	for (unsigned i = 0; i < 200000; i++) {
		nsec_t from, span;

		random = random * 6364136223846793005 + 1442695040888963407; /* Knuth's MMIX */
		from = (nsec_t)(random >> (2 + i % 40)) / (i % 2 ? 1 : 1000) * (i % 2 ? 1 : 1000);
		span = (nsec_t)(random >> 40) * 100000 + 50000;
		same_span(from, from + span);
		same_span(from, from + span + i % 7 - 3);
		same_span(-from, span);
	}
	same_span(5, 4);
	same_span(INT64_MIN + 1, INT64_MAX);
}

static void numbers_and_texts_fill_their_columns(void **state)
{
	char line[128];
	char *at = line;

	(void)state;
	at = stat_put_number(at, 7, 4);
	at = stat_put_number(at, UINT64_MAX, 4);
	at = stat_put_left(at, digits_text(at, "ab"), 4);
	at = stat_put_left(at, digits_text(at, "abcde"), 4);
	at = digits_text(at, "|");
	*at = '\0';
	assert_string_equal(line, "   718446744073709551615ab  abcde|");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(seconds_are_those_of_a_double),
		cmocka_unit_test(spans_are_differences_of_doubles),
		cmocka_unit_test(numbers_and_texts_fill_their_columns),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
