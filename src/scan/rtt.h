/* SPDX-License-Identifier: Apache-2.0 */
/* How long to wait for an answer: the estimator of RFC 6298 with floors for scanning. */
#ifndef SONDE_SCAN_RTT_H
#define SONDE_SCAN_RTT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/nsec.h"
#include "scan/timing.h"

#define RTT_OTHERS_ENOUGH 4 /* hosts, before they speak for another one */
#define RTT_OTHERS_LEAST                                                                           \
	(250 * NSEC_PER_MSEC) /* not sooner: two tries are not for one burst of loss */

/* All zero: no sample yet. */
struct rtt {
	bool known;
	nsec_t smoothed;
	nsec_t variation;
};

/* Takes one round trip; negative ones count as zero. */
void rtt_sample(struct rtt *r, nsec_t sample);

/*
 * What the first answers of hosts on one way tell of those that have not answered yet. All zero:
 * none.
 */
struct rtt_others {
	struct rtt rtt; /* a sample a host */
	nsec_t slowest;
	uint32_t hosts;
};

/* Takes the first round trip of one more host. True when they speak for others from now on. */
bool rtt_others_sample(struct rtt_others *o, nsec_t sample);

/*
 * How long to wait for the first answer of a host before it is asked again: what the user set
 * where nothing is known, less where others answered sooner, as far as they vary among themselves.
 */
nsec_t rtt_first_timeout(const struct rtt_others *o, const struct engine_timing *timing);

/* How long to wait before a probe counts as unanswered, within what the user set. */
nsec_t rtt_timeout(const struct rtt *r, const struct engine_timing *timing);

#endif
