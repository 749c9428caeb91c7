// SPDX-License-Identifier: Apache-2.0
// The ledger's store: hosts, probes and replies in arrays, found through keyed hashes. (What is let
// go of again: forget.c.)
#include "evidence/ledger.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "evidence/rule.h"
#include "evidence/store.h"

#define FIRST_HEADS     64
#define WIDER           4
#define SILENCE_MAX     (10 * NSEC_PER_SEC)
#define SLOWEST_ANSWERS 2 /* silence is judged against this many times the slowest answer */

/* Grows *array of elements of `size` bytes so that one more fits. */
static bool grow(void **array, uint32_t *room, uint32_t count, size_t size)
{
	uint32_t wanted = *room ? *room * 2 : 16;
	void *moved;

	if (count < *room)
		return true;
	if (wanted <= *room)
		return false;
	moved = realloc(*array, wanted * size);
	if (!moved)
		return false;
	*array = moved;
	*room = wanted;
	return true;
}

static bool index_init(struct index *x, uint32_t heads)
{
	x->heads = malloc(heads * sizeof(*x->heads));
	if (!x->heads)
		return false;
	memset(x->heads, 0xff, heads * sizeof(*x->heads));
	x->mask = heads - 1;
	return true;
}

/*
 * Widens an index of `count` elements once there are half as many of them as heads (to look for what
 * is not there, as for each new probe, then mostly costs no look at an element, which is far away):
 * to WIDER times as many, since each time costs a look at every element. Chains keep their order, newest first. A
 * failure only costs speed.
 */
static void index_widen(const struct ledger *l, const struct chains *c, uint32_t count)
{
	uint32_t heads = c->index->mask + 1;
	struct index fresh;

	if (count < heads / 2 || heads > UINT32_MAX / WIDER || !index_init(&fresh, heads * WIDER))
		return;
	for (uint32_t at = 0; at < heads; at++) {
		uint32_t *ends[WIDER]; /* what is in this chain now belongs into one of so many */
		uint32_t i = c->index->heads[at];

		for (uint32_t k = 0; k < WIDER; k++)
			ends[k] = &fresh.heads[at + k * heads];
		while (i != EVENT_NONE) {
			uint32_t *next = c->next(l, i);
			uint32_t k = (uint32_t)c->hash(l, i) / heads % WIDER;

			*ends[k] = i;
			ends[k] = next;
			i = *next;
			*next = EVENT_NONE;
		}
	}
	free(c->index->heads);
	*c->index = fresh;
}

void store_unchain(const struct ledger *l, const struct chains *c, uint32_t i)
{
	uint32_t *at = &c->index->heads[c->hash(l, i) & c->index->mask];

	while (*at != i && *at != EVENT_NONE)
		at = c->next(l, *at);
	if (*at == i)
		*at = *c->next(l, i);
}

/* Hosts that were probed one after the other have numbers that do, too. */
static uint64_t probe_hash(const struct ledger *l, uint32_t host, uint32_t kind, uint32_t bits)
{
	uint64_t group = host / HASH_NEAR;

	return hash_near(hash_two(&l->key, group << 32 | kind, bits), host);
}

/* The kinds of TCP share ports, so that either finds the other's conversation. */
static uint32_t tuple_class(enum probe_kind kind)
{
	return probe_kind_is_tcp(kind) ? PROBE_SYN : kind;
}

uint64_t store_tuple_hash(const struct ledger *l, uint32_t host, enum probe_kind kind,
			  uint32_t bits)
{
	return probe_hash(l, host, tuple_class(kind), bits);
}

static uint64_t target_hash(const struct ledger *l, uint32_t host, enum probe_kind kind,
			    uint16_t port)
{
	return probe_hash(l, host, 0x100u + kind, port);
}

