// SPDX-License-Identifier: Apache-2.0
// The engine's rooms one by one: round trips, pace, limiters, plan of ports, next hops, probes.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "packet/decode.h"
#include "scan/canary.h"
#include "scan/host_queue.h"
#include "scan/limit.h"
#include "base/rng.h"
#include "scan/agenda.h"
#include "scan/neighbour.h"
#include "scan/pace.h"
#include "scan/plan.h"
#include "scan/probe.h"
#include "scan/rate_window.h"
#include "scan/rtt.h"

#define MSEC NSEC_PER_MSEC

static void rtt_follows_rfc_6298(void **state)
{
	const struct engine_timing *t = timing_of(TIMING_NORMAL);
	struct rtt r = {0};

	(void)state;
	assert_int_equal(rtt_timeout(&r, t), t->rtt_initial);
	rtt_sample(&r, 100 * MSEC); /* first: SRTT = R, RTTVAR = R / 2 */
	assert_int_equal(r.smoothed, 100 * MSEC);
	assert_int_equal(rtt_timeout(&r, t), 300 * MSEC);
	rtt_sample(&r, 180 * MSEC); /* RTTVAR = 3/4 * 50 + 1/4 * 80, SRTT = 7/8 * 100 + 1/8 * 180 */
	assert_int_equal(r.variation, 57500000);
	assert_int_equal(r.smoothed, 110 * MSEC);
	rtt_sample(
		&r,
		-5); /* a stamp that seems to run backwards is a short trip, not a negative one */
	assert_true(r.smoothed > 0);
	for (int i = 0; i < 100; i++)
		rtt_sample(&r, MSEC);
	assert_int_equal(rtt_timeout(&r, t), t->rtt_min);
	for (int i = 0; i < 100; i++)
		rtt_sample(&r, 60 * NSEC_PER_SEC);
	assert_int_equal(rtt_timeout(&r, t), t->rtt_max);
}

/*
 * A host that never answered is waited for as others on its way need, and never longer than the
 * user says.
 */
static void others_tell_how_long_to_wait(void **state)
{
	struct engine_timing timing = *timing_of(TIMING_NORMAL);
	struct rtt_others o = {0};

	(void)state;
	assert_int_equal(rtt_first_timeout(&o, &timing), timing.rtt_initial);
	for (unsigned i = 1; i < RTT_OTHERS_ENOUGH; i++)
		assert_false(rtt_others_sample(&o, 80 * MSEC));
	assert_int_equal(rtt_first_timeout(&o, &timing), timing.rtt_initial);
	assert_true(rtt_others_sample(&o, 80 * MSEC));
	assert_false(rtt_others_sample(&o, 80 * MSEC));
	assert_int_equal(rtt_first_timeout(&o, &timing), RTT_OTHERS_LEAST);
	rtt_others_sample(&o, 300 * MSEC); /* one is further away: another may be */
	for (unsigned i = 0; i < 100; i++)
		rtt_others_sample(&o, 80 * MSEC);
	assert_int_equal(rtt_first_timeout(&o, &timing), 450 * MSEC);
	rtt_others_sample(&o, 3000 * MSEC);
	assert_int_equal(rtt_first_timeout(&o, &timing), timing.rtt_initial);
	timing.rtt_initial = 100 * MSEC; /* sooner than we would */
	assert_int_equal(rtt_first_timeout(&o, &timing), 100 * MSEC);
}

static void one_left(struct rate_window *w)
{
	rate_window_put(w);
	rate_window_left(w);
}

static void a_window_counts_what_left(void **state)
{
	struct rate_window w;

	(void)state;
	rate_window_init(&w, 2.9);
	rate_window_tell(&w, 0);
	one_left(&w);
	rate_window_put(&w);
	assert_false(rate_window_is_open(&w)); /* it may leave yet */
	rate_window_stayed(&w);
	assert_true(rate_window_is_open(&w));
	one_left(&w);
	assert_false(rate_window_is_open(&w));
	assert_int_equal(rate_window_next(&w, 0), 0); /* when they left is to be told */
	rate_window_tell(&w, 5 * MSEC);
	assert_int_equal(rate_window_next(&w, 5 * MSEC), 1005 * MSEC);
	rate_window_tell(&w, 1005 * MSEC - 1);
	assert_false(rate_window_is_open(&w));
	rate_window_tell(&w, 1005 * MSEC);
	assert_true(rate_window_is_open(&w));
	rate_window_init(&w, 0.25);
	one_left(&w);
	rate_window_tell(&w, 0);
	assert_int_equal(rate_window_next(&w, 0), 4000 * MSEC);
}

/* What is held never is less than what left in the last second, nor much more than that. */
static void a_window_is_bounded_at_any_rate(void **state)
{
	static nsec_t left[400000];
	struct rng rng = {7};
	struct rate_window w;
	uint64_t count = 0, from = 0;

	(void)state;
	rate_window_init(&w, 100000);
	for (nsec_t now = 0; now < 3 * NSEC_PER_SEC; now += rng_next(&rng) % (40 * NSEC_PER_USEC)) {
		rate_window_tell(&w, now);
		while (from < count && left[from] <= now - NSEC_PER_SEC)
			from++;
		assert_true(w.held >= count - from);
		assert_in_range(w.held, 0, (count - from) * 102 / 100 + 500);
		if (!rate_window_is_open(&w))
			continue;
		one_left(&w);
		left[count++] = now;
	}
	assert_in_range(count, 140000, 300000);
}

