// SPDX-License-Identifier: Apache-2.0
// What a comparison found, in counts and sentences.
#include <inttypes.h>

#include "evidence/exchange.h"
#include "evidence/phrase.h"
#include "report/comparison.h"
#include "report/page.h"

#define SHOWN_MAX 12 /* differences told; the rest is counted */
#define TRIES_MAX 6  /* frames of silent tries named */

static void write_count(struct buf *out, const struct comparison *c, enum compare_result result,
			const char *words)
{
	struct buf number = {0};

	if (!c->ports[result] && !c->hosts[result] && result != COMPARE_EQUAL)
		return;
	phrase_count(&number, c->ports[result]);
	buf_printf(out, "  %9s", buf_text(&number));
	out->failed |= number.failed;
	buf_clear(&number);
	phrase_count(&number, c->hosts[result]);
	buf_printf(out, " %9s  %s\n", buf_text(&number), words);
	out->failed |= number.failed;
	buf_done(&number);
}

static void write_counts(const struct comparison *c, struct buf *out)
{
	buf_printf(out, "  %9s %9s\n", "PORTS", "HOSTS");
	write_count(out, c, COMPARE_EQUAL, "equal");
	write_count(out, c, COMPARE_CONTRADICTED,
		    "contradicted: a frame speaks against the report");
	write_count(out, c, COMPARE_DIFFERENT,
		    "different, though no frame speaks against the report");
	write_count(out, c, COMPARE_UNREPORTED, "decided by the packets, but not in the report");
	write_count(out, c, COMPARE_UNDECIDED, "reported, but not decided by the capture");
}

/* "open (syn-ack)" */
static void write_claim(const struct comparison *c, const struct claim *claim, struct buf *out)
{
	buf_puts(out, claims_state(claim));
	if (*claims_word(c->claims, claim))
		buf_printf(out, " (%s)", claims_word(c->claims, claim));
}

/* "Frame 32 answers frame 29 after 40.200 ms: SYN/ACK." */
static void say_reply(const struct ledger *l, uint32_t index, struct buf *out)
{
	const struct reply *r = ledger_reply(l, index);
	const struct probe *p = ledger_probe(l, r->probe);

	buf_printf(out, " Frame %" PRIu64 " answers frame %" PRIu64 " after ", r->frame, p->frame);
	phrase_ms(out, r->time - p->time);
	buf_puts(out, ": ");
	phrase_reply(out, r);
	buf_putc(out, '.');
}

/* "Nothing that proves itself answers frames 13 and 30." */
static void say_silence(const struct ledger *l, const struct port_verdict *v, struct buf *out)
{
	unsigned named = 0;

	buf_printf(out, " No answer to %s ", v->tries == 1 ? "frame" : "frames");
	for (uint32_t i = v->first_probe; i != EVENT_NONE; i = ledger_probe(l, i)->next_try) {
		const struct probe *p = ledger_probe(l, i);

		if (ledger_is_ping(l, p))
			continue;
		if (named++ == TRIES_MAX) {
			buf_puts(out, ",...");
			break;
		}
		buf_printf(out, "%s%" PRIu64, named > 1 ? ", " : "", p->frame);
	}
	buf_puts(out, " is in the capture.");
}

/* A later answer than the last try's next one could have been waited for is told as such. */
static void say_port(const struct comparison *c, const struct ledger *l, const struct difference *d,
		     struct buf *out)
{
	const struct port_verdict *v = &d->verdict;

	if (v->reply != EVENT_NONE)
		say_reply(l, v->reply, out);
	else
		say_silence(l, v, out);
	if (v->rule)
		buf_printf(out, " %s", v->rule->meaning);
	if (d->against != EVENT_NONE) {
		say_reply(l, d->against, out);
		buf_puts(out, " That speaks for the report; the port answered in two ways.");
	} else if (d->result == COMPARE_DIFFERENT && d->has_claim) {
		buf_printf(out,
			   " If %s saw an answer, the capture missed it, or it came by another "
			   "kind of probe.",
			   c->claims->scanner);
	}
}

static void say_host(const struct comparison *c, const struct ledger *l, const struct difference *d,
		     struct buf *out)
{
	if (d->up.up)
		say_reply(l, d->up.reply, out);
	else
		buf_printf(out,
			   " Nothing in the capture came from it; if %s saw an answer, the capture "
			   "missed it.",
			   c->claims->scanner);
}

void comparison_say(const struct comparison *c, const struct ledger *l, const struct difference *d,
		    struct buf *out)
{
	char text[ADDR_TEXT_MAX];

	buf_puts(out, addr_text(&ledger_host(l, d->host)->addr, text));
	if (d->is_host) {
		buf_puts(out, ": the report says ");
		write_claim(c, &d->claim, out);
		buf_printf(out, ", the packets say %s (%s).", d->up.up ? "up" : "down",
			   d->up.reason);
		say_host(c, l, d, out);
		return;
	}
	buf_printf(out, " %u/%s: ", d->verdict.port, probe_kind_protocol(d->verdict.kind));
	if (d->has_claim) {
		buf_puts(out, "the report says ");
		write_claim(c, &d->claim, out);
	} else {
		buf_puts(out, "the report says nothing");
	}
	buf_printf(out, ", the packets say %s (%s).", port_state_name(d->verdict.state),
		   d->verdict.rule ? d->verdict.rule->reason : "-");
	say_port(c, l, d, out);
}

/* What could not be held against anything. */
static void write_strange(const struct claims *claims, struct buf *out)
{
	struct buf text = {0};
	char addr[ADDR_TEXT_MAX];

	if (claims->strange_hosts) {
		buf_printf(&text,
			   "The report speaks of hosts that this capture does not show probed, the "
			   "first of them %s.",
			   addr_text(&claims->first_strange, addr));
		page_flush(out, &text, 0, 2);
	}
	if (claims->strange_kinds) {
		phrase_count(&text, claims->strange_kinds);
		buf_puts(&text, claims->strange_kinds == 1 ? " port of the report was"
							   : " ports of the report were");
		buf_puts(&text, " asked in a way that no rule here covers, and not compared.");
		page_flush(out, &text, 0, 2);
	}
	buf_done(&text);
}

void comparison_write(const struct comparison *c, const struct ledger *l, struct explain *x,
		      const char *report, struct buf *out)
{
	size_t shown = c->count < SHOWN_MAX ? c->count : SHOWN_MAX;
	uint64_t more = comparison_differences(c) - shown;
	struct buf text = {0};

	buf_escaped(out, report);
	buf_printf(out, " (%s) against ", c->claims->scanner);
	explain_file(x, out);
	write_counts(c, out);
	for (size_t i = 0; i < shown; i++) {
		comparison_say(c, l, &c->items[i], &text);
		page_flush(out, &text, 0, 2);
	}
	if (more) {
		buf_puts(out, "and ");
		phrase_count(out, more);
		buf_puts(out, more == 1 ? " more difference" : " more differences");
		buf_puts(out, "; --json lists them\n");
	}
	write_strange(c->claims, out);
	buf_done(&text);
}
