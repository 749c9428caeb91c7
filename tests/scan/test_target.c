// SPDX-License-Identifier: Apache-2.0
// Target specifications: what they stand for, what is refused and how, and hostile lists.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/rng.h"
#include "scan/target.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static struct target parsed(const char *text, uint8_t family, enum target_use use)
{
	struct target t = {0};
	struct err err = {0};

	if (target_parse(text, family, use, &t, &err))
		fail_msg("%s: %s", text, err.text);
	return t;
}

static const char *at(const struct target *t, uint64_t index, char out[static ADDR_TEXT_MAX])
{
	struct addr a = target_at(t, index);

	return addr_text(&a, out);
}

static void counts_first_and_last(void **state)
{
	static const struct {
		const char *text;
		uint8_t family;
		uint64_t count;
		const char *first;
		const char *last;
		enum target_kind kind;
	} rows[] = {
		{"192.0.2.1", 4, 1, "192.0.2.1", "192.0.2.1", TARGET_RANGE},
		{"010.000.0.1", 4, 1, "10.0.0.1", "10.0.0.1", TARGET_RANGE},
		{"192.0.2.77/24", 4, 256, "192.0.2.0", "192.0.2.255", TARGET_RANGE},
		{"192.0.2.1/32", 4, 1, "192.0.2.1", "192.0.2.1", TARGET_RANGE},
		{"192.0.2.1/08", 4, 1u << 24, "192.0.0.0", "192.255.255.255", TARGET_RANGE},
		{"64.0.0.0/2", 4, 1u << 30, "64.0.0.0", "127.255.255.255", TARGET_RANGE},
		{"10.0.0-255.*", 4, 65536, "10.0.0.0", "10.0.255.255", TARGET_RANGE},
		{"10.0.0.1-5", 4, 5, "10.0.0.1", "10.0.0.5", TARGET_RANGE},
		{"10.0.0.5,1,3-4,4", 4, 4, "10.0.0.1", "10.0.0.5", TARGET_OCTETS},
		{"10.0.0,1.1-5", 4, 10, "10.0.0.1", "10.0.1.5", TARGET_OCTETS},
		{"10.0.0.-", 4, 256, "10.0.0.0", "10.0.0.255", TARGET_RANGE},
		{"10.0.0.-3", 4, 4, "10.0.0.0", "10.0.0.3", TARGET_RANGE},
		{"10.0.0.250-", 4, 6, "10.0.0.250", "10.0.0.255", TARGET_RANGE},
		{"10.0.0.-,5", 4, 256, "10.0.0.0", "10.0.0.255", TARGET_RANGE},
		{"10.0.0-1.0/30", 4, 8, "10.0.0.0", "10.0.1.3", TARGET_OCTETS},
		{"10.0.0.1,129/25", 4, 256, "10.0.0.0", "10.0.0.255", TARGET_RANGE},
		{"1-223.*.*.*", 4, UINT64_C(223) << 24, "1.0.0.0", "223.255.255.255", TARGET_RANGE},
		{"2001:db8::1", 6, 1, "2001:db8::1", "2001:db8::1", TARGET_RANGE},
		{"2001:db8::5/126", 6, 4, "2001:db8::4", "2001:db8::7", TARGET_RANGE},
		{"2001:db8::/96", 6, UINT64_C(1) << 32, "2001:db8::", "2001:db8::ffff:ffff",
		 TARGET_RANGE},
		{"fe80::1%eth0", 6, 1, "fe80::1", "fe80::1", TARGET_RANGE},
		{"fe80::%br-lan.1/127", 6, 2, "fe80::", "fe80::1", TARGET_RANGE},
		{"::1", 6, 1, "::1", "::1", TARGET_RANGE},
	};
	char text[ADDR_TEXT_MAX];

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct target t = parsed(rows[i].text, rows[i].family, TARGET_SCAN);

		assert_int_equal(t.kind, rows[i].kind);
		assert_int_equal(target_count(&t), rows[i].count);
		assert_string_equal(at(&t, 0, text), rows[i].first);
		assert_string_equal(at(&t, rows[i].count - 1, text), rows[i].last);
		target_done(&t);
		target_done(&t);
	}
}

