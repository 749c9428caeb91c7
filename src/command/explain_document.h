/* SPDX-License-Identifier: Apache-2.0 */
/* `sonde explain --json`: the whole answer as one document. */
#ifndef SONDE_COMMAND_EXPLAIN_DOCUMENT_H
#define SONDE_COMMAND_EXPLAIN_DOCUMENT_H

#include <stdio.h>

#include "command/explain_query.h"
#include "command/explain_report.h"

/*
 * Appends the document to out, and moves what has piled up to stream in between. about: as x got
 * it; report: compared, or NULL. 0 or -ENOMEM; what stream took may then be half a document.
 */
int explain_document(const struct explain_query *q, struct explain *x,
		     const struct explain_capture *about, const struct explain_report *report,
		     FILE *stream, struct buf *out);

#endif
