// SPDX-License-Identifier: Apache-2.0
// proto/ipv4_dissect, ipv6_dissect: remarks on hop counts and on IPv6 payloads of length zero.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "one_layer.h"
#include "proto/ipv4.h"

#define IPV6_HEADER 40
#define LONG_LEN    (IPV6_HEADER + 8 + 30)

static struct one_layer layer;

static void run_ipv4(uint8_t ttl, uint8_t protocol, uint32_t to)
{
	const uint8_t bytes[] = {
		0x45,
		0,
		0,
		20,
		0,
		1,
		0,
		0,
		ttl,
		protocol,
		0,
		0,
		192,
		0,
		2,
		1,
		(uint8_t)(to >> 24),
		(uint8_t)(to >> 16),
		(uint8_t)(to >> 8),
		(uint8_t)to,
	};

	one_layer_run(&layer, PROTOCOL_IPV4, bytes, sizeof(bytes), sizeof(bytes));
}

static bool says(const char *name)
{
	return one_layer_item(&layer, name, 0) != NULL;
}

static void remarks_on_hop_counts(void **state)
{
	static const struct {
		uint32_t to;
		uint8_t protocol, ttl;
		bool small, local;
	} rows[] = {
		{0xc0000202, IP_UDP, 4, true, false},   {0xc0000202, IP_UDP, 5, false, false},
		{0xc0000202, IP_OSPF, 1, false, false}, {0xc0000202, IP_PIM, 1, false, false},
		{0xe0000005, IP_OSPF, 1, false, false}, {0xe0000005, IP_OSPF, 2, false, true},
		{0xe00000fb, IP_UDP, 1, false, true},   {0xe00000fb, IP_UDP, 255, false, false},
		{0xe00000fb, IP_IGMP, 1, false, false}, {0xe00000fc, IP_UDP, 64, false, false},
		{0xe00000fc, IP_IGMP, 64, false, true}, {0xef010101, IP_UDP, 1, false, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		run_ipv4(rows[i].ttl, rows[i].protocol, rows[i].to);
		assert_int_equal(says("ip.ttl.too_small"), rows[i].small);
		assert_int_equal(says("ip.ttl.lncb"), rows[i].local);
	}
}

/* Payload length zero; behind the header first the eight bytes given, then 30 more. */
static void run_ipv6(uint8_t next, const uint8_t head[static 8])
{
	static uint8_t bytes[LONG_LEN];

	memset(bytes, 0, sizeof(bytes));
	bytes[0] = 0x60;
	bytes[6] = next;
	memcpy(bytes + IPV6_HEADER, head, 8);
	one_layer_run(&layer, PROTOCOL_IPV6, bytes, sizeof(bytes), sizeof(bytes));
}

/* Bytes that the next header's dissector is to have. */
static uint32_t given(void)
{
	return layer.d.pending_count ? cursor_left(&layer.d.pending[0].cursor) : 0;
}

static void tells_why_ipv6_has_no_length(void **state)
{
	static const uint8_t jumbo[] = {IP_UDP, 0, 0xc2, 4, 0, 1, 0x11, 0x70}; /* RFC 2675 s. 2 */
	static const uint8_t low[] = {IP_UDP, 0, 0xc2, 4, 0, 0, 0, 30};
	static const uint8_t padding[] = {IP_UDP, 0, 1, 4, 0, 0, 0, 0};

	(void)state;
	run_ipv6(IP_UDP, padding);
	assert_true(says("ipv6.plen_zero"));
	assert_int_equal(given(), 0);

	run_ipv6(IP_NONE, padding);
	assert_false(says("ipv6.plen_zero"));

	run_ipv6(IP_HOPOPT, jumbo);
	assert_true(says("ipv6.plen_exceeds_framing"));
	assert_false(says("ipv6.opt.jumbo.missing"));
	assert_int_equal(given(), LONG_LEN - IPV6_HEADER);

	run_ipv6(IP_HOPOPT, low);
	assert_true(says("ipv6.opt.jumbo.missing"));
	assert_int_equal(given(), 0);
	run_ipv6(IP_HOPOPT, padding);
	assert_true(says("ipv6.opt.jumbo.missing"));
	assert_string_equal(buf_text(&layer.info), "Invalid IPv6 payload length , ");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(remarks_on_hop_counts),
		cmocka_unit_test(tells_why_ipv6_has_no_length),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	one_layer_done(&layer);
	return failed;
}
