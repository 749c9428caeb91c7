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
#include "packet/stat_line.h"

/* The entry of this key and its slot, a new one when there is none; NULL when it cannot be. */
struct stat_entry *stat_find(struct stat_table *t, const struct stat_key *key, nsec_t time,
			     uint32_t **ret_slot);

/* A new entry that is found in this slot from now on; NULL when there is no room for it. */
struct stat_entry *stat_find_add(struct stat_table *t, const struct stat_key *key, uint32_t *slot,
				 nsec_t time);

/* Whether an entry is the one that is sought. */
typedef bool stat_same_fn(const struct stat_table *t, const struct stat_entry *e,
			  const void *sought);

/* The entry that a slot in use leads to. */
static inline struct stat_entry *stat_find_entry(const struct stat_table *t, uint32_t slot)
{
	return stat_entry_at(t, (slot & STAT_INDEX_MASK) - 1);
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

	if (slot && stat_slot_tag(slot) == stat_slot_tag(hash))
		stat_entry_fetch(t, (slot & STAT_INDEX_MASK) - 1);
}

/*
 * Where who is sought is found or would be, in a table that has slots: in the line that was fetched,
 * from the hash's own slot round, or in those behind it.
 */
static inline uint32_t *stat_find_slot(const struct stat_table *t, uint32_t hash,
				       stat_same_fn *same, const void *sought)
{
	uint32_t mask = t->slot_count - 1, own = hash % STAT_LINE_SLOTS;

	for (uint32_t at = hash & mask & -STAT_LINE_SLOTS;; at = (at + STAT_LINE_SLOTS) & mask) {
		uint32_t *line = &t->slots[at];
		uint32_t found = stat_line_look(line, stat_slot_tag(hash));

		/* Twice, so that a turn of the line is a shift. */
		found = (found | found << STAT_LINE_SLOTS) >> own & 0xffff;
		for (; found; found &= found - 1) {
			unsigned behind = (unsigned)__builtin_ctz(found);
			uint32_t *slot = &line[(own + behind) % STAT_LINE_SLOTS];

			if (!*slot || same(t, stat_find_entry(t, *slot), sought))
				return slot;
		}
	}
}

#endif
