// SPDX-License-Identifier: Apache-2.0
// Columns of a statistic's lines, written straight into a line.
#include "report/stat_line.h"

#include <assert.h>
#include <stdio.h>

#define DECIMALS_NSEC 9
/* Below, a double of seconds is less than half a nanosecond off: 2^22 has steps of 2^-30 s. */
#define EXACT_SECONDS ((nsec_t)1 << 22)
#define EXACT_NSEC    (EXACT_SECONDS * NSEC_PER_SEC)

static char *put_double(char *at, nsec_t time, unsigned width, unsigned decimals)
{
	double seconds = (double)(time / NSEC_PER_SEC) + (double)(time % NSEC_PER_SEC) / 1e9;

	return at + snprintf(at, STAT_NUMBER_MAX, "%*.*f", (int)width, (int)decimals, seconds);
}

/* unit: a constant, in ns, of the last decimal. */
static inline char *put_rounded(char *at, nsec_t time, unsigned width, unsigned decimals,
				nsec_t unit)
{
	nsec_t rounded;

	/* Which way the middle between two goes depends on the double. */
	if (time < 0 || time >= EXACT_NSEC || (unit > 1 && time % unit == unit / 2))
		return put_double(at, time, width, decimals);
	rounded = (time + unit / 2) / unit * unit;
	at = stat_put_number(at, (uint64_t)(rounded / NSEC_PER_SEC),
			     width > decimals ? width - decimals - 1 : 0);
	*at++ = '.';
	digits_nine(at, (uint32_t)(rounded % NSEC_PER_SEC));
	return at + decimals;
}

char *stat_put_seconds(char *at, nsec_t time, unsigned width, unsigned decimals)
{
	assert((decimals == DECIMALS_NSEC || decimals == 4) && width < STAT_NUMBER_MAX);
	return decimals == DECIMALS_NSEC ? put_rounded(at, time, width, DECIMALS_NSEC, 1)
					 : put_rounded(at, time, width, 4, 100000);
}
