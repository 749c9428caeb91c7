// SPDX-License-Identifier: Apache-2.0
/* The frames under way on a link, in the order in which they are due. */
#ifndef SONDE_LAB_LINK_PENDING_H
#define SONDE_LAB_LINK_PENDING_H

#include <stddef.h>
#include <stdint.h>

enum { PENDING_MAX = 262144 };

struct pending_frame {
	uint64_t due_ns; /* CLOCK_MONOTONIC */
	uint64_t order;  /* breaks ties: first in, first out */
	int side;        /* the side it is delivered to */
	uint32_t len;
	uint8_t *bytes; /* owned */
};

/* A min-heap by (due_ns, order). Zero-initialise it. */
struct pending {
	struct pending_frame *heap;
	size_t count, room;
	uint64_t next_order;
};

/* Copies LEN BYTES to be delivered to SIDE at DUE_NS. -1 when full or out of memory. */
int pending_add(struct pending *p, uint64_t due_ns, int side, const uint8_t *bytes, uint32_t len);

/* The frame that is due first, or NULL. Valid until the next add or drop. */
const struct pending_frame *pending_first(const struct pending *p);

/* Forgets the first frame. */
void pending_drop_first(struct pending *p);

void pending_free(struct pending *p);

#endif
