/* SPDX-License-Identifier: Apache-2.0 */
/* The inside of an explanation. For src/evidence/explain*.c only. */
#ifndef SONDE_EVIDENCE_EXPLAIN_PARTS_H
#define SONDE_EVIDENCE_EXPLAIN_PARTS_H

#include <stdbool.h>

#include "evidence/explain.h"
#include "evidence/verdict.h"

/* One summary: where its text begins in texts, or NO_TEXT. */
struct explain_text {
	uint64_t frame;
	size_t at;
};

struct explain {
	const struct ledger *ledger;
	struct explain_capture capture;
	struct explain_text *known; /* ascending by frame: asked for */
	size_t known_count;
	uint64_t *missed; /* not yet asked for, in no order */
	size_t missed_count, missed_room;
	uint64_t *wanted; /* what explain_wanted() returned last */
	struct buf texts;
	uint32_t witness_host; /* whose witnesses these are; EVENT_NONE at first */
	uint32_t *witnesses;   /* probes that the host itself answered, by time of sending */
	size_t witness_count;
	uint32_t listed;          /* see explain_list_up_to() */
	struct findings findings; /* once gathered */
	bool gathered;
	struct activities activities; /* once found */
	bool active;
	struct confidence_ground ground; /* of this host and kind; EVENT_NONE at first */
	uint32_t ground_host;
	enum probe_kind ground_kind;
	bool failed;
};

/* The summary of a frame; "" and a note that it is missed when there is none yet. */
const char *parts_summary(struct explain *x, uint64_t frame);

/* Fills witnesses for host. */
void parts_witnesses(struct explain *x, uint32_t host);

/* Appends text broken into lines of at most 80 columns, each indented, with a newline. */
void parts_wrap(struct buf *out, unsigned indent, const char *text);

/*
 * Ends the sentences in text: appends them to out so broken, unless there are none, and empties text.
 * That memory ran out for it is noted in x.
 */
void parts_flush(struct explain *x, struct buf *text, struct buf *out, unsigned indent);

/* The next try of the port scan from probe i on, itself too; EVENT_NONE: none. Pings are none. */
uint32_t parts_scan_try(const struct ledger *l, uint32_t i);

/* "0.190412 s" after the capture's first frame. */
void parts_time(const struct explain *x, struct buf *out, nsec_t time);

/* "one", "two"... "twelve", then figures. */
void parts_number(struct buf *out, uint64_t number);

#endif
