// SPDX-License-Identifier: Apache-2.0
// ICMPv6: discovery, listener reports, errors with their quote, renumbering, RPL; then tormented.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "one_layer.h"

/* 2001:db8::1 */
#define ADDRESS 0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1

static const uint8_t solicitation[] = {
	135, 0, 0, 0, 0, 0, 0, 0, ADDRESS, 1, 1, 2, 0, 0, 0, 0, 1, /* source link address */
};

static const uint8_t advertisement[] = {
	136, 0, 0, 0, 0xe0, 0, 0, 0, ADDRESS, 2, 1, 2, 0, 0, 0, 0, 2, /* target link address */
};

static const uint8_t router[] = {134, 0, 0, 0, 64, 0x48, 0x07, 0x08, 0, 0, 0, 0, 0, 0, 0, 0,
				 /* source link address */
				 1, 1, 2, 0, 0, 0, 0, 1,
				 /* prefix 2001:db8::1/64, on-link and autonomous */
				 3, 4, 64, 0xc0, 0, 0, 0x0e, 0x10, 0, 0, 0x07, 0x08, 0, 0, 0, 0,
				 ADDRESS,
				 /* MTU 1500 */
				 5, 1, 0, 0, 0, 0, 0x05, 0xdc,
				 /* a name server for 600 s */
				 25, 3, 0, 0, 0, 0, 2, 0x58, ADDRESS,
				 /* the search list "a.bc" */
				 31, 2, 0, 0, 0, 0, 2, 0x58, 1, 'a', 2, 'b', 'c', 0, 0, 0,
				 /* a route of 64 bits */
				 24, 2, 64, 0x08, 0, 0, 0, 60, 0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0,
				 /* PREF64 with a prefix length that means nothing */
				 38, 2, 0x07, 0x0e, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};

static const uint8_t report[] = {
	143, 0, 0, 0, 0, 0, 0, 2, 4, 0, 0, 0, ADDRESS, 1, 1, 0, 1, ADDRESS, ADDRESS, 9, 9, 9, 9,
};

static const uint8_t query[] = {
	130, 0, 0, 0, 0x27, 0x10, 0, 0, ADDRESS, 0x0a, 125, 0, 1, ADDRESS,
};

/* Port unreachable: IPv6 and UDP 4660 -> 161 */
static const uint8_t unreachable[] = {
	1, 4,  0,  0,       0,       0,    0,    0, 0x60, 0, 0, 0, 0,
	8, 17, 64, ADDRESS, ADDRESS, 0x12, 0x34, 0, 161,  0, 8, 0, 0,
};

static const uint8_t renumber[] = {
	138,
	0,
	0,
	0,
	0,
	0,
	0,
	1,
	2,
	0x90,
	0,
	9,
	0,
	0,
	0,
	0,
	/* match 2001:db8::1/32, 0 to 64 */
	2,
	7,
	1,
	32,
	0,
	64,
	0,
	0,
	ADDRESS,
	/* use /48, keep 16 */
	48,
	16,
	0x80,
	0x80,
	0,
	0,
	0,
	5,
	0,
	0,
	0,
	6,
	0x80,
	0,
	0,
	0,
	ADDRESS,
};

static const uint8_t rpl[] = {
	155,
	2,
	0,
	0,
	42,
	0xc0,
	0,
	10,
	ADDRESS,
	/* pad, target of 16 bits, target whose length lies, transit, one that nobody knows */
	0,
	5,
	4,
	0,
	16,
	0x20,
	0x01,
	5,
	3,
	0,
	128,
	7,
	6,
	4,
	0x80,
	1,
	2,
	3,
	99,
	1,
	7,
};

