// SPDX-License-Identifier: Apache-2.0
// Phases and unexpected things: what is told of a whole scan, and that each needs its frames.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "scene.h"

#include "evidence/explain.h"
#include "evidence/gather.h"

#define HOST   "198.51.100.10"
#define ROUTER "192.0.2.1"
#define LOCAL  40000
#define SEQ    0x1000
#define START  (1000 * NSEC_PER_SEC)

/* What the scene's scan looks like, as text that the caller frees. */
static struct buf told(struct scene *s, void (*tell)(struct explain *, struct buf *))
{
	struct explain_capture about = {.file = "x.pcap",
					.frames = s->frames,
					.first_frame = START,
					.last_frame = s->now,
					.dropped = EXPLAIN_UNKNOWN};
	struct explain *x = explain_new(s->ledger, &about);
	struct buf out = {0};

	assert_non_null(x);
	tell(x, &out);
	assert_false(explain_failed(x));
	explain_free(x);
	return out;
}

static void expect_in(struct scene *s, const char *text)
{
	struct buf out = told(s, explain_unexpected);

	if (!strstr(buf_text(&out), text))
		fail_msg("\"%s\" is not in:\n%s", text, buf_text(&out));
	buf_done(&out);
}

static void phases_follow_each_other(void **state)
{
	struct buf out;
	struct scene s;

	(void)state;
	scene_begin(&s);
	scene_lookup(&s, ROUTER, 50000);
	s.now += MS;
	scene_echo(&s, HOST, 7);
	s.now += 80 * MS;
	scene_echo_reply(&s, HOST, 7);
	scene_syn(&s, HOST, 22, LOCAL, SEQ);
	s.now += MS;
	scene_syn(&s, HOST, 23, LOCAL, SEQ);
	s.now += 80 * MS;
	scene_syn_ack(&s, HOST, 22, LOCAL, SEQ + 1);
	scene_own_tcp(&s, HOST,
		      &(struct tcp_hdr) {.source_port = LOCAL,
					 .destination_port = 22,
					 .seq = SEQ + 1,
					 .flags = TCP_RST});
	s.now += 100 * MS;
	scene_syn(&s, HOST, 23, LOCAL + 2, SEQ);
	scene_syn(&s, HOST, 22, LOCAL + 1, SEQ);
	s.now += 80 * MS;
	scene_rst(&s, HOST, 23, LOCAL + 2, SEQ + 1);
	out = told(&s, explain_phases);
	assert_string_equal(
		buf_text(&out),
		"What 192.0.2.10 did:\n"
		"  PHASE                                 BEGAN          ENDED  PACKETS ANSWERED  A SECOND\n"
		"  name look-up                     0.000000 s     0.000000 s        1        0         -\n"
		"  host discovery                   0.001000 s     0.001000 s        1        1         -\n"
		"  SYN scan, first tries            0.081000 s     0.082000 s        2        1      1000\n"
		"  kernel resets SYN/ACKs           0.162000 s     0.162000 s        1        0         -\n"
		"  SYN scan, second tries           0.262000 s     0.262000 s        1        1         -\n"
		"  sent again though answered       0.262000 s     0.262000 s        1        0         -\n"
		"  198.51.100.10 is up by frame 3 (echo-reply). Asked: echo request (frame 2,\n"
		"  answered by frame 3).\n"
		"  Sent: at most 307 a second; in each tenth of the time (26.100 ms) 1 0 0 2 0 0\n"
		"  0 0 0 2. Under way at once: at most 2 (at 0.082000 s), typically 1.\n"
		"  Round trips: 3 answers, least 80.000 ms, median 80.740 ms, 95 % within 81.000\n"
		"  ms, most 81.000 ms, deviation 0.471 ms.\n"
		"  1 of 2 ports that answered did so only to a later try. Too few tries show\n"
		"  whether packets were lost.\n");
	buf_done(&out);
	scene_end(&s);
}

