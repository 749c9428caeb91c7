// SPDX-License-Identifier: Apache-2.0
// What simulated hosts and routers answer, and how often they may.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "sim_inner.h"

#include "proto/arp.h"
#include "proto/eth.h"
#include "proto/icmp.h"
#include "proto/icmpv6.h"
#include "proto/tcp.h"
#include "proto/udp.h"

#define ND_HOPS 255 /* RFC 4861 s. 7.1: what never crossed a router */

const uint8_t sim_their_mac[MAC_LEN] = {2, 0, 0, 0, 0, 2};

void sim_head(struct build *b, const struct ip_packet *to, const struct addr *from,
	      uint8_t protocol, uint32_t len)
{
	struct eth_hdr eth = {.type = to->network == NETWORK_IPV4 ? ETHER_IPV4 : ETHER_IPV6};

	memcpy(eth.destination, sim_our_mac, MAC_LEN);
	memcpy(eth.source, sim_their_mac, MAC_LEN);
	eth_write(b, &eth);
	if (to->network == NETWORK_IPV4) {
		struct ipv4_hdr ip = {.ttl = 57,
				      .protocol = protocol,
				      .source = *from,
				      .destination = to->source};

		ipv4_write(b, &ip, len);
	} else {
		struct ipv6_hdr ip = {.hop_limit = protocol == IP_ICMPV6 ? ND_HOPS : 57,
				      .protocol = protocol,
				      .next_header = protocol,
				      .source = *from,
				      .destination = to->source};

		ipv6_write(b, &ip, len);
	}
}

static void answer_tcp(struct sim *s, const struct ip_packet *to, uint16_t flags, uint32_t seq,
		       uint32_t ack)
{
	uint8_t bytes[SIM_FRAME_MAX];
	struct build b = build_init(bytes, sizeof(bytes));
	struct tcp_hdr tcp = {.source_port = to->tcp.destination_port,
			      .destination_port = to->tcp.source_port,
			      .seq = seq,
			      .ack = ack,
			      .flags = flags};

	sim_head(&b, to, &to->destination, IP_TCP, TCP_HEADER_MIN);
	tcp_write(&b, &tcp, &to->destination, &to->source, NULL, 0);
	sim_cross(s, bytes, b.len, false);
}

/* Brings a bucket up to date, while others take so many tokens a second. */
static void fill(struct sim_bucket *b, nsec_t now, double rate, unsigned burst)
{
	b->tokens += (double)(now - b->filled) * rate / NSEC_PER_SEC;
	if (b->tokens > burst)
		b->tokens = burst;
	if (b->tokens < 0)
		b->tokens = 0;
	b->filled = now;
}

/* A token of a limiter, if one is left. */
static bool take(const struct sim *s, struct sim_bucket *b, double rate, unsigned burst)
{
	fill(b, s->now, rate, burst);
	if (b->tokens < 1)
		return false;
	b->tokens -= 1;
	return true;
}

/* Which of the hosts this address is. */
static unsigned number_of(const struct sim *s, const struct addr *addr)
{
	for (unsigned i = 0; i < s->config->hosts; i++) {
		struct addr a = sim_addr(s->config, i);

		if (addr_equal(&a, addr))
			return i;
	}
	return 0;
}

/* The host's reset, if its limiter lets it. */
static void answer_reset(struct sim *s, const struct ip_packet *to, uint16_t flags, uint32_t seq,
			 uint32_t ack)
{
	const struct sim_path *p = &s->config->path;
	struct sim_bucket *resets = &s->resets[number_of(s, &to->destination)];

	while (p->rst_others > 0 && resets->filled < s->now) { /* they come and go */
		nsec_t second = resets->filled / NSEC_PER_SEC, end = (second + 1) * NSEC_PER_SEC;

		fill(resets, end < s->now ? end : s->now,
		     p->rst_rate - (second % 2 ? 2 * p->rst_others : 0), p->rst_burst);
	}
	if (p->rst_rate > 0 && !take(s, resets, p->rst_rate, p->rst_burst))
		return;
	answer_tcp(s, to, flags, seq, ack);
}

