// SPDX-License-Identifier: Apache-2.0
// Takes a frame apart, once, for everybody: matcher, trace line, list, filter, explanation.
//
// Theory of operation: one cursor walks link header, tags, network header and transport header.
// Each reader narrows it to its payload, so that padding falls off and a length that lies cannot
// reach beyond what was sent. Nothing recurses: the packet an ICMP error quotes is read by a second
// call of the same function, and what that packet may quote itself is left alone.
#include "packet/decode.h"

#include "packet/decode_usual.h"
#include "proto/null.h"
#include "proto/ppp.h"
#include "proto/sll.h"
#include "wire/checksum.h"

#define VLAN_TAGS_MAX 8 /* more in one frame is malformed: a budget, not a standard */
#define PORTS_LEN     8 /* TCP: ports and sequence number; UDP and ICMP: the header */

/* The header lies in *c; when sender_cut, bytes past the wire end are missing, not promised. */
static void read_transport(struct cursor *c, bool sender_cut, struct ip_packet *p)
{
	if (p->protocol == IP_TCP) {
		if (sender_cut)
			tcp_read_quoted(c, &p->tcp);
		else
			tcp_read(c, &p->tcp);
		p->transport = TRANSPORT_TCP;
	} else if (p->protocol == IP_UDP) {
		if (sender_cut)
			udp_read_quoted(c, &p->udp);
		else
			udp_read(c, &p->udp);
		p->transport = TRANSPORT_UDP;
	} else if (p->protocol == IP_ICMP && p->network == NETWORK_IPV4) {
		icmp_read(c, &p->icmp);
		p->transport = TRANSPORT_ICMP;
	} else if (p->protocol == IP_ICMPV6 && p->network == NETWORK_IPV6) {
		icmpv6_read(c, &p->icmpv6);
		p->transport = TRANSPORT_ICMPV6;
	} else {
		p->transport = TRANSPORT_OTHER;
	}
}

/* True when so much of the transport header was there that its fields may be used. */
static bool transport_usable(const struct cursor *c, bool quoted, const struct ip_packet *p)
{
	switch (p->transport) {
	case TRANSPORT_TCP:
		return p->tcp.complete || (quoted && c->at >= p->transport_at + PORTS_LEN);
	case TRANSPORT_UDP:
		return c->at >= p->transport_at + UDP_HEADER_LEN;
	case TRANSPORT_ICMP:
		return p->icmp.complete;
	case TRANSPORT_ICMPV6:
		return p->icmpv6.complete;
	case TRANSPORT_NONE:
	case TRANSPORT_FRAGMENT:
	case TRANSPORT_OTHER:
		return true;
	}
	return true;
}

/* Reads the network header; false when the packet ends there. */
static bool read_ipv4(struct cursor *c, bool quoted, struct ip_packet *p)
{
	if (quoted)
		ipv4_read_quoted(c, &p->ipv4);
	else
		ipv4_read(c, &p->ipv4);
	if (!p->ipv4.complete)
		return false;
	p->network = NETWORK_IPV4;
	addr_set_v4(&p->source, p->ipv4.source.bytes);
	addr_set_v4(&p->destination, p->ipv4.destination.bytes);
	p->hops = p->ipv4.ttl;
	p->protocol = p->ipv4.protocol;
	if (cursor_ok(c) && p->ipv4.fragment_offset)
		p->transport = TRANSPORT_FRAGMENT;
	return cursor_ok(c) && p->transport == TRANSPORT_NONE;
}

static bool read_ipv6(struct cursor *c, struct ip_packet *p)
{
	ipv6_read(c, &p->ipv6);
	if (!p->ipv6.complete)
		return false;
	p->network = NETWORK_IPV6;
	addr_set_v6(&p->source, p->ipv6.source.bytes);
	addr_set_v6(&p->destination, p->ipv6.destination.bytes);
	p->hops = p->ipv6.hop_limit;
	p->protocol = p->ipv6.protocol;
	if (cursor_ok(c) && p->ipv6.has_fragment && p->ipv6.fragment_offset)
		p->transport = TRANSPORT_FRAGMENT;
	return cursor_ok(c) && p->transport == TRANSPORT_NONE;
}

/* What an IP packet is before anything was read; zeroing all of it would take as long. The
 * addresses are cleared when it turns out that there are none. */
static void clear_ip(struct ip_packet *p)
{
	p->network = NETWORK_NONE;
	p->hops = 0;
	p->protocol = 0;
	p->transport = TRANSPORT_NONE;
	p->network_at = 0;
	p->transport_at = 0;
	p->data_at = 0;
	p->data_len = 0;
	p->status = CURSOR_OK;
}

