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
