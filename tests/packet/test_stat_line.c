// SPDX-License-Identifier: Apache-2.0
// packet/stat_line: a line of slots looked at together is what one sees slot by slot.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/rng.h"
#include "packet/stat_line.h"

/* A slot: empty, or with one of a few tags, among them those of all bits and of none. */
static uint32_t any_slot(uint64_t word)
{
	static const uint32_t tags[] = {0, 1u << 24, 0x7fu << 24, 0x80u << 24, 0xffu << 24};
	uint32_t index = (uint32_t)(word >> 32) & STAT_INDEX_MASK;

	return word % 3 ? tags[word / 3 % 5] | (index ? index : 1) : 0;
}

static void empty_ones_and_those_of_a_tag(void **state)
{
	uint32_t line[STAT_LINE_SLOTS] = {0};

	(void)state;
	line[0] = 5u << 24 | 1;
	line[3] = 7u << 24 | STAT_INDEX_MASK;
	line[15] = 5u << 24 | 2;
	assert_int_equal(stat_line_look(line, 5u << 24), 0xffff & ~(1u << 3));
	assert_int_equal(stat_line_look(line, 7u << 24), 0x7ffe);
	assert_int_equal(stat_line_look(line, 0), 0x7ff6);
	assert_int_equal(stat_slot_tag(0x12345678), 0x12000000);
}

static void together_as_one_by_one(void **state)
{
	struct rng rng = {.state = 3};
	uint32_t line[STAT_LINE_SLOTS];

	(void)state;
	for (unsigned turn = 0; turn < 20000; turn++) {
		uint32_t tag = stat_slot_tag(any_slot(rng_next(&rng)));

		for (unsigned i = 0; i < STAT_LINE_SLOTS; i++)
			line[i] = any_slot(rng_next(&rng));
		assert_int_equal(stat_line_look(line, tag), stat_line_look_each(line, tag));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(empty_ones_and_those_of_a_tag),
		cmocka_unit_test(together_as_one_by_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
