// SPDX-License-Identifier: Apache-2.0
// A scanner's own report held against the packets of its scan.
#include "report/comparison.h"

#include <assert.h>
#include <stdlib.h>

#define SOURCES_MAX 8  /* scanners of one file that are told apart */
#define ALIKE_MAX   64 /* scanners of one host that are asked: more, forged, gain no time */

/* Who scanned, and how many of the report's ports. */
struct source {
	struct addr addr;
	uint64_t claims;
};

/* A comparison that is being made. */
struct work {
	const struct ledger *l;
	const struct claims *claims;
	struct comparison *c;
	struct source sources[SOURCES_MAX];
	size_t source_count;
	const struct addr *scanner; /* whose report this is taken for */
};

static void keep(struct comparison *c, const struct difference *d)
{
	size_t room = c->room ? c->room * 2 : 64;
	struct difference *moved;

	if (c->count == DIFFERENCES_MAX)
		return;
	if (c->count == c->room) {
		moved = realloc(c->items, room * sizeof(*moved));
		if (!moved) {
			c->failed = true;
			return;
		}
		c->items = moved;
		c->room = room;
	}
	c->items[c->count++] = *d;
}

static void count(struct comparison *c, const struct difference *d)
{
	(d->is_host ? c->hosts : c->ports)[d->result]++;
	if (d->result != COMPARE_EQUAL && d->result != COMPARE_UNDECIDED)
		keep(c, d);
}

/* The reply to any try that a rule takes for this state; EVENT_NONE: there is none. */
static uint32_t reply_for(const struct ledger *l, uint32_t host, const struct port_verdict *v,
			  uint8_t state)
{
	const struct addr *addr = &ledger_host(l, host)->addr;

	for (uint32_t i = v->first_probe; i != EVENT_NONE; i = ledger_probe(l, i)->next_try) {
		const struct probe *p = ledger_probe(l, i);
		uint32_t r = ledger_is_ping(l, p) ? EVENT_NONE : p->first_reply;

		for (; r != EVENT_NONE; r = ledger_reply(l, r)->next) {
			const struct reply *reply = ledger_reply(l, r);
			const struct rule *rule =
				rule_for(p->kind, reply, addr_equal(&reply->from, addr));

			if (rule && rule->state == state)
				return r;
		}
	}
	return EVENT_NONE;
}

static void judge(const struct work *w, struct difference *d)
{
	const struct port_verdict *v = &d->verdict;

	d->against = EVENT_NONE;
	if (!d->has_verdict || v->state == PORT_UNDECIDED || d->claim.state == CLAIM_STATE_ELSE) {
		d->result = COMPARE_UNDECIDED;
	} else if (v->state == d->claim.state) {
		d->result = COMPARE_EQUAL;
	} else if (v->reply == EVENT_NONE) {
		d->result = COMPARE_DIFFERENT;
	} else {
		if (v->contradicted)
			d->against = reply_for(w->l, d->host, v, d->claim.state);
		d->result = d->against == EVENT_NONE ? COMPARE_CONTRADICTED : COMPARE_DIFFERENT;
	}
}

/* The verdict that the claim is about: by the report's scanner if that asked, else by another. */
static void look_up(const struct work *w, struct difference *d)
{
	uint32_t host = d->claim.host;

	d->host = host;
	for (int n = 0; host != EVENT_NONE && n < ALIKE_MAX;
	     n++, host = ledger_find_alike(w->l, host)) {
		struct port_verdict v;
		bool best = w->scanner && addr_equal(&ledger_host(w->l, host)->source, w->scanner);

		if ((d->has_verdict && !best) ||
		    verdict_by(w->l, host, d->claim.kind, d->claim.port, &v))
			continue;
		d->has_verdict = true;
		d->verdict = v;
		d->host = host;
		if (best)
			return;
	}
}

static void compare_port(struct work *w, const struct claim *claim)
{
	struct difference d = {.has_claim = true, .claim = *claim};

	look_up(w, &d);
	judge(w, &d);
	count(w->c, &d);
}

static void compare_host(struct work *w, const struct claim *claim)
{
	struct difference d = {.has_claim = true, .is_host = true, .claim = *claim};
	uint32_t host = claim->host;

	d.host = host;
	for (int n = 0; host != EVENT_NONE && n < ALIKE_MAX;
	     n++, host = ledger_find_alike(w->l, host)) {
		struct host_verdict v;

		verdict_host(w->l, host, &v);
		if (d.has_verdict && !v.up)
			continue;
		d.has_verdict = true;
		d.host = host;
		d.up = v;
	}
	d.against = EVENT_NONE;
	if (d.up.up == (claim->state != 0))
		d.result = COMPARE_EQUAL;
	else
		d.result = d.up.up ? COMPARE_CONTRADICTED : COMPARE_DIFFERENT;
	count(w->c, &d);
}

