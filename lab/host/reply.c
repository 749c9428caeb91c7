// SPDX-License-Identifier: Apache-2.0
/* Writes the frames that a simulated host answers with, checksums included. */
#include "reply.h"

#include <netinet/in.h>
#include <string.h>

enum {
	HOP_LIMIT = 64,
	ND_HOP_LIMIT = 255,
	WINDOW = 64240,
	MSS_V4 = 1460,
	MSS_V6 = 1440,
	IPV4_SIZE = 20,
	IPV6_SIZE = 40,
};

/* Bytes that do not fit are left out; every caller stays far below FRAME_MAX. */
static void put(struct reply *r, uint32_t value, unsigned int width)
{
	if (width > sizeof(r->bytes) - r->len)
		return;
	while (width--)
		r->bytes[r->len++] = (uint8_t)(value >> (8 * width));
}

static void put_bytes(struct reply *r, const uint8_t *bytes, size_t len)
{
	if (len > sizeof(r->bytes) - r->len)
		len = sizeof(r->bytes) - r->len;
	memcpy(r->bytes + r->len, bytes, len);
	r->len += len;
}

static void set16(struct reply *r, size_t at, uint16_t value)
{
	r->bytes[at] = (uint8_t)(value >> 8);
	r->bytes[at + 1] = (uint8_t)value;
}

void reply_mac(const struct address *address, uint8_t ret_mac[static MAC_SIZE])
{
	ret_mac[0] = 0x02;
	ret_mac[1] = address->v6 ? 0x06 : 0x04;
	memcpy(ret_mac + 2, address->bytes + (address->v6 ? 12 : 0), 4);
}

static void begin(struct reply *r, const struct packet *p, uint16_t type)
{
	uint8_t mac[MAC_SIZE];

	r->len = 0;
	if (!p->ethernet)
		return;
	reply_mac(&p->to, mac);
	put_bytes(r, p->mac_from, MAC_SIZE);
	put_bytes(r, mac, MAC_SIZE);
	put(r, type, 2);
}

/* The IP header of BODY_LEN bytes to follow; returns where the body begins. */
static size_t begin_ip(struct reply *r, const struct packet *p, const struct address *from,
		       uint8_t protocol, size_t body_len)
{
	static uint16_t id;
	size_t at;

	begin(r, p, from->v6 ? 0x86dd : 0x0800);
	at = r->len;
	if (from->v6) {
		put(r, 0x60000000, 4);
		put(r, (uint32_t)body_len, 2);
		put(r, protocol, 1);
		put(r, p->kind == KIND_ND_SOLICIT ? ND_HOP_LIMIT : HOP_LIMIT, 1);
		put_bytes(r, from->bytes, 16);
		put_bytes(r, p->from.bytes, 16);
		return r->len;
	}
	put(r, 0x4500, 2);
	put(r, (uint32_t)(IPV4_SIZE + body_len), 2);
	put(r, ++id, 2);
	put(r, 0, 2);
	put(r, HOP_LIMIT, 1);
	put(r, protocol, 1);
	put(r, 0, 2);
	put_bytes(r, from->bytes, 4);
	put_bytes(r, p->from.bytes, 4);
	set16(r, at + 10, packet_fold(packet_sum(r->bytes + at, IPV4_SIZE, 0)));
	return r->len;
}

/* Writes the checksum of the body that began at BODY into its offset AT. */
static void finish(struct reply *r, const struct packet *p, const struct address *from,
		   uint8_t protocol, size_t body, size_t at)
{
	size_t len = r->len - body;
	uint32_t start =
		protocol == IPPROTO_ICMP ? 0 : packet_pseudo(from, &p->from, protocol, len);

	set16(r, body + at, 0);
	set16(r, body + at, packet_fold(packet_sum(r->bytes + body, len, start)));
}

