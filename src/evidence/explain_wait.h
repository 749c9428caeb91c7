/* SPDX-License-Identifier: Apache-2.0 */
/* Why the answer of a port came late, or never. For src/evidence/explain_port.c only. */
#ifndef SONDE_EVIDENCE_EXPLAIN_WAIT_H
#define SONDE_EVIDENCE_EXPLAIN_WAIT_H

#include "evidence/explain.h"
#include "evidence/verdict.h"

/*
 * What shows that the path to host was alive when a try was sent at this time: ". Nearest proof..."
 * without full stop, or nothing.
 */
void wait_write_life(struct explain *x, uint32_t host, nsec_t time, struct buf *out);

/* Those below append sentences, a blank before each but the first. */

/* A port that was decided by an answer: why that took longer than one try. */
void wait_write_delay(struct explain *x, const struct port_verdict *v, struct buf *out);

/*
 * A port that never answered: how often it was asked, when, for how long, and what that is worth.
 */
void wait_write_silence(struct explain *x, uint32_t host, const struct port_verdict *v,
			struct buf *out);

#endif