uint32_t store_tuple_bits(enum probe_kind kind, uint16_t port, uint16_t local_port, uint32_t cookie)
{
	switch (kind) {
	case PROBE_SYN:
	case PROBE_ACK:
	case PROBE_WINDOW:
	case PROBE_FIN:
	case PROBE_NULL:
	case PROBE_XMAS:
	case PROBE_MAIMON:
	case PROBE_UDP:
	case PROBE_SCTP:
		return (uint32_t)port << 16 | local_port;
	case PROBE_LOOKUP:
		return cookie << 16 | local_port;
	case PROBE_IP:
		return port;
	case PROBE_ECHO:
	case PROBE_TIMESTAMP:
		return cookie;
	case PROBE_ARP:
	case PROBE_ND:
	case PROBE_KINDS:
		break;
	}
	return 0;
}

static uint32_t probe_bits(const struct probe *p)
{
	return store_tuple_bits(p->kind, p->port, p->local_port, p->cookie);
}

static uint32_t *next_host(const struct ledger *l, uint32_t i)
{
	return &l->hosts[i].next_in_bucket;
}

static uint64_t hash_host(const struct ledger *l, uint32_t i)
{
	return addr_hash(&l->hosts[i].addr, &l->key);
}

static uint32_t *next_mac(const struct ledger *l, uint32_t i)
{
	return &l->macs[i].next_in_bucket;
}

static uint64_t hash_mac(const struct ledger *l, uint32_t i)
{
	return hash_bytes(&l->key, l->macs[i].mac, MAC_LEN);
}

static uint32_t *next_of_tuple(const struct ledger *l, uint32_t i)
{
	return &l->probes[i].next_in_bucket;
}

static uint64_t hash_tuple(const struct ledger *l, uint32_t i)
{
	const struct probe *p = &l->probes[i];

	return store_tuple_hash(l, p->host, p->kind, probe_bits(p));
}

static uint32_t *next_target(const struct ledger *l, uint32_t i)
{
	return &l->target_next[i];
}

static uint64_t hash_target(const struct ledger *l, uint32_t i)
{
	const struct probe *p = &l->probes[i];

	return target_hash(l, p->host, p->kind, p->port);
}

struct chains store_chains(struct ledger *l, enum chain_kind kind)
{
	switch (kind) {
	case CHAIN_ADDR:
		return (struct chains) {&l->by_addr, next_host, hash_host};
	case CHAIN_MAC:
		return (struct chains) {&l->by_mac, next_mac, hash_mac};
	case CHAIN_TUPLE:
		return (struct chains) {&l->by_tuple, next_of_tuple, hash_tuple};
	case CHAIN_TARGET:
		break;
	}
	return (struct chains) {&l->by_target, next_target, hash_target};
}

/* Puts element i in front of its chain, and widens the index when it holds `count` by now. */
static void chain(struct ledger *l, enum chain_kind kind, uint32_t i, uint32_t count)
{
	struct chains c = store_chains(l, kind);
	uint32_t *head = &c.index->heads[c.hash(l, i) & c.index->mask];

	*c.next(l, i) = *head;
	*head = i;
	index_widen(l, &c, count);
}

struct ledger *ledger_new(const struct hash_key *key)
{
	struct ledger *l = calloc(1, sizeof(*l));

	if (!l)
		return NULL;
	l->key = *key;
	l->spare_host = l->spare_probe = l->spare_reply = l->spare_aside = EVENT_NONE;
	l->spare_mac = l->first_retired = l->last_retired = EVENT_NONE;
	if (!index_init(&l->by_addr, FIRST_HEADS) || !index_init(&l->by_tuple, FIRST_HEADS) ||
	    !index_init(&l->by_mac, FIRST_HEADS) || !index_init(&l->by_target, FIRST_HEADS)) {
		ledger_free(l);
		return NULL;
	}
	return l;
}

/* Makes room for `wanted` elements of an array that has room for fewer. A failure only costs speed. */
static bool reserve(void **array, uint32_t room, uint32_t wanted, size_t size)
{
	void *moved = wanted > room ? realloc(*array, wanted * size) : NULL;

	if (moved)
		*array = moved;
	return moved;
}

