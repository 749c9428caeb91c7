// SPDX-License-Identifier: Apache-2.0
// Each frame counts once, so that the kinds add up, also as rounded percentages.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "craft.h"
#include "packet/tally.h"

#define HOST "192.0.2.10"
#define PEER "198.51.100.10"

static enum tally_kind kind_of(const struct frame *frame)
{
	struct packet packet;

	packet_decode(frame, &packet);
	return tally_kind_of(frame, &packet);
}

static void add(struct tally *tally, const struct frame *frame)
{
	struct packet packet;

	packet_decode(frame, &packet);
	tally_frame(tally, frame, &packet);
}

static void kinds_by_protocol_number(void **state)
{
	static const struct {
		uint8_t protocol;
		enum tally_kind kind;
	} rows[] = {
		{6, TALLY_TCP},   {17, TALLY_UDP},    {1, TALLY_ICMP},    {132, TALLY_SCTP},
		{89, TALLY_OSPF}, {47, TALLY_GRE},    {2, TALLY_IGMP},    {50, TALLY_ESP},
		{51, TALLY_AH},   {112, TALLY_VRRP},  {41, TALLY_TUNNEL}, {4, TALLY_TUNNEL},
		{103, TALLY_PIM}, {253, TALLY_OTHER},
	};
	struct craft c;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct frame frame;

		craft_start(&c, ETHER_IPV4);
		craft_ipv4(&c, HOST, PEER, rows[i].protocol, 64, 1, 0);
		frame = craft_frame(&c);
		assert_int_equal(kind_of(&frame), rows[i].kind);
	}
	craft_start(&c, ETHER_IPV6);
	craft_ipv6(&c, "2001:db8::1", "2001:db8::2", 58, 64, 0);
	assert_int_equal(kind_of(&(struct frame) {.link = LINK_ETHERNET,
						  .bytes = c.bytes,
						  .captured_len = (uint32_t)c.b.len,
						  .wire_len = (uint32_t)c.b.len}),
			 TALLY_ICMPV6);
}

static void kinds_by_link_header(void **state)
{
	static const struct {
		uint8_t bytes[22]; /* from the EtherType or length on */
		enum tally_kind kind;
	} rows[] = {
		{{0x08, 0x06}, TALLY_ARP},
		{{0x81, 0x37}, TALLY_IPX},
		{{0x0b, 0xad}, TALLY_VINES},
		{{0x88, 0xcc}, TALLY_LLDP},
		{{0x88, 0x8e}, TALLY_EAPOL},
		{{0x88, 0x47}, TALLY_MPLS},
		{{0x88, 0x64}, TALLY_PPPOE},
		{{0x90, 0x00}, TALLY_OTHER},
		{{0, 20, 0xf0, 0xf0, 3}, TALLY_NETBIOS},
		{{0, 20, 0xe0, 0xe0, 3}, TALLY_IPX},
		{{0, 20, 0xff, 0xff, 0}, TALLY_IPX},
		{{0, 20, 0x42, 0x42, 3}, TALLY_STP},
		{{0, 20, 0xaa, 0xaa, 3, 0, 0, 0x0c, 0x20, 0x00}, TALLY_CDP},
		{{0, 20, 0xaa, 0xaa, 3, 0, 0, 0x0c, 0x01, 0x0b}, TALLY_STP},
		{{0, 20, 0xaa, 0xaa, 3, 0, 0, 0, 0x81, 0x37}, TALLY_IPX},
		{{0, 20, 0x06, 0x06, 3}, TALLY_OTHER},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint8_t bytes[12 + sizeof(rows[i].bytes) + 28] = {2};
		struct frame frame = {.link = LINK_ETHERNET,
				      .bytes = bytes,
				      .captured_len = sizeof(bytes),
				      .wire_len = sizeof(bytes)};

		memcpy(bytes + 12, rows[i].bytes, sizeof(rows[i].bytes));
		assert_int_equal(kind_of(&frame), rows[i].kind);
		for (frame.captured_len = 0; frame.captured_len < 24; frame.captured_len++)
			kind_of(&frame); /* cut anywhere: any kind, no harm */
	}
}

