// SPDX-License-Identifier: Apache-2.0
// Probes of every kind in anybody's capture: recognised, joined to their answers, judged by rule.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "evidence/timing.h"
#include "scene.h"

#define HOST   "198.51.100.10"
#define HOST_6 "2001:db8:51::20"
#define ROUTER "192.0.2.1"
#define LOCAL  40000
#define SEQ    0x1000

/* Our probe with these flags, which acknowledges SEQ where it acknowledges anything. */
static void probe_flags(struct scene *s, const char *host, uint16_t port, uint16_t flags)
{
	scene_own_tcp(s, host,
		      &(struct tcp_hdr) {.source_port = LOCAL,
					 .destination_port = port,
					 .seq = SEQ,
					 .ack = flags & TCP_ACK ? SEQ : 0,
					 .flags = flags});
}

static void flags_tell_the_kind(void **state)
{
	static const struct {
		uint16_t flags;
		enum probe_kind kind;
		enum port_state answered, silent;
	} cases[] = {
		{TCP_ACK, PROBE_ACK, PORT_UNFILTERED, PORT_FILTERED},
		{TCP_FIN, PROBE_FIN, PORT_CLOSED, PORT_OPEN_FILTERED},
		{0, PROBE_NULL, PORT_CLOSED, PORT_OPEN_FILTERED},
		{TCP_FIN | TCP_PSH | TCP_URG, PROBE_XMAS, PORT_CLOSED, PORT_OPEN_FILTERED},
		{TCP_FIN | TCP_ACK, PROBE_MAIMON, PORT_CLOSED, PORT_OPEN_FILTERED},
	};

	(void)state;
	for (size_t i = 0; i < 2 * sizeof(cases) / sizeof(cases[0]); i++) {
		const char *host = i % 2 ? HOST_6 : HOST;
		uint16_t flags = cases[i / 2].flags;
		enum probe_kind kind = cases[i / 2].kind;
		struct tcp_hdr rst = {.source_port = 1,
				      .destination_port = LOCAL,
				      .seq = flags & TCP_ACK ? SEQ : 0,
				      .ack = flags & TCP_ACK ? 0 : SEQ + 1,
				      .flags = TCP_RST | (flags & TCP_ACK ? 0 : TCP_ACK)};
		struct scene s;

		scene_begin(&s);
		probe_flags(&s, host, 1, flags);
		assert_int_equal(s.note.kind, NOTE_PROBE);
		assert_int_equal(ledger_probe(s.ledger, s.note.probe)->kind, kind);
		probe_flags(&s, host, 2, flags);
		probe_flags(&s, host, 2, flags); /* the same again: another try */
		assert_int_equal(ledger_probe(s.ledger, s.note.probe)->try_number, 2);
		probe_flags(&s, host, 3, flags);
		scene_tcp(&s, host, &rst);
		assert_int_equal(s.note.kind, NOTE_REPLY);
		rst.source_port = 3;
		rst.seq += 77;
		rst.ack += 77;
		scene_tcp(&s, host, &rst);
		assert_int_equal(s.note.kind, NOTE_UNPROVEN);
		scene_expect_by(&s, host, kind, 1, cases[i / 2].answered, "reset");
		scene_expect_by(&s, host, kind, 2, cases[i / 2].silent, "no-response");
		scene_expect_by(&s, host, kind, 3, cases[i / 2].silent, "no-response");
		assert_int_equal(verdict_all_ports(s.ledger, scene_host(&s, host), 0, NULL), 0);
		assert_int_equal(verdict_all_by(s.ledger, scene_host(&s, host), kind, 0, NULL), 3);
		scene_end(&s);
	}
}

static void errors_filter_every_kind(void **state)
{
	struct scene s;

	(void)state;
	scene_begin(&s);
	probe_flags(&s, HOST, 1, TCP_FIN);
	scene_error_of_last(&s, ROUTER, 3, 13);
	assert_int_equal(s.note.kind, NOTE_REPLY);
	probe_flags(&s, HOST, 2, TCP_ACK);
	scene_error_of_last(&s, ROUTER, 3, 10);
	scene_expect_by(&s, HOST, PROBE_FIN, 1, PORT_FILTERED, "admin-prohibited");
	scene_expect_by(&s, HOST, PROBE_ACK, 2, PORT_FILTERED, "host-prohibited");
	scene_end(&s);
}

