// SPDX-License-Identifier: Apache-2.0
// IPv4 and IPv6 headers: round trips, lengths that lie (B2, B3) and extension chains (B11).
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "proto/ip_name.h"
#include "proto/ipv4.h"
#include "proto/ipv6.h"
#include "wire/checksum.h"

static void ipv4_comes_back_as_written(void **state)
{
	uint8_t bytes[64] = {0};
	struct build b = build_init(bytes, sizeof(bytes));
	const struct ipv4_hdr h = {.tos = 3,
				   .id = 777,
				   .flags = IPV4_FLAG_DF,
				   .fragment_offset = 64,
				   .ttl = 47,
				   .protocol = IP_TCP,
				   .source = addr_v4_number(0xc000020a),
				   .destination = addr_v4_number(0xcb007105)};
	struct cursor c = cursor_init(bytes, sizeof(bytes), sizeof(bytes));
	struct ipv4_hdr r;

	(void)state;
	ipv4_write(&b, &h, 24);
	assert_int_equal(b.len, IPV4_HEADER_MIN);
	assert_int_equal(checksum_finish(checksum_add(0, bytes, b.len)), 0);
	ipv4_read(&c, &r);
	assert_true(cursor_ok(&c) && r.complete && !r.payload_short);
	assert_int_equal(r.header_len, 20);
	assert_int_equal(r.tos, 3);
	assert_int_equal(r.total_len, 44);
	assert_int_equal(r.id, 777);
	assert_int_equal(r.flags, IPV4_FLAG_DF);
	assert_int_equal(r.fragment_offset, 64);
	assert_int_equal(r.ttl, 47);
	assert_int_equal(r.protocol, IP_TCP);
	assert_true(addr_equal(&r.source, &h.source));
	assert_true(addr_equal(&r.destination, &h.destination));
	assert_int_equal(cursor_left(&c), 24); /* what follows is Ethernet padding */
}

/* Every header length against every total length and every amount of bytes. */
static void ipv4_lengths_cannot_reach_outside(void **state)
{
	uint8_t bytes[80] = {0};

	(void)state;
	for (unsigned words = 0; words < 16; words++) {
		for (uint32_t total = 0; total < 90; total++) {
			for (uint32_t len = 0; len <= sizeof(bytes); len += 4) {
				struct cursor c = cursor_init(bytes, len, len);
				struct cursor q = c;
				bool fits = len >= 20 && words >= 5 && words * 4 <= len;
				struct ipv4_hdr h;

				bytes[0] = (uint8_t)(0x40 | words);
				bytes[3] = (uint8_t)total;
				ipv4_read(&c, &h);
				assert_int_equal(cursor_ok(&c),
						 fits && (!total || total >= words * 4));
				if (cursor_ok(&c))
					assert_int_equal(h.payload_short, total > len);
				assert_true(c.wire <= len);
				ipv4_read_quoted(&q, &h);
				assert_int_equal(cursor_ok(&q), fits);
				assert_true(h.options_len == 0 ||
					    h.options_at + h.options_len <= len);
			}
		}
	}
}

static void ipv4_refuses_other_versions(void **state)
{
	uint8_t bytes[20] = {0};

	(void)state;
	for (unsigned version = 0; version < 16; version++) {
		struct cursor c = cursor_init(bytes, sizeof(bytes), sizeof(bytes));
		struct ipv4_hdr h;

		bytes[0] = (uint8_t)(version << 4 | 5);
		ipv4_read(&c, &h);
		assert_int_equal(h.complete, version == 4);
		assert_int_equal(cursor_ok(&c), version == 4);
	}
}

static void writers_refuse_what_does_not_fit(void **state)
{
	uint8_t bytes[64];
	struct build b = build_init(bytes, sizeof(bytes));
	const struct ipv4_hdr h4 = {0};
	const struct ipv6_hdr h6 = {0};

	(void)state;
	ipv4_write(&b, &h4, 65516);
	assert_true(b.full);
	b = build_init(bytes, sizeof(bytes));
	ipv6_write(&b, &h6, 65536);
	assert_true(b.full);
	b = build_init(bytes, 19);
	ipv4_write(&b, &h4, 0);
	assert_true(b.full);
}

