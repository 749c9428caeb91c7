/* SPDX-License-Identifier: Apache-2.0 */
/* The connection attempts that are open now, by token and in the order they began. */
#ifndef SONDE_SCAN_DIAL_TABLE_H
#define SONDE_SCAN_DIAL_TABLE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/nsec.h"

#define DIAL_NO_ROW UINT32_MAX

/* One attempt. */
struct dial_attempt {
	uint32_t host;
	uint32_t at; /* index of the port in scan order, or of the discovery port */
	unsigned try_number;
	bool is_ping;
	nsec_t sent;
};

struct dial_row {
	struct dial_attempt attempt;
	uint32_t generation; /* so that the token of an earlier attempt in this row fits no more */
	bool used;
	uint32_t older, newer; /* rows; newer links free rows too */
};

/* Initialise with dial_table_init(). */
struct dial_table {
	struct dial_row *rows;
	uint32_t room;
	uint32_t count;
	uint32_t free;
	uint32_t oldest, newest; /* walk: for (row = oldest; row != DIAL_NO_ROW; row = newer) */
};

void dial_table_init(struct dial_table *t);
void dial_table_done(struct dial_table *t);

/* Adds an attempt that begins now, as the newest. 0 and its token, or -ENOMEM. */
int dial_table_add(struct dial_table *t, const struct dial_attempt *attempt, uint64_t *ret_token);

/* The attempt in a row that is in use, and its token. */
const struct dial_attempt *dial_table_at(const struct dial_table *t, uint32_t row);
uint64_t dial_table_token(const struct dial_table *t, uint32_t row);

/* Takes an attempt out; false when it is not there any more. ret_attempt may be NULL. */
bool dial_table_take(struct dial_table *t, uint64_t token, struct dial_attempt *ret_attempt);

#endif
