/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A thread that counts for a large table what another one reads. Only packet/stat_*.c includes
 * this.
 *
 * Theory of operation. A table that lies in no cache, and whose memory is got from the system as it
 * grows, costs as much as reading the capture. So packets go to a thread of the table's own in
 * blocks; three go round: one is filled, the others wait or are counted. The table belongs to that
 * thread from stat_aside_new() to stat_aside_end(). What is counted does not depend on it: packets
 * come in their order, and a budget stands among them where it was given.
 */
#ifndef SONDE_PACKET_STAT_ASIDE_H
#define SONDE_PACKET_STAT_ASIDE_H

#include "packet/stat_entry.h"

#define STAT_ASIDE_BLOCK 2048 /* packets: so many that waking the thread does not count */

struct stat_aside;

/* One packet, or a new budget. */
struct stat_aside_item {
	uint64_t number[2]; /* of the key; if long, where its sides stand; or the budget */
	uint32_t flags;     /* of the key */
	bool turned;
	bool budget;
	struct stat_packet packet;
};

struct stat_aside_block {
	uint32_t count;
	uint32_t long_count;
	struct stat_aside_item items[STAT_ASIDE_BLOCK];
	struct stat_long longs[STAT_ASIDE_BLOCK];
};

/* Counts all of a block. */
typedef void stat_aside_fn(struct stat_table *t, const struct stat_aside_block *block);

/* Starts the thread; t stays where it is. NULL: count yourself. */
struct stat_aside *stat_aside_new(struct stat_table *t, stat_aside_fn *fn);

/* Hands over what is left, waits for the end and frees: the table is the caller's again. */
void stat_aside_end(struct stat_aside *a);

/* A block that is full goes to the thread; returns the next one, empty. */
struct stat_aside_block *stat_aside_next(struct stat_aside *a);

/* The block that is being filled: ask anew once it was full. */
struct stat_aside_block *stat_aside_block(struct stat_aside *a);

/* Adds a packet of a short key to a block that has room for it. */
static inline void stat_aside_add(struct stat_aside_block *b, const struct stat_key *key,
				  const struct stat_packet *packet)
{
	struct stat_aside_item *item = &b->items[b->count++];

	item->number[0] = key->number[0];
	item->number[1] = key->number[1];
	item->flags = key->flags;
	item->turned = key->turned;
	item->budget = false;
	item->packet = *packet;
}

/* The same for any key. */
static inline void stat_aside_add_any(struct stat_aside_block *b, const struct stat_key *key,
				      const struct stat_packet *packet)
{
	stat_aside_add(b, key, packet);
	if (!(key->flags & STAT_KEY_LONG))
		return;
	b->items[b->count - 1].number[0] = b->long_count;
	b->longs[b->long_count++] = (struct stat_long) {{key->sides[0], key->sides[1]}};
}

/* The key of an item that is a packet, but for its hash. */
static inline void stat_aside_key(const struct stat_aside_block *b,
				  const struct stat_aside_item *item, struct stat_key *ret_key)
{
	ret_key->number[0] = item->number[0];
	ret_key->number[1] = item->number[1];
	ret_key->flags = item->flags;
	ret_key->turned = item->turned;
	if (item->flags & STAT_KEY_LONG) {
		ret_key->sides[0] = b->longs[item->number[0]].sides[0];
		ret_key->sides[1] = b->longs[item->number[0]].sides[1];
	}
}

#endif
