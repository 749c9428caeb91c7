// SPDX-License-Identifier: Apache-2.0
// The one monotonic clock every time in this program comes from, and its distance to wall time.
#include "net/clock.h"

#include <time.h>

/* A reading whose two monotonic ends are closer than this is as good as it gets. */
#define TIGHT_ENOUGH (200 * (nsec_t)1)
#define TRIES_MAX    8

static nsec_t read_clock(clockid_t id)
{
	struct timespec ts = {0};

	clock_gettime(id, &ts);
	return ts.tv_sec * NSEC_PER_SEC + ts.tv_nsec;
}

nsec_t clock_now(void)
{
	return read_clock(CLOCK_MONOTONIC);
}

nsec_t clock_wall_offset(void)
{
	nsec_t best_gap = NSEC_NEVER, best = 0;

	for (int i = 0; i < TRIES_MAX && best_gap > TIGHT_ENOUGH; i++) {
		nsec_t before = read_clock(CLOCK_MONOTONIC);
		nsec_t wall = read_clock(CLOCK_REALTIME);
		nsec_t gap = read_clock(CLOCK_MONOTONIC) - before;

		if (gap < best_gap) {
			best_gap = gap;
			best = wall - before - gap / 2;
		}
	}
	return best;
}
