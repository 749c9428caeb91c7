// SPDX-License-Identifier: Apache-2.0
// How long to wait for an answer: the estimator of RFC 6298 with floors for scanning.
#include "scan/rtt.h"

#define STEADY 4

void rtt_sample(struct rtt *r, nsec_t sample)
{
	nsec_t error;

	if (sample < 0)
		sample = 0;
	if (!r->known) { /* RFC 6298 s. 2.2 */
		r->known = true;
		r->smoothed = sample;
		r->variation = sample / 2;
		return;
	}
	error = sample - r->smoothed; /* RFC 6298 s. 2.3: alpha 1/8, beta 1/4 */
	r->variation += ((error < 0 ? -error : error) - r->variation) / 4;
	r->smoothed += error / 8;
}

nsec_t rtt_timeout(const struct rtt *r, const struct engine_timing *timing)
{
	nsec_t spread = 4 * r->variation;
	nsec_t timeout = timing->rtt_initial;

	if (r->known) {
		/* a path that was steady so far may still be late now and then */
		if (spread < r->smoothed / STEADY)
			spread = r->smoothed / STEADY;
		timeout = r->smoothed + spread;
	}
	if (timeout < timing->rtt_min)
		timeout = timing->rtt_min;
	return timeout < timing->rtt_max ? timeout : timing->rtt_max;
}

bool rtt_others_sample(struct rtt_others *o, nsec_t sample)
{
	rtt_sample(&o->rtt, sample);
	if (sample > o->slowest)
		o->slowest = sample;
	return ++o->hosts == RTT_OTHERS_ENOUGH;
}

nsec_t rtt_first_timeout(const struct rtt_others *o, const struct engine_timing *timing)
{
	nsec_t timeout = rtt_timeout(&o->rtt, timing);

	if (o->hosts < RTT_OTHERS_ENOUGH)
		return timing->rtt_initial;
	if (timeout < o->slowest + o->slowest / 2)
		timeout = o->slowest + o->slowest / 2;
	if (timeout < RTT_OTHERS_LEAST)
		timeout = RTT_OTHERS_LEAST;
	return timeout < timing->rtt_initial ? timeout : timing->rtt_initial;
}
