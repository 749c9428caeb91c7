/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One entry of a table of conversations or endpoints. Only packet/stat_*.c includes this.
 *
 * Theory of operation. A scan has a million of entries of one or two packets, and new memory is
 * what they cost most. So an entry has what its table asks for and no more: an endpoint has no
 * times, only streams have sequence numbers, and counts are so short that they hold a scan's.
 * What outgrows them has paid for a row of wide counters with its packets.
 */
#ifndef SONDE_PACKET_STAT_ENTRY_H
#define SONDE_PACKET_STAT_ENTRY_H

#include <assert.h>

#include "packet/stat_key.h"
#include "packet/stat_table.h"

/*
 * What an entry's flags hold besides STAT_KEY_FLAGS (if long, its sides are in the pool, and
 * pair.high[0] says where).
 */
#define STAT_ENTRY_TURNED  (1u << 5) /* the second side was the first to send */
#define STAT_ENTRY_KNOWN_0 (1u << 6) /* base[0], base[1] are set */
#define STAT_ENTRY_KNOWN_1 (1u << 7)
#define STAT_ENTRY_WIDE    (1u << 8) /* its counters are elsewhere */

/* Of every table; bytes and packets by side in canonical order. */
struct stat_entry {
	struct stat_pair pair;
	uint16_t flags;
	uint8_t packets[2];
	union {
		uint16_t bytes[2];
		uint32_t wide; /* index of its counters */
	};
};

/* Of a table of conversations. */
struct stat_timed_entry {
	struct stat_entry entry;
	uint32_t span; /* last - first, ns */
	nsec_t first;
};

/* Of one of streams. */
struct stat_stream_entry {
	struct stat_timed_entry timed;
	uint32_t base[2]; /* first sequence number, as Wireshark's relative numbers count */
};

static_assert(sizeof(struct stat_entry) == 20 && sizeof(struct stat_timed_entry) == 32 &&
		      sizeof(struct stat_stream_entry) == 40,
	      "memory is what a large table costs");

struct stat_wide {
	uint64_t packets[2];
	uint64_t bytes[2];
	nsec_t last;
};

struct stat_long {
	struct stat_side sides[2];
};

/* What a segment says of the numbers that its connection counts from; seq, ack: of struct stat_talk. */
struct stat_numbers {
	bool syn;
	bool acks;
	uint32_t seq;
	uint32_t ack;
};

/* Packets of one side that are to be counted. */
struct stat_packet {
	uint64_t bytes;
	uint32_t packets;
	uint8_t side;                /* of the key: the sender, or that which is counted */
	struct stat_numbers numbers; /* with streams, and then it is one packet */
	nsec_t first;                /* of conversations */
	nsec_t last;
};

/* Entry index (< t->count). */
static inline struct stat_entry *stat_entry_at(const struct stat_table *t, uint32_t index)
{
	return (struct stat_entry *)(t->entries + (size_t)index * t->entry_size);
}

/* Where the times and numbers of an entry are, in a table that has them. */
static inline struct stat_timed_entry *stat_entry_timed(struct stat_entry *e)
{
	return (struct stat_timed_entry *)e;
}

static inline struct stat_stream_entry *stat_entry_stream(struct stat_entry *e)
{
	return (struct stat_stream_entry *)e;
}

/* Has its memory fetched, half of the time two lines of it. */
static inline void stat_entry_fetch(const struct stat_table *t, uint32_t index)
{
	const uint8_t *e = t->entries + (size_t)index * t->entry_size;

	__builtin_prefetch(e);
	__builtin_prefetch(e + t->entry_size - 1);
}

/* True when this SYN opens another connection than the one the entry counts. */
static inline bool stat_entry_reused(struct stat_entry *e, const struct stat_packet *p)
{
	return p->numbers.syn && !p->numbers.acks && (e->flags & STAT_ENTRY_KNOWN_0 << p->side) &&
	       stat_entry_stream(e)->base[p->side] != p->numbers.seq;
}

/* Counts packets in wide counters; false when they found no room. */
bool stat_entry_count_wide(struct stat_table *t, struct stat_entry *e, struct stat_packet p);

/* Whether packets more still fit in the entry itself. */
static inline bool stat_entry_fits(const struct stat_table *t, struct stat_entry *e,
				   const struct stat_packet *p)
{
	nsec_t first;

	if (e->flags & STAT_ENTRY_WIDE || p->packets > (uint32_t)UINT8_MAX - e->packets[p->side] ||
	    p->bytes > (uint64_t)UINT16_MAX - e->bytes[p->side])
		return false;
	if (t->form == STAT_ENDPOINTS)
		return true;
	first = stat_entry_timed(e)->first;
	return p->first >= first && p->last - first <= UINT32_MAX;
}

/* Wireshark's rule for the numbers that a connection counts from; side: the sender. */
static inline void stat_entry_learn_base(struct stat_stream_entry *s, unsigned side,
					 const struct stat_numbers *n)
{
	uint16_t *flags = &s->timed.entry.flags;

	if (!(*flags & STAT_ENTRY_KNOWN_0 << side) || (n->syn && n->acks)) {
		s->base[side] = n->seq - !n->syn;
		*flags |= (uint16_t)(STAT_ENTRY_KNOWN_0 << side);
	}
	if (!(*flags & STAT_ENTRY_KNOWN_0 << !side) && n->acks) {
		s->base[!side] = n->ack - 1;
		*flags |= (uint16_t)(STAT_ENTRY_KNOWN_0 << !side);
	}
}

/* Counts packets, with streams their numbers, too; false when wide counters found no room. */
static inline bool stat_entry_count(struct stat_table *t, struct stat_entry *e,
				    const struct stat_packet *p)
{
	struct stat_timed_entry *timed;

	if (t->form == STAT_STREAMS)
		stat_entry_learn_base(stat_entry_stream(e), p->side, &p->numbers);
	if (!stat_entry_fits(t, e, p))
		return stat_entry_count_wide(t, e, *p);
	e->packets[p->side] += (uint8_t)p->packets;
	e->bytes[p->side] += (uint16_t)p->bytes;
	if (t->form == STAT_ENDPOINTS)
		return true;
	timed = stat_entry_timed(e);
	if (p->last - timed->first > timed->span)
		timed->span = (uint32_t)(p->last - timed->first);
	return true;
}

/*
 * Makes room for one more item in an array of the table that holds count of *room; growth stays
 * within the budget, so it may be a small step. False when there is none.
 */
bool stat_table_room(struct stat_table *t, void **items, uint32_t count, uint32_t *room,
		     size_t size);

#endif
