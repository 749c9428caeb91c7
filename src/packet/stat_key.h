/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a conversation or endpoint is found by: its sides, in an order that is the same for both
 * directions. Only packet/stat_*.c includes this.
 */
#ifndef SONDE_PACKET_STAT_KEY_H
#define SONDE_PACKET_STAT_KEY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/hash.h"
#include "packet/stat_frame.h"
#include "packet/stat_table.h"

/* Flags of a key, as items and entries hold them, too. */
#define STAT_KEY_KIND_BITS 2         /* enum side_kind up to SIDE_IPV4, the first side's lowest */
#define STAT_KEY_KINDS     0xfu      /* of both short sides */
#define STAT_KEY_LONG      (1u << 4) /* a side has more than 48 bits */
#define STAT_KEY_FLAGS     (STAT_KEY_LONG | STAT_KEY_KINDS)

/* Two short sides by their stat_short_number(), 48 bits each. */
struct stat_pair {
	uint32_t high[2];
	uint16_t low[2]; /* STAT_PORT_BITS */
};

struct stat_key {
	struct stat_pair pair; /* short sides */
	uint32_t hash;
	uint16_t flags;
	bool turned;               /* the first side is the receiver */
	struct stat_side sides[2]; /* set for long ones only */
};

static inline struct stat_pair stat_pair_of(uint64_t first, uint64_t second)
{
	return (struct stat_pair) {
		{(uint32_t)(first >> STAT_PORT_BITS), (uint32_t)(second >> STAT_PORT_BITS)},
		{(uint16_t)first, (uint16_t)second},
	};
}

/* The number of side i. */
static inline uint64_t stat_pair_number(const struct stat_pair *p, unsigned i)
{
	return (uint64_t)p->high[i] << STAT_PORT_BITS | p->low[i];
}

/* In words: the compiler would compare number by number, each with a branch. */
static inline bool stat_pair_same(const struct stat_pair *a, const struct stat_pair *b)
{
	return !((a->high[0] ^ b->high[0]) | (a->high[1] ^ b->high[1]) |
		 (uint32_t)(a->low[0] ^ b->low[0]) | (uint32_t)(a->low[1] ^ b->low[1]));
}

/* Draws a table's secret from that of the run. */
void stat_secret_init(struct stat_secret *secret, const struct hash_key *key);

/* The order of sides: below 0, 0 or above. */
int stat_side_compare(const struct stat_side *a, const struct stat_side *b);

/* Sets all but the hash. */
void stat_key_set(struct stat_key *key, const struct stat_side *from, const struct stat_side *to);

/* The flags of a key of two short sides. */
static inline uint16_t stat_key_kinds(enum side_kind first, enum side_kind second)
{
	return (uint16_t)(first | second << STAT_KEY_KIND_BITS);
}

/* The kind of short side i. */
static inline enum side_kind stat_key_kind(uint16_t flags, unsigned i)
{
	return (enum side_kind)(flags >> STAT_KEY_KIND_BITS * i & 3);
}

/*
 * The same for two short sides of one kind, by their stat_short_number(). Without a branch: which
 * way a scan's packets go cannot be foreseen.
 */
static inline void stat_key_set_short(struct stat_key *key, enum side_kind kind, uint64_t from,
				      uint64_t to)
{
	uint64_t swap = -(uint64_t)(from > to) & (from ^ to);

	key->turned = from > to;
	key->pair = stat_pair_of(from ^ swap, to ^ swap);
	key->flags = stat_key_kinds(kind, kind);
}

/* The same for one such side and nobody, who comes first. */
static inline void stat_key_set_end(struct stat_key *key, enum side_kind kind, uint64_t number)
{
	key->turned = true;
	key->pair = stat_pair_of(0, number);
	key->flags = stat_key_kinds(SIDE_NONE, kind);
}

/* The hash of a key with long sides. */
uint32_t stat_key_hash_long(const struct stat_secret *secret, const struct stat_key *key);

/* The hash of short sides, of a key with these flags. */
static inline uint32_t stat_pair_hash(const struct stat_secret *secret, const struct stat_pair *p,
				      uint16_t flags)
{
	uint32_t first = stat_key_kind(flags, 0), second = stat_key_kind(flags, 1);

	return hash_four(&secret->short_keys, p->high[0], p->low[0] | first << STAT_PORT_BITS,
			 p->high[1], p->low[1] | second << STAT_PORT_BITS);
}

static inline uint32_t stat_key_hash(const struct stat_secret *secret, const struct stat_key *key)
{
	return key->flags & STAT_KEY_LONG ? stat_key_hash_long(secret, key)
					  : stat_pair_hash(secret, &key->pair, key->flags);
}

#endif
