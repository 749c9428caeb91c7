// SPDX-License-Identifier: Apache-2.0
// Counts in a table what waited in a block. See the header.
#include "packet/stat_count.h"

#include "packet/stat_find.h"

/* Any item. */
static void count_any(struct stat_table *t, const struct stat_block *b,
		      const struct stat_item *item, uint32_t hash)
{
	struct stat_packet packet;
	struct stat_entry *e;
	struct stat_key key;
	uint32_t *slot;

	if (stat_item_flags(item) & STAT_ITEM_BUDGET) {
		t->budget = (uint64_t)stat_item_time(item);
		return;
	}
	stat_item_key(b, item, hash, &key);
	stat_item_packet(b, item, &packet);
	e = stat_find(t, &key, packet.first, &slot);
	if (e && t->form == STAT_STREAMS && stat_entry_reused(e, &packet))
		e = stat_find_add(t, &key, slot, packet.first);
	if (!e || !stat_entry_count(t, e, &packet))
		t->left_out += packet.packets;
}

/* ---- A single packet of short sides, from its item ---- */

static inline unsigned side_of(const struct stat_item *item)
{
	return (stat_item_flags(item) & STAT_ITEM_SIDE) != 0;
}

static inline bool same(const struct stat_table *t, const struct stat_entry *e, const void *sought)
{
	const struct stat_item *item = sought;
	const struct stat_pair pair = stat_item_pair(item);

	(void)t;
	return !((e->flags ^ stat_item_flags(item)) & STAT_KEY_FLAGS) &&
	       stat_pair_same(&e->pair, &pair);
}

static inline void learn_base(struct stat_entry *e, const struct stat_item *item)
{
	const struct stat_numbers numbers = stat_item_numbers(item);

	stat_entry_learn_base(stat_entry_stream(e), side_of(item), &numbers);
}

/* A new entry for it, of which there is one ready: what is not set here is zero. */
static inline void begin_entry(struct stat_table *t, const struct stat_item *item, uint32_t hash,
			       uint32_t *slot, enum stat_form form)
{
	struct stat_entry *e = stat_entry_at(t, t->count);

	e->pair = stat_item_pair(item);
	e->flags = stat_item_flags(item) & (STAT_KEY_FLAGS | STAT_ENTRY_TURNED);
	e->packets[side_of(item)] = 1;
	e->bytes[side_of(item)] = stat_item_len(item);
	if (form != STAT_ENDPOINTS)
		stat_entry_timed(e)->first = stat_item_time(item);
	if (form == STAT_STREAMS)
		learn_base(e, item);
	*slot = stat_slot_tag(hash) | ++t->count;
}

/* Counts it in its entry; false, with nothing done, when that wants a closer look. */
static inline bool add_packet(struct stat_table *t, struct stat_entry *e,
			      const struct stat_item *item, enum stat_form form)
{
	unsigned side = side_of(item);
	uint32_t bytes = (uint32_t)e->bytes[side] + stat_item_len(item);
	struct stat_timed_entry *timed = stat_entry_timed(e);
	uint64_t span = 0;

	if (form == STAT_ENDPOINTS && e->flags & STAT_ENTRY_WIDE) {
		t->wide[e->wide].packets[side]++;
		t->wide[e->wide].bytes[side] += stat_item_len(item);
		return true;
	}
	if (form != STAT_ENDPOINTS)
		span = (uint64_t)stat_item_time(item) - (uint64_t)timed->first;
	if (e->flags & STAT_ENTRY_WIDE || e->packets[side] == UINT8_MAX || bytes > UINT16_MAX ||
	    span > UINT32_MAX || (form == STAT_STREAMS && stat_item_flags(item) & STAT_ITEM_SYN))
		return false;
	if (form == STAT_STREAMS)
		learn_base(e, item);
	e->packets[side]++;
	e->bytes[side] = (uint16_t)bytes;
	if (form != STAT_ENDPOINTS && span > timed->span)
		timed->span = (uint32_t)span;
	return true;
}

static inline bool count_single(struct stat_table *t, const struct stat_item *item, uint32_t hash,
				enum stat_form form)
{
	uint32_t *slot;

	if (stat_item_flags(item) & (STAT_ITEM_APART | STAT_ITEM_BUDGET) || !t->slot_count)
		return false;
	slot = stat_find_slot(t, hash, same, item);
	if (*slot)
		return add_packet(t, stat_find_entry(t, *slot), item, form);
	if (t->count >= t->ready)
		return false;
	begin_entry(t, item, hash, slot, form);
	return true;
}

/* ---- Blocks ---- */

/* Some items of a block as the table wants them, with their hashes. */
struct group {
	uint32_t count;
	uint32_t hashes[2 * STAT_KEYS_AHEAD];
	struct stat_item items[2 * STAT_KEYS_AHEAD];
};

/* Adds an item, both ends of a bare segment where ends are counted. */
static inline void add_item(const struct stat_table *t, const struct stat_item *item,
			    struct group *g)
{
	struct stat_item *next = &g->items[g->count++];

	*next = *item;
	if (!(stat_item_flags(item) & STAT_ITEM_SENT))
		return;
	if (t->form != STAT_ENDPOINTS) {
		stat_item_sort(next);
		return;
	}
	*next = stat_item_end(item, 0);
	g->items[g->count++] = stat_item_end(item, 1);
}

/* Takes STAT_KEYS_AHEAD items from number at on, or what is left, and has their slots fetched. */
static void begin_group(const struct stat_table *t, const struct stat_block *b, uint32_t at,
			struct group *g)
{
	uint32_t end = b->count - at < STAT_KEYS_AHEAD ? b->count : at + STAT_KEYS_AHEAD;

	g->count = 0;
	for (uint32_t i = at; i < end; i++)
		add_item(t, &b->items[i], g);
	for (uint32_t i = 0; i < g->count; i++) {
		g->hashes[i] = stat_item_hash(&t->secret, b, &g->items[i]);
		if (t->slot_count)
			stat_find_fetch(t, g->hashes[i]);
	}
}

static inline void count_group(struct stat_table *t, const struct stat_block *b,
			       const struct group *g, enum stat_form form)
{
	for (uint32_t i = 0; i < g->count; i++)
		if (!count_single(t, &g->items[i], g->hashes[i], form))
			count_any(t, b, &g->items[i], g->hashes[i]);
}

void stat_count_block(struct stat_table *t, const struct stat_block *b)
{
	struct group groups[2];

	begin_group(t, b, 0, &groups[0]);
	for (uint32_t at = 0; at < b->count; at += STAT_KEYS_AHEAD) {
		const struct group *g = &groups[at / STAT_KEYS_AHEAD % 2];
		uint32_t next = at + STAT_KEYS_AHEAD;

		for (uint32_t i = 0; t->slot_count && i < g->count; i++)
			stat_find_fetch_entry(t, g->hashes[i]);
		if (next < b->count)
			begin_group(t, b, next, &groups[next / STAT_KEYS_AHEAD % 2]);
		if (t->form == STAT_STREAMS)
			count_group(t, b, g, STAT_STREAMS);
		else if (t->form == STAT_TALKS)
			count_group(t, b, g, STAT_TALKS);
		else
			count_group(t, b, g, STAT_ENDPOINTS);
	}
}
