// SPDX-License-Identifier: Apache-2.0
// Why the answer of a port came late, or never.
#include "evidence/explain_wait.h"

#include <inttypes.h>

#include "evidence/explain_parts.h"
#include "evidence/phrase.h"

#define TIMES_MAX 6 /* tries whose times are told */
#define NEAR_MAX  8 /* witnesses looked at on either side: those of the same port do not count */

static void gap(struct buf *out)
{
	if (out->len)
		buf_putc(out, ' ');
}

/* "80/tcp, probed 0.102 ms earlier (frame 12), answered after 80.123 ms (frame 15)" */
static void write_witness(const struct ledger *l, uint32_t probe, nsec_t time, struct buf *out)
{
	const struct probe *p = ledger_probe(l, probe);
	const struct reply *r = ledger_reply(l, p->first_reply);
	bool earlier = p->time <= time;

	if (phrase_has_port(p->kind))
		buf_printf(out, "%u/%s", p->port, probe_kind_protocol(p->kind));
	else
		buf_printf(out, "the %s", probe_kind_name(p->kind));
	buf_puts(out, phrase_has_port(p->kind) ? ", probed " : ", sent ");
	phrase_ms(out, earlier ? time - p->time : p->time - time);
	buf_printf(out, " %s (frame %" PRIu64 "), was answered after ",
		   earlier ? "earlier" : "later", p->frame);
	phrase_ms(out, r->time - p->time);
	buf_printf(out, " (frame %" PRIu64 ")", r->frame);
}

/* The limit that the host itself set to such answers, or NULL. */
static const struct finding *limit_of(struct explain *x, uint32_t host, enum finding_kind kind)
{
	const struct findings *list = explain_findings(x);

	for (size_t i = 0; i < list->count; i++) {
		if (list->items[i].kind == kind && list->items[i].host == host)
			return &list->items[i];
	}
	return NULL;
}

/* How many tries went unanswered before the one that was answered, and the first of them. */
static unsigned silent_before(const struct ledger *l, const struct port_verdict *v,
			      uint32_t answered, uint32_t *ret_first)
{
	unsigned count = 0;

	for (uint32_t i = parts_scan_try(l, v->first_probe); i != EVENT_NONE && i != answered;
	     i = parts_scan_try(l, ledger_probe(l, i)->next_try)) {
		if (ledger_probe(l, i)->first_reply != EVENT_NONE)
			continue;
		if (!count++)
			*ret_first = i;
	}
	return count;
}

/* An answer that another host gave, the nearest in time; for who was never answered. */
static uint32_t nearest_elsewhere(const struct ledger *l, uint32_t host, nsec_t time)
{
	const struct addr *source = &ledger_host(l, host)->source;
	uint32_t best = EVENT_NONE;
	nsec_t distance = 0;

	for (uint32_t i = 0; i < ledger_reply_count(l); i++) {
		const struct reply *r = ledger_reply(l, i);
		uint32_t other = ledger_probe(l, r->probe)->host;
		nsec_t apart = r->time > time ? r->time - time : time - r->time;

		if (other == host || !addr_equal(&ledger_host(l, other)->source, source) ||
		    (best != EVENT_NONE && apart >= distance))
			continue;
		best = i;
		distance = apart;
	}
	return best;
}

/* What is known of the path when the host itself never answered. */
static void write_elsewhere(struct explain *x, uint32_t host, const struct port_verdict *v,
			    struct buf *out)
{
	const struct ledger *l = x->ledger;
	nsec_t sent = ledger_probe(l, v->first_probe)->time;
	uint32_t near = nearest_elsewhere(l, host, sent);
	char text[ADDR_TEXT_MAX];
	const struct reply *r;

	gap(out);
	buf_puts(out, "Nothing at all came from this host, so it may itself be absent, or a filter "
		      "may hide all of it.");
	if (near == EVENT_NONE) {
		buf_puts(out, " No other host answered either: the capture, or the scanner's own "
			      "link, may be at fault.");
		return;
	}
	r = ledger_reply(l, near);
	buf_printf(out, " That the scanner was heard at all shows frame %" PRIu64 ", from %s, ",
		   r->frame, addr_text(&r->from, text));
	phrase_ms(out, r->time > sent ? r->time - sent : sent - r->time);
	buf_puts(out, r->time > sent ? " later." : " earlier.");
}

