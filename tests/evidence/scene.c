// SPDX-License-Identifier: Apache-2.0
// A scan played by hand: frames built in memory and fed to a ledger. For tests.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "scene.h"

#include "proto/arp.h"
#include "proto/eth.h"
#include "proto/icmp.h"
#include "proto/icmpv6.h"
#include "proto/ipv4.h"
#include "proto/ipv6.h"
#include "proto/udp.h"
#include "scan/probe.h"
#include "wire/build.h"

#define TTL        57
#define ND_HOPS    255
#define START      (1000 * NSEC_PER_SEC)
#define ERROR_HEAD 8

static const uint8_t our_mac[MAC_LEN] = {2, 0, 0, 0, 0, 1};

struct addr scene_addr(const char *text)
{
	struct addr a = {0};

	assert_true(addr_parse(text, &a));
	return a;
}

void scene_begin(struct scene *s)
{
	const struct hash_key key = {1, 2};

	*s = (struct scene) {
		.ledger = ledger_new(&key),
		.now = START,
		.us = scene_addr("192.0.2.10"),
		.their_mac = {2, 0, 0, 0, 0, 2},
		.hops = TTL,
		.our_mac = {2, 0, 0, 0, 0, 1},
		.from_mac = {2, 0, 0, 0, 0, 2},
	};
	assert_non_null(s->ledger);
}

void scene_end(struct scene *s)
{
	reading_free(s->reading);
	surroundings_free(s->around);
	ledger_free(s->ledger);
}

void scene_look_around(struct scene *s)
{
	const struct hash_key key = {3, 4};

	s->around = surroundings_new(s->ledger, &key);
	assert_non_null(s->around);
}

void scene_feed(struct scene *s, enum frame_direction direction)
{
	struct frame frame = {
		.id = ++s->frames,
		.time = s->now,
		.link = LINK_ETHERNET,
		.direction = direction,
		.interface = s->interface,
		.captured_len = s->snap && s->snap < s->len ? s->snap : s->len,
		.wire_len = s->len,
		.bytes = s->bytes,
	};

	if (s->keep) {
		s->frames--;
		s->keep = false;
		return;
	}
	if (s->reading)
		assert_int_equal(reading_frame(s->reading, &frame), 0);
	else
		assert_int_equal(ledger_frame(s->ledger, &frame, &s->note, &s->packet), 0);
	if (s->around)
		surroundings_frame(s->around, &frame, &s->packet, &s->note);
}

/* Our address in the family of addr. */
static struct addr our_addr(const struct scene *s, const struct addr *addr)
{
	return addr->family == 4 ? s->us : scene_addr("2001:db8:1::10");
}

static void send_probe(struct scene *s, const char *target, const struct probe_request *request)
{
	struct probe_path path = {.target = scene_addr(target), .link = LINK_ETHERNET};

	path.source = our_addr(s, &path.target);
	memcpy(path.source_mac, s->our_mac, MAC_LEN);
	memcpy(path.next_mac, s->their_mac, MAC_LEN);
	s->len = (uint32_t)probe_build(&path, request, s->bytes);
	assert_true(s->len > 0);
	scene_feed(s, s->tapped ? FRAME_UNKNOWN : FRAME_SENT);
}

void scene_syn(struct scene *s, const char *target, uint16_t port, uint16_t local_port,
	       uint32_t seq)
{
	send_probe(s, target,
		   &(struct probe_request) {PROBE_SYN, port, local_port, seq, (uint16_t)s->frames});
}

void scene_ack(struct scene *s, const char *target, uint16_t port, uint16_t local_port,
	       uint32_t ack)
{
	send_probe(s, target, &(struct probe_request) {PROBE_ACK, port, local_port, ack, 1});
}

void scene_echo(struct scene *s, const char *target, uint32_t cookie)
{
	send_probe(s, target, &(struct probe_request) {.kind = PROBE_ECHO, .cookie = cookie});
}

void scene_timestamp(struct scene *s, const char *target, uint32_t cookie)
{
	send_probe(s, target, &(struct probe_request) {.kind = PROBE_TIMESTAMP, .cookie = cookie});
}

