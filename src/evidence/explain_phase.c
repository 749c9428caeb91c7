// SPDX-License-Identifier: Apache-2.0
// What a scan did one after the other: look-ups, discovery, ports by rounds, and the kernel's part.
//
// Theory of operation. Every probe belongs to one phase. Those that ask about ports are walked port
// by port, each port's tries in order, so that the number of a try and whether the port had
// answered before cost one step; the rest are walked as they stand. The cost is linear in probes.
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "evidence/explain.h"
#include "evidence/explain_parts.h"
#include "evidence/phrase.h"

#define ROUNDS       4 /* first, second, third tries, and all later ones */
#define SCANNERS_MAX 8 /* shown */

enum phase_kind {
	PHASE_LOOKUP,
	PHASE_NEIGHBOUR, /* the kernel's own: of next hops and name servers */
	PHASE_RESOLUTION,
	PHASE_DISCOVERY,
	PHASE_REVERSE,
	PHASE_ROUNDS,
	PHASE_TIMING = PHASE_ROUNDS + PROBE_KINDS * ROUNDS,
	PHASE_RESETS,
	PHASE_KINDS
};

struct phase {
	uint64_t packets;
	uint64_t answered;
	uint64_t first_frame;
	nsec_t first, last;
};

/* The phases of one scanner. */
struct phases {
	const struct explain *x;
	const struct addr *scanner;
	struct phase of[PHASE_KINDS];
	uint64_t answered_late; /* ports that only a later try made answer */
	uint64_t answered;      /* ports that answered at all */
};

/* A probe that was answered: by its source port, and when. */
struct answered {
	bool known;
	uint16_t local_port;
	nsec_t time;
};

static void add(struct phase *p, uint64_t frame, nsec_t time, bool answered)
{
	if (!p->packets || time < p->first) {
		p->first = time;
		p->first_frame = frame;
	}
	if (!p->packets || time > p->last)
		p->last = time;
	p->packets++;
	p->answered += answered;
}

/* The resets that the scanner's kernel sent of its own about this probe. */
static void add_resets(struct phases *s, const struct probe *p)
{
	uint32_t i = p->last_aside;

	for (; i != EVENT_NONE; i = ledger_aside(s->x->ledger, i)->previous) {
		const struct aside *a = ledger_aside(s->x->ledger, i);

		if (a->kind == NOTE_OWN_RESET)
			add(&s->of[PHASE_RESETS], a->frame, a->time, false);
	}
}

/* Remembers p's answer; two different source ports are enough to tell any third one from. */
static void note_answer(const struct ledger *l, struct answered seen[static 2],
			const struct probe *p)
{
	nsec_t time = ledger_reply(l, p->first_reply)->time;

	for (int i = 0; i < 2; i++) {
		if (seen[i].known && seen[i].local_port != p->local_port)
			continue;
		if (!seen[i].known || time < seen[i].time)
			seen[i] = (struct answered) {true, p->local_port, time};
		return;
	}
}

static bool answered_before(const struct answered seen[static 2], const struct probe *p)
{
	for (int i = 0; i < 2; i++) {
		if (seen[i].known && seen[i].local_port != p->local_port && seen[i].time < p->time)
			return true;
	}
	return false;
}

/* All tries of one port; `first` is the first of them. */
static void add_port(struct phases *s, uint32_t first)
{
	const struct ledger *l = s->x->ledger;
	struct answered seen[2] = {0};
	unsigned tries = 0, answered_by = 0;

	for (uint32_t i = first; i != EVENT_NONE; i = ledger_probe(l, i)->next_try) {
		const struct probe *p = ledger_probe(l, i);
		bool answered = p->first_reply != EVENT_NONE;
		unsigned phase;

		if (answered_before(seen, p)) {
			phase = PHASE_TIMING;
		} else if (ledger_is_ping(l, p)) {
			phase = PHASE_DISCOVERY;
		} else {
			unsigned round = tries < ROUNDS ? tries : ROUNDS - 1;

			phase = PHASE_ROUNDS + p->kind * ROUNDS + round;
			tries++;
			if (answered && !answered_by)
				answered_by = tries;
		}
		add(&s->of[phase], p->frame, p->time, answered);
		add_resets(s, p);
		if (answered)
			note_answer(l, seen, p);
	}
	s->answered += answered_by != 0;
	s->answered_late += answered_by > 1;
}

/* A probe that asks about no port. */
static void add_other(struct phases *s, const struct probe *p)
{
	const struct ledger *l = s->x->ledger;
	unsigned phase = PHASE_DISCOVERY;

	if (p->kind == PROBE_LOOKUP)
		phase = p->marks & PROBE_REVERSE ? PHASE_REVERSE : PHASE_LOOKUP;
	else if (p->kind == PROBE_ARP || p->kind == PROBE_ND)
		phase = verdict_is_target(l, p->host) ? PHASE_RESOLUTION : PHASE_NEIGHBOUR;
	add(&s->of[phase], p->frame, p->time, p->first_reply != EVENT_NONE);
}

