// SPDX-License-Identifier: Apache-2.0
// The report for people, in the words that Nmap made familiar.
#include "report/normal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HIDE_ABOVE  25 /* a state with more ports than this, times (1 + verbose), is folded */
#define VERBOSE_ALL 3  /* -vvv: open|filtered ports are never folded */
#define REASONS_MAX 64 /* distinct reasons of one state */
#define CELL_MAX    128

/* How many ports of a protocol share a state, and with it a reason. */
struct reason_count {
	const char *word;
	const char *protocol;
	unsigned count;
};

/* Ports of one state. */
struct state_count {
	enum port_state state;
	unsigned count;
	struct reason_count reasons[REASONS_MAX];
	unsigned reason_count;
	bool hidden;
};

static void add_reason(struct state_count *s, const struct report_port *p)
{
	const char *word = p->reason.word;
	unsigned i = 0;

	while (i < s->reason_count &&
	       (strcmp(s->reasons[i].word, word) || strcmp(s->reasons[i].protocol, p->protocol)))
		i++;
	if (i == REASONS_MAX)
		return;
	if (i == s->reason_count)
		s->reasons[s->reason_count++] = (struct reason_count) {word, p->protocol, 0};
	s->reasons[i].count++;
}

static int larger_reason_first(const void *a, const void *b)
{
	const struct reason_count *x = a, *y = b;

	return (y->count > x->count) - (y->count < x->count);
}

static int larger_state_first(const void *a, const void *b)
{
	const struct state_count *x = a, *y = b;

	return (y->count > x->count) - (y->count < x->count);
}

/* True when an open port may be in this state. */
static bool may_be_open(enum port_state state)
{
	switch (state) {
	case PORT_UNDECIDED:
	case PORT_OPEN_FILTERED:
	case PORT_UNFILTERED:
	case PORT_OPEN:
		return true;
	case PORT_FILTERED:
	case PORT_CLOSED:
	case PORT_STATES:
		break;
	}
	return false;
}

/* True when the ports of a state are only counted. */
static bool is_hidden(const struct state_count *s, const struct report_style *style)
{
	if (s->state == PORT_OPEN || !s->count)
		return false;
	if (style->open_only && !may_be_open(s->state))
		return true;
	if (s->state == PORT_OPEN_FILTERED && style->verbose >= VERBOSE_ALL)
		return false;
	return s->count > HIDE_ABOVE * (1 + style->verbose);
}

static bool has_open(const struct report_host *host)
{
	for (uint32_t i = 0; i < host->port_count; i++) {
		if (may_be_open(host->ports[i].state))
			return true;
	}
	return false;
}

static void count_states(const struct report_host *host, const struct report_style *style,
			 struct state_count counts[static PORT_STATES])
{
	for (unsigned s = 0; s < PORT_STATES; s++)
		counts[s] = (struct state_count) {.state = (enum port_state)s};
	for (uint32_t i = 0; i < host->port_count; i++) {
		struct state_count *s = &counts[host->ports[i].state];

		s->count++;
		add_reason(s, &host->ports[i]);
	}
	for (unsigned s = 0; s < PORT_STATES; s++) {
		counts[s].hidden = is_hidden(&counts[s], style);
		qsort(counts[s].reasons, counts[s].reason_count, sizeof(counts[s].reasons[0]),
		      larger_reason_first);
	}
}

/* A name with its address: "scanme.lab (198.51.100.10)", or the address alone. */
static void host_name(struct buf *out, const struct report_host *host)
{
	const char *name = host->name ? host->name : host->rdns;
	char text[ADDR_TEXT_MAX];

	addr_text(&host->addr, text);
	if (!name || !strcmp(name, text)) {
		buf_puts(out, text);
		return;
	}
	buf_escaped(out, name);
	buf_printf(out, " (%s)", text);
}

