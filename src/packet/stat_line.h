/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A line of a table's slots: as many as one line of memory holds, looked at together. Only
 * packet/stat_*.c includes this.
 *
 * Theory of operation. A slot is empty (0), or holds an entry's index + 1 and, above it, a tag: bits
 * of the hash that its place does not tell. Looked at one by one, slots cost a branch each that
 * nobody can foresee; where the processor compares four words at once, a line costs none.
 */
#ifndef SONDE_PACKET_STAT_LINE_H
#define SONDE_PACKET_STAT_LINE_H

#include <stdint.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#define STAT_LINE_SLOTS 16u /* of four bytes */
#define STAT_INDEX_BITS 24
#define STAT_INDEX_MASK ((1u << STAT_INDEX_BITS) - 1)

/* The tag of a hash, where it stands in a slot. */
static inline uint32_t stat_slot_tag(uint32_t hash)
{
	return hash & ~STAT_INDEX_MASK;
}

/* stat_line_look() on any processor. */
static inline uint32_t stat_line_look_each(const uint32_t line[static STAT_LINE_SLOTS],
					   uint32_t tag)
{
	uint32_t found = 0;

	for (unsigned i = 0; i < STAT_LINE_SLOTS; i++)
		found |= (uint32_t)(!line[i] || stat_slot_tag(line[i]) == tag) << i;
	return found;
}

#ifdef __SSE2__

/* All bits of those of four slots that are empty or have the tag. */
static inline __m128i stat_line_look_four(const __m128i *slots, __m128i tag)
{
	const __m128i tag_bits = _mm_set1_epi32((int)~STAT_INDEX_MASK);
	const __m128i four = _mm_loadu_si128(slots);

	return _mm_or_si128(_mm_cmpeq_epi32(four, _mm_setzero_si128()),
			    _mm_cmpeq_epi32(_mm_and_si128(four, tag_bits), tag));
}

/* Which slots of a line are empty or have the tag, a bit each, the first one's lowest. */
static inline uint32_t stat_line_look(const uint32_t line[static STAT_LINE_SLOTS], uint32_t tag)
{
	const __m128i *fours = (const __m128i *)line, sought = _mm_set1_epi32((int)tag);
	const __m128i lower = _mm_packs_epi32(stat_line_look_four(&fours[0], sought),
					      stat_line_look_four(&fours[1], sought));
	const __m128i upper = _mm_packs_epi32(stat_line_look_four(&fours[2], sought),
					      stat_line_look_four(&fours[3], sought));

	return (uint32_t)_mm_movemask_epi8(_mm_packs_epi16(lower, upper));
}

#else

static inline uint32_t stat_line_look(const uint32_t line[static STAT_LINE_SLOTS], uint32_t tag)
{
	return stat_line_look_each(line, tag);
}

#endif

#endif
