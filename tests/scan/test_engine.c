// SPDX-License-Identifier: Apache-2.0
// Whole scans over simulated networks: every verdict equals what the network was made to do.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "evidence/verdict.h"
#include "scan/canary.h"
#include "sim.h"
#include "sim_ports.h"

#define PORTS 1000

static uint16_t ports[PORTS];

static void number_ports(void)
{
	for (unsigned i = 0; i < PORTS; i++)
		ports[i] = (uint16_t)(i + 1);
}

static struct sim_config base(uint64_t seed)
{
	return (struct sim_config) {
		.seed = seed,
		.hosts = 1,
		.answers_ping = true,
		.path = {.delay = 40 * NSEC_PER_MSEC},
		.port = sim_scanme,
		.ports = ports,
		.port_count = PORTS,
		.timing = *timing_of(TIMING_NORMAL),
	};
}

/* Runs config and checks every port of every living host; returns what happened. */
static struct sim_result check(const struct sim_config *c, const char *name)
{
	struct sim_result r = sim_run(c);
	unsigned wrong = 0;

	for (unsigned h = 0; h < c->hosts; h += c->alive_every ? c->alive_every : 1) {
		struct addr addr = sim_addr(c, h);
		uint32_t host = ledger_find_host(r.ledger, &addr);

		assert_int_not_equal(host, EVENT_NONE);
		for (uint32_t i = 0; i < c->port_count; i++) {
			struct port_verdict v;

			assert_int_equal(verdict_port(r.ledger, host, c->ports[i], &v), 0);
			if (v.state != sim_truth(c->port(c->user, c->ports[i])))
				wrong++;
			assert_true(v.state == PORT_UNDECIDED || v.rule);
		}
	}
	print_message("%-24s %8.3f s virtual, %6llu frames, peak %.0f/s, %u wrong\n", name,
		      (double)r.elapsed / 1e9, (unsigned long long)r.sent, r.peak_rate, wrong);
	assert_int_equal(wrong, 0);
	return r;
}

static void scanme_is_right(void **state)
{
	struct sim_config c = base(1);
	struct sim_result r = check(&c, "scanme");

	(void)state;
	assert_int_equal(r.hosts_scanned, 1);
	assert_true(r.elapsed < 3 * NSEC_PER_SEC);
	/* a silent port is asked twice on a path that loses nothing; one probe in 16 is a canary */
	assert_true(r.sent <= 4 + 1 + 6 + (2 * 994 + CANARY_CHECKS) * 17 / 16);
	ledger_free(r.ledger);
}

static void ipv6_is_right(void **state)
{
	struct sim_config c = base(2);
	struct sim_result r;

	(void)state;
	c.ipv6 = true;
	c.port = sim_mixed;
	r = check(&c, "mixed, IPv6");
	ledger_free(r.ledger);
}

static void every_kind_of_answer_is_right(void **state)
{
	struct sim_config c = base(3);
	struct sim_result r;

	(void)state;
	c.port = sim_mixed;
	r = check(&c, "mixed");
	ledger_free(r.ledger);
}

static void a_closed_neighbour_is_quick(void **state)
{
	struct sim_config c = base(4);
	struct sim_result r;

	(void)state;
	c.on_link = true;
	c.path.delay = 50 * NSEC_PER_USEC;
	c.port = sim_closed;
	r = check(&c, "local, closed");
	assert_true(r.elapsed < 200 * NSEC_PER_MSEC);
	assert_in_range(r.sent, 1 + PORTS, 1 + PORTS * 61 / 60 + 16 / CANARY_GAP + CANARY_CHECKS);
	ledger_free(r.ledger);
}

static void loss_is_made_up_for(void **state)
{
	(void)state;
	for (uint64_t seed = 10; seed < 30; seed++) {
		struct sim_config c = base(seed);
		struct sim_result r;

		c.path.loss = 0.03;
		c.path.jitter = 5 * NSEC_PER_MSEC;
		c.port = sim_closed;
		r = check(&c, "3 % loss, closed");
		ledger_free(r.ledger);
	}
}