static void no_rate_is_no_window(void **state)
{
	struct rate_window w;

	(void)state;
	rate_window_init(&w, 0);
	for (int i = 0; i < 10; i++)
		one_left(&w);
	rate_window_put(&w);
	rate_window_stayed(&w);
	rate_window_tell(&w, 1);
	assert_true(rate_window_is_open(&w));
	assert_int_equal(rate_window_next(&w, 1), 1);
	assert_int_equal(w.gone + w.put + w.held, 0);
}

/* Sends whatever the pace allows until `end`; returns how many that was. */
static unsigned send_all(struct pace *p, nsec_t *now, nsec_t end)
{
	unsigned sent = 0;

	while (*now < end) {
		while (pace_take(p, *now))
			sent++;
		*now = pace_next(p, *now);
	}
	return sent;
}

/* Gives the pace count answers, a millisecond apart, that came after 10 ms and so much more. */
static double answer(struct pace *p, nsec_t *now, int count, nsec_t late)
{
	for (int i = 0; i < count; i++, *now += MSEC) {
		struct pace_answer a = {
			.sent_at = *now - 10 * MSEC - late,
			.came_at = *now,
			.lost_at = -1,
			.round_trip = 10 * MSEC,
			.queueing = late,
		};

		p->limited_by_us = true;
		p->sent += (uint64_t)(2 * p->rate * MSEC / NSEC_PER_SEC) + 1; /* all it may */
		pace_answer(p, &a, *now);
	}
	return p->rate;
}

static void pace_keeps_the_users_rate(void **state)
{
	struct pace p;
	nsec_t now = 0;

	(void)state;
	pace_init(&p, 0, 50, 0);
	assert_in_range(send_all(&p, &now, 10 * NSEC_PER_SEC), 499, 501);
	assert_true(answer(&p, &now, 1000, 0) <= 50); /* good answers do not lift it */
}

static void pace_learns_from_answers_only(void **state)
{
	struct pace p;
	nsec_t now = 0;
	double rate;

	(void)state;
	pace_init(&p, 0, 0, 0);
	send_all(&p, &now, NSEC_PER_SEC); /* silence */
	assert_true(p.rate == PACE_RATE_START);
	rate = answer(&p, &now, 60, 0);
	assert_true(rate > PACE_RATE_START);
	/* a queue, of which the answers come no further apart than the probes left */
	assert_true(answer(&p, &now, 60, 40 * MSEC) < rate);
	for (int i = 0; i < 10000; i++, now += MSEC)
		pace_lost(&p, now, now);
	assert_true(p.rate >= PACE_RATE_MIN && p.rate < rate / 10);
	pace_forgive(&p, now);
	assert_true(p.rate == PACE_RATE_START);
}

/* Where no canary vouches for silence, a few answers among it raise nothing. */
static void pace_is_not_raised_amid_silence(void **state)
{
	(void)state;
	for (unsigned every = 1; every <= 10; every += 9) {
		struct pace p;
		nsec_t now = MSEC;

		pace_init(&p, 0, 0, 0);
		p.started = p.unvouched = true;
		for (unsigned i = 0; i < 1000; i++, now += MSEC) {
			const struct pace_answer a = {.sent_at = now,
						      .came_at = now + MSEC,
						      .lost_at = -1,
						      .round_trip = MSEC};

			while (pace_take(&p, now)) {
				if (p.sent % every == 0)
					pace_answer(&p, &a, now);
			}
		}
		assert_int_equal(p.rate > PACE_RATE_START, every == 1);
	}
}

static void pace_gives_way_to_a_suspicion(void **state)
{
	struct pace p;
	nsec_t now = MSEC;
	double raised;

	(void)state;
	pace_init(&p, 0, 0, 0);
	while (p.rate <= 4 * PACE_RATE_START)
		answer(&p, &now, 1, 0);
	p.started = true;
	raised = p.rate;
	pace_suspect(&p, now);
	assert_true(p.rate < raised);
	for (unsigned i = 0; i < 20; i++)
		pace_suspect(&p, now);
	assert_true(p.rate == PACE_RATE_START); /* what any line carries needs no suspicion */
}

static void pace_obeys_the_users_minimum(void **state)
{
	struct pace p;
	nsec_t now = 0;

	(void)state;
	pace_init(&p, 3000, 0, 0);
	for (int i = 0; i < 10000; i++, now += MSEC)
		pace_lost(&p, now, now);
	assert_true(p.rate == 3000);
	pace_own_loss(&p, now);
	assert_true(p.rate == 3000);
}

static void pace_goes_back_when_nothing_confirms_it(void **state)
{
	struct pace p;
	nsec_t now = MSEC;
	double raised;

	(void)state;
	pace_init(&p, 0, 0, 0);
	while (p.rate == PACE_RATE_START)
		answer(&p, &now, 1, 0);
	raised = p.rate;
	for (int i = 0; i < 100; i++) /* answers to what was sent before prove nothing */
		pace_answer(&p,
			    &(struct pace_answer) {
				    .came_at = now, .lost_at = -1, .round_trip = 10 * MSEC},
			    now);
	assert_true(p.rate == raised);
	now += NSEC_PER_SEC;
	pace_take(&p, now);
	assert_true(p.rate == PACE_RATE_START);
}

