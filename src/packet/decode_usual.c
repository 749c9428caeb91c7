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

static inline bool usual_tcp(struct cursor *c, uint32_t end, struct ip_packet *ip)
{
	struct tcp_hdr *h = &ip->tcp;

	if (end < TRANSPORT_AT + TCP_HEADER_MIN)
		return false;
	tcp_fixed(c, true, h);
	if (h->header_len < TCP_HEADER_MIN || h->header_len > end - TRANSPORT_AT)
		return false;
	h->options_len = h->header_len - TCP_HEADER_MIN;
	h->complete = true;
	ip->transport = TRANSPORT_TCP;
	ip->data_at = TRANSPORT_AT + h->header_len;
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

/* The IPv4 packet behind the Ethernet header. */
static inline bool usual_ip(struct cursor *c, struct ip_packet *ip)
{
	struct ipv4_hdr *h = &ip->ipv4;
	uint32_t end;

	ipv4_fixed(c, true, h);
	if (!cursor_ok(c) || h->header_len != IPV4_HEADER_MIN || h->fragment_offset ||
	    h->flags & IPV4_FLAG_MF)
		return false;
	end = IP_AT + (uint32_t)h->total_len;
	if (end < TRANSPORT_AT + UDP_HEADER_LEN || end > c->captured)
		return false;
	h->options_at = TRANSPORT_AT;
	h->options_len = 0;
	h->payload_short = false;
	ip->network = NETWORK_IPV4;
	addr_set_v4(&ip->source, h->source.bytes); /* a copy of the whole would wait */
	addr_set_v4(&ip->destination, h->destination.bytes);
	ip->hops = h->ttl;
	ip->protocol = h->protocol;
	ip->network_at = IP_AT;
	ip->transport_at = TRANSPORT_AT;
	ip->status = CURSOR_OK;
	if (h->protocol == IP_TCP)
		return usual_tcp(c, end, ip);
	return h->protocol == IP_UDP && usual_udp(c, end, ip);
}

bool packet_decode_usual(const struct frame *frame, struct packet *p)
{
	struct cursor c = cursor_init(frame->bytes, frame->captured_len, frame->wire_len);

	if (frame->link != LINK_ETHERNET || frame->captured_len != frame->wire_len ||
	    !cursor_holds(&c, TRANSPORT_AT + UDP_HEADER_LEN))
		return false;
	eth_fixed(&c, true, &p->ethernet);
	if (p->ethernet.type != ETHER_IPV4 || !usual_ip(&c, &p->ip))
		return false;
	p->usual = true;
	p->status = CURSOR_OK;
	p->has_ethernet = true;
	p->ether_type = ETHER_IPV4;
	p->vlan_count = 0;
	p->vlan_id = 0;
	p->network = NETWORK_IPV4;
	p->has_quote = false;
	return true;
}