static void zones_are_kept(void **state)
{
	struct target t = parsed("fe80::1%wlp0s20f3", 6, TARGET_SCAN);

	(void)state;
	assert_string_equal(t.zone, "wlp0s20f3");
}

static void names_wait_for_an_address(void **state)
{
	static const char *const names[] = {"scanme.lab",
					    "a",
					    "_x.example",
					    "3com.example",
					    "host-1",
					    "10-0-0-1.example",
					    "1.2.3.4.in-addr.arpa",
					    "a.b.",
					    "xn--mnchen-3ya.de",
					    "0x"};
	const struct addr v4 = addr_v4((const uint8_t[]) {192, 0, 2, 77});
	const struct addr multicast = addr_v4((const uint8_t[]) {224, 0, 0, 1});
	struct addr v6;
	struct target t, of_it;
	struct err err = {0};
	char text[ADDR_TEXT_MAX];

	(void)state;
	for (size_t i = 0; i < COUNT(names); i++) {
		t = parsed(names[i], i % 2 ? 6 : 4, TARGET_SCAN);
		assert_int_equal(t.kind, TARGET_NAME);
		assert_string_equal(t.name, names[i]);
		assert_int_equal(target_count(&t), 0);
		assert_false(target_contains(&t, &v4));
		target_done(&t);
	}
	t = parsed("scanme.lab/28", 4, TARGET_SCAN);
	assert_string_equal(t.name, "scanme.lab");
	assert_int_equal(target_resolved(&t, &v4, TARGET_SCAN, &of_it, &err), 0);
	assert_int_equal(target_count(&of_it), 16);
	assert_string_equal(at(&of_it, 0, text), "192.0.2.64");
	assert_int_equal(target_resolved(&t, &multicast, TARGET_SCAN, &of_it, &err), -22);
	assert_string_equal(err.text, "\"224.0.0.1/28\" holds multicast addresses (224.0.0.0/4), "
				      "which are no hosts; name the hosts themselves");
	target_done(&t);
	t = parsed("scanme.lab/120", 6, TARGET_SCAN);
	assert_true(addr_parse("2001:db8::1234", &v6));
	assert_int_equal(target_resolved(&t, &v6, TARGET_SCAN, &of_it, &err), 0);
	assert_int_equal(target_count(&of_it), 256);
	assert_int_equal(target_resolved(&t, &v4, TARGET_SCAN, &of_it, &err), -22);
	target_done(&t);
	t = parsed("scanme.lab", 6, TARGET_SCAN);
	assert_int_equal(target_resolved(&t, &v6, TARGET_SCAN, &of_it, &err), 0);
	assert_int_equal(target_count(&of_it), 1);
	target_done(&t);
}