/* Replaces an empty index by one with so many heads. A failure only costs speed. */
static void index_begin(struct index *x, uint32_t heads)
{
	struct index fresh;

	if (!index_init(&fresh, heads))
		return;
	free(x->heads);
	*x = fresh;
}

void ledger_expect(struct ledger *l, uint64_t probes)
{
	uint32_t heads = FIRST_HEADS;

	while (heads < LEDGER_EXPECT_MAX && heads * 2 <= probes)
		heads *= 2;
	if (l->probe_count)
		return;
	index_begin(&l->by_tuple, heads);
	index_begin(&l->by_target, heads);
}

/* As many heads as `count` elements can have without index_widen(). */
static uint32_t heads_for(uint32_t count)
{
	uint32_t heads = FIRST_HEADS;

	while (heads / 2 <= count)
		heads *= 2;
	return heads;
}

void ledger_reserve(struct ledger *l, uint64_t hosts, uint64_t probes)
{
	uint32_t n_hosts = hosts < LEDGER_RESERVE_MAX ? (uint32_t)hosts : LEDGER_RESERVE_MAX;
	uint32_t n_probes = probes < LEDGER_RESERVE_MAX ? (uint32_t)probes : LEDGER_RESERVE_MAX;

	if (l->host_count || l->probe_count)
		return;
	index_begin(&l->by_addr, heads_for(n_hosts));
	index_begin(&l->by_tuple, heads_for(n_probes));
	index_begin(&l->by_target, heads_for(n_probes));
	if (reserve((void **)&l->hosts, l->host_room, n_hosts, sizeof(*l->hosts)))
		l->host_room = n_hosts;
	if (reserve((void **)&l->target_next, l->probe_room, n_probes, sizeof(uint32_t)) &&
	    reserve((void **)&l->target_last, l->probe_room, n_probes, sizeof(uint32_t)) &&
	    reserve((void **)&l->probes, l->probe_room, n_probes, sizeof(*l->probes)))
		l->probe_room = n_probes;
}

void ledger_free(struct ledger *l)
{
	if (!l)
		return;
	free(l->hosts);
	free(l->probes);
	free(l->replies);
	free(l->asides);
	free(l->own);
	free(l->by_addr.heads);
	free(l->macs);
	free(l->by_mac.heads);
	free(l->by_tuple.heads);
	free(l->by_target.heads);
	free(l->target_next);
	free(l->target_last);
	free(l);
}

int ledger_add_own(struct ledger *l, const struct addr *addr)
{
	if (store_is_own(l, addr))
		return 0;
	if (!grow((void **)&l->own, &l->own_room, l->own_count, sizeof(*l->own)))
		return -ENOMEM;
	l->own[l->own_count++] = *addr;
	return 0;
}

bool store_is_own(const struct ledger *l, const struct addr *addr)
{
	for (uint32_t i = 0; i < l->own_count; i++) {
		if (addr_equal(&l->own[i], addr))
			return true;
	}
	return addr_is_loopback(addr);
}

uint32_t ledger_find_host(const struct ledger *l, const struct addr *addr)
{
	uint32_t i = l->by_addr.heads[addr_hash(addr, &l->key) & l->by_addr.mask];

	while (i != EVENT_NONE && !addr_equal(&l->hosts[i].addr, addr))
		i = l->hosts[i].next_in_bucket;
	return i;
}

uint32_t ledger_find_alike(const struct ledger *l, uint32_t host)
{
	uint32_t i = l->hosts[host].next_in_bucket;

	while (i != EVENT_NONE && !addr_equal(&l->hosts[i].addr, &l->hosts[host].addr))
		i = l->hosts[i].next_in_bucket;
	return i;
}

/* Of the hosts that the same scanner probed at the same address, the one of its newest scan. */
static uint32_t newest_run(const struct ledger *l, uint32_t host)
{
	uint32_t newest = host;

	for (uint32_t i = host; i != EVENT_NONE; i = ledger_find_alike(l, i)) {
		if (l->hosts[i].run > l->hosts[newest].run &&
		    addr_equal(&l->hosts[i].source, &l->hosts[host].source))
			newest = i;
	}
	return newest;
}

