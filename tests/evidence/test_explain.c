// SPDX-License-Identifier: Apache-2.0
// What people read: the whole text of an explanation of each kind of verdict.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "evidence/explain.h"
#include "scene.h"

#define HOST   "198.51.100.10"
#define ROUTER "198.51.100.1"
#define LOCAL  40000
#define SEQ    0x1000

/* Port 22 open, 25 closed, 113 refused by a router, 26 and 27 silent; answers after 80 ms. */
static void play(struct scene *s)
{
	const struct scene_error error = {ROUTER, HOST, 3, 13, 113, LOCAL, SEQ, 8};
	const struct tcp_hdr rst = {
		.source_port = LOCAL, .destination_port = 22, .seq = SEQ + 1, .flags = TCP_RST};
	static const uint16_t ports[] = {22, 25, 26, 113};

	scene_begin(s);
	scene_echo(s, HOST, 1);
	s->now += 80 * MS;
	scene_echo_reply(s, HOST, 1);
	for (int i = 0; i < 4; i++) {
		s->now += MS;
		scene_syn(s, HOST, ports[i], LOCAL, SEQ);
	}
	s->now += 77 * MS;
	scene_syn_ack(s, HOST, 22, LOCAL, SEQ + 1);
	scene_own_tcp(s, HOST, &rst);
	s->now += MS;
	scene_rst(s, HOST, 25, LOCAL, SEQ + 1);
	s->now += 2 * MS;
	scene_error(s, &error);
	s->now += 20 * MS;
	scene_syn(s, HOST, 26, LOCAL + 1, SEQ);
	scene_syn(s, HOST, 27, LOCAL + 1, SEQ);
}

static struct explain *begin(struct scene *s, uint64_t dropped)
{
	struct explain_capture about = {
		.file = "x.pcapng",
		.frames = s->frames,
		.first_frame = ledger_probe(s->ledger, 0)->time,
		.last_frame = s->now,
		.dropped = dropped,
	};
	struct explain *x = explain_new(s->ledger, &about);

	assert_non_null(x);
	return x;
}

/* Answers what x asks for with "summary N". */
static void summarise(struct explain *x)
{
	const uint64_t *wanted;
	size_t count = explain_wanted(x, &wanted);

	for (size_t i = 0; i < count; i++) {
		char text[32];

		assert_true(!i || wanted[i - 1] < wanted[i]);
		snprintf(text, sizeof(text), "summary %d", (int)wanted[i]);
		explain_summary(x, wanted[i], text);
	}
	assert_int_equal(explain_wanted(x, &wanted), 0);
}

static void expect_port(struct scene *s, uint16_t port, uint64_t dropped, const char *text)
{
	struct explain *x = begin(s, dropped);
	uint32_t host = scene_host(s, HOST);
	struct buf out = {0};

	assert_int_equal(explain_port(x, host, PROBE_SYN, port, &out), 0);
	summarise(x);
	buf_clear(&out);
	assert_int_equal(explain_port(x, host, PROBE_SYN, port, &out), 0);
	assert_string_equal(buf_text(&out), text);
	assert_false(explain_failed(x));
	buf_done(&out);
	explain_free(x);
}

static void an_open_port(void **state)
{
	struct scene s;

	(void)state;
	play(&s);
	expect_port(
		&s, 22, 0,
		"22/tcp on 198.51.100.10 is open (syn-ack).\n"
		"  A SYN/ACK that acknowledges our SYN comes only from a port on which a program\n"
		"  listens. [RFC 9293 s. 3.10.7.2]\n"
		"  Frame 3, 0.081000 s, sent: summary 3\n"
		"          Try 1 of 1.\n"
		"  Frame 7, 0.161000 s, received: summary 7\n"
		"          Answers frame 3 after 80.000 ms: SYN/ACK. This decides.\n"
		"  Frame 8, 0.161000 s, sent: summary 8\n"
		"          This machine's own kernel resets what it never asked for; it decides\n"
		"          nothing.\n");
	scene_end(&s);
}

static void a_closed_port(void **state)
{
	struct scene s;

	(void)state;
	play(&s);
	expect_port(&s, 25, 0,
		    "25/tcp on 198.51.100.10 is closed (reset).\n"
		    "  A reset that acknowledges our SYN is how a host answers when no program\n"
		    "  listens on the port. [RFC 9293 s. 3.10.7.1]\n"
		    "  Frame 4, 0.082000 s, sent: summary 4\n"
		    "          Try 1 of 1.\n"
		    "  Frame 9, 0.162000 s, received: summary 9\n"
		    "          Answers frame 4 after 80.000 ms: RST. This decides.\n");
	scene_end(&s);
}