/* A train of 16, whose answers come so far apart. */
static void answer_train(struct pace *p, nsec_t now, nsec_t apart, nsec_t shaken)
{
	nsec_t sent = now - 50 * MSEC, came = now;

	for (int i = 0; i < 16; i++) {
		nsec_t queue = i * apart + (i % 3 == 1 ? shaken : 0);
		struct pace_answer a = {.sent_at = sent + i,
					.lost_at = -1,
					.round_trip = 50 * MSEC,
					.queueing = queue};

		came = now + queue > came ? now + queue : came; /* in order */
		a.came_at = came;
		pace_answer(p, &a, came);
	}
}

static double train(nsec_t apart)
{
	struct pace p;

	pace_init(&p, 0, 0, 0);
	answer_train(&p, 50 * MSEC, apart, 0);
	return p.capacity > 0 ? p.capacity : p.rate;
}

static void the_first_train_measures_the_path(void **state)
{
	(void)state;
	assert_in_range(train(8 * MSEC), 120, 130);       /* 64 kbit/s */
	assert_in_range(train(MSEC / 2), 1900, 2100);     /* 1 Mbit/s */
	assert_in_range(train(MSEC / 100), 10000, 20000); /* as far as one jump goes */
}

/* Where a busy machine shakes the answers one train says little, but several say the same. */
static void shaken_trains_are_averaged(void **state)
{
	struct pace p;

	(void)state;
	pace_init(&p, 0, 0, 0);
	answer_train(&p, 50 * MSEC, MSEC / 2, 2 * MSEC);
	assert_false(p.started);
	for (int i = 1; i < 4 && !p.started; i++)
		answer_train(&p, (50 + 15 * i) * MSEC, MSEC / 2, 2 * MSEC);
	assert_true(p.started);
	assert_in_range(p.capacity, 1700, 2300);
}

/* What the train taught of the path makes what went before too fast: its losses are ours. */
static void losses_before_the_queue_was_known_are_ours(void **state)
{
	struct pace p;

	(void)state;
	pace_init(&p, 0, 0, 0);
	answer_train(&p, 50 * MSEC, 8 * MSEC, 0);
	assert_int_equal(p.fault_until, 0); /* nothing was lost */
	pace_lost(&p, 40 * MSEC, NSEC_PER_SEC);
	assert_true(p.fault_from <= 40 * MSEC && p.fault_until > 40 * MSEC);
}

/* What late timers kept from being sent says nothing about the path. */
static void only_a_rate_that_was_used_is_raised(void **state)
{
	struct pace p;
	nsec_t now = NSEC_PER_SEC;
	double rate = 0;

	(void)state;
	pace_init(&p, 0, 0, 0);
	answer(&p, &now, 60, 0);
	for (int i = 0; i < 200; i++, now += MSEC) {
		struct pace_answer a = {.sent_at = now - MSEC,
					.came_at = now,
					.lost_at = -1,
					.round_trip = 10 * MSEC};

		p.limited_by_us = true;
		pace_answer(&p, &a, now);
		if (i == 50) /* the round before is over */
			rate = p.rate;
	}
	assert_true(p.rate == rate);
	assert_true(answer(&p, &now, 60, 0) > rate);
}

static void limiter_is_told_from_loss(void **state)
{
	struct limit lossy = {0}, limiter = {0};
	struct limit_context c = {.try_number = 1};
	nsec_t now = MSEC;

	(void)state;
	for (unsigned i = 1; i <= 1000; i++, now += MSEC) {
		c.try_number = i % 12 ? 1 : 3;
		assert_false(limit_answer(&lossy, &c, now));
	}
	for (unsigned i = 1; i <= 100; i++, now += 20 * MSEC) { /* 50 a second, half of them late */
		c.try_number = i % 2 ? 1 : 3;
		if (limit_answer(&limiter, &c, now))
			limit_begin(&limiter, 0, now);
	}
	assert_true(limiter.found);
	assert_in_range((int)limiter.rate, 45, 60);
	now += NSEC_PER_SEC;
	assert_true(limit_take(&limiter, now));
	while (limit_take(&limiter, now))
		;
	assert_true(limit_next(&limiter, now) > now);
	assert_true(limit_next(&limiter, now) <= now + 25 * MSEC);
}

static void canaries_show_a_limiter_at_once(void **state)
{
	struct limit l = {0}, lossy = {0};
	struct limit_context c = {.try_number = 1, .sure_answered = 20, .given = 2, .withheld = 6};

	(void)state;
	assert_true(limit_answer(&l, &c, MSEC));
	c.sure_lost = 10; /* what no limiter withholds was lost, too */
	assert_false(limit_answer(&lossy, &c, MSEC));
}

static void the_first_answers_tell_how_many_are_limited(void **state)
{
	struct limit l = {0};
	struct limit_context c = {.try_number = 1};

	(void)state;
	assert_true(limit_share(&l) == 1);
	for (unsigned i = 1; i <= 2 * LIMIT_FIRST; i++) {
		c.asked = 10 * i; /* one port in ten, and later ones are withheld, or are not */
		limit_answer(&l, &c, i * MSEC);
	}
	assert_true(limit_share(&l) > 0.09 && limit_share(&l) < 0.11);
}

