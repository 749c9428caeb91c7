/* SPDX-License-Identifier: Apache-2.0 */
/* How long to wait for an answer: the estimator of RFC 6298 with floors for scanning. */
#ifndef SONDE_SCAN_RTT_H
#define SONDE_SCAN_RTT_H

#include <stdbool.h>

#include "base/nsec.h"
#include "scan/timing.h"

/* All zero: no sample yet. */
struct rtt {
	bool known;
	nsec_t smoothed;
	nsec_t variation;
};

/* Takes one round trip; negative ones count as zero. */
void rtt_sample(struct rtt *r, nsec_t sample);

/* How long to wait before a probe counts as unanswered, within what the user set. */
nsec_t rtt_timeout(const struct rtt *r, const struct engine_timing *timing);

#endif
