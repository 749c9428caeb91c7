/* SPDX-License-Identifier: Apache-2.0 */
/* The packet list: one line a frame, laid out as tshark's columns. */
#ifndef SONDE_REPORT_LIST_H
#define SONDE_REPORT_LIST_H

#include "base/buf.h"
#include "packet/dissect_frame.h"
#include "report/fields.h"
#include "report/list_style.h"

/*
 * Appends the line of the frame last taken apart, in the columns number, time, source,
 * destination, protocol, length and info. Unless style->strict the packet that an ICMP error is
 * about follows in brackets: "[about UDP 192.0.2.10:40000 → 192.0.2.1:161]".
 */
void list_line(struct buf *out, const struct list_style *style, const struct frame_dissector *f,
	       const struct frame_facts *facts);

/* The same in columns of one's own choice; columns->aggregator joins several values. */
void list_line_of(struct buf *out, const struct fields *columns, const struct list_style *style,
		  const struct frame_dissector *f, const struct frame_facts *facts);

#endif