static void a_limiter_is_never_slower_than_the_user_says(void **state)
{
	struct limit l = {0};
	struct limit_context c = {.try_number = 1, .sure_answered = 20, .given = 0, .withheld = 6};

	(void)state;
	limit_answer(&l, &c, MSEC);
	limit_begin(&l, 10 * MSEC, 10 * NSEC_PER_SEC);
	assert_in_range((int)l.rate, 99, 101);
}

static void a_canary_is_lost_when_overtaken(void **state)
{
	struct canaries c = {0};
	struct canary_port port;
	unsigned local;
	nsec_t sent, now = MSEC;

	(void)state;
	assert_false(canary_due(&c, &port, &local)); /* none is known */
	canary_learn(&c, PROBE_SYN, 22, CANARY_OPEN);
	c.trains = true; /* the very first probe is one */
	for (uint32_t i = 0; i < 3; i++, now += 5 * MSEC) {
		assert_true(canary_due(&c, &port, &local));
		assert_int_equal(port.port, 22);
		assert_int_equal(local, i);
		assert_int_equal(canary_sent(&c, 100 + i, i, now), 0);
		for (int quiet = 0; quiet < 2 * CANARY_EVERY; quiet++)
			canary_quiet(&c);
	}
	assert_false(canary_overdue(&c, now, NSEC_PER_SEC, &sent));
	assert_true(canary_answered(&c, canary_of(&c, 102)));
	assert_true(canary_overdue(&c, now, NSEC_PER_SEC, &sent));
	assert_int_equal(sent, MSEC);
	assert_true(canary_overdue(&c, now, NSEC_PER_SEC, &sent));
	assert_false(canary_overdue(&c, now, NSEC_PER_SEC, &sent));
	assert_int_equal(c.lost, 2);
	assert_int_equal(c.burst, 5 * MSEC);
	assert_true(canary_answered(&c, canary_of(&c, 100))); /* it was only late */
	assert_int_equal(c.lost, 1);
	assert_null(canary_of(&c, 999));
	canaries_done(&c);
}

/* Sends the next canary; lost: it stays silent. */
static void send_canary(struct canaries *c, uint32_t i, bool lost)
{
	nsec_t sent, now = (i + 1) * NSEC_PER_SEC;

	c->since = c->quiet = 10 * CANARY_SPARSE;
	assert_int_equal(canary_sent(c, i, i, now), 0);
	if (lost)
		assert_true(canary_overdue(c, now + NSEC_PER_SEC, MSEC, &sent));
	else
		assert_true(canary_answered(c, canary_of(c, i)));
}

/*
 * On a path that loses a fifth a canary stays silent four times in a row now and then. Giving up
 * the only one that no limiter withholds made losses of a limiter: 982 s for 22 answers instead
 * of 235.
 */
static void a_canary_is_given_up_when_loss_does_not_explain_it(void **state)
{
	struct canaries c = {0};
	uint32_t i;

	(void)state;
	canary_learn(&c, PROBE_ECHO, 0, CANARY_PING);
	canary_learn(&c, PROBE_SYN, 22, CANARY_LIMITED);
	c.wary = true; /* so it is the ping each time */
	for (i = 0; i < 100; i++)
		send_canary(&c, i, i % 5 == 0);
	for (; i < 105; i++)
		send_canary(&c, i, true);
	assert_true(canary_sure(&c));
	for (; i < 110 && canary_sure(&c); i++)
		send_canary(&c, i, true);
	assert_false(canary_sure(&c));
	canaries_done(&c);
}

/* Not in step with anything: a full queue drops the ends of rows. */
static void canaries_come_at_uneven_distances(void **state)
{
	struct canaries c = {.narrow = true};
	unsigned local, quiet = 0, seen[2 * CANARY_EVERY + 1] = {0}, different = 0;
	struct canary_port port;

	(void)state;
	canary_learn(&c, PROBE_ECHO, 0, CANARY_PING);
	for (uint32_t i = 0; i < 10000; i++) {
		canary_quiet(&c);
		quiet++;
		if (!canary_due(&c, &port, &local))
			continue;
		assert_int_equal(canary_sent(&c, i, i, MSEC), 0);
		canary_answered(&c, canary_of(&c, i));
		assert_in_range(quiet, CANARY_EVERY / 2, 2 * CANARY_EVERY);
		different += !seen[quiet]++;
		quiet = 0;
	}
	assert_in_range(c.number, 10000 / CANARY_EVERY - 40, 10000 / CANARY_EVERY + 40);
	assert_true(different > CANARY_EVERY / 2);
	canaries_done(&c);
}

