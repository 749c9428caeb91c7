// SPDX-License-Identifier: Apache-2.0
// One entry of a table of conversations or endpoints: counting in it. See stat_table.h.
#include "packet/stat_entry.h"

#include "proto/tcp.h"

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

/* Whether a packet more still fits in the entry itself. */
static bool fits(const struct stat_entry *e, const struct stat_packet *p)
{
	unsigned side = p->side;

	return !(e->flags & STAT_ENTRY_WIDE) && e->packets[side] < UINT16_MAX &&
	       p->len <= UINT32_MAX - e->bytes[side] && p->time >= e->first &&
	       p->time - e->first <= UINT32_MAX;
}

/* Wireshark's rule for the numbers that a connection counts from. */
static void learn_base(struct stat_entry *e, const struct stat_packet *p)
{
	unsigned side = p->side;
	bool syn = p->flags & TCP_SYN;

	if (!(e->flags & STAT_ENTRY_KNOWN_0 << side) || (syn && (p->flags & TCP_ACK))) {
		e->base[side] = syn ? p->seq : p->seq - 1;
		e->flags |= STAT_ENTRY_KNOWN_0 << side;
	}
	if (!(e->flags & STAT_ENTRY_KNOWN_0 << !side) && (p->flags & TCP_ACK)) {
		e->base[!side] = p->ack - 1;
		e->flags |= STAT_ENTRY_KNOWN_0 << !side;
	}
}

bool stat_entry_reused(const struct stat_entry *e, const struct stat_packet *p)
{
	return (p->flags & (TCP_SYN | TCP_ACK)) == TCP_SYN &&
	       (e->flags & STAT_ENTRY_KNOWN_0 << p->side) && e->base[p->side] != p->seq;
}

bool stat_entry_count(struct stat_table *t, struct stat_entry *e, const struct stat_packet *p)
{
	unsigned side = p->side;
	struct stat_wide *w;

	if (p->streams)
		learn_base(e, p);
	if (fits(e, p)) {
		e->packets[side]++;
		e->bytes[side] += p->len;
		if (p->time - e->first > e->span)
			e->span = (uint32_t)(p->time - e->first);
		return true;
	}
	w = widen(t, e);
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
