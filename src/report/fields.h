/* SPDX-License-Identifier: Apache-2.0 */
/* Chosen fields, one line a frame: tshark -T fields. */
#ifndef SONDE_REPORT_FIELDS_H
#define SONDE_REPORT_FIELDS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "packet/dissect_frame.h"
#include "report/list.h"
#include "wire/tree.h"

#define FIELDS_MAX     4096 /* columns */
#define FIELDS_IDS_MAX 4    /* fields of one name */

enum fields_column_kind {
	FIELDS_FIELD,
	FIELDS_NUMBER, /* the columns of the list: _ws.col.No. and kin */
	FIELDS_TIME,
	FIELDS_SOURCE,
	FIELDS_DESTINATION,
	FIELDS_PROTOCOL,
	FIELDS_LENGTH,
	FIELDS_INFO,
};

struct fields_column {
	const char *name; /* as asked for; the caller's */
	enum fields_column_kind kind;
	uint16_t ids[FIELDS_IDS_MAX];
	unsigned id_count;
};

enum fields_occurrence {
	FIELDS_ALL,
	FIELDS_FIRST,
	FIELDS_LAST,
};

/* Start with fields_init(). */
struct fields {
	struct fields_column *columns;
	size_t count;
	char separator;
	char aggregator;
	char quote; /* NUL: none */
	bool header;
	enum fields_occurrence occurrence;
	uint64_t wanted[TREE_FIELDS_MAX / 64];
	bool want_text; /* one of them is shown by its line */
	bool want_info;
};

void fields_init(struct fields *f);
void fields_done(struct fields *f);

/* Adds a column by field name; a sentence with the nearest name when there is none. */
int fields_add(struct fields *f, const char *name, struct err *err);

/* "separator=,", "occurrence=f", "aggregator=;", "quote=d", "header=y". */
int fields_set(struct fields *f, const char *option, struct err *err);

/* Appends the line of names that header=y asks for. */
void fields_header(struct buf *out, const struct fields *f);

/* Appends the line of the frame last taken apart. */
void fields_line(struct buf *out, const struct fields *f, const struct frame_dissector *from,
		 const struct list_style *style, const struct frame_facts *facts);

#endif