/* Where no queue is near the first tell most; and then there are fewer. */
static void canaries_become_rare(void **state)
{
	struct canaries c = {0};
	struct canary_port port;
	uint32_t sent[2] = {0};
	unsigned local;

	(void)state;
	canary_learn(&c, PROBE_ECHO, 0, CANARY_PING);
	for (uint32_t i = 0; i < 10000; i++) {
		canary_quiet(&c);
		if (!canary_due(&c, &port, &local))
			continue;
		assert_int_equal(canary_sent(&c, i, i, MSEC), 0);
		canary_answered(&c, canary_of(&c, i));
		sent[i >= 5000]++;
	}
	assert_in_range(sent[0], CANARY_KNOWING + 5000 / CANARY_EVERY / 4, 5000 / CANARY_EVERY / 2);
	assert_in_range(sent[1], 5000 / CANARY_EVERY / 5, 5000 / CANARY_EVERY / 3);
	canaries_done(&c);
}

static void canaries_have_a_limit_of_their_own(void **state)
{
	struct canaries c = {0};
	struct canary_port port;
	unsigned local, sent = 0;

	(void)state;
	canary_learn(&c, PROBE_ECHO, 0, CANARY_PING);
	for (unsigned i = 0; i < 10000; i++) {
		canary_quiet(&c);
		if (canary_due(&c, &port, &local) && !canary_sent(&c, i, i, MSEC))
			sent++;
	}
	assert_int_equal(sent, CANARY_PORTS); /* nothing is answered: no more are under way */
	canaries_done(&c);
}

static void plan_gives_each_silent_port_two_tries(void **state)
{
	static const uint16_t order[] = {80, 22, 25};
	struct plan p;
	unsigned try_number;
	uint32_t at;

	(void)state;
	assert_int_equal(plan_init(&p, order, 3, 10), 0);
	for (uint32_t i = 0; i < 3; i++) {
		assert_true(plan_next(&p, &at, &try_number));
		assert_int_equal(at, i);
		assert_int_equal(try_number, 1);
		plan_sent(&p, at, i);
	}
	assert_false(plan_next(&p, &at, &try_number));
	assert_false(plan_finished(&p));
	assert_true(plan_answered(&p, 1, 1, PLAN_TELLS));
	assert_false(plan_answered(&p, 1, 1, PLAN_TELLS)); /* again: nothing new */
	assert_int_equal(plan_next_expiry(&p, 100), 100);
	plan_expire(&p, 102, 100); /* both silent ports, and the answered one between them */
	for (unsigned i = 0; i < 2; i++) {
		assert_true(plan_next(&p, &at, &try_number));
		assert_int_equal(try_number, 2);
		plan_sent(&p, at, 200);
	}
	plan_expire(&p, 300, 100);
	assert_true(plan_finished(&p));
	assert_int_equal(plan_tries(&p, 0), 2);
	assert_int_equal(plan_tries(&p, 1), 1);
	plan_done(&p);
}

static void plan_takes_back_what_did_not_leave(void **state)
{
	static const uint16_t order[] = {80, 22};
	struct plan p;
	unsigned try_number;
	uint32_t at;

	(void)state;
	assert_int_equal(plan_init(&p, order, 2, 10), 0);
	plan_sent(&p, 0, 1);
	plan_sent(&p, 1, 1);
	plan_unsent(&p);
	plan_unsent(&p);
	assert_int_equal(plan_next_expiry(&p, 100), NSEC_NEVER);
	for (unsigned i = 0; i < 2; i++) {
		assert_true(plan_next(&p, &at, &try_number));
		assert_int_equal(try_number, 1);
		plan_sent(&p, at, 5);
	}
	assert_false(plan_finished(&p));
	plan_done(&p);
}

static void plan_adds_tries_when_probes_get_lost(void **state)
{
	uint16_t order[200];
	struct plan p;
	unsigned try_number, most = 0;
	uint32_t at;
	nsec_t now = 0;

	(void)state;
	for (uint16_t i = 0; i < 200; i++)
		order[i] = i;
	assert_int_equal(plan_init(&p, order, 200, 10), 0);
	while (!plan_finished(&p)) { /* each fourth port answers its second try, port 7 none */
		while (plan_next(&p, &at, &try_number)) {
			plan_sent(&p, at, now);
			if (at != 7 && (try_number > 1 || at % 4))
				plan_answered(&p, at, try_number, PLAN_TELLS | PLAN_TELLS_LOSS);
			most = try_number > most ? try_number : most;
		}
		now += 1000;
		plan_expire(&p, now, 100);
	}
	assert_in_range(most, 5, 11);
	plan_done(&p);
}

/* 65,535 ports cost two bytes each beside what is under way, and that room grows with it. */
/* How often a silent plan of ten ports is asked, where others' probes fared so. */
static unsigned tries_of_silence(double others_loss)
{
	uint16_t ports[10];
	unsigned tries = 0, try_number;
	nsec_t now = MSEC;
	struct plan p;
	uint32_t at;

	for (uint16_t i = 0; i < 10; i++)
		ports[i] = (uint16_t)(i + 1);
	assert_int_equal(plan_init(&p, ports, 10, 10), 0);
	p.others_loss = others_loss;
	while (!plan_finished(&p)) {
		while (plan_next(&p, &at, &try_number)) {
			plan_sent(&p, at, now);
			tries++;
		}
		plan_expire(&p, now += NSEC_PER_SEC, MSEC);
	}
	plan_done(&p);
	return tries;
}

