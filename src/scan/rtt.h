/* SPDX-License-Identifier: Apache-2.0 */
/* How long to wait for an answer: the estimator of RFC 6298 with floors for scanning. */
#ifndef SONDE_SCAN_RTT_H
#define SONDE_SCAN_RTT_H

#include <stdbool.h>

#include "base/nsec.h"

#define RTT_TIMEOUT_INITIAL NSEC_PER_SEC         /* RFC 6298 s. 2.1 */
#define RTT_TIMEOUT_MIN     (50 * NSEC_PER_MSEC) /* a busy machine answers late */
#define RTT_TIMEOUT_MAX     (10 * NSEC_PER_SEC)

/* All zero: no sample yet. */
struct rtt {
	bool known;
	nsec_t smoothed;
	nsec_t variation;
};

/* Takes one round trip; negative ones count as zero. */
void rtt_sample(struct rtt *r, nsec_t sample);

/* How long to wait before a probe counts as unanswered. */
nsec_t rtt_timeout(const struct rtt *r);

#endif
