// SPDX-License-Identifier: Apache-2.0
// One column of the list or of -T fields: which, and its text for a frame.
#include "report/column.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "packet/value_text.h"
#include "proto/registry.h"
#include "report/about.h"

#define TSHARK_PREFIX "_ws.col."
#define ESCAPED_LEN   4 /* most bytes that one becomes, as hexadecimal */

/* The columns that are no fields. */
static const struct known {
	const char *name; /* of --columns; those that begin with an upper letter are tshark's */
	enum column_kind kind;
	const char *detail; /* time style, or further names of fields, by blanks */
} knowns[] = {
	{"No.", COLUMN_NUMBER, NULL},
	{"Time", COLUMN_TIME, NULL},
	{"Source", COLUMN_SOURCE, NULL},
	{"Destination", COLUMN_DESTINATION, NULL},
	{"Protocol", COLUMN_PROTOCOL, NULL},
	{"Length", COLUMN_LENGTH, NULL},
	{"Info", COLUMN_INFO, NULL},
	{"no", COLUMN_NUMBER, NULL},
	{"number", COLUMN_NUMBER, NULL},
	{"time", COLUMN_TIME, NULL},
	{"source", COLUMN_SOURCE, NULL},
	{"src", COLUMN_SOURCE, NULL},
	{"destination", COLUMN_DESTINATION, NULL},
	{"dst", COLUMN_DESTINATION, NULL},
	{"protocol", COLUMN_PROTOCOL, NULL},
	{"length", COLUMN_LENGTH, NULL},
	{"info", COLUMN_INFO, NULL},
	{"relative", COLUMN_OWN_TIME, "r"},
	{"delta", COLUMN_OWN_TIME, "d"},
	{"delta-shown", COLUMN_OWN_TIME, "dd"},
	{"clock", COLUMN_OWN_TIME, "a"},
	{"date", COLUMN_OWN_TIME, "ad"},
	{"utc", COLUMN_OWN_TIME, "ud"},
	{"epoch", COLUMN_OWN_TIME, "e"},
	{"srcport", COLUMN_SOURCE_PORT, NULL},
	{"dstport", COLUMN_DESTINATION_PORT, NULL},
	{"src-port", COLUMN_SOURCE_PORT, NULL},
	{"dst-port", COLUMN_DESTINATION_PORT, NULL},
	{"src port", COLUMN_SOURCE_PORT, NULL},
	{"dst port", COLUMN_DESTINATION_PORT, NULL},
	{"stream", COLUMN_FIELD, "tcp.stream udp.stream"},
	{"hwsrc", COLUMN_FIELD, "eth.src"},
	{"hwdst", COLUMN_FIELD, "eth.dst"},
	{"ttl", COLUMN_FIELD, "ip.ttl ipv6.hlim"},
	{"comment", COLUMN_COMMENT, NULL},
	{"interface", COLUMN_INTERFACE, NULL},
	{"direction", COLUMN_DIRECTION, NULL},
	{"about", COLUMN_ABOUT, NULL},
};

void columns_done(struct columns *columns)
{
	free(columns->items);
	*columns = (struct columns) {0};
}

/* The name of a field or column that is nearest to a wrong one; NULL when none is near. */
static const char *nearest_name(const char *name, bool list_names)
{
	const char *nearest = NULL;
	unsigned best = (unsigned)(strlen(name) / 3) + 2;

	for (size_t i = 0; list_names && i < sizeof(knowns) / sizeof(knowns[0]); i++) {
		unsigned distance = text_distance(name, knowns[i].name);

		if (distance < best) {
			best = distance;
			nearest = knowns[i].name;
		}
	}
	for (unsigned id = 0; id < (unsigned)PROTOCOL_COUNT << 8; id++) {
		const struct field *field = field_get((uint16_t)id);
		unsigned distance = field && *field->name ? text_distance(name, field->name) : best;

		if (distance < best) {
			best = distance;
			nearest = field->name;
		}
	}
	return nearest;
}

static const struct known *find_known(const char *name, bool list_names)
{
	size_t prefix = strlen(TSHARK_PREFIX);
	bool tshark = !strncmp(name, TSHARK_PREFIX, prefix);

	for (size_t i = 0; i < sizeof(knowns) / sizeof(knowns[0]); i++) {
		bool is_tshark = knowns[i].name[0] < 'a';

		if (tshark && is_tshark && !strcmp(knowns[i].name, name + prefix))
			return &knowns[i];
		if (list_names && !tshark && !strcmp(knowns[i].name, name))
			return &knowns[i];
	}
	return NULL;
}

