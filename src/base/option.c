// SPDX-License-Identifier: Apache-2.0
// Option rows: one const table gives the parser, --help, the man page and the completion.
//
// Theory of operation: an argument is first told apart by its dashes. Long names are looked up
// whole, then as a unique beginning. After one dash a whole long name is tried, as Nmap does;
// otherwise the letters are read from left to right, the longest spelling first, so that "-Pn"
// wins over a "-P"; the first one that takes a value takes the rest. Every row lands in apply(),
// which knows only kinds. Writing the texts of --help and the like is in option_help.c.
#include "base/option.h"

#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

#define ROWS_MAX     256
#define SPELLING_MAX 64
#define NANO         1000000000u

/* One run of option_parse(). */
struct parse {
	const struct option_table *table;
	char *const *argv;
	int argc;
	int at; /* the next argument */
	void *into;
	struct err *err;
	bool seen[ROWS_MAX];
};

static bool takes_value(const struct option_row *row)
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
		return refuse_value(row, spelling, value, "a number above 0", err);
	rate = (double)whole + (double)nano / NANO;
	if (rate < (double)row->min || (row->max && rate > (double)row->max))
		return refuse_value(row, spelling, value, "a number", err);
	*ret_rate = rate;
	return 0;
}

static int list_add(struct option_list *list, const char *value, struct err *err)
{
	const char **items = realloc(list->items, (list->count + 1) * sizeof(*items));

	if (!items)
		return err_set(err, -ENOMEM, "memory ran out while reading the options");
	items[list->count++] = value;
	list->items = items;
	return 0;
}

/* Puts one use of a row into the caller's struct. value is NULL when the row takes none. */
static int apply(const struct option_row *row, const char *spelling, const char *value, void *into,
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
		return list_add((struct option_list *)field, value, err);
	case OPTION_CALL:
		return row->call(into, value, err);
	case OPTION_KINDS:
		break;
	}
	assert(!"a row has a kind");
	return -EINVAL;
}

/* apply() for an argument: refuses empty values and second ones. */
static int use(struct parse *p, const struct option_row *row, const char *spelling,
	       const char *value)
{
	bool *seen = &p->seen[row - p->table->rows];

	if (value && !*value)
		return err_set(p->err, -EINVAL, "option \"%s\" has an empty value; give it %s",
			       spelling, row->argument);
	if (*seen && !row->again &&
	    (row->kind == OPTION_TEXT || row->kind == OPTION_NUMBER ||
	     row->kind == OPTION_DURATION || row->kind == OPTION_RATE))
		return err_set(p->err, -EINVAL,
			       "option \"%s\" is given twice, now with \"%s\"; leave one out",
			       spelling, value);
	*seen = true;
	if (row->given)
		*(bool *)((char *)p->into + row->given - 1) = true;
	return apply(row, spelling, value, p->into, p->err);
}

/* "-" and "-80" are values; any other dash starts an option. */
static bool looks_like_option(const char *text)
{
	return text[0] == '-' && text[1] && !isdigit((unsigned char)text[1]);
}

/* The value of a row whose argument is the next one. */
static int use_next(struct parse *p, const struct option_row *row, const char *spelling)
{
	const char *value = p->at < p->argc ? p->argv[p->at] : NULL;

	if (!value)
		return err_set(p->err, -EINVAL, "option \"%s\" needs a value: %s %s", spelling,
			       spelling, row->argument);
	if (looks_like_option(value))
		return err_set(p->err, -EINVAL,
			       "option \"%s\" needs a value, but \"%s\" looks like an option; "
			       "write \"%s=%s\" if it is the value",
			       spelling, value, spelling, value);
	p->at++;
	return use(p, row, spelling, value);
}

/* Calls found for each spelling in letters; the length of the longest that starts text, or 0. */
static size_t letters_match(const char *letters, const char *text)
{
	size_t best = 0;

	while (letters && *letters) {
		size_t len = strcspn(letters, " ");

		if (len > best && strncmp(letters, text, len) == 0)
			best = len;
		letters += len + (letters[len] == ' ');
	}
	return best;
}

