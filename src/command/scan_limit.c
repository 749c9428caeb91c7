// SPDX-License-Identifier: Apache-2.0
// What a scan says of a host that limits its answers: at once, and in the report.
#include "command/scan_limit.h"

#define DECIMALS_BELOW 10 /* answers a second: "1.2", but "50" */

static const char *what(const struct engine_limit *limit)
{
	return limit->icmp ? "ICMP errors" : "resets";
}

static void put_rate(struct buf *out, double rate)
{
	buf_printf(out, rate < DECIMALS_BELOW ? "%.1f" : "%.0f", rate);
}

void scan_limit_announce(struct buf *out, const struct engine_host *host, nsec_t now)
{
	char text[ADDR_TEXT_MAX];

	if (!host->limit.open_known) {
		buf_printf(out, "%s limits its %s; %u ports wait for it, at first sight ",
			   addr_text(&host->addr, text), what(&host->limit), host->limit.waiting);
		put_rate(out, host->limit.rate);
		buf_puts(out, " a second.\n");
		return;
	}
	buf_printf(
		out,
		"All open ports of %s are known after %.2f s; %u more wait for its limit of %s, at "
		"first sight ",
		addr_text(&host->addr, text), (double)now / (double)NSEC_PER_SEC,
		host->limit.waiting, what(&host->limit));
	put_rate(out, host->limit.rate);
	buf_puts(out, " a second.\n"); /* the report has the rate that was found */
}

void scan_limit_report(struct buf *out, const struct engine_host *host)
{
	char text[ADDR_TEXT_MAX];

	if (!host->limit.kept)
		return;
	buf_printf(out, "Note: %s gives at most ", addr_text(&host->addr, text));
	put_rate(out, host->limit.rate);
	buf_printf(out, " %s a second (about %.0f at once), and was asked at that rate.\n\n",
		   what(&host->limit), host->limit.burst);
}