/* An ICMP error of type "unreachable" by `from`, quoting the probe's header and 8 bytes. */
static void answer_error(struct sim *s, const struct frame *frame, const struct ip_packet *to,
			 const struct addr *from, uint8_t code)
{
	uint8_t bytes[SIM_FRAME_MAX];
	struct build b = build_init(bytes, sizeof(bytes));
	const uint8_t *quote = frame->bytes + to->network_at;
	uint16_t len = (uint16_t)(to->transport_at - to->network_at + 8);
	const struct sim_path *p = &s->config->path;

	if (p->icmp_rate > 0 &&
	    !take(s, &s->errors[number_of(s, &to->destination)], p->icmp_rate, p->icmp_burst))
		return;
	if (s->config->ipv6) {
		struct icmpv6_hdr icmp = {
			.type = ICMPV6_UNREACHABLE, .code = code, .is_error = true};

		sim_head(&b, to, from, IP_ICMPV6, len + 8u);
		icmpv6_write(&b, &icmp, from, &to->source, quote, len);
	} else {
		struct icmp_hdr icmp = {
			.type = ICMP_TYPE_UNREACHABLE, .code = code, .is_error = true};

		sim_head(&b, to, from, IP_ICMP, len + 8u);
		icmp_write(&b, &icmp, quote, len);
	}
	sim_cross(s, bytes, b.len, false);
}

/* An administrator's refusal from the router. */
static void answer_reject(struct sim *s, const struct frame *frame, const struct ip_packet *to)
{
	struct addr router;

	addr_parse(s->config->ipv6 ? "2001:db8:1::1" : "192.0.2.1", &router);
	answer_error(s, frame, to, &router, s->config->ipv6 ? 1 : 13);
}

/* The datagram back: proof enough for whatever was asked. */
static void answer_datagram(struct sim *s, const struct frame *frame, const struct ip_packet *to)
{
	uint8_t bytes[SIM_FRAME_MAX];
	struct build b = build_init(bytes, sizeof(bytes));
	struct udp_hdr udp = {.source_port = to->udp.destination_port,
			      .destination_port = to->udp.source_port};

	sim_head(&b, to, &to->destination, IP_UDP, UDP_HEADER_LEN + to->data_len);
	udp_write(&b, &udp, &to->destination, &to->source, frame->bytes + to->data_at,
		  (uint16_t)to->data_len);
	sim_cross(s, bytes, b.len, false);
}

static void meet_datagram(struct sim *s, const struct frame *frame, const struct ip_packet *to)
{
	switch (s->config->port(s->config->user, to->udp.destination_port)) {
	case SIM_OPEN:
		answer_datagram(s, frame, to);
		break;
	case SIM_CLOSED:
		answer_error(s, frame, to, &to->destination, s->config->ipv6 ? 4 : 3);
		break;
	case SIM_REJECT:
		answer_reject(s, frame, to);
		break;
	case SIM_SILENT:
	case SIM_SPLIT:
	case SIM_FORGED:
		break;
	}
}

/* A segment that begins no conversation: RFC 9293 s. 3.10.7.1 and 3.10.7.2. */
static void meet_stray(struct sim *s, const struct frame *frame, const struct ip_packet *to)
{
	const struct tcp_hdr *tcp = &to->tcp;
	bool acknowledges = tcp->flags & TCP_ACK;

	switch (s->config->port(s->config->user, tcp->destination_port)) {
	case SIM_OPEN:
		if (!acknowledges)
			break;
		answer_reset(s, to, TCP_RST, tcp->ack, 0);
		break;
	case SIM_CLOSED:
		if (acknowledges)
			answer_reset(s, to, TCP_RST, tcp->ack, 0);
		else
			answer_reset(s, to, TCP_RST | TCP_ACK, 0,
				     tcp->seq + !!(tcp->flags & TCP_FIN));
		break;
	case SIM_REJECT:
		answer_reject(s, frame, to);
		break;
	case SIM_SILENT:
	case SIM_SPLIT:
	case SIM_FORGED:
		break;
	}
}

static void meet_syn(struct sim *s, const struct frame *frame, const struct ip_packet *to)
{
	const struct tcp_hdr *tcp = &to->tcp;

	switch (s->config->port(s->config->user, tcp->destination_port)) {
	case SIM_OPEN:
		answer_tcp(s, to, TCP_SYN | TCP_ACK, 77, tcp->seq + 1);
		break;
	case SIM_CLOSED:
		answer_reset(s, to, TCP_RST | TCP_ACK, 0, tcp->seq + 1);
		break;
	case SIM_SILENT:
		break;
	case SIM_REJECT:
		answer_reject(s, frame, to);
		break;
	case SIM_SPLIT:
		answer_tcp(s, to, TCP_ACK, 5, tcp->seq + 1);
		answer_tcp(s, to, TCP_SYN, 5, 0);
		break;
	case SIM_FORGED:
		answer_tcp(s, to, TCP_SYN | TCP_ACK, 77, tcp->seq + 4711);
		break;
	}
}