static void a_plain_scan_has_nothing_unexpected(void **state)
{
	struct scene s;

	(void)state;
	scene_begin(&s);
	scene_syn(&s, HOST, 22, LOCAL, SEQ);
	scene_syn_ack(&s, HOST, 22, LOCAL, SEQ + 1);
	s.now += 1000 * MS;
	scene_syn_ack(&s, HOST, 22, LOCAL, SEQ + 1); /* a kernel sends it again */
	expect_in(&s, "Nothing unexpected");
	scene_end(&s);
}

/* The only finding of a kind; NULL when there is none. Valid until the next call. */
static const struct finding *found(struct scene *s, enum finding_kind kind)
{
	static struct finding copy;
	const struct gather_capture capture = {s->frames, UINT64_MAX};
	const struct finding *result = NULL;
	struct findings list = {0};

	gather_findings(s->ledger, NULL, &capture, &list);
	assert_false(list.failed);
	for (size_t i = 0; i < list.count; i++) {
		assert_true(strlen(list.items[i].sentence) + 1 < FINDING_TEXT_MAX);
		assert_non_null(list.items[i].why);
		assert_non_null(list.items[i].otherwise);
		if (list.items[i].kind != kind)
			continue;
		assert_null(result);
		copy = list.items[i];
		result = &copy;
	}
	findings_done(&list);
	return result;
}

/* Asserts that there is one of this kind with this count, the first of its frames being `frame`. */
static const struct finding *expect(struct scene *s, enum finding_kind kind, uint64_t count,
				    uint64_t frame)
{
	const struct finding *f = found(s, kind);

	if (!f)
		fail_msg("there is no finding %s", finding_kind_row(kind)->name);
	assert_int_equal(f->count, count);
	assert_int_equal(f->frames[0], frame);
	return f;
}

static void every_kind_has_a_name_and_a_weight_of_its_own(void **state)
{
	(void)state;
	for (unsigned i = 0; i < FINDING_KINDS; i++) {
		assert_true(strlen(finding_kind_row(i)->name) > 2);
		for (unsigned j = 0; j < i; j++) {
			assert_string_not_equal(finding_kind_row(i)->name,
						finding_kind_row(j)->name);
			assert_true(!finding_kind_row(i)->weight ||
				    finding_kind_row(i)->weight != finding_kind_row(j)->weight);
		}
	}
}

static void a_wrong_acknowledgement_proves_nothing(void **state)
{
	struct scene s;

	(void)state;
	scene_begin(&s);
	scene_syn(&s, HOST, 22, LOCAL, SEQ);
	assert_null(found(&s, FINDING_UNPROVEN));
	scene_syn_ack(&s, HOST, 22, LOCAL, SEQ + 9);
	expect(&s, FINDING_UNPROVEN, 1, 2);
	expect_in(&s, "Replies that prove nothing: 1 frame (2).");
	scene_end(&s);
}

static void answers_that_came_more_often_than_asked(void **state)
{
	struct scene s;

	(void)state;
	scene_begin(&s);
	scene_syn(&s, HOST, 22, LOCAL, SEQ);
	scene_syn_ack(&s, HOST, 22, LOCAL, SEQ + 1);
	s.now += 1000 * MS;
	scene_syn_ack(&s, HOST, 22, LOCAL, SEQ + 1); /* a kernel sends it again */
	assert_null(found(&s, FINDING_TWICE));
	/* two tries alike and two answers: the newest try gets both */
	scene_syn(&s, HOST, 23, LOCAL, SEQ);
	scene_syn(&s, HOST, 23, LOCAL, SEQ);
	scene_rst(&s, HOST, 23, LOCAL, SEQ + 1);
	scene_rst(&s, HOST, 23, LOCAL, SEQ + 1);
	assert_null(found(&s, FINDING_TWICE));
	scene_rst(&s, HOST, 23, LOCAL, SEQ + 1);
	expect(&s, FINDING_TWICE, 1, 8);
	scene_end(&s);
}

