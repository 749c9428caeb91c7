// SPDX-License-Identifier: Apache-2.0
// ICMP and ICMPv6 messages: round trips by type, and every message cut at every byte (B1, B4).
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "proto/icmp.h"
#include "proto/icmpv6.h"
#include "proto/ipv4.h"
#include "wire/checksum.h"

static const struct icmp_hdr messages[] = {
	{.type = ICMP_TYPE_ECHO, .id = 4711, .sequence = 5},
	{.type = ICMP_TYPE_ECHO_REPLY, .id = 4711, .sequence = 5},
	{.type = ICMP_TYPE_TIMESTAMP, .id = 1, .sequence = 2, .originate = 3},
	{.type = ICMP_TYPE_TIMESTAMP_REPLY, .originate = 3, .receive = 4, .transmit = 0xfffffffe},
	{.type = ICMP_TYPE_MASK_REPLY, .id = 1, .sequence = 2, .mask = 0xffffff00},
	{.type = ICMP_TYPE_UNREACHABLE, .code = 4, .mtu = 1280, .is_error = true},
	{.type = ICMP_TYPE_UNREACHABLE, .code = 13, .is_error = true},
	{.type = ICMP_TYPE_PARAMETER_PROBLEM, .pointer = 20, .is_error = true},
	{.type = ICMP_TYPE_REDIRECT, .gateway = {4, {192, 0, 2, 1}}, .is_error = true},
	{.type = ICMP_TYPE_TIME_EXCEEDED, .code = 1, .is_error = true},
};

#define MESSAGE_COUNT (sizeof(messages) / sizeof(messages[0]))

static uint32_t write_message(const struct icmp_hdr *h, uint8_t *bytes, size_t size)
{
	struct build b = build_init(bytes, size);

	icmp_write(&b, h, "payload", 7);
	assert_false(b.full);
	return (uint32_t)b.len;
}

static void messages_come_back_as_written(void **state)
{
	(void)state;
	for (size_t i = 0; i < MESSAGE_COUNT; i++) {
		const struct icmp_hdr *h = &messages[i];
		uint8_t bytes[64];
		uint32_t len = write_message(h, bytes, sizeof(bytes));
		struct cursor c = cursor_init(bytes, len, len);
		struct icmp_hdr r;

		assert_int_equal(checksum_finish(checksum_add(0, bytes, len)), 0);
		icmp_read(&c, &r);
		assert_true(cursor_ok(&c) && r.complete);
		assert_int_equal(cursor_left(&c), 7);
		assert_int_equal(r.type, h->type);
		assert_int_equal(r.code, h->code);
		assert_int_equal(r.id, h->id);
		assert_int_equal(r.sequence, h->sequence);
		assert_int_equal(r.originate, h->originate);
		assert_int_equal(r.receive, h->receive);
		assert_int_equal(r.transmit, h->transmit);
		assert_int_equal(r.mask, h->mask);
		assert_int_equal(r.mtu, h->mtu);
		assert_int_equal(r.pointer, h->pointer);
		assert_int_equal(r.is_error, h->is_error);
		assert_true(h->gateway.family == 0 || addr_equal(&r.gateway, &h->gateway));
	}
}

static void cut_messages_are_told_apart(void **state)
{
	(void)state;
	for (size_t i = 0; i < MESSAGE_COUNT; i++) {
		uint8_t bytes[64];
		uint32_t len = write_message(&messages[i], bytes, sizeof(bytes));

		for (uint32_t cut = 0; cut < len - 7; cut++) {
			struct cursor ours = cursor_init(bytes, cut, len);
			struct cursor theirs = cursor_init(bytes, cut, cut);
			struct icmp_hdr r;

			icmp_read(&ours, &r);
			assert_int_equal(ours.status, CURSOR_TRUNCATED);
			icmp_read(&theirs, &r);
			assert_int_equal(theirs.status, CURSOR_MALFORMED);
			assert_int_equal(r.complete, cut >= 8);
		}
	}
}

static const struct addr source = {6, {0x20, 1, 0xd, 0xb8, [15] = 0x10}};
static const struct addr target = {6, {0x20, 1, 0xd, 0xb8, [15] = 0x20}};