/* ARP and neighbour discovery never fail here unless the address is empty. */
static void meet_resolution(struct sim *s, const struct packet *p)
{
	uint8_t bytes[SIM_FRAME_MAX];
	struct build b = build_init(bytes, sizeof(bytes));

	if (p->network == NETWORK_ARP) {
		struct eth_hdr eth = {.type = ETHER_ARP};
		struct arp_hdr arp = {
			.operation = ARP_REPLY, .sender = p->arp.target, .target = p->arp.sender};

		memcpy(eth.destination, sim_our_mac, MAC_LEN);
		memcpy(eth.source, sim_their_mac, MAC_LEN);
		memcpy(arp.sender_mac, sim_their_mac, MAC_LEN);
		memcpy(arp.target_mac, sim_our_mac, MAC_LEN);
		eth_write(&b, &eth);
		arp_write(&b, &arp);
	} else {
		struct icmpv6_hdr na = {.type = ICMPV6_NEIGHBOUR_ADVERT,
					.nd_flags = ND_SOLICITED | ND_OVERRIDE,
					.target = p->ip.icmpv6.target,
					.has_link_address = true};

		memcpy(na.link_address, sim_their_mac, MAC_LEN);
		sim_head(&b, &p->ip, &na.target, IP_ICMPV6, 32);
		icmpv6_write(&b, &na, &na.target, &p->ip.source, NULL, 0);
	}
	sim_pass(s, bytes, b.len, false);
}

static void answer_echo(struct sim *s, const struct ip_packet *to)
{
	uint8_t bytes[SIM_FRAME_MAX];
	struct build b = build_init(bytes, sizeof(bytes));

	if (s->config->ipv6) {
		struct icmpv6_hdr reply = to->icmpv6;

		reply.type = ICMPV6_ECHO_REPLY;
		sim_head(&b, to, &to->destination, IP_ICMPV6, 8);
		icmpv6_write(&b, &reply, &to->destination, &to->source, NULL, 0);
	} else {
		struct icmp_hdr reply = to->icmp;

		reply.type = ICMP_TYPE_ECHO_REPLY;
		sim_head(&b, to, &to->destination, IP_ICMP, 8);
		icmp_write(&b, &reply, NULL, 0);
	}
	sim_cross(s, bytes, b.len, false);
}

static bool exists(const struct sim *s, const struct addr *addr)
{
	if (s->config->alive_every <= 1)
		return true;
	for (unsigned i = 0; i < s->config->hosts; i += s->config->alive_every) {
		struct addr a = sim_addr(s->config, i);

		if (addr_equal(&a, addr))
			return true;
	}
	return false;
}

/* What the far end makes of a frame. */
void sim_meet(struct sim *s, const struct frame *frame)
{
	struct packet p;

	packet_decode(frame, &p);
	if (p.network == NETWORK_ARP) {
		if (!s->config->on_link || exists(s, &p.arp.target))
			meet_resolution(s, &p);
		return;
	}
	if (p.ip.transport == TRANSPORT_ICMPV6 && p.ip.icmpv6.type == ICMPV6_NEIGHBOUR_SOLICIT) {
		if (!s->config->on_link || exists(s, &p.ip.icmpv6.target))
			meet_resolution(s, &p);
		return;
	}
	if (packet_checksum(frame, &p) != CHECKSUM_GOOD) {
		assert_true(s->config->path.corrupt > 0); /* else we sent it so */
		return;
	}
	if (!exists(s, &p.ip.destination))
		return;
	if (p.ip.transport == TRANSPORT_TCP && p.ip.tcp.flags == TCP_SYN)
		meet_syn(s, frame, &p.ip);
	else if (p.ip.transport == TRANSPORT_TCP && p.ip.tcp.source_port != LOCAL_PORT)
		meet_stray(s, frame, &p.ip);
	else if (p.ip.transport == TRANSPORT_UDP)
		meet_datagram(s, frame, &p.ip);
	else if (p.ip.transport == TRANSPORT_TCP && s->config->answers_ping)
		answer_reset(s, &p.ip, TCP_RST, p.ip.tcp.ack, 0);
	else if (s->config->answers_ping &&
		 ((p.ip.transport == TRANSPORT_ICMP && p.ip.icmp.type == ICMP_TYPE_ECHO) ||
		  (p.ip.transport == TRANSPORT_ICMPV6 && p.ip.icmpv6.type == ICMPV6_ECHO)))
		answer_echo(s, &p.ip);
}
