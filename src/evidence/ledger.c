// SPDX-License-Identifier: Apache-2.0
// The ledger from outside: its beginning and end, and what it is asked. (What it holds: store.c;
// what is let go of again: forget.c.)
#include "evidence/ledger.h"

#include <errno.h>
#include <stdlib.h>

#include "base/big.h"
#include "evidence/rule.h"
#include "evidence/store.h"

#define FIRST_HEADS     64
#define SILENCE_MAX     (10 * NSEC_PER_SEC)
#define SLOWEST_ANSWERS 2 /* silence is judged against this many times the slowest answer */

struct ledger *ledger_new(const struct hash_key *key)
{
	struct ledger *l = calloc(1, sizeof(*l));

	if (!l)
		return NULL;
	l->key = *key;
	l->spare_host = l->spare_probe = l->spare_reply = l->spare_aside = EVENT_NONE;
	l->spare_mac = l->first_retired = l->last_retired = EVENT_NONE;
	if (!store_index_init(&l->by_addr, FIRST_HEADS) ||
	    !store_index_init(&l->by_pair, FIRST_HEADS) ||
	    !store_index_init(&l->by_mac, FIRST_HEADS) ||
	    !store_index_init(&l->by_tuple, FIRST_HEADS) ||
	    !store_index_init(&l->by_target, FIRST_HEADS)) {
		ledger_free(l);
		return NULL;
	}
	return l;
}

void ledger_expect(struct ledger *l, uint64_t probes)
{
	uint32_t heads = FIRST_HEADS;

	while (heads < LEDGER_EXPECT_MAX && heads * 2 <= probes)
		heads *= 2;
	if (l->probe_count)
		return;
	store_index_begin(&l->by_tuple, heads);
	store_index_begin(&l->by_target, heads);
}

void ledger_reserve(struct ledger *l, uint64_t hosts, uint64_t probes)
{
	uint32_t n_hosts = hosts < LEDGER_RESERVE_MAX ? (uint32_t)hosts : LEDGER_RESERVE_MAX;
	uint32_t n_probes = probes < LEDGER_RESERVE_MAX ? (uint32_t)probes : LEDGER_RESERVE_MAX;

	if (l->host_count || l->probe_count)
		return;
	store_index_begin(&l->by_addr, store_index_heads(n_hosts));
	if (!l->own_count)
		store_index_begin(&l->by_pair, store_index_heads(n_hosts));
	store_index_begin(&l->by_tuple, store_index_heads(n_probes));
	store_index_begin(&l->by_target, store_index_heads(n_probes));
	store_reserve((void **)&l->hosts, &l->host_room, n_hosts, sizeof(*l->hosts));
	store_reserve((void **)&l->probes, &l->probe_room, n_probes, sizeof(*l->probes));
}

void ledger_free(struct ledger *l)
{
	if (!l)
		return;
	big_free(l->hosts, l->host_room * sizeof(*l->hosts));
	big_free(l->probes, l->probe_room * sizeof(*l->probes));
	big_free(l->replies, l->reply_room * sizeof(*l->replies));
	big_free(l->asides, l->aside_room * sizeof(*l->asides));
	big_free(l->own, l->own_room * sizeof(*l->own));
	big_free(l->macs, l->mac_room * sizeof(*l->macs));
	store_index_done(&l->by_addr);
	store_index_done(&l->by_pair);
	store_index_done(&l->by_mac);
	store_index_done(&l->by_tuple);
	store_index_done(&l->by_target);
	free(l);
}

int ledger_add_own(struct ledger *l, const struct addr *addr)
{
	if (store_is_own(l, addr))
		return 0;
	if (!store_grow((void **)&l->own, &l->own_room, l->own_count, sizeof(*l->own)))
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

void ledger_leave_port(struct ledger *l, uint32_t host, enum probe_kind kind, uint16_t port)
{
	uint32_t first = ledger_find_probe(l, host, kind, port);

	if (first != EVENT_NONE)
		l->probes[first].marks |= PROBE_LEFT;
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
