// SPDX-License-Identifier: Apache-2.0
// Why one port is in its state: the rule, its frames, and for silence what else was alive.
#include <errno.h>
#include <inttypes.h>

#include "evidence/exchange.h"
#include "evidence/explain.h"
#include "evidence/explain_parts.h"
#include "evidence/explain_wait.h"
#include "evidence/phrase.h"

#define NOTE_INDENT 10

/* The port under explanation. */
struct story {
	struct explain *x;
	const struct ledger *ledger;
	uint32_t host;
	enum probe_kind kind;
	struct port_verdict verdict;
	struct exchange exchange;
};

/* True when something came that looked like an answer to p and proved nothing. */
static bool has_unproven(const struct story *s, const struct probe *p)
{
	uint32_t i = p->last_aside;

	while (i != EVENT_NONE && ledger_aside(s->ledger, i)->kind != NOTE_UNPROVEN)
		i = ledger_aside(s->ledger, i)->previous;
	return i != EVENT_NONE;
}

/* How long a try without answer was waited for. */
static void write_wait(struct story *s, struct buf *out, const struct probe *p)
{
	uint32_t next = parts_scan_try(s->ledger, p->next_try);
	nsec_t end;

	buf_puts(out, has_unproven(s, p) ? ": no answer that proves itself" : ": no answer");
	if (next != EVENT_NONE) {
		buf_puts(out, " in ");
		phrase_ms(out, ledger_probe(s->ledger, next)->time - p->time);
		buf_puts(out, ", then the next try");
	} else if (ledger_end(s->ledger, &end)) {
		buf_puts(out, " in ");
		phrase_ms(out, end - p->time);
		buf_puts(out, ", then the capture ended");
	} else {
		buf_puts(out, "; how long it was waited for cannot be known, as the "
			      "file does not say when the capture ended (its last frame came ");
		phrase_ms(out, s->x->capture.last_frame - p->time);
		buf_puts(out, " later)");
	}
}

static void write_probe_note(struct story *s, struct buf *out, const struct exchange_frame *line)
{
	const struct probe *p = ledger_probe(s->ledger, line->probe);

	if (line->timing) {
		buf_puts(out, "The port had answered already: the scanner measured the path.");
		return;
	}
	if (!line->number) {
		buf_puts(out, "Host discovery; it does not count for the port.");
		return;
	}
	buf_printf(out, "Try %u of %u", line->number, s->verdict.tries);
	if (p->first_reply == EVENT_NONE) {
		write_wait(s, out, p);
		if (s->verdict.reply == EVENT_NONE)
			wait_write_life(s->x, s->host, p->time, out);
	}
	buf_putc(out, '.');
}

static void write_reply_note(struct story *s, struct buf *out, const struct exchange_frame *line)
{
	const struct reply *r = ledger_reply(s->ledger, line->reply);
	const struct probe *p = ledger_probe(s->ledger, r->probe);
	const struct rule *rule =
		rule_for(p->kind, r, addr_equal(&r->from, &ledger_host(s->ledger, p->host)->addr));

	buf_puts(out, "Answers frame ");
	buf_printf(out, "%" PRIu64 " after ", p->frame);
	phrase_ms(out, r->time - p->time);
	buf_puts(out, ": ");
	phrase_reply(out, r);
	if (line->reply == s->verdict.reply)
		buf_puts(out, ". This decides.");
	else if (ledger_is_ping(s->ledger, p))
		buf_puts(out, ". It shows that the host is up.");
	else if (!rule)
		buf_puts(out, ". No rule draws a state from it.");
	else if (rule->state == s->verdict.state)
		buf_puts(out, ". It says the same again.");
	else
		buf_printf(out, ". It speaks for %s (%s), which %s overrules.",
			   port_state_name(rule->state), rule->reason,
			   port_state_name(s->verdict.state));
}

static void write_note(struct story *s, struct buf *out, const struct exchange_frame *line)
{
	switch (line->kind) {
	case NOTE_PROBE:
		write_probe_note(s, out, line);
		break;
	case NOTE_REPLY:
		write_reply_note(s, out, line);
		break;
	case NOTE_OWN_RESET:
		buf_puts(out, "This machine's own kernel resets what it never asked for; it "
			      "decides nothing.");
		break;
	case NOTE_UNPROVEN:
		buf_printf(out,
			   "It does not carry the cookie of frame %" PRIu64
			   ", so it proves nothing and decides nothing.",
			   ledger_probe(s->ledger, line->probe)->frame);
		break;
	case NOTE_UNRELATED:
	case NOTE_NEIGHBOUR:
	case NOTE_TRAFFIC:
		break;
	}
}

