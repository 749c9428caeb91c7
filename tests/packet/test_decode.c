// SPDX-License-Identifier: Apache-2.0
// Whole frames through packet_decode(): every link type, tags, quotes, fragments, checksums.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "craft.h"
#include "same_packet.h"

static const struct tcp_hdr syn = {.source_port = 41273,
				   .destination_port = 22,
				   .seq = 991283001,
				   .flags = TCP_SYN,
				   .window = 1024};
static const uint8_t mss[4] = {2, 4, 5, 180};

static struct frame make_syn(struct craft *c)
{
	return craft_tcp4(c, "192.0.2.10", "203.0.113.5", &syn, 47, 777, mss, 4);
}

static void assert_syn(const struct ip_packet *ip)
{
	assert_int_equal(ip->network, NETWORK_IPV4);
	assert_int_equal(ip->transport, TRANSPORT_TCP);
	assert_int_equal(ip->protocol, IP_TCP);
	assert_int_equal(ip->hops, 47);
	assert_int_equal(addr_number(&ip->destination), 0xcb007105);
	assert_int_equal(ip->tcp.destination_port, 22);
	assert_int_equal(ip->tcp.seq, 991283001);
	assert_int_equal(ip->tcp.flags, TCP_SYN);
}

static void an_ethernet_frame(void **state)
{
	struct craft c;
	struct frame frame = make_syn(&c);
	struct packet p;

	(void)state;
	packet_decode(&frame, &p);
	assert_int_equal(p.status, CURSOR_OK);
	assert_true(p.has_ethernet && !p.has_quote);
	assert_int_equal(p.ether_type, ETHER_IPV4);
	assert_int_equal(p.network, NETWORK_IPV4);
	assert_syn(&p.ip);
	assert_int_equal(p.ip.network_at, 14);
	assert_int_equal(p.ip.transport_at, 34);
	assert_int_equal(p.ip.data_at, 58);
	assert_int_equal(p.ip.data_len, 0);
	assert_int_equal(packet_checksum(&frame, &p), CHECKSUM_GOOD);
}

/* The same packet behind each link header; padding falls off behind it. */
static void every_link_type(void **state)
{
	static const struct {
		uint32_t link;
		uint8_t head[20];
		uint32_t len;
		bool known;
	} rows[] = {
		{LINK_RAW, {0}, 0, true},
		{LINK_IPV4, {0}, 0, true},
		{LINK_NULL, {2, 0, 0, 0}, 4, true},
		{LINK_LOOP, {0, 0, 0, 2}, 4, true},
		{LINK_LINUX_SLL, {0, 0, 0, 1, 0, 6, [14] = 8}, 16, true},
		{LINK_LINUX_SLL2, {8}, 20, true},
		{LINK_PPP, {0xff, 3, 0, 0x21}, 4, true},
		{LINK_PPP, {0x21}, 1, true},
		{LINK_PPP_SERIAL, {0, 0x21}, 2, true},
		{LINK_PPP, {0xff, 3, 0, 0x57}, 4, false},
		{LINK_PPP, {0xc0, 0x21}, 2, false},
		{LINK_IPV6, {0}, 0, false},
		{LINK_NULL, {99, 0, 0, 0}, 4, false},
		{147, {0}, 0, false},
		{65535, {0}, 0, false},
	};
	struct craft c;
	struct frame whole = make_syn(&c);

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint8_t bytes[128] = {0};
		struct frame frame = {.link = (enum link_type)rows[i].link, .bytes = bytes};
		struct packet p;

		memcpy(bytes, rows[i].head, rows[i].len);
		memcpy(bytes + rows[i].len, whole.bytes + 14, whole.wire_len - 14);
		frame.captured_len = frame.wire_len = rows[i].len + whole.wire_len - 14 + 6;
		packet_decode(&frame, &p);
		assert_int_equal(p.network, rows[i].known ? NETWORK_IPV4 : NETWORK_NONE);
		if (!rows[i].known)
			continue;
		assert_syn(&p.ip);
		assert_int_equal(p.ip.data_len, 0);
		assert_int_equal(p.status, CURSOR_OK);
		assert_int_equal(packet_checksum(&frame, &p), CHECKSUM_GOOD);
	}
}

