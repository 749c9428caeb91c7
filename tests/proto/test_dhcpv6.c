// SPDX-License-Identifier: Apache-2.0
// DHCPv6: a request, a relayed reply, every kind of option; nesting and lengths that lie.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "one_layer.h"

/* 2001:db8::1 */
#define ADDRESS 0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1
#define NAME    1, 'a', 2, 'b', 'c', 0

static struct one_layer layer;

static const uint8_t request[] = {3, 0x12, 0x34, 0x56,
				  /* client, by link-layer address and time */
				  0, 1, 0, 14, 0, 1, 0, 1, 0, 0, 0, 1, 2, 0, 0, 0, 0, 1,
				  /* server, by link-layer address; by vendor; by UUID */
				  0, 2, 0, 10, 0, 3, 0, 1, 2, 0, 0, 0, 0, 2, 0, 2, 0, 8, 0, 2, 0, 0,
				  0, 9, 'i', 'd', 0, 2, 0, 18, 0, 4, ADDRESS,
				  /* an address for an association, for a while */
				  0, 3, 0, 40, 0, 0, 0, 7, 0, 0, 0, 100, 0xff, 0xff, 0xff, 0xff, 0,
				  5, 0, 24, ADDRESS, 0, 0, 0, 200, 0, 0, 1, 44,
				  /* a prefix */
				  0, 25, 0, 41, 0, 0, 0, 8, 0, 0, 0, 1, 0, 0, 0, 2, 0, 26, 0, 25, 0,
				  0, 0, 3, 0, 0, 0, 4, 56, ADDRESS,
				  /* asked options, half of one too many; elapsed time of 70 ms */
				  0, 6, 0, 5, 0, 23, 0, 24, 0, 0, 8, 0, 2, 0, 7,
				  /* user class, vendor class, vendor options */
				  0, 15, 0, 4, 0, 2, 'u', 'c', 0, 16, 0, 8, 0, 0, 0, 9, 0, 2, 'v',
				  'c', 0, 17, 0, 9, 0, 0, 0, 9, 0, 1, 0, 1, 'x',
				  /* the client's name, asked to be entered */
				  0, 39, 0, 7, 1, NAME, 0, 14, 0, 0};

static const uint8_t relayed[] = {
	13, 0, ADDRESS, ADDRESS,
	/* interface, remote */
	0, 18, 0, 2, 0xaa, 0xbb, 0, 37, 0, 5, 0, 0, 0, 9, 1,
	/* the reply: status, name servers, search list, NTP, a name that runs over */
	0, 9, 0, 114, 7, 0, 0, 1, 0, 13, 0, 4, 0, 2, 'n', 'o', 0, 23, 0, 32, ADDRESS, ADDRESS, 0,
	24, 0, 12, NAME, NAME, 0, 56, 0, 20, 0, 1, 0, 16, ADDRESS, 0, 21, 0, 2, 9, 'x', 0, 89, 0, 8,
	1, 16, 24, 192, 0, 2, 0, 0, 0, 93, 0, 4, 4, 8, 0x12, 0x34};

static void request_shows_its_fields(void **state)
{
	static const struct one_layer_value values[] = {
		{"dhcpv6.msgtype", 3},
		{"dhcpv6.xid", 0x123456},
		{"dhcpv6.duid.type", 1},
		{"dhcpv6.duidll.hwtype", 1},
		{"dhcpv6.duiden.enterprise", 9},
		{"dhcpv6.iaid.t1", 100},
		{"dhcpv6.iaid.t2", 0xffffffff},
		{"dhcpv6.iaaddr.valid_lifetime", 300},
		{"dhcpv6.iaprefix.pref_len", 56},
		{"dhcpv6.requested_option_code", 23},
		{"dhcpv6.elapsed_time", 70},
		{"dhcpv6.vendoropts.enterprise.option_length", 1},
		{"dhcpv6.clientfqdn.client.s", 1},
	};

	(void)state;
	one_layer_check(&layer, PROTOCOL_DHCPV6, request, sizeof(request), values,
			sizeof(values) / sizeof(values[0]),
			"Request XID: 0x123456 CID: 0001000100000001020000000001 "
			"IAA: 2001:db8::1 ");
	/* Half an option code is left alone. */
	assert_null(one_layer_item(&layer, "dhcpv6.requested_option_code", 2));
	assert_memory_equal(one_layer_item(&layer, "dhcpv6.iaid", 0)->bytes, "00000007", 8);
	assert_memory_equal(one_layer_item(&layer, "dhcpv6.client_domain", 0)->bytes, "a.bc.", 5);
}

