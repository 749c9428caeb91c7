// SPDX-License-Identifier: Apache-2.0
// Keeping step with a host that limits its answers where silence may be an open port's.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "scan/allowance.h"
#include "scan/canary.h"
#include "scan/plan.h"
#include "sim_paths.h"
#include "sim_ports.h"

#define MSEC NSEC_PER_MSEC
#define SEC  NSEC_PER_SEC

/* Whether a bucket of so many tokens a second gives one; it has six at most. */
static bool host_gives(double rate, double *tokens, nsec_t *filled, nsec_t now)
{
	*tokens += (double)(now - *filled) * rate / SEC;
	*tokens = *tokens > 6 ? 6 : *tokens;
	*filled = now;
	if (*tokens < 1)
		return false;
	*tokens -= 1;
	return true;
}

/* A limiter showed itself where nearly all ports are closed. */
static void begin(struct allowance *a, double rate, double burst, nsec_t now)
{
	const struct allowance_start start = {.rate = rate, .burst = burst, .share = 1};

	allowance_begin(a, &start, now);
}

/* Asks a host whose ports are all closed, 20 ms away, until it gave `count` answers; the time. */
static nsec_t ask(struct allowance *a, double rate, unsigned count, unsigned *ret_asked)
{
	nsec_t now = SEC, filled = SEC;
	double tokens = 0;

	for (*ret_asked = 0; a->total < count; ++*ret_asked) {
		bool canary = allowance_doubts(a);
		nsec_t left = now = allowance_next(a, canary, now);

		assert_true(allowance_ask(a, canary, now));
		allowance_take(a, canary);
		now += 20 * MSEC;
		if (host_gives(rate, &tokens, &filled, left))
			allowance_answered(a, left, canary, now);
		else if (canary)
			assert_true(allowance_empty(a, true, 0, now));
		else
			allowance_silent(a, 1);
	}
	return now - SEC;
}

static void a_rate_is_found_and_kept(void **state)
{
	static const double rates[] = {1, 4, 20};

	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		struct allowance a = {0};
		unsigned asked;
		double least = 300 / rates[i];
		nsec_t took;

		allowance_answered(&a, SEC, false, SEC);
		begin(&a, 1, 6, SEC);
		took = ask(&a, rates[i], 300, &asked);
		/* the first window takes five answers at one a second, the next two three */
		assert_true((double)took < 1.1 * least * SEC + 8 * SEC);
		assert_in_range(asked, 300, 390);
	}
}

static void nothing_leaves_without_a_token(void **state)
{
	struct allowance a = {0};
	nsec_t now = SEC;

	(void)state;
	assert_true(allowance_ask(&a, false, now)); /* no limiter is known yet */
	begin(&a, 2, 6, now);
	assert_false(allowance_ask(&a, false, now));
	assert_in_range(allowance_next(&a, false, now), now + 400 * MSEC, now + 520 * MSEC);
	now += 400 * MSEC;
	assert_false(allowance_ask(&a, true, now));
	assert_true(allowance_ask(&a, true, now + 120 * MSEC));
}

static void silence_costs_nothing_but_asks_for_a_canary(void **state)
{
	struct allowance a = {0};
	unsigned silent = 0;
	nsec_t now = SEC;

	(void)state;
	allowance_answered(&a, now, false, now);
	begin(&a, 1, 6, now);
	for (unsigned checks = 0; checks < 8; checks++) {
		while (!allowance_doubts(&a)) {
			now = allowance_next(&a, false, now);
			assert_true(allowance_ask(&a, false, now));
			allowance_take(&a, false);
			allowance_silent(&a, 1);
			silent++;
		}
		now = allowance_next(&a, true, now);
		assert_true(allowance_ask(&a, true, now));
		allowance_take(&a, true);
		allowance_answered(&a, now, true, now + MSEC);
		assert_false(allowance_doubts(&a));
	}
	assert_true(silent > 200); /* ever more, as the share of closed ports becomes known */
	assert_true(now < 40 * SEC);
}

