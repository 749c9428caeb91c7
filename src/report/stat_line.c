// SPDX-License-Identifier: Apache-2.0
// Columns of a statistic's lines, written straight into a line.
#include "report/stat_line.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/digits.h"

#define DECIMALS_NSEC 9
/* Below, a double of seconds is less than half a nanosecond off: 2^22 has steps of 2^-30 s. */
#define EXACT_SECONDS ((nsec_t)1 << 22)
#define EXACT_NSEC    (EXACT_SECONDS * NSEC_PER_SEC)

char *stat_put_number(char *at, uint64_t number, unsigned width)
{
	unsigned count = digits_count(number);

	if (count < width) {
		memset(at, ' ', width - count);
		at += width - count;
	}
	return digits_put(at, number);
}

char *stat_put_left(char *at, const char *text, size_t len, size_t width)
{
	memcpy(at, text, len);
	if (len >= width)
		return at + len;
	memset(at + len, ' ', width - len);
	return at + width;
}

char *stat_put_text(char *at, const char *text)
{
	size_t len = strlen(text);

	memcpy(at, text, len);
	return at + len;
}

static char *put_double(char *at, nsec_t time, unsigned width, unsigned decimals)
{
	double seconds = (double)(time / NSEC_PER_SEC) + (double)(time % NSEC_PER_SEC) / 1e9;

	return at + snprintf(at, STAT_NUMBER_MAX, "%*.*f", (int)width, (int)decimals, seconds);
}

char *stat_put_seconds(char *at, nsec_t time, unsigned width, unsigned decimals)
{
	nsec_t unit = decimals == DECIMALS_NSEC ? 1 : 100000;
	char fraction[DECIMALS_NSEC];
	nsec_t rounded;

	assert((decimals == DECIMALS_NSEC || decimals == 4) && width < STAT_NUMBER_MAX);
	/* Which way the middle between two goes depends on the double. */
	if (time < 0 || time >= EXACT_NSEC || (unit > 1 && time % unit == unit / 2))
		return put_double(at, time, width, decimals);
	rounded = (time + unit / 2) / unit * unit;
	at = stat_put_number(at, (uint64_t)(rounded / NSEC_PER_SEC),
			     width > decimals ? width - decimals - 1 : 0);
	digits_nine(fraction, (uint32_t)(rounded % NSEC_PER_SEC));
	*at++ = '.';
	memcpy(at, fraction, decimals);
	return at + decimals;
}
