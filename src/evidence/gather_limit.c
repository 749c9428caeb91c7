// SPDX-License-Identifier: Apache-2.0
// Findings of limits: hosts that send only so many RSTs, hosts and routers only so many errors.
//
// Theory of operation. Who may have a limit is a group: a host for its RSTs; for errors whoever
// sent them, which may be one router for many hosts. To its row belong the tries that it would have
// answered: those to ports that it answered in this way at one time or other, and, if these show
// nothing, those to ports that stayed silent throughout (which a filter may have dropped: so these
// weaken the evidence, see limit.c). Among these no tries that only measured the path: answers that
// come at the pace of the scanner's asking look like a limit's. The rows lie one behind the other
// in one array, filled by a walk over all probes in order of time, so that memory and time are
// linear in probes.
#include "evidence/gather_parts.h"

#include <stdlib.h>
#include <string.h>

#include "evidence/limit.h"
#include "evidence/timing.h"

#define ANSWERED_MIN 4   /* answers of a group that may be looked at */
#define GROUPS_MAX   256 /* routers that are told apart */
#define SLOTS        (LIMIT_TRIES_MAX / 2)
#define NO_GROUP     UINT32_MAX

/* What a try is for the row of its group. */
enum try_class {
	TRY_OTHER,    /* answered in another way, or not of this family */
	TRY_ANSWERED, /* in the way that may be limited */
	TRY_MEASURED, /* so, but it was known by then: it only measured the path */
	TRY_KNOWN,    /* not answered, but its port was at another time */
	TRY_SILENT,   /* its port never was */
};

/* Who may have a limit. */
struct group {
	struct addr from;
	uint32_t host; /* the only one; EVENT_NONE: several, which a router answers for */
	uint32_t answered, known, silent; /* tries by enum try_class */
	size_t begin, count;              /* its row */
};

/* The search for one family of limits. */
struct limits {
	struct gather *g;
	const struct ledger *l;
	bool resets;        /* RSTs; else errors */
	uint8_t *class;     /* enum try_class, for each probe */
	uint32_t *group_of; /* for each host */
	struct group *groups;
	size_t group_count;
	uint32_t routers[GROUPS_MAX]; /* which groups are routers' */
	size_t router_count;
	uint32_t *row; /* probes, group by group */
	struct limit_try tries[LIMIT_TRIES_MAX];
};

static bool is_limited_kind(const struct limits *s, const struct reply *r)
{
	return s->resets ? r->kind == REPLY_RST : gather_is_refusal(r);
}

static bool is_answered(uint8_t class)
{
	return class == TRY_ANSWERED || class == TRY_MEASURED;
}

/* The first answer of the family to a probe; EVENT_NONE: none. */
static uint32_t answer(const struct limits *s, const struct probe *p)
{
	uint32_t i = p->first_reply;

	while (i != EVENT_NONE && !is_limited_kind(s, ledger_reply(s->l, i)))
		i = ledger_reply(s->l, i)->next;
	return i;
}

/* The group of a router, or NO_GROUP. */
static uint32_t router_group(const struct limits *s, const struct addr *from)
{
	for (size_t i = 0; i < s->router_count; i++) {
		if (addr_equal(&s->groups[s->routers[i]].from, from))
			return s->routers[i];
	}
	return NO_GROUP;
}

/* The group of the answers that `from` gives for host, made when missing; or NO_GROUP. */
static uint32_t group_for(struct limits *s, uint32_t host, const struct addr *from)
{
	bool is_router = !addr_equal(from, &ledger_host(s->l, host)->addr);
	uint32_t group = is_router ? router_group(s, from) : NO_GROUP;

	if (group != NO_GROUP || (is_router && s->router_count == GROUPS_MAX))
		return group;
	group = (uint32_t)s->group_count++;
	if (is_router)
		s->routers[s->router_count++] = group;
	s->groups[group] = (struct group) {
		.from = *from,
		.host = is_router ? EVENT_NONE : host,
	};
	return group;
}

/* True when a reply is by the one whose limit is in question for host. */
static bool is_of_group(struct limits *s, uint32_t host, const struct reply *r)
{
	if (s->group_of[host] == NO_GROUP)
		s->group_of[host] = group_for(s, host, &r->from);
	return s->group_of[host] != NO_GROUP &&
	       addr_equal(&s->groups[s->group_of[host]].from, &r->from);
}

