// SPDX-License-Identifier: Apache-2.0
/* A small seeded generator (splitmix64), so that every run can be repeated. */
#ifndef SONDE_LAB_COMMON_RANDOM_H
#define SONDE_LAB_COMMON_RANDOM_H

#include <stdbool.h>
#include <stdint.h>

struct random {
	uint64_t state;
};

/* The next 64 random bits. */
static inline uint64_t random_next(struct random *r)
{
	uint64_t z = r->state += 0x9e3779b97f4a7c15ULL;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
	return z ^ (z >> 31);
}

/* A number in [0, LIMIT); LIMIT must not be 0. The bias is below 2^-32 for our limits. */
static inline uint64_t random_below(struct random *r, uint64_t limit)
{
	return random_next(r) % limit;
}

/* True with a chance of PPM in a million. Draws nothing when PPM is 0. */
static inline bool random_chance(struct random *r, uint32_t ppm)
{
	return ppm && random_below(r, 1000000) < ppm;
}

#endif
