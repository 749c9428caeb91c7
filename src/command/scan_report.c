// SPDX-License-Identifier: Apache-2.0
// From verdicts to what is printed.
#include "command/scan_session.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command/scan_limit.h"
#include "evidence/pending.h"
#include "evidence/verdict.h"
#include "net/clock.h"
#include "report/normal.h"

void session_flush_out(struct scan_session *s)
{
	bool failed;

	if (s->out.len)
		session_progress_hide(s);
	failed = s->out.len &&
		 (fwrite(s->out.data, 1, s->out.len, stdout) != s->out.len || fflush(stdout));

	/* a reader that has seen enough (| head) needs no telling */
	if (failed && !s->out_failed && errno != EPIPE)
		fprintf(stderr, "sonde: cannot write the report to standard output: %s.\n",
			strerror(errno));
	s->out_failed |= failed;
	s->failed |= failed;
	buf_clear(&s->out);
}

static struct report_style style_of(const struct scan_session *s)
{
	return (struct report_style) {
		.verbose = s->options->verbose,
		.reasons = s->options->reason || s->options->verbose > 1,
		.open_only = s->options->open_only,
		.no_ports = s->options->no_ports,
	};
}

/* Nmap's word and packet for a reply that decided something. */
static struct report_reason reason_of(const struct ledger *l, const char *word, uint32_t reply)
{
	struct report_reason reason = {.word = word};
	const struct reply *r;

	if (reply == EVENT_NONE)
		return reason;
	r = ledger_reply(l, reply);
	reason.hops = r->hops;
	if (!addr_equal(&r->from, &ledger_host(l, ledger_probe(l, r->probe)->host)->addr))
		reason.from = r->from;
	return reason;
}

/* The ports of one host and scan type, while they are filled in as the ledger has them. */
struct filling {
	const struct scan_session *s;
	const struct scan_kind_row *row;
	const struct port_set *wanted;
	uint32_t host; /* in the engine */
	unsigned pass;
	struct report_port *ports; /* of those wanted, in order; no protocol: no verdict yet */
};

/* A silence that says nothing, since the host limits its answers and was not asked again. */
static bool is_withheld(const struct filling *f, const struct port_verdict *v)
{
	return v->reply == EVENT_NONE && engine_owes(f->s->engine, f->host, f->pass, v->port);
}

static void fill_port(void *user, const struct port_verdict *v)
{
	const struct filling *f = user;
	bool decided = v->rule && !is_withheld(f, v);

	if (!port_set_has(f->wanted, v->port))
		return;
	f->ports[f->s->port_ranks[v->port]] = (struct report_port) {
		.protocol = probe_kind_protocol(f->row->probe),
		.port = v->port,
		.state = decided ? v->state : PORT_UNDECIDED,
		.reason =
			reason_of(f->s->ledger, decided ? v->rule->reason : "not-waited", v->reply),
		.service = service_name(f->s->services, f->row->proto, v->port),
	};
}

/* Has the ledger and the record say that these ports, ascending, were left. */
static void leave_ports(struct scan_session *s, uint32_t known, enum probe_kind kind,
			const uint16_t *ports, size_t count)
{
	struct ring_stats stats = ring_stats(s->ring);
	struct buf text = {0};

	for (size_t i = 0; i < count; i++)
		ledger_leave_port(s->ledger, known, kind, ports[i]);
	pending_write(&text, kind, &ledger_host(s->ledger, known)->addr, ports, count);
	if (s->record && !text.failed)
		record_remark(s->record, buf_text(&text), &stats, clock_now());
	buf_done(&text);
}

/* What is undecided now stays so: whoever reads the record later must not believe the silence. */
static void leave_undecided(struct scan_session *s, uint32_t known, const struct filling *f,
			    uint32_t filled)
{
	uint16_t ports[PENDING_PORTS_MAX];
	size_t count = 0;

	for (uint32_t i = 0; i < filled; i++) {
		if (f->ports[i].state == PORT_UNDECIDED)
			ports[count++] = f->ports[i].port;
		if (count && (count == PENDING_PORTS_MAX || i + 1 == filled)) {
			leave_ports(s, known, f->row->probe, ports, count);
			count = 0;
		}
	}
}

/*
 * Adds the verdicts of scan type number `at` on a host, `known` in the ledger, to r; how many of
 * the wanted ports were never probed. The ledger is walked, not asked port by port: each question
 * is a look far away.
 */
static uint32_t fill_ports(struct scan_session *s, unsigned at, uint32_t index, uint32_t known,
			   struct report_host *r, struct report_port *ports)
{
	const struct port_set *set = &s->ports[at];
	struct filling f = {
		.s = s,
		.row = scan_kind_row(s->choice.kinds[at]),
		.wanted = set,
		.host = index,
		.pass = at,
		.ports = ports + r->port_count,
	};
	uint32_t rank = 0, filled = 0;

	for (int port = port_set_next(set, 0); port >= 0;
	     port = ++rank < set->count ? port_set_next(set, (unsigned)port + 1) : -1) {
		s->port_ranks[port] = (uint16_t)rank;
		f.ports[rank].protocol = NULL;
	}
	verdict_each_by(s->ledger, known, f.row->probe, fill_port, &f);
	for (uint32_t i = 0; i < set->count; i++) {
		if (f.ports[i].protocol)
			f.ports[filled++] = f.ports[i];
	}
	leave_undecided(s, known, &f, filled);
	r->port_count += filled;
	return set->count - filled;
}

