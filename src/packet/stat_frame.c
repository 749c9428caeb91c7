// SPDX-License-Identifier: Apache-2.0
// Which frames are plain, and who talks to whom in a frame.
#include "packet/stat_frame.h"

#include <string.h>

#include "proto/sctp.h"
#include "proto/tcp.h"

#define SLL_ADDRESS_AT  6 /* LINKTYPE_LINUX_SLL: type, address type and length stand before */
#define SLL2_ADDRESS_AT 12
#define IPX_NETWORK_AT  6 /* destination network, node, socket, then the source's */
#define NODE_LEN        6
#define BARE_TRAIL      (PROTOCOL_ETHERNET | PROTOCOL_IPV4 << 8 | PROTOCOL_TCP << 16)
#define BARE_LAYERS     3

/* ---- Plain frames ---- */

void stat_plain_init(struct stat_plain *p, const struct hash_key *key)
{
	memset(p, 0, sizeof(*p));
	p->key = *key;
}

static void add_trail(struct stat_frame *f, enum protocol_id protocol)
{
	f->trail |= (uint64_t)protocol << 8 * f->trail_count++;
}

static uint64_t fold(const struct addr *a)
{
	uint64_t high, low;

	if (a->family == 4)
		return addr_number(a);
	memcpy(&high, a->bytes, sizeof(high));
	memcpy(&low, a->bytes + sizeof(high), sizeof(low));
	return high ^ low * 0x9e3779b97f4a7c15 /* 2^64 over the golden ratio */;
}

/* The bit of a conversation; sum: of addresses and ports, so the same for both directions. */
static uint32_t followed_bit(const struct stat_plain *p, uint64_t sum)
{
	return (uint32_t)((sum + p->key.k0) * (p->key.k1 | 1) >> 32) % STAT_PLAIN_BITS;
}

/*
 * True when this segment says nothing that its conversation would have to remember. tells: it has
 * data.
 */
static inline bool segment_plain(struct stat_plain *p, uint64_t sum, uint16_t flags, bool tells)
{
	uint32_t bit = followed_bit(p, sum);
	uint32_t coarse = bit / STAT_PLAIN_SHARE;

	if (tells || (flags & (TCP_SYN | TCP_ACK)) == (TCP_SYN | TCP_ACK)) {
		p->followed[bit / 64] |= (uint64_t)1 << bit % 64;
		p->coarse[coarse / 64] |= (uint64_t)1 << coarse % 64;
		return false;
	}
	return !(p->coarse[coarse / 64] >> coarse % 64 & 1) ||
	       !(p->followed[bit / 64] >> bit % 64 & 1);
}

static bool tcp_plain(struct stat_plain *p, const struct ip_packet *ip)
{
	uint64_t sum = fold(&ip->source) + fold(&ip->destination) + ip->tcp.source_port +
		       ip->tcp.destination_port;

	return segment_plain(p, sum, ip->tcp.flags, ip->data_len);
}

static bool bare_plain(struct stat_plain *p, const struct bare *b)
{
	uint64_t sum = (uint64_t)b->source + b->destination + b->source_port + b->destination_port;

	return segment_plain(p, sum, b->flags, false);
}

/* An error that quotes a whole segment or datagram without data, and nothing behind it. */
static bool quote_plain(const struct packet *p)
{
	const struct ip_packet *q = &p->quote;

	if (!p->has_quote || q->status != CURSOR_OK || q->data_len)
		return false;
	if (q->network == NETWORK_IPV4 &&
	    (q->ipv4.header_len != IPV4_HEADER_MIN || q->ipv4.payload_short ||
	     q->ipv4.flags & IPV4_FLAG_MF || q->ipv4.fragment_offset))
		return false;
	if (q->network == NETWORK_IPV6 && q->transport_at != q->network_at + IPV6_HEADER_LEN)
		return false;
	if (q->data_at != p->ip.data_at + p->ip.data_len)
		return false;
	return (q->transport == TRANSPORT_TCP && q->tcp.complete) || q->transport == TRANSPORT_UDP;
}

