/* SPDX-License-Identifier: Apache-2.0 */
/* The answer of `sonde explain`, in text. */
#ifndef SONDE_COMMAND_EXPLAIN_ANSWER_H
#define SONDE_COMMAND_EXPLAIN_ANSWER_H

#include <stdbool.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/err.h"
#include "command/explain_query.h"
#include "command/explain_report.h"

/* What to speak of; with nothing set, of hosts or of the ports asked for. */
struct explain_topics {
	const char *file;                    /* as the user typed it; NULL: the last scan */
	FILE *json;                          /* a document with everything, to this stream */
	const struct explain_report *report; /* to compare; before all others; NULL: none */
	bool ladder;                         /* of the port asked for */
	bool phases;
	bool unexpected;
};

/* Appends the answer to q. 0, or a negative code with a sentence. */
int explain_answer(const struct explain_query *q, const struct explain_topics *topics,
		   struct buf *out, struct err *err);

#endif
