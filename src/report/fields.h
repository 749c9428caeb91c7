/* SPDX-License-Identifier: Apache-2.0 */
/* Chosen fields, one line a frame: tshark -T fields. */
#ifndef SONDE_REPORT_FIELDS_H
#define SONDE_REPORT_FIELDS_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"
#include "report/column.h"

enum fields_occurrence {
	FIELDS_ALL,
	FIELDS_FIRST,
	FIELDS_LAST,
};

/* Start with fields_init(). */
struct fields {
	struct columns columns;
	char separator;
	char aggregator;
	char quote; /* NUL: none */
	bool bom;
	bool header;
	bool resolve; /* values by their names, as Wireshark's own columns show them */
	enum fields_occurrence occurrence;
};

void fields_init(struct fields *f);
void fields_done(struct fields *f);

/* "separator=,", "occurrence=f", "aggregator=;", "quote=d", "header=y", "bom=y". */
int fields_set(struct fields *f, const char *option, struct err *err);

/* Appends what stands before the first line: the mark of bom=y, the names of header=y. */
void fields_header(struct buf *out, const struct fields *f);

/* Appends the line of the frame last taken apart. */
void fields_line(struct buf *out, const struct fields *f, const struct frame_dissector *from,
		 const struct list_style *style, const struct frame_facts *facts);

/* Appends the values of one column, joined as f says; style is that of the list. */
void fields_column(struct buf *out, const struct fields *f, const struct column *column,
		   const struct frame_dissector *from, const struct list_style *style,
		   const struct frame_facts *facts);

#endif