static bool transport_plain(struct stat_plain *p, struct stat_frame *f)
{
	const struct ip_packet *ip = &f->packet->ip;

	switch (ip->transport) {
	case TRANSPORT_TCP:
		add_trail(f, PROTOCOL_TCP);
		return tcp_plain(p, ip);
	case TRANSPORT_UDP:
		add_trail(f, PROTOCOL_UDP);
		return !ip->data_len;
	case TRANSPORT_ICMP:
		add_trail(f, PROTOCOL_ICMP);
		if (ip->icmp.is_error)
			return quote_plain(f->packet);
		return ip->icmp.type == ICMP_TYPE_ECHO || ip->icmp.type == ICMP_TYPE_ECHO_REPLY;
	case TRANSPORT_ICMPV6:
		add_trail(f, PROTOCOL_ICMPV6);
		if (ip->icmpv6.is_error)
			return quote_plain(f->packet);
		return ip->icmpv6.type == ICMPV6_ECHO || ip->icmpv6.type == ICMPV6_ECHO_REPLY;
	case TRANSPORT_NONE:
	case TRANSPORT_FRAGMENT:
	case TRANSPORT_OTHER:
		return false;
	}
	return false;
}

static bool ip_plain(const struct frame *frame, const struct ip_packet *ip)
{
	/* A frame cut by the capture is said so at the end of its tree. */
	if (ip->data_at + ip->data_len > frame->captured_len)
		return false;
	if (ip->network == NETWORK_IPV4)
		return ip->ipv4.header_len == IPV4_HEADER_MIN && ip->ipv4.total_len &&
		       !ip->ipv4.payload_short && !ip->ipv4.fragment_offset &&
		       !(ip->ipv4.flags & IPV4_FLAG_MF);
	return ip->transport_at == ip->network_at + IPV6_HEADER_LEN && !ip->ipv6.payload_short;
}

/* What judge() says of a usual packet, by less. */
static bool judge_usual(struct stat_plain *p, struct stat_frame *f)
{
	const struct ip_packet *ip = &f->packet->ip;

	if (f->commented)
		add_trail(f, PROTOCOL_COMMENT);
	add_trail(f, PROTOCOL_ETHERNET);
	add_trail(f, PROTOCOL_IPV4);
	add_trail(f, ip->transport == TRANSPORT_TCP ? PROTOCOL_TCP : PROTOCOL_UDP);
	return ip->transport == TRANSPORT_TCP ? tcp_plain(p, ip) : !ip->data_len;
}

static bool judge(struct stat_plain *p, struct stat_frame *f)
{
	const struct packet *packet = f->packet;
	bool plain;

	if (packet->usual)
		return judge_usual(p, f);

	if (f->frame->link != LINK_ETHERNET || packet->vlan_count)
		return false;
	if (f->commented)
		add_trail(f, PROTOCOL_COMMENT);
	add_trail(f, PROTOCOL_ETHERNET);
	switch (packet->network) {
	case NETWORK_ARP:
		add_trail(f, PROTOCOL_ARP);
		return packet->status == CURSOR_OK && packet->arp.ipv4_over_ethernet &&
		       packet->arp.hardware_type == 1;
	case NETWORK_IPV4:
	case NETWORK_IPV6:
		add_trail(f, packet->network == NETWORK_IPV4 ? PROTOCOL_IPV4 : PROTOCOL_IPV6);
		/* Asked in any case: it also notes which conversations to follow. */
		plain = transport_plain(p, f);
		return plain && packet->status == CURSOR_OK && ip_plain(f->frame, &packet->ip);
	case NETWORK_NONE:
		return false;
	}
	return false;
}

void stat_plain_judge(struct stat_plain *p, struct stat_frame *f)
{
	f->trail_count = 0;
	f->trail = 0;
	if (f->bare) {
		if (f->commented)
			add_trail(f, PROTOCOL_COMMENT);
		f->trail |= (uint64_t)BARE_TRAIL << 8 * f->trail_count;
		f->trail_count += BARE_LAYERS;
		f->plain = bare_plain(p, f->bare);
		return;
	}
	f->plain = f->frame->captured_len == f->frame->wire_len && judge(p, f);
}

/* ---- Who talks to whom ---- */

static uint64_t number_of(const uint8_t *bytes, size_t len)
{
	uint64_t number = 0;

	for (size_t i = 0; i < len; i++)
		number = number << 8 | bytes[i];
	return number;
}