static void write_line(struct story *s, struct buf *out, const struct exchange_frame *line)
{
	bool sent = line->kind == NOTE_PROBE || line->kind == NOTE_OWN_RESET;
	struct buf note = {0};

	buf_printf(out, "  Frame %" PRIu64 ", ", line->frame);
	parts_time(s->x, out, line->time);
	buf_printf(out, ", %s: %s\n", sent ? "sent" : "received", parts_summary(s->x, line->frame));
	write_note(s, &note, line);
	parts_flush(s->x, &note, out, NOTE_INDENT);
	buf_done(&note);
}

/* "22/tcp on 198.51.100.10 is open (syn-ack)." and the rule. */
static void write_verdict(struct story *s, struct buf *out)
{
	const struct port_verdict *v = &s->verdict;
	struct buf rule = {0};

	buf_printf(out, "%u/%s on ", v->port, probe_kind_protocol(v->kind));
	explain_host_name(s->x, s->host, out);
	buf_printf(out, " is %s", port_state_name(v->state));
	if (v->rule) {
		buf_printf(out, " (%s).\n", v->rule->reason);
		buf_printf(&rule, "%s [%s]", v->rule->meaning, v->rule->source);
	} else {
		buf_puts(out, ".\n");
	}
	parts_flush(s->x, &rule, out, 2);
	buf_done(&rule);
}

static void write_closing(struct story *s, struct buf *out)
{
	struct buf text = {0};

	if (s->exchange.left_out) {
		buf_puts(&text, "The port has ");
		phrase_count(&text, s->exchange.left_out);
		buf_puts(&text, s->exchange.left_out == 1 ? " more frame." : " more frames.");
	}
	if (s->exchange.timing_left_out) {
		phrase_count(&text, s->exchange.timing_left_out);
		buf_puts(&text, s->exchange.timing_left_out == 1
					? " more try that only measured the path is left out. "
					: " more tries that only measured the path are left out. ");
	}
	if (s->verdict.contradicted)
		buf_printf(&text,
			   "%sThe answers contradict each other: perhaps two machines answer, or "
			   "one that stands between. Open counts before closed, closed before "
			   "filtered, so the port counts as %s.",
			   text.len ? " " : "", port_state_name(s->verdict.state));
	if (s->verdict.reply == EVENT_NONE)
		wait_write_silence(s->x, s->host, &s->verdict, &text);
	else
		wait_write_delay(s->x, &s->verdict, &text);
	parts_flush(s->x, &text, out, 2);
	buf_done(&text);
}

int explain_port(struct explain *x, uint32_t host, enum probe_kind kind, uint16_t port,
		 struct buf *out)
{
	struct story s = {.x = x, .ledger = x->ledger, .host = host, .kind = kind};
	int code = verdict_by(x->ledger, host, kind, port, &s.verdict);

	if (code)
		return code;
	exchange_gather(x->ledger, &(struct exchange_port) {host, kind, port}, s.verdict.reply,
			&s.exchange);
	write_verdict(&s, out);
	for (size_t i = 0; i < s.exchange.count; i++)
		write_line(&s, out, &s.exchange.frames[i]);
	write_closing(&s, out);
	return 0;
}

int explain_port_line(struct explain *x, uint32_t host, enum probe_kind kind, uint16_t port,
		      struct buf *out)
{
	struct port_verdict v;
	const struct probe *p;
	size_t start = out->len;
	int code = verdict_by(x->ledger, host, kind, port, &v);

	if (code)
		return code;
	buf_printf(out, "%u/%s", port, probe_kind_protocol(kind));
	buf_pad(out, ' ', 10 > out->len - start ? 10 - (out->len - start) : 1);
	buf_printf(out, "%-*s%-17s", kind == PROBE_SYN ? 10 : 14, port_state_name(v.state),
		   v.rule ? v.rule->reason : "-");
	if (v.reply != EVENT_NONE) {
		const struct reply *r = ledger_reply(x->ledger, v.reply);

		p = ledger_probe(x->ledger, r->probe);
		buf_printf(out, "frame %" PRIu64 " answers frame %" PRIu64 " after ", r->frame,
			   p->frame);
		phrase_ms(out, r->time - p->time);
	} else {
		p = ledger_probe(x->ledger, v.first_probe);
		parts_number(out, v.tries);
		buf_printf(out, " %s, the first in frame %" PRIu64, v.tries == 1 ? "try" : "tries",
			   p->frame);
	}
	buf_puts(out, v.contradicted ? "; contradicted\n" : "\n");
	return 0;
}
