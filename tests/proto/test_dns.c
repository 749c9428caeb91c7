// SPDX-License-Identifier: Apache-2.0
// DNS names: the usual ones, and those made to loop, grow or lie (B12 to B15, B17).
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "proto/dns.h"

#define HEADER 12

static struct dns_reader open_message(const uint8_t *bytes, uint32_t len)
{
	struct cursor c = cursor_init(bytes, len, len);
	struct dns_reader reader;

	dns_open(&c, &reader);
	return reader;
}

static void assert_name(const struct dns_name *name, const char *text)
{
	assert_int_equal(name->len, strlen(text));
	assert_memory_equal(name->bytes, text, name->len);
}

static void reads_questions_and_records(void **state)
{
	static const uint8_t message[] =
		"\x18\x0f\x81\x80\0\1\0\3\0\0\0\0"
		"\3www\7example\3org\0\0\1\0\1"
		"\xc0\x0c\0\5\0\1\0\0\0\x3c\0\6\3web\xc0\x10"   /* CNAME web.example.org */
		"\xc0\x2d\0\1\0\1\0\0\0\x3c\0\4\xc0\0\2\1"      /* A 192.0.2.1 */
		"\xc0\x10\0\x0f\0\1\0\0\0\x3c\0\4\0\5\xc0\x0c"; /* MX 5 www.example.org */
	struct dns_reader r = open_message(message, sizeof(message) - 1);
	struct dns_question q;
	struct dns_record a;
	char text[ADDR_TEXT_MAX];

	(void)state;
	assert_int_equal(r.header.id, 0x180f);
	assert_int_equal(r.header.counts[1], 3);
	assert_true(dns_read_question(&r, &q));
	assert_name(&q.name, "www.example.org");
	assert_int_equal(q.type, DNS_A);
	assert_true(dns_read_record(&r, &a));
	assert_name(&a.name, "www.example.org");
	assert_true(a.has_target);
	assert_name(&a.target, "web.example.org");
	assert_true(dns_read_record(&r, &a));
	assert_name(&a.name, "web.example.org");
	assert_string_equal(addr_text(&a.address, text), "192.0.2.1");
	assert_false(a.has_target);
	assert_true(dns_read_record(&r, &a));
	assert_int_equal(a.preference, 5);
	assert_name(&a.target, "www.example.org");
	assert_int_equal(cursor_left(&r.next), 0);
}

/* Where a name starts at the end of the header, and what becomes of it. */
static void hostile_names_end(void **state)
{
	static const struct {
		const char *bytes;
		uint32_t len;
		bool good;
	} rows[] = {
		{"\xc0\x0c\0\1\0\1", 6, false},         /* to itself */
		{"\xc0\x0e\xc0\x0c\0\1\0\1", 8, false}, /* forward */
		{"\xc0\xff\0\1\0\1", 6, false},         /* beyond the message */
		{"\x40"
		 "a\0\0\1\0\1",
		 7, false}, /* label kinds 01 and 10 */
		{"\x80"
		 "a\0\0\1\0\1",
		 7, false},
		{"\x3f"
		 "a\0\0\1\0\1",
		 7, false},                    /* a label beyond the end */
		{"\xc0", 1, false},            /* half a pointer */
		{"\xc0\x00\0\1\0\1", 6, true}, /* into the header: one label of 1 */
		{"\0\0\1\0\1", 5, true},       /* the root */
	};
	uint8_t message[64] = {1, 'x', 0};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct dns_question q;
		struct dns_reader r;

		memcpy(message + HEADER, rows[i].bytes, rows[i].len);
		r = open_message(message, HEADER + rows[i].len);
		assert_int_equal(dns_read_question(&r, &q), rows[i].good);
		if (rows[i].good)
			assert_int_equal(q.type, 1);
	}
}

/* 63 bytes a label: 253 bytes of text fit in 255 on the wire, 254 do not. */
static void names_are_bounded(void **state)
{
	(void)state;
	for (unsigned last = 55; last <= 63; last++) {
		uint8_t message[HEADER + 4 * 64 + 5] = {0};
		uint32_t at = HEADER;
		struct dns_question q;
		struct dns_reader r;

		for (int label = 0; label < 4; label++) {
			uint8_t len = label < 3 ? 63 : (uint8_t)last;

			message[at++] = len;
			memset(message + at, 'a', len);
			at += len;
		}
		at += 5;
		r = open_message(message, at);
		assert_int_equal(dns_read_question(&r, &q), last <= 61);
	}
}

/* B13, B14: a chain of pointers, each to the one before, and many records at its end. */
static void chains_have_a_budget(void **state)
{
	static uint8_t message[16384];
	uint32_t at = HEADER + 1;
	struct dns_record record;
	struct dns_reader r;
	unsigned good = 0;

	(void)state;
	for (unsigned target = HEADER; at < 4000; target = at, at += 2) {
		message[at] = (uint8_t)(0xc0 | target >> 8);
		message[at + 1] = (uint8_t)target;
	}
	r = open_message(message, sizeof(message));
	cursor_skip(&r.next, at - HEADER);
	for (uint32_t record_at = at; record_at + 12 < sizeof(message); record_at += 12) {
		message[record_at] = (uint8_t)(0xc0 | (at - 2) >> 8);
		message[record_at + 1] = (uint8_t)(at - 2);
	}
	while (dns_read_record(&r, &record))
		good++;
	assert_in_range(good, 0, 1);
	assert_in_range(r.hops, 1, DNS_HOPS_MAX + 1);
	assert_int_equal(r.next.status, CURSOR_MALFORMED);
}

static void every_cut_ends(void **state)
{
	static const uint8_t message[] = "\0\1\x80\0\0\1\0\1\0\0\0\0\1a\0\0\1\0\1\xc0\x0c\0\x0c\0\1"
					 "\0\0\0\1\0\3\1b\0";

	(void)state;
	for (uint32_t len = 0; len < sizeof(message) - 1; len++) {
		struct cursor ours = cursor_init(message, len, sizeof(message) - 1);
		struct dns_question q;
		struct dns_record a;
		struct dns_reader r;

		dns_open(&ours, &r);
		if (dns_read_question(&r, &q))
			assert_false(dns_read_record(&r, &a));
		assert_int_equal(r.next.status, CURSOR_TRUNCATED);
	}
}

static void numbers_have_names(void **state)
{
	(void)state;
	assert_string_equal(dns_type_name(DNS_AAAA), "AAAA");
	assert_null(dns_type_name(65280));
	assert_string_equal(dns_rcode_name(0x8183), "No such name");
	assert_null(dns_rcode_name(0x000f));
	assert_string_equal(dns_opcode_name(0x2800), "Dynamic update");
	assert_null(dns_opcode_name(0x7800));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_questions_and_records),
		cmocka_unit_test(hostile_names_end),
		cmocka_unit_test(names_are_bounded),
		cmocka_unit_test(chains_have_a_budget),
		cmocka_unit_test(every_cut_ends),
		cmocka_unit_test(numbers_have_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
