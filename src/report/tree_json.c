// SPDX-License-Identifier: Apache-2.0
// Whole frames as JSON: tshark's -T json and -T ek (one line for Elasticsearch).
#include "report/tree_json.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "packet/value_text.h"
#include "proto/registry.h"
#include "report/json_string.h"

#define LAYERS_INDENT 8 /* columns before the name of a layer */
#define NSEC_IN_SEC   1000000000
#define NSEC_IN_MSEC  1000000
#define WS_EXPERT     "_ws.expert."
#define EK_DEPTH_MAX  64 /* levels of a tree; deeper ones are left out */

static void json_value(struct buf *out, const struct frame_dissector *f, const struct item *item)
{
	struct buf value = {0};

	/* Values but strings are our own plain text: they need no look at each byte. */
	if (field_get(item->id)->type != FIELD_STRING) {
		buf_putc(out, '"');
		value_text(out, &f->d, item, VALUE_JSON);
		buf_putc(out, '"');
		return;
	}
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
	if (is_container(item) && children) {
		buf_putc(out, '{');
		return;
	}
	if (is_container(item)) { /* a protocol without fields goes by its line */
		const char *text = item->text ? item->text : field_get(item->id)->label;
		bool is_protocol = field_get(item->id)->type == FIELD_PROTOCOL;

		json_string(out, text, is_protocol ? strlen(text) : 0);
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

/* Wireshark's numbers of types (epan/ftypes, version 4.0), which "_raw" ends with. */
enum wireshark_type {
	FT_NONE = 0,
	FT_PROTOCOL = 1,
	FT_BOOLEAN = 2,
	FT_UINT8 = 4, /* one more for each byte up to eight */
	FT_INT8 = 12,
	FT_DOUBLE = 23,
	FT_ABSOLUTE_TIME = 24,
	FT_RELATIVE_TIME = 25,
	FT_STRING = 26,
	FT_ETHER = 29,
	FT_BYTES = 30,
	FT_IPV4 = 32,
	FT_IPV6 = 33,
	FT_FRAMENUM = 35,
};

static unsigned type_number(const struct field *field)
{
	unsigned wider = field->width > 1 ? field->width - 1u : 0;

	switch ((enum field_type)field->type) {
	case FIELD_NONE:
	case FIELD_TYPES:
		return FT_NONE;
	case FIELD_PROTOCOL:
		return FT_PROTOCOL;
	case FIELD_BOOL:
		return FT_BOOLEAN;
	case FIELD_UINT:
		return FT_UINT8 + wider;
	case FIELD_INT:
		return FT_INT8 + wider;
	case FIELD_DOUBLE:
		return FT_DOUBLE;
	case FIELD_BYTES:
		return FT_BYTES;
	case FIELD_ETHER:
		return FT_ETHER;
	case FIELD_IPV4:
		return FT_IPV4;
	case FIELD_IPV6:
		return FT_IPV6;
	case FIELD_STRING:
		return FT_STRING;
	case FIELD_TIME:
		return FT_ABSOLUTE_TIME;
	case FIELD_DURATION:
		return FT_RELATIVE_TIME;
	case FIELD_FRAME:
		return FT_FRAMENUM;
	}
	return FT_NONE;
}

/* "ip.ttl_raw": ["40", 22, 1, 0, 4]: bytes (of a field of bits its value), place, mask, type. */
static void raw_item(struct buf *out, const struct frame_dissector *f, const struct item *item,
		     unsigned depth)
{
	const struct field *field = field_get(item->id);
	const char *name = item_name(item);

	if (!item->len)
		return;
	buf_putc(out, '"');
	json_text(out, name, strlen(name));
	buf_puts(out, "_raw\": [");
	newline(out, depth + 1);
	buf_putc(out, '"');
	if (field->mask)
		buf_printf(out, "%" PRIX64, item->number);
	else
		item_hex(out, &f->d, item);
	buf_puts(out, "\",");
	newline(out, depth + 1);
	buf_printf(out, "%" PRIu32 ",", item->at);
	newline(out, depth + 1);
	buf_printf(out, "%" PRIu32 ",", item->len);
	newline(out, depth + 1);
	buf_printf(out, "%" PRIu64 ",", field->mask);
	newline(out, depth + 1);
	buf_printf(out, "%u", type_number(field));
	newline(out, depth);
	buf_puts(out, "],");
	newline(out, depth);
}

/* All layers; the walk gives items in order, depth tells what to close between them. */
static void json_layers(struct buf *out, const struct frame_dissector *f, struct tree_links *links,
			const struct tree_json_style *style)
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
		if (style->raw)
			raw_item(out, f, &f->tree.items[at], walk.depth);
		open_item(out, f, &f->tree.items[at], children, walk.depth);
		spill_when_full(&style->spill, out);
		first = children;
		depth = walk.depth + children;
	}
	for (; depth; depth--) {
		newline(out, depth - 1);
		buf_putc(out, '}');
	}
}

