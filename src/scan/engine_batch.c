// SPDX-License-Identifier: Apache-2.0
// Frames on their way out of the engine, and what is undone when one cannot leave.
//
// Theory of operation. Frames of one step fill batches. Whoever drives the engine sends each at
// once, or hands it to a thread that sends while the next ones are filled; what became of those
// is asked when a step begins, before anything else changes. What could not leave is taken back
// newest first, as it was put. Nothing stays open for longer than LATE once a step comes: so what
// is taken back is always younger than anything that is given up waiting for.
#include <assert.h>
#include <errno.h>

#include "scan/engine_inner.h"

#define POSTPONE_PAUSE NSEC_PER_MSEC       /* after send had no room */
#define LATE           (2 * NSEC_PER_MSEC) /* a batch on its way for longer is waited for */

/* The open batches count from 0; behind them is the one being filled. */
static struct batch *batch_at(struct engine *e, unsigned i)
{
	return &e->batches[(e->first_open + i) % ENGINE_BATCHES];
}

void engine_put(struct engine *e, const struct probe_path *path,
		const struct probe_request *request, struct pending pending)
{
	struct probe_request r = *request;
	struct batch *b = batch_at(e, e->open);
	uint8_t *bytes = b->bytes + b->bytes_used;

	probe_number(&e->config.key, &path->target, &r);
	b->pending[b->count] = pending;
	b->sends[b->count] = (struct engine_send) {
		.path = path,
		.kind = request->kind,
		.bytes = bytes,
		.len = probe_build(path, &r, bytes),
	};
	b->bytes_used += b->sends[b->count++].len;
	b->put = e->stepped;
	rate_window_put(&e->window);
	e->step_put++;
}

/*
 * A frame did not leave: undo its bookkeeping. Called newest first. A host may have finished since
 * it was put (all else was answered): it keeps no books any more, and is not to be told of twice.
 */
static void take_back(struct engine *e, const struct pending *p, int code, nsec_t now)
{
	struct host *h = p->host == EVENT_NONE ? NULL : engine_host_at(e, p->host);

	if (p->host == EVENT_NONE) {
		neighbour_not_asked(&e->neighbours, p->row, now + POSTPONE_PAUSE);
		return;
	}
	if (!h || h->public.phase == ENGINE_DONE)
		return;
	if (p->what == PENDING_PING)
		h->ping_next--;
	else if (p->what == PENDING_CANARY)
		canary_unsent(&h->canaries);
	else if (h->plan.count && h->pass == p->pass)
		plan_unsent(&h->plan);
	if (code != -EAGAIN) {
		h->public.error = code;
		engine_finish(e, h, ENGINE_SEND_FAILED);
	}
	engine_touch(e, h);
}

/* What became of a batch; all newer ones were looked at before. */
static void look_back(struct engine *e, struct batch *b, nsec_t now)
{
	for (size_t i = b->count; i-- > 0;) {
		const struct engine_send *s = &b->sends[i];

		if (!s->result) {
			rate_window_left(&e->window);
			e->stats.sent++;
			e->stats.bytes += s->len;
			continue;
		}
		if (s->result == -EAGAIN) {
			e->stats.postponed++;
			e->postponed_until = now + POSTPONE_PAUSE;
		}
		rate_window_stayed(&e->window);
		take_back(e, &b->pending[i], s->result, now);
	}
	b->count = b->bytes_used = 0;
}

/* The silence of these ports began when they left, not when they were put. */
static void left_late(struct engine *e, const struct batch *b, nsec_t now)
{
	for (size_t i = 0; i < b->count; i++) {
		const struct pending *p = &b->pending[i];

		if (p->what == PENDING_PORT && p->host != EVENT_NONE)
			*engine_probed_at(e, p->host) = now;
	}
}

/* Asks for the results of an open batch. False when they are not known yet. */
static bool ask(struct engine *e, struct batch *b, nsec_t now, bool wait)
{
	if (!e->config.settle(e->config.user, b->sends, b->count, wait))
		return false;
	if (now - b->put > LATE)
		left_late(e, b, now);
	return true;
}

static bool all_left(const struct batch *b)
{
	size_t i = 0;

	while (i < b->count && !b->sends[i].result)
		i++;
	return i == b->count;
}

/* Something of the oldest batch, which was asked, did not leave: what is newer goes back first. */
static void settle_backwards(struct engine *e, nsec_t now)
{
	for (unsigned i = 1; i < e->open; i++)
		ask(e, batch_at(e, i), now, true);
	while (e->open)
		look_back(e, batch_at(e, --e->open), now);
}

void engine_settle(struct engine *e, nsec_t now, bool wait)
{
	while (e->open) {
		struct batch *b = batch_at(e, 0);
		bool full = e->open > ENGINE_OPEN_MAX - ENGINE_STEP_MAX / ENGINE_BATCH;

		if (!ask(e, b, now, wait || full || now - b->put > LATE))
			return;
		if (!all_left(b)) {
			settle_backwards(e, now);
			return;
		}
		look_back(e, b, now);
		e->first_open = (e->first_open + 1) % ENGINE_BATCHES;
		e->open--;
	}
}

bool engine_unsettled(const struct engine *e, const struct host *h)
{
	return e->open && h->left >= e->batches[e->first_open].put;
}

void engine_flush(struct engine *e, nsec_t now)
{
	struct batch *b = batch_at(e, e->open);

	if (!b->count)
		return;
	if (!e->config.send(e->config.user, b->sends, b->count)) {
		assert(e->open < ENGINE_OPEN_MAX);
		e->open++;
		return;
	}
	assert(!e->open);
	look_back(e, b, now);
}

bool engine_may_send(struct engine *e, struct uplink *u, nsec_t now)
{
	u->starved = true;
	if (e->step_put >= ENGINE_STEP_MAX)
		return false;
	if (batch_at(e, e->open)->count == ENGINE_BATCH)
		engine_flush(e, now);
	if (e->postponed_until > now || !rate_window_is_open(&e->window) ||
	    !pace_take(&u->pace, now))
		return false;
	u->starved = false;
	return true;
}
