// SPDX-License-Identifier: Apache-2.0
// How each host was found to be up: see evidence/discovery.h.
#include "evidence/discovery.h"

#include <stdlib.h>

#include "evidence/verdict.h"

bool discovery_is_probe(const struct ledger *l, const struct probe *p)
{
	if (p->kind == PROBE_LOOKUP)
		return false;
	if (p->kind == PROBE_ARP || p->kind == PROBE_ND)
		return verdict_is_target(l, p->host);
	return !probe_kind_protocol(p->kind) || ledger_is_ping(l, p);
}

bool discoveries_find(const struct ledger *l, struct discoveries *ret_discoveries)
{
	struct discoveries d = {.count = ledger_host_count(l)};

	if (d.count > DISCOVERY_HOSTS_MAX)
		d.count = DISCOVERY_HOSTS_MAX;
	d.hosts = calloc(d.count + 1, sizeof(*d.hosts));
	if (!d.hosts)
		return false;
	for (uint32_t i = 0; i < ledger_probe_count(l); i++) {
		const struct probe *p = ledger_probe(l, i);
		struct discovery *h;

		if (p->host >= d.count || !discovery_is_probe(l, p))
			continue;
		h = &d.hosts[p->host];
		if (h->count < DISCOVERY_PROBES_MAX)
			h->probes[h->count] = i;
		h->count++;
	}
	*ret_discoveries = d;
	return true;
}

void discoveries_done(struct discoveries *d)
{
	free(d->hosts);
	*d = (struct discoveries) {0};
}
