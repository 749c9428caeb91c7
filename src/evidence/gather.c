// SPDX-License-Identifier: Apache-2.0
// Gathers the findings of a capture: each gatherer adds its own, and the list is put in order.
#include "evidence/gather.h"

#include "evidence/gather_parts.h"
#include "proto/icmp.h"
#include "proto/icmpv6.h"

bool gather_is_refusal(const struct reply *r)
{
	return (r->kind == REPLY_ICMP && r->type == ICMP_TYPE_UNREACHABLE) ||
	       (r->kind == REPLY_ICMPV6 && r->type == ICMPV6_UNREACHABLE);
}

void gather_findings(const struct ledger *l, const struct surroundings *around,
		     const struct gather_capture *capture, struct findings *ret_list)
{
	struct gather g = {l, around, capture, ret_list};

	gather_faults(&g);
	gather_replies(&g);
	gather_hosts(&g);
	gather_limits(&g);
	gather_traffic(&g);
	if (around) {
		gather_links(&g);
		gather_sweeps(&g);
	}
	findings_sort(ret_list);
}
