// SPDX-License-Identifier: Apache-2.0
// Scans every simulated path and prints what it cost: one line a path, tab-separated.
//
//     bench-paths [NAME-PART [TIMES]]
//
// TIMES: so often, each time with other random numbers (default: once). A line is
// name, wrong verdicts, virtual ms, probes, share of our probes dropped by the queue after the
// first second (per mille), mean time of our probes in the queue (us), probes dropped in all
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sim_paths.h"
#include "sim_ports.h"

static void scan(const char *name, const struct sim_config *c)
{
	struct sim_result r = sim_run(c);

	printf("%s\t%u\t%.1f\t%llu\t%.2f\t%.0f\t%llu\n", name, sim_wrong(c, r.ledger),
	       (double)r.elapsed / 1e6, (unsigned long long)r.sent,
	       r.late_sent ? 1000.0 * (double)r.late_drops / (double)r.late_sent : 0.0,
	       r.queued ? r.queue_sum / (double)r.queued / 1e3 : 0.0,
	       (unsigned long long)r.queue_drops);
	fflush(stdout);
	ledger_free(r.ledger);
}

int main(int argc, char **argv)
{
	long times = argc > 2 ? strtol(argv[2], NULL, 10) : 1;

	for (unsigned i = 0; i < sim_path_count(); i++) {
		char name[SIM_PATH_NAME_MAX];
		struct sim_config c = sim_path(i, name);

		if (argc > 1 && !strstr(name, argv[1]))
			continue;
		for (long n = 0; n < times; n++) {
			scan(name, &c);
			c.seed += SIM_SEED_STEP;
		}
	}
	return 0;
}
