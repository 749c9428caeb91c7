// SPDX-License-Identifier: Apache-2.0
// What each scanner of a capture did.
//
// Theory of operation. Every probe belongs to one phase of one scanner. Those that ask about ports
// are walked port by port, each port's tries in order, so that the number of a try and whether the
// port had answered before cost one step; the rest are walked as they stand. Pace needs all probes
// of a scanner by time: these are collected in one array, scanner after scanner.
#include "evidence/activity.h"

#include <stdlib.h>
#include <string.h>

#include "evidence/surroundings.h"
#include "evidence/timing.h"
#include "evidence/verdict.h"

/* The work on one ledger. */
struct work {
	const struct ledger *l;
	struct activities *a;
	struct pace_probe *probes; /* of all scanners, one behind the other */
	nsec_t *room;
};

/* The scanner's activity of a host; NULL when that is none of those looked at. */
static struct activity *activity_of(const struct work *w, uint32_t host)
{
	unsigned at = scanners_place(&w->a->scanners, ledger_host(w->l, host));

	return at < w->a->scanners.count ? &w->a->items[at] : NULL;
}

/* While being filled, phases lie by kind; rounds of port scans behind the kinds. */
static struct phase *slot(struct activity *a, enum phase_kind kind, enum probe_kind probe,
			  unsigned round)
{
	unsigned at = kind;
	struct phase *p;

	if (kind == PHASE_PORTS)
		at = PHASE_KINDS + probe * PHASE_ROUNDS + round - 1;
	p = &a->phases[at];
	p->kind = kind;
	p->probe = probe;
	p->round = round;
	return p;
}

static void add_probe(struct activity *a, enum phase_kind kind, const struct probe *p,
		      unsigned round)
{
	phase_add(slot(a, kind, kind == PHASE_PORTS ? p->kind : PROBE_KINDS, round), p->frame,
		  p->time, p->first_reply != EVENT_NONE);
}

/* The resets that the scanner's kernel sent of its own about this probe. */
static void add_resets(const struct work *w, struct activity *a, const struct probe *p)
{
	uint32_t i = p->last_aside;

	for (; i != EVENT_NONE; i = ledger_aside(w->l, i)->previous) {
		const struct aside *aside = ledger_aside(w->l, i);

		if (aside->kind == NOTE_OWN_RESET)
			phase_add(slot(a, PHASE_RESETS, PROBE_KINDS, 0), aside->frame, aside->time,
				  false);
	}
}

/* All tries of one port; `first` is the first of them. */
static void add_port(const struct work *w, struct activity *a, uint32_t first)
{
	struct timing_walk walk = {0};
	unsigned tries = 0, answered_by = 0;

	for (uint32_t i = first; i != EVENT_NONE; i = ledger_probe(w->l, i)->next_try) {
		const struct probe *p = ledger_probe(w->l, i);
		bool answered = p->first_reply != EVENT_NONE;

		if (timing_next(&walk, w->l, p)) {
			add_probe(a, PHASE_TIMING, p, 0);
		} else if (ledger_is_ping(w->l, p)) {
			add_probe(a, PHASE_DISCOVERY, p, 0);
		} else {
			tries++;
			add_probe(a, PHASE_PORTS, p, tries < PHASE_ROUNDS ? tries : PHASE_ROUNDS);
			if (answered && !answered_by)
				answered_by = tries;
		}
		add_resets(w, a, p);
	}
	a->answered += answered_by != 0;
	a->answered_late += answered_by > 1;
}

/* A probe that asks about no port. */
static void add_other(const struct work *w, struct activity *a, const struct probe *p)
{
	enum phase_kind kind = PHASE_DISCOVERY;

	if (p->kind == PROBE_LOOKUP)
		kind = p->marks & PROBE_REVERSE ? PHASE_REVERSE : PHASE_LOOKUP;
	else if (!discovery_is_probe(w->l, p))
		kind = PHASE_NEXT_HOPS;
	add_probe(a, kind, p, 0);
}

static void add_round_trip(const struct work *w, struct activity *a, const struct probe *p)
{
	const struct reply *r;

	if (p->first_reply == EVENT_NONE)
		return;
	if ((p->kind == PROBE_ARP || p->kind == PROBE_ND) && !discovery_is_probe(w->l, p))
		return;
	r = ledger_reply(w->l, p->first_reply);
	if (addr_equal(&r->from, &ledger_host(w->l, p->host)->addr))
		spread_add(&a->rtt, r->time - p->time);
}

static void fill_phases(const struct work *w)
{
	for (uint32_t i = 0; i < ledger_host_count(w->l); i++) {
		uint32_t p = ledger_host(w->l, i)->first_port;
		struct activity *a = activity_of(w, i);

		for (; a && p != EVENT_NONE; p = ledger_probe(w->l, p)->next_port)
			add_port(w, a, p);
	}
	for (uint32_t i = 0; i < ledger_probe_count(w->l); i++) {
		const struct probe *p = ledger_probe(w->l, i);
		struct activity *a = activity_of(w, p->host);

		if (!a)
			continue;
		if (!probe_kind_protocol(p->kind))
			add_other(w, a, p);
		if (p->kind != PROBE_LOOKUP)
			add_round_trip(w, a, p);
	}
}

