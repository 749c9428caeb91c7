// SPDX-License-Identifier: Apache-2.0
// One host of the engine: what it sends next, and when it is finished.
#include <errno.h>
#include <string.h>

#include "scan/engine_inner.h"

/*
 * Ports of hosts under way at most: each costs the plan 2 bytes and the ledger 80 and more. But
 * however many ports there are, so many hosts are scanned at once.
 */
#define PENDING_PORTS_MAX 262144
#define SCANNING_MIN      4

void engine_finish(struct engine *e, struct host *h, enum engine_outcome outcome)
{
	if (h->public.phase == ENGINE_DONE)
		return;
	if (h->plan.count) {
		e->pending_ports -= h->plan.count;
		e->scanning_count--;
	}
	h->public.loss = plan_loss(&h->plan);
	if (h->public.limit.kept)
		h->public.limit.rate = h->allowance.rate;
	if (outcome != ENGINE_TIMED_OUT) /* of that one it tells what was not finished */
		plan_done(&h->plan);
	canaries_done(&h->canaries);
	h->public.phase = ENGINE_DONE;
	h->public.outcome = outcome;
	engine_touch(e, h);
}

/* The discovery probes of one round for this host: number and rows. */
static uint32_t pings_of(const struct engine *e, const struct host *h,
			 const struct host_ping **ret_pings)
{
	unsigned at = h->path.target.family == 6;

	*ret_pings = e->pings[at];
	return e->ping_counts[at];
}

/* How many ports the present pass of a host has. */
static uint32_t pass_ports(const struct engine *e, const struct host *h)
{
	return e->passes[h->pass].count;
}

/* Begins the host's present pass over its ports. */
static void begin_ports(struct engine *e, struct host *h)
{
	const struct pass *pass = &e->passes[h->pass];

	if (plan_init(&h->plan, pass->ports, pass->count, e->config.timing.max_retries)) {
		h->public.error = -ENOMEM;
		engine_finish(e, h, ENGINE_SEND_FAILED);
		return;
	}
	engine_limit_begin_pass(e, h);
	e->pending_ports += h->plan.count;
	e->scanning_count++;
}

/* True when the ports of one more host may be begun with. */
static bool ports_fit(const struct engine *e, const struct host *h)
{
	return e->scanning_count < SCANNING_MIN ||
	       e->pending_ports + pass_ports(e, h) <= PENDING_PORTS_MAX;
}

void engine_start_scan(struct engine *e, struct host *h, nsec_t now)
{
	(void)now;
	h->public.phase = ENGINE_SCAN;
	h->pass = 0;
	if (e->config.on_up)
		e->config.on_up(e->config.user, h->index);
	if (!e->pass_count) {
		engine_finish(e, h, ENGINE_SCANNED);
		return;
	}
	for (unsigned i = 0; i < e->pass_count; i++)
		e->stats.ports_total += e->passes[i].count;
	host_queue_leave(&h->link);
	if (ports_fit(e, h) && !e->waiting.count) {
		begin_ports(e, h);
		engine_touch(e, h);
	} else {
		host_queue_push(&e->waiting, &h->link);
	}
}

/* The present pass is through: on to the next one, which learns of limiters anew. */
static void end_pass(struct engine *e, struct host *h)
{
	if (h->pass + 1u >= e->pass_count) {
		engine_finish(e, h, ENGINE_SCANNED);
		return;
	}
	e->pending_ports -= h->plan.count;
	e->scanning_count--;
	plan_done(&h->plan);
	h->pass++;
	begin_ports(e, h);
}

void engine_begin_waiting(struct engine *e)
{
	struct host *h;

	while (e->waiting.count && ports_fit(e, host_queued(e->waiting.first))) {
		h = host_queued(host_queue_pop(&e->waiting));
		h->begun = 0; /* while it waited for others its own time stood still */
		begin_ports(e, h);
		engine_touch(e, h);
	}
}

void engine_path_ready(struct engine *e, struct host *h, nsec_t now)
{
	if (h->on_link || h->skip_ping || h->path.by_kernel) {
		engine_start_scan(e, h, now);
		return;
	}
	h->public.phase = ENGINE_PING;
	h->ping_round = 1;
	engine_touch(e, h);
}

void engine_step_neighbours(struct engine *e, nsec_t now)
{
	struct neighbour_table *t = &e->neighbours;
	uint32_t row;

	while ((row = neighbour_due(t, now)) != NEIGHBOUR_NONE) {
		const struct neighbour *n = &t->rows[row];
		struct probe_request request = {
			.kind = n->path.target.family == 4 ? PROBE_ARP : PROBE_ND,
		};

		if (n->tries == NEIGHBOUR_TRIES) {
			neighbour_silent(t, row);
			engine_resolved(e, row, now);
			continue;
		}
		if (!engine_may_send(e, &e->uplinks[n->uplink], now))
			return;
		engine_put(e, &n->path, &request,
			   (struct pending) {EVENT_NONE, row, 0, PENDING_PING});
		neighbour_asked(t, row, now);
	}
}

