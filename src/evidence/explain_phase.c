// SPDX-License-Identifier: Apache-2.0
// What each scanner did one after the other, as text: phases, pace, round trips, losses, limits.
#include <inttypes.h>

#include "evidence/explain.h"
#include "evidence/explain_parts.h"
#include "evidence/gather.h"
#include "evidence/phrase.h"

#define TENTHS      10 /* the pace is shown in as many parts */
#define HOSTS_SHOWN 4  /* whose discovery is told */

static void write_row(const struct explain *x, struct buf *out, const struct phase *p)
{
	struct buf name = {0}, began = {0}, ended = {0};
	nsec_t span = p->last - p->first;

	phase_write_name(p, &name);
	parts_time(x, &began, p->first);
	parts_time(x, &ended, p->last);
	buf_printf(out, "  %-28s %14s %14s %8" PRIu64 " %8" PRIu64, buf_text(&name),
		   buf_text(&began), buf_text(&ended), p->packets, p->answered);
	if (p->packets > 1 && span > 0)
		buf_printf(out, " %9.0f\n", (double)(p->packets - 1) * NSEC_PER_SEC / (double)span);
	else
		buf_printf(out, " %9s\n", "-");
	out->failed |= name.failed || began.failed || ended.failed;
	buf_done(&name);
	buf_done(&began);
	buf_done(&ended);
}

static void write_table(const struct explain *x, struct buf *out, const struct phase *phases,
			unsigned count)
{
	buf_printf(out, "  %-28s %14s %14s %8s %8s %9s\n", "PHASE", "BEGAN", "ENDED", "PACKETS",
		   "ANSWERED", "A SECOND");
	for (unsigned i = 0; i < count; i++)
		write_row(x, out, &phases[i]);
}

static void write_pace(struct buf *text, const struct explain *x, const struct pace *p)
{
	if (!p->most)
		return;
	if (p->part) {
		buf_printf(text, "Sent: at most %.0f a second; in each tenth of the time (",
			   p->peak);
		phrase_ms(text, p->part * (PACE_PARTS / TENTHS));
		buf_puts(text, ")");
		for (unsigned i = 0; i < TENTHS; i++) {
			uint64_t sent = 0;

			for (unsigned j = 0; j < PACE_PARTS / TENTHS; j++)
				sent += p->sent[i * (PACE_PARTS / TENTHS) + j];
			buf_putc(text, ' ');
			phrase_count(text, sent);
		}
		buf_puts(text, ". ");
	}
	buf_puts(text, "Under way at once: at most ");
	phrase_count(text, p->most);
	buf_puts(text, " (at ");
	parts_time(x, text, p->most_at);
	buf_puts(text, "), typically ");
	phrase_count(text, p->typical);
	buf_putc(text, '.');
}

static void write_round_trips(struct buf *text, const struct spread *s)
{
	if (!s->count)
		return;
	buf_puts(text, "Round trips: ");
	phrase_count(text, s->count);
	buf_puts(text, s->count == 1 ? " answer, least " : " answers, least ");
	phrase_ms(text, s->least);
	buf_puts(text, ", median ");
	phrase_ms(text, spread_quantile(s, 0.5));
	buf_puts(text, ", 95 % within ");
	phrase_ms(text, spread_quantile(s, 0.95));
	buf_puts(text, ", most ");
	phrase_ms(text, s->most);
	buf_puts(text, ", deviation ");
	phrase_ms(text, spread_deviation(s));
	buf_putc(text, '.');
}

static void write_loss(struct buf *text, const struct activity *a)
{
	const struct loss *l = &a->loss;

	if (!a->answered)
		return;
	phrase_count(text, a->answered_late);
	buf_puts(text, " of ");
	phrase_count(text, a->answered);
	buf_puts(text, a->answered == 1 ? " port that answered did so only to a later try."
					: " ports that answered did so only to a later try.");
	if (!l->known) {
		buf_puts(text, " Too few tries show whether packets were lost.");
		return;
	}
	buf_puts(text, " Loss: ");
	phrase_count(text, l->lost);
	buf_puts(text, " of ");
	phrase_count(text, l->tries);
	buf_printf(text,
		   " tries to ports that do answer had no answer; put right for ports that lost "
		   "all of theirs, that is %.2g %% of tries",
		   100 * l->each);
	if (l->bursts_known && l->lost)
		buf_printf(text, ", and %.2g %% of those that follow a lost one after ",
			   100 * l->after_lost);
	if (l->bursts_known && l->lost)
		phrase_ms(text, l->spacing);
	buf_putc(text, '.');
}