/* B24: one to twelve tags; eight are walked. */
static void tags_have_a_budget(void **state)
{
	(void)state;
	for (unsigned tags = 0; tags <= 12; tags++) {
		struct craft c, plain;
		struct frame frame, inner = make_syn(&plain);
		struct packet p;

		craft_start(&c, tags ? ETHER_QINQ : ETHER_IPV4);
		for (unsigned i = 0; i < tags; i++) {
			build_be16(&c.b, (uint16_t)(100 + i));
			build_be16(&c.b, i + 1 < tags ? ETHER_VLAN : ETHER_IPV4);
		}
		build_bytes(&c.b, inner.bytes + 14, inner.wire_len - 14);
		frame = craft_frame(&c);
		packet_decode(&frame, &p);
		assert_int_equal(p.network, tags <= 8 ? NETWORK_IPV4 : NETWORK_NONE);
		assert_int_equal(p.status, tags <= 8 ? CURSOR_OK : CURSOR_MALFORMED);
		assert_int_equal(p.vlan_count, tags <= 8 ? tags : 8);
		assert_int_equal(p.vlan_id, tags ? 100 : 0);
	}
}

/* B1: cut by us is truncated, cut by them malformed, and a header is there whole or not at all. */
static void every_cut_is_told_apart(void **state)
{
	struct craft c;
	struct frame frame = make_syn(&c);
	struct packet p;

	(void)state;
	for (uint32_t cut = 0; cut < c.b.len; cut++) {
		frame.captured_len = cut;
		frame.wire_len = (uint32_t)c.b.len;
		packet_decode(&frame, &p);
		assert_int_equal(p.status, cut < 54 ? CURSOR_TRUNCATED : CURSOR_OK);
		assert_int_equal(p.network, cut < 34 ? NETWORK_NONE : NETWORK_IPV4);
		assert_int_equal(p.ip.transport, cut < 54 ? TRANSPORT_NONE : TRANSPORT_TCP);
		assert_int_equal(packet_checksum(&frame, &p), CHECKSUM_UNKNOWN);
		frame.wire_len = cut;
		packet_decode(&frame, &p);
		assert_int_equal(p.status, CURSOR_MALFORMED);
		assert_int_equal(p.ip.transport, cut < 54 ? TRANSPORT_NONE : TRANSPORT_TCP);
	}
}

static void a_total_length_of_zero_means_all(void **state)
{
	struct craft c;
	struct frame frame = make_syn(&c);
	struct packet p;

	(void)state;
	c.bytes[16] = c.bytes[17] = 0;
	packet_decode(&frame, &p);
	assert_int_equal(p.status, CURSOR_OK);
	assert_syn(&p.ip);
	c.bytes[16] = c.bytes[17] = 0xff; /* B2 */
	packet_decode(&frame, &p);
	assert_int_equal(p.status, CURSOR_MALFORMED);
	assert_syn(&p.ip);
	c.bytes[16] = 0;
	c.bytes[17] = 19;
	packet_decode(&frame, &p);
	assert_int_equal(p.status, CURSOR_MALFORMED);
	assert_int_equal(p.ip.transport, TRANSPORT_NONE);
}

static void fragments_have_no_header_but_the_first(void **state)
{
	struct craft c;
	struct frame frame = make_syn(&c);
	struct packet p;

	(void)state;
	c.bytes[20] = 0x20; /* more fragments */
	packet_decode(&frame, &p);
	assert_syn(&p.ip);
	assert_int_equal(packet_checksum(&frame, &p), CHECKSUM_UNKNOWN);
	c.bytes[21] = 1; /* 8 bytes on */
	packet_decode(&frame, &p);
	assert_int_equal(p.ip.transport, TRANSPORT_FRAGMENT);
	assert_int_equal(p.ip.protocol, IP_TCP);
	assert_int_equal(p.status, CURSOR_OK);
	/* A tiny first fragment has no usable TCP header, and that is no lie. */
	c.bytes[21] = 0;
	c.bytes[17] = 28;
	packet_decode(&frame, &p);
	assert_int_equal(p.ip.transport, TRANSPORT_NONE);
	assert_int_equal(p.status, CURSOR_OK);
}

