// SPDX-License-Identifier: Apache-2.0
// What is written from option rows: the --help text, the man page's section, completion words.
#include "base/option.h"

#include <string.h>

#define HELP_WIDTH  80
#define HELP_COLUMN 27 /* where the sentences start */

/* A row's first letter spelling; its length in *ret_len, 0 when there is none. */
static const char *first_letters(const struct option_row *row, size_t *ret_len)
{
	*ret_len = row->letters ? strcspn(row->letters, " ") : 0;
	return row->letters;
}

static bool has_argument(const struct option_row *row)
{
	return row->argument && *row->argument;
}

/* The sentence with its default: "How often to try (default: 10 tries)." */
static void sentence(const struct option_row *row, struct buf *out)
{
	size_t len = strlen(row->help);

	if (!row->initial) {
		buf_puts(out, row->help);
		return;
	}
	buf_add(out, row->help, len - (len && row->help[len - 1] == '.'));
	buf_printf(out, " (default: %s%s%s).", row->initial, row->unit ? " " : "",
		   row->unit ? row->unit : "");
}

/* Appends text from column on, broken at blanks, later lines indented to indent. */
static void wrapped(const char *text, size_t column, size_t indent, struct buf *out)
{
	bool first = true;

	while (*text) {
		size_t len = strcspn(text, " ");

		if (!first && column + 1 + len > HELP_WIDTH) {
			buf_putc(out, '\n');
			buf_pad(out, ' ', indent);
			column = indent;
		} else if (!first) {
			buf_putc(out, ' ');
			column++;
		}
		buf_add(out, text, len);
		column += len;
		first = false;
		text += len;
		text += strspn(text, " ");
	}
	buf_putc(out, '\n');
}

static void help_row(const struct option_row *row, struct buf *out)
{
	struct buf label = {0}, text = {0};
	size_t len;
	const char *letters = first_letters(row, &len);

	if (len)
		buf_printf(&label, "  -%.*s", (int)len, letters);
	else
		buf_puts(&label, "     ");
	if (row->name)
		buf_printf(&label, "%s--%s", len ? ", " : " ", row->name);
	if (has_argument(row))
		buf_printf(&label, row->implied ? "[%s]" : " %s", row->argument);
	sentence(row, &text);
	buf_puts(out, buf_text(&label));
	if (label.len + 1 < HELP_COLUMN) {
		buf_pad(out, ' ', HELP_COLUMN - label.len);
	} else {
		buf_putc(out, '\n');
		buf_pad(out, ' ', HELP_COLUMN);
	}
	wrapped(buf_text(&text), HELP_COLUMN, HELP_COLUMN, out);
	out->failed |= label.failed || text.failed;
	buf_done(&label);
	buf_done(&text);
}

void option_help(const struct option_table *table, struct buf *out)
{
	struct buf usage = {0};

	buf_printf(&usage, "Usage: %s %s", table->command, table->synopsis);
	wrapped(buf_text(&usage), 0, 7, out);
	buf_done(&usage);
	if (table->summary)
		wrapped(table->summary, 0, 0, out);
	for (size_t i = 0; i < table->row_count; i++) {
		const struct option_row *row = &table->rows[i];

		if (row->heading)
			buf_printf(out, "\n%s:\n", row->heading);
		if (row->help)
			help_row(row, out);
	}
}

/* Appends text with what troff would take for its own made harmless. */
static void troff(const char *text, size_t len, struct buf *out)
{
	for (size_t i = 0; i < len; i++) {
		if (i == 0 && (text[i] == '.' || text[i] == '\''))
			buf_puts(out, "\\&");
		if (text[i] == '\\')
			buf_puts(out, "\\e");
		else if (text[i] == '-')
			buf_puts(out, "\\-");
		else
			buf_putc(out, text[i]);
	}
}

/* ", " and a bold spelling. */
static void man_spelling(const char *dashes, const char *text, size_t len, struct buf *out)
{
	buf_puts(out, "\\fB");
	buf_puts(out, dashes);
	troff(text, len, out);
	buf_puts(out, "\\fR");
}

static void man_row(const struct option_row *row, struct buf *out)
{
	const char *letters = row->letters ? row->letters : "";
	const char *between = "";
	struct buf text = {0};

	buf_puts(out, ".TP\n");
	while (*letters) {
		size_t len = strcspn(letters, " ");

		buf_puts(out, between);
		man_spelling("\\-", letters, len, out);
		between = ", ";
		letters += len + (letters[len] == ' ');
	}
	if (row->name) {
		buf_puts(out, between);
		man_spelling("\\-\\-", row->name, strlen(row->name), out);
	}
	if (has_argument(row)) {
		buf_puts(out, row->implied ? "[\\fI" : " \\fI");
		troff(row->argument, strlen(row->argument), out);
		buf_puts(out, row->implied ? "\\fR]" : "\\fR");
	}
	buf_putc(out, '\n');
	sentence(row, &text);
	troff(buf_text(&text), text.len, out);
	buf_putc(out, '\n');
	out->failed |= text.failed;
	buf_done(&text);
}

void option_man(const struct option_table *table, struct buf *out)
{
	for (size_t i = 0; i < table->row_count; i++) {
		const struct option_row *row = &table->rows[i];

		if (row->heading) {
			buf_puts(out, ".SS ");
			troff(row->heading, strlen(row->heading), out);
			buf_putc(out, '\n');
		}
		if (row->help)
			man_row(row, out);
	}
}

void option_words(const struct option_table *table, struct buf *out)
{
	for (size_t i = 0; i < table->row_count; i++) {
		const struct option_row *row = &table->rows[i];
		const char *letters = row->letters ? row->letters : "";

		if (!row->help)
			continue;
		while (*letters) {
			size_t len = strcspn(letters, " ");

			buf_printf(out, "-%.*s\n", (int)len, letters);
			letters += len + (letters[len] == ' ');
		}
		if (row->name)
			buf_printf(out, "--%s%s\n", row->name, has_argument(row) ? "=" : "");
	}
}
