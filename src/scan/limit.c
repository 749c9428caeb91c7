// SPDX-License-Identifier: Apache-2.0
// A host that limits its answers, and how to keep step with it: see the header.
#include "scan/limit.h"

#include <math.h>

#define SURE_SAMPLES    12 /* probes that no limiter withholds, before they speak for the path */
#define WINDOW_MIN      (NSEC_PER_SEC / 4)
#define WINDOW_ANSWERS  20
#define WINDOW_MAX      (4 * NSEC_PER_SEC)
#define ANSWERED_ALMOST 0.98
#define ANSWERED_MOST   0.93
#define MET             0.85 /* of the rate: less was asked for */
#define RISE            1.1
#define HASTE           2.0
#define HASTE_HELPS     1.15
#define SHARE_MIN       0.02
#define CLEARLY         0.3 /* more than the path's share */
#define TOKENS_MAX      2.0
#define MARK_GAP        (20 * NSEC_PER_MSEC)

static double seconds(nsec_t time)
{
	return (double)(time > 0 ? time : 1) / (double)NSEC_PER_SEC;
}

static void begin_window(struct limit *l, nsec_t now)
{
	l->window_start = now;
	l->window_answers = l->window_probes = 0;
}

/* Ends a window: what did it teach? */
static void close_window(struct limit *l, nsec_t now)
{
	double rate = l->window_answers / seconds(now - l->window_start);
	double share = l->window_probes ? (double)l->window_answers / l->window_probes : 0;
	bool met = rate >= MET * l->rate;

	if (met && share >= ANSWERED_ALMOST) {
		l->rate *= RISE;
		l->send_rate = l->rate * LIMIT_HEADROOM;
	} else if (met && share < ANSWERED_MOST) {
		l->rate = rate;
		l->send_rate = rate * LIMIT_HEADROOM;
	} else if (!met && rate > MET * l->hastened && rate < HASTE_HELPS * l->hastened) {
		/* more was asked and no more came: this is the rate */
		l->rate = rate;
		l->send_rate = rate * LIMIT_HEADROOM;
		l->hastened = 0;
	} else if (!met && l->window_probes >= l->send_rate * seconds(now - l->window_start) / 2) {
		/* filters swallow the rest: as many more can be asked */
		double most = l->rate / (share > SHARE_MIN ? share : SHARE_MIN);

		l->hastened = rate;
		l->send_rate *= HASTE;
		l->send_rate = l->send_rate < most ? l->send_rate : most;
	}
	begin_window(l, now);
}

static void watch_window(struct limit *l, nsec_t now)
{
	nsec_t length = now - l->window_start;

	if (length >= WINDOW_MAX || (length >= WINDOW_MIN && l->window_probes >= WINDOW_ANSWERS))
		close_window(l, now);
}

/* Remembers how many answers there were by now, at most so often that the places last. */
static void note_mark(struct limit *l, nsec_t now)
{
	if (l->mark_count && now - l->marks[l->mark_count - 1].at < l->mark_gap)
		return;
	if (l->mark_count == LIMIT_MARKS) { /* every other one from now on */
		for (unsigned i = 0; i < LIMIT_MARKS / 2; i++)
			l->marks[i] = l->marks[2 * i];
		l->mark_count = LIMIT_MARKS / 2;
		l->mark_gap *= 2;
	}
	l->marks[l->mark_count].at = now;
	l->marks[l->mark_count++].total = l->total;
}

/*
 * Answers a second: the least since any moment of the past. A burst counts only from before its
 * end; a pause of ours in which tokens were lost makes this too small, which is soon noticed.
 */