static struct stat_side ether_side(const uint8_t mac[static MAC_LEN])
{
	return (struct stat_side) {.kind = SIDE_ETHER, .low = number_of(mac, MAC_LEN)};
}

static struct stat_side addr_side(const struct addr *a, uint16_t port)
{
	if (a->family == 4)
		return (struct stat_side) {SIDE_IPV4, port, 0, addr_number(a)};
	return (struct stat_side) {SIDE_IPV6, port, number_of(a->bytes, 8),
				   number_of(a->bytes + 8, 8)};
}

static void ether_talk(const struct eth_hdr *h, struct stat_talk *talk)
{
	talk->from = ether_side(h->source);
	talk->to = ether_side(h->destination);
}

static void tcp_talk(const struct addr *from, const struct addr *to, const struct tcp_hdr *h,
		     struct stat_talk *talk)
{
	talk->from = addr_side(from, h->source_port);
	talk->to = addr_side(to, h->destination_port);
	talk->seq = h->seq;
	talk->ack = h->ack;
	talk->flags = h->flags;
}

static struct stat_side v4_side(uint32_t address, uint16_t port)
{
	return (struct stat_side) {SIDE_IPV4, port, 0, address};
}

/* A bare segment; false when protocol is not among its headers. */
static bool bare_talk(const struct stat_frame *f, enum protocol_id protocol, struct stat_talk *talk)
{
	const struct bare *b = f->bare;
	bool tcp = protocol == PROTOCOL_TCP;
	struct cursor c;
	struct eth_hdr eth;

	talk->seq = b->seq;
	talk->ack = b->ack;
	talk->flags = tcp ? b->flags : 0;
	if (tcp || protocol == PROTOCOL_IPV4) {
		talk->from = v4_side(b->source, tcp ? b->source_port : 0);
		talk->to = v4_side(b->destination, tcp ? b->destination_port : 0);
		return true;
	}
	if (protocol != PROTOCOL_ETHERNET)
		return false;
	c = cursor_init(f->frame->bytes, f->frame->captured_len, f->frame->wire_len);
	eth_read(&c, &eth);
	ether_talk(&eth, talk);
	return true;
}

/* The core headers alone; false when protocol is not among them. */
static bool plain_talk(const struct packet *p, enum protocol_id protocol, struct stat_talk *talk)
{
	const struct ip_packet *ip = &p->ip;
	bool is_ip = p->network == NETWORK_IPV4 || p->network == NETWORK_IPV6;

	*talk = (struct stat_talk) {0};
	if (protocol == PROTOCOL_ETHERNET) {
		ether_talk(&p->ethernet, talk);
		return true;
	}
	if (!is_ip)
		return false;
	if (protocol == (p->network == NETWORK_IPV4 ? PROTOCOL_IPV4 : PROTOCOL_IPV6)) {
		talk->from = addr_side(&ip->source, 0);
		talk->to = addr_side(&ip->destination, 0);
		return true;
	}
	if (protocol == PROTOCOL_TCP && ip->transport == TRANSPORT_TCP) {
		tcp_talk(&ip->source, &ip->destination, &ip->tcp, talk);
		return true;
	}
	if (protocol == PROTOCOL_UDP && ip->transport == TRANSPORT_UDP) {
		talk->from = addr_side(&ip->source, ip->udp.source_port);
		talk->to = addr_side(&ip->destination, ip->udp.destination_port);
		return true;
	}
	return false;
}

/* A cursor on the first byte of a layer. */
static struct cursor layer_cursor(const struct dissect *d, const struct dissect_layer *layer)
{
	const struct dissect_source *source = &d->sources[layer->source];
	uint32_t wire = layer->source ? source->len : d->frame->wire_len;
	struct cursor c = cursor_init(source->bytes, source->len, wire);

	cursor_skip(&c, layer->at);
	return c;
}

/* The addresses of the IP header that carries a layer; false when there is none. */
static bool carrier(const struct dissect *d, const struct dissect_layer *layer, struct addr *from,
		    struct addr *to)
{
	struct ipv4_hdr ipv4;
	struct ipv6_hdr ipv6;
	struct cursor c;

