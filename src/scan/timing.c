// SPDX-License-Identifier: Apache-2.0
// What the user may say of a scan's timing, and what -T0 to -T5 say of it.
#include "scan/timing.h"

#include <assert.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define MSEC         NSEC_PER_MSEC
#define SEC          NSEC_PER_SEC

static const struct {
	const char *name;
	struct engine_timing timing;
} levels[] = {
	/* clang-format off */
	[TIMING_PARANOID] = {"paranoid", {300 * SEC, 100 * MSEC, 300 * SEC, 300 * SEC,
					  .max_retries = 10, .max_parallelism = 1}},
	[TIMING_SNEAKY] = {"sneaky", {15 * SEC, 100 * MSEC, 15 * SEC, 15 * SEC,
				      .max_retries = 10, .max_parallelism = 1}},
	[TIMING_POLITE] = {"polite", {1 * SEC, 100 * MSEC, 10 * SEC, 400 * MSEC,
				      .max_retries = 10, .max_parallelism = 1}},
	[TIMING_NORMAL] = {"normal", {1 * SEC, 50 * MSEC, 10 * SEC, .max_retries = 10}},
	[TIMING_AGGRESSIVE] = {"aggressive", {500 * MSEC, 50 * MSEC, 1250 * MSEC,
					      .max_retries = 6}},
	[TIMING_INSANE] = {"insane", {250 * MSEC, 25 * MSEC, 300 * MSEC,
				      .host_timeout = 900 * SEC, .max_retries = 2}},
	/* clang-format on */
};

static_assert(COUNT(levels) == TIMING_LEVELS, "a row for each level");

const struct engine_timing *timing_of(enum timing_level level)
{
	return &levels[level].timing;
}

const char *timing_name(enum timing_level level)
{
	return levels[level].name;
}
