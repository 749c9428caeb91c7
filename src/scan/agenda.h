/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is due next among thousands: a heap of times, one for each small number.
 *
 * Theory of operation. A binary heap by (time, number), and beside it the place of each number in
 * the heap, so that a time can be moved or taken out in logarithmic time. Whoever uses it may
 * leave a time too early in it and look again when it comes up.
 */
#ifndef SONDE_SCAN_AGENDA_H
#define SONDE_SCAN_AGENDA_H

#include <stdbool.h>
#include <stdint.h>

#include "base/nsec.h"

struct agenda_row {
	nsec_t due;
	uint32_t id;
};

/* Initialise with zero. */
struct agenda {
	struct agenda_row *rows;
	uint32_t *places; /* by id: its place in rows, counted from 1; 0: not in there */
	uint32_t count, room;
};

/* Makes room for the ids below count; call it before one of them is used. 0 or -ENOMEM. */
int agenda_reserve(struct agenda *a, uint32_t count);
void agenda_done(struct agenda *a);

/* Sets when id is due, whatever was set before; NSEC_NEVER takes it out. */
void agenda_set(struct agenda *a, uint32_t id, nsec_t due);

/* When id is due; NSEC_NEVER when it is not in there. */
nsec_t agenda_when(const struct agenda *a, uint32_t id);

/* The earliest time; NSEC_NEVER when there is none. */
nsec_t agenda_next(const struct agenda *a);

/* The id that is due first, left where it is; call it only when there is one. */
uint32_t agenda_first(const struct agenda *a);

#endif
