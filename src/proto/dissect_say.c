// SPDX-License-Identifier: Apache-2.0
// How dissectors say fields, remarks and columns. See proto/dissect.h.
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "proto/dissect.h"
#include "proto/ws.h"

#define LINE_TEXT_MAX 1024
#define STRING_MAX    4096 /* longer texts are cut: a line is for reading */

const struct value_name checksum_status_names[] = {
	VALUE(CHECKSUM_STATUS_BAD, "Bad"),
	VALUE(CHECKSUM_STATUS_GOOD, "Good"),
	VALUE(CHECKSUM_STATUS_UNVERIFIED, "Unverified"),
	VALUE(CHECKSUM_STATUS_NOT_PRESENT, "Not present"),
	VALUE(CHECKSUM_STATUS_ILLEGAL, "Illegal"),
	VALUE_END,
};

/* ---- Columns ---- */

void info_clear(struct dissect *d)
{
	if (d->info)
		buf_cut(d->info, d->info_fence);
}

/* Formats straight into the buffer where it fits, which is nearly always. */
static void add_formatted(struct buf *out, const char *format, va_list args)
{
	char text[LINE_TEXT_MAX];
	int len = vsnprintf(text, sizeof(text), format, args);

	if (len > 0)
		buf_add(out, text, (size_t)len < sizeof(text) ? (size_t)len : sizeof(text) - 1);
}

void info_set(struct dissect *d, const char *format, ...)
{
	va_list args;

	if (!d->info)
		return;
	buf_cut(d->info, d->info_fence);
	va_start(args, format);
	add_formatted(d->info, format, args);
	va_end(args);
}

void info_add(struct dissect *d, const char *format, ...)
{
	va_list args;

	if (!d->info)
		return;
	va_start(args, format);
	add_formatted(d->info, format, args);
	va_end(args);
}

void info_add_escaped(struct dissect *d, const char *text)
{
	if (d->info)
		buf_escaped(d->info, text);
}

void info_add_bytes(struct dissect *d, const struct cursor *v)
{
	char text[256];
	uint32_t len = cursor_held(v);

	if (!d->info)
		return;
	if (len > sizeof(text) - 1)
		len = sizeof(text) - 1;
	memcpy(text, v->base + v->at, len);
	text[len] = '\0';
	info_add_escaped(d, text);
}

void dissect_set_ip(struct dissect *d, const struct addr *source, const struct addr *destination)
{
	d->kept.ip_source = *source;
	d->kept.ip_destination = *destination;
	d->kept.source = (struct endpoint) {.kind = ENDPOINT_IP, .ip = *source};
	d->kept.destination = (struct endpoint) {.kind = ENDPOINT_IP, .ip = *destination};
}

/* ---- Fields ---- */

static struct item *add_number(struct dissect *d, uint16_t id, uint32_t at, uint32_t len,
			       uint64_t number)
{
	const struct field *field;

	if (!tree_wants(d->tree, id))
		return NULL;
	field = field_get(id);
	number = field_bits(number, field->mask);
	return tree_uint(d->tree, id, at, len, field->type == FIELD_BOOL ? number != 0 : number);
}

static uint64_t read_number(struct cursor *c, uint32_t len)
{
	uint64_t number = 0;

	if (!cursor_need(c, len))
		return 0;
	while (len--)
		number = number << 8 | c->base[c->at++];
	return number;
}

uint64_t say_uint(struct dissect *d, struct cursor *c, uint16_t id, uint32_t len)
{
	uint32_t at = c->at;
	uint64_t number = read_number(c, len);

	d->item = cursor_ok(c) ? add_number(d, id, at, len, number) : NULL;
	return number;
}

int64_t say_int(struct dissect *d, struct cursor *c, uint16_t id, uint32_t len)
{
	uint32_t at = c->at;
	uint64_t number = read_number(c, len);
	uint64_t sign = 1ull << (8 * len - 1);
	int64_t value = (int64_t)((number ^ sign) - sign);

	if (!cursor_ok(c))
		value = 0;
	d->item = cursor_ok(c) ? tree_int(d->tree, id, at, len, value) : NULL;
	return value;
}

struct addr say_ipv4(struct dissect *d, struct cursor *c, uint16_t id)
{
	uint32_t at = c->at;
	uint8_t bytes[4];
	struct addr a;

	cursor_copy(c, bytes, sizeof(bytes));
	a = addr_v4(bytes);
	d->item = cursor_ok(c) ? tree_addr(d->tree, id, at, &a) : NULL;
	return a;
}

struct addr say_ipv6(struct dissect *d, struct cursor *c, uint16_t id)
{
	uint32_t at = c->at;
	uint8_t bytes[16];
	struct addr a;

	cursor_copy(c, bytes, sizeof(bytes));
	a = addr_v6(bytes);
	d->item = cursor_ok(c) ? tree_addr(d->tree, id, at, &a) : NULL;
	return a;
}

void say_mac(struct dissect *d, struct cursor *c, uint16_t id, uint8_t ret_mac[static MAC_LEN])
{
	uint32_t at = c->at;

	cursor_copy(c, ret_mac, MAC_LEN);
	d->item = cursor_ok(c) ? tree_bytes(d->tree, id, at, MAC_LEN, ret_mac, MAC_LEN) : NULL;
}

void say_bytes(struct dissect *d, struct cursor *c, uint16_t id, uint32_t len)
{
	uint32_t at = c->at;

	d->item = NULL;
	if (!cursor_need(c, len))
		return;
	c->at += len;
	d->item = tree_view(d->tree, id, at, len, c->base + at, len);
}

