// SPDX-License-Identifier: Apache-2.0
// Findings about link addresses: two that claim one address, two that answer for one host.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "evidence/gather_parts.h"
#include "evidence/surroundings.h"

/* A finding of what two link addresses say of one address. */
static struct finding begin(const struct gather *g, const struct mac_claim *c,
			    enum finding_kind kind)
{
	struct finding f = {.kind = kind, .who = c->addr};

	f.host = ledger_find_host(g->ledger, &c->addr);
	finding_frame(&f, c->first_frame);
	for (size_t i = 0; i < c->others && i < FINDING_FRAMES_MAX; i++)
		finding_frame(&f, c->frames[i]);
	f.count = c->others + 1;
	return f;
}

static void say(struct finding *f, const struct mac_claim *c, const char *verb)
{
	char addr[ADDR_TEXT_MAX], one[MAC_TEXT_MAX], other[MAC_TEXT_MAX];

	finding_say(f, "Two link addresses %s %s: %s and %s", verb, addr_text(&c->addr, addr),
		    mac_text(c->mac, true, one), mac_text(c->other, true, other));
}

static void tell_conflict(struct gather *g, const struct mac_claim *c)
{
	struct finding f = begin(g, c, FINDING_CLAIMS);

	f.sureness = SURE_CERTAIN;
	f.why = c->returned ? "Both are in the file, in turns, so both are alive."
			    : "Both are in the file, one after the other.";
	f.otherwise = c->returned ? "Two machines have the same address, somebody forges answers, "
				    "or a router answers for others (proxy ARP)."
				  : "The address may have moved to another machine on purpose, or "
				    "somebody took it over.";
	say(&f, c, "claim");
	findings_add(g->list, &f);
}

static void tell_senders(struct gather *g, const struct mac_claim *c)
{
	struct finding f = begin(g, c, FINDING_MACS);

	f.sureness = c->others > 1 ? SURE_LIKELY : SURE_POSSIBLE;
	f.why = "Answers that carry the probes' cookies came from both: two machines answer for "
		"one address.";
	f.otherwise = "Two routers on the way back, or a pair that shares the load, look the same.";
	say(&f, c, "answered for");
	findings_add(g->list, &f);
}

static int by_frame(const void *a, const void *b)
{
	const struct mac_claim *const *c = a, *const *d = b;

	return ((*c)->first_frame > (*d)->first_frame) - ((*c)->first_frame < (*d)->first_frame);
}

/* Tells all conflicts of a table by their first frames, since places depend on the key. */
static void tell_all(struct gather *g, const struct mac_claims *claims,
		     void (*tell)(struct gather *, const struct mac_claim *))
{
	size_t places = sizeof(claims->items) / sizeof(claims->items[0]), count = 0;
	const struct mac_claim **found = malloc(places * sizeof(const struct mac_claim *));

	if (!found) {
		g->list->failed = true;
		return;
	}
	for (size_t i = 0; i < places; i++) {
		if (claims->items[i].others)
			found[count++] = &claims->items[i];
	}
	qsort(found, count, sizeof(*found), by_frame);
	for (size_t i = 0; i < count; i++)
		tell(g, found[i]);
	free(found);
}

void gather_links(struct gather *g)
{
	tell_all(g, &g->around->claims, tell_conflict);
	tell_all(g, &g->around->senders, tell_senders);
}