/* Sorts the tries of one port into classes. */
static void classify_port(struct limits *s, uint32_t host, uint32_t first)
{
	struct timing_walk walk = {0};
	bool known = false, other = false;

	if (s->resets && !probe_kind_is_tcp(ledger_probe(s->l, first)->kind))
		return;
	for (uint32_t i = first; i != EVENT_NONE; i = ledger_probe(s->l, i)->next_try) {
		const struct probe *p = ledger_probe(s->l, i);
		uint32_t r = answer(s, p);
		bool timing = timing_next(&walk, s->l, p);

		if (r != EVENT_NONE && is_of_group(s, host, ledger_reply(s->l, r))) {
			s->class[i] = timing ? TRY_MEASURED : TRY_ANSWERED;
			known = true;
		} else if (p->first_reply != EVENT_NONE) {
			other = true;
		}
	}
	for (uint32_t i = first; !other && i != EVENT_NONE; i = ledger_probe(s->l, i)->next_try) {
		if (s->class[i] == TRY_OTHER)
			s->class[i] = known ? TRY_KNOWN : TRY_SILENT;
	}
}

static void classify(struct limits *s)
{
	for (uint32_t h = 0; h < ledger_host_count(s->l); h++) {
		uint32_t p = ledger_host(s->l, h)->first_port;

		s->group_of[h] = NO_GROUP;
		if (ledger_host(s->l, h)->replies < ANSWERED_MIN &&
		    ledger_host(s->l, h)->probes < ANSWERED_MIN)
			continue;
		for (; p != EVENT_NONE; p = ledger_probe(s->l, p)->next_port)
			classify_port(s, h, p);
	}
}

/* The group whose row a probe belongs to; NULL: none. */
static struct group *group_of_probe(struct limits *s, uint32_t probe)
{
	uint32_t group = s->group_of[ledger_probe(s->l, probe)->host];

	return group == NO_GROUP || s->class[probe] == TRY_OTHER ? NULL : &s->groups[group];
}

/* Lays out the rows: those of groups with too few answers stay empty. */
static void fill_rows(struct limits *s)
{
	size_t at = 0;

	for (uint32_t i = 0; i < ledger_probe_count(s->l); i++) {
		struct group *group = group_of_probe(s, i);

		if (!group)
			continue;
		group->count++;
		group->answered += is_answered(s->class[i]);
		group->known += s->class[i] == TRY_KNOWN;
		group->silent += s->class[i] == TRY_SILENT;
	}
	for (size_t i = 0; i < s->group_count; i++) {
		s->groups[i].begin = at;
		if (s->groups[i].answered >= ANSWERED_MIN)
			at += s->groups[i].count;
		s->groups[i].count = 0;
	}
	for (uint32_t i = 0; i < ledger_probe_count(s->l); i++) {
		struct group *group = group_of_probe(s, i);

		if (group && group->answered >= ANSWERED_MIN)
			s->row[group->begin + group->count++] = i;
	}
}

/* The tries of a row that count: its known ones only, or all but those that measured. */
static bool counts(const struct limits *s, const struct group *group, size_t i, bool all)
{
	return s->class[s->row[group->begin + i]] != (all ? TRY_MEASURED : TRY_SILENT);
}

/*
 * How long a slot of time is of which one silent try is enough; 0: the row is short enough without.
 * A fast scanner asks a thousand times while a limit allows ten answers.
 */
static nsec_t slot_length(const struct limits *s, const struct group *group, bool all)
{
	nsec_t first = NSEC_NEVER, last = 0;
	size_t count = 0;

	for (size_t i = 0; i < group->count; i++) {
		nsec_t time = ledger_probe(s->l, s->row[group->begin + i])->time;

		if (!counts(s, group, i, all))
			continue;
		if (time < first)
			first = time;
		if (time > last)
			last = time;
		count++;
	}
	return count > LIMIT_TRIES_MAX ? (last - first) / SLOTS + 1 : 0;
}

/* Measures a group by its known tries only, or by all. */
static bool measure(struct limits *s, const struct group *group, bool all, struct limit *ret_limit)
{
	nsec_t slot = slot_length(s, group, all), silent_until = 0;
	size_t count = 0;
	unsigned answers = 0;

	for (size_t i = 0; i < group->count && count < LIMIT_TRIES_MAX; i++) {
		uint32_t probe = s->row[group->begin + i];
		bool answered = is_answered(s->class[probe]);
		nsec_t time = ledger_probe(s->l, probe)->time;

		if (!counts(s, group, i, all))
			continue;
		/* stamps may run backwards in a hostile or merged file */
		if (count && time < s->tries[count - 1].time)
			time = s->tries[count - 1].time;
		if (slot && !answered && count && time < silent_until)
			continue;
		silent_until = answered ? 0 : time + slot;
		s->tries[count++] = (struct limit_try) {time, answered};
		answers += answered;
	}
	return answers >= ANSWERED_MIN && limit_measure(s->tries, count, !all, ret_limit);
}

