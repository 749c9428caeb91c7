/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The user's limit: no second, wherever it begins, sees more packets than the rate says.
 *
 * Theory of operation. A pace alone cannot promise that. It says when a packet may leave; the packet
 * leaves when the machine gets round to it, and one that was late by a moment has one more behind it
 * in the second that begins there. So a packet may go when the one that stands `most` before it is
 * known to have left a second ago. Known is the next time that the driver of the scan tells after
 * the packet was handed over, which is why a step that sent anything is followed by one at once.
 *
 * What leaves close together shares an entry, so the memory is bounded at any rate; an entry counts
 * until its youngest packet is a second old. That errs, by a thousandth of a second, on the side of
 * the limit.
 */
#ifndef SONDE_SCAN_RATE_WINDOW_H
#define SONDE_SCAN_RATE_WINDOW_H

#include <stdbool.h>
#include <stdint.h>

#include "base/nsec.h"

#define RATE_WINDOW_ENTRIES 1024

struct rate_window {
	uint64_t most; /* packets in a span; 0: no limit */
	nsec_t span;   /* a second; longer where the rate is below one a second */
	uint64_t held; /* packets of all entries */
	uint64_t put;  /* on their way out */
	uint64_t gone; /* left, by the next time that is told */
	struct {
		nsec_t left; /* by then all had left */
		uint64_t count;
	} entries[RATE_WINDOW_ENTRIES]; /* a ring */
	unsigned first, count;
	nsec_t opened; /* when the newest entry began */
};

/* rate: packets a second; 0: no limit. */
void rate_window_init(struct rate_window *w, double rate);

/* True when one more packet may leave. */
bool rate_window_is_open(const struct rate_window *w);

/* One is on its way out; then, for each, what became of it. */
void rate_window_put(struct rate_window *w);
void rate_window_left(struct rate_window *w);
void rate_window_stayed(struct rate_window *w);

/* It is now; whatever left so far left before. To be told before packets are put. */
void rate_window_tell(struct rate_window *w, nsec_t now);

/* When it is open again; now when it is, or when the time is to be told for that. */
nsec_t rate_window_next(const struct rate_window *w, nsec_t now);

#endif