/* Rounded down, also of what was before 1970. */
static int64_t whole_units(nsec_t time, nsec_t unit)
{
	return time / unit - (time % unit < 0);
}

/* "packets-2014-12-09" */
static void index_name(struct buf *out, nsec_t time)
{
	time_t t = (time_t)whole_units(time, NSEC_IN_SEC);
	struct tm tm = {0};

	gmtime_r(&t, &tm);
	buf_printf(out, "packets-%04d-%02d-%02d", tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday);
}

void tree_json(struct buf *out, const struct frame_dissector *f, struct tree_links *links,
	       const struct frame_facts *facts, const struct tree_json_style *style)
{
	if (!tree_links_make(links, &f->tree)) {
		out->failed = true;
		return;
	}
	buf_puts(out, style->first ? "\n" : ",\n");
	buf_puts(out, "  {\n    \"_index\": \"");
	index_name(out, facts->time);
	buf_puts(out, "\",\n    \"_type\": \"doc\",\n    \"_score\": null,\n"
		      "    \"_source\": {\n      \"layers\": {");
	json_layers(out, f, links, style);
	buf_puts(out, "\n      }\n    }\n  }");
}

/* ---- One line a frame ---- */

/* "tcp_tcp_srcport": the protocol before the name, dots replaced; "text" for what is no field. */
static void ek_name(struct buf *out, const struct item *item)
{
	const struct field *field = field_get(item->id);
	const char *name = field->name[0] ? field->name : "text";
	const char *protocol = protocol_get(item->id >> 8)->filter;

	buf_putc(out, '"');
	if (field->type != FIELD_PROTOCOL && field->name[0] && !field->own) {
		/* Wireshark's own fields count by their second word: "_ws.expert". */
		buf_puts(out,
			 strncmp(name, WS_EXPERT, strlen(WS_EXPERT)) ? protocol : "_ws_expert");
		buf_putc(out, '_');
	}
	for (; *name; name++)
		json_text(out, *name == '.' ? "_" : name, 1);
	buf_puts(out, "\":");
}

/* "2014-12-09T17:16:09.924505488Z" */
static void ek_time(struct buf *out, nsec_t time)
{
	nsec_t seconds = time / NSEC_IN_SEC - (time % NSEC_IN_SEC < 0);
	time_t t = (time_t)seconds;
	struct tm tm = {0};

	gmtime_r(&t, &tm);
	buf_printf(out, "\"%04d-%02d-%02dT%02d:%02d:%02d.%09dZ\"", tm.tm_year + 1900, tm.tm_mon + 1,
		   tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec,
		   (int)(time - seconds * NSEC_IN_SEC));
}

static void ek_value(struct buf *out, const struct frame_dissector *f, const struct item *item)
{
	const struct field *field = field_get(item->id);

	if (!field->name[0])
		json_string(out, item_name(item), strlen(item_name(item)));
	else if (field->type == FIELD_BOOL)
		buf_puts(out, item->number ? "true" : "false");
	else if (field->type == FIELD_TIME)
		ek_time(out, item->signed_number);
	else if (is_container(item))
		buf_puts(out, "null");
	else
		json_value(out, f, item);
}