static const struct {
	const char *what;
	const uint8_t *bytes;
	uint32_t len;
	const char *info;
	const char *field; /* one that only this message has, and its value */
	uint64_t value;
} messages[] = {
	{"neighbour solicitation", solicitation, sizeof(solicitation),
	 "Neighbor Solicitation for 2001:db8::1 from 02:00:00:00:00:01", "icmpv6.opt.type", 1},
	{"neighbour advertisement", advertisement, sizeof(advertisement),
	 "Neighbor Advertisement 2001:db8::1 (rtr, sol, ovr) is at 02:00:00:00:00:02",
	 "icmpv6.nd.na.flag", 0xe0000000},
	{"router advertisement", router, sizeof(router),
	 "Router Advertisement from 02:00:00:00:00:01", "icmpv6.opt.mtu", 1500},
	{"listener report", report, sizeof(report), "Multicast Listener Report Message v2",
	 "icmpv6.mldr.nb_mcast_records", 2},
	{"listener query", query, sizeof(query), "Multicast Listener Query", "icmpv6.mld.qqi", 125},
	{"port unreachable", unreachable, sizeof(unreachable),
	 "Destination Unreachable (Port unreachable)", "udp.dstport", 161},
	{"renumbering", renumber, sizeof(renumber), "Router Renumbering (Command)",
	 "icmpv6.rr.pco.up.keeplen", 16},
	{"RPL", rpl, sizeof(rpl), "RPL Control (Destination Advertisement Object)",
	 "icmpv6.rpl.opt.target.prefix_length", 16},
};

#define MESSAGE_COUNT (sizeof(messages) / sizeof(messages[0]))

static void messages_say_what_they_hold(void **state)
{
	static struct one_layer l;

	(void)state;
	for (size_t i = 0; i < MESSAGE_COUNT; i++) {
		const struct item *item;

		one_layer_run(&l, PROTOCOL_ICMPV6, messages[i].bytes, messages[i].len,
			      messages[i].len);
		if (l.d.failed)
			fail_msg("%s failed", messages[i].what);
		assert_string_equal(buf_text(&l.info), messages[i].info);
		item = one_layer_item(&l, messages[i].field, 0);
		if (!item)
			fail_msg("%s has no %s", messages[i].what, messages[i].field);
		assert_int_equal(item->number, messages[i].value);
	}
	one_layer_done(&l);
}

/* The quoted ports are there for filters, and the packet's own columns stay its own. */
static void errors_show_their_quote(void **state)
{
	static struct one_layer l;

	(void)state;
	one_layer_run(&l, PROTOCOL_ICMPV6, unreachable, sizeof(unreachable), sizeof(unreachable));
	assert_non_null(one_layer_item(&l, "ipv6.src", 0));
	assert_int_equal(one_layer_item(&l, "udp.srcport", 0)->number, 0x1234);
	assert_string_equal(l.d.protocol, "ICMPv6");
	one_layer_done(&l);
}

static void options_show_their_values(void **state)
{
	static struct one_layer l;
	const struct item *item;

	(void)state;
	one_layer_run(&l, PROTOCOL_ICMPV6, router, sizeof(router), sizeof(router));
	assert_int_equal(one_layer_item(&l, "icmpv6.opt.rdnss.lifetime", 0)->number, 600);
	item = one_layer_item(&l, "icmpv6.opt.dnssl", 0);
	assert_non_null(item);
	assert_int_equal(item->value_len, 4);
	assert_memory_equal(item->bytes, "a.bc", 4);
	assert_non_null(one_layer_item(&l, "icmpv6.invalid_option_length", 0));
	assert_null(one_layer_item(&l, "icmpv6.opt.pref64.prefix", 0));

	one_layer_run(&l, PROTOCOL_ICMPV6, rpl, sizeof(rpl), sizeof(rpl));
	assert_int_equal(one_layer_item(&l, "icmpv6.rpl.opt.type", 4)->number, 99);
	assert_non_null(one_layer_item(&l, "icmpv6.unknown_data", 0));
	one_layer_done(&l);
}

static void hostile_bytes_end_in_order(void **state)
{
	static struct one_layer l;

	(void)state;
	for (size_t i = 0; i < MESSAGE_COUNT; i++)
		one_layer_torment(&l, PROTOCOL_ICMPV6, messages[i].bytes, messages[i].len);
	one_layer_done(&l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(messages_say_what_they_hold),
		cmocka_unit_test(errors_show_their_quote),
		cmocka_unit_test(options_show_their_values),
		cmocka_unit_test(hostile_bytes_end_in_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
