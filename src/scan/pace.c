// SPDX-License-Identifier: Apache-2.0
// How fast to send along one path: see the header.
#include "scan/pace.h"

#define ENOUGH       4    /* answers or losses; fewer say nothing about the path */
#define LOSS_STEP    0.15 /* lost above the floor: a reason to slow down */
#define LOSS_ENOUGH  3
#define LOSS_SAME    0.7  /* of the former share: slower did not help */
#define DRAIN        0.7  /* of the capacity while a queue drains */
#define DRAIN_LONG   0.5  /* and when it is longer than half a round trip */
#define DRAIN_MORE   0.6  /* of the rate, when it does not shrink */
#define KEEP         0.95 /* of the capacity, otherwise */
#define GROWTH_FIRST 0.05 /* above a known capacity; twice as much each round */
#define JUMP_MAX     8.0  /* times the first rate, by the train alone */
#define JUMP_SURE    4.0  /* times the first rate: no matter how shaken the train is */
#define JUMP_SHARE   0.5  /* of what the train says */
#define OWN_LOSS     0.7
#define VOUCHED      0.5 /* such a share answered speaks for the rest, where no canary does */
#define LEAST_LEFT   0.4 /* of the rate, whatever one round says */
#define PROVEN_LESS  0.8 /* with each queue that is met */
#define AGAIN        1.5 /* back to what was proven */
#define USED         0.7
#define DILATED      0.93 /* of the rate came apart: our queue grew */
#define GROWING      0.8  /* the same while it should drain */
#define SHORTER      0.9
#define QUEUE_STUCK  2 /* rounds in which our slowing down did not shorten the queue */
#define GROWTH_AFTER 4 /* good rounds at a known capacity, and before each doubling */
#define GROWTH_MOST  0.5
#define SLOWER       0.6  /* of the blamed rate: slow enough to see whether it helped */
#define SLOW         0.25 /* so slow that it had helped by now, however small the sample was */
#define FLOOR_MAX    0.4  /* no path that is of use loses more on its own */
#define KEPT_MIN     0.3  /* slow down to this at once, not below */
#define TRIAL_PROBES 64   /* sent before a trial may end: canaries must be among them */

/* Probes that may leave back to back: what is due when a timer comes late. */
static double burst(const struct pace *p)
{
	double late = p->rate * (double)PACE_LATE / (double)NSEC_PER_SEC;

	if (p->max_rate > 0) /* no more than that, whatever a train would need */
		return late < 1 ? 1 : late;
	if (p->rate < PACE_RATE_START)
		late = p->rate / (PACE_RATE_START / PACE_BURST);
	else if (late < PACE_BURST ||
		 p->capacity > 0) /* a queue is near: it has no room for more */
		late = PACE_BURST;
	return late < 1 ? 1 : late;
}

static double clamp(const struct pace *p, double rate)
{
	if (rate < PACE_RATE_MIN)
		rate = PACE_RATE_MIN;
	if (rate > PACE_RATE_MAX)
		rate = PACE_RATE_MAX;
	if (rate < p->min_rate)
		rate = p->min_rate;
	return p->max_rate > 0 && rate > p->max_rate ? p->max_rate : rate;
}

