// SPDX-License-Identifier: Apache-2.0
// Pieces of one datagram or message, in any order, until they make a whole.
#include "packet/pieces.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define ITEMS_FIRST 4u
#define BYTES_FIRST 256u

static bool make_room(struct pieces *p, uint32_t len)
{
	if (p->count == p->room) {
		uint32_t room = p->room ? p->room * 2 : ITEMS_FIRST;
		struct piece *items = realloc(p->items, room * sizeof(*items));

		if (!items)
			return false;
		p->items = items;
		p->room = room;
	}
	if (len > p->bytes_room - p->bytes_len) {
		uint32_t room = p->bytes_room ? p->bytes_room * 2 : BYTES_FIRST;
		uint8_t *bytes;

		if (room < p->bytes_len + len)
			room = p->bytes_len + len;
		bytes = realloc(p->bytes, room);
		if (!bytes)
			return false;
		p->bytes = bytes;
		p->bytes_room = room;
	}
	return true;
}

static bool is_same(const struct piece *a, const struct piece *b)
{
	return a->frame == b->frame && a->layer == b->layer && a->offset == b->offset;
}

/* Where a piece with this offset goes: behind all that begin no later. */
static uint32_t place_for(const struct pieces *p, uint32_t offset)
{
	uint32_t low = 0, high = p->count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (p->items[middle].offset <= offset)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

int pieces_add(struct pieces *p, const struct piece *piece, const uint8_t *bytes, bool last)
{
	uint32_t at = place_for(p, piece->offset);
	uint8_t marks = 0;

	for (uint32_t i = at; i && p->items[i - 1].offset == piece->offset; i--)
		if (is_same(&p->items[i - 1], piece))
			return 0;
	if (p->count == PIECES_MAX)
		return -E2BIG;
	if (!make_room(p, piece->len))
		return -ENOMEM;
	if (last && p->has_end && piece->offset + piece->len != p->end)
		marks = PIECE_MULTIPLE_TAILS;
	if (last && !p->has_end) {
		p->has_end = true;
		p->end = piece->offset + piece->len;
	}
	memmove(p->items + at + 1, p->items + at, (p->count - at) * sizeof(*p->items));
	p->count++;
	p->items[at] = *piece;
	p->items[at].at = p->bytes_len;
	p->items[at].marks = marks;
	if (piece->len)
		memcpy(p->bytes + p->bytes_len, bytes, piece->len);
	p->bytes_len += piece->len;
	return 0;
}

uint32_t pieces_reach(const struct pieces *p)
{
	uint32_t reach = 0;

	for (uint32_t i = 0; i < p->count && p->items[i].offset <= reach; i++) {
		uint32_t end = p->items[i].offset + p->items[i].len;

		if (end > reach)
			reach = end;
	}
	return reach;
}

bool pieces_complete(const struct pieces *p)
{
	return p->joined || (p->has_end && p->bytes_len >= p->end && pieces_reach(p) >= p->end);
}

/* Puts one piece behind what is there; returns how far bytes reach then. */
static uint32_t join_one(const struct pieces *p, struct piece *piece, uint8_t *out, uint32_t reach)
{
	const uint8_t *bytes = p->bytes + piece->at;
	uint32_t end = piece->offset + piece->len;

	if (end > p->end) {
		piece->marks |= PIECE_TOO_LONG;
		end = p->end;
	}
	if (piece->offset < reach) {
		uint32_t shared = (end < reach ? end : reach) - piece->offset;

		piece->marks |= PIECE_OVERLAP;
		if (memcmp(out + piece->offset, bytes, shared))
			piece->marks |= PIECE_CONFLICT;
	}
	if (end <= reach)
		return reach;
	memcpy(out + reach, bytes + (reach - piece->offset), end - reach);
	return end;
}

int pieces_join(struct pieces *p)
{
	uint8_t *out = malloc(p->end ? p->end : 1);
	uint32_t reach = 0;

	if (!out)
		return -ENOMEM;
	for (uint32_t i = 0; i < p->count; i++) {
		if (p->items[i].offset >= p->end)
			p->items[i].marks |= p->items[i].len ? PIECE_TOO_LONG : 0;
		else
			reach = join_one(p, &p->items[i], out, reach);
	}
	free(p->bytes);
	p->bytes = out;
	p->bytes_len = p->bytes_room = p->end;
	p->joined = true;
	return 0;
}

void pieces_end(struct pieces *p)
{
	p->has_end = true;
	p->end = pieces_reach(p);
}

void pieces_reopen(struct pieces *p)
{
	for (uint32_t i = 0; i < p->count; i++) {
		struct piece *piece = &p->items[i];

		if (piece->offset > p->end)
			piece->offset = p->end;
		if (piece->len > p->end - piece->offset)
			piece->len = p->end - piece->offset;
		piece->at = piece->offset;
	}
	p->joined = false;
	p->has_end = false;
}

size_t pieces_size(const struct pieces *p)
{
	return p->room * sizeof(*p->items) + p->bytes_room;
}

void pieces_done(struct pieces *p)
{
	free(p->items);
	free(p->bytes);
	*p = (struct pieces) {0};
}
