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

static void same_seconds(nsec_t time)
{
	static const struct {
		unsigned width, decimals;
	} forms[] = {{16, 9}, {15, 4}, {10, 9}, {5, 4}};
	double seconds = (double)(time / NSEC_PER_SEC) + (double)(time % NSEC_PER_SEC) / 1e9;
	char ours[64], theirs[64];

	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		*(forms[i].decimals == 9 ? stat_put_nine : stat_put_four)(ours, time,
									  forms[i].width) = '\0';
		snprintf(theirs, sizeof(theirs), "%*.*f", (int)forms[i].width,
			 (int)forms[i].decimals, seconds);
		assert_string_equal(ours, theirs);
	}
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
		cmocka_unit_test(numbers_and_texts_fill_their_columns),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
