// SPDX-License-Identifier: Apache-2.0
// Every simulated path with its seed: the verdicts are what the network was made to do.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sim_paths.h"
#include "sim_ports.h"

#define CROWD 64 /* hosts: PLAN_MISS of them all may well make a port missed */

static void every_path_is_told_as_it_is(void **state)
{
	(void)state;
	for (unsigned i = 0; i < sim_path_count(); i++) {
		char name[SIM_PATH_NAME_MAX];
		struct sim_config c = sim_path(i, name);
		struct sim_result r = sim_run(&c);
		unsigned wrong = sim_wrong(&c, r.ledger);
		unsigned allowed =
			c.hosts / (c.alive_every ? c.alive_every : 1) >= CROWD && c.path.loss > 0
				? 1
				: 0;

		if (wrong)
			print_error("%s: %u wrong verdicts\n", name, wrong);
		assert_true(wrong <= allowed);
		ledger_free(r.ledger);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_path_is_told_as_it_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