static void plan_believes_what_others_lost(void **state)
{
	(void)state;
	assert_int_equal(tries_of_silence(0), 20);
	assert_int_equal(tries_of_silence(0.01), 20); /* so little needs no third try */
	assert_in_range(tries_of_silence(0.19), 31, 40);
}

static void plan_costs_two_bytes_a_port(void **state)
{
	enum { COUNT = 65535, FLIGHTS = 1000 };
	static uint16_t order[COUNT];
	const size_t flight = sizeof(struct plan_flight);
	struct plan p;
	unsigned try_number;
	uint32_t at, sent = 0;
	nsec_t now = 0;

	(void)state;
	assert_int_equal(plan_init(&p, order, COUNT, 10), 0);
	assert_true(plan_bytes(&p) <= 2 * COUNT + 16 * flight);
	while (!plan_finished(&p)) { /* all of them silent */
		for (unsigned i = 0; i < FLIGHTS && plan_next(&p, &at, &try_number); i++, sent++)
			plan_sent(&p, at, now);
		assert_true(plan_bytes(&p) <= 2 * COUNT + 2 * FLIGHTS * flight);
		now += 1000;
		plan_expire(&p, now, 1000);
	}
	assert_int_equal(sent, PLAN_TRIES_MIN * COUNT);
	plan_done(&p);
}

/* Ports that wait for another try are found wherever they are, each once, in the ports' order. */
static void plan_finds_every_retry(void **state)
{
	enum { COUNT = 1000 };
	static uint16_t order[COUNT];
	struct plan p;
	unsigned try_number;
	uint32_t at;

	(void)state;
	assert_int_equal(plan_init(&p, order, COUNT, 1), 0);
	for (unsigned i = 0; i < COUNT; i++)
		plan_sent(&p, i, i);
	for (unsigned i = 0; i < COUNT; i++) {
		if (i % 300 && i != COUNT - 1)
			assert_true(plan_answered(&p, i, 1, PLAN_TELLS));
	}
	plan_expire(&p, 10 * COUNT, COUNT);
	assert_true(plan_answered(&p, 600, 1, PLAN_TELLS)); /* late: it waits no more */
	for (unsigned i = 0; i < 4; i++) {
		static const uint32_t silent[] = {0, 300, 900, COUNT - 1};

		assert_true(plan_next(&p, &at, &try_number));
		assert_int_equal(at, silent[i]);
		assert_int_equal(try_number, 2);
		plan_sent(&p, at, 10 * COUNT);
	}
	assert_false(plan_next(&p, &at, &try_number));
	plan_unsent(&p);
	plan_unsent(&p);
	assert_true(plan_next(&p, &at, &try_number));
	assert_int_equal(at, 900); /* what could not leave goes first, in its order */
	plan_done(&p);
}

static void neighbours_are_asked_three_times(void **state)
{
	static const uint8_t mac[MAC_LEN] = {2, 0, 0, 0, 0, 9};
	struct neighbour_table t;
	struct probe_path path = {.interface = 3};
	struct addr hop;
	uint32_t row, again, due;
	nsec_t now = 0;
	unsigned asked = 0;

	(void)state;
	neighbour_table_init(&t, &(struct hash_key) {1, 2});
	addr_parse("192.0.2.1", &hop);
	assert_int_equal(neighbour_want(&t, &hop, &path, NULL, now, &row), 0);
	assert_int_equal(neighbour_want(&t, &hop, &path, NULL, now, &again), 0);
	assert_int_equal(row, again);
	assert_int_equal(t.unasked, 1);
	while (t.rows[row].state == NEIGHBOUR_WANTED) {
		due = neighbour_due(&t, now);
		if (due == NEIGHBOUR_NONE) {
			now = neighbour_next(&t);
		} else if (t.rows[due].tries == NEIGHBOUR_TRIES) {
			neighbour_silent(&t, due);
		} else {
			neighbour_asked(&t, due, now);
			asked++;
		}
	}
	assert_int_equal(asked, NEIGHBOUR_TRIES);
	assert_int_equal(t.unasked, 0);
	assert_int_equal(t.rows[row].state, NEIGHBOUR_SILENT);
	assert_true(neighbour_next(&t) == NSEC_NEVER);
	/* late is not too late, though nobody waits any more */
	assert_int_equal(neighbour_answered(&t, &hop, mac), NEIGHBOUR_NONE);
	assert_int_equal(t.rows[row].state, NEIGHBOUR_KNOWN);
	assert_int_equal(t.rows[row].path.next_mac[5], 9);
	neighbour_table_done(&t);
}

static void a_target_must_answer_for_itself(void **state)
{
	static const uint8_t mac[MAC_LEN] = {2, 0, 0, 0, 0, 1};
	struct neighbour_table t;
	struct probe_path path = {.interface = 3};
	struct addr hop;
	uint32_t row;

	(void)state;
	neighbour_table_init(&t, &(struct hash_key) {1, 2});
	addr_parse("192.0.2.1", &hop);
	neighbour_want(&t, &hop, &path, mac, 0, &row); /* a router the kernel knows */
	assert_int_equal(t.rows[row].state, NEIGHBOUR_KNOWN);
	assert_int_equal(neighbour_due(&t, 0), NEIGHBOUR_NONE);
	neighbour_want(&t, &hop, &path, NULL, 0, &row); /* and now a target itself */
	assert_int_equal(neighbour_due(&t, 0), row);
	neighbour_table_done(&t);
}