static uint32_t write_message6(const struct icmpv6_hdr *h, uint8_t *bytes, size_t size,
			       uint16_t data_len)
{
	struct build b = build_init(bytes, size);

	icmpv6_write(&b, h, &source, &target, "payload", data_len);
	assert_false(b.full);
	return (uint32_t)b.len;
}

static void icmpv6_comes_back_as_written(void **state)
{
	static const struct icmpv6_hdr rows[] = {
		{.type = ICMPV6_ECHO, .id = 7, .sequence = 9},
		{.type = ICMPV6_TOO_BIG, .mtu = 1280, .is_error = true},
		{.type = ICMPV6_PARAMETER_PROBLEM, .code = 1, .pointer = 40, .is_error = true},
		{.type = ICMPV6_UNREACHABLE, .code = 4, .is_error = true},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint8_t bytes[64];
		uint32_t len = write_message6(&rows[i], bytes, sizeof(bytes), 7);
		uint32_t sum = checksum_pseudo(0, source.bytes, target.bytes, 16, IP_ICMPV6, len);
		struct cursor c = cursor_init(bytes, len, len);
		struct icmpv6_hdr r;

		assert_int_equal(checksum_finish(checksum_add(sum, bytes, len)), 0);
		icmpv6_read(&c, &r);
		assert_true(cursor_ok(&c) && r.complete);
		assert_int_equal(cursor_left(&c), 7);
		assert_int_equal(r.type, rows[i].type);
		assert_int_equal(r.code, rows[i].code);
		assert_int_equal(r.id, rows[i].id);
		assert_int_equal(r.sequence, rows[i].sequence);
		assert_int_equal(r.mtu, rows[i].mtu);
		assert_int_equal(r.pointer, rows[i].pointer);
		assert_int_equal(r.is_error, rows[i].is_error);
	}
}

static void neighbour_discovery_comes_back_as_written(void **state)
{
	static const uint8_t types[] = {ICMPV6_NEIGHBOUR_SOLICIT, ICMPV6_NEIGHBOUR_ADVERT};

	(void)state;
	for (size_t i = 0; i < sizeof(types); i++) {
		struct icmpv6_hdr h = {.type = types[i],
				       .target = target,
				       .has_link_address = true,
				       .link_address = {2, 0, 0x5e, 0x10, 0, 0x14}};
		uint8_t bytes[64];
		struct icmpv6_hdr r;
		struct cursor c;
		uint32_t len;

		if (types[i] == ICMPV6_NEIGHBOUR_ADVERT)
			h.nd_flags = ND_SOLICITED | ND_OVERRIDE;
		len = write_message6(&h, bytes, sizeof(bytes), 0);
		assert_int_equal(len, 32);
		c = cursor_init(bytes, len, len);
		icmpv6_read(&c, &r);
		assert_true(cursor_ok(&c) && addr_equal(&r.target, &target));
		assert_true(r.has_link_address && !r.is_error);
		assert_memory_equal(r.link_address, h.link_address, MAC_LEN);
		assert_true(r.nd_flags == h.nd_flags);
		c = cursor_init(bytes, 24, 24);
		icmpv6_read(&c, &r);
		assert_true(cursor_ok(&c) && !r.has_link_address);
	}
}

/* B25: options whose length is zero, too long or of another kind. */
static void neighbour_options_end(void **state)
{
	const struct icmpv6_hdr h = {.type = ICMPV6_NEIGHBOUR_SOLICIT, .target = target};
	uint8_t bytes[72] = {0};

	(void)state;
	write_message6(&h, bytes, sizeof(bytes), 0);
	for (unsigned kind = 0; kind < 4; kind++) {
		for (unsigned len = 0; len < 256; len++) {
			struct cursor c = cursor_init(bytes, 40, 40);
			struct icmpv6_hdr r;

			bytes[24] = (uint8_t)kind;
			bytes[25] = (uint8_t)len;
			bytes[32] = 14;
			bytes[33] = 1;
			icmpv6_read(&c, &r);
			assert_int_equal(cursor_ok(&c), len == 1 || len == 2);
			assert_int_equal(r.has_link_address, kind == 1 && len == 1);
			assert_true(addr_equal(&r.target, &target));
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(messages_come_back_as_written),
		cmocka_unit_test(cut_messages_are_told_apart),
		cmocka_unit_test(icmpv6_comes_back_as_written),
		cmocka_unit_test(neighbour_discovery_comes_back_as_written),
		cmocka_unit_test(neighbour_options_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
