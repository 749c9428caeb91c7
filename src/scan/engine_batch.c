// SPDX-License-Identifier: Apache-2.0
// Frames on their way out of the engine, and what is undone when one cannot leave.
#include <errno.h>

#include "scan/engine_inner.h"

#define POSTPONE_PAUSE NSEC_PER_MSEC /* after send had no room */

void engine_put(struct engine *e, const struct probe_path *path,
		const struct probe_request *request, struct pending pending)
{
	struct probe_request r = *request;
	struct engine_send *s = &e->sends[e->batch];

	r.cookie = probe_cookie(&e->config.key, &path->target, request);
	r.ip_id = (uint16_t)rng_next(&e->rng);
	*s = (struct engine_send) {
		.path = path,
		.bytes = e->bytes[e->batch],
		.len = probe_build(path, &r, e->bytes[e->batch]),
	};
	e->pending[e->batch++] = pending;
	e->step_put++;
}

/* A frame did not leave: undo its bookkeeping. Called newest first. */
static void take_back(struct engine *e, const struct pending *p, int code, nsec_t now)
{
	struct host *h = p->host == EVENT_NONE ? NULL : e->hosts[p->host];

	if (!h) {
		neighbour_not_asked(&e->neighbours, p->row, now + POSTPONE_PAUSE);
		return;
	}
	if (p->what == PENDING_PING)
		h->ping_next--;
	else if (p->what == PENDING_CANARY)
		canary_unsent(&h->canaries);
	else if (h->plan.count)
		plan_unsent(&h->plan);
	if (code != -EAGAIN && h->public.phase != ENGINE_DONE) {
		h->public.error = code;
		engine_finish(e, h, ENGINE_SEND_FAILED);
	}
	engine_touch(e, h);
}

void engine_flush(struct engine *e, nsec_t now)
{
	if (!e->batch)
		return;
	e->config.send(e->config.user, e->sends, e->batch);
	for (size_t i = e->batch; i-- > 0;) {
		const struct engine_send *s = &e->sends[i];

		if (!s->result) {
			e->stats.sent++;
			e->stats.bytes += s->len;
			continue;
		}
		if (s->result == -EAGAIN) {
			e->stats.postponed++;
			e->postponed_until = now + POSTPONE_PAUSE;
		}
		take_back(e, &e->pending[i], s->result, now);
	}
	e->batch = 0;
}

bool engine_may_send(struct engine *e, struct uplink *u, nsec_t now)
{
	if (e->batch == ENGINE_BATCH)
		engine_flush(e, now);
	u->starved = true;
	if (e->step_put >= ENGINE_STEP_MAX || e->postponed_until > now ||
	    (e->uplink_count > 1 && e->total.next > now) || !pace_take(&u->pace, now))
		return false;
	bucket_take(&e->total, now);
	u->starved = false;
	return true;
}
