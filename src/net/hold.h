/* SPDX-License-Identifier: Apache-2.0 */
/* Frames in our own memory, sorted by time, until it is sure that no older one follows. */
#ifndef SONDE_NET_HOLD_H
#define SONDE_NET_HOLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/nsec.h"
#include "packet/frame.h"

/* The waiting room. Begin with hold_init(). */
struct hold {
	struct held *rows; /* by time; the oldest is rows[first] */
	size_t first;
	size_t count;
	uint8_t *pool;
	uint8_t *spare;
	size_t pool_len;
	size_t used;
	size_t room;
};

/* Makes room for frames of at most room bytes each. 0 or -ENOMEM; then nothing is to be freed. */
int hold_init(struct hold *hold, size_t room);

/* Frees everything; also fine on a zeroed struct. */
void hold_done(struct hold *hold);

/* Where to write the bytes of the next frame (`room` of them fit); NULL when the room is full. */
uint8_t *hold_room(struct hold *hold);

/*
 * Adds the frame whose captured_len bytes were written to hold_room(); its `bytes` are ignored. It
 * goes behind all that are not newer.
 */
void hold_add(struct hold *hold, const struct frame *frame);

/* The time of the oldest frame, or of the newest; NSEC_NEVER when there is none. */
nsec_t hold_oldest(const struct hold *hold);
nsec_t hold_newest(const struct hold *hold);

/*
 * Takes the oldest frame out if its time is at most limit; false when there is none. Its bytes stay
 * valid until hold_compact().
 */
bool hold_take(struct hold *hold, nsec_t limit, struct frame *ret_frame);

/* Gives back the memory of taken frames. */
void hold_compact(struct hold *hold);

#endif
