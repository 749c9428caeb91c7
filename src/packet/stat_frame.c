// SPDX-License-Identifier: Apache-2.0
// Which frames are plain. See the header.
#include "packet/stat_frame.h"

#include <string.h>

#include "proto/tcp.h"

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

	if (f->frame->commented)
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
	if (f->frame->commented)
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
		if (f->frame->commented)
			add_trail(f, PROTOCOL_COMMENT);
		f->trail |= (uint64_t)STAT_BARE_TRAIL << 8 * f->trail_count;
		f->trail_count += STAT_BARE_LAYERS;
		f->plain = bare_plain(p, f->bare);
		return;
	}
	f->plain = f->frame->captured_len == f->frame->wire_len && judge(p, f);
}

unsigned stat_plain_bares(struct stat_plain *p, const struct frame *frames, unsigned count,
			  struct bare *ret_bares)
{
	unsigned i = 0;

	/* One that is not plain for its SYN/ACK is judged again: that marks what is marked. */
	while (i < count && !frames[i].commented && !frames[i].timeless &&
	       bare_read(&frames[i], &ret_bares[i]) && bare_plain(p, &ret_bares[i]))
		i++;
	return i;
}
