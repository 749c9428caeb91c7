/* SPDX-License-Identifier: Apache-2.0 */
/* The two or three findings that end a summary. */
#ifndef SONDE_REPORT_EXPLAIN_WORTH_H
#define SONDE_REPORT_EXPLAIN_WORTH_H

#include "base/buf.h"
#include "evidence/finding.h"

#define EXPLAIN_WORTH_MAX 3

/*
 * Appends the findings most worth knowing, each with how sure it is and its frames, in lines of at
 * most 80 columns; nothing when there is none. file: the capture as one types it to explain the
 * rest; NULL: the last scan.
 */
void explain_worth(const struct findings *list, const char *file, struct buf *out);

#endif
