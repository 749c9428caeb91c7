// SPDX-License-Identifier: Apache-2.0
// The tree and the bytes of one frame as tshark -V and -x print them.
#include "packet/print_tree.h"

#include <stdlib.h>
#include <string.h>

#include "packet/value_text.h"

#define INDENT   4
#define HEX_ROW  16
#define HEX_TEXT (HEX_ROW * 3) /* columns of the hexadecimal part */
#define NO_ITEM  TREE_NO_PARENT

void tree_links_done(struct tree_links *links)
{
	free(links->first);
	free(links->next);
	free(links->last);
	*links = (struct tree_links) {0};
}

static bool grow(struct tree_links *links, uint32_t room)
{
	if (room <= links->room)
		return true;
	tree_links_done(links);
	links->first = malloc(room * sizeof(*links->first));
	links->next = malloc(room * sizeof(*links->next));
	links->last = malloc(room * sizeof(*links->last));
	links->room = links->first && links->next && links->last ? room : 0;
	return links->room != 0;
}

bool tree_links_make(struct tree_links *links, const struct tree *tree)
{
	uint32_t top = tree->count;

	if (!grow(links, top + 1))
		return false;
	for (uint32_t i = 0; i <= top; i++)
		links->first[i] = links->next[i] = links->last[i] = NO_ITEM;
	for (uint32_t i = 0; i < top; i++) {
		uint32_t parent = tree->items[i].parent;

		if (parent == TREE_NO_PARENT || parent >= top)
			parent = top;
		if (links->last[parent] == NO_ITEM)
			links->first[parent] = i;
		else
			links->next[links->last[parent]] = i;
		links->last[parent] = i;
	}
	return true;
}

uint32_t tree_walk_next(struct tree_walk *walk, const struct tree_links *links,
			const struct tree *tree)
{
	uint32_t at = walk->at;

	if (at == NO_ITEM) {
		walk->at = links->first[tree->count];
	} else if (links->first[at] != NO_ITEM && !walk->skip) {
		walk->depth++;
		walk->at = links->first[at];
	} else {
		while (at != NO_ITEM && links->next[at] == NO_ITEM) {
			at = tree->items[at].parent;
			if (at != NO_ITEM)
				walk->depth--;
		}
		walk->at = at == NO_ITEM ? NO_ITEM : links->next[at];
	}
	walk->skip = false;
	return walk->at;
}

void print_hex(struct buf *out, const uint8_t *bytes, uint32_t len)
{
	static const char digits[] = "0123456789abcdef";
	char line[HEX_TEXT + 2 + HEX_ROW + 1];
	char *const text = line + HEX_TEXT + 2;

	for (uint32_t row = 0; row < len; row += HEX_ROW) {
		uint32_t count = len - row < HEX_ROW ? len - row : HEX_ROW;

		buf_printf(out, "%04x  ", (unsigned)row);
		memset(line, ' ', HEX_TEXT + 2);
		for (uint32_t i = 0; i < count; i++) {
			uint8_t b = bytes[row + i];

			line[3 * i] = digits[b >> 4];
			line[3 * i + 1] = digits[b & 15];
			text[i] = b >= 0x20 && b < 0x7f ? (char)b : '.';
		}
		text[count] = '\n';
		buf_add(out, line, HEX_TEXT + 2 + count + 1);
	}
}

/* A Data layer shows its bytes within the tree. */
static void print_data(struct buf *out, const struct dissect *d, const struct item *item)
{
	const struct dissect_source *source = &d->sources[item->source];

	buf_putc(out, '\n');
	if (item->at <= source->len && item->len <= source->len - item->at)
		print_hex(out, source->bytes + item->at, item->len);
}

void print_tree(struct buf *out, const struct dissect *d, struct tree_links *links,
		const bool *only)
{
	struct tree_walk walk = {.at = TREE_NO_PARENT};
	uint32_t at;

	if (!tree_links_make(links, d->tree))
		return;
	while ((at = tree_walk_next(&walk, links, d->tree)) != TREE_NO_PARENT) {
		const struct item *item = &d->tree->items[at];

		if (item->flags & ITEM_HIDDEN) {
			walk.skip = true;
			continue;
		}
		buf_pad(out, ' ', (size_t)walk.depth * INDENT);
		item_line(out, d, item);
		buf_putc(out, '\n');
		if (only && walk.depth == 0 && !only[item->id >> 8])
			walk.skip = true;
		else if (item->id == FIELD_ID(PROTOCOL_DATA, 0))
			print_data(out, d, item);
	}
	buf_putc(out, '\n');
}

void print_bytes(struct buf *out, const struct dissect *d)
{
	for (uint32_t i = 0; i < d->source_count; i++) {
		const struct dissect_source *source = &d->sources[i];

		if (d->source_count > 1)
			buf_printf(out, "%s (%u byte%s):\n", source->title, (unsigned)source->len,
				   source->len == 1 ? "" : "s");
		print_hex(out, source->bytes, source->len);
		buf_putc(out, '\n');
	}
}
