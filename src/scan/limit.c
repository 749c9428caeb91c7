// SPDX-License-Identifier: Apache-2.0
// A host that limits its answers, and how to keep step with it: see the header.
#include "scan/limit.h"

#define WINDOW_MIN      (NSEC_PER_SEC / 4) /* a shorter one measures the burst, not the rate */
#define ANSWERED_ALMOST 0.98
#define ANSWERED_MOST   0.93
#define RISE            1.1
#define TOKENS_MAX      2.0

/* Ends a window: what did it teach? */
static void close_window(struct limit *l, nsec_t now)
{
	double rate = l->window_answers / ((double)(now - l->window_start) / NSEC_PER_SEC);
	double share = l->window_probes ? (double)l->window_answers / l->window_probes : 0;

	if (rate > l->best_rate)
		l->best_rate = rate;
	if (l->limited && l->window_probes >= LIMIT_ENOUGH) {
		if (share >= ANSWERED_ALMOST) {
			l->rate *= RISE;
		} else if (share < ANSWERED_MOST) {
			/* asked faster than it answers; where filters are silent too, not below half */
			l->rate = rate * LIMIT_HEADROOM;
			if (l->rate < l->best_rate / 2)
				l->rate = l->best_rate / 2;
		}
	}
	l->window_start = now;
	l->window_answers = l->window_probes = 0;
}

void limit_answer(struct limit *l, unsigned total, unsigned third, nsec_t now)
{
	nsec_t length = l->window_start ? now - l->window_start : 0;

	if (!l->window_start)
		l->window_start = now;
	l->window_answers++;
	if (length >= LIMIT_WINDOW)
		close_window(l, now);
	if (l->limited || third < LIMIT_ENOUGH || third < LIMIT_LATE_SHARE * total ||
	    (!l->best_rate && length < WINDOW_MIN))
		return;
	if (!l->best_rate)
		close_window(l, now);
	l->limited = true;
	l->rate = l->best_rate * LIMIT_HEADROOM;
	l->tokens = 0;
	l->filled = now;
	l->window_probes = l->window_answers = 0;
	l->window_start = now;
}

bool limit_take(struct limit *l, nsec_t now)
{
	if (!l->limited)
		return true;
	if (now > l->filled) {
		l->tokens += (double)(now - l->filled) * l->rate / NSEC_PER_SEC;
		if (l->tokens > TOKENS_MAX)
			l->tokens = TOKENS_MAX;
		l->filled = now;
	}
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
	return l->filled + (nsec_t)((1 - l->tokens) * NSEC_PER_SEC / l->rate) + 1;
}
