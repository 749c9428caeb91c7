/* SPDX-License-Identifier: Apache-2.0 */
/* What `sonde read` writes for a frame: list, tree, bytes, fields, JSON. */
#ifndef SONDE_COMMAND_READ_OUTPUT_H
#define SONDE_COMMAND_READ_OUTPUT_H

#include "command/read_session.h"
#include "packet/plain.h"

/* What stands before the first frame and behind the last one. */
void output_begin(struct run *r);
void output_end(struct run *r);

/* The frame last taken apart by r->dissector, r->facts with it. */
void output_frame(struct run *r);

/* The same as a line of the list for a plain frame. */
void output_plain(struct run *r, const struct plain *p, const struct frame *frame,
		  const struct tcp_view *view);

/* Writes out what is held; sets r->stopped when nobody takes it. */
void output_flush(struct run *r);

/* Ends the thread that writes lines, if there is one: all of them are written, or r->stopped. */
void output_lines_end(struct run *r);

#endif