static void datagrams_are_probes(void **state)
{
	struct scene s;

	(void)state;
	scene_begin(&s);
	scene_udp(&s, HOST, 53, LOCAL);
	assert_int_equal(s.note.kind, NOTE_PROBE);
	s.now += 80 * MS;
	scene_udp_back(&s, HOST, 53, LOCAL);
	assert_int_equal(s.note.kind, NOTE_REPLY);
	scene_udp(&s, HOST, 54, LOCAL);
	scene_error_of_last(&s, HOST, 3, 3);
	assert_int_equal(s.note.kind, NOTE_REPLY);
	scene_udp(&s, HOST, 55, LOCAL);
	scene_error_of_last(&s, ROUTER, 3, 3);
	scene_udp(&s, HOST, 56, LOCAL);
	scene_error_of_last(&s, ROUTER, 3, 13);
	scene_udp(&s, HOST, 57, LOCAL);
	scene_udp(&s, HOST, 57, LOCAL + 1);
	assert_int_equal(ledger_probe(s.ledger, s.note.probe)->try_number, 2);
	scene_udp_back(&s, HOST, 58, LOCAL); /* nobody asked there */
	assert_int_not_equal(s.note.kind, NOTE_REPLY);
	scene_expect_by(&s, HOST, PROBE_UDP, 53, PORT_OPEN, "udp-response");
	scene_expect_by(&s, HOST, PROBE_UDP, 54, PORT_CLOSED, "port-unreach");
	scene_expect_by(&s, HOST, PROBE_UDP, 55, PORT_FILTERED, "port-unreach");
	scene_expect_by(&s, HOST, PROBE_UDP, 56, PORT_FILTERED, "admin-prohibited");
	scene_expect_by(&s, HOST, PROBE_UDP, 57, PORT_OPEN_FILTERED, "no-response");
	scene_end(&s);
}

/* Look-ups, conversations and what hosts send anyway ask about no port. */
static void everyday_datagrams_are_none(void **state)
{
	struct port_verdict v;
	struct scene s;

	(void)state;
	scene_begin(&s);
	scene_lookup(&s, ROUTER, 50000);
	assert_int_equal(ledger_probe(s.ledger, s.note.probe)->kind, PROBE_LOOKUP);
	scene_udp(&s, HOST, 67, 68);
	assert_int_not_equal(s.note.kind, NOTE_PROBE);
	scene_udp(&s, HOST, 50001, 53);
	assert_int_not_equal(s.note.kind, NOTE_PROBE);
	scene_udp(&s, "224.0.0.251", 5353, 50002);
	assert_int_not_equal(s.note.kind, NOTE_PROBE);
	scene_udp(&s, HOST, 443, 50003);
	scene_udp_back(&s, HOST, 443, 50003);
	assert_int_equal(verdict_by(s.ledger, scene_host(&s, HOST), PROBE_UDP, 443, &v), 0);
	scene_udp(&s, HOST, 443, 50003); /* at once: a scanner's second payload */
	assert_int_equal(s.note.kind, NOTE_PROBE);
	scene_udp_back(&s, HOST, 443, 50003);
	s.now += 200 * MS;
	scene_udp(&s, HOST, 443, 50003); /* it goes on: they talk */
	assert_int_equal(s.note.kind, NOTE_TRAFFIC);
	assert_int_equal(verdict_by(s.ledger, scene_host(&s, HOST), PROBE_UDP, 443, &v), -2);
	assert_false(verdict_is_target(s.ledger, scene_host(&s, ROUTER)) &&
		     ledger_host(s.ledger, scene_host(&s, ROUTER))->asks);
	scene_end(&s);
}

/* Ports LOCAL and `port` of an SCTP packet with this tag and first chunk. */
static void sctp_bytes(uint8_t *out, bool back, uint32_t tag, uint8_t chunk)
{
	const uint8_t local[2] = {LOCAL >> 8, LOCAL & 0xff}, port[2] = {0, 80};

	memset(out, 0, 32);
	memcpy(out, back ? port : local, 2);
	memcpy(out + 2, back ? local : port, 2);
	out[7] = (uint8_t)tag;
	out[12] = chunk;
	out[15] = 20;
	out[19] = 9; /* initiate tag of an INIT */
}