void engine_wait_for_row(struct engine *e, struct host *h)
{
	struct neighbour *n = &e->neighbours.rows[h->next_hop];

	h->next_at_hop = NEIGHBOUR_NONE;
	if (n->last_waiting == NEIGHBOUR_NONE)
		n->first_waiting = h->index;
	else
		e->hosts[n->last_waiting]->next_at_hop = h->index;
	n->last_waiting = h->index;
	n->uplink = h->uplink;
}

/*
 * Before the silence of a neighbour's ports is believed: is it still at that MAC? The frames of
 * one that has a new network card went nowhere. True while that is being asked.
 */
static bool check_neighbour(struct engine *e, struct host *h, nsec_t now)
{
	if (!h->on_link || h->checked || h->next_hop == EVENT_NONE || h->plan.done == h->plan.count)
		return false;
	h->checked = true;
	h->public.phase = ENGINE_RESOLVE;
	neighbour_ask_again(&e->neighbours, h->next_hop, now);
	engine_wait_for_row(e, h);
	return true;
}

/* The neighbour answered, or has gone: its ports are asked again if it has another MAC. */
static void check_ended(struct engine *e, struct host *h, const struct neighbour *n)
{
	h->public.phase = ENGINE_SCAN;
	if (n->state == NEIGHBOUR_KNOWN && memcmp(h->path.next_mac, n->path.next_mac, MAC_LEN)) {
		memcpy(h->path.next_mac, n->path.next_mac, MAC_LEN);
		h->checked = false; /* once more when it is done: it may move again */
		plan_silence_void(&h->plan);
	}
	engine_touch(e, h);
}

void engine_resolved(struct engine *e, uint32_t row, nsec_t now)
{
	struct neighbour *n = &e->neighbours.rows[row];
	uint32_t next = n->first_waiting;

	n->first_waiting = n->last_waiting = NEIGHBOUR_NONE;
	while (next != NEIGHBOUR_NONE) {
		struct host *h = e->hosts[next];

		next = h->next_at_hop;
		if (h->checked) {
			check_ended(e, h, n);
			continue;
		}
		if (n->state == NEIGHBOUR_SILENT) {
			engine_finish(e, h, h->on_link ? ENGINE_DOWN : ENGINE_NO_NEXT_HOP);
			continue;
		}
		memcpy(h->path.next_mac, n->path.next_mac, MAC_LEN);
		engine_path_ready(e, h, now);
	}
}

/* How long a round of discovery probes is waited for: in the last one for slow paths, too. */
static nsec_t ping_wait(const struct engine *e, const struct host *h)
{
	nsec_t wait = e->config.timing.rtt_initial;

	return h->ping_round == HOST_PING_TRIES ? wait + wait / 2 : engine_wait(e, h);
}

void engine_wait_less(struct engine *e, uint32_t uplink, nsec_t now)
{
	if (e->active_count > e->config.max_hosts)
		return; /* most are folded, and it is the pace that all wait for */
	for (uint32_t i = 0; i < e->host_count; i++) {
		const struct host *h = engine_peek(e, i);

		if (h && h->uplink == uplink && h->public.phase == ENGINE_PING &&
		    agenda_when(&e->agenda, i) != NSEC_NEVER)
			agenda_set(&e->agenda, i, now); /* looked at, it says when to look again */
	}
}

/* When the user lets the host be probed again. */
static nsec_t next_turn(const struct engine *e, const struct host *h)
{
	return h->left ? h->left + e->config.timing.scan_delay : 0;
}

/* Whether the next discovery probe can go; ends a round that stayed silent. */
static bool ping_ready(struct engine *e, struct host *h, nsec_t now)
{
	const struct host_ping *pings;

	if (next_turn(e, h) > now)
		return false;
	if (h->ping_next < pings_of(e, h, &pings))
		return true;
	if (h->ping_sent + ping_wait(e, h) > now)
		return false;
	if (h->ping_round == HOST_PING_TRIES) {
		engine_finish(e, h, ENGINE_DOWN);
		return false;
	}
	h->ping_round++;
	h->ping_next = 0;
	return pings_of(e, h, &pings) != 0;
}

static bool send_ping(struct engine *e, struct host *h, nsec_t now)
{
	const struct host_ping *pings;
	struct probe_request request;

	pings_of(e, h, &pings);
	request = (struct probe_request) {
		.kind = pings[h->ping_next].kind,
		.port = pings[h->ping_next].port,
		.local_port = (uint16_t)(e->config.local_port +
					 (pings[h->ping_next].apart ? PROBE_APART : 0)),
	};
	engine_put(e, &h->path, &request, (struct pending) {h->index, 0, h->pass, PENDING_PING});
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
	return h->probed + host_silence(h, e->config.ledger, &e->config.timing);
}

/* True when as many probes are under way as the user allows. */
static bool parallel_enough(const struct engine *e, const struct host *h)
{
	unsigned most = e->config.timing.max_parallelism;

	if (!most)
		return false;
	if (e->scanning_count > 1)
		most = most > e->scanning_count ? most / e->scanning_count : 1;
	return h->plan.flight_count >= most;
}