/* When a probe is under way no longer: answered, asked again, or silent for long enough. */
static nsec_t done_at(const struct ledger *l, const struct probe *p)
{
	nsec_t done = p->time + ledger_silence(l, p->host);

	if (p->first_reply != EVENT_NONE)
		return ledger_reply(l, p->first_reply)->time;
	if (p->next_try != EVENT_NONE && ledger_probe(l, p->next_try)->time < done)
		return ledger_probe(l, p->next_try)->time;
	return done;
}

static bool fill_pace(const struct work *w)
{
	bool ok = true;

	const struct scanners *s = &w->a->scanners;
	size_t begin[SCANNERS_MAX + 1] = {0}, count[SCANNERS_MAX] = {0};

	for (unsigned i = 0; i < s->count; i++)
		begin[i + 1] = begin[i] + s->probes[i];
	for (uint32_t i = 0; i < ledger_probe_count(w->l); i++) {
		const struct probe *p = ledger_probe(w->l, i);
		unsigned at = scanners_place(s, ledger_host(w->l, p->host));

		if (at < s->count && p->kind != PROBE_LOOKUP)
			w->probes[begin[at] + count[at]++] =
				(struct pace_probe) {p->time, done_at(w->l, p)};
	}
	for (unsigned i = 0; i < s->count; i++)
		ok = pace_measure(w->probes + begin[i], count[i], w->room, &w->a->items[i].pace) &&
		     ok;
	return ok;
}

/* True when a limit on RSTs was found for host, whose silence then is no loss. */
static bool is_limited(const struct findings *findings, uint32_t host)
{
	for (size_t i = 0; findings && i < findings->count; i++) {
		if (findings->items[i].kind == FINDING_RESET_LIMIT &&
		    findings->items[i].host == host)
			return true;
	}
	return false;
}

static bool fill_loss(const struct work *w, const struct findings *findings)
{
	bool ok = true;

	for (unsigned i = 0; i < w->a->scanners.count; i++) {
		struct loss_sample sample = {0};

		for (uint32_t h = 0; h < ledger_host_count(w->l); h++) {
			if (activity_of(w, h) == &w->a->items[i])
				loss_sample_host(w->l, h, is_limited(findings, h), &sample);
		}
		loss_estimate(&sample, &w->a->items[i].loss);
		ok = ok && !sample.failed;
		loss_sample_done(&sample);
	}
	return ok;
}

/* Closes the ranks: phases that had packets, in the order in which they began. */
static void close_ranks(struct activity *a)
{
	for (unsigned i = 0; i < ACTIVITY_PHASES_MAX; i++) {
		if (a->phases[i].packets)
			a->phases[a->phase_count++] = a->phases[i];
	}
	phase_sort(a->phases, a->phase_count);
}

/* Address resolution by others than the scanners; around's counts come on top of it. */
static void add_neighbours(const struct ledger *l, const struct scanners *s, struct phase *p)
{
	for (uint32_t i = 0; i < ledger_probe_count(l); i++) {
		const struct probe *probe = ledger_probe(l, i);

		if ((probe->kind == PROBE_ARP || probe->kind == PROBE_ND) &&
		    scanners_place(s, ledger_host(l, probe->host)) == s->count)
			phase_add(p, probe->frame, probe->time, probe->first_reply != EVENT_NONE);
	}
}

static void fill_beside(const struct ledger *l, struct activities *a,
			const struct surroundings *around)
{
	struct phase neighbours = around->neighbours;
	const struct phase *phases[] = {&around->refusals, &around->conversations, &neighbours};

	add_neighbours(l, &a->scanners, &neighbours);
	for (size_t i = 0; i < sizeof(phases) / sizeof(phases[0]); i++) {
		if (phases[i]->packets)
			a->beside[a->beside_count++] = *phases[i];
	}
	phase_sort(a->beside, a->beside_count);
}

static bool fill(struct work *w, const struct findings *findings)
{
	struct activities *a = w->a;
	size_t probes = (size_t)ledger_probe_count(w->l) + 1;

	a->items = calloc(a->scanners.count + 1, sizeof(*a->items));
	w->probes = malloc(probes * sizeof(*w->probes));
	w->room = malloc(probes * sizeof(*w->room));
	if (!a->items || !w->probes || !w->room)
		return false;
	for (unsigned i = 0; i < a->scanners.count; i++) {
		a->items[i].scanner = a->scanners.addrs[i];
		a->items[i].run = a->scanners.runs[i];
	}
	fill_phases(w);
	if (!fill_pace(w))
		return false;
	for (unsigned i = 0; i < a->scanners.count; i++)
		close_ranks(&a->items[i]);
	return fill_loss(w, findings) && discoveries_find(w->l, &a->discoveries);
}

bool activities_find(const struct ledger *l, const struct surroundings *around,
		     const struct findings *findings, struct activities *ret_activities)
{
	struct activities a = {0};
	struct work w = {.l = l, .a = &a};
	bool ok;

	if (!scanners_find(l, &a.scanners))
		return false;
	if (around)
		fill_beside(l, &a, around);
	ok = fill(&w, findings);
	free(w.probes);
	free(w.room);
	if (ok)
		*ret_activities = a;
	else
		activities_done(&a);
	return ok;
}

void activities_done(struct activities *a)
{
	free(a->items);
	discoveries_done(&a->discoveries);
	*a = (struct activities) {0};
}
