/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Packets added up before they are counted in a table. Only packet/stat_*.c includes this.
 *
 * Theory of operation. Of most captures a few hosts have most of the packets: a scan's scanner has
 * all. So the sums of those seen lately are kept where they are at hand, by few bits of their keys,
 * and go to the table when another takes their place, or when all must go. The table learns of
 * everyone's first packet at once, hence in order; what comes later adds up in any order, but for a
 * connection's numbers, so streams do not come here.
 */
#ifndef SONDE_PACKET_STAT_RECENT_H
#define SONDE_PACKET_STAT_RECENT_H

#include "packet/stat_item.h"

#define STAT_RECENT     64                  /* a power of two */
#define STAT_RECENT_MIX 0x9e3779b97f4a7c15u /* odd: 2^64 by the golden ratio */

/* What a short key sent by each side since it was counted. */
struct stat_recent {
	struct stat_pair pair;
	uint16_t flags; /* of the key; STAT_KEY_LONG: nobody is here */
	bool summed;    /* else what follows is nothing */
	uint32_t packets[2];
	uint64_t bytes[2];
	nsec_t first;
	nsec_t last;
};

/* Nobody is here. */
static inline void stat_recent_clear(struct stat_recent *r)
{
	*r = (struct stat_recent) {.flags = STAT_KEY_LONG};
}

/* Where the sums of a short key are if they are anywhere. */
static inline struct stat_recent *stat_recent_at(struct stat_recent all[static STAT_RECENT],
						 const struct stat_key *key)
{
	uint64_t mixed = stat_pair_number(&key->pair, 0) * STAT_RECENT_MIX;

	mixed = (mixed ^ stat_pair_number(&key->pair, 1)) * STAT_RECENT_MIX;
	return &all[mixed >> 32 & (STAT_RECENT - 1)];
}

static inline bool stat_recent_is(const struct stat_recent *r, const struct stat_key *key)
{
	return r->flags == key->flags && stat_pair_same(&r->pair, &key->pair);
}

/* The place, whose sums went, is this key's from now on. */
static inline void stat_recent_begin(struct stat_recent *r, const struct stat_key *key)
{
	r->pair = key->pair;
	r->flags = key->flags;
}

/* Adds one packet; false when its sums would overflow: they must go first. */
static inline bool stat_recent_add(struct stat_recent *r, const struct stat_packet *p)
{
	if (!r->summed) {
		r->packets[0] = r->packets[1] = 0;
		r->bytes[0] = r->bytes[1] = 0;
		r->first = r->last = p->first;
		r->summed = true;
	}
	if (r->packets[p->side] == UINT32_MAX)
		return false;
	r->packets[p->side]++;
	r->bytes[p->side] += p->bytes;
	if (p->first < r->first)
		r->first = p->first;
	if (p->first > r->last)
		r->last = p->first;
	return true;
}

#endif
