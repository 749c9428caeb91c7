// SPDX-License-Identifier: Apache-2.0
/* Reads a received frame, as far as a simulated host needs it, without trusting any length. */
#include "packet.h"

#include <netinet/in.h>
#include <string.h>

enum {
	TYPE_IPV4 = 0x0800,
	TYPE_ARP = 0x0806,
	TYPE_IPV6 = 0x86dd,
	ARP_SIZE = 28,
	IPV4_SIZE = 20,
	IPV6_SIZE = 40,
	TCP_SIZE = 20,
	UDP_SIZE = 8,
	ICMP_SIZE = 8,
	ND_SOLICIT_SIZE = 24,
};

/* A bounded view; reads outside give zero and are remembered. */
struct view {
	const uint8_t *bytes;
	size_t len;
	bool short_read;
};

static uint32_t get(struct view *v, size_t at, unsigned int width)
{
	uint32_t value = 0;
	unsigned int i;

	if (at > v->len || v->len - at < width) {
		v->short_read = true;
		return 0;
	}
	for (i = 0; i < width; i++)
		value = value << 8 | v->bytes[at + i];
	return value;
}

static void copy(struct view *v, size_t at, uint8_t *to, size_t width)
{
	if (at > v->len || v->len - at < width)
		v->short_read = true;
	else
		memcpy(to, v->bytes + at, width);
}

uint32_t packet_sum(const uint8_t *bytes, size_t len, uint32_t start)
{
	uint64_t sum = start;
	size_t i;

	for (i = 0; i + 1 < len; i += 2)
		sum += (uint32_t)bytes[i] << 8 | bytes[i + 1];
	if (len & 1)
		sum += (uint32_t)bytes[len - 1] << 8;
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint32_t)sum;
}

