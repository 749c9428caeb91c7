// SPDX-License-Identifier: Apache-2.0
// Whether a row of answers and silences was made by a limit, and how high that is.
//
// Theory of operation. For a limit with given numbers and the answers so far one can say of each
// try whether the limit still allowed an answer. If there is such a limit, answers come when they
// are allowed and not otherwise; if chance decided (loss), "allowed" says nothing about the next
// answer, as it follows from earlier ones alone. So the mutual information of the two, times the
// number of tries, is the evidence for this limit. (Twice that is the G statistic, which for chance
// follows chi-squared with one degree of freedom.) Loss comes in bursts, where an answer follows an
// answer and silence silence; hence tries behind an answer and those behind silence are weighed
// apart, so that only the limit's knowledge of when one turns into the other counts. A grid of
// burst and rate is searched for the best. The tokens follow what was in fact answered, so a small
// error of the rate does not add up; tries that nobody could have answered (dropped by a filter)
// weaken the evidence and forge none.
#include "evidence/limit.h"

#include <math.h>
#include <stdlib.h>

#define MIN_ANSWERED 4 /* fewer show nothing */
#define MIN_DENIED   4
#define MIN_LATER    3   /* answers after the limit was first used up: to have a rate at all */
#define OVER_SHARE   10  /* at most one answer in so many may break the limit */
#define SLACK        0.1 /* of a token: time stamps are those of the sender */
#define WINDOW       NSEC_PER_SEC
#define WORTH_MORE   4.0 /* nats of evidence after a coarse search */

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* A limit to be tried. */
struct guess {
	enum limit_shape shape;
	double rate;
	double burst;
	bool pure; /* see limit_measure() */
};

/* How a guess fares: tries by whether they were allowed and answered. */
struct score {
	uint32_t table[2][2][2]; /* by whether the try before was answered, too */
	uint32_t later;          /* answers after the first denial */
	double evidence;
};

/* The state of a limit while the row goes by. */
struct meter {
	double tokens;
	nsec_t since; /* bucket: of the last try; window: of its begin */
};

/* Whether the limit allows an answer to a try at this time. */
static bool allows(const struct guess *g, struct meter *m, nsec_t time)
{
	double passed = (double)(time - m->since) / (double)NSEC_PER_SEC;

	if (g->shape == LIMIT_WINDOW) {
		if (time - m->since >= WINDOW) {
			m->since = time;
			m->tokens = g->burst;
		}
		return m->tokens >= 1;
	}
	m->since = time;
	m->tokens += g->rate * (passed > 0 ? passed : 0);
	if (m->tokens > g->burst)
		m->tokens = g->burst;
	return m->tokens >= 1 - SLACK;
}

/*
 * Takes what the try cost. In a pure row a try that was clearly allowed and has no answer cost a
 * token, too: its answer was lost on the way. If it was the try itself that was lost, an answer
 * comes before it is due later on, and is taken for the token that was wrongly counted as spent.
 */
static void spend(const struct guess *g, struct meter *m, bool allowed, bool answered)
{
	if (answered ? g->pure && !allowed : !g->pure || m->tokens < 1 + SLACK)
		return;
	m->tokens -= m->tokens >= 1 ? 1 : m->tokens;
}

/* n * log(n / expected), 0 for none. */
static double term(uint32_t n, double expected)
{
	return n ? n * log(n / expected) : 0;
}

/* The evidence in a table of allowed and answered; 0 when it points the wrong way. */
static double weigh(const uint32_t t[2][2])
{
	double allowed = t[1][0] + t[1][1], denied = t[0][0] + t[0][1], all = allowed + denied;
	double yes = t[0][1] + t[1][1], no = t[0][0] + t[1][0];

	if (t[0][1] * allowed >= t[1][1] * denied)
		return 0;
	return term(t[0][0], denied * no / all) + term(t[0][1], denied * yes / all) +
	       term(t[1][0], allowed * no / all) + term(t[1][1], allowed * yes / all);
}

/* Tries that were (not) allowed and (not) answered, whatever came before. */
static uint32_t cell(const struct score *s, bool allowed, bool answered)
{
	return s->table[0][allowed][answered] + s->table[1][allowed][answered];
}