void scene_resolve(struct scene *s, const char *target)
{
	bool v4 = scene_addr(target).family == 4;

	send_probe(s, target, &(struct probe_request) {.kind = v4 ? PROBE_ARP : PROBE_ND});
}

/* Link and IP header of a packet of payload_len bytes. */
static void write_heads(const struct scene *s, struct build *b, const struct addr *from,
			const struct addr *to, enum ip_protocol protocol, uint16_t payload_len)
{
	struct eth_hdr eth = {.type = from->family == 4 ? ETHER_IPV4 : ETHER_IPV6};

	memcpy(eth.destination, our_mac, MAC_LEN);
	memcpy(eth.source, s->from_mac, MAC_LEN);
	eth_write(b, &eth);
	if (from->family == 4) {
		struct ipv4_hdr ip = {.ttl = s->hops,
				      .protocol = (uint8_t)protocol,
				      .source = *from,
				      .destination = *to};

		ipv4_write(b, &ip, payload_len);
	} else {
		struct ipv6_hdr ip = {.hop_limit = protocol == IP_ICMPV6 ? ND_HOPS : s->hops,
				      .protocol = (uint8_t)protocol,
				      .next_header = (uint8_t)protocol,
				      .source = *from,
				      .destination = *to};

		ipv6_write(b, &ip, payload_len);
	}
}

static struct build begin_frame(struct scene *s)
{
	return build_init(s->bytes, sizeof(s->bytes));
}

static void end_frame(struct scene *s, const struct build *b, enum frame_direction direction)
{
	assert_false(b->full);
	s->len = (uint32_t)b->len;
	scene_feed(s, direction);
}

static void write_tcp(struct scene *s, const struct addr *from, const struct addr *to,
		      const struct tcp_hdr *tcp, enum frame_direction direction)
{
	struct build b = begin_frame(s);

	write_heads(s, &b, from, to, IP_TCP, TCP_HEADER_MIN);
	tcp_write(&b, tcp, from, to, NULL, 0);
	end_frame(s, &b, direction);
}

void scene_tcp(struct scene *s, const char *from, const struct tcp_hdr *tcp)
{
	struct addr addr = scene_addr(from), us = our_addr(s, &addr);

	write_tcp(s, &addr, &us, tcp, FRAME_RECEIVED);
}

void scene_own_tcp(struct scene *s, const char *target, const struct tcp_hdr *tcp)
{
	struct addr addr = scene_addr(target), us = our_addr(s, &addr);

	write_tcp(s, &us, &addr, tcp, FRAME_SENT);
}

void scene_syn_ack(struct scene *s, const char *from, uint16_t port, uint16_t local_port,
		   uint32_t ack)
{
	scene_tcp(s, from,
		  &(struct tcp_hdr) {.source_port = port,
				     .destination_port = local_port,
				     .seq = 77,
				     .ack = ack,
				     .flags = TCP_SYN | TCP_ACK,
				     .window = 64240});
}

void scene_rst(struct scene *s, const char *from, uint16_t port, uint16_t local_port, uint32_t ack)
{
	scene_tcp(s, from,
		  &(struct tcp_hdr) {.source_port = port,
				     .destination_port = local_port,
				     .ack = ack,
				     .flags = TCP_RST | TCP_ACK});
}

static void write_udp(struct scene *s, const struct addr *from, const struct addr *to,
		      const struct udp_hdr *udp, const char *data, uint16_t len)
{
	struct build b = begin_frame(s);

	write_heads(s, &b, from, to, IP_UDP, (uint16_t)(UDP_HEADER_LEN + len));
	udp_write(&b, udp, from, to, data, len);
	end_frame(s, &b, addr_equal(from, &s->us) ? FRAME_SENT : FRAME_RECEIVED);
}

void scene_udp(struct scene *s, const char *target, uint16_t port, uint16_t local_port)
{
	struct addr addr = scene_addr(target), us = our_addr(s, &addr);

	write_udp(s, &us, &addr,
		  &(struct udp_hdr) {.source_port = local_port, .destination_port = port}, NULL, 0);
}

