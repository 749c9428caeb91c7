// SPDX-License-Identifier: Apache-2.0
// The Internet checksum against published answers, and addresses against their usual text.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "wire/addr.h"
#include "wire/checksum.h"

static void equals_the_example_of_rfc1071(void **state)
{
	static const uint8_t bytes[] = {0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7};

	(void)state;
	assert_int_equal(checksum_add(0, bytes, 8), 0xddf2);
	assert_int_equal(checksum_finish(checksum_add(0, bytes, 8)), 0x220d);
	/* In pieces, and with an odd last byte that counts as the high half. */
	assert_int_equal(checksum_add(checksum_add(0, bytes, 4), bytes + 4, 4), 0xddf2);
	assert_int_equal(checksum_add(0, bytes, 7), 0xddf2 - 0xf7);
}

/* An IPv4 header whose right checksum, b861, is known from many textbooks. */
static void equals_a_known_ipv4_header(void **state)
{
	static const uint8_t header[] = {0x45, 0x00, 0x00, 0x73, 0x00, 0x00, 0x40,
					 0x00, 0x40, 0x11, 0x00, 0x00, 0xc0, 0xa8,
					 0x00, 0x01, 0xc0, 0xa8, 0x00, 0xc7};

	(void)state;
	assert_int_equal(checksum_finish(checksum_add(0, header, sizeof(header))), 0xb861);
}

static void carries_fold_in_long_runs(void **state)
{
	static uint8_t ones[65536];

	(void)state;
	for (size_t i = 0; i < sizeof(ones); i++)
		ones[i] = 0xff;
	assert_int_equal(checksum_add(0, ones, sizeof(ones)), 0xffff);
	assert_int_equal(checksum_finish(checksum_add(0xffffffff, ones, sizeof(ones))), 0);
}

/* UDP 192.0.2.1:1 > 192.0.2.2:2, no data: summed by hand. */
static void the_pseudo_header_is_summed(void **state)
{
	static const uint8_t from[] = {192, 0, 2, 1}, to[] = {192, 0, 2, 2};
	static const uint8_t udp[] = {0, 1, 0, 2, 0, 8, 0, 0};
	uint32_t sum = checksum_pseudo(0, from, to, 4, 17, sizeof(udp));

	(void)state;
	/* c000 + 0201 + c000 + 0202 + 11 + 8 = 1841c -> 841d; + 1 + 2 + 8 = 8428 */
	assert_int_equal(sum, 0x841d);
	assert_int_equal(checksum_finish(checksum_add(sum, udp, sizeof(udp))), 0x7bd7);
	/* A jumbogram's length has 32 bits (RFC 8200 s. 8.1). */
	assert_int_equal(checksum_pseudo(0, from, to, 0, 0, 0x10002), 3);
}

static void addresses_have_one_text(void **state)
{
	static const char *const same[] = {"192.0.2.1",     "::",           "::1", "2001:db8::10",
					   "2001:db8:5::5", "fe80::1:0:0:1"};
	char text[ADDR_TEXT_MAX], mac[MAC_TEXT_MAX];
	struct addr a, b;

	(void)state;
	for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++) {
		assert_true(addr_parse(same[i], &a));
		assert_string_equal(addr_text(&a, text), same[i]);
	}
	assert_false(addr_parse("192.0.2.256", &a));
	assert_true(addr_parse("2001:db8::1:2345:6789", &a));
	b = addr_solicited_node(&a);
	assert_string_equal(addr_text(&b, text), "ff02::1:ff45:6789");
	assert_true(addr_is_multicast(&b));
	a = addr_v4_number(0x7f000001);
	assert_true(addr_is_loopback(&a));
	assert_int_equal(addr_number(&a), 0x7f000001);
	assert_string_equal(mac_text((const uint8_t[]) {2, 0, 0x5e, 0x10, 0, 0x14}, false, mac),
			    "02:00:5E:10:00:14");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(equals_the_example_of_rfc1071),
		cmocka_unit_test(equals_a_known_ipv4_header),
		cmocka_unit_test(carries_fold_in_long_runs),
		cmocka_unit_test(the_pseudo_header_is_summed),
		cmocka_unit_test(addresses_have_one_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
