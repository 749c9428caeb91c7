/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A second thread that writes the lines of the list.
 *
 * Theory of operation. Reading, decoding and following streams must be done frame by frame in
 * order; making text of what came of it need not wait for that. So the session's thread puts what a
 * plain frame's line is made of (its bytes, the view of its stream, the times it counts from) into
 * a batch, the writer takes batches in order, decodes the headers again (that is cheaper than
 * handing them over), and writes. Lines of other frames come as text. Until read_lines_free() only
 * the writer touches standard output. A ring of few batches bounds memory and how far it lags.
 */
#ifndef SONDE_COMMAND_READ_LINES_H
#define SONDE_COMMAND_READ_LINES_H

#include <stdbool.h>

#include "base/buf.h"
#include "packet/plain.h"
#include "report/list_style.h"

struct read_lines;

/* NULL when there is no second processor, no memory or no thread: then nothing was done. */
struct read_lines *read_lines_new(const struct list_style *style);

/*
 * Adds the line of a plain frame; file_digits are style's for it. False when nothing more can be
 * written: read_lines_free() tells why.
 */
bool read_lines_plain(struct read_lines *l, const struct plain *p, const struct frame *frame,
		      const struct tcp_view *view, const struct frame_facts *facts,
		      unsigned file_digits);

/* Adds text, newline included. False as above. */
bool read_lines_text(struct read_lines *l, const struct buf *text);

/*
 * Waits until all is written, ends the thread and frees; NULL is fine. 0, or the errno of the first
 * failure to write, behind which nothing was written.
 */
int read_lines_free(struct read_lines *l);

#endif