uint32_t store_find(const struct ledger *l, const struct addr *addr, const struct addr *source)
{
	uint32_t i = ledger_find_host(l, addr);

	while (i != EVENT_NONE && !l->own_count && !addr_equal(&l->hosts[i].source, source))
		i = ledger_find_alike(l, i);
	return i == EVENT_NONE || !l->many_runs ? i : newest_run(l, i);
}

uint32_t store_host(struct ledger *l, const struct addr *addr, const struct addr *source,
		    uint16_t run)
{
	uint32_t i = store_find(l, addr, source);

	if (i != EVENT_NONE && l->hosts[i].run >= run)
		return i;
	l->many_runs |= run > 1;
	if (l->spare_host != EVENT_NONE) {
		i = l->spare_host;
		l->spare_host = l->hosts[i].next_in_bucket;
	} else {
		if (!grow((void **)&l->hosts, &l->host_room, l->host_count, sizeof(*l->hosts)))
			return EVENT_NONE;
		i = l->host_count++;
	}
	l->hosts[i] = (struct ledger_host) {
		.addr = *addr,
		.source = *source,
		.run = run,
		.first_port = EVENT_NONE,
		.first_up = EVENT_NONE,
		.next_retired = EVENT_NONE,
	};
	chain(l, CHAIN_ADDR, i, l->host_count);
	return i;
}

static uint32_t find_mac(const struct ledger *l, const uint8_t mac[static MAC_LEN])
{
	uint32_t i = l->by_mac.heads[hash_bytes(&l->key, mac, MAC_LEN) & l->by_mac.mask];

	while (i != EVENT_NONE && memcmp(l->macs[i].mac, mac, MAC_LEN))
		i = l->macs[i].next_in_bucket;
	return i;
}

uint32_t store_mac_owner(const struct ledger *l, const uint8_t mac[static MAC_LEN])
{
	uint32_t i = find_mac(l, mac);
	const struct ledger_host *h;

	if (i == EVENT_NONE)
		return EVENT_NONE;
	h = &l->hosts[l->macs[i].host];
	return memcmp(h->mac, mac, MAC_LEN) ? EVENT_NONE : l->macs[i].host;
}

bool store_mac(struct ledger *l, uint32_t host, const uint8_t mac[static MAC_LEN])
{
	uint32_t i = find_mac(l, mac);

	if (i == EVENT_NONE) {
		if (l->spare_mac != EVENT_NONE) {
			i = l->spare_mac;
			l->spare_mac = l->macs[i].next_in_bucket;
		} else {
			if (!grow((void **)&l->macs, &l->mac_room, l->mac_count, sizeof(*l->macs)))
				return false;
			i = l->mac_count++;
		}
		memcpy(l->macs[i].mac, mac, MAC_LEN);
		l->macs[i].host = host;
		chain(l, CHAIN_MAC, i, l->mac_count);
	} else if (store_mac_owner(l, mac) == EVENT_NONE) {
		l->macs[i].host = host; /* the first one has another MAC by now */
	}
	l->hosts[host].has_mac = true;
	memcpy(l->hosts[host].mac, mac, MAC_LEN);
	return true;
}

uint32_t ledger_find_probe(const struct ledger *l, uint32_t host, enum probe_kind kind,
			   uint16_t port)
{
	uint32_t i = l->by_target.heads[target_hash(l, host, kind, port) & l->by_target.mask];

	while (i != EVENT_NONE && (l->probes[i].host != host || l->probes[i].kind != kind ||
				   l->probes[i].port != port))
		i = l->target_next[i];
	return i;
}

/* Room in probes[] and the two arrays beside it. */
static bool grow_probes(struct ledger *l)
{
	uint32_t room_next = l->probe_room, room_last = l->probe_room;

	return grow((void **)&l->target_next, &room_next, l->probe_count, sizeof(uint32_t)) &&
	       grow((void **)&l->target_last, &room_last, l->probe_count, sizeof(uint32_t)) &&
	       grow((void **)&l->probes, &l->probe_room, l->probe_count, sizeof(*l->probes));
}