static void write_reason(struct buf *out, const struct report_reason *r)
{
	char text[ADDR_TEXT_MAX];

	buf_puts(out, r->word);
	if (r->from.family)
		buf_printf(out, " from %s", addr_text(&r->from, text));
	if (r->hops)
		buf_printf(out, " ttl %u", r->hops);
}

/* Seconds with the two digits that count and never an exponent: 0.081, 0.00012, 1.4. */
static void write_latency(struct buf *out, nsec_t latency)
{
	nsec_t unit = NSEC_PER_SEC;
	int decimals = 1;

	while (latency < unit && decimals < 9) {
		unit /= 10;
		decimals++;
	}
	buf_printf(out, " (%.*fs latency)", decimals, (double)latency / NSEC_PER_SEC);
}

static void write_status(struct buf *out, const struct report_host *host,
			 const struct report_style *style)
{
	buf_puts(out, "Host is up");
	if (style->reasons) {
		buf_puts(out, ", received ");
		write_reason(out, &host->reason);
	}
	if (host->latency >= 0)
		write_latency(out, host->latency);
	buf_puts(out, ".\n");
}

static void write_names(struct buf *out, const struct report_host *host)
{
	char text[ADDR_TEXT_MAX];

	if (host->other_count) {
		buf_puts(out, "Other addresses for ");
		buf_escaped(out, host->name);
		buf_puts(out, " (not scanned):");
		for (size_t i = 0; i < host->other_count; i++)
			buf_printf(out, " %s", addr_text(&host->others[i], text));
		buf_putc(out, '\n');
	}
	if (host->name && host->rdns && strcmp(host->name, host->rdns)) {
		buf_printf(out, "rDNS record for %s: ", addr_text(&host->addr, text));
		buf_escaped(out, host->rdns);
		buf_putc(out, '\n');
	}
}

/* "994 filtered tcp ports (no-response), 3 closed..." for each folded state, largest first. */
static void write_hidden(struct buf *out, const struct state_count *counts)
{
	struct state_count sorted[PORT_STATES];
	const char *lead = "Not shown: ";

	memcpy(sorted, counts, sizeof(sorted));
	qsort(sorted, PORT_STATES, sizeof(sorted[0]), larger_state_first);
	for (unsigned s = 0; s < PORT_STATES; s++) {
		if (!sorted[s].hidden)
			continue;
		for (unsigned r = 0; r < sorted[s].reason_count; r++) {
			const struct reason_count *reason = &sorted[s].reasons[r];

			buf_printf(out, "%s%u %s %s port%s (%s)", lead, reason->count,
				   port_state_name(sorted[s].state), reason->protocol,
				   sorted[s].count == 1 ? "" : "s", reason->word);
			lead = ", ";
		}
	}
	if (*lead == ',')
		buf_putc(out, '\n');
}

/* Widths of the columns before the last. */
struct widths {
	size_t port;
	size_t state;
	size_t service;
};

static void widen(size_t *width, size_t len)
{
	if (len > *width)
		*width = len;
}

static size_t port_text(const struct report_port *p, char out[static CELL_MAX])
{
	return (size_t)snprintf(out, CELL_MAX, "%u/%s", p->port, p->protocol);
}

static void write_cell(struct buf *out, const char *text, size_t width)
{
	size_t len = strlen(text);

	buf_puts(out, text);
	if (len < width)
		buf_pad(out, ' ', width - len);
}

static struct widths measure(const struct report_host *host, const struct state_count *counts)
{
	struct widths w = {strlen("PORT"), strlen("STATE"), strlen("SERVICE")};
	char cell[CELL_MAX];

	for (uint32_t i = 0; i < host->port_count; i++) {
		const struct report_port *p = &host->ports[i];

		if (counts[p->state].hidden)
			continue;
		widen(&w.port, port_text(p, cell));
		widen(&w.state, strlen(port_state_name(p->state)));
		widen(&w.service, strlen(p->service));
	}
	return w;
}

