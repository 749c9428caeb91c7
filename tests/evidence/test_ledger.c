// SPDX-License-Identifier: Apache-2.0
// What frames mean: only proof moves a verdict, whatever the order and however many come.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "scene.h"

#define HOST   "198.51.100.10"
#define ROUTER "192.0.2.1"
#define LOCAL  40000
#define SEQ    0x1000

static const uint8_t router_mac[MAC_LEN] = {2, 0, 0, 0, 0, 2};
static const uint8_t host_mac[MAC_LEN] = {2, 0, 0, 0, 0, 9};

static void only_the_right_acknowledgement_opens(void **state)
{
	struct scene s;

	(void)state;
	scene_begin(&s);
	scene_syn(&s, HOST, 22, LOCAL, SEQ);
	assert_int_equal(s.note.kind, NOTE_PROBE);
	scene_syn_ack(&s, HOST, 22, LOCAL, SEQ);
	assert_int_equal(s.note.kind, NOTE_UNPROVEN);
	scene_syn_ack(&s, HOST, 22, LOCAL, SEQ + 2);
	assert_int_equal(s.note.kind, NOTE_UNPROVEN);
	scene_syn_ack(&s, HOST, 22, LOCAL + 1, SEQ + 1);
	assert_int_not_equal(s.note.kind, NOTE_REPLY);
	scene_syn_ack(&s, "198.51.100.11", 22, LOCAL, SEQ + 1);
	assert_int_not_equal(s.note.kind, NOTE_REPLY);
	scene_expect(&s, HOST, 22, PORT_FILTERED, "no-response");
	s.now += 80 * MS;
	scene_syn_ack(&s, HOST, 22, LOCAL, SEQ + 1);
	assert_int_equal(s.note.kind, NOTE_REPLY);
	assert_false(s.note.repeated);
	scene_expect(&s, HOST, 22, PORT_OPEN, "syn-ack");
	assert_int_equal(ledger_host(s.ledger, s.note.host)->unproven, 2);
	assert_int_equal(ledger_host(s.ledger, s.note.host)->rtt_max, 80 * MS);
	scene_end(&s);
}

/* RFC 9293 wants seq + 1; some stacks acknowledge the number itself. A bare RST proves nothing. */
static void resets_must_acknowledge(void **state)
{
	const struct tcp_hdr bare = {.source_port = 3, .destination_port = LOCAL, .flags = TCP_RST};
	struct scene s;

	(void)state;
	scene_begin(&s);
	for (uint16_t port = 1; port <= 4; port++)
		scene_syn(&s, HOST, port, LOCAL, SEQ);
	scene_rst(&s, HOST, 1, LOCAL, SEQ + 1);
	scene_rst(&s, HOST, 2, LOCAL, SEQ);
	scene_tcp(&s, HOST, &bare);
	assert_int_equal(s.note.kind, NOTE_UNPROVEN);
	scene_rst(&s, HOST, 4, LOCAL, SEQ + 77);
	assert_int_equal(s.note.kind, NOTE_UNPROVEN);
	scene_expect(&s, HOST, 1, PORT_CLOSED, "reset");
	scene_expect(&s, HOST, 2, PORT_CLOSED, "reset");
	scene_expect(&s, HOST, 3, PORT_FILTERED, "no-response");
	scene_expect(&s, HOST, 4, PORT_FILTERED, "no-response");
	scene_end(&s);
}

