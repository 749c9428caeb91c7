// SPDX-License-Identifier: Apache-2.0
// What stands in a table of conversations or endpoints, and the order to print it in.
#include <stdbool.h>
#include <stdlib.h>

#include "packet/stat_entry.h"

#define DIGIT_BITS 11 /* of a packet count, when entries are put in order */
#define DIGIT_MAX  ((1u << DIGIT_BITS) - 1)

void stat_table_fetch(const struct stat_table *t, uint32_t index)
{
	stat_entry_fetch(&t->entries[index]);
}

void stat_table_get(const struct stat_table *t, uint32_t index, struct stat_row *ret_row)
{
	const struct stat_entry *e = &t->entries[index];
	bool turned = e->flags & STAT_ENTRY_TURNED;
	struct stat_side sides[2];

	stat_entry_sides(t, e, sides);
	*ret_row = (struct stat_row) {
		.from = sides[turned],
		.to = sides[!turned],
		.packets = {e->packets[turned], e->packets[!turned]},
		.bytes = {e->bytes[turned], e->bytes[!turned]},
		.first = e->first,
		.last = e->first + e->span,
	};
	if (e->flags & STAT_ENTRY_WIDE) {
		const struct stat_wide *w = &t->wide[(e->flags & STAT_ENTRY_WIDE) - 1];

		for (unsigned i = 0; i < 2; i++) {
			ret_row->packets[i] = w->packets[turned ^ i];
			ret_row->bytes[i] = w->bytes[turned ^ i];
		}
		ret_row->last = w->last;
	}
}

static uint64_t packets_of(const struct stat_table *t, uint32_t index)
{
	const struct stat_entry *e = &t->entries[index];
	const struct stat_wide *w;

	if (!(e->flags & STAT_ENTRY_WIDE))
		return (uint64_t)e->packets[0] + e->packets[1];
	w = &t->wide[(e->flags & STAT_ENTRY_WIDE) - 1];
	return w->packets[0] + w->packets[1];
}

/* The digit of a packet count that begins at this bit; most packets sort first. */
static uint32_t digit_of(uint64_t packets, unsigned shift)
{
	return DIGIT_MAX - (uint32_t)(packets >> shift & DIGIT_MAX);
}

/*
 * Deals the indices out by one digit, those of equal digits in the order they had: that of the
 * table where from is NULL. True when some count has digits above.
 */
static bool deal(const struct stat_table *t, unsigned shift, const uint32_t *from, uint32_t *to)
{
	uint32_t places[DIGIT_MAX + 1] = {0};
	uint32_t sum = 0, index;
	uint64_t all = 0;

	for (uint32_t i = 0; i < t->count; i++) {
		uint64_t packets = packets_of(t, i);

		places[digit_of(packets, shift)]++;
		all |= packets;
	}
	for (uint32_t i = 0; i <= DIGIT_MAX; i++) {
		uint32_t here = places[i];

		places[i] = sum;
		sum += here;
	}
	for (uint32_t i = 0; i < t->count; i++) {
		index = from ? from[i] : i;
		to[places[digit_of(packets_of(t, index), shift)]++] = index;
	}
	return all >> shift >> DIGIT_BITS;
}

/* Digit by digit from the lowest on: a scan's entries have few packets, so once is often all. */
uint32_t *stat_table_order(const struct stat_table *t)
{
	size_t size = (t->count ? t->count : 1) * sizeof(uint32_t);
	uint32_t *order = malloc(size), *spare = NULL, *sorted;
	bool more = order && deal(t, 0, NULL, order);

	for (unsigned shift = DIGIT_BITS; more; shift += DIGIT_BITS) {
		sorted = spare ? spare : malloc(size);
		if (!sorted) {
			free(order);
			return NULL;
		}
		more = deal(t, shift, order, sorted);
		spare = order;
		order = sorted;
	}
	free(spare);
	return order;
}
