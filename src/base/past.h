/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Stores that go past our caches, for what another processor is to read.
 *
 * A line that another processor has read is its own too, and the first store to it waits until it
 * gave it up: 150 ns where the two share no cache, which was half of what handing over a scan's
 * packets cost. Stores past the caches are put together and sent off; nobody waits.
 */
#ifndef SONDE_BASE_PAST_H
#define SONDE_BASE_PAST_H

#include <stdint.h>
#include <string.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#define PAST_WORDS 4u
#define PAST_ALIGN (PAST_WORDS * sizeof(uint64_t)) /* of where they go */

/* Writes PAST_WORDS words; who is told of them, under a lock say, is told behind past_end(). */
static inline void past_put(uint64_t at[static PAST_WORDS], uint64_t a, uint64_t b, uint64_t c,
			    uint64_t d)
{
#ifdef __SSE2__
	_mm_stream_si128((__m128i *)at, _mm_set_epi64x((int64_t)b, (int64_t)a));
	_mm_stream_si128((__m128i *)at + 1, _mm_set_epi64x((int64_t)d, (int64_t)c));
#else
	memcpy(at, (const uint64_t[]) {a, b, c, d}, PAST_ALIGN);
#endif
}

/* What was written is there for everybody. */
static inline void past_end(void)
{
#ifdef __SSE2__
	_mm_sfence();
#endif
}

#endif