static void errors_count_by_what_they_quote(void **state)
{
	static const struct {
		uint16_t port;
		const char *from, *target;
		uint32_t seq;
		uint8_t quoted_len;
		enum note_kind kind;
	} cases[] = {
		{1, ROUTER, HOST, SEQ, 8, NOTE_REPLY}, /* RFC 792's eight bytes are enough */
		{2, ROUTER, HOST, SEQ, 20, NOTE_REPLY},
		{3, HOST, HOST, SEQ, 8, NOTE_REPLY},
		{4, ROUTER, HOST, SEQ + 1, 8, NOTE_UNPROVEN},
		{5, ROUTER, "198.51.100.77", SEQ, 8, NOTE_UNRELATED},
	};
	struct scene s;

	(void)state;
	scene_begin(&s);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct scene_error e = {
			cases[i].from, cases[i].target,    3, 13, cases[i].port, LOCAL,
			cases[i].seq,  cases[i].quoted_len};

		scene_syn(&s, HOST, cases[i].port, LOCAL, SEQ);
		scene_error(&s, &e);
		assert_int_equal(s.note.kind, cases[i].kind);
		scene_expect(&s, HOST, cases[i].port, PORT_FILTERED,
			     cases[i].kind == NOTE_REPLY ? "admin-prohibited" : "no-response");
	}
	/* a router's word does not show the host up, the host's own port-unreachable does */
	assert_int_equal(ledger_host(s.ledger, scene_host(&s, HOST))->first_up, EVENT_NONE);
	scene_syn(&s, HOST, 9, LOCAL, SEQ);
	scene_error(&s, &(struct scene_error) {HOST, HOST, 3, 3, 9, LOCAL, SEQ, 8});
	assert_int_not_equal(ledger_host(s.ledger, scene_host(&s, HOST))->first_up, EVENT_NONE);
	scene_end(&s);
}

static void errors_of_ipv6_count_too(void **state)
{
	const char *host = "2001:db8:51::20";
	struct scene s;

	(void)state;
	scene_begin(&s);
	scene_syn(&s, host, 25, LOCAL, SEQ);
	scene_error(&s, &(struct scene_error) {"2001:db8:51::1", host, 1, 6, 25, LOCAL, SEQ, 20});
	assert_int_equal(s.note.kind, NOTE_REPLY);
	scene_expect(&s, host, 25, PORT_FILTERED, "reject-route");
	scene_end(&s);
}

static void a_split_handshake_needs_its_ack_first(void **state)
{
	const struct tcp_hdr syn = {
		.source_port = 22, .destination_port = LOCAL, .seq = 5, .flags = TCP_SYN};
	const struct tcp_hdr ack = {
		.source_port = 22, .destination_port = LOCAL, .ack = SEQ + 1, .flags = TCP_ACK};
	struct scene s;

	(void)state;
	scene_begin(&s);
	scene_syn(&s, HOST, 22, LOCAL, SEQ);
	scene_tcp(&s, HOST, &syn);
	assert_int_equal(s.note.kind, NOTE_UNPROVEN);
	scene_tcp(&s, HOST, &ack);
	assert_int_equal(s.note.kind, NOTE_REPLY);
	scene_expect(&s, HOST, 22, PORT_FILTERED, "no-response");
	scene_tcp(&s, HOST, &syn);
	scene_expect(&s, HOST, 22, PORT_OPEN, "split-handshake-syn");
	scene_end(&s);
}

static void tries_from_other_ports_are_joined(void **state)
{
	struct port_verdict v;
	struct scene s;

	(void)state;
	scene_begin(&s);
	for (uint16_t n = 0; n < 3; n++) {
		scene_syn(&s, HOST, 22, (uint16_t)(LOCAL + n), SEQ + n);
		assert_int_equal(ledger_probe(s.ledger, s.note.probe)->try_number, n + 1);
		s.now += 100 * MS;
	}
	scene_syn_ack(&s, HOST, 22, LOCAL + 1, SEQ + 2);
	assert_int_equal(s.note.probe, 1);
	v = scene_verdict(&s, HOST, 22);
	assert_int_equal(v.tries, 3);
	assert_int_equal(v.first_probe, 0);
	assert_int_equal(v.state, PORT_OPEN);
	scene_end(&s);
}

/* The SYN of host discovery shares its source port with a bare ACK: it speaks for no port. */
static void discovery_is_not_the_scan(void **state)
{
	struct port_verdict v;
	struct scene s;

	(void)state;
	scene_begin(&s);
	scene_echo(&s, HOST, 0x00010001);
	scene_syn(&s, HOST, 443, LOCAL, SEQ);
	scene_ack(&s, HOST, 80, LOCAL, SEQ);
	scene_timestamp(&s, HOST, 0x00010002);
	scene_rst(&s, HOST, 443, LOCAL, SEQ + 1);
	assert_int_equal(s.note.kind, NOTE_REPLY);
	assert_true(ledger_is_ping(s.ledger, ledger_probe(s.ledger, s.note.probe)));
	assert_int_equal(verdict_port(s.ledger, scene_host(&s, HOST), 443, &v), -2);
	assert_int_equal(verdict_all_ports(s.ledger, scene_host(&s, HOST), 0, NULL), 0);
	scene_syn(&s, HOST, 443, LOCAL + 5, SEQ + 5);
	scene_syn_ack(&s, HOST, 443, LOCAL + 5, SEQ + 6);
	v = scene_verdict(&s, HOST, 443);
	assert_int_equal(v.state, PORT_OPEN);
	assert_int_equal(v.tries, 1);
	assert_false(v.contradicted);
	scene_end(&s);
}

