// SPDX-License-Identifier: Apache-2.0
// The keyed hash of addresses: neighbours lie side by side, and nobody else can choose to.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "wire/addr.h"

static const struct hash_key key = {0x0123456789abcdef, 0xfedcba9876543210};

static struct addr v6(uint16_t low)
{
	uint8_t bytes[16] = {0x20, 0x01, 0x0d, 0xb8, [14] = (uint8_t)(low >> 8), (uint8_t)low};

	return addr_v6(bytes);
}

/* Each of 16 neighbours has a place of its own in one group of places. */
static void check_group(const struct addr near[static HASH_NEAR])
{
	uint64_t group = addr_hash(&near[0], &key) / HASH_NEAR;
	unsigned taken = 0;

	for (unsigned i = 0; i < HASH_NEAR; i++) {
		assert_true(addr_hash(&near[i], &key) / HASH_NEAR == group);
		taken |= 1u << addr_hash(&near[i], &key) % HASH_NEAR;
	}
	assert_int_equal(taken, (1u << HASH_NEAR) - 1);
}

static void neighbours_lie_side_by_side(void **state)
{
	struct addr v4s[HASH_NEAR], v6s[HASH_NEAR];

	(void)state;
	for (unsigned i = 0; i < HASH_NEAR; i++) {
		v4s[i] = addr_v4_number(0xc6336410 + i);
		v6s[i] = v6((uint16_t)(0x120 + i));
	}
	check_group(v4s);
	check_group(v6s);
	assert_true(addr_hash(&v4s[0], &key) / HASH_NEAR != addr_hash(&v6s[0], &key) / HASH_NEAR);
}

/* Whoever sends from addresses that end alike, in as many groups, fills no place more than others. */
static void those_that_end_alike_spread(void **state)
{
	enum { PLACES = 4096, STRANGERS = 1024 };
	static uint8_t places[2][PLACES];
	unsigned most = 0;

	(void)state;
	for (uint32_t i = 0; i < STRANGERS; i++) {
		struct addr four = addr_v4_number(0xc0000200 + i * HASH_NEAR);
		struct addr six = v6((uint16_t)(i * HASH_NEAR));

		places[0][addr_hash(&four, &key) % PLACES]++;
		places[1][addr_hash(&six, &key) % PLACES]++;
	}
	for (unsigned i = 0; i < PLACES; i++) {
		most = places[0][i] > most ? places[0][i] : most;
		most = places[1][i] > most ? places[1][i] : most;
	}
	assert_true(most < 8); /* thrown: 4 or 5 */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(neighbours_lie_side_by_side),
		cmocka_unit_test(those_that_end_alike_spread),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