/* An error that quotes quote_len bytes of our SYN. */
static struct frame make_error(struct craft *c, uint32_t quote_len, uint8_t ihl_nibble)
{
	static const struct icmp_hdr icmp = {.type = ICMP_TYPE_UNREACHABLE, .code = 13};
	struct craft inner;
	struct frame quoted = make_syn(&inner);

	inner.bytes[14] = (uint8_t)(0x40 | ihl_nibble);
	return craft_icmp4(c, "198.51.100.1", "192.0.2.10", &icmp, quoted.bytes + 14,
			   (uint16_t)quote_len);
}

static void a_quote_is_read_by_the_same_readers(void **state)
{
	struct craft c;
	struct packet p;

	(void)state;
	for (uint32_t len = 0; len <= 44; len++) {
		struct frame frame = make_error(&c, len, 5);

		packet_decode(&frame, &p);
		assert_int_equal(p.status, CURSOR_OK);
		assert_int_equal(p.ip.transport, TRANSPORT_ICMP);
		assert_int_equal(p.has_quote, len >= 20);
		assert_int_equal(packet_checksum(&frame, &p), CHECKSUM_GOOD);
		assert_int_equal(p.quote.transport, len >= 28 ? TRANSPORT_TCP : TRANSPORT_NONE);
		if (len < 28)
			continue;
		assert_int_equal(p.quote.status, CURSOR_OK);
		assert_int_equal(p.quote.tcp.destination_port, 22);
		assert_int_equal(p.quote.tcp.seq, 991283001);
		assert_int_equal(p.quote.tcp.complete, len >= 40);
		assert_int_equal(p.quote.tcp.flags, len >= 40 ? TCP_SYN : 0);
	}
}

/* B8: every inner header length; options are stepped over, not taken for ports. */
static void a_quoted_header_length_is_honoured(void **state)
{
	(void)state;
	for (uint8_t ihl = 0; ihl < 16; ihl++) {
		struct craft c;
		struct frame frame = make_error(&c, 44, ihl);
		struct packet p;
		bool ports = ihl >= 5 && ihl * 4u + 8 <= 44;

		packet_decode(&frame, &p);
		assert_true(p.has_quote);
		assert_int_equal(p.status, CURSOR_OK);
		assert_int_equal(p.quote.transport, ports ? TRANSPORT_TCP : TRANSPORT_NONE);
		if (ports)
			assert_int_equal(p.quote.transport_at, 14 + 20 + 8 + ihl * 4);
	}
}

/* Some senders quote a total length that they have already lowered. */
static void a_mangled_quoted_length_is_not_believed(void **state)
{
	struct craft c;
	struct frame frame = make_error(&c, 44, 5);
	struct packet p;

	(void)state;
	for (unsigned len = 0; len < 256; len++) {
		c.bytes[14 + 28 + 3] = (uint8_t)len;
		packet_decode(&frame, &p);
		assert_int_equal(p.quote.transport, TRANSPORT_TCP);
		assert_int_equal(p.quote.tcp.seq, 991283001);
	}
}

/* B10: an ICMPv6 error that quotes a chain of extension headers before the probe. */
static void a_quoted_chain_is_walked(void **state)
{
	const struct icmpv6_hdr icmp = {.type = ICMPV6_UNREACHABLE, .code = 4};
	struct addr from = craft_addr("2001:db8:5::5"), to = craft_addr("2001:db8::10");
	struct craft quoted, c;
	struct frame frame;
	struct packet p;

	(void)state;
	quoted.b = build_init(quoted.bytes, sizeof(quoted.bytes));
	craft_ipv6(&quoted, "2001:db8::10", "2001:db8:5::5", IP_HOPOPT, 64, 44);
	build_be32(&quoted.b, 0x2b000104);
	build_be32(&quoted.b, 0);
	build_be32(&quoted.b, 0x2c000000); /* routing, no segments left */
	build_be32(&quoted.b, 0);
	build_be32(&quoted.b, 0x06000000); /* a fragment that is the whole */
	build_be32(&quoted.b, 9);
	tcp_write(&quoted.b, &syn, &to, &from, NULL, 0);
	for (uint32_t len = 0; len <= quoted.b.len; len++) {
		craft_start(&c, ETHER_IPV6);
		craft_ipv6(&c, "2001:db8:5::5", "2001:db8::10", IP_ICMPV6, 64, 8 + len);
		icmpv6_write(&c.b, &icmp, &from, &to, quoted.bytes, (uint16_t)len);
		frame = craft_frame(&c);
		packet_decode(&frame, &p);
		assert_int_equal(p.status, CURSOR_OK);
		assert_int_equal(p.has_quote, len >= 40);
		assert_int_equal(packet_checksum(&frame, &p), CHECKSUM_GOOD);
		if (len < 40 + 24 + 8)
			continue;
		assert_int_equal(p.quote.transport, TRANSPORT_TCP);
		assert_int_equal(p.quote.tcp.destination_port, 22);
		assert_int_equal(p.quote.ipv6.extensions, 3);
	}
}

