/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A table of conversations or endpoints with their counts, in the order first seen.
 *
 * Theory of operation. A scan makes a conversation of nearly every packet, so entries are small
 * (stat_entry.h), and one that outgrows them gets a row of wide counters; sides that are longer than
 * 48 bits (IPv6, IPX) stand in a pool beside. Entries are found by open addressing under a keyed
 * hash (strangers choose the keys): a slot is one word, 24 bits of index and 8 bits of hash, so
 * that a lookup seldom touches an entry in vain (stat_line.h, stat_find.h).
 *
 * An entry of a large table lies in no cache, so packets wait in a block (stat_item.h), some
 * dozens, until the memory of their slots and entries was fetched; they are counted in the order
 * they came (stat_count.h). Such a table gets a thread to count for it (stat_aside.h), if there is a
 * processor for it. What busy hosts send is added up before (stat_recent.h).
 *
 * Memory is bounded by a budget that the caller raises as packets come in. Once it is used up,
 * nobody new is counted, only how many were left out; who is in the table is counted on.
 */
#ifndef SONDE_PACKET_STAT_TABLE_H
#define SONDE_PACKET_STAT_TABLE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/hash.h"
#include "base/nsec.h"
#include "base/thread.h"
#include "packet/stat_frame.h"

#define STAT_LINE      64               /* bytes that processors pass to each other, or more */
#define STAT_COUNT_MAX ((1u << 24) - 2) /* entries of one table: what a slot can name */

/* What its hashes depend on. */
struct stat_secret {
	struct hash_key long_keys;
	struct hash_fours short_keys;
};

/* What a table counts. */
enum stat_form {
	STAT_ENDPOINTS, /* who sent and received how much */
	STAT_TALKS,     /* and with whom, and when */
	/*
	 * And by which connection: a SYN with a sequence number of its own begins a new one (RFC
	 * 9293 lets ports be used again), by the rule that numbers streams in Wireshark.
	 */
	STAT_STREAMS,
};

struct stat_entry;
struct stat_wide;
struct stat_long;
struct stat_queue;
struct stat_aside;

/*
 * Start with stat_table_init(), and leave it where it is from its first packet on. Fields are
 * stat_*.c's own but for count and left_out, which are good once it was settled.
 */
struct stat_table {
	enum stat_form form;
	uint32_t entry_size;
	struct stat_queue *queue; /* packets not counted yet; NULL when memory ran out */
	struct stat_secret secret;
	char apart[STAT_LINE]; /* what is above is asked for each packet, what is below changes */
	uint8_t *entries;      /* struct stat_entry with what the form adds */
	uint32_t count;        /* entries */
	uint32_t room;
	uint32_t ready; /* entries that may be made without a look at memory, see stat_find.h */
	uint32_t *slots;
	uint32_t slot_count;
	struct stat_wide *wide; /* counters of those that outgrew their entry */
	uint32_t wide_count;
	uint32_t wide_room;
	struct stat_long *longs; /* sides that are longer than 48 bits */
	uint32_t long_count;
	uint32_t long_room;
	uint64_t budget;          /* bytes it may take */
	uint64_t left_out;        /* packets that would have made a new entry */
	struct stat_aside *aside; /* who counts, NULL: we do */
	bool alone;               /* that stays so */
};

/* What stands in the table, spelled out. Index 0 counts what from sent, 1 what to sent. */
struct stat_row {
	struct stat_side from; /* who was seen to send first */
	struct stat_side to;   /* kind SIDE_NONE for an endpoint */
	uint64_t packets[2];
	uint64_t bytes[2];
	nsec_t first;
	nsec_t last;
};

/* key: a secret drawn once a run. */
void stat_table_init(struct stat_table *t, enum stat_form form, const struct hash_key *key);
void stat_table_done(struct stat_table *t);

/* How much memory the table may take by now, in bytes. True: a thread of its own counts for it. */
bool stat_table_allow(struct stat_table *t, uint64_t bytes);

/*
 * What the table's thread does when there is nothing to count, for as long as stat_table_settle() was
 * not called; for a table that has one. fn NULL: it waits.
 */
void stat_table_spare(struct stat_table *t, const struct thread_spare *spare);

/*
 * Counts one packet of len bytes at time for the conversation of its two sides, whichever way
 * round.
 */
void stat_table_talk(struct stat_table *t, const struct stat_talk *talk, nsec_t time, uint32_t len);

/* Counts one packet for an endpoint: sent by it, or received. */
void stat_table_side(struct stat_table *t, const struct stat_side *side, bool sent, uint32_t len);

/*
 * The same for bare frames, of which most of a scan are, by their TCP headers: their streams, or both
 * their ends.
 */
void stat_table_bare_segments(struct stat_table *t, const struct stat_bares *b);

/*
 * The same for bare frames whose sides are of this (short) kind: conversations, but of streams, or
 * endpoints.
 */
void stat_table_bare_talks(struct stat_table *t, const struct stat_bares *b, enum side_kind kind,
			   const struct stat_ends *ends);
void stat_table_bare_sides(struct stat_table *t, const struct stat_bares *b, enum side_kind kind,
			   const struct stat_ends *ends);

/* Counts what still waits: before anything is read. */
void stat_table_settle(struct stat_table *t);

/* Has the memory of entry index (< t->count) fetched, which is soon asked for. */
void stat_table_fetch(const struct stat_table *t, uint32_t index);

/* Entry index (< t->count) in words. */
void stat_table_get(const struct stat_table *t, uint32_t index, struct stat_row *ret_row);

/*
 * The order of printing: most packets first, then who came first. t->count indices that live as
 * long as the table, in which nothing is to be counted any more: nobody is found from now on. NULL
 * when memory ran out.
 */
const uint32_t *stat_table_order(struct stat_table *t);

#endif
