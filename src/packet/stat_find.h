/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Finds the entries of a table, and makes them. Only packet/stat_*.c includes this.
 *
 * Theory of operation. Open addressing under a keyed hash. Slots become four times as many when
 * five eighths are used, if the budget also holds the entries they are for, else at seven. A look
 * stays in one line of memory as long as it can. What it needs is fetched before: the slots first,
 * then the entry that the first one seems to lead to. Who would be new is told from t->ready whether
 * there is an entry and a slot for it without more ado.
 */
#ifndef SONDE_PACKET_STAT_FIND_H
#define SONDE_PACKET_STAT_FIND_H

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "packet/stat_entry.h"

#define STAT_SLOTS_NEAR 16u /* of one line of memory */

/* The entry of this key and its slot, a new one when there is none; NULL when it cannot be. */
struct stat_entry *stat_find(struct stat_table *t, const struct stat_key *key, nsec_t time,
			     uint32_t **ret_slot);

/* A new entry that is found in this slot from now on; NULL when there is no room for it. */
struct stat_entry *stat_find_add(struct stat_table *t, const struct stat_key *key, uint32_t *slot,
				 nsec_t time);

/* Whether an entry is the one that is sought. */
typedef bool stat_same_fn(const struct stat_table *t, const struct stat_entry *e,
			  const void *sought);

/* What a slot holds besides the index: bits of the hash that its place does not tell. */
static inline uint32_t stat_slot_tag(uint32_t hash)
{
	return hash & ~STAT_INDEX_MASK;
}

/* Has the memory of a hash's slots fetched. */
static inline void stat_find_fetch(const struct stat_table *t, uint32_t hash)
{
	__builtin_prefetch(&t->slots[hash & (t->slot_count - 1)]);
}

/* Has the entry fetched that a slot, which is here by now, seems to lead to. */
static inline void stat_find_fetch_entry(const struct stat_table *t, uint32_t hash)
{
	uint32_t slot = t->slots[hash & (t->slot_count - 1)];

	if (slot && (slot & ~STAT_INDEX_MASK) == stat_slot_tag(hash))
		stat_entry_fetch(t, (slot & STAT_INDEX_MASK) - 1);
}

#ifdef __SSE2__
static inline __m128i stat_four_look(const __m128i *slots, __m128i bits, __m128i tag)
{
	const __m128i four = _mm_loadu_si128(slots);

	return _mm_or_si128(_mm_cmpeq_epi32(four, _mm_setzero_si128()),
			    _mm_cmpeq_epi32(_mm_and_si128(four, bits), tag));
}
#endif

/* Which of the slots of a line are empty or have the tag, a bit each, the first one's lowest. */
static inline uint32_t stat_line_look(const uint32_t *slots, uint32_t tag)
{
#ifdef __SSE2__
	const __m128i bits = _mm_set1_epi32((int)~STAT_INDEX_MASK), sought = _mm_set1_epi32((int)tag);
	const __m128i *fours = (const __m128i *)slots;

	return (uint32_t)_mm_movemask_epi8(
		_mm_packs_epi16(_mm_packs_epi32(stat_four_look(fours, bits, sought),
						stat_four_look(fours + 1, bits, sought)),
				_mm_packs_epi32(stat_four_look(fours + 2, bits, sought),
						stat_four_look(fours + 3, bits, sought))));
#else
	uint32_t found = 0;

	for (unsigned i = 0; i < STAT_SLOTS_NEAR; i++)
		found |= (uint32_t)(!slots[i] || (slots[i] & ~STAT_INDEX_MASK) == tag) << i;
	return found;
#endif
}

/* The entry that a slot in use leads to. */
static inline struct stat_entry *stat_find_entry(const struct stat_table *t, uint32_t slot)
{
	return stat_entry_at(t, (slot & STAT_INDEX_MASK) - 1);
}

/*
 * Where who is sought is found or would be, in a table that has slots: in the line that was fetched,
 * or those behind it.
 */
static inline uint32_t *stat_find_slot(const struct stat_table *t, uint32_t hash,
				       stat_same_fn *same, const void *sought)
{
	uint32_t mask = t->slot_count - 1, first = hash % STAT_SLOTS_NEAR;

	for (uint32_t at = hash & mask & -STAT_SLOTS_NEAR;; at = (at + STAT_SLOTS_NEAR) & mask) {
		uint32_t here = stat_line_look(&t->slots[at], stat_slot_tag(hash));

		for (here = (here | here << STAT_SLOTS_NEAR) >> first & 0xffff; here; here &= here - 1) {
			uint32_t *slot = &t->slots[at + (first + (uint32_t)__builtin_ctz(here)) % STAT_SLOTS_NEAR];

			if (!*slot || same(t, stat_find_entry(t, *slot), sought))
				return slot;
		}
	}
}

#endif
