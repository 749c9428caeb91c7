/* SPDX-License-Identifier: Apache-2.0 */
/* The answer to a question without particulars: a scan on one screen. */
#ifndef SONDE_REPORT_EXPLAIN_BRIEF_H
#define SONDE_REPORT_EXPLAIN_BRIEF_H

#include <stddef.h>
#include <stdint.h>

#include "evidence/explain.h"

struct explain_brief {
	const struct ledger *ledger;
	const char *file;      /* as typed; NULL: the last scan */
	const char *others;    /* whole lines on what else is in the capture; "" for nothing */
	const uint32_t *hosts; /* in the ledger */
	size_t count;          /* at least one */
};

/*
 * Appends the capture in a line, its hosts and what is worth knowing: PAGE_LINES lines at most.
 * What finds no room is counted, and the command said that shows it.
 */
void explain_brief(struct explain *x, const struct explain_brief *brief, struct buf *out);

#endif
