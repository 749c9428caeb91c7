/* SPDX-License-Identifier: Apache-2.0 */
/* The packet list: one line a frame, laid out as tshark's columns. */
#ifndef SONDE_REPORT_LIST_H
#define SONDE_REPORT_LIST_H

#include "base/buf.h"
#include "packet/dissect_frame.h"
#include "packet/plain.h"
#include "report/fields.h"
#include "report/list_style.h"

/*
 * Appends the line of the frame last taken apart, without its newline, in the columns number, time,
 * source, destination, protocol, length and info. Unless style->strict the packet that an ICMP
 * error is about follows in brackets: "[about UDP 192.0.2.10:40000 → 192.0.2.1:161]".
 */
void list_line(struct buf *out, const struct list_style *style, const struct frame_dissector *f,
	       const struct frame_facts *facts);

/*
 * The same for a plain frame, which nobody took apart; view: of plain_feed(). Not for a style with
 * names.
 */
void list_line_plain(struct buf *out, const struct list_style *style, const struct plain *p,
		     const struct frame *frame, const struct tcp_view *view,
		     const struct frame_facts *facts);

/* What stands between columns, and around them. */
enum list_form {
	LIST_BLANKS, /* tshark's list */
	LIST_TABS,   /* tshark -T tabs */
	LIST_PSML,   /* tshark -T psml: XML, of which list_psml_begin() and _end() are the rest */
};

/* The same in columns of one's own choice; columns->aggregator joins several values. */
void list_line_of(struct buf *out, const struct fields *columns, enum list_form form,
		  const struct list_style *style, const struct frame_dissector *f,
		  const struct frame_facts *facts);

/* What stands before the first packet of LIST_PSML, and behind the last one. */
void list_psml_begin(struct buf *out, const struct fields *columns);
void list_psml_end(struct buf *out);

#endif