/* The nearest spelling to what was typed (dashes off), written with its dashes; false if none. */
static bool suggest(const struct option_table *table, const char *typed,
		    char out[static SPELLING_MAX])
{
	size_t len = strlen(typed);
	unsigned best = !len ? 0 : len < 3 ? 2 : (unsigned)(len / 3) + 1;
	struct buf found = {0};

	for (size_t i = 0; i < table->row_count; i++) {
		const struct option_row *row = &table->rows[i];
		const char *letters = row->letters ? row->letters : "";
		size_t first = strcspn(letters, " ");
		char word[SPELLING_MAX] = "";

		if (row->help && row->name && text_distance(row->name, typed) < best) {
			best = text_distance(row->name, typed);
			buf_clear(&found);
			buf_printf(&found, "--%s", row->name);
		}
		if (!row->help || !first || first >= sizeof(word))
			continue;
		memcpy(word, letters, first);
		if (len == 1 ? strcasecmp(word, typed) == 0 : text_distance(word, typed) < best) {
			best = text_distance(word, typed);
			buf_clear(&found);
			buf_printf(&found, "-%s", word);
		}
	}
	text_escape(out, SPELLING_MAX, buf_text(&found));
	buf_done(&found);
	return *out;
}

/* argument is the whole of what was typed, name the part of it that should be an option. */
static int refuse_unknown(struct parse *p, const char *argument, const char *name)
{
	char typed[SPELLING_MAX];
	char near[SPELLING_MAX];

	text_escape(typed, sizeof(typed), argument + strspn(argument, "-"));
	typed[strcspn(typed, "=")] = '\0';
	if (suggest(p->table, typed, near))
		return err_set(p->err, -EINVAL, "unknown option \"%.*s\"; did you mean \"%s\"?",
			       (int)strcspn(argument, "="), argument, near);
	if (strcmp(name, argument) != 0)
		return err_set(p->err, -EINVAL,
			       "unknown option \"%s\" in \"%s\"; see \"%s --help\"", name, argument,
			       p->table->command);
	return err_set(p->err, -EINVAL, "unknown option \"%.*s\"; see \"%s --help\"",
		       (int)strcspn(argument, "="), argument, p->table->command);
}

/* The row whose long name is the len bytes at name; also a unique beginning when asked. */
static int find_long(struct parse *p, const char *name, size_t len, bool whole,
		     const struct option_row **ret_row)
{
	const struct option_row *found = NULL;

	for (size_t i = 0; i < p->table->row_count; i++) {
		const struct option_row *row = &p->table->rows[i];

		if (!row->name || strncmp(row->name, name, len) != 0)
			continue;
		if (!row->name[len]) {
			*ret_row = row;
			return 0;
		}
		if (whole || !row->help)
			continue;
		if (found)
			return err_set(p->err, -EINVAL,
				       "option \"--%.*s\" could be \"--%s\" or \"--%s\"; "
				       "write more of it",
				       (int)len, name, found->name, row->name);
		found = row;
	}
	if (!found)
		return -ENOENT;
	*ret_row = found;
	return 0;
}

/* A long option, its row found. text starts with the name's dashes. */
static int use_long(struct parse *p, const struct option_row *row, const char *text)
{
	const char *equals = strchr(text, '=');
	char spelling[SPELLING_MAX] = "--";

	strncat(spelling, row->name, sizeof(spelling) - 3);
	if (!takes_value(row) && equals)
		return err_set(p->err, -EINVAL,
			       "option \"%s\" takes no value, but \"%s\" was given", spelling,
			       equals + 1);
	if (!takes_value(row))
		return use(p, row, spelling, NULL);
	if (equals)
		return use(p, row, spelling, equals + 1);
	return use_next(p, row, spelling);
}

static int parse_long(struct parse *p, const char *text)
{
	const struct option_row *row;
	const char *name = text + 2;
	size_t len = strcspn(name, "=");
	int rc = len ? find_long(p, name, len, false, &row) : -ENOENT;

	if (rc == -ENOENT)
		return refuse_unknown(p, text, text);
	return rc ? rc : use_long(p, row, text);
}

