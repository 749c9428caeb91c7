/* SPDX-License-Identifier: Apache-2.0 */
/* One entry of a table of conversations or endpoints. Only packet/stat_*.c includes this. */
#ifndef SONDE_PACKET_STAT_ENTRY_H
#define SONDE_PACKET_STAT_ENTRY_H

#include <assert.h>

#include "packet/stat_key.h"
#include "packet/stat_table.h"
#include "proto/tcp.h"

#define STAT_INDEX_BITS 24
#define STAT_INDEX_MASK ((1u << STAT_INDEX_BITS) - 1)

/*
 * What an entry's flags hold besides STAT_KEY_FLAGS (if long, its sides are in the pool and side[0]
 * says where) and the place of wide counters (0: none, else plus 1).
 */
#define STAT_ENTRY_WIDE    STAT_INDEX_MASK
#define STAT_ENTRY_TURNED  (1u << 29) /* the second side was the first to send */
#define STAT_ENTRY_KNOWN_0 (1u << 30) /* base[0], base[1] are set */
#define STAT_ENTRY_KNOWN_1 (1u << 31)

/* base, bytes and packets: by side in canonical order. */
struct stat_entry {
	nsec_t first;
	uint32_t base[2]; /* first sequence number, as Wireshark's relative numbers count */
	uint32_t bytes[2];
	uint32_t span;       /* last - first, ns */
	uint32_t flags;      /* ENTRY_... */
	uint16_t side[2][3]; /* 48 bits, high half-words first */
	uint16_t packets[2];
};

static_assert(sizeof(struct stat_entry) == 48, "the promise of memory a packet counts on it");

struct stat_wide {
	uint64_t packets[2];
	uint64_t bytes[2];
	nsec_t last;
};

struct stat_long {
	struct stat_side sides[2];
};

/* A packet that is to be counted. */
struct stat_packet {
	nsec_t time;
	uint32_t len;
	uint32_t seq; /* of struct stat_talk, with streams */
	uint32_t ack;
	uint16_t flags;
	bool streams;
	uint8_t side; /* of the key: the sender, or that which is counted */
};

/* Has its memory fetched, half of the time two lines of it. */
static inline void stat_entry_fetch(const struct stat_entry *e)
{
	__builtin_prefetch(e);
	__builtin_prefetch((const char *)(e + 1) - 1);
}

static inline void stat_number_put(uint16_t out[static 3], uint64_t number)
{
	out[0] = (uint16_t)(number >> 32);
	out[1] = (uint16_t)(number >> 16);
	out[2] = (uint16_t)number;
}

static inline uint64_t stat_number_get(const uint16_t in[static 3])
{
	return (uint64_t)in[0] << 32 | (uint32_t)in[1] << 16 | in[2];
}

/* True when this SYN opens another connection than the one the entry counts. */
bool stat_entry_reused(const struct stat_entry *e, const struct stat_packet *p);

/* Counts a packet in wide counters; false when they found no room. */
bool stat_entry_count_wide(struct stat_table *t, struct stat_entry *e, const struct stat_packet *p);

/* Whether a packet more still fits in the entry itself. */
static inline bool stat_entry_fits(const struct stat_entry *e, const struct stat_packet *p)
{
	unsigned side = p->side;

	return !(e->flags & STAT_ENTRY_WIDE) && e->packets[side] < UINT16_MAX &&
	       p->len <= UINT32_MAX - e->bytes[side] && p->time >= e->first &&
	       p->time - e->first <= UINT32_MAX;
}

/* Wireshark's rule for the numbers that a connection counts from. */
static inline void stat_entry_learn_base(struct stat_entry *e, const struct stat_packet *p)
{
	unsigned side = p->side;
	bool syn = p->flags & TCP_SYN;

	if (!(e->flags & STAT_ENTRY_KNOWN_0 << side) || (syn && (p->flags & TCP_ACK))) {
		e->base[side] = syn ? p->seq : p->seq - 1;
		e->flags |= STAT_ENTRY_KNOWN_0 << side;
	}
	if (!(e->flags & STAT_ENTRY_KNOWN_0 << !side) && (p->flags & TCP_ACK)) {
		e->base[!side] = p->ack - 1;
		e->flags |= STAT_ENTRY_KNOWN_0 << !side;
	}
}

/* Counts a packet, with streams its numbers, too; false when wide counters found no room. */
static inline bool stat_entry_count(struct stat_table *t, struct stat_entry *e,
				    const struct stat_packet *p)
{
	unsigned side = p->side;

	if (p->streams)
		stat_entry_learn_base(e, p);
	if (!stat_entry_fits(e, p))
		return stat_entry_count_wide(t, e, p);
	e->packets[side]++;
	e->bytes[side] += p->len;
	if (p->time - e->first > e->span)
		e->span = (uint32_t)(p->time - e->first);
	return true;
}

/* The sides of an entry in canonical order. */
void stat_entry_sides(const struct stat_table *t, const struct stat_entry *e,
		      struct stat_side ret_sides[static 2]);

/*
 * Makes room for one more item in an array of the table that holds count of *room; growth stays
 * within the budget, so it may be a small step. False when there is none.
 */
bool stat_table_room(struct stat_table *t, void **items, uint32_t count, uint32_t *room,
		     size_t size);

#endif
