// SPDX-License-Identifier: Apache-2.0
/* The frames under way on a link, in the order in which they are due. */
#include "pending.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static bool before(const struct pending_frame *a, const struct pending_frame *b)
{
	if (a->due_ns != b->due_ns)
		return a->due_ns < b->due_ns;
	return a->order < b->order;
}

static void swap(struct pending *p, size_t a, size_t b)
{
	struct pending_frame t = p->heap[a];

	p->heap[a] = p->heap[b];
	p->heap[b] = t;
}

static int grow(struct pending *p)
{
	size_t room = p->room ? p->room * 2 : 256;
	void *heap;

	if (p->count < p->room)
		return 0;
	if (p->room >= PENDING_MAX)
		return -1;
	heap = realloc(p->heap, room * sizeof(*p->heap));
	if (!heap)
		return -1;
	p->heap = heap;
	p->room = room;
	return 0;
}

int pending_add(struct pending *p, uint64_t due_ns, int side, const uint8_t *bytes, uint32_t len)
{
	uint8_t *copy;
	size_t i;

	if (grow(p) < 0)
		return -1;
	copy = malloc(len ? len : 1);
	if (!copy)
		return -1;
	memcpy(copy, bytes, len);
	i = p->count++;
	p->heap[i] = (struct pending_frame) {due_ns, p->next_order++, side, len, copy};
	for (; i && before(&p->heap[i], &p->heap[(i - 1) / 2]); i = (i - 1) / 2)
		swap(p, i, (i - 1) / 2);
	return 0;
}

const struct pending_frame *pending_first(const struct pending *p)
{
	return p->count ? &p->heap[0] : NULL;
}

void pending_drop_first(struct pending *p)
{
	size_t i = 0;

	free(p->heap[0].bytes);
	p->heap[0] = p->heap[--p->count];
	for (;;) {
		size_t low = i, left = 2 * i + 1, right = left + 1;

		if (left < p->count && before(&p->heap[left], &p->heap[low]))
			low = left;
		if (right < p->count && before(&p->heap[right], &p->heap[low]))
			low = right;
		if (low == i)
			return;
		swap(p, i, low);
		i = low;
	}
}

void pending_free(struct pending *p)
{
	while (p->count)
		pending_drop_first(p);
	free(p->heap);
	*p = (struct pending) {0};
}
