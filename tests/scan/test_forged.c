// SPDX-License-Identifier: Apache-2.0
// A million forged replies of every kind there is: none is accepted, and no verdict moves.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "evidence/verdict.h"
#include "sim.h"

#define FORGERIES 130000 /* of each of the eight scans */
#define PORTS     200
#define ALL_KINDS ((1u << SIM_FORGERIES) - 1)

/* Ports that a scan asks: those with a number in their datagrams are among them. */
static const uint16_t *ports(void)
{
	static uint16_t list[PORTS];

	for (unsigned i = 0; i < PORTS; i++)
		list[i] = (uint16_t)(i + 1);
	list[PORTS - 1] = 3478;
	return list;
}

/* Every fourth port is silent, open or closed; silence is what a forgery could break most easily. */
static enum sim_port manner(void *user, uint16_t port)
{
	static const enum sim_port manners[] = {SIM_SILENT, SIM_OPEN, SIM_CLOSED, SIM_SILENT};

	(void)user;
	return manners[port % 4];
}

static void expect_truth(const struct sim_config *c, const struct ledger *l)
{
	for (unsigned h = 0; h < c->hosts; h += c->alive_every) {
		struct addr addr = sim_addr(c, h);

		for (unsigned i = 0; i < PORTS; i++) {
			enum sim_port is = manner(NULL, c->ports[i]);
			enum port_state want = is == SIM_OPEN         ? PORT_OPEN
					       : is == SIM_CLOSED     ? PORT_CLOSED
					       : c->kind == PROBE_UDP ? PORT_OPEN_FILTERED
								      : PORT_FILTERED;
			struct port_verdict v;

			assert_int_equal(
				verdict_by(l, ledger_find_host(l, &addr), c->kind, c->ports[i], &v),
				0);
			assert_int_equal(v.state, want);
		}
	}
}

/* One scan under fire; sim.c fails when a forgery is taken for a reply, or for a probe. */
static void forge_at(enum probe_kind kind, bool ipv6, bool on_link)
{
	struct sim_config c = {
		.seed = 1000 + 4u * (kind == PROBE_UDP) + 2u * ipv6 + on_link,
		.hosts = 4,
		.alive_every = 2,
		.ipv6 = ipv6,
		.on_link = on_link,
		.answers_ping = true,
		.path = {.delay = on_link ? NSEC_PER_MSEC : 20 * NSEC_PER_MSEC},
		.port = manner,
		.ports = ports(),
		.port_count = PORTS,
		.kind = kind,
		.timing = *timing_of(TIMING_NORMAL),
		.forgeries = FORGERIES,
		.forged = ALL_KINDS,
	};
	struct sim_result r = sim_run(&c);

	assert_int_equal(r.forged, FORGERIES);
	assert_true(r.unproven > 200); /* so many came near enough to be held against a probe */
	assert_int_equal(r.hosts_scanned, 2);
	assert_int_equal(r.hosts_down, 2);
	expect_truth(&c, r.ledger);
	ledger_free(r.ledger);
}

static void syn_scans_accept_no_forgery(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 4; i++)
		forge_at(PROBE_SYN, i & 1, i & 2);
}

static void udp_scans_accept_no_forgery(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 4; i++)
		forge_at(PROBE_UDP, i & 1, i & 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(syn_scans_accept_no_forgery),
		cmocka_unit_test(udp_scans_accept_no_forgery),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
