/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Packets that wait to be counted in a table. Only packet/stat_*.c includes this.
 *
 * Theory of operation. Whoever reads a capture puts its packets into blocks; whoever has the table
 * counts them later, together, since what they need of memory is fetched in between. That may be
 * another thread (stat_aside.h), whose cache every item then has to reach: half a line holds the
 * single packet of a scan, written past our cache (base/past.h), and what it has no room for lies
 * apart in the same block.
 */
#ifndef SONDE_PACKET_STAT_ITEM_H
#define SONDE_PACKET_STAT_ITEM_H

#include "base/past.h"
#include "packet/stat_entry.h"
#include "proto/tcp.h"

#define STAT_BLOCK      2048 /* items: so many that waking a thread does not count */
#define STAT_KEYS_AHEAD 32u  /* of them whose memory is fetched before the first is counted */

/* What an item's flags hold besides STAT_KEY_FLAGS. */
#define STAT_ITEM_TURNED (1u << 5) /* the key is */
#define STAT_ITEM_SIDE   (1u << 6) /* of the packets is the second one */
#define STAT_ITEM_SYN    (1u << 7)
#define STAT_ITEM_APART  (1u << 8)  /* the rest is apart[seq] */
#define STAT_ITEM_BUDGET (1u << 9)  /* no packet, but as many bytes as time from here on */
#define STAT_ITEM_ACKS   (1u << 10) /* so far above STAT_ITEM_SYN as the flags in a TCP header */
#define STAT_ITEM_SENT   (1u << 11) /* a bare segment, its pair as it was sent */

/*
 * One packet of at most 65535 bytes between short sides, or what it says of others, from the lowest
 * bits on: its time; high of the key's pair; low of it and seq; ack, len (16) and flags (16).
 */
struct stat_item {
	_Alignas(PAST_ALIGN) uint64_t words[PAST_WORDS];
};

static_assert(sizeof(struct stat_item) == PAST_ALIGN, "half a line of the cache");
static_assert(STAT_ITEM_ACKS / STAT_ITEM_SYN == TCP_ACK / TCP_SYN, "moved together");

#define STAT_ITEM_LOW_1 16 /* shifts in their words */
#define STAT_ITEM_UPPER 32 /* high[1], seq, len */
#define STAT_ITEM_FLAGS 48

static inline uint16_t stat_item_flags(const struct stat_item *item)
{
	return (uint16_t)(item->words[3] >> STAT_ITEM_FLAGS);
}

/* The time, or a budget's bytes. */
static inline nsec_t stat_item_time(const struct stat_item *item)
{
	return (nsec_t)item->words[0];
}

static inline uint32_t stat_item_seq(const struct stat_item *item)
{
	return (uint32_t)(item->words[2] >> STAT_ITEM_UPPER);
}

static inline uint32_t stat_item_ack(const struct stat_item *item)
{
	return (uint32_t)item->words[3];
}

static inline uint16_t stat_item_len(const struct stat_item *item)
{
	return (uint16_t)(item->words[3] >> STAT_ITEM_UPPER);
}

static inline struct stat_pair stat_item_pair(const struct stat_item *item)
{
	return (struct stat_pair) {
		{(uint32_t)item->words[1], (uint32_t)(item->words[1] >> STAT_ITEM_UPPER)},
		{(uint16_t)item->words[2], (uint16_t)(item->words[2] >> STAT_ITEM_LOW_1)},
	};
}

struct stat_apart {
	struct stat_key key;
	struct stat_packet packet;
};

struct stat_block {
	uint32_t count;
	uint32_t most; /* items that may wait, at most STAT_BLOCK */
	uint32_t apart_count;
	bool past; /* another processor reads its items: they go past our cache */
	struct stat_item items[STAT_BLOCK];
	struct stat_apart apart[STAT_BLOCK];
};

/* Empties a block, of a thread that counts or of ours. */
static inline void stat_block_begin(struct stat_block *b, bool aside)
{
	b->count = 0;
	b->most = aside ? STAT_BLOCK : STAT_KEYS_AHEAD;
	b->apart_count = 0;
	b->past = aside;
}

/* Adds an item by its words to a block that has room. */
static inline void stat_block_put(struct stat_block *b, uint64_t w0, uint64_t w1, uint64_t w2,
				  uint64_t w3)
{
	struct stat_item *item = &b->items[b->count++];

	if (b->past)
		past_put(item->words, w0, w1, w2, w3);
	else
		*item = (struct stat_item) {{w0, w1, w2, w3}};
}

/* Adds the one packet between short sides to a block that has room; len: at most 65535. */
static inline void stat_block_put_short(struct stat_block *b, const struct stat_pair *pair,
					nsec_t time, uint32_t seq, uint32_t ack, uint64_t len,
					uint64_t flags)
{
	stat_block_put(b, (uint64_t)time,
		       pair->high[0] | (uint64_t)pair->high[1] << STAT_ITEM_UPPER,
		       pair->low[0] | (uint32_t)pair->low[1] << STAT_ITEM_LOW_1 |
			       (uint64_t)seq << STAT_ITEM_UPPER,
		       ack | len << STAT_ITEM_UPPER | flags << STAT_ITEM_FLAGS);
}