static void fill(struct phases *s)
{
	const struct ledger *l = s->x->ledger;

	for (uint32_t i = 0; i < ledger_host_count(l); i++) {
		uint32_t p = ledger_host(l, i)->first_port;

		if (!addr_equal(&ledger_host(l, i)->source, s->scanner))
			continue;
		for (; p != EVENT_NONE; p = ledger_probe(l, p)->next_port)
			add_port(s, p);
	}
	for (uint32_t i = 0; i < ledger_probe_count(l); i++) {
		const struct probe *p = ledger_probe(l, i);

		if (!probe_kind_protocol(p->kind) &&
		    addr_equal(&ledger_host(l, p->host)->source, s->scanner))
			add_other(s, p);
	}
}

static void write_name(struct buf *out, unsigned phase)
{
	static const char *const names[PHASE_ROUNDS] = {
		[PHASE_LOOKUP] = "name look-up",
		[PHASE_NEIGHBOUR] = "kernel resolves next hops",
		[PHASE_RESOLUTION] = "ARP or ND of targets",
		[PHASE_DISCOVERY] = "host discovery",
		[PHASE_REVERSE] = "reverse look-up",
	};
	static const char *const tries[ROUNDS] = {"first tries", "second tries", "third tries",
						  "later tries"};

	if (phase < PHASE_ROUNDS)
		buf_puts(out, names[phase]);
	else if (phase < PHASE_TIMING)
		buf_printf(out, "%s, %s", probe_kind_scan((phase - PHASE_ROUNDS) / ROUNDS),
			   tries[(phase - PHASE_ROUNDS) % ROUNDS]);
	else
		buf_puts(out, phase == PHASE_TIMING ? "sent again though answered"
						    : "kernel resets SYN/ACKs");
}

static void write_row(const struct explain *x, struct buf *out, unsigned phase,
		      const struct phase *p)
{
	struct buf name = {0}, began = {0}, ended = {0};
	nsec_t span = p->last - p->first;

	write_name(&name, phase);
	parts_time(x, &began, p->first);
	parts_time(x, &ended, p->last);
	buf_printf(out, "  %-28s %14s %14s %8" PRIu64 " %8" PRIu64, buf_text(&name),
		   buf_text(&began), buf_text(&ended), p->packets, p->answered);
	if (p->packets > 1 && span > 0)
		buf_printf(out, " %9.0f\n", (double)(p->packets - 1) * NSEC_PER_SEC / (double)span);
	else
		buf_printf(out, " %9s\n", "-");
	buf_done(&name);
	buf_done(&began);
	buf_done(&ended);
}

static int by_beginning(const void *a, const void *b, void *context)
{
	const struct phase *of = context;
	const struct phase *p = &of[*(const unsigned *)a], *q = &of[*(const unsigned *)b];

	return p->first != q->first
		       ? (p->first > q->first) - (p->first < q->first)
		       : (p->first_frame > q->first_frame) - (p->first_frame < q->first_frame);
}

static void write_phases(struct phases *s, struct buf *out)
{
	unsigned order[PHASE_KINDS], count = 0;
	char text[ADDR_TEXT_MAX];
	struct buf loss = {0};

	for (unsigned i = 0; i < PHASE_KINDS; i++) {
		if (s->of[i].packets)
			order[count++] = i;
	}
	if (!count)
		return;
	qsort_r(order, count, sizeof(order[0]), by_beginning, s->of);
	buf_printf(out, "What %s did:\n", addr_text(s->scanner, text));
	buf_printf(out, "  %-28s %14s %14s %8s %8s %9s\n", "PHASE", "BEGAN", "ENDED", "PACKETS",
		   "ANSWERED", "A SECOND");
	for (unsigned i = 0; i < count; i++)
		write_row(s->x, out, order[i], &s->of[order[i]]);
	if (s->answered) {
		phrase_count(&loss, s->answered_late);
		buf_puts(&loss, " of ");
		phrase_count(&loss, s->answered);
		buf_puts(&loss, s->answered == 1
					? " port that answered did so only to a later try."
					: " ports that answered did so only to a later try.");
		parts_wrap(out, 2, buf_text(&loss));
	}
	buf_done(&loss);
}

void explain_phases(struct explain *x, struct buf *out)
{
	const struct ledger *l = x->ledger;
	struct addr scanners[SCANNERS_MAX];
	size_t count = 0;
	bool more = false;

	for (uint32_t i = 0; i < ledger_host_count(l); i++) {
		const struct addr *source = &ledger_host(l, i)->source;
		size_t at = 0;

		while (at < count && !addr_equal(&scanners[at], source))
			at++;
		if (at == count && count < SCANNERS_MAX)
			scanners[count++] = *source;
		more = more || at == SCANNERS_MAX;
	}
	for (size_t i = 0; i < count; i++) {
		struct phases *s = calloc(1, sizeof(*s));

		if (!s) {
			x->failed = true;
			return;
		}
		s->x = x;
		s->scanner = &scanners[i];
		fill(s);
		write_phases(s, out);
		free(s);
	}
	if (more)
		buf_puts(out, "and more scanners\n");
}