/* Many rows come and go: each is found by its address alone, and its place is used again. */
static void neighbours_are_found_among_thousands(void **state)
{
	static const uint8_t mac[MAC_LEN] = {2, 0, 0, 0, 0, 7};
	struct neighbour_table t;
	struct probe_path path = {.interface = 3};
	static uint32_t rows[5000];
	struct addr hop;

	(void)state;
	neighbour_table_init(&t, &(struct hash_key) {1, 2});
	for (uint32_t round = 0; round < 3; round++) {
		for (uint32_t i = 0; i < 5000; i++) {
			hop = addr_v4_number(0x0a000000 + i);
			assert_int_equal(neighbour_want(&t, &hop, &path, NULL, i, &rows[i]), 0);
		}
		for (uint32_t i = 0; i < 5000; i += 2) {
			hop = addr_v4_number(0x0a000000 + i);
			assert_int_equal(neighbour_answered(&t, &hop, mac), rows[i]);
			assert_int_equal(neighbour_answered(&t, &hop, mac), NEIGHBOUR_NONE);
		}
		assert_int_equal(neighbour_next(&t), 1); /* the first that is still wanted */
		for (uint32_t i = 0; i < 5000; i++)
			neighbour_release(&t, rows[i]);
		assert_true(neighbour_next(&t) == NSEC_NEVER);
		assert_int_equal(t.unasked, 0);
	}
	assert_int_equal(t.count, 5000);
	neighbour_table_done(&t);
}

static void the_agenda_gives_the_earliest(void **state)
{
	struct agenda a = {0};
	struct rng rng = {7};
	nsec_t due[500], last = 0;

	(void)state;
	assert_int_equal(agenda_reserve(&a, 500), 0);
	for (uint32_t i = 0; i < 500; i++)
		due[i] = NSEC_NEVER;
	for (unsigned i = 0; i < 5000; i++) { /* set, move and take out at random */
		uint32_t id = (uint32_t)rng_below(&rng, 500);

		due[id] = rng_below(&rng, 4) ? (nsec_t)rng_below(&rng, 1000) : NSEC_NEVER;
		agenda_set(&a, id, due[id]);
		assert_true(agenda_when(&a, id) == due[id]);
	}
	while (agenda_next(&a) != NSEC_NEVER) {
		uint32_t id = agenda_first(&a);

		assert_true(agenda_next(&a) == due[id] && due[id] >= last);
		last = due[id];
		due[id] = NSEC_NEVER;
		agenda_set(&a, id, NSEC_NEVER);
	}
	for (uint32_t i = 0; i < 500; i++)
		assert_true(due[i] == NSEC_NEVER);
	agenda_done(&a);
}

/* Builds a probe of this kind to the target and takes it apart again. */
static void build(const char *target, struct probe_request *request, struct packet *ret_packet)
{
	const struct hash_key key = {1, 2};
	struct probe_path path = {.link = LINK_ETHERNET, .source_mac = {2, 0, 0, 0, 0, 1}};
	uint8_t bytes[PROBE_FRAME_MAX];
	struct frame frame = {.link = LINK_ETHERNET, .bytes = bytes};

	addr_parse(target, &path.target);
	addr_parse(path.target.family == 4 ? "192.0.2.2" : "2001:db8::2", &path.source);
	request->cookie = probe_cookie(&key, &path.target, request);
	frame.captured_len = frame.wire_len = (uint32_t)probe_build(&path, request, bytes);
	assert_true(frame.wire_len > 0);
	packet_decode(&frame, ret_packet);
	assert_int_equal(ret_packet->status, CURSOR_OK);
	if (ret_packet->network != NETWORK_ARP)
		assert_int_equal(packet_checksum(&frame, ret_packet), CHECKSUM_GOOD);
}

static void probes_carry_their_cookie(void **state)
{
	static const char *const targets[] = {"198.51.100.5", "2001:db8:5::5"};
	struct packet p;

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		struct probe_request r = {.kind = PROBE_SYN, .port = 22, .local_port = 61001};
		uint32_t first;

		build(targets[i], &r, &p);
		first = r.cookie;
		assert_int_equal(p.ip.tcp.flags, TCP_SYN);
		assert_int_equal(p.ip.tcp.seq, r.cookie);
		assert_int_equal(p.ip.tcp.options_len, 4);
		r.local_port++; /* the next try is another probe */
		build(targets[i], &r, &p);
		assert_int_not_equal(r.cookie, first);
		r.kind = PROBE_ACK;
		build(targets[i], &r, &p);
		assert_int_equal(p.ip.tcp.flags, TCP_ACK);
		assert_int_equal(p.ip.tcp.ack, r.cookie);
		assert_int_equal(p.ip.tcp.seq, r.cookie);
		r.kind = PROBE_ECHO;
		build(targets[i], &r, &p);
		assert_int_equal(i ? p.ip.icmpv6.id : p.ip.icmp.id, r.cookie >> 16);
		assert_int_equal(i ? p.ip.icmpv6.sequence : p.ip.icmp.sequence, r.cookie & 0xffff);
	}
}

