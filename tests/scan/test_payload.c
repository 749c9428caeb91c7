// SPDX-License-Identifier: Apache-2.0
// UDP payloads: each is one whole message, with the cookie in it where its answer will repeat it.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "evidence/datagram_id.h"
#include "proto/dns.h"
#include "proto/registry.h"
#include "scan/payload.h"
#include "scan/probe.h"

/* The message of a row, with this cookie. */
static size_t write(enum payload_message message, uint32_t cookie, uint8_t bytes[PAYLOAD_MAX])
{
	struct build b = build_init(bytes, PAYLOAD_MAX);

	payload_message_write(&b, message, cookie);
	assert_false(b.full);
	return b.len;
}

static void rows_are_in_order_and_use_every_message(void **state)
{
	bool used[PAYLOAD_MESSAGES] = {false};
	enum payload_message message;
	uint16_t port, before = 0;
	unsigned row = 0, ports = 0;
	size_t i = 0;

	(void)state;
	for (; payload_at(i, &port, &message); i++) {
		assert_true(port >= before); /* a port's messages stand together */
		ports += port != before;
		before = port;
		used[message] = true;
		assert_true(payload_port_row(port, &row));
		assert_int_equal(row, ports - 1);
	}
	assert_true(ports <= PAYLOAD_PORTS);
	for (unsigned m = 0; m < PAYLOAD_MESSAGES; m++)
		assert_true(used[m]);
	assert_false(payload_port_row(1, &row));
	assert_int_equal(payload_count(1), 0);
}

/* Two cookies differ in the message by no more bytes than a cookie has room for, or many. */
static void the_cookie_is_in_every_message_that_has_room(void **state)
{
	static const enum payload_message without[] = {
		MESSAGE_TFTP, MESSAGE_XDMCP,   MESSAGE_RIP,      MESSAGE_SQL_BROWSER,
		MESSAGE_SSDP, MESSAGE_NAT_PMP, MESSAGE_UBIQUITI, MESSAGE_SOURCE_ENGINE,
	};
	uint8_t a[PAYLOAD_MAX], b[PAYLOAD_MAX];

	(void)state;
	for (unsigned m = 0; m < PAYLOAD_MESSAGES; m++) {
		size_t len = write(m, 0x01234567, a);
		bool same, expected = false;

		assert_true(len > 0);
		assert_int_equal(write(m, 0x89abcdee, b), len);
		same = !memcmp(a, b, len);
		for (size_t i = 0; i < sizeof(without) / sizeof(without[0]); i++)
			expected |= without[i] == m;
		assert_int_equal(same, expected);
	}
}

static void tries_take_turns_with_the_messages(void **state)
{
	uint8_t bytes[PAYLOAD_MAX], wanted[PAYLOAD_MAX];

	(void)state;
	assert_int_equal(payload_count(161), 2);
	for (unsigned which = 0; which < 5; which++) {
		size_t len = payload_write(161, which, 7, bytes);

		assert_int_equal(len,
				 write(which % 2 ? MESSAGE_SNMP_V1 : MESSAGE_SNMP_V3, 7, wanted));
		assert_memory_equal(bytes, wanted, len);
	}
	assert_int_equal(payload_write(1, 0, 7, bytes), 0);
}

/* No resolver's client asks so: the ledger must not take the probe for a look-up. */
static void dns_probes_are_no_look_ups(void **state)
{
	static const enum payload_message messages[] = {MESSAGE_DNS_VERSION, MESSAGE_DNS_ROOT};
	uint8_t bytes[PAYLOAD_MAX];

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		size_t len = write(messages[i], 0x12340041, bytes);
		struct cursor c = cursor_init(bytes, (uint32_t)len, (uint32_t)len);
		struct dns_reader reader;
		struct dns_question question;

		dns_open(&c, &reader);
		assert_true(dns_read_question(&reader, &question));
		assert_int_equal(reader.header.flags & 0x0100, 0); /* recursion desired */
		assert_int_equal(reader.header.counts[0], 1);
		assert_int_equal(cursor_left(&reader.next), 0);
	}
}

/* Lengths that a message gives of itself, where a reader would reject a wrong one. */
static void lengths_are_right(void **state)
{
	static const struct {
		enum payload_message message;
		unsigned at, width; /* of the length */
		unsigned before;    /* bytes that it does not count */
	} rows[] = {
		{MESSAGE_KERBEROS, 1, 1, 2}, {MESSAGE_KERBEROS, 3, 1, 4},
		{MESSAGE_SNMP_V1, 1, 1, 2},  {MESSAGE_SNMP_V3, 1, 1, 2},
		{MESSAGE_CLDAP, 1, 1, 2},    {MESSAGE_SLP, 2, 3, 0},
		{MESSAGE_IKE_V1, 24, 4, 0},  {MESSAGE_IKE_V2, 24, 4, 0},
		{MESSAGE_RADIUS, 2, 2, 0},   {MESSAGE_L2TP, 2, 2, 0},
		{MESSAGE_GTP, 2, 2, 8},      {MESSAGE_STUN, 2, 2, 20},
		{MESSAGE_BACNET, 2, 2, 0},   {MESSAGE_DTLS, 11, 2, 13},
	};
	uint8_t bytes[PAYLOAD_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		size_t len = write(rows[i].message, 0xfeedf00d, bytes), told = 0;

		for (unsigned k = 0; k < rows[i].width; k++)
			told = told << 8 | bytes[rows[i].at + k];
		assert_int_equal(told + rows[i].before, len);
	}
	assert_int_equal(write(MESSAGE_QUIC, 1, bytes), PAYLOAD_MAX);
	assert_int_equal(write(MESSAGE_NTP, 1, bytes), 48);
	assert_int_equal(write(MESSAGE_RPC_NFS, 1, bytes), 40);
	assert_int_equal(write(MESSAGE_RIP, 1, bytes), 24);
}

