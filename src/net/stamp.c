// SPDX-License-Identifier: Apache-2.0
// Kernel wall-clock stamps turned into monotonic time, across somebody setting the clock.
//
// Theory of operation
//
// Monotonic time is wall time minus an offset, measured at each read of the ring. When somebody
// sets the clock, frames that wait in the ring carry stamps of either side of the step. But each
// was stamped after the last read that emptied the ring and before now, and with a step larger than
// that gap only one of the two offsets puts it there.
#include "net/stamp.h"

/* Two measurements closer than this are the same one with noise. */
#define NOISE (NSEC_PER_USEC / 2)
/* A change above this between two reads is a clock set; below, one being disciplined. */
#define STEP NSEC_PER_MSEC
/* How long a stamped frame may take to become visible in its slot. */
#define LATE NSEC_PER_MSEC

void stamp_begin(struct stamp *s, nsec_t offset, nsec_t now)
{
	*s = (struct stamp) {
		.offset = offset,
		.old_offset = offset,
		.stepped_at = now,
		.drained_at = now,
	};
}

void stamp_measure(struct stamp *s, nsec_t offset, nsec_t now)
{
	nsec_t moved = offset > s->offset ? offset - s->offset : s->offset - offset;

	if (moved <= NOISE)
		return;
	if (moved > STEP) {
		s->old_offset = s->offset;
		s->stepped_at = now;
		s->steps++;
	}
	s->offset = offset;
}

void stamp_drained(struct stamp *s, nsec_t begun)
{
	s->drained_at = begun;
}

static bool is_believable(const struct stamp *s, nsec_t time, nsec_t now)
{
	return time >= s->drained_at - LATE && time <= now;
}

bool stamp_fits(const struct stamp *s, nsec_t wall, nsec_t now)
{
	return is_believable(s, wall - s->offset, now);
}

nsec_t stamp_convert(const struct stamp *s, nsec_t wall, nsec_t now)
{
	nsec_t time = wall - s->offset, old = wall - s->old_offset;

	/* Without a fresh step a frame out of bounds is just late, and its stamp is right. */
	if (s->stepped_at > s->drained_at && !is_believable(s, time, now) &&
	    is_believable(s, old, now))
		time = old;
	return time < now ? time : now;
}