static void a_port_refused_on_the_way(void **state)
{
	struct scene s;

	(void)state;
	play(&s);
	expect_port(&s, 113, 0,
		    "113/tcp on 198.51.100.10 is filtered (admin-prohibited).\n"
		    "  A filter on the way says that it dropped the probe. [RFC 1812 s. 5.2.7.1]\n"
		    "  Frame 6, 0.084000 s, sent: summary 6\n"
		    "          Try 1 of 1.\n"
		    "  Frame 10, 0.164000 s, received: summary 10\n"
		    "          Answers frame 6 after 80.000 ms: ICMP type 3 code 13\n"
		    "          (admin-prohibited) from 198.51.100.1. This decides.\n");
	scene_end(&s);
}

static void a_silent_port(void **state)
{
	struct scene s;

	(void)state;
	play(&s);
	ledger_set_end(s.ledger, s.now + 500 * MS);
	expect_port(
		&s, 26, 0,
		"26/tcp on 198.51.100.10 is filtered (no-response).\n"
		"  A reachable host answers a SYN whether the port is open or closed, so silence\n"
		"  means that a filter dropped the probe or its answer. [RFC 9293 s. 3.10.7]\n"
		"  Frame 5, 0.083000 s, sent: summary 5\n"
		"          Try 1 of 2: no answer in 101.000 ms, then the next try. Nearest proof\n"
		"          that the path was alive: 25/tcp, probed 1.000 ms earlier (frame 4),\n"
		"          was answered after 80.000 ms (frame 9).\n"
		"  Frame 11, 0.184000 s, sent: summary 11\n"
		"          Try 2 of 2: no answer in 500.000 ms, then the capture ended. Nearest\n"
		"          proof that the path was alive: 25/tcp, probed 102.000 ms earlier\n"
		"          (frame 4), was answered after 80.000 ms (frame 9).\n"
		"  It was asked twice, at 0.083000 s and 0.184000 s; nothing came within 500.000\n"
		"  ms of the last try. How likely it is open nevertheless cannot be said, as the\n"
		"  loss on the path cannot be measured from this capture.\n");
	scene_end(&s);
}

static void silence_without_a_known_end(void **state)
{
	struct scene s;

	(void)state;
	play(&s);
	expect_port(
		&s, 27, 3,
		"27/tcp on 198.51.100.10 is filtered (no-response).\n"
		"  A reachable host answers a SYN whether the port is open or closed, so silence\n"
		"  means that a filter dropped the probe or its answer. [RFC 9293 s. 3.10.7]\n"
		"  Frame 12, 0.184000 s, sent: summary 12\n"
		"          Try 1 of 1: no answer; how long it was waited for cannot be known, as\n"
		"          the file does not say when the capture ended (its last frame came\n"
		"          0.000 ms later). Nearest proof that the path was alive: 25/tcp, probed\n"
		"          102.000 ms earlier (frame 4), was answered after 80.000 ms (frame 9).\n"
		"  It was asked once, at 0.184000 s; nothing came as long as the capture lasted.\n"
		"  The capture lost 3 frames, so an answer may be missing. How likely it is open\n"
		"  nevertheless cannot be said, as the loss on the path cannot be measured from\n"
		"  this capture.\n");
	scene_end(&s);
}

static void an_undecided_port(void **state)
{
	struct scene s;

	(void)state;
	play(&s);
	ledger_set_end(s.ledger, s.now + 100 * MS);
	expect_port(
		&s, 27, 0,
		"27/tcp on 198.51.100.10 is undecided.\n"
		"  Frame 12, 0.184000 s, sent: summary 12\n"
		"          Try 1 of 1: no answer in 100.000 ms, then the capture ended. Nearest\n"
		"          proof that the path was alive: 25/tcp, probed 102.000 ms earlier\n"
		"          (frame 4), was answered after 80.000 ms (frame 9).\n"
		"  No answer came, but the capture ended 100.000 ms after the last try. Silence\n"
		"  counts after 160.000 ms here, since the host's slowest answer took 80.000 ms.\n"
		"  So nothing can be said of this port.\n");
	scene_end(&s);
}

