// SPDX-License-Identifier: Apache-2.0
// What a scan met that nobody asked for: each finding with its frames, how sure, and what else.
//
// Theory of operation. Findings are gathered in a few walks over replies, hosts and ports, each
// linear; a finding keeps its count and its first frames. Nothing here moves a verdict.
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "evidence/explain.h"
#include "evidence/explain_parts.h"
#include "evidence/phrase.h"
#include "proto/icmp.h"
#include "proto/icmpv6.h"

#define FRAMES_SHOWN   6
#define HOSTS_SHOWN    10                    /* of each kind of finding that speaks of one host */
#define DUPLICATE_SPAN (500 * NSEC_PER_MSEC) /* a kernel waits longer before it sends again */
#define OPEN_PORTS_MIN 20                    /* fewer ports may well all be open */
#define LIMIT_MIN      4                     /* errors, and silent tries, that a limit shows by */
#define LIMIT_BURST    (500 * NSEC_PER_MSEC)
#define LIMIT_SPAN     NSEC_PER_SEC

struct finding {
	uint64_t count;
	uint64_t frames[FRAMES_SHOWN];
};

/* Counts a frame and keeps it when it is among the earliest, which stay in order. */
static void found(struct finding *f, uint64_t frame)
{
	uint64_t at = f->count < FRAMES_SHOWN ? f->count : FRAMES_SHOWN;

	f->count++;
	if (at == FRAMES_SHOWN && f->frames[--at] < frame)
		return;
	for (; at && f->frames[at - 1] > frame; at--)
		f->frames[at] = f->frames[at - 1];
	f->frames[at] = frame;
}

/* One sentence of finding, its frames, and what to think of it. */
static void write_finding(struct explain *x, struct buf *out, const struct finding *f,
			  const char *what, const char *about)
{
	uint64_t shown = f->count < FRAMES_SHOWN ? f->count : FRAMES_SHOWN;
	struct buf text = {0};

	buf_puts(&text, what);
	buf_puts(&text, ": ");
	phrase_count(&text, f->count);
	buf_puts(&text, f->count == 1 ? " frame (" : " frames (");
	for (uint64_t i = 0; i < shown; i++)
		buf_printf(&text, "%s%" PRIu64, i ? ", " : "", f->frames[i]);
	buf_puts(&text, f->count > shown ? ",...)." : ").");
	parts_wrap(out, 0, buf_text(&text));
	parts_wrap(out, 2, about);
	if (text.failed)
		x->failed = true;
	buf_done(&text);
}

/* What single replies show. */
struct by_reply {
	struct finding duplicate, late, redirect, quench;
};

static void look_at_reply(const struct ledger *l, uint32_t index, struct by_reply *b)
{
	const struct reply *r = ledger_reply(l, index);
	const struct probe *p = ledger_probe(l, r->probe);
	const struct reply *first = ledger_reply(l, p->first_reply);

	if (p->first_reply != index && first->kind == r->kind && first->type == r->type &&
	    r->time - first->time < DUPLICATE_SPAN)
		found(&b->duplicate, r->frame);
	if (p->next_try != EVENT_NONE && p->first_reply == index && probe_kind_protocol(p->kind) &&
	    r->time > ledger_probe(l, p->next_try)->time)
		found(&b->late, r->frame);
	if (r->kind == REPLY_ICMP && r->type == ICMP_TYPE_REDIRECT)
		found(&b->redirect, r->frame);
	if (r->kind == REPLY_ICMP && r->type == ICMP_TYPE_SOURCE_QUENCH)
		found(&b->quench, r->frame);
}

static bool write_by_reply(struct explain *x, struct buf *out)
{
	struct by_reply b = {0};

	for (uint32_t i = 0; i < ledger_reply_count(x->ledger); i++)
		look_at_reply(x->ledger, i, &b);
	if (b.late.count)
		write_finding(x, out, &b.late, "Answers that came after the next try was sent",
			      "Certain by the time stamps. The host or the path is slower than the "
			      "scanner waits, or the scanner repeats without waiting.");
	if (b.duplicate.count)
		write_finding(x, out, &b.duplicate, "Answers that came twice",
			      "Certain. The path doubles packets, the capture holds each packet "
			      "twice (as on two interfaces), or two machines answer.");
	if (b.redirect.count)
		write_finding(x, out, &b.redirect, "Redirects by a router",
			      "Certain. The scanner's first hop knows a nearer one for these "
			      "targets; it could also be somebody who wants the traffic.");
	if (b.quench.count)
		write_finding(
			x, out, &b.quench, "Source quenches",
			"Certain. Somebody on the path asks to send slower; nobody should any "
			"more (RFC 6633).");
	return b.late.count || b.duplicate.count || b.redirect.count || b.quench.count;
}

