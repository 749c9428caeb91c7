// SPDX-License-Identifier: Apache-2.0
// The ledger's keyed hashes: of what, and with which chains.
#include "evidence/store.h"

#include <string.h>

#include "base/big.h"

#define WIDER 4 /* times as many heads, each time */

bool store_index_init(struct index *x, uint32_t heads)
{
	x->heads = big_resize(NULL, 0, heads * sizeof(*x->heads));
	if (!x->heads)
		return false;
	memset(x->heads, 0xff, heads * sizeof(*x->heads));
	x->mask = heads - 1;
	return true;
}

void store_index_done(struct index *x)
{
	big_free(x->heads, ((size_t)x->mask + 1) * sizeof(*x->heads));
}

/*
 * Widens an index of `count` elements once there are half as many of them as heads (to look for
 * what is not there, as for each new probe, then mostly costs no look at an element, which is far
 * away): to WIDER times as many, since each time costs a look at every element. Chains keep their
 * order, newest first. A failure only costs speed.
 */
static void index_widen(const struct ledger *l, const struct chains *c, uint32_t count)
{
	uint32_t heads = c->index->mask + 1;
	struct index fresh;

	if (count < heads / 2 || heads > UINT32_MAX / WIDER ||
	    !store_index_init(&fresh, heads * WIDER))
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
	store_index_done(c->index);
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

uint64_t store_pair_hash(const struct ledger *l, const struct addr *addr, const struct addr *source)
{
	uint64_t of = addr_hash(addr, &l->key);

	return hash_near(hash_two(&l->key, of / HASH_NEAR, addr_hash(source, &l->key)), of);
}

/* Hosts that were probed one after the other have numbers that do, too. */
static uint64_t probe_hash(const struct ledger *l, uint32_t host, uint32_t kind, uint32_t bits)
{
	uint64_t group = host / HASH_NEAR;

	return hash_near(hash_two(&l->key, group << 32 | kind, bits), host);
}

uint32_t store_tuple_class(enum probe_kind kind)
{
	return probe_kind_is_tcp(kind) ? PROBE_SYN : kind;
}

uint64_t store_tuple_hash(const struct ledger *l, uint32_t host, enum probe_kind kind,
			  uint32_t bits)
{
	return probe_hash(l, host, store_tuple_class(kind), bits);
}

uint64_t store_target_hash(const struct ledger *l, uint32_t host, enum probe_kind kind,
			   uint16_t port)
{
	return probe_hash(l, host, 0x100u + kind, port);
}

uint32_t store_probe_bits(const struct probe *p)
{
	switch ((enum probe_kind)p->kind) {
	case PROBE_SYN:
	case PROBE_ACK:
	case PROBE_WINDOW:
	case PROBE_FIN:
	case PROBE_NULL:
	case PROBE_XMAS:
	case PROBE_MAIMON:
	case PROBE_UDP:
	case PROBE_SCTP:
		return (uint32_t)p->port << 16 | p->local_port;
	case PROBE_LOOKUP:
		return p->cookie << 16 | p->local_port;
	case PROBE_IP:
		return p->port;
	case PROBE_ECHO:
	case PROBE_TIMESTAMP:
		return p->cookie;
	case PROBE_ARP:
	case PROBE_ND:
	case PROBE_KINDS:
		break;
	}
	return 0;
}

static uint32_t *next_host(const struct ledger *l, uint32_t i)
{
	return &l->hosts[i].next_in_bucket;
}

static uint64_t hash_host(const struct ledger *l, uint32_t i)
{
	return addr_hash(&l->hosts[i].addr, &l->key);
}

static uint32_t *next_of_pair(const struct ledger *l, uint32_t i)
{
	return &l->hosts[i].next_of_pair;
}

static uint64_t hash_pair(const struct ledger *l, uint32_t i)
{
	return store_pair_hash(l, &l->hosts[i].addr, &l->hosts[i].source);
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

	return store_tuple_hash(l, p->host, p->kind, store_probe_bits(p));
}

static uint32_t *next_target(const struct ledger *l, uint32_t i)
{
	return &l->probes[i].next_target;
}

static uint64_t hash_target(const struct ledger *l, uint32_t i)
{
	const struct probe *p = &l->probes[i];

	return store_target_hash(l, p->host, p->kind, p->port);
}

struct chains store_chains(struct ledger *l, enum chain_kind kind)
{
	switch (kind) {
	case CHAIN_ADDR:
		return (struct chains) {&l->by_addr, next_host, hash_host};
	case CHAIN_PAIR:
		return (struct chains) {&l->by_pair, next_of_pair, hash_pair};
	case CHAIN_MAC:
		return (struct chains) {&l->by_mac, next_mac, hash_mac};
	case CHAIN_TUPLE:
		return (struct chains) {&l->by_tuple, next_of_tuple, hash_tuple};
	case CHAIN_TARGET:
		break;
	}
	return (struct chains) {&l->by_target, next_target, hash_target};
}

void store_chain(struct ledger *l, enum chain_kind kind, uint32_t i, uint32_t count)
{
	struct chains c = store_chains(l, kind);
	uint32_t *head = &c.index->heads[c.hash(l, i) & c.index->mask];

	*c.next(l, i) = *head;
	*head = i;
	index_widen(l, &c, count);
}

void store_index_begin(struct index *x, uint32_t heads)
{
	struct index fresh;

	if (!store_index_init(&fresh, heads))
		return;
	store_index_done(x);
	*x = fresh;
}
