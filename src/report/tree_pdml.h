/* SPDX-License-Identifier: Apache-2.0 */
/* Whole frames as PDML, the Packet Details Markup Language: tshark's -T pdml. */
#ifndef SONDE_REPORT_TREE_PDML_H
#define SONDE_REPORT_TREE_PDML_H

#include "base/buf.h"
#include "packet/dissect_frame.h"
#include "packet/print_tree.h"
#include "report/spill.h"

/* Appends what stands before the first frame; file is the capture's name as the user gave it. */
void tree_pdml_begin(struct buf *out, const char *file);

/*
 * Appends one frame; the buffer may spill between two elements. The tree must hold every field,
 * with its lines.
 */
void tree_pdml(struct buf *out, const struct frame_dissector *f, struct tree_links *links,
	       const struct frame_facts *facts, const struct spill *spill);

/* Appends what stands behind the last frame. */
void tree_pdml_end(struct buf *out);

#endif
