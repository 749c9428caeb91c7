// SPDX-License-Identifier: Apache-2.0
// How the list shows times and addresses: tshark's -t and -N.
#include "report/list_style.h"

#include <string.h>
#include <time.h>

#include "packet/value_text.h"

#define NSEC_IN_SEC 1000000000
#define DIGITS_MAX  9

bool time_style_parse(const char *word, struct time_style *ret_style)
{
	static const struct {
		const char *word;
		enum list_time time;
		bool utc;
	} words[] = {
		{"r", LIST_TIME_RELATIVE, false}, {"a", LIST_TIME_ABSOLUTE, false},
		{"ad", LIST_TIME_DATE, false},    {"adoy", LIST_TIME_YEAR_DAY, false},
		{"d", LIST_TIME_DELTA, false},    {"dd", LIST_TIME_DISPLAYED, false},
		{"e", LIST_TIME_EPOCH, false},    {"u", LIST_TIME_ABSOLUTE, true},
		{"ud", LIST_TIME_DATE, true},     {"udoy", LIST_TIME_YEAR_DAY, true},
	};
	size_t len = strcspn(word, ".");
	const char *digits = word[len] ? word + len + 1 : NULL;

	if (digits && (*digits < '0' || *digits > '0' + DIGITS_MAX || digits[1]))
		return false;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strlen(words[i].word) != len || memcmp(word, words[i].word, len))
			continue;
		*ret_style = (struct time_style) {
			.time = words[i].time,
			.utc = words[i].utc,
			.has_digits = digits != NULL,
			.digits = digits ? (unsigned)(*digits - '0') : 0,
		};
		return true;
	}
	return false;
}

static void two_digits(char out[static 2], unsigned number)
{
	out[0] = (char)('0' + number / 10 % 10);
	out[1] = (char)('0' + number % 10);
}

/* "2014-12-09 17:16:09.924505488" or the part behind the blank. */
static void clock_text(struct buf *out, const struct time_style *style, unsigned digits,
		       nsec_t time)
{
	nsec_t seconds = time / NSEC_IN_SEC - (time % NSEC_IN_SEC < 0);
	time_t t = (time_t)seconds;
	char text[] = "hh:mm:ss";
	struct buf fraction = {0};
	struct tm tm;

	if (!(style->utc ? gmtime_r(&t, &tm) : localtime_r(&t, &tm))) {
		duration_text(out, time, digits);
		return;
	}
	if (style->time == LIST_TIME_DATE)
		buf_printf(out, "%04d-%02d-%02d ", tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday);
	else if (style->time == LIST_TIME_YEAR_DAY)
		buf_printf(out, "%04d/%03d ", tm.tm_year + 1900, tm.tm_yday + 1);
	two_digits(text, (unsigned)tm.tm_hour);
	two_digits(text + 3, (unsigned)tm.tm_min);
	two_digits(text + 6, (unsigned)tm.tm_sec);
	buf_puts(out, text);
	duration_text(&fraction, time - seconds * NSEC_IN_SEC, digits);
	if (digits)
		buf_puts(out, strchr(buf_text(&fraction), '.'));
	buf_done(&fraction);
}

bool list_time_counts(const struct time_style *style, const struct frame_facts *facts,
		      nsec_t *ret_time)
{
	nsec_t since = 0;

	switch (style->time) {
	case LIST_TIME_RELATIVE:
		since = facts->first;
		break;
	case LIST_TIME_DELTA:
		since = facts->previous;
		break;
	case LIST_TIME_DISPLAYED:
		since = facts->shown;
		break;
	case LIST_TIME_EPOCH:
		break;
	case LIST_TIME_ABSOLUTE:
	case LIST_TIME_DATE:
	case LIST_TIME_YEAR_DAY:
		return false;
	}
	*ret_time = facts->time - since;
	return facts->has_time;
}

void list_time(struct buf *out, const struct time_style *style, unsigned file_digits,
	       const struct frame_facts *facts)
{
	unsigned digits = style->has_digits ? style->digits : file_digits;
	nsec_t time;

	if (!facts->has_time)
		return;
	if (list_time_counts(style, facts, &time))
		duration_text(out, time, digits);
	else
		clock_text(out, style, digits, facts->time);
}

void list_address(struct buf *out, const struct list_style *style, const struct endpoint *endpoint)
{
	const struct list_names *names = style->names;
	const char *name = NULL;

	if (names && names->address && endpoint->kind == ENDPOINT_IP)
		name = names->address(names->context, &endpoint->ip);
	if (name)
		buf_escaped(out, name);
	else
		endpoint_text(out, endpoint);
}
