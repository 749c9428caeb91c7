// SPDX-License-Identifier: Apache-2.0
// The exchange with one port: every frame that the ledger keeps of it, and what each one was.
#include "evidence/exchange.h"

#include <stdlib.h>

static void add(struct exchange *e, struct exchange_frame frame)
{
	for (size_t i = 0; i < e->count; i++) {
		if (e->frames[i].frame == frame.frame)
			return;
	}
	if (e->count == EXCHANGE_MAX)
		e->left_out++;
	else
		e->frames[e->count++] = frame;
}

static void add_reply(const struct ledger *l, uint32_t index, struct exchange *e)
{
	const struct reply *r = ledger_reply(l, index);

	add(e, (struct exchange_frame) {r->frame, r->time, NOTE_REPLY, r->probe, index, 0});
}

/* The frames that came of one probe. */
static void add_answers(const struct ledger *l, const struct probe *p, struct exchange *e)
{
	uint32_t i = p->first_reply;

	for (; i != EVENT_NONE; i = ledger_reply(l, i)->next)
		add_reply(l, i, e);
	for (i = p->last_aside; i != EVENT_NONE; i = ledger_aside(l, i)->previous) {
		const struct aside *a = ledger_aside(l, i);

		add(e,
		    (struct exchange_frame) {a->frame, a->time, a->kind, a->probe, EVENT_NONE, 0});
	}
}

static int by_frame(const void *a, const void *b)
{
	const struct exchange_frame *s = a, *t = b;

	return (s->frame > t->frame) - (s->frame < t->frame);
}

void exchange_gather(const struct ledger *l, const struct exchange_port *port, uint32_t decisive,
		     struct exchange *ret_exchange)
{
	uint32_t first = ledger_find_probe(l, port->host, port->kind, port->port);
	struct exchange *e = ret_exchange;
	unsigned tries = 0;
	uint32_t i;

	e->count = 0;
	e->left_out = 0;
	if (decisive != EVENT_NONE)
		add_reply(l, decisive, e);
	for (i = first; i != EVENT_NONE; i = ledger_probe(l, i)->next_try) {
		const struct probe *p = ledger_probe(l, i);
		unsigned number = ledger_is_ping(l, p) ? 0 : ++tries;

		add(e,
		    (struct exchange_frame) {p->frame, p->time, NOTE_PROBE, i, EVENT_NONE, number});
	}
	for (i = first; i != EVENT_NONE; i = ledger_probe(l, i)->next_try)
		add_answers(l, ledger_probe(l, i), e);
	qsort(e->frames, e->count, sizeof(e->frames[0]), by_frame);
}
