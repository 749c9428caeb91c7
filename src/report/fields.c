// SPDX-License-Identifier: Apache-2.0
// Chosen fields, one line a frame: tshark -T fields.
#include "report/fields.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "packet/value_text.h"
#include "proto/registry.h"

void fields_init(struct fields *f)
{
	*f = (struct fields) {.separator = '\t', .aggregator = ','};
}

void fields_done(struct fields *f)
{
	free(f->columns);
	f->columns = NULL;
	f->count = 0;
}

/* The name of a field that is nearest to a wrong one. */
static const char *nearest_name(const char *name)
{
	const char *nearest = "frame.number";
	unsigned best = text_distance(name, nearest);

	for (unsigned id = 0; id < (unsigned)PROTOCOL_COUNT << 8; id++) {
		const struct field *field = field_get((uint16_t)id);
		unsigned distance = field ? text_distance(name, field->name) : best;

		if (distance < best) {
			best = distance;
			nearest = field->name;
		}
	}
	return nearest;
}

static bool find_column(const char *name, enum fields_column_kind *ret_kind)
{
	static const struct {
		const char *name;
		enum fields_column_kind kind;
	} names[] = {
		{"_ws.col.No.", FIELDS_NUMBER},        {"_ws.col.Time", FIELDS_TIME},
		{"_ws.col.Source", FIELDS_SOURCE},     {"_ws.col.Destination", FIELDS_DESTINATION},
		{"_ws.col.Protocol", FIELDS_PROTOCOL}, {"_ws.col.Length", FIELDS_LENGTH},
		{"_ws.col.Info", FIELDS_INFO},
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcmp(names[i].name, name))
			continue;
		*ret_kind = names[i].kind;
		return true;
	}
	return false;
}

static void want(struct fields *f, uint16_t id)
{
	enum field_type type = field_get(id)->type;

	f->wanted[id >> 6] |= 1ull << (id & 63);
	if (type == FIELD_PROTOCOL)
		f->want_text = true;
}

int fields_add(struct fields *f, const char *name, struct err *err)
{
	struct fields_column column = {.name = name};
	struct fields_column *columns;
	int id = -1;

	if (f->count == FIELDS_MAX)
		return err_set(err, -E2BIG, "At most %d fields can be shown.", FIELDS_MAX);
	if (!find_column(name, &column.kind)) {
		while (column.id_count < FIELDS_IDS_MAX && (id = field_find(name, id)) >= 0) {
			column.ids[column.id_count++] = (uint16_t)id;
			want(f, (uint16_t)id);
		}
		if (!column.id_count)
			return err_set(err, -EINVAL,
				       "There is no field \"%s\"; the nearest is \"%s\".", name,
				       nearest_name(name));
	}
	f->want_info |= column.kind != FIELDS_FIELD;
	columns = realloc(f->columns, (f->count + 1) * sizeof(*columns));
	if (!columns)
		return err_set(err, -ENOMEM, "There is no memory for the fields.");
	f->columns = columns;
	f->columns[f->count++] = column;
	return 0;
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
	else if (len == 6 && !memcmp(option, "header", len) && strchr("yn", value[0])) {
		f->header = value[0] == 'y';
		code = 0;
	}
	if (code)
		return err_set(err, code,
			       "\"%s\" is no setting of -E; it takes separator=C, aggregator=C, "
			       "occurrence=f, l or a, quote=d, s or n, header=y or n.",
			       option);
	return 0;
}

void fields_header(struct buf *out, const struct fields *f)
{
	for (size_t i = 0; i < f->count; i++) {
		if (i)
			buf_putc(out, f->separator);
		buf_puts(out, f->columns[i].name);
	}
	buf_putc(out, '\n');
}

static void add_value(struct buf *out, const struct frame_dissector *from, const struct item *item)
{
	struct buf value = {0};
	char safe[8192];

	if (field_get(item->id)->type != FIELD_STRING) {
		value_text(out, &from->d, item, VALUE_PLAIN);
		return;
	}
	value_text(&value, &from->d, item, VALUE_PLAIN);
	buf_add(out, safe, text_escape_bytes(safe, sizeof(safe), buf_text(&value), value.len));
	buf_done(&value);
}

static bool is_of(const struct fields_column *column, uint16_t id)
{
	for (unsigned i = 0; i < column->id_count; i++)
		if (column->ids[i] == id)
			return true;
	return false;
}

static void add_field(struct buf *out, const struct fields *f, const struct fields_column *column,
		      const struct frame_dissector *from)
{
	const struct tree *t = &from->tree;
	const struct item *last = NULL;
	size_t begin = out->len;

	for (uint32_t i = 0; i < t->count; i++) {
		if (!is_of(column, t->items[i].id))
			continue;
		last = &t->items[i];
		if (f->occurrence == FIELDS_LAST)
			continue;
		if (out->len > begin)
			buf_putc(out, f->aggregator);
		add_value(out, from, last);
		if (f->occurrence == FIELDS_FIRST)
			return;
	}
	if (last && f->occurrence == FIELDS_LAST)
		add_value(out, from, last);
}

static void add_column(struct buf *out, const struct fields *f, const struct fields_column *column,
		       const struct frame_dissector *from, const struct list_style *style,
		       const struct frame_facts *facts)
{
	switch (column->kind) {
	case FIELDS_FIELD:
		add_field(out, f, column, from);
		break;
	case FIELDS_NUMBER:
		buf_u64(out, facts->number);
		break;
	case FIELDS_TIME:
		list_time(out, style, facts);
		break;
	case FIELDS_SOURCE:
		endpoint_text(out, &from->d.kept.source);
		break;
	case FIELDS_DESTINATION:
		endpoint_text(out, &from->d.kept.destination);
		break;
	case FIELDS_PROTOCOL:
		buf_puts(out, from->d.protocol);
		break;
	case FIELDS_LENGTH:
		buf_u64(out, facts->wire_len);
		break;
	case FIELDS_INFO:
		buf_add(out, buf_text(&from->info), from->info.len);
		break;
	}
}

void fields_line(struct buf *out, const struct fields *f, const struct frame_dissector *from,
		 const struct list_style *style, const struct frame_facts *facts)
{
	for (size_t i = 0; i < f->count; i++) {
		size_t begin;

		if (i)
			buf_putc(out, f->separator);
		if (f->quote)
			buf_putc(out, f->quote);
		begin = out->len;
		add_column(out, f, &f->columns[i], from, style, facts);
		if (!f->quote)
			continue;
		if (out->len == begin)
			out->data[--out->len] = '\0'; /* nothing is not quoted */
		else
			buf_putc(out, f->quote);
	}
	buf_putc(out, '\n');
}