/* Whose habit a limit is, by its numbers; see RFC 1812 s. 4.3.2.8 for why there are any. */
static const char *habit(bool resets, const struct limit *m)
{
	static const struct {
		bool resets;
		double low, high; /* rate */
		double burst_low, burst_high;
		const char *why;
	} rows[] = {
		{false, 0.7, 1.3, 4, 8,
		 "The answers fit a limit far better than loss, and six at once, then one a "
		 "second, is what Linux grants each peer."},
		{false, 700, 1300, 30, 80,
		 "The answers fit a limit far better than loss, and 1,000 a second is what Linux "
		 "grants all peers together."},
		{true, 85, 115, 50, 130,
		 "The answers fit a limit far better than loss, and 100 a second is what OpenBSD "
		 "and NetBSD send."},
		{true, 115, 150, 50, 250,
		 "The answers fit a limit far better than loss, and some 130 a second is what "
		 "macOS was seen to send."},
		{true, 170, 220, 150, 250,
		 "The answers fit a limit far better than loss, and 200 a second is what FreeBSD "
		 "sends."},
		{true, 220, 275, 150, 300,
		 "The answers fit a limit far better than loss, and 250 a second is the limit of "
		 "macOS and of some load balancers."},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (rows[i].resets == resets && m->rate >= rows[i].low && m->rate <= rows[i].high &&
		    m->burst >= rows[i].burst_low && m->burst <= rows[i].burst_high)
			return rows[i].why;
	}
	return "The answers fit a limit far better than loss: they came when it allowed them and "
	       "hardly ever else.";
}

/* silent: how many of the group's tries stayed so. */
static void tell(struct limits *s, const struct group *group, const struct limit *m,
		 uint32_t silent)
{
	struct finding f = {
		.kind = s->resets ? FINDING_RESET_LIMIT : FINDING_ERROR_LIMIT,
		.sureness = SURE_LIKELY,
		.host = group->host,
		.who = group->from,
		.why = habit(s->resets, m),
		.otherwise = "A filter on the way may limit instead, or loss happened to come at "
			     "such a pace. Ports that stayed silent may be as the answered ones.",
		.rate = m->rate,
		.burst = m->burst,
	};
	char text[ADDR_TEXT_MAX];

	for (size_t i = 0; i < group->count; i++) {
		uint32_t probe = s->row[group->begin + i];

		if (is_answered(s->class[probe]))
			finding_frame(
				&f,
				ledger_reply(s->l, answer(s, ledger_probe(s->l, probe)))->frame);
	}
	finding_say(&f,
		    m->shape == LIMIT_WINDOW
			    ? "%s limits its %s: %.0f at once, then about %.0f in each second, "
			      "while %u tries stayed silent"
		    : m->rate < 10 ? "%s limits its %s: %.0f at once, then about %.1f a second, "
				     "while %u tries stayed silent"
				   : "%s limits its %s: %.0f at once, then about %.0f a second, "
				     "while %u tries stayed silent",
		    addr_text(&group->from, text), s->resets ? "RSTs" : "ICMP errors", m->burst,
		    m->rate, silent);
	findings_add(s->g->list, &f);
}

/* Room for everything; false when memory is out. */
static bool prepare(struct limits *s)
{
	size_t probes = ledger_probe_count(s->l), hosts = ledger_host_count(s->l);

	s->class = calloc(probes + 1, sizeof(*s->class));
	s->row = malloc((probes + 1) * sizeof(*s->row));
	s->group_of = malloc((hosts + 1) * sizeof(*s->group_of));
	s->groups = malloc((hosts + 1) * sizeof(*s->groups));
	return s->class && s->row && s->group_of && s->groups;
}

static void find(struct limits *s)
{
	if (!prepare(s)) {
		s->g->list->failed = true;
		return;
	}
	classify(s);
	fill_rows(s);
	for (size_t i = 0; i < s->group_count; i++) {
		const struct group *group = &s->groups[i];
		struct limit m;

		/* ports that stayed silent add nothing where known ones were denied often enough */
		if (measure(s, group, false, &m))
			tell(s, group, &m, group->known);
		else if (group->silent > group->known && measure(s, group, true, &m))
			tell(s, group, &m, group->known + group->silent);
	}
}

void gather_limits(struct gather *g)
{
	for (int resets = 0; resets < 2; resets++) {
		struct limits *s = calloc(1, sizeof(*s));

		if (!s) {
			g->list->failed = true;
			return;
		}
		s->g = g;
		s->l = g->ledger;
		s->resets = resets;
		find(s);
		free(s->class);
		free(s->row);
		free(s->group_of);
		free(s->groups);
		free(s);
	}
}
