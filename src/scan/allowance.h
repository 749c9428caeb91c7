/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a host may still answer where it limits its answers and silence may be an open port's.
 *
 * Theory of operation. A datagram to a closed port is answered by an ICMP error, and nearly every
 * host gives few of these: Linux six at once and one a second. Silence then means open, filtered,
 * or withheld, and only a token in the host's bucket at that moment tells the last from the others.
 * So the bucket is kept here as well. A probe reserves as much of a token as probes were answered
 * so far (`share`); its answer takes the rest, its silence gives it back, but for the part that
 * speaks for an empty bucket. Nothing leaves while less than one token is there: what is filtered
 * costs no time, and what is closed is asked at the limiter's rate.
 *   - A silence counts when canaries, closed ports that are asked again, show that the bucket was
 *     not empty. Other answers do not: an empty bucket gives some, too. Nor does one canary: at a
 *     rate a little too high the bucket is empty now and then long before it is when a canary
 *     comes. So two in a row that were answered vouch for what left before the first. So many
 *     silences that answers should have been among them are a doubt, and a doubt asks a canary.
 *     If that stays silent too, all that was not vouched for says nothing.
 *   - The rate is what was measured when the limiter showed itself. Where nearly all is answered it
 *     doubles while all of it is used, until it is more than what comes; from then on it follows
 *     what comes, and is tried a little higher now and then. What comes is counted by when it was
 *     asked for, so that the round trip does not matter. Where much is silence what comes says
 *     little of the limiter: there each canary that is answered speaks for a higher rate. A rate
 *     at which more canaries stay silent than the path's loss explains was too high, anywhere.
 *   - Nothing waits for a canary but what left a round trip ago: what silence did not use is given
 *     back when the canary is answered, so that no flood leaves meanwhile.
 * Before a limiter has shown itself the same doubts look for one, and probes under way are bounded
 * by what was answered, so that few are thrown at an empty bucket.
 */
#ifndef SONDE_SCAN_ALLOWANCE_H
#define SONDE_SCAN_ALLOWANCE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/nsec.h"

/* Initialise with zero. */
struct allowance {
	bool kept;       /* a limiter showed itself, and nothing leaves without a token */
	bool rising;     /* the rate doubles still */
	bool withheld;   /* a canary was, in this window */
	bool settles;    /* the next probe's silence settles a port */
	bool asking;     /* a canary is asked: what silence did not use is not given back before */
	bool careful;    /* it must not be for want of a token */
	uint8_t fails;   /* how often a higher rate was too high */
	uint8_t in_vain; /* doubts in a row that nothing was heard between */
	double rate;     /* tokens a second */
	double least;    /* and so many at least */
	double burst;    /* tokens it holds */
	double tokens;
	nsec_t filled;
	double answered, silent; /* what became of the newest probes, the run excepted */
	double patience;         /* expected answers that a doubt needs */
	double owed;             /* tokens to give back when that is answered */
	double loss;             /* of probes, by the path, as its owner knows */
	double excuse;           /* the same, or a guess where nobody knows */
	double refused;   /* canaries withheld that loss may explain, less what it would explain */
	uint32_t calls;   /* canaries answered since the rate was raised, or too high */
	double settling;  /* what probes that settle ports reserved since the newest canary left */
	uint32_t run;     /* silent since a canary was answered; or, while not kept, anything */
	nsec_t confirmed; /* when the newest canary left that was answered */
	nsec_t vouched;   /* the same of the one before: silence counts that far */
	uint32_t total;   /* answers in all */
	nsec_t since;     /* when the present window began; NSEC_NEVER: nothing was asked yet */
	double spilled;   /* tokens in it that nothing was asked for */
	uint32_t window;  /* answers in it */
	uint32_t good;    /* answers since the rate was raised, or too high */
};

/* What is known of a limiter that showed itself. */
struct allowance_start {
	double rate;  /* answers a second */
	double burst; /* and so many at once */
	double least; /* answers a second that are asked for whatever it gives; 0: no such wish */
	double share; /* of probes that it would answer if it could, 0 to 1 */
};

/* Begins to keep step with a limiter whose bucket is empty now. */
void allowance_begin(struct allowance *a, const struct allowance_start *start, nsec_t now);

/* May so many probes be under way, and one more? Asked before a limiter has shown itself. */
bool allowance_permits(const struct allowance *a, uint32_t under_way);

/* True when a probe may leave. take: it does. sure: it is a canary, and will be answered. */
bool allowance_ask(struct allowance *a, bool sure, nsec_t now);
void allowance_take(struct allowance *a, bool sure);

/* When the next one may leave; now or earlier: at once. */
nsec_t allowance_next(const struct allowance *a, bool sure, nsec_t now);

/*
 * An answer of the kind that is limited came to what left at sent_at; sure as before. True when
 * the bucket must have been empty then: silence to what left later says nothing.
 */
bool allowance_answered(struct allowance *a, nsec_t sent_at, bool sure, nsec_t now);

/* So many more probes were waited for long enough. */
void allowance_silent(struct allowance *a, uint32_t count);

/* How many answers should have been among the silence so far. */
double allowance_run(const struct allowance *a);

/* True when that asks for a canary. */
bool allowance_doubts(const struct allowance *a);

/* True when most silences are withheld answers, most likely. */
bool allowance_full(const struct allowance *a);

/*
 * A canary was withheld: there was no token for the run. sure: loss does not explain it, so the
 * rate was too high. under_way: probes that may still take tokens. False: nothing helps any more.
 */
bool allowance_empty(struct allowance *a, bool sure, uint32_t under_way, nsec_t now);

#endif