static void counts_what_a_scan_does(void **state)
{
	static const struct {
		uint16_t flags;
		unsigned syn, syn_ack, rst;
	} rows[] = {
		{TCP_SYN, 1, 0, 0},           {TCP_SYN | TCP_ACK, 0, 1, 0},
		{TCP_RST | TCP_ACK, 0, 0, 1}, {TCP_RST, 0, 0, 1},
		{TCP_ACK, 0, 0, 0},           {TCP_SYN | TCP_RST, 0, 0, 1},
		{TCP_SYN | TCP_ECE, 1, 0, 0},
	};
	struct craft c;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct tcp_hdr tcp = {40000, 80, .flags = rows[i].flags};
		struct frame frame = craft_tcp4(&c, HOST, PEER, &tcp, 64, 1, NULL, 0);
		struct tally tally = {0};

		add(&tally, &frame);
		assert_int_equal(tally.frames, 1);
		assert_int_equal(tally.bytes, frame.wire_len);
		assert_int_equal(tally.kinds[TALLY_TCP], 1);
		assert_int_equal(tally.syn, rows[i].syn);
		assert_int_equal(tally.syn_ack, rows[i].syn_ack);
		assert_int_equal(tally.rst, rows[i].rst);
	}
}

static void an_error_counts_as_icmp_alone(void **state)
{
	struct icmp_hdr icmp = {.type = ICMP_TYPE_UNREACHABLE, .code = 3};
	struct craft inner, outer;
	struct tcp_hdr tcp = {40000, 80, .flags = TCP_SYN};
	struct frame quoted = craft_tcp4(&inner, HOST, PEER, &tcp, 64, 1, NULL, 0);
	struct frame frame =
		craft_icmp4(&outer, PEER, HOST, &icmp, quoted.bytes + ETH_HEADER_LEN, 28);
	struct tally tally = {0};

	(void)state;
	add(&tally, &frame);
	assert_int_equal(tally.kinds[TALLY_ICMP], 1);
	assert_int_equal(tally.kinds[TALLY_TCP], 0);
	assert_int_equal(tally.unreachable, 1);
	assert_int_equal(tally.syn, 0);
}

static void percentages_add_up(void **state)
{
	static const uint64_t counts[][4] = {
		{1, 1, 1, 0}, {2, 1, 0, 0},      {999, 1, 1, 1}, {1, 0, 0, 0},
		{7, 7, 7, 7}, {100000, 1, 0, 3}, {0, 0, 0, 0},   {UINT32_MAX, 1, 1, 1},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		struct tally tally = {0};
		unsigned tenths[TALLY_KINDS], sum = 0;

		for (unsigned k = 0; k < 4; k++) {
			tally.kinds[k * 5] = counts[i][k];
			tally.frames += counts[i][k];
		}
		tally_tenths(&tally, tenths);
		for (unsigned k = 0; k < TALLY_KINDS; k++) {
			double exact = tally.frames ? 1000.0 * (double)tally.kinds[k] /
							      (double)tally.frames
						    : 0;

			sum += tenths[k];
			assert_true(tenths[k] < exact + 1 && tenths[k] + 1 > exact);
		}
		assert_int_equal(sum, tally.frames ? 1000 : 0);
	}
}

static void every_kind_has_a_name(void **state)
{
	(void)state;
	for (unsigned i = 0; i < TALLY_KINDS; i++)
		assert_true(*tally_name((enum tally_kind)i) != '\0');
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kinds_by_protocol_number),
		cmocka_unit_test(kinds_by_link_header),
		cmocka_unit_test(counts_what_a_scan_does),
		cmocka_unit_test(an_error_counts_as_icmp_alone),
		cmocka_unit_test(percentages_add_up),
		cmocka_unit_test(every_kind_has_a_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
