// SPDX-License-Identifier: Apache-2.0
// What the value of an option may be, and where it goes in the caller's struct.
#include "base/option_parts.h"

#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

#define NANO 1000000000u

bool option_takes_value(const struct option_row *row)
{
	switch (row->kind) {
	case OPTION_FLAG:
	case OPTION_COUNTER:
		return false;
	case OPTION_CALL:
		return row->argument && *row->argument;
	case OPTION_TEXT:
	case OPTION_NUMBER:
	case OPTION_DURATION:
	case OPTION_RATE:
	case OPTION_LIST:
	case OPTION_KINDS:
		break;
	}
	return true;
}

bool option_is_single(const struct option_row *row)
{
	return row->kind == OPTION_TEXT || row->kind == OPTION_NUMBER ||
	       row->kind == OPTION_DURATION || row->kind == OPTION_RATE;
}

/* Reads "12" or "12.5" at *text, moves it on; the fraction in billionths, finer digits dropped. */
static bool read_decimal(const char **text, uint64_t *ret_whole, uint64_t *ret_nano)
{
	const char *p = *text;
	uint64_t whole = 0, nano = 0;

	if (!isdigit((unsigned char)*p))
		return false;
	for (; isdigit((unsigned char)*p); p++) {
		if (whole > (uint64_t)INT64_MAX / 10 - 1)
			return false;
		whole = whole * 10 + (uint64_t)(*p - '0');
	}
	if (*p == '.') {
		if (!isdigit((unsigned char)*++p))
			return false;
		for (uint64_t place = NANO / 10; isdigit((unsigned char)*p); p++, place /= 10)
			nano += place * (uint64_t)(*p - '0');
	}
	*text = p;
	*ret_whole = whole;
	*ret_nano = nano;
	return true;
}

bool option_duration(const char *text, nsec_t *ret_time)
{
	static const struct {
		const char *name;
		uint64_t nsec;
	} units[] = {
		{"", NANO},
		{"us", 1000},
		{"ms", 1000000},
		{"s", NANO},
		{"m", UINT64_C(60) * NANO},
		{"h", UINT64_C(3600) * NANO},
	};
	uint64_t whole, nano;

	if (!read_decimal(&text, &whole, &nano))
		return false;
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		unsigned __int128 sum;

		if (strcmp(text, units[i].name) != 0)
			continue;
		sum = (unsigned __int128)whole * units[i].nsec +
		      (unsigned __int128)nano * units[i].nsec / NANO;
		if (sum > INT64_MAX)
			return false;
		*ret_time = (nsec_t)sum;
		return true;
	}
	return false;
}

/* Writes a limit as a person would type it: the largest unit that leaves a whole number. */
static void duration_text(uint64_t time, struct buf *out)
{
	static const struct {
		const char *name;
		uint64_t nsec;
	} units[] = {
		{"h", UINT64_C(3600) * NANO},
		{"m", UINT64_C(60) * NANO},
		{"s", NANO},
		{"ms", 1000000},
	};

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (time && time % units[i].nsec == 0) {
			buf_printf(out, "%llu%s", (unsigned long long)(time / units[i].nsec),
				   units[i].name);
			return;
		}
	}
	buf_printf(out, "%lluus", (unsigned long long)(time / 1000));
}

/* Appends " of at least 1 and at most 5" in the form the limits need; nothing without limits. */
static void limits_text(const struct option_row *row, struct buf *out)
{
	bool time = row->kind == OPTION_DURATION;

	for (int upper = 0; upper < 2; upper++) {
		uint64_t limit = upper ? row->max : row->min;

		if (!limit && (upper || !row->max || time || row->kind == OPTION_RATE))
			continue;
		buf_puts(out, !upper                                   ? " from "
			      : row->min || row->kind == OPTION_NUMBER ? " to "
								       : " up to ");
		if (time)
			duration_text(limit, out);
		else
			buf_u64(out, limit);
	}
}

/* "option "-x" takes WHAT from 1 to 5 (tries), not "text"". */
static int refuse_value(const struct option_row *row, const char *spelling, const char *value,
			const char *what, struct err *err)
{
	struct buf limits = {0};

	limits_text(row, &limits);
	err_set(err, -EINVAL, "option \"%s\" takes %s%s%s%s%s, not \"%s\"", spelling, what,
		buf_text(&limits), row->unit ? " (" : "", row->unit ? row->unit : "",
		row->unit ? ")" : "", value);
	buf_done(&limits);
	return -EINVAL;
}

static int read_number(const struct option_row *row, const char *spelling, const char *value,
		       uint64_t *ret_number, struct err *err)
{
	if (text_number(value, row->min, row->max ? row->max : UINT64_MAX, ret_number))
		return 0;
	return refuse_value(row, spelling, value, "a whole number", err);
}

static int read_time(const struct option_row *row, const char *spelling, const char *value,
		     nsec_t *ret_time, struct err *err)
{
	nsec_t time;

	if (!option_duration(value, &time))
		return refuse_value(row, spelling, value,
				    "a time such as \"200ms\", \"2s\" or \"1m\"", err);
	if ((uint64_t)time < row->min || (row->max && (uint64_t)time > row->max))
		return refuse_value(row, spelling, value, "a time", err);
	*ret_time = time;
	return 0;
}

static int read_rate(const struct option_row *row, const char *spelling, const char *value,
		     double *ret_rate, struct err *err)
{
	const char *end = value;
	uint64_t whole, nano;
	double rate;

	if (!read_decimal(&end, &whole, &nano) || *end || whole + nano == 0)
		return refuse_value(row, spelling, value, "a number in digits above 0", err);
	rate = (double)whole + (double)nano / NANO;
	if (rate < (double)row->min || (row->max && rate > (double)row->max))
		return refuse_value(row, spelling, value, "a number", err);
	*ret_rate = rate;
	return 0;
}

int option_list_add(struct option_list *list, const char *value, struct err *err)
{
	const char **items = realloc(list->items, (list->count + 1) * sizeof(*items));

	if (!items)
		return err_set(err, -ENOMEM, "memory ran out while reading the options");
	items[list->count++] = value;
	list->items = items;
	return 0;
}

int option_apply(const struct option_row *row, const char *spelling, const char *value, void *into,
		 struct err *err)
{
	char *field = (char *)into + row->offset;

	switch (row->kind) {
	case OPTION_FLAG:
		*(bool *)field = true;
		return 0;
	case OPTION_COUNTER:
		++*(unsigned *)field;
		return 0;
	case OPTION_TEXT:
		*(const char **)field = value;
		return 0;
	case OPTION_NUMBER:
		return read_number(row, spelling, value, (uint64_t *)field, err);
	case OPTION_DURATION:
		return read_time(row, spelling, value, (nsec_t *)field, err);
	case OPTION_RATE:
		return read_rate(row, spelling, value, (double *)field, err);
	case OPTION_LIST:
		return option_list_add((struct option_list *)field, value, err);
	case OPTION_CALL:
		return row->call(into, value, err);
	case OPTION_KINDS:
		break;
	}
	assert(!"a row has a kind");
	return -EINVAL;
}