void pace_init(struct pace *p, double min_rate, double max_rate, nsec_t now)
{
	*p = (struct pace) {
		.min_rate = min_rate,
		.max_rate = max_rate,
		.filled = now,
		.changed = now,
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

/* From now on only what is sent counts. */
static void new_round(struct pace *p, nsec_t now)
{
	p->changed = now;
	p->answers = p->lost = 0;
	p->recent_count = 0;
	p->limited_by_us = false;
	p->sent_before = p->sent;
}

static void set_rate(struct pace *p, double rate, nsec_t now)
{
	fill(p, now);
	p->rate = clamp(p, rate);
	if (p->tokens > burst(p))
		p->tokens = burst(p);
	new_round(p, now);
}

void pace_near(struct pace *p, nsec_t now)
{
	if (!p->started && p->rate < PACE_RATE_NEAR)
		set_rate(p, PACE_RATE_NEAR, now);
}

/* True while what leaves does so in trains. */
static bool in_trains(const struct pace *p)
{
	return !p->started && p->trains <= TRAINS_MAX && burst(p) >= PACE_BURST;
}

/* Tokens without which nothing leaves: a train begins when it can leave as a whole. */
static double wanted(const struct pace *p)
{
	return in_trains(p) && !p->wagons ? PACE_BURST : 1;
}

bool pace_take(struct pace *p, nsec_t now)
{
	fill(p, now);
	if (p->confirmed > 0 && now > p->trial_end) {
		set_rate(p, p->confirmed, now);
		p->confirmed = 0;
	}
	if (p->tokens < wanted(p)) {
		p->limited_by_us = true;
		return false;
	}
	if (in_trains(p) && (!p->wagons-- || p->tokens >= PACE_BURST)) {
		p->trains++;
		p->wagons = (unsigned)PACE_BURST - 1;
	}
	p->tokens -= 1;
	p->sent++;
	return true;
}

void pace_give_back(struct pace *p)
{
	p->tokens += 1;
	p->sent--;
}

nsec_t pace_next(const struct pace *p, nsec_t now)
{
	double missing = wanted(p) - p->tokens;

	if (missing <= 0)
		return now;
	return p->filled + (nsec_t)(missing * (double)NSEC_PER_SEC / p->rate) + 1;
}

void pace_forgive(struct pace *p, nsec_t now)
{
	p->confirmed = p->capacity = p->blamed_rate = 0;
	set_rate(p, p->rate < PACE_RATE_START ? PACE_RATE_START : p->rate, now);
}

void pace_own_loss(struct pace *p, nsec_t now)
{
	p->confirmed = 0;
	p->capacity = p->rate * OWN_LOSS;
	p->good_rounds = 0;
	set_rate(p, p->capacity, now);
}

void pace_suspect(struct pace *p, nsec_t now)
{
	double less = p->rate * OWN_LOSS;

	if (!p->started || p->rate <= PACE_RATE_START)
		return;
	p->confirmed = 0;
	p->proven *= PROVEN_LESS;
	set_rate(p, less > PACE_RATE_START ? less : PACE_RATE_START, now);
}

void pace_unheard(struct pace *p, nsec_t now)
{
	double proven = p->proven > 0 ? p->proven : PACE_RATE_START;
	nsec_t heard = p->last_came > p->changed ? p->last_came : p->changed;

	if (!p->started || p->rate <= proven ||
	    now - heard < PACE_TRIAL * p->round_trip + PACE_ROUND_MIN)
		return;
	p->confirmed = 0;
	p->capacity = 0;
	set_rate(p, proven, now);
}

void pace_fault(struct pace *p, nsec_t from, nsec_t until)
{
	if (!p->fault_until || from > p->fault_until)
		p->fault_from = from;
	else if (from < p->fault_from)
		p->fault_from = from;
	if (until > p->fault_until)
		p->fault_until = until;
}

/* The shortest delay beyond the quickest of the newest answers; 0 while there are too few. */
static nsec_t standing_queue(const struct pace *p)
{
	nsec_t least = p->recent[0];

	if (p->recent_count < PACE_RECENT)
		return 0;
	for (unsigned i = 1; i < PACE_RECENT; i++)
		least = p->recent[i] < least ? p->recent[i] : least;
	return least - p->queue_floor;
}

static void note_delay(struct pace *p, nsec_t queueing)
{
	nsec_t *newest = &p->recent[p->recent_count % PACE_RECENT];
	nsec_t step = queueing > p->latest ? queueing - p->latest : p->latest - queueing;

	p->jitter += (step - p->jitter) / 8;
	p->latest = *newest = queueing;
	p->recent_count++;
	if (p->recent_count == 2 * PACE_RECENT) /* no overflow, and full all the same */
		p->recent_count = PACE_RECENT;
	if (queueing < p->queue_floor)
		p->queue_floor -= (p->queue_floor - queueing) / 8;
}

/* What of this round arrived: fewer than were sent, or further apart. */
static double delivered(const struct pace *p, double share)
{
	double sent = (double)(p->last_sent - p->first_sent);
	double came = (double)(p->last_came - p->first_came);
	double part = came > sent && sent > 0 ? sent / came : 1;
	double kept = (1 - share) / (1 - p->floor);

	return p->rate * (part < kept ? part : kept);
}

/*
 * True when so much of this round is silent that a queue may have dropped it, and no canary
 * tells: few answers come in time however many do not come at all.
 */
static bool silent(const struct pace *p)
{
	double asked = p->rate * (double)(p->last_sent - p->changed) / (double)NSEC_PER_SEC;

	return p->unvouched && p->answers < VOUCHED * asked;
}

/* Raises the rate, for now. */
static void raise(struct pace *p, double rate, nsec_t now)
{
	double before = p->rate;
	nsec_t sending = (nsec_t)(TRIAL_PROBES * (double)NSEC_PER_SEC / rate);

	if (clamp(p, rate) <= before || silent(p)) {
		new_round(p, now);
		return;
	}
	p->confirmed = before;
	p->trial_end = now + PACE_TRIAL * (p->round_trip + PACE_ROUND_MIN + sending);
	set_rate(p, rate, now);
}

/* A loss of before this round: that of a queue which has been noticed since? */
static void lost_before(struct pace *p, nsec_t sent_at)
{
	if (sent_at >= p->full_from && sent_at < p->full_until)
		pace_fault(p, p->full_from, p->full_until);
}

/* The path drops what we send, or drops whatever anybody sends. */
static void judge_loss(struct pace *p, double share, nsec_t now)
{
	double back = p->blamed_rate, kept = (1 - share) / (1 - p->floor);

	p->confirmed = 0;
	p->good_rounds = 0;
	if (back > 0 && share < FLOOR_MAX &&
	    ((p->rate < SLOWER * back && share > LOSS_SAME * p->blamed_share) ||
	     p->rate < SLOW * back)) {
		p->floor = share > p->floor ? share : p->floor;
		p->blamed_rate = p->capacity = 0;
		set_rate(p, back, now);
		return;
	}
	if (!(back > 0)) {
		p->blamed_rate = p->rate;
		p->blamed_share = share;
	}
	pace_fault(p, p->changed, now);
	p->capacity = p->rate * (kept > KEPT_MIN ? kept : KEPT_MIN);
	set_rate(p, p->capacity * KEEP * KEEP, now);
}

/* A queue stands on the way, and we give way to it by now. True when that is enough. */
static bool keep_draining(struct pace *p, nsec_t queue, double share, nsec_t now)
{
	bool shorter = (double)queue < SHORTER * (double)p->queue_before;

	if (!shorter && ++p->stuck_rounds > QUEUE_STUCK) {
		p->queue_floor += queue; /* it stands all the same: it is not ours */
		p->draining = false;
		set_rate(p, p->resume, now);
		return true;
	}
	if (!shorter && delivered(p, share) < GROWING * p->rate)
		return false;
	if (shorter) {
		p->stuck_rounds = 0;
		new_round(p, now);
	} else {
		set_rate(p, p->rate * DRAIN_MORE, now);
	}
	return true;
}

static void judge_queue(struct pace *p, nsec_t queue, double share, nsec_t now)
{
	double arrived = delivered(p, share);
	bool enough;

	/* a delay that came and went (a radio link) looks like a standstill: not all at once */
	if (arrived < LEAST_LEFT * p->rate)
		arrived = LEAST_LEFT * p->rate;
	p->proven *= PROVEN_LESS;
	p->full_from = p->full_until && p->changed <= p->full_until ? p->full_from : p->changed;
	p->full_until = now;
	if (p->lost)
		pace_fault(p, p->full_from, now);
	enough = p->draining && keep_draining(p, queue, share, now);
	p->confirmed = 0;
	p->good_rounds = 0;
	p->queue_before = queue;
	if (enough)
		return;
	if (arrived < DILATED * p->rate)
		p->capacity = arrived;
	else if (p->capacity > DILATED * p->rate)
		p->capacity = DILATED * p->rate; /* a queue grew, so it was less */
	/* what comes as fast as it was sent met a delay that we need not have made */
	p->resume = KEEP * (p->capacity > 0 && p->capacity < arrived ? p->capacity : arrived);
	p->draining = true;
	set_rate(p, arrived * (queue > p->round_trip / 2 ? DRAIN_LONG : DRAIN), now);
}

/* True when as much was sent in this round as the rate allows. */
static bool used(const struct pace *p, nsec_t now)
{
	double allowed = p->rate * (double)(now - p->changed) / (double)NSEC_PER_SEC;

	return p->limited_by_us && (double)(p->sent - p->sent_before) > USED * allowed;
}

static void judge_good(struct pace *p, nsec_t queue, double share, nsec_t now)
{
	double growth = GROWTH_FIRST;

	p->confirmed = 0;
	p->blamed_rate = 0;
	p->queue_before = 0;
	p->stuck_rounds = 0;
	p->floor += (share - p->floor) / 8;
	if (p->draining) { /* the queue is gone */
		p->draining = false;
		set_rate(p, p->resume, now);
		return;
	}
	if (p->capacity > 0 && p->rate < KEEP * KEEP * p->capacity) {
		set_rate(p, KEEP * p->capacity, now);
		return;
	}
	if (p->rate > p->proven && used(p, now))
		p->proven = p->rate;
	if (!used(p, now) || queue > PACE_QUEUE_MIN / 4 + 2 * p->jitter) {
		new_round(p, now); /* no more is asked for, or a queue begins */
		return;
	}
	if (!(p->capacity > 0)) {
		raise(p, p->rate * PACE_GAIN, now);
		return;
	}
	if (p->rate < KEEP * KEEP * p->proven) {
		raise(p, p->rate * AGAIN < KEEP * p->proven ? p->rate * AGAIN : KEEP * p->proven,
		      now);
		return;
	}
	if (++p->good_rounds < GROWTH_AFTER) {
		new_round(p, now);
		return;
	}
	for (unsigned i = 2 * GROWTH_AFTER; i <= p->good_rounds && growth < GROWTH_MOST;
	     i += GROWTH_AFTER)
		growth *= 2;
	raise(p, p->rate * (1 + growth), now);
}

/* The trains have been answered: the next rate is chosen by what they say. */
static void read_trains(struct pace *p, nsec_t now)
{
	double carries = train_carries(&p->train), next;

	p->started = true;
	if (!(carries > 0))
		return;
	if (train_sure(&p->train))
		p->capacity = carries;
	if (p->capacity > 0 && carries < DILATED * p->rate) { /* all so far was too fast */
		p->full_from = 0;
		p->full_until = now;
	}
	next = carries * (p->capacity > 0 ? KEEP * KEEP : JUMP_SHARE);
	if (next > p->rate)
		raise(p, next < JUMP_MAX * p->rate ? next : JUMP_MAX * p->rate, now);
	else if (p->capacity > 0 && carries < p->rate / 2)
		set_rate(p, carries * DRAIN, now); /* we send far too much: slow down at once */
	else
		new_round(p, now);
}

/* An answer to what left with the first bursts. */
static void note_train(struct pace *p, const struct pace_answer *a, nsec_t now)
{
	const struct train_answer answer = {a->sent_at, a->came_at, a->seq};

	if (train_note(&p->train, &answer, JUMP_SURE * p->rate))
		read_trains(p, now);
}

static void judge(struct pace *p, nsec_t now)
{
	double share = (double)p->lost / (p->answers + p->lost);
	nsec_t queue = standing_queue(p);
	nsec_t least = p->round_trip / 4 > PACE_ROUND_MIN ? p->round_trip / 4 : PACE_ROUND_MIN;

	if (p->answers + p->lost < ENOUGH || (!p->started && p->lost < LOSS_ENOUGH))
		return;
	if (p->last_sent - p->changed < least)
		return;
	if (share > p->floor + LOSS_STEP) {
		if (p->lost >= LOSS_ENOUGH)
			judge_loss(p, share, now);
	} else if (queue > PACE_QUEUE_MIN + 2 * p->jitter) {
		judge_queue(p, queue, share, now);
	} else {
		judge_good(p, queue, share, now);
	}
}

void pace_answer(struct pace *p, const struct pace_answer *a, nsec_t now)
{
	if (a->queueing < 0) { /* how late it came cannot be told */
		p->lost += a->lost_at >= p->changed;
		return;
	}
	p->round_trip = a->round_trip;
	if (!p->started)
		note_train(p, a, now);
	if (a->lost_at >= p->changed)
		p->lost++;
	else if (a->lost_at >= 0)
		lost_before(p, a->lost_at);
	if (a->sent_at >= p->changed) {
		note_delay(p, a->queueing);
		if (!p->answers) {
			p->first_sent = a->sent_at;
			p->first_came = a->came_at;
		}
		p->last_sent = a->sent_at;
		p->last_came = a->came_at;
		p->answers++;
	}
	judge(p, now);
}

void pace_lost(struct pace *p, nsec_t sent_at, nsec_t now)
{
	if (sent_at < p->changed) {
		lost_before(p, sent_at);
		return;
	}
	p->lost++;
	if (!p->answers)
		p->last_sent = sent_at;
	judge(p, now);
}
