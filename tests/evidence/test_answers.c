// SPDX-License-Identifier: Apache-2.0
// Answers that are told by what is in them: windows of resets, numbers of datagrams, TFTP's ports.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "proto/icmp.h"
#include "proto/udp.h"
#include "scene.h"

#define HOST     "198.51.100.10"
#define HOST_6   "2001:db8:51::20"
#define LOCAL    40000
#define COOKIE   0x1000
#define DATA_MAX 64

/* Feeds a datagram with these ports and bytes, from us or from the host. */
static void datagram(struct scene *s, bool back, uint16_t port, uint16_t local, const char *data,
		     uint16_t len)
{
	struct addr host = scene_addr(HOST), us = scene_addr("192.0.2.10");
	struct udp_hdr udp = {.source_port = back ? port : local,
			      .destination_port = back ? local : port};
	uint8_t bytes[DATA_MAX];
	struct build b = build_init(bytes, sizeof(bytes));

	udp_write(&b, &udp, back ? &host : &us, back ? &us : &host, data, len);
	assert_false(b.full);
	(back ? scene_ip_back : scene_ip)(s, HOST, IP_UDP, bytes, (uint16_t)b.len);
}

#define ASK(s, port, text)    datagram(s, false, port, LOCAL, text, sizeof(text) - 1)
#define ANSWER(s, port, text) datagram(s, true, port, LOCAL, text, sizeof(text) - 1)

static void a_reset_with_a_window_opens_for_a_window_scan(void **state)
{
	static const char *const hosts[] = {HOST, HOST_6};

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		struct scene s;

		scene_begin(&s);
		for (uint16_t port = 1; port <= 4; port++) {
			struct tcp_hdr ack = {
				.source_port = LOCAL,
				.destination_port = port,
				.seq = COOKIE,
				.ack = COOKIE,
				.flags = TCP_ACK,
				.window = port == 4 ? 1024 : PROBE_WINDOW_OFFER,
			};
			struct tcp_hdr rst = {
				.source_port = port,
				.destination_port = LOCAL,
				.seq = COOKIE,
				.flags = TCP_RST,
				.window = port == 2 ? 0 : 512,
			};

			scene_own_tcp(&s, hosts[i], &ack);
			assert_int_equal(ledger_probe(s.ledger, s.note.probe)->kind,
					 port == 4 ? PROBE_ACK : PROBE_WINDOW);
			if (port == 3)
				continue;
			scene_tcp(&s, hosts[i], &rst);
			assert_int_equal(s.note.kind, NOTE_REPLY);
		}
		scene_expect_by(&s, hosts[i], PROBE_WINDOW, 1, PORT_OPEN, "reset");
		scene_expect_by(&s, hosts[i], PROBE_WINDOW, 2, PORT_CLOSED, "reset");
		scene_expect_by(&s, hosts[i], PROBE_WINDOW, 3, PORT_FILTERED, "no-response");
		scene_expect_by(&s, hosts[i], PROBE_ACK, 4, PORT_UNFILTERED, "reset");
		scene_end(&s);
	}
}

static void an_answer_repeats_the_number(void **state)
{
	struct scene s;
	uint32_t first;

	(void)state;
	scene_begin(&s);
	ASK(&s, 53, "\x11\x11\0\0\0\1\0\0\0\0\0\0\0\0\2\0\1");
	first = s.note.probe;
	ASK(&s, 53, "\x22\x22\0\0\0\1\0\0\0\0\0\0\0\0\2\0\1"); /* from the same port */
	assert_int_not_equal(s.note.probe, first);
	ANSWER(&s, 53, "\x33\x33\x80\0\0\1\0\0\0\0\0\0");
	assert_int_equal(s.note.kind, NOTE_UNPROVEN);
	ANSWER(&s, 53, "\x11");
	assert_int_equal(s.note.kind, NOTE_UNPROVEN);
	scene_expect_by(&s, HOST, PROBE_UDP, 53, PORT_OPEN_FILTERED, "no-response");
	ANSWER(&s, 53, "\x11\x11\x80\0\0\1\0\0\0\0\0\0"); /* the older of the two */
	assert_int_equal(s.note.kind, NOTE_REPLY);
	assert_int_equal(s.note.probe, first);
	scene_expect_by(&s, HOST, PROBE_UDP, 53, PORT_OPEN, "udp-response");
	scene_end(&s);
}

