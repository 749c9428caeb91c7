// SPDX-License-Identifier: Apache-2.0
// One target under way: its phase, its discovery probes, its ports.
#include "scan/host.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define STAMP_SLACK (5 * NSEC_PER_MSEC)

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

nsec_t host_timeout(const struct host *h, const struct ledger *l)
{
	nsec_t timeout = rtt_timeout(&h->public.rtt);
	nsec_t silence;

	if (h->ledger_host == EVENT_NONE)
		return timeout;
	/* a verdict of silence asks for this much after the kernel's stamp, which is not ours */
	silence = ledger_silence(l, h->ledger_host) + STAMP_SLACK;
	return timeout > silence ? timeout : silence;
}