void reply_arp(struct reply *r, const struct packet *p)
{
	uint8_t mac[MAC_SIZE];

	reply_mac(&p->to, mac);
	begin(r, p, 0x0806);
	put(r, 0x00010800, 4);
	put(r, 0x06040002, 4);
	put_bytes(r, mac, MAC_SIZE);
	put_bytes(r, p->to.bytes, 4);
	put_bytes(r, p->mac_from, MAC_SIZE);
	put_bytes(r, p->from.bytes, 4);
}

void reply_nd(struct reply *r, const struct packet *p)
{
	uint8_t mac[MAC_SIZE];
	size_t body;

	reply_mac(&p->to, mac);
	body = begin_ip(r, p, &p->to, IPPROTO_ICMPV6, 32);
	put(r, 136 << 8, 4 - 2);
	put(r, 0, 2);
	put(r, 0x60000000, 4); /* solicited, override (RFC 4861 s.4.4) */
	put_bytes(r, p->to.bytes, 16);
	put(r, 0x0201, 2);
	put_bytes(r, mac, MAC_SIZE);
	finish(r, p, &p->to, IPPROTO_ICMPV6, body, 2);
}

void reply_echo(struct reply *r, const struct packet *p)
{
	uint8_t protocol = p->to.v6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP;
	size_t body = begin_ip(r, p, &p->to, protocol, p->body_len);

	put_bytes(r, p->body, p->body_len);
	r->bytes[body] = p->to.v6 ? 129 : 0;
	finish(r, p, &p->to, protocol, body, 2);
}

void reply_timestamp(struct reply *r, const struct packet *p)
{
	size_t body = begin_ip(r, p, &p->to, IPPROTO_ICMP, 20);

	put_bytes(r, p->body, 12);
	r->bytes[body] = 14;
	put(r, 1000, 4); /* received and sent one second after midnight */
	put(r, 1000, 4);
	finish(r, p, &p->to, IPPROTO_ICMP, body, 2);
}

void reply_tcp(struct reply *r, const struct packet *p, const struct address *from,
	       const struct reply_tcp *segment)
{
	bool options = segment->flags & TCP_SYN;
	size_t body = begin_ip(r, p, from, IPPROTO_TCP, options ? 24 : 20);

	put(r, p->port_to, 2);
	put(r, p->port_from, 2);
	put(r, segment->seq, 4);
	put(r, segment->ack, 4);
	put(r, options ? 0x60 : 0x50, 1);
	put(r, segment->flags, 1);
	put(r, segment->flags & TCP_RST ? segment->window : WINDOW, 2);
	put(r, 0, 4);
	if (options)
		put(r, 0x02040000u | (from->v6 ? MSS_V6 : MSS_V4), 4);
	finish(r, p, from, IPPROTO_TCP, body, 16);
}

void reply_udp(struct reply *r, const struct packet *p)
{
	size_t body = begin_ip(r, p, &p->to, IPPROTO_UDP, p->body_len);

	put(r, p->port_to, 2);
	put(r, p->port_from, 2);
	put(r, (uint32_t)p->body_len, 2);
	put(r, 0, 2);
	put_bytes(r, p->body + 8, p->payload_len);
	finish(r, p, &p->to, IPPROTO_UDP, body, 6);
}

void reply_error(struct reply *r, const struct packet *p, const struct reply_error *error)
{
	uint8_t protocol = error->from.v6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP;
	size_t quoted = p->ip_len < error->quote_max ? p->ip_len : error->quote_max;
	size_t seq_at = (size_t)(p->body - p->ip) + 4;
	size_t body = begin_ip(r, p, &error->from, protocol, 8 + quoted);

	put(r, error->type, 1);
	put(r, error->code, 1);
	put(r, 0, 2);
	put(r, error->rest, 4);
	put_bytes(r, p->ip, quoted);
	if (error->seq_xor && quoted >= seq_at + 4) {
		set16(r, body + 8 + seq_at, (uint16_t)((p->seq ^ error->seq_xor) >> 16));
		set16(r, body + 8 + seq_at + 2, (uint16_t)(p->seq ^ error->seq_xor));
	}
	finish(r, p, &error->from, protocol, body, 2);
}