/* True for a host that was asked in this scan. */
static bool is_of(const struct ledger_host *host, const struct activity *a)
{
	return host->run == a->run && addr_equal(&host->source, &a->scanner);
}

/* "Limits seen: ..." for one scanner's targets, and for routers. */
static void write_limits(struct explain *x, struct buf *text, const struct activity *a)
{
	const struct findings *list = explain_findings(x);
	bool any = false;

	for (size_t i = 0; i < list->count; i++) {
		const struct finding *f = &list->items[i];

		if (f->kind != FINDING_RESET_LIMIT && f->kind != FINDING_ERROR_LIMIT)
			continue;
		if (f->host != EVENT_NONE && !is_of(ledger_host(x->ledger, f->host), a))
			continue;
		buf_puts(text, any ? "; " : "Limits: ");
		buf_puts(text, f->sentence);
		any = true;
	}
	if (any)
		buf_putc(text, '.');
}

/* "echo request (frame 3, answered by frame 5)" */
static void write_question(struct explain *x, struct buf *text, uint32_t probe)
{
	const struct probe *p = ledger_probe(x->ledger, probe);

	buf_puts(text, probe_kind_name(p->kind));
	if (p->port)
		buf_printf(text, " to %u", p->port);
	buf_printf(text, " (frame %" PRIu64, p->frame);
	if (p->first_reply != EVENT_NONE)
		buf_printf(text, ", answered by frame %" PRIu64 ")",
			   ledger_reply(x->ledger, p->first_reply)->frame);
	else
		buf_puts(text, ", no answer)");
}

/* Why one host counted as up, and what else was asked. */
static void write_discovery(struct explain *x, struct buf *text, uint32_t host,
			    const struct discovery *d)
{
	struct host_verdict v;

	verdict_host(x->ledger, host, &v);
	explain_host_name(x, host, text);
	if (v.up) {
		const struct reply *r = ledger_reply(x->ledger, v.reply);

		buf_printf(text, " is up by frame %" PRIu64 " (%s). Asked: ", r->frame, v.reason);
	} else {
		buf_puts(text, " showed no sign of life. Asked: ");
	}
	for (uint32_t i = 0; i < d->count && i < DISCOVERY_PROBES_MAX; i++) {
		if (i)
			buf_puts(text, ", ");
		write_question(x, text, d->probes[i]);
	}
	if (d->count > DISCOVERY_PROBES_MAX) {
		buf_puts(text, " and ");
		phrase_count(text, d->count - DISCOVERY_PROBES_MAX);
		buf_puts(text, " more");
	}
	buf_putc(text, '.');
}

static void write_discoveries(struct explain *x, struct buf *text, struct buf *out,
			      const struct activity *a)
{
	const struct discoveries *d = &explain_activities(x)->discoveries;
	uint32_t shown = 0, left = 0;

	for (uint32_t i = 0; i < d->count; i++) {
		if (!d->hosts[i].count || !is_of(ledger_host(x->ledger, i), a))
			continue;
		if (shown == HOSTS_SHOWN) {
			left++;
			continue;
		}
		shown++;
		write_discovery(x, text, i, &d->hosts[i]);
		parts_flush(x, text, out, 2);
	}
	if (left) {
		phrase_count(text, left);
		buf_puts(text,
			 left == 1 ? " more host was asked so." : " more hosts were asked so.");
		parts_flush(x, text, out, 2);
	}
}

static void write_activity(struct explain *x, struct buf *out, const struct activity *a)
{
	char addr[ADDR_TEXT_MAX];
	struct buf text = {0};

	if (!a->phase_count)
		return;
	buf_printf(out, "What %s did", addr_text(&a->scanner, addr));
	if (a->run > 1)
		buf_printf(out, " in its scan %u", a->run);
	buf_puts(out, ":\n");
	write_table(x, out, a->phases, a->phase_count);
	write_discoveries(x, &text, out, a);
	write_pace(&text, x, &a->pace);
	parts_flush(x, &text, out, 2);
	write_round_trips(&text, &a->rtt);
	parts_flush(x, &text, out, 2);
	write_loss(&text, a);
	parts_flush(x, &text, out, 2);
	write_limits(x, &text, a);
	parts_flush(x, &text, out, 2);
	buf_done(&text);
}

void explain_phases(struct explain *x, struct buf *out)
{
	const struct activities *a = explain_activities(x);

	for (unsigned i = 0; i < a->scanners.count && a->items; i++)
		write_activity(x, out, &a->items[i]);
	if (a->scanners.more)
		buf_puts(out, "and more scanners\n");
	if (!a->beside_count)
		return;
	buf_puts(out, "Beside that:\n");
	write_table(x, out, a->beside, a->beside_count);
}
