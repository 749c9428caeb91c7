// SPDX-License-Identifier: Apache-2.0
// Finds the entries of a table, and makes them. See the header.
#include "packet/stat_find.h"

#include <stdlib.h>
#include <string.h>

#include "base/big.h"

#define ROOM_FIRST  256u
#define SLOTS_FIRST 1024u
#define LOAD_GOOD   5u /* slots are doubled when five eighths are used, if memory allows, */
#define LOAD_MOST   7u /* else at seven */
#define LOAD_DEN    8u

static bool same(const struct stat_table *t, const struct stat_entry *e, const struct stat_key *key)
{
	const struct stat_long *l;

	if ((e->flags ^ key->flags) & STAT_KEY_FLAGS)
		return false;
	if (!(e->flags & STAT_KEY_LONG))
		return stat_number_get(e->side[0]) == key->number[0] &&
		       stat_number_get(e->side[1]) == key->number[1];
	l = &t->longs[stat_number_get(e->side[0])];
	return !stat_side_compare(&l->sides[0], &key->sides[0]) &&
	       !stat_side_compare(&l->sides[1], &key->sides[1]);
}

/* Where the entry of this key is or would be. */
static uint32_t *find_slot(const struct stat_table *t, const struct stat_key *key)
{
	uint32_t mask = t->slot_count - 1;
	uint32_t tag = stat_slot_tag(key->hash);
	uint32_t at = key->hash & mask;

	while (t->slots[at]) {
		uint32_t slot = t->slots[at];

		if ((slot & ~STAT_INDEX_MASK) == tag &&
		    same(t, &t->entries[(slot & STAT_INDEX_MASK) - 1], key))
			break;
		at = (at + 1) & mask;
	}
	return &t->slots[at];
}

static uint64_t bytes_taken(const struct stat_table *t)
{
	return t->room * sizeof(*t->entries) + t->slot_count * sizeof(*t->slots) +
	       t->wide_room * sizeof(*t->wide) + t->long_room * sizeof(*t->longs);
}

bool stat_table_room(struct stat_table *t, void **items, uint32_t count, uint32_t *room,
		     size_t size)
{
	uint64_t taken = bytes_taken(t);
	uint64_t step = *room ? *room / 4 : ROOM_FIRST;
	void *bigger;

	if (count < *room)
		return true;
	if (taken + size > t->budget)
		return false;
	if (step * size > t->budget - taken)
		step = (t->budget - taken) / size;
	bigger = big_resize(*items, *room * size, (*room + step) * size);
	if (!bigger)
		return false;
	*items = bigger;
	*room += (uint32_t)step;
	return true;
}

/* The key that an entry was made for. */
static void key_of(const struct stat_table *t, const struct stat_entry *e, struct stat_key *key)
{
	const struct stat_long *l;

	key->flags = e->flags & STAT_KEY_FLAGS;
	key->number[0] = stat_number_get(e->side[0]);
	key->number[1] = stat_number_get(e->side[1]);
	if (e->flags & STAT_KEY_LONG) {
		l = &t->longs[key->number[0]];
		key->sides[0] = l->sides[0];
		key->sides[1] = l->sides[1];
	}
	stat_key_hash(&t->secret, key);
}

/* Later entries of a key take the place of earlier ones. */
static void fill_slots(struct stat_table *t)
{
	struct stat_key keys[STAT_KEYS_AHEAD];

	for (uint32_t at = 0; at < t->count; at += STAT_KEYS_AHEAD) {
		uint32_t count = t->count - at < STAT_KEYS_AHEAD ? t->count - at : STAT_KEYS_AHEAD;

		for (uint32_t i = 0; i < count; i++) {
			key_of(t, &t->entries[at + i], &keys[i]);
			stat_find_fetch(t, &keys[i]);
		}
		for (uint32_t i = 0; i < count; i++)
			*find_slot(t, &keys[i]) = stat_slot_tag(keys[i].hash) | (at + i + 1);
	}
}

static bool make_slots(struct stat_table *t)
{
	uint32_t count = t->slot_count ? t->slot_count * 2 : SLOTS_FIRST;
	uint32_t *slots;

	if (bytes_taken(t) + count * sizeof(*slots) > t->budget)
		return false;
	slots = big_resize(NULL, 0, count * sizeof(*slots));
	if (!slots)
		return false;
	big_free(t->slots, t->slot_count * sizeof(*slots));
	t->slots = slots;
	t->slot_count = count;
	fill_slots(t);
	return true;
}

static bool set_sides(struct stat_table *t, struct stat_entry *e, const struct stat_key *key)
{
	if (!(key->flags & STAT_KEY_LONG)) {
		stat_number_put(e->side[0], key->number[0]);
		stat_number_put(e->side[1], key->number[1]);
		return true;
	}
	if (!stat_table_room(t, (void **)&t->longs, t->long_count, &t->long_room,
			     sizeof(*t->longs)))
		return false;
	stat_number_put(e->side[0], t->long_count);
	t->longs[t->long_count++] = (struct stat_long) {{key->sides[0], key->sides[1]}};
	return true;
}

struct stat_entry *stat_find_add(struct stat_table *t, const struct stat_key *key, uint32_t *slot,
				 nsec_t time)
{
	struct stat_entry *e;

	if (t->count == STAT_COUNT_MAX ||
	    !stat_table_room(t, (void **)&t->entries, t->count, &t->room, sizeof(*t->entries)))
		return NULL;
	e = &t->entries[t->count];
	*e = (struct stat_entry) {.first = time, .flags = key->flags};
	if (key->turned)
		e->flags |= STAT_ENTRY_TURNED;
	if (!set_sides(t, e, key))
		return NULL;
	*slot = stat_slot_tag(key->hash) | ++t->count;
	return e;
}

/*
 * True when twice the slots leave memory for the entries they are for: nobody is left out for them.
 */
static bool has_plenty(const struct stat_table *t)
{
	uint64_t count = t->slot_count ? (uint64_t)t->slot_count * 2 : SLOTS_FIRST;

	return count * sizeof(*t->slots) +
		       count / LOAD_DEN * LOAD_MOST * sizeof(struct stat_entry) <=
	       t->budget;
}

struct stat_entry *stat_find(struct stat_table *t, const struct stat_key *key, nsec_t time,
			     uint32_t **ret_slot)
{
	struct stat_entry *e = NULL;
	bool full;

	if (t->count == t->slot_count / LOAD_DEN * LOAD_GOOD && has_plenty(t))
		make_slots(t);
	full = t->count >= t->slot_count / LOAD_DEN * LOAD_MOST && !make_slots(t);

	if (t->slot_count) {
		*ret_slot = find_slot(t, key);
		if (**ret_slot)
			return &t->entries[(**ret_slot & STAT_INDEX_MASK) - 1];
		if (!full)
			e = stat_find_add(t, key, *ret_slot, time);
	}
	if (!e)
		t->left_out++;
	return e;
}
