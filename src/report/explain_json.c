// SPDX-License-Identifier: Apache-2.0
// The explanation as JSON: the capture, its scanners and phases, the findings, the rules.
#include "report/explain_json.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>

/* A time on the ledger's clock, since the first frame. */
static void moment(struct explain_json *j, const char *name, nsec_t time)
{
	json_seconds(&j->json, name, time - j->facts.capture.first_frame);
}

/* "2006-11-08T15:33:20.000000000Z" */
static void date(struct json_writer *w, const char *name, nsec_t time)
{
	nsec_t rest = time % NSEC_PER_SEC;
	time_t seconds = (time_t)(time / NSEC_PER_SEC);
	char day[40], text[64];
	struct tm tm;

	if (rest < 0) {
		rest += NSEC_PER_SEC;
		seconds--;
	}
	if (!gmtime_r(&seconds, &tm) || !strftime(day, sizeof(day), "%Y-%m-%dT%H:%M:%S", &tm)) {
		json_null(w, name);
		return;
	}
	snprintf(text, sizeof(text), "%s.%09" PRId64 "Z", day, rest);
	json_words(w, name, text);
}

static void capture(struct explain_json *j)
{
	const struct explain_capture *c = &j->facts.capture;
	struct json_writer *w = &j->json;
	nsec_t end;

	json_object(w, "capture", false);
	json_words(w, "file", c->file);
	json_number(w, "frames", c->frames);
	json_number(w, "timeless", c->timeless);
	if (c->frames > c->timeless)
		date(w, "began", c->first_frame);
	else
		json_null(w, "began");
	json_seconds(w, "seconds", c->last_frame - c->first_frame);
	if (ledger_end(j->facts.ledger, &end))
		moment(j, "ended", end);
	else
		json_null(w, "ended");
	if (c->dropped == EXPLAIN_UNKNOWN)
		json_null(w, "dropped");
	else
		json_number(w, "dropped", c->dropped);
	json_number(w, "cut", j->facts.cut);
	json_number(w, "unrelated", j->facts.unrelated);
	json_number(w, "traffic", j->facts.traffic);
	json_bool(w, "one_sided",
		  explain_findings(j->facts.explain)->of_kind[FINDING_ONE_SIDED] > 0);
	json_words(w, "damage", j->facts.damage);
	json_end_object(w);
}

static void phases(struct explain_json *j, const char *name, const struct phase *list,
		   unsigned count)
{
	struct json_writer *w = &j->json;

	json_array(w, name, true);
	for (unsigned i = 0; i < count; i++) {
		const struct phase *p = &list[i];
		struct buf words = {0};

		phase_write_name(p, &words);
		json_object(w, NULL, false);
		json_words(w, "kind", phase_kind_name(p->kind));
		json_words(w, "probe", p->probe < PROBE_KINDS ? probe_kind_name(p->probe) : NULL);
		json_number(w, "round", p->round);
		json_words(w, "name", buf_text(&words));
		moment(j, "first", p->first);
		moment(j, "last", p->last);
		json_number(w, "first_frame", p->first_frame);
		json_number(w, "packets", p->packets);
		json_number(w, "answered", p->answered);
		json_end_object(w);
		w->out->failed |= words.failed;
		buf_done(&words);
	}
	json_end_array(w);
}

static void pace(struct explain_json *j, const struct pace *p)
{
	struct json_writer *w = &j->json;

	json_object(w, "pace", false);
	moment(j, "begin", p->begin);
	json_seconds(w, "part", p->part);
	json_array(w, "sent", false);
	for (unsigned i = 0; i < PACE_PARTS; i++)
		json_number(w, NULL, p->sent[i]);
	json_end_array(w);
	json_real(w, "peak", p->peak);
	json_number(w, "in_flight_most", p->most);
	moment(j, "in_flight_most_at", p->most_at);
	json_number(w, "in_flight_typical", p->typical);
	json_end_object(w);
}

static void round_trip(struct json_writer *w, const struct spread *s)
{
	if (!s->count) {
		json_null(w, "round_trip");
		return;
	}
	json_object(w, "round_trip", false);
	json_number(w, "count", s->count);
	json_seconds(w, "least", s->least);
	json_seconds(w, "mean", spread_mean(s));
	json_seconds(w, "deviation", spread_deviation(s));
	json_seconds(w, "median", spread_quantile(s, 0.5));
	json_seconds(w, "p95", spread_quantile(s, 0.95));
	json_seconds(w, "most", s->most);
	json_end_object(w);
}

