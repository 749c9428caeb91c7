// SPDX-License-Identifier: Apache-2.0
// Findings by single frames: late, redirecting, quenching answers, and those without proof.
#include "evidence/gather_parts.h"

#include "evidence/phrase.h"
#include "proto/icmp.h"
#include "proto/icmpv6.h"

/* Which findings single replies make. */
enum { BY_UNPROVEN, BY_REDIRECT, BY_QUENCH, BY_HOPS_OVER, BY_KINDS };

static const struct {
	struct finding finding;
	const char *sentence;
} models[BY_KINDS] = {
	[BY_UNPROVEN] =
		{{.kind = FINDING_UNPROVEN,
		  .sureness = SURE_CERTAIN,
		  .host = EVENT_NONE,
		  .why = "They come from a probed port, or quote a probe, and do not carry what "
			 "only the probe could have taught them.",
		  .otherwise = "They may come from a middlebox that keeps no state or rewrites IP "
			       "identifications, from an older connection, or from somebody who "
			       "forges answers."},
		 "Replies that prove nothing"},
	[BY_REDIRECT] =
		{{.kind = FINDING_REDIRECT,
		  .sureness = SURE_CERTAIN,
		  .host = EVENT_NONE,
		  .why = "They quote probes of this scan.",
		  .otherwise = "The scanner's first hop knows a nearer one for these targets; it "
			       "could also be somebody who wants the traffic."},
		 "Redirects by a router"},
	[BY_QUENCH] = {{.kind = FINDING_QUENCH,
			.sureness = SURE_CERTAIN,
			.host = EVENT_NONE,
			.why = "They quote probes of this scan.",
			.otherwise =
				"Somebody on the path asks to send slower; nobody should any more "
				"(RFC 6633), so it may be an old machine or a forgery."},
		       "Source quenches"},
	[BY_HOPS_OVER] = {{.kind = FINDING_HOPS_OVER,
			   .sureness = SURE_CERTAIN,
			   .host = EVENT_NONE,
			   .why = "They quote probes of this scan.",
			   .otherwise = "A routing loop does so, or a scanner that sends with few "
					"hops on purpose, as a traceroute does."},
			  "Probes that ran out of hops on their way"},
};

/* Which of them a reply belongs to; BY_KINDS: none. */
static unsigned sort_reply(const struct reply *r)
{
	if (r->kind == REPLY_ICMP && r->type == ICMP_TYPE_REDIRECT)
		return BY_REDIRECT;
	if (r->kind == REPLY_ICMP && r->type == ICMP_TYPE_SOURCE_QUENCH)
		return BY_QUENCH;
	if ((r->kind == REPLY_ICMP && r->type == ICMP_TYPE_TIME_EXCEEDED) ||
	    (r->kind == REPLY_ICMPV6 && r->type == ICMPV6_TIME_EXCEEDED))
		return BY_HOPS_OVER;
	return BY_KINDS;
}

void gather_replies(struct gather *g)
{
	const struct ledger *l = g->ledger;
	struct finding found[BY_KINDS];

	for (unsigned i = 0; i < BY_KINDS; i++)
		found[i] = models[i].finding;
	for (uint32_t i = 0; i < ledger_aside_count(l); i++) {
		const struct aside *a = ledger_aside(l, i);

		if (a->kind == NOTE_UNPROVEN)
			finding_frame(&found[BY_UNPROVEN], a->frame);
	}
	for (uint32_t i = 0; i < ledger_reply_count(l); i++) {
		const struct reply *r = ledger_reply(l, i);
		unsigned by = sort_reply(r);

		if (by == BY_KINDS)
			continue;
		if (!found[by].count)
			found[by].who = r->from;
		finding_frame(&found[by], r->frame);
	}
	for (unsigned i = 0; i < BY_KINDS; i++) {
		if (!found[i].count)
			continue;
		finding_say(&found[i], "%s", models[i].sentence);
		findings_add(g->list, &found[i]);
	}
}
