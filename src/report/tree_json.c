// SPDX-License-Identifier: Apache-2.0
// Whole frames as JSON: tshark's -T json.
#include "report/tree_json.h"

#include <stdint.h>
#include <string.h>

#include "base/json_text.h"
#include "report/json_item.h"

#define LAYERS_INDENT 8 /* columns before the name of a layer */

static void newline(struct buf *out, unsigned depth)
{
	buf_putc(out, '\n');
	buf_pad(out, ' ', LAYERS_INDENT + 2 * (size_t)depth);
}

/* Opens what an item's children stand in. */
static void open_item(struct buf *out, const struct frame_dissector *f, const struct item *item,
		      bool children, unsigned depth)
{
	const char *name = json_item_name(item);

	json_string(out, name, strlen(name));
	buf_puts(out, ": ");
	if (json_is_container(item)) {
		buf_puts(out, children ? "{" : "\"\"");
		return;
	}
	json_item_value(out, f, item);
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

void tree_json(struct buf *out, const struct frame_dissector *f, struct tree_links *links,
	       const struct frame_facts *facts, bool first)
{
	if (!tree_links_make(links, &f->tree)) {
		out->failed = true;
		return;
	}
	buf_puts(out, first ? "\n" : ",\n");
	buf_puts(out, "  {\n    \"_index\": \"");
	json_index_name(out, facts->time);
	buf_puts(out, "\",\n    \"_type\": \"doc\",\n    \"_score\": null,\n"
		      "    \"_source\": {\n      \"layers\": {");
	json_layers(out, f, links);
	buf_puts(out, "\n      }\n    }\n  }");
}
