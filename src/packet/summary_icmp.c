// SPDX-License-Identifier: Apache-2.0
// The Info column of ICMP and ICMPv6: Wireshark's words, and for an error what it is about.
#include "packet/summary_parts.h"
#include "proto/ip_name.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* The text of a type and, where it has them, of its codes. */
struct words {
	uint8_t type;
	uint8_t code_count;
	const char *name;
	const char *const *codes;
};

/* RFC 792, RFC 1122 s. 3.2.2.1, RFC 1812 s. 5.2.7.1 */
static const char *const unreachable_codes[] = {
	"Network unreachable",
	"Host unreachable",
	"Protocol unreachable",
	"Port unreachable",
	"Fragmentation needed",
	"Source route failed",
	"Destination network unknown",
	"Destination host unknown",
	"Source host isolated",
	"Network administratively prohibited",
	"Host administratively prohibited",
	"Network unreachable for TOS",
	"Host unreachable for TOS",
	"Communication administratively filtered",
	"Host precedence violation",
	"Precedence cutoff in effect",
};

static const char *const redirect_codes[] = {
	"Redirect for network",
	"Redirect for host",
	"Redirect for TOS and network",
	"Redirect for TOS and host",
};

static const char *const exceeded_codes[] = {
	"Time to live exceeded in transit",
	"Fragment reassembly time exceeded",
};

static const char *const problem_codes[] = {
	"Pointer indicates the error",
	"Required option missing",
	"Bad length",
};

static const struct words icmp_words[] = {
	{ICMP_TYPE_ECHO_REPLY, 0, "Echo (ping) reply", NULL},
	{ICMP_TYPE_UNREACHABLE, COUNT(unreachable_codes), "Destination unreachable",
	 unreachable_codes},
	{ICMP_TYPE_SOURCE_QUENCH, 0, "Source quench (flow control)", NULL},
	{ICMP_TYPE_REDIRECT, COUNT(redirect_codes), "Redirect", redirect_codes},
	{ICMP_TYPE_ECHO, 0, "Echo (ping) request", NULL},
	{9, 0, "Router advertisement", NULL}, /* RFC 1256 */
	{10, 0, "Router solicitation", NULL},
	{ICMP_TYPE_TIME_EXCEEDED, COUNT(exceeded_codes), "Time-to-live exceeded", exceeded_codes},
	{ICMP_TYPE_PARAMETER_PROBLEM, COUNT(problem_codes), "Parameter problem", problem_codes},
	{ICMP_TYPE_TIMESTAMP, 0, "Timestamp request", NULL},
	{ICMP_TYPE_TIMESTAMP_REPLY, 0, "Timestamp reply", NULL},
	{ICMP_TYPE_INFORMATION, 0, "Information request", NULL},
	{ICMP_TYPE_INFORMATION_REPLY, 0, "Information reply", NULL},
	{ICMP_TYPE_MASK, 0, "Address mask request", NULL},
	{ICMP_TYPE_MASK_REPLY, 0, "Address mask reply", NULL},
	{30, 0, "Traceroute", NULL}, /* RFC 1393 */
};

/* RFC 4443 s. 3, RFC 7112, RFC 8883 */
static const char *const unreachable6_codes[] = {
	"no route to destination",
	"Administratively prohibited",
	"Beyond scope of source address",
	"Address unreachable",
	"Port unreachable",
	"Source address failed ingress/egress policy",
	"Reject route to destination",
	"Error in Source Routing Header",
};

static const char *const exceeded6_codes[] = {
	"hop limit exceeded in transit",
	"fragment reassembly time exceeded",
};

static const char *const problem6_codes[] = {
	"erroneous header field encountered",
	"unrecognized Next Header type encountered",
	"unrecognized IPv6 option encountered",
	"IPv6 First Fragment has incomplete IPv6 Header Chain",
};

static const struct words icmpv6_words[] = {
	{ICMPV6_UNREACHABLE, COUNT(unreachable6_codes), "Destination Unreachable",
	 unreachable6_codes},
	{ICMPV6_TOO_BIG, 0, "Packet Too Big", NULL},
	{ICMPV6_TIME_EXCEEDED, COUNT(exceeded6_codes), "Time Exceeded", exceeded6_codes},
	{ICMPV6_PARAMETER_PROBLEM, COUNT(problem6_codes), "Parameter Problem", problem6_codes},
	{ICMPV6_ECHO, 0, "Echo (ping) request", NULL},
	{ICMPV6_ECHO_REPLY, 0, "Echo (ping) reply", NULL},
	{130, 0, "Multicast Listener Query", NULL}, /* RFC 2710 */
	{131, 0, "Multicast Listener Report", NULL},
	{132, 0, "Multicast Listener Done", NULL},
	{ICMPV6_ROUTER_SOLICIT, 0, "Router Solicitation", NULL},
	{ICMPV6_ROUTER_ADVERT, 0, "Router Advertisement", NULL},
	{ICMPV6_NEIGHBOUR_SOLICIT, 0, "Neighbor Solicitation", NULL},
	{ICMPV6_NEIGHBOUR_ADVERT, 0, "Neighbor Advertisement", NULL},
	{ICMPV6_REDIRECT, 0, "Redirect", NULL},
	{143, 0, "Multicast Listener Report Message v2", NULL}, /* RFC 3810 */
};

