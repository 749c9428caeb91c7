// SPDX-License-Identifier: Apache-2.0
// What a first pass leaves for a second one: how each TCP stream ended.
#include "packet/flow_ends.h"

#include <stdlib.h>
#include <string.h>

void flow_ends_done(struct flow_ends *e)
{
	free(e->seen);
	free(e->items);
}

void flow_ends_see(struct flow_ends *e, uint32_t number, uint8_t seen)
{
	if (!e->wanted)
		return;
	if (number >= e->seen_room) {
		uint32_t room = e->seen_room ? e->seen_room * 2 : 4096;
		uint8_t *bytes = realloc(e->seen, room);

		if (!bytes)
			return;
		memset(bytes + e->seen_room, 0, room - e->seen_room);
		e->seen = bytes;
		e->seen_room = room;
	}
	e->seen[number] = seen;
}

uint8_t flow_ends_seen(const struct flow_ends *e, uint32_t number)
{
	return number < e->seen_room ? e->seen[number] : 0;
}

void flow_ends_add(struct flow_ends *e, uint32_t number, const struct tcp_stream *s)
{
	if (!e->wanted || e->count == STREAM_ENDS_MAX)
		return;
	if (e->count == e->room) {
		uint32_t room = e->room ? e->room * 2 : 64;
		struct stream_end *items = realloc(e->items, room * sizeof(*items));

		if (!items)
			return;
		e->items = items;
		e->room = room;
	}
	e->items[e->count++] = (struct stream_end) {
		.initial_rtt = s->initial_rtt,
		.number = number,
		.bases = {s->sides[0].base, s->sides[1].base},
		.shifts = {s->sides[0].shift, s->sides[1].shift},
	};
}

static int by_number(const void *a, const void *b)
{
	const struct stream_end *x = a, *y = b;

	return (x->number > y->number) - (x->number < y->number);
}

void flow_ends_sort(struct flow_ends *e)
{
	if (e->count)
		qsort(e->items, e->count, sizeof(*e->items), by_number);
}

struct stream_end *flow_ends_find(const struct flow_ends *e, uint32_t number)
{
	const struct stream_end wanted = {.number = number};

	if (!e->count)
		return NULL;
	return bsearch(&wanted, e->items, e->count, sizeof(wanted), by_number);
}
