// SPDX-License-Identifier: Apache-2.0
// A table of conversations or endpoints with their counts: counting in it. See the header.
#include "packet/stat_table.h"

#include <stdlib.h>

#include "base/big.h"
#include "packet/stat_aside.h"
#include "packet/stat_count.h"
#include "packet/stat_recent.h"

#define ASIDE_FROM 32768u /* entries: a thread more is worth it from here on */

/* What is not counted yet; blocks come with room that is set when it is used. */
struct stat_queue {
	struct stat_block *filling; /* own, or the thread's */
	struct stat_block own;
	struct stat_recent recent[STAT_RECENT];
};

static const uint32_t entry_sizes[] = {
	[STAT_ENDPOINTS] = sizeof(struct stat_entry),
	[STAT_TALKS] = sizeof(struct stat_timed_entry),
	[STAT_STREAMS] = sizeof(struct stat_stream_entry),
};

static_assert(sizeof(entry_sizes) / sizeof(entry_sizes[0]) == STAT_STREAMS + 1, "one a form");

void stat_table_init(struct stat_table *t, enum stat_form form, const struct hash_key *key)
{
	*t = (struct stat_table) {.form = form, .entry_size = entry_sizes[form]};
	stat_secret_init(&t->secret, key);
	t->queue = aligned_alloc(_Alignof(struct stat_queue), sizeof(*t->queue));
	if (!t->queue)
		return;
	t->queue->filling = &t->queue->own;
	stat_block_begin(&t->queue->own, false);
	for (unsigned i = 0; i < STAT_RECENT; i++)
		stat_recent_clear(&t->queue->recent[i]);
}

void stat_table_done(struct stat_table *t)
{
	if (t->aside)
		stat_aside_end(t->aside);
	big_free(t->entries, (size_t)t->room * t->entry_size);
	big_free(t->slots, t->slot_count * sizeof(*t->slots));
	big_free(t->wide, t->wide_room * sizeof(*t->wide));
	big_free(t->longs, t->long_room * sizeof(*t->longs));
	free(t->queue);
	*t = (struct stat_table) {0};
}

/* Counts what waits with us. */
static void settle(struct stat_table *t)
{
	stat_count_block(t, &t->queue->own);
	stat_block_begin(&t->queue->own, false);
}

/* ---- Putting packets where they wait ---- */

/* Empties a block, or takes another one. */
static struct stat_block *next_block(struct stat_table *t)
{
	if (t->aside)
		t->queue->filling = stat_aside_next(t->aside);
	else
		settle(t);
	return t->queue->filling;
}

/* A block with room for an item. */
static inline struct stat_block *block_of(struct stat_table *t)
{
	struct stat_block *b = t->queue->filling;

	return b->count < b->most ? b : next_block(t);
}

/* The sums of a place go to the block. */
static void put_sums(struct stat_table *t, struct stat_recent *r)
{
	struct stat_key key = {.pair = r->pair, .flags = r->flags};
	struct stat_packet packet = {.first = r->first, .last = r->last};

	for (unsigned side = 0; r->summed && side < 2; side++) {
		if (!r->packets[side])
			continue;
		packet.side = (uint8_t)side;
		packet.packets = r->packets[side];
		packet.bytes = r->bytes[side];
		stat_block_add(block_of(t), &key, &packet);
	}
	r->summed = false;
}

static void put_all_sums(struct stat_table *t)
{
	for (unsigned i = 0; i < STAT_RECENT; i++)
		put_sums(t, &t->queue->recent[i]);
}

/*
 * Takes a packet to the sums of its short key; false when it must go to the table: the first one
 * of its key, and all of streams.
 */
static inline bool put_recent(struct stat_table *t, const struct stat_key *key,
			      const struct stat_packet *p)
{
	struct stat_recent *r;

	if (t->form == STAT_STREAMS)
		return false;
	r = stat_recent_at(t->queue->recent, key);
	if (stat_recent_is(r, key) && stat_recent_add(r, p))
		return true;
	if (r->summed)
		put_sums(t, r);
	stat_recent_begin(r, key);
	return false;
}

static void put(struct stat_table *t, const struct stat_key *key, const struct stat_packet *p)
{
	if (!t->queue)
		t->left_out++;
	else if (key->flags & STAT_KEY_LONG || !put_recent(t, key, p))
		stat_block_add(block_of(t), key, p);
}

/*
 * The same for a short key: what most of a scan is. Where the compiler sees that nothing is pointed
 * to, key and packet are made in registers; hence copies for what is rare.
 */
