/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The exchange with one port as a ladder: scanner left, host right, an arrow a frame.
 *
 * Theory of operation. The ledger knows what probes and answers meant but keeps no frame of a
 * conversation that followed; so the ladder is fed with all frames of the capture, in the order of
 * the file, takes those of its port, and asks the ledger what they were.
 */
#ifndef SONDE_REPORT_EXPLAIN_LADDER_H
#define SONDE_REPORT_EXPLAIN_LADDER_H

#include <stdint.h>

#include "base/buf.h"
#include "evidence/explain.h"
#include "evidence/ledger.h"
#include "packet/decode.h"
#include "packet/frame.h"

/* Which port, and where to look. The ledger is complete. */
struct ladder_port {
	const struct ledger *ledger;
	struct explain *explain; /* for names */
	nsec_t first_frame;      /* of the capture: times count from it */
	uint32_t host;
	const char *protocol; /* "tcp", "udp", "sctp" or "ip": a constant */
	uint16_t port;
};

struct ladder;

/* Everything that port points to outlives this. NULL: no memory. */
struct ladder *ladder_new(const struct ladder_port *port);
void ladder_free(struct ladder *r);

/* Takes a frame if it belongs to the port. Frames come by ascending id. */
void ladder_frame(struct ladder *r, const struct frame *frame, const struct packet *packet);

/* Appends the ladder: lines of at most 80 columns. */
void ladder_write(const struct ladder *r, struct buf *out);

#endif