/* A frame on its way into a line. */
struct ek {
	struct buf *out;
	const struct frame_dissector *f;
	const struct tree_links *links;
	uint32_t *nodes; /* lists of siblings, one behind the other; each item is in one at most */
	uint32_t used;
	bool *done; /* for each item: it was written */
	bool begun; /* something stands before the next name in this object */
};

/* True when two siblings share a name and so a place. */
static bool ek_same(const struct tree *t, uint32_t a, uint32_t b)
{
	const struct field *left = field_get(t->items[a].id), *right = field_get(t->items[b].id);

	return t->items[a].id == t->items[b].id || (!left->name[0] && !right->name[0]);
}

static void ek_add_children(struct ek *e, uint32_t parent)
{
	for (uint32_t at = e->links->first[parent]; at != TREE_NO_PARENT; at = e->links->next[at])
		e->nodes[e->used++] = at;
}

static void ek_group(struct ek *e, uint32_t from, uint32_t to, unsigned depth);

/*
 * Writes the siblings nodes[from..to): those of one name together, where the first of them stands;
 * what stands below all of them follows. A protocol is an object of its own.
 */
static void ek_siblings(struct ek *e, uint32_t from, uint32_t to, unsigned depth)
{
	for (uint32_t i = from; i < to; i++) {
		if (e->done[e->nodes[i]])
			continue;
		if (e->begun)
			buf_putc(e->out, ',');
		e->begun = true;
		ek_name(e->out, &e->f->tree.items[e->nodes[i]]);
		ek_group(e, i, to, depth);
	}
}

static void ek_object(struct ek *e, uint32_t node, unsigned depth)
{
	uint32_t from = e->used;

	buf_putc(e->out, '{');
	e->begun = false;
	ek_add_children(e, node);
	if (depth < EK_DEPTH_MAX)
		ek_siblings(e, from, e->used, depth + 1);
	e->used = from;
	e->begun = true;
	buf_putc(e->out, '}');
}

/* The values of all siblings named as nodes[at], then what stands below them. */
static void ek_group(struct ek *e, uint32_t at, uint32_t to, unsigned depth)
{
	const struct tree *t = &e->f->tree;
	uint32_t name = e->nodes[at], from = e->used, count = 0;
	bool objects = field_get(t->items[name].id)->type == FIELD_PROTOCOL;
	size_t begin = e->out->len;

	for (uint32_t i = at; i < to; i++) {
		uint32_t node = e->nodes[i];

		if (e->done[node] || !ek_same(t, name, node))
			continue;
		e->done[node] = true;
		buf_puts(e->out, count++ ? "," : "[");
		if (objects)
			ek_object(e, node, depth);
		else
			ek_value(e->out, e->f, &t->items[node]);
		if (!objects)
			ek_add_children(e, node);
	}
	if (count > 1) {
		buf_putc(e->out, ']');
	} else if (!e->out->failed) { /* one value needs no brackets */
		memmove(e->out->data + begin, e->out->data + begin + 1, e->out->len - begin);
		e->out->len--;
	}
	if (depth < EK_DEPTH_MAX)
		ek_siblings(e, from, e->used, depth + 1);
	e->used = from;
}

void tree_ek(struct buf *out, const struct frame_dissector *f, struct tree_links *links,
	     const struct frame_facts *facts)
{
	uint32_t count = f->tree.count;
	struct ek e = {.out = out, .f = f, .links = links};

	e.nodes = malloc((count + 1) * sizeof(*e.nodes));
	e.done = calloc(count + 1, sizeof(*e.done));
	if (!e.nodes || !e.done || !tree_links_make(links, &f->tree)) {
		out->failed = true;
	} else {
		buf_puts(out, "{\"index\":{\"_index\":\"");
		index_name(out, facts->time);
		buf_puts(out, "\",\"_type\":\"doc\"}}\n{\"timestamp\":\"");
		buf_printf(out, "%" PRId64, whole_units(facts->time, NSEC_IN_MSEC));
		buf_puts(out, "\",\"layers\":");
		ek_object(&e, count, 0);
		buf_puts(out, "}\n");
	}
	free(e.nodes);
	free(e.done);
}