static void a_withheld_canary_lowers_the_rate(void **state)
{
	struct allowance a = {0};
	double before;

	(void)state;
	begin(&a, 8, 6, SEC);
	before = a.rate;
	assert_true(allowance_empty(&a, false, 0, 2 * SEC)); /* it may have been loss */
	assert_true(a.rate == before);
	assert_true(allowance_empty(&a, true, 0, 3 * SEC));
	assert_true(a.rate < before);
	for (unsigned i = 0; i < 100 && allowance_empty(&a, true, 0, 4 * SEC); i++)
		assert_true(i < 50); /* and some time it is given up */
}

static void silence_is_given_back_when_a_canary_tells(void **state)
{
	struct allowance a = {0};
	double before;

	(void)state;
	begin(&a, 10, 20, SEC);
	assert_true(allowance_ask(&a, false, 2 * SEC));
	for (unsigned i = 0; i < 5; i++)
		allowance_take(&a, false);
	before = a.tokens;
	a.asking = true;
	allowance_silent(&a, 5);
	assert_true(a.tokens == before); /* else a flood leaves while the canary is waited for */
	allowance_answered(&a, 2 * SEC, true, 2 * SEC);
	assert_true(a.tokens > before + 2);
	a.asking = false;
	before = a.tokens;
	allowance_silent(&a, 2);
	assert_true(a.tokens > before);
	allowance_take(&a, false);
	assert_true(allowance_empty(&a, false, 3, 3 * SEC));
	assert_true(a.tokens < 0); /* what is under way still takes its share */
}

/* Where most is silence answers are too few to tell of the rate: canaries do. */
static void canaries_tell_where_most_is_silence(void **state)
{
	const struct allowance_start start = {.rate = 8, .burst = 6, .share = 0.1, .least = 5};
	struct allowance a = {0};
	nsec_t now = SEC;
	double before;

	(void)state;
	allowance_begin(&a, &start, now);
	for (unsigned i = 0; i < 3; i++) {
		before = a.rate;
		now += SEC;
		while (allowance_ask(&a, false, now)) /* all of it is used */
			allowance_take(&a, false);
		allowance_answered(&a, now + MSEC, true, now + 2 * MSEC);
		assert_true(a.rate > before);
	}
	for (unsigned lossy = 0; lossy < 2; lossy++) { /* a third of them is withheld */
		struct allowance b = a;
		bool lowered = false;

		b.excuse = lossy ? 0.4 : 0.02; /* what the path loses explains it, or does not */
		for (unsigned i = 0; i < 3; i++, now += SEC) {
			before = b.rate;
			allowance_empty(&b, false, 0, now);
			lowered |= b.rate < before;
			allowance_answered(&b, now, true, now + MSEC);
			allowance_answered(&b, now + MSEC, true, now + 2 * MSEC);
		}
		assert_int_equal(lowered, !lossy);
	}
	for (unsigned i = 0; i < 10; i++)
		allowance_empty(&a, true, 0, now += SEC);
	assert_true(a.rate >= 4.99); /* --max-scan-delay: never further apart */
}

static void what_is_under_way_is_bounded_by_answers(void **state)
{
	struct allowance a = {0};

	(void)state;
	assert_true(allowance_permits(&a, 100000)); /* silent hosts are not slowed down */
	allowance_answered(&a, SEC, false, SEC);
	assert_false(allowance_permits(&a, 100));
	for (unsigned i = 0; i < 100; i++)
		allowance_answered(&a, SEC, false, SEC);
	assert_true(allowance_permits(&a, 400));
}

