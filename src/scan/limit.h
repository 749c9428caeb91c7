/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A host that limits how many answers it gives a second, and how to keep step with it.
 *
 * Theory of operation. Loss takes a few answers evenly; a limiter gives its burst and then so many
 * a second, however fast one asks, and what it withheld the first time comes on a retry. One retry
 * may be a full queue on the way; but when a large share of a host's answers needed a third try or
 * more, the host is taken for a limiter, and its probes are paced a little above the most answers
 * it gave in any one second. If then nearly every probe
 * is answered, the pace rises: either the limiter is gone or there was none.
 */
#ifndef SONDE_SCAN_LIMIT_H
#define SONDE_SCAN_LIMIT_H

#include <stdbool.h>

#include "base/nsec.h"

#define LIMIT_ENOUGH     20   /* answers before anything is concluded */
#define LIMIT_LATE_SHARE 0.2  /* of them on a third try: more than loss explains */
#define LIMIT_HEADROOM   1.05 /* above the measured rate, so that it is met and not fallen below */
#define LIMIT_WINDOW     NSEC_PER_SEC

struct limit {
	bool limited;
	double rate; /* probes a second while limited */
	double tokens;
	nsec_t filled;
	nsec_t window_start;
	unsigned window_answers, window_probes;
	double best_rate; /* most answers in any window, a second */
};

/* Takes an answer. total, and of these on a third try or later: of this host so far. */
void limit_answer(struct limit *l, unsigned total, unsigned third, nsec_t now);

/* May this host be probed now? While it is limited that takes a token. */
bool limit_take(struct limit *l, nsec_t now);

/* When it may be probed next. */
nsec_t limit_next(const struct limit *l, nsec_t now);

#endif
