// SPDX-License-Identifier: Apache-2.0
// --packet-trace: one line a frame in the classic grammar of Nmap 7.93.
#include "report/trace.h"

#include <inttypes.h>

#include "packet/decode.h"
#include "proto/ip_name.h"
#include "report/trace_parts.h"

#define TICKS_PER_SEC        10000 /* the four digits behind the point */
#define NSEC_PER_TICK        (NSEC_PER_SEC / TICKS_PER_SEC)
#define ICMPV6_TYPE_CODE_MIN 5 /* Nmap shows type and code only when more than four bytes came */

static void add_time(struct buf *out, nsec_t time)
{
	uint64_t whole = time < 0 ? -(uint64_t)time : (uint64_t)time;
	uint64_t ticks = (whole + NSEC_PER_TICK / 2) / NSEC_PER_TICK;

	buf_printf(out, "%s%" PRIu64 ".%04u", time < 0 && ticks ? "-" : "", ticks / TICKS_PER_SEC,
		   (unsigned)(ticks % TICKS_PER_SEC));
}

void trace_addr(struct buf *out, const struct addr *a)
{
	char text[ADDR_TEXT_MAX];

	buf_puts(out, addr_text(a, text));
}

/* "A > B" or, with ports, "A:1 > B:2". */
static void add_ends(struct buf *out, const struct ip_packet *ip)
{
	trace_addr(out, &ip->source);
	buf_puts(out, " > ");
	trace_addr(out, &ip->destination);
}

static void add_ports(struct buf *out, const struct ip_packet *ip, unsigned source,
		      unsigned destination)
{
	trace_addr(out, &ip->source);
	buf_printf(out, ":%u > ", source);
	trace_addr(out, &ip->destination);
	buf_printf(out, ":%u ", destination);
}

/* A transport whose ports are not there; what: the word in place of its flags, with a space. */
static void add_incomplete(struct buf *out, const struct frame *frame, const struct ip_packet *ip,
			   const char *name, const char *what)
{
	buf_printf(out, "%s ", name);
	trace_addr(out, &ip->source);
	buf_puts(out, ":?? > ");
	trace_addr(out, &ip->destination);
	buf_printf(out, ":?? %s", what);
	trace_ip(out, frame, ip);
	buf_puts(out, " (incomplete)");
}

void trace_ip(struct buf *out, const struct frame *frame, const struct ip_packet *ip)
{
	const struct ipv4_hdr *h = &ip->ipv4;

	if (ip->network == NETWORK_IPV6) {
		buf_printf(out, "hopl=%u flow=%" PRIx32 " payloadlen=%u", ip->ipv6.hop_limit,
			   ip->ipv6.flow_label, ip->ipv6.payload_len);
		return;
	}
	buf_printf(out, "ttl=%u id=%u iplen=%u ", h->ttl, h->id, h->total_len);
	if (h->fragment_offset || (h->flags & IPV4_FLAG_MF))
		buf_printf(out, "frag offset=%u%s ", h->fragment_offset,
			   h->flags & IPV4_FLAG_MF ? "+" : "");
	trace_ip_options(out, frame, h);
}

static void add_tcp(struct buf *out, const struct frame *frame, const struct ip_packet *ip)
{
	static const struct {
		uint16_t flag;
		char letter;
	} letters[] = {
		{TCP_SYN, 'S'}, {TCP_FIN, 'F'}, {TCP_RST, 'R'}, {TCP_PSH, 'P'},
		{TCP_ACK, 'A'}, {TCP_URG, 'U'}, {TCP_ECE, 'E'}, {TCP_CWR, 'C'},
	};
	const struct tcp_hdr *tcp = &ip->tcp;

	if (ip->transport != TRANSPORT_TCP) {
		add_incomplete(out, frame, ip, "TCP", "?? ");
		return;
	}
	buf_puts(out, "TCP ");
	add_ports(out, ip, tcp->source_port, tcp->destination_port);
	for (size_t i = 0; i < sizeof(letters) / sizeof(letters[0]); i++)
		if (tcp->flags & letters[i].flag)
			buf_putc(out, letters[i].letter);
	buf_putc(out, ' ');
	trace_ip(out, frame, ip);
	buf_printf(out, " seq=%" PRIu32 " win=%u ", tcp->seq, tcp->window);
	trace_tcp_options(out, frame, tcp);
}

