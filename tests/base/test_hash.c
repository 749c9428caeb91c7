// SPDX-License-Identifier: Apache-2.0
// The keyed hash equals its published test vectors; the random numbers are even and repeatable.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

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

/*
 * The rows of addresses and ports that scans are made of spread as if thrown: into twice as many
 * places two in five meet somebody, and no place gets many.
 */
static void four_words_spread(void **state)
{
	static uint8_t places[1u << 17];
	struct rng rng = {5};

	(void)state;
	for (unsigned round = 0; round < 8; round++) {
		unsigned met = 0, most = 0;
		struct hash_fours h;

		for (unsigned i = 0; i < 5; i++)
			h.k[i] = rng_next(&rng);
		memset(places, 0, sizeof(places));
		for (uint32_t i = 0; i < 1u << 16; i++) {
			uint32_t host = round & 1 ? i >> 8 : 0, port = round & 1 ? i & 255 : i;
			uint32_t words[2] = {0xc0000201, 0xc6336400 + host};
			uint32_t ports = round & 2 ? 40000u << 16 | port : port << 16 | 40000u;
			uint32_t at = hash_four(&h, words[0], words[1], ports, round & 4 ? 1 : 0);

			met += places[at % sizeof(places)]++ != 0;
		}
		for (unsigned i = 0; i < sizeof(places); i++)
			most = places[i] > most ? places[i] : most;
		assert_in_range(met, 12000, 15500); /* thrown: 13,970 */
		assert_true(most < 12);
	}
}

/* A keyed hash: with another key the pairs that meet are others. */
static void four_words_depend_on_the_key(void **state)
{
	struct hash_fours one, two;
	struct rng rng = {6};
	unsigned same = 0;

	(void)state;
	for (unsigned i = 0; i < 5; i++) {
		one.k[i] = rng_next(&rng);
		two.k[i] = rng_next(&rng);
	}
	for (uint32_t i = 0; i < 1000; i++)
		same += hash_four(&one, i, 1, 2, 3) == hash_four(&two, i, 1, 2, 3);
	assert_true(same < 3);
}

/*
 * Streams that somebody chose to fall together under a secret he knew (row B38 of the facts on
 * reliability) spread as any others do under the secret of another run.
 */
static void a_flood_of_collisions_needs_the_key(void **state)
{
	enum { PLACES = 4096, FLOOD = 1024 };
	static uint8_t places[PLACES];
	struct hash_fours known, secret;
	struct rng rng = {7};
	unsigned chosen = 0, most = 0;

	(void)state;
	for (unsigned i = 0; i < 5; i++) {
		known.k[i] = rng_next(&rng);
		secret.k[i] = rng_next(&rng);
	}
	for (uint32_t source = 0; chosen < FLOOD; source++) {
		if (hash_four(&known, source, 0xc6336414, 443u << 16 | 40000u, 0) % PLACES)
			continue;
		chosen++;
		places[hash_four(&secret, source, 0xc6336414, 443u << 16 | 40000u, 0) % PLACES]++;
	}
	for (unsigned i = 0; i < PLACES; i++)
		most = places[i] > most ? places[i] : most;
	assert_true(most < 8); /* thrown: 4 or 5 */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(equals_the_published_vectors),
		cmocka_unit_test(numbers_repeat_and_spread),
		cmocka_unit_test(four_words_spread),
		cmocka_unit_test(four_words_depend_on_the_key),
		cmocka_unit_test(a_flood_of_collisions_needs_the_key),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
