// SPDX-License-Identifier: Apache-2.0
// Ports that were left undecided: what is written is read back, and nothing else is believed.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "evidence/pending.h"
#include "scene.h"

#define HOST  "192.0.2.20"
#define LOCAL 40000
#define SEQ   0x1000

/* Ports 1 to 9 were asked and long silent, but 5 is open. */
static void play(struct scene *s)
{
	scene_begin(s);
	for (uint16_t port = 1; port < 10; port++)
		scene_syn(s, HOST, port, LOCAL, SEQ + port);
	scene_syn_ack(s, HOST, 5, LOCAL, SEQ + 6);
	ledger_set_end(s->ledger, s->now + 10 * NSEC_PER_SEC);
	scene_expect(s, HOST, 9, PORT_FILTERED, "no-response");
}

/* Which of the ports are undecided after a text was read, as digits. */
static const char *left_by(const char *text)
{
	static char digits[10];
	struct port_verdict v[10];
	struct scene s;
	struct addr host;
	size_t len = 0;

	play(&s);
	host = scene_addr(HOST);
	pending_read(s.ledger, text, strlen(text));
	assert_int_equal(verdict_all_ports(s.ledger, ledger_find_host(s.ledger, &host), 10, v), 9);
	for (size_t i = 0; i < 9; i++) {
		assert_int_equal(v[i].state == PORT_UNDECIDED, !v[i].rule);
		if (v[i].state == PORT_UNDECIDED)
			digits[len++] = (char)('0' + v[i].port);
	}
	digits[len] = '\0';
	scene_end(&s);
	return digits;
}

static void what_is_written_is_read(void **state)
{
	static const uint16_t ports[] = {1, 3, 4, 5, 9, 65535};
	struct addr host = scene_addr(HOST);
	struct buf text = {0};

	(void)state;
	pending_write(&text, PROBE_SYN, &host, ports, sizeof(ports) / sizeof(ports[0]));
	assert_string_equal(buf_text(&text), "sonde: left undecided: SYN 192.0.2.20 1,3-5,9,65535");
	assert_string_equal(left_by(buf_text(&text)), "1349"); /* 5 has an answer */
	buf_done(&text);
}

static void kinds_keep_their_names(void **state)
{
	static const uint16_t port = 7;
	struct addr host = scene_addr("2001:db8::20");
	struct buf text = {0};

	(void)state;
	for (int kind = 0; kind < PROBE_KINDS; kind++) {
		struct scene s;

		scene_begin(&s);
		buf_clear(&text);
		pending_write(&text, kind, &host, &port, 1);
		pending_read(s.ledger, buf_text(&text), text.len); /* of a host never probed */
		scene_end(&s);
	}
	assert_string_equal(left_by("sonde: left undecided: ACK 192.0.2.20 1-9"), "");
	assert_string_equal(left_by("sonde: left undecided: FIN, PSH, URG 192.0.2.20 1-9"), "");
	buf_done(&text);
}

static void nothing_else_is_believed(void **state)
{
	static const struct {
		const char *text;
		const char *left;
	} cases[] = {
		{"", ""},
		{"sonde: left undecided: ", ""},
		{"sonde: left undecided: SYN", ""},
		{"sonde: left undecided: SYN 192.0.2.20", ""},
		{"sonde: left undecided: SYN 192.0.2.20 ", ""},
		{"sonde: left undecided: SYN 192.0.2.21 1-9", ""},
		{"sonde: left undecided: SIN 192.0.2.20 1-9", ""},
		{"sonde: left undecided: SYN 192.0.2.20.9 1-9", ""},
		{"sonde: left undecided:  192.0.2.20 1-9", ""},
		{"sonde: left decided: SYN 192.0.2.20 1-9", ""},
		{"left undecided: SYN 192.0.2.20 1-9", ""},
		{"sonde: left undecided: SYN 192.0.2.20 0-65535", "12346789"},
		{"sonde: left undecided: SYN 192.0.2.20 1,", "1"},
		{"sonde: left undecided: SYN 192.0.2.20 1-", ""},
		{"sonde: left undecided: SYN 192.0.2.20 -4", ""},
		{"sonde: left undecided: SYN 192.0.2.20 4-3", ""},
		{"sonde: left undecided: SYN 192.0.2.20 3,2", "3"},
		{"sonde: left undecided: SYN 192.0.2.20 3,3-4", "3"},
		{"sonde: left undecided: SYN 192.0.2.20 2x,4", "2"},
		{"sonde: left undecided: SYN 192.0.2.20 2,65536", "2"},
		{"sonde: left undecided: SYN 192.0.2.20 99999999999999999999", ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_string_equal(left_by(cases[i].text), cases[i].left);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_written_is_read),
		cmocka_unit_test(kinds_keep_their_names),
		cmocka_unit_test(nothing_else_is_believed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
