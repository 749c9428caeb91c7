// SPDX-License-Identifier: Apache-2.0
// How fast to send: see the header.
#include "scan/pace.h"

#define ENOUGH_ANSWERS 4   /* fewer say nothing about the path */
#define LOSS_NUMERATOR 4   /* one answer in four needing a retry is a reason to slow down */

static double burst(const struct pace *p)
{
	double by_rate = p->rate / 200; /* 5 ms worth: a timer may come that late */

	if (p->max_rate > 0)
		return 1;
	return by_rate > PACE_BURST ? by_rate : PACE_BURST;
}

static double clamp(const struct pace *p, double rate)
{
	if (rate < PACE_RATE_MIN)
		rate = PACE_RATE_MIN;
	if (rate > PACE_RATE_MAX)
		rate = PACE_RATE_MAX;
	return p->max_rate > 0 && rate > p->max_rate ? p->max_rate : rate;
}

void pace_init(struct pace *p, double max_rate, nsec_t now)
{
	*p = (struct pace){
		.max_rate = max_rate,
		.filled = now,
		.epoch_start = now,
		.epoch_length = PACE_EPOCH_MIN,
	};
	p->rate = clamp(p, PACE_RATE_START);
	p->tokens = burst(p);
}

static void fill(struct pace *p, nsec_t now)
{
	if (now <= p->filled)
		return;
	p->tokens += (double)(now - p->filled) * p->rate / (double)NSEC_PER_SEC;
	if (p->tokens > burst(p))
		p->tokens = burst(p);
	p->filled = now;
}

bool pace_take(struct pace *p, nsec_t now)
{
	fill(p, now);
	if (p->tokens < 1) {
		p->limited_by_us = true;
		return false;
	}
	p->tokens -= 1;
	return true;
}

nsec_t pace_next(const struct pace *p, nsec_t now)
{
	if (p->tokens >= 1)
		return now;
	return p->filled + (nsec_t)((1 - p->tokens) * (double)NSEC_PER_SEC / p->rate) + 1;
}

void pace_forgive(struct pace *p)
{
	if (p->rate < PACE_RATE_START)
		p->rate = clamp(p, PACE_RATE_START);
}

static void judge_epoch(struct pace *p)
{
	if (p->retried_answers * LOSS_NUMERATOR > p->answers)
		p->rate = clamp(p, p->rate / 2);
	else if (p->limited_by_us)
		p->rate = clamp(p, p->rate * 2);
}

void pace_answer(struct pace *p, unsigned try_number, nsec_t round_trip, nsec_t now)
{
	p->answers++;
	if (try_number > 1)
		p->retried_answers++;
	if (p->answers < ENOUGH_ANSWERS || now - p->epoch_start < p->epoch_length)
		return;
	fill(p, now);
	judge_epoch(p);
	p->epoch_start = now;
	p->epoch_length = round_trip > PACE_EPOCH_MIN ? round_trip : PACE_EPOCH_MIN;
	p->answers = p->retried_answers = 0;
	p->limited_by_us = false;
}
