// SPDX-License-Identifier: Apache-2.0
// The rules by which a reply, or silence, becomes a state with a reason.
#include "evidence/rule.h"

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>

#include "proto/icmp.h"
#include "proto/icmpv6.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define UNREACHABLE(code_, reason_, meaning_, source_)                                             \
	{                                                                                          \
		REPLY_ICMP, ICMP_TYPE_UNREACHABLE, code_, code_, PORT_FILTERED, reason_, meaning_, \
			source_, ORIGIN_ANY                                                        \
	}
#define UNREACHABLE_V6(code_, reason_, meaning_, source_)                                          \
	{                                                                                          \
		REPLY_ICMPV6, ICMPV6_UNREACHABLE, code_, code_, PORT_FILTERED, reason_, meaning_,  \
			source_, ORIGIN_ANY                                                        \
	}

static const struct rule syn_rules[] = {
	{REPLY_SYN_ACK, 0, 0, 0, PORT_OPEN, "syn-ack",
	 "A SYN/ACK that acknowledges our SYN comes only from a port on which a program listens.",
	 "RFC 9293 s. 3.10.7.2", ORIGIN_ANY},
	{REPLY_SPLIT_SYN, 0, 0, 0, PORT_OPEN, "split-handshake-syn",
	 "The port opened the connection from its own side after acknowledging our SYN, which a "
	 "listening program may do.",
	 "RFC 9293 s. 3.5", ORIGIN_ANY},
	{REPLY_RST, 0, 0, 0, PORT_CLOSED, "reset",
	 "A reset that acknowledges our SYN is how a host answers when no program listens on the "
	 "port.",
	 "RFC 9293 s. 3.10.7.1", ORIGIN_ANY},

	UNREACHABLE(0, "net-unreach", "A router has no route to the target's network.",
		    "RFC 792, RFC 1812 s. 5.2.7.1"),
	UNREACHABLE(1, "host-unreach", "The last router could not reach the host.",
		    "RFC 792, RFC 1812 s. 5.2.7.1"),
	UNREACHABLE(2, "proto-unreach", "TCP is refused as a whole by whoever answered.",
		    "RFC 792, RFC 1122 s. 3.2.2.1"),
	UNREACHABLE(3, "port-unreach",
		    "A TCP stack answers a closed port with a reset, so this refusal comes from a "
		    "filter.",
		    "RFC 792, RFC 1122 s. 3.2.2.1"),
	UNREACHABLE(4, "dest-unreach",
		    "The path says that our small probe does not fit through it.", "RFC 1191 s. 4"),
	UNREACHABLE(5, "dest-unreach", "A source route failed, although the probe carried none.",
		    "RFC 792"),
	UNREACHABLE(6, "dest-unreach", "A router does not know the target's network.",
		    "RFC 1122 s. 3.2.2.1"),
	UNREACHABLE(7, "dest-unreach", "A router does not know the target host.",
		    "RFC 1122 s. 3.2.2.1"),
	UNREACHABLE(8, "dest-unreach", "A router holds our own host to be isolated.",
		    "RFC 1122 s. 3.2.2.1"),
	UNREACHABLE(9, "net-prohibited", "An administrator forbade traffic to that network.",
		    "RFC 1122 s. 3.2.2.1"),
	UNREACHABLE(10, "host-prohibited", "An administrator forbade traffic to that host.",
		    "RFC 1122 s. 3.2.2.1"),
	UNREACHABLE(11, "dest-unreach", "The network is not reachable with this type of service.",
		    "RFC 1122 s. 3.2.2.1"),
	UNREACHABLE(12, "dest-unreach", "The host is not reachable with this type of service.",
		    "RFC 1122 s. 3.2.2.1"),
	UNREACHABLE(13, "admin-prohibited", "A filter on the way says that it dropped the probe.",
		    "RFC 1812 s. 5.2.7.1"),
	UNREACHABLE(14, "dest-unreach", "The probe's precedence is not allowed on this path.",
		    "RFC 1812 s. 5.2.7.1"),
	UNREACHABLE(15, "dest-unreach", "The probe's precedence is below what this path takes.",
		    "RFC 1812 s. 5.2.7.1"),
	{REPLY_ICMP, ICMP_TYPE_TIME_EXCEEDED, 0, 255, PORT_FILTERED, "time-exceeded",
	 "The probe died on the way of old age, so it never reached the port.", "RFC 792",
	 ORIGIN_ANY},
	{REPLY_ICMP, ICMP_TYPE_PARAMETER_PROBLEM, 0, 255, PORT_FILTERED, "param-problem",
	 "Somebody on the way refused the probe's IP header, so it never reached the port.",
	 "RFC 792", ORIGIN_ANY},

	UNREACHABLE_V6(0, "no-route", "A router has no route to the target.", "RFC 4443 s. 3.1"),
	UNREACHABLE_V6(1, "admin-prohibited", "A filter on the way says that it dropped the probe.",
		       "RFC 4443 s. 3.1"),
	UNREACHABLE_V6(2, "beyond-scope", "The target lies beyond the scope of our address.",
		       "RFC 4443 s. 3.1"),
	UNREACHABLE_V6(3, "host-unreach", "The last router could not reach the address.",
		       "RFC 4443 s. 3.1"),
	UNREACHABLE_V6(4, "port-unreach",
		       "A TCP stack answers a closed port with a reset, so this refusal comes from "
		       "a filter.",
		       "RFC 4443 s. 3.1"),
	UNREACHABLE_V6(5, "admin-prohibited", "A filter refuses our source address.",
		       "RFC 4443 s. 3.1"),
	UNREACHABLE_V6(6, "reject-route", "A router was told to reject this destination.",
		       "RFC 4443 s. 3.1"),
	{REPLY_ICMPV6, ICMPV6_UNREACHABLE, 7, 255, PORT_FILTERED, "dest-unreach",
	 "The probe could not be delivered.", "RFC 4443 s. 3.1", ORIGIN_ANY},
	{REPLY_ICMPV6, ICMPV6_TOO_BIG, 0, 255, PORT_FILTERED, "packet-too-big",
	 "The path says that our small probe does not fit through it.", "RFC 4443 s. 3.2",
	 ORIGIN_ANY},
	{REPLY_ICMPV6, ICMPV6_TIME_EXCEEDED, 0, 255, PORT_FILTERED, "time-exceeded",
	 "The probe died on the way of old age, so it never reached the port.", "RFC 4443 s. 3.3",
	 ORIGIN_ANY},
	{REPLY_ICMPV6, ICMPV6_PARAMETER_PROBLEM, 0, 255, PORT_FILTERED, "param-problem",
	 "Somebody on the way refused the probe's IP header, so it never reached the port.",
	 "RFC 4443 s. 3.4", ORIGIN_ANY},
};

