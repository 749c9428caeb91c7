/* SPDX-License-Identifier: Apache-2.0 */
/* Takes frames of a capture apart for people: from struct frame to tree and columns. */
#ifndef SONDE_PACKET_DISSECT_FRAME_H
#define SONDE_PACKET_DISSECT_FRAME_H

#include <stdbool.h>

#include "base/buf.h"
#include "packet/frame.h"
#include "proto/dissect.h"
#include "wire/tree.h"

/* One reader of one capture, reused from frame to frame. */
struct frame_dissector {
	struct dispatch dispatch;
	struct dissect d; /* of the frame last taken apart */
	struct tree tree;
	struct buf info;
	struct buf joined; /* what dissectors made of the frame's bytes */
	bool want_tree;    /* fields are wanted: tree.wanted and tree.want_text say which */
	bool want_info;
};

/* A reader, everything wanted; NULL when memory ran out. */
struct frame_dissector *frame_dissector_new(void);
void frame_dissector_free(struct frame_dissector *f);

/* The capture comes again, from its first frame. */
void frame_dissector_rewind(struct frame_dissector *f);

/*
 * Takes one frame apart. facts and the frame's bytes must live as long as the results are used:
 * f->tree, f->info, f->d.protocol, f->d.kept.source. Valid until the next call.
 */
void dissect_frame(struct frame_dissector *f, const struct frame *frame,
		   const struct frame_facts *facts);

#endif