static void each_discovery_probe_shows_the_host_up(void **state)
{
	static const char *const reasons[] = {"echo-reply", "timestamp-reply", "reset"};
	struct host_verdict v;

	(void)state;
	for (int kind = 0; kind < 3; kind++) {
		struct tcp_hdr rst = {
			.source_port = 80, .destination_port = LOCAL, .seq = SEQ, .flags = TCP_RST};
		struct scene s;

		scene_begin(&s);
		scene_echo(&s, HOST, 0x00010001);
		scene_timestamp(&s, HOST, 0x00010002);
		scene_ack(&s, HOST, 80, LOCAL, SEQ);
		scene_echo_reply(&s, HOST, 0x00010009); /* another's echo */
		assert_int_not_equal(s.note.kind, NOTE_REPLY);
		verdict_host(s.ledger, scene_host(&s, HOST), &v);
		assert_false(v.up);
		if (kind == 0)
			scene_echo_reply(&s, HOST, 0x00010001);
		else if (kind == 1)
			scene_timestamp_reply(&s, HOST, 0x00010002);
		else
			scene_tcp(&s, HOST, &rst);
		assert_int_equal(s.note.kind, NOTE_REPLY);
		verdict_host(s.ledger, scene_host(&s, HOST), &v);
		assert_true(v.up);
		assert_string_equal(v.reason, reasons[kind]);
		scene_end(&s);
	}
}

static void the_next_hop_is_no_target(void **state)
{
	struct scene s;

	(void)state;
	scene_begin(&s);
	scene_resolve(&s, ROUTER);
	scene_resolved(&s, ROUTER, router_mac);
	assert_int_equal(s.note.kind, NOTE_REPLY);
	scene_syn(&s, HOST, 22, LOCAL, SEQ);
	assert_true(verdict_is_target(s.ledger, scene_host(&s, HOST)));
	assert_false(verdict_is_target(s.ledger, scene_host(&s, ROUTER)));
	scene_end(&s);
}

/* A name server on our link is asked for its MAC and for names, never for ports. */
static void a_name_server_is_no_target(void **state)
{
	const char *server = "192.0.2.53";
	struct scene s;

	(void)state;
	scene_begin(&s);
	scene_resolve(&s, server);
	scene_resolved(&s, server, host_mac);
	scene_lookup(&s, server, 50000);
	assert_int_equal(ledger_probe(s.ledger, s.note.probe)->kind, PROBE_LOOKUP);
	assert_true(verdict_is_target(s.ledger, scene_host(&s, server))); /* as far as one sees */
	scene_syn(&s, HOST, 22, LOCAL, SEQ);
	assert_false(verdict_is_target(s.ledger, scene_host(&s, server)));
	scene_end(&s);
}

static void a_neighbour_is_a_target(void **state)
{
	static const char *const neighbours[] = {"192.0.2.20", "2001:db8:1::20"};
	static const char *const reasons[] = {"arp-response", "nd-response"};

	(void)state;
	for (int i = 0; i < 2; i++) {
		struct host_verdict v;
		struct scene s;

		scene_begin(&s);
		scene_resolve(&s, neighbours[i]);
		s.now += MS;
		scene_resolved(&s, neighbours[i], host_mac);
		memcpy(s.their_mac, host_mac, MAC_LEN);
		scene_syn(&s, neighbours[i], 22, LOCAL, SEQ);
		verdict_host(s.ledger, scene_host(&s, neighbours[i]), &v);
		assert_true(v.up);
		assert_string_equal(v.reason, reasons[i]);
		assert_true(verdict_is_target(s.ledger, scene_host(&s, neighbours[i])));
		scene_end(&s);
	}
}

