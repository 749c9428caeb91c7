// SPDX-License-Identifier: Apache-2.0
// The short way of packet_decode(), for what nearly every frame of a scan is.
//
// Theory of operation. One look at the length vouches for the fixed headers, so that none of their
// reads is looked at again, and the cursor never leaves this function: what remains of it are loads
// at known offsets. Whatever is not the usual case is left to the long way, before it is judged.
#include "packet/decode_usual.h"

#include "proto/fixed.h"

#define IP_AT        ETH_HEADER_LEN
#define TRANSPORT_AT (IP_AT + IPV4_HEADER_MIN)
#define QUOTE_AT     (TRANSPORT_AT + ICMP_HEADER_LEN)
#define QUOTED_AT    (QUOTE_AT + IPV4_HEADER_MIN) /* the transport header in an error's quote */

/* A whole header at `at`, of a packet that ends at `end`. */
static inline bool usual_tcp(struct cursor *c, uint32_t at, uint32_t end, struct ip_packet *ip)
{
	struct tcp_hdr *h = &ip->tcp;

	if (end < at + TCP_HEADER_MIN)
		return false;
	tcp_fixed(c, true, h);
	if (h->header_len < TCP_HEADER_MIN || h->header_len > end - at)
		return false;
	h->options_len = h->header_len - TCP_HEADER_MIN;
	h->complete = true;
	ip->transport = TRANSPORT_TCP;
	ip->data_at = at + h->header_len;
	ip->data_len = end - ip->data_at;
	return true;
}

static inline bool usual_udp(struct cursor *c, uint32_t end, struct ip_packet *ip)
{
	struct udp_hdr *h = &ip->udp;

	udp_fixed(c, true, h);
	if (h->len < UDP_HEADER_LEN || h->len > end - TRANSPORT_AT)
		return false;
	ip->transport = TRANSPORT_UDP;
	ip->data_at = TRANSPORT_AT + UDP_HEADER_LEN;
	ip->data_len = h->len - UDP_HEADER_LEN;
	return true;
}

/* The IPv4 packet at `at`, up to its transport header; more of it is there. */
static inline bool usual_ip(struct cursor *c, uint32_t at, struct ip_packet *ip)
{
	struct ipv4_hdr *h = &ip->ipv4;

	ipv4_fixed(c, true, h);
	if (!cursor_ok(c) || h->header_len != IPV4_HEADER_MIN || h->fragment_offset ||
	    h->flags & IPV4_FLAG_MF)
		return false;
	h->options_at = at + IPV4_HEADER_MIN;
	h->options_len = 0;
	h->payload_short = false;
	ip->network = NETWORK_IPV4;
	addr_set_v4(&ip->source, h->source.bytes); /* a copy of the whole would wait */
	addr_set_v4(&ip->destination, h->destination.bytes);
	ip->hops = h->ttl;
	ip->protocol = h->protocol;
	ip->network_at = at;
	ip->transport_at = at + IPV4_HEADER_MIN;
	ip->status = CURSOR_OK;
	return true;
}

/* An ICMP error that quotes all of a TCP or UDP header, by the length of the quoted packet. */
static inline bool usual_error(struct cursor *c, uint32_t end, struct packet *p)
{
	struct ip_packet *ip = &p->ip, *q = &p->quote;

	if (end < QUOTED_AT + UDP_HEADER_LEN)
		return false;
	cursor_narrow(c, end - TRANSPORT_AT);
	icmp_read(c, &ip->icmp);
	if (!ip->icmp.is_error || !usual_ip(c, QUOTE_AT, q) || q->ipv4.total_len != end - QUOTE_AT)
		return false;
	ip->transport = TRANSPORT_ICMP;
	ip->data_at = QUOTE_AT;
	ip->data_len = end - QUOTE_AT;
	if (q->protocol == IP_TCP)
		return usual_tcp(c, QUOTED_AT, end, q);
	if (q->protocol != IP_UDP)
		return false;
	udp_fixed(c, true, &q->udp);
	q->transport = TRANSPORT_UDP;
	q->data_at = QUOTED_AT + UDP_HEADER_LEN;
	q->data_len = end - q->data_at; /* what is quoted, whatever the datagram says */
	return true;
}

/* What the IPv4 packet that ends at `end` carries. */
static inline bool usual_transport(struct cursor *c, uint32_t end, struct packet *p)
{
	struct ip_packet *ip = &p->ip;

	p->has_quote = ip->protocol == IP_ICMP;
	p->usual = !p->has_quote;
	if (p->has_quote)
		return usual_error(c, end, p);
	if (ip->protocol == IP_TCP)
		return usual_tcp(c, TRANSPORT_AT, end, ip);
	return ip->protocol == IP_UDP && usual_udp(c, end, ip);
}

bool packet_decode_usual(const struct frame *frame, struct packet *p)
{
	struct cursor c = cursor_init(frame->bytes, frame->captured_len, frame->wire_len);
	uint32_t end;

	if (frame->link != LINK_ETHERNET || frame->captured_len != frame->wire_len ||
	    !cursor_holds(&c, TRANSPORT_AT + UDP_HEADER_LEN))
		return false;
	eth_fixed(&c, true, &p->ethernet);
	if (p->ethernet.type != ETHER_IPV4 || !usual_ip(&c, IP_AT, &p->ip))
		return false;
	end = IP_AT + (uint32_t)p->ip.ipv4.total_len;
	if (end < TRANSPORT_AT + UDP_HEADER_LEN || end > c.captured || !usual_transport(&c, end, p))
		return false;
	p->status = CURSOR_OK;
	p->has_ethernet = true;
	p->ether_type = ETHER_IPV4;
	p->vlan_count = 0;
	p->vlan_id = 0;
	p->network = NETWORK_IPV4;
	return true;
}