static void want(struct columns *c, uint16_t id)
{
	c->wanted[id >> 6] |= 1ull << (id & 63);
	c->want_tree = true;
	if (field_get(id)->type == FIELD_PROTOCOL)
		c->want_text = true;
}

/* Every field of this name. */
static void add_ids(struct columns *c, struct column *column, const char *name)
{
	int id = -1;

	while (column->id_count < COLUMN_IDS_MAX && (id = field_find(name, id)) >= 0) {
		column->ids[column->id_count++] = (uint16_t)id;
		want(c, (uint16_t)id);
	}
}

static void add_known(struct columns *c, struct column *column, const struct known *known)
{
	char name[64];

	column->kind = known->kind;
	c->want_info |= known->kind == COLUMN_INFO || known->kind == COLUMN_PROTOCOL;
	c->want_details |= known->kind == COLUMN_COMMENT || known->kind == COLUMN_INTERFACE ||
			   known->kind == COLUMN_DIRECTION;
	if (known->kind == COLUMN_OWN_TIME)
		time_style_parse(known->detail, &column->time);
	if (known->kind != COLUMN_FIELD)
		return;
	for (const char *at = known->detail; *at; at += *at == ' ') {
		size_t len = strcspn(at, " ");

		memcpy(name, at, len);
		name[len] = '\0';
		add_ids(c, column, name);
		at += len;
	}
}

static int refuse(const char *name, bool list_names, struct err *err)
{
	const char *what = list_names ? "column or field" : "field";
	const char *nearest = nearest_name(name, list_names);

	return nearest ? err_set(err, -EINVAL, "There is no %s \"%s\"; the nearest is \"%s\".",
				 what, name, nearest)
		       : err_set(err, -EINVAL,
				 "There is no %s \"%s\"; sonde read --fields lists the fields.",
				 what, name);
}

int columns_add(struct columns *c, const char *name, bool list_names, struct err *err)
{
	struct column column = {.name = name};
	const struct known *known = find_known(name, list_names);
	struct column *items;

	if (c->count == COLUMNS_MAX)
		return err_set(err, -EINVAL, "There are more than %d columns.", COLUMNS_MAX);
	if (known)
		add_known(c, &column, known);
	else
		add_ids(c, &column, name);
	if (!known && !column.id_count)
		return refuse(name, list_names, err);
	items = realloc(c->items, (c->count + 1) * sizeof(*items));
	if (!items)
		return err_set(err, -ENOMEM, "There is no memory for the columns.");
	c->items = items;
	c->items[c->count++] = column;
	return 0;
}

static void add_port(struct buf *out, const struct list_style *style,
		     const struct frame_dissector *from, uint16_t port)
{
	const struct list_names *names = style->names;
	const char *name = NULL;

	if (!from->d.kept.source_port && !from->d.kept.destination_port)
		return;
	if (names && names->port)
		name = names->port(names->context, from->d.kept.ip_protocol, port);
	if (name)
		buf_escaped(out, name);
	else
		buf_u64(out, port);
}

static void add_named_port(struct buf *out, const struct list_style *style,
			   const struct frame_dissector *from, uint16_t port)
{
	const char *name =
		style->names->port(style->names->context, from->d.kept.ip_protocol, port);

	if (!name) {
		buf_u64(out, port);
		return;
	}
	buf_escaped(out, name);
	buf_printf(out, "(%u)", port);
}

void info_text(struct buf *out, const struct list_style *style, const struct frame_dissector *from)
{
	const char *info = buf_text(&from->info), *at = NULL;
	char ports[32];

	if (style->names && style->names->port) {
		snprintf(ports, sizeof(ports), "%u → %u", from->d.kept.source_port,
			 from->d.kept.destination_port);
		at = strstr(info, ports);
	}
	if (!at) {
		buf_add(out, info, from->info.len);
		return;
	}
	buf_add(out, info, (size_t)(at - info));
	add_named_port(out, style, from, from->d.kept.source_port);
	buf_puts(out, " → ");
	add_named_port(out, style, from, from->d.kept.destination_port);
	buf_puts(out, at + strlen(ports));
}

