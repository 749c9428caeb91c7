// SPDX-License-Identifier: Apache-2.0
// How durations spread: see evidence/spread.h.
#include "evidence/spread.h"

#include <math.h>

#define PARTS_LOG 6 /* 2 to this is SPREAD_PARTS */

static unsigned bucket_of(uint64_t value)
{
	unsigned power;

	if (value < SPREAD_PARTS)
		return (unsigned)value;
	power = 63 - (unsigned)__builtin_clzll(value) - PARTS_LOG;
	return (power + 1) * SPREAD_PARTS + (unsigned)(value >> power) - SPREAD_PARTS;
}

/* The largest value of a bucket. */
static uint64_t bucket_end(unsigned bucket)
{
	unsigned power = bucket / SPREAD_PARTS;

	if (!power)
		return bucket;
	return (((uint64_t)(bucket % SPREAD_PARTS) + SPREAD_PARTS + 1) << (power - 1)) - 1;
}

void spread_add(struct spread *s, nsec_t duration)
{
	nsec_t d = duration > 0 ? duration : 0;

	if (!s->count || d < s->least)
		s->least = d;
	if (!s->count || d > s->most)
		s->most = d;
	s->count++;
	s->sum += (double)d;
	s->squares += (double)d * (double)d;
	s->buckets[bucket_of((uint64_t)d)]++;
}

nsec_t spread_quantile(const struct spread *s, double part)
{
	uint64_t wanted = (uint64_t)ceil(part * (double)s->count), seen = 0;

	for (unsigned i = 0; i < SPREAD_BUCKETS && s->count; i++) {
		nsec_t end = (nsec_t)bucket_end(i);

		seen += s->buckets[i];
		if (!s->buckets[i] || seen < wanted)
			continue;
		return end > s->most ? s->most : end < s->least ? s->least : end;
	}
	return s->most;
}

nsec_t spread_mean(const struct spread *s)
{
	return s->count ? (nsec_t)(s->sum / (double)s->count) : 0;
}

nsec_t spread_deviation(const struct spread *s)
{
	double mean = s->count ? s->sum / (double)s->count : 0;
	double variance = s->count ? s->squares / (double)s->count - mean * mean : 0;

	return variance > 0 ? (nsec_t)sqrt(variance) : 0;
}
