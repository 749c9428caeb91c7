// SPDX-License-Identifier: Apache-2.0
// What is due next among thousands: a heap of times, one for each small number.
#include "scan/agenda.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_ROOM 64

int agenda_reserve(struct agenda *a, uint32_t count)
{
	uint32_t room = a->room ? a->room : FIRST_ROOM;
	struct agenda_row *rows;
	uint32_t *places;

	if (count <= a->room)
		return 0;
	while (room < count)
		room = room > UINT32_MAX / 2 ? UINT32_MAX : room * 2;
	rows = reallocarray(a->rows, room, sizeof(*rows));
	if (!rows)
		return -ENOMEM;
	a->rows = rows;
	places = reallocarray(a->places, room, sizeof(*places));
	if (!places)
		return -ENOMEM;
	memset(places + a->room, 0, (room - a->room) * sizeof(*places));
	a->places = places;
	a->room = room;
	return 0;
}

void agenda_done(struct agenda *a)
{
	free(a->rows);
	free(a->places);
	*a = (struct agenda) {0};
}

static bool before(const struct agenda_row *a, const struct agenda_row *b)
{
	return a->due != b->due ? a->due < b->due : a->id < b->id;
}

static void put(struct agenda *a, uint32_t at, struct agenda_row row)
{
	a->rows[at] = row;
	a->places[row.id] = at + 1;
}

/* Moves the row to where it belongs, from a place that it may have. */
static void settle(struct agenda *a, uint32_t at, struct agenda_row row)
{
	for (; at && before(&row, &a->rows[(at - 1) / 2]); at = (at - 1) / 2)
		put(a, at, a->rows[(at - 1) / 2]);
	for (;;) {
		uint32_t child = 2 * at + 1;

		if (child + 1 < a->count && before(&a->rows[child + 1], &a->rows[child]))
			child++;
		if (child >= a->count || !before(&a->rows[child], &row))
			break;
		put(a, at, a->rows[child]);
		at = child;
	}
	put(a, at, row);
}

void agenda_set(struct agenda *a, uint32_t id, nsec_t due)
{
	uint32_t place = a->places[id];
	struct agenda_row row = {due, id};

	if (due != NSEC_NEVER) {
		settle(a, place ? place - 1 : a->count++, row);
		return;
	}
	if (!place)
		return;
	a->places[id] = 0;
	row = a->rows[--a->count];
	if (place - 1 < a->count)
		settle(a, place - 1, row);
}

nsec_t agenda_when(const struct agenda *a, uint32_t id)
{
	return a->places[id] ? a->rows[a->places[id] - 1].due : NSEC_NEVER;
}

nsec_t agenda_next(const struct agenda *a)
{
	return a->count ? a->rows[0].due : NSEC_NEVER;
}

uint32_t agenda_first(const struct agenda *a)
{
	return a->rows[0].id;
}
