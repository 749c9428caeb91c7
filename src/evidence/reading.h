/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Feeds a ledger from a file whose frames are not quite in order.
 *
 * Theory of operation. A live ring gives frames in the order of their stamps. A file need not: it
 * was merged from several interfaces, or written by several processors whose clocks part by some
 * milliseconds. So a reading does two things that a live scan needs not:
 *   - it keeps what is younger than READING_WINDOW behind the newest stamp and hands frames on by
 *     stamp, those of one stamp by number; most come in order, so each is sorted in from the end;
 *   - what looks like an answer to nothing known, or seems to lack its proof, is held for another
 *     READING_EARLY by its stamp and then judged for good, as its probe may bear a later stamp.
 * What is held is bounded by READING_FRAMES and READING_BYTES; beyond, the oldest goes on at once.
 * A stamp far behind the newest begins a new order (a second file, appended), after all that is
 * held went on.
 */
#ifndef SONDE_EVIDENCE_READING_H
#define SONDE_EVIDENCE_READING_H

#include "evidence/ledger.h"
#include "packet/decode.h"
#include "packet/frame.h"

#define READING_WINDOW (20 * NSEC_PER_MSEC)
#define READING_EARLY  (20 * NSEC_PER_MSEC)
#define READING_FRAMES 4096
#define READING_BYTES  (4u << 20)

struct reading;

/* Gets every frame once, when it is judged for good. packet and note live during the call. */
typedef void reading_fn(void *user, const struct frame *frame, const struct packet *packet,
			const struct note *note);

/* fn may be NULL. The ledger outlives the reading. NULL: no memory. */
struct reading *reading_new(struct ledger *l, reading_fn *fn, void *user);
void reading_free(struct reading *r);

/* Takes the next frame of the file; its bytes are copied. 0 or -ENOMEM. */
int reading_frame(struct reading *r, const struct frame *frame);

/* Hands on what is held: the file has ended. 0 or -ENOMEM. */
int reading_end(struct reading *r);

#endif
