// SPDX-License-Identifier: Apache-2.0
// One host of the engine: what it sends next, and when it is finished.
#include <errno.h>
#include <string.h>

#include "scan/engine_inner.h"

#define PING_TIMEOUT (1000 * NSEC_PER_MSEC) /* RFC 6298 s. 2.1: nothing is known of the path */

void engine_finish(struct host *h, enum engine_outcome outcome)
{
	h->public.phase = ENGINE_DONE;
	h->public.outcome = outcome;
}

void engine_start_scan(struct engine *e, struct host *h)
{
	h->public.phase = ENGINE_SCAN;
	if (!e->config.port_count) {
		engine_finish(h, ENGINE_SCANNED);
		return;
	}
	if (plan_init(&h->plan, e->ports, e->config.port_count, e->config.max_retries)) {
		h->public.error = -ENOMEM;
		engine_finish(h, ENGINE_SEND_FAILED);
		return;
	}
	e->stats.ports_total += e->config.port_count;
}

void engine_path_ready(struct engine *e, struct host *h)
{
	if (h->on_link || h->skip_ping || h->path.by_kernel) {
		engine_start_scan(e, h);
		return;
	}
	h->public.phase = ENGINE_PING;
	h->ping_round = 1;
}

nsec_t engine_step_neighbours(struct engine *e, nsec_t now)
{
	nsec_t due = NSEC_NEVER;
	int64_t row;

	while ((row = neighbour_due(&e->neighbours, now, &due)) >= 0) {
		const struct probe_path *path = &e->neighbours.rows[row].path;
		struct probe_request request = {
			.kind = path->target.family == 4 ? PROBE_ARP : PROBE_ND,
		};

		if (!engine_may_send(e, now))
			return NSEC_NEVER; /* the pace says when */
		engine_put(e, path, &request, (struct pending) {EVENT_NONE, (uint32_t)row, false});
		neighbour_asked(&e->neighbours, (uint32_t)row, now);
	}
	return due;
}

/* Moves a host on when its next hop is settled. */
static void step_resolve(struct engine *e, struct host *h)
{
	const struct neighbour *n = &e->neighbours.rows[h->next_hop];

	if (n->state == NEIGHBOUR_WANTED)
		return;
	if (n->state == NEIGHBOUR_SILENT) {
		engine_finish(h, h->on_link ? ENGINE_DOWN : ENGINE_NO_NEXT_HOP);
		return;
	}
	memcpy(h->path.next_mac, n->path.next_mac, MAC_LEN);
	engine_path_ready(e, h);
}

/* Sends the next discovery probe, or ends a round that stayed silent. True when one was sent. */
static bool step_ping(struct engine *e, uint32_t index, nsec_t now)
{
	struct host *h = e->hosts[index];
	const struct host_ping *pings;
	unsigned count = host_pings(h->path.target.family, &pings);
	struct probe_request request;

	if (h->ping_next == count) {
		if (h->ping_sent + PING_TIMEOUT > now)
			return false;
		if (h->ping_round == HOST_PING_TRIES) {
			engine_finish(h, ENGINE_DOWN);
			return false;
		}
		h->ping_round++;
		h->ping_next = 0;
	}
	if (!engine_may_send(e, now))
		return false;
	request = (struct probe_request) {
		.kind = pings[h->ping_next].kind,
		.port = pings[h->ping_next].port,
		.local_port = e->config.local_port,
	};
	engine_put(e, &h->path, &request, (struct pending) {index, 0, true});
	h->ping_next++;
	h->ping_sent = now;
	return true;
}

/*
 * When every silence has lasted as long as a verdict asks. A slow answer late in the scan makes
 * that longer, also for ports whose own wait was over by then.
 */
static nsec_t scan_settled(const struct engine *e, const struct host *h)
{
	if (h->plan.done == h->plan.count)
		return 0;
	return h->probed + host_timeout(h, e->config.ledger);
}

/* Sends the host's next port probe. True when one was sent. */
static bool step_scan(struct engine *e, uint32_t index, nsec_t now)
{
	struct host *h = e->hosts[index];
	struct probe_request request = {.kind = PROBE_SYN};
	unsigned try_number;
	uint32_t at;

	if (!plan_next(&h->plan, &at, &try_number) && plan_finished(&h->plan)) {
		if (scan_settled(e, h) <= now)
			engine_finish(h, ENGINE_SCANNED);
		return false;
	}
	/* asking whether it is finished may have called ports back for another try */
	if (!plan_next(&h->plan, &at, &try_number))
		return false;
	if (limit_next(&h->limit, now) > now || !engine_may_send(e, now) || !limit_take(&h->limit, now))
		return false;
	request.port = e->ports[at];
	request.local_port = (uint16_t)(e->config.local_port + try_number);
	engine_put(e, &h->path, &request, (struct pending) {index, 0, false});
	plan_sent(&h->plan, at, now);
	h->probed = now;
	return true;
}

bool engine_step_host(struct engine *e, uint32_t index, nsec_t now)
{
	struct host *h = e->hosts[index];

	if (h->public.phase == ENGINE_RESOLVE)
		step_resolve(e, h);
	switch (h->public.phase) {
	case ENGINE_PING:
		return step_ping(e, index, now);
	case ENGINE_SCAN:
		return step_scan(e, index, now);
	case ENGINE_RESOLVE:
	case ENGINE_DONE:
		break;
	}
	return false;
}

nsec_t engine_host_due(const struct engine *e, const struct host *h, nsec_t now)
{
	const struct host_ping *pings;
	nsec_t due;

	switch (h->public.phase) {
	case ENGINE_PING:
		if (h->ping_next == host_pings(h->path.target.family, &pings))
			return h->ping_sent + PING_TIMEOUT;
		break;
	case ENGINE_SCAN:
		due = plan_next_expiry(&h->plan, host_timeout(h, e->config.ledger));
		if (plan_nothing_left(&h->plan))
			due = scan_settled(e, h);
		if (limit_next(&h->limit, now) > now && limit_next(&h->limit, now) < due)
			due = limit_next(&h->limit, now);
		return due;
	case ENGINE_RESOLVE:
	case ENGINE_DONE:
		break;
	}
	return NSEC_NEVER;
}
