// SPDX-License-Identifier: Apache-2.0
// Hosts of the engine that limit their answers: how that is noticed, and how step is kept with
// them.
//
// Theory of operation. What a SYN finds open answers whatever is limited. So all ports are asked
// first, at the path's pace, while answers and canaries may show a limiter (limit.h). Where
// silence is an answer (datagrams, and all segments but SYN) nothing is known before the limiter
// has let all closed ports answer, so it is looked for from the first answers on: what is thrown
// at it before must be asked again. From then on both keep step with it (allowance.h): a host is
// wary.
#include <math.h>

#include "evidence/rule.h"
#include "scan/engine_inner.h"

#define SURE_CANARIES 12     /* answered, and none lost: the path loses nothing to speak of */
#define PAIRS_FIRST   3      /* of canaries, until a limiter has shown itself */
#define PAIRS_LATER   1      /* and when one is known */
#define CHANCE_FIRST  0.0005 /* that the path lost the canaries which a limiter is blamed for */
#define CHANCE_LATER  0.02
#define LOSS_UNKNOWN  0.1  /* of canaries, while nothing tells of the path */
#define LOSS_LEAST    0.25 /* canaries more than were lost, so that few seen do not mean none */
#define DOUBT_AT_END  0.5  /* answers that should have come, when nothing is left to ask */

void engine_limit_begin_pass(const struct engine *e, struct host *h)
{
	h->limit = (struct limit) {0};
	h->allowance = (struct allowance) {0};
	h->wary = h->canaries.wary = e->passes[h->pass].kind != PROBE_SYN;
}

nsec_t engine_try_before(const struct engine *e, const struct host *h, const struct probe *p)
{
	nsec_t before = -1;
	uint32_t i;

	if (p->try_number == 1)
		return before;
	i = ledger_find_probe(e->config.ledger, h->ledger_host, p->kind, p->port);
	for (; i != EVENT_NONE; i = ledger_probe(e->config.ledger, i)->next_try) {
		const struct probe *other = ledger_probe(e->config.ledger, i);

		if (other == p)
			break;
		if (other->local_port != e->config.local_port) /* no ping */
			before = other->time;
	}
	return before;
}

/* What is known of the host's limits by its canaries and try_number's answer. */
static struct limit_context context_of(const struct host *h, unsigned try_number)
{
	bool sure = canary_sure(&h->canaries);

	return (struct limit_context) {
		.try_number = try_number,
		.sure_answered = sure ? h->canaries.answered : 0,
		.sure_lost = sure ? h->canaries.lost : 0,
		.given = h->canaries.given,
		.withheld = h->canaries.withheld,
	};
}

void engine_look_for_limit(struct host *h)
{
	struct limit_context context = context_of(h, 0);

	if (!h->limit.total || h->public.limit.kept || h->wary)
		return;
	/* what was only late takes it back, as long as nothing was done about it */
	h->limit.found = h->public.limit.found = limit_shows(&h->limit, &context);
}

void engine_limit_note(struct engine *e, struct host *h, const struct probe *p,
		       const struct reply *r, nsec_t now)
{
	const struct pace *pace = &e->uplinks[h->uplink].pace;
	nsec_t before = engine_try_before(e, h, p);
	unsigned try_number = probe_try(e->config.local_port,
					&(struct host_ping) {p->kind, p->port}, p->local_port);
	struct limit_context context = context_of(h, try_number);

	context.asked = e->passes[h->pass].port_at[p->port] + 1u;
	if (before >= pace->fault_from && before <= pace->fault_until)
		context.try_number = 1; /* we drowned the one before ourselves */
	h->public.limit.icmp = r->kind != REPLY_RST;
	if (limit_answer(&h->limit, &context, now))
		h->public.limit.found = true;
	if (h->wary && allowance_answered(&h->allowance, p->time, false, now))
		plan_doubt(&h->plan, p->time, now);
}

void engine_limit_canary(struct host *h, nsec_t sent_at, nsec_t now)
{
	if (h->wary && allowance_answered(&h->allowance, sent_at, true, now))
		plan_doubt(&h->plan, sent_at, now);
}

