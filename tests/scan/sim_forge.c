// SPDX-License-Identifier: Apache-2.0
// What strangers pretend to be answers: everything right that can be known, and no proof.
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
#include "scan/probe.h"

#define FAR_HOPS     254 /* has crossed a router */
#define ND_BODY      32  /* advertisement and one option */
#define DATA_LEN     48  /* as NTP's; longer than any number's place */
#define QUOTE_MAX    64
#define FOREIGN_AT   5000 /* a local port that no probe of ours leaves from */
#define LEARNT_TRIES 3

static const uint16_t numbered[] = {111, 123, 3478}; /* their answers repeat 32 bits */

static uint64_t below(struct sim *s, uint64_t n)
{
	return rng_below(&s->rng, n);
}

static struct addr us(const struct sim_config *c)
{
	struct addr addr;

	addr_parse(c->ipv6 ? "2001:db8:1::2" : "192.0.2.2", &addr);
	return addr;
}

/* An address that nobody scans. */
static struct addr nobody(const struct sim_config *c)
{
	struct addr addr;

	addr_parse(c->ipv6 ? "2001:db8:99::7" : "203.0.113.7", &addr);
	return addr;
}

static struct addr some_host(struct sim *s)
{
	return sim_addr(s->config, (unsigned)below(s, s->config->hosts));
}

static uint16_t some_port(struct sim *s)
{
	return s->config->ports[below(s, s->config->port_count)];
}

/* What is answered: only where it came from counts. */
static struct ip_packet sent_by_us(const struct sim_config *c)
{
	return (struct ip_packet) {.network = c->ipv6 ? NETWORK_IPV6 : NETWORK_IPV4,
				   .source = us(c)};
}

static void forge_segment(struct sim *s, struct build *b)
{
	static const uint16_t flags[] = {TCP_SYN | TCP_ACK, TCP_RST | TCP_ACK, TCP_RST, TCP_ACK};
	const struct ip_packet to = sent_by_us(s->config);
	struct addr host = some_host(s);
	struct tcp_hdr tcp = {
		.source_port = some_port(s),
		.destination_port = (uint16_t)(LOCAL_PORT + 1 + below(s, LEARNT_TRIES)),
		.seq = (uint32_t)rng_next(&s->rng),
		.ack = (uint32_t)rng_next(&s->rng),
		.flags = flags[below(s, 4)],
	};

	sim_head(b, &to, &host, IP_TCP, TCP_HEADER_MIN);
	tcp_write(b, &tcp, &host, &to.source, NULL, 0);
}

static void forge_datagram(struct sim *s, struct build *b)
{
	const struct ip_packet to = sent_by_us(s->config);
	struct addr host = some_host(s);
	struct host_ping asked = {.kind = PROBE_UDP, .port = some_port(s)};
	unsigned try = 1 + (unsigned)below(s, LEARNT_TRIES);
	struct udp_hdr udp = {.source_port = asked.port};
	uint8_t data[DATA_LEN];

	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = (uint8_t)below(s, 256);
	udp.destination_port = probe_local_port(LOCAL_PORT, &asked, try);
	switch (below(s, 3)) {
	case 0:
		asked.port = udp.source_port = numbered[below(s, 3)];
		udp.destination_port = probe_local_port(LOCAL_PORT, &asked, try);
		break;
	case 1:
		host = nobody(s->config);
		break;
	default:
		udp.destination_port = (uint16_t)(FOREIGN_AT + below(s, 1000));
		break;
	}
	sim_head(b, &to, &host, IP_UDP, UDP_HEADER_LEN + DATA_LEN);
	udp_write(b, &udp, &host, &to.source, data, DATA_LEN);
}

/* A number that no datagram to this port had in its header, be its bytes swapped. */
static uint16_t wrong_number(struct sim *s, const struct addr *to, uint16_t port)
{
	const unsigned mask = (1u << PROBE_IP_NUMBER_BITS) - 1;
	uint32_t host = ledger_find_host(s->ledger, to), probe = EVENT_NONE;
	uint16_t number = (uint16_t)rng_next(&s->rng);

	if (host != EVENT_NONE)
		probe = ledger_find_probe(s->ledger, host, PROBE_UDP, port);
	while (probe != EVENT_NONE) {
		const struct probe *p = ledger_probe(s->ledger, probe);
		uint16_t swapped = (uint16_t)(number << 8 | number >> 8);

		probe = p->next_try;
		if ((number & mask) != p->ip_number && (swapped & mask) != p->ip_number)
			continue;
		number++;
		probe = ledger_find_probe(s->ledger, host, PROBE_UDP, port);
	}
	return number;
}