/* Where a question is none of its port's protocol, or the port has none, the ports alone tell. */
static void other_answers_need_no_number(void **state)
{
	struct scene s;

	(void)state;
	scene_begin(&s);
	ASK(&s, 53, "hi");
	ANSWER(&s, 53, "what?");
	assert_int_equal(s.note.kind, NOTE_REPLY);
	ASK(&s, 9999, "\x11\x11\0\0\0\1\0\0\0\0\0\0");
	ANSWER(&s, 9999, "\x22\x22");
	assert_int_equal(s.note.kind, NOTE_REPLY);
	scene_end(&s);
}

static void tftp_answers_from_another_port(void **state)
{
	struct scene s;

	(void)state;
	scene_begin(&s);
	ASK(&s, 69, "\0\1name\0octet\0");
	ANSWER(&s, 50000, "\0\x09junk");
	assert_int_not_equal(s.note.kind, NOTE_REPLY);
	ANSWER(&s, 50000, "\0");
	assert_int_not_equal(s.note.kind, NOTE_REPLY);
	ANSWER(&s, 50000, "\0\5\0\1no\0");
	assert_int_equal(s.note.kind, NOTE_REPLY);
	scene_expect_by(&s, HOST, PROBE_UDP, 69, PORT_OPEN, "udp-response");
	ASK(&s, 70, "");
	datagram(&s, true, 50001, LOCAL + 1, "\0\5\0\1no\0", 7); /* to a port that asked nothing */
	assert_int_not_equal(s.note.kind, NOTE_REPLY);
	scene_expect_by(&s, HOST, PROBE_UDP, 70, PORT_OPEN_FILTERED, "no-response");
	scene_end(&s);
}

/* An ICMP error of ours that quotes a datagram of the host's. */
static void refuse(struct scene *s, uint16_t port, uint16_t local)
{
	const uint8_t quote[] = {
		0x45,
		0,
		0,
		30,
		0,
		0,
		0,
		0,
		64,
		17,
		0,
		0,
		198,
		51,
		100,
		10,
		192,
		0,
		2,
		10,
		(uint8_t)(port >> 8),
		(uint8_t)port,
		(uint8_t)(local >> 8),
		(uint8_t)local,
		0,
		10,
		0,
		0,
		1,
		2,
	};
	struct icmp_hdr icmp = {.type = ICMP_TYPE_UNREACHABLE, .code = 3, .is_error = true};
	uint8_t bytes[DATA_MAX];
	struct build b = build_init(bytes, sizeof(bytes));

	icmp_write(&b, &icmp, quote, sizeof(quote));
	scene_ip(s, HOST, IP_ICMP, bytes, (uint16_t)b.len);
}

static void our_kernel_refuses_answers(void **state)
{
	struct scene s;

	(void)state;
	scene_begin(&s);
	ASK(&s, 7, "echo");
	ANSWER(&s, 7, "echo");
	refuse(&s, 7, LOCAL);
	assert_int_equal(s.note.kind, NOTE_OWN_RESET);
	refuse(&s, 8, LOCAL); /* of no probe's answer */
	assert_int_not_equal(s.note.kind, NOTE_OWN_RESET);
	scene_expect_by(&s, HOST, PROBE_UDP, 7, PORT_OPEN, "udp-response");
	scene_end(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_reset_with_a_window_opens_for_a_window_scan),
		cmocka_unit_test(an_answer_repeats_the_number),
		cmocka_unit_test(other_answers_need_no_number),
		cmocka_unit_test(tftp_answers_from_another_port),
		cmocka_unit_test(our_kernel_refuses_answers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
