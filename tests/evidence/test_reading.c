// SPDX-License-Identifier: Apache-2.0
// Frames out of order give the verdicts of their order, and what is held stays bounded.
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "scene.h"

#include "evidence/reading.h"

#define HOST  "198.51.100.10"
#define LOCAL 40000
#define SEQ   0x1000

/* What a reading handed on. */
struct heard {
	uint64_t count;
	uint64_t disorders; /* stamps that ran backwards */
	nsec_t last;
	uint64_t kinds[NOTE_KINDS];
};

static void hear(void *user, const struct frame *frame, const struct packet *packet,
		 const struct note *note)
{
	struct heard *h = user;

	assert_non_null(packet);
	assert_false(note->early);
	h->disorders += h->count && frame->time < h->last;
	h->last = frame->time;
	h->count++;
	h->kinds[note->kind]++;
}

static void begin(struct scene *s, struct heard *heard)
{
	*heard = (struct heard) {0};
	scene_begin(s);
	s->reading = reading_new(s->ledger, hear, heard);
	assert_non_null(s->reading);
}

static void every_frame_goes_on_by_its_stamp(void **state)
{
	struct heard heard;
	struct scene s;
	nsec_t start;

	(void)state;
	begin(&s, &heard);
	start = s.now;
	for (unsigned i = 0; i < 1000; i++) {
		/* 7 is prime to 10: every millisecond of ten once, in an order of its own */
		s.now = start + (i / 10 * 10 + i * 7 % 10) * MS;
		scene_syn(&s, HOST, (uint16_t)(1 + i), LOCAL, SEQ + i);
	}
	assert_in_range(heard.count, 900, 990);
	assert_int_equal(reading_end(s.reading), 0);
	assert_int_equal(heard.count, 1000);
	assert_int_equal(heard.disorders, 0);
	assert_int_equal(ledger_probe_count(s.ledger), 1000);
	scene_end(&s);
}

static void answers_may_bear_earlier_stamps(void **state)
{
	const struct scene_error error = {HOST, HOST, 3, 13, 25, LOCAL, SEQ, 20};
	struct heard heard;
	struct scene s;

	(void)state;
	begin(&s, &heard);
	scene_syn_ack(&s, HOST, 22, LOCAL, SEQ + 1);
	scene_rst(&s, HOST, 23, LOCAL, SEQ + 1);
	scene_error(&s, &error);
	scene_echo_reply(&s, HOST, 0x10002);
	s.now += 10 * MS;
	scene_syn(&s, HOST, 22, LOCAL, SEQ);
	scene_syn(&s, HOST, 23, LOCAL, SEQ);
	scene_syn(&s, HOST, 25, LOCAL, SEQ);
	scene_echo(&s, HOST, 0x10002);
	assert_int_equal(reading_end(s.reading), 0);
	scene_expect(&s, HOST, 22, PORT_OPEN, "syn-ack");
	scene_expect(&s, HOST, 23, PORT_CLOSED, "reset");
	scene_expect(&s, HOST, 25, PORT_FILTERED, "admin-prohibited");
	assert_int_equal(heard.kinds[NOTE_PROBE], 4);
	assert_int_equal(heard.kinds[NOTE_REPLY], 4);
	/* times are as stamped: nothing is learned from a negative round trip */
	assert_int_equal(ledger_host(s.ledger, scene_host(&s, HOST))->rtt_count, 0);
	scene_end(&s);
}

/* The same answers long before anybody asked belong to another's question. */
static void too_early_is_no_answer(void **state)
{
	struct heard heard;
	struct scene s;

	(void)state;
	begin(&s, &heard);
	scene_syn_ack(&s, HOST, 22, LOCAL, SEQ + 1);
	s.now += READING_WINDOW + READING_EARLY + 10 * MS;
	scene_syn(&s, HOST, 22, LOCAL, SEQ);
	s.now += 500 * MS;
	scene_syn(&s, HOST, 24, LOCAL, SEQ);
	assert_int_equal(reading_end(s.reading), 0);
	scene_expect(&s, HOST, 22, PORT_FILTERED, "no-response");
	assert_int_equal(heard.kinds[NOTE_UNRELATED], 1);
	scene_end(&s);
}

