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
	uint32_t mask = t->slot_count - 1, tag = stat_slot_tag(hash);
	uint32_t at = hash & mask;

	for (uint32_t i = 1; t->slots[at]; i++) {
		if ((t->slots[at] & ~STAT_INDEX_MASK) == tag &&
		    same(t, stat_find_entry(t, t->slots[at]), sought))
			break;
		if (i % STAT_SLOTS_NEAR == 0)
			at += STAT_SLOTS_NEAR;
		at = ((at & -STAT_SLOTS_NEAR) | ((at + 1) & (STAT_SLOTS_NEAR - 1))) & mask;
	}
	return &t->slots[at];
}

#endif
