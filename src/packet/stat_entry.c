// SPDX-License-Identifier: Apache-2.0
// One entry of a table of conversations or endpoints: counting in it. See stat_table.h.
#include "packet/stat_entry.h"

/* Moves the counts of an entry to wide ones; NULL when there is no room. */
static struct stat_wide *widen(struct stat_table *t, struct stat_entry *e)
{
	struct stat_wide *w;

	if (e->flags & STAT_ENTRY_WIDE)
		return &t->wide[(e->flags & STAT_ENTRY_WIDE) - 1];
	if (!stat_table_room(t, (void **)&t->wide, t->wide_count, &t->wide_room, sizeof(*t->wide)))
		return NULL;
	w = &t->wide[t->wide_count++];
	*w = (struct stat_wide) {
		.packets = {e->packets[0], e->packets[1]},
		.bytes = {e->bytes[0], e->bytes[1]},
		.last = e->first + e->span,
	};
	e->flags |= t->wide_count;
	return w;
}

bool stat_entry_reused(const struct stat_entry *e, const struct stat_packet *p)
{
	return (p->flags & (TCP_SYN | TCP_ACK)) == TCP_SYN &&
	       (e->flags & STAT_ENTRY_KNOWN_0 << p->side) && e->base[p->side] != p->seq;
}

bool stat_entry_count_wide(struct stat_table *t, struct stat_entry *e, const struct stat_packet *p)
{
	unsigned side = p->side;
	struct stat_wide *w = widen(t, e);

	if (!w)
		return false;
	w->packets[side]++;
	w->bytes[side] += p->len;
	if (p->time > w->last)
		w->last = p->time;
	else if (p->time < e->first)
		e->first = p->time;
	return true;
}

static struct stat_side short_side(const struct stat_entry *e, unsigned i)
{
	uint8_t kind = e->flags >> (STAT_KEY_KINDS + 2 * i) & 3;
	uint64_t number = stat_number_get(e->side[i]);

	if (kind == SIDE_IPV4)
		return (struct stat_side) {kind, (uint16_t)number, 0, number >> STAT_PORT_BITS};
	return (struct stat_side) {.kind = kind, .low = number};
}

void stat_entry_sides(const struct stat_table *t, const struct stat_entry *e,
		      struct stat_side sides[static 2])
{
	for (unsigned i = 0; i < 2; i++)
		sides[i] = e->flags & STAT_KEY_LONG ? t->longs[stat_number_get(e->side[0])].sides[i]
						    : short_side(e, i);
}