static void a_reset_limiter_is_waited_for(void **state)
{
	struct sim_config c = base(40);
	struct sim_result r;

	(void)state;
	c.path.rst_rate = 50;
	c.path.rst_burst = 10;
	c.port = sim_closed;
	r = check(&c, "50 resets/s");
	ledger_free(r.ledger);
}

static void a_narrow_queue_is_survived(void **state)
{
	struct sim_config c = base(50);
	struct sim_result r;

	(void)state;
	c.path.delay = 30 * NSEC_PER_MSEC;
	c.path.rate = 2000;
	c.path.queue = 25;
	c.port = sim_closed;
	r = check(&c, "1 Mbit/s, queue of 25");
	ledger_free(r.ledger);
}

static void silence_without_ping(void **state)
{
	struct sim_config c = base(60);
	struct sim_result r;

	(void)state;
	c.skip_ping = true;
	c.answers_ping = false;
	c.port = sim_silent;
	r = check(&c, "silent, -Pn");
	assert_true(r.elapsed < 4 * NSEC_PER_SEC);
	ledger_free(r.ledger);
}

static void an_absent_host_is_down(void **state)
{
	struct sim_config c = base(61);
	struct sim_result r;

	(void)state;
	c.answers_ping = false;
	c.port = sim_silent;
	r = sim_run(&c);
	assert_int_equal(r.hosts_down, 1);
	assert_int_equal(r.hosts_scanned, 0);
	assert_int_equal(r.sent, 1 + 2 * 4);
	ledger_free(r.ledger);
}

static void many_hosts_at_once(void **state)
{
	struct sim_config c = base(70);
	struct sim_result r;

	(void)state;
	c.hosts = 1000;
	c.alive_every = 4;
	c.on_link = true;
	c.path.delay = 200 * NSEC_PER_USEC;
	c.port = sim_closed;
	c.port_count = 30;
	r = check(&c, "1000 neighbours");
	assert_int_equal(r.hosts_scanned, 250);
	assert_int_equal(r.hosts_down, 750);
	ledger_free(r.ledger);
}

static void the_users_rate_is_never_passed(void **state)
{
	struct sim_config c = base(80);
	struct sim_result r;

	(void)state;
	c.timing.max_rate = 150;
	r = check(&c, "--max-rate 150");
	assert_true(r.peak_rate <= 150);
	ledger_free(r.ledger);
}

/* Our own frames come back by the ring: the simulator asserts that no step fills it. */
static void a_rate_beyond_all_bounds_comes_in_steps(void **state)
{
	struct sim_config c = base(85);
	struct sim_result r;

	(void)state;
	c.timing.min_rate = 1e6;
	r = check(&c, "--min-rate 1000000");
	assert_true(r.peak_rate > ENGINE_STEP_MAX);
	ledger_free(r.ledger);
}

/* Frames that find no room, or leave while the engine does other things, change no verdict. */
static void what_cannot_leave_leaves_later(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 8; i++) {
		struct sim_config c = base(86 + i);
		struct sim_result r;

		c.port = i & 1 ? sim_closed : sim_scanme;
		c.hosts = i & 1 ? 3 : 1;
		c.on_link = i >= 4;
		c.hand_over = i & 2;
		c.refused = 0.03;
		c.timing.min_rate = i & 4 ? 1e6 : 0;
		r = check(&c, c.hand_over ? "refused, handed over" : "refused");
		ledger_free(r.ledger);
	}
}

