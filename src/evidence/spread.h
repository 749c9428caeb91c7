/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How durations spread: count, least, mean, deviation, most, and quantiles within 1.6 %.
 *
 * Theory of operation. Durations are counted in buckets whose width grows with their value: 64 to
 * each power of two of nanoseconds, so a quantile costs no sorting and no memory per value.
 */
#ifndef SONDE_EVIDENCE_SPREAD_H
#define SONDE_EVIDENCE_SPREAD_H

#include <stdint.h>

#include "base/nsec.h"

#define SPREAD_PARTS   64 /* buckets to a power of two */
#define SPREAD_POWERS  58 /* of two, above the first 64 ns, which have a bucket each */
#define SPREAD_BUCKETS (SPREAD_PARTS * SPREAD_POWERS)

/* Initialise with zero. Fields are for reading only. */
struct spread {
	uint64_t count;
	nsec_t least, most;
	double sum, squares; /* of nanoseconds */
	uint32_t buckets[SPREAD_BUCKETS];
};

/* Counts one; a negative one (stamps run backwards) as 0. */
void spread_add(struct spread *s, nsec_t duration);

/* The smallest duration that `part` (0 to 1) of all do not exceed; 0 when there is none. */
nsec_t spread_quantile(const struct spread *s, double part);

/* Mean and standard deviation; 0 when there is none. */
nsec_t spread_mean(const struct spread *s);
nsec_t spread_deviation(const struct spread *s);

#endif
