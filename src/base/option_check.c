// SPDX-License-Identifier: Apache-2.0
// Mistakes that the author of a table of options can make.
#include "base/option_parts.h"

#include <errno.h>
#include <string.h>

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
	struct option_row alone = *row;
	union {
		const char *text;
		uint64_t number;
		nsec_t time;
		double rate;
	} into;

	alone.offset = 0;
	return row->initial && option_is_single(row)
		       ? option_apply(&alone, spelling, row->initial, &into, err)
		       : 0;
}

int option_check(const struct option_table *table, struct err *err)
{
	if (table->row_count > OPTION_ROWS_MAX)
		return err_set(err, -EINVAL, "the table of %s has more than %d rows",
			       table->command, OPTION_ROWS_MAX);
	for (size_t i = 0; i < table->row_count; i++) {
		const struct option_row *row = &table->rows[i];
		const char *spelling = row->name ? row->name : row->letters;
		size_t len = row->help ? strlen(row->help) : 0;

		if (!spelling || !*spelling || strlen(spelling) > OPTION_SPELLING_MAX - 4)
			return err_set(err, -EINVAL, "row %zu has no or too long a spelling", i);
		if (row->help && (!len || row->help[len - 1] != '.'))
			return err_set(err, -EINVAL, "the help of \"%s\" is no sentence", spelling);
		if (option_takes_value(row) != (row->argument && *row->argument))
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
