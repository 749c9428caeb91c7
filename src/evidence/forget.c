// SPDX-License-Identifier: Apache-2.0
// What a large scan lets go of: the evidence about hosts that were reported.
//
// Theory of operation. Places of what is forgotten are chained and used again, so indexes of
// what is kept stay good. A place given back says that it is none: a probe by its kind PROBE_KINDS,
// a host by an address of no family.
#include "evidence/forget.h"

#include <string.h>

#include "evidence/store.h"

uint32_t ledger_live_count(const struct ledger *l)
{
	return l->live_count;
}

uint32_t ledger_forgotten(const struct ledger *l)
{
	return l->forgotten;
}

void ledger_retire(struct ledger *l, uint32_t host)
{
	struct ledger_host *h = &l->hosts[host];

	if (h->retired)
		return;
	h->retired = true;
	h->next_retired = EVENT_NONE;
	if (l->last_retired == EVENT_NONE)
		l->first_retired = host;
	else
		l->hosts[l->last_retired].next_retired = host;
	l->last_retired = host;
}

static void forget_replies(struct ledger *l, struct probe *p)
{
	uint32_t next;

	for (uint32_t i = p->first_reply; i != EVENT_NONE; i = next) {
		next = l->replies[i].next;
		l->replies[i] = (struct reply) {.probe = EVENT_NONE, .next = l->spare_reply};
		l->spare_reply = i;
		l->live_count--;
	}
	for (uint32_t i = p->last_aside; i != EVENT_NONE; i = next) {
		next = l->asides[i].previous;
		l->asides[i] = (struct aside) {.probe = EVENT_NONE, .previous = l->spare_aside};
		l->spare_aside = i;
		l->live_count--;
	}
}

/* Forgets a first try and all that followed it. */
static void forget_tries(struct ledger *l, uint32_t first)
{
	struct chains target = store_chains(l, CHAIN_TARGET), tuple = store_chains(l, CHAIN_TUPLE);
	uint32_t next;

	if (first == EVENT_NONE)
		return;
	store_unchain(l, &target, first);
	for (uint32_t i = first; i != EVENT_NONE; i = next) {
		struct probe *p = &l->probes[i];

		next = p->next_try;
		forget_replies(l, p);
		store_unchain(l, &tuple, i);
		*p = (struct probe) {
			.host = EVENT_NONE,
			.kind = PROBE_KINDS,
			.first_reply = EVENT_NONE,
			.last_reply = EVENT_NONE,
			.next_try = EVENT_NONE,
			.next_port = EVENT_NONE,
			.last_aside = EVENT_NONE,
			.next_in_bucket = l->spare_probe,
		};
		l->spare_probe = i;
		l->live_count--;
	}
}

/* Gives back the entry of the host's MAC, if it is the one who has it. */
static void forget_mac(struct ledger *l, uint32_t host)
{
	struct chains c = store_chains(l, CHAIN_MAC);
	const struct ledger_host *h = &l->hosts[host];
	uint32_t i;

	if (!h->has_mac || store_mac_owner(l, h->mac) != host)
		return;
	i = l->by_mac.heads[hash_bytes(&l->key, h->mac, MAC_LEN) & l->by_mac.mask];
	while (memcmp(l->macs[i].mac, h->mac, MAC_LEN) != 0)
		i = l->macs[i].next_in_bucket;
	store_unchain(l, &c, i);
	l->macs[i].next_in_bucket = l->spare_mac;
	l->spare_mac = i;
}

static void forget_host(struct ledger *l, uint32_t host)
{
	struct chains addr = store_chains(l, CHAIN_ADDR), pair = store_chains(l, CHAIN_PAIR);
	struct ledger_host *h = &l->hosts[host];
	uint32_t next;

	for (uint32_t i = h->first_port; i != EVENT_NONE; i = next) {
		next = l->probes[i].next_port;
		forget_tries(l, i);
	}
	for (unsigned kind = 0; kind < PROBE_KINDS; kind++)
		if (!probe_kind_protocol((enum probe_kind)kind))
			forget_tries(l, ledger_find_probe(l, host, (enum probe_kind)kind, 0));
	forget_mac(l, host);
	store_unchain(l, &addr, host);
	store_unchain(l, &pair, host);
	*h = (struct ledger_host) {
		.first_port = EVENT_NONE,
		.first_up = EVENT_NONE,
		.next_retired = EVENT_NONE,
		.next_in_bucket = l->spare_host,
	};
	l->spare_host = host;
	l->forgotten++;
}

uint32_t ledger_forget_oldest(struct ledger *l, uint32_t keep)
{
	uint32_t host = l->first_retired;

	if (host == EVENT_NONE || l->live_count <= keep)
		return EVENT_NONE;
	l->first_retired = l->hosts[host].next_retired;
	if (l->first_retired == EVENT_NONE)
		l->last_retired = EVENT_NONE;
	forget_host(l, host);
	return host;
}
