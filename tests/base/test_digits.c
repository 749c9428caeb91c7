// SPDX-License-Identifier: Apache-2.0
// base/digits: every way to write a number says what printf says.
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/digits.h"
#include "base/rng.h"

#define RANDOM_NUMBERS 20000

static void assert_put(uint64_t number)
{
	char text[DIGITS_U64_MAX + 1], wanted[DIGITS_U64_MAX + 1];

	*digits_put(text, number) = '\0';
	snprintf(wanted, sizeof(wanted), "%" PRIu64, number);
	assert_string_equal(text, wanted);
	assert_int_equal(digits_count(number), strlen(wanted));
}

static void numbers_are_written_whole(void **state)
{
	struct rng rng = {3};

	(void)state;
	for (uint64_t i = 0; i < 20000; i++)
		assert_put(i);
	for (uint64_t power = 10; power; power = power > UINT64_MAX / 10 ? 0 : power * 10)
		for (int i = -1; i <= 1; i++)
			assert_put(power + (uint64_t)i);
	for (unsigned i = 0; i < RANDOM_NUMBERS; i++)
		assert_put(rng_next(&rng) >> rng_below(&rng, 64));
	assert_put(UINT64_MAX);
}

static void nine_digits_keep_their_zeros(void **state)
{
	static const uint32_t edges[] = {0, 1, 9999, 10000, 99999999, 100000000, 999999999};
	struct rng rng = {4};

	(void)state;
	for (unsigned i = 0; i < RANDOM_NUMBERS; i++) {
		uint32_t number = i < 7 ? edges[i] : (uint32_t)rng_below(&rng, 1000000000);
		char text[10], wanted[16];

		*digits_nine(text, number) = '\0';
		snprintf(wanted, sizeof(wanted), "%09" PRIu32, number);
		assert_string_equal(text, wanted);
	}
}

static void four_characters_hold_any_number_below_their_end(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < DIGITS_COLUMN_END; i++) {
		char text[DIGITS_COLUMN + 1], wanted[16];

		*digits_column(text, i) = '\0';
		snprintf(wanted, sizeof(wanted), "%4" PRIu32, i);
		assert_string_equal(text, wanted);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_are_written_whole),
		cmocka_unit_test(nine_digits_keep_their_zeros),
		cmocka_unit_test(four_characters_hold_any_number_below_their_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