/* Joins probe i to the earlier tries of its port, or makes it the first. */
static void join_tries(struct ledger *l, uint32_t i)
{
	struct probe *p = &l->probes[i];
	uint32_t first = ledger_find_probe(l, p->host, p->kind, p->port);

	l->target_next[i] = EVENT_NONE;
	l->target_last[i] = i;
	if (first != EVENT_NONE) {
		struct probe *last = &l->probes[l->target_last[first]];

		last->next_try = i;
		p->try_number = last->try_number < UINT8_MAX ? last->try_number + 1 : UINT8_MAX;
		l->target_last[first] = i;
		return;
	}
	p->try_number = 1;
	if (probe_kind_protocol(p->kind)) {
		p->next_port = l->hosts[p->host].first_port;
		l->hosts[p->host].first_port = i;
		l->hosts[p->host].kinds |= 1u << p->kind;
	}
	chain(l, CHAIN_TARGET, i, l->probe_count);
}

uint32_t store_probe(struct ledger *l, const struct probe *probe)
{
	uint32_t i = l->spare_probe;
	struct probe *p;

	if (i != EVENT_NONE)
		l->spare_probe = l->probes[i].next_in_bucket;
	else if (grow_probes(l))
		i = l->probe_count++;
	else
		return EVENT_NONE;
	p = &l->probes[i];
	*p = *probe;
	p->first_reply = p->last_reply = p->next_try = p->next_port = EVENT_NONE;
	p->last_aside = EVENT_NONE;
	join_tries(l, i);
	chain(l, CHAIN_TUPLE, i, l->probe_count);
	l->live_count++;
	l->hosts[p->host].probes++;
	return i;
}

static bool same_tuple(const struct probe *p, uint32_t host, enum probe_kind kind, uint32_t bits)
{
	return p->host == host && tuple_class(p->kind) == tuple_class(kind) &&
	       probe_bits(p) == bits;
}

static uint32_t tuple_walk(const struct ledger *l, uint32_t i, uint32_t host, enum probe_kind kind,
			   uint32_t bits)
{
	while (i != EVENT_NONE && !same_tuple(&l->probes[i], host, kind, bits))
		i = l->probes[i].next_in_bucket;
	return i;
}

uint32_t store_tuple_first(const struct ledger *l, uint32_t host, enum probe_kind kind,
			   uint32_t bits)
{
	uint64_t hash = store_tuple_hash(l, host, kind, bits);

	return tuple_walk(l, l->by_tuple.heads[hash & l->by_tuple.mask], host, kind, bits);
}

uint32_t store_tuple_next(const struct ledger *l, uint32_t probe, uint32_t host,
			  enum probe_kind kind, uint32_t bits)
{
	return tuple_walk(l, l->probes[probe].next_in_bucket, host, kind, bits);
}

/*
 * What a reply from the host itself teaches about its round trip and about its being up. Only the
 * first answer to a probe has a round trip: a SYN/ACK sent again comes seconds later.
 */
static void account_reply(struct ledger_host *h, const struct reply *r, uint32_t index, nsec_t rtt,
			  bool is_first)
{
	bool from_target = addr_equal(&r->from, &h->addr);

	h->replies++;
	if (from_target && is_first && rtt >= 0) {
		if (!h->rtt_count || rtt < h->rtt_min)
			h->rtt_min = rtt;
		if (rtt > h->rtt_max)
			h->rtt_max = rtt;
		h->rtt_sum += rtt;
		h->rtt_count++;
	}
	if (h->first_up == EVENT_NONE && rule_host_reason(r->kind, r->type, r->code, from_target))
		h->first_up = index;
}