	while (layer->above < d->layer_count && layer->above < layer - d->layers) {
		layer = &d->layers[layer->above];
		c = layer_cursor(d, layer);
		if (layer->protocol == PROTOCOL_IPV4) {
			ipv4_read(&c, &ipv4);
			*from = ipv4.source;
			*to = ipv4.destination;
			return ipv4.complete;
		}
		if (layer->protocol == PROTOCOL_IPV6) {
			ipv6_read(&c, &ipv6);
			*from = ipv6.source;
			*to = ipv6.destination;
			return ipv6.complete;
		}
	}
	return false;
}

/* Linux cooked capture tells the sender only. */
static bool sll_talk(const struct dissect *d, struct cursor *c, struct stat_talk *talk)
{
	uint8_t mac[MAC_LEN];

	cursor_skip(c, d->frame->link == LINK_LINUX_SLL2 ? SLL2_ADDRESS_AT : SLL_ADDRESS_AT);
	cursor_copy(c, mac, sizeof(mac));
	talk->from = ether_side(mac);
	return cursor_ok(c);
}

static bool ipx_talk(struct cursor *c, struct stat_talk *talk)
{
	struct stat_side *sides[] = {&talk->to, &talk->from};
	uint8_t node[NODE_LEN];

	cursor_skip(c, IPX_NETWORK_AT);
	for (unsigned i = 0; i < 2; i++) {
		*sides[i] = (struct stat_side) {.kind = SIDE_IPX, .high = cursor_be32(c)};
		cursor_copy(c, node, sizeof(node));
		sides[i]->low = number_of(node, sizeof(node));
		cursor_skip(c, 2);
	}
	return cursor_ok(c);
}

static bool port_talk(struct cursor *c, const struct addr *from, const struct addr *to,
		      struct stat_talk *talk)
{
	talk->from = addr_side(from, cursor_be16(c));
	talk->to = addr_side(to, cursor_be16(c));
	return cursor_ok(c);
}

/* Reads one layer; false when its header is not all there. */
static bool layer_talk(const struct dissect *d, const struct dissect_layer *layer,
		       struct stat_talk *talk)
{
	struct cursor c = layer_cursor(d, layer);
	struct addr from, to;
	struct ipv4_hdr ipv4;
	struct ipv6_hdr ipv6;
	struct eth_hdr eth;
	struct tcp_hdr tcp;

	*talk = (struct stat_talk) {0};
	if (layer->protocol == PROTOCOL_ETHERNET) {
		eth_read(&c, &eth);
		ether_talk(&eth, talk);
		return cursor_ok(&c);
	}
	if (layer->protocol == PROTOCOL_SLL)
		return sll_talk(d, &c, talk);
	if (layer->protocol == PROTOCOL_IPX)
		return ipx_talk(&c, talk);
	if (layer->protocol == PROTOCOL_IPV4) {
		ipv4_read(&c, &ipv4);
		talk->from = addr_side(&ipv4.source, 0);
		talk->to = addr_side(&ipv4.destination, 0);
		return ipv4.complete;
	}
	if (layer->protocol == PROTOCOL_IPV6) {
		ipv6_read(&c, &ipv6);
		talk->from = addr_side(&ipv6.source, 0);
		talk->to = addr_side(&ipv6.destination, 0);
		return ipv6.complete;
	}
	if (!carrier(d, layer, &from, &to))
		return false;
	if (layer->protocol != PROTOCOL_TCP)
		return port_talk(&c, &from, &to, talk);
	tcp_read(&c, &tcp);
	tcp_talk(&from, &to, &tcp, talk);
	return tcp.complete;
}

unsigned stat_talks(const struct stat_frame *f, enum protocol_id protocol,
		    struct stat_talk ret_talks[static STAT_TALKS_MAX])
{
	const struct dissect *d = f->dissect;
	unsigned count = 0;

	if (f->plain && f->bare)
		return bare_talk(f, protocol, &ret_talks[0]);
	if (f->plain)
		return plain_talk(f->packet, protocol, &ret_talks[0]);
	for (unsigned i = 0; d && i < d->layer_count && count < STAT_TALKS_MAX; i++) {
		const struct dissect_layer *layer = &d->layers[i];

		if (layer->protocol == protocol && !layer->depth &&
		    layer_talk(d, layer, &ret_talks[count]))
			count++;
	}
	return count;
}
