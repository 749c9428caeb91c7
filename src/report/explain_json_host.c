// SPDX-License-Identifier: Apache-2.0
// The explanation as JSON: a host, and its ports.
#include "evidence/phrase.h"
#include "evidence/timing.h"
#include "report/explain_json.h"

#define PROBES_MAX 8 /* frames of tries named */

static void moment(struct explain_json *j, const char *name, nsec_t time)
{
	json_seconds(&j->json, name, time - j->facts.capture.first_frame);
}

/* What was asked before the ports, and what answered. */
static void discovery(struct explain_json *j, uint32_t host)
{
	const struct activities *a = explain_activities(j->facts.explain);
	const struct ledger *l = j->facts.ledger;
	struct json_writer *w = &j->json;
	const struct discovery *d =
		host < a->discoveries.count ? &a->discoveries.hosts[host] : NULL;

	json_array(w, "discovery", true);
	for (uint32_t i = 0; d && i < d->count && i < DISCOVERY_PROBES_MAX; i++) {
		const struct probe *p = ledger_probe(l, d->probes[i]);

		json_object(w, NULL, false);
		json_words(w, "probe", probe_kind_name(p->kind));
		if (phrase_has_port(p->kind))
			json_number(w, "port", p->port);
		else
			json_null(w, "port");
		json_number(w, "frame", p->frame);
		moment(j, "sent", p->time);
		if (p->first_reply == EVENT_NONE)
			json_null(w, "answer");
		else
			json_number(w, "answer", ledger_reply(l, p->first_reply)->frame);
		json_end_object(w);
	}
	json_end_array(w);
}

static void round_trip(struct json_writer *w, const struct ledger_host *h)
{
	if (!h->rtt_count) {
		json_null(w, "round_trip");
		return;
	}
	json_object(w, "round_trip", false);
	json_number(w, "count", h->rtt_count);
	json_seconds(w, "least", h->rtt_min);
	json_seconds(w, "mean", h->rtt_sum / h->rtt_count);
	json_seconds(w, "most", h->rtt_max);
	json_end_object(w);
}

/* On what the confidence in silent ports rests, for each kind of probe that met the host. */
static void grounds(struct explain_json *j, uint32_t host)
{
	struct json_writer *w = &j->json;

	json_array(w, "grounds", true);
	for (int kind = 0; kind < PROBE_KINDS; kind++) {
		const struct confidence_ground *g;

		if (!probe_kind_protocol(kind) ||
		    !(ledger_host(j->facts.ledger, host)->kinds & 1u << kind))
			continue;
		g = explain_ground(j->facts.explain, host, kind);
		if (!g->known)
			continue;
		json_object(w, NULL, false);
		json_words(w, "probe", probe_kind_name(kind));
		json_bool(w, "own", g->own);
		json_real(w, "loss", g->loss.each);
		json_number(w, "open", g->open);
		json_number(w, "silent", g->silent);
		json_real(w, "missed", g->missed);
		json_end_object(w);
	}
	json_end_array(w);
}

static void up(struct explain_json *j, uint32_t host)
{
	const struct ledger *l = j->facts.ledger;
	struct json_writer *w = &j->json;
	struct host_verdict v;

	verdict_host(l, host, &v);
	json_bool(w, "up", v.up);
	json_words(w, "up_reason", v.reason);
	if (v.up) {
		const struct reply *r = ledger_reply(l, v.reply);

		json_number(w, "up_probe", ledger_probe(l, r->probe)->frame);
		json_number(w, "up_answer", r->frame);
	} else {
		json_null(w, "up_probe");
		json_null(w, "up_answer");
	}
}

void explain_json_host(struct explain_json *j, uint32_t host)
{
	const struct ledger_host *h = ledger_host(j->facts.ledger, host);
	const struct explain_capture *c = &j->facts.capture;
	struct json_writer *w = &j->json;
	char mac[MAC_TEXT_MAX];

	json_object(w, NULL, true);
	json_addr(w, "address", &h->addr);
	json_words(w, "name", c->name ? c->name(c->user, &h->addr) : NULL);
	json_addr(w, "scanner", &h->source);
	json_number(w, "scan", h->run);
	json_words(w, "mac", h->has_mac ? mac_text(h->mac, true, mac) : NULL);
	up(j, host);
	json_number(w, "probes", h->probes);
	json_number(w, "answers", h->replies);
	json_number(w, "unproven", h->unproven);
	round_trip(w, h);
	discovery(j, host);
	grounds(j, host);
	json_array(w, "ports", true);
}

