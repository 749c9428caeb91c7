/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How fast to send.
 *
 * Theory of operation. A token bucket fills at `rate` probes a second and holds at most a short
 * burst. The rate starts where almost any path keeps up and is judged once an epoch (a round
 * trip, at least PACE_EPOCH_MIN): if answers came and few of them needed a retry, it doubles; if
 * many did, it halves, since either the path or a limiter on the target lost what we sent. Only
 * what was sent since the rate last changed speaks of the present rate. A doubled rate is on trial:
 * unless answers confirm it within PACE_TRIAL round trips, it goes back to what was confirmed. And
 * where every answer of an epoch comes later than the quickest ever did, a queue stands on the way:
 * the rate gives way before that queue overflows.
 * Silence teaches nothing here: a filter is not congestion. A limit set by the user is never
 * passed, not even by a burst.
 */
#ifndef SONDE_SCAN_PACE_H
#define SONDE_SCAN_PACE_H

#include <stdbool.h>

#include "base/nsec.h"

#define PACE_RATE_START 1400.0 /* probes a second: what a line of 1 Mbit/s just carries */
#define PACE_RATE_MIN   100.0
#define PACE_RATE_MAX   200000.0
#define PACE_BURST      16.0 /* probes back to back at the start */
#define PACE_EPOCH_MIN  (5 * NSEC_PER_MSEC)
#define PACE_TRIAL      2
#define PACE_QUEUE_MIN  (4 * NSEC_PER_MSEC) /* later than the quickest: a queue, not jitter */

struct pace {
	double rate;     /* probes a second */
	double tokens;   /* probes that may leave now */
	double max_rate; /* the user's limit, 0 for none */
	nsec_t filled;   /* when tokens was brought up to date */
	nsec_t epoch_start;
	nsec_t epoch_length;
	unsigned answers; /* in this epoch */
	unsigned retried_answers;
	nsec_t least_queueing; /* of the answers of this epoch */
	nsec_t changed;   /* when the rate last changed; what was sent before tells nothing of it */
	double confirmed; /* the rate before the trial, 0 when there is none */
	nsec_t trial_end;
	bool limited_by_us; /* in this epoch the bucket ran empty: a higher rate would be used */
};

/* Starts at time now. max_rate: probes a second at most, 0 for no limit. */
void pace_init(struct pace *p, double max_rate, nsec_t now);

/* Takes one token; false when none is there. */
bool pace_take(struct pace *p, nsec_t now);

/* When the next token will be there; now or earlier when one is. */
nsec_t pace_next(const struct pace *p, nsec_t now);

/* An answer. */
struct pace_answer {
	nsec_t sent_at;    /* when the probe left that it answers */
	nsec_t lost_at;    /* when an earlier try left that stayed unanswered; -1: none did */
	nsec_t round_trip; /* the host's, smoothed */
	nsec_t queueing;   /* how much later it came than the host's quickest, jitter taken off */
};

void pace_answer(struct pace *p, const struct pace_answer *answer, nsec_t now);

/* What was lost turned out to be a limiter's doing, not the path's: start again. */
void pace_forgive(struct pace *p, nsec_t now);

#endif
