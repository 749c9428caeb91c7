// SPDX-License-Identifier: Apache-2.0
// Finds the entries of a table, and makes them. See the header.
#include "packet/stat_find.h"

#include <stdlib.h>
#include <string.h>

#include "base/big.h"
#include "packet/stat_aside.h"
#include "packet/stat_item.h"

#define ROOM_FIRST  256u
#define SLOTS_FIRST 2048u
#define SLOTS_TIMES 4u /* so many more at once: who is found already must find a new place */
#define LOAD_GOOD   5u /* there are more slots when five eighths are used, if memory allows, */
#define LOAD_MOST   7u /* else at seven */
#define LOAD_DEN    8u

static bool same(const struct stat_table *t, const struct stat_entry *e, const void *sought)
{
	const struct stat_key *key = sought;
	const struct stat_long *l;

	if ((e->flags ^ key->flags) & STAT_KEY_FLAGS)
		return false;
	if (!(e->flags & STAT_KEY_LONG))
		return stat_pair_same(&e->pair, &key->pair);
	l = &t->longs[e->pair.high[0]];
	return !stat_side_compare(&l->sides[0], &key->sides[0]) &&
	       !stat_side_compare(&l->sides[1], &key->sides[1]);
}

/* Where the entry of this key is or would be. */
static uint32_t *find_slot(const struct stat_table *t, const struct stat_key *key)
{
	return stat_find_slot(t, key->hash, same, key);
}

static uint64_t bytes_taken(const struct stat_table *t)
{
	return (uint64_t)t->room * t->entry_size + t->slot_count * sizeof(*t->slots) +
	       t->wide_room * sizeof(*t->wide) + t->long_room * sizeof(*t->longs);
}

bool stat_table_room(struct stat_table *t, void **items, uint32_t count, uint32_t *room,
		     size_t size)
{
	uint64_t step = *room ? *room / 4 : ROOM_FIRST;
	uint64_t taken;
	void *bigger;

	if (count < *room)
		return true;
	taken = bytes_taken(t);
	if (taken + size > t->budget)
		return false;
	if (step * size > t->budget - taken)
		step = (t->budget - taken) / size;
	if (t->aside)
		stat_aside_hold(t->aside);
	bigger = big_resize(*items, *room * size, (*room + step) * size);
	if (bigger) {
		*items = bigger;
		*room += (uint32_t)step;
	}
	if (t->aside)
		stat_aside_release(t->aside);
	return bigger;
}

/* The key that an entry was made for. */
static void key_of(const struct stat_table *t, const struct stat_entry *e, struct stat_key *key)
{
	const struct stat_long *l;

	key->flags = e->flags & STAT_KEY_FLAGS;
	key->pair = e->pair;
	if (e->flags & STAT_KEY_LONG) {
		l = &t->longs[e->pair.high[0]];
		key->sides[0] = l->sides[0];
		key->sides[1] = l->sides[1];
	}
	key->hash = stat_key_hash(&t->secret, key);
}

/* Later entries of a key take the place of earlier ones. */
static void fill_slots(struct stat_table *t)
{
	struct stat_key keys[STAT_KEYS_AHEAD];

	for (uint32_t at = 0; at < t->count; at += STAT_KEYS_AHEAD) {
		uint32_t count = t->count - at < STAT_KEYS_AHEAD ? t->count - at : STAT_KEYS_AHEAD;

		for (uint32_t i = 0; i < count; i++) {
			key_of(t, stat_entry_at(t, at + i), &keys[i]);
			stat_find_fetch(t, keys[i].hash);
		}
		for (uint32_t i = 0; i < count; i++)
			*find_slot(t, &keys[i]) = stat_slot_tag(keys[i].hash) | (at + i + 1);
	}
}

/* The same memory, and more behind it: new memory is what a large table costs most. */
static bool make_slots(struct stat_table *t)
{
	size_t had = t->slot_count * sizeof(*t->slots);
	size_t size = had ? had * SLOTS_TIMES : SLOTS_FIRST * sizeof(*t->slots);
	uint32_t *slots;

	if (bytes_taken(t) - had + size > t->budget)
		return false;
	slots = big_resize(t->slots, had, size);
	if (!slots)
		return false;
	if (had)
		memset(slots, 0, had);
	t->slots = slots;
	t->slot_count = (uint32_t)(size / sizeof(*slots));
	fill_slots(t);
	return true;
}

static bool set_sides(struct stat_table *t, struct stat_entry *e, const struct stat_key *key)
{
	if (!(key->flags & STAT_KEY_LONG)) {
		e->pair = key->pair;
		return true;
	}
	if (!stat_table_room(t, (void **)&t->longs, t->long_count, &t->long_room,
			     sizeof(*t->longs)))
		return false;
	e->pair.high[0] = t->long_count;
	t->longs[t->long_count++] = (struct stat_long) {{key->sides[0], key->sides[1]}};
	return true;
}

/* Up to how many entries the next one needs no memory, nor a look whether there is any. */
static void note_ready(struct stat_table *t)
{
	uint32_t good = t->slot_count / LOAD_DEN * LOAD_GOOD;
	uint32_t most = t->slot_count / LOAD_DEN * LOAD_MOST;

	t->ready = t->count <= good ? good : most;
	if (t->ready > t->room)
		t->ready = t->room;
	if (t->ready > STAT_COUNT_MAX)
		t->ready = STAT_COUNT_MAX;
}

struct stat_entry *stat_find_add(struct stat_table *t, const struct stat_key *key, uint32_t *slot,
				 nsec_t time)
{
	struct stat_entry *e;

	if (t->count == STAT_COUNT_MAX ||
	    !stat_table_room(t, (void **)&t->entries, t->count, &t->room, t->entry_size))
		return NULL;
	e = stat_entry_at(t, t->count); /* zero, or what found no room for its sides */
	*e = (struct stat_entry) {.flags = key->flags};
	if (key->turned)
		e->flags |= STAT_ENTRY_TURNED;
	if (t->form != STAT_ENDPOINTS)
		stat_entry_timed(e)->first = time;
	if (!set_sides(t, e, key))
		return NULL;
	*slot = stat_slot_tag(key->hash) | ++t->count;
	note_ready(t);
	return e;
}

/*
 * True when more slots leave memory for the entries they are for: nobody is left out for them.
 */
static bool has_plenty(const struct stat_table *t)
{
	uint64_t count = t->slot_count ? (uint64_t)t->slot_count * SLOTS_TIMES : SLOTS_FIRST;

	return count * sizeof(*t->slots) + count / LOAD_DEN * LOAD_MOST * t->entry_size <=
	       t->budget;
}

/* Makes room in the slots for one more entry; false when there is none. */
static bool room_for_slot(struct stat_table *t)
{
	if (t->count == t->slot_count / LOAD_DEN * LOAD_GOOD && has_plenty(t))
		make_slots(t);
	return t->count < t->slot_count / LOAD_DEN * LOAD_MOST || make_slots(t);
}

struct stat_entry *stat_find(struct stat_table *t, const struct stat_key *key, nsec_t time,
			     uint32_t **ret_slot)
{
	uint32_t had = t->slot_count;

	if (!had && !make_slots(t))
		return NULL;
	*ret_slot = find_slot(t, key);
	if (**ret_slot)
		return stat_find_entry(t, **ret_slot);
	if (!room_for_slot(t))
		return NULL;
	if (t->slot_count != had)
		*ret_slot = find_slot(t, key);
	return stat_find_add(t, key, *ret_slot, time);
}