static const struct rule silence_rule = {
	.state = PORT_FILTERED,
	.reason = "no-response",
	.meaning = "A reachable host answers a SYN whether the port is open or closed, so silence "
		   "means that a filter dropped the probe or its answer.",
	.source = "RFC 9293 s. 3.10.7",
};

static const char *const state_names[] = {
	[PORT_UNDECIDED] = "undecided", [PORT_OPEN_FILTERED] = "open|filtered",
	[PORT_FILTERED] = "filtered",   [PORT_UNFILTERED] = "unfiltered",
	[PORT_CLOSED] = "closed",       [PORT_OPEN] = "open",
};
static_assert(COUNT(state_names) == PORT_STATES, "every state has a name");

/* What a kind of probe is called, what it asks about, and the scan it makes. */
static const struct {
	const char *name;
	const char *protocol; /* NULL: it asks about no port */
	const char *scan;
} kinds[] = {
	[PROBE_SYN] = {"SYN", "tcp", "SYN scan"},
	[PROBE_ACK] = {"ACK", "tcp", "ACK scan"},
	[PROBE_ECHO] = {"echo request", NULL, NULL},
	[PROBE_TIMESTAMP] = {"timestamp request", NULL, NULL},
	[PROBE_ARP] = {"ARP request", NULL, NULL},
	[PROBE_ND] = {"neighbour solicitation", NULL, NULL},
	[PROBE_WINDOW] = {"ACK", "tcp", "window scan"},
	[PROBE_FIN] = {"FIN", "tcp", "FIN scan"},
	[PROBE_NULL] = {"TCP without flags", "tcp", "NULL scan"},
	[PROBE_XMAS] = {"FIN, PSH, URG", "tcp", "Xmas scan"},
	[PROBE_MAIMON] = {"FIN/ACK", "tcp", "Maimon scan"},
	[PROBE_UDP] = {"UDP datagram", "udp", "UDP scan"},
	[PROBE_SCTP] = {"SCTP INIT", "sctp", "SCTP INIT scan"},
	[PROBE_IP] = {"packet of the protocol", "ip", "IP protocol scan"},
	[PROBE_LOOKUP] = {"DNS query", NULL, NULL},
};
static_assert(COUNT(kinds) == PROBE_KINDS, "every probe kind has a name");

