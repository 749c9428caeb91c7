// SPDX-License-Identifier: Apache-2.0
// Scans of one scanner are told apart by a pause out of proportion, and slow scans stay whole.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "evidence/runs.h"

#define SECOND NSEC_PER_SEC

static struct addr source(uint8_t last)
{
	struct addr addr = {.family = 4};

	addr.bytes[3] = last;
	return addr;
}

/* Sends count probes, gap apart; the number of the last one's run. */
static uint16_t probes(struct runs *r, nsec_t *now, unsigned count, nsec_t gap)
{
	struct addr addr = source(1);
	uint16_t number = 0;

	for (unsigned i = 0; i < count; i++, *now += gap)
		number = runs_number(r, &addr, *now, true);
	return number;
}

static void a_long_pause_parts_two_scans(void **state)
{
	struct runs r = {0};
	struct addr other = source(2);
	nsec_t now = 0;

	(void)state;
	assert_int_equal(probes(&r, &now, 100, SECOND / 100), 1);
	now += 29 * SECOND;
	assert_int_equal(probes(&r, &now, 100, SECOND / 100), 1);
	now += 20 * 31 * SECOND; /* 29 s are the measure by now */
	assert_int_equal(runs_number(&r, &other, now, true), 1);
	assert_int_equal(probes(&r, &now, 100, SECOND / 100), 2);
	now += 31 * SECOND;
	assert_int_equal(probes(&r, &now, 1, 0), 3);
}

static void a_slow_scan_stays_whole(void **state)
{
	struct runs r = {0};
	nsec_t now = 0;

	(void)state;
	assert_int_equal(probes(&r, &now, 50, 300 * SECOND), 1); /* nmap -T0 */
	now += 18 * 300 * SECOND;                                /* on top of the last gap */
	assert_int_equal(probes(&r, &now, 1, 0), 1);
}

static void few_probes_are_no_scan(void **state)
{
	struct runs r = {0};
	nsec_t now = 0;

	(void)state;
	assert_int_equal(probes(&r, &now, RUN_PROBES - 1, SECOND), 1);
	now += 3600 * SECOND;
	assert_int_equal(probes(&r, &now, RUN_PROBES, SECOND), 1);
}

static void resolution_goes_with_the_scan_that_follows(void **state)
{
	struct runs r = {0};
	struct addr addr = source(1);
	nsec_t now = 0;

	(void)state;
	assert_int_equal(probes(&r, &now, 20, SECOND), 1);
	now += 600 * SECOND;
	assert_int_equal(runs_number(&r, &addr, now, false), 2);
	now += 600 * SECOND;
	assert_int_equal(runs_number(&r, &addr, now, false), 2);
	now += 600 * SECOND;
	assert_int_equal(probes(&r, &now, 20, SECOND), 2);
	now += 60 * SECOND;
	assert_int_equal(probes(&r, &now, 20, SECOND), 3);
}

static void many_sources_are_bounded(void **state)
{
	struct runs r = {0};

	(void)state;
	for (unsigned i = 0; i < 3 * RUNS_MAX; i++) {
		struct addr addr = source((uint8_t)i);

		assert_int_equal(runs_number(&r, &addr, i * SECOND, true), 1);
	}
	assert_int_equal(r.count, RUNS_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_long_pause_parts_two_scans),
		cmocka_unit_test(a_slow_scan_stays_whole),
		cmocka_unit_test(few_probes_are_no_scan),
		cmocka_unit_test(resolution_goes_with_the_scan_that_follows),
		cmocka_unit_test(many_sources_are_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
