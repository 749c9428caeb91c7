// SPDX-License-Identifier: Apache-2.0
// Who scans in a capture.
//
// Theory of operation. The ledger's hosts, each a pair of scanner and target, are sorted by
// scanner, so that all of one stand together and are added up; the heaviest few are kept. Sorting
// is exact whatever the order of frames: a flood of spoofed sources cannot hide who sent most.
#include "evidence/scanners.h"

#include <stdlib.h>
#include <string.h>

#define RESOLVED_MAX 8 /* who resolves so many addresses may well scan */

/* What one source did. */
struct source {
	const struct addr *addr;
	uint16_t run;
	uint32_t first_host; /* in the ledger */
	uint32_t hosts;      /* that it asked for in any way */
	uint64_t asks;       /* probes that are more than resolution and look-ups */
	uint64_t probes;
};

static int by_source(const void *a, const void *b, void *context)
{
	const struct ledger *l = context;
	uint32_t i = *(const uint32_t *)a, j = *(const uint32_t *)b;
	const struct ledger_host *g = ledger_host(l, i), *h = ledger_host(l, j);
	int order = addr_compare(&g->source, &h->source);

	if (!order)
		order = (g->run > h->run) - (g->run < h->run);
	return order ? order : (i > j) - (i < j);
}

static int by_first_host(const void *a, const void *b)
{
	const struct source *s = a, *t = b;

	return (s->first_host > t->first_host) - (s->first_host < t->first_host);
}

/* Keeps a source when it is among the heaviest; whether one that asks fell out. */
static bool keep(struct source kept[static SCANNERS_MAX], unsigned *count, const struct source *s)
{
	unsigned lightest = 0;
	struct source out;

	if (*count < SCANNERS_MAX) {
		kept[(*count)++] = *s;
		return false;
	}
	for (unsigned i = 1; i < SCANNERS_MAX; i++) {
		if (kept[i].probes < kept[lightest].probes)
			lightest = i;
	}
	out = kept[lightest];
	if (s->probes <= out.probes)
		return s->asks;
	kept[lightest] = *s;
	return out.asks;
}

static bool is_of(const struct ledger_host *host, const struct addr *addr, uint16_t run)
{
	return host->run == run && addr_equal(&host->source, addr);
}

/* Adds up the hosts of each source and keeps the heaviest; `order` is sorted by source. */
static unsigned add_up(const struct ledger *l, const uint32_t *order, uint32_t hosts,
		       struct source kept[static SCANNERS_MAX], bool *ret_more)
{
	bool resolvers = !ledger_probed_beyond_resolution(l);
	unsigned count = 0;

	for (uint32_t i = 0; i < hosts;) {
		const struct ledger_host *first = ledger_host(l, order[i]);
		struct source s = {&first->source, first->run, order[i], 0, 0, 0};

		for (; i < hosts && is_of(ledger_host(l, order[i]), s.addr, s.run); i++) {
			s.hosts++;
			s.asks += ledger_host(l, order[i])->asks;
			s.probes += ledger_host(l, order[i])->probes;
		}
		/* every machine resolves a few addresses, whoever scans beside it */
		if (s.asks || s.hosts >= RESOLVED_MAX || resolvers)
			*ret_more |= keep(kept, &count, &s);
	}
	return count;
}

unsigned scanners_place(const struct scanners *s, const struct ledger_host *host)
{
	unsigned i = 0;

	while (i < s->count && !is_of(host, &s->addrs[i], s->runs[i]))
		i++;
	return i;
}

bool scanners_find(const struct ledger *l, struct scanners *ret_scanners)
{
	uint32_t hosts = ledger_host_count(l);
	uint32_t *order = malloc(((size_t)hosts + 1) * sizeof(*order));
	struct source kept[SCANNERS_MAX];
	struct scanners s = {0};

	if (!order)
		return false;
	for (uint32_t i = 0; i < hosts; i++)
		order[i] = i;
	qsort_r(order, hosts, sizeof(*order), by_source, (void *)(uintptr_t)l);
	s.count = add_up(l, order, hosts, kept, &s.more);
	free(order);
	qsort(kept, s.count, sizeof(kept[0]), by_first_host);
	for (unsigned i = 0; i < s.count; i++) {
		s.addrs[i] = *kept[i].addr;
		s.runs[i] = kept[i].run;
		s.probes[i] = kept[i].probes;
		if (s.probes[i] > s.probes[s.main])
			s.main = i;
	}
	*ret_scanners = s;
	return true;
}

bool scanners_has(const struct scanners *s, const struct ledger_host *host)
{
	return host->asks || scanners_place(s, host) < s->count;
}
