// SPDX-License-Identifier: Apache-2.0
// Findings of sweeps: others that ask for many addresses or ports while the scan goes on.
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "evidence/gather_parts.h"
#include "evidence/scanners.h"
#include "evidence/surroundings.h"

#define ADDRESSES_MIN 16 /* distinct targets that make a sweep */
#define PORTS_MIN     64

/* The scanner's own sweep; NULL when its frames did not ask in such ways. */
static const struct sweep *find_main(const struct sweeps *sweeps, const struct addr *scanner)
{
	for (size_t i = 0; i < sizeof(sweeps->items) / sizeof(sweeps->items[0]); i++) {
		if (sweeps->items[i].count && addr_equal(&sweeps->items[i].source, scanner))
			return &sweeps->items[i];
	}
	return NULL;
}

/* True when s is the main scanner by another address: its neighbour discovery, for one. */
static bool is_same_machine(const struct sweep *s, const struct sweep *main)
{
	if (!main)
		return false;
	if (s == main || (s->sent && main->sent))
		return true;
	return !(s->kinds & (SWEEP_ECHO | SWEEP_SYN)) && s->has_mac && main->has_mac &&
	       !memcmp(s->mac, main->mac, MAC_LEN);
}

static void tell(struct gather *g, const struct sweep *s, unsigned addresses, unsigned ports)
{
	static const char *const kinds[] = {"ARP", "neighbour solicitations", "echo requests",
					    "SYNs"};
	struct finding f = {
		.kind = FINDING_SWEEP,
		.sureness = SURE_CERTAIN,
		.host = EVENT_NONE,
		.who = s->source,
		.count = s->count,
		.why = "Its questions are in the file.",
		.otherwise = "It may be another scanner, a machine that watches its network, or a "
			     "router that this very scan makes look for the targets.",
	};
	struct buf how = {0};
	char text[ADDR_TEXT_MAX];

	for (unsigned i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (s->kinds & 1u << i)
			buf_printf(&how, "%s%s", how.len ? ", " : "", kinds[i]);
	}
	memcpy(f.frames, s->frames, sizeof(f.frames));
	addr_text(&s->source, text);
	if (ports >= PORTS_MIN)
		finding_say(&f, "%s asked for about %u ports of about %u addresses in %.1f s (%s)",
			    text, ports, addresses,
			    (double)(s->last - s->first) / (double)NSEC_PER_SEC, buf_text(&how));
	else
		finding_say(&f, "%s asked for about %u addresses in %.1f s (%s)", text, addresses,
			    (double)(s->last - s->first) / (double)NSEC_PER_SEC, buf_text(&how));
	buf_done(&how);
	findings_add(g->list, &f);
}

static int by_frame(const void *a, const void *b)
{
	const struct sweep *const *s = a, *const *t = b;

	return ((*s)->frames[0] > (*t)->frames[0]) - ((*s)->frames[0] < (*t)->frames[0]);
}

void gather_sweeps(struct gather *g)
{
	const struct sweeps *sweeps = &g->around->sweeps;
	size_t places = sizeof(sweeps->items) / sizeof(sweeps->items[0]), count = 0;
	const struct sweep *found[sizeof(sweeps->items) / sizeof(sweeps->items[0])];
	const struct sweep *main;
	struct scanners scanners;

	if (!scanners_find(g->ledger, &scanners))
		g->list->failed = true;
	if (g->list->failed || !scanners.count)
		return;
	main = find_main(sweeps, &scanners.addrs[scanners.main]);
	for (size_t i = 0; i < places; i++) {
		const struct sweep *s = &sweeps->items[i];

		if (s->count && !addr_equal(&s->source, &scanners.addrs[scanners.main]) &&
		    !is_same_machine(s, main))
			found[count++] = s;
	}
	qsort(found, count, sizeof(*found), by_frame);
	for (size_t i = 0; i < count; i++) {
		unsigned addresses = sweep_estimate(found[i]->addresses);
		unsigned ports = sweep_estimate(found[i]->ports);

		if (addresses >= ADDRESSES_MIN || ports >= PORTS_MIN)
			tell(g, found[i], addresses, ports);
	}
}
