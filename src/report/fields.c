// SPDX-License-Identifier: Apache-2.0
// Chosen fields, one line a frame: tshark -T fields.
#include "report/fields.h"

#include <errno.h>
#include <string.h>

#define BYTE_ORDER_MARK "\xef\xbb\xbf" /* U+FEFF in UTF-8 */

void fields_init(struct fields *f)
{
	*f = (struct fields) {.separator = '\t', .aggregator = ','};
}

void fields_done(struct fields *f)
{
	columns_done(&f->columns);
}

static int set_char(const char *value, char *ret_char)
{
	if (!strcmp(value, "/t"))
		*ret_char = '\t';
	else if (!strcmp(value, "/s"))
		*ret_char = ' ';
	else if (strlen(value) == 1)
		*ret_char = value[0];
	else
		return -EINVAL;
	return 0;
}

static int set_occurrence(struct fields *f, char letter)
{
	switch (letter) {
	case 'a':
		f->occurrence = FIELDS_ALL;
		return 0;
	case 'f':
		f->occurrence = FIELDS_FIRST;
		return 0;
	case 'l':
		f->occurrence = FIELDS_LAST;
		return 0;
	default:
		return -EINVAL;
	}
}

static int set_quote(struct fields *f, char letter)
{
	if (letter != 'd' && letter != 's' && letter != 'n')
		return -EINVAL;
	f->quote = letter == 'd' ? '"' : letter == 's' ? '\'' : '\0';
	return 0;
}

static int set_flag(const char *value, bool *ret_flag)
{
	if (strcmp(value, "y") && strcmp(value, "n"))
		return -EINVAL;
	*ret_flag = value[0] == 'y';
	return 0;
}

int fields_set(struct fields *f, const char *option, struct err *err)
{
	const char *value = strchr(option, '=');
	size_t len = value ? (size_t)(value++ - option) : 0;
	int code = -EINVAL;

	if (len == 9 && !memcmp(option, "separator", len))
		code = set_char(value, &f->separator);
	else if (len == 10 && !memcmp(option, "aggregator", len))
		code = set_char(value, &f->aggregator);
	else if (len == 10 && !memcmp(option, "occurrence", len))
		code = set_occurrence(f, value[0]);
	else if (len == 5 && !memcmp(option, "quote", len))
		code = set_quote(f, value[0]);
	else if (len == 6 && !memcmp(option, "header", len))
		code = set_flag(value, &f->header);
	else if (len == 3 && !memcmp(option, "bom", len))
		code = set_flag(value, &f->bom);
	if (code)
		return err_set(err, code,
			       "\"%s\" is no setting of -E; it takes separator=C, aggregator=C, "
			       "occurrence=f, l or a, quote=d, s or n, header=y or n, bom=y or n.",
			       option);
	return 0;
}

void fields_header(struct buf *out, const struct fields *f)
{
	if (f->bom)
		buf_puts(out, BYTE_ORDER_MARK);
	if (!f->header)
		return;
	for (size_t i = 0; i < f->columns.count; i++) {
		if (i)
			buf_putc(out, f->separator);
		buf_puts(out, f->columns.items[i].name);
	}
	buf_putc(out, '\n');
}

static void add_field(struct buf *out, const struct fields *f, const struct column *column,
		      const struct frame_dissector *from)
{
	const struct tree *t = &from->tree;
	const struct item *last = NULL;
	size_t begin = out->len;

	for (uint32_t i = 0; i < t->count; i++) {
		if (!column_shows(column, t->items[i].id))
			continue;
		last = &t->items[i];
		if (f->occurrence == FIELDS_LAST)
			continue;
		if (out->len > begin)
			buf_putc(out, f->aggregator);
		column_value(out, from, last, f->resolve);
		if (f->occurrence == FIELDS_FIRST)
			return;
	}
	if (last && f->occurrence == FIELDS_LAST)
		column_value(out, from, last, f->resolve);
}

void fields_column(struct buf *out, const struct fields *f, const struct column *column,
		   const struct frame_dissector *from, const struct list_style *style,
		   const struct frame_facts *facts)
{
	if (column->kind == COLUMN_FIELD)
		add_field(out, f, column, from);
	else
		column_text(out, column, from, style, facts);
}

void fields_line(struct buf *out, const struct fields *f, const struct frame_dissector *from,
		 const struct list_style *style, const struct frame_facts *facts)
{
	for (size_t i = 0; i < f->columns.count; i++) {
		size_t begin;

		if (i)
			buf_putc(out, f->separator);
		if (f->quote)
			buf_putc(out, f->quote);
		begin = out->len;
		fields_column(out, f, &f->columns.items[i], from, style, facts);
		if (!f->quote)
			continue;
		if (out->len == begin)
			out->data[--out->len] = '\0'; /* nothing is not quoted */
		else
			buf_putc(out, f->quote);
	}
	buf_putc(out, '\n');
}
