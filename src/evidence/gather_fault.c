// SPDX-License-Identifier: Apache-2.0
// Findings about the capture itself: what it lost, cut, doubled, or has one side of only.
#include <inttypes.h>
#include <string.h>

#include "evidence/gather_parts.h"
#include "evidence/surroundings.h"

#define UNANSWERED_MIN 20 /* probes without any answer that may mean a missing side */
#define RESETS_MIN     1  /* resets by the kernel for which there is no SYN/ACK in the file */
#define ORPHANS_MIN    10 /* answers without a probe */
#define COPIES_MIN     4
#define COPIES_SHARE   5 /* one packet in so many doubled is no chance */

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

static void gather_cut(struct gather *g)
{
	struct finding f = {
		.kind = FINDING_CUT,
		.sureness = SURE_CERTAIN,
		.host = EVENT_NONE,
		.why = "Their length on the wire is in the file, and fewer bytes are.",
		.otherwise = "They were captured with a short snap length; answers among them "
			     "cannot be told.",
	};

	f.count = g->around->blind.count;
	if (!f.count)
		return;
	memcpy(f.frames, g->around->blind.frames, sizeof(f.frames));
	finding_say(&f, "Frames cut so short that their headers cannot be read");
	findings_add(g->list, &f);
}

/* True when all that is about this unanswered probe is that our kernel wanted no answer to it. */
static bool is_refused_unseen(const struct ledger *l, const struct probe *p)
{
	uint32_t i = p->last_aside;

	if ((p->kind != PROBE_SYN && p->kind != PROBE_UDP) || p->first_reply != EVENT_NONE)
		return false;
	while (i != EVENT_NONE && ledger_aside(l, i)->kind == NOTE_OWN_RESET)
		i = ledger_aside(l, i)->previous;
	return i == EVENT_NONE;
}

/* Resets and refusals by the scanner's kernel of answers that the file does not hold. */
static void gather_resets(struct gather *g)
{
	const struct ledger *l = g->ledger;
	struct finding f = {
		.kind = FINDING_ONE_SIDED,
		.sureness = SURE_LIKELY,
		.host = EVENT_NONE,
		.why = "A kernel refuses only what it received, and the file does not hold that.",
		.otherwise = "The scanner itself may send resets to clear the targets' memory. "
			     "Ports that seem silent may have answered.",
	};

	for (uint32_t i = 0; i < ledger_aside_count(l); i++) {
		const struct aside *a = ledger_aside(l, i);
		const struct probe *p = ledger_probe(l, a->probe);

		/* each probe's chain is walked once, from its newest */
		if (p->last_aside == i && is_refused_unseen(l, p))
			finding_frame(&f, a->frame);
	}
	if (f.count < RESETS_MIN)
		return;
	finding_say(&f, "The scanner's kernel refused answers that are not in the capture");
	findings_add(g->list, &f);
}

/* Probes and nothing else. */
static void gather_silence(struct gather *g)
{
	const struct ledger *l = g->ledger;
	struct finding f = {
		.kind = FINDING_ONE_SIDED,
		.sureness = SURE_POSSIBLE,
		.host = EVENT_NONE,
		.why = "Not one frame of any target is in the file, be it only address resolution.",
		.otherwise = "All targets may as well be down, or filters hide them all.",
	};
	uint64_t asked = 0;

	for (uint32_t i = 0; i < ledger_host_count(l); i++)
		asked += ledger_host(l, i)->asks;
	if (asked < UNANSWERED_MIN || ledger_reply_count(l) || ledger_aside_count(l))
		return;
	for (uint32_t i = 0; i < ledger_probe_count(l); i++)
		finding_frame(&f, ledger_probe(l, i)->frame);
	finding_say(&f, "Only the scanner's side is in the capture, or nothing answered at all");
	findings_add(g->list, &f);
}

/* Answers to probes that the file does not hold. */
static void gather_orphans(struct gather *g)
{
	const struct surroundings_count *o = &g->around->orphans;
	struct finding f = {
		.kind = FINDING_ONE_SIDED,
		.sureness = SURE_LIKELY,
		.host = EVENT_NONE,
		.why = "SYN/ACKs and RSTs answer something, and that is not in the file.",
		.otherwise = "Somebody may send answers that nobody asked for: the echo of an "
			     "attack with forged sources looks so.",
	};

	if (o->count < ORPHANS_MIN || o->count < ledger_reply_count(g->ledger))
		return;
	f.count = o->count;
	memcpy(f.frames, o->frames, sizeof(f.frames));
	finding_say(&f, "Answers without their probes: only the targets' side is in the capture");
	findings_add(g->list, &f);
}

static void tell_copies(struct gather *g, enum copy_kind kind, const char *sentence,
			enum sureness sureness, const char *why)
{
	const struct copies_of_kind *k = &g->around->copies.of[kind];
	struct finding f = {
		.kind = FINDING_COPIED,
		.sureness = sureness,
		.host = EVENT_NONE,
		.why = why,
		.otherwise = "Counts of tries and answers may be too high; verdicts stay as they "
			     "are.",
	};

	if (k->count < COPIES_MIN)
		return;
	f.count = k->count;
	memcpy(f.frames, k->frames, sizeof(f.frames));
	finding_say(&f, "%s", sentence);
	findings_add(g->list, &f);
}

static void gather_copies(struct gather *g)
{
	const struct copies *c = &g->around->copies;
	bool many = c->of[COPY_SAME].count * COPIES_SHARE >= c->packets;

	tell_copies(g, COPY_INTERFACE, "Packets were captured on two interfaces", SURE_CERTAIN,
		    "The same bytes are in the file once for each interface.");
	tell_copies(g, COPY_ROUTED, "Packets were captured before and after a router", SURE_LIKELY,
		    "The same bytes come again with another TTL; a routing loop would look so, "
		    "too.");
	tell_copies(g, COPY_SAME, "Packets were captured twice", many ? SURE_LIKELY : SURE_POSSIBLE,
		    many ? "Much of the capture is there twice, byte for byte: it was taken at a "
			   "mirror port, on all interfaces at once, or merged with itself."
			 : "The same bytes come again within a tenth of a second; the path may "
			   "double packets, or the sender repeats itself.");
}

void gather_faults(struct gather *g)
{
	gather_drops(g);
	gather_resets(g);
	gather_silence(g);
	if (!g->around)
		return;
	gather_cut(g);
	gather_orphans(g);
	gather_copies(g);
}