static uint32_t write_ipv6(uint8_t *bytes, size_t size, uint8_t next, uint32_t payload_len)
{
	struct build b = build_init(bytes, size);
	struct ipv6_hdr h = {
		.traffic_class = 0xab, .flow_label = 0x12345, .hop_limit = 255, .protocol = next};

	assert_true(addr_parse("2001:db8::10", &h.source));
	assert_true(addr_parse("2001:db8:5::5", &h.destination));
	ipv6_write(&b, &h, payload_len);
	return (uint32_t)b.len;
}

static void ipv6_comes_back_as_written(void **state)
{
	uint8_t bytes[80] = {0};
	uint32_t len = write_ipv6(bytes, sizeof(bytes), IP_UDP, 8);
	struct cursor c = cursor_init(bytes, sizeof(bytes), sizeof(bytes));
	struct ipv6_hdr r;
	char text[ADDR_TEXT_MAX];

	(void)state;
	assert_int_equal(len, IPV6_HEADER_LEN);
	ipv6_read(&c, &r);
	assert_true(cursor_ok(&c) && r.complete);
	assert_int_equal(r.traffic_class, 0xab);
	assert_int_equal(r.flow_label, 0x12345);
	assert_int_equal(r.payload_len, 8);
	assert_int_equal(r.protocol, IP_UDP);
	assert_int_equal(r.hop_limit, 255);
	assert_string_equal(addr_text(&r.destination, text), "2001:db8:5::5");
	assert_int_equal(cursor_left(&c), 8);
}

/* Hop-by-hop, routing with a segment left, destination options, fragment, then TCP. */
static void ipv6_walks_every_extension(void **state)
{
	static const uint8_t chain[] = {
		43, 0, 1, 4, 0, 0, 0, 0,             /* hop-by-hop */
		60, 2, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, /* routing, 24 bytes */
		0,  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, /* its address */
		51, 0, 1, 4, 0, 0, 0, 0,             /* destination options */
		44, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, /* AH, 12 bytes */
		6,  0, 0, 1, 0, 0, 0, 7,             /* fragment: first, more */
	};
	uint8_t bytes[IPV6_HEADER_LEN + sizeof(chain) + 20] = {0};
	struct cursor c = cursor_init(bytes, sizeof(bytes), sizeof(bytes));
	struct ipv6_hdr r;

	(void)state;
	write_ipv6(bytes, sizeof(bytes), IP_HOPOPT, sizeof(chain) + 20);
	memcpy(bytes + IPV6_HEADER_LEN, chain, sizeof(chain));
	ipv6_read(&c, &r);
	assert_true(cursor_ok(&c));
	assert_int_equal(r.protocol, IP_TCP);
	assert_int_equal(r.next_header, IP_HOPOPT);
	assert_int_equal(r.extensions, 5);
	assert_true(r.has_fragment && r.more_fragments && r.route_pending);
	assert_int_equal(r.fragment_offset, 0);
	assert_int_equal(r.fragment_id, 7);
	assert_int_equal(cursor_left(&c), 20);
}

static void ipv6_stops_at_a_later_fragment(void **state)
{
	uint8_t bytes[IPV6_HEADER_LEN + 16] = {0};
	struct cursor c = cursor_init(bytes, sizeof(bytes), sizeof(bytes));
	struct ipv6_hdr r;

	(void)state;
	write_ipv6(bytes, sizeof(bytes), IP_FRAGMENT, 16);
	bytes[40] = IP_HOPOPT;
	bytes[43] = 0x08;
	ipv6_read(&c, &r);
	assert_true(cursor_ok(&c));
	assert_int_equal(r.protocol, IP_HOPOPT);
	assert_int_equal(r.fragment_offset, 8);
	assert_int_equal(cursor_left(&c), 8);
}

/* B11: 1 to 200 chained headers; up to the budget they are walked, beyond it that is said. */
static void ipv6_chains_have_a_budget(void **state)
{
	static uint8_t bytes[IPV6_HEADER_LEN + 200 * 8];

	(void)state;
	for (uint32_t count = 1; count <= 200; count++) {
		uint32_t len = IPV6_HEADER_LEN + count * 8;
		struct cursor c = cursor_init(bytes, len, len);
		struct ipv6_hdr r;

		memset(bytes, 0, sizeof(bytes));
		write_ipv6(bytes, sizeof(bytes), IP_DESTOPTS, count * 8);
		for (uint32_t i = 0; i < count; i++)
			bytes[IPV6_HEADER_LEN + i * 8] = i + 1 < count ? IP_DESTOPTS : IP_NONE;
		ipv6_read(&c, &r);
		assert_int_equal(cursor_ok(&c), count <= IPV6_EXTENSIONS_MAX);
		assert_true(r.extensions <= IPV6_EXTENSIONS_MAX);
		if (cursor_ok(&c))
			assert_int_equal(r.protocol, IP_NONE);
	}
}

