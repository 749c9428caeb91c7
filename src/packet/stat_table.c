// SPDX-License-Identifier: Apache-2.0
// A table of conversations or endpoints with their counts: counting in it. See the header.
#include "packet/stat_table.h"

#include <stdlib.h>

#include "base/big.h"
#include "packet/stat_aside.h"
#include "packet/stat_entry.h"
#include "packet/stat_find.h"

#define RECENT      64u                 /* a power of two */
#define ASIDE_FROM  32768u              /* entries: a thread more is worth it from here on */
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
	struct waiting items[STAT_KEYS_AHEAD];
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

	e = stat_find(t, &w->key, w->packet.time, &slot);
	if (e && w->packet.streams && stat_entry_reused(e, &w->packet)) {
		e = stat_find_add(t, &w->key, slot, w->packet.time);
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

static void settle(struct stat_table *t)
{
	struct stat_queue *q = t->queue;

	for (uint32_t i = 0; q && t->slot_count && i < q->count; i++)
		stat_find_fetch_entry(t, &q->items[i].key);
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
	if (t->queue->count == STAT_KEYS_AHEAD)
		settle(t);
	w = &t->queue->items[t->queue->count++];
	stat_key_copy(&w->key, key);
	w->packet = *p;
	stat_key_hash(&t->secret, &w->key);
	if (t->slot_count)
		stat_find_fetch(t, &w->key);
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