uint16_t packet_fold(uint32_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

uint32_t packet_pseudo(const struct address *from, const struct address *to, uint8_t protocol,
		       size_t len)
{
	size_t width = from->v6 ? 16 : 4;
	uint32_t sum = protocol + (uint32_t)len;

	sum = packet_sum(from->bytes, width, sum);
	return packet_sum(to->bytes, width, sum);
}

static bool sum_is_right(const struct packet *p, uint8_t protocol)
{
	uint32_t start = protocol == IPPROTO_ICMP
				 ? 0
				 : packet_pseudo(&p->from, &p->to, protocol, p->body_len);

	return packet_fold(packet_sum(p->body, p->body_len, start)) == 0;
}

static void read_tcp(struct view *v, struct packet *p)
{
	uint32_t header = (get(v, 12, 1) >> 4) * 4;

	p->port_from = (uint16_t)get(v, 0, 2);
	p->port_to = (uint16_t)get(v, 2, 2);
	p->seq = get(v, 4, 4);
	p->ack = get(v, 8, 4);
	p->flags = (uint8_t)get(v, 13, 1);
	get(v, TCP_SIZE - 1, 1);
	if (v->short_read || header < TCP_SIZE || header > v->len)
		return;
	p->payload_len = (uint32_t)(v->len - header);
	p->kind = KIND_TCP;
}

static void read_udp(struct view *v, struct packet *p)
{
	uint32_t len = get(v, 4, 2);

	p->port_from = (uint16_t)get(v, 0, 2);
	p->port_to = (uint16_t)get(v, 2, 2);
	if (v->short_read || len < UDP_SIZE || len > v->len)
		return;
	p->body_len = len;
	p->payload_len = len - UDP_SIZE;
	p->kind = KIND_UDP;
}

static void read_icmp4(struct view *v, struct packet *p)
{
	uint32_t type = get(v, 0, 1);

	get(v, ICMP_SIZE - 1, 1);
	if (v->short_read)
		return;
	if (type == 8)
		p->kind = KIND_ECHO;
	else if (type == 13 && v->len >= 20)
		p->kind = KIND_TIMESTAMP;
}

static void read_icmp6(struct view *v, struct packet *p)
{
	uint32_t type = get(v, 0, 1);

	get(v, ICMP_SIZE - 1, 1);
	if (v->short_read)
		return;
	if (type == 128)
		p->kind = KIND_ECHO;
	if (type == 135 && v->len >= ND_SOLICIT_SIZE) {
		copy(v, 8, p->to.bytes, 16);
		p->kind = KIND_ND_SOLICIT;
	}
}

/* ND is summed over the group address it was sent to, so verify before `to` is replaced. */
static void read_transport(struct packet *p, uint8_t protocol, bool checked)
{
	struct view v = {.bytes = p->body, .len = p->body_len};
	bool udp_unsummed = protocol == IPPROTO_UDP && !p->from.v6 && get(&v, 6, 2) == 0;
	bool right = !checked || udp_unsummed || sum_is_right(p, protocol);

	v.short_read = false;
	if (protocol == IPPROTO_TCP)
		read_tcp(&v, p);
	else if (protocol == IPPROTO_UDP)
		read_udp(&v, p);
	else if (protocol == IPPROTO_ICMP && !p->from.v6)
		read_icmp4(&v, p);
	else if (protocol == IPPROTO_ICMPV6 && p->from.v6)
		read_icmp6(&v, p);
	if (p->kind != KIND_OTHER && !right)
		p->kind = KIND_DAMAGED;
}

static void read_ipv4(struct view *v, struct packet *p, bool checked)
{
	uint32_t header = (get(v, 0, 1) & 15) * 4, total = get(v, 2, 2);
	uint32_t fragment = get(v, 6, 2) & 0x3fff;

	get(v, IPV4_SIZE - 1, 1);
	if (v->short_read || header < IPV4_SIZE || total < header || total > v->len)
		return;
	if (fragment)
		return;
	if (packet_fold(packet_sum(v->bytes, header, 0))) {
		p->kind = KIND_DAMAGED;
		return;
	}
	copy(v, 12, p->from.bytes, 4);
	copy(v, 16, p->to.bytes, 4);
	p->ip = v->bytes;
	p->ip_len = total;
	p->body = v->bytes + header;
	p->body_len = total - header;
	read_transport(p, (uint8_t)get(v, 9, 1), checked);
}

/* Extension headers are not followed: no probe of ours or Nmap's default scan has one. */
static void read_ipv6(struct view *v, struct packet *p, bool checked)
{
	uint32_t payload = get(v, 4, 2);

	get(v, IPV6_SIZE - 1, 1);
	if (v->short_read || payload > v->len - IPV6_SIZE)
		return;
	p->from.v6 = p->to.v6 = true;
	copy(v, 8, p->from.bytes, 16);
	copy(v, 24, p->to.bytes, 16);
	p->ip = v->bytes;
	p->ip_len = IPV6_SIZE + payload;
	p->body = v->bytes + IPV6_SIZE;
	p->body_len = payload;
	read_transport(p, (uint8_t)get(v, 6, 1), checked);
}

static void read_arp(struct view *v, struct packet *p)
{
	/* Ethernet and IPv4, request (RFC 826) */
	if (get(v, 0, 4) != 0x00010800 || get(v, 4, 2) != 0x0604 || get(v, 6, 2) != 1)
		return;
	get(v, ARP_SIZE - 1, 1);
	if (v->short_read)
		return;
	copy(v, 14, p->from.bytes, 4);
	copy(v, 24, p->to.bytes, 4);
	p->kind = KIND_ARP_REQUEST;
}

void packet_read(const uint8_t *frame, size_t len, bool ethernet, bool checked, struct packet *ret)
{
	struct view v = {.bytes = frame, .len = len};
	uint32_t type;

	*ret = (struct packet) {.ethernet = ethernet};
	if (ethernet) {
		type = get(&v, 12, 2);
		copy(&v, MAC_SIZE, ret->mac_from, MAC_SIZE);
		if (v.short_read)
			return;
		v.bytes += ETHERNET_HEADER;
		v.len -= ETHERNET_HEADER;
	} else {
		type = get(&v, 0, 1) >> 4 == 4 ? TYPE_IPV4 : TYPE_IPV6;
	}
	if (type == TYPE_ARP)
		read_arp(&v, ret);
	else if (type == TYPE_IPV4 && get(&v, 0, 1) >> 4 == 4)
		read_ipv4(&v, ret, checked);
	else if (type == TYPE_IPV6 && get(&v, 0, 1) >> 4 == 6)
		read_ipv6(&v, ret, checked);
}
