/* SPDX-License-Identifier: Apache-2.0 */
/* Whole frames as JSON: tshark's -T json and -T ek (one line for Elasticsearch). */
#ifndef SONDE_REPORT_TREE_JSON_H
#define SONDE_REPORT_TREE_JSON_H

#include <stdbool.h>

#include "base/buf.h"
#include "packet/dissect_frame.h"
#include "packet/print_tree.h"
#include "report/spill.h"

struct tree_json_style {
	bool first;         /* no frame stands before this one */
	bool raw;           /* before each value "name_raw": its bytes, place, mask and type */
	struct spill spill; /* of the buffer, between two values */
};

/* Appends one frame as an element of the array. */
void tree_json(struct buf *out, const struct frame_dissector *f, struct tree_links *links,
	       const struct frame_facts *facts, const struct tree_json_style *style);

/* Appends the line that names the index, and the frame's line. */
void tree_ek(struct buf *out, const struct frame_dissector *f, struct tree_links *links,
	     const struct frame_facts *facts);

#endif