static void our_kernels_reset_is_known(void **state)
{
	const struct tcp_hdr rst = {
		.source_port = LOCAL, .destination_port = 22, .seq = SEQ + 1, .flags = TCP_RST};
	struct scene s;
	uint32_t aside;

	(void)state;
	scene_begin(&s);
	scene_syn(&s, HOST, 22, LOCAL, SEQ);
	scene_syn_ack(&s, HOST, 22, LOCAL, SEQ + 1);
	scene_own_tcp(&s, HOST, &rst);
	assert_int_equal(s.note.kind, NOTE_OWN_RESET);
	scene_expect(&s, HOST, 22, PORT_OPEN, "syn-ack");
	aside = ledger_probe(s.ledger, 0)->last_aside;
	assert_int_not_equal(aside, EVENT_NONE);
	assert_int_equal(ledger_aside(s.ledger, aside)->frame, 3);
	assert_int_equal(ledger_aside(s.ledger, aside)->kind, NOTE_OWN_RESET);
	scene_end(&s);
}

/* Scanner and target in one: both ends have the same address. */
static void loopback_has_one_address(void **state)
{
	const struct tcp_hdr rst = {
		.source_port = LOCAL, .destination_port = 22, .seq = SEQ + 1, .flags = TCP_RST};
	struct scene s;

	(void)state;
	scene_begin(&s);
	s.us = scene_addr("127.0.0.1");
	assert_int_equal(ledger_add_own(s.ledger, &s.us), 0);
	scene_syn(&s, "127.0.0.1", 22, LOCAL, SEQ);
	scene_syn(&s, "127.0.0.1", 23, LOCAL, SEQ);
	scene_syn_ack(&s, "127.0.0.1", 22, LOCAL, SEQ + 1);
	assert_int_equal(s.note.kind, NOTE_REPLY);
	scene_own_tcp(&s, "127.0.0.1", &rst);
	assert_int_equal(s.note.kind, NOTE_OWN_RESET);
	scene_rst(&s, "127.0.0.1", 23, LOCAL, SEQ + 1);
	assert_int_equal(s.note.kind, NOTE_REPLY);
	scene_expect(&s, "127.0.0.1", 22, PORT_OPEN, "syn-ack");
	scene_expect(&s, "127.0.0.1", 23, PORT_CLOSED, "reset");
	scene_end(&s);
}

/* A SYN/ACK sent again after seconds: repeated, and no measure of the path. */
static void repetitions_change_nothing(void **state)
{
	struct port_verdict v;
	struct scene s;

	(void)state;
	scene_begin(&s);
	scene_syn(&s, HOST, 22, LOCAL, SEQ);
	s.now += 10 * MS;
	scene_syn_ack(&s, HOST, 22, LOCAL, SEQ + 1);
	s.now += 3 * NSEC_PER_SEC;
	scene_syn_ack(&s, HOST, 22, LOCAL, SEQ + 1);
	assert_int_equal(s.note.kind, NOTE_REPLY);
	assert_true(s.note.repeated);
	v = scene_verdict(&s, HOST, 22);
	assert_int_equal(ledger_reply(s.ledger, v.reply)->frame, 2);
	assert_false(v.contradicted);
	assert_int_equal(ledger_host(s.ledger, 0)->rtt_max, 10 * MS);
	scene_end(&s);
}

static void a_damaged_answer_says_nothing(void **state)
{
	struct scene s;

	(void)state;
	scene_begin(&s);
	scene_syn(&s, HOST, 22, LOCAL, SEQ);
	s.keep = true;
	scene_syn_ack(&s, HOST, 22, LOCAL, SEQ + 1);
	s.bytes[s.len - 2] ^= 0x40; /* the urgent pointer: the sum no longer fits */
	scene_feed(&s, FRAME_RECEIVED);
	assert_int_equal(s.note.kind, NOTE_TRAFFIC);
	scene_expect(&s, HOST, 22, PORT_FILTERED, "no-response");
	scene_end(&s);
}