static struct score try_guess(const struct limit_try *tries, size_t count, const struct guess *g)
{
	struct meter m = {g->burst, tries[0].time};
	struct score s = {0};
	bool before = true, denied = false;

	for (size_t i = 0; i < count; i++) {
		bool allowed = allows(g, &m, tries[i].time);

		s.table[before][allowed][tries[i].answered]++;
		before = tries[i].answered;
		denied = denied || (!allowed && !before);
		spend(g, &m, allowed, before);
		s.later += denied && before;
	}
	s.evidence =
		weigh((const uint32_t(*)[2])s.table[0]) + weigh((const uint32_t(*)[2])s.table[1]);
	return s;
}

static void keep_better(const struct limit_try *tries, size_t count, const struct guess *g,
			struct guess *best, struct score *score)
{
	struct score s = try_guess(tries, count, g);

	if (s.evidence <= score->evidence)
		return;
	*score = s;
	*best = *g;
}

/* How many answers came before the first silence, and how many in all. */
static uint32_t count_answers(const struct limit_try *tries, size_t count, uint32_t *ret_lead)
{
	uint32_t all = 0;
	bool leads = true;

	*ret_lead = 0;
	for (size_t i = 0; i < count; i++) {
		leads = leads && tries[i].answered;
		*ret_lead += leads;
		all += tries[i].answered;
	}
	return all;
}

/* Bursts to be tried; 0 stands for the answers before the first silence. */
static const double bursts[] = {0, 1, 2, 4, 6, 10, 20, 50, 100, 200};

/* Buckets with the rate that the whole row has, if the scanner never rested, times some factors. */
static void search_mean(const struct limit_try *tries, size_t count, struct guess *best,
			struct score *score)
{
	static const double parts[] = {0.8, 1.05, 1.6};
	double span = (double)(tries[count - 1].time - tries[0].time) / (double)NSEC_PER_SEC;
	uint32_t lead, all = count_answers(tries, count, &lead);

	for (size_t b = 0; span > 0 && b < COUNT(bursts); b++) {
		double burst = bursts[b] > 0 ? bursts[b] : lead ? lead : 1;

		for (size_t r = 0; burst < all && r < COUNT(parts); r++) {
			struct guess g = {LIMIT_BUCKET, parts[r] * (all - burst) / span, burst,
					  best->pure};

			keep_better(tries, count, &g, best, score);
		}
	}
}

/* Buckets with rates of the list. */
static void search_rates(const struct limit_try *tries, size_t count, const double *rates,
			 size_t rate_count, struct guess *best, struct score *score)
{
	uint32_t lead, all = count_answers(tries, count, &lead);

	for (size_t b = 0; b < COUNT(bursts); b++) {
		double burst = bursts[b] > 0 ? bursts[b] : lead ? lead : 1;

		for (size_t r = 0; burst < all && r < rate_count; r++) {
			struct guess g = {LIMIT_BUCKET, rates[r], burst, best->pure};

			keep_better(tries, count, &g, best, score);
		}
	}
}

static void search_buckets(const struct limit_try *tries, size_t count, struct guess *best,
			   struct score *score)
{
	static const double coarse[] = {1, 10, 50, 200, 1000};
	static const double fine[] = {0.5, 0.7, 1,  1.4, 2,   3,   5,   7,   14,
				      20,  30,  40, 70,  100, 140, 280, 400, 700};

	search_rates(tries, count, coarse, COUNT(coarse), best, score);
	search_mean(tries, count, best, score);
	/* what shows nothing of a limit so far is loss: most rows are */
	if (score->evidence < WORTH_MORE)
		return;
	search_rates(tries, count, fine, COUNT(fine), best, score);
}

/* The most answers to tries of one second. */
static uint32_t most_in_window(const struct limit_try *tries, size_t count)
{
	uint32_t now = 0, most = 0;
	size_t begin = 0;

	for (size_t i = 0; i < count; i++) {
		now += tries[i].answered;
		for (; tries[i].time - tries[begin].time >= WINDOW; begin++)
			now -= tries[begin].answered;
		if (now > most)
			most = now;
	}
	return most;
}