static inline void put_short(struct stat_table *t, const struct stat_key *key,
			     const struct stat_packet *p)
{
	struct stat_packet packet;
	struct stat_key copy;

	if (!t->queue || p->bytes > UINT16_MAX) {
		packet = *p;
		copy = *key;
		put(t, &copy, &packet);
		return;
	}
	if (!put_recent(t, key, p))
		stat_block_add_short(block_of(t), key, p);
}

void stat_table_settle(struct stat_table *t)
{
	if (!t->queue)
		return;
	put_all_sums(t);
	if (t->aside)
		stat_aside_end(t->aside);
	t->aside = NULL;
	t->queue->filling = &t->queue->own;
	settle(t);
}

/* Gives a table that is large by now a thread. */
static void begin_aside(struct stat_table *t)
{
	t->aside = stat_aside_new(t, stat_count_block);
	t->alone = !t->aside;
	if (t->aside)
		t->queue->filling = stat_aside_block(t->aside);
}

bool stat_table_allow(struct stat_table *t, uint64_t bytes)
{
	if (!t->queue)
		return false;
	put_all_sums(t);
	if (t->aside) {
		stat_block_add_budget(block_of(t), bytes);
		return true;
	}
	settle(t);
	t->budget = bytes;
	if (!t->alone && t->count >= ASIDE_FROM)
		begin_aside(t);
	return t->aside;
}

void stat_table_spare(struct stat_table *t, const struct thread_spare *spare)
{
	stat_aside_spare(t->aside, spare);
}

void stat_table_talk(struct stat_table *t, const struct stat_talk *talk, nsec_t time, uint32_t len)
{
	struct stat_packet packet = {
		.bytes = len,
		.packets = 1,
		.numbers =
			{
				.syn = talk->flags & TCP_SYN,
				.acks = talk->flags & TCP_ACK,
				.seq = talk->seq,
				.ack = talk->ack,
			},
		.first = time,
		.last = time,
	};
	struct stat_key key;

	stat_key_set(&key, &talk->from, &talk->to);
	packet.side = key.turned;
	put(t, &key, &packet);
}

void stat_table_side(struct stat_table *t, const struct stat_side *side, bool sent, uint32_t len)
{
	static const struct stat_side nobody = {SIDE_NONE};
	struct stat_packet packet = {.bytes = len, .packets = 1};
	struct stat_key key;

	stat_key_set(&key, side, &nobody);
	packet.side = sent ? key.turned : !key.turned;
	put(t, &key, &packet);
}

/* One that an item has no room for. */
static void put_segment(struct stat_table *t, const struct bare *bare, nsec_t time, uint32_t len)
{
	struct stat_talk talk;

	stat_bare_talk(bare, &talk);
	if (t->form != STAT_ENDPOINTS) {
		stat_table_talk(t, &talk, time, len);
		return;
	}
	stat_table_side(t, &talk.from, true, len);
	stat_table_side(t, &talk.to, false, len);
}

void stat_table_bare_segments(struct stat_table *t, const struct stat_bares *b)
{
	for (unsigned i = 0; i < b->count; i++) {
		nsec_t time = b->frames[i].time - b->first;
		uint32_t len = b->frames[i].wire_len;

		if (t->queue && len <= UINT16_MAX)
			stat_block_add_bare(block_of(t), &b->bares[i], time, len);
		else
			put_segment(t, &b->bares[i], time, len);
	}
}

void stat_table_bare_talks(struct stat_table *t, const struct stat_bares *b, enum side_kind kind,
			   const struct stat_ends *ends)
{
	for (unsigned i = 0; i < b->count; i++) {
		nsec_t time = b->frames[i].time - b->first;
		struct stat_key key;

		stat_key_set_short(&key, kind, ends[i].from, ends[i].to);
		put_short(t, &key,
			  &(struct stat_packet) {
				  .bytes = b->frames[i].wire_len,
				  .packets = 1,
				  .side = key.turned,
				  .first = time,
				  .last = time,
			  });
	}
}

static inline void put_end(struct stat_table *t, enum side_kind kind, uint64_t number, bool sent,
			   uint32_t len)
{
	struct stat_key key;

	stat_key_set_end(&key, kind, number);
	put_short(t, &key, &(struct stat_packet) {.bytes = len, .packets = 1, .side = sent});
}

void stat_table_bare_sides(struct stat_table *t, const struct stat_bares *b, enum side_kind kind,
			   const struct stat_ends *ends)
{
	for (unsigned i = 0; i < b->count; i++) {
		put_end(t, kind, ends[i].from, true, b->frames[i].wire_len);
		put_end(t, kind, ends[i].to, false, b->frames[i].wire_len);
	}
}