static void add_udp(struct buf *out, const struct frame *frame, const struct ip_packet *ip)
{
	if (ip->transport != TRANSPORT_UDP) {
		add_incomplete(out, frame, ip, "UDP", "fragment ");
		return;
	}
	buf_puts(out, "UDP ");
	add_ports(out, ip, ip->udp.source_port, ip->udp.destination_port);
	trace_ip(out, frame, ip);
}

/* A cursor at the transport header, where that lies in the frame. */
static struct cursor transport_bytes(const struct frame *frame, const struct ip_packet *ip)
{
	struct cursor c = cursor_init(frame->bytes, frame->captured_len, frame->wire_len);

	cursor_skip(&c, ip->transport_at);
	c.wire = ip->data_at + ip->data_len;
	if (c.captured > c.wire)
		c.captured = c.wire;
	if (ip->transport != TRANSPORT_OTHER)
		cursor_malformed(&c);
	return c;
}

static void add_sctp(struct buf *out, const struct frame *frame, const struct ip_packet *ip)
{
	struct cursor c = transport_bytes(frame, ip);
	unsigned source = cursor_be16(&c);
	unsigned destination = cursor_be16(&c);

	if (!cursor_ok(&c)) {
		add_incomplete(out, frame, ip, "SCTP", "");
		return;
	}
	buf_puts(out, "SCTP ");
	add_ports(out, ip, source, destination);
	trace_ip(out, frame, ip);
}

/* Number 58 is shown the same under IPv6 and, where it does not belong, under IPv4. */
static void add_icmpv6(struct buf *out, const struct frame *frame, const struct ip_packet *ip)
{
	struct cursor c = transport_bytes(frame, ip);
	unsigned type, code;

	if (ip->transport == TRANSPORT_ICMPV6 ||
	    (ip->transport == TRANSPORT_NONE && ip->status != CURSOR_OK))
		c.status = CURSOR_OK;
	cursor_need(&c, ICMPV6_TYPE_CODE_MIN);
	type = cursor_u8(&c);
	code = cursor_u8(&c);
	buf_puts(out, "ICMPv6 (58) ");
	add_ends(out, ip);
	if (cursor_ok(&c))
		buf_printf(out, " (type=%u/code=%u) ", type, code);
	else
		buf_puts(out, " (type=?/code=?) ");
	trace_ip(out, frame, ip);
}

/* A received neighbour discovery message (RFC 4861 s. 4.3, 4.4). */
static void add_neighbour(struct buf *out, const struct ip_packet *ip)
{
	const struct icmpv6_hdr *h = &ip->icmpv6;
	char mac[MAC_TEXT_MAX];

	buf_puts(out, h->type == ICMPV6_NEIGHBOUR_SOLICIT ? "neighbor solicitation "
							  : "neighbor advertisement ");
	add_ends(out, ip);
	buf_putc(out, ' ');
	if (h->target.family == 0) {
		buf_puts(out, "packet too short");
	} else if (h->type == ICMPV6_NEIGHBOUR_SOLICIT) {
		buf_puts(out, "who has ");
		trace_addr(out, &h->target);
	} else if (h->has_link_address) {
		trace_addr(out, &h->target);
		buf_printf(out, " is at %s", mac_text(h->link_address, true, mac));
	} else {
		buf_puts(out, "no link-layer address");
	}
}

static void add_other(struct buf *out, const struct frame *frame, const struct ip_packet *ip)
{
	const char *name = ip_protocol_name(ip->protocol);

	buf_printf(out, "%s (%u) ", name ? name : "unknown", ip->protocol);
	add_ends(out, ip);
	buf_puts(out, ": ");
	trace_ip(out, frame, ip);
}