bool engine_owes(struct engine *e, uint32_t host, unsigned pass, uint16_t port)
{
	const struct host *h = engine_host_at(e, host);
	enum plan_state state;

	if (!h || h->pass != pass || !h->public.limit.found || !h->plan.count)
		return false;
	state = plan_state(&h->plan, e->passes[pass].port_at[port]);
	/* before the limit is kept nothing that was silent has been asked again for it */
	return h->public.limit.kept ? state == PLAN_FLIGHT || state == PLAN_RETRY
				    : state != PLAN_DONE;
}

/* The limiter's rate is kept from now on: measures it, and tells of it. */
static void tell(struct engine *e, struct host *h, nsec_t now)
{
	pace_forgive(&e->uplinks[h->uplink].pace, now);
	h->public.limit.found = true;
	h->public.limit.kept = now;
	h->public.limit.open_known = !h->wary;
	h->public.limit.waiting = h->plan.count - h->plan.done;
	h->public.limit.rate = h->limit.rate;
	h->public.limit.burst = h->limit.burst;
	if (e->config.on_limit)
		e->config.on_limit(e->config.user, h->index);
}

/* From now on step is kept with the answers that it gives. */
static void keep_allowance(struct engine *e, struct host *h, nsec_t now)
{
	double least = h->public.limit.icmp ? LIMIT_LEAST : LIMIT_LEAST_RESETS;
	nsec_t longest = e->config.timing.max_scan_delay;
	struct allowance_start start;

	h->limit.found = true;
	limit_tell_rate(&h->limit, least, longest, now);
	start = (struct allowance_start) {
		.rate = h->limit.rate,
		.burst = h->limit.burst,
		.least = longest ? (double)NSEC_PER_SEC / (double)longest : 0,
		.share = limit_share(&h->limit),
	};
	allowance_begin(&h->allowance, &start, now);
	plan_doubt_all(&h->plan);
	tell(e, h, now);
}

void engine_limit_keep(struct engine *e, struct host *h, nsec_t now)
{
	canary_forget(&h->canaries);
	keep_allowance(e, h, now);
	h->wary = h->canaries.wary = true;
}

/*
 * A limiter showed itself while the path lost nothing: what is open has answered its first try, so
 * second ones need not be thrown at the limiter. Where filters swallow most of them they cost it
 * nothing, and tell how many are closed.
 */
static bool one_try_tells(const struct host *h)
{
	return h->limit.found && !h->public.limit.kept && h->plan.next_new == h->plan.count &&
	       limit_of_nearly_all(&h->limit) && canary_sure(&h->canaries) &&
	       h->canaries.answered >= SURE_CANARIES && !h->canaries.lost;
}

/* The share of canaries that the path lost, as far as is known; by what no limiter withholds. */
static double path_loss(const struct host *h, double unknown)
{
	const struct canaries *c = &h->canaries;

	return canary_sure(c) ? (c->lost + LOSS_LEAST) / (c->answered + c->lost + 1.0) : unknown;
}

/* True when so many canaries were withheld in a row that loss does not explain it. */
static bool withheld(const struct host *h)
{
	uint32_t row = h->canaries.withheld_row;

	return row && pow(path_loss(h, LOSS_UNKNOWN), row) <=
			      (h->allowance.kept ? CHANCE_LATER : CHANCE_FIRST);
}

/* True when something must be asked of a canary now. */
static bool doubtful(struct host *h)
{
	const struct plan *p = &h->plan;
	unsigned try_number;
	uint32_t at;

	if (h->canaries.withheld_row || allowance_doubts(&h->allowance))
		return true;
	if (plan_next(&h->plan, &at, &try_number))
		return false;
	if (h->allowance.kept)
		return p->flight_count && h->probed > h->allowance.vouched;
	return h->allowance.total && h->allowance.run &&
	       (!p->flight_count || allowance_run(&h->allowance) >= DOUBT_AT_END);
}

/*
 * True while nothing but canaries may leave: one was withheld, or nothing bounds what is thrown
 * at a limiter. Else the rate does, and waiting for each canary would cost a round trip.
 */
static bool held_back(const struct host *h)
{
	return canary_in_doubt(&h->canaries) &&
	       (h->canaries.withheld_row ||
		(!h->allowance.kept && allowance_doubts(&h->allowance)));
}

static void ask_canaries(struct host *h)
{
	if (!h->skip_ping)
		canary_guess(&h->canaries);
	canary_doubt(&h->canaries, h->allowance.kept ? PAIRS_LATER : PAIRS_FIRST);
}