static void search_windows(const struct limit_try *tries, size_t count, struct guess *best,
			   struct score *score)
{
	static const double heights[] = {0, 50, 100, 130, 150, 200, 250, 300, 500, 1000};
	double most = most_in_window(tries, count);

	for (size_t h = 0; h < COUNT(heights); h++) {
		double height = heights[h] > 0 ? heights[h] : most;
		struct guess g = {LIMIT_WINDOW, height, height, best->pure};

		if (height <= most)
			keep_better(tries, count, &g, best, score);
	}
}

/* Brings the numbers of the best guess closer, step by step. */
static void refine(const struct limit_try *tries, size_t count, struct guess *best,
		   struct score *score)
{
	static const double steps[] = {0.8, 1.2, 0.9, 1.1, 0.95, 1.05, 0.97, 1.03, 0.99, 1.01};

	for (size_t i = 0; best->shape == LIMIT_BUCKET && i < COUNT(steps); i++) {
		struct guess rate = *best, burst = *best;

		rate.rate *= steps[i];
		keep_better(tries, count, &rate, best, score);
		burst = *best;
		burst.burst += steps[i] > 1 ? 1 : burst.burst > 1 ? -1 : 0;
		keep_better(tries, count, &burst, best, score);
	}
}

static int by_length(const void *a, const void *b)
{
	const nsec_t *s = a, *t = b;

	return (*s > *t) - (*s < *t);
}

/*
 * The rate as it was while the limit was in force; the search finds it only as closely as the row
 * needs. Where a denial stands before nearly each answer, each came as soon as it could, so the
 * usual time since the one before tells the rate, be some of them lost or not. Elsewhere the
 * search's own rate is the better one.
 */
static double measured_rate(const struct limit_try *tries, size_t count, const struct guess *g)
{
	struct meter m = {g->burst, tries[0].time};
	nsec_t gaps[LIMIT_TRIES_MAX], last_answer = 0;
	uint32_t pressed = 0, later = 0;
	bool denied = false, begun = false, any = false;

	for (size_t i = 0; i < count; i++) {
		bool allowed = allows(g, &m, tries[i].time);

		spend(g, &m, allowed, tries[i].answered);
		if (!tries[i].answered) {
			denied = denied || !allowed;
			begun = begun || !allowed;
			continue;
		}
		if (denied && any)
			gaps[pressed++] = tries[i].time - last_answer;
		later += begun;
		any = true;
		last_answer = tries[i].time;
		denied = false;
	}
	if (pressed < MIN_LATER || pressed * 5 < later * 4)
		return g->rate;
	qsort(gaps, pressed, sizeof(gaps[0]), by_length);
	return gaps[pressed / 2] > 0 ? (double)NSEC_PER_SEC / (double)gaps[pressed / 2] : g->rate;
}

bool limit_measure(const struct limit_try *tries, size_t count, bool pure, struct limit *ret_limit)
{
	struct guess best = {.shape = LIMIT_BUCKET, .pure = pure};
	struct score s = {0};
	uint32_t answered, lead;

	if (count > LIMIT_TRIES_MAX)
		count = LIMIT_TRIES_MAX;
	answered = count_answers(tries, count, &lead);
	if (answered < MIN_ANSWERED || count - answered < MIN_DENIED)
		return false;
	search_buckets(tries, count, &best, &s);
	search_windows(tries, count, &best, &s);
	refine(tries, count, &best, &s);
	if (s.evidence < LIMIT_EVIDENCE || s.later < MIN_LATER ||
	    cell(&s, false, false) < MIN_DENIED || cell(&s, false, true) > answered / OVER_SHARE)
		return false;
	*ret_limit = (struct limit) {
		.shape = best.shape,
		.rate = best.shape == LIMIT_BUCKET ? measured_rate(tries, count, &best) : best.rate,
		.burst = best.burst,
		.answered = answered,
		.denied = cell(&s, false, false),
		.lost = cell(&s, true, false),
		.over = cell(&s, false, true),
		.evidence = s.evidence,
	};
	return true;
}
