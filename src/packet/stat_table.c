// SPDX-License-Identifier: Apache-2.0
// A table of conversations or endpoints with their counts. See the header.
#include "packet/stat_table.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/big.h"
#include "packet/stat_aside.h"
#include "packet/stat_entry.h"

#define ROOM_FIRST  256u
#define SLOTS_FIRST 1024u
#define LOAD_GOOD   5u /* slots are doubled when five eighths are used, if memory allows, */
#define LOAD_MOST   7u /* else at seven */
#define LOAD_DEN    8u
#define KEYS_AHEAD  32u    /* keys whose slots are fetched before the first is looked at */
#define SLOTS_NEAR  16     /* of one line of memory */
#define RECENT      64u    /* a power of two */
#define ASIDE_FROM  32768u /* entries: a thread more is worth it from here on */
#define MIX_NUMBERS 0x9e3779b97f4a7c15u /* odd: 2^64 by the golden ratio */

/* An entry counted lately, by its short key. */
struct recent {
	uint64_t number[2];
	uint32_t flags;
	uint32_t entry; /* index + 1; 0: none */
};

/* A packet that waits to be counted. */
struct waiting {
	struct stat_key key;
	struct stat_packet packet;
};

struct stat_queue {
	struct waiting items[KEYS_AHEAD];
	uint32_t count;
	struct recent recent[RECENT];
};

void stat_table_init(struct stat_table *t, const struct hash_key *key)
{
	*t = (struct stat_table) {0};
	stat_secret_init(&t->secret, key);
	t->queue = calloc(1, sizeof(*t->queue));
}

void stat_table_done(struct stat_table *t)
{
	if (t->aside)
		stat_aside_end(t->aside);
	big_free(t->entries, t->room * sizeof(*t->entries));
	big_free(t->slots, t->slot_count * sizeof(*t->slots));
	big_free(t->wide, t->wide_room * sizeof(*t->wide));
	big_free(t->longs, t->long_room * sizeof(*t->longs));
	free(t->queue);
	*t = (struct stat_table) {0};
}

/* ---- Entries ---- */

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

/* What a slot holds besides the index: bits of the hash that its place does not tell. */
static uint32_t slot_tag(uint32_t hash)
{
	return hash & ~STAT_INDEX_MASK;
}

