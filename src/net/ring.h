/* SPDX-License-Identifier: Apache-2.0 */
/* The receive ring: every frame of the scan on every interface, stamped by the kernel, in order. */
#ifndef SONDE_NET_RING_H
#define SONDE_NET_RING_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/nsec.h"
#include "net/filter.h"
#include "packet/frame.h"

struct ring;

/* Zero in a field means the default named beside it. */
struct ring_options {
	size_t bytes; /* memory shared with the kernel: 8 MiB; rounded up to whole blocks */
	uint32_t
		slot_bytes; /* one frame and about 80 bytes of head: 2048; a power of two, >= 256 */
	nsec_t hold;        /* how long a frame waits for an older one: 200 us; < 0: no waiting */
};

/* Counts since ring_open(). */
struct ring_stats {
	uint64_t received;    /* passed the filter and got a slot */
	uint64_t dropped;     /* passed the filter, but every slot was taken */
	uint64_t delivered;   /* handed to the callback */
	uint64_t cut;         /* of those, longer than a slot: captured_len < wire_len */
	uint64_t loop_copies; /* the outgoing copies on loopback devices, left out */
	uint64_t unsupported; /* on devices whose link header we do not know, left out */
	uint64_t inversions;  /* delivered although older than the one delivered before */
	uint64_t clock_steps; /* how often the wall clock was found set anew */
};

/* Gets one frame. frame->bytes live during the call only. frame->id is 0. */
typedef void ring_fn(void *user, const struct frame *frame);

/*
 * Opens the ring on all interfaces, present and future. The filter is in place before the first
 * frame can come. Needs CAP_NET_RAW here and never again. 0 and *ret_ring, or -errno with a
 * sentence (-EPERM without the capability). options NULL: all defaults. filter NULL: every frame.
 */
int ring_open(const struct ring_options *options, const struct filter *filter,
	      struct ring **ret_ring, struct err *err);

/* Closes it; frames still held are lost (ring_flush() first). NULL is fine. */
void ring_close(struct ring *ring);

/* The descriptor to watch for reading (EPOLLIN). Reading it is ring_read()'s business. */
int ring_fd(const struct ring *ring);

/*
 * Takes all frames out of the kernel's ring and delivers those that are at least the hold time old,
 * oldest first; younger ones wait in our own memory. Call it when ring_fd() is readable and when
 * the returned time has come. Returns the clock_now() time at which the next waiting frame is due,
 * NSEC_NEVER when none waits. The callback may send, replace the filter or read the counters; it
 * may not call ring_read(), ring_flush() or ring_close().
 *
 * In each frame: time is monotonic and never later than now; interface is the kernel's interface
 * index; direction is FRAME_SENT or FRAME_RECEIVED, and FRAME_UNKNOWN on loopback devices, where
 * each packet comes once; a VLAN tag the kernel took off is back in place.
 */
nsec_t ring_read(struct ring *ring, ring_fn *fn, void *user);

/* Like ring_read(), but waits for nothing: delivers everything, for the end of a run. */
void ring_flush(struct ring *ring, ring_fn *fn, void *user);

/*
 * Replaces the filter at once, without privilege. Frames that the old one let pass and that were
 * not read yet still come. 0, or -errno with a sentence.
 */
int ring_set_filter(struct ring *ring, const struct filter *filter, struct err *err);

/* Asks the kernel for its counts and returns all of them as totals. */
struct ring_stats ring_stats(struct ring *ring);

#endif
