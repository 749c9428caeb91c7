// SPDX-License-Identifier: Apache-2.0
// The connection attempts that are open now, by token and in the order they began.
#include "scan/dial_table.h"

#include <errno.h>
#include <stdlib.h>

void dial_table_init(struct dial_table *t)
{
	*t = (struct dial_table) {
		.free = DIAL_NO_ROW, .oldest = DIAL_NO_ROW, .newest = DIAL_NO_ROW};
}

void dial_table_done(struct dial_table *t)
{
	free(t->rows);
	dial_table_init(t);
}

/* More rows, all on the free list. */
static int grow(struct dial_table *t)
{
	uint32_t room = t->room ? t->room * 2 : 64;
	struct dial_row *rows = reallocarray(t->rows, room, sizeof(*rows));

	if (!rows)
		return -ENOMEM;
	t->rows = rows;
	for (uint32_t i = t->room; i < room; i++)
		rows[i] = (struct dial_row) {.newer = i + 1 < room ? i + 1 : t->free};
	t->free = t->room;
	t->room = room;
	return 0;
}

int dial_table_add(struct dial_table *t, const struct dial_attempt *attempt, uint64_t *ret_token)
{
	uint32_t row;
	struct dial_row *r;

	if (t->free == DIAL_NO_ROW && grow(t))
		return -ENOMEM;
	row = t->free;
	r = &t->rows[row];
	t->free = r->newer;
	*r = (struct dial_row) {
		.attempt = *attempt,
		.generation = r->generation + 1,
		.used = true,
		.older = t->newest,
		.newer = DIAL_NO_ROW,
	};
	if (t->newest == DIAL_NO_ROW)
		t->oldest = row;
	else
		t->rows[t->newest].newer = row;
	t->newest = row;
	t->count++;
	*ret_token = dial_table_token(t, row);
	return 0;
}

const struct dial_attempt *dial_table_at(const struct dial_table *t, uint32_t row)
{
	return &t->rows[row].attempt;
}

uint64_t dial_table_token(const struct dial_table *t, uint32_t row)
{
	return (uint64_t)t->rows[row].generation << 32 | row;
}

bool dial_table_take(struct dial_table *t, uint64_t token, struct dial_attempt *ret_attempt)
{
	uint32_t row = (uint32_t)token;
	struct dial_row *r;

	if (row >= t->room || !t->rows[row].used || dial_table_token(t, row) != token)
		return false;
	r = &t->rows[row];
	if (ret_attempt)
		*ret_attempt = r->attempt;
	if (r->older == DIAL_NO_ROW)
		t->oldest = r->newer;
	else
		t->rows[r->older].newer = r->newer;
	if (r->newer == DIAL_NO_ROW)
		t->newest = r->older;
	else
		t->rows[r->newer].older = r->older;
	r->used = false;
	r->newer = t->free;
	t->free = row;
	t->count--;
	return true;
}
