// SPDX-License-Identifier: Apache-2.0
// From events to verdicts: each keeps its rule and the event that decided it.
#include "evidence/verdict.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "evidence/timing.h"

/* Lets one reply speak: the strongest state wins, among equals the one that came first. */
static void weigh(const struct ledger *l, uint32_t index, struct port_verdict *v)
{
	const struct reply *r = ledger_reply(l, index);
	const struct probe *p = ledger_probe(l, r->probe);
	const struct rule *rule =
		rule_for(p->kind, r, addr_equal(&r->from, &ledger_host(l, p->host)->addr));

	if (!rule)
		return;
	if (v->rule && rule->state != v->state)
		v->contradicted = true;
	if (v->rule && (rule->state < v->state ||
			(rule->state == v->state && ledger_reply(l, v->reply)->time <= r->time)))
		return;
	v->rule = rule;
	v->state = rule->state;
	v->reply = index;
}

/* No reply decided: has silence lasted long enough after the last try, and was that the last? */
static void judge_silence(const struct ledger *l, uint32_t first, nsec_t last_try,
			  struct port_verdict *v)
{
	uint32_t host = ledger_probe(l, first)->host;
	nsec_t end;

	v->waited = -1;
	if (ledger_end(l, &end)) {
		v->waited = end - last_try;
		if (v->waited < ledger_silence(l, host))
			return;
	}
	if (ledger_probe(l, first)->marks & PROBE_LEFT)
		return;
	v->rule = rule_for_silence_of(v->kind);
	v->state = v->rule->state;
}

/* False for a probe of host discovery, and for what turned out to be a conversation. */
static bool counts(const struct ledger *l, const struct probe *p)
{
	return !ledger_is_ping(l, p) && (p->kind == PROBE_SYN || !(p->marks & PROBE_TALKED));
}

/* The verdict by a first try and all that follow it. 0 or -ENOENT. */
static int judge(const struct ledger *l, uint32_t first, struct port_verdict *ret_verdict)
{
	enum probe_kind kind = ledger_probe(l, first)->kind;
	struct port_verdict v = {
		.kind = kind,
		.port = ledger_probe(l, first)->port,
		.state = PORT_UNDECIDED,
		.reply = EVENT_NONE,
		.first_probe = EVENT_NONE,
	};
	struct timing_walk timing = {0};
	nsec_t last_try = 0;

	for (uint32_t i = first; i != EVENT_NONE; i = ledger_probe(l, i)->next_try) {
		const struct probe *p = ledger_probe(l, i);

		if (!counts(l, p))
			continue;
		if (v.first_probe == EVENT_NONE)
			v.first_probe = i;
		v.tries += !timing_next(&timing, l, p);
		last_try = p->time;
		for (uint32_t r = p->first_reply; r != EVENT_NONE; r = ledger_reply(l, r)->next)
			weigh(l, r, &v);
	}
	if (!v.tries)
		return -ENOENT;
	if (!v.rule)
		judge_silence(l, first, last_try, &v);
	*ret_verdict = v;
	return 0;
}

int verdict_by(const struct ledger *l, uint32_t host, enum probe_kind kind, uint16_t port,
	       struct port_verdict *ret_verdict)
{
	uint32_t first = ledger_find_probe(l, host, kind, port);

	return first == EVENT_NONE ? -ENOENT : judge(l, first, ret_verdict);
}

void verdict_each_by(const struct ledger *l, uint32_t host, enum probe_kind kind, verdict_fn *fn,
		     void *user)
{
	struct port_verdict v;

	if (!(ledger_host(l, host)->kinds & 1u << kind))
		return;
	for (uint32_t i = ledger_host(l, host)->first_port; i != EVENT_NONE;
	     i = ledger_probe(l, i)->next_port) {
		if (ledger_probe(l, i)->kind == kind && !judge(l, i, &v))
			fn(user, &v);
	}
}

int verdict_port(const struct ledger *l, uint32_t host, uint16_t port,
		 struct port_verdict *ret_verdict)
{
	return verdict_by(l, host, PROBE_SYN, port, ret_verdict);
}

void verdict_host(const struct ledger *l, uint32_t host, struct host_verdict *ret_verdict)
{
	const struct ledger_host *h = ledger_host(l, host);
	struct host_verdict v = {.reason = "no-response", .reply = h->first_up};

	if (h->first_up != EVENT_NONE) {
		const struct reply *r = ledger_reply(l, h->first_up);

		v.up = true;
		v.reason = rule_host_reason(r->kind, r->type, r->code, true);
	}
	*ret_verdict = v;
}

bool verdict_is_target(const struct ledger *l, uint32_t host)
{
	const struct ledger_host *h = ledger_host(l, host);

	if (h->asks)
		return true;
	return !h->is_next_hop && !(h->traffic && ledger_probed_beyond_resolution(l));
}

static int by_port(const void *a, const void *b)
{
	const struct port_verdict *x = a, *y = b;

	return (x->port > y->port) - (x->port < y->port);
}

/* True when some try of a port counts for it: there is a verdict. */
static bool is_judged(const struct ledger *l, uint32_t first)
{
	uint32_t i = first;

	while (i != EVENT_NONE && !counts(l, ledger_probe(l, i)))
		i = ledger_probe(l, i)->next_try;
	return i != EVENT_NONE;
}

uint32_t verdict_all_by(const struct ledger *l, uint32_t host, enum probe_kind kind, uint32_t room,
			struct port_verdict *ret_verdicts)
{
	uint32_t i = ledger_host(l, host)->first_port;
	uint32_t count = 0;

	if (!(ledger_host(l, host)->kinds & 1u << kind))
		return 0;
	for (; i != EVENT_NONE; i = ledger_probe(l, i)->next_port) {
		if (ledger_probe(l, i)->kind != kind)
			continue;
		if (count < room ? !judge(l, i, &ret_verdicts[count]) : is_judged(l, i))
			count++;
	}
	if (room)
		qsort(ret_verdicts, count < room ? count : room, sizeof(*ret_verdicts), by_port);
	return count;
}

uint32_t verdict_all_ports(const struct ledger *l, uint32_t host, uint32_t room,
			   struct port_verdict *ret_verdicts)
{
	return verdict_all_by(l, host, PROBE_SYN, room, ret_verdicts);
}