static void neighbours_are_asked_in_their_protocol(void **state)
{
	struct probe_request r = {.kind = PROBE_ARP};
	struct packet p;

	(void)state;
	build("192.0.2.9", &r, &p);
	assert_int_equal(p.arp.operation, ARP_REQUEST);
	assert_int_equal(p.ethernet.destination[0], 0xff);
	r.kind = PROBE_ND;
	build("2001:db8::9:abcd", &r, &p);
	assert_int_equal(p.ip.icmpv6.type, ICMPV6_NEIGHBOUR_SOLICIT);
	assert_true(p.ip.icmpv6.has_link_address);
	assert_int_equal(p.ip.hops, 255);
	assert_int_equal(p.ip.destination.bytes[15], 0xcd);
	assert_int_equal(p.ethernet.destination[0], 0x33);
}

static void impossible_probes_have_no_length(void **state)
{
	struct probe_path path = {.link = LINK_RAW};
	struct probe_request r = {.kind = PROBE_ARP};
	uint8_t bytes[PROBE_FRAME_MAX];

	(void)state;
	addr_parse("192.0.2.9", &path.target);
	addr_parse("192.0.2.2", &path.source);
	assert_int_equal(probe_build(&path, &r, bytes), 0); /* ARP without Ethernet */
	r.kind = PROBE_ND;
	assert_int_equal(probe_build(&path, &r, bytes), 0);
	r.kind = PROBE_SYN;
	assert_int_equal(probe_build(&path, &r, bytes), 44); /* a bare IP packet */
}

/*
 * A host is in one queue at most, wherever in it; what is taken out of the middle leaves the
 * order.
 */
static void queues_keep_their_order(void **state)
{
	struct host_queue here = {0}, there = {0};
	struct host_link links[4] = {0};

	(void)state;
	assert_null(host_queue_pop(&here));
	host_queue_leave(&links[0]); /* in none */
	for (int i = 0; i < 3; i++)
		host_queue_push(&here, &links[i]);
	host_queue_push_front(&here, &links[3]); /* 3 0 1 2 */
	assert_int_equal(here.count, 4);
	host_queue_push(&there, &links[1]); /* from the middle: 3 0 2 */
	assert_ptr_equal(links[1].queue, &there);
	host_queue_push(&here, &links[3]); /* within one: 0 2 3 */
	assert_ptr_equal(host_queue_pop(&here), &links[0]);
	host_queue_leave(&links[3]); /* the last */
	assert_ptr_equal(here.first, here.last);
	assert_ptr_equal(host_queue_pop(&here), &links[2]);
	assert_null(host_queue_pop(&here));
	assert_null(links[2].queue);
	assert_int_equal(here.count, 0);
	assert_int_equal(there.count, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(queues_keep_their_order),
		cmocka_unit_test(rtt_follows_rfc_6298),
		cmocka_unit_test(others_tell_how_long_to_wait),
		cmocka_unit_test(pace_keeps_the_users_rate),
		cmocka_unit_test(a_window_counts_what_left),
		cmocka_unit_test(a_window_is_bounded_at_any_rate),
		cmocka_unit_test(no_rate_is_no_window),
		cmocka_unit_test(pace_learns_from_answers_only),
		cmocka_unit_test(pace_goes_back_when_nothing_confirms_it),
		cmocka_unit_test(pace_is_not_raised_amid_silence),
		cmocka_unit_test(pace_gives_way_to_a_suspicion),
		cmocka_unit_test(pace_obeys_the_users_minimum),
		cmocka_unit_test(the_first_train_measures_the_path),
		cmocka_unit_test(shaken_trains_are_averaged),
		cmocka_unit_test(losses_before_the_queue_was_known_are_ours),
		cmocka_unit_test(only_a_rate_that_was_used_is_raised),
		cmocka_unit_test(limiter_is_told_from_loss),
		cmocka_unit_test(canaries_show_a_limiter_at_once),
		cmocka_unit_test(the_first_answers_tell_how_many_are_limited),
		cmocka_unit_test(a_limiter_is_never_slower_than_the_user_says),
		cmocka_unit_test(a_canary_is_lost_when_overtaken),
		cmocka_unit_test(a_canary_is_given_up_when_loss_does_not_explain_it),
		cmocka_unit_test(canaries_come_at_uneven_distances),
		cmocka_unit_test(canaries_become_rare),
		cmocka_unit_test(canaries_have_a_limit_of_their_own),
		cmocka_unit_test(plan_gives_each_silent_port_two_tries),
		cmocka_unit_test(plan_takes_back_what_did_not_leave),
		cmocka_unit_test(plan_adds_tries_when_probes_get_lost),
		cmocka_unit_test(plan_believes_what_others_lost),
		cmocka_unit_test(plan_costs_two_bytes_a_port),
		cmocka_unit_test(plan_finds_every_retry),
		cmocka_unit_test(neighbours_are_asked_three_times),
		cmocka_unit_test(a_target_must_answer_for_itself),
		cmocka_unit_test(probes_carry_their_cookie),
		cmocka_unit_test(neighbours_are_asked_in_their_protocol),
		cmocka_unit_test(neighbours_are_found_among_thousands),
		cmocka_unit_test(the_agenda_gives_the_earliest),
		cmocka_unit_test(impossible_probes_have_no_length),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