/* A letter option without value and what stands behind it; returns how much of that it took. */
static int use_letters(struct parse *p, const struct option_row *row, const char *spelling,
		       const char *rest)
{
	size_t digits = strspn(rest, "0123456789");
	uint64_t level;
	char text[8] = "";

	if (*rest == '=' || (digits && row->kind != OPTION_COUNTER))
		return err_set(p->err, -EINVAL,
			       "option \"%s\" takes no value, but \"%s\" was given", spelling,
			       rest + (*rest == '='));
	if (!digits)
		return use(p, row, spelling, NULL);
	memcpy(text, rest, digits < sizeof(text) ? digits : sizeof(text) - 1);
	if (digits >= sizeof(text) || !text_number(text, 0, 100, &level))
		return err_set(p->err, -EINVAL,
			       "option \"%s\" takes a level from 0 to 100, not \"%s\"", spelling,
			       rest);
	*(unsigned *)((char *)p->into + row->offset) = (unsigned)level;
	return (int)digits;
}

/* The row with the longest letter spelling at text. */
static const struct option_row *find_letters(const struct option_table *table, const char *text,
					     size_t *ret_len)
{
	const struct option_row *found = NULL;
	size_t best = 0;

	for (size_t i = 0; i < table->row_count; i++) {
		size_t len = letters_match(table->rows[i].letters, text);

		if (len > best) {
			best = len;
			found = &table->rows[i];
		}
	}
	*ret_len = best;
	return found;
}

/* The chained row whose spelling is `first` and the first letter of text; NULL when none is. */
static const struct option_row *find_chained(const struct option_table *table, char first,
					     const char *text)
{
	const char letters[] = {first, *text, '\0'};

	for (size_t i = 0; i < table->row_count; i++) {
		if (table->rows[i].chained && strcmp(table->rows[i].letters, letters) == 0)
			return &table->rows[i];
	}
	return NULL;
}

/* A letter option with a value; text is what stands behind the letters. */
static int use_attached(struct parse *p, const struct option_row *row, const char *spelling,
			const char *text)
{
	if (*text)
		return use(p, row, spelling, text + (*text == '='));
	return row->implied ? use(p, row, spelling, row->implied) : use_next(p, row, spelling);
}

static int parse_letters(struct parse *p, const char *argument)
{
	const struct option_row *row, *before = NULL;
	const char *text = argument + 1;
	size_t len = strcspn(text, "=");

	if (len > 1 && find_long(p, text, len, true, &row) == 0)
		return use_long(p, row, text);
	while (*text) {
		char spelling[SPELLING_MAX] = "-";
		int rc;

		row = before ? find_chained(p->table, before->letters[0], text) : NULL;
		len = 1;
		if (!row)
			row = find_letters(p->table, text, &len);
		if (!row) {
			len = text == argument + 1 && text[1] ? strlen(text) : 1;
			memcpy(spelling + 1, text, len < SPELLING_MAX - 1 ? len : SPELLING_MAX - 2);
			return refuse_unknown(p, argument, spelling);
		}
		memcpy(spelling + 1, text, len < SPELLING_MAX - 1 ? len : SPELLING_MAX - 2);
		text += len;
		before = row->chained ? row : NULL;
		if (takes_value(row))
			return use_attached(p, row, spelling, text);
		rc = use_letters(p, row, spelling, text);
		if (rc < 0)
			return rc;
		text += rc;
	}
	return 0;
}

static int set_initial(const struct option_table *table, void *into, struct err *err)
{
	for (size_t i = 0; i < table->row_count; i++) {
		const struct option_row *row = &table->rows[i];
		bool single = row->kind == OPTION_TEXT || row->kind == OPTION_NUMBER ||
			      row->kind == OPTION_DURATION || row->kind == OPTION_RATE;
		int rc = row->initial && single ? apply(row, row->name ? row->name : row->letters,
							row->initial, into, err)
						: 0;

		if (rc)
			return rc;
	}
	return 0;
}

