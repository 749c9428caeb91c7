// SPDX-License-Identifier: Apache-2.0
// Whether a row of answers and silences was made by a limit, and how high that is.
//
// Theory of operation. For a limit with given numbers and the answers so far one can say of each
// try whether the limit still allowed an answer. If there is such a limit, answers come when they
// are allowed and not otherwise; if chance decided (loss), "allowed" says nothing about the next
// answer, as it follows from earlier ones alone. So the mutual information of the two, times the
// number of tries, is the evidence for this limit. (Twice that is the G statistic, which for chance
// follows chi-squared with one degree of freedom.) A grid of burst and rate is searched for the
// best. The tokens follow what was in fact answered, so a small error of the rate does not add up;
// tries that nobody could have answered (dropped by a filter) weaken the evidence and forge none.
#include "evidence/limit.h"

#include <math.h>

#define MIN_ANSWERED 4 /* fewer show nothing */
#define MIN_DENIED   4
#define MIN_LATER    3   /* answers after the limit was first used up: to have a rate at all */
#define OVER_SHARE   10  /* at most one answer in so many may break the limit */
#define SLACK        0.2 /* of a token: time stamps are those of the sender */
#define WINDOW       NSEC_PER_SEC

/* A limit to be tried. */
struct guess {
	enum limit_shape shape;
	double rate;
	double burst;
};

/* How a guess fares: tries by allowed and answered. */
struct score {
	uint32_t table[2][2];
	uint32_t later; /* answers after the first denial */
	double evidence;
};

/* The state of a limit while the row goes by. */
struct meter {
	double tokens;
	nsec_t since; /* bucket: of the last try; window: of its begin */
};

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

/* n * log(n / expected), 0 for none. */
static double term(uint32_t n, double expected)
{
	return n ? n * log(n / expected) : 0;
}

/* The evidence in the table; 0 when it points the wrong way. */
static double weigh(const uint32_t t[2][2])
{
	double allowed = t[1][0] + t[1][1], denied = t[0][0] + t[0][1], all = allowed + denied;
	double yes = t[0][1] + t[1][1], no = t[0][0] + t[1][0];

	if (t[0][1] * allowed >= t[1][1] * denied)
		return 0;
	return term(t[0][0], denied * no / all) + term(t[0][1], denied * yes / all) +
	       term(t[1][0], allowed * no / all) + term(t[1][1], allowed * yes / all);
}

static struct score try_guess(const struct limit_try *tries, size_t count, const struct guess *g)
{
	struct meter m = {g->burst, tries[0].time};
	struct score s = {0};

	for (size_t i = 0; i < count; i++) {
		bool allowed = allows(g, &m, tries[i].time);

		s.table[allowed][tries[i].answered]++;
		if (!tries[i].answered)
			continue;
		m.tokens -= m.tokens >= 1 ? 1 : m.tokens > 0 ? m.tokens : 0;
		s.later += s.table[0][0] > 0;
	}
	s.evidence = weigh((const uint32_t(*)[2])s.table);
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

static void search_buckets(const struct limit_try *tries, size_t count, struct guess *best,
			   struct score *score)
{
	static const double bursts[] = {0, 1, 2, 4, 6, 10, 20, 50, 100, 200};
	static const double parts[] = {0.6, 0.8, 0.95, 1.05, 1.25, 1.6};
	double span = (double)(tries[count - 1].time - tries[0].time) / (double)NSEC_PER_SEC;
	uint32_t lead, all = count_answers(tries, count, &lead);

	if (span <= 0)
		return;
	for (size_t b = 0; b < sizeof(bursts) / sizeof(bursts[0]); b++) {
		double burst = bursts[b] > 0 ? bursts[b] : lead ? lead : 1;

		for (size_t r = 0; burst < all && r < sizeof(parts) / sizeof(parts[0]); r++) {
			struct guess g = {LIMIT_BUCKET, parts[r] * (all - burst) / span, burst};

			keep_better(tries, count, &g, best, score);
		}
	}
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

	for (size_t h = 0; h < sizeof(heights) / sizeof(heights[0]); h++) {
		double height = heights[h] > 0 ? heights[h] : most;
		struct guess g = {LIMIT_WINDOW, height, height};

		if (height <= most)
			keep_better(tries, count, &g, best, score);
	}
}

/* Brings the numbers of the best guess closer, step by step. */
static void refine(const struct limit_try *tries, size_t count, struct guess *best,
		   struct score *score)
{
	static const double steps[] = {0.9, 1.1, 0.95, 1.05, 0.98, 1.02};

	for (size_t i = 0; best->shape == LIMIT_BUCKET && i < sizeof(steps) / sizeof(steps[0]);
	     i++) {
		struct guess rate = *best, burst = *best;

		rate.rate *= steps[i];
		keep_better(tries, count, &rate, best, score);
		burst = *best;
		burst.burst += steps[i] > 1 ? 1 : burst.burst > 1 ? -1 : 0;
		keep_better(tries, count, &burst, best, score);
	}
}

/* Answers and the time they took, while a limit was in force. */
struct pace {
	uint32_t answers;
	double spent; /* seconds */
};

static double per_second(const struct pace *p)
{
	return p->spent > 0 ? p->answers / p->spent : 0;
}

/*
 * The rate as it was while the limit was in force; the grid's own is only as fine as the row needs.
 * Where denials stand before nearly each answer, each answer came as soon as it could: the time
 * since the one before counts. Else all from the first denial to the last one counts.
 */
static double measured_rate(const struct limit_try *tries, size_t count, const struct guess *g)
{
	struct meter m = {g->burst, tries[0].time};
	nsec_t first_denial = NSEC_NEVER, last_answer = 0;
	struct pace pressed = {0}, all = {0};
	uint32_t since_denial = 0;
	bool denied = false;

	for (size_t i = 0; i < count; i++) {
		nsec_t time = tries[i].time;
		bool allowed = allows(g, &m, time);

		if (!tries[i].answered && allowed)
			continue;
		if (!tries[i].answered) {
			if (first_denial == NSEC_NEVER)
				first_denial = time;
			all.answers += since_denial;
			all.spent = (double)(time - first_denial) / (double)NSEC_PER_SEC;
			since_denial = 0;
			denied = true;
			continue;
		}
		m.tokens -= m.tokens >= 1 ? 1 : m.tokens > 0 ? m.tokens : 0;
		if (denied) {
			pressed.answers++;
			pressed.spent += (double)(time - last_answer) / (double)NSEC_PER_SEC;
		}
		since_denial += first_denial != NSEC_NEVER;
		last_answer = time;
		denied = false;
	}
	if (pressed.answers >= MIN_LATER && pressed.answers * 5 >= all.answers * 4)
		return per_second(&pressed);
	return all.answers >= MIN_LATER ? per_second(&all) : g->rate;
}

bool limit_measure(const struct limit_try *tries, size_t count, struct limit *ret_limit)
{
	struct guess best = {LIMIT_BUCKET, 0, 0};
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
	if (s.evidence < LIMIT_EVIDENCE || s.later < MIN_LATER || s.table[0][0] < MIN_DENIED ||
	    s.table[0][1] > answered / OVER_SHARE)
		return false;
	*ret_limit = (struct limit) {
		.shape = best.shape,
		.rate = best.shape == LIMIT_BUCKET ? measured_rate(tries, count, &best) : best.rate,
		.burst = best.burst,
		.answered = answered,
		.denied = s.table[0][0],
		.lost = s.table[1][0],
		.over = s.table[0][1],
		.evidence = s.evidence,
	};
	return true;
}
