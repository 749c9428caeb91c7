// SPDX-License-Identifier: Apache-2.0
// The keyed hash equals its published test vectors; the random numbers are even and repeatable.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/hash.h"
#include "base/rng.h"

/* Aumasson and Bernstein, "SipHash", appendix A: key 00 01 ... 0f, input 00 01 ... */
static void equals_the_published_vectors(void **state)
{
	static const struct {
		size_t len;
		uint64_t hash;
	} rows[] = {
		{0, 0x726fdb47dd0e0e31},
		{1, 0x74f839c593dc67fd},
		{8, 0x93f5f5799a932462},
		{15, 0xa129ca6149be45e5},
	};
	const struct hash_key key = {0x0706050403020100, 0x0f0e0d0c0b0a0908};
	uint8_t input[16];

	(void)state;
	for (uint8_t i = 0; i < sizeof(input); i++)
		input[i] = i;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(hash_bytes(&key, input, rows[i].len), rows[i].hash);
}

static void numbers_repeat_and_spread(void **state)
{
	struct rng a = {42}, b = {42};
	unsigned counts[10] = {0};

	(void)state;
	for (int i = 0; i < 100000; i++) {
		uint64_t n = rng_below(&a, 10);

		assert_int_equal(n, rng_below(&b, 10));
		assert_true(n < 10);
		counts[n]++;
	}
	for (int i = 0; i < 10; i++)
		assert_in_range(counts[i], 9500, 10500);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(equals_the_published_vectors),
		cmocka_unit_test(numbers_repeat_and_spread),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