static void sctp_needs_its_tag(void **state)
{
	uint8_t bytes[32];
	struct scene s;

	(void)state;
	scene_begin(&s);
	sctp_bytes(bytes, false, 0, 1);
	scene_ip(&s, HOST, 132, bytes, sizeof(bytes));
	assert_int_equal(s.note.kind, NOTE_PROBE);
	scene_expect_by(&s, HOST, PROBE_SCTP, 80, PORT_FILTERED, "no-response");
	sctp_bytes(bytes, true, 8, 2);
	scene_ip_back(&s, HOST, 132, bytes, sizeof(bytes));
	assert_int_equal(s.note.kind, NOTE_UNPROVEN);
	sctp_bytes(bytes, true, 9, 6);
	scene_ip_back(&s, HOST, 132, bytes, sizeof(bytes));
	scene_expect_by(&s, HOST, PROBE_SCTP, 80, PORT_CLOSED, "abort");
	sctp_bytes(bytes, true, 9, 2);
	scene_ip_back(&s, HOST, 132, bytes, sizeof(bytes));
	scene_expect_by(&s, HOST, PROBE_SCTP, 80, PORT_OPEN, "init-ack");
	scene_end(&s);
}

static void protocols_are_asked_for(void **state)
{
	struct scene s;

	(void)state;
	scene_begin(&s);
	scene_ip(&s, HOST, 47, NULL, 0);
	assert_int_equal(s.note.kind, NOTE_PROBE);
	scene_error_of_last(&s, HOST, 3, 2);
	scene_ip(&s, HOST, 50, NULL, 0);
	scene_error_of_last(&s, ROUTER, 3, 2);
	scene_ip(&s, HOST, 103, NULL, 0);
	scene_ip(&s, HOST, 112, NULL, 0);
	scene_ip_back(&s, HOST, 112, "xx", 2);
	scene_expect_by(&s, HOST, PROBE_IP, 47, PORT_CLOSED, "proto-unreach");
	scene_expect_by(&s, HOST, PROBE_IP, 50, PORT_FILTERED, "proto-unreach");
	scene_expect_by(&s, HOST, PROBE_IP, 103, PORT_OPEN_FILTERED, "no-response");
	scene_expect_by(&s, HOST, PROBE_IP, 112, PORT_OPEN, "proto-response");
	scene_end(&s);
}

/* Host discovery sends SYN and ACK from one port, in either order; an ACK scan sends ACK alone. */
static void discovery_is_no_ack_scan(void **state)
{
	struct port_verdict v;

	(void)state;
	for (int order = 0; order < 2; order++) {
		struct scene s;

		scene_begin(&s);
		if (order)
			scene_syn(&s, HOST, 443, LOCAL, SEQ);
		probe_flags(&s, HOST, 80, TCP_ACK);
		if (!order)
			scene_syn(&s, HOST, 443, LOCAL, SEQ);
		for (uint16_t port = 1; port < 9; port++)
			scene_ack(&s, HOST, port, LOCAL + 1, SEQ);
		assert_int_equal(verdict_by(s.ledger, scene_host(&s, HOST), PROBE_ACK, 80, &v), -2);
		assert_int_equal(verdict_by(s.ledger, scene_host(&s, HOST), PROBE_SYN, 443, &v),
				 -2);
		assert_int_equal(verdict_all_by(s.ledger, scene_host(&s, HOST), PROBE_ACK, 0, NULL),
				 8);
		scene_end(&s);
	}
}

/* Whether the newest probe of a port only measured the path. */
static bool measured(const struct ledger *l, uint16_t port)
{
	struct timing_walk walk = {0};
	uint32_t i = ledger_find_probe(l, 0, PROBE_SYN, port);
	bool timing = false;

	for (; i != EVENT_NONE; i = ledger_probe(l, i)->next_try)
		timing = timing_next(&walk, l, ledger_probe(l, i));
	return timing;
}

