// SPDX-License-Identifier: Apache-2.0
// Whole frames as two lines for Elasticsearch: tshark's -T ek.
//
// Theory of operation. Values of one name within one layer stand together in an array, wherever
// they were said. So one sort brings them together: each item gets its top item, and a link to
// the next one of the same name under the same top. The room is that of `links`, which a line
// without nesting does not need otherwise.
#include <stdint.h>
#include <stdlib.h>

#include "base/json_text.h"
#include "proto/registry.h"
#include "report/json_item.h"
#include "report/tree_json.h"

#define NSEC_IN_MSEC 1000000
#define NOT_FIRST    (UINT32_MAX - 1) /* of its name: written with the one that is */

/* Items of one frame, by number. */
struct ek {
	const struct frame_dissector *f;
	uint32_t *top;  /* the item at the top that it stands under, itself or NOT_FIRST */
	uint32_t *next; /* of the same name under the same top, or TREE_NO_PARENT */
};

static int by_name(const void *a, const void *b, void *context)
{
	const struct ek *ek = context;
	uint32_t i = *(const uint32_t *)a, j = *(const uint32_t *)b;
	uint16_t name_i = ek->f->tree.items[i].id, name_j = ek->f->tree.items[j].id;

	if (ek->top[i] != ek->top[j])
		return ek->top[i] < ek->top[j] ? -1 : 1;
	if (name_i != name_j)
		return name_i < name_j ? -1 : 1;
	return i < j ? -1 : i > j;
}

/* An item's parent stands before it, so one pass finds what is at the top. */
static void make_order(struct ek *ek, uint32_t *order)
{
	const struct tree *t = &ek->f->tree;

	for (uint32_t i = 0; i < t->count; i++) {
		uint32_t parent = t->items[i].parent;

		ek->top[i] = parent == TREE_NO_PARENT ? i : ek->top[parent];
		ek->next[i] = TREE_NO_PARENT;
		order[i] = i;
	}
	qsort_r(order, t->count, sizeof(*order), by_name, ek);
	for (uint32_t k = 1; k < t->count; k++) {
		uint32_t i = order[k - 1], j = order[k];

		if (i != ek->top[i] && ek->top[i] == ek->top[j] && t->items[i].id == t->items[j].id)
			ek->next[i] = j;
	}
	for (uint32_t i = 0; i < t->count; i++)
		if (ek->next[i] != TREE_NO_PARENT)
			ek->top[ek->next[i]] = NOT_FIRST;
}

/* "tcp_tcp_srcport": the protocol before the name, dots replaced. */
static void ek_name(struct buf *out, const struct item *item)
{
	const char *name = json_item_name(item);
	const char *protocol = protocol_get(item->id >> 8)->filter;

	buf_putc(out, '"');
	if (field_get(item->id)->type != FIELD_PROTOCOL && field_get(item->id)->name[0]) {
		buf_puts(out, protocol);
		buf_putc(out, '_');
	}
	for (; *name; name++)
		json_text(out, *name == '.' ? "_" : name, 1);
	buf_putc(out, '"');
}

static void ek_value(struct buf *out, const struct frame_dissector *f, const struct item *item)
{
	if (field_get(item->id)->type == FIELD_BOOL)
		buf_puts(out, item->number ? "true" : "false");
	else if (json_is_container(item))
		buf_puts(out, "null");
	else
		json_item_value(out, f, item);
}

/* All values of the name of item `at` within its layer: one, or an array. */
static void ek_values(struct buf *out, const struct ek *ek, uint32_t at)
{
	bool several = ek->next[at] != TREE_NO_PARENT;

	if (several)
		buf_putc(out, '[');
	ek_value(out, ek->f, &ek->f->tree.items[at]);
	while ((at = ek->next[at]) != TREE_NO_PARENT) {
		buf_putc(out, ',');
		ek_value(out, ek->f, &ek->f->tree.items[at]);
	}
	if (several)
		buf_putc(out, ']');
}

static void ek_layer(struct buf *out, const struct ek *ek, uint32_t layer)
{
	const struct tree *t = &ek->f->tree;
	const char *separator = "";

	ek_name(out, &t->items[layer]);
	buf_puts(out, ":{");
	for (uint32_t i = layer + 1; i < t->count; i++) {
		if (ek->top[i] != layer || !field_get(t->items[i].id)->name[0])
			continue;
		buf_puts(out, separator);
		ek_name(out, &t->items[i]);
		buf_putc(out, ':');
		ek_values(out, ek, i);
		separator = ",";
	}
	buf_putc(out, '}');
}

void tree_ek(struct buf *out, const struct frame_dissector *f, struct tree_links *links,
	     const struct frame_facts *facts)
{
	const struct tree *t = &f->tree;
	struct ek ek = {.f = f};
	const char *separator = "";

	if (!tree_links_make(links, t)) {
		out->failed = true;
		return;
	}
	ek.top = links->first;
	ek.next = links->next;
	make_order(&ek, links->last);
	buf_puts(out, "{\"index\":{\"_index\":\"");
	json_index_name(out, facts->time);
	buf_puts(out, "\",\"_type\":\"doc\"}}\n{\"timestamp\":\"");
	buf_u64(out, (uint64_t)(facts->time / NSEC_IN_MSEC));
	buf_puts(out, "\",\"layers\":{");
	for (uint32_t i = 0; i < t->count; i++) {
		if (t->items[i].parent != TREE_NO_PARENT)
			continue;
		buf_puts(out, separator);
		ek_layer(out, &ek, i);
		separator = ",";
	}
	buf_puts(out, "}}\n");
}
