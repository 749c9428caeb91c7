// SPDX-License-Identifier: Apache-2.0
// What a host may still answer where it limits its answers: see the header.
#include "scan/allowance.h"

#define DOUBT         3.0  /* answers that should have come: silence is chance once in 20 times */
#define DOUBT_FIRST   6.0  /* the same before a limiter has shown itself */
#define DOUBT_MOST    12.0 /* the same where canaries were answered again and again */
#define DOUBT_MORE    1.5
#define AT_FIRST      4.0  /* probes of which all were answered: so a kept rate begins */
#define MEMORY        64.0 /* probes by which the share is told */
#define MOSTLY        0.8  /* such a share is answered: the rate is tried a little higher */
#define HEADROOM      1.03 /* and by this much */
#define CAREFUL       0.9  /* of the rate where silence may mean much */
#define MARGIN        2.0  /* tokens, where this silence settles a port */
#define UNUSED        3.0  /* tokens that lay there: what came beside them was not asked for */
#define SPARED        3.0 /* times what comes while most of it is silence: so far the rate may double */
#define REFUSED       2.5  /* canaries that loss may explain one by one: the rate was too high */
#define GIVEN         0.5  /* of them taken back by one that is answered */
#define FEW           0.3  /* such a share is answered: a row of answers was not foreseen */
#define RESERVE       0.05 /* least of a token for a probe that settles a port then */
#define WITHHELD      0.05 /* of probes, at a rate that is a little too high */
#define WITHHELD_LESS 0.01 /* the same at a lower one */
#define FIRST_WINDOW  4 /* answers, while the rate rises; by 3 it is overrated: 1.4 % more probes */
#define WINDOW        16 /* answers */
#define FAILS_MOST    5
#define ALL_USED      0.97 /* of the rate: more may come */
#define MUCH_USED     0.85
#define LITTLE_USED   0.93
#define SPILLED       0.1 /* tokens for each answer: more could have been asked */
#define RISE          1.1
#define SOON          48  /* answers after the rate was raised: that was wrong */
#define FALL_MOST     0.9 /* by one window without a canary's word */
#define FALL          0.8 /* 0.7: 6 % more time by datagrams; 0.85: 6 % more probes */
#define RATE_LEAST    0.5 /* a second */
#define IN_VAIN_MOST  12
#define UNDER_WAY     48.0 /* expected answers under way at first */
#define UNDER_WAY_BY  4.0  /* and for each answer */

static double seconds(nsec_t time)
{
	return (double)(time > 0 ? time : 1) / (double)NSEC_PER_SEC;
}

/* The share of probes that are answered as long as there are tokens. */
static double share(const struct allowance *a)
{
	return (a->answered + 0.5) / (a->answered + a->silent + 1);
}

bool allowance_full(const struct allowance *a)
{
	double part = share(a);

	return 1 - part < (part > MOSTLY ? WITHHELD : WITHHELD_LESS);
}

/* The chance that a probe's silence is an answer withheld. */
static double doubt(const struct allowance *a)
{
	double part = share(a), withheld = part > MOSTLY ? WITHHELD : WITHHELD_LESS;

	return withheld / (1 - part + withheld);
}

/* At which tokens are counted. */
static double fill_rate(const struct allowance *a)
{
	return a->rate * (a->careful ? CAREFUL : share(a) > MOSTLY ? HEADROOM : 1);
}

static void fill(struct allowance *a, nsec_t now)
{
	double more = seconds(now - a->filled) * fill_rate(a);

	if (now <= a->filled)
		return;
	if (a->tokens > UNUSED)
		a->spilled += more;
	else if (a->tokens + more > UNUSED)
		a->spilled += a->tokens + more - UNUSED;
	a->tokens += more;
	if (a->tokens > a->burst) {
		if (a->burst < UNUSED)
			a->spilled += a->tokens - a->burst;
		a->tokens = a->burst;
	}
	a->filled = now;
}

static void begin_window(struct allowance *a, nsec_t now)
{
	a->since = now;
	a->window = 0;
	a->spilled = 0;
	a->withheld = false;
}

void allowance_begin(struct allowance *a, double rate, double burst, nsec_t now)
{
	a->kept = a->rising = true;
	a->rate = rate;
	a->burst = burst > 1 ? burst : 1;
	a->tokens = 0;
	a->filled = now;
	a->run = 0;
	a->settling = 0;
	a->answered = AT_FIRST;
	a->silent = 0;
	a->patience = DOUBT;
	a->since = NSEC_NEVER; /* from the first probe on */
}

bool allowance_permits(const struct allowance *a, uint32_t under_way)
{
	return !a->total || under_way * share(a) <= UNDER_WAY + UNDER_WAY_BY * a->total;
}

/* Tokens without which nothing leaves. */
static double wanted(const struct allowance *a)
{
	return a->careful && a->burst >= MARGIN ? MARGIN : 1;
}

bool allowance_ask(struct allowance *a, bool sure, nsec_t now)
{
	if (!a->kept)
		return true;
	fill(a, now);
	return a->tokens >= (sure ? 1 : wanted(a));
}

/*
 * What a probe reserves; for one that settles a port never next to nothing: answers come in rows.
 */