static void answers_that_came_late(void **state)
{
	struct scene s;

	(void)state;
	scene_begin(&s);
	scene_syn(&s, HOST, 23, LOCAL, SEQ);
	s.now += 100 * MS;
	scene_syn(&s, HOST, 23, LOCAL + 1, SEQ);
	s.now += 100 * MS;
	scene_rst(&s, HOST, 23, LOCAL + 1, SEQ + 1);
	assert_null(found(&s, FINDING_LATE)); /* the scanner waited as long before */
	s.now += 10 * MS;
	scene_rst(&s, HOST, 23, LOCAL, SEQ + 1);
	expect(&s, FINDING_LATE, 1, 4);
	scene_syn(&s, HOST, 24, LOCAL, SEQ);
	s.now += 101 * MS;
	scene_rst(&s, HOST, 24, LOCAL, SEQ + 1);
	expect(&s, FINDING_LATE, 2, 4);
	scene_end(&s);
}

static void both_states_of_one_port(void **state)
{
	const struct tcp_hdr done = {.source_port = LOCAL,
				     .destination_port = 23,
				     .seq = SEQ + 1,
				     .ack = 78,
				     .flags = TCP_ACK};
	struct scene s;

	(void)state;
	scene_begin(&s);
	scene_syn(&s, HOST, 23, LOCAL, SEQ);
	scene_syn_ack(&s, HOST, 23, LOCAL, SEQ + 1);
	scene_own_tcp(&s, HOST, &done);
	scene_rst(&s, HOST, 23, LOCAL, SEQ + 1); /* a service hangs up */
	assert_null(found(&s, FINDING_BOTH));
	scene_syn(&s, HOST, 22, LOCAL, SEQ);
	scene_syn_ack(&s, HOST, 22, LOCAL, SEQ + 1);
	scene_rst(&s, HOST, 22, LOCAL, SEQ + 9); /* forged */
	assert_null(found(&s, FINDING_BOTH));
	scene_rst(&s, HOST, 22, LOCAL, SEQ + 1);
	expect(&s, FINDING_BOTH, 2, 6);
	scene_end(&s);
}

/* Opens port 1 and closes 2 to 9 with another TTL. */
static void play_hops(struct scene *s, uint8_t opened, uint8_t closed)
{
	scene_begin(s);
	for (uint16_t port = 1; port <= 9; port++) {
		scene_syn(s, HOST, port, LOCAL, SEQ);
		s->hops = port == 9 ? opened : closed;
		if (port == 9)
			scene_syn_ack(s, HOST, port, LOCAL, SEQ + 1);
		else
			scene_rst(s, HOST, port, LOCAL, SEQ + 1);
	}
}

static void different_hops_mean_different_machines(void **state)
{
	struct scene s;

	(void)state;
	play_hops(&s, 57, 57);
	assert_null(found(&s, FINDING_HOPS));
	/* a router's errors have their own way */
	scene_syn(&s, HOST, 10, LOCAL, SEQ);
	s.hops = 200;
	scene_error_of_last(&s, ROUTER, 3, 13);
	assert_null(found(&s, FINDING_HOPS));
	scene_end(&s);
	play_hops(&s, 57, 250); /* 7 hops from 64, 5 from 255; seen once only */
	assert_int_equal(expect(&s, FINDING_HOPS, 1, 18)->sureness, SURE_POSSIBLE);
	for (uint16_t port = 20; port <= 23; port++) {
		scene_syn(&s, HOST, port, LOCAL, SEQ);
		scene_syn_ack(&s, HOST, port, LOCAL, SEQ + 1);
	}
	assert_int_equal(expect(&s, FINDING_HOPS, 5, 18)->sureness, SURE_LIKELY);
	assert_string_equal(found(&s, FINDING_HOPS)->sentence,
			    "198.51.100.10 answered with TTL 250 (RSTs) and with TTL 57 "
			    "(SYN/ACKs)");
	scene_end(&s);
	play_hops(&s, 57, 248); /* the same distance */
	assert_int_equal(expect(&s, FINDING_HOPS, 1, 18)->sureness, SURE_POSSIBLE);
	scene_end(&s);
}

