// SPDX-License-Identifier: Apache-2.0
// Frames in our own memory, sorted by time, until it is sure that no older one follows.
#include "net/hold.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define FRAMES_MAX 1024
#define POOL_MIN   ((size_t)512 << 10)

/* Its bytes are at pool + offset. */
struct held {
	struct frame frame;
	size_t offset;
};

int hold_init(struct hold *h, size_t room)
{
	*h = (struct hold) {.room = room, .pool_len = POOL_MIN > 4 * room ? POOL_MIN : 4 * room};
	h->rows = calloc(FRAMES_MAX, sizeof(*h->rows));
	h->pool = malloc(h->pool_len);
	h->spare = malloc(h->pool_len);
	if (h->rows && h->pool && h->spare)
		return 0;
	hold_done(h);
	return -ENOMEM;
}

void hold_done(struct hold *h)
{
	free(h->spare);
	free(h->pool);
	free(h->rows);
	*h = (struct hold) {0};
}

uint8_t *hold_room(struct hold *h)
{
	if (h->first + h->count == FRAMES_MAX || h->pool_len - h->used < h->room)
		return NULL;
	return h->pool + h->used;
}

void hold_add(struct hold *h, const struct frame *frame)
{
	size_t i = h->first + h->count++;

	assert(i < FRAMES_MAX && frame->captured_len <= h->room);
	/* Nearly sorted input: this walks past the few frames another processor overtook. */
	for (; i > h->first && h->rows[i - 1].frame.time > frame->time; i--)
		h->rows[i] = h->rows[i - 1];
	h->rows[i] = (struct held) {.frame = *frame, .offset = h->used};
	h->used += frame->captured_len;
}

nsec_t hold_oldest(const struct hold *h)
{
	return h->count ? h->rows[h->first].frame.time : NSEC_NEVER;
}

nsec_t hold_newest(const struct hold *h)
{
	return h->count ? h->rows[h->first + h->count - 1].frame.time : NSEC_NEVER;
}

bool hold_take(struct hold *h, nsec_t limit, struct frame *ret_frame)
{
	struct held *oldest = &h->rows[h->first];

	if (!h->count || oldest->frame.time > limit)
		return false;
	*ret_frame = oldest->frame;
	ret_frame->bytes = h->pool + oldest->offset;
	h->first++;
	h->count--;
	return true;
}

void hold_compact(struct hold *h)
{
	uint8_t *pool = h->spare;
	size_t used = 0;

	memmove(h->rows, h->rows + h->first, h->count * sizeof(*h->rows));
	h->first = 0;
	for (size_t i = 0; i < h->count; i++) {
		uint32_t len = h->rows[i].frame.captured_len;

		memcpy(pool + used, h->pool + h->rows[i].offset, len);
		h->rows[i].offset = used;
		used += len;
	}
	h->spare = h->pool;
	h->pool = pool;
	h->used = used;
}
