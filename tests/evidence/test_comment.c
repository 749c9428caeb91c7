// SPDX-License-Identifier: Apache-2.0
// Each kind of frame gets its comment, and every comment follows the grammar of comment.h.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <regex.h>

#include <cmocka.h>

#include "evidence/comment.h"
#include "scene.h"

#define HOST  "198.51.100.10"
#define LOCAL 40000
#define SEQ   0x1000

/* The grammar of comment.h as one expression. */
#define NUMBER  "[0-9]+"
#define ADDRESS "[0-9a-f.:]+"
#define PORT    NUMBER "/tcp"
#define KIND    "(SYN|ACK|echo request|timestamp request|ARP request|neighbour solicitation)"
#define WHAT    KIND " " ADDRESS "( " PORT ")? try " NUMBER
#define REPLY                                                                                      \
	"(SYN/ACK|SYN|ACK|RST|echo reply|timestamp reply|ARP reply|neighbour advertisement|"       \
	"ICMP(v6)? type " NUMBER " code " NUMBER " \\([a-z -]+\\) from " ADDRESS ")"
#define MEANING "(" PORT " is (open|closed|filtered)|the host is up)"
#define GRAMMAR                                                                                     \
	"^sonde: (probe " WHAT "|answers frame " NUMBER " \\(" WHAT "\\) after -?" NUMBER           \
	"\\.[0-9]{3} ms: " REPLY "(, so " MEANING ")?(; (" PORT "|the host) had answered "          \
	"before)?|no proof: does not carry the cookie of frame " NUMBER " \\(" WHAT                 \
	"\\)|reset by this machine's own kernel, which knows nothing of the probe in frame " NUMBER \
	" \\(" WHAT "\\)|address resolution beside the probes|other traffic with " ADDRESS ")$"

static void expect(struct scene *s, const char *comment)
{
	struct buf text = {0};
	regex_t grammar;

	comment_write(&text, s->ledger, &s->note);
	assert_string_equal(buf_text(&text), comment);
	if (*comment) {
		assert_int_equal(regcomp(&grammar, GRAMMAR, REG_EXTENDED | REG_NOSUB), 0);
		assert_int_equal(regexec(&grammar, buf_text(&text), 0, NULL, 0), 0);
		regfree(&grammar);
	}
	buf_done(&text);
}

static void probes_say_what_they_ask(void **state)
{
	struct scene s;

	(void)state;
	scene_begin(&s);
	scene_syn(&s, HOST, 22, LOCAL, SEQ);
	expect(&s, "sonde: probe SYN 198.51.100.10 22/tcp try 1");
	scene_syn(&s, HOST, 22, LOCAL + 1, SEQ);
	expect(&s, "sonde: probe SYN 198.51.100.10 22/tcp try 2");
	scene_ack(&s, HOST, 80, LOCAL + 2, SEQ);
	expect(&s, "sonde: probe ACK 198.51.100.10 80/tcp try 1");
	scene_echo(&s, HOST, 1);
	expect(&s, "sonde: probe echo request 198.51.100.10 try 1");
	scene_timestamp(&s, HOST, 1);
	expect(&s, "sonde: probe timestamp request 198.51.100.10 try 1");
	scene_resolve(&s, "192.0.2.1");
	expect(&s, "sonde: probe ARP request 192.0.2.1 try 1");
	scene_resolve(&s, "2001:db8:1::1");
	expect(&s, "sonde: probe neighbour solicitation 2001:db8:1::1 try 1");
	scene_end(&s);
}