const struct rule *rule_for_syn(enum reply_kind reply, uint8_t type, uint8_t code)
{
	bool by_code = reply == REPLY_ICMP || reply == REPLY_ICMPV6;

	for (size_t i = 0; i < COUNT(syn_rules); i++) {
		const struct rule *r = &syn_rules[i];

		if (r->reply != reply)
			continue;
		if (!by_code || (r->type == type && code >= r->first_code && code <= r->last_code))
			return r;
	}
	return NULL;
}

const struct rule *rule_for_silence(void)
{
	return &silence_rule;
}

/* ICMP errors that show life only when the target itself sent them: port and protocol refused. */
static const char *host_reason_of_error(enum reply_kind reply, uint8_t type, uint8_t code)
{
	if (reply == REPLY_ICMP && type == ICMP_TYPE_UNREACHABLE && (code == 2 || code == 3))
		return code == 2 ? "proto-unreach" : "port-unreach";
	if (reply == REPLY_ICMPV6 && type == ICMPV6_UNREACHABLE && code == 4)
		return "port-unreach";
	return NULL;
}

const char *rule_host_reason(enum reply_kind reply, uint8_t type, uint8_t code, bool from_target)
{
	if (!from_target)
		return NULL;
	switch (reply) {
	case REPLY_SYN_ACK:
		return "syn-ack";
	case REPLY_SPLIT_SYN:
	case REPLY_ACK:
		return "tcp-response";
	case REPLY_RST:
		return "reset";
	case REPLY_ECHO:
		return "echo-reply";
	case REPLY_TIMESTAMP:
		return "timestamp-reply";
	case REPLY_ARP:
		return "arp-response";
	case REPLY_ND:
		return "nd-response";
	case REPLY_UDP:
		return "udp-response";
	case REPLY_INIT_ACK:
		return "init-ack";
	case REPLY_ABORT:
		return "abort";
	case REPLY_IP:
		return "proto-response";
	case REPLY_LOOKUP:
		return NULL; /* a name server is asked, not probed */
	case REPLY_ICMP:
	case REPLY_ICMPV6:
		return host_reason_of_error(reply, type, code);
	case REPLY_KINDS:
		break;
	}
	return NULL;
}

const struct rule *rule_table(unsigned *ret_count)
{
	*ret_count = COUNT(syn_rules);
	return syn_rules;
}

const char *port_state_name(enum port_state state)
{
	return state_names[state];
}

const char *probe_kind_name(enum probe_kind kind)
{
	return kinds[kind].name;
}

const char *probe_kind_protocol(enum probe_kind kind)
{
	return kinds[kind].protocol;
}

const char *probe_kind_scan(enum probe_kind kind)
{
	return kinds[kind].scan;
}

bool probe_kind_is_tcp(enum probe_kind kind)
{
	return kind == PROBE_SYN || kind == PROBE_ACK ||
	       (kind >= PROBE_WINDOW && kind <= PROBE_MAIMON);
}

bool probe_kind_acknowledges(enum probe_kind kind)
{
	return kind == PROBE_ACK || kind == PROBE_WINDOW || kind == PROBE_MAIMON;
}
