// SPDX-License-Identifier: Apache-2.0
// The tree and the bytes of one frame as tshark -V and -x print them.
#include "packet/print_tree.h"

#include <stdlib.h>
#include <string.h>

#include "packet/value_text.h"

#define INDENT       4
#define HEX_ROW      16
#define HEX_TEXT     (HEX_ROW * 3) /* columns of the hexadecimal part */
#define HEX_OFFSET   4             /* digits, at least */
#define NO_ITEM      TREE_NO_PARENT
#define REVERSE      "\033[7m" /* ECMA-48 s. 8.3.117: negative image, and back */
#define NORMAL       "\033[27m"
#define FIELD_NUMBER 0xff /* of an id: 0 is the protocol itself */

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

/* Turns reverse video on before a marked byte that none precedes in its row, */
static void turn_on(struct buf *out, const bool *marked, uint32_t at, uint32_t row)
{
	if (marked && marked[at] && (at == row || !marked[at - 1]))
		buf_puts(out, REVERSE);
}

/* and off behind one that none follows. */
static void turn_off(struct buf *out, const bool *marked, uint32_t at, uint32_t end)
{
	if (marked && marked[at] && (at + 1 == end || !marked[at + 1]))
		buf_puts(out, NORMAL);
}

/* The bytes of one source. */
struct hex {
	const uint8_t *bytes;
	const bool *marked; /* a flag for each of them, or NULL */
	int width;          /* digits of an offset */
};

static void hex_row(struct buf *out, const struct hex *h, uint32_t row, uint32_t end)
{
	static const char digits[] = "0123456789abcdef";
	const uint8_t *bytes = h->bytes;
	const bool *marked = h->marked;

	buf_printf(out, "%0*x  ", h->width, (unsigned)row);
	for (uint32_t i = row; i < end; i++) {
		turn_on(out, marked, i, row);
		buf_putc(out, digits[bytes[i] >> 4]);
		buf_putc(out, digits[bytes[i] & 15]);
		turn_off(out, marked, i, end);
		buf_putc(out, ' ');
	}
	buf_pad(out, ' ', HEX_TEXT - 3 * (end - row) + 2);
	for (uint32_t i = row; i < end; i++) {
		turn_on(out, marked, i, row);
		buf_putc(out, bytes[i] >= 0x20 && bytes[i] < 0x7f ? (char)bytes[i] : '.');
		turn_off(out, marked, i, end);
	}
	buf_putc(out, '\n');
}

/* A row without marks, which most are, at once. */
static void plain_row(struct buf *out, const struct hex *h, uint32_t row, uint32_t end)
{
	static const char digits[] = "0123456789abcdef";
	char line[HEX_TEXT + 2 + HEX_ROW + 1];
	char *const text = line + HEX_TEXT + 2;
	uint32_t count = end - row;

	buf_printf(out, "%0*x  ", h->width, (unsigned)row);
	memset(line, ' ', HEX_TEXT + 2);
	for (uint32_t i = 0; i < count; i++) {
		uint8_t b = h->bytes[row + i];

		line[3 * i] = digits[b >> 4];
		line[3 * i + 1] = digits[b & 15];
		text[i] = b >= 0x20 && b < 0x7f ? (char)b : '.';
	}
	text[count] = '\n';
	buf_add(out, line, HEX_TEXT + 2 + count + 1);
}

static void hex_rows(struct buf *out, const uint8_t *bytes, uint32_t len, const bool *marked)
{
	struct hex h = {bytes, marked, HEX_OFFSET};

	while (len > 1ull << 4 * h.width)
		h.width++;
	for (uint32_t row = 0; row < len; row += HEX_ROW)
		(marked ? hex_row : plain_row)(out, &h, row,
					       len - row < HEX_ROW ? len : row + HEX_ROW);
}

/* Appends "0000  45 00 ...   E..." lines of one run of bytes. */
static void print_hex(struct buf *out, const uint8_t *bytes, uint32_t len)
{
	hex_rows(out, bytes, len, NULL);
}

/* A Data layer shows its bytes within the tree. */
static void print_data(struct buf *out, const struct dissect *d, const struct item *item)
{
	const struct dissect_source *source = &d->sources[item->source];

	buf_putc(out, '\n');
	if (item->at <= source->len && item->len <= source->len - item->at)
		print_hex(out, source->bytes + item->at, item->len);
}

/* "  frame[22:1]", the way a filter names the bytes. */
static void print_range(struct buf *out, const struct dissect *d, const struct item *item)
{
	if (!item->len || item->source >= d->source_count)
		return;
	buf_puts(out, "  ");
	buf_puts(out, item->source ? d->sources[item->source].title : "frame");
	buf_printf(out, "[%u:%u]", (unsigned)item->at, (unsigned)item->len);
}

void print_tree(struct buf *out, const struct dissect *d, struct tree_links *links,
		const struct print_style *style)
{
	const bool *only = style->only;
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
		if (style->ranges)
			print_range(out, d, item);
		buf_putc(out, '\n');
		if (only && walk.depth == 0 && !only[item->id >> 8])
			walk.skip = true;
		else if (item->id == FIELD_ID(PROTOCOL_DATA, 0))
			print_data(out, d, item);
	}
	buf_putc(out, '\n');
}

/* A flag for each byte of a source that a marked item covers; NULL without any, or memory. */
static bool *mark_bytes(const struct dissect *d, uint32_t source, const struct print_marks *marks)
{
	uint32_t len = d->sources[source].len;
	bool *marked = NULL;

	for (uint32_t i = 0; marks && d->tree && i < d->tree->count; i++) {
		const struct item *item = &d->tree->items[i];
		bool by_field =
			marks->fields && marks->fields[item->id >> 6] >> (item->id & 63) & 1;
		bool by_protocol =
			marks->only && marks->only[item->id >> 8] && !(item->id & FIELD_NUMBER);

		if ((!by_field && !by_protocol) || item->source != source || !item->len ||
		    item->at > len || item->len > len - item->at)
			continue;
		if (!marked)
			marked = calloc(len, sizeof(*marked));
		if (!marked)
			return NULL;
		memset(marked + item->at, true, item->len);
	}
	return marked;
}

void print_bytes(struct buf *out, const struct dissect *d, const struct print_marks *marks)
{
	for (uint32_t i = 0; i < d->source_count; i++) {
		const struct dissect_source *source = &d->sources[i];
		bool *marked = mark_bytes(d, i, marks);

		if (d->source_count > 1)
			buf_printf(out, "%s (%u byte%s):\n", source->title, (unsigned)source->len,
				   source->len == 1 ? "" : "s");
		hex_rows(out, source->bytes, source->len, marked);
		free(marked);
	}
	buf_putc(out, '\n');
}
