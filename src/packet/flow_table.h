/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table of streams behind packet/flow.h: found by addresses and ports, bounded, ageing.
 *
 * Theory of operation. Streams of each kind (protocol and address family) lie in an array of
 * their own with records as short as that kind allows: 72 bytes for TCP over IPv4, 32 for UDP. One
 * table of slots with open addressing leads to all of them; a slot holds 32 bits of a keyed hash
 * (strangers choose the keys) beside kind and index, so a probe that meets another stream's slot
 * seldom touches that stream, and growing needs no keys.
 *
 * Each kind may hold a fixed number of bytes plus some for each frame of that kind that was fed.
 * At the bound a hand goes round the array and the stream idle longest among the next few gives
 * way. That is the same in both passes, because only order and times of frames decide it.
 */
#ifndef SONDE_PACKET_FLOW_TABLE_H
#define SONDE_PACKET_FLOW_TABLE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/hash.h"
#include "base/nsec.h"
#include "wire/addr.h"

enum flow_kind {
	FLOW_TCP4,
	FLOW_UDP4,
	FLOW_TCP6,
	FLOW_UDP6,
	FLOW_KINDS,
};

/* What the rest of a TCP stream's record holds; UDP streams stay in the first form. */
enum stream_form {
	STREAM_LOG,    /* struct tcp_log */
	STREAM_RESETS, /* struct tcp_resets */
	STREAM_FULL,   /* index of a struct tcp_stream */
	STREAM_FOLDED, /* struct tcp_folded */
	STREAM_FREE,   /* not in use */
};

/* The first segments of a stream as they were; its second time is the stream's last. */
struct tcp_log {
	uint32_t frames[2];
	uint32_t seqs[2];
	uint32_t acks[2];
	uint32_t lens[2];
	uint16_t windows[2];
	uint16_t bits[2]; /* enum log_bit */
};

enum log_bit {
	LOG_FLAGS = 0x1ff,
	LOG_FROM = 0x200,
	LOG_WSCALE = 0x400, /* it had the option: four bits from LOG_SHIFT on */
	LOG_SHIFT = 11,
	LOG_USED = 0x8000,
};

/*
 * A SYN, the RST/ACK that answers it, and the RST that the sender's kernel or masscan says to
 * that: a port of a scan. None has data; the last one's number is the SYN's plus one, and its time
 * the stream's last.
 */
struct tcp_resets {
	uint32_t frames[3];
	uint32_t seqs[2]; /* of the SYN and its answer */
	uint32_t acks[2]; /* as they stand in the SYN and in the last one */
	uint16_t windows[3];
	uint16_t bits;     /* of the SYN: enum log_bit */
	uint32_t answered; /* ns after the SYN */
};

/* What is left of a stream that had more to it and was idle too long. */
struct tcp_folded {
	nsec_t initial_rtt;
	uint32_t bases[2];
	uint32_t nexts[2];
	uint32_t last_acks[2];
	uint16_t windows[2];
	int8_t shifts[2];
	uint8_t known; /* bit of each side: its base is known */
	uint8_t seen;
};

#define FLOW_KEY_WORDS_MAX 9 /* two IPv6 addresses and two ports */

/* Starts every record; its key stands behind it, then what only TCP has. */
struct stream {
	nsec_t first;
	nsec_t last; /* in a free one: index of the next free one */
	uint32_t number : 29;
	uint32_t form : 3; /* enum stream_form */
	uint32_t key[];
};

struct flow_pool {
	uint8_t *bytes;
	uint32_t count; /* records ever in use */
	uint32_t room;
	uint32_t live;
	uint32_t free; /* first free one, +1 */
	uint32_t hand; /* where ageing looks next */
	uint64_t fed;  /* frames of this kind */
};

struct flow_slot {
	uint32_t hash;
	uint32_t where; /* kind in the upper two bits, index + 1; 0: empty */
};

/* Called with the record of a TCP stream that is about to go. */
typedef void stream_drop_fn(void *context, struct stream *stream, enum flow_kind kind);

struct flow_table {
	struct hash_key key;     /* of long keys */
	struct hash_fours fours; /* of short ones */
	struct flow_slot *slots;
	uint32_t slot_count; /* a power of two */
	uint32_t used;
	struct flow_pool pools[FLOW_KINDS];
	uint64_t dropped;
	stream_drop_fn *drop;
	void *context;
};

/* Whose stream: the key, and which of its two sides is the sender. */
struct flow_key {
	enum flow_kind kind;
	unsigned from; /* 0 or 1 */
	uint32_t hash; /* by flow_table_hash() */
	uint32_t words[FLOW_KEY_WORDS_MAX];
};

/* 0, or a negative code when memory or randomness ran out. Give it zero bytes. */
int flow_table_init(struct flow_table *t, stream_drop_fn *drop, void *context);
void flow_table_done(struct flow_table *t);

/* Forgets all streams without telling drop; keeps the memory. */
void flow_table_clear(struct flow_table *t);

void flow_key_set(struct flow_key *key, bool tcp, const struct addr *source,
		  const struct addr *destination, uint16_t source_port, uint16_t destination_port);

/* The same for TCP over IPv4, of addresses in host order. */
static inline void flow_key_set4(struct flow_key *key, uint32_t source, uint32_t destination,
				 uint16_t source_port, uint16_t destination_port)
{
	bool turned =
		source > destination || (source == destination && source_port > destination_port);

	key->kind = FLOW_TCP4;
	key->from = turned;
	key->words[0] = turned ? destination : source;
	key->words[1] = turned ? source : destination;
	key->words[2] = turned ? (uint32_t)destination_port << 16 | source_port
			       : (uint32_t)source_port << 16 | destination_port;
}

/* Sets key->hash, and has the memory of its slot fetched. */
void flow_table_hash(const struct flow_table *t, struct flow_key *key);

/* Once that is there: has the memory of its stream fetched, if it has one. */
void flow_table_near(const struct flow_table *t, const struct flow_key *key);

/*
 * The stream of key (hashed), good until the next call. One that was not there is made, with
 * everything behind its key zero, and *ret_new set. NULL when there is no memory.
 */
struct stream *flow_table_get(struct flow_table *t, const struct flow_key *key, bool *ret_new);

/* What a TCP stream keeps behind its key: FLOW_BODY_LEN bytes, aligned to 8. */
#define FLOW_BODY_LEN 40
void *stream_body(struct stream *s, enum flow_kind kind);

/* A stream by its place in the array of its kind, which it keeps; and the place of a stream. */
struct stream *flow_table_at(const struct flow_table *t, enum flow_kind kind, uint32_t index);
uint32_t flow_table_index(const struct flow_table *t, enum flow_kind kind, const struct stream *s);

/* Bytes held now. */
uint64_t flow_table_bytes(const struct flow_table *t);

#endif
