// SPDX-License-Identifier: Apache-2.0
// Findings by all answers of one host: contradictions, TTLs, too many open ports, late and double.
//
// Theory of operation. A host's ports are walked twice, each port's tries in order. The first walk
// learns what is usual for the host: its TTLs, and how long the scanner waited at most before it
// tried again. The second one finds what departs from it. Both are linear in tries and replies.
#include "evidence/gather_parts.h"

#include <inttypes.h>

#include "evidence/phrase.h"
#include "evidence/timing.h"

#define TWICE_SPAN    (500 * NSEC_PER_MSEC) /* a kernel waits longer before it sends again */
#define OPEN_MIN      20                    /* fewer ports may well all be open */
#define OPEN_SHARE    20                    /* one in so many may be otherwise */
#define HOPS_KINDS    256
#define HOPS_FEW      2 /* so few frames with another TTL may be a route that just changed */
#define CLASS_OPEN    1 /* what answered with a TTL */
#define CLASS_REFUSED 2
#define CLASS_ERROR   4

/* One host under judgement. */
struct subject {
	const struct ledger *l;
	const struct ledger_host *h;
	uint32_t hops[HOPS_KINDS];      /* answers by TTL */
	uint8_t hops_class[HOPS_KINDS]; /* kinds of answers by TTL */
	uint32_t hops_known;            /* TTLs */
	uint8_t usual;                  /* the TTL of most answers */
	nsec_t patience;                /* longest wait before another try; 0: unknown */
	uint32_t ports;                 /* asked by SYN */
	struct finding both, odd, open, late, twice;
};

/* What class of answers a reply is whose TTL tells where it came from; 0: none. */
static unsigned hops_class(const struct subject *s, const struct reply *r)
{
	if (!r->hops || !addr_equal(&r->from, &s->h->addr))
		return 0;
	if (r->kind == REPLY_SYN_ACK)
		return CLASS_OPEN;
	if (r->kind == REPLY_RST)
		return CLASS_REFUSED;
	return gather_is_refusal(r) ? CLASS_ERROR : 0;
}

/* How long the scanner waited for p in vain before it tried again, if that is what it did. */
static nsec_t waited(const struct subject *s, const struct probe *p)
{
	nsec_t next;

	if (p->next_try == EVENT_NONE)
		return 0;
	next = ledger_probe(s->l, p->next_try)->time;
	if (p->first_reply != EVENT_NONE && ledger_reply(s->l, p->first_reply)->time <= next)
		return 0;
	return next - p->time;
}

static void learn_port(struct subject *s, uint32_t first)
{
	s->ports += ledger_probe(s->l, first)->kind == PROBE_SYN;
	for (uint32_t i = first; i != EVENT_NONE; i = ledger_probe(s->l, i)->next_try) {
		const struct probe *p = ledger_probe(s->l, i);
		nsec_t wait = waited(s, p);

		if (wait > s->patience)
			s->patience = wait;
		for (uint32_t r = p->first_reply; r != EVENT_NONE;
		     r = ledger_reply(s->l, r)->next) {
			const struct reply *reply = ledger_reply(s->l, r);
			unsigned class = hops_class(s, reply);

			if (!class)
				continue;
			s->hops_known += !s->hops[reply->hops]++;
			s->hops_class[reply->hops] |= (uint8_t) class;
		}
	}
}

/* Whether the first answer to p came after the scanner had given up waiting for it. */
static bool is_late(const struct subject *s, const struct probe *p)
{
	nsec_t time = ledger_reply(s->l, p->first_reply)->time;

	if (p->next_try != EVENT_NONE)
		return time > ledger_probe(s->l, p->next_try)->time;
	return s->patience && time - p->time > s->patience;
}