/* A frame may come back when its host is finished: the last answers were faster than the news of it. */
static void what_comes_back_finds_its_host_finished(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 40; i++) {
		struct sim_config c = base(1000 + i);
		struct sim_result r;

		c.port = sim_closed;
		c.port_count = 40;
		c.hosts = 20;
		c.hand_over = i % 4 == 0;
		c.on_link = !c.hand_over;
		c.path.delay = NSEC_PER_USEC;
		c.busy = 20 * NSEC_PER_USEC;
		c.refused = 0.1;
		r = check(&c, "refused at the end");
		ledger_free(r.ledger);
	}
}

/*
 * Hosts that only wait are folded: found up or down, scanned or refused as they would be otherwise.
 * One port, so that scanned ones fold, too; a third of the hosts exists; frames get lost.
 */
static void hosts_that_wait_are_folded(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 8; i++) {
		static const uint16_t one[] = {22};
		struct sim_config c = base(180 + i);
		struct sim_result r;

		c.hosts = 600;
		c.alive_every = 3;
		c.ports = one;
		c.port_count = 1;
		c.hand_over = true; /* the simulator shows our own frames between steps then */
		c.skip_ping = i & 1;
		c.path.loss = i & 2 ? 0.02 : 0;
		c.refused = i & 4 ? 0.01 : 0;
		r = check(&c, c.skip_ping ? "folded, -Pn" : "folded, pinged");
		assert_int_equal(r.hosts_scanned, c.skip_ping ? 600 : 200);
		assert_int_equal(r.hosts_down, c.skip_ping ? 0 : 400);
		assert_true(r.folded >= (c.skip_ping ? 200 : 20));
		ledger_free(r.ledger);
	}
}

static void retries_obey_the_limit(void **state)
{
	struct sim_config c = base(81);
	struct sim_result r;

	(void)state;
	c.timing.max_retries = 0;
	r = check(&c, "--max-retries 0");
	assert_in_range(r.sent, 1 + 4 + PORTS, 1 + 4 + (PORTS + CANARY_CHECKS) * 17 / 16);
	ledger_free(r.ledger);
}

/*
 * Most probes that left in any one second stay within the limit, whatever the network answers and
 * however late the machine is with each.
 */
static void no_second_sees_more_than_the_users_rate(void **state)
{
	static const double rates[] = {0.5, 20, 200, 333, 2500, 8000.5};

	(void)state;
	for (unsigned i = 0; i < sizeof(rates) / sizeof(rates[0]); i++) {
		struct sim_config c = base(82 + i);
		struct sim_result r;

		c.port = i % 2 ? sim_scanme : sim_closed;
		c.port_count = rates[i] < 1 ? 5 : c.port_count;
		c.path.loss = 0.02;
		c.busy = i % 3 * NSEC_PER_MSEC / 4;
		c.timing.max_rate = rates[i];
		r = check(&c, "--max-rate, loss");
		assert_true(r.peak_rate <= (rates[i] < 1 ? 1 : rates[i]));
		/* and is not far below what is allowed, where it would send more */
		if (rates[i] >= 20 && rates[i] < 1000)
			assert_true((double)r.sent / ((double)r.elapsed / NSEC_PER_SEC) >
				    0.9 * rates[i]);
		ledger_free(r.ledger);
	}
}

static void every_timing_level_is_right(void **state)
{
	(void)state;
	for (unsigned level = TIMING_POLITE; level < TIMING_LEVELS; level++) {
		struct sim_config c = base(100 + level);
		struct sim_result r;

		c.port_count = 100;
		c.timing = *timing_of((enum timing_level)level);
		r = check(&c, timing_name((enum timing_level)level));
		if (level == TIMING_POLITE)                /* one probe each 400 ms */
			assert_true(r.peak_rate <= 3 + 1); /* and the router */
		ledger_free(r.ledger);
	}
}

static void a_scan_delay_is_kept(void **state)
{
	struct sim_config c = base(110);
	struct sim_result r;

	(void)state;
	c.port_count = 50;
	c.timing.scan_delay = 50 * NSEC_PER_MSEC;
	r = check(&c, "--scan-delay 50ms");
	assert_true(r.peak_rate <= 20 + 1); /* and the router's address */
	ledger_free(r.ledger);
}

