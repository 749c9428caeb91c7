/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Packets that wait to be counted in a table. Only packet/stat_*.c includes this.
 *
 * Theory of operation. Whoever reads a capture puts its packets into blocks; whoever has the table
 * counts them later, together, since what they need of memory is fetched in between. That may be
 * another thread (stat_aside.h), whose cache every item then has to reach: half a line holds the
 * single packet of a scan, and what it has no room for lies apart in the same block.
 */
#ifndef SONDE_PACKET_STAT_ITEM_H
#define SONDE_PACKET_STAT_ITEM_H

#include "packet/stat_entry.h"

#define STAT_BLOCK 2048 /* items: so many that waking a thread does not count */

/* What an item's flags hold besides STAT_KEY_FLAGS. */
#define STAT_ITEM_TURNED (1u << 5) /* the key is */
#define STAT_ITEM_SIDE   (1u << 6) /* of the packets is the second one */
#define STAT_ITEM_SYN    (1u << 7)
#define STAT_ITEM_ACKS   (1u << 8)
#define STAT_ITEM_APART  (1u << 9)  /* the rest is apart[seq] */
#define STAT_ITEM_BUDGET (1u << 10) /* no packet, but as many bytes as time from here on */

/* One packet of at most 65535 bytes between short sides, or what it says of others. */
struct stat_item {
	nsec_t time;
	struct stat_pair pair; /* of the key */
	uint32_t seq;
	uint32_t ack;
	uint16_t len;
	uint16_t flags;
};

static_assert(sizeof(struct stat_item) == 32, "half a line of the cache");

struct stat_apart {
	struct stat_key key;
	struct stat_packet packet;
};

struct stat_block {
	uint32_t count;
	uint32_t most; /* items that may wait, at most STAT_BLOCK */
	uint32_t apart_count;
	struct stat_item items[STAT_BLOCK];
	struct stat_apart apart[STAT_BLOCK];
};

/* Empties a block, in which so many items may wait from now on. */
static inline void stat_block_begin(struct stat_block *b, uint32_t most)
{
	b->count = 0;
	b->most = most;
	b->apart_count = 0;
}

/* Adds the one packet of at most 65535 bytes to a block that has room: what most of a scan is. */
static inline void stat_block_add_short(struct stat_block *b, const struct stat_key *key,
					const struct stat_packet *p)
{
	struct stat_item *item = &b->items[b->count++];

	item->time = p->first;
	item->pair = key->pair;
	item->seq = p->seq;
	item->ack = p->ack;
	item->len = (uint16_t)p->bytes;
	item->flags =
		(uint16_t)(key->flags | key->turned * STAT_ITEM_TURNED | p->side * STAT_ITEM_SIDE |
			   p->syn * STAT_ITEM_SYN | p->acks * STAT_ITEM_ACKS);
}

/* The same for any. */
static inline void stat_block_add(struct stat_block *b, const struct stat_key *key,
				  const struct stat_packet *p)
{
	if (p->packets == 1 && p->bytes <= UINT16_MAX && p->first == p->last &&
	    !(key->flags & STAT_KEY_LONG)) {
		stat_block_add_short(b, key, p);
		return;
	}
	b->items[b->count++] = (struct stat_item) {.seq = b->apart_count, .flags = STAT_ITEM_APART};
	b->apart[b->apart_count++] = (struct stat_apart) {*key, *p};
}

/* From here on the table may take so many bytes. */
static inline void stat_block_add_budget(struct stat_block *b, uint64_t bytes)
{
	b->items[b->count++] =
		(struct stat_item) {.time = (nsec_t)bytes, .flags = STAT_ITEM_BUDGET};
}

/* The key of an item, but for its hash; nobody's of a budget. */
static inline void stat_item_key(const struct stat_block *b, const struct stat_item *item,
				 struct stat_key *ret_key)
{
	if (item->flags & STAT_ITEM_APART) {
		*ret_key = b->apart[item->seq].key;
		return;
	}
	ret_key->pair = item->pair;
	ret_key->flags = item->flags & STAT_KEY_FLAGS;
	ret_key->turned = item->flags & STAT_ITEM_TURNED;
}

/* The packets of an item that is not a budget. */
static inline void stat_item_packet(const struct stat_block *b, const struct stat_item *item,
				    struct stat_packet *ret_packet)
{
	if (item->flags & STAT_ITEM_APART) {
		*ret_packet = b->apart[item->seq].packet;
		return;
	}
	*ret_packet = (struct stat_packet) {
		.bytes = item->len,
		.packets = 1,
		.side = (item->flags & STAT_ITEM_SIDE) != 0,
		.syn = item->flags & STAT_ITEM_SYN,
		.acks = item->flags & STAT_ITEM_ACKS,
		.seq = item->seq,
		.ack = item->ack,
		.first = item->time,
		.last = item->time,
	};
}

#endif
