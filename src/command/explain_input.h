/* SPDX-License-Identifier: Apache-2.0 */
/* The capture that `sonde explain` reads: once for the ledger, once more for summaries. */
#ifndef SONDE_COMMAND_EXPLAIN_INPUT_H
#define SONDE_COMMAND_EXPLAIN_INPUT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"
#include "capture/capture.h"
#include "evidence/explain.h"
#include "evidence/ledger.h"
#include "evidence/surroundings.h"

/* Fields are for reading only. Initialise with zero. */
struct explain_input {
	const char *path; /* not owned */
	bool has_fd;      /* it is read from fd, not by its path */
	int fd;           /* not owned */
	char *bytes;      /* what a pipe gave, since it cannot be read twice; or NULL */
	size_t len;
	struct capture *capture; /* after its last frame; its names stay readable */
	struct ledger *ledger;
	struct surroundings *around; /* what the ledger does not keep */
	struct buf remarks;          /* of the scanner itself, each ended by a NUL */
	uint64_t frames;
	uint64_t cut;       /* of these, captured in part */
	uint64_t traffic;   /* of these, between us and probed hosts beside probes and answers */
	uint64_t unrelated; /* of these, no part of the scan */
	uint64_t timeless;  /* of these, without a time of their own: that of the frame before */
	nsec_t begin;       /* the first time in the file; 0: there is none */
	nsec_t first_frame; /* earliest and latest time; 0 without frames */
	nsec_t last_frame;
	bool damaged;      /* the file is good only up to some point */
	struct err damage; /* says where */
};

/*
 * Reads the whole capture at path ("-" is standard input) into a fresh ledger. A damaged file is
 * no failure: see damaged. 0, or a negative code with a sentence. Call explain_input_done() in
 * both cases.
 */
int explain_input_read(struct explain_input *in, const char *path, struct err *err);

/* The same for an open regular file, at any position, which the sentences call name. */
int explain_input_read_fd(struct explain_input *in, int fd, const char *name, struct err *err);

/* Sees one frame, in the order of the file, with the time it is taken to have; both for the call only. */
typedef void explain_frame_fn(void *user, const struct frame *frame, const struct packet *packet);

/* Reads the capture once more. 0, or a negative code with a sentence. */
int explain_input_each(const struct explain_input *in, explain_frame_fn *fn, void *user,
		       struct err *err);

/* Gives x the summaries it wants. 0, or a negative code with a sentence. */
int explain_input_summaries(const struct explain_input *in, struct explain *x, struct err *err);

/* How many frames the capture lost by its own account; EXPLAIN_UNKNOWN when it does not say. */
uint64_t explain_input_dropped(const struct explain_input *in);

void explain_input_done(struct explain_input *in);

#endif
