// SPDX-License-Identifier: Apache-2.0
// One entry of a table of conversations or endpoints: counting in it. See the header.
#include "packet/stat_entry.h"

/* Moves the counts of an entry to wide ones; NULL when there is no room. */
static struct stat_wide *widen(struct stat_table *t, struct stat_entry *e)
{
	struct stat_wide *w;

	if (e->flags & STAT_ENTRY_WIDE)
		return &t->wide[e->wide];
	if (!stat_table_room(t, (void **)&t->wide, t->wide_count, &t->wide_room, sizeof(*t->wide)))
		return NULL;
	w = &t->wide[t->wide_count];
	*w = (struct stat_wide) {
		.packets = {e->packets[0], e->packets[1]},
		.bytes = {e->bytes[0], e->bytes[1]},
	};
	if (t->form != STAT_ENDPOINTS)
		w->last = stat_entry_timed(e)->first + stat_entry_timed(e)->span;
	e->wide = t->wide_count++;
	e->flags |= STAT_ENTRY_WIDE;
	return w;
}

bool stat_entry_count_wide(struct stat_table *t, struct stat_entry *e, struct stat_packet p)
{
	struct stat_wide *w = widen(t, e);

	if (!w)
		return false;
	w->packets[p.side] += p.packets;
	w->bytes[p.side] += p.bytes;
	if (t->form == STAT_ENDPOINTS)
		return true;
	if (p.last > w->last)
		w->last = p.last;
	if (p.first < stat_entry_timed(e)->first)
		stat_entry_timed(e)->first = p.first;
	return true;
}

/*
 * Member by member: where a whole side is copied that was just written in parts, the processor
 * waits until these have left for the cache.
 */
void stat_entry_side(const struct stat_table *t, const struct stat_entry *e, unsigned i,
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
