// SPDX-License-Identifier: Apache-2.0
// Link headers, ARP, UDP and the registry.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "proto/arp.h"
#include "proto/eth.h"
#include "proto/ipv4.h"
#include "proto/null.h"
#include "proto/registry.h"
#include "proto/sll.h"
#include "proto/udp.h"
#include "wire/checksum.h"

static void ethernet_and_tags(void **state)
{
	const struct eth_hdr h = {{1, 2, 3, 4, 5, 6}, {7, 8, 9, 10, 11, 12}, ETHER_VLAN};
	uint8_t bytes[18];
	struct build b = build_init(bytes, sizeof(bytes));
	struct cursor c = cursor_init(bytes, sizeof(bytes), sizeof(bytes));
	struct vlan_tag tag;
	struct eth_hdr r;

	(void)state;
	eth_write(&b, &h);
	build_be16(&b, 0xb123);
	build_be16(&b, ETHER_IPV4);
	eth_read(&c, &r);
	assert_memory_equal(&r, &h, sizeof(h));
	assert_true(eth_is_vlan(r.type) && eth_is_vlan(ETHER_QINQ) && !eth_is_vlan(ETHER_ARP));
	vlan_read(&c, &tag);
	assert_true(cursor_ok(&c));
	assert_int_equal(tag.priority, 5);
	assert_true(tag.drop_eligible);
	assert_int_equal(tag.id, 0x123);
	assert_int_equal(tag.type, ETHER_IPV4);
}

static void arp_comes_back_as_written(void **state)
{
	const struct arp_hdr h = {.operation = ARP_REPLY,
				  .sender_mac = {2, 0, 0x5e, 0x10, 0, 0x14},
				  .target_mac = {2, 0, 0, 0, 0, 1},
				  .sender = {4, {192, 0, 2, 20}},
				  .target = {4, {192, 0, 2, 10}}};
	uint8_t bytes[ARP_LEN];
	struct build b = build_init(bytes, sizeof(bytes));
	struct arp_hdr r;

	(void)state;
	arp_write(&b, &h);
	assert_int_equal(b.len, ARP_LEN);
	for (uint32_t cut = 0; cut <= ARP_LEN; cut++) {
		struct cursor c = cursor_init(bytes, cut, ARP_LEN);

		arp_read(&c, &r);
		assert_int_equal(cursor_ok(&c), cut == ARP_LEN);
		assert_int_equal(r.ipv4_over_ethernet, cut == ARP_LEN);
	}
	assert_int_equal(r.operation, ARP_REPLY);
	assert_memory_equal(r.sender_mac, h.sender_mac, MAC_LEN);
	assert_memory_equal(r.target_mac, h.target_mac, MAC_LEN);
	assert_true(addr_equal(&r.sender, &h.sender) && addr_equal(&r.target, &h.target));
}

/* B41: address lengths of 0 to 255. */
static void arp_lengths_cannot_reach_outside(void **state)
{
	uint8_t bytes[ARP_LEN] = {0, 1, 8, 0, 6, 4, 0, 1};

	(void)state;
	for (unsigned hardware = 0; hardware < 256; hardware++) {
		for (unsigned protocol = 0; protocol < 256; protocol++) {
			struct cursor c = cursor_init(bytes, sizeof(bytes), sizeof(bytes));
			struct arp_hdr r;

			bytes[4] = (uint8_t)hardware;
			bytes[5] = (uint8_t)protocol;
			arp_read(&c, &r);
			assert_int_equal(r.ipv4_over_ethernet, hardware == 6 && protocol == 4);
			assert_int_equal(cursor_ok(&c), hardware + protocol <= 10);
		}
	}
}

static void udp_comes_back_as_written(void **state)
{
	static const struct addr from = {4, {192, 0, 2, 1}}, to = {4, {192, 0, 2, 2}};
	const struct udp_hdr h = {.source_port = 50100, .destination_port = 53};
	uint8_t bytes[32] = {0};
	struct build b = build_init(bytes, sizeof(bytes));
	struct cursor c = cursor_init(bytes, sizeof(bytes), sizeof(bytes));
	struct udp_hdr r;
	uint32_t sum = checksum_pseudo(0, from.bytes, to.bytes, 4, IP_UDP, 11);

	(void)state;
	udp_write(&b, &h, &from, &to, "abc", 3);
	udp_read(&c, &r);
	assert_true(cursor_ok(&c));
	assert_int_equal(r.source_port, 50100);
	assert_int_equal(r.destination_port, 53);
	assert_int_equal(r.len, 11);
	assert_int_equal(cursor_left(&c), 3);
	assert_int_equal(checksum_finish(checksum_add(sum, bytes, 11)), 0);
}