static void clear_addresses(struct ip_packet *p)
{
	p->source = (struct addr) {0};
	p->destination = (struct addr) {0};
}

/* One IP packet. quoted: it lies in an ICMP error, cut by whoever sent that. */
static void read_ip(struct cursor *c, bool ipv6, bool quoted, struct ip_packet *p)
{
	bool more, payload_short, goes_on;

	clear_ip(p);
	p->network_at = c->at;
	goes_on = ipv6 ? read_ipv6(c, p) : read_ipv4(c, quoted, p);
	if (p->network == NETWORK_NONE)
		clear_addresses(p);
	more = ipv6 ? p->ipv6.more_fragments : (p->ipv4.flags & IPV4_FLAG_MF) != 0;
	payload_short = ipv6 ? p->ipv6.payload_short : p->ipv4.payload_short;
	p->transport_at = c->at;
	if (goes_on) {
		bool sender_cut = quoted || more;

		read_transport(c, sender_cut, p);
		if (!transport_usable(c, quoted, p))
			p->transport = TRANSPORT_NONE;
		if (sender_cut && c->status == CURSOR_MALFORMED)
			c->status = CURSOR_OK;
	} else if (quoted && payload_short && c->status == CURSOR_MALFORMED) {
		c->status = CURSOR_OK; /* an extension header that was quoted in part */
	}
	if (payload_short && !quoted)
		cursor_malformed(c);
	p->status = c->status;
	p->data_at = c->at;
	p->data_len = c->wire - c->at;
}

/* Reads VLAN tags off the cursor and returns the EtherType behind them. */
static uint16_t read_tags(struct cursor *c, uint16_t type, struct packet *packet)
{
	while (eth_is_vlan(type) && cursor_ok(c)) {
		struct vlan_tag tag;

		if (packet->vlan_count == VLAN_TAGS_MAX) {
			cursor_malformed(c);
			break;
		}
		vlan_read(c, &tag);
		if (!cursor_ok(c))
			break;
		if (packet->vlan_count++ == 0)
			packet->vlan_id = tag.id;
		type = tag.type;
	}
	return type;
}

/* The EtherType that the version nibble stands for; 0 for none. */
static uint16_t type_by_version(const struct cursor *c)
{
	struct cursor look = *c;
	uint8_t version = cursor_u8(&look) >> 4;

	return version == 4 ? ETHER_IPV4 : version == 6 ? ETHER_IPV6 : 0;
}

/* Reads the link header and returns the EtherType of what follows; 0 when nobody can tell. */
static uint16_t read_link(struct cursor *c, enum link_type link, struct packet *packet)
{
	struct sll_hdr sll;

	switch (link) {
	case LINK_ETHERNET:
		eth_read(c, &packet->ethernet);
		packet->has_ethernet = cursor_ok(c);
		packet->ether_type = read_tags(c, packet->ethernet.type, packet);
		return packet->ether_type;
	case LINK_LINUX_SLL:
		sll_read(c, &sll);
		packet->ether_type = read_tags(c, sll.protocol, packet);
		return packet->ether_type;
	case LINK_LINUX_SLL2:
		sll2_read(c, &sll);
		packet->ether_type = read_tags(c, sll.protocol, packet);
		return packet->ether_type;
	case LINK_NULL:
	case LINK_LOOP:
		return null_read(c);
	case LINK_PPP:
	case LINK_PPP_SERIAL:
		return ppp_read(c);
	case LINK_RAW:
		return type_by_version(c);
	case LINK_IPV4:
		return ETHER_IPV4;
	case LINK_IPV6:
		return ETHER_IPV6;
	}
	return 0;
}

/* The packet that an ICMP error quotes is read by the same readers, once. */
static void read_quote(struct cursor *c, struct packet *packet)
{
	const struct ip_packet *ip = &packet->ip;
	bool icmp = ip->transport == TRANSPORT_ICMP && ip->icmp.is_error;
	bool icmpv6 = ip->transport == TRANSPORT_ICMPV6 && ip->icmpv6.is_error;

	if (!icmp && !icmpv6)
		return;
	c->status = CURSOR_OK;
	read_ip(c, icmpv6, true, &packet->quote);
	packet->has_quote = packet->quote.network != NETWORK_NONE;
}