/* Whether the host is up, and why. */
static void fill_status(const struct scan_session *s, const struct engine_host *e, uint32_t known,
			struct report_host *r)
{
	struct host_verdict v = {.reason = "no-response", .reply = EVENT_NONE};

	if (known != EVENT_NONE)
		verdict_host(s->ledger, known, &v);
	r->up = v.up || (e->assumed_up && e->outcome != ENGINE_NO_NEXT_HOP);
	r->reason = reason_of(s->ledger, v.reason, v.reply);
	if (e->by_kernel)
		r->reason = (struct report_reason) {.word = "localhost-response"};
	else if (e->assumed_up)
		r->reason = (struct report_reason) {.word = "user-set"};
	r->latency = e->rtt.known ? e->rtt.smoothed : -1;
}

static void complain_of(struct scan_session *s, const struct engine_host *e)
{
	char text[ADDR_TEXT_MAX];

	session_progress_hide(s);
	addr_text(&e->addr, text);
	if (e->outcome == ENGINE_NO_NEXT_HOP && s->unreached++) /* said of the first */
		return;
	if (e->outcome == ENGINE_NO_NEXT_HOP)
		fprintf(stderr,
			"sonde: the router on the way to %s does not answer %s, so nothing could "
			"be sent.\n",
			text, e->addr.family == 4 ? "ARP" : "neighbour solicitations");
	else if (e->outcome == ENGINE_SEND_FAILED)
		fprintf(stderr, "sonde: sending to %s failed: %s.\n", text, strerror(-e->error));
	else
		return;
	s->failed = true;
}

void session_fill_from_ledger(struct scan_session *s, uint32_t index, struct report_host *r,
			      struct report_port *ports)
{
	const struct engine_host *e = engine_host(s->engine, index);
	uint32_t known = ledger_find_host(s->ledger, &e->addr);

	fill_status(s, e, known, r);
	r->timed_out = e->outcome == ENGINE_TIMED_OUT;
	if (known != EVENT_NONE && r->up) {
		for (unsigned i = 0; i < s->choice.kind_count; i++)
			r->never_probed += fill_ports(s, i, index, known, r, ports);
		r->has_mac = ledger_host(s->ledger, known)->has_mac;
		memcpy(r->mac, ledger_host(s->ledger, known)->mac, MAC_LEN);
	}
	complain_of(s, e);
}

static void print_host(struct scan_session *s, struct session_host *h)
{
	struct report_host r = {
		.addr = h->addr,
		.name = h->name->name,
		.rdns = h->rdns,
		.others = h->name->others,
		.other_count = h->name->other_count,
	};
	struct report_style style = style_of(s);

	if (!s->report_ports)
		s->report_ports = calloc(s->port_count + 1, sizeof(*s->report_ports));
	if (!s->port_ranks)
		s->port_ranks = calloc(PORT_COUNT, sizeof(*s->port_ranks));
	r.ports = s->report_ports;
	if (r.ports && s->port_ranks) {
		s->fill_host(s, h->index, &r, s->report_ports);
		s->up += r.up;
		normal_host(&s->out, &r, &style);
		if (s->engine)
			scan_limit_report(&s->out, engine_host(s->engine, h->index));
		session_flush_out(s);
	} else {
		s->failed = true;
	}
	s->reported++;
	session_host_release(h);
}

static void print_hosts(struct scan_session *s, nsec_t now, bool end)
{
	struct session_host *h;

	if (s->ledger)
		ledger_set_end(s->ledger, now);
	while ((h = session_host_next(s, now, end)) != NULL)
		print_host(s, h);
}

void session_print_ready(struct scan_session *s, nsec_t now)
{
	print_hosts(s, now, false);
}

void session_print_rest(struct scan_session *s, nsec_t now)
{
	print_hosts(s, now, true);
}

void session_print_done(struct scan_session *s, nsec_t now)
{
	struct ring_stats ring = s->ring ? ring_stats(s->ring) : (struct ring_stats) {0};
	struct report_summary summary = {
		.addresses = s->addresses,
		.up = s->up,
		.elapsed = now - s->started,
		.listed = s->options->list_only,
	};

	if (ring.dropped)
		buf_printf(&s->out,
			   "Warning: the kernel dropped %llu captured packets, so some silence may "
			   "be an answer that was lost here.\n",
			   (unsigned long long)ring.dropped);
	session_progress_hide(s);
	if (!s->addresses && !s->targets.failed && !s->stopping)
		fprintf(stderr, "sonde: no target was left: %s.\n",
			s->targets.exclude.count ? "--exclude holds all of them"
						 : "all are broadcast or network addresses");
	if (s->unreached > 1)
		fprintf(stderr,
			"sonde: %llu more targets were not reached either, because a router on "
			"the way does not answer.\n",
			(unsigned long long)s->unreached - 1);
	normal_done(&s->out, &summary);
	if (s->options->verbose && s->engine) {
		struct engine_stats e = engine_stats(s->engine);

		buf_printf(&s->out,
			   "           Raw packets sent: %llu (%.3fKB) | Rcvd: %llu (%.3fKB)\n",
			   (unsigned long long)e.sent, (double)e.bytes / 1000,
			   (unsigned long long)s->frames_received,
			   (double)s->bytes_received / 1000);
	}
	if (s->options->verbose && s->record) {
		buf_puts(&s->out, "Every packet is in ");
		buf_escaped(&s->out, record_path(s->record));
		buf_putc(&s->out, '\n');
	}
	session_print_findings(s, ring.dropped);
	session_flush_out(s);
}
