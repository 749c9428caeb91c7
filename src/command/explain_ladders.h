/* SPDX-License-Identifier: Apache-2.0 */
/* `sonde explain --ladder`: the exchange with one port of each host, drawn. */
#ifndef SONDE_COMMAND_EXPLAIN_LADDERS_H
#define SONDE_COMMAND_EXPLAIN_LADDERS_H

#include "command/explain_query.h"

/*
 * Appends a ladder for each host and protocol whose port was asked for, a few at most. x: of the
 * same capture. 0, or a negative code with a sentence.
 */
int explain_ladders(const struct explain_query *q, struct explain *x, struct buf *out,
		    struct err *err);

#endif