/* What is said of a port in the end, as one line of words. */
static void closing_of(struct scene *s, uint16_t port, struct buf *out)
{
	struct explain *x = begin(s, 0);
	uint32_t host = scene_host(s, HOST);
	struct buf all = {0};

	assert_int_equal(explain_port(x, host, PROBE_SYN, port, &all), 0);
	for (const char *c = buf_text(&all); *c; c++) {
		if (*c != '\n' && !(*c == ' ' && out->len && out->data[out->len - 1] == ' '))
			buf_putc(out, *c);
		else if (*c == '\n')
			buf_putc(out, ' ');
	}
	buf_done(&all);
	explain_free(x);
}

static void expect_closing(struct scene *s, uint16_t port, const char *words)
{
	struct buf text = {0}, one = {0};

	closing_of(s, port, &text);
	for (size_t i = 0; i < text.len; i++) {
		if (text.data[i] != ' ' || !one.len || one.data[one.len - 1] != ' ')
			buf_putc(&one, text.data[i]);
	}
	if (!strstr(buf_text(&one), words))
		fail_msg("\"%s\" is not in \"%s\"", words, buf_text(&one));
	buf_done(&text);
	buf_done(&one);
}

static void a_port_that_took_longer_says_why(void **state)
{
	struct scene s;

	(void)state;
	play(&s);
	s.now += 40 * MS;
	scene_syn_ack(&s, HOST, 26, LOCAL + 1, SEQ + 1);
	expect_closing(&s, 26,
		       "It took 141.000 ms from the first try to this answer, as one try stayed "
		       "silent. Nearest in time to the first of these, 25/tcp, probed 1.000 ms "
		       "earlier (frame 4), was answered after 80.000 ms (frame 9).");
	scene_end(&s);
	play(&s);
	s.now += 40 * MS;
	scene_syn_ack(&s, HOST, 26, LOCAL, SEQ + 1); /* the first try's */
	expect_closing(&s, 26,
		       "The answer came after the scanner had asked again (frame 11): it had "
		       "waited 101.000 ms, and the answer took 141.000 ms.");
	scene_end(&s);
}

static void another_host_shows_that_the_scanner_was_heard(void **state)
{
	struct scene s;

	(void)state;
	scene_begin(&s);
	scene_syn(&s, HOST, 26, LOCAL, SEQ);
	s.now += MS;
	scene_syn(&s, "198.51.100.11", 22, LOCAL, SEQ);
	s.now += 20 * MS;
	scene_syn_ack(&s, "198.51.100.11", 22, LOCAL, SEQ + 1);
	s.now += 900 * MS;
	ledger_set_end(s.ledger, s.now + 500 * MS);
	expect_closing(
		&s, 26,
		"That the scanner was heard at all shows frame 3, from 198.51.100.11, 21.000 "
		"ms later.");
	scene_end(&s);
}

/* A host that resets at most so often: silent ports, too, and those that needed a second try. */
static void a_limit_is_named_as_the_cause(void **state)
{
	struct scene s;
	int answered = 0;

	(void)state;
	scene_begin(&s);
	for (uint16_t round = 0; round < 2; round++) {
		for (uint16_t port = 1; port <= 200; port++) {
			bool open = port % 40 == 0;

			if (open && round)
				continue;
			s.now += 2 * MS;
			scene_syn(&s, HOST, port, (uint16_t)(LOCAL + round), SEQ);
			/* ten at once, then one in twenty milliseconds */
			if (open)
				scene_syn_ack(&s, HOST, port, LOCAL, SEQ + 1);
			else if (answered < 10 || (port % 10 == (round ? 5 : 0)))
				answered++, scene_rst(&s, HOST, port, (uint16_t)(LOCAL + round),
						      SEQ + 1);
		}
	}
	expect_closing(&s, 15, "The host limits its RSTs to about ");
	expect_closing(&s, 15, "which explains the tries that stayed silent.");
	expect_closing(&s, 13, "so the port may also be closed.");
	scene_end(&s);
}