static void refusals_are_sentences(void **state)
{
	static const struct {
		const char *text;
		uint8_t family;
		const char *sentence;
	} rows[] = {
		{"", 4, "a target is empty (\"\"); give an address or a name"},
		{"192.0.2.0/33", 4,
		 "prefix length \"33\" in \"192.0.2.0/33\" is wrong; it goes from 0 to 32"},
		{"2001:db8::/129", 6,
		 "prefix length \"129\" in \"2001:db8::/129\" is wrong; it goes from 0 to 128"},
		{"scanme.lab/33", 4,
		 "prefix length \"33\" in \"scanme.lab/33\" is wrong; it goes from 0 to 32"},
		{"192.0.2.0/", 4,
		 "prefix length \"\" in \"192.0.2.0/\" is wrong; it goes from 0 to 32"},
		{"192.0.2.0/255.255.255.0", 4,
		 "prefix length \"255.255.255.0\" in \"192.0.2.0/255.255.255.0\" is wrong; it goes "
		 "from 0 to 32"},
		{"192.0.2.0/24/24", 4,
		 "\"192.0.2.0/24/24\" has more than one \"/\"; write it like 192.0.2.0/24"},
		{"/24", 4, "\"/24\" has no address before its \"/\""},
		{"0.0.0.0/0", 4, "\"0.0.0.0/0\" is the whole Internet; name the networks to scan"},
		{"192.0.2.1/0", 4,
		 "\"192.0.2.1/0\" is the whole Internet; name the networks to scan"},
		{"*.*.*.*", 4, "\"*.*.*.*\" is the whole Internet; name the networks to scan"},
		{"name/0", 4, "\"name/0\" is the whole Internet; name the networks to scan"},
		{"::/0", 6, "\"::/0\" is the whole IPv6 Internet; name the networks to scan"},
		{"2001:db8::/64", 6,
		 "\"2001:db8::/64\" has more than 2^32 addresses, which no scan "
		 "finishes; use a prefix of /96 to /128"},
		{"2001:db8::/95", 6,
		 "\"2001:db8::/95\" has more than 2^32 addresses, which no scan "
		 "finishes; use a prefix of /96 to /128"},
		{"224.0.0.1", 4,
		 "\"224.0.0.1\" holds multicast addresses (224.0.0.0/4), which are no "
		 "hosts; name the hosts themselves"},
		{"223-225.1.1.1", 4,
		 "\"223-225.1.1.1\" holds multicast addresses (224.0.0.0/4), which "
		 "are no hosts; name the hosts themselves"},
		{"128.0.0.0/1", 4,
		 "\"128.0.0.0/1\" holds multicast addresses (224.0.0.0/4), which are "
		 "no hosts; name the hosts themselves"},
		{"ff02::1", 6,
		 "\"ff02::1\" holds multicast addresses (ff00::/8), which are no hosts; "
		 "name the hosts themselves"},
		{"255.255.255.255", 4,
		 "\"255.255.255.255\" is the broadcast address; name the hosts themselves"},
		{"240.0.0.1", 4,
		 "\"240.0.0.1\" holds addresses of 240.0.0.0/4, which are reserved "
		 "(RFC 1112); leave them out"},
		{"0.0.0.0", 4,
		 "\"0.0.0.0\" holds addresses of 0.0.0.0/8, which are no hosts (RFC "
		 "1122); leave them out"},
		{"0-1.2.3.4", 4,
		 "\"0-1.2.3.4\" holds addresses of 0.0.0.0/8, which are no hosts (RFC "
		 "1122); leave them out"},
		{"::", 6, "\"::\" holds \"::\", which is no host (RFC 4291); leave it out"},
		{"::/96", 6, "\"::/96\" holds \"::\", which is no host (RFC 4291); leave it out"},
		{"::ffff:192.0.2.1", 6,
		 "\"::ffff:192.0.2.1\" holds IPv4-mapped addresses, which never go on the wire; write "
		 "the IPv4 address and leave -6 out"},
		{"2001:db8::1", 4, "\"2001:db8::1\" is an IPv6 address; use -6 to scan it"},
		{"::/0", 4, "\"::/0\" is an IPv6 address; use -6 to scan it"},
		{"fe80::1%eth0", 4, "\"fe80::1%eth0\" is an IPv6 address; use -6 to scan it"},
		{"192.0.2.1", 6,
		 "\"192.0.2.1\" is an IPv4 address, but -6 was given; leave -6 out"},
		{"10.0.0.256", 4,
		 "\"10.0.0.256\" is not an IPv4 address: its numbers may be 0 to 255"},
		{"10.0.0.1-1000", 4,
		 "\"10.0.0.1-1000\" is not an IPv4 address: its numbers may be 0 to 255"},
		{"10.0.0.99999999999999999999", 4,
		 "\"10.0.0.99999999999999999999\" is not an IPv4 address: its numbers may be 0 to 255"},
		{"10.0.0.5-1", 4, "range \"5-1\" in \"10.0.0.5-1\" is reversed; write \"1-5\""},
		{"1.2.3.4.5", 4,
		 "\"1.2.3.4.5\" is not an IPv4 address: it has 5 numbers instead of four"},
		{"10.0.0", 4,
		 "\"10.0.0\" is not an IPv4 address: it has 3 numbers instead of four"},
		{"5", 4, "\"5\" is not an IPv4 address: it has 1 number instead of four"},
		{"10.0..1", 4, "\"10.0..1\" is not an IPv4 address: a number is missing in it"},
		{"10.0.0.", 4, "\"10.0.0.\" is not an IPv4 address: a number is missing in it"},
		{"10.0.0.1,", 4, "\"10.0.0.1,\" is not an IPv4 address: a number is missing in it"},
		{"10.0.0.,1", 4, "\"10.0.0.,1\" is not an IPv4 address: a number is missing in it"},
		{"10.0.0.1,*", 4,
		 "\"10.0.0.1,*\" is not an IPv4 address: a number is missing in it"},
		{"10.0.0.1*", 4,
		 "\"10.0.0.1*\" has \"*\" beside other values; it stands for 0-255 alone"},
		{"10.0.0.*,1", 4,
		 "\"10.0.0.*,1\" is not an IPv4 address: a number is missing in it"},
		{"10.0.0.1-2-3", 4,
		 "\"10.0.0.1-2-3\" has a range with more than one dash; write it "
		 "like \"1-5\""},
		{"10.0.0.--", 4,
		 "\"10.0.0.--\" has a range with more than one dash; write it like "
		 "\"1-5\""},
		{"0x0a000001", 4,
		 "\"0x0a000001\" is not an IPv4 address; write four decimal numbers, "
		 "as in 192.0.2.1"},
		{"10.0.0.0x5", 4,
		 "\"10.0.0.0x5\" is not an IPv4 address; write four decimal numbers, "
		 "as in 192.0.2.1"},
		{"http://scanme.lab/", 4,
		 "\"http://scanme.lab/\" is a URL; write only the host's name"},
		{"scanme.lab:80", 4,
		 "\"scanme.lab:80\" has a port in it; write the host alone and the port with -p"},
		{"[2001:db8::1]", 6,
		 "\"[2001:db8::1]\" has brackets; write the IPv6 address without them"},
		{"[2001:db8::1]", 4,
		 "\"[2001:db8::1]\" has brackets; write the IPv6 address without them"},
		{"2001:db8::1-5", 6,
		 "\"2001:db8::1-5\" is not an IPv6 address; write it like 2001:db8::1"},
		{"fe80::1%", 6, "\"fe80::1%\" has no interface name after its \"%\""},
		{"fe80::1%a-very-long-name0", 6,
		 "\"fe80::1%a-very-long-name0\" has no interface name after its \"%\""},
		{"a..b", 4,
		 "\"a..b\" is neither an address nor a name: between its dots must be 1 to "
		 "63 characters that do not start with a dash"},
		{"-host", 4,
		 "\"-host\" is neither an address nor a name: between its dots must be 1 to "
		 "63 characters that do not start with a dash"},
		{"a b", 4, "\"a b\" is neither an address nor a name, because of the \" \" in it"},
		{"a\033b", 4,
		 "\"a\\x1Bb\" is neither an address nor a name, because of the \"\\x1B\" in "
		 "it"},
		{"m\xc3\xbcnchen.de", 4,
		 "\"m\xc3\xbcnchen.de\" is not in ASCII; write the name in its xn-- form"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct target t, before;
		struct err err = {0};

		memset(&t, 0x5a, sizeof(t));
		before = t;
		assert_int_equal(target_parse(rows[i].text, rows[i].family, TARGET_SCAN, &t, &err),
				 -22);
		assert_string_equal(err.text, rows[i].sentence);
		assert_memory_equal(&t, &before, sizeof(t));
	}
}

static void long_ones_are_refused(void **state)
{
	char text[TARGET_ITEM_MAX + 1];
	struct target t;
	struct err err = {0};

	(void)state;
	memset(text, 'a', sizeof(text));
	text[TARGET_ITEM_MAX] = '\0';
	assert_int_equal(target_parse(text, 4, TARGET_SCAN, &t, &err), -22);
	assert_non_null(strstr(err.text, "aaa...\" is too long for a target"));
	text[TARGET_ITEM_MAX - 1] = '\0';
	assert_int_equal(target_parse(text, 4, TARGET_SCAN, &t, &err), -22);
	assert_non_null(strstr(err.text, "is too long for a name"));
	text[200] = '\0';
	assert_int_equal(target_parse(text, 4, TARGET_SCAN, &t, &err), -22);
	assert_non_null(strstr(err.text, "1 to 63 characters"));
}

static void every_index_is_one_address(void **state)
{
	static const char *const texts[] = {"10.0.0,1.1-5", "10.1,3-4.250-.0-3,7", "10.0.0.0/20",
					    "10.*.1,64,128.63-64", "192.0.2.1,3/30"};

	(void)state;
	for (size_t i = 0; i < COUNT(texts); i++) {
		struct target t = parsed(texts[i], 4, TARGET_SCAN);
		uint64_t members = 0;
		struct addr last = {0};

		for (uint64_t index = 0; index < target_count(&t); index++) {
			struct addr a = target_at(&t, index);

			assert_true(addr_compare(&last, &a) < 0); /* so each comes once */
			assert_true(target_contains(&t, &a));
			last = a;
		}
		for (uint32_t number = 0x0a000000; number < 0x0b000000; number++) {
			struct addr a = addr_v4_number(number);

			members += target_contains(&t, &a);
		}
		if (strncmp(texts[i], "10.", 3) == 0)
			assert_int_equal(members, target_count(&t));
		target_done(&t);
	}
}

static void random_sets_agree_with_a_count(void **state)
{
	struct rng rng = {2007};

	(void)state;
	for (int round = 0; round < 2000; round++) {
		unsigned octets[3][2];
		unsigned bits = 24 + (unsigned)rng_below(&rng, 9);
		uint64_t count = 0;
		char text[96];
		struct target t;

		for (size_t i = 0; i < 3; i++) {
			octets[i][0] = (unsigned)rng_below(&rng, 256);
			octets[i][1] = octets[i][0] + (unsigned)rng_below(&rng, 256 - octets[i][0]);
		}
		snprintf(text, sizeof(text), "10.7.%u-%u.%u-%u,%u/%u", octets[0][0], octets[0][1],
			 octets[1][0], octets[1][1], octets[2][0], bits);
		t = parsed(text, 4, TARGET_SCAN);
		for (unsigned low = 0; low < 256; low++) {
			struct addr a = addr_v4_number(0x0a070000 | octets[0][0] << 8 | low);

			count += target_contains(&t, &a);
		}
		assert_int_equal(target_count(&t), count * (octets[0][1] - octets[0][0] + 1));
		target_done(&t);
	}
}

static void excludes_are_taken_out_of_a_walk(void **state)
{
	struct target_list scan = {0}, exclude = {0};
	struct target_walk walk = {0};
	struct err err = {0};
	struct buf seen = {0};
	struct addr a;
	char text[ADDR_TEXT_MAX];

	(void)state;
	assert_int_equal(target_list_parse(&scan, "192.0.2.0/29", 4, TARGET_SCAN, &err), 0);
	assert_int_equal(target_list_parse(&scan, "some.name", 4, TARGET_SCAN, &err), 0);
	assert_int_equal(target_list_parse(&scan, "198.51.100.1,3", 4, TARGET_SCAN, &err), 0);
	assert_int_equal(target_list_count(&scan), 10);
	assert_int_equal(
		target_list_exclude(
			&exclude, "192.0.2.0/30,0.0.0.0,224.0.0.0/4,198.51.*.3,name,::/0", 4, &err),
		0);
	assert_int_equal(target_list_count(&exclude), UINT64_MAX);
	while (target_list_next(&scan, &exclude, &walk, &a))
		buf_printf(&seen, "%s ", addr_text(&a, text));
	assert_string_equal(buf_text(&seen),
			    "192.0.2.4 192.0.2.5 192.0.2.6 192.0.2.7 198.51.100.1 ");
	assert_int_equal(target_list_parse(&scan, "192.0.2.9", 4, TARGET_SCAN, &err), 0);
	assert_true(target_list_next(&scan, &exclude, &walk, &a));
	assert_string_equal(addr_text(&a, text), "192.0.2.9");
	assert_int_equal(walk.item, 3);
	assert_int_equal(target_list_exclude(&exclude, "192.0.2.1,,192.0.2.2", 4, &err), -22);
	assert_string_equal(err.text, "a target is empty (\"\"); give an address or a name");
	assert_int_equal(target_list_exclude(&exclude, "192.0.2.256", 4, &err), -22);
	target_list_done(&scan);
	target_list_done(&exclude);
	buf_done(&seen);
}

/* Reads text in pieces of one size; what came of it in one line, or the error. */
static void read_in_pieces(const char *text, size_t len, size_t piece, struct buf *out)
{
	struct target_list list = {0};
	struct target_reader r = {.list = &list, .source = "hosts.txt", .family = 4};
	struct err err = {0};
	int rc = 0;
	char addr[ADDR_TEXT_MAX];

	buf_clear(out);
	for (size_t i = 0; i < len && !rc; i += piece)
		rc = target_reader_feed(&r, text + i, len - i < piece ? len - i : piece, &err);
	if (!rc)
		rc = target_reader_end(&r, &err);
	for (size_t i = 0; i < list.count && !rc; i++)
		buf_printf(out, "%s ",
			   list.items[i].kind == TARGET_NAME ? list.items[i].name
							     : at(&list.items[i], 0, addr));
	if (rc)
		buf_puts(out, err.text);
	target_list_done(&list);
}

#define TEXT(literal) literal, sizeof(literal) - 1

static void lists_are_read_as_nmap_reads_them(void **state)
{
	static const struct {
		const char *text;
		size_t len;
		const char *result;
	} rows[] = {
		{TEXT(""), ""},
		{TEXT("\n\n \t\r\n"), ""},
		{TEXT("10.0.0.1"), "10.0.0.1 "},
		{TEXT("10.0.0.1\nhost\r\n10.0.0.2\t10.0.0.3 x\0y\0"),
		 "10.0.0.1 host 10.0.0.2 10.0.0.3 x y "},
		{TEXT("# all\n10.0.0.1 # one 10.0.0.9\n10.0.0.2#two\n#"), "10.0.0.1 10.0.0.2 "},
		{TEXT("# a # b \0 \r c\nhost"), "host "},
		{TEXT("\xef\xbb\xbfhost\n"), "host "},
		{TEXT("\xef\xbb\xbf# comment\nhost\n"), "host "},
		{TEXT("ok\n  10.0.0.256 x"),
		 "hosts.txt, line 2, column 3: \"10.0.0.256\" is not an IPv4 address: its numbers may be "
		 "0 to 255"},
		{TEXT("# c\nok a-b\t224.0.0.1"),
		 "hosts.txt, line 2, column 8: \"224.0.0.1\" holds multicast addresses (224.0.0.0/4), "
		 "which are no hosts; name the hosts themselves"},
		{TEXT("\xff\xfe"
		      "1\0.\0"),
		 "hosts.txt, line 1, column 1: the file is UTF-16; save it as plain text"},
		{TEXT("\xfe\xff\0h"),
		 "hosts.txt, line 1, column 1: the file is UTF-16; save it as plain text"},
		{TEXT("a\n\xff\xfe"),
		 "hosts.txt, line 2, column 1: \"\\xFF\\xFE\" is not in ASCII; write the name in its xn-- "
		 "form"},
	};
	struct buf out = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		for (size_t piece = 1; piece < 9; piece++) {
			read_in_pieces(rows[i].text, rows[i].len, piece, &out);
			assert_string_equal(buf_text(&out), rows[i].result);
		}
	}
	buf_done(&out);
}

