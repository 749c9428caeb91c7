// SPDX-License-Identifier: Apache-2.0
// Times as a display filter writes them.
#include "packet/dfilter_time.h"

#include <ctype.h>
#include <string.h>
#include <time.h>

#define NS_PER_SECOND 1000000000
#define SECONDS_MAX   9000000000 /* in ns it still fits 64 bits */
#define YEAR_MIN      1700
#define YEAR_MAX      2250

/* Up to max_digits digits; false when there is none. */
static bool digits(const char **text, unsigned max_digits, int *ret_number)
{
	const char *s = *text;
	int number = 0;

	while (max_digits-- && isdigit((unsigned char)*s))
		number = number * 10 + (*s++ - '0');
	if (s == *text)
		return false;
	*text = s;
	*ret_number = number;
	return true;
}

static bool character(const char **text, char c)
{
	if (**text != c)
		return false;
	(*text)++;
	return true;
}

/* Decimals behind the point, those beyond the ninth dropped. */
static int64_t fraction(const char **text)
{
	int64_t ns = 0, unit = NS_PER_SECOND;

	for (; isdigit((unsigned char)**text); (*text)++) {
		unit /= 10;
		ns += (**text - '0') * unit;
	}
	return ns;
}

static void blanks(const char **text)
{
	while (isspace((unsigned char)**text))
		(*text)++;
}

/* "2019-01-31" or "Jan 31, 2019" */
static bool read_date(const char **text, struct tm *tm)
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

	if (isdigit((unsigned char)**text)) {
		if (!digits(text, 4, &tm->tm_year) || !character(text, '-') ||
		    !digits(text, 2, &tm->tm_mon) || !character(text, '-') ||
		    !digits(text, 2, &tm->tm_mday))
			return false;
		tm->tm_mon--;
	} else {
		for (tm->tm_mon = 0; tm->tm_mon < 12; tm->tm_mon++)
			if (!strncmp(months + 3 * tm->tm_mon, *text, 3))
				break;
		if (tm->tm_mon == 12)
			return false;
		*text += 3;
		if (!isspace((unsigned char)**text))
			return false;
		blanks(text);
		if (!digits(text, 2, &tm->tm_mday) || !character(text, ','))
			return false;
		blanks(text);
		if (!digits(text, 4, &tm->tm_year))
			return false;
	}
	return tm->tm_mon >= 0 && tm->tm_mon < 12 && tm->tm_mday >= 1 && tm->tm_mday <= 31 &&
	       tm->tm_year >= YEAR_MIN && tm->tm_year <= YEAR_MAX;
}

/* "12[:30[:45[.5]]]" */
static bool read_clock(const char **text, struct tm *tm, int64_t *ret_ns)
{
	if (!digits(text, 2, &tm->tm_hour))
		return false;
	if (character(text, ':') && !digits(text, 2, &tm->tm_min))
		return false;
	if (character(text, ':') && !digits(text, 2, &tm->tm_sec))
		return false;
	if (**text == '.' || **text == ',') {
		(*text)++;
		*ret_ns = fraction(text);
	}
	return tm->tm_hour < 24 && tm->tm_min < 60 && tm->tm_sec <= 60;
}

/* "Z", "UTC", "+01:00", "+0100"; nothing: local. */
static bool read_zone(const char **text, bool *ret_utc, int *ret_offset)
{
	int sign = **text == '-' ? -1 : 1, hours, minutes = 0;

	if (character(text, 'Z')) {
		*ret_utc = true;
	} else if (!strncmp(*text, "UTC", 3)) {
		*text += 3;
		*ret_utc = true;
	} else if (**text == '+' || **text == '-') {
		(*text)++;
		if (!digits(text, 2, &hours))
			return false;
		character(text, ':');
		if (**text && !digits(text, 2, &minutes))
			return false;
		*ret_offset = sign * (hours * 3600 + minutes * 60);
		*ret_utc = true;
	}
	return true;
}

bool filter_parse_time(const char *text, int64_t *ret_ns)
{
	struct tm tm = {.tm_isdst = -1};
	int64_t ns = 0;
	bool utc = false;
	int offset = 0;
	time_t seconds;

	blanks(&text);
	if (!read_date(&text, &tm))
		return false;
	tm.tm_year -= 1900;
	if (*text == 'T' || *text == ' ')
		text++;
	blanks(&text);
	if (isdigit((unsigned char)*text) && !read_clock(&text, &tm, &ns))
		return false;
	blanks(&text);
	if (!read_zone(&text, &utc, &offset))
		return false;
	blanks(&text);
	if (*text)
		return false;
	seconds = utc ? timegm(&tm) - offset : mktime(&tm);
	*ret_ns = (int64_t)seconds * NS_PER_SECOND + ns;
	return true;
}

bool filter_parse_duration(const char *text, int64_t *ret_ns)
{
	int64_t seconds = 0, ns = 0;
	const char *start = text;

	for (; isdigit((unsigned char)*text); text++) {
		seconds = seconds * 10 + (*text - '0');
		if (seconds > SECONDS_MAX)
			return false;
	}
	if (text == start)
		return false;
	if (character(&text, '.')) /* what follows the decimals is passed over, as by Wireshark */
		ns = fraction(&text);
	else if (*text)
		return false;
	*ret_ns = seconds * NS_PER_SECOND + ns;
	return true;
}
