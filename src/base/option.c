// SPDX-License-Identifier: Apache-2.0
// Option rows: one const table gives the parser, --help, the man page and the completion.
//
// Theory of operation: an argument is first told apart by its dashes. Long names are looked up
// whole, then as a unique beginning. After one dash a whole long name is tried, as Nmap does;
// otherwise the letters are read from left to right, the longest spelling first, so that "-Pn"
// wins over a "-P"; the first one that takes a value takes the rest. Every row lands in
// option_apply() (option_value.c), which knows only kinds. The texts of --help and the like are
// written in option_help.c.
#include "base/option.h"

#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/option_parts.h"
#include "base/text.h"

/* One run of option_parse(). */
struct parse {
	const struct option_table *table;
	char *const *argv;
	int argc;
	int at; /* the next argument */
	void *into;
	struct err *err;
	bool seen[OPTION_ROWS_MAX];
};

/* option_apply() for an argument: refuses empty values and second ones. */
static int use(struct parse *p, const struct option_row *row, const char *spelling,
	       const char *value)
{
	bool *seen = &p->seen[row - p->table->rows];

	if (value && !*value)
		return err_set(p->err, -EINVAL, "option \"%s\" has an empty value; give it %s",
			       spelling, row->argument);
	if (*seen && !row->again && option_is_single(row))
		return err_set(p->err, -EINVAL,
			       "option \"%s\" is given twice, now with \"%s\"; leave one out",
			       spelling, value);
	*seen = true;
	if (row->given)
		*(bool *)((char *)p->into + row->given - 1) = true;
	return option_apply(row, spelling, value, p->into, p->err);
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
		    char out[static OPTION_SPELLING_MAX])
{
	size_t len = strlen(typed);
	unsigned best = !len ? 0 : len < 3 ? 2 : (unsigned)(len / 3) + 1;
	struct buf found = {0};

	for (size_t i = 0; i < table->row_count; i++) {
		const struct option_row *row = &table->rows[i];
		const char *letters = row->letters ? row->letters : "";
		size_t first = strcspn(letters, " ");
		char word[OPTION_SPELLING_MAX] = "";

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
	text_escape(out, OPTION_SPELLING_MAX, buf_text(&found));
	buf_done(&found);
	return *out;
}

/* True when `typed` (without dashes) is one of the spellings. */
static bool is_spelled(const char *spellings, const char *typed)
{
	for (const char *at = spellings; *at; at += strspn(at, " ")) {
		size_t len = strcspn(at, " ");
		bool open = at[len - 1] == '*';

		if (!strncmp(at, typed, len - open) && (open || !typed[len]))
			return true;
		at += len;
	}
	return false;
}

/* What to do instead of an option that another program has; NULL when none is spelled so. */
static const char *instead_of(const struct option_table *table, const char *typed)
{
	for (size_t i = 0; i < table->absent_count; i++) {
		if (is_spelled(table->absent[i].spellings, typed))
			return table->absent[i].instead;
	}
	return NULL;
}

/* argument is the whole of what was typed, name the part of it that should be an option. */
static int refuse_unknown(struct parse *p, const char *argument, const char *name)
{
	char typed[OPTION_SPELLING_MAX];
	char near[OPTION_SPELLING_MAX];
	const char *instead;

	text_escape(typed, sizeof(typed), argument + strspn(argument, "-"));
	typed[strcspn(typed, "=")] = '\0';
	instead = instead_of(p->table, typed);
	if (instead)
		return err_set(p->err, -EINVAL, "\"%.*s\" %s", (int)strcspn(argument, "="),
			       argument, instead);
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
	char spelling[OPTION_SPELLING_MAX] = "--";

	strncat(spelling, row->name, sizeof(spelling) - 3);
	if (!option_takes_value(row) && equals)
		return err_set(p->err, -EINVAL,
			       "option \"%s\" takes no value, but \"%s\" was given", spelling,
			       equals + 1);
	if (!option_takes_value(row))
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
		char spelling[OPTION_SPELLING_MAX] = "-";
		int rc;

		row = before ? find_chained(p->table, before->letters[0], text) : NULL;
		len = 1;
		if (!row)
			row = find_letters(p->table, text, &len);
		if (!row) {
			len = text == argument + 1 && text[1] ? strlen(text) : 1;
			memcpy(spelling + 1, text,
			       len < OPTION_SPELLING_MAX - 1 ? len : OPTION_SPELLING_MAX - 2);
			return refuse_unknown(p, argument, spelling);
		}
		memcpy(spelling + 1, text,
		       len < OPTION_SPELLING_MAX - 1 ? len : OPTION_SPELLING_MAX - 2);
		text += len;
		before = row->chained ? row : NULL;
		if (option_takes_value(row))
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
		const char *spelling = row->name ? row->name : row->letters;
		int rc = 0;

		if (row->initial && option_is_single(row))
			rc = option_apply(row, spelling, row->initial, into, err);
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

	assert(table->row_count <= OPTION_ROWS_MAX);
	while (!rc && p.at < argc) {
		const char *argument = argv[p.at++];

		if (options && strcmp(argument, "--") == 0) {
			options = false;
		} else if (options && strncmp(argument, "--", 2) == 0) {
			rc = parse_long(&p, argument);
		} else if (options && argument[0] == '-' && argument[1]) {
			rc = parse_letters(&p, argument);
		} else {
			rc = option_list_add(operands, argument, err);
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
