// SPDX-License-Identifier: Apache-2.0
// The MAC addresses of next hops, found by our own requests: see the header.
#include "scan/neighbour.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

void neighbour_table_init(struct neighbour_table *t, const struct hash_key *key)
{
	*t = (struct neighbour_table) {.by_addr = {.key = *key}};
}

void neighbour_table_done(struct neighbour_table *t)
{
	free(t->rows);
	free(t->spare);
	addr_index_done(&t->by_addr);
	agenda_done(&t->agenda);
	*t = (struct neighbour_table) {0};
}

static void want_row(struct neighbour_table *t, uint32_t row, nsec_t now)
{
	t->rows[row].state = NEIGHBOUR_WANTED;
	t->rows[row].tries = 0;
	t->unasked++;
	agenda_set(&t->agenda, row, now);
}

/* The row is wanted no more. */
static void unwant_row(struct neighbour_table *t, uint32_t row, enum neighbour_state state)
{
	struct neighbour *n = &t->rows[row];

	if (n->state == NEIGHBOUR_WANTED && !n->tries)
		t->unasked--;
	n->state = state;
	agenda_set(&t->agenda, row, NSEC_NEVER);
}

/* A row for one more, the fields of which the caller sets; NEIGHBOUR_NONE when memory is out. */
static uint32_t new_row(struct neighbour_table *t)
{
	uint32_t room = t->room ? t->room * 2 : 16;
	struct neighbour *rows;
	uint32_t *spare;

	if (t->spare_count)
		return t->spare[--t->spare_count];
	if (t->count < t->room)
		return t->count++;
	rows = reallocarray(t->rows, room, sizeof(*rows));
	if (!rows)
		return NEIGHBOUR_NONE;
	t->rows = rows;
	spare = reallocarray(t->spare, room, sizeof(*spare));
	if (!spare)
		return NEIGHBOUR_NONE;
	t->spare = spare;
	if (agenda_reserve(&t->agenda, room))
		return NEIGHBOUR_NONE;
	t->room = room;
	return t->count++;
}

/* The row of this address on this interface, or NEIGHBOUR_NONE. */
static uint32_t find(const struct neighbour_table *t, const struct addr *addr, uint32_t interface)
{
	uint32_t i = addr_index_first(&t->by_addr, addr);

	while (i != ADDR_INDEX_NONE && (t->rows[i].path.interface != interface ||
					!addr_equal(&t->rows[i].path.target, addr)))
		i = addr_index_next(&t->by_addr, i);
	return i;
}

int neighbour_want(struct neighbour_table *t, const struct addr *addr,
		   const struct probe_path *path, const uint8_t *mac, nsec_t now, uint32_t *ret_row)
{
	uint32_t i = find(t, addr, path->interface);
	struct neighbour *n;

	if (i != NEIGHBOUR_NONE) {
		n = &t->rows[i];
		/* a target must answer itself: what the kernel remembers is no proof of life */
		if (!mac && n->state == NEIGHBOUR_KNOWN && !n->tries)
			want_row(t, i, now);
		n->users++;
		*ret_row = i;
		return 0;
	}
	i = new_row(t);
	if (i == NEIGHBOUR_NONE)
		return -ENOMEM;
	n = &t->rows[i];
	*n = (struct neighbour) {
		.path = *path,
		.users = 1,
		.first_waiting = NEIGHBOUR_NONE,
		.last_waiting = NEIGHBOUR_NONE,
	};
	n->path.target = *addr;
	if (addr_index_add(&t->by_addr, addr, i)) {
		t->spare[t->spare_count++] = i;
		return -ENOMEM;
	}
	if (mac) {
		n->state = NEIGHBOUR_KNOWN;
		memcpy(n->path.next_mac, mac, MAC_LEN);
	} else {
		want_row(t, i, now);
	}
	*ret_row = i;
	return 0;
}

void neighbour_ask_again(struct neighbour_table *t, uint32_t row, nsec_t now)
{
	if (t->rows[row].state != NEIGHBOUR_WANTED)
		want_row(t, row, now);
}

void neighbour_release(struct neighbour_table *t, uint32_t row)
{
	struct neighbour *n = &t->rows[row];

	if (--n->users)
		return;
	unwant_row(t, row, NEIGHBOUR_SILENT);
	addr_index_remove(&t->by_addr, &n->path.target, row);
	t->spare[t->spare_count++] = row;
}

uint32_t neighbour_answered(struct neighbour_table *t, const struct addr *addr,
			    const uint8_t mac[static MAC_LEN])
{
	uint32_t i = addr_index_first(&t->by_addr, addr);

	for (; i != ADDR_INDEX_NONE; i = addr_index_next(&t->by_addr, i)) {
		struct neighbour *n = &t->rows[i];
		bool wanted = n->state == NEIGHBOUR_WANTED;

		if (!addr_equal(&n->path.target, addr))
			continue;
		unwant_row(t, i, NEIGHBOUR_KNOWN);
		memcpy(n->path.next_mac, mac, MAC_LEN);
		if (wanted)
			return i;
	}
	return NEIGHBOUR_NONE;
}

uint32_t neighbour_due(const struct neighbour_table *t, nsec_t now)
{
	return agenda_next(&t->agenda) <= now ? agenda_first(&t->agenda) : NEIGHBOUR_NONE;
}

nsec_t neighbour_next(const struct neighbour_table *t)
{
	return agenda_next(&t->agenda);
}

void neighbour_asked(struct neighbour_table *t, uint32_t row, nsec_t now)
{
	struct neighbour *n = &t->rows[row];

	agenda_set(&t->agenda, row, now + (n->tries ? NEIGHBOUR_WAIT_LATER : NEIGHBOUR_WAIT_FIRST));
	if (!n->tries++)
		t->unasked--;
}

void neighbour_not_asked(struct neighbour_table *t, uint32_t row, nsec_t due)
{
	if (t->rows[row].state != NEIGHBOUR_WANTED)
		return;
	if (!--t->rows[row].tries)
		t->unasked++;
	agenda_set(&t->agenda, row, due);
}

void neighbour_silent(struct neighbour_table *t, uint32_t row)
{
	unwant_row(t, row, NEIGHBOUR_SILENT);
}
