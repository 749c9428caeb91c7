/* SPDX-License-Identifier: Apache-2.0 */
/* `sonde explain --compare`: a scanner's own report beside its capture. */
#ifndef SONDE_COMMAND_EXPLAIN_REPORT_H
#define SONDE_COMMAND_EXPLAIN_REPORT_H

#include "base/err.h"
#include "report/claims.h"
#include "report/comparison.h"

/* A report and what it differs in. Initialise with zero. */
struct explain_report {
	const char *path; /* as typed */
	struct claims claims;
	struct comparison comparison;
};

/*
 * Reads the report at path ("-" is none: a file is needed) and compares it with the ledger. 0, or a
 * negative code with a sentence. A report that is good only up to some point is no failure: see
 * claims.damaged. Call explain_report_done() in any case.
 */
int explain_report_read(struct explain_report *r, const char *path, const struct ledger *l,
			struct err *err);
void explain_report_done(struct explain_report *r);

#endif