static void loss(struct json_writer *w, const struct loss *l)
{
	if (!l->known) {
		json_null(w, "loss");
		return;
	}
	json_object(w, "loss", false);
	json_number(w, "tries", l->tries);
	json_number(w, "lost", l->lost);
	json_real(w, "each", l->each);
	if (l->bursts_known)
		json_real(w, "after_lost", l->after_lost);
	else
		json_null(w, "after_lost");
	json_end_object(w);
}

static void scanners(struct explain_json *j)
{
	const struct activities *a = explain_activities(j->facts.explain);
	struct json_writer *w = &j->json;

	json_array(w, "scanners", true);
	for (unsigned i = 0; a->items && i < a->scanners.count; i++) {
		const struct activity *s = &a->items[i];

		json_object(w, NULL, true);
		json_addr(w, "address", &s->scanner);
		json_number(w, "scan", s->run);
		json_bool(w, "main", i == a->scanners.main);
		json_number(w, "probes", a->scanners.probes[i]);
		json_number(w, "ports_answered", s->answered);
		json_number(w, "ports_answered_late", s->answered_late);
		round_trip(w, &s->rtt);
		loss(w, &s->loss);
		pace(j, &s->pace);
		phases(j, "phases", s->phases, s->phase_count);
		json_end_object(w);
	}
	json_end_array(w);
	json_bool(w, "more_scanners", a->scanners.more);
	phases(j, "beside", a->beside, a->beside_count);
}

/* What only limits have. */
static void limit(struct json_writer *w, const struct finding *f)
{
	if (f->kind == FINDING_RESET_LIMIT || f->kind == FINDING_ERROR_LIMIT) {
		json_real(w, "rate", f->rate);
		json_real(w, "burst", f->burst);
	} else {
		json_null(w, "rate");
		json_null(w, "burst");
	}
}

static void finding(struct explain_json *j, const struct finding *f)
{
	struct json_writer *w = &j->json;
	static const struct addr nobody;

	json_object(w, NULL, false);
	json_words(w, "kind", finding_kind_row(f->kind)->name);
	json_words(w, "sureness", sureness_name(f->sureness));
	json_addr(w, "host",
		  f->host == EVENT_NONE ? &nobody : &ledger_host(j->facts.ledger, f->host)->addr);
	json_addr(w, "who", &f->who);
	json_words(w, "sentence", f->sentence);
	json_words(w, "why", f->why);
	json_words(w, "otherwise", f->otherwise);
	limit(w, f);
	json_number(w, "count", f->count);
	json_array(w, "frames", false);
	for (size_t i = 0; i < finding_frame_count(f); i++)
		json_number(w, NULL, f->frames[i]);
	json_end_array(w);
	json_end_object(w);
}

static void findings(struct explain_json *j)
{
	const struct findings *list = explain_findings(j->facts.explain);
	struct json_writer *w = &j->json;
	uint64_t all = 0;

	json_array(w, "findings", true);
	for (size_t i = 0; i < list->count; i++)
		finding(j, &list->items[i]);
	json_end_array(w);
	for (int kind = 0; kind < FINDING_KINDS; kind++)
		all += list->of_kind[kind];
	json_number(w, "findings_left_out", all > list->count ? all - list->count : 0);
}

static void rules(struct explain_json *j)
{
	struct json_writer *w = &j->json;

	json_array(w, "rules", true);
	for (unsigned i = 0; i < j->rule_count; i++) {
		json_object(w, NULL, false);
		json_words(w, "probe", probe_kind_name(j->rule_kinds[i]));
		json_words(w, "state", port_state_name(j->rules[i]->state));
		json_words(w, "reason", j->rules[i]->reason);
		json_words(w, "meaning", j->rules[i]->meaning);
		json_words(w, "source", j->rules[i]->source);
		json_end_object(w);
	}
	json_end_array(w);
}

void explain_json_begin(struct explain_json *j)
{
	struct json_writer *w = &j->json;

	json_object(w, NULL, true);
	json_words(w, "schema", EXPLAIN_SCHEMA);
	json_words(w, "program", "sonde " SONDE_VERSION);
	capture(j);
	scanners(j);
	json_number(w, "targets", j->facts.targets);
	json_array(w, "hosts", true);
}

void explain_json_end(struct explain_json *j)
{
	struct json_writer *w = &j->json;

	json_end_array(w);
	findings(j);
	rules(j);
	if (j->facts.comparison)
		comparison_json(j->facts.comparison, j->facts.ledger, j->facts.report, w,
				"comparison");
	else
		json_null(w, "comparison");
	json_end_object(w);
	buf_putc(w->out, '\n');
}
