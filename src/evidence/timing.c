// SPDX-License-Identifier: Apache-2.0
// Which tries at a port only measure the path: see the header.
#include "evidence/timing.h"

static bool had_answer(const struct timing_walk *w, const struct probe *p)
{
	for (unsigned i = 0; i < w->count; i++) {
		if (w->answers[i].local_port != p->local_port)
			return w->answers[i].time < p->time;
	}
	return false;
}

static void set(struct timing_walk *w, unsigned at, nsec_t time, uint16_t local_port)
{
	w->answers[at].time = time;
	w->answers[at].local_port = local_port;
	if (w->count <= at)
		w->count = at + 1;
}

static void learn(struct timing_walk *w, nsec_t time, uint16_t local_port)
{
	if (!w->count) {
		set(w, 0, time, local_port);
	} else if (w->answers[0].local_port == local_port) {
		if (time < w->answers[0].time)
			w->answers[0].time = time;
	} else if (time < w->answers[0].time) {
		set(w, 1, w->answers[0].time, w->answers[0].local_port);
		set(w, 0, time, local_port);
	} else if (w->count == 1 || time < w->answers[1].time) {
		set(w, 1, time, local_port);
	}
}

bool timing_next(struct timing_walk *w, const struct ledger *l, const struct probe *p)
{
	bool timing = had_answer(w, p);

	if (p->first_reply != EVENT_NONE)
		learn(w, ledger_reply(l, p->first_reply)->time, p->local_port);
	return timing;
}

bool timing_is(const struct ledger *l, uint32_t probe)
{
	const struct probe *p = ledger_probe(l, probe);
	struct timing_walk walk = {0};
	bool timing = false;
	uint32_t i;

	if (p->try_number == 1)
		return false;
	i = ledger_find_probe(l, p->host, p->kind, p->port);
	for (; i != EVENT_NONE; i = ledger_probe(l, i)->next_try) {
		timing = timing_next(&walk, l, ledger_probe(l, i));
		if (i == probe)
			break;
	}
	return timing;
}
