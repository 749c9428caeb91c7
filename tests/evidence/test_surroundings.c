// SPDX-License-Identifier: Apache-2.0
// Findings that come from around a scan: each shown by a made capture, and not by its near miss.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "scene.h"

#include "evidence/activity.h"
#include "evidence/gather.h"

#define HOST  "198.51.100.10"
#define OTHER "203.0.113.9"
#define LOCAL 40000
#define SEQ   0x1000

static const uint8_t one[MAC_LEN] = {2, 0, 0, 0, 0, 0x11};
static const uint8_t two[MAC_LEN] = {2, 0, 0, 0, 0, 0x22};

static void begin(struct scene *s)
{
	scene_begin(s);
	scene_look_around(s);
}

/* All findings of a scene; the caller frees them. */
static struct findings gather(struct scene *s)
{
	const struct gather_capture capture = {s->frames, 0};
	struct findings list = {0};

	gather_findings(s->ledger, s->around, &capture, &list);
	assert_false(list.failed);
	return list;
}

/* How many findings of a kind there are, and the first of them. */
static uint32_t found(struct scene *s, enum finding_kind kind, struct finding *ret_first)
{
	struct findings list = gather(s);
	uint32_t count = list.of_kind[kind];

	for (size_t i = list.count; i--;) {
		assert_true(strlen(list.items[i].sentence) + 1 < FINDING_TEXT_MAX);
		assert_true(i == 0 || list.items[i - 1].kind <= list.items[i].kind);
		if (list.items[i].kind == kind)
			*ret_first = list.items[i];
	}
	findings_done(&list);
	return count;
}

static void expect_none(struct scene *s, enum finding_kind kind)
{
	struct finding f;

	assert_int_equal(found(s, kind, &f), 0);
}

static struct finding expect(struct scene *s, enum finding_kind kind, uint64_t count,
			     const char *sentence)
{
	struct finding f = {0};

	if (found(s, kind, &f) != 1)
		fail_msg("there is no finding %s, or more than one", finding_kind_row(kind)->name);
	assert_int_equal(f.count, count);
	assert_string_equal(f.sentence, sentence);
	return f;
}

static void two_link_addresses_that_claim_one(void **state)
{
	struct finding f;
	struct scene s;

	(void)state;
	begin(&s);
	scene_resolve(&s, HOST);
	scene_resolved(&s, HOST, one);
	scene_resolved(&s, HOST, one);
	expect_none(&s, FINDING_CLAIMS);
	scene_resolved(&s, HOST, two);
	f = expect(&s, FINDING_CLAIMS, 2,
		   "Two link addresses claim 198.51.100.10: 02:00:00:00:00:11 and "
		   "02:00:00:00:00:22");
	assert_int_equal(f.frames[0], 2);
	assert_int_equal(f.frames[1], 4);
	/* another interface is another network */
	scene_end(&s);
	begin(&s);
	scene_resolve(&s, HOST);
	scene_resolved(&s, HOST, one);
	s.interface = 1;
	scene_resolved(&s, HOST, two);
	expect_none(&s, FINDING_CLAIMS);
	scene_end(&s);
}

static void a_conflict_outlives_a_flood_of_claims(void **state)
{
	struct scene s;
	char text[ADDR_TEXT_MAX];

	(void)state;
	begin(&s);
	scene_resolve(&s, HOST);
	scene_resolved(&s, HOST, one);
	scene_resolved(&s, HOST, two);
	for (unsigned i = 0; i < 100000; i++) {
		snprintf(text, sizeof(text), "10.%u.%u.%u", i >> 16, i >> 8 & 255, i & 255);
		scene_resolved(&s, text, one);
	}
	expect(&s, FINDING_CLAIMS, 2,
	       "Two link addresses claim 198.51.100.10: 02:00:00:00:00:11 and 02:00:00:00:00:22");
	scene_end(&s);
}

static void two_link_addresses_that_answer_for_one(void **state)
{
	struct scene s;

	(void)state;
	begin(&s);
	for (uint16_t port = 1; port <= 4; port++) {
		scene_syn(&s, HOST, port, LOCAL, SEQ);
		scene_rst(&s, HOST, port, LOCAL, SEQ + 1);
	}
	expect_none(&s, FINDING_MACS);
	memcpy(s.from_mac, two, MAC_LEN);
	/* what carries no cookie may come from anybody */
	scene_syn(&s, HOST, 5, LOCAL, SEQ);
	scene_rst(&s, HOST, 5, LOCAL, SEQ + 7);
	expect_none(&s, FINDING_MACS);
	scene_rst(&s, HOST, 5, LOCAL, SEQ + 1);
	expect(&s, FINDING_MACS, 2,
	       "Two link addresses answered for 198.51.100.10: 02:00:00:00:00:02 and "
	       "02:00:00:00:00:22");
	scene_end(&s);
}

