// SPDX-License-Identifier: Apache-2.0
// What a captured frame tells the engine: whose answer it is, how long it took, what was lost.
#include <stdlib.h>
#include <string.h>

#include "evidence/rule.h"
#include "scan/engine_inner.h"

#define NEAR (2 * NSEC_PER_MSEC) /* a round trip of a wired neighbour */

/* Room for this ledger index in the map to hosts. */
static bool map_room(struct engine *e, uint32_t known)
{
	uint32_t room = e->of_ledger_room ? e->of_ledger_room : 64;
	uint32_t *map;

	if (known < e->of_ledger_room)
		return true;
	while (room <= known)
		room *= 2;
	map = realloc(e->of_ledger, room * sizeof(*map));
	if (!map)
		return false;
	memset(map + e->of_ledger_room, 0xff, (room - e->of_ledger_room) * sizeof(*map));
	e->of_ledger = map;
	e->of_ledger_room = room;
	return true;
}

void engine_map_host(struct engine *e, uint32_t known, uint32_t host)
{
	if (!map_room(e, known))
		return;
	e->of_ledger[known] = host;
	if (e->hosts[host])
		e->hosts[host]->ledger_host = known;
	else
		e->folded[host].ledger_host = known;
}

/* The host whose frames the ledger keeps under index `known`, or NULL when it is no target. */
static struct host *host_of(struct engine *e, uint32_t known)
{
	const struct addr *addr;
	uint32_t i;

	if (known == EVENT_NONE)
		return NULL;
	if (known < e->of_ledger_room && e->of_ledger[known] != EVENT_NONE)
		return engine_host_at(e, e->of_ledger[known]);
	addr = &ledger_host(e->config.ledger, known)->addr;
	for (i = addr_index_first(&e->by_addr, addr); i != ADDR_INDEX_NONE;
	     i = addr_index_next(&e->by_addr, i)) {
		if (!addr_equal(engine_addr_at(e, i), addr))
			continue;
		engine_map_host(e, known, i);
		return engine_host_at(e, i);
	}
	return NULL;
}

/* Which try at its port p was. */
static unsigned try_of(const struct engine *e, const struct probe *p)
{
	return probe_try(e->config.local_port, &(struct host_ping) {p->kind, p->port},
			 p->local_port);
}

/* True for answers that hosts limit: what is open is never withheld. */
static bool may_be_limited(const struct reply *r)
{
	return r->kind == REPLY_RST || r->kind == REPLY_ICMP || r->kind == REPLY_ICMPV6;
}

/* What the first answer to a port's probes teaches about the path and the host's limits. */
static void learn(struct engine *e, struct host *h, const struct probe *p, const struct reply *r,
		  bool tells, nsec_t now)
{
	struct pace *pace = &e->uplinks[h->uplink].pace;
	bool limited = may_be_limited(r);
	bool from_target = addr_equal(&r->from, &h->public.addr);
	struct pace_answer answer = {
		.sent_at = p->time,
		.came_at = r->time,
		.lost_at = -1,
		.round_trip = h->public.rtt.smoothed,
		.queueing = -1,
	};

	if (from_target)
		answer.queueing =
			r->time - p->time - ledger_host(e->config.ledger, p->host)->rtt_min;
	if (tells && limited)
		engine_limit_note(e, h, p, r, now);
	/* what a limiter may have kept back is no loss while canaries tell the path's */
	if (tells && !(limited && (h->limit.found || canary_sure(&h->canaries))))
		answer.lost_at = engine_try_before(e, h, p);
	pace_answer(pace, &answer, now);
}

/* What r, which silence would not have equalled, tells of tries before. */
static unsigned what_tells(const struct host *h, const struct reply *r)
{
	if (!may_be_limited(r) || !h->limit.found)
		return PLAN_TELLS | PLAN_TELLS_LOSS;
	/* where a canary has vouched for each silence it was loss; but sure canaries know better */
	if (h->allowance.kept)
		return PLAN_TELLS | PLAN_TELLS_LOSS | PLAN_TELLS_VOID;
	return PLAN_TELLS;
}

