/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The ledger's inside: growing arrays (store.c) and their hashes (store_index.c). For
 * src/evidence/{ledger,store*,forget,infer*}.c only.
 */
#ifndef SONDE_EVIDENCE_STORE_H
#define SONDE_EVIDENCE_STORE_H

#include "evidence/ledger.h"
#include "evidence/runs.h"

/* One keyed hash: heads of chains, indexes into an array whose elements link to the next. */
struct index {
	uint32_t *heads;
	uint32_t mask; /* number of heads minus 1, a power of two minus 1 */
};

/* One such hash with the links of its elements: what widening and taking out need to know. */
struct chains {
	struct index *index;
	uint32_t *(*next)(const struct ledger *l, uint32_t i);
	uint64_t (*hash)(const struct ledger *l, uint32_t i);
};

enum chain_kind {
	CHAIN_ADDR,   /* hosts, by address */
	CHAIN_PAIR,   /* hosts, by address and scanner */
	CHAIN_MAC,    /* macs */
	CHAIN_TUPLE,  /* probes, by what an answer to them carries */
	CHAIN_TARGET, /* first tries, by host, kind and port */
};

/* Who claimed a MAC first. */
struct mac_owner {
	uint8_t mac[MAC_LEN];
	uint32_t host;
	uint32_t next_in_bucket;
};

struct ledger {
	struct hash_key key;
	struct ledger_host *hosts;
	struct probe *probes;
	struct reply *replies;
	struct aside *asides;
	struct mac_owner *macs;
	struct addr *own;
	uint32_t host_count, host_room;
	uint32_t probe_count, probe_room;
	uint32_t reply_count, reply_room;
	uint32_t aside_count, aside_room;
	uint32_t mac_count, mac_room;
	uint32_t own_count, own_room;
	/* Places that forget.c gave back, chained by a link that a place in use has for itself. */
	uint32_t spare_host, spare_probe, spare_reply, spare_aside, spare_mac;
	uint32_t live_count;                  /* probes, replies and asides that are kept */
	uint32_t first_retired, last_retired; /* hosts, chained by next_retired */
	uint32_t forgotten;                   /* hosts so far */
	struct index by_addr;                 /* hosts, by address */
	struct index by_pair;                 /* hosts, by address and who scans them */
	struct index by_tuple;                /* probes, by store_tuple_hash() */
	struct index by_mac;                  /* macs */
	struct index by_target;               /* first tries, by host, kind and port */
	ledger_ours_fn *ours;                 /* NULL: all are */
	void *ours_user;
	bool beyond_resolution; /* some probe was more than that */
	struct runs runs;
	uint64_t noted[NOTE_KINDS];
	uint64_t noted_first[NOTE_KINDS][LEDGER_NOTED_MAX];
	bool end_known;
	nsec_t end;
};

/* Room for one more in *array, zero at first, of elements of `size` bytes. False: no memory. */
bool store_grow(void **array, uint32_t *room, uint32_t count, size_t size);

/* Room for `wanted` elements in all. A failure only costs speed. */
void store_reserve(void **array, uint32_t *room, uint32_t wanted, size_t size);

/* An index with so many heads, a power of two. False when memory is out. */
bool store_index_init(struct index *x, uint32_t heads);
void store_index_done(struct index *x);

/* Replaces an empty index by one with so many heads. A failure only costs speed. */
void store_index_begin(struct index *x, uint32_t heads);

/* What elements are found by: a host by its address with its scanner, first tries by target. */
uint64_t store_pair_hash(const struct ledger *l, const struct addr *addr,
			 const struct addr *source);
uint64_t store_target_hash(const struct ledger *l, uint32_t host, enum probe_kind kind,
			   uint16_t port);

/* What a probe is found by: host, family of kinds, and 32 bits of ports or ICMP id and sequence. */
uint64_t store_tuple_hash(const struct ledger *l, uint32_t host, enum probe_kind kind,
			  uint32_t bits);

/* The hash of this kind. */
struct chains store_chains(struct ledger *l, enum chain_kind kind);

/* Puts element i in front of its chain, and widens the index when it holds `count` by now. */
void store_chain(struct ledger *l, enum chain_kind kind, uint32_t i, uint32_t count);

/* Takes element i out of its chain. */
void store_unchain(const struct ledger *l, const struct chains *c, uint32_t i);

/* The 32 bits that a probe has in it. */
uint32_t store_probe_bits(const struct probe *p);

/* The kinds of TCP share ports, so that either finds the other's conversation. */
uint32_t store_tuple_class(enum probe_kind kind);

/*
 * The host with this address that source probes, in its newest scan of it; whoever does when it is
 * known who we are. EVENT_NONE: there is none.
 */
uint32_t store_find(const struct ledger *l, const struct addr *addr, const struct addr *source);

/* The same for this scan of source's, made when missing; EVENT_NONE when memory is out. */
uint32_t store_host(struct ledger *l, const struct addr *addr, const struct addr *source,
		    uint16_t run);

/* Notes that host answered for this MAC. False when memory is out. */
bool store_mac(struct ledger *l, uint32_t host, const uint8_t mac[static MAC_LEN]);

/* The host that has this MAC, or EVENT_NONE. */
uint32_t store_mac_owner(const struct ledger *l, const uint8_t mac[static MAC_LEN]);

/* Adds a probe (try number and chains are filled here); its index, or EVENT_NONE. */
uint32_t store_probe(struct ledger *l, const struct probe *probe);

/* Adds a reply to its probe and accounts for it; its index, or EVENT_NONE. */
uint32_t store_reply(struct ledger *l, const struct reply *reply);

/* Remembers a frame about a probe that decides nothing. False when memory is out. */
bool store_aside(struct ledger *l, const struct aside *aside);

/* Probes of a tuple: the first in its chain, then the next; EVENT_NONE at the end. */
uint32_t store_tuple_first(const struct ledger *l, uint32_t host, enum probe_kind kind,
			   uint32_t bits);
uint32_t store_tuple_next(const struct ledger *l, uint32_t probe, uint32_t host,
			  enum probe_kind kind, uint32_t bits);

bool store_is_own(const struct ledger *l, const struct addr *addr);

#endif