/* Nothing is left to ask at present: is the pass over, or is there more to find out? */
static bool pass_goes_on(struct engine *e, struct host *h, nsec_t now)
{
	if (h->limit.found && !h->public.limit.kept && !h->wary && h->plan.done < h->plan.count) {
		engine_limit_keep(e, h, now);
		plan_finished(&h->plan); /* calls the silent ones back */
		return true;
	}
	if ((h->wary && canary_in_doubt(&h->canaries)) || scan_settled(e, h) > now ||
	    check_neighbour(e, h, now))
		return false;
	end_pass(e, h);
	return h->public.phase == ENGINE_SCAN;
}

/* Whether a port can be probed now; ends the present pass when nothing is left to ask. */
static bool scan_ready(struct engine *e, struct host *h, nsec_t now)
{
	const struct uplink *u = &e->uplinks[h->uplink];
	bool more, canary;
	unsigned try_number;
	uint32_t at;

	h->canaries.trains = !u->pace.started;
	h->canaries.narrow = u->pace.capacity > 0;
	if (u->others.hosts >= RTT_OTHERS_ENOUGH && u->lost)
		h->plan.others_loss = (double)u->lost / (u->told + u->lost);
	engine_canary_expire(e, h, now);
	if (!engine_limit_look(e, h, now))
		return false;
	canary = h->canaries.checks && engine_canary_ready(h, now);
	if (!canary && !plan_next(&h->plan, &at, &try_number) && plan_finished(&h->plan) &&
	    !pass_goes_on(e, h, now))
		return false;
	if (next_turn(e, h) > now || parallel_enough(e, h))
		return false;
	/* asking whether it is finished may have called ports back for another try */
	more = plan_next(&h->plan, &at, &try_number);
	if (!more && !h->limit.found && !h->wary)
		canary_check(&h->canaries);
	return (more && engine_limit_lets_port(h, now)) ||
	       (h->canaries.checks && engine_canary_ready(h, now));
}

static bool send_scan(struct engine *e, struct host *h, nsec_t now)
{
	const struct pass *pass = &e->passes[h->pass];
	struct probe_request request = {.kind = pass->kind};
	unsigned try_number;
	uint32_t at;

	if (engine_canary_send(e, h, now))
		return true;
	if (!plan_next(&h->plan, &at, &try_number) || !engine_limit_take(h, now))
		return false;
	request.port = pass->ports[at];
	request.local_port = probe_local_port(
		e->config.local_port, &(struct host_ping) {pass->kind, request.port}, try_number);
	request.payload = (uint8_t)(try_number - 1);
	engine_put(e, &h->path, &request, (struct pending) {h->index, 0, h->pass, PENDING_PORT});
	plan_sent(&h->plan, at, now);
	canary_quiet(&h->canaries);
	h->probed = now;
	return true;
}

/* When the host is given up; NSEC_NEVER when it never is. */
static nsec_t given_up_at(const struct engine *e, const struct host *h)
{
	nsec_t timeout = e->config.timing.host_timeout;

	return timeout && h->begun ? h->begun + timeout : NSEC_NEVER;
}

bool engine_host_ready(struct engine *e, struct host *h, nsec_t now)
{
	if (h->public.phase != ENGINE_DONE && given_up_at(e, h) <= now)
		engine_finish(e, h, ENGINE_TIMED_OUT);
	switch (h->public.phase) {
	case ENGINE_PING:
		return ping_ready(e, h, now);
	case ENGINE_SCAN:
		return scan_ready(e, h, now);
	case ENGINE_DONE:
		host_queue_push(&e->finished, &h->link);
		break;
	case ENGINE_RESOLVE:
		break;
	}
	return false;
}

bool engine_host_send(struct engine *e, struct host *h, nsec_t now)
{
	if (!h->begun)
		h->begun = now;
	h->left = now;
	return h->public.phase == ENGINE_PING ? send_ping(e, h, now) : send_scan(e, h, now);
}

/* The same without the host's own time limit. */
static nsec_t phase_due(const struct engine *e, const struct host *h, nsec_t now)
{
	nsec_t due, turn = next_turn(e, h);

	switch (h->public.phase) {
	case ENGINE_PING:
		due = h->ping_sent + ping_wait(e, h);
		return due > turn ? due : turn;
	case ENGINE_SCAN:
		due = plan_next_expiry(&h->plan, engine_wait(e, h));
		if (plan_nothing_left(&h->plan) && !(h->wary && canary_in_doubt(&h->canaries)))
			due = scan_settled(e, h);
		if (engine_limit_next(h, now) > now && engine_limit_next(h, now) < due)
			due = engine_limit_next(h, now);
		if (turn > now && turn < due)
			due = turn;
		if (engine_canary_due(e, h) < due)
			due = engine_canary_due(e, h);
		return due;
	case ENGINE_RESOLVE:
	case ENGINE_DONE:
		break;
	}
	return NSEC_NEVER;
}

nsec_t engine_host_due(const struct engine *e, const struct host *h, nsec_t now)
{
	nsec_t due = phase_due(e, h, now), end = given_up_at(e, h);

	return due < end ? due : end;
}