/* The replies to one try. *spare: how many alike tries before it have none of their own. */
static void judge_try(struct subject *s, const struct probe *p, bool timing, uint32_t *spare)
{
	const struct reply *first = ledger_reply(s->l, p->first_reply);

	if (!timing && is_late(s, p))
		finding_frame(&s->late, first->frame);
	for (uint32_t i = p->first_reply; i != EVENT_NONE; i = ledger_reply(s->l, i)->next) {
		const struct reply *r = ledger_reply(s->l, i);

		if (s->hops_known > 1 && hops_class(s, r) && r->hops != s->usual)
			finding_frame(&s->odd, r->frame);
		if (r == first || r->kind != first->kind || r->type != first->type ||
		    r->time - first->time >= TWICE_SPAN)
			continue;
		if (*spare)
			--*spare;
		else
			finding_frame(&s->twice, r->frame);
	}
}

/* The first frames by which one try says open and closed; a finished handshake may be reset. */
static void judge_contradiction(const struct subject *s, const struct probe *p, uint64_t *opened,
				uint64_t *closed)
{
	if (p->kind != PROBE_SYN)
		return;
	for (uint32_t i = p->first_reply; i != EVENT_NONE; i = ledger_reply(s->l, i)->next) {
		const struct reply *r = ledger_reply(s->l, i);

		if (r->kind == REPLY_SYN_ACK && !*opened)
			*opened = r->frame;
		if (r->kind == REPLY_RST && !(p->marks & PROBE_COMPLETED) && !*closed)
			*closed = r->frame;
	}
}

static void judge_port(struct subject *s, uint32_t first)
{
	const struct probe *before = NULL;
	uint64_t opened = 0, closed = 0;
	struct timing_walk walk = {0};
	uint32_t spare = 0;

	for (uint32_t i = first; i != EVENT_NONE; i = ledger_probe(s->l, i)->next_try) {
		const struct probe *p = ledger_probe(s->l, i);
		bool timing = timing_next(&walk, s->l, p);

		if (before && (before->cookie != p->cookie || before->local_port != p->local_port))
			spare = 0;
		before = p;
		if (p->first_reply == EVENT_NONE) {
			spare++;
			continue;
		}
		judge_try(s, p, timing, &spare);
		judge_contradiction(s, p, &opened, &closed);
	}
	if (opened)
		finding_frame(&s->open, opened);
	if (opened && closed) {
		finding_frame(&s->both, opened);
		finding_frame(&s->both, closed);
	}
}

/* From how many hops away a packet with this TTL seems to come: stacks begin with one of these. */
static unsigned distance(unsigned hops)
{
	return hops <= 32    ? 32 - hops
	       : hops <= 64  ? 64 - hops
	       : hops <= 128 ? 128 - hops
			     : 255 - hops;
}

static const char *class_words(unsigned class)
{
	static const char *const words[] = {"",
					    "SYN/ACKs",
					    "RSTs",
					    "TCP",
					    "errors",
					    "SYN/ACKs and errors",
					    "RSTs and errors",
					    "all kinds"};

	return words[class];
}

static void tell_hops(struct gather *g, struct subject *s)
{
	unsigned other = 0, gap;

	for (unsigned i = 0; i < HOPS_KINDS; i++) {
		if (i != s->usual && s->hops[i] > s->hops[other])
			other = i;
	}
	gap = distance(s->usual) > distance(other) ? distance(s->usual) - distance(other)
						   : distance(other) - distance(s->usual);
	s->odd.sureness = gap > 1 && s->odd.count > HOPS_FEW ? SURE_LIKELY : SURE_POSSIBLE;
	if (!gap)
		s->odd.why = "Both TTLs fit one distance: a stack may begin with one TTL for one "
			     "kind of packet and with another for the next.";
	else if (s->odd.sureness == SURE_LIKELY)
		s->odd.why = "The TTLs fit different distances, again and again: another machine, "
			     "such as a filter that resets, answers for the host.";
	else
		s->odd.why = "The TTLs fit different distances, but by one hop or in few frames.";
	s->odd.otherwise = gap ? "It could also be a route that changed, a load balancer, or one "
				 "address that several machines share."
			       : "It could also be a middlebox that happens to stand there.";
	char text[ADDR_TEXT_MAX];

	finding_say(&s->odd, "%s answered with TTL %u (%s) and with TTL %u (%s)",
		    addr_text(&s->h->addr, text), s->usual, class_words(s->hops_class[s->usual]),
		    other, class_words(s->hops_class[other]));
	findings_add(g->list, &s->odd);
}