static void sweep(struct scene *s, unsigned hosts)
{
	struct addr us = s->us;
	char text[ADDR_TEXT_MAX];

	s->tapped = true;
	s->us = scene_addr(OTHER);
	memcpy(s->our_mac, two, MAC_LEN);
	for (unsigned i = 1; i <= hosts; i++) {
		s->now += MS;
		snprintf(text, sizeof(text), "192.0.2.%u", i);
		scene_resolve(s, text);
	}
	memcpy(s->our_mac, one, MAC_LEN);
	s->us = us;
}

/* The scan itself: 200 ports of one host. */
static void scan(struct scene *s)
{
	for (uint16_t port = 1; port <= 200; port++) {
		scene_syn(s, HOST, port, LOCAL, SEQ);
		scene_rst(s, HOST, port, LOCAL, SEQ + 1);
	}
}

static void sweeps_by_others(void **state)
{
	struct finding f = {0};
	struct scene s;

	(void)state;
	begin(&s);
	scan(&s);
	sweep(&s, 10); /* a machine that looks for its neighbours */
	expect_none(&s, FINDING_SWEEP);
	sweep(&s, 100);
	assert_int_equal(found(&s, FINDING_SWEEP, &f), 1);
	assert_int_equal(f.count, 110);
	assert_int_equal(f.frames[0], 401);
	assert_non_null(strstr(f.sentence, "203.0.113.9 asked for about "));
	assert_non_null(strstr(f.sentence, " (ARP)"));
	scene_end(&s);
	/* the scanner's own machine, by another address */
	begin(&s);
	memcpy(s.our_mac, two, MAC_LEN);
	scan(&s);
	sweep(&s, 100);
	expect_none(&s, FINDING_SWEEP);
	scene_end(&s);
}

static void a_sweep_outlives_a_flood_of_sources(void **state)
{
	struct finding f = {0};
	struct scene s;
	struct addr us;

	(void)state;
	begin(&s);
	scan(&s);
	sweep(&s, 100);
	us = s.us;
	for (unsigned i = 0; i < 20000; i++) {
		s.us = addr_v4_number(0x0a000000 + i);
		scene_syn(&s, HOST, 22, LOCAL, SEQ + i);
	}
	s.us = us;
	assert_int_equal(found(&s, FINDING_SWEEP, &f), 1);
	assert_int_equal(f.frames[0], 401);
	scene_end(&s);
}

static void packets_that_are_there_twice(void **state)
{
	struct finding f;
	struct scene s;

	(void)state;
	begin(&s);
	for (uint16_t port = 1; port <= 20; port++) {
		scene_syn(&s, HOST, port, LOCAL, SEQ);
		scene_rst(&s, HOST, port, LOCAL, SEQ + 1);
	}
	expect_none(&s, FINDING_COPIED);
	for (uint16_t port = 1; port <= 5; port++) {
		s.interface = 0;
		scene_syn(&s, HOST, port, LOCAL + 1, SEQ);
		s.interface = 1;
		scene_feed(&s, FRAME_SENT);
	}
	f = expect(&s, FINDING_COPIED, 5, "Packets were captured on two interfaces");
	assert_int_equal(f.frames[0], 42);
	scene_end(&s);
}

static void frames_too_short_to_be_read(void **state)
{
	struct scene s;

	(void)state;
	begin(&s);
	s.snap = 54; /* all of the headers */
	scene_syn(&s, HOST, 22, LOCAL, SEQ);
	expect_none(&s, FINDING_CUT);
	s.snap = 40; /* within TCP's */
	scene_syn(&s, HOST, 23, LOCAL, SEQ);
	expect(&s, FINDING_CUT, 1, "Frames cut so short that their headers cannot be read");
	scene_end(&s);
}