static void hostile_lists_cost_nothing(void **state)
{
	struct target_list list = {0};
	struct target_reader r = {.list = &list, .source = "-", .family = 4};
	static char block[65536];
	struct err err = {0};

	(void)state;
	memset(block, '\0', sizeof(block)); /* /dev/zero */
	for (int i = 0; i < 64; i++)
		assert_int_equal(target_reader_feed(&r, block, sizeof(block), &err), 0);
	memset(block, '#', sizeof(block)); /* one long comment */
	for (int i = 0; i < 64; i++)
		assert_int_equal(target_reader_feed(&r, block, sizeof(block), &err), 0);
	assert_int_equal(list.size, 0);
	assert_int_equal(target_reader_feed(&r, "\n", 1, &err), 0);
	memset(block, 'a', sizeof(block)); /* one long line */
	assert_int_equal(target_reader_feed(&r, block, sizeof(block), &err), -22);
	assert_non_null(strstr(err.text, "-, line 2, column 1: \"aaa"));
	assert_non_null(strstr(err.text, "is too long for a target"));
	assert_int_equal(list.size, 0);
	target_list_done(&list);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counts_first_and_last),
		cmocka_unit_test(zones_are_kept),
		cmocka_unit_test(names_wait_for_an_address),
		cmocka_unit_test(refusals_are_sentences),
		cmocka_unit_test(long_ones_are_refused),
		cmocka_unit_test(every_index_is_one_address),
		cmocka_unit_test(random_sets_agree_with_a_count),
		cmocka_unit_test(excludes_are_taken_out_of_a_walk),
		cmocka_unit_test(lists_are_read_as_nmap_reads_them),
		cmocka_unit_test(hostile_lists_cost_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