static void relayed_message_is_read(void **state)
{
	static const struct one_layer_value values[] = {
		{"dhcpv6.hopcount", 0},
		{"dhcpv6.status_code", 2},
		{"dhcpv6.s46_rule.ea_len", 16},
		{"dhcpv6.s46_portparam.psid", 0x12},
	};

	(void)state;
	one_layer_check(&layer, PROTOCOL_DHCPV6, relayed, sizeof(relayed), values,
			sizeof(values) / sizeof(values[0]),
			"Relay-reply L: 2001:db8::1 Reply XID: 0x000001 ");
	assert_int_equal(one_layer_item(&layer, "dhcpv6.msgtype", 1)->number, 7);
	assert_non_null(one_layer_item(&layer, "dhcpv6.dns_server", 1));
	assert_non_null(one_layer_item(&layer, "dhcpv6.search_list_entry", 1));
	assert_non_null(one_layer_item(&layer, "dhcpv6.ntpserver.addr", 0));
	assert_non_null(one_layer_item(&layer, "dhcpv6.expert.domain_field_length_exceeded", 0));
}

static void wrong_lengths_are_said(void **state)
{
	/* A preference of two bytes, half an address, then one that is good. */
	static const uint8_t bytes[] = {7,  0, 0, 1, 0, 7, 0, 2, 1, 2, 0,
					23, 0, 3, 1, 2, 3, 0, 7, 0, 1, 200};
	/* A value longer than the message. */
	static const uint8_t longer[] = {7, 0, 0, 1, 0, 7, 0, 2, 1};

	(void)state;
	one_layer_run(&layer, PROTOCOL_DHCPV6, bytes, sizeof(bytes), sizeof(bytes));
	assert_false(layer.d.failed);
	assert_non_null(one_layer_item(&layer, "dhcpv6.malformed_option", 1));
	assert_null(one_layer_item(&layer, "dhcpv6.dns_server", 0));
	assert_int_equal(one_layer_item(&layer, "dhcpv6.option_preference", 0)->number, 200);

	one_layer_run(&layer, PROTOCOL_DHCPV6, longer, sizeof(longer), sizeof(longer));
	assert_null(one_layer_item(&layer, "dhcpv6.option.type", 0));
}

/* Relays in relays for ever: levels are bounded, and what is below stays bytes. */
static void nesting_is_bounded(void **state)
{
	uint8_t bytes[38 * 20];

	(void)state;
	memset(bytes, 0, sizeof(bytes));
	for (uint32_t i = 0; i < 20; i++) {
		uint8_t *at = bytes + 38 * (size_t)i;
		uint32_t rest = 38 * (19 - i);

		at[0] = 12;
		at[35] = 9;
		at[36] = (uint8_t)(rest >> 8);
		at[37] = (uint8_t)rest;
	}
	one_layer_run(&layer, PROTOCOL_DHCPV6, bytes, sizeof(bytes), sizeof(bytes));
	assert_false(layer.d.failed);
	assert_non_null(one_layer_item(&layer, "dhcpv6.msgtype", 7));
	assert_null(one_layer_item(&layer, "dhcpv6.msgtype", 8));
}

static void hostile_bytes_end_in_order(void **state)
{
	(void)state;
	one_layer_torment(&layer, PROTOCOL_DHCPV6, request, sizeof(request));
	one_layer_torment(&layer, PROTOCOL_DHCPV6, relayed, sizeof(relayed));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(request_shows_its_fields),
		cmocka_unit_test(relayed_message_is_read),
		cmocka_unit_test(wrong_lengths_are_said),
		cmocka_unit_test(nesting_is_bounded),
		cmocka_unit_test(hostile_bytes_end_in_order),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	one_layer_done(&layer);
	return failed;
}
