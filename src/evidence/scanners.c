// SPDX-License-Identifier: Apache-2.0
// Who scans in a capture.
//
// Theory of operation. Heavy hitters by Misra and Gries (1982): a fixed table of candidates, each
// with a counter; a newcomer that finds the table full costs all counters its weight. Their second
// counts are exact, by another walk.
#include "evidence/scanners.h"

#include <string.h>

#define CANDIDATES   64
#define RESOLVED_MAX 8 /* who resolves so many addresses may well scan */

struct candidate {
	struct addr addr;
	uint64_t weight;
};

static struct candidate *find(struct candidate *table, const struct addr *addr)
{
	for (unsigned i = 0; i < CANDIDATES; i++) {
		if (table[i].weight && addr_equal(&table[i].addr, addr))
			return &table[i];
	}
	return NULL;
}

static struct candidate *least(struct candidate *table)
{
	struct candidate *c = &table[0];

	for (unsigned i = 1; i < CANDIDATES; i++) {
		if (table[i].weight < c->weight)
			c = &table[i];
	}
	return c;
}

static void enter(struct candidate *table, const struct addr *addr, uint64_t weight)
{
	struct candidate *c = find(table, addr);
	uint64_t cost;

	if (c) {
		c->weight += weight;
		return;
	}
	c = least(table);
	cost = weight < c->weight ? weight : c->weight;
	for (unsigned i = 0; cost && i < CANDIDATES; i++)
		table[i].weight -= cost;
	if (weight > cost)
		*c = (struct candidate) {*addr, weight - cost};
}

/* Keeps the heaviest candidates and forgets the rest. */
static void keep_heaviest(struct candidate *table)
{
	for (unsigned i = 0; i < CANDIDATES; i++) {
		unsigned heavier = 0;

		for (unsigned j = 0; j < CANDIDATES; j++)
			heavier += table[j].weight > table[i].weight ||
				   (table[j].weight == table[i].weight && j < i);
		if (heavier >= SCANNERS_MAX)
			table[i].addr.family = 0;
	}
	for (unsigned i = 0; i < CANDIDATES; i++) {
		if (!table[i].addr.family)
			table[i].weight = 0;
	}
}

unsigned scanners_place(const struct scanners *s, const struct addr *addr)
{
	unsigned i = 0;

	while (i < s->count && !addr_equal(&s->addrs[i], addr))
		i++;
	return i;
}

static void nominate(const struct ledger *l, struct candidate *table)
{
	for (uint32_t i = 0; i < ledger_host_count(l); i++)
		enter(table, &ledger_host(l, i)->source, ledger_host(l, i)->probes);
}

/* Exact weights: what nominate() leaves are lower bounds. */
static void recount(const struct ledger *l, struct candidate *table)
{
	for (unsigned i = 0; i < CANDIDATES; i++)
		table[i].weight = table[i].weight > 0;
	for (uint32_t i = 0; i < ledger_host_count(l); i++) {
		struct candidate *c = find(table, &ledger_host(l, i)->source);

		if (c)
			c->weight += ledger_host(l, i)->probes;
	}
}

/* What a source on the list did. */
struct deeds {
	uint64_t asks;  /* probes that are more than resolution and look-ups */
	uint32_t hosts; /* that it asked for in any way */
};

/* Lists the candidates that are left in order of their first target. */
static void collect(const struct ledger *l, struct candidate *table, struct scanners *s,
		    struct deeds deeds[static SCANNERS_MAX])
{
	for (uint32_t i = 0; i < ledger_host_count(l); i++) {
		const struct ledger_host *h = ledger_host(l, i);
		unsigned at = scanners_place(s, &h->source);

		if (at == s->count && !find(table, &h->source)) {
			s->more = s->more || h->asks;
			continue;
		}
		if (at == s->count)
			s->addrs[s->count++] = h->source;
		s->probes[at] += h->probes;
		deeds[at].asks += h->asks;
		deeds[at].hosts++;
	}
}

/* Strikes out who only resolved a few addresses beside somebody's scan: every machine does so. */
static void strike_neighbours(struct scanners *s, const struct deeds deeds[static SCANNERS_MAX])
{
	unsigned count = 0;

	for (unsigned i = 0; i < s->count; i++) {
		if (!deeds[i].asks && deeds[i].hosts < RESOLVED_MAX)
			continue;
		s->addrs[count] = s->addrs[i];
		s->probes[count++] = s->probes[i];
	}
	s->count = count;
}

void scanners_find(const struct ledger *l, struct scanners *ret_scanners)
{
	struct candidate table[CANDIDATES] = {0};
	struct deeds deeds[SCANNERS_MAX] = {0};
	struct scanners s = {0};

	nominate(l, table);
	recount(l, table);
	keep_heaviest(table);
	collect(l, table, &s, deeds);
	if (ledger_probed_beyond_resolution(l))
		strike_neighbours(&s, deeds);
	for (unsigned i = 1; i < s.count; i++) {
		if (s.probes[i] > s.probes[s.main])
			s.main = i;
	}
	*ret_scanners = s;
}
