// SPDX-License-Identifier: Apache-2.0
// base/big: contents survive growing and shrinking on both sides of BIG_MIN, new bytes are zero.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/big.h"

#define LARGE_PAGE (2u << 20)

/* Every 999th byte tells where it is. */
static void mark(uint8_t *memory, size_t from, size_t to)
{
	for (size_t i = from; i < to; i += 999)
		memory[i] = (uint8_t)(i / 999 % 251 + 1);
}

static void assert_marked(const uint8_t *memory, size_t to)
{
	for (size_t i = 0; i < to; i += 999)
		if (memory[i] != (uint8_t)(i / 999 % 251 + 1))
			fail_msg("byte %zu is lost", i);
}

static void assert_zero(const uint8_t *memory, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++)
		if (memory[i])
			fail_msg("byte %zu is not zero", i);
}

static void keeps_what_it_held(void **state)
{
	static const size_t sizes[] = {1000,         BIG_MIN - 1, BIG_MIN,     BIG_MIN + 1,
				       5 * BIG_MIN,  5000000,     BIG_MIN + 7, 9 * BIG_MIN + 5,
				       BIG_MIN / 2u, 100,         3 * BIG_MIN};
	uint8_t *memory = NULL;
	size_t had = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		size_t kept = had < sizes[i] ? had : sizes[i];

		memory = big_resize(memory, had, sizes[i]);
		assert_non_null(memory);
		assert_marked(memory, kept);
		if (sizes[i] > had)
			assert_zero(memory, had, sizes[i]);
		mark(memory, 0, sizes[i]);
		had = sizes[i];
	}
	big_free(memory, had);
	big_free(NULL, 0);
}

/* Two tables that grow in turn lie in each other's way. */
static void begins_at_a_large_page(void **state)
{
	uint8_t *tables[2] = {NULL};
	size_t had = 0;

	(void)state;
	for (size_t size = BIG_MIN; size < 12 * BIG_MIN; size += size / 2) {
		for (unsigned i = 0; i < 2; i++) {
			tables[i] = big_resize(tables[i], had, size);
			assert_non_null(tables[i]);
			assert_int_equal((uintptr_t)tables[i] % LARGE_PAGE, 0);
			mark(tables[i], 0, size);
		}
		had = size;
	}
	for (unsigned i = 0; i < 2; i++) {
		assert_marked(tables[i], had);
		big_free(tables[i], had);
	}
}

static void refuses_what_is_not_there(void **state)
{
	uint8_t *memory = big_resize(NULL, 0, BIG_MIN);

	(void)state;
	assert_non_null(memory);
	mark(memory, 0, BIG_MIN);
	assert_null(big_resize(memory, BIG_MIN, SIZE_MAX));
	assert_null(big_resize(memory, BIG_MIN, SIZE_MAX / 4));
	assert_null(big_resize(NULL, 0, SIZE_MAX - 3));
	assert_marked(memory, BIG_MIN);
	big_free(memory, BIG_MIN);
}

/* Touched memory stays zero; where there is no whole page left, nothing is done. */
static void is_touched_before_it_is_written(void **state)
{
	const size_t size = 2 * BIG_MIN + LARGE_PAGE / 2;
	uint8_t *memory = big_resize(NULL, 0, size);
	size_t at = 0, touched;

	(void)state;
	assert_non_null(memory);
	mark(memory, 0, 1000);
	assert_int_equal(big_touch(memory, 1000, size),
			 2 * LARGE_PAGE); /* its first page is in use */
	while ((touched = big_touch(memory, at, size))) {
		assert_int_equal(touched, at + LARGE_PAGE);
		at = touched;
	}
	assert_int_equal(at, 2 * BIG_MIN);
	assert_marked(memory, 1000);
	assert_zero(memory, 1000, size);
	assert_int_equal(big_touch(memory, SIZE_MAX - 5, size), 0);
	big_free(memory, size);
	assert_int_equal(big_touch(NULL, 0, 0), 0);
	assert_int_equal(big_touch(&at, 0, sizeof(at)), 0); /* the heap's */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keeps_what_it_held),
		cmocka_unit_test(begins_at_a_large_page),
		cmocka_unit_test(refuses_what_is_not_there),
		cmocka_unit_test(is_touched_before_it_is_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
