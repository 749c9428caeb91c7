// SPDX-License-Identifier: Apache-2.0
// What the ledger holds: hosts, probes and replies in arrays, found through keyed hashes.
#include "evidence/store.h"

#include <string.h>

#include "base/big.h"
#include "evidence/rule.h"

bool store_grow(void **array, uint32_t *room, uint32_t count, size_t size)
{
	uint32_t wanted = *room ? *room * 2 : 16;
	void *moved;

	if (count < *room)
		return true;
	if (wanted <= *room)
		return false;
	moved = big_resize(*array, *room * size, wanted * size);
	if (!moved)
		return false;
	*array = moved;
	*room = wanted;
	return true;
}

void store_reserve(void **array, uint32_t *room, uint32_t wanted, size_t size)
{
	void *moved = wanted > *room ? big_resize(*array, *room * size, wanted * size) : NULL;

	if (!moved)
		return;
	*array = moved;
	*room = wanted;
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

uint32_t ledger_find_pair(const struct ledger *l, const struct addr *addr,
			  const struct addr *source)
{
	uint32_t i;

	if (l->own_count) { /* then an address is one host, but for what came before */
		i = ledger_find_host(l, addr);
		while (i != EVENT_NONE && !addr_equal(&l->hosts[i].source, source))
			i = ledger_find_alike(l, i);
		return i;
	}
	i = l->by_pair.heads[store_pair_hash(l, addr, source) & l->by_pair.mask];
	while (i != EVENT_NONE &&
	       !(addr_equal(&l->hosts[i].addr, addr) && addr_equal(&l->hosts[i].source, source)))
		i = l->hosts[i].next_of_pair;
	return i;
}

/* Chains have the newest in front, and a scanner's next scan is entered after the one before. */
uint32_t store_find(const struct ledger *l, const struct addr *addr, const struct addr *source)
{
	return l->own_count ? ledger_find_host(l, addr) : ledger_find_pair(l, addr, source);
}

uint32_t store_host(struct ledger *l, const struct addr *addr, const struct addr *source,
		    uint16_t run)
{
	uint32_t i = store_find(l, addr, source);

	if (i != EVENT_NONE && l->hosts[i].run >= run)
		return i;
	if (l->spare_host != EVENT_NONE) {
		i = l->spare_host;
		l->spare_host = l->hosts[i].next_in_bucket;
	} else {
		if (!store_grow((void **)&l->hosts, &l->host_room, l->host_count,
				sizeof(*l->hosts)))
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
	store_chain(l, CHAIN_ADDR, i, l->host_count);
	if (!l->own_count)
		store_chain(l, CHAIN_PAIR, i, l->host_count);
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
			if (!store_grow((void **)&l->macs, &l->mac_room, l->mac_count,
					sizeof(*l->macs)))
				return false;
			i = l->mac_count++;
		}
		memcpy(l->macs[i].mac, mac, MAC_LEN);
		l->macs[i].host = host;
		store_chain(l, CHAIN_MAC, i, l->mac_count);
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
	uint32_t i = l->by_target.heads[store_target_hash(l, host, kind, port) & l->by_target.mask];

	while (i != EVENT_NONE && (l->probes[i].host != host || l->probes[i].kind != kind ||
				   l->probes[i].port != port))
		i = l->probes[i].next_target;
	return i;
}

/* Joins probe i to the earlier tries of its port, or makes it the first. */
static void join_tries(struct ledger *l, uint32_t i)
{
	struct probe *p = &l->probes[i];
	uint32_t first = ledger_find_probe(l, p->host, p->kind, p->port);

	p->next_target = EVENT_NONE;
	p->last_try = i;
	if (first != EVENT_NONE) {
		struct probe *last = &l->probes[l->probes[first].last_try];

		last->next_try = i;
		p->try_number = last->try_number < UINT8_MAX ? last->try_number + 1 : UINT8_MAX;
		l->probes[first].last_try = i;
		return;
	}
	p->try_number = 1;
	if (probe_kind_protocol(p->kind)) {
		p->next_port = l->hosts[p->host].first_port;
		l->hosts[p->host].first_port = i;
		l->hosts[p->host].kinds |= 1u << p->kind;
	}
	store_chain(l, CHAIN_TARGET, i, l->probe_count);
}

uint32_t store_probe(struct ledger *l, const struct probe *probe)
{
	uint32_t i = l->spare_probe;
	struct probe *p;

	if (i != EVENT_NONE)
		l->spare_probe = l->probes[i].next_in_bucket;
	else if (store_grow((void **)&l->probes, &l->probe_room, l->probe_count,
			    sizeof(*l->probes)))
		i = l->probe_count++;
	else
		return EVENT_NONE;
	p = &l->probes[i];
	*p = *probe;
	p->first_reply = p->last_reply = p->next_try = p->next_port = EVENT_NONE;
	p->last_aside = EVENT_NONE;
	join_tries(l, i);
	store_chain(l, CHAIN_TUPLE, i, l->probe_count);
	l->live_count++;
	l->hosts[p->host].probes++;
	return i;
}

static bool same_tuple(const struct probe *p, uint32_t host, enum probe_kind kind, uint32_t bits)
{
	return p->host == host && store_tuple_class(p->kind) == store_tuple_class(kind) &&
	       store_probe_bits(p) == bits;
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
	else if (store_grow((void **)&l->replies, &l->reply_room, l->reply_count,
			    sizeof(*l->replies)))
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
	else if (store_grow((void **)&l->asides, &l->aside_room, l->aside_count,
			    sizeof(*l->asides)))
		i = l->aside_count++;
	else
		return false;
	l->asides[i] = *aside;
	l->asides[i].previous = l->probes[aside->probe].last_aside;
	l->probes[aside->probe].last_aside = i;
	l->live_count++;
	return true;
}