static void an_arp_frame(void **state)
{
	const struct arp_hdr arp = {.operation = ARP_REQUEST,
				    .sender = {4, {192, 0, 2, 10}},
				    .target = {4, {192, 0, 2, 20}}};
	struct craft c;
	struct frame frame;
	struct packet p;

	(void)state;
	craft_start(&c, ETHER_ARP);
	arp_write(&c.b, &arp);
	build_zero(&c.b, 18);
	frame = craft_frame(&c);
	packet_decode(&frame, &p);
	assert_int_equal(p.network, NETWORK_ARP);
	assert_int_equal(p.status, CURSOR_OK);
	assert_int_equal(addr_number(&p.arp.target), 0xc0000214);
	frame.wire_len = frame.captured_len = 14 + 27;
	packet_decode(&frame, &p);
	assert_int_equal(p.network, NETWORK_NONE);
	assert_int_equal(p.status, CURSOR_MALFORMED);
}

static void checksums_are_judged_or_left(void **state)
{
	const struct udp_hdr udp = {.source_port = 53, .destination_port = 4000};
	struct addr from = craft_addr("192.0.2.1"), to = craft_addr("192.0.2.2");
	struct addr from6 = craft_addr("2001:db8::1"), to6 = craft_addr("2001:db8::2");
	struct craft c;
	struct frame frame = make_syn(&c);
	struct packet p;

	(void)state;
	frame.checksum_not_ready = true;
	packet_decode(&frame, &p);
	assert_int_equal(packet_checksum(&frame, &p), CHECKSUM_UNKNOWN);
	frame.checksum_not_ready = false;
	c.bytes[50] ^= 1;
	packet_decode(&frame, &p);
	assert_int_equal(packet_checksum(&frame, &p), CHECKSUM_BAD);

	craft_start(&c, ETHER_IPV4);
	craft_ipv4(&c, "192.0.2.1", "192.0.2.2", IP_UDP, 64, 1, 11);
	udp_write(&c.b, &udp, &from, &to, "abc", 3);
	frame = craft_frame(&c);
	packet_decode(&frame, &p);
	assert_int_equal(packet_checksum(&frame, &p), CHECKSUM_GOOD);
	build_patch_be16(&c.b, 40, 0); /* RFC 768: none was made */
	packet_decode(&frame, &p);
	assert_int_equal(packet_checksum(&frame, &p), CHECKSUM_UNKNOWN);

	craft_start(&c, ETHER_IPV6);
	craft_ipv6(&c, "2001:db8::1", "2001:db8::2", IP_UDP, 64, 11);
	udp_write(&c.b, &udp, &from6, &to6, "abc", 3);
	frame = craft_frame(&c);
	packet_decode(&frame, &p);
	assert_int_equal(packet_checksum(&frame, &p), CHECKSUM_GOOD);
	build_patch_be16(&c.b, 60, 0); /* which IPv6 forbids */
	packet_decode(&frame, &p);
	assert_int_equal(packet_checksum(&frame, &p), CHECKSUM_BAD);
}

#define MUTANTS 200000u

/* A number that follows from the one before (Marsaglia 2003): the same in each run. */
static uint32_t next_number(uint32_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}

static struct frame make_datagram(struct craft *c)
{
	const struct udp_hdr udp = {.source_port = 53, .destination_port = 4000};
	struct addr from = craft_addr("192.0.2.1"), to = craft_addr("192.0.2.2");

	craft_start(c, ETHER_IPV4);
	craft_ipv4(c, "192.0.2.1", "192.0.2.2", IP_UDP, 64, 1, 12);
	udp_write(&c->b, &udp, &from, &to, "abcd", 4);
	return craft_frame(c);
}

