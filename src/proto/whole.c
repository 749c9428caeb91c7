// SPDX-License-Identifier: Apache-2.0
// How the tree shows what was put together from several frames. See the header.
#include "proto/whole.h"

#include <stdio.h>

#include "proto/dissect.h"

#define TITLE_MAX 240 /* Wireshark cuts lines there */

static const char *plural(uint32_t count)
{
	return count == 1 ? "" : "s";
}

static void say_marks(struct dissect *d, const struct piece *piece, const struct whole_names *names)
{
	const struct {
		uint8_t mark;
		uint16_t id;
	} rows[] = {
		{PIECE_OVERLAP, names->overlap},
		{PIECE_CONFLICT, names->conflict},
		{PIECE_MULTIPLE_TAILS, names->multiple_tails},
		{PIECE_TOO_LONG, names->too_long},
	};
	uint32_t before = say_open(d);

	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (piece->marks & rows[i].mark)
			item_flag(tree_uint(d->tree, rows[i].id, 0, 0, 1), ITEM_GENERATED);
	say_close(d, before);
}

static void say_piece(struct dissect *d, const struct piece *piece, const struct whole *whole,
		      const struct whole_names *names)
{
	uint32_t room = piece->offset < whole->len ? whole->len - piece->offset : 0;
	uint32_t at = room ? piece->offset : 0;
	uint32_t len = piece->len < room ? piece->len : room;

	uint16_t id = piece->marks & ~PIECE_OVERLAP ? names->error : names->piece;

	d->item = item_flag(tree_uint(d->tree, id, at, len, piece->frame), ITEM_GENERATED);
	item_text(d->tree, d->item, "Frame: %u, payload: %u-%u (%u byte%s)", piece->frame,
		  piece->offset, piece->offset + piece->len - 1, piece->len, plural(piece->len));
	say_marks(d, piece, names);
}

/* "3 IPv4 Fragments (2008 bytes): #1(800), ..." */
static void write_title(const struct whole *whole, const struct whole_names *names,
			char out[static TITLE_MAX])
{
	int len = snprintf(out, TITLE_MAX, "%u %s (%u byte%s): ", whole->piece_count, names->title,
			   whole->len, plural(whole->len));

	for (uint32_t i = 0; i < whole->piece_count && len < TITLE_MAX; i++)
		len += snprintf(out + len, (size_t)(TITLE_MAX - len), "%s#%u(%u)", i ? ", " : "",
				whole->pieces[i].frame, whole->pieces[i].len);
}

static void say_tree(struct dissect *d, const struct whole *whole, const struct whole_names *names)
{
	char title[TITLE_MAX];
	uint32_t before;

	if (field_get(names->all)->type == FIELD_BYTES)
		d->item = tree_view(d->tree, names->all, 0, whole->len, whole->bytes, whole->len);
	else
		d->item = tree_uint(d->tree, names->all, 0, whole->len, 0);
	item_flag(d->item, ITEM_GENERATED);
	if (dissect_wants_text(d)) {
		write_title(whole, names, title);
		item_text(d->tree, d->item, "%s", title);
	}
	before = say_open(d);
	for (uint32_t i = 0; i < whole->piece_count; i++)
		say_piece(d, &whole->pieces[i], whole, names);
	item_flag(tree_uint(d->tree, names->count, 0, 0, whole->piece_count), ITEM_GENERATED);
	item_flag(tree_uint(d->tree, names->len, 0, 0, whole->len), ITEM_GENERATED);
	item_flag(tree_view(d->tree, names->data, 0, whole->len, whole->bytes, whole->len),
		  ITEM_GENERATED);
	say_close(d, before);
}

uint8_t say_whole(struct dissect *d, const struct whole *whole, const struct whole_names *names)
{
	uint8_t source, before;

	dissect_add_source(d, names->source, whole->bytes, whole->len, &source);
	if (!source || !d->tree)
		return source;
	before = dissect_use_source(d, source);
	say_tree(d, whole, names);
	dissect_use_source(d, before);
	return source;
}

void say_whole_in(struct dissect *d, uint16_t id, const struct whole *whole)
{
	if (whole->frame && !whole->bytes)
		item_flag(tree_uint(d->tree, id, 0, 0, whole->frame), ITEM_GENERATED);
}
