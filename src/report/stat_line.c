// SPDX-License-Identifier: Apache-2.0
// Columns of a statistic's lines, written straight into a line.
#include "report/stat_line.h"

#include <assert.h>
#include <stdio.h>

#define NINE       9 /* decimals */
#define FOUR       4
#define FOUR_UNIT  100000u /* ns of the last of four decimals */
#define FOUR_UNITS 10000u  /* of them in a second */
/* Below, a double of seconds is less than half a nanosecond off: 2^22 has steps of 2^-30 s. */
#define EXACT_SECONDS ((nsec_t)1 << 22)
#define EXACT_NSEC    (EXACT_SECONDS * NSEC_PER_SEC)

static double seconds_of(nsec_t time)
{
	return (double)(time / NSEC_PER_SEC) + (double)(time % NSEC_PER_SEC) / 1e9;
}

static char *put_double(char *at, double seconds, unsigned width, unsigned decimals)
{
	return at + snprintf(at, STAT_NUMBER_MAX, "%*.*f", (int)width, (int)decimals, seconds);
}

char *stat_put_nine(char *at, nsec_t time, unsigned width)
{
	assert(width > NINE && width < STAT_NUMBER_MAX);
	if (time < 0 || time >= EXACT_NSEC)
		return put_double(at, seconds_of(time), width, NINE);
	at = stat_put_number(at, (uint64_t)time / NSEC_PER_SEC, width - NINE - 1);
	*at++ = '.';
	return digits_nine(at, (uint32_t)((uint64_t)time % NSEC_PER_SEC));
}

char *stat_put_span(char *at, nsec_t from, nsec_t to, unsigned width)
{
	uint64_t span, units, left;

	assert(width > FOUR && width < STAT_NUMBER_MAX);
	span = (uint64_t)to - (uint64_t)from;
	units = span / FOUR_UNIT;
	left = span % FOUR_UNIT;
	/* Which way the middle between two goes depends on the doubles, together less than 1 ns off. */
	if (from < 0 || to < from || to >= EXACT_NSEC ||
	    (left >= FOUR_UNIT / 2 - 1 && left <= FOUR_UNIT / 2 + 1))
		return put_double(at, seconds_of(to) - seconds_of(from), width, FOUR);
	units += left > FOUR_UNIT / 2;
	at = stat_put_number(at, units / FOUR_UNITS, width - FOUR - 1);
	*at++ = '.';
	return digits_four(at, (uint32_t)(units % FOUR_UNITS));
}