void explain_json_host_end(struct explain_json *j)
{
	json_end_array(&j->json);
	json_end_object(&j->json);
}

/* The place of a rule among those used; takes it in when it is new. */
static void rule_place(struct explain_json *j, const struct port_verdict *v)
{
	unsigned i = 0;

	while (i < j->rule_count && !(j->rules[i] == v->rule && j->rule_kinds[i] == v->kind))
		i++;
	if (!v->rule || i == EXPLAIN_JSON_RULES_MAX) {
		json_null(&j->json, "rule");
		return;
	}
	if (i == j->rule_count) {
		j->rules[i] = v->rule;
		j->rule_kinds[i] = v->kind;
		j->rule_count++;
	}
	json_number(&j->json, "rule", i);
}

/* The tries: their frames, when the first and the last were sent. */
static void tries(struct explain_json *j, const struct port_verdict *v)
{
	const struct ledger *l = j->facts.ledger;
	struct json_writer *w = &j->json;
	struct timing_walk walk = {0};
	nsec_t first = 0, last = 0;
	unsigned number = 0;

	json_number(w, "tries", v->tries);
	json_array(w, "probes", false);
	for (uint32_t i = v->first_probe; i != EVENT_NONE; i = ledger_probe(l, i)->next_try) {
		const struct probe *p = ledger_probe(l, i);

		if (ledger_is_ping(l, p) || timing_next(&walk, l, p))
			continue;
		if (!number)
			first = p->time;
		last = p->time;
		if (number++ < PROBES_MAX)
			json_number(w, NULL, p->frame);
	}
	json_end_array(w);
	moment(j, "sent", first);
	moment(j, "last_sent", last);
}

/* The reply that decided. */
static void answer(struct explain_json *j, uint32_t host, const struct port_verdict *v)
{
	const struct ledger *l = j->facts.ledger;
	struct json_writer *w = &j->json;
	const struct reply *r;
	const struct probe *p;
	static const struct addr nobody;

	if (v->reply == EVENT_NONE) {
		json_null(w, "answer");
		json_null(w, "answers");
		json_null(w, "answered");
		json_null(w, "round_trip");
		json_null(w, "from");
		return;
	}
	r = ledger_reply(l, v->reply);
	p = ledger_probe(l, r->probe);
	json_number(w, "answer", r->frame);
	json_number(w, "answers", p->frame);
	moment(j, "answered", r->time);
	json_seconds(w, "round_trip", r->time - p->time);
	json_addr(w, "from",
		  addr_equal(&r->from, &ledger_host(l, host)->addr) ? &nobody : &r->from);
}

void explain_json_port(struct explain_json *j, uint32_t host, const struct port_verdict *v)
{
	struct json_writer *w = &j->json;
	struct confidence confidence;

	json_object(w, NULL, false);
	json_number(w, "port", v->port);
	json_words(w, "protocol", probe_kind_protocol(v->kind));
	json_words(w, "probe", probe_kind_name(v->kind));
	json_words(w, "state", port_state_name(v->state));
	json_words(w, "reason", v->rule ? v->rule->reason : NULL);
	rule_place(j, v);
	json_bool(w, "contradicted", v->contradicted);
	tries(j, v);
	answer(j, host, v);
	if (v->reply == EVENT_NONE && v->waited >= 0)
		json_seconds(w, "waited", v->waited);
	else
		json_null(w, "waited");
	explain_confidence(j->facts.explain, host, v, &confidence);
	if (confidence.known && v->state != PORT_OPEN)
		json_real(w, "open_chance", confidence.chance);
	else
		json_null(w, "open_chance");
	json_end_object(w);
}
