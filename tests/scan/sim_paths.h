/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The set of simulated paths on which the engine's timing is judged, each with seed and truth.
 *
 * A grid of everything that makes paths hard, by what hosts do with 1,000 ports; then paths with
 * several hosts; then mixtures drawn by seed. The same index is always the same path.
 */
#ifndef SONDE_TESTS_SCAN_SIM_PATHS_H
#define SONDE_TESTS_SCAN_SIM_PATHS_H

#include <stdint.h>

#include "sim.h"

#define SIM_PATH_NAME_MAX 48
#define SIM_SEED_STEP     10007 /* to the same path with other random numbers */

unsigned sim_path_count(void);

/* Path number i (from 0): its name, and what to give to sim_run(). */
struct sim_config sim_path(unsigned i, char ret_name[static SIM_PATH_NAME_MAX]);

#endif
