// SPDX-License-Identifier: Apache-2.0
// Pieces of text that comments and explanations share.
#include "evidence/phrase.h"

#include <assert.h>
#include <stddef.h>

#include "evidence/rule.h"
#include "wire/addr.h"

static const char *const reply_names[] = {
	[REPLY_SYN_ACK] = "SYN/ACK",   [REPLY_SPLIT_SYN] = "SYN",
	[REPLY_ACK] = "ACK",           [REPLY_RST] = "RST",
	[REPLY_ICMP] = "ICMP",         [REPLY_ICMPV6] = "ICMPv6",
	[REPLY_ECHO] = "echo reply",   [REPLY_TIMESTAMP] = "timestamp reply",
	[REPLY_ARP] = "ARP reply",     [REPLY_ND] = "neighbour advertisement",
	[REPLY_UDP] = "UDP datagram",  [REPLY_INIT_ACK] = "INIT ACK",
	[REPLY_ABORT] = "ABORT",       [REPLY_IP] = "packet of the protocol",
	[REPLY_LOOKUP] = "DNS answer",
};
static_assert(sizeof(reply_names) / sizeof(reply_names[0]) == REPLY_KINDS,
	      "every reply kind has a name");

void phrase_ms(struct buf *out, nsec_t time)
{
	uint64_t usec = time < 0 ? -((uint64_t)time) / 1000 : (uint64_t)time / 1000;

	if (time < 0)
		buf_putc(out, '-');
	buf_u64(out, usec / 1000); /* written for each answer: without printf() */
	buf_putc(out, '.');
	for (unsigned place = 100; place; place /= 10)
		buf_putc(out, (char)('0' + usec / place % 10));
	buf_puts(out, " ms");
}

void phrase_reply(struct buf *out, const struct reply *reply)
{
	const struct rule *rule;
	char from[ADDR_TEXT_MAX];

	buf_puts(out, reply_names[reply->kind]);
	if (reply->kind != REPLY_ICMP && reply->kind != REPLY_ICMPV6)
		return;
	rule = rule_for_syn(reply->kind, reply->type, reply->code);
	buf_printf(out, " type %u code %u (%s) from %s", reply->type, reply->code,
		   rule ? rule->reason : "no rule", addr_text(&reply->from, from));
}

void phrase_count(struct buf *out, uint64_t count)
{
	if (count >= 1000) {
		phrase_count(out, count / 1000);
		buf_printf(out, ",%03u", (unsigned)(count % 1000));
	} else {
		buf_u64(out, count);
	}
}

bool phrase_has_port(enum probe_kind kind)
{
	return probe_kind_protocol(kind) != NULL;
}