void say_string(struct dissect *d, struct cursor *c, uint16_t id, uint32_t len)
{
	uint32_t at = c->at;
	uint32_t shown;

	d->item = NULL;
	if (!cursor_need(c, len))
		return;
	c->at += len;
	shown = (uint32_t)strnlen((const char *)c->base + at, len);
	if (shown > STRING_MAX)
		shown = STRING_MAX;
	d->item = tree_view(d->tree, id, at, len, c->base + at, shown);
}

void say_bits(struct dissect *d, uint32_t at, uint32_t len, uint64_t number, const uint16_t *ids,
	      uint32_t count)
{
	for (uint32_t i = 0; d->tree && i < count; i++)
		d->item = add_number(d, ids[i], at, len, number);
}

uint64_t say_bitfield(struct dissect *d, struct cursor *c, uint16_t id, uint32_t len,
		      const uint16_t *ids, uint32_t count)
{
	uint32_t at = c->at;
	uint64_t number = say_uint(d, c, id, len);
	uint32_t index, before;

	if (!d->tree || !cursor_ok(c))
		return number;
	index = tree_index(d->tree, d->item);
	before = say_open(d);
	say_bits(d, at, len, number, ids, count);
	say_close(d, before);
	/* The array may have moved. */
	d->item = index == TREE_NO_PARENT ? NULL : &d->tree->items[index];
	return number;
}

void say_hidden(struct dissect *d, uint16_t id, uint32_t at, uint32_t len, uint64_t number)
{
	item_flag(tree_uint(d->tree, id, at, len, number), ITEM_HIDDEN);
}

static void format_line(char line[static LINE_TEXT_MAX], const char *format, va_list args)
{
	if (vsnprintf(line, LINE_TEXT_MAX, format, args) < 0)
		line[0] = '\0';
}

struct item *say_line(struct dissect *d, uint32_t at, uint32_t len, const char *format, ...)
{
	char line[LINE_TEXT_MAX];
	va_list args;

	d->item = tree_uint(d->tree, FIELD_ID(PROTOCOL_WS, WS_LINE), at, len, 0);
	if (!d->item || !d->tree->want_text)
		return d->item;
	va_start(args, format);
	format_line(line, format, args);
	va_end(args);
	item_text(d->tree, d->item, "%s", line);
	return d->item;
}

static struct item *layer_item(struct dissect *d)
{
	uint32_t index = d->layers[d->layer].item;

	if (!dissect_wants_text(d) || index == TREE_NO_PARENT)
		return NULL;
	return &d->tree->items[index];
}

void say_heading(struct dissect *d, const char *format, ...)
{
	struct item *item = layer_item(d);
	char line[LINE_TEXT_MAX];
	va_list args;

	if (!item)
		return;
	va_start(args, format);
	format_line(line, format, args);
	va_end(args);
	item_text(d->tree, item, "%s", line);
}

void say_title(struct dissect *d, const char *format, ...)
{
	struct item *item = layer_item(d);
	char line[LINE_TEXT_MAX];
	va_list args;

	if (!item)
		return;
	va_start(args, format);
	format_line(line, format, args);
	va_end(args);
	item_append(d->tree, item, "%s", line);
}

/* ---- Expert remarks ---- */

static const char *name_of(uint16_t index, uint64_t value)
{
	return value_name(field_get(FIELD_ID(PROTOCOL_WS, index))->names, value);
}

void say_expert(struct dissect *d, uint32_t under, uint16_t id, enum expert_severity severity,
		enum expert_group group, const char *format, ...)
{
	struct tree *t = d->tree;
	char line[LINE_TEXT_MAX];
	struct item *item;
	uint32_t before, inner;
	va_list args;

	if (!t)
		return;
	va_start(args, format);
	format_line(line, format, args);
	va_end(args);
	before = t->parent;
	t->parent = under == TREE_NO_PARENT ? d->layers[d->layer].item : under;
	item = tree_uint(t, FIELD_ID(PROTOCOL_WS, WS_EXPERT), 0, 0, 0);
	item_text(t, item, "Expert Info (%s/%s): %s", name_of(WS_EXPERT_SEVERITY, severity),
		  name_of(WS_EXPERT_GROUP, group), line);
	inner = tree_open(t, item_flag(item, ITEM_GENERATED));
	if (id) {
		item = item_flag(tree_uint(t, id, 0, 0, 0), ITEM_GENERATED);
		item_text(t, item, "%s", line);
	}
	item = tree_string(t, FIELD_ID(PROTOCOL_WS, WS_EXPERT_MESSAGE), 0, 0, line);
	item_flag(item, id ? ITEM_HIDDEN : ITEM_GENERATED);
	item_flag(tree_uint(t, FIELD_ID(PROTOCOL_WS, WS_EXPERT_SEVERITY), 0, 0, severity),
		  ITEM_GENERATED);
	item_flag(tree_uint(t, FIELD_ID(PROTOCOL_WS, WS_EXPERT_GROUP), 0, 0, group),
		  ITEM_GENERATED);
	/* Filters find every malformed thing under one name. */
	if (group == EXPERT_MALFORMED)
		item_flag(tree_uint(t, FIELD_ID(PROTOCOL_WS, WS_MALFORMED), 0, 0, 0), ITEM_HIDDEN);
	tree_close(t, inner);
	t->parent = before;
}
