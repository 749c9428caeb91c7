// SPDX-License-Identifier: Apache-2.0
// The exchange with one port: every frame that the ledger keeps of it, and what each one was.
#include "evidence/exchange.h"

#include <stdlib.h>
#include <string.h>

#include "evidence/timing.h"

static bool is_kept(const struct exchange *e, uint64_t frame)
{
	for (size_t i = 0; i < e->count; i++) {
		if (e->frames[i].frame == frame)
			return true;
	}
	return false;
}

static void add(struct exchange *e, struct exchange_frame frame)
{
	if (is_kept(e, frame.frame))
		return;
	if (e->count == EXCHANGE_MAX)
		e->left_out++;
	else
		e->frames[e->count++] = frame;
}

static void add_reply(const struct ledger *l, uint32_t index, struct exchange *e)
{
	const struct reply *r = ledger_reply(l, index);

	add(e, (struct exchange_frame) {r->frame, r->time, NOTE_REPLY, r->probe, index, 0, false});
}

/* The frames that came of one probe. */
static void add_answers(const struct ledger *l, const struct probe *p, struct exchange *e)
{
	uint32_t i = p->first_reply;

	for (; i != EVENT_NONE; i = ledger_reply(l, i)->next)
		add_reply(l, i, e);
	for (i = p->last_aside; i != EVENT_NONE; i = ledger_aside(l, i)->previous) {
		const struct aside *a = ledger_aside(l, i);

		add(e, (struct exchange_frame) {a->frame, a->time, a->kind, a->probe, EVENT_NONE, 0,
						false});
	}
}

static int by_frame(const void *a, const void *b)
{
	const struct exchange_frame *s = a, *t = b;

	return (s->frame > t->frame) - (s->frame < t->frame);
}

/* The tries; of those for timing the first ones. */
static void add_tries(const struct ledger *l, uint32_t first, struct exchange *e)
{
	struct timing_walk walk = {0};
	unsigned tries = 0, shown = 0;

	for (uint32_t i = first; i != EVENT_NONE; i = ledger_probe(l, i)->next_try) {
		const struct probe *p = ledger_probe(l, i);
		bool ping = ledger_is_ping(l, p), timing = !ping && timing_next(&walk, l, p);

		if (timing && shown++ >= EXCHANGE_TIMING) {
			e->timing_left_out++;
			e->timing_ports[p->local_port / 8] |= (uint8_t)(1u << p->local_port % 8);
			continue;
		}
		add(e, (struct exchange_frame) {.frame = p->frame,
						.time = p->time,
						.kind = NOTE_PROBE,
						.probe = i,
						.reply = EVENT_NONE,
						.number = ping || timing ? 0 : ++tries,
						.timing = timing});
	}
}

void exchange_gather(const struct ledger *l, const struct exchange_port *port, uint32_t decisive,
		     struct exchange *ret_exchange)
{
	uint32_t first = ledger_find_probe(l, port->host, port->kind, port->port);
	struct exchange *e = ret_exchange;

	memset(e, 0, sizeof(*e));
	if (decisive != EVENT_NONE)
		add_reply(l, decisive, e);
	add_tries(l, first, e);
	for (uint32_t i = first; i != EVENT_NONE; i = ledger_probe(l, i)->next_try) {
		const struct probe *p = ledger_probe(l, i);

		if (!exchange_left_out(e, p->local_port) || is_kept(e, p->frame))
			add_answers(l, p, e);
	}
	qsort(e->frames, e->count, sizeof(e->frames[0]), by_frame);
}

bool exchange_left_out(const struct exchange *e, uint16_t local_port)
{
	return e->timing_ports[local_port / 8] >> local_port % 8 & 1;
}
