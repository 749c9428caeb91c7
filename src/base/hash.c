// SPDX-License-Identifier: Apache-2.0
// A keyed hash for cookies and tables that strangers could otherwise fill with collisions.
#include "base/hash.h"

struct state {
	uint64_t v0, v1, v2, v3;
};

static uint64_t rotate(uint64_t x, unsigned bits)
{
	return x << bits | x >> (64 - bits);
}

static void rounds(struct state *s, int count)
{
	while (count--) {
		s->v0 += s->v1;
		s->v1 = rotate(s->v1, 13) ^ s->v0;
		s->v0 = rotate(s->v0, 32);
		s->v2 += s->v3;
		s->v3 = rotate(s->v3, 16) ^ s->v2;
		s->v0 += s->v3;
		s->v3 = rotate(s->v3, 21) ^ s->v0;
		s->v2 += s->v1;
		s->v1 = rotate(s->v1, 17) ^ s->v2;
		s->v2 = rotate(s->v2, 32);
	}
}

/* count (0 to 8) bytes as a little-endian number. */
static uint64_t load(const uint8_t *p, size_t count)
{
	uint64_t word = 0;

	for (size_t i = 0; i < count; i++)
		word |= (uint64_t)p[i] << (8 * i);
	return word;
}

uint64_t hash_bytes(const struct hash_key *key, const void *bytes, size_t len)
{
	const uint8_t *p = bytes;
	struct state s = {
		.v0 = key->k0 ^ 0x736f6d6570736575,
		.v1 = key->k1 ^ 0x646f72616e646f6d,
		.v2 = key->k0 ^ 0x6c7967656e657261,
		.v3 = key->k1 ^ 0x7465646279746573,
	};
	uint64_t word;
	size_t left = len;

	for (; left >= 8; left -= 8, p += 8) {
		word = load(p, 8);
		s.v3 ^= word;
		rounds(&s, 2);
		s.v0 ^= word;
	}
	word = load(p, left) | (uint64_t)len << 56;
	s.v3 ^= word;
	rounds(&s, 2);
	s.v0 ^= word;
	s.v2 ^= 0xff;
	rounds(&s, 4);
	return s.v0 ^ s.v1 ^ s.v2 ^ s.v3;
}

uint64_t hash_words(const struct hash_key *key, const uint64_t *words, size_t count)
{
	struct state s = {
		.v0 = key->k0 ^ 0x736f6d6570736575,
		.v1 = key->k1 ^ 0x646f72616e646f6d,
		.v2 = key->k0 ^ 0x6c7967656e657261,
		.v3 = key->k1 ^ 0x7465646279746573,
	};

	for (size_t i = 0; i < count; i++) {
		s.v3 ^= words[i];
		rounds(&s, 1);
		s.v0 ^= words[i];
	}
	s.v2 ^= 0xff;
	rounds(&s, 3);
	return s.v0 ^ s.v1 ^ s.v2 ^ s.v3;
}

uint64_t hash_two(const struct hash_key *key, uint64_t first, uint64_t second)
{
	const uint64_t words[] = {first, second, (uint64_t)16 << 56}; /* the last: their length */

	return hash_words(key, words, 3);
}