/* The head of a packet of ours to `to`, as an error would quote it. */
static void quote_head(struct build *b, const struct sim_config *c, const struct addr *to,
		       uint8_t protocol, uint16_t number)
{
	struct ipv4_hdr v4 = {
		.id = number, .ttl = 37, .protocol = protocol, .source = us(c), .destination = *to};
	struct ipv6_hdr v6 = {.flow_label = number,
			      .hop_limit = 37,
			      .protocol = protocol,
			      .next_header = protocol,
			      .source = us(c),
			      .destination = *to};

	if (c->ipv6)
		ipv6_write(b, &v6, TCP_HEADER_MIN);
	else
		ipv4_write(b, &v4, TCP_HEADER_MIN);
}

/* A packet that we never sent. */
static void forge_quote(struct sim *s, struct build *b)
{
	const struct sim_config *c = s->config;
	struct addr to = some_host(s), from = us(c), other = nobody(c);
	struct udp_hdr udp = {.source_port = (uint16_t)(LOCAL_PORT + 1 + below(s, LEARNT_TRIES)),
			      .destination_port = some_port(s)};
	struct tcp_hdr tcp = {.source_port = udp.source_port,
			      .destination_port = udp.destination_port,
			      .seq = (uint32_t)rng_next(&s->rng),
			      .ack = (uint32_t)rng_next(&s->rng),
			      .flags = TCP_SYN};
	struct icmp_hdr echo = {.type = ICMP_TYPE_ECHO,
				.id = (uint16_t)rng_next(&s->rng),
				.sequence = (uint16_t)rng_next(&s->rng)};
	struct icmpv6_hdr echo6 = {.type = ICMPV6_ECHO, .id = echo.id, .sequence = echo.sequence};

	const struct host_ping asked = {.kind = PROBE_UDP, .port = udp.destination_port};

	switch (below(s, 5)) {
	case 0:
		quote_head(b, c, &to, c->ipv6 ? IP_ICMPV6 : IP_ICMP, 0);
		if (c->ipv6)
			icmpv6_write(b, &echo6, &from, &to, NULL, 0);
		else
			icmp_write(b, &echo, NULL, 0);
		break;
	case 1: /* the right ports of a host that is not scanned */
		quote_head(b, c, &other, IP_UDP, 0);
		udp_write(b, &udp, &from, &other, NULL, 0);
		break;
	case 2:
		quote_head(b, c, &to, IP_UDP, 0);
		udp.source_port = (uint16_t)(FOREIGN_AT + below(s, 1000));
		udp_write(b, &udp, &from, &to, NULL, 0);
		break;
	case 3: /* the right ports of one that is, but not the number of its header */
		quote_head(b, c, &to, IP_UDP, wrong_number(s, &to, asked.port));
		udp.source_port =
			probe_local_port(LOCAL_PORT, &asked, 1 + (unsigned)below(s, LEARNT_TRIES));
		udp_write(b, &udp, &from, &to, NULL, 0);
		break;
	default:
		quote_head(b, c, &to, IP_TCP, 0);
		tcp_write(b, &tcp, &from, &to, NULL, 0);
		break;
	}
}

static void forge_error(struct sim *s, struct build *b)
{
	const struct sim_config *c = s->config;
	const struct ip_packet to = sent_by_us(c);
	struct addr host = below(s, 2) ? some_host(s) : nobody(c);
	struct icmp_hdr icmp = {
		.type = ICMP_TYPE_UNREACHABLE, .code = (uint8_t)below(s, 16), .is_error = true};
	struct icmpv6_hdr icmpv6 = {
		.type = ICMPV6_UNREACHABLE, .code = (uint8_t)below(s, 7), .is_error = true};
	uint8_t bytes[QUOTE_MAX];
	struct build quote = build_init(bytes, sizeof(bytes));

	forge_quote(s, &quote);
	sim_head(b, &to, &host, c->ipv6 ? IP_ICMPV6 : IP_ICMP, (uint32_t)quote.len + 8);
	if (c->ipv6)
		icmpv6_write(b, &icmpv6, &host, &to.source, bytes, (uint16_t)quote.len);
	else
		icmp_write(b, &icmp, bytes, (uint16_t)quote.len);
}