/* Where the entry of this key is or would be. */
static uint32_t *find_slot(const struct stat_table *t, const struct stat_key *key)
{
	uint32_t mask = t->slot_count - 1;
	uint32_t tag = slot_tag(key->hash);
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

/* Has the memory of a key's slot fetched, and that behind it. */
static void fetch_slot(const struct stat_table *t, const struct stat_key *key)
{
	const uint32_t *slot = &t->slots[key->hash & (t->slot_count - 1)];

	__builtin_prefetch(slot);
	__builtin_prefetch(slot + SLOTS_NEAR); /* one in two is looked for there, too */
}

/* Later entries of a key take the place of earlier ones. */
static void fill_slots(struct stat_table *t)
{
	struct stat_key keys[KEYS_AHEAD];

	for (uint32_t at = 0; at < t->count; at += KEYS_AHEAD) {
		uint32_t count = t->count - at < KEYS_AHEAD ? t->count - at : KEYS_AHEAD;

		for (uint32_t i = 0; i < count; i++) {
			key_of(t, &t->entries[at + i], &keys[i]);
			fetch_slot(t, &keys[i]);
		}
		for (uint32_t i = 0; i < count; i++)
			*find_slot(t, &keys[i]) = slot_tag(keys[i].hash) | (at + i + 1);
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

/* A new entry in its slot; NULL when there is no room for it. */
static struct stat_entry *add(struct stat_table *t, const struct stat_key *key, uint32_t *slot,
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
	*slot = slot_tag(key->hash) | ++t->count;
	return e;
}

/* True when twice the slots leave memory for the entries they are for: nobody is left out for them. */
static bool has_plenty(const struct stat_table *t)
{
	uint64_t count = t->slot_count ? (uint64_t)t->slot_count * 2 : SLOTS_FIRST;

	return count * sizeof(*t->slots) +
		       count / LOAD_DEN * LOAD_MOST * sizeof(struct stat_entry) <=
	       t->budget;
}

/* The entry of this key, a new one when there is none; NULL and left_out when it cannot be. */
static struct stat_entry *find(struct stat_table *t, const struct stat_key *key, nsec_t time,
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
			e = add(t, key, *ret_slot, time);
	}
	if (!e)
		t->left_out++;
	return e;
}

/* ---- Counting ---- */

/* Where an entry of this short key would be. */
static inline struct recent *recent_of(struct stat_table *t, const struct stat_key *key)
{
	uint64_t mixed = (key->number[0] * MIX_NUMBERS ^ key->number[1]) * MIX_NUMBERS;

	return &t->queue->recent[mixed >> 32 & (RECENT - 1)];
}

/*
 * Counts a packet of an entry counted lately; false when it is none. It overtakes those that wait,
 * which nothing tells but a connection's numbers: not for streams.
 */
static inline bool count_recent(struct stat_table *t, const struct stat_key *key,
				const struct stat_packet *p)
{
	const struct recent *r;

	if (p->streams || key->flags & STAT_KEY_LONG)
		return false;
	r = recent_of(t, key);
	if (!r->entry || r->flags != key->flags || r->number[0] != key->number[0] ||
	    r->number[1] != key->number[1])
		return false;
	t->left_out += !stat_entry_count(t, &t->entries[r->entry - 1], p);
	return true;
}

static void count_waiting(struct stat_table *t, const struct waiting *w)
{
	struct stat_entry *e;
	uint32_t *slot;

	e = find(t, &w->key, w->packet.time, &slot);
	if (e && w->packet.streams && stat_entry_reused(e, &w->packet)) {
		e = add(t, &w->key, slot, w->packet.time);
		t->left_out += !e;
	}
	if (!e)
		return;
	if (!w->packet.streams && !(w->key.flags & STAT_KEY_LONG))
		*recent_of(t, &w->key) = (struct recent) {
			.number = {w->key.number[0], w->key.number[1]},
			.flags = w->key.flags,
			.entry = (uint32_t)(e - t->entries) + 1,
		};
	t->left_out += !stat_entry_count(t, e, &w->packet);
}

/* Has the entry fetched that a slot, which is here by now, seems to lead to. */
static void fetch_entry(const struct stat_table *t, const struct stat_key *key)
{
	uint32_t slot = t->slots[key->hash & (t->slot_count - 1)];

	if (slot && (slot & ~STAT_INDEX_MASK) == slot_tag(key->hash))
		stat_entry_fetch(&t->entries[(slot & STAT_INDEX_MASK) - 1]);
}

static void settle(struct stat_table *t)
{
	struct stat_queue *q = t->queue;

	for (uint32_t i = 0; q && t->slot_count && i < q->count; i++)
		fetch_entry(t, &q->items[i].key);
	for (uint32_t i = 0; q && i < q->count; i++)
		count_waiting(t, &q->items[i]);
	if (q)
		q->count = 0;
}

/* Counts a packet, at once or when what it needs of memory is here. */
static inline void take(struct stat_table *t, const struct stat_key *key,
			const struct stat_packet *p)
{
	struct waiting *w;

	if (!t->queue) {
		t->left_out++;
		return;
	}
	if (count_recent(t, key, p))
		return;
	if (t->queue->count == KEYS_AHEAD)
		settle(t);
	w = &t->queue->items[t->queue->count++];
	stat_key_copy(&w->key, key);
	w->packet = *p;
	stat_key_hash(&t->secret, &w->key);
	if (t->slot_count)
		fetch_slot(t, &w->key);
}

/* What the thread does with a block; we do it with a packet. */
static void count_block(struct stat_table *t, const struct stat_aside_block *block)
{
	struct stat_key key;

	for (uint32_t i = 0; i < block->count; i++) {
		const struct stat_aside_item *item = &block->items[i];

		if (item->budget) {
			settle(t);
			t->budget = item->number[0];
			continue;
		}
		stat_aside_key(block, item, &key);
		take(t, &key, &item->packet);
	}
}

/* Room for an item to the thread. */
static inline struct stat_aside_block *block_of(struct stat_aside *a)
{
	struct stat_aside_block *b = stat_aside_block(a);

	return b->count < STAT_ASIDE_BLOCK ? b : stat_aside_next(a);
}

static inline void put_short(struct stat_table *t, const struct stat_key *key,
			     const struct stat_packet *p)
{
	if (t->aside)
		stat_aside_add(block_of(t->aside), key, p);
	else
		take(t, key, p);
}

static void put(struct stat_table *t, const struct stat_key *key, const struct stat_packet *p)
{
	if (t->aside)
		stat_aside_add_any(block_of(t->aside), key, p);
	else
		take(t, key, p);
}

void stat_table_settle(struct stat_table *t)
{
	if (t->aside)
		stat_aside_end(t->aside);
	t->aside = NULL;
	settle(t);
}

void stat_table_allow(struct stat_table *t, uint64_t bytes)
{
	struct stat_aside_block *b;

	if (t->aside) {
		b = block_of(t->aside);
		b->items[b->count++] = (struct stat_aside_item) {.number = {bytes}, .budget = true};
		return;
	}
	settle(t);
	t->budget = bytes;
	if (!t->alone && t->count >= ASIDE_FROM) {
		t->aside = stat_aside_new(t, count_block);
		t->alone = !t->aside;
	}
}

void stat_table_talk(struct stat_table *t, const struct stat_talk *talk, bool streams, nsec_t time,
		     uint32_t len)
{
	struct stat_packet packet = {
		.time = time,
		.len = len,
		.seq = talk->seq,
		.ack = talk->ack,
		.flags = talk->flags,
		.streams = streams,
	};
	struct stat_key key;

	stat_key_set(&key, &talk->from, &talk->to);
	packet.side = key.turned;
	put(t, &key, &packet);
}

void stat_table_side(struct stat_table *t, const struct stat_side *side, bool sent, uint32_t len)
{
	static const struct stat_side nobody = {SIDE_NONE};
	struct stat_packet packet = {.len = len};
	struct stat_key key;

	stat_key_set(&key, side, &nobody);
	packet.side = sent ? key.turned : !key.turned;
	put(t, &key, &packet);
}

void stat_table_bare_talks(struct stat_table *t, const struct stat_bares *b, enum side_kind kind,
			   const struct stat_ends *ends, bool streams)
{
	for (unsigned i = 0; i < b->count; i++) {
		struct stat_key key;

		stat_key_set_short(&key, kind, ends[i].from, ends[i].to);
		put_short(t, &key,
			  &(struct stat_packet) {
				  .time = b->frames[i].time - b->first,
				  .len = b->frames[i].wire_len,
				  .seq = b->bares[i].seq,
				  .ack = b->bares[i].ack,
				  .flags = b->bares[i].flags,
				  .streams = streams,
				  .side = key.turned,
			  });
	}
}

static inline void take_end(struct stat_table *t, enum side_kind kind, uint64_t number, bool sent,
			    uint32_t len)
{
	struct stat_key key;

	stat_key_set_end(&key, kind, number);
	put_short(t, &key, &(struct stat_packet) {.len = len, .side = sent});
}

void stat_table_bare_sides(struct stat_table *t, const struct stat_bares *b, enum side_kind kind,
			   const struct stat_ends *ends)
{
	for (unsigned i = 0; i < b->count; i++) {
		take_end(t, kind, ends[i].from, true, b->frames[i].wire_len);
		take_end(t, kind, ends[i].to, false, b->frames[i].wire_len);
	}
}
