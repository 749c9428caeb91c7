// SPDX-License-Identifier: Apache-2.0
// Which frame completed what a frame held a piece of. See the header.
#include "packet/whole_index.h"

#include <stdlib.h>

#define ROWS_FIRST 256u
#define ROWS_MAX   (1u << 22)

static int compare(const void *left, const void *right)
{
	const struct whole_index_row *a = left, *b = right;

	if (a->frame != b->frame)
		return a->frame < b->frame ? -1 : 1;
	return (a->place > b->place) - (a->place < b->place);
}

void whole_index_add(struct whole_index *index, uint32_t frame, uint8_t place, uint32_t in)
{
	if (index->sealed || index->count == ROWS_MAX)
		return;
	if (index->count == index->room) {
		uint32_t room = index->room ? index->room * 2 : ROWS_FIRST;
		struct whole_index_row *rows = realloc(index->rows, room * sizeof(*rows));

		if (!rows)
			return;
		index->rows = rows;
		index->room = room;
	}
	index->rows[index->count++] = (struct whole_index_row) {frame, in, place};
}

void whole_index_seal(struct whole_index *index)
{
	if (!index->sealed && index->count)
		qsort(index->rows, index->count, sizeof(*index->rows), compare);
	index->sealed = true;
}

uint32_t whole_index_find(const struct whole_index *index, uint32_t frame, uint8_t place)
{
	const struct whole_index_row key = {.frame = frame, .place = place};
	const struct whole_index_row *row = NULL;

	if (index->sealed && index->count)
		row = bsearch(&key, index->rows, index->count, sizeof(*index->rows), compare);
	return row ? row->in : 0;
}

void whole_index_done(struct whole_index *index)
{
	free(index->rows);
	*index = (struct whole_index) {0};
}