static void write_table(struct buf *out, const struct report_host *host,
			const struct state_count *counts, const struct report_style *style)
{
	struct widths w = measure(host, counts);
	char cell[CELL_MAX];

	write_cell(out, "PORT", w.port + 1);
	write_cell(out, "STATE", w.state + 1);
	write_cell(out, "SERVICE", style->reasons ? w.service + 1 : 0);
	buf_puts(out, style->reasons ? "REASON\n" : "\n");
	for (uint32_t i = 0; i < host->port_count; i++) {
		const struct report_port *p = &host->ports[i];

		if (counts[p->state].hidden)
			continue;
		port_text(p, cell);
		write_cell(out, cell, w.port + 1);
		write_cell(out, port_state_name(p->state), w.state + 1);
		write_cell(out, p->service, style->reasons ? w.service + 1 : 0);
		if (style->reasons)
			write_reason(out, &p->reason);
		buf_putc(out, '\n');
	}
}

static void write_ports(struct buf *out, const struct report_host *host,
			const struct report_style *style)
{
	struct state_count counts[PORT_STATES];
	unsigned shown = 0;

	if (!host->port_count)
		return;
	count_states(host, style, counts);
	for (unsigned s = 0; s < PORT_STATES; s++)
		shown += counts[s].hidden ? 0 : counts[s].count;
	if (!shown) {
		buf_printf(out, "All %u scanned ports on ", host->port_count);
		host_name(out, host);
		buf_puts(out, " are in ignored states.\n");
	}
	write_hidden(out, counts);
	if (shown)
		write_table(out, host, counts, style);
}

/* What the host's time was too short for. */
static void write_timeout(struct buf *out, const struct report_host *host)
{
	buf_puts(out, "Skipping host ");
	host_name(out, host);
	buf_puts(out, " due to host timeout");
	buf_puts(out, host->up ? "; what is above was found by then.\n" : "\n");
}

void normal_host(struct buf *out, const struct report_host *host, const struct report_style *style)
{
	char text[MAC_TEXT_MAX];

	if (!host->up && host->timed_out)
		write_timeout(out, host);
	if (!host->up && (!style->verbose || host->timed_out))
		return;
	if (style->open_only && !style->no_ports && !has_open(host))
		return;
	buf_puts(out, "sonde scan report for ");
	host_name(out, host);
	if (!host->up) {
		buf_printf(out, " [host down, received %s]\n", host->reason.word);
		return;
	}
	buf_putc(out, '\n');
	write_status(out, host, style);
	write_names(out, host);
	write_ports(out, host, style);
	if (host->never_probed)
		buf_printf(out, "Not probed, because %s: %u port%s\n",
			   host->timed_out ? "its time was over" : "the scan ended early",
			   host->never_probed, host->never_probed == 1 ? "" : "s");
	if (host->has_mac)
		buf_printf(out, "MAC Address: %s (Unknown)\n", mac_text(host->mac, false, text));
	if (host->timed_out)
		write_timeout(out, host);
	if (!style->no_ports)
		buf_putc(out, '\n');
}

void normal_target(struct buf *out, const struct report_host *host)
{
	buf_puts(out, "sonde scan report for ");
	host_name(out, host);
	buf_putc(out, '\n');
	write_names(out, host);
}

void normal_done(struct buf *out, const struct report_summary *summary)
{
	if (!summary->up && summary->addresses && !summary->listed)
		buf_puts(out,
			 summary->addresses == 1
				 ? "Note: Host seems down. If it is really up, but blocking our "
				   "ping probes, try -Pn\n"
				 : "Note: No host answered. If some are really up, but blocking "
				   "our ping probes, try -Pn\n");
	buf_printf(out, "sonde done: %llu IP address%s (%llu host%s up) scanned in %.2f seconds\n",
		   (unsigned long long)summary->addresses, summary->addresses == 1 ? "" : "es",
		   (unsigned long long)summary->up, summary->up == 1 ? "" : "s",
		   (double)summary->elapsed / NSEC_PER_SEC);
}
