/* SPDX-License-Identifier: Apache-2.0 */
/* Frames for tests, built with the program's own writers. */
#ifndef SONDE_TESTS_PACKET_CRAFT_H
#define SONDE_TESTS_PACKET_CRAFT_H

#include <assert.h>
#include <stdlib.h>

#include "packet/decode.h"
#include "packet/frame.h"

#define CRAFT_MAX 2048

struct craft {
	uint8_t bytes[CRAFT_MAX];
	struct build b;
};

static inline struct addr craft_addr(const char *text)
{
	struct addr a = {0};

	assert(addr_parse(text, &a));
	return a;
}

/* Starts an Ethernet frame. */
static inline void craft_start(struct craft *c, uint16_t ether_type)
{
	struct eth_hdr eth = {{2, 0, 0, 0, 0, 1}, {2, 0, 0x5e, 0x10, 0, 0x14}, ether_type};

	c->b = build_init(c->bytes, sizeof(c->bytes));
	eth_write(&c->b, &eth);
}

/* An IPv4 header without options before payload_len bytes to come. */
static inline void craft_ipv4(struct craft *c, const char *from, const char *to, uint8_t protocol,
			      uint8_t ttl, uint16_t id, uint32_t payload_len)
{
	struct ipv4_hdr ip = {.ttl = ttl,
			      .id = id,
			      .protocol = protocol,
			      .source = craft_addr(from),
			      .destination = craft_addr(to)};

	ipv4_write(&c->b, &ip, payload_len);
}

static inline void craft_ipv6(struct craft *c, const char *from, const char *to, uint8_t protocol,
			      uint8_t hops, uint32_t payload_len)
{
	struct ipv6_hdr ip = {.hop_limit = hops,
			      .protocol = protocol,
			      .source = craft_addr(from),
			      .destination = craft_addr(to)};

	ipv6_write(&c->b, &ip, payload_len);
}

/* The frame so far; its bytes stay in c. */
static inline struct frame craft_frame(const struct craft *c)
{
	assert(!c->b.full);
	return (struct frame) {.id = 1,
			       .link = LINK_ETHERNET,
			       .bytes = c->bytes,
			       .captured_len = (uint32_t)c->b.len,
			       .wire_len = (uint32_t)c->b.len};
}

/* A TCP segment over IPv4 with the options given. */
static inline struct frame craft_tcp4(struct craft *c, const char *from, const char *to,
				      const struct tcp_hdr *tcp, uint8_t ttl, uint16_t id,
				      const void *options, uint8_t options_len)
{
	struct addr source = craft_addr(from);
	struct addr destination = craft_addr(to);

	craft_start(c, ETHER_IPV4);
	craft_ipv4(c, from, to, IP_TCP, ttl, id, TCP_HEADER_MIN + (uint32_t)options_len);
	tcp_write(&c->b, tcp, &source, &destination, options, options_len);
	return craft_frame(c);
}

/* An ICMP message over IPv4. */
static inline struct frame craft_icmp4(struct craft *c, const char *from, const char *to,
				       const struct icmp_hdr *icmp, const void *data,
				       uint16_t data_len)
{
	size_t at;

	craft_start(c, ETHER_IPV4);
	at = c->b.len;
	craft_ipv4(c, from, to, IP_ICMP, 64, 501, 0);
	icmp_write(&c->b, icmp, data, data_len);
	/* The length is known only now: write the header once more over the first. */
	struct build again = build_init(c->bytes + at, IPV4_HEADER_MIN);
	struct build whole = c->b;

	c->b = again;
	craft_ipv4(c, from, to, IP_ICMP, 64, 501, (uint32_t)(whole.len - at - IPV4_HEADER_MIN));
	c->b = whole;
	return craft_frame(c);
}

#endif