static bool write_unproven(struct explain *x, struct buf *out)
{
	struct finding f = {0};

	for (uint32_t i = 0; i < ledger_aside_count(x->ledger); i++) {
		const struct aside *a = ledger_aside(x->ledger, i);

		if (a->kind == NOTE_UNPROVEN)
			found(&f, a->frame);
	}
	if (f.count)
		write_finding(x, out, &f, "Replies that prove nothing",
			      "Certain: they come from a probed port and do not acknowledge the "
			      "probe. A middlebox that keeps no state, a late packet of an older "
			      "connection, or somebody who forges answers.");
	return f.count;
}

/* What all answers of one host show together. */
struct by_host {
	struct finding both;  /* SYN/ACK and RST from one port */
	struct finding hops;  /* another TTL than the first TCP answer */
	struct finding open;  /* SYN/ACKs */
	struct finding error; /* unreachables that the host itself sent */
	uint32_t ports, silent;
	uint8_t first_hops, other_hops;
	nsec_t error_first, error_last, burst_last;
	uint64_t burst;
};

static void look_at_answer(const struct ledger_host *h, const struct reply *r, struct by_host *b)
{
	bool refused = (r->kind == REPLY_ICMP && r->type == ICMP_TYPE_UNREACHABLE) ||
		       (r->kind == REPLY_ICMPV6 && r->type == ICMPV6_UNREACHABLE);

	if ((r->kind == REPLY_SYN_ACK || r->kind == REPLY_RST) && r->hops) {
		if (!b->first_hops)
			b->first_hops = r->hops;
		if (r->hops != b->first_hops) {
			b->other_hops = r->hops;
			found(&b->hops, r->frame);
		}
	}
	if (!refused || !addr_equal(&r->from, &h->addr))
		return;
	if (!b->error.count || r->time < b->error_first)
		b->error_first = r->time;
	if (!b->error.count || r->time > b->error_last)
		b->error_last = r->time;
	found(&b->error, r->frame);
}

/* How many errors came at once, now that it is known when the first one came. */
static void look_at_burst(const struct ledger *l, const struct ledger_host *h, uint32_t first,
			  struct by_host *b)
{
	for (uint32_t i = first; i != EVENT_NONE; i = ledger_probe(l, i)->next_try) {
		uint32_t r = ledger_probe(l, i)->first_reply;

		for (; r != EVENT_NONE; r = ledger_reply(l, r)->next) {
			const struct reply *reply = ledger_reply(l, r);

			if ((reply->kind != REPLY_ICMP && reply->kind != REPLY_ICMPV6) ||
			    !addr_equal(&reply->from, &h->addr) ||
			    reply->time - b->error_first > LIMIT_BURST)
				continue;
			b->burst++;
			if (b->burst == 1 || reply->time > b->burst_last)
				b->burst_last = reply->time;
		}
	}
}

static void look_at_port(const struct ledger *l, const struct ledger_host *h, uint32_t first,
			 struct by_host *b)
{
	uint64_t opened = 0, reset = 0;

	b->ports += ledger_probe(l, first)->kind == PROBE_SYN;
	for (uint32_t i = first; i != EVENT_NONE; i = ledger_probe(l, i)->next_try) {
		const struct probe *p = ledger_probe(l, i);
		uint32_t r = p->first_reply;

		b->silent += r == EVENT_NONE;
		for (; r != EVENT_NONE; r = ledger_reply(l, r)->next) {
			const struct reply *reply = ledger_reply(l, r);

			look_at_answer(h, reply, b);
			if (p->kind == PROBE_SYN && reply->kind == REPLY_SYN_ACK && !opened)
				opened = reply->frame;
			if (p->kind == PROBE_SYN && reply->kind == REPLY_RST && !reset)
				reset = reply->frame;
		}
	}
	if (opened)
		found(&b->open, opened);
	if (opened && reset) {
		found(&b->both, opened);
		found(&b->both, reset);
	}
}