void packet_decode_any(const struct frame *frame, struct packet *ret_packet)
{
	struct cursor c = cursor_init(frame->bytes, frame->captured_len, frame->wire_len);
	uint16_t type;

	ret_packet->usual = false;
	ret_packet->has_ethernet = false;
	ret_packet->ether_type = 0;
	ret_packet->vlan_count = 0;
	ret_packet->vlan_id = 0;
	ret_packet->network = NETWORK_NONE;
	ret_packet->has_quote = false;
	type = read_link(&c, frame->link, ret_packet);
	if (cursor_ok(&c) && type == ETHER_ARP) {
		arp_read(&c, &ret_packet->arp);
		if (cursor_ok(&c))
			ret_packet->network = NETWORK_ARP;
	} else if (cursor_ok(&c) && (type == ETHER_IPV4 || type == ETHER_IPV6)) {
		read_ip(&c, type == ETHER_IPV6, false, &ret_packet->ip);
		ret_packet->network = ret_packet->ip.network;
		ret_packet->status = ret_packet->ip.status;
		read_quote(&c, ret_packet);
		return;
	}
	clear_ip(&ret_packet->ip);
	clear_addresses(&ret_packet->ip);
	ret_packet->status = c.status;
}

void packet_decode(const struct frame *frame, struct packet *ret_packet)
{
	if (!packet_decode_usual(frame, ret_packet))
		packet_decode_any(frame, ret_packet);
}

static bool is_fragment(const struct ip_packet *ip)
{
	if (ip->network == NETWORK_IPV4)
		return ip->ipv4.fragment_offset || (ip->ipv4.flags & IPV4_FLAG_MF);
	return ip->ipv6.has_fragment && (ip->ipv6.fragment_offset || ip->ipv6.more_fragments);
}

/* The sum that the checksum of this packet starts from; false when there is none to judge. */
static bool checksum_start(const struct ip_packet *ip, uint32_t len, uint32_t *ret_sum)
{
	uint8_t protocol = 0;

	switch (ip->transport) {
	case TRANSPORT_ICMP:
		*ret_sum = 0;
		return true;
	case TRANSPORT_TCP:
		protocol = IP_TCP;
		break;
	case TRANSPORT_UDP:
		if (ip->udp.checksum == 0 && ip->network == NETWORK_IPV4)
			return false; /* RFC 768: the sender made none */
		protocol = IP_UDP;
		break;
	case TRANSPORT_ICMPV6:
		protocol = IP_ICMPV6;
		break;
	case TRANSPORT_NONE:
	case TRANSPORT_FRAGMENT:
	case TRANSPORT_OTHER:
		return false;
	}
	if (ip->network == NETWORK_IPV6 && ip->ipv6.route_pending)
		return false; /* the sum is over the last destination (RFC 8200 s. 8.1) */
	*ret_sum = checksum_pseudo(0, ip->source.bytes, ip->destination.bytes,
				   addr_len(&ip->source), protocol, len);
	return true;
}

/*
 * True when the checksum is one that a kernel left for the device to finish: it then holds the sum
 * of the pseudo-header alone. Frames between containers and virtual machines never meet a device,
 * and pcap has no mark for it.
 */
static bool checksum_unfinished(const struct ip_packet *ip, uint32_t pseudo_sum)
{
	uint16_t stated = 0;

	switch (ip->transport) {
	case TRANSPORT_TCP:
		stated = ip->tcp.checksum;
		break;
	case TRANSPORT_UDP:
		stated = ip->udp.checksum;
		break;
	case TRANSPORT_ICMPV6:
		stated = ip->icmpv6.checksum;
		break;
	case TRANSPORT_ICMP: /* has no pseudo-header */
	case TRANSPORT_NONE:
	case TRANSPORT_FRAGMENT:
	case TRANSPORT_OTHER:
		return false;
	}
	return (stated ^ checksum_finish(pseudo_sum)) == UINT16_MAX;
}

enum checksum_verdict packet_checksum(const struct frame *frame, const struct packet *packet)
{
	const struct ip_packet *ip = &packet->ip;
	uint32_t end = ip->data_at + ip->data_len;
	uint32_t len = end - ip->transport_at;
	uint32_t sum;

	if (packet->network != NETWORK_IPV4 && packet->network != NETWORK_IPV6)
		return CHECKSUM_UNKNOWN;
	if (packet->status != CURSOR_OK || frame->checksum_not_ready || is_fragment(ip) ||
	    end > frame->captured_len || !checksum_start(ip, len, &sum))
		return CHECKSUM_UNKNOWN;
	if (ip->transport == TRANSPORT_UDP && ip->udp.checksum == 0)
		return CHECKSUM_BAD; /* IPv6 must carry one (RFC 8200 s. 8.1) */
	if (checksum_finish(checksum_add(sum, frame->bytes + ip->transport_at, len)) == 0)
		return CHECKSUM_GOOD;
	return checksum_unfinished(ip, sum) ? CHECKSUM_UNKNOWN : CHECKSUM_BAD;
}
