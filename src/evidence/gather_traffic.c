// SPDX-License-Identifier: Apache-2.0
// Findings of frames that are no part of the scan: by protocol where that was counted.
#include <string.h>

#include "evidence/gather_parts.h"
#include "evidence/surroundings.h"

static const struct finding strange = {
	.kind = FINDING_STRANGERS,
	.sureness = SURE_CERTAIN,
	.host = EVENT_NONE,
	.why = "They are no probes and no answers to any.",
	.otherwise = "Other programs of this network sent them, or they answer probes that are not "
		     "in the capture.",
};

/* Other dealings of scanner and targets. */
static void gather_dealings(struct gather *g)
{
	struct finding f = {
		.kind = FINDING_TRAFFIC,
		.sureness = SURE_CERTAIN,
		.host = EVENT_NONE,
		.why = "They go between the scanner and hosts that it probed.",
		.otherwise = "They may be whole handshakes of a connect scan, greetings of a "
			     "service, or other programs.",
	};

	f.count = ledger_noted(g->ledger, NOTE_TRAFFIC, FINDING_FRAMES_MAX, f.frames);
	finding_say(&f, "Other traffic between scanner and targets");
	if (f.count)
		findings_add(g->list, &f);
}

void gather_traffic(struct gather *g)
{
	struct finding f = strange;

	gather_dealings(g);
	if (!g->around) {
		f.count = ledger_noted(g->ledger, NOTE_UNRELATED, FINDING_FRAMES_MAX, f.frames);
		finding_say(&f, "Frames that are no part of the scan");
		if (f.count)
			findings_add(g->list, &f);
		return;
	}
	for (unsigned i = 0; i < g->around->strangers.count; i++) {
		const struct stranger *s = &g->around->strangers.items[i];

		f = strange;
		f.count = s->count;
		memcpy(f.frames, s->frames, sizeof(f.frames));
		finding_say(&f, "%s that is no part of the scan", s->protocol);
		findings_add(g->list, &f);
	}
}
