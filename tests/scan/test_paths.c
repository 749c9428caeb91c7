// SPDX-License-Identifier: Apache-2.0
// Every simulated path with its seed: the verdicts are what the network was made to do.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "sim_paths.h"
#include "sim_ports.h"

/*
 * Each host may miss PLAN_MISS ports, so many hosts behind a lossy way may well miss one: of the far
 * crowds, that is, which have 64 and more; every other path is told as it is.
 */
#define FAR_CROWD "far-"
#define MUCH_LOSS 0.03 /* each way */

static void every_path_is_told_as_it_is(void **state)
{
	(void)state;
	for (unsigned i = 0; i < sim_path_count(); i++) {
		char name[SIM_PATH_NAME_MAX];
		struct sim_config c = sim_path(i, name);
		struct sim_result r = sim_run(&c);
		unsigned wrong = sim_wrong(&c, r.ledger);
		bool lossy_crowd =
			!strncmp(name, FAR_CROWD, strlen(FAR_CROWD)) && c.path.loss >= MUCH_LOSS;

		if (wrong)
			print_error("%s: %u wrong verdicts\n", name, wrong);
		assert_true(wrong <= lossy_crowd);
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
