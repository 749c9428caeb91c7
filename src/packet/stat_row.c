// SPDX-License-Identifier: Apache-2.0
// What stands in a table of conversations or endpoints, and the order to print it in.
#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>

#include "packet/stat_entry.h"

#define FEW 1024u /* packets below that are counted by number when entries are put in order */

/* An entry of many packets. */
struct busy {
	uint64_t packets;
	uint32_t index;
};

void stat_table_fetch(const struct stat_table *t, uint32_t index)
{
	stat_entry_fetch(t, index);
}

/*
 * Side i of an entry in canonical order. Member by member: where a whole side is copied that was
 * just written in parts, the processor waits until these have left for the cache.
 */
static inline void get_side(const struct stat_table *t, const struct stat_entry *e, unsigned i,
			    struct stat_side *ret_side)
{
	uint8_t kind = stat_key_kind(e->flags, i);

	if (e->flags & STAT_KEY_LONG) {
		*ret_side = t->longs[e->pair.high[0]].sides[i];
		return;
	}
	ret_side->kind = kind;
	ret_side->port = kind == SIDE_IPV4 ? e->pair.low[i] : 0;
	ret_side->high = 0;
	ret_side->low = kind == SIDE_IPV4 ? e->pair.high[i] : stat_pair_number(&e->pair, i);
}

void stat_table_get(const struct stat_table *t, uint32_t index, struct stat_row *ret_row)
{
	struct stat_entry *e = stat_entry_at(t, index);
	bool turned = e->flags & STAT_ENTRY_TURNED, wide = e->flags & STAT_ENTRY_WIDE;
	const struct stat_wide *w = wide ? &t->wide[e->wide] : NULL;
	const struct stat_timed_entry *timed;

	get_side(t, e, turned, &ret_row->from);
	get_side(t, e, !turned, &ret_row->to);
	for (unsigned i = 0; i < 2; i++) {
		unsigned side = turned ^ i;

		ret_row->packets[i] = wide ? w->packets[side] : e->packets[side];
		ret_row->bytes[i] = wide ? w->bytes[side] : e->bytes[side];
	}
	timed = t->form == STAT_ENDPOINTS ? NULL : stat_entry_timed(e);
	ret_row->first = timed ? timed->first : 0;
	ret_row->last = !timed ? 0 : wide ? w->last : timed->first + timed->span;
}

static uint64_t packets_of(const struct stat_table *t, uint32_t index)
{
	const struct stat_entry *e = stat_entry_at(t, index);
	const struct stat_wide *w;

	if (!(e->flags & STAT_ENTRY_WIDE))
		return (uint64_t)e->packets[0] + e->packets[1];
	w = &t->wide[e->wide];
	return w->packets[0] + w->packets[1];
}

static int compare_busy(const void *a, const void *b)
{
	const struct busy *left = a, *right = b;

	if (left->packets != right->packets)
		return left->packets > right->packets ? -1 : 1;
	return left->index < right->index ? -1 : 1;
}

/* Puts the entries of FEW packets and more, count of them, first in order; false without memory. */
static bool sort_busy(const struct stat_table *t, uint32_t count, uint32_t *order)
{
	struct busy *all = malloc((count ? count : 1) * sizeof(*all));
	uint32_t at = 0;

	for (uint32_t i = 0; all && at < count; i++) {
		uint64_t packets = packets_of(t, i);

		if (packets >= FEW)
			all[at++] = (struct busy) {packets, i};
	}
	if (all)
		qsort(all, count, sizeof(*all), compare_busy);
	for (uint32_t i = 0; all && i < count; i++)
		order[i] = all[i].index;
	free(all);
	return all;
}

/*
 * A scan's entries have few packets: they are dealt out by their number, in the order they have.
 * Into the memory of the slots, which are more than the entries: it is there, and new memory is not.
 */
const uint32_t *stat_table_order(struct stat_table *t)
{
	uint32_t *order = t->slots;
	uint32_t places[FEW] = {0};
	uint32_t busy = 0, at;

	assert(t->count <= t->slot_count);
	for (uint32_t i = 0; i < t->count; i++) {
		uint64_t packets = packets_of(t, i);

		if (packets < FEW)
			places[packets]++;
		else
			busy++;
	}
	if (!sort_busy(t, busy, order))
		return NULL;
	at = busy;
	for (uint32_t i = FEW; i--;) {
		uint32_t here = places[i];

		places[i] = at;
		at += here;
	}
	for (uint32_t i = 0; i < t->count; i++) {
		uint64_t packets = packets_of(t, i);

		if (packets < FEW)
			order[places[packets]++] = i;
	}
	return order;
}