/* What proves nothing is told so once, after it had its time. */
static void a_forgery_stays_one(void **state)
{
	struct heard heard;
	struct scene s;

	(void)state;
	begin(&s, &heard);
	scene_syn(&s, HOST, 22, LOCAL, SEQ);
	scene_syn_ack(&s, HOST, 22, LOCAL, SEQ + 77);
	s.now += 100 * MS;
	scene_syn(&s, HOST, 23, LOCAL, SEQ);
	assert_int_equal(reading_end(s.reading), 0);
	scene_expect(&s, HOST, 22, PORT_FILTERED, "no-response");
	assert_int_equal(heard.kinds[NOTE_UNPROVEN], 1);
	assert_int_equal(ledger_noted(s.ledger, NOTE_UNPROVEN, 0, NULL), 1);
	assert_int_equal(ledger_host(s.ledger, 0)->unproven, 1);
	scene_end(&s);
}

/* A handshake by connect() whose stamps are inside out is no ACK scan. */
static void a_handshake_inside_out_is_one(void **state)
{
	const struct tcp_hdr ack = {.source_port = LOCAL,
				    .destination_port = 22,
				    .seq = SEQ + 1,
				    .ack = 1,
				    .flags = TCP_ACK,
				    .window = 512};
	struct port_verdict v;
	struct heard heard;
	struct scene s;

	(void)state;
	begin(&s, &heard);
	scene_own_tcp(&s, HOST, &ack);
	s.now += 3 * MS;
	scene_syn(&s, HOST, 22, LOCAL, SEQ);
	s.now += 3 * MS;
	scene_syn_ack(&s, HOST, 22, LOCAL, SEQ + 1);
	assert_int_equal(reading_end(s.reading), 0);
	scene_expect(&s, HOST, 22, PORT_OPEN, "syn-ack");
	assert_int_equal(verdict_by(s.ledger, scene_host(&s, HOST), PROBE_ACK, 22, &v), -ENOENT);
	scene_end(&s);
}

/* All at one moment, or ever backwards: nothing is lost, and no more is held than was promised. */
static void held_frames_are_bounded(void **state)
{
	struct heard heard;
	struct scene s;
	nsec_t start;

	(void)state;
	begin(&s, &heard);
	start = s.now;
	for (uint64_t i = 0; i < 3 * READING_FRAMES; i++) {
		scene_rst(&s, HOST, (uint16_t)i, LOCAL, SEQ);
		assert_in_range(s.frames - heard.count, 0, READING_FRAMES);
	}
	for (uint64_t i = 0; i < 2 * READING_FRAMES; i++) {
		s.now = start + 10 * MS - (nsec_t)i;
		scene_rst(&s, HOST, (uint16_t)i, LOCAL, SEQ);
		assert_in_range(s.frames - heard.count, 0, READING_FRAMES);
	}
	assert_int_equal(reading_end(s.reading), 0);
	assert_int_equal(heard.count, s.frames);
	scene_end(&s);
}

/* A second file behind the first one is read in its own order. */
static void a_jump_back_begins_anew(void **state)
{
	struct heard heard;
	struct scene s;
	nsec_t start;

	(void)state;
	begin(&s, &heard);
	start = s.now;
	for (unsigned copy = 0; copy < 2; copy++) {
		for (unsigned i = 0; i < 400; i++) {
			s.now = start + (i ^ 1) * 10 * MS;
			scene_syn(&s, HOST, (uint16_t)(1 + i), LOCAL, SEQ + i);
		}
	}
	assert_int_equal(reading_end(s.reading), 0);
	assert_int_equal(heard.count, 800);
	assert_int_equal(heard.disorders, 1);
	scene_end(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_frame_goes_on_by_its_stamp),
		cmocka_unit_test(answers_may_bear_earlier_stamps),
		cmocka_unit_test(too_early_is_no_answer),
		cmocka_unit_test(a_forgery_stays_one),
		cmocka_unit_test(a_handshake_inside_out_is_one),
		cmocka_unit_test(held_frames_are_bounded),
		cmocka_unit_test(a_jump_back_begins_anew),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
