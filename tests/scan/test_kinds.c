// SPDX-License-Identifier: Apache-2.0
// Scans of every kind against hosts in virtual time: right on clean and on lossy paths.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "evidence/verdict.h"
#include "sim.h"

#define MSEC  NSEC_PER_MSEC
#define PORTS 200

static uint16_t ports[PORTS];

/* Every fourth port is open, closed, silent, or refused by the router. */
static enum sim_port mixed(void *user, uint16_t port)
{
	static const enum sim_port manners[] = {SIM_OPEN, SIM_CLOSED, SIM_SILENT, SIM_REJECT};

	(void)user;
	return manners[port % 4];
}

static enum sim_port all_closed(void *user, uint16_t port)
{
	(void)user;
	(void)port;
	return SIM_CLOSED;
}

static struct sim_config scan(enum probe_kind kind, uint64_t seed)
{
	for (unsigned i = 0; i < PORTS; i++)
		ports[i] = (uint16_t)(i + 1);
	return (struct sim_config) {
		.seed = seed,
		.hosts = 1,
		.answers_ping = true,
		.path = {.delay = 10 * MSEC},
		.port = mixed,
		.ports = ports,
		.port_count = PORTS,
		.kind = kind,
		.timing = *timing_of(TIMING_NORMAL),
	};
}

/* Asserts that the verdicts on the first count ports are these, by port modulo 4. */
static void expect(const struct sim_config *config, const struct ledger *l, enum probe_kind kind,
		   const enum port_state states[static 4])
{
	for (unsigned i = 0; i < PORTS; i++) {
		struct addr addr = sim_addr(config, 0);
		struct port_verdict v;

		assert_int_equal(verdict_by(l, ledger_find_host(l, &addr), kind, ports[i], &v), 0);
		if (v.state != states[ports[i] % 4])
			fail_msg("%s of port %u: %s, not %s (%u tries)", probe_kind_name(kind),
				 ports[i], port_state_name(v.state),
				 port_state_name(states[ports[i] % 4]), v.tries);
	}
}

/* What each kind must say of open, closed, silent and refused ports. */
static const struct {
	enum probe_kind kind;
	enum port_state states[4];
} kinds[] = {
	{PROBE_SYN, {PORT_OPEN, PORT_CLOSED, PORT_FILTERED, PORT_FILTERED}},
	{PROBE_ACK, {PORT_UNFILTERED, PORT_UNFILTERED, PORT_FILTERED, PORT_FILTERED}},
	{PROBE_WINDOW, {PORT_CLOSED, PORT_CLOSED, PORT_FILTERED, PORT_FILTERED}},
	{PROBE_FIN, {PORT_OPEN_FILTERED, PORT_CLOSED, PORT_OPEN_FILTERED, PORT_FILTERED}},
	{PROBE_NULL, {PORT_OPEN_FILTERED, PORT_CLOSED, PORT_OPEN_FILTERED, PORT_FILTERED}},
	{PROBE_XMAS, {PORT_OPEN_FILTERED, PORT_CLOSED, PORT_OPEN_FILTERED, PORT_FILTERED}},
	{PROBE_MAIMON, {PORT_CLOSED, PORT_CLOSED, PORT_OPEN_FILTERED, PORT_FILTERED}},
	{PROBE_UDP, {PORT_OPEN, PORT_CLOSED, PORT_OPEN_FILTERED, PORT_FILTERED}},
};
#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

static void every_kind_is_right(void **state)
{
	(void)state;
	for (size_t i = 0; i < 2 * KINDS; i++) {
		struct sim_config config = scan(kinds[i / 2].kind, i + 1);
		struct sim_result r;

		config.ipv6 = i % 2;
		r = sim_run(&config);
		expect(&config, r.ledger, kinds[i / 2].kind, kinds[i / 2].states);
		ledger_free(r.ledger);
	}
}

static void loss_is_made_up_for_in_every_kind(void **state)
{
	(void)state;
	for (size_t i = 0; i < KINDS; i++) {
		struct sim_config config = scan(kinds[i].kind, 100 + i);
		struct sim_result r;

		config.path.loss = 0.02;
		r = sim_run(&config);
		expect(&config, r.ledger, kinds[i].kind, kinds[i].states);
		ledger_free(r.ledger);
	}
}

/* UDP after TCP, with each pass judged by its own probes. */
static void a_second_pass_follows(void **state)
{
	struct sim_config config = scan(PROBE_SYN, 7);
	struct sim_result r;

	(void)state;
	config.then = (struct engine_ports) {PROBE_UDP, ports, PORTS};
	r = sim_run(&config);
	expect(&config, r.ledger, PROBE_SYN, kinds[0].states);
	expect(&config, r.ledger, PROBE_UDP, kinds[KINDS - 1].states);
	ledger_free(r.ledger);
}

/* Only the probes chosen are sent, each round, and any of them finds the host. */
static void chosen_pings_discover(void **state)
{
	static const struct host_ping closed[] = {{PROBE_UDP, 1}}, silent[] = {{PROBE_UDP, 2}};
	struct sim_config config = scan(PROBE_SYN, 8);
	struct sim_result r;

	(void)state;
	config.port_count = 0;
	config.ping_count = 1;
	config.pings = closed;
	r = sim_run(&config);
	assert_int_equal(r.hosts_scanned, 1);
	assert_int_equal(ledger_host(r.ledger, 0)->kinds & 1u << PROBE_SYN, 0);
	ledger_free(r.ledger);
	config.pings = silent;
	r = sim_run(&config);
	assert_int_equal(r.hosts_down, 1);
	ledger_free(r.ledger);
}

/* A Linux host: six ICMP errors at once, then one a second. */
static void an_icmp_limiter_is_waited_for(void **state)
{
	struct sim_config config = scan(PROBE_UDP, 9);
	static const enum port_state closed[4] = {PORT_CLOSED, PORT_CLOSED, PORT_CLOSED,
						  PORT_CLOSED};
	struct sim_result r;

	(void)state;
	config.port = all_closed;
	config.path.icmp_rate = 1;
	config.path.icmp_burst = 6;
	r = sim_run(&config);
	expect(&config, r.ledger, PROBE_UDP, closed);
	/* virtual time: no quicker than the limiter allows, and hardly slower */
	assert_in_range(r.elapsed / MSEC, (PORTS - 7) * 1000, (PORTS - 6) * 1060);
	ledger_free(r.ledger);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_kind_is_right),
		cmocka_unit_test(loss_is_made_up_for_in_every_kind),
		cmocka_unit_test(a_second_pass_follows),
		cmocka_unit_test(chosen_pings_discover),
		cmocka_unit_test(an_icmp_limiter_is_waited_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
