/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How fast to send along one path.
 *
 * Theory of operation. A token bucket fills at `rate` probes a second and holds at most a short
 * burst. What comes back says how much the path carries:
 *   - The first bursts are packet trains. How far apart their answers come is what the narrowest
 *     part of the path needs for so many packets (train.h); the next rate is chosen by that.
 *   - A round is what was sent since the rate last changed, and lasts a quarter of a round trip at
 *     least. If all of its answers come later than the quickest ever did, and more so than they
 *     vary among themselves, a queue stands on the way: then they come apart at the rate the path
 *     carries (`capacity`); the rate falls below that until the queue is gone, and then keeps just
 *     under it.
 *   - If more than `floor` of a round was lost without a queue, the path drops what is too much.
 *     The rate falls to what was delivered. Where that does not help, the losses are the path's
 *     own, whatever we send: they become the floor, and the rate comes back.
 *   - A good round in which the rate was really used raises it: by PACE_GAIN while no capacity is
 *     known, quickly where it was as good before (`proven`), else by little first and ever more as
 *     long as rounds stay good, so that a path that became wide again is used.
 *   - What was lost of what left while a queue stood, or before the trains had told how little the
 *     path carries, was lost by our doing (`fault`), even where the loss is noticed later.
 * A raised rate is on trial: unless answers confirm it within PACE_TRIAL round trips, it goes back
 * to what was confirmed. Silence teaches nothing here: a filter is not congestion; the engine asks
 * ports that are known to answer in between (canary.h). Where it does not (`unvouched`) only
 * rounds of which most was answered raise the rate. A timer that comes late is made up for at
 * once, but where a queue is known by no more than a train. The rate never passes the user's
 * limit (that no second does, rate_window.h sees to), nor falls below the user's minimum.
 */
#ifndef SONDE_SCAN_PACE_H
#define SONDE_SCAN_PACE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/nsec.h"
#include "scan/train.h"

#define PACE_RATE_START 1400.0  /* probes a second: what a line of 1 Mbit/s just carries */
#define PACE_RATE_NEAR  10000.0 /* the same for neighbours, see pace_near() */
#define PACE_RATE_MIN   20.0
#define PACE_RATE_MAX   200000.0
#define PACE_BURST      ((double)TRAIN_WAGONS)
#define PACE_LATE       (5 * NSEC_PER_MSEC) /* a timer may come that late: made up for at once */
#define PACE_ROUND_MIN  (4 * NSEC_PER_MSEC)
#define PACE_TRIAL      2
#define PACE_GAIN       2.5
#define PACE_QUEUE_MIN  (4 * NSEC_PER_MSEC) /* later than the quickest: a queue, not jitter */
#define PACE_RECENT     4                   /* answers by which the present queue is judged */

struct pace {
	double rate;     /* probes a second */
	double tokens;   /* probes that may leave now */
	double max_rate; /* the user's limit, 0 for none */
	double min_rate; /* the user's minimum, 0 for none */
	bool unvouched;  /* nobody sends canaries: what is silent may have been dropped */
	nsec_t filled;   /* when tokens was brought up to date */
	uint64_t sent;   /* tokens taken */

	/* this round */
	nsec_t changed; /* since when the rate is as it is; what left before tells nothing of it */
	unsigned answers;              /* to what left since */
	unsigned lost;                 /* of what left since */
	nsec_t first_sent, first_came; /* the first such answer, and the newest */
	nsec_t last_sent, last_came;
	bool limited_by_us;   /* the bucket ran empty: a higher rate would be used */
	uint64_t sent_before; /* tokens taken by its beginning */

	/* what is known of the path */
	nsec_t round_trip;
	nsec_t recent[PACE_RECENT]; /* how much later than the quickest the newest answers came */
	nsec_t latest;              /* the newest of them */
	unsigned recent_count;      /* of them in this round */
	nsec_t jitter;              /* how much that differs from one answer to the next */
	nsec_t queue_floor;         /* later by this much whatever we send: not our queue */
	/*
	 * what left from when to when met more than the path carries, by our doing; 0: nothing did
	 */
	nsec_t fault_from, fault_until;
	nsec_t full_from, full_until; /* a queue stood: what was lost then, it dropped */
	bool draining;                /* we gave way to a queue */
	double resume;                /* the rate to come back to then */
	nsec_t queue_before;          /* the queue that the last round found */
	unsigned stuck_rounds; /* in a row that found it, and no shorter, though we gave way */
	double capacity;       /* probes a second that it carries; 0: not known */
	double proven;         /* the highest rate of a good round, less what queues since said */
	double floor;          /* share that is lost whatever we send */
	double blamed_rate, blamed_share; /* before the rate fell because of loss; 0: none */
	unsigned good_rounds;             /* in a row */

	/* the first bursts */
	bool started;    /* they have been read */
	unsigned trains; /* begun so far */
	unsigned wagons; /* of the present one, still to be sent */
	struct train train;

	double confirmed; /* the rate before the trial, 0 when there is none */
	nsec_t trial_end;
};

/* Starts at time now. Rates: probes a second at least and at most, 0 for no such wish. */
void pace_init(struct pace *p, double min_rate, double max_rate, nsec_t now);

/*
 * The hosts are neighbours that answer at once: starts faster, unless something is learnt by now.
 */
void pace_near(struct pace *p, nsec_t now);

/* Takes one token; false when none is there. */
bool pace_take(struct pace *p, nsec_t now);

/* Gives one token back: what it was taken for did not leave. */
void pace_give_back(struct pace *p);

/* When the next token will be there; now or earlier when one is. */
nsec_t pace_next(const struct pace *p, nsec_t now);

/* An answer. */
struct pace_answer {
	nsec_t sent_at;    /* when the probe left that it answers */
	nsec_t came_at;    /* when the answer came, by the same clock */
	nsec_t lost_at;    /* when an earlier try left that stayed unanswered; -1: none did */
	nsec_t round_trip; /* the host's, smoothed */
	nsec_t queueing;   /* how much later it came than the host's quickest; -1: not known */
	uint64_t seq;      /* p->sent when it left; 0: not known */
};

void pace_answer(struct pace *p, const struct pace_answer *answer, nsec_t now);

/* A probe that left at sent_at and should have been answered was not. */
void pace_lost(struct pace *p, nsec_t sent_at, nsec_t now);

/* What was lost turned out to be a limiter's doing, not the path's: start again. */
void pace_forgive(struct pace *p, nsec_t now);

/* Our own machine lost frames (its queue, its receive ring): slow down, the path is innocent. */
void pace_own_loss(struct pace *p, nsec_t now);

/*
 * What was lost may have been a queue's doing: a rate above the first one is lowered, to that at
 * least.
 */
void pace_suspect(struct pace *p, nsec_t now);

/*
 * For a scan without canaries, before it sends: when nothing was heard for PACE_TRIAL round trips,
 * a rate that was never proven goes back to one that was, or to the first one. Silence could hide
 * that a queue drops most of it.
 */
void pace_unheard(struct pace *p, nsec_t now);

/* What left from when to when was lost, or its answers were, by no doing of the path's. */
void pace_fault(struct pace *p, nsec_t from, nsec_t until);

#endif