static void silence_counts_when_confirmed(void **state)
{
	static const uint16_t ports[4] = {1, 2, 3, 4};
	struct plan p;
	unsigned try_number;
	uint32_t at;

	(void)state;
	assert_int_equal(plan_init(&p, ports, 4, 10), 0);
	for (nsec_t now = 1; now <= 4; now++) {
		assert_true(plan_next(&p, &at, &try_number));
		plan_sent(&p, at, now);
	}
	assert_int_equal(plan_overdue(&p, 102, 100), 2);
	assert_int_equal(plan_overdue(&p, 102, 100), 0);
	plan_confirm(&p, 1);
	assert_int_equal(plan_state(&p, 0), PLAN_RETRY);
	assert_int_equal(plan_state(&p, 1), PLAN_FLIGHT); /* over, but nothing vouches for it */
	assert_true(plan_was_silent(&p, 0));
	plan_doubt(&p, 1, 3);
	assert_int_equal(plan_overdue(&p, 200, 100), 2);
	plan_confirm(&p, 4);
	assert_false(plan_was_silent(&p, 1));
	assert_false(plan_was_silent(&p, 2));
	assert_true(plan_was_silent(&p, 3));
	plan_doubt_all(&p);
	assert_false(plan_was_silent(&p, 3));
	assert_int_equal(plan_tries(&p, 3), 1);
	plan_done(&p);
}

static void a_guessed_canary_proves_itself(void **state)
{
	struct canaries c = {0};
	struct canary_port port;
	unsigned local;
	nsec_t sent;

	(void)state;
	c.wary = true;
	canary_learn(&c, PROBE_UDP, 7, CANARY_LIMITED);
	assert_false(canary_due(&c, &port, &local)); /* in doubt only: each costs a token */
	canary_guess(&c);
	assert_false(canary_sure(&c));
	canary_doubt(&c, 1);
	assert_true(canary_in_doubt(&c));
	assert_true(canary_due(&c, &port, &local));
	assert_int_equal(port.kind, PROBE_UDP);
	assert_int_equal(canary_sent(&c, 1, 1, MSEC), 0);
	assert_true(canary_due(&c, &port, &local));
	assert_int_equal(port.kind, PROBE_ECHO);
	assert_int_equal(canary_sent(&c, 2, 2, 10 * MSEC), 0);
	assert_true(canary_answered(&c, canary_of(&c, 2)));
	assert_true(canary_sure(&c));
	assert_false(
		canary_overdue(&c, 20 * MSEC, SEC, &sent)); /* withheld: no loss of the path's */
	assert_int_equal(c.withheld_row, 1);
	assert_int_equal(c.lost, 0);
	canaries_done(&c);
}

/* Only what no limiter withholds tells of the path: it is asked as long as it may answer. */
static void a_guess_has_its_turn_among_others(void **state)
{
	struct canaries c = {0};
	struct canary_port port;
	unsigned local, pings = 0;

	(void)state;
	c.wary = true;
	canary_learn(&c, PROBE_UDP, 7, CANARY_LIMITED);
	canary_learn(&c, PROBE_UDP, 9, CANARY_LIMITED);
	canary_guess(&c);
	canary_doubt(&c, 3);
	for (uint32_t i = 1; i <= 6; i++) {
		assert_true(canary_due(&c, &port, &local));
		pings += port.kind == PROBE_ECHO;
		assert_int_equal(canary_sent(&c, i, i, i * MSEC), 0);
	}
	assert_int_equal(pings, 3);
	canaries_done(&c);
}

/* The simulated path of this name, with the random numbers of its run number `run` (from 0). */
static struct sim_config path_named(const char *wanted, unsigned run)
{
	for (unsigned i = 0; i < sim_path_count(); i++) {
		char name[SIM_PATH_NAME_MAX];
		struct sim_config c = sim_path(i, name);

		c.seed += (uint64_t)run * SIM_SEED_STEP;
		if (!strcmp(name, wanted))
			return c;
	}
	fail();
	return (struct sim_config) {0};
}

