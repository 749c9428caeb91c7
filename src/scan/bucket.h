/* SPDX-License-Identifier: Apache-2.0 */
/* A limit that is never passed: no second sees more tokens than its rate. */
#ifndef SONDE_SCAN_BUCKET_H
#define SONDE_SCAN_BUCKET_H

#include <stdbool.h>

#include "base/nsec.h"

/*
 * Up to this much time may be made up for, since a timer may come late. Any second then sees the
 * tokens of so much more time, and one for its beginning; the interval takes both into account.
 */
#define BUCKET_SLACK    (5 * NSEC_PER_MSEC)
#define BUCKET_RATE_LOW 1000.0 /* tokens a second: below, making up is for less than a handful */

/* Initialise with zero but for the rate. */
struct bucket {
	double rate; /* a second; 0: no limit */
	nsec_t next; /* when the next token is there */
};

/* Takes a token; false when none is there yet. */
static inline bool bucket_take(struct bucket *b, nsec_t now)
{
	nsec_t slack = b->rate < BUCKET_RATE_LOW ? 0 : BUCKET_SLACK;

	if (!(b->rate > 0))
		return true;
	if (b->next > now)
		return false;
	if (b->next < now - slack)
		b->next = now - slack;
	b->next += 1 + (nsec_t)((double)(NSEC_PER_SEC + slack) / (slack ? b->rate - 1 : b->rate));
	return true;
}

#endif
