// SPDX-License-Identifier: Apache-2.0
// How fast to send: see the header.
#include "scan/pace.h"

#define ENOUGH_ANSWERS 4 /* fewer say nothing about the path */
#define GIVE_WAY       0.8
#define LOSS_NUMERATOR 4 /* one answer in four needing a retry is a reason to slow down */

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
	*p = (struct pace) {
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

/* From now on only what is sent at this rate counts. */
static void set_rate(struct pace *p, double rate, nsec_t now)
{
	p->rate = clamp(p, rate);
	p->changed = p->epoch_start = now;
	p->answers = p->retried_answers = 0;
	p->limited_by_us = false;
}

bool pace_take(struct pace *p, nsec_t now)
{
	fill(p, now);
	if (p->confirmed > 0 && now > p->trial_end) {
		set_rate(p, p->confirmed, now);
		p->confirmed = 0;
	}
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

void pace_forgive(struct pace *p, nsec_t now)
{
	p->confirmed = 0;
	set_rate(p, p->rate < PACE_RATE_START ? PACE_RATE_START : p->rate, now);
}

static void judge_epoch(struct pace *p, nsec_t now)
{
	if (p->retried_answers * LOSS_NUMERATOR > p->answers) {
		p->confirmed = 0;
		set_rate(p, p->rate / 2, now);
		return;
	}
	if (p->least_queueing > PACE_QUEUE_MIN) {
		set_rate(p, p->confirmed > 0 ? p->confirmed : p->rate * GIVE_WAY, now);
		p->confirmed = 0;
		return;
	}
	p->confirmed = 0; /* these answers were to probes sent at this rate */
	if (p->limited_by_us && clamp(p, p->rate * 2) > p->rate) {
		p->confirmed = p->rate;
		p->trial_end = now + PACE_TRIAL * p->epoch_length;
		set_rate(p, p->rate * 2, now);
	}
	p->epoch_start = now;
	p->answers = p->retried_answers = 0;
}

void pace_answer(struct pace *p, const struct pace_answer *answer, nsec_t now)
{
	bool retried = answer->lost_at >= p->changed;

	if (!retried && answer->sent_at < p->changed)
		return;
	if (!p->answers || answer->queueing < p->least_queueing)
		p->least_queueing = answer->queueing;
	p->answers++;
	p->retried_answers += retried;
	p->epoch_length = answer->round_trip > PACE_EPOCH_MIN ? answer->round_trip : PACE_EPOCH_MIN;
	if (p->answers < ENOUGH_ANSWERS || now - p->epoch_start < p->epoch_length)
		return;
	fill(p, now);
	judge_epoch(p, now);
}