static const struct words *find(const struct words *table, size_t count, uint8_t type)
{
	for (size_t i = 0; i < count; i++)
		if (table[i].type == type)
			return &table[i];
	return NULL;
}

/* " for 198.51.100.10:70/tcp": the probe that the error answers. */
static void add_probe(struct buf *out, const struct packet *packet)
{
	const struct ip_packet *q = &packet->quote;
	const char *name;
	bool ports, brackets;

	if (!packet->has_quote)
		return;
	name = ip_protocol_name(q->protocol);
	ports = q->transport == TRANSPORT_TCP || q->transport == TRANSPORT_UDP;
	brackets = ports && q->network == NETWORK_IPV6;
	buf_puts(out, brackets ? " for [" : " for ");
	summary_addr(out, &q->destination);
	if (brackets)
		buf_putc(out, ']');
	if (ports)
		buf_printf(out, ":%u",
			   q->transport == TRANSPORT_TCP ? q->tcp.destination_port
							 : q->udp.destination_port);
	if (name)
		buf_printf(out, "/%s", name);
	else
		buf_printf(out, "/protocol %u", q->protocol);
}

void summary_icmp(struct buf *out, const struct packet *packet)
{
	const struct icmp_hdr *h = &packet->ip.icmp;
	const struct words *w = find(icmp_words, COUNT(icmp_words), h->type);

	if (!w) {
		buf_printf(out, "Unknown ICMP type %u, code %u", h->type, h->code);
		return;
	}
	if (w->codes && h->code < w->code_count)
		buf_printf(out, "%-20s (%s)", w->name, w->codes[h->code]);
	else if (w->codes)
		buf_printf(out, "%-20s (Unknown code: %u)", w->name, h->code);
	else if (!h->is_error && h->type != 9 && h->type != 10 && h->type != 30)
		buf_printf(out, "%-20s id=0x%04x, seq=%u/%u, ttl=%u", w->name, h->id, h->sequence,
			   __builtin_bswap16(h->sequence), packet->ip.hops);
	else
		buf_puts(out, w->name);
	add_probe(out, packet);
}

/* " (rtr, sol, ovr)", or " (none)". */
static void add_nd_flags(struct buf *out, uint32_t flags)
{
	static const struct {
		uint32_t flag;
		const char *name;
	} names[] = {{ND_ROUTER, "rtr"}, {ND_SOLICITED, "sol"}, {ND_OVERRIDE, "ovr"}};
	const char *separator = " (";

	for (size_t i = 0; i < COUNT(names); i++) {
		if (!(flags & names[i].flag))
			continue;
		buf_puts(out, separator);
		buf_puts(out, names[i].name);
		separator = ", ";
	}
	buf_puts(out, separator[0] == ',' ? ")" : " (none)");
}

/* What follows the words of an echo or a neighbour discovery message. */
static void add_icmpv6_fields(struct buf *out, const struct ip_packet *ip)
{
	const struct icmpv6_hdr *h = &ip->icmpv6;
	char mac[MAC_TEXT_MAX];

	if (h->type == ICMPV6_ECHO || h->type == ICMPV6_ECHO_REPLY) {
		buf_printf(out, " id=0x%04x, seq=%u, hop limit=%u", h->id, h->sequence, ip->hops);
		return;
	}
	if (h->type == ICMPV6_NEIGHBOUR_SOLICIT && h->target.family) {
		buf_puts(out, " for ");
		summary_addr(out, &h->target);
	}
	if (h->type == ICMPV6_NEIGHBOUR_ADVERT && h->target.family) {
		buf_putc(out, ' ');
		summary_addr(out, &h->target);
		add_nd_flags(out, h->nd_flags);
	}
	if (h->has_link_address)
		buf_printf(out, " %s %s", h->type == ICMPV6_NEIGHBOUR_ADVERT ? "is at" : "from",
			   mac_text(h->link_address, true, mac));
}

void summary_icmpv6(struct buf *out, const struct packet *packet)
{
	const struct icmpv6_hdr *h = &packet->ip.icmpv6;
	const struct words *w = find(icmpv6_words, COUNT(icmpv6_words), h->type);

	if (!w) {
		buf_printf(out, "Unknown (%u)", h->type);
		return;
	}
	buf_puts(out, w->name);
	if (w->codes && h->code < w->code_count)
		buf_printf(out, " (%s)", w->codes[h->code]);
	else if (w->codes)
		buf_printf(out, " (Unknown (%u))", h->code);
	add_icmpv6_fields(out, &packet->ip);
	add_probe(out, packet);
}
