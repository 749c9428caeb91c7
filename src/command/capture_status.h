/* SPDX-License-Identifier: Apache-2.0 */
/* Shows the state of a running capture on standard error: a table in place, lines, or JSON. */
#ifndef SONDE_COMMAND_CAPTURE_STATUS_H
#define SONDE_COMMAND_CAPTURE_STATUS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/nsec.h"
#include "report/status.h"

enum capture_status_form {
	CAPTURE_STATUS_NONE,
	CAPTURE_STATUS_TABLE,
	CAPTURE_STATUS_LINES,
	CAPTURE_STATUS_JSON,
};

/* Begin with zero and the form; capture_status_done() frees what it holds. */
struct capture_status {
	enum capture_status_form form;
	struct buf out;
	unsigned lines; /* of the table that stands on the screen */
	unsigned columns;
	unsigned rows;
	uint32_t seconds[STATUS_SECONDS_MAX]; /* packets of each second, oldest first */
	unsigned second_count;
	nsec_t counted_at; /* the end of the last full second */
	uint64_t packets;  /* until then */
	uint64_t bytes;
	uint64_t packets_per_sec; /* in it */
	uint64_t bytes_per_sec;
};

/*
 * Reads "table", "lines", "json" or "none"; NULL: what suits standard error. False when it is none
 * of them.
 */
bool capture_status_form(const char *word, enum capture_status_form *ret_form);

/*
 * Shows the state; call it some times a second for a table, once a second otherwise. status holds
 * everything but the rates and seconds, which are filled in here. now is clock_now().
 */
void capture_status_show(struct capture_status *c, struct status *status, nsec_t now);

void capture_status_done(struct capture_status *c);

#endif