static void answers_say_what_they_mean(void **state)
{
	const struct scene_error error = {"192.0.2.1", HOST, 3, 13, 26, LOCAL, SEQ, 8};
	struct scene s;

	(void)state;
	scene_begin(&s);
	scene_syn(&s, HOST, 22, LOCAL, SEQ);
	scene_syn(&s, HOST, 25, LOCAL, SEQ);
	scene_syn(&s, HOST, 26, LOCAL, SEQ);
	s.now += 80 * MS + 123456;
	scene_syn_ack(&s, HOST, 22, LOCAL, SEQ + 1);
	expect(&s, "sonde: answers frame 1 (SYN 198.51.100.10 22/tcp try 1) after 80.123 ms: "
		   "SYN/ACK, so 22/tcp is open");
	scene_syn_ack(&s, HOST, 22, LOCAL, SEQ + 1);
	expect(&s, "sonde: answers frame 1 (SYN 198.51.100.10 22/tcp try 1) after 80.123 ms: "
		   "SYN/ACK, so 22/tcp is open; 22/tcp had answered before");
	scene_rst(&s, HOST, 25, LOCAL, SEQ + 1);
	expect(&s, "sonde: answers frame 2 (SYN 198.51.100.10 25/tcp try 1) after 80.123 ms: "
		   "RST, so 25/tcp is closed");
	scene_error(&s, &error);
	expect(&s, "sonde: answers frame 3 (SYN 198.51.100.10 26/tcp try 1) after 80.123 ms: "
		   "ICMP type 3 code 13 (admin-prohibited) from 192.0.2.1, so 26/tcp is filtered");
	scene_end(&s);
}

static void discovery_shows_the_host_up(void **state)
{
	static const uint8_t mac[MAC_LEN] = {2, 0, 0, 0, 0, 9};
	struct scene s;

	(void)state;
	scene_begin(&s);
	scene_echo(&s, HOST, 1);
	scene_syn(&s, HOST, 443, LOCAL, SEQ);
	scene_ack(&s, HOST, 80, LOCAL, SEQ);
	scene_resolve(&s, "192.0.2.20");
	s.now += MS;
	scene_echo_reply(&s, HOST, 1);
	expect(&s, "sonde: answers frame 1 (echo request 198.51.100.10 try 1) after 1.000 ms: "
		   "echo reply, so the host is up");
	scene_echo_reply(&s, HOST, 1);
	expect(&s, "sonde: answers frame 1 (echo request 198.51.100.10 try 1) after 1.000 ms: "
		   "echo reply, so the host is up; the host had answered before");
	scene_rst(&s, HOST, 443, LOCAL, SEQ + 1); /* of discovery: no word on the port */
	expect(&s, "sonde: answers frame 2 (SYN 198.51.100.10 443/tcp try 1) after 1.000 ms: RST, "
		   "so the host is up");
	scene_resolved(&s, "192.0.2.20", mac);
	expect(&s, "sonde: answers frame 4 (ARP request 192.0.2.20 try 1) after 1.000 ms: ARP "
		   "reply, so the host is up");
	scene_syn(&s, HOST, 443, LOCAL + 1, SEQ); /* the scan counts its own tries */
	expect(&s, "sonde: probe SYN 198.51.100.10 443/tcp try 1");
	scene_end(&s);
}

static void what_decides_nothing_says_so(void **state)
{
	const struct tcp_hdr rst = {
		.source_port = LOCAL, .destination_port = 22, .seq = SEQ + 1, .flags = TCP_RST};
	struct scene s;

	(void)state;
	scene_begin(&s);
	ledger_add_own(s.ledger, &s.us);
	scene_syn(&s, HOST, 22, LOCAL, SEQ);
	scene_syn_ack(&s, HOST, 22, LOCAL, SEQ + 9);
	expect(&s,
	       "sonde: no proof: does not carry the cookie of frame 1 (SYN 198.51.100.10 22/tcp "
	       "try 1)");
	scene_own_tcp(&s, HOST, &rst);
	expect(&s, "sonde: reset by this machine's own kernel, which knows nothing of the probe in "
		   "frame 1 (SYN 198.51.100.10 22/tcp try 1)");
	scene_syn_ack(&s, HOST, 99, LOCAL + 9, SEQ);
	expect(&s, "sonde: other traffic with 198.51.100.10");
	scene_syn_ack(&s, "203.0.113.9", 99, LOCAL + 9, SEQ);
	expect(&s, "");
	scene_end(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(probes_say_what_they_ask),
		cmocka_unit_test(answers_say_what_they_mean),
		cmocka_unit_test(discovery_shows_the_host_up),
		cmocka_unit_test(what_decides_nothing_says_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