/* "The host limits its RSTs to about 48 a second": when it does. */
static void write_limit(const struct finding *limit, const char *what, const char *so,
			struct buf *out)
{
	gap(out);
	buf_printf(out, "The host limits its %s to about %.3g a second (after %.0f at once), ",
		   what, limit->rate, limit->burst);
	buf_puts(out, so);
}

/* How many of the host's witnesses were sent until this time; they lie in that order. */
static size_t witnesses_until(struct explain *x, uint32_t host, nsec_t time)
{
	size_t low = 0, high;

	parts_witnesses(x, host);
	high = x->witness_count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (ledger_probe(x->ledger, x->witnesses[middle])->time <= time)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

void wait_write_life(struct explain *x, uint32_t host, nsec_t time, struct buf *out)
{
	size_t until = witnesses_until(x, host, time);

	if (!x->witness_count)
		return;
	buf_puts(out, ". Nearest proof that the path was alive: ");
	if (until)
		write_witness(x->ledger, x->witnesses[until - 1], time, out);
	if (until && until < x->witness_count)
		buf_puts(out, "; ");
	if (until < x->witness_count)
		write_witness(x->ledger, x->witnesses[until], time, out);
}

/* The witness sent nearest to this time, a probe of another port; EVENT_NONE: there is none. */
static uint32_t nearest_witness(struct explain *x, const struct probe *p)
{
	size_t at = witnesses_until(x, p->host, p->time);
	uint32_t best = EVENT_NONE;
	nsec_t distance = 0;

	for (size_t i = at > NEAR_MAX ? at - NEAR_MAX : 0;
	     i < at + NEAR_MAX && i < x->witness_count; i++) {
		const struct probe *w = ledger_probe(x->ledger, x->witnesses[i]);
		nsec_t apart = w->time > p->time ? w->time - p->time : p->time - w->time;

		if ((w->kind == p->kind && w->port == p->port) ||
		    (best != EVENT_NONE && apart >= distance))
			continue;
		best = x->witnesses[i];
		distance = apart;
	}
	return best;
}

/* Why the tries before the answered one stayed silent; first: the first of them. */
static void write_cause(struct explain *x, uint32_t first, const struct reply *r, struct buf *out)
{
	const struct probe *p = ledger_probe(x->ledger, first);
	uint32_t host = p->host, near;
	bool is_error = r->kind == REPLY_ICMP || r->kind == REPLY_ICMPV6;
	const struct finding *limit = NULL;
	static const char so[] = "which explains the tries that stayed silent.";

	if (r->kind == REPLY_RST)
		limit = limit_of(x, host, FINDING_RESET_LIMIT);
	else if (is_error)
		limit = limit_of(x, host, FINDING_ERROR_LIMIT);
	if (limit) {
		write_limit(limit, is_error ? "ICMP errors" : "RSTs", so, out);
		return;
	}
	gap(out);
	near = nearest_witness(x, p);
	if (near == EVENT_NONE) {
		buf_puts(out, "Nothing shows whether the path was alive then.");
		return;
	}
	buf_puts(out, "Nearest in time to the first of these, ");
	write_witness(x->ledger, near, p->time, out);
	buf_puts(out, ". If the path was alive all the while, probe or answer was lost, or a limit "
		      "held it back.");
}

void wait_write_delay(struct explain *x, const struct port_verdict *v, struct buf *out)
{
	const struct ledger *l = x->ledger;
	const struct reply *r = ledger_reply(l, v->reply);
	const struct probe *p = ledger_probe(l, r->probe);
	const struct probe *first = ledger_probe(l, v->first_probe);
	uint32_t next = parts_scan_try(l, p->next_try);
	uint32_t silent_first = EVENT_NONE;
	unsigned silent = silent_before(l, v, r->probe, &silent_first);

	if (silent) {
		gap(out);
		buf_puts(out, "It took ");
		phrase_ms(out, r->time - first->time);
		buf_puts(out, " from the first try to this answer, as ");
		parts_number(out, silent);
		buf_puts(out, silent == 1 ? " try stayed silent." : " tries stayed silent.");
		write_cause(x, silent_first, r, out);
	}
	if (next != EVENT_NONE && ledger_probe(l, next)->time < r->time) {
		gap(out);
		buf_printf(out,
			   "The answer came after the scanner had asked again (frame %" PRIu64
			   "): it had waited ",
			   ledger_probe(l, next)->frame);
		phrase_ms(out, ledger_probe(l, next)->time - p->time);
		buf_puts(out, ", and the answer took ");
		phrase_ms(out, r->time - p->time);
		buf_putc(out, '.');
	}
}

/* Why silence was not enough. */
static void write_undecided(struct explain *x, uint32_t host, const struct port_verdict *v,
			    struct buf *out)
{
	const struct ledger_host *h = ledger_host(x->ledger, host);

	gap(out);
	if (v->waited < 0 || v->waited >= ledger_silence(x->ledger, host)) {
		buf_puts(out, "No answer came, but the port was to be asked again when the scanner "
			      "left the host, stopped or at the end of its time. So nothing can be "
			      "said of this port.");
		return;
	}
	buf_puts(out, "No answer came, but the capture ended ");
	phrase_ms(out, v->waited);
	buf_puts(out, " after the last try. Silence counts after ");
	phrase_ms(out, ledger_silence(x->ledger, host));
	if (h->rtt_count) {
		buf_puts(out, " here, since the host's slowest answer took ");
		phrase_ms(out, h->rtt_max);
	} else {
		buf_puts(out, " here, since the host never answered and its distance is unknown");
	}
	buf_puts(out, ". So nothing can be said of this port.");
}

/* "It was asked two times, at 0.100700 s and 1.200700 s; ..." */
static void write_asked(struct explain *x, const struct port_verdict *v, struct buf *out)
{
	const struct ledger *l = x->ledger;
	unsigned number = 0;

	buf_puts(out, "It was asked ");
	if (v->tries == 1)
		buf_puts(out, "once");
	else if (v->tries == 2)
		buf_puts(out, "twice");
	else
		parts_number(out, v->tries);
	buf_puts(out, v->tries > 2 ? " times, at " : ", at ");
	for (uint32_t i = parts_scan_try(l, v->first_probe); i != EVENT_NONE && number < TIMES_MAX;
	     i = parts_scan_try(l, ledger_probe(l, i)->next_try)) {
		if (number++)
			buf_puts(out, number == v->tries ? " and " : ", ");
		parts_time(x, out, ledger_probe(l, i)->time);
	}
	if (v->tries > TIMES_MAX)
		buf_puts(out, ",...");
	if (v->waited >= 0) {
		buf_puts(out, "; nothing came within ");
		phrase_ms(out, v->waited);
		buf_puts(out, " of the last try.");
	} else {
		buf_puts(out, "; nothing came as long as the capture lasted.");
	}
}

void wait_write_silence(struct explain *x, uint32_t host, const struct port_verdict *v,
			struct buf *out)
{
	const struct explain_capture *c = &x->capture;
	const struct finding *limit = limit_of(x, host, FINDING_RESET_LIMIT);

	if (v->state == PORT_UNDECIDED)
		write_undecided(x, host, v, out);
	else
		write_asked(x, v, out);
	parts_witnesses(x, host);
	if (!x->witness_count)
		write_elsewhere(x, host, v, out);
	if (limit && v->kind == PROBE_SYN)
		write_limit(limit, "RSTs", "so the port may also be closed.", out);
	if (c->dropped != EXPLAIN_UNKNOWN && c->dropped) {
		gap(out);
		buf_puts(out, "The capture lost ");
		phrase_count(out, c->dropped);
		buf_puts(out, c->dropped == 1 ? " frame, so an answer may be missing."
					      : " frames, so an answer may be missing.");
	}
	if (x->witness_count) {
		gap(out);
		explain_write_confidence(x, host, v, out);
	}
}