static void add_ip(struct buf *out, const struct frame *frame, const struct packet *packet,
		   bool sent)
{
	const struct ip_packet *ip = &packet->ip;
	bool nd =
		ip->transport == TRANSPORT_ICMPV6 && (ip->icmpv6.type == ICMPV6_NEIGHBOUR_SOLICIT ||
						      ip->icmpv6.type == ICMPV6_NEIGHBOUR_ADVERT);

	if (nd && !sent) {
		add_neighbour(out, ip);
	} else if (ip->protocol == IP_TCP) {
		add_tcp(out, frame, ip);
	} else if (ip->protocol == IP_UDP) {
		add_udp(out, frame, ip);
	} else if (ip->transport == TRANSPORT_ICMP) {
		trace_icmp(out, frame, packet);
	} else if (ip->protocol == IP_ICMP) {
		buf_puts(out, "ICMP ");
		add_ends(out, ip);
		buf_puts(out, " [??] ");
		trace_ip(out, frame, ip);
	} else if (ip->protocol == IP_ICMPV6) {
		add_icmpv6(out, frame, ip);
	} else if (ip->protocol == IP_SCTP) {
		add_sctp(out, frame, ip);
	} else {
		add_other(out, frame, ip);
	}
}

static void add_arp(struct buf *out, const struct arp_hdr *arp)
{
	char mac[MAC_TEXT_MAX];

	if (arp->operation == ARP_REQUEST) {
		buf_puts(out, "ARP who-has ");
		trace_addr(out, &arp->target);
		buf_puts(out, " tell ");
		trace_addr(out, &arp->sender);
	} else {
		buf_puts(out, "ARP reply ");
		trace_addr(out, &arp->sender);
		buf_printf(out, " is-at %s", mac_text(arp->sender_mac, false, mac));
	}
}

/* Neither ARP nor IP, or not enough of either. */
static void add_unread(struct buf *out, const struct frame *frame, const struct packet *packet)
{
	char source[MAC_TEXT_MAX], destination[MAC_TEXT_MAX];
	bool ip_link =
		frame->link == LINK_RAW || frame->link == LINK_IPV4 || frame->link == LINK_IPV6;

	if (ip_link || packet->ether_type == ETHER_IPV4 || packet->ether_type == ETHER_IPV6)
		buf_puts(out, "BOGUS!  Can't parse supposed IP packet");
	else if (packet->has_ethernet)
		buf_printf(out, "ether (%u) %s > %s: len=%" PRIu32, packet->ether_type,
			   mac_text(packet->ethernet.source, false, source),
			   mac_text(packet->ethernet.destination, false, destination),
			   frame->wire_len);
	else
		buf_printf(out, "link (%u) none > none: len=%" PRIu32, (unsigned)frame->link,
			   frame->wire_len);
}

/* An IPv4 header whose length field is impossible cannot be read any further. */
static bool is_bogus(const struct packet *packet)
{
	return packet->network == NETWORK_IPV4 && packet->ip.ipv4.header_len < IPV4_HEADER_MIN;
}

void trace_line(struct buf *out, const struct frame *frame, bool sent, nsec_t since_start)
{
	struct packet packet;

	packet_decode(frame, &packet);
	buf_puts(out, sent ? "SENT (" : "RCVD (");
	add_time(out, since_start);
	buf_puts(out, "s) ");
	if (packet.network == NETWORK_ARP && packet.arp.ipv4_over_ethernet)
		add_arp(out, &packet.arp);
	else if (packet.network == NETWORK_NONE || packet.network == NETWORK_ARP)
		add_unread(out, frame, &packet);
	else if (is_bogus(&packet))
		buf_puts(out, "BOGUS!  Can't parse supposed IP packet");
	else
		add_ip(out, frame, &packet, sent);
	buf_putc(out, '\n');
}