static double measured_rate(const struct limit *l, double pessimistic, nsec_t now)
{
	double least = (l->total - 1) / seconds(now - l->first);

	for (unsigned i = 0; i < l->mark_count; i++) {
		unsigned count = l->total - l->marks[i].total;
		double rate = count / seconds(now - l->marks[i].at);

		if (count >= LIMIT_COUNT && rate < least)
			least = rate;
	}
	if (pessimistic > 0 && least > 1 / seconds(now - l->last))
		least = 1 / seconds(now - l->last);
	if (least < pessimistic)
		return pessimistic;
	return least > 0 ? least : LIMIT_LEAST;
}

bool limit_shows(const struct limit *l, const struct limit_context *c)
{
	unsigned sure = c->sure_answered + c->sure_lost, doubtful = c->given + c->withheld;
	double of_path, expected;

	if (sure < SURE_SAMPLES)
		return l->third >= LIMIT_ENOUGH && l->third > LIMIT_LATE_SHARE * l->total;
	/* few were lost by chance as easily as few were sent: at most so much (two deviations) */
	of_path = (c->sure_lost + 1 + 2 * sqrt(c->sure_lost + 1)) / sure;
	expected = of_path * l->total;
	return (l->late >= LIMIT_SURE_ENOUGH && l->late > expected + 3 * sqrt(expected)) ||
	       (c->withheld >= LIMIT_WITHHELD && c->withheld > (of_path + CLEARLY) * doubtful);
}

bool limit_answer(struct limit *l, const struct limit_context *c, nsec_t now)
{
	if (!l->total) {
		l->first = now;
		l->mark_gap = MARK_GAP;
	}
	l->total++;
	if (l->total <= LIMIT_FIRST && c->asked > l->first_reach)
		l->first_reach = c->asked;
	l->last = now;
	note_mark(l, now);
	l->late += c->try_number > 1;
	l->third += c->try_number > 2;
	l->window_answers++;
	if (l->limited)
		watch_window(l, now);
	if (l->found || !limit_shows(l, c))
		return false;
	l->found = true;
	return true;
}

bool limit_of_nearly_all(const struct limit *l)
{
	return l->total >= LIMIT_FIRST && l->first_reach <= 2 * LIMIT_FIRST;
}

double limit_share(const struct limit *l)
{
	unsigned first = l->total < LIMIT_FIRST ? l->total : LIMIT_FIRST;

	return l->first_reach > first ? (double)first / l->first_reach : 1;
}

void limit_tell_rate(struct limit *l, double pessimistic, nsec_t max_gap, nsec_t now)
{
	double at_least = max_gap ? 1 / seconds(max_gap) : 0;

	l->rate = measured_rate(l, pessimistic, now);
	if (l->rate < at_least)
		l->rate = at_least;
	l->burst = l->total - l->rate * seconds(l->last - l->first);
	if (l->burst < 1)
		l->burst = 1;
	for (unsigned i = 0; i < l->mark_count; i++) {
		double more = l->marks[i].total - l->rate * seconds(l->marks[i].at - l->first);

		l->burst = more > l->burst ? more : l->burst;
	}
}

void limit_begin(struct limit *l, nsec_t max_gap, nsec_t now)
{
	limit_tell_rate(l, 0, max_gap, now);
	l->limited = true;
	l->send_rate = l->rate * LIMIT_HEADROOM;
	l->tokens = 1;
	l->filled = now;
	begin_window(l, now);
}

bool limit_take(struct limit *l, nsec_t now)
{
	if (!l->limited)
		return true;
	if (now > l->filled) {
		l->tokens += seconds(now - l->filled) * l->send_rate;
		if (l->tokens > TOKENS_MAX)
			l->tokens = TOKENS_MAX;
		l->filled = now;
	}
	watch_window(l, now);
	if (l->tokens < 1)
		return false;
	l->tokens -= 1;
	l->window_probes++;
	return true;
}

nsec_t limit_next(const struct limit *l, nsec_t now)
{
	if (!l->limited || l->tokens >= 1)
		return now;
	return l->filled + (nsec_t)((1 - l->tokens) * NSEC_PER_SEC / l->send_rate) + 1;
}
