/* SPDX-License-Identifier: Apache-2.0 */
/* One column of the list or of -T fields: which, and its text for a frame. */
#ifndef SONDE_REPORT_COLUMN_H
#define SONDE_REPORT_COLUMN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "packet/dissect_frame.h"
#include "report/list_style.h"
#include "wire/tree.h"

#define COLUMN_IDS_MAX 8    /* fields of one name */
#define COLUMNS_MAX    4096 /* of one list */

enum column_kind {
	COLUMN_FIELD, /* values of a field */
	COLUMN_NUMBER,
	COLUMN_TIME, /* in the list's style */
	COLUMN_SOURCE,
	COLUMN_DESTINATION,
	COLUMN_PROTOCOL,
	COLUMN_LENGTH,
	COLUMN_INFO,
	COLUMN_OWN_TIME, /* in its own style */
	COLUMN_SOURCE_PORT,
	COLUMN_DESTINATION_PORT,
	COLUMN_COMMENT,
	COLUMN_INTERFACE,
	COLUMN_DIRECTION,
	COLUMN_ABOUT, /* which packet an ICMP error is about */
};

struct column {
	const char *name; /* as asked for; the caller's */
	enum column_kind kind;
	struct time_style time; /* COLUMN_OWN_TIME */
	uint16_t ids[COLUMN_IDS_MAX];
	unsigned id_count;
};

/* Start with zero. */
struct columns {
	struct column *items;
	size_t count;
	uint64_t wanted[TREE_FIELDS_MAX / 64]; /* fields they show */
	bool want_tree;                        /* there is such a field */
	bool want_text;                        /* one of them is shown by its line */
	bool want_info;                        /* the Info column is among them */
	bool want_details; /* comments or interfaces are: see read_facts_next() */
};

void columns_done(struct columns *columns);

/*
 * Adds a column by the name of a field or of the list: "_ws.col.Info" as tshark -e takes it, and
 * with list_names "info", "source", "comment" and kin. -EINVAL and a sentence with the nearest
 * name when there is none.
 */
int columns_add(struct columns *columns, const char *name, bool list_names, struct err *err);

/* Appends the text of any column but COLUMN_FIELD. */
void column_text(struct buf *out, const struct column *column, const struct frame_dissector *from,
		 const struct list_style *style, const struct frame_facts *facts);

/*
 * Appends the Info column; with names of ports "80 → 40000" in it becomes "http(80) → 40000", as
 * tshark -N t has it.
 */
void info_text(struct buf *out, const struct list_style *style, const struct frame_dissector *from);

/* Whether an item of the tree belongs to a COLUMN_FIELD column. */
bool column_shows(const struct column *column, uint16_t id);

/*
 * Appends one value of a field, escaped for a terminal. resolve: as a column of Wireshark's shows
 * it, a number by its name ("UDP" for 17), a flag as "Set", a protocol as a check mark.
 */
void column_value(struct buf *out, const struct frame_dissector *from, const struct item *item,
		  bool resolve);

#endif