static void ipv6_extension_lengths_cannot_reach_outside(void **state)
{
	static const uint8_t kinds[] = {IP_HOPOPT, IP_ROUTING, IP_FRAGMENT, IP_AH, IP_DESTOPTS};
	uint8_t bytes[IPV6_HEADER_LEN + 64] = {0};

	(void)state;
	for (size_t k = 0; k < sizeof(kinds); k++) {
		for (unsigned len = 0; len < 256; len++) {
			for (uint32_t payload = 0; payload <= 64; payload++) {
				uint32_t end = IPV6_HEADER_LEN + payload;
				struct cursor c = cursor_init(bytes, end, end);
				struct ipv6_hdr r;

				write_ipv6(bytes, sizeof(bytes), kinds[k], payload);
				bytes[40] = IP_NONE;
				bytes[41] = (uint8_t)len;
				ipv6_read(&c, &r);
				assert_true(c.at <= end && c.wire <= end);
				if (cursor_ok(&c))
					assert_int_equal(r.protocol, IP_NONE);
			}
		}
	}
}

static void ipv6_zero_length_is_empty_unless_jumbo(void **state)
{
	static const uint8_t jumbo[] = {IP_TCP, 0, 0xc2, 4, 0, 1, 0x11, 0x48}; /* RFC 2675 s. 2 */
	static uint8_t bytes[70000];
	struct cursor c = cursor_init(bytes, 60, 60);
	struct ipv6_hdr r;

	(void)state;
	write_ipv6(bytes, sizeof(bytes), IP_TCP, 0);
	ipv6_read(&c, &r);
	assert_int_equal(cursor_left(&c), 0);
	c = cursor_init(bytes, sizeof(bytes), sizeof(bytes)); /* segmentation offload: as tshark */
	ipv6_read(&c, &r);
	assert_int_equal(cursor_left(&c), 0);

	write_ipv6(bytes, sizeof(bytes), IP_HOPOPT, 0);
	memcpy(bytes + IPV6_HEADER_LEN, jumbo, sizeof(jumbo));
	c = cursor_init(bytes, sizeof(bytes), sizeof(bytes));
	ipv6_read(&c, &r);
	assert_int_equal(r.protocol, IP_TCP);
	assert_int_equal(cursor_left(&c), sizeof(bytes) - IPV6_HEADER_LEN - sizeof(jumbo));

	bytes[IPV6_HEADER_LEN + 5] = 0; /* below 65536: no jumbogram (RFC 2675 s. 3) */
	c = cursor_init(bytes, sizeof(bytes), sizeof(bytes));
	ipv6_read(&c, &r);
	assert_int_equal(cursor_left(&c), 0);
	assert_false(cursor_ok(&c));
}

static void protocol_numbers_have_names(void **state)
{
	(void)state;
	assert_string_equal(ip_protocol_name(IP_TCP), "tcp");
	assert_string_equal(ip_protocol_name(IP_HOPOPT), "hopopt");
	assert_string_equal(ip_protocol_name(IP_GRE), "gre");
	assert_null(ip_protocol_name(200));
	for (unsigned i = 0; i < 256; i++) {
		const char *name = ip_protocol_name((uint8_t)i);

		assert_true(!name || (name[0] && strlen(name) < 20));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ipv4_comes_back_as_written),
		cmocka_unit_test(ipv4_lengths_cannot_reach_outside),
		cmocka_unit_test(ipv4_refuses_other_versions),
		cmocka_unit_test(writers_refuse_what_does_not_fit),
		cmocka_unit_test(ipv6_comes_back_as_written),
		cmocka_unit_test(ipv6_walks_every_extension),
		cmocka_unit_test(ipv6_stops_at_a_later_fragment),
		cmocka_unit_test(ipv6_chains_have_a_budget),
		cmocka_unit_test(ipv6_extension_lengths_cannot_reach_outside),
		cmocka_unit_test(ipv6_zero_length_is_empty_unless_jumbo),
		cmocka_unit_test(protocol_numbers_have_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
