/* SPDX-License-Identifier: Apache-2.0 */
/* Repeatable random numbers from a seed: for shuffles and simulations, never for secrets. */
#ifndef SONDE_BASE_RNG_H
#define SONDE_BASE_RNG_H

#include <stdint.h>

/* One stream. Any seed is good, zero too. */
struct rng {
	uint64_t state;
};

/* The next 64 bits (SplitMix64, Steele et al. 2014). */
static inline uint64_t rng_next(struct rng *r)
{
	uint64_t z = (r->state += 0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

/* A number from 0 to below - 1; below > 0. The bias is under below / 2^64. */
static inline uint64_t rng_below(struct rng *r, uint64_t below)
{
	return (uint64_t)((unsigned __int128)rng_next(r) * below >> 64);
}

#endif
