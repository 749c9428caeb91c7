// SPDX-License-Identifier: Apache-2.0
// What answers mean to probes other than SYN: ACK, FIN and its kin, UDP, SCTP and IP protocols.
//
// Rules of a kind go before those for SYN probes; an ICMP error that a kind has no rule for means
// the same to all: the probe did not arrive.
#include <stdbool.h>
#include <stddef.h>

#include "evidence/rule.h"
#include "proto/icmp.h"
#include "proto/icmpv6.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* RFC 792 and 4443: destination unreachable codes that name what was refused */
#define CODE_PROTOCOL 2
#define CODE_PORT     3
#define CODE_PORT_V6  4

static const struct rule ack_rules[] = {
	{REPLY_RST, 0, 0, 0, PORT_UNFILTERED, "reset",
	 "A host resets an acknowledgement of nothing on open and closed ports alike: the probe "
	 "passed, so no filter drops it, and more it does not say.",
	 "RFC 9293 s. 3.10.7", ORIGIN_ANY},
};

static const struct rule window_rules[] = {
	{REPLY_RST, 1, 0, 0, PORT_OPEN, "reset",
	 "Some systems leave their receive window in the reset of an open port and 0 in that of a "
	 "closed one; this reset has a window.",
	 "RFC 9293 s. 3.10.7", ORIGIN_ANY},
	{REPLY_RST, 0, 0, 0, PORT_CLOSED, "reset",
	 "A reset without a window is what a closed port sends; most systems send it from open "
	 "ports too, so other scans say more.",
	 "RFC 9293 s. 3.10.7", ORIGIN_ANY},
};

static const struct rule fin_rules[] = {
	{REPLY_RST, 0, 0, 0, PORT_CLOSED, "reset",
	 "A closed port resets whatever is no reset itself; an open one stays silent to a segment "
	 "without SYN or ACK.",
	 "RFC 9293 s. 3.10.7.1", ORIGIN_ANY},
};

static const struct rule udp_rules[] = {
	{REPLY_UDP, 0, 0, 0, PORT_OPEN, "udp-response",
	 "A datagram came back from the port, so a program listens on it.", "RFC 768", ORIGIN_ANY},
	{REPLY_ICMP, ICMP_TYPE_UNREACHABLE, CODE_PORT, CODE_PORT, PORT_CLOSED, "port-unreach",
	 "The host itself says that no program listens on the port.", "RFC 1122 s. 4.1.3.1",
	 ORIGIN_TARGET},
	{REPLY_ICMP, ICMP_TYPE_UNREACHABLE, CODE_PORT, CODE_PORT, PORT_FILTERED, "port-unreach",
	 "Another than the host refuses the port, so a filter on the way does.",
	 "RFC 1122 s. 3.2.2.1", ORIGIN_ANY},
	{REPLY_ICMP, ICMP_TYPE_UNREACHABLE, CODE_PROTOCOL, CODE_PROTOCOL, PORT_FILTERED,
	 "proto-unreach", "UDP is refused as a whole by whoever answered.", "RFC 1122 s. 3.2.2.1",
	 ORIGIN_ANY},
	{REPLY_ICMPV6, ICMPV6_UNREACHABLE, CODE_PORT_V6, CODE_PORT_V6, PORT_CLOSED, "port-unreach",
	 "The host itself says that no program listens on the port.", "RFC 4443 s. 3.1",
	 ORIGIN_TARGET},
	{REPLY_ICMPV6, ICMPV6_UNREACHABLE, CODE_PORT_V6, CODE_PORT_V6, PORT_FILTERED,
	 "port-unreach", "Another than the host refuses the port, so a filter on the way does.",
	 "RFC 4443 s. 3.1", ORIGIN_ANY},
};

static const struct rule sctp_rules[] = {
	{REPLY_INIT_ACK, 0, 0, 0, PORT_OPEN, "init-ack",
	 "An INIT ACK with our tag comes only from a port on which a program listens.",
	 "RFC 9260 s. 5.1", ORIGIN_ANY},
	{REPLY_ABORT, 0, 0, 0, PORT_CLOSED, "abort",
	 "An ABORT with our tag is how a host answers when no program listens on the port.",
	 "RFC 9260 s. 8.4", ORIGIN_ANY},
};

