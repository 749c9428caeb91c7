/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The short way to the list of a filter that selects few frames of a file.
 *
 * Theory of operation. The filter is asked of the headers alone. A frame that matches, or that the
 * long way must see, is held: a copy of its bytes waits. One that does not match is only kept for
 * its stream (packet/flow_later.h), and not even that when its ports tell that no frame of its
 * stream can match. When a thousand frames have come, then two thousand and so on,
 * or when enough are held, everything is settled: the streams of the held frames are fed what came
 * before, and each held frame is shown as if it had just come, its stream's segments between them
 * fed in step. So the first screen is there at once, and the tags are walked a few times only.
 *
 * It gives up, feeds all that was kept and leaves the rest to read_quick_show() when the filter is
 * not that selective, when a frame comes of which the headers do not tell what streams it belongs
 * to, or when memory for it runs out.
 */
#ifndef SONDE_COMMAND_READ_SIFT_H
#define SONDE_COMMAND_READ_SIFT_H

#include "command/read_session.h"

struct read_sift;

typedef void read_show_fn(struct run *r, const struct frame *frame);

/*
 * For a run that read_quick_serves(). NULL: it does not apply, or memory ran out. show: for frames
 * that are not plain.
 */
struct read_sift *read_sift_new(struct run *r, read_show_fn *show);
void read_sift_free(struct read_sift *s);

/* Deals with the first of count frames, returns how many; the others are for read_quick_show(). */
unsigned read_sift_take(struct read_sift *s, const struct frame *frames, unsigned count);

/* No more come: shows what is held. */
void read_sift_end(struct read_sift *s);

#endif