/* An ICMP error that quotes what another frame carried. */
static struct frame make_error_about(struct craft *c, struct frame (*make)(struct craft *))
{
	const struct icmp_hdr icmp = {.type = ICMP_TYPE_UNREACHABLE, .code = 3};
	struct craft quoted;
	struct frame about = make(&quoted);
	uint16_t len = (uint16_t)(about.captured_len - ETH_HEADER_LEN);

	craft_start(c, ETHER_IPV4);
	craft_ipv4(c, "192.0.2.2", "192.0.2.1", IP_ICMP, 64, 2, (uint16_t)(ICMP_HEADER_LEN + len));
	icmp_write(&c->b, &icmp, quoted.bytes + ETH_HEADER_LEN, len);
	return craft_frame(c);
}

static struct frame make_mutant(struct craft *c, uint32_t kind)
{
	struct frame (*make)(struct craft *) = kind % 2 ? make_datagram : make_syn;

	return kind % 4 < 2 ? make(c) : make_error_about(c, make);
}

/* One or two bytes of the headers are changed, and every second frame's length. */
static void the_short_way_says_what_the_long_one_does(void **state)
{
	uint32_t seed = 20260523, usual[2] = {0};

	(void)state;
	for (uint32_t i = 0; i < MUTANTS; i++) {
		struct craft c;
		struct frame frame = make_mutant(&c, i);
		uint32_t headers = i % 4 < 2 ? 42 : 70;
		const char *differs;
		bool taken;

		memset(c.bytes + frame.captured_len, 0, 6); /* padding */
		for (uint32_t n = next_number(&seed) % 3; n; n--)
			c.bytes[12 + next_number(&seed) % headers] = (uint8_t)next_number(&seed);
		if (next_number(&seed) % 2)
			frame.captured_len += 6 - next_number(&seed) % 12;
		if (next_number(&seed) % 16)
			frame.wire_len = frame.captured_len;
		differs = decode_both(&frame, &taken);
		if (differs)
			fail_msg("mutant %u: %s differs", i, differs);
		usual[i % 4 >= 2] += taken;
	}
	/* Neither none nor all of either kind: else nothing was shown. */
	assert_in_range(usual[0], MUTANTS / 16, MUTANTS / 2 - MUTANTS / 16);
	assert_in_range(usual[1], MUTANTS / 16, MUTANTS / 2 - MUTANTS / 16);
}

/* What a usual frame is not. */
static void only_the_usual_goes_the_short_way(void **state)
{
	struct craft c;
	struct frame frame = make_syn(&c);
	struct packet p;

	(void)state;
	packet_decode(&frame, &p);
	assert_true(p.usual);
	frame.wire_len++;
	packet_decode(&frame, &p);
	assert_false(p.usual);
	frame = make_syn(&c);
	c.bytes[20] = 0x20; /* more fragments */
	packet_decode(&frame, &p);
	assert_false(p.usual);
	frame = make_syn(&c);
	c.bytes[46] = 0x40; /* a header of 16 bytes */
	packet_decode(&frame, &p);
	assert_false(p.usual);
	assert_int_equal(p.status, CURSOR_MALFORMED);
	frame = make_datagram(&c);
	packet_decode(&frame, &p);
	assert_true(p.usual);
	c.bytes[39] = 7; /* shorter than its header */
	packet_decode(&frame, &p);
	assert_false(p.usual);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_ethernet_frame),
		cmocka_unit_test(every_link_type),
		cmocka_unit_test(tags_have_a_budget),
		cmocka_unit_test(every_cut_is_told_apart),
		cmocka_unit_test(a_total_length_of_zero_means_all),
		cmocka_unit_test(fragments_have_no_header_but_the_first),
		cmocka_unit_test(a_quote_is_read_by_the_same_readers),
		cmocka_unit_test(a_quoted_header_length_is_honoured),
		cmocka_unit_test(a_mangled_quoted_length_is_not_believed),
		cmocka_unit_test(a_quoted_chain_is_walked),
		cmocka_unit_test(an_arp_frame),
		cmocka_unit_test(checksums_are_judged_or_left),
		cmocka_unit_test(the_short_way_says_what_the_long_one_does),
		cmocka_unit_test(only_the_usual_goes_the_short_way),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