/* Counts for each scanner in the file how many of the claims are about its probes. */
static void weigh_sources(struct work *w)
{
	const struct source *best = NULL;

	for (size_t i = 0; i < w->claims->count; i++) {
		const struct claim *claim = &w->claims->items[i];
		uint32_t host = claim->kind == PROBE_KINDS ? EVENT_NONE : claim->host;

		for (int n = 0; host != EVENT_NONE && n < ALIKE_MAX;
		     n++, host = ledger_find_alike(w->l, host)) {
			const struct addr *addr = &ledger_host(w->l, host)->source;
			size_t s = 0;

			if (ledger_find_probe(w->l, host, claim->kind, claim->port) == EVENT_NONE)
				continue;
			while (s < w->source_count && !addr_equal(&w->sources[s].addr, addr))
				s++;
			if (s == SOURCES_MAX)
				continue;
			if (s == w->source_count)
				w->sources[w->source_count++] = (struct source) {.addr = *addr};
			w->sources[s].claims++;
		}
	}
	for (size_t s = 0; s < w->source_count; s++) {
		if (!best || w->sources[s].claims > best->claims)
			best = &w->sources[s];
	}
	w->scanner = best ? &best->addr : NULL;
}

static int by_subject(const void *a, const void *b)
{
	const struct claim *s = a, *t = b;

	if (s->host != t->host)
		return s->host < t->host ? -1 : 1;
	if (s->kind != t->kind)
		return s->kind < t->kind ? -1 : 1;
	return (s->port > t->port) - (s->port < t->port);
}

static bool is_claimed(const struct work *w, struct claim key)
{
	return w->claims->count &&
	       bsearch(&key, w->claims->items, w->claims->count, sizeof(key), by_subject);
}

/* True when the report names some port of this host by this kind of probes, or counts some. */
static bool speaks_of(const struct work *w, uint32_t host, enum probe_kind kind)
{
	size_t low = 0, high = w->claims->count;
	const struct claim key = {.host = host, .kind = (uint8_t)kind};

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (by_subject(&w->claims->items[middle], &key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	if (low < w->claims->count && w->claims->items[low].host == host &&
	    w->claims->items[low].kind == kind)
		return true;
	for (int state = 0; state < PORT_STATES; state++) {
		if (claims_crowd(w->claims, host, kind, state))
			return true;
	}
	return false;
}

/* The ports of one host by one kind, those that the report does not name. */
static void walk_kind(struct work *w, uint32_t host, uint32_t named, enum probe_kind kind)
{
	uint32_t count_all = verdict_all_by(w->l, host, kind, 0, NULL);
	struct port_verdict *v = count_all ? calloc(count_all, sizeof(*v)) : NULL;
	uint64_t left[PORT_STATES]; /* counted by the report, not named */

	if (count_all && !v)
		w->c->failed = true;
	for (int state = 0; state < PORT_STATES; state++)
		left[state] = claims_crowd(w->claims, named, kind, state);
	if (v)
		verdict_all_by(w->l, host, kind, count_all, v);
	for (uint32_t i = 0; v && i < count_all; i++) {
		struct difference d = {.result = COMPARE_UNREPORTED,
				       .has_verdict = true,
				       .host = host,
				       .against = EVENT_NONE,
				       .verdict = v[i]};
		const struct claim key = {.host = named, .kind = (uint8_t)kind, .port = v[i].port};

		if (is_claimed(w, key) || v[i].state == PORT_UNDECIDED ||
		    (!w->claims->names_all && v[i].state != PORT_OPEN))
			continue;
		if (left[v[i].state]) {
			left[v[i].state]--;
			d.result = COMPARE_EQUAL;
		}
		count(w->c, &d);
	}
	for (int state = 0; state < PORT_STATES; state++)
		w->c->ports[COMPARE_UNDECIDED] += left[state];
	free(v);
}

static void walk_unreported(struct work *w)
{
	for (uint32_t host = 0; host < ledger_host_count(w->l); host++) {
		const struct ledger_host *h = ledger_host(w->l, host);
		uint32_t named = ledger_find_host(w->l, &h->addr);

		if (!verdict_is_target(w->l, host) ||
		    (w->scanner && !addr_equal(&h->source, w->scanner)))
			continue;
		for (int kind = 0; kind < PROBE_KINDS; kind++) {
			if (probe_kind_protocol(kind) && (h->kinds & 1u << kind) &&
			    (!w->claims->names_all || speaks_of(w, named, kind)))
				walk_kind(w, host, named, kind);
		}
	}
}

void comparison_make(const struct ledger *l, const struct claims *claims,
		     struct comparison *ret_comparison)
{
	struct work w = {.l = l, .claims = claims, .c = ret_comparison};

	ret_comparison->claims = claims;
	weigh_sources(&w);
	for (size_t i = 0; i < claims->count; i++) {
		if (claims->items[i].kind == PROBE_KINDS)
			compare_host(&w, &claims->items[i]);
		else
			compare_port(&w, &claims->items[i]);
	}
	walk_unreported(&w);
}

void comparison_done(struct comparison *c)
{
	free(c->items);
	*c = (struct comparison) {0};
}

uint64_t comparison_differences(const struct comparison *c)
{
	uint64_t sum = 0;

	for (int r = 0; r < COMPARE_RESULTS; r++) {
		if (r != COMPARE_EQUAL && r != COMPARE_UNDECIDED)
			sum += c->ports[r] + c->hosts[r];
	}
	return sum;
}

const char *compare_result_name(enum compare_result result)
{
	static const char *const names[] = {
		[COMPARE_EQUAL] = "equal",         [COMPARE_CONTRADICTED] = "contradicted",
		[COMPARE_DIFFERENT] = "different", [COMPARE_UNREPORTED] = "unreported",
		[COMPARE_UNDECIDED] = "undecided",
	};

	static_assert(sizeof(names) / sizeof(names[0]) == COMPARE_RESULTS, "each has a name");
	return names[result];
}