void scene_udp_back(struct scene *s, const char *from, uint16_t port, uint16_t local_port)
{
	struct addr addr = scene_addr(from), us = our_addr(s, &addr);

	write_udp(s, &addr, &us,
		  &(struct udp_hdr) {.source_port = port, .destination_port = local_port}, NULL, 0);
}

void scene_lookup(struct scene *s, const char *server, uint16_t local_port)
{
	static const char question[] = "\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00"
				       "\x03lab\x00\x00\x01\x00\x01";
	struct addr addr = scene_addr(server), us = our_addr(s, &addr);

	write_udp(s, &us, &addr,
		  &(struct udp_hdr) {.source_port = local_port, .destination_port = 53}, question,
		  sizeof(question) - 1);
}

static void write_ip(struct scene *s, const struct addr *from, const struct addr *to,
		     uint8_t protocol, const void *data, uint16_t len)
{
	struct build b = begin_frame(s);

	write_heads(s, &b, from, to, protocol, len);
	build_bytes(&b, data, len);
	end_frame(s, &b, addr_equal(from, &s->us) ? FRAME_SENT : FRAME_RECEIVED);
}

void scene_ip(struct scene *s, const char *target, uint8_t protocol, const void *data, uint16_t len)
{
	struct addr addr = scene_addr(target), us = our_addr(s, &addr);

	write_ip(s, &us, &addr, protocol, data, len);
}

void scene_ip_back(struct scene *s, const char *from, uint8_t protocol, const void *data,
		   uint16_t len)
{
	struct addr addr = scene_addr(from), us = our_addr(s, &addr);

	write_ip(s, &addr, &us, protocol, data, len);
}

void scene_error_of_last(struct scene *s, const char *from, uint8_t type, uint8_t code)
{
	struct addr addr = scene_addr(from), us = our_addr(s, &addr);
	struct icmp_hdr icmp = {.type = type, .code = code, .is_error = true};
	uint16_t len = (uint16_t)(s->len - ETH_HEADER_LEN);
	uint8_t quoted[sizeof(s->bytes)];
	struct build b;

	assert_int_equal(addr.family, 4);
	memcpy(quoted, s->bytes + ETH_HEADER_LEN, len);
	b = begin_frame(s);
	write_heads(s, &b, &addr, &us, IP_ICMP, (uint16_t)(ERROR_HEAD + len));
	icmp_write(&b, &icmp, quoted, len);
	end_frame(s, &b, FRAME_RECEIVED);
}

void scene_echo_reply(struct scene *s, const char *from, uint32_t cookie)
{
	struct addr addr = scene_addr(from), us = our_addr(s, &addr);
	uint16_t id = (uint16_t)(cookie >> 16), sequence = (uint16_t)cookie;
	struct build b = begin_frame(s);

	if (addr.family == 4) {
		struct icmp_hdr icmp = {ICMP_TYPE_ECHO_REPLY, .id = id, .sequence = sequence};

		write_heads(s, &b, &addr, &us, IP_ICMP, 8);
		icmp_write(&b, &icmp, NULL, 0);
	} else {
		struct icmpv6_hdr icmp = {ICMPV6_ECHO_REPLY, .id = id, .sequence = sequence};

		write_heads(s, &b, &addr, &us, IP_ICMPV6, 8);
		icmpv6_write(&b, &icmp, &addr, &us, NULL, 0);
	}
	end_frame(s, &b, FRAME_RECEIVED);
}

void scene_timestamp_reply(struct scene *s, const char *from, uint32_t cookie)
{
	struct addr addr = scene_addr(from);
	struct icmp_hdr icmp = {ICMP_TYPE_TIMESTAMP_REPLY, .id = (uint16_t)(cookie >> 16),
				.sequence = (uint16_t)cookie};
	struct build b = begin_frame(s);

	write_heads(s, &b, &addr, &s->us, IP_ICMP, 20);
	icmp_write(&b, &icmp, NULL, 0);
	end_frame(s, &b, FRAME_RECEIVED);
}

