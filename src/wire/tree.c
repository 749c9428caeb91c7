// SPDX-License-Identifier: Apache-2.0
// Where the fields of one frame go when somebody wants them: see the header.
#include "wire/tree.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_ITEMS  256
#define LINE_MAX_LEN 1024

/*
 * The arena never moves while a frame is read (items point into it): it is made once at its full
 * size, of which the system hands out only the pages that are touched.
 */
static char *take(struct tree *t, size_t len)
{
	char *at;

	if (!t->text) {
		t->text = malloc(TREE_TEXT_MAX);
		t->text_room = t->text ? TREE_TEXT_MAX : 0;
	}
	if (!t->text) {
		t->full = true;
		return NULL;
	}
	if (!t->last && t->text_len + len > t->text_room - TREE_TEXT_KEPT)
		t->full = true; /* no item comes any more; half of what is kept ends the last one */
	if (t->text_len + len > t->text_room - (t->last ? 0 : TREE_TEXT_KEPT / 2)) {
		t->full = true;
		return NULL;
	}
	at = t->text + t->text_len;
	t->text_len += len;
	return at;
}

void tree_clear(struct tree *t)
{
	t->count = 0;
	t->parent = TREE_NO_PARENT;
	t->layer = 0;
	t->source = 0;
	t->text_len = 0;
	t->full = false;
	t->last = false;
}

void tree_done(struct tree *t)
{
	free(t->items);
	free(t->text);
	*t = (struct tree) {0};
}

static struct item *add(struct tree *t, uint16_t id, uint32_t at, uint32_t len)
{
	struct item *item;

	if (!tree_wants(t, id) || (len && (at > t->held || len > t->held - at)))
		return NULL;
	if (!t->last && (t->full || t->count >= TREE_ITEMS_MAX - TREE_ITEMS_KEPT)) {
		t->full = true;
		return NULL;
	}
	if (t->count == t->room) {
		uint32_t room = t->room ? t->room * 2 : FIRST_ITEMS;
		struct item *items =
			room <= TREE_ITEMS_MAX ? realloc(t->items, room * sizeof(*items)) : NULL;

		if (!items) {
			t->full = true;
			return NULL;
		}
		t->items = items;
		t->room = room;
	}
	item = &t->items[t->count++];
	*item = (struct item) {
		.id = id,
		.source = t->source,
		.at = at,
		.len = len,
		.parent = t->parent,
		.layer = t->layer,
	};
	return item;
}

struct item *tree_uint(struct tree *t, uint16_t id, uint32_t at, uint32_t len, uint64_t value)
{
	struct item *item = add(t, id, at, len);

	if (item)
		item->number = value;
	return item;
}

struct item *tree_int(struct tree *t, uint16_t id, uint32_t at, uint32_t len, int64_t value)
{
	struct item *item = add(t, id, at, len);

	if (item)
		item->signed_number = value;
	return item;
}

struct item *tree_real(struct tree *t, uint16_t id, uint32_t at, uint32_t len, double value)
{
	struct item *item = add(t, id, at, len);

	if (item)
		item->real = value;
	return item;
}

struct item *tree_bytes(struct tree *t, uint16_t id, uint32_t at, uint32_t len, const void *value,
			uint32_t value_len)
{
	struct item *item = add(t, id, at, len);
	char *copy;

	if (!item)
		return NULL;
	copy = take(t, (size_t)value_len + 1); /* NUL-ended, for strings */
	if (!copy) {
		t->count--; /* none is better than one without its value */
		return NULL;
	}
	if (value_len)
		memcpy(copy, value, value_len);
	copy[value_len] = '\0';
	item->bytes = (const uint8_t *)copy;
	item->value_len = value_len;
	return item;
}

struct item *tree_view(struct tree *t, uint16_t id, uint32_t at, uint32_t len, const void *value,
		       uint32_t value_len)
{
	struct item *item = add(t, id, at, len);

	if (item) {
		item->bytes = value;
		item->value_len = value_len;
	}
	return item;
}

struct item *tree_string(struct tree *t, uint16_t id, uint32_t at, uint32_t len, const char *value)
{
	return tree_wants(t, id) ? tree_bytes(t, id, at, len, value, (uint32_t)strlen(value))
				 : NULL;
}

struct item *tree_addr(struct tree *t, uint16_t id, uint32_t at, const struct addr *value)
{
	if (value->family == 4)
		return tree_uint(t, id, at, 4, addr_number(value));
	return tree_bytes(t, id, at, 16, value->bytes, 16);
}

uint32_t tree_open(struct tree *t, const struct item *item)
{
	uint32_t before;

	if (!t)
		return TREE_NO_PARENT;
	before = t->parent;
	if (item)
		t->parent = (uint32_t)(item - t->items);
	return before;
}

void tree_close(struct tree *t, uint32_t before)
{
	if (t)
		t->parent = before;
}

/* Formats a line behind what the item has already (NULL: nothing). */
static void set_line(struct tree *t, struct item *item, const char *before, const char *format,
		     va_list args)
{
	char line[LINE_MAX_LEN];
	size_t kept = before ? strlen(before) : 0;
	int len = vsnprintf(line, sizeof(line), format, args);
	char *copy;

	if (len < 0)
		return;
	if ((size_t)len >= sizeof(line))
		len = sizeof(line) - 1;
	copy = take(t, kept + (size_t)len + 1);
	if (!copy)
		return;
	if (kept)
		memcpy(copy, before, kept);
	memcpy(copy + kept, line, (size_t)len + 1);
	item->text = copy;
}

void item_text(struct tree *t, struct item *item, const char *format, ...)
{
	va_list args;

	if (!t || !item || !t->want_text)
		return;
	va_start(args, format);
	set_line(t, item, NULL, format, args);
	va_end(args);
	item->flags &= (uint8_t)~ITEM_APPENDED;
}

void item_append(struct tree *t, struct item *item, const char *format, ...)
{
	va_list args;

	if (!t || !item || !t->want_text)
		return;
	if (!item->text)
		item->flags |= ITEM_APPENDED;
	va_start(args, format);
	set_line(t, item, item->text, format, args);
	va_end(args);
}

void tree_set_len(struct tree *t, uint32_t index, uint32_t len)
{
	if (t && index < t->count)
		t->items[index].len = len;
}