static const struct rule ip_rules[] = {
	{REPLY_IP, 0, 0, 0, PORT_OPEN, "proto-response",
	 "A packet of that protocol came back, so the host speaks it.", "RFC 1122 s. 3.2.1",
	 ORIGIN_ANY},
	{REPLY_ICMP, ICMP_TYPE_UNREACHABLE, CODE_PROTOCOL, CODE_PROTOCOL, PORT_CLOSED,
	 "proto-unreach", "The host itself says that it does not speak the protocol.",
	 "RFC 1122 s. 3.2.2.1", ORIGIN_TARGET},
	{REPLY_ICMP, ICMP_TYPE_UNREACHABLE, CODE_PROTOCOL, CODE_PROTOCOL, PORT_FILTERED,
	 "proto-unreach",
	 "Another than the host refuses the protocol, so a filter on the way does.",
	 "RFC 1122 s. 3.2.2.1", ORIGIN_ANY},
	{REPLY_ICMP, ICMP_TYPE_UNREACHABLE, CODE_PORT, CODE_PORT, PORT_OPEN, "port-unreach",
	 "The host looked for a port within the protocol, so it speaks it.", "RFC 1122 s. 3.2.2.1",
	 ORIGIN_TARGET},
	/* RFC 4443 s. 3.4: code 1, unrecognised next header, is IPv6's protocol unreachable */
	{REPLY_ICMPV6, ICMPV6_PARAMETER_PROBLEM, 1, 1, PORT_CLOSED, "param-problem",
	 "The host itself says that it does not know that next header.", "RFC 4443 s. 3.4",
	 ORIGIN_TARGET},
};

static const struct rule ack_silence = {
	.state = PORT_FILTERED,
	.reason = "no-response",
	.meaning = "A reachable host resets an acknowledgement of nothing, so silence means that a "
		   "filter dropped the probe or its answer.",
	.source = "RFC 9293 s. 3.10.7",
};

static const struct rule fin_silence = {
	.state = PORT_OPEN_FILTERED,
	.reason = "no-response",
	.meaning = "An open port drops such a segment without a word, and a filter does the same.",
	.source = "RFC 9293 s. 3.10.7.2",
};

static const struct rule udp_silence = {
	.state = PORT_OPEN_FILTERED,
	.reason = "no-response",
	.meaning = "A program that does not understand the datagram stays silent, and so do a "
		   "filter and a host that limits its errors.",
	.source = "RFC 1122 s. 4.1.3.1",
};

static const struct rule sctp_silence = {
	.state = PORT_FILTERED,
	.reason = "no-response",
	.meaning = "A host that speaks SCTP answers an INIT whether the port is open or closed, so "
		   "silence means that a filter dropped the probe or its answer.",
	.source = "RFC 9260 s. 8.4",
};

static const struct rule ip_silence = {
	.state = PORT_OPEN_FILTERED,
	.reason = "no-response",
	.meaning = "A host that speaks the protocol may drop a packet without content in silence, "
		   "and a filter does the same.",
	.source = "RFC 1122 s. 3.2.2.1",
};

static const struct {
	const struct rule *rules;
	size_t count;
	const struct rule *silence;
} of_kind[PROBE_KINDS] = {
	[PROBE_ACK] = {ack_rules, COUNT(ack_rules), &ack_silence},
	[PROBE_WINDOW] = {window_rules, COUNT(window_rules), &ack_silence},
	[PROBE_FIN] = {fin_rules, COUNT(fin_rules), &fin_silence},
	[PROBE_NULL] = {fin_rules, COUNT(fin_rules), &fin_silence},
	[PROBE_XMAS] = {fin_rules, COUNT(fin_rules), &fin_silence},
	[PROBE_MAIMON] = {fin_rules, COUNT(fin_rules), &fin_silence},
	[PROBE_UDP] = {udp_rules, COUNT(udp_rules), &udp_silence},
	[PROBE_SCTP] = {sctp_rules, COUNT(sctp_rules), &sctp_silence},
	[PROBE_IP] = {ip_rules, COUNT(ip_rules), &ip_silence},
};

const struct rule *rule_table_of(enum probe_kind probe, unsigned *ret_count)
{
	*ret_count = (unsigned)of_kind[probe].count;
	return of_kind[probe].rules;
}

const struct rule *rule_for_silence_of(enum probe_kind probe)
{
	return probe == PROBE_SYN ? rule_for_silence() : of_kind[probe].silence;
}

const struct rule *rule_for(enum probe_kind probe, const struct reply *reply, bool from_target)
{
	bool error = reply->kind == REPLY_ICMP || reply->kind == REPLY_ICMPV6;
	bool by_code = error || probe == PROBE_WINDOW;

	if (probe == PROBE_SYN)
		return rule_for_syn(reply->kind, reply->type, reply->code);
	if (!of_kind[probe].silence)
		return NULL;
	for (size_t i = 0; i < of_kind[probe].count; i++) {
		const struct rule *r = &of_kind[probe].rules[i];

		if (r->reply != reply->kind || (r->origin == ORIGIN_TARGET && !from_target))
			continue;
		if (by_code && (r->type != reply->type || reply->code < r->first_code ||
				reply->code > r->last_code))
			continue;
		return r;
	}
	return error ? rule_for_syn(reply->kind, reply->type, reply->code) : NULL;
}