static void forge_echo(struct sim *s, struct build *b)
{
	const struct ip_packet to = sent_by_us(s->config);
	struct addr host = some_host(s);
	uint16_t id = (uint16_t)rng_next(&s->rng), sequence = (uint16_t)rng_next(&s->rng);
	struct icmpv6_hdr v6 = {.type = ICMPV6_ECHO_REPLY, .id = id, .sequence = sequence};
	struct icmp_hdr v4 = {.type = below(s, 2) ? ICMP_TYPE_ECHO_REPLY
						  : ICMP_TYPE_TIMESTAMP_REPLY,
			      .id = id,
			      .sequence = sequence};

	if (s->config->ipv6) {
		sim_head(b, &to, &host, IP_ICMPV6, 8);
		icmpv6_write(b, &v6, &host, &to.source, NULL, 0);
	} else {
		sim_head(b, &to, &host, IP_ICMP, v4.type == ICMP_TYPE_TIMESTAMP_REPLY ? 20 : 8);
		icmp_write(b, &v4, NULL, 0);
	}
}

/* ARP has no proof; but what asks, what is about others and what answers others is no answer. */
static void forge_arp(struct sim *s, struct build *b)
{
	const struct sim_config *c = s->config;
	struct eth_hdr eth = {.type = ETHER_ARP};
	struct arp_hdr arp = {.operation = ARP_REPLY, .sender = some_host(s), .target = us(c)};

	switch (below(s, 4)) {
	case 0:
		arp.operation = ARP_REQUEST;
		break;
	case 1:
		arp.target = arp.sender; /* gratuitous */
		break;
	case 2:
		arp.target = nobody(c);
		break;
	default:
		arp.sender = nobody(c);
		break;
	}
	memcpy(eth.destination, sim_our_mac, MAC_LEN);
	memcpy(eth.source, sim_their_mac, MAC_LEN);
	memcpy(arp.sender_mac, "\x02\0\0\0\x66\x66", MAC_LEN);
	memcpy(arp.target_mac, sim_our_mac, MAC_LEN);
	eth_write(b, &eth);
	arp_write(b, &arp);
}

/* RFC 4861 s. 7.1.2: an advertisement from behind a router, or with a code, counts for nothing. */
static void forge_advertisement(struct sim *s, struct build *b)
{
	struct eth_hdr eth = {.type = ETHER_IPV6};
	struct icmpv6_hdr na = {.type = ICMPV6_NEIGHBOUR_ADVERT,
				.nd_flags = ND_SOLICITED | ND_OVERRIDE,
				.target = some_host(s),
				.has_link_address = true};
	struct ipv6_hdr ip = {.hop_limit = FAR_HOPS,
			      .protocol = IP_ICMPV6,
			      .next_header = IP_ICMPV6,
			      .source = na.target,
			      .destination = us(s->config)};

	switch (below(s, 4)) {
	case 0:
		ip.hop_limit = FAR_HOPS + 1;
		na.code = (uint8_t)(1 + below(s, 255));
		break;
	case 1:
		ip.hop_limit = FAR_HOPS + 1;
		na.target = ip.source = nobody(s->config);
		break;
	case 2:
		ip.hop_limit = FAR_HOPS + 1;
		addr_parse("ff02::1", &ip.destination); /* to all: nobody asked */
		break;
	default:
		break;
	}
	memcpy(eth.destination, sim_our_mac, MAC_LEN);
	memcpy(eth.source, sim_their_mac, MAC_LEN);
	memcpy(na.link_address, "\x02\0\0\0\x66\x66", MAC_LEN);
	eth_write(b, &eth);
	ipv6_write(b, &ip, ND_BODY);
	icmpv6_write(b, &na, &ip.source, &ip.destination, NULL, 0);
}

size_t sim_forge(struct sim *s, uint8_t ret_bytes[static SIM_FRAME_MAX])
{
	unsigned allowed = s->config->forged ? s->config->forged : 1u << SIM_FORGED_SEGMENT;
	struct build b = build_init(ret_bytes, SIM_FRAME_MAX);
	unsigned kind;

	do
		kind = (unsigned)below(s, SIM_FORGERIES);
	while (!(allowed & 1u << kind));
	switch ((enum sim_forgery)kind) {
	case SIM_FORGED_SEGMENT:
	case SIM_FORGERIES:
		forge_segment(s, &b);
		break;
	case SIM_FORGED_DATAGRAM:
		forge_datagram(s, &b);
		break;
	case SIM_FORGED_ERROR:
		forge_error(s, &b);
		break;
	case SIM_FORGED_ECHO:
		forge_echo(s, &b);
		break;
	case SIM_FORGED_ADDRESS:
		if (s->config->ipv6)
			forge_advertisement(s, &b);
		else
			forge_arp(s, &b);
		break;
	}
	return b.len;
}
