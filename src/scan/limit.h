/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A host that limits how many answers of a kind it gives a second, and how to keep step with it.
 *
 * Theory of operation. Limiters are token buckets: a burst, then so many answers a second, however
 * fast one asks. They are for resets and ICMP errors; what is open answers all the same. So a
 * limiter shows itself when answers of that kind come on a later try far more often than the path
 * loses packets, as probes tell that no limiter withholds (canary.h). Where there are none, loss
 * and a full queue on the way may look alike: then a large share must have needed a third try.
 * What comes in spite of the limiter comes at its rate, which begins allowance.h. A connect scan,
 * which has no canaries to keep step by, sends its attempts so that the rate is just met
 * (limit_begin()): at the rate, divided by the share of attempts that are answered, since what a
 * filter swallows costs no token. If then too much stays unanswered, the rate was less; if all is
 * answered, it may be more.
 */
#ifndef SONDE_SCAN_LIMIT_H
#define SONDE_SCAN_LIMIT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/nsec.h"

#define LIMIT_ENOUGH       20   /* third tries answered before anything is concluded of them */
#define LIMIT_SURE_ENOUGH  4    /* later tries answered, where the path is known */
#define LIMIT_LATE_SHARE   0.15 /* of answers on a third try: more than loss explains */
#define LIMIT_WITHHELD     4    /* canaries a limiter kept back before they are believed */
#define LIMIT_HEADROOM     1.03 /* above the measured rate, so that it is met and not fallen below */
#define LIMIT_MARKS        16
#define LIMIT_COUNT        4    /* answers by which a rate is measured */
#define LIMIT_FIRST        8    /* answers before a limiter withholds any, most likely */
#define LIMIT_LEAST        1.0  /* answers a second: Linux's limit for ICMP errors (icmp(7)) */
#define LIMIT_LEAST_RESETS 20.0 /* the same for resets: systems allow themselves 100 and more */

struct limit {
	bool found;                  /* there is a limiter; what is open is asked for first */
	bool limited;                /* its rate is kept now */
	unsigned total, late, third; /* answers of its kind, and those to later tries */
	uint32_t first_reach;        /* ports asked for the first LIMIT_FIRST answers */
	double rate;                 /* answers a second */
	double burst;                /* answers it gave at once */
	double send_rate;            /* probes a second while limited */
	double hastened;             /* answers a second before more probes were sent; 0: not now */
	double tokens;
	nsec_t filled;
	nsec_t window_start;
	unsigned window_answers, window_probes;
	nsec_t first, last; /* answers */
	struct {
		nsec_t at;
		unsigned total;
	} marks[LIMIT_MARKS]; /* answers by some moments of the past */
	unsigned mark_count;
	nsec_t mark_gap;
};

/* What else is known when an answer comes. */
struct limit_context {
	unsigned try_number;
	uint32_t asked;         /* ports, by the time the one that answers was */
	unsigned sure_answered; /* of probes that no limiter withholds */
	unsigned sure_lost;
	unsigned given, withheld; /* of probes that a limiter would withhold, as it would others */
};

/* True when what is known by now shows a limiter. */
bool limit_shows(const struct limit *l, const struct limit_context *context);

/* Takes an answer of the kind that may be limited. True when a limiter was found by it. */
bool limit_answer(struct limit *l, const struct limit_context *context, nsec_t now);

/* True when nearly every port gave such an answer until the limiter began to withhold them. */
bool limit_of_nearly_all(const struct limit *l);

/* The share of ports that give such an answer, by the first ones: 1 when nothing is known. */
double limit_share(const struct limit *l);

/*
 * Measures rate and burst. pessimistic: that nothing came lately counts, however short it was, but
 * the rate is so much at least; 0: it is what it is.
 * max_gap: it is not less than one answer in so long; 0: no such wish.
 */
void limit_tell_rate(struct limit *l, double pessimistic, nsec_t max_gap, nsec_t now);

/* From now on probes keep its rate, measured so. */
void limit_begin(struct limit *l, nsec_t max_gap, nsec_t now);

/* May this host be probed now? While it is limited that takes a token. */
bool limit_take(struct limit *l, nsec_t now);

/* When it may be probed next. */
nsec_t limit_next(const struct limit *l, nsec_t now);

#endif
