// SPDX-License-Identifier: Apache-2.0
// packet/pair: requests find their replies, repeated ones are told, old ones are forgotten.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "packet/pair.h"

static const struct addr a = {4, {192, 0, 2, 1}}, b = {4, {192, 0, 2, 2}};

static struct pair_view ask(struct pairs *p, bool reply, uint64_t number, uint32_t frame,
			    nsec_t patience)
{
	const struct pair_message m = {
		.query = {.kind = PAIR_DNS, .reply = reply, .number = number, .patience = patience},
		.source = reply ? &b : &a,
		.destination = reply ? &a : &b,
		.source_port = reply ? 53 : 5000,
		.destination_port = reply ? 5000 : 53,
		.frame = frame,
		.time = frame * NSEC_PER_SEC,
	};
	struct pair_view view;

	pairs_ask(p, &m, &view);
	assert_true(view.known);
	return view;
}

static void finds_the_other_side(void **state)
{
	struct pairs *p = pairs_new();
	struct pair_view view;

	(void)state;
	for (int pass = 0; pass < 2; pass++) {
		view = ask(p, false, 7, 1, 0);
		assert_int_equal(view.frame, pass ? 3 : 0);
		assert_int_equal(view.settled, pass);
		assert_int_equal(ask(p, false, 8, 2, 0).frame, 0);
		view = ask(p, true, 7, 3, 0);
		assert_int_equal(view.frame, 1);
		assert_int_equal(view.time, 2 * NSEC_PER_SEC);
		assert_int_equal(ask(p, true, 7, 4, 0).frame, 0); /* answered already */
		assert_int_equal(ask(p, true, 7, 4, 0).repeats, 3);
		assert_int_equal(ask(p, true, 9, 5, 0).repeats, 0); /* nobody asked */
		pairs_rewind(p);
	}
	pairs_free(p);
}

static void a_mark_tells_what_is_repeated(void **state)
{
	struct pairs *p = pairs_new();
	struct pair_message m = {
		.query = {.kind = PAIR_RADIUS, .number = 7, .mark = 5},
		.source = &a,
		.destination = &b,
		.frame = 1,
	};
	struct pair_message answer = {
		.query = {.kind = PAIR_RADIUS, .number = 7, .mark = 9, .reply = true},
		.source = &b,
		.destination = &a,
		.frame = 2,
	};
	struct pair_view view;

	(void)state;
	pairs_ask(p, &m, &view);
	pairs_ask(p, &answer, &view);
	assert_int_equal(view.frame, 1);
	m.frame = 3; /* answered already, and still the same */
	pairs_ask(p, &m, &view);
	assert_int_equal(view.repeats, 1);
	assert_int_equal(view.frame, 2);
	answer.frame = 4;
	pairs_ask(p, &answer, &view);
	assert_int_equal(view.repeats, 2);
	assert_int_equal(view.frame, 1);
	m.frame = 5; /* another one with the same number */
	m.query.mark = 6;
	pairs_ask(p, &m, &view);
	assert_int_equal(view.repeats, 0);
	pairs_free(p);
}

static void a_frame_may_hold_several(void **state)
{
	struct pairs *p = pairs_new();

	(void)state;
	for (int pass = 0; pass < 2; pass++) {
		assert_int_equal(ask(p, false, 7, 1, 0).frame, pass ? 2 : 0);
		assert_int_equal(ask(p, false, 8, 1, 0).frame, pass ? 3 : 0);
		assert_int_equal(ask(p, true, 7, 2, 0).frame, 1);
		assert_int_equal(ask(p, true, 8, 3, 0).frame, 1);
		pairs_rewind(p);
	}
	pairs_free(p);
}

static void many_replies_share_a_request(void **state)
{
	struct pairs *p = pairs_new();
	struct pair_message m = {
		.query = {.kind = PAIR_NTP, .number = 7, .many = true},
		.source = &a,
		.destination = &b,
	};
	struct pair_view view;

	(void)state;
	for (int pass = 0; pass < 2; pass++) {
		m.query.reply = false;
		m.frame = 1;
		pairs_ask(p, &m, &view);
		assert_int_equal(view.frame, pass ? 2 : 0); /* the first of them */
		m.query.reply = true;
		for (m.frame = 2; m.frame < 5; m.frame++) {
			pairs_ask(p, &m, &view);
			assert_int_equal(view.frame, 1);
			assert_int_equal(view.repeats, 0);
		}
		pairs_rewind(p);
	}
	pairs_free(p);
}

static void tells_what_is_repeated(void **state)
{
	struct pairs *p = pairs_new();

	(void)state;
	assert_int_equal(ask(p, false, 7, 1, 5 * NSEC_PER_SEC).repeats, 0);
	assert_int_equal(ask(p, false, 7, 2, 5 * NSEC_PER_SEC).repeats, 1);
	assert_int_equal(ask(p, true, 7, 3, 0).frame, 1);
	assert_int_equal(ask(p, false, 7, 4, 5 * NSEC_PER_SEC).repeats, 0);  /* was answered */
	assert_int_equal(ask(p, false, 7, 10, 5 * NSEC_PER_SEC).repeats, 0); /* too late */
	assert_int_equal(ask(p, true, 7, 11, 0).frame, 10);
	pairs_free(p);
}

static void forgets_the_oldest(void **state)
{
	struct pairs *p = pairs_new();

	(void)state;
	for (uint32_t i = 0; i <= PAIRS_MAX; i++)
		ask(p, false, i, i + 1, 0);
	assert_int_equal(ask(p, true, 0, PAIRS_MAX + 2, 0).frame, 0);
	assert_int_equal(ask(p, true, 1, PAIRS_MAX + 3, 0).frame, 2);
	assert_int_equal(ask(p, true, PAIRS_MAX, PAIRS_MAX + 4, 0).frame, PAIRS_MAX + 1);
	pairs_free(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_the_other_side),
		cmocka_unit_test(a_mark_tells_what_is_repeated),
		cmocka_unit_test(a_frame_may_hold_several),
		cmocka_unit_test(many_replies_share_a_request),
		cmocka_unit_test(tells_what_is_repeated),
		cmocka_unit_test(forgets_the_oldest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