/* The same by its key and numbers: what most of a scan is. */
static inline void stat_block_add_short(struct stat_block *b, const struct stat_key *key,
					const struct stat_packet *p)
{
	uint64_t flags = key->flags | key->turned * STAT_ITEM_TURNED | p->side * STAT_ITEM_SIDE |
			 p->numbers.syn * STAT_ITEM_SYN | p->numbers.acks * STAT_ITEM_ACKS;

	stat_block_put_short(b, &key->pair, p->first, p->numbers.seq, p->numbers.ack, p->bytes,
			     flags);
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
	stat_block_put(b, 0, 0, (uint64_t)b->apart_count << STAT_ITEM_UPPER,
		       (uint64_t)STAT_ITEM_APART << STAT_ITEM_FLAGS);
	b->apart[b->apart_count++] = (struct stat_apart) {*key, *p};
}

/*
 * Adds a bare segment of at most 65535 bytes to a block that has room, with as little done to it as
 * can be: who reads the capture is who others wait for.
 */
static inline void stat_block_add_bare(struct stat_block *b, const struct bare *bare, nsec_t time,
				       uint32_t len)
{
	const struct stat_pair pair = {{bare->source, bare->destination},
				       {bare->source_port, bare->destination_port}};
	uint64_t numbers = (bare->flags & (TCP_SYN | TCP_ACK)) * (STAT_ITEM_SYN / TCP_SYN);

	stat_block_put_short(b, &pair, time, bare->seq, bare->ack, len,
			     numbers | STAT_ITEM_SENT | stat_key_kinds(SIDE_IPV4, SIDE_IPV4));
}

/* Of one end of a bare segment, its side i. */
static inline struct stat_item stat_item_end(const struct stat_item *sent, unsigned i)
{
	const struct stat_pair p = stat_item_pair(sent);
	uint64_t flags =
		stat_key_kinds(SIDE_NONE, SIDE_IPV4) | STAT_ITEM_TURNED | (i ? 0 : STAT_ITEM_SIDE);

	return (struct stat_item) {{
		0,
		(uint64_t)p.high[i] << STAT_ITEM_UPPER,
		(uint64_t)p.low[i] << STAT_ITEM_LOW_1,
		(uint64_t)stat_item_len(sent) << STAT_ITEM_UPPER | flags << STAT_ITEM_FLAGS,
	}};
}

/* Puts the sides of a bare segment in order. Without a branch: see stat_key_set_short(). */
static inline void stat_item_sort(struct stat_item *item)
{
	const struct stat_pair p = stat_item_pair(item);
	unsigned turned = stat_pair_number(&p, 0) > stat_pair_number(&p, 1);
	uint64_t high = item->words[1], flags = turned * (STAT_ITEM_TURNED | STAT_ITEM_SIDE);
	uint32_t low = (uint32_t)item->words[2];

	/* Both words have one side in each half: turning them round is a rotation. */
	high = high >> turned * 32 | high << (-(turned * 32) & 63);
	low = low >> turned * 16 | low << (-(turned * 16) & 31);
	item->words[1] = high;
	item->words[2] += low - (uint64_t)(uint32_t)item->words[2];
	item->words[3] |= flags << STAT_ITEM_FLAGS;
}

/* From here on the table may take so many bytes. */
static inline void stat_block_add_budget(struct stat_block *b, uint64_t bytes)
{
	stat_block_put(b, bytes, 0, 0, (uint64_t)STAT_ITEM_BUDGET << STAT_ITEM_FLAGS);
}

/* The hash of an item's key; nobody's of a budget. */
static inline uint32_t stat_item_hash(const struct stat_secret *secret, const struct stat_block *b,
				      const struct stat_item *item)
{
	const struct stat_pair pair = stat_item_pair(item);
	uint16_t flags = stat_item_flags(item);

	if (flags & STAT_ITEM_APART)
		return stat_key_hash(secret, &b->apart[stat_item_seq(item)].key);
	return stat_pair_hash(secret, &pair, flags);
}

/* The key of an item that is not a budget. */
static inline void stat_item_key(const struct stat_block *b, const struct stat_item *item,
				 uint32_t hash, struct stat_key *ret_key)
{
	uint16_t flags = stat_item_flags(item);

	if (flags & STAT_ITEM_APART) {
		*ret_key = b->apart[stat_item_seq(item)].key;
	} else {
		ret_key->pair = stat_item_pair(item);
		ret_key->flags = flags & STAT_KEY_FLAGS;
		ret_key->turned = flags & STAT_ITEM_TURNED;
	}
	ret_key->hash = hash;
}

/* What its segment says of its connection's numbers. */
static inline struct stat_numbers stat_item_numbers(const struct stat_item *item)
{
	return (struct stat_numbers) {
		.syn = stat_item_flags(item) & STAT_ITEM_SYN,
		.acks = stat_item_flags(item) & STAT_ITEM_ACKS,
		.seq = stat_item_seq(item),
		.ack = stat_item_ack(item),
	};
}

/* The packets of an item that is not a budget. */
static inline void stat_item_packet(const struct stat_block *b, const struct stat_item *item,
				    struct stat_packet *ret_packet)
{
	uint16_t flags = stat_item_flags(item);

	if (flags & STAT_ITEM_APART) {
		*ret_packet = b->apart[stat_item_seq(item)].packet;
		return;
	}
	*ret_packet = (struct stat_packet) {
		.bytes = stat_item_len(item),
		.packets = 1,
		.side = (flags & STAT_ITEM_SIDE) != 0,
		.numbers = stat_item_numbers(item),
		.first = stat_item_time(item),
		.last = stat_item_time(item),
	};
}

#endif