/* What a kernel leaves to the device: the sum of the pseudo-header alone (tcpdump on veth). */
static void an_unfinished_checksum_is_believed(void **state)
{
	const uint32_t at = 14 + 20 + 16;
	const struct addr from = scene_addr(HOST);
	uint32_t sum = 6 + TCP_HEADER_MIN;
	struct scene s;

	(void)state;
	scene_begin(&s);
	for (int i = 0; i < 4; i += 2)
		sum += (uint32_t)(from.bytes[i] << 8 | from.bytes[i + 1]) +
		       (uint32_t)(s.us.bytes[i] << 8 | s.us.bytes[i + 1]);
	sum = (sum & 0xffff) + (sum >> 16);
	scene_syn(&s, HOST, 22, LOCAL, SEQ);
	s.keep = true;
	scene_syn_ack(&s, HOST, 22, LOCAL, SEQ + 1);
	s.bytes[at] = (uint8_t)(sum >> 8);
	s.bytes[at + 1] = (uint8_t)sum;
	scene_feed(&s, FRAME_RECEIVED);
	assert_int_equal(s.note.kind, NOTE_REPLY);
	scene_expect(&s, HOST, 22, PORT_OPEN, "syn-ack");
	scene_end(&s);
}

/* What three answers to one port come to does not depend on which is first. */
static void the_order_of_answers_does_not_matter(void **state)
{
	static const int orders[6][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2},
					 {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
	const struct scene_error error = {ROUTER, HOST, 3, 13, 22, LOCAL, SEQ, 8};

	(void)state;
	for (int o = 0; o < 6; o++) {
		struct scene s;

		scene_begin(&s);
		scene_syn(&s, HOST, 22, LOCAL, SEQ);
		for (int i = 0; i < 3; i++) {
			s.now += MS;
			if (orders[o][i] == 0)
				scene_syn_ack(&s, HOST, 22, LOCAL, SEQ + 1);
			else if (orders[o][i] == 1)
				scene_rst(&s, HOST, 22, LOCAL, SEQ + 1);
			else
				scene_error(&s, &error);
		}
		scene_expect(&s, HOST, 22, PORT_OPEN, "syn-ack");
		assert_true(scene_verdict(&s, HOST, 22).contradicted);
		scene_end(&s);
	}
}

static void silence_counts_once_it_lasted(void **state)
{
	struct port_verdict v;
	struct scene s;

	(void)state;
	scene_begin(&s);
	scene_syn(&s, HOST, 22, LOCAL, SEQ);
	s.now += 80 * MS;
	scene_syn_ack(&s, HOST, 22, LOCAL, SEQ + 1);
	scene_syn(&s, HOST, 26, LOCAL, SEQ);
	v = scene_verdict(&s, HOST, 26); /* the end is not known */
	assert_int_equal(v.state, PORT_FILTERED);
	assert_int_equal(v.waited, -1);
	ledger_set_end(s.ledger, s.now + 159 * MS);
	v = scene_verdict(&s, HOST, 26);
	assert_int_equal(v.state, PORT_UNDECIDED);
	assert_null(v.rule);
	assert_int_equal(v.waited, 159 * MS);
	ledger_set_end(s.ledger, s.now + 160 * MS);
	scene_expect(&s, HOST, 26, PORT_FILTERED, "no-response");
	scene_expect(&s, HOST, 22, PORT_OPEN, "syn-ack");
	scene_end(&s);
}

static void a_mute_host_is_waited_for_longer(void **state)
{
	struct scene s;

	(void)state;
	scene_begin(&s);
	scene_syn(&s, HOST, 26, LOCAL, SEQ);
	ledger_set_end(s.ledger, s.now + LEDGER_SILENCE_BLIND - 1);
	scene_expect(&s, HOST, 26, PORT_UNDECIDED, "");
	ledger_set_end(s.ledger, s.now + LEDGER_SILENCE_BLIND);
	scene_expect(&s, HOST, 26, PORT_FILTERED, "no-response");
	scene_end(&s);
}

/* Once we are named, strangers' probes to us make no targets. */
static void strangers_do_not_scan_for_us(void **state)
{
	const struct tcp_hdr syn = {
		.source_port = 50000, .destination_port = 22, .seq = 1, .flags = TCP_SYN};
	struct scene s;

	(void)state;
	scene_begin(&s);
	ledger_add_own(s.ledger, &s.us);
	scene_syn(&s, HOST, 22, LOCAL, SEQ);
	scene_tcp(&s, "203.0.113.5", &syn);
	assert_int_equal(s.note.kind, NOTE_UNRELATED);
	assert_int_equal(ledger_host_count(s.ledger), 1);
	scene_end(&s);
}

/* Room made beforehand is no limit, and changes nothing that is found. */
static void room_may_be_made_beforehand(void **state)
{
	struct scene s;

	(void)state;
	scene_begin(&s);
	ledger_reserve(s.ledger, 10, 20);
	for (uint16_t i = 1; i <= 200; i++) {
		char host[32];

		snprintf(host, sizeof(host), "10.0.0.%u", i);
		scene_syn(&s, host, i, LOCAL, SEQ);
		scene_syn(&s, host, 443, LOCAL, SEQ + i);
		scene_rst(&s, host, 443, LOCAL, SEQ + i + 1);
	}
	ledger_reserve(s.ledger, 1000, 1000); /* too late: nothing may be lost */
	assert_int_equal(ledger_host_count(s.ledger), 200);
	assert_int_equal(ledger_probe_count(s.ledger), 400);
	scene_expect(&s, "10.0.0.7", 443, PORT_CLOSED, "reset");
	scene_expect(&s, "10.0.0.7", 7, PORT_FILTERED, "no-response");
	scene_expect(&s, "10.0.0.200", 443, PORT_CLOSED, "reset");
	scene_end(&s);
}

struct heard {
	struct port_verdict verdicts[8];
	unsigned count;
};

static void hear(void *user, const struct port_verdict *v)
{
	struct heard *heard = user;

	assert_true(heard->count < 8);
	heard->verdicts[heard->count++] = *v;
}

/* Each port of the kind asked for once, with the verdict that it has when asked for alone. */
static void each_port_has_the_verdict_it_has_alone(void **state)
{
	const uint16_t ports[] = {443, 22, 9, 80};
	struct heard heard = {.count = 0};
	struct port_verdict alone;
	struct addr addr;
	struct scene s;
	uint32_t host;

	(void)state;
	scene_begin(&s);
	for (unsigned i = 0; i < 4; i++)
		scene_syn(&s, HOST, ports[i], LOCAL, SEQ + i);
	scene_syn(&s, HOST, 9, LOCAL + 1, SEQ + 9); /* another try */
	scene_rst(&s, HOST, 80, LOCAL, SEQ + 3 + 1);
	assert_true(addr_parse(HOST, &addr));
	host = ledger_find_host(s.ledger, &addr);
	verdict_each_by(s.ledger, host, PROBE_UDP, hear, &heard);
	assert_int_equal(heard.count, 0);
	verdict_each_by(s.ledger, host, PROBE_SYN, hear, &heard);
	assert_int_equal(heard.count, 4);
	for (unsigned i = 0; i < 4; i++) {
		const struct port_verdict *v = &heard.verdicts[i];

		assert_int_equal(verdict_port(s.ledger, host, v->port, &alone), 0);
		assert_int_equal(v->state, alone.state);
		assert_int_equal(v->tries, v->port == 9 ? 2 : 1);
		assert_int_equal(v->state == PORT_CLOSED, v->port == 80);
		for (unsigned k = 0; k < i; k++)
			assert_int_not_equal(v->port, heard.verdicts[k].port);
	}
	scene_end(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_the_right_acknowledgement_opens),
		cmocka_unit_test(resets_must_acknowledge),
		cmocka_unit_test(errors_count_by_what_they_quote),
		cmocka_unit_test(errors_of_ipv6_count_too),
		cmocka_unit_test(a_split_handshake_needs_its_ack_first),
		cmocka_unit_test(tries_from_other_ports_are_joined),
		cmocka_unit_test(discovery_is_not_the_scan),
		cmocka_unit_test(each_discovery_probe_shows_the_host_up),
		cmocka_unit_test(the_next_hop_is_no_target),
		cmocka_unit_test(a_name_server_is_no_target),
		cmocka_unit_test(a_neighbour_is_a_target),
		cmocka_unit_test(our_kernels_reset_is_known),
		cmocka_unit_test(loopback_has_one_address),
		cmocka_unit_test(repetitions_change_nothing),
		cmocka_unit_test(a_damaged_answer_says_nothing),
		cmocka_unit_test(an_unfinished_checksum_is_believed),
		cmocka_unit_test(the_order_of_answers_does_not_matter),
		cmocka_unit_test(silence_counts_once_it_lasted),
		cmocka_unit_test(a_mute_host_is_waited_for_longer),
		cmocka_unit_test(strangers_do_not_scan_for_us),
		cmocka_unit_test(room_may_be_made_beforehand),
		cmocka_unit_test(each_port_has_the_verdict_it_has_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