static void a_host_that_never_answers(void **state)
{
	struct scene s;

	(void)state;
	scene_begin(&s);
	scene_syn(&s, HOST, 26, LOCAL, SEQ);
	expect_port(
		&s, 26, 0,
		"26/tcp on 198.51.100.10 is filtered (no-response).\n"
		"  A reachable host answers a SYN whether the port is open or closed, so silence\n"
		"  means that a filter dropped the probe or its answer. [RFC 9293 s. 3.10.7]\n"
		"  Frame 1, 0.000000 s, sent: summary 1\n"
		"          Try 1 of 1: no answer; how long it was waited for cannot be known, as\n"
		"          the file does not say when the capture ended (its last frame came\n"
		"          0.000 ms later).\n"
		"  It was asked once, at 0.000000 s; nothing came as long as the capture lasted.\n"
		"  Nothing at all came from this host, so it may itself be absent, or a filter\n"
		"  may hide all of it. No other host answered either: the capture, or the\n"
		"  scanner's own link, may be at fault.\n");
	scene_end(&s);
}

static void a_port_that_contradicts_itself(void **state)
{
	struct scene s;

	(void)state;
	scene_begin(&s);
	scene_syn(&s, HOST, 22, LOCAL, SEQ);
	s.now += MS;
	scene_rst(&s, HOST, 22, LOCAL, SEQ + 1);
	scene_syn_ack(&s, HOST, 22, LOCAL, SEQ + 9);
	scene_syn_ack(&s, HOST, 22, LOCAL, SEQ + 1);
	scene_syn_ack(&s, HOST, 22, LOCAL, SEQ + 1);
	expect_port(
		&s, 22, EXPLAIN_UNKNOWN,
		"22/tcp on 198.51.100.10 is open (syn-ack).\n"
		"  A SYN/ACK that acknowledges our SYN comes only from a port on which a program\n"
		"  listens. [RFC 9293 s. 3.10.7.2]\n"
		"  Frame 1, 0.000000 s, sent: summary 1\n"
		"          Try 1 of 1.\n"
		"  Frame 2, 0.001000 s, received: summary 2\n"
		"          Answers frame 1 after 1.000 ms: RST. It speaks for closed (reset),\n"
		"          which open overrules.\n"
		"  Frame 3, 0.001000 s, received: summary 3\n"
		"          It does not carry the cookie of frame 1, so it proves nothing and\n"
		"          decides nothing.\n"
		"  Frame 4, 0.001000 s, received: summary 4\n"
		"          Answers frame 1 after 1.000 ms: SYN/ACK. This decides.\n"
		"  Frame 5, 0.001000 s, received: summary 5\n"
		"          Answers frame 1 after 1.000 ms: SYN/ACK. It says the same again.\n"
		"  The answers contradict each other: perhaps two machines answer, or one that\n"
		"  stands between. Open counts before closed, closed before filtered, so the port\n"
		"  counts as open.\n");
	scene_end(&s);
}

/* However many frames a port has, the text stays a screenful and holds what decided. */
static void a_flood_is_cut_around_what_decides(void **state)
{
	struct buf out = {0};
	struct explain *x;
	struct scene s;

	(void)state;
	scene_begin(&s);
	scene_syn(&s, HOST, 22, LOCAL, SEQ);
	for (int i = 0; i < 5000; i++)
		scene_syn_ack(&s, HOST, 22, LOCAL, SEQ + 9);
	scene_syn_ack(&s, HOST, 22, LOCAL, SEQ + 1);
	x = begin(&s, 0);
	explain_port(x, 0, PROBE_SYN, 22, &out);
	assert_true(out.len < 8000);
	assert_non_null(strstr(buf_text(&out), "Frame 5002, "));
	assert_non_null(strstr(buf_text(&out), "The port has 4,970 more frames."));
	buf_done(&out);
	explain_free(x);
	scene_end(&s);
}

static const char *evil_name(void *user, const struct addr *addr)
{
	(void)user, (void)addr;
	return "ev\033[2Jil";
}

static void names_are_escaped(void **state)
{
	struct explain_capture about = {.frames = 1, .name = evil_name};
	struct buf out = {0};
	struct explain *x;
	struct scene s;

	(void)state;
	scene_begin(&s);
	scene_syn(&s, HOST, 22, LOCAL, SEQ);
	x = explain_new(s.ledger, &about);
	explain_port(x, 0, PROBE_SYN, 22, &out);
	explain_host(x, 0, &out);
	assert_null(strchr(buf_text(&out), '\033'));
	assert_non_null(strstr(buf_text(&out), "22/tcp on ev\\x1B[2Jil (198.51.100.10) is"));
	buf_done(&out);
	explain_free(x);
	scene_end(&s);
}

