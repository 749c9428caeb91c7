// SPDX-License-Identifier: Apache-2.0
// Whole frames as JSON: tshark's -T json and -T ek (one line for Elasticsearch).
#include "report/tree_json.h"

#include <stdint.h>
#include <string.h>
#include <time.h>

#include "packet/value_text.h"
#include "proto/registry.h"
#include "report/json_string.h"

#define LAYERS_INDENT 8 /* columns before the name of a layer */
#define NSEC_IN_SEC   1000000000
#define NSEC_IN_MSEC  1000000

static void json_value(struct buf *out, const struct frame_dissector *f, const struct item *item)
{
	struct buf value = {0};

	value_text(&value, &f->d, item, VALUE_JSON);
	json_string(out, buf_text(&value), value.len);
	buf_done(&value);
}

/* The name an item goes by; a line that is no field goes by its text. */
static const char *item_name(const struct item *item)
{
	const struct field *field = field_get(item->id);

	return field->name[0] ? field->name : item->text ? item->text : field->label;
}

static bool is_container(const struct item *item)
{
	const struct field *field = field_get(item->id);

	return field->type == FIELD_PROTOCOL || !field->name[0] || field->type == FIELD_NONE;
}

static void newline(struct buf *out, unsigned depth)
{
	buf_putc(out, '\n');
	buf_pad(out, ' ', LAYERS_INDENT + 2 * (size_t)depth);
}

/* Opens what an item's children stand in. */
static void open_item(struct buf *out, const struct frame_dissector *f, const struct item *item,
		      bool children, unsigned depth)
{
	const char *name = item_name(item);

	json_string(out, name, strlen(name));
	buf_puts(out, ": ");
	if (is_container(item)) {
		buf_puts(out, children ? "{" : "\"\"");
		return;
	}
	json_value(out, f, item);
	if (!children)
		return;
	buf_putc(out, ',');
	newline(out, depth);
	buf_putc(out, '"');
	json_text(out, name, strlen(name));
	buf_puts(out, "_tree\": {");
}

/* All layers; the walk gives items in order, depth tells what to close between them. */
static void json_layers(struct buf *out, const struct frame_dissector *f, struct tree_links *links)
{
	struct tree_walk walk = {.at = TREE_NO_PARENT};
	unsigned depth = 0;
	bool first = true;
	uint32_t at;

	while ((at = tree_walk_next(&walk, links, &f->tree)) != TREE_NO_PARENT) {
		bool children = links->first[at] != TREE_NO_PARENT;

		for (; depth > walk.depth; depth--) {
			newline(out, depth - 1);
			buf_putc(out, '}');
		}
		if (!first)
			buf_putc(out, ',');
		newline(out, walk.depth);
		open_item(out, f, &f->tree.items[at], children, walk.depth);
		first = children;
		depth = walk.depth + children;
	}
	for (; depth; depth--) {
		newline(out, depth - 1);
		buf_putc(out, '}');
	}
}

/* "packets-2014-12-09" */
static void index_name(struct buf *out, nsec_t time)
{
	time_t t = (time_t)(time / NSEC_IN_SEC);
	struct tm tm = {0};

	gmtime_r(&t, &tm);
	buf_printf(out, "packets-%04d-%02d-%02d", tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday);
}

void tree_json(struct buf *out, const struct frame_dissector *f, struct tree_links *links,
	       const struct frame_facts *facts, bool first)
{
	if (!tree_links_make(links, &f->tree)) {
		out->failed = true;
		return;
	}
	buf_puts(out, first ? "\n" : ",\n");
	buf_puts(out, "  {\n    \"_index\": \"");
	index_name(out, facts->time);
	buf_puts(out, "\",\n    \"_type\": \"doc\",\n    \"_score\": null,\n"
		      "    \"_source\": {\n      \"layers\": {");
	json_layers(out, f, links);
	buf_puts(out, "\n      }\n    }\n  }");
}

/* ---- One line a frame ---- */

/* "tcp_tcp_srcport": the protocol before the name, dots replaced. */
static void ek_name(struct buf *out, const struct item *item)
{
	const char *name = item_name(item);
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
	else if (is_container(item))
		buf_puts(out, "null");
	else
		json_value(out, f, item);
}

/* True when an item of this name was there before within the layer that begins at `from`. */
static bool seen_before(const struct tree *t, uint32_t from, uint32_t at)
{
	for (uint32_t i = from; i < at; i++)
		if (t->items[i].id == t->items[at].id)
			return true;
	return false;
}

static uint32_t layer_of(const struct tree *t, uint32_t at)
{
	while (t->items[at].parent != TREE_NO_PARENT)
		at = t->items[at].parent;
	return at;
}

/* All values of one name within a layer: one, or an array. */
static void ek_values(struct buf *out, const struct frame_dissector *f, uint32_t layer, uint32_t at)
{
	const struct tree *t = &f->tree;
	size_t begin = out->len;
	unsigned count = 0;

	for (uint32_t i = at; i < t->count; i++) {
		if (t->items[i].id != t->items[at].id || layer_of(t, i) != layer)
			continue;
		if (count++)
			buf_putc(out, ',');
		ek_value(out, f, &t->items[i]);
	}
	if (count < 2 || out->failed)
		return;
	buf_puts(out, "]");
	buf_putc(out, ' ');
	memmove(out->data + begin + 1, out->data + begin, out->len - begin - 1);
	out->data[begin] = '[';
}

static void ek_layer(struct buf *out, const struct frame_dissector *f, uint32_t layer)
{
	const struct tree *t = &f->tree;
	const char *separator = "";

	ek_name(out, &t->items[layer]);
	buf_puts(out, ":{");
	for (uint32_t i = layer + 1; i < t->count; i++) {
		if (layer_of(t, i) != layer || !field_get(t->items[i].id)->name[0] ||
		    seen_before(t, layer + 1, i))
			continue;
		buf_puts(out, separator);
		ek_name(out, &t->items[i]);
		buf_putc(out, ':');
		ek_values(out, f, layer, i);
		separator = ",";
	}
	buf_putc(out, '}');
}

void tree_ek(struct buf *out, const struct frame_dissector *f, struct tree_links *links,
	     const struct frame_facts *facts)
{
	const struct tree *t = &f->tree;
	const char *separator = "";

	(void)links;
	buf_puts(out, "{\"index\":{\"_index\":\"");
	index_name(out, facts->time);
	buf_puts(out, "\",\"_type\":\"doc\"}}\n{\"timestamp\":\"");
	buf_u64(out, (uint64_t)(facts->time / NSEC_IN_MSEC));
	buf_puts(out, "\",\"layers\":{");
	for (uint32_t i = 0; i < t->count; i++) {
		if (t->items[i].parent != TREE_NO_PARENT)
			continue;
		buf_puts(out, separator);
		ek_layer(out, f, i);
		separator = ",";
	}
	buf_puts(out, "}}\n");
}
