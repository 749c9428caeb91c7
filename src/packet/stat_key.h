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

/* Flags of a key, as its entry holds them, too. */
#define STAT_KEY_KINDS 24         /* shift: two bits a side, enum side_kind up to SIDE_IPV4 */
#define STAT_KEY_LONG  (1u << 28) /* a side has more than 48 bits */
#define STAT_KEY_FLAGS (STAT_KEY_LONG | 0xfu << STAT_KEY_KINDS)

struct stat_key {
	uint64_t number[2]; /* short sides: 48 bits each */
	uint32_t flags;
	uint32_t hash;
	bool turned;               /* the first side is the receiver */
	struct stat_side sides[2]; /* set for long ones only */
};

/* Draws a table's secret from that of the run. */
void stat_secret_init(struct stat_secret *secret, const struct hash_key *key);

/* The order of sides: below 0, 0 or above. */
int stat_side_compare(const struct stat_side *a, const struct stat_side *b);

/* Sets all but the hash. */
void stat_key_set(struct stat_key *key, const struct stat_side *from, const struct stat_side *to);

/* The same for two short sides of one kind, by their stat_short_number(). */
static inline void stat_key_set_short(struct stat_key *key, enum side_kind kind, uint64_t from,
				      uint64_t to)
{
	key->turned = from > to;
	key->number[0] = key->turned ? to : from;
	key->number[1] = key->turned ? from : to;
	key->flags = (uint32_t)(kind | kind << 2) << STAT_KEY_KINDS;
}

/* The same for one such side and nobody, who comes first. */
static inline void stat_key_set_end(struct stat_key *key, enum side_kind kind, uint64_t number)
{
	key->turned = true;
	key->number[0] = 0;
	key->number[1] = number;
	key->flags = (uint32_t)(SIDE_NONE | kind << 2) << STAT_KEY_KINDS;
}

/* Copies a key but for its hash, and the sides only where they count. */
static inline void stat_key_copy(struct stat_key *to, const struct stat_key *from)
{
	to->number[0] = from->number[0];
	to->number[1] = from->number[1];
	to->flags = from->flags;
	to->turned = from->turned;
	if (from->flags & STAT_KEY_LONG) {
		to->sides[0] = from->sides[0];
		to->sides[1] = from->sides[1];
	}
}

/* The hash of a key with long sides. */
uint32_t stat_key_hash_long(const struct stat_secret *secret, const struct stat_key *key);

static inline void stat_key_hash(const struct stat_secret *secret, struct stat_key *key)
{
	uint32_t kinds = key->flags >> STAT_KEY_KINDS;

	if (key->flags & STAT_KEY_LONG)
		key->hash = stat_key_hash_long(secret, key);
	else
		key->hash = hash_four(&secret->short_keys, (uint32_t)key->number[0],
				      (uint32_t)(key->number[0] >> 32 | (kinds & 3) << 16),
				      (uint32_t)key->number[1],
				      (uint32_t)(key->number[1] >> 32 | (kinds >> 2 & 3) << 16));
}

#endif
