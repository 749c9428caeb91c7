// SPDX-License-Identifier: Apache-2.0
// Gathers the findings of a capture: each gatherer adds its own, and the list is put in order.
#include "evidence/gather.h"

#include <inttypes.h>

#include "evidence/gather_parts.h"
#include "proto/icmp.h"
#include "proto/icmpv6.h"

bool gather_is_refusal(const struct reply *r)
{
	return (r->kind == REPLY_ICMP && r->type == ICMP_TYPE_UNREACHABLE) ||
	       (r->kind == REPLY_ICMPV6 && r->type == ICMPV6_UNREACHABLE);
}

static void gather_drops(struct gather *g)
{
	struct finding f = {
		.kind = FINDING_DROPS,
		.sureness = SURE_CERTAIN,
		.host = EVENT_NONE,
		.why = "The capture's own statistics say so.",
		.otherwise = "Which frames they were cannot be known, so a port that seems silent "
			     "may have answered.",
	};

	if (!g->capture->dropped || g->capture->dropped == UINT64_MAX)
		return;
	finding_say(&f, "The capture lost %" PRIu64 " frames beside the %" PRIu64 " that it holds",
		    g->capture->dropped, g->capture->frames);
	findings_add(g->list, &f);
}

/* Frames noted as no part of the scan, or as other dealings of its parties. */
static void gather_noted(struct gather *g)
{
	struct finding strange = {
		.kind = FINDING_STRANGERS,
		.sureness = SURE_CERTAIN,
		.host = EVENT_NONE,
		.why = "They are no probes and no answers to any.",
		.otherwise = "Other programs of this network sent them, or a protocol is meant "
			     "that is not looked into.",
	};
	struct finding traffic = {
		.kind = FINDING_TRAFFIC,
		.sureness = SURE_CERTAIN,
		.host = EVENT_NONE,
		.why = "They go between the scanner and hosts that it probed.",
		.otherwise = "Whole handshakes of a connect scan, greetings of a service, or other "
			     "programs.",
	};

	strange.count = ledger_noted(g->ledger, NOTE_UNRELATED, FINDING_FRAMES_MAX, strange.frames);
	traffic.count = ledger_noted(g->ledger, NOTE_TRAFFIC, FINDING_FRAMES_MAX, traffic.frames);
	finding_say(&strange, "Frames that are no part of the scan");
	finding_say(&traffic, "Other traffic between scanner and targets");
	if (traffic.count)
		findings_add(g->list, &traffic);
	if (strange.count)
		findings_add(g->list, &strange);
}

void gather_capture_faults(struct gather *g)
{
	gather_drops(g);
	gather_noted(g);
}

void gather_findings(const struct ledger *l, const struct surroundings *around,
		     const struct gather_capture *capture, struct findings *ret_list)
{
	struct gather g = {l, around, capture, ret_list};

	gather_capture_faults(&g);
	gather_replies(&g);
	gather_hosts(&g);
	gather_limits(&g);
	findings_sort(ret_list);
}