static void tell_open(struct gather *g, struct subject *s)
{
	char text[ADDR_TEXT_MAX];

	if (s->ports < OPEN_MIN || s->open.count < s->ports - s->ports / OPEN_SHARE)
		return;
	finding_say(&s->open, "%s shows %" PRIu64 " of %" PRIu32 " ports open",
		    addr_text(&s->h->addr, text), s->open.count, s->ports);
	findings_add(g->list, &s->open);
}

static void tell(struct gather *g, struct subject *s)
{
	char text[ADDR_TEXT_MAX];

	addr_text(&s->h->addr, text);
	if (s->both.count) {
		finding_say(&s->both,
			    "%s answered with both SYN/ACK and RST from %" PRIu64 " port%s", text,
			    s->both.count / 2, s->both.count > 2 ? "s" : "");
		findings_add(g->list, &s->both);
	}
	if (s->odd.count)
		tell_hops(g, s);
	tell_open(g, s);
	if (s->late.count) {
		finding_say(&s->late, "%s answered later than the scanner waited", text);
		findings_add(g->list, &s->late);
	}
	if (s->twice.count) {
		finding_say(&s->twice, "%s answered more often than it was asked", text);
		findings_add(g->list, &s->twice);
	}
}

static const struct subject model = {
	.both = {.kind = FINDING_BOTH,
		 .sureness = SURE_CERTAIN,
		 .why = "Both carry the probe's cookie.",
		 .otherwise = "Two machines share the address, a filter changed its mind, or "
			      "a program began or ended in between."},
	.odd = {.kind = FINDING_HOPS},
	.open = {.kind = FINDING_ALL_OPEN,
		 .sureness = SURE_LIKELY,
		 .why = "Hardly any machine has a program on each of its ports: a SYN proxy or a "
			"tarpit answers for all of them.",
		 .otherwise = "The scanner may have asked only for ports known to be open. Only a "
			      "whole conversation could tell."},
	.late = {.kind = FINDING_LATE,
		 .sureness = SURE_CERTAIN,
		 .why = "By the time stamps: the next try was out already, or it took longer than "
			"the scanner ever waited between two tries.",
		 .otherwise = "The host or the path is slow, the answers waited in a queue, or the "
			      "scanner repeats without waiting."},
	.twice = {.kind = FINDING_TWICE,
		  .sureness = SURE_CERTAIN,
		  .why = "There are more answers with the probe's cookie than probes, within a "
			 "time in which no kernel sends again.",
		  .otherwise = "The path doubles packets, the capture holds packets twice, or two "
			       "machines answer."},
};

static void judge_host(struct gather *g, uint32_t host)
{
	const struct ledger *l = g->ledger;
	struct subject s = model;

	s.l = l;
	s.h = ledger_host(l, host);
	s.both.host = s.odd.host = s.open.host = s.late.host = s.twice.host = host;
	for (uint32_t p = s.h->first_port; p != EVENT_NONE; p = ledger_probe(l, p)->next_port)
		learn_port(&s, p);
	for (unsigned i = 1; i < HOPS_KINDS; i++) {
		if (s.hops[i] > s.hops[s.usual])
			s.usual = (uint8_t)i;
	}
	for (uint32_t p = s.h->first_port; p != EVENT_NONE; p = ledger_probe(l, p)->next_port)
		judge_port(&s, p);
	tell(g, &s);
}

void gather_hosts(struct gather *g)
{
	for (uint32_t i = 0; i < ledger_host_count(g->ledger); i++) {
		if (ledger_host(g->ledger, i)->replies)
			judge_host(g, i);
	}
}