/* A DER integer of four bytes: positive, and no shorter one would do. */
static void der_integers_are_minimal(void **state)
{
	static const uint32_t cookies[] = {0, 1, 0x7f, 0x80000000, 0xffffffff, 0x00800000};
	uint8_t bytes[PAYLOAD_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof(cookies) / sizeof(cookies[0]); i++) {
		write(MESSAGE_SNMP_V1, cookies[i], bytes);
		assert_in_range(bytes[17], 0x40, 0x7f);
	}
}

static struct cursor whole(const uint8_t *bytes, size_t len)
{
	return cursor_init(bytes, (uint32_t)len, (uint32_t)len);
}

/* Our own questions of protocols with an id have it where the evidence looks for it. */
static void the_evidence_finds_our_ids(void **state)
{
	static const uint16_t ports[] = {53,   111,  123,  137,  427,  500,  623,   1645, 1812,
					 2049, 2123, 2152, 3478, 4500, 5353, 11211, 64738};
	uint8_t a[PAYLOAD_MAX], b[PAYLOAD_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof(ports) / sizeof(ports[0]); i++) {
		for (unsigned which = 0; which < payload_count(ports[i]); which++) {
			size_t len = payload_write(ports[i], which, 0x01020304, a);
			uint32_t id, other;

			assert_true(datagram_question_id(ports[i], whole(a, len), &id));
			payload_write(ports[i], which, 0x71727374, b);
			assert_true(datagram_question_id(ports[i], whole(b, len), &other));
			assert_int_not_equal(id, other);
			/* one that returns all it gets proves that it got it */
			assert_true(datagram_has_id(ports[i], whole(a, len), id));
			assert_false(datagram_has_id(ports[i], whole(b, len), id));
			assert_false(datagram_has_id(ports[i], whole(a, 1), id));
			/* cut off by a capture, it says nothing against itself */
			assert_true(
				datagram_has_id(ports[i], cursor_init(a, 0, (uint32_t)len), id));
		}
	}
	assert_false(datagram_question_id(7, whole(a, 4), &(uint32_t) {0}));
}

static void an_ntp_answer_repeats_the_transmit_time(void **state)
{
	uint8_t question[PAYLOAD_MAX], answer[48] = {0x24};
	size_t len = write(MESSAGE_NTP, 0xcafebabe, question);
	uint32_t id;

	(void)state;
	assert_true(datagram_question_id(123, whole(question, len), &id));
	assert_false(datagram_has_id(123, whole(answer, 48), id));
	memcpy(answer + 24, question + 40, 8);
	assert_true(datagram_has_id(123, whole(answer, 48), id));
}

/* Source ports tell tries, and no row of one port runs into another's. */
static void source_ports_tell_tries(void **state)
{
	static const uint16_t ports[] = {1, 53, 69, 443, 64738};

	(void)state;
	for (size_t i = 0; i < sizeof(ports) / sizeof(ports[0]); i++) {
		struct host_ping asked = {PROBE_UDP, ports[i]};

		for (unsigned n = 1; n < PROBE_APART; n++) {
			uint16_t local = probe_local_port(61000, &asked, n);

			assert_int_equal(probe_try(61000, &asked, local), n);
			assert_true(local < 61000 + PROBE_LOCAL_PORTS);
			for (size_t k = 0; k < sizeof(ports) / sizeof(ports[0]); k++) {
				struct host_ping other = {PROBE_UDP, ports[k]};

				if (k != i)
					assert_int_equal(probe_try(61000, &other, local), 0);
			}
		}
	}
	assert_int_equal(probe_local_port(61000, &(struct host_ping) {PROBE_SYN, 53}, 2), 61002);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_are_in_order_and_use_every_message),
		cmocka_unit_test(the_cookie_is_in_every_message_that_has_room),
		cmocka_unit_test(tries_take_turns_with_the_messages),
		cmocka_unit_test(dns_probes_are_no_look_ups),
		cmocka_unit_test(lengths_are_right),
		cmocka_unit_test(der_integers_are_minimal),
		cmocka_unit_test(the_evidence_finds_our_ids),
		cmocka_unit_test(an_ntp_answer_repeats_the_transmit_time),
		cmocka_unit_test(source_ports_tell_tries),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
