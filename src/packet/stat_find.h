/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Finds the entries of a table, and makes them. Only packet/stat_*.c includes this.
 *
 * Theory of operation. Open addressing under a keyed hash. Slots become four times as many when
 * five eighths are used, if the budget also holds the entries they are for, else at seven. What a
 * look needs is fetched before: the slot first, then the entry it seems to lead to.
 */
#ifndef SONDE_PACKET_STAT_FIND_H
#define SONDE_PACKET_STAT_FIND_H

#include "packet/stat_entry.h"

#define STAT_SLOTS_NEAR 16 /* of one line of memory */

/* The entry of this key and its slot, a new one when there is none; NULL when it cannot be. */
struct stat_entry *stat_find(struct stat_table *t, const struct stat_key *key, nsec_t time,
			     uint32_t **ret_slot);

/* A new entry that is found in this slot from now on; NULL when there is no room for it. */
struct stat_entry *stat_find_add(struct stat_table *t, const struct stat_key *key, uint32_t *slot,
				 nsec_t time);

/* What a slot holds besides the index: bits of the hash that its place does not tell. */
static inline uint32_t stat_slot_tag(uint32_t hash)
{
	return hash & ~STAT_INDEX_MASK;
}

/* Has the memory of a key's slot fetched, and that behind it. */
static inline void stat_find_fetch(const struct stat_table *t, const struct stat_key *key)
{
	const uint32_t *slot = &t->slots[key->hash & (t->slot_count - 1)];

	__builtin_prefetch(slot);
	__builtin_prefetch(slot + STAT_SLOTS_NEAR); /* one in two is looked for there, too */
}

/* Has the entry fetched that a slot, which is here by now, seems to lead to. */
static inline void stat_find_fetch_entry(const struct stat_table *t, const struct stat_key *key)
{
	uint32_t slot = t->slots[key->hash & (t->slot_count - 1)];

	if (slot && (slot & ~STAT_INDEX_MASK) == stat_slot_tag(key->hash))
		stat_entry_fetch(t, (slot & STAT_INDEX_MASK) - 1);
}

#endif