void scene_resolved(struct scene *s, const char *target, const uint8_t mac[static MAC_LEN])
{
	struct addr addr = scene_addr(target), us = our_addr(s, &addr);
	struct build b = begin_frame(s);

	if (addr.family == 4) {
		struct eth_hdr eth = {.type = ETHER_ARP};
		struct arp_hdr arp = {.operation = ARP_REPLY, .sender = addr, .target = us};

		memcpy(arp.sender_mac, mac, MAC_LEN);
		memcpy(arp.target_mac, our_mac, MAC_LEN);
		eth_write(&b, &eth);
		arp_write(&b, &arp);
	} else {
		struct icmpv6_hdr icmp = {.type = ICMPV6_NEIGHBOUR_ADVERT,
					  .nd_flags = ND_SOLICITED,
					  .target = addr,
					  .has_link_address = true};

		memcpy(icmp.link_address, mac, MAC_LEN);
		write_heads(s, &b, &addr, &us, IP_ICMPV6, 32);
		icmpv6_write(&b, &icmp, &addr, &us, NULL, 0);
	}
	end_frame(s, &b, FRAME_RECEIVED);
}

/* The IP packet of our SYN, cut to what an error quotes. */
static size_t quote(struct scene *s, const struct scene_error *e, uint8_t *ret_bytes)
{
	struct probe_path path = {.target = scene_addr(e->target), .link = LINK_RAW};
	struct probe_request request = {PROBE_SYN, e->port, e->local_port, e->seq, 1};
	size_t head;

	path.source = our_addr(s, &path.target);
	head = path.target.family == 4 ? 20 : 40;
	assert_true(probe_build(&path, &request, ret_bytes) > 0);
	return head + e->quoted_len;
}

void scene_error(struct scene *s, const struct scene_error *e)
{
	struct addr addr = scene_addr(e->from), us = our_addr(s, &addr);
	uint8_t quoted[PROBE_FRAME_MAX];
	uint16_t len = (uint16_t)quote(s, e, quoted);
	struct build b = begin_frame(s);

	if (addr.family == 4) {
		struct icmp_hdr icmp = {.type = e->type, .code = e->code, .is_error = true};

		write_heads(s, &b, &addr, &us, IP_ICMP, (uint16_t)(ERROR_HEAD + len));
		icmp_write(&b, &icmp, quoted, len);
	} else {
		struct icmpv6_hdr icmp = {.type = e->type, .code = e->code, .is_error = true};

		write_heads(s, &b, &addr, &us, IP_ICMPV6, (uint16_t)(ERROR_HEAD + len));
		icmpv6_write(&b, &icmp, &addr, &us, quoted, len);
	}
	end_frame(s, &b, FRAME_RECEIVED);
}

uint32_t scene_host(const struct scene *s, const char *text)
{
	struct addr addr = scene_addr(text);
	uint32_t host = ledger_find_host(s->ledger, &addr);

	assert_int_not_equal(host, EVENT_NONE);
	return host;
}

struct port_verdict scene_verdict(const struct scene *s, const char *addr, uint16_t port)
{
	struct port_verdict v;

	assert_int_equal(verdict_port(s->ledger, scene_host(s, addr), port, &v), 0);
	return v;
}

void scene_expect_by(const struct scene *s, const char *addr, enum probe_kind kind, uint16_t port,
		     enum port_state state, const char *reason)
{
	struct port_verdict v;

	assert_int_equal(verdict_by(s->ledger, scene_host(s, addr), kind, port, &v), 0);
	assert_string_equal(port_state_name(v.state), port_state_name(state));
	assert_string_equal(v.rule ? v.rule->reason : "", reason);
}

void scene_expect(const struct scene *s, const char *addr, uint16_t port, enum port_state state,
		  const char *reason)
{
	struct port_verdict v = scene_verdict(s, addr, port);

	assert_string_equal(port_state_name(v.state), port_state_name(state));
	assert_string_equal(v.rule ? v.rule->reason : "", reason);
}