/* "7 port-unreachables, 6 at once and then 1.0 a second" */
static void write_limit(struct explain *x, uint32_t host, const struct by_host *b, struct buf *out)
{
	uint64_t rest = b->error.count > b->burst ? b->error.count - b->burst : 0;
	nsec_t span = b->error_last - b->burst_last;
	struct buf what = {0};

	if (b->error.count < LIMIT_MIN || b->silent < LIMIT_MIN || !rest || span < LIMIT_SPAN)
		return;
	explain_host_name(x, host, &what);
	buf_puts(&what, " limits its ICMP errors: ");
	phrase_count(&what, b->burst);
	buf_printf(&what, " at once, then about %.1f a second, while ",
		   (double)rest * NSEC_PER_SEC / (double)span);
	phrase_count(&what, b->silent);
	buf_puts(&what, " tries stayed silent");
	write_finding(x, out, &b->error, buf_text(&what),
		      "Likely: Linux gives each peer six errors and then one a second. It could "
		      "also be loss on the path, a filter that answers only some, or a scanner "
		      "that sends no faster.");
	buf_done(&what);
}

static void write_by_host(struct explain *x, uint32_t host, const struct by_host *b,
			  struct buf *out)
{
	struct buf what = {0};

	if (b->both.count) {
		explain_host_name(x, host, &what);
		buf_puts(&what, " answered with both SYN/ACK and RST from one port");
		write_finding(x, out, &b->both, buf_text(&what),
			      "Certain. Two machines behind one address, a filter that changes its "
			      "mind, or a program that began or ended in between.");
		buf_clear(&what);
	}
	if (b->hops.count) {
		explain_host_name(x, host, &what);
		buf_printf(&what, " answered with TTL %u and with TTL %u", b->first_hops,
			   b->other_hops);
		write_finding(x, out, &b->hops, buf_text(&what),
			      "Likely another machine on the way answers for it, such as a filter "
			      "that resets; it could also be a route that changed or a load "
			      "balancer.");
		buf_clear(&what);
	}
	if (b->ports >= OPEN_PORTS_MIN && b->open.count >= b->ports - b->ports / 20) {
		explain_host_name(x, host, &what);
		buf_puts(&what, " shows ");
		phrase_count(&what, b->open.count);
		buf_puts(&what, " of ");
		phrase_count(&what, b->ports);
		buf_puts(&what, " ports open");
		write_finding(
			x, out, &b->open, buf_text(&what),
			"Likely no program listens there: a SYN proxy or a tarpit answers for "
			"all ports. Only a whole conversation could tell.");
	}
	write_limit(x, host, b, out);
	buf_done(&what);
}

static bool write_hosts(struct explain *x, struct buf *out)
{
	const struct ledger *l = x->ledger;
	unsigned shown = 0;

	for (uint32_t i = 0; i < ledger_host_count(l); i++) {
		const struct ledger_host *h = ledger_host(l, i);
		size_t before = out->len;
		struct by_host b = {0};

		for (uint32_t p = h->first_port; p != EVENT_NONE; p = ledger_probe(l, p)->next_port)
			look_at_port(l, h, p, &b);
		for (uint32_t p = b.error.count ? h->first_port : EVENT_NONE; p != EVENT_NONE;
		     p = ledger_probe(l, p)->next_port)
			look_at_burst(l, h, p, &b);
		if (shown < HOSTS_SHOWN)
			write_by_host(x, i, &b, out);
		shown += out->len > before;
	}
	return shown;
}

/* Frames that are no part of the scan. */
static bool write_strange(struct explain *x, struct buf *out)
{
	static const struct {
		enum note_kind kind;
		const char *what;
		const char *about;
	} rows[] = {
		{NOTE_UNRELATED, "Frames that are no part of the scan",
		 "Certain that no probe and no answer known here is meant. Other programs of this "
		 "network, or a protocol that is not looked into."},
		{NOTE_TRAFFIC, "Other traffic between scanner and targets",
		 "Conversations and what belongs to them: whole handshakes of a connect scan, "
		 "greetings of a service, other programs."},
	};
	bool any = false;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct finding f = {0};

		f.count = ledger_noted(x->ledger, rows[i].kind, FRAMES_SHOWN, f.frames);
		if (!f.count)
			continue;
		write_finding(x, out, &f, rows[i].what, rows[i].about);
		any = true;
	}
	return any;
}

void explain_unexpected(struct explain *x, struct buf *out)
{
	bool any = write_unproven(x, out);

	any |= write_by_reply(x, out);
	any |= write_hosts(x, out);
	any |= write_strange(x, out);
	if (!any)
		buf_puts(out, "Nothing unexpected: every frame is a probe, an answer to one, or "
			      "address resolution.\n");
}
