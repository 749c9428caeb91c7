/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Messages of the protocols above TCP that go over several segments, put together in the order of
 * their sequence numbers as a capture is read.
 *
 * Feed every segment with data or FIN in the order of the capture (hooks->segment), and every
 * message that a dissector wants more of (hooks->more).
 */
#ifndef SONDE_PACKET_STREAM_H
#define SONDE_PACKET_STREAM_H

#include "packet/whole_table.h"
#include "proto/dissect.h"
#include "proto/tcp_payload.h"

#define STREAMS_BYTES_MAX  (8u << 20)  /* of all messages that are not complete */
#define STREAMS_OPEN_MAX   4096u       /* of them at once */
#define STREAM_MESSAGE_MAX (1u << 20)  /* bytes of one */
#define STREAM_SEARCH_MAX  (64u << 10) /* of one whose end nobody can tell */

struct streams;

/* Tables of one capture. NULL when memory or randomness ran out. */
struct streams *streams_new(void);
void streams_free(struct streams *s);

/* Another pass begins, from the first frame of the capture: messages are put together anew. */
void streams_rewind(struct streams *s);

/* dissect_hooks.segment */
void streams_segment(struct streams *s, const struct dissect *d, const struct segment *segment,
		     struct segment_view *ret_view);

/* dissect_hooks.more */
bool streams_more(struct streams *s, const struct dissect *d, const struct segment_more *more);

/* Some message is not complete: a segment without data may end it, by its FIN. */
bool streams_waiting(const struct streams *s);

void streams_counts(const struct streams *s, struct whole_counts *ret_counts);

#endif
