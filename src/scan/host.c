// SPDX-License-Identifier: Apache-2.0
// One target under way: its phase, its discovery probes, its ports.
#include "scan/host.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define STAMP_SLACK (5 * NSEC_PER_MSEC)
#define BURST_MAX   NSEC_PER_SEC /* waits are not stretched beyond this */

static const struct host_ping pings[] = {
	{PROBE_ECHO, 0},
	{PROBE_SYN, 443},
	{PROBE_ACK, 80},
	{PROBE_TIMESTAMP, 0},
};

unsigned host_pings_default(const struct host_ping **ret_pings)
{
	*ret_pings = pings;
	return COUNT(pings);
}

nsec_t host_wait(const struct host *h, const struct rtt_others *others,
		 const struct engine_timing *timing)
{
	nsec_t wait = h->public.rtt.known ? rtt_timeout(&h->public.rtt, timing)
					  : rtt_first_timeout(others, timing);
	nsec_t burst = 2 * h->canaries.burst;

	if (burst > BURST_MAX)
		burst = BURST_MAX;
	return wait > burst ? wait : burst;
}

nsec_t host_silence(const struct host *h, const struct ledger *l,
		    const struct engine_timing *timing)
{
	nsec_t wait = rtt_timeout(&h->public.rtt, timing);
	nsec_t silence;

	if (h->ledger_host == EVENT_NONE)
		return wait;
	/* a verdict of silence asks for this much after the kernel's stamp, which is not ours */
	silence = ledger_silence(l, h->ledger_host) + STAMP_SLACK;
	return wait > silence ? wait : silence;
}