static double reserve(const struct allowance *a)
{
	return a->settles && share(a) < RESERVE ? RESERVE : share(a);
}

void allowance_take(struct allowance *a, bool sure)
{
	if (a->since == NSEC_NEVER)
		begin_window(a, a->filled);
	a->tokens -= sure ? 1 : reserve(a);
	a->settling = sure ? 0 : a->settling + (a->settles && share(a) < FEW ? reserve(a) : 0);
}

nsec_t allowance_next(const struct allowance *a, bool sure, nsec_t now)
{
	double tokens = a->tokens + seconds(now - a->filled) * fill_rate(a);
	double enough = sure ? 1 : wanted(a);

	if (!a->kept || tokens >= enough)
		return now;
	return a->filled + (nsec_t)((enough - a->tokens) * (double)NSEC_PER_SEC / fill_rate(a)) + 1;
}

/* The run of silence is over: its silences were filters. */
static void end_run(struct allowance *a)
{
	a->silent += a->run;
	a->run = 0;
	if (a->answered + a->silent > MEMORY) {
		double keep = MEMORY / (a->answered + a->silent);

		a->answered *= keep;
		a->silent *= keep;
	}
}

/* Enough answers came: is the rate what it should be? */
static void judge(struct allowance *a, nsec_t sent_at, nsec_t now)
{
	/* by when they were asked: a long way back makes no rate smaller */
	double measured = a->window / seconds(sent_at - a->since), used = measured / fill_rate(a);
	double before = a->rate, spared = SPARED * measured;
	bool bound = a->spilled < SPILLED * a->window;

	if (a->window < (a->rising ? FIRST_WINDOW : WINDOW))
		return;
	a->good += a->window;
	if (a->rising && !a->withheld && used >= MUCH_USED && !a->careful) {
		a->rate *= 2;
	} else if (a->rising && !a->withheld && a->careful && spared > a->rate) {
		a->rate = spared < 2 * a->rate ? spared : 2 * a->rate;
	} else if (a->rising && bound) {
		a->rising = false;
		a->rate = measured < a->rate ? measured : a->rate;
	} else if (used >= ALL_USED && !a->withheld) {
		if (a->good >= (uint32_t)WINDOW << a->fails) {
			a->rate *= RISE;
			a->good = 0;
		}
	} else if (bound && !a->rising && used < LITTLE_USED * (1 - a->loss)) {
		a->rate = measured > FALL_MOST * a->rate ? measured : FALL_MOST * a->rate;
		a->fails += a->good < SOON && a->fails < FAILS_MOST;
	}
	begin_window(a, a->rate < before || a->rate > before ? now : sent_at);
}

bool allowance_answered(struct allowance *a, nsec_t sent_at, bool sure, nsec_t now)
{
	bool empty;

	a->total++;
	a->in_vain = 0;
	if (sure && sent_at > a->confirmed) {
		a->vouched = a->confirmed;
		a->confirmed = sent_at;
	}
	if (sure)
		a->refused = a->refused > GIVEN ? a->refused - GIVEN : 0;
	if (!sure) {
		a->answered++;
		a->settling +=
			a->kept && a->settles && share(a) < FEW; /* where one is there are more */
	}
	if (sure || !a->kept)
		end_run(a);
	if (sure && a->patience < DOUBT_MOST)
		a->patience *= DOUBT_MORE;
	if (!a->kept)
		return false;
	fill(a, now);
	a->tokens -= sure ? 0 : 1 - reserve(a);
	empty = a->tokens < (a->settles ? MARGIN - 1 : 0);
	if (a->tokens < 0)
		a->tokens = 0;
	if (sent_at > a->since) {
		a->window++;
		judge(a, sent_at, now);
	}
	return empty;
}

void allowance_silent(struct allowance *a, uint32_t count)
{
	a->run += count;
	a->tokens += count * reserve(a) * (1 - doubt(a));
	if (a->tokens > a->burst)
		a->tokens = a->burst;
}

double allowance_run(const struct allowance *a)
{
	return a->run * share(a);
}

bool allowance_doubts(const struct allowance *a)
{
	if (a->kept && a->settling >= DOUBT)
		return true;
	return a->total && allowance_run(a) >= (a->kept ? a->patience : DOUBT_FIRST);
}

/* The rate was too high. */
static void lower(struct allowance *a, nsec_t now)
{
	double measured = a->window / seconds(now - a->since);
	double least = (a->rising ? 0.5 : FALL) * a->rate;

	if (measured > least)
		least = measured < a->rate ? measured : a->rate;
	a->rate = least > RATE_LEAST ? least : RATE_LEAST;
	a->fails += !a->rising && a->fails < FAILS_MOST;
	a->rising = false;
	a->good = 0;
	a->refused = 0;
	begin_window(a, now);
}

bool allowance_empty(struct allowance *a, bool sure, nsec_t now)
{
	a->run = 0;
	a->patience = DOUBT;
	a->spilled += 1 + a->tokens;
	a->tokens = 0;
	a->filled = now;
	a->withheld = true;
	if (sure || ++a->refused > REFUSED)
		lower(a, now);
	return ++a->in_vain < IN_VAIN_MOST;
}