int option_parse(const struct option_table *table, int argc, char *const argv[], void *into,
		 struct err *err)
{
	struct parse p = {.table = table, .argv = argv, .argc = argc, .into = into, .err = err};
	struct option_list *operands = (void *)((char *)into + table->operands);
	bool options = true;
	int rc = set_initial(table, into, err);

	assert(table->row_count <= ROWS_MAX);
	while (!rc && p.at < argc) {
		const char *argument = argv[p.at++];

		if (options && strcmp(argument, "--") == 0) {
			options = false;
		} else if (options && strncmp(argument, "--", 2) == 0) {
			rc = parse_long(&p, argument);
		} else if (options && argument[0] == '-' && argument[1]) {
			rc = parse_letters(&p, argument);
		} else {
			rc = list_add(operands, argument, err);
			options = options && !table->stop_at_operand;
		}
	}
	return rc;
}

void option_done(const struct option_table *table, void *into)
{
	struct option_list *list = (void *)((char *)into + table->operands);

	free(list->items);
	*list = (struct option_list) {0};
	for (size_t i = 0; i < table->row_count; i++) {
		if (table->rows[i].kind != OPTION_LIST)
			continue;
		list = (void *)((char *)into + table->rows[i].offset);
		free(list->items);
		*list = (struct option_list) {0};
	}
}

/* Whether any spelling of one row is a spelling of the other. */
static bool share_spelling(const struct option_row *a, const struct option_row *b)
{
	const char *letters = a->letters ? a->letters : "";

	if (a->name && b->name && strcmp(a->name, b->name) == 0)
		return true;
	while (*letters && b->letters) {
		size_t len = strcspn(letters, " ");
		const char *other = b->letters;

		while (*other) {
			size_t other_len = strcspn(other, " ");

			if (len == other_len && memcmp(letters, other, len) == 0)
				return true;
			other += other_len + (other[other_len] == ' ');
		}
		letters += len + (letters[len] == ' ');
	}
	return false;
}

static int check_initial(const struct option_row *row, const char *spelling, struct err *err)
{
	union {
		uint64_t number;
		nsec_t time;
		double rate;
	} into;

	if (!row->initial)
		return 0;
	if (row->kind == OPTION_NUMBER)
		return read_number(row, spelling, row->initial, &into.number, err);
	if (row->kind == OPTION_DURATION)
		return read_time(row, spelling, row->initial, &into.time, err);
	if (row->kind == OPTION_RATE)
		return read_rate(row, spelling, row->initial, &into.rate, err);
	return 0;
}

int option_check(const struct option_table *table, struct err *err)
{
	if (table->row_count > ROWS_MAX)
		return err_set(err, -EINVAL, "the table of %s has more than %d rows",
			       table->command, ROWS_MAX);
	for (size_t i = 0; i < table->row_count; i++) {
		const struct option_row *row = &table->rows[i];
		const char *spelling = row->name ? row->name : row->letters;
		size_t len = row->help ? strlen(row->help) : 0;

		if (!spelling || !*spelling || strlen(spelling) > SPELLING_MAX - 4)
			return err_set(err, -EINVAL, "row %zu has no or too long a spelling", i);
		if (row->help && (!len || row->help[len - 1] != '.'))
			return err_set(err, -EINVAL, "the help of \"%s\" is no sentence", spelling);
		if (takes_value(row) != (row->argument && *row->argument))
			return err_set(err, -EINVAL,
				       "\"%s\" has a value without an argument name or the reverse",
				       spelling);
		if ((row->implied && row->kind != OPTION_TEXT) ||
		    (row->chained &&
		     (row->kind != OPTION_FLAG || !row->letters || strlen(row->letters) != 2)))
			return err_set(err, -EINVAL, "\"%s\" is not of the kind it says it is",
				       spelling);
		if (row->kind == OPTION_CALL && !row->call)
			return err_set(err, -EINVAL, "\"%s\" has nothing to call", spelling);
		for (size_t j = 0; j < i; j++)
			if (share_spelling(row, &table->rows[j]))
				return err_set(err, -EINVAL,
					       "\"%s\" shares a spelling with row %zu", spelling,
					       j);
		if (check_initial(row, spelling, err))
			return -EINVAL;
	}
	return 0;
}