/* A Linux host by datagrams: few more probes than answers, and hardly slower than its limiter. */
static void a_linux_host_gets_few_probes(void **state)
{
	struct sim_config c = path_named("udp-6+1/closed", 0);
	struct sim_result r = sim_run(&c);

	(void)state;
	assert_int_equal(sim_wrong(&c, r.ledger), 0);
	assert_true(r.sent < 1517); /* 1.3 times nmap's 1,167 */
	assert_true(r.elapsed < (nsec_t)(1.05 * 994) * SEC);
	ledger_free(r.ledger);
}

/*
 * To a FIN silence means open or filtered: resets that a limiter kept back made 863 and 368 closed
 * ports of these two so; the third took 545 s for 500 answers at 50 a second.
 */
static void a_reset_kept_back_is_no_open_port(void **state)
{
	static const struct {
		const char *name;
		unsigned run, seconds;
	} scans[] = {
		{"fin-100+20-loss-10/closed", 2, 100},
		{"fin-100+20-loss-10/half", 11, 100},
		{"ack-50+10/half", 0, 20},
	};

	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		struct sim_config c = path_named(scans[i].name, scans[i].run);
		struct sim_result r = sim_run(&c);

		assert_int_equal(sim_wrong(&c, r.ledger), 0);
		assert_true(r.elapsed < scans[i].seconds * SEC);
		ledger_free(r.ledger);
	}
}

/*
 * A limiter of resets found after loss or among many silent ports: the first took up to 116 s
 * while its rate was followed down by what came, the others 5.8 s for a hundred closed ports at
 * 50 a second.
 */
static void a_limiter_among_silence_costs_seconds(void **state)
{
	(void)state;
	for (unsigned run = 0; run < 6; run++) {
		struct sim_config c = path_named("drawn-14", run);
		struct sim_result r = sim_run(&c);

		assert_int_equal(sim_wrong(&c, r.ledger), 0);
		assert_true(r.elapsed < 20 * SEC);
		ledger_free(r.ledger);
	}
	for (unsigned i = 0; i < 2; i++) {
		struct sim_config c = path_named(i ? "rst-50/tenth" : "rst-50/scanme", 0);
		struct sim_result r = sim_run(&c);

		assert_int_equal(sim_wrong(&c, r.ledger), 0);
		assert_true(r.elapsed < 6 * SEC);
		ledger_free(r.ledger);
	}
}

/* One canary that is answered does not vouch for what left since the one before: two do. */
static void two_canaries_vouch(void **state)
{
	struct allowance a = {0};

	(void)state;
	allowance_answered(&a, SEC, false, SEC);
	begin(&a, 10, 6, SEC);
	allowance_answered(&a, 2 * SEC, true, 2 * SEC);
	assert_int_equal(a.vouched, 0);
	allowance_answered(&a, 4 * SEC, true, 4 * SEC);
	assert_int_equal(a.vouched, 2 * SEC);
	allowance_answered(&a, 3 * SEC, true, 5 * SEC); /* an older one that comes late */
	assert_int_equal(a.vouched, 2 * SEC);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_rate_is_found_and_kept),
		cmocka_unit_test(nothing_leaves_without_a_token),
		cmocka_unit_test(silence_costs_nothing_but_asks_for_a_canary),
		cmocka_unit_test(a_withheld_canary_lowers_the_rate),
		cmocka_unit_test(silence_is_given_back_when_a_canary_tells),
		cmocka_unit_test(canaries_tell_where_most_is_silence),
		cmocka_unit_test(what_is_under_way_is_bounded_by_answers),
		cmocka_unit_test(silence_counts_when_confirmed),
		cmocka_unit_test(a_guessed_canary_proves_itself),
		cmocka_unit_test(a_guess_has_its_turn_among_others),
		cmocka_unit_test(a_linux_host_gets_few_probes),
		cmocka_unit_test(a_reset_kept_back_is_no_open_port),
		cmocka_unit_test(a_limiter_among_silence_costs_seconds),
		cmocka_unit_test(two_canaries_vouch),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