static void errors_that_routers_send(void **state)
{
	static const struct {
		uint8_t type;
		enum finding_kind kind;
	} rows[] = {{5, FINDING_REDIRECT}, {4, FINDING_QUENCH}, {11, FINDING_HOPS_OVER}};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct scene s;

		scene_begin(&s);
		scene_syn(&s, HOST, 22, LOCAL, SEQ);
		scene_error(&s, &(struct scene_error) {ROUTER, HOST, rows[i].type, 0, 22, LOCAL,
						       SEQ + 1, 20});
		assert_null(found(&s, rows[i].kind)); /* it quotes another sequence number */
		scene_error(&s, &(struct scene_error) {ROUTER, HOST, rows[i].type, 0, 22, LOCAL,
						       SEQ, 20});
		expect(&s, rows[i].kind, 1, 3);
		scene_end(&s);
	}
}

static void drops_are_said(void **state)
{
	const struct gather_capture lossy = {10, 3}, clean = {10, 0};
	struct findings list = {0};
	struct scene s;

	(void)state;
	scene_begin(&s);
	gather_findings(s.ledger, NULL, &clean, &list);
	assert_int_equal(list.count, 0);
	gather_findings(s.ledger, NULL, &lossy, &list);
	assert_int_equal(list.count, 1);
	assert_string_equal(list.items[0].sentence,
			    "The capture lost 3 frames beside the 10 that it holds");
	findings_done(&list);
	scene_end(&s);
}

static void the_worth_is_one_of_a_kind(void **state)
{
	const struct finding *worth[3];
	struct findings list = {0};

	(void)state;
	for (uint32_t host = 0; host < FINDING_SAME_MAX + 5; host++)
		findings_add(&list, &(struct finding) {.kind = FINDING_LATE, .host = host});
	findings_add(&list, &(struct finding) {.kind = FINDING_STRANGERS});
	findings_add(&list, &(struct finding) {.kind = FINDING_DROPS});
	findings_sort(&list);
	assert_int_equal(list.of_kind[FINDING_LATE], FINDING_SAME_MAX + 5);
	assert_int_equal(list.count, FINDING_SAME_MAX + 2);
	assert_int_equal(findings_worth(&list, 3, worth), 2);
	assert_int_equal(worth[0]->kind, FINDING_DROPS);
	assert_int_equal(worth[1]->kind, FINDING_LATE);
	assert_int_equal(worth[1]->host, 0);
	findings_done(&list);
}

static void limits_are_measured(void **state)
{
	struct scene s;

	(void)state;
	scene_begin(&s);
	for (uint16_t port = 1; port <= 6; port++) {
		scene_udp(&s, HOST, port, LOCAL);
		scene_error_of_last(&s, HOST, 3, 3);
	}
	for (uint16_t port = 7; port <= 46; port++) {
		s.now += 100 * MS;
		scene_udp(&s, HOST, port, LOCAL);
		if (port % 10 == 6)
			scene_error_of_last(&s, HOST, 3, 3);
	}
	expect_in(&s, "198.51.100.10 limits its ICMP errors: 6 at once, then about 1.0 a second,");
	scene_end(&s);
}

static void a_host_that_opens_all_is_doubted(void **state)
{
	struct scene s;

	(void)state;
	scene_begin(&s);
	for (uint16_t port = 1; port <= 30; port++) {
		scene_syn(&s, HOST, port, LOCAL, SEQ);
		scene_syn_ack(&s, HOST, port, LOCAL, SEQ + 1);
		if (port == 10)
			expect_in(&s, "Nothing unexpected");
	}
	expect_in(&s,
		  "198.51.100.10 shows 30 of 30 ports open: 30 frames (2, 4, 6, 8, 10, 12,...).");
	scene_end(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(phases_follow_each_other),
		cmocka_unit_test(a_plain_scan_has_nothing_unexpected),
		cmocka_unit_test(every_kind_has_a_name_and_a_weight_of_its_own),
		cmocka_unit_test(a_wrong_acknowledgement_proves_nothing),
		cmocka_unit_test(answers_that_came_more_often_than_asked),
		cmocka_unit_test(answers_that_came_late),
		cmocka_unit_test(both_states_of_one_port),
		cmocka_unit_test(different_hops_mean_different_machines),
		cmocka_unit_test(errors_that_routers_send),
		cmocka_unit_test(drops_are_said),
		cmocka_unit_test(the_worth_is_one_of_a_kind),
		cmocka_unit_test(limits_are_measured),
		cmocka_unit_test(a_host_that_opens_all_is_doubted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
