// SPDX-License-Identifier: Apache-2.0
// Canaries of the engine: sent between probes of silent ports, they tell loss and queues.
#include <assert.h>
#include <math.h>

#include "scan/engine_inner.h"

#define PATIENCE (200 * NSEC_PER_MSEC)

static_assert(ENGINE_CANARY_FIRST + CANARY_PORTS <= PROBE_ROWS_FROM,
	      "canaries keep to the source ports between tries and rows");

/* Mostly a canary is known to be lost when others overtake it; this is for the case of none. */
static nsec_t canary_wait(const struct engine *e, const struct host *h)
{
	return 2 * engine_wait(e, h) + PATIENCE;
}

bool engine_canary_ready(struct host *h, nsec_t now)
{
	struct canary_port port;
	unsigned local;

	return canary_due(&h->canaries, &port, &local) &&
	       engine_limit_lets_canary(h, port.class, now);
}

bool engine_canary_send(struct engine *e, struct host *h, nsec_t now)
{
	struct probe_request request;
	struct canary_port port;
	unsigned local;

	if (!canary_due(&h->canaries, &port, &local) ||
	    !engine_limit_lets_canary(h, port.class, now))
		return false;
	request = (struct probe_request) {
		.kind = port.kind,
		.port = port.port,
		.local_port = (uint16_t)(e->config.local_port + ENGINE_CANARY_FIRST + local),
	};
	if (canary_sent(&h->canaries, probe_cookie(&e->config.key, &h->path.target, &request),
			e->uplinks[h->uplink].pace.sent, now))
		return false;
	if (h->allowance.kept && port.class == CANARY_LIMITED)
		allowance_take(&h->allowance, true);
	engine_put(e, &h->path, &request, (struct pending) {h->index, 0, h->pass, PENDING_CANARY});
	return true;
}

bool engine_canary_note(struct engine *e, struct host *h, const struct probe *p,
			const struct reply *r, nsec_t now)
{
	const struct probe_request request = {
		.kind = p->kind, .port = p->port, .local_port = p->local_port};
	/* a datagram's cookie is known to us alone: what it carries may have no room for it */
	uint32_t cookie = p->kind == PROBE_UDP
				  ? probe_cookie(&e->config.key, &h->path.target, &request)
				  : p->cookie;
	struct canary_flight *f = canary_of(&h->canaries, cookie);
	struct pace_answer answer = {
		.sent_at = p->time,
		.came_at = r->time,
		.lost_at = -1,
		.round_trip = h->public.rtt.smoothed,
		.queueing = r->time - p->time - ledger_host(e->config.ledger, p->host)->rtt_min,
	};

	if (!f)
		return false;
	answer.seq = f->seq;
	if (!canary_answered(&h->canaries, f))
		return true;
	if (f->class == CANARY_LIMITED)
		engine_limit_canary(h, p->time, now);
	engine_canary_expire(e, h, now); /* what this one overtook */
	pace_answer(&e->uplinks[h->uplink].pace, &answer, now);
	return true;
}

void engine_canary_expire(struct engine *e, struct host *h, nsec_t now)
{
	struct pace *pace = &e->uplinks[h->uplink].pace;
	nsec_t wait = canary_wait(e, h), sent;
	uint32_t lost;

	while (canary_overdue(&h->canaries, now, wait, &sent))
		pace_lost(pace, sent, now);
	engine_look_for_limit(h);
	canary_fault(&h->canaries, pace->fault_from, pace->fault_until);
	plan_fault(&h->plan, pace->fault_from, pace->fault_until);
	lost = h->canaries.lost;
	if (h->allowance
		    .kept) /* few canaries are sent then, so there may be more loss than was seen */
		lost += (uint32_t)ceil(sqrt(lost));
	plan_path(&h->plan, h->canaries.answered, lost, h->canaries.ours);
}

nsec_t engine_canary_due(const struct engine *e, const struct host *h)
{
	return canary_next_overdue(&h->canaries, canary_wait(e, h));
}

void engine_canary_learn(struct engine *e, struct host *h, const struct probe *p,
			 const struct reply *r)
{
	bool asks_ports = e->pass_count && p->kind == e->passes[h->pass].kind;

	if (p->kind == PROBE_ECHO && r->kind == REPLY_ECHO)
		canary_learn(&h->canaries, PROBE_ECHO, 0, CANARY_PING);
	else if (p->kind == PROBE_SYN && asks_ports && r->kind == REPLY_SYN_ACK)
		canary_learn(&h->canaries, PROBE_SYN, p->port, CANARY_OPEN);
	else if (p->kind == PROBE_SYN && asks_ports && r->kind == REPLY_RST && !h->limit.found)
		canary_learn(&h->canaries, PROBE_SYN, p->port, CANARY_LIMITED);
	else if (p->kind != PROBE_SYN && asks_ports && r->kind != REPLY_UDP && !h->limit.found)
		canary_learn(&h->canaries, p->kind, p->port, CANARY_LIMITED);
}
