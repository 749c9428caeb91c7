// SPDX-License-Identifier: Apache-2.0
// The MAC addresses of next hops, found by our own requests: see the header.
#include "scan/neighbour.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* A target must answer itself: what the kernel remembers of it is no proof of life. */
static void ask_again(struct neighbour_table *t, struct neighbour *n, const uint8_t *mac)
{
	if (mac || n->state != NEIGHBOUR_KNOWN || n->tries)
		return;
	n->state = NEIGHBOUR_WANTED;
	t->wanted++;
}

int neighbour_want(struct neighbour_table *t, const struct addr *addr,
		   const struct probe_path *path, const uint8_t *mac, uint32_t *ret_row)
{
	struct neighbour *n;

	for (uint32_t i = t->count; i-- > 0;) {
		if (t->rows[i].path.interface == path->interface &&
		    addr_equal(&t->rows[i].path.target, addr)) {
			*ret_row = i;
			ask_again(t, &t->rows[i], mac);
			return 0;
		}
	}
	if (t->count == t->room) {
		uint32_t room = t->room ? t->room * 2 : 16;
		struct neighbour *rows = realloc(t->rows, room * sizeof(*rows));

		if (!rows)
			return -ENOMEM;
		t->rows = rows;
		t->room = room;
	}
	n = &t->rows[t->count];
	*n = (struct neighbour) {.path = *path};
	n->path.target = *addr;
	if (mac) {
		n->state = NEIGHBOUR_KNOWN;
		memcpy(n->path.next_mac, mac, MAC_LEN);
	} else {
		t->wanted++;
	}
	*ret_row = t->count++;
	return 0;
}

void neighbour_table_done(struct neighbour_table *t)
{
	free(t->rows);
	*t = (struct neighbour_table) {0};
}

void neighbour_answered(struct neighbour_table *t, const struct addr *addr,
			const uint8_t mac[static MAC_LEN])
{
	for (uint32_t i = 0; i < t->count; i++) {
		struct neighbour *n = &t->rows[i];

		if (!addr_equal(&n->path.target, addr))
			continue;
		if (n->state == NEIGHBOUR_WANTED)
			t->wanted--;
		n->state = NEIGHBOUR_KNOWN;
		memcpy(n->path.next_mac, mac, MAC_LEN);
	}
}

int64_t neighbour_due(struct neighbour_table *t, nsec_t now, nsec_t *ret_due)
{
	*ret_due = NSEC_NEVER;
	if (!t->wanted)
		return -1;
	for (uint32_t i = 0; i < t->count; i++) {
		struct neighbour *n = &t->rows[i];

		if (n->state != NEIGHBOUR_WANTED)
			continue;
		if (n->due <= now && n->tries < NEIGHBOUR_TRIES)
			return i;
		if (n->due <= now) {
			n->state = NEIGHBOUR_SILENT;
			t->wanted--;
		} else if (n->due < *ret_due) {
			*ret_due = n->due;
		}
	}
	return -1;
}

void neighbour_not_asked(struct neighbour_table *t, uint32_t row, nsec_t due)
{
	t->rows[row].tries--;
	t->rows[row].due = due;
}

void neighbour_asked(struct neighbour_table *t, uint32_t row, nsec_t now)
{
	struct neighbour *n = &t->rows[row];

	n->due = now + (n->tries ? NEIGHBOUR_WAIT_LATER : NEIGHBOUR_WAIT_FIRST);
	n->tries++;
}