static void copies_and_disorder_and_damage_change_nothing(void **state)
{
	struct sim_config c = base(120);
	struct sim_result r;

	(void)state;
	c.port = sim_mixed;
	c.path.jitter = 20 * NSEC_PER_MSEC;
	c.path.duplicate = c.path.reorder = 0.2;
	c.path.corrupt = 0.02;
	r = check(&c, "copies, disorder, damage");
	ledger_free(r.ledger);
}

static void a_box_that_answers_everything_is_open(void **state)
{
	struct sim_config c = base(130);
	struct sim_result r;

	(void)state;
	c.port = sim_all_open;
	r = check(&c, "all open");
	assert_true(r.elapsed < NSEC_PER_SEC);
	ledger_free(r.ledger);
}

/* Answers that come when the scan has ended decide nothing, and nothing waits for them. */
static void answers_after_the_end_are_not_waited_for(void **state)
{
	struct sim_config c = base(140);
	struct sim_result r;

	(void)state;
	c.path.delay = 30 * NSEC_PER_SEC;
	c.skip_ping = true;
	c.port_count = 20;
	r = sim_run(&c);
	assert_int_equal(r.hosts_scanned, 1);
	assert_true(r.elapsed < 10 * NSEC_PER_SEC);
	ledger_free(r.ledger);
}

static void a_neighbour_that_never_answers_is_down(void **state)
{
	struct sim_config c = base(150);
	struct sim_result r;

	(void)state;
	c.on_link = true;
	c.hosts = 2;
	c.alive_every = 2;
	c.port = sim_closed;
	c.port_count = 50;
	r = check(&c, "ARP without an answer");
	assert_int_equal(r.hosts_down, 1);
	assert_int_equal(r.hosts_scanned, 1);
	ledger_free(r.ledger);
}

static void forgeries_change_nothing(void **state)
{
	struct sim_config c = base(90);
	struct sim_result r;
	struct addr addr = sim_addr(&c, 0);

	(void)state;
	c.forgeries = 1000000;
	r = check(&c, "1,000,000 forgeries");
	assert_true(ledger_host(r.ledger, ledger_find_host(r.ledger, &addr))->unproven > 50000);
	ledger_free(r.ledger);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(scanme_is_right),
		cmocka_unit_test(ipv6_is_right),
		cmocka_unit_test(every_kind_of_answer_is_right),
		cmocka_unit_test(a_closed_neighbour_is_quick),
		cmocka_unit_test(loss_is_made_up_for),
		cmocka_unit_test(a_reset_limiter_is_waited_for),
		cmocka_unit_test(a_narrow_queue_is_survived),
		cmocka_unit_test(silence_without_ping),
		cmocka_unit_test(an_absent_host_is_down),
		cmocka_unit_test(many_hosts_at_once),
		cmocka_unit_test(the_users_rate_is_never_passed),
		cmocka_unit_test(a_rate_beyond_all_bounds_comes_in_steps),
		cmocka_unit_test(what_cannot_leave_leaves_later),
		cmocka_unit_test(what_comes_back_finds_its_host_finished),
		cmocka_unit_test(hosts_that_wait_are_folded),
		cmocka_unit_test(retries_obey_the_limit),
		cmocka_unit_test(no_second_sees_more_than_the_users_rate),
		cmocka_unit_test(every_timing_level_is_right),
		cmocka_unit_test(a_scan_delay_is_kept),
		cmocka_unit_test(copies_and_disorder_and_damage_change_nothing),
		cmocka_unit_test(a_box_that_answers_everything_is_open),
		cmocka_unit_test(answers_after_the_end_are_not_waited_for),
		cmocka_unit_test(a_neighbour_that_never_answers_is_down),
		cmocka_unit_test(forgeries_change_nothing),
	};

	number_ports();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
