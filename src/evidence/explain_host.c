// SPDX-License-Identifier: Apache-2.0
// What a capture shows of a host as a whole, and of many hosts in a table.
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "evidence/explain.h"
#include "evidence/explain_parts.h"
#include "evidence/phrase.h"

#define GROUPS_MAX 64 /* states with reasons: there are fewer rules */
#define NAMED_MAX  20 /* ports listed by number */
#define TABLE_MAX  50 /* lines of ports */

/* Ports alike in state and reason. */
struct group {
	enum port_state state;
	const char *reason; /* NULL: undecided */
	uint32_t count;
};

/* The ports of one host, counted. */
struct tally {
	struct group groups[GROUPS_MAX];
	size_t group_count;
	struct port_verdict *ports;
	uint32_t port_count;
	uint32_t contradicted;
	uint32_t of_state[PORT_STATES];
	enum probe_kind kind;
	uint32_t listed; /* a state with more ports is counted, not listed */
};

static bool same_reason(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

static void count_port(struct tally *t, const struct port_verdict *v)
{
	const char *reason = v->rule ? v->rule->reason : NULL;
	size_t i = 0;

	t->of_state[v->state]++;
	t->contradicted += v->contradicted;
	while (i < t->group_count &&
	       !(t->groups[i].state == v->state && same_reason(t->groups[i].reason, reason)))
		i++;
	if (i == GROUPS_MAX)
		return;
	if (i == t->group_count)
		t->groups[t->group_count++] = (struct group) {v->state, reason, 0};
	t->groups[i].count++;
}

/* Open first, then by how many. */
static int by_weight(const void *a, const void *b)
{
	const struct group *g = a, *h = b;

	if ((g->state == PORT_OPEN) != (h->state == PORT_OPEN))
		return g->state == PORT_OPEN ? -1 : 1;
	return (g->count < h->count) - (g->count > h->count);
}

/* Fills *t, whose ports the caller frees. */
static void tally(struct explain *x, uint32_t host, enum probe_kind kind, struct tally *t)
{
	uint32_t count = verdict_all_by(x->ledger, host, kind, 0, NULL);

	*t = (struct tally) {.kind = kind, .listed = x->listed};
	if (!count)
		return;
	t->ports = malloc(count * sizeof(*t->ports));
	if (!t->ports) {
		x->failed = true;
		return;
	}
	t->port_count = verdict_all_by(x->ledger, host, kind, count, t->ports);
	for (uint32_t i = 0; i < t->port_count; i++)
		count_port(t, &t->ports[i]);
	qsort(t->groups, t->group_count, sizeof(t->groups[0]), by_weight);
}

static void write_up(struct explain *x, uint32_t host, struct buf *out)
{
	const struct ledger_host *h = ledger_host(x->ledger, host);
	struct host_verdict v;
	const struct reply *r;
	const struct probe *p;
	char source[ADDR_TEXT_MAX];

	verdict_host(x->ledger, host, &v);
	explain_host_name(x, host, out);
	if (x->capture.many_scanners)
		buf_printf(out, ", scanned by %s,", addr_text(&h->source, source));
	if (!v.up) {
		buf_puts(out, " never answered: it is down, or a filter hides all of it (");
		phrase_count(out, h->probes);
		buf_puts(out, h->probes == 1 ? " probe)." : " probes).");
		return;
	}
	r = ledger_reply(x->ledger, v.reply);
	p = ledger_probe(x->ledger, r->probe);
	buf_printf(out, " is up (%s): frame %" PRIu64 " answered the %s", v.reason, r->frame,
		   probe_kind_name(p->kind));
	if (phrase_has_port(p->kind))
		buf_printf(out, " to %u/%s", p->port, probe_kind_protocol(p->kind));
	buf_printf(out, " in frame %" PRIu64 " after ", p->frame);
	phrase_ms(out, r->time - p->time);
	buf_putc(out, '.');
}

static void write_latency(struct buf *out, const struct ledger_host *h)
{
	if (!h->rtt_count)
		return;
	buf_puts(out, "Round trip: at least ");
	phrase_ms(out, h->rtt_min);
	buf_puts(out, ", on average ");
	phrase_ms(out, h->rtt_sum / h->rtt_count);
	buf_puts(out, ", at most ");
	phrase_ms(out, h->rtt_max);
	buf_puts(out, ", over ");
	phrase_count(out, h->rtt_count);
	buf_puts(out, h->rtt_count == 1 ? " answer." : " answers.");
}

/* "1,000 TCP ports: ", "12 UDP ports: ", "3 TCP ports by ACK scan: " */
static void write_what(struct buf *out, const struct tally *t)
{
	static const char *const nouns[][2] = {{" IP protocol", " IP protocols"},
					       {" SCTP port", " SCTP ports"},
					       {" UDP port", " UDP ports"},
					       {" TCP port", " TCP ports"}};
	unsigned noun = t->kind == PROBE_IP     ? 0
			: t->kind == PROBE_SCTP ? 1
			: t->kind == PROBE_UDP  ? 2
						: 3;

	phrase_count(out, t->port_count);
	buf_puts(out, nouns[noun][t->port_count != 1]);
	if (noun == 3 && t->kind != PROBE_SYN)
		buf_printf(out, " by %s", probe_kind_scan(t->kind));
	buf_puts(out, ": ");
}

static void write_groups(struct buf *out, const struct tally *t)
{
	write_what(out, t);
	for (size_t i = 0; i < t->group_count; i++) {
		const struct group *g = &t->groups[i];

		if (i)
			buf_puts(out, ", ");
		phrase_count(out, g->count);
		buf_printf(out, " %s", port_state_name(g->state));
		if (g->reason)
			buf_printf(out, " (%s)", g->reason);
	}
	buf_putc(out, '.');
}

/* "Open: 22, 53, 80." */
static void write_named(struct buf *out, const struct tally *t, bool contradicted)
{
	uint32_t count = contradicted ? t->contradicted : t->of_state[PORT_OPEN], named = 0;

	buf_puts(out, contradicted ? "Answered in two ways: " : "Open: ");
	for (uint32_t i = 0; i < t->port_count && named < NAMED_MAX; i++) {
		const struct port_verdict *v = &t->ports[i];

		if (contradicted ? !v->contradicted : v->state != PORT_OPEN)
			continue;
		buf_printf(out, "%s%u", named++ ? ", " : "", v->port);
	}
	if (count > named) {
		buf_puts(out, " and ");
		phrase_count(out, count - named);
		buf_puts(out, " more");
	}
	buf_putc(out, '.');
}

static void write_frames(struct buf *out, const struct ledger_host *h)
{
	phrase_count(out, h->probes);
	buf_puts(out, h->probes == 1 ? " probe, " : " probes, ");
	phrase_count(out, h->replies);
	buf_puts(out, h->replies == 1 ? " answer" : " answers");
	if (h->unproven) {
		buf_puts(out, ", and ");
		phrase_count(out, h->unproven);
		buf_puts(out, h->unproven == 1 ? " frame that seemed an answer and proved nothing"
					       : " frames that seemed answers and proved nothing");
	}
	buf_putc(out, '.');
}

/* How to ask for one port: an open one, else a closed one, else the first. */
static void write_hint(struct explain *x, uint32_t host, const struct tally *t, struct buf *out)
{
	char text[ADDR_TEXT_MAX];
	uint16_t port = t->ports[0].port;
	enum port_state best = t->ports[0].state;

	for (uint32_t i = 1; i < t->port_count; i++) {
		if (t->ports[i].state > best) {
			best = t->ports[i].state;
			port = t->ports[i].port;
		}
	}
	buf_puts(out, "  Why one of them: sonde explain ");
	if (x->capture.file) {
		buf_escaped(out, x->capture.file);
		buf_putc(out, ' ');
	}
	buf_printf(out, "%s %u", addr_text(&ledger_host(x->ledger, host)->addr, text), port);
	if (strcmp(probe_kind_protocol(t->kind), "tcp") != 0)
		buf_printf(out, "/%s", probe_kind_protocol(t->kind));
	buf_putc(out, '\n');
}

/* True when ports of this state are listed, not only counted. */
static bool is_listed(const struct tally *t, enum port_state state)
{
	return state == PORT_OPEN || t->of_state[state] <= t->listed;
}

/* The ports as a scanner prints them. */
static void write_table(struct tally *t, struct buf *out)
{
	uint32_t shown = 0;

	for (uint32_t i = 0; i < t->port_count; i++) {
		const struct port_verdict *v = &t->ports[i];
		char port[16];

		if (!is_listed(t, v->state) || shown >= TABLE_MAX)
			continue;
		if (!shown++)
			buf_printf(out, "  %-10s %-13s %s\n",
				   t->kind == PROBE_IP ? "PROTOCOL" : "PORT", "STATE", "REASON");
		snprintf(port, sizeof(port), "%u/%s", v->port, probe_kind_protocol(t->kind));
		buf_printf(out, "  %-10s %-13s %s\n", port, port_state_name(v->state),
			   v->rule ? v->rule->reason : "-");
	}
}

/* What connect() leaves on the wire: whole handshakes, or at least its options. */
static void write_connect(struct explain *x, uint32_t host, struct buf *out)
{
	const struct ledger *l = x->ledger;
	uint32_t ports = 0, alike = 0, completed = 0, open = 0;
	uint32_t i = ledger_host(l, host)->first_port;

	for (; i != EVENT_NONE; i = ledger_probe(l, i)->next_port) {
		const struct probe *p = ledger_probe(l, i);

		if (p->kind != PROBE_SYN || ledger_is_ping(l, p))
			continue;
		ports++;
		alike += (p->marks & PROBE_LIKE_KERNEL) != 0;
		completed += (p->marks & PROBE_COMPLETED) != 0;
		open += p->first_reply != EVENT_NONE &&
			ledger_reply(l, p->first_reply)->kind == REPLY_SYN_ACK;
	}
	if (!ports || alike < ports || (open && completed < (open + 1) / 2))
		return;
	if (completed) {
		buf_puts(out, "A connect scan: the scanner's operating system sent the SYNs and "
			      "completed ");
		phrase_count(out, completed);
		buf_puts(out, completed == 1 ? " handshake." : " handshakes.");
	} else {
		buf_puts(out, "The SYNs carry an operating system's options, so this was a "
			      "connect scan or one that imitates it.");
	}
}

/* What one kind of probe found, if it asked about any port. */
static void write_kind(struct explain *x, uint32_t host, enum probe_kind kind, struct buf *out)
{
	struct buf text = {0};
	struct tally t;

	tally(x, host, kind, &t);
	if (t.port_count) {
		write_groups(&text, &t);
		parts_flush(x, &text, out, 2);
		if (kind == PROBE_SYN)
			write_connect(x, host, &text);
		parts_flush(x, &text, out, 2);
		if (kind == PROBE_SYN || kind == PROBE_SCTP)
			explain_write_ground(x, host, kind, &text);
		parts_flush(x, &text, out, 2);
		if (t.of_state[PORT_OPEN] > NAMED_MAX)
			write_named(&text, &t, false);
		else
			write_table(&t, out);
		parts_flush(x, &text, out, 2);
		if (t.contradicted)
			write_named(&text, &t, true);
		parts_flush(x, &text, out, 2);
		write_hint(x, host, &t, out);
	}
	free(t.ports);
	buf_done(&text);
}

void explain_host(struct explain *x, uint32_t host, struct buf *out)
{
	const struct ledger_host *h = ledger_host(x->ledger, host);
	struct buf text = {0};

	write_up(x, host, &text);
	parts_flush(x, &text, out, 0);
	write_latency(&text, h);
	parts_flush(x, &text, out, 2);
	write_frames(&text, h);
	parts_flush(x, &text, out, 2);
	for (int kind = 0; kind < PROBE_KINDS; kind++)
		write_kind(x, host, kind, out);
	buf_done(&text);
}

static void count_state(void *user, const struct port_verdict *v)
{
	uint32_t *of_state = user;

	of_state[v->state]++;
}

static void write_row(struct explain *x, uint32_t host, struct buf *out)
{
	const struct ledger_host *h = ledger_host(x->ledger, host);
	struct host_verdict v;
	char addr[ADDR_TEXT_MAX], name[ADDR_TEXT_MAX + 16];
	struct buf latency = {0};
	uint32_t of_state[PORT_STATES] = {0};
	int len = snprintf(name, sizeof(name), "%s", addr_text(&h->addr, addr));

	if (h->run > 1)
		snprintf(name + len, sizeof(name) - (size_t)len, " scan %u", h->run);
	for (int kind = 0; kind < PROBE_KINDS; kind++)
		verdict_each_by(x->ledger, host, kind, count_state, of_state);
	verdict_host(x->ledger, host, &v);
	if (h->rtt_count)
		phrase_ms(&latency, h->rtt_sum / h->rtt_count);
	buf_printf(out, "%-20s %-15s %11s %5u %6u %8u %9u\n", name, v.reason,
		   latency.len ? buf_text(&latency) : "-", of_state[PORT_OPEN],
		   of_state[PORT_CLOSED], of_state[PORT_FILTERED] + of_state[PORT_OPEN_FILTERED],
		   of_state[PORT_UNDECIDED] + of_state[PORT_UNFILTERED]);
	out->failed |= latency.failed;
	buf_done(&latency);
}

void explain_hosts(struct explain *x, const uint32_t *hosts, size_t count, size_t limit,
		   struct buf *out)
{
	size_t shown = 0, up = 0;
	struct host_verdict v;

	for (size_t i = 0; i < count; i++) {
		verdict_host(x->ledger, hosts[i], &v);
		up += v.up;
	}
	phrase_count(out, count);
	buf_puts(out, count == 1 ? " host was probed, " : " hosts were probed, ");
	phrase_count(out, up);
	buf_puts(out, up == 1 ? " is up.\n" : " are up.\n");
	if (up && limit)
		buf_printf(out, "%-20s %-15s %11s %5s %6s %8s %9s\n", "HOST", "UP BY", "ROUND TRIP",
			   "OPEN", "CLOSED", "FILTERED", "UNDECIDED");
	for (size_t i = 0; i < count && shown < limit; i++) {
		verdict_host(x->ledger, hosts[i], &v);
		if (!v.up)
			continue;
		write_row(x, hosts[i], out);
		shown++;
	}
	if (shown < up) {
		buf_puts(out, "and ");
		phrase_count(out, up - shown);
		buf_puts(out,
			 up - shown == 1 ? " more host that is up\n" : " more hosts that are up\n");
	}
	if (up < count) {
		phrase_count(out, count - up);
		buf_puts(out,
			 count - up == 1 ? " host never answered.\n" : " hosts never answered.\n");
	}
}

/* What waits and round trips are worth of which no one noted the times. */
static void write_timeless(const struct explain_capture *c, struct buf *out)
{
	if (!c->timeless)
		return;
	if (c->timeless == c->frames) {
		buf_puts(out, "No frame of it has a time, so waits and round trips cannot be "
			      "known.\n");
		return;
	}
	phrase_count(out, c->timeless);
	buf_puts(out,
		 c->timeless == 1 ? " frame has no time and is" : " frames have no time and are");
	buf_puts(out, " taken to have come with the one before.\n");
}

void explain_file(struct explain *x, struct buf *out)
{
	const struct explain_capture *c = &x->capture;

	if (c->file)
		buf_escaped(out, c->file);
	else
		buf_puts(out, "The last scan");
	buf_puts(out, ": ");
	phrase_count(out, c->frames);
	buf_puts(out, c->frames == 1 ? " frame in " : " frames in ");
	parts_time(x, out, c->last_frame);
	if (c->dropped == EXPLAIN_UNKNOWN)
		buf_puts(out, "; the file does not say whether any were lost.\n");
	else if (!c->dropped)
		buf_puts(out, ", none lost.\n");
	else {
		buf_puts(out, "; ");
		phrase_count(out, c->dropped);
		buf_puts(out, " were lost, so some answers may be missing.\n");
	}
	write_timeless(c, out);
}