static void timing_is_told_from_tries(void **state)
{
	struct scene s;

	(void)state;
	scene_begin(&s);
	scene_syn(&s, HOST, 22, LOCAL, SEQ);
	s.now += MS;
	scene_syn_ack(&s, HOST, 22, LOCAL, SEQ + 1);
	s.now += MS;
	scene_syn(&s, HOST, 22, LOCAL + 1, SEQ); /* answered already, from another port */
	assert_true(measured(s.ledger, 22));
	scene_syn(&s, HOST, 22, LOCAL, SEQ); /* a blind repetition */
	assert_int_equal(s.note.kind, NOTE_PROBE);
	assert_false(measured(s.ledger, 22));
	scene_syn(&s, HOST, 23, LOCAL, SEQ);
	scene_syn(&s, HOST, 23, LOCAL + 1, SEQ); /* another try */
	assert_false(measured(s.ledger, 23));
	scene_end(&s);
}

static void a_handshake_shows_a_connect_scan(void **state)
{
	const struct tcp_hdr ack = {.source_port = LOCAL,
				    .destination_port = 22,
				    .seq = SEQ + 1,
				    .ack = 78,
				    .flags = TCP_ACK};
	struct tcp_hdr rst = ack;
	struct scene s;
	uint32_t probe;

	(void)state;
	scene_begin(&s);
	scene_syn(&s, HOST, 22, LOCAL, SEQ);
	probe = s.note.probe;
	scene_syn_ack(&s, HOST, 22, LOCAL, SEQ + 1);
	scene_own_tcp(&s, HOST, &ack);
	assert_int_equal(s.note.kind, NOTE_TRAFFIC);
	assert_int_equal(ledger_probe(s.ledger, probe)->marks, PROBE_COMPLETED);
	rst.flags = TCP_RST | TCP_ACK;
	scene_own_tcp(&s, HOST, &rst); /* how such a scan closes: no kernel that knows nothing */
	assert_int_equal(s.note.kind, NOTE_TRAFFIC);
	scene_expect(&s, HOST, 22, PORT_OPEN, "syn-ack");
	scene_end(&s);
}

/* Two scanners of one host, each with its own verdict. */
static void scanners_are_told_apart(void **state)
{
	struct addr host = scene_addr(HOST);
	uint32_t first, second;
	struct port_verdict v;
	struct scene s;

	(void)state;
	scene_begin(&s);
	scene_syn(&s, HOST, 22, LOCAL, SEQ);
	scene_syn_ack(&s, HOST, 22, LOCAL, SEQ + 1);
	s.us = scene_addr("192.0.2.11");
	scene_syn(&s, HOST, 22, LOCAL, SEQ + 5);
	scene_syn(&s, HOST, 23, LOCAL, SEQ + 5);
	first = ledger_find_host(s.ledger, &host);
	second = ledger_find_alike(s.ledger, first);
	assert_int_not_equal(second, EVENT_NONE);
	assert_int_equal(ledger_find_alike(s.ledger, second), EVENT_NONE);
	if (addr_equal(&ledger_host(s.ledger, first)->source, &s.us)) {
		uint32_t other = second;

		second = first;
		first = other;
	}
	assert_int_equal(verdict_port(s.ledger, first, 22, &v), 0);
	assert_int_equal(v.state, PORT_OPEN);
	assert_int_equal(verdict_port(s.ledger, first, 23, &v), -2);
	assert_int_equal(verdict_port(s.ledger, second, 22, &v), 0);
	assert_int_equal(v.state, PORT_FILTERED);
	scene_end(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(flags_tell_the_kind),
		cmocka_unit_test(errors_filter_every_kind),
		cmocka_unit_test(datagrams_are_probes),
		cmocka_unit_test(everyday_datagrams_are_none),
		cmocka_unit_test(sctp_needs_its_tag),
		cmocka_unit_test(protocols_are_asked_for),
		cmocka_unit_test(discovery_is_no_ack_scan),
		cmocka_unit_test(timing_is_told_from_tries),
		cmocka_unit_test(a_handshake_shows_a_connect_scan),
		cmocka_unit_test(scanners_are_told_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