uint32_t store_reply(struct ledger *l, const struct reply *reply)
{
	uint32_t i = l->spare_reply;
	struct probe *p = &l->probes[reply->probe];

	if (i != EVENT_NONE)
		l->spare_reply = l->replies[i].next;
	else if (grow((void **)&l->replies, &l->reply_room, l->reply_count, sizeof(*l->replies)))
		i = l->reply_count++;
	else
		return EVENT_NONE;
	l->replies[i] = *reply;
	l->replies[i].next = EVENT_NONE;
	l->live_count++;
	if (p->last_reply == EVENT_NONE)
		p->first_reply = i;
	else
		l->replies[p->last_reply].next = i;
	p->last_reply = i;
	account_reply(&l->hosts[p->host], reply, i, reply->time - p->time, p->first_reply == i);
	return i;
}

bool store_aside(struct ledger *l, const struct aside *aside)
{
	uint32_t i = l->spare_aside;

	if (i != EVENT_NONE)
		l->spare_aside = l->asides[i].previous;
	else if (grow((void **)&l->asides, &l->aside_room, l->aside_count, sizeof(*l->asides)))
		i = l->aside_count++;
	else
		return false;
	l->asides[i] = *aside;
	l->asides[i].previous = l->probes[aside->probe].last_aside;
	l->probes[aside->probe].last_aside = i;
	l->live_count++;
	return true;
}

void ledger_set_ours(struct ledger *l, ledger_ours_fn *fn, void *user)
{
	l->ours = fn;
	l->ours_user = user;
}

void ledger_set_end(struct ledger *l, nsec_t time)
{
	l->end_known = true;
	l->end = time;
}

bool ledger_end(const struct ledger *l, nsec_t *ret_time)
{
	if (l->end_known)
		*ret_time = l->end;
	return l->end_known;
}

uint32_t ledger_host_count(const struct ledger *l)
{
	return l->host_count;
}

uint32_t ledger_probe_count(const struct ledger *l)
{
	return l->probe_count;
}

uint32_t ledger_reply_count(const struct ledger *l)
{
	return l->reply_count;
}

uint32_t ledger_aside_count(const struct ledger *l)
{
	return l->aside_count;
}

uint64_t ledger_noted(const struct ledger *l, enum note_kind kind, size_t room,
		      uint64_t *ret_frames)
{
	for (size_t i = 0; i < room && i < LEDGER_NOTED_MAX && i < l->noted[kind]; i++)
		ret_frames[i] = l->noted_first[kind][i];
	return l->noted[kind];
}

bool ledger_probed_beyond_resolution(const struct ledger *l)
{
	return l->beyond_resolution;
}

const struct ledger_host *ledger_host(const struct ledger *l, uint32_t host)
{
	return &l->hosts[host];
}

const struct probe *ledger_probe(const struct ledger *l, uint32_t probe)
{
	return &l->probes[probe];
}

const struct reply *ledger_reply(const struct ledger *l, uint32_t reply)
{
	return &l->replies[reply];
}

const struct aside *ledger_aside(const struct ledger *l, uint32_t aside)
{
	return &l->asides[aside];
}

bool ledger_is_ping(const struct ledger *l, const struct probe *probe)
{
	const struct ledger_host *h = &l->hosts[probe->host];

	if (probe->kind == PROBE_ACK)
		return probe->local_port && (probe->local_port == h->mixed_ports[0] ||
					     probe->local_port == h->mixed_ports[1]);
	return probe->kind == PROBE_SYN && probe->local_port &&
	       (probe->local_port == h->ping_ports[0] || probe->local_port == h->ping_ports[1]);
}

nsec_t ledger_silence(const struct ledger *l, uint32_t host)
{
	const struct ledger_host *h = &l->hosts[host];
	nsec_t wait = SLOWEST_ANSWERS * h->rtt_max;

	if (!h->rtt_count)
		return LEDGER_SILENCE_BLIND;
	if (wait < LEDGER_SILENCE_MIN)
		return LEDGER_SILENCE_MIN;
	return wait < SILENCE_MAX ? wait : SILENCE_MAX;
}
