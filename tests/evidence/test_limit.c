// SPDX-License-Identifier: Apache-2.0
// Limits are told from loss, and their numbers are found, for each style that stacks have.
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "evidence/limit.h"

#define MS NSEC_PER_MSEC

/* A row being made. */
struct row {
	struct limit_try tries[LIMIT_TRIES_MAX];
	size_t count;
	uint64_t seed;
};

/* Uniform in [0, 1): splitmix64. */
static double chance(struct row *r)
{
	uint64_t z = r->seed += 0x9e3779b97f4a7c15u;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return (double)((z ^ (z >> 31)) >> 11) / 9007199254740992.0;
}

/* Tries at a steady pace against a bucket, some of them lost beside it. */
static void play_bucket(struct row *r, size_t count, nsec_t gap, double rate, double burst,
			double loss)
{
	double tokens = burst;

	r->count = count;
	for (size_t i = 0; i < count; i++) {
		tokens += rate * (double)gap / (double)NSEC_PER_SEC;
		if (tokens > burst)
			tokens = burst;
		r->tries[i] = (struct limit_try) {.time = (nsec_t)i * gap};
		if (tokens < 1)
			continue;
		tokens -= 1;
		r->tries[i].answered = chance(r) >= loss;
	}
}

/* The same against so many in each second. */
static void play_window(struct row *r, size_t count, nsec_t gap, unsigned height)
{
	nsec_t since = 0;
	unsigned sent = 0;

	r->count = count;
	for (size_t i = 0; i < count; i++) {
		nsec_t time = (nsec_t)i * gap;

		if (time - since >= NSEC_PER_SEC) {
			since = time;
			sent = 0;
		}
		r->tries[i] = (struct limit_try) {time, sent++ < height};
	}
}

/* Chance alone, in bursts of silence that last `burst` tries on average; 1: none. */
static void play_loss(struct row *r, size_t count, nsec_t gap, double loss, double burst)
{
	double begin = loss / (1 - loss) / burst;
	bool bad = false;

	r->count = count;
	for (size_t i = 0; i < count; i++) {
		bad = bad ? chance(r) >= 1 / burst : chance(r) < begin;
		r->tries[i] =
			(struct limit_try) {(nsec_t)i * gap, burst > 1 ? !bad : chance(r) >= loss};
	}
}

static void expect_near(const struct row *r, double rate, double burst, double tolerance)
{
	struct limit m;

	if (!limit_measure(r->tries, r->count, true, &m))
		fail_msg("no limit is found; one of %g a second, %g at once, is there", rate,
			 burst);
	if (fabs(m.rate - rate) > rate * tolerance || fabs(m.burst - burst) > 1 + burst * tolerance)
		fail_msg("found %g a second, %g at once; true are %g and %g", m.rate, m.burst, rate,
			 burst);
	assert_true(m.evidence >= LIMIT_EVIDENCE);
}

static void buckets_are_measured(void **state)
{
	static const struct {
		double rate, burst;
		nsec_t gap;
		size_t count;
	} rows[] = {
		{1, 6, 100 * MS, 100},    /* Linux, errors to one peer */
		{1, 6, 10 * MS, 1000},    /* asked faster */
		{1000, 50, MS / 4, 1000}, /* Linux, errors to all */
		{50, 10, 5 * MS, 1000},   {200, 20, 3 * MS, 1000}, {10, 2, 30 * MS, 200},
	};
	struct row r = {.seed = 1};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		play_bucket(&r, rows[i].count, rows[i].gap, rows[i].rate, rows[i].burst, 0);
		expect_near(&r, rows[i].rate, rows[i].burst, 0.12);
		play_bucket(&r, rows[i].count, rows[i].gap, rows[i].rate, rows[i].burst, 0.05);
		expect_near(&r, rows[i].rate, rows[i].burst, 0.2);
	}
}

static void windows_are_measured(void **state)
{
	struct row r = {.seed = 1};
	struct limit m;

	(void)state;
	play_window(&r, 1000, 3 * MS, 200); /* FreeBSD, RSTs */
	assert_true(limit_measure(r.tries, r.count, true, &m));
	assert_int_equal(m.shape, LIMIT_WINDOW);
	assert_true(m.rate == 200);
	play_window(&r, 1000, 4 * MS, 100); /* OpenBSD */
	assert_true(limit_measure(r.tries, r.count, true, &m));
	assert_true(m.rate == 100);
}

/* Chance shows no limit: in 8,000 rows of all kinds there is none. */
static void loss_is_no_limit(void **state)
{
	static const double losses[] = {0.02, 0.1, 0.3, 0.6, 0.9};
	static const double bursts[] = {1, 3, 20, 100};
	struct row r = {.seed = 7};
	unsigned wrong = 0;
	struct limit m;

	(void)state;
	for (unsigned i = 0; i < 8000; i++) {
		play_loss(&r, 20 + i % 7 * 60, (nsec_t)(1 + i % 50) * MS, losses[i % 5],
			  bursts[i / 5 % 4]);
		if (!limit_measure(r.tries, r.count, i % 2, &m))
			continue;
		print_error("row %u: %g a second, %g at once, evidence %g\n", i, m.rate, m.burst,
			    m.evidence);
		wrong++;
	}
	assert_int_equal(wrong, 0);
}

static void too_little_shows_nothing(void **state)
{
	struct row r = {.seed = 1};
	struct limit m;

	(void)state;
	play_bucket(&r, 30, MS, 0.001, 6, 0); /* six answers and then none: anything may be */
	assert_false(limit_measure(r.tries, r.count, true, &m));
	play_bucket(&r, 1000, MS, 5000, 100, 0); /* a limit that is never reached */
	assert_false(limit_measure(r.tries, r.count, true, &m));
	assert_false(limit_measure(r.tries, 0, true, &m));
}

static void stamps_may_all_be_one(void **state)
{
	struct row r = {.seed = 1};
	struct limit m;

	(void)state;
	play_loss(&r, 500, 0, 0.5, 1);
	assert_false(limit_measure(r.tries, r.count, true, &m));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(buckets_are_measured),  cmocka_unit_test(windows_are_measured),
		cmocka_unit_test(loss_is_no_limit),      cmocka_unit_test(too_little_shows_nothing),
		cmocka_unit_test(stamps_may_all_be_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
