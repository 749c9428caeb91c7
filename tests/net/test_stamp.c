// SPDX-License-Identifier: Apache-2.0
// Stamps come back to monotonic time whatever is done to the wall clock; held frames come in order.
//
// No test sets a clock beside a whole scan: a time namespace shifts only the clocks that nobody can
// set, and a preloaded library cannot step the stamps that the kernel writes into the ring.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/rng.h"
#include "net/clock.h"
#include "net/hold.h"
#include "net/stamp.h"

#define OFFSET (1700000000 * NSEC_PER_SEC)

static void converts_with_a_steady_clock(void **state)
{
	struct stamp s;

	(void)state;
	stamp_begin(&s, OFFSET, 1000);
	assert_true(stamp_fits(&s, OFFSET + 5000, 6000));
	assert_int_equal(stamp_convert(&s, OFFSET + 5000, 6000), 5000);
	/* Noise moves nothing, discipline does, and neither is a step. */
	stamp_measure(&s, OFFSET + 100, 7000);
	assert_int_equal(stamp_convert(&s, OFFSET + 5000, 6000), 5000);
	stamp_measure(&s, OFFSET + 3000, 7000);
	assert_int_equal(stamp_convert(&s, OFFSET + 3000 + 5000, 6000), 5000);
	assert_int_equal(s.steps, 0);
}

static void is_never_later_than_now(void **state)
{
	struct stamp s;

	(void)state;
	stamp_begin(&s, OFFSET, 1000);
	assert_false(stamp_fits(&s, OFFSET + 9000, 6000));
	assert_int_equal(stamp_convert(&s, OFFSET + 9000, 6000), 6000);
}

/* Frames of both sides of a step wait in one batch. */
static void survives_a_set_clock(void **state)
{
	static const nsec_t steps[] = {
		5 * NSEC_PER_SEC,      -5 * NSEC_PER_SEC,   86400 * NSEC_PER_SEC,
		-86400 * NSEC_PER_SEC, 200 * NSEC_PER_MSEC, -200 * NSEC_PER_MSEC,
	};

	(void)state;
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		nsec_t t = 100 * NSEC_PER_SEC, now = t + 50 * NSEC_PER_MSEC;
		struct stamp s;

		stamp_begin(&s, OFFSET, t);
		stamp_measure(&s, OFFSET + steps[i], now);
		assert_int_equal(s.steps, 1);
		assert_int_equal(stamp_convert(&s, OFFSET + t + 10, now), t + 10);
		assert_int_equal(stamp_convert(&s, OFFSET + steps[i] + t + 20, now), t + 20);
		/* In later batches only the new distance holds. */
		stamp_drained(&s, now);
		assert_int_equal(stamp_convert(&s, OFFSET + steps[i] + now + 30, now + 40),
				 now + 30);
	}
}

static void measures_the_clocks_tightly(void **state)
{
	nsec_t before = clock_now(), a = clock_wall_offset(), b = clock_wall_offset();

	(void)state;
	assert_true(clock_now() >= before);
	assert_true(a > OFFSET - clock_now());
	assert_true((a > b ? a - b : b - a) < NSEC_PER_MSEC);
}

static void sorts_and_keeps_bytes(void **state)
{
	struct hold h;
	struct rng rng = {.state = 1};
	nsec_t last = 0, base = 0;
	size_t put = 0, taken = 0;

	(void)state;
	assert_int_equal(hold_init(&h, 200), 0);
	assert_true(hold_oldest(&h) == NSEC_NEVER);
	for (int round = 0; round < 200; round++) {
		struct frame f = {0};
		uint8_t *room;

		for (uint64_t n = rng_below(&rng, 50); n; n--) {
			room = hold_room(&h);
			assert_non_null(room);
			f.time = base + (nsec_t)rng_below(&rng, 1000);
			f.captured_len = (uint32_t)rng_below(&rng, 200);
			memset(room, (int)(f.time & 0xff), f.captured_len);
			hold_add(&h, &f);
			put++;
		}
		/* Nothing older than base comes any more: base may leave. */
		while (hold_take(&h, base, &f)) {
			assert_true(f.time >= last);
			for (uint32_t i = 0; i < f.captured_len; i++)
				assert_int_equal(f.bytes[i], f.time & 0xff);
			last = f.time;
			taken++;
		}
		hold_compact(&h);
		assert_int_equal(h.count, put - taken);
		base += 500;
	}
	hold_done(&h);
}

static void says_when_it_is_full(void **state)
{
	struct hold h;
	struct frame f = {.captured_len = 1};
	size_t n = 0;

	(void)state;
	assert_int_equal(hold_init(&h, 100), 0);
	for (; hold_room(&h); n++) {
		f.time = -(nsec_t)n; /* the worst order */
		hold_add(&h, &f);
	}
	assert_in_range(n, 100, 100000);
	assert_int_equal(hold_oldest(&h), -(nsec_t)(n - 1));
	assert_int_equal(hold_newest(&h), 0);
	assert_true(hold_take(&h, 0, &f));
	hold_compact(&h);
	assert_non_null(hold_room(&h));
	hold_done(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(converts_with_a_steady_clock),
		cmocka_unit_test(is_never_later_than_now),
		cmocka_unit_test(survives_a_set_clock),
		cmocka_unit_test(measures_the_clocks_tightly),
		cmocka_unit_test(sorts_and_keeps_bytes),
		cmocka_unit_test(says_when_it_is_full),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