/*
 * A canary was withheld at a rate that is kept: what left since others were answered says
 * nothing.
 */
static void blame_kept(struct host *h, nsec_t now)
{
	double before = h->allowance.rate;
	uint32_t under_way = h->plan.flight_count - h->plan.flights_over;

	if (!allowance_empty(&h->allowance, withheld(h), under_way, now)) {
		/* it never will give answers again, so silence is all that there is */
		h->allowance.kept = h->wary = false;
		return;
	}
	plan_doubt(&h->plan, h->allowance.vouched, h->canaries.doubted);
	plan_confirm(&h->plan, h->canaries.doubted);
	if (h->allowance.rate < before) /* tries were lost to the rate, not to the path */
		plan_forget_loss(&h->plan);
}

/* Canaries stayed silent: there was no token since the one before. */
static void blame(struct engine *e, struct host *h, nsec_t now)
{
	h->canaries.blamed = h->canaries.withheld_row;
	if (!canary_sure(&h->canaries)) /* a queue that we fill may drop them as well */
		pace_suspect(&e->uplinks[h->uplink].pace, now);
	if (h->allowance.kept) {
		blame_kept(h, now);
		return;
	}
	h->canaries.withheld_row = h->canaries.blamed = 0;
	keep_allowance(e, h, now);
}

/* Of a host whose silence may mean an open port. */
static bool look_warily(struct engine *e, struct host *h, nsec_t now)
{
	nsec_t wait = engine_wait(e, h);

	h->plan.blind = h->allowance.kept && !canary_sure(&h->canaries);
	h->allowance.loss = path_loss(h, 0);
	h->allowance.excuse = path_loss(h, LOSS_UNKNOWN);
	h->allowance.asking = canary_in_doubt(&h->canaries);
	allowance_silent(&h->allowance, plan_overdue(&h->plan, now, wait));
	if (h->allowance.kept && allowance_full(&h->allowance))
		plan_doubt(&h->plan, -1, h->allowance.vouched);
	if (h->allowance.kept)
		plan_confirm(&h->plan, h->allowance.vouched);
	else
		plan_expire(&h->plan, now, wait);
	if (h->limit.found && !h->allowance.kept)
		keep_allowance(e, h, now);
	if (canary_in_doubt(&h->canaries))
		return !held_back(h) || engine_canary_ready(h, now);
	if (h->allowance.kept ? h->canaries.withheld_row > h->canaries.blamed : withheld(h))
		blame(e, h, now);
	else if (doubtful(h))
		ask_canaries(h);
	return !held_back(h) || engine_canary_ready(h, now);
}

bool engine_limit_look(struct engine *e, struct host *h, nsec_t now)
{
	if (h->wary)
		return look_warily(e, h, now);
	plan_expire(&h->plan, now, engine_wait(e, h));
	if (one_try_tells(h)) {
		if (!plan_asked_once(&h->plan))
			return false;
		engine_limit_keep(e, h, now);
	}
	return true;
}

bool engine_limit_lets_port(struct host *h, nsec_t now)
{
	unsigned try_number;
	uint32_t at;

	if (!h->wary)
		return true;
	if (held_back(h) || !plan_next(&h->plan, &at, &try_number))
		return false;
	h->allowance.settles = plan_was_silent(&h->plan, at);
	h->allowance.careful = h->allowance.settles || !canary_sure(&h->canaries);
	return h->allowance.kept ? allowance_ask(&h->allowance, false, now)
				 : allowance_permits(&h->allowance, h->plan.flight_count);
}

bool engine_limit_lets_canary(struct host *h, enum canary_class class, nsec_t now)
{
	return !h->wary || class != CANARY_LIMITED || allowance_ask(&h->allowance, true, now);
}

bool engine_limit_take(struct host *h, nsec_t now)
{
	if (!h->wary)
		return true;
	if (!engine_limit_lets_port(h, now))
		return false;
	if (h->allowance.kept)
		allowance_take(&h->allowance, false);
	return true;
}

nsec_t engine_limit_next(const struct host *h, nsec_t now)
{
	if (!h->wary)
		return now;
	return allowance_next(&h->allowance, h->canaries.checks, now);
}