static void a_host_at_a_glance(void **state)
{
	struct buf out = {0};
	struct explain *x;
	struct scene s;

	(void)state;
	play(&s);
	x = begin(&s, 0);
	explain_file(x, &out);
	explain_host(x, scene_host(&s, HOST), &out);
	assert_string_equal(
		buf_text(&out),
		"x.pcapng: 12 frames in 0.184000 s, none lost.\n"
		"198.51.100.10 is up (echo-reply): frame 2 answered the echo request in frame 1\n"
		"after 80.000 ms.\n"
		"  Round trip: at least 80.000 ms, on average 80.000 ms, at most 80.000 ms, over\n"
		"  3 answers.\n"
		"  7 probes, 4 answers.\n"
		"  5 TCP ports: 1 open (syn-ack), 2 filtered (no-response), 1 closed (reset), 1\n"
		"  filtered (admin-prohibited).\n"
		"  PORT       STATE         REASON\n"
		"  22/tcp     open          syn-ack\n"
		"  25/tcp     closed        reset\n"
		"  26/tcp     filtered      no-response\n"
		"  27/tcp     filtered      no-response\n"
		"  113/tcp    filtered      admin-prohibited\n"
		"  Why one of them: sonde explain x.pcapng 198.51.100.10 22\n");
	buf_done(&out);
	explain_free(x);
	scene_end(&s);
}

static void many_hosts_in_a_table(void **state)
{
	uint32_t hosts[6];
	struct buf out = {0};
	struct explain *x;
	struct scene s;

	(void)state;
	scene_begin(&s);
	for (int i = 0; i < 6; i++) {
		char host[16];

		snprintf(host, sizeof(host), "192.0.2.%d", 20 + i);
		scene_syn(&s, host, 22, LOCAL, SEQ);
		s.now += MS;
		if (i % 2)
			scene_syn_ack(&s, host, 22, LOCAL, SEQ + 1);
		hosts[i] = scene_host(&s, host);
	}
	x = begin(&s, 0);
	explain_hosts(x, hosts, 6, 2, &out);
	assert_string_equal(
		buf_text(&out),
		"6 hosts were probed, 3 are up.\n"
		"HOST                 UP BY            ROUND TRIP  OPEN CLOSED FILTERED UNDECIDED\n"
		"192.0.2.21           syn-ack            1.000 ms     1      0        0         0\n"
		"192.0.2.23           syn-ack            1.000 ms     1      0        0         0\n"
		"and 1 more host that is up\n"
		"3 hosts never answered.\n");
	buf_done(&out);
	explain_free(x);
	scene_end(&s);
}

static void one_line_a_port(void **state)
{
	struct buf out = {0};
	struct explain *x;
	struct scene s;

	(void)state;
	play(&s);
	x = begin(&s, 0);
	for (uint16_t port = 22; port <= 27; port++)
		explain_port_line(x, scene_host(&s, HOST), PROBE_SYN, port, &out);
	assert_string_equal(
		buf_text(&out),
		"22/tcp    open      syn-ack          frame 7 answers frame 3 after 80.000 ms\n"
		"25/tcp    closed    reset            frame 9 answers frame 4 after 80.000 ms\n"
		"26/tcp    filtered  no-response      two tries, the first in frame 5\n"
		"27/tcp    filtered  no-response      one try, the first in frame 12\n");
	assert_int_equal(explain_port(x, scene_host(&s, HOST), PROBE_SYN, 99, &out), -2);
	buf_done(&out);
	explain_free(x);
	scene_end(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_open_port),
		cmocka_unit_test(a_closed_port),
		cmocka_unit_test(a_port_refused_on_the_way),
		cmocka_unit_test(a_silent_port),
		cmocka_unit_test(silence_without_a_known_end),
		cmocka_unit_test(an_undecided_port),
		cmocka_unit_test(a_port_that_took_longer_says_why),
		cmocka_unit_test(another_host_shows_that_the_scanner_was_heard),
		cmocka_unit_test(a_limit_is_named_as_the_cause),
		cmocka_unit_test(a_host_that_never_answers),
		cmocka_unit_test(a_port_that_contradicts_itself),
		cmocka_unit_test(a_flood_is_cut_around_what_decides),
		cmocka_unit_test(names_are_escaped),
		cmocka_unit_test(a_host_at_a_glance),
		cmocka_unit_test(many_hosts_in_a_table),
		cmocka_unit_test(one_line_a_port),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