/* All comments in one line. */
static void add_comments(struct buf *out, const struct frame_facts *facts)
{
	for (uint32_t i = 0; i < facts->comment_count; i++) {
		const char *at = facts->comments[i];

		if (i)
			buf_puts(out, " | ");
		while (*at) {
			size_t len = strcspn(at, "\n");
			char part[1024], safe[4 * sizeof(part)];

			if (len >= sizeof(part))
				len = sizeof(part) - 1;
			memcpy(part, at, len);
			buf_add(out, safe, text_escape_bytes(safe, sizeof(safe), part, len));
			at += len;
			if (*at == '\n') {
				buf_putc(out, ' ');
				at++;
			}
		}
	}
}

static void add_interface(struct buf *out, const struct frame_facts *facts)
{
	if (!facts->has_interface)
		return;
	if (facts->interface_name)
		buf_escaped(out, facts->interface_name);
	else
		buf_u64(out, facts->interface);
}

/* epb_flags bits 0 and 1 [draft-ietf-opsawg-pcapng s. 4.3.1]. */
static void add_direction(struct buf *out, const struct frame_facts *facts)
{
	static const char *const words[] = {"", "in", "out", ""};

	if (facts->has_flags)
		buf_puts(out, words[facts->flags & 3]);
}

void column_text(struct buf *out, const struct column *column, const struct frame_dissector *from,
		 const struct list_style *style, const struct frame_facts *facts)
{
	switch (column->kind) {
	case COLUMN_FIELD:
		break;
	case COLUMN_NUMBER:
		buf_u64(out, facts->number);
		break;
	case COLUMN_TIME:
		list_time(out, &style->time, style->file_digits, facts);
		break;
	case COLUMN_OWN_TIME:
		list_time(out, &column->time, style->file_digits, facts);
		break;
	case COLUMN_SOURCE:
		list_address(out, style, &from->d.kept.source);
		break;
	case COLUMN_DESTINATION:
		list_address(out, style, &from->d.kept.destination);
		break;
	case COLUMN_PROTOCOL:
		buf_puts(out, from->d.protocol);
		break;
	case COLUMN_LENGTH:
		buf_u64(out, facts->wire_len);
		break;
	case COLUMN_INFO:
		info_text(out, style, from);
		break;
	case COLUMN_SOURCE_PORT:
		add_port(out, style, from, from->d.kept.source_port);
		break;
	case COLUMN_DESTINATION_PORT:
		add_port(out, style, from, from->d.kept.destination_port);
		break;
	case COLUMN_COMMENT:
		add_comments(out, facts);
		break;
	case COLUMN_INTERFACE:
		add_interface(out, facts);
		break;
	case COLUMN_DIRECTION:
		add_direction(out, facts);
		break;
	case COLUMN_ABOUT:
		about_text(out, from);
		break;
	}
}

bool column_shows(const struct column *column, uint16_t id)
{
	for (unsigned i = 0; i < column->id_count; i++)
		if (column->ids[i] == id)
			return true;
	return false;
}

/* The name a value has, NULL for none. */
static const char *resolved(const struct item *item)
{
	const struct field *field = field_get(item->id);

	if (field->type == FIELD_PROTOCOL)
		return "✓";
	if (field->type == FIELD_BOOL)
		return item->number ? field->yes ? field->yes : "True"
		       : field->no  ? field->no
				    : "False";
	return field->type == FIELD_UINT && field->names ? value_name(field->names, item->number)
							 : NULL;
}

void column_value(struct buf *out, const struct frame_dissector *from, const struct item *item,
		  bool resolve)
{
	const char *name = resolve ? resolved(item) : NULL;
	struct buf value = {0};
	size_t room;

	if (name) {
		buf_puts(out, name);
		return;
	}

	if (field_get(item->id)->type != FIELD_STRING) {
		value_text(out, &from->d, item, VALUE_PLAIN);
		return;
	}
	value_text(&value, &from->d, item, VALUE_PLAIN);
	room = value.len * ESCAPED_LEN + 1;
	if (buf_room(out, room))
		out->len +=
			text_escape_bytes(out->data + out->len, room, buf_text(&value), value.len);
	buf_done(&value);
}