static void answers_without_their_probes(void **state)
{
	struct finding f;
	struct scene s;

	(void)state;
	begin(&s);
	scene_echo(&s, HOST, 7);
	scene_echo_reply(&s, HOST, 7);
	for (uint16_t port = 1; port <= 9; port++)
		scene_rst(&s, "198.51.100.11", port, LOCAL, SEQ + 1);
	expect_none(&s, FINDING_ONE_SIDED);
	scene_rst(&s, "198.51.100.11", 10, LOCAL, SEQ + 1);
	f = expect(&s, FINDING_ONE_SIDED, 10,
		   "Answers without their probes: only the targets' side is in the capture");
	assert_int_equal(f.sureness, SURE_LIKELY);
	scene_end(&s);
}

static void probes_without_any_answer(void **state)
{
	struct finding f;
	struct scene s;

	(void)state;
	begin(&s);
	for (uint16_t port = 1; port <= 30; port++)
		scene_syn(&s, HOST, port, LOCAL, SEQ);
	f = expect(&s, FINDING_ONE_SIDED, 30,
		   "Only the scanner's side is in the capture, or nothing answered at all");
	assert_int_equal(f.sureness, SURE_POSSIBLE);
	/* a kernel resets only what it received */
	scene_own_tcp(&s, HOST,
		      &(struct tcp_hdr) {.source_port = LOCAL,
					 .destination_port = 22,
					 .seq = SEQ + 1,
					 .flags = TCP_RST});
	f = expect(&s, FINDING_ONE_SIDED, 1,
		   "The scanner's kernel refused answers that are not in the capture");
	assert_int_equal(f.sureness, SURE_LIKELY);
	scene_syn_ack(&s, HOST, 22, LOCAL, SEQ + 1);
	expect_none(&s, FINDING_ONE_SIDED);
	scene_end(&s);
}

static void strangers_by_protocol(void **state)
{
	struct findings list;
	struct scene s;

	(void)state;
	begin(&s);
	scene_echo(&s, HOST, 7);
	scene_echo_reply(&s, HOST, 7);
	scene_udp_back(&s, OTHER, 53, 5000);
	scene_udp_back(&s, OTHER, 53, 5001);
	scene_rst(&s, OTHER, 5, 6, 7);
	list = gather(&s);
	assert_int_equal(list.count, 2);
	assert_string_equal(list.items[0].sentence, "DNS that is no part of the scan");
	assert_int_equal(list.items[0].count, 2);
	assert_string_equal(list.items[1].sentence, "TCP that is no part of the scan");
	findings_done(&list);
	scene_end(&s);
}

/* A million forged answers cost the findings neither memory nor their heads. */
static void floods_are_counted_only(void **state)
{
	struct findings list;
	struct scene s;

	(void)state;
	begin(&s);
	scan(&s);
	for (unsigned i = 0; i < 200000; i++) {
		s.us = scene_addr("192.0.2.10");
		s.from_mac[5] = (uint8_t)i;
		s.hops = (uint8_t)(i >> 8);
		scene_rst(&s, HOST, (uint16_t)(1 + i % 200), LOCAL, SEQ + 2 + i);
	}
	list = gather(&s);
	assert_true(list.count <= 4);
	for (size_t i = 0; i < list.count; i++) {
		/* forged answers prove nothing, so nothing is said of TTLs, MACs or states */
		assert_true(list.items[i].kind == FINDING_UNPROVEN);
		assert_int_equal(list.items[i].count, 200000);
	}
	findings_done(&list);
	scene_end(&s);
}

static void the_kernel_refuses_datagrams(void **state)
{
	struct activities a = {0};
	struct scene s;

	(void)state;
	begin(&s);
	scene_udp(&s, HOST, 53, LOCAL);
	scene_udp_back(&s, HOST, 53, LOCAL);
	assert_true(activities_find(s.ledger, s.around, NULL, &a));
	assert_int_equal(a.beside_count, 0);
	activities_done(&a);
	scene_end(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(two_link_addresses_that_claim_one),
		cmocka_unit_test(a_conflict_outlives_a_flood_of_claims),
		cmocka_unit_test(two_link_addresses_that_answer_for_one),
		cmocka_unit_test(sweeps_by_others),
		cmocka_unit_test(a_sweep_outlives_a_flood_of_sources),
		cmocka_unit_test(packets_that_are_there_twice),
		cmocka_unit_test(frames_too_short_to_be_read),
		cmocka_unit_test(answers_without_their_probes),
		cmocka_unit_test(probes_without_any_answer),
		cmocka_unit_test(strangers_by_protocol),
		cmocka_unit_test(floods_are_counted_only),
		cmocka_unit_test(the_kernel_refuses_datagrams),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
