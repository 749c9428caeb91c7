// SPDX-License-Identifier: Apache-2.0
// What a host may still answer where it limits its answers: see the header.
#include "scan/allowance.h"

/*
 * Each is judged by bench/paths with six seeds: 95 paths by segments that begin nothing take
 * 2,425 s, 65 by datagrams 84,500, 344 by SYN 5,250, with 3 wrong verdicts. What another value
 * costs stands beside.
 */
#define DOUBT         3.0  /* answers that should have come: silence is chance once in 20 times */
#define DOUBT_FIRST   6.0  /* the same before a limiter has shown itself; 3: 12 wrong, not 0 */
#define DOUBT_MOST    12.0 /* the same where canaries were answered again and again */
#define DOUBT_MORE    1.5  /* so it grows; not at all: 14 wrong */
#define AT_FIRST      4.0  /* probes that the share known at first is worth */
#define MEMORY        64.0 /* probes by which the share is told */
#define MOSTLY        0.8  /* such a share is answered: the rate is tried a little higher */
#define HEADROOM      1.03 /* and by this much; 1: a fifth more time at 200 resets a second */
#define CAREFUL       0.9  /* of the rate where silence may mean much; 1: 2 more wrong */
#define MARGIN        2.0  /* tokens, where this silence settles a port; 1: 6 more wrong */
#define UNUSED        3.0  /* tokens that lay there: what came beside them was not asked for */
#define REFUSED       2.5  /* canaries that loss may explain one by one: the rate was too high */
#define GIVEN         1.5  /* times what loss explains is no sign; 2 is slow without, 1 with it */
#define FEW           0.3  /* such a share is answered: a row was not foreseen; 0: 1 more wrong */
#define RESERVE       0.05 /* least of a token for a probe that settles a port then */
#define WITHHELD      0.05 /* of probes, at a rate that is a little too high */
#define WITHHELD_LESS 0.01 /* the same where less is answered; 0.02 for both: 1.5 % slower */
#define FIRST_WINDOW  4 /* answers, while the rate rises; by 3 it is overrated: 1.4 % more probes */
#define WINDOW        16 /* answers */
#define CALLS_FIRST   1u /* canaries, while the rate rises, instead of a window of answers */
#define CALLS         2u /* the same later */
#define FAILS_MOST    4  /* 3: 397 asked for 300 answers, not 388; 5: 2 % more time by datagrams */
#define ALL_USED      0.97 /* of the rate: more may come */
#define MUCH_USED     0.85 /* while it rises; 0.93 for both: 8 % more time by segments */
#define LITTLE_USED   0.93
#define SPILLED       0.1 /* tokens an answer: more could have been asked; any: 2 % more time */
#define RISE          1.1
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

/* True where nearly all is answered that the path does not lose. */
static bool mostly(const struct allowance *a)
{
	return share(a) > MOSTLY * (1 - a->loss);
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

void allowance_begin(struct allowance *a, const struct allowance_start *start, nsec_t now)
{
	a->kept = a->rising = true;
	a->rate = start->rate;
	a->least = start->least > RATE_LEAST ? start->least : RATE_LEAST;
	a->burst = start->burst > 1 ? start->burst : 1;
	a->tokens = 0;
	a->filled = now;
	a->run = 0;
	a->settling = 0;
	a->answered = AT_FIRST * start->share;
	a->silent = AT_FIRST * (1 - start->share);
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

/* What a probe reserved and did not use. */
static void give_back(struct allowance *a, double tokens)
{
	a->tokens += tokens;
	if (a->tokens > a->burst)
		a->tokens = a->burst;
}

/* The run of silence is over: its silences were filters. */
static void end_run(struct allowance *a)
{
	give_back(a, a->owed);
	a->owed = 0;
	a->silent += a->run;
	a->run = 0;
	if (a->answered + a->silent > MEMORY) {
		double keep = MEMORY / (a->answered + a->silent);

		a->answered *= keep;
		a->silent *= keep;
	}
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

/* Nearly all is answered, and enough answers came: is the rate what it should be? */
static void judge(struct allowance *a, nsec_t sent_at, nsec_t now)
{
	/* by when they were asked: a long way back makes no rate smaller */
	double measured = a->window / seconds(sent_at - a->since), used = measured / fill_rate(a);
	double before = a->rate;
	bool bound = a->spilled < SPILLED * a->window;

	if (a->window < (a->rising ? FIRST_WINDOW : WINDOW))
		return;
	a->good += a->window;
	if (a->rising && !a->withheld && used >= MUCH_USED) {
		a->rate *= 2;
	} else if (a->rising && bound) {
		a->rising = false;
		a->rate = measured < a->rate ? measured : a->rate;
	} else if (used >= ALL_USED && !a->withheld) {
		if (a->good >= (uint32_t)WINDOW << a->fails) {
			a->rate *= RISE;
			a->good = 0;
		}
	} else if (bound && !a->rising && used < LITTLE_USED * (1 - a->loss)) {
		a->rate = measured > FALL * a->rate ? measured : FALL * a->rate;
	}
	begin_window(a, a->rate < before || a->rate > before ? now : sent_at);
}

/*
 * The same where much is silence: what comes tells no rate then, as it hangs on what was asked
 * more than on the limiter. A canary was answered, so the bucket is not empty at this rate.
 */
static void judge_call(struct allowance *a, nsec_t now)
{
	if (a->tokens > UNUSED || ++a->calls < (a->rising ? CALLS_FIRST : CALLS << a->fails))
		return;
	a->rate *= a->rising ? 2 : RISE;
	a->calls = 0;
	begin_window(a, now);
}

bool allowance_answered(struct allowance *a, nsec_t sent_at, bool sure, nsec_t now)
{
	const double given = GIVEN * a->excuse / (1 - a->excuse);
	bool empty;

	a->total++;
	a->in_vain = 0;
	if (sure && sent_at > a->confirmed) {
		a->vouched = a->confirmed;
		a->confirmed = sent_at;
	}
	if (sure)
		a->refused = a->refused > given ? a->refused - given : 0;
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
		if (mostly(a))
			judge(a, sent_at, now);
		else if (sure)
			judge_call(a, now);
	}
	return empty;
}

void allowance_silent(struct allowance *a, uint32_t count)
{
	double unused = count * reserve(a) * (1 - doubt(a));

	a->run += count;
	if (a->asking)
		a->owed += unused;
	else
		give_back(a, unused);
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
	a->rate = least > a->least ? least : a->least;
	a->fails += !a->rising && a->fails < FAILS_MOST;
	a->rising = false;
	a->good = 0;
	a->calls = 0;
	a->refused = 0;
	begin_window(a, now);
}

bool allowance_empty(struct allowance *a, bool sure, uint32_t under_way, nsec_t now)
{
	a->run = 0;
	a->owed = 0;
	a->patience = DOUBT;
	a->spilled += 1 + a->tokens;
	a->tokens = -share(a) * under_way;
	a->filled = now;
	a->withheld = true;
	if (sure || ++a->refused > REFUSED)
		lower(a, now);
	return ++a->in_vain < IN_VAIN_MOST;
}
