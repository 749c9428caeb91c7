/* SPDX-License-Identifier: Apache-2.0 */
/* Kernel wall-clock stamps turned into monotonic time, across somebody setting the clock. */
#ifndef SONDE_NET_STAMP_H
#define SONDE_NET_STAMP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/nsec.h"

/* What is known of the distance between the two clocks. Begin with stamp_begin(). */
struct stamp {
	nsec_t offset;     /* wall minus monotonic, now */
	nsec_t old_offset; /* before the last time the clock was set */
	nsec_t stepped_at; /* when that was noticed */
	nsec_t drained_at; /* every frame stamped before this has been seen */
	uint64_t steps;    /* how often the clock was set */
};

/* Starts at `now` with a measured offset. */
void stamp_begin(struct stamp *stamp, nsec_t offset, nsec_t now);

/* Takes a new measurement made at `now`. Differences of noise size change nothing. */
void stamp_measure(struct stamp *stamp, nsec_t offset, nsec_t now);

/* Says that all frames stamped before `begun` have been converted. */
void stamp_drained(struct stamp *stamp, nsec_t begun);

/*
 * True when wall (ns since 1970) makes a believable time with the present offset. When it does not,
 * measure again before converting: the clock may have been set since.
 */
bool stamp_fits(const struct stamp *stamp, nsec_t wall, nsec_t now);

/*
 * The monotonic time of a wall-clock stamp, never later than now. After a step, a stamp that only
 * fits the offset before it is converted with that one.
 */
nsec_t stamp_convert(const struct stamp *stamp, nsec_t wall, nsec_t now);

#endif