/* A reply to a probe of the port scan. */
static void port_answered(struct engine *e, struct host *h, const struct probe *p,
			  const struct reply *r, nsec_t now)
{
	const struct pass *pass = &e->passes[h->pass];
	uint32_t at = pass->port_at[p->port];
	unsigned try_number = try_of(e, p);
	const struct rule *rule = rule_for(p->kind, r, addr_equal(&r->from, &h->public.addr));
	struct uplink *u = &e->uplinks[h->uplink];
	uint32_t told = h->plan.told_loss, lost = h->plan.lost_tries;
	bool tells;

	if (h->public.phase != ENGINE_SCAN || p->kind != pass->kind || at >= pass->count ||
	    pass->ports[at] != p->port || !try_number)
		return;
	tells = rule->state != rule_for_silence_of(p->kind)->state;
	if (!plan_answered(&h->plan, at, try_number, tells ? what_tells(h, r) : 0))
		return;
	if (!h->limit.found) { /* else a limiter may have kept them back */
		u->told += h->plan.told_loss - told;
		u->lost += h->plan.lost_tries - lost;
	}
	e->stats.ports_answered++;
	if (tells)
		canary_heard(&h->canaries, p->time);
	engine_canary_expire(e, h, now); /* those that this one overtook */
	engine_canary_learn(e, h, p, r);
	learn(e, h, p, r, tells, now);
}

static void neighbours_answered(struct engine *e, const struct ledger_host *known, nsec_t now)
{
	uint32_t row;

	while ((row = neighbour_answered(&e->neighbours, &known->addr, known->mac)) !=
	       NEIGHBOUR_NONE)
		engine_resolved(e, row, now);
}

static void replied(struct engine *e, const struct note *note, nsec_t now)
{
	const struct probe *p = ledger_probe(e->config.ledger, note->probe);
	const struct reply *r = ledger_reply(e->config.ledger, note->reply);
	const struct ledger_host *known = ledger_host(e->config.ledger, note->host);
	struct host *h = host_of(e, note->host);
	bool from_target = addr_equal(&r->from, &known->addr);

	/* before anything that may finish the host */
	if (h && h->public.phase != ENGINE_DONE && from_target && !note->repeated) {
		struct uplink *u = &e->uplinks[h->uplink];

		if (!h->public.rtt.known && rtt_others_sample(&u->others, r->time - p->time))
			engine_wait_less(e, h->uplink, now);
		rtt_sample(&h->public.rtt, r->time - p->time);
		if (h->on_link && h->public.rtt.smoothed < NEAR)
			pace_near(&u->pace, now);
	}
	if ((r->kind == REPLY_ARP || r->kind == REPLY_ND) && known->has_mac)
		neighbours_answered(e, known, now);
	if (!h || h->public.phase == ENGINE_DONE)
		return;
	if (h->public.phase == ENGINE_SCAN && engine_canary_note(e, h, p, r, now)) {
		engine_touch(e, h);
		return;
	}
	if (p->kind == PROBE_ECHO)
		engine_canary_learn(e, h, p, r);
	if (h->public.phase == ENGINE_PING &&
	    rule_host_reason(r->kind, r->type, r->code, from_target))
		engine_start_scan(e, h, now);
	else if (rule_for(p->kind, r, from_target))
		port_answered(e, h, p, r, now);
	engine_touch(e, h);
}

/* Learns which ledger entry is whose, and when the kernel really sent what we handed to it. */
static void probe_seen(struct engine *e, const struct note *note)
{
	struct host *h = host_of(e, note->host);
	nsec_t sent = ledger_probe(e->config.ledger, note->probe)->time;

	if (h && sent > h->probed)
		h->probed = sent;
	if (h)
		engine_fold(e, h);
}

void engine_note(struct engine *e, const struct note *note, nsec_t now)
{
	switch (note->kind) {
	case NOTE_PROBE:
		probe_seen(e, note);
		break;
	case NOTE_REPLY:
		replied(e, note, now);
		break;
	case NOTE_UNRELATED:
	case NOTE_UNPROVEN:
	case NOTE_OWN_RESET:
	case NOTE_NEIGHBOUR:
	case NOTE_TRAFFIC:
		break;
	}
}