/* B2, B3: every length field against every datagram length. */
static void udp_lengths_cannot_reach_outside(void **state)
{
	uint8_t bytes[32] = {0};

	(void)state;
	for (uint32_t len = 0; len <= sizeof(bytes); len++) {
		for (uint32_t says = 0; says < 40; says++) {
			struct cursor c = cursor_init(bytes, len, len);
			struct cursor q = c;
			struct udp_hdr r;

			bytes[5] = (uint8_t)says;
			udp_read(&c, &r);
			assert_int_equal(cursor_ok(&c), len >= 8 && says >= 8 && says <= len);
			assert_true(c.at <= len && c.wire <= len);
			udp_read_quoted(&q, &r);
			assert_int_equal(cursor_ok(&q), len >= 8);
		}
	}
}

/* A sum of zero is sent as ffff, because zero means "none" (RFC 768). */
static void udp_never_writes_a_zero_checksum(void **state)
{
	static const struct addr zero = {4, {0}};
	uint8_t bytes[10];

	(void)state;
	for (uint32_t i = 0; i < 65536; i++) {
		const uint8_t data[2] = {(uint8_t)(i >> 8), (uint8_t)i};
		const struct udp_hdr h = {0};
		struct build b = build_init(bytes, sizeof(bytes));

		udp_write(&b, &h, &zero, &zero, data, 2);
		assert_true(bytes[6] || bytes[7]);
	}
}

static void cooked_headers(void **state)
{
	static const uint8_t v1[SLL_LEN] = {0, 4, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0, 8, 0};
	static const uint8_t v2[SLL2_LEN] = {0x86, 0xdd, 0, 0, 0, 0, 0, 3, 0, 1,
					     4,    6,    2, 0, 0, 0, 0, 1, 0, 0};
	struct cursor c = cursor_init(v1, SLL_LEN, SLL_LEN);
	struct sll_hdr h;

	(void)state;
	sll_read(&c, &h);
	assert_true(cursor_ok(&c) && cursor_left(&c) == 0);
	assert_int_equal(h.packet_type, SLL_FROM_US);
	assert_int_equal(h.protocol, ETHER_IPV4);
	assert_int_equal(h.addr_len, 6);
	assert_int_equal(h.addr[5], 1);
	c = cursor_init(v2, SLL2_LEN, SLL2_LEN);
	sll2_read(&c, &h);
	assert_true(cursor_ok(&c) && cursor_left(&c) == 0);
	assert_int_equal(h.packet_type, SLL_FROM_US);
	assert_int_equal(h.protocol, ETHER_IPV6);
	assert_int_equal(h.interface, 3);
}

static void loopback_headers(void **state)
{
	static const struct {
		uint8_t bytes[4];
		uint16_t type;
	} rows[] = {
		{{2, 0, 0, 0}, ETHER_IPV4},  {{0, 0, 0, 2}, ETHER_IPV4},
		{{10, 0, 0, 0}, ETHER_IPV6}, {{24, 0, 0, 0}, ETHER_IPV6},
		{{0, 0, 0, 28}, ETHER_IPV6}, {{0, 0, 0, 30}, ETHER_IPV6},
		{{7, 0, 0, 0}, 0},           {{0xff, 0xff, 0xff, 0xff}, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct cursor c = cursor_init(rows[i].bytes, 4, 4);

		assert_int_equal(null_read(&c), rows[i].type);
	}
}

static void the_registry_is_whole(void **state)
{
	(void)state;
	for (int i = 0; i < PROTOCOL_COUNT; i++) {
		const struct protocol *p = protocol_get((enum protocol_id)i);

		assert_true(p->filter && p->title); /* no name: it leaves the column to others */
		for (int j = 0; j < i; j++)
			assert_string_not_equal(p->filter,
						protocol_get((enum protocol_id)j)->filter);
	}
	assert_ptr_equal(protocol_by_ether_type(ETHER_ARP), protocol_get(PROTOCOL_ARP));
	assert_ptr_equal(protocol_by_ip_number(IP_ICMPV6), protocol_get(PROTOCOL_ICMPV6));
	assert_ptr_equal(protocol_by_udp_port(53), protocol_get(PROTOCOL_DNS));
	assert_null(protocol_by_ether_type(0xffff));
	assert_null(protocol_by_udp_port(0xffff));
	assert_null(protocol_by_ip_number(255));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ethernet_and_tags),
		cmocka_unit_test(arp_comes_back_as_written),
		cmocka_unit_test(arp_lengths_cannot_reach_outside),
		cmocka_unit_test(udp_comes_back_as_written),
		cmocka_unit_test(udp_lengths_cannot_reach_outside),
		cmocka_unit_test(udp_never_writes_a_zero_checksum),
		cmocka_unit_test(cooked_headers),
		cmocka_unit_test(loopback_headers),
		cmocka_unit_test(the_registry_is_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
