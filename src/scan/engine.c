// SPDX-License-Identifier: Apache-2.0
// The scan engine: notes and time go in, frames to send and the next wake-up come out.
#include "scan/engine.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "evidence/rule.h"
#include "scan/host.h"
#include "scan/neighbour.h"
#include "scan/pace.h"

#define HOSTS_DEFAULT  256
#define POSTPONE_PAUSE NSEC_PER_MSEC          /* after send had no room */
#define PING_TIMEOUT   (1000 * NSEC_PER_MSEC) /* RFC 6298 s. 2.1: nothing is known of the path */

/* What one frame of the batch is, to take it back when it cannot leave. */
struct pending {
	uint32_t host; /* EVENT_NONE: a request for a next hop */
	uint32_t row;  /* of the neighbour table */
	bool is_ping;
};

struct engine {
	struct engine_config config;
	uint16_t *ports;
	uint16_t port_at[UINT16_MAX + 1]; /* index into ports; check ports[] for membership */
	struct host **hosts;
	uint32_t host_count, host_room;
	uint32_t *active; /* hosts under way, in turn */
	uint32_t active_count, turn;
	uint32_t *of_ledger; /* ledger index -> host, EVENT_NONE when it is no target */
	uint32_t of_ledger_room;
	struct neighbour_table neighbours;
	struct pace pace;
	struct rng rng;
	nsec_t postponed_until;
	bool stopped;
	bool starved; /* the pace held something back in this step */
	struct engine_stats stats;
	uint8_t bytes[ENGINE_BATCH][PROBE_FRAME_MAX];
	struct engine_send sends[ENGINE_BATCH];
	struct pending pending[ENGINE_BATCH];
	size_t batch;
};

struct engine *engine_new(const struct engine_config *config, nsec_t now)
{
	struct engine *e = calloc(1, sizeof(*e));

	if (!e)
		return NULL;
	e->config = *config;
	if (!e->config.max_hosts)
		e->config.max_hosts = HOSTS_DEFAULT;
	e->ports = malloc((config->port_count + 1) * sizeof(*e->ports));
	e->active = malloc(e->config.max_hosts * sizeof(*e->active));
	if (!e->ports || !e->active) {
		engine_free(e);
		return NULL;
	}
	memcpy(e->ports, config->ports, config->port_count * sizeof(*e->ports));
	for (uint32_t i = 0; i < config->port_count; i++)
		e->port_at[e->ports[i]] = (uint16_t)i;
	e->rng.state = config->key.k1;
	pace_init(&e->pace, config->max_rate, now);
	return e;
}

void engine_free(struct engine *e)
{
	if (!e)
		return;
	for (uint32_t i = 0; i < e->host_count; i++) {
		plan_done(&e->hosts[i]->plan);
		free(e->hosts[i]);
	}
	neighbour_table_done(&e->neighbours);
	free(e->hosts);
	free(e->active);
	free(e->of_ledger);
	free(e->ports);
	free(e);
}

bool engine_wants_target(const struct engine *e)
{
	return !e->stopped && e->active_count < e->config.max_hosts;
}

/* Room for this ledger index in the map to hosts. */
static bool map_room(struct engine *e, uint32_t known)
{
	uint32_t room = e->of_ledger_room ? e->of_ledger_room : 64;
	uint32_t *map;

	if (known < e->of_ledger_room)
		return true;
	while (room <= known)
		room *= 2;
	map = realloc(e->of_ledger, room * sizeof(*map));
	if (!map)
		return false;
	memset(map + e->of_ledger_room, 0xff, (room - e->of_ledger_room) * sizeof(*map));
	e->of_ledger = map;
	e->of_ledger_room = room;
	return true;
}

static void map_host(struct engine *e, uint32_t known, uint32_t host)
{
	if (!map_room(e, known))
		return;
	e->of_ledger[known] = host;
	e->hosts[host]->ledger_host = known;
}

/* The host whose frames the ledger keeps under index `known`, or NULL when it is no target. */
static struct host *host_of(struct engine *e, uint32_t known)
{
	const struct addr *addr;

	if (known == EVENT_NONE)
		return NULL;
	if (known < e->of_ledger_room && e->of_ledger[known] != EVENT_NONE)
		return e->hosts[e->of_ledger[known]];
	addr = &ledger_host(e->config.ledger, known)->addr;
	for (uint32_t i = 0; i < e->active_count; i++) {
		struct host *h = e->hosts[e->active[i]];

		if (!addr_equal(&h->public.addr, addr))
			continue;
		map_host(e, known, e->active[i]);
		return h;
	}
	return NULL;
}

static void finish(struct host *h, enum engine_outcome outcome)
{
	h->public.phase = ENGINE_DONE;
	h->public.outcome = outcome;
}

static void start_scan(struct engine *e, struct host *h)
{
	h->public.phase = ENGINE_SCAN;
	if (!e->config.port_count) {
		finish(h, ENGINE_SCANNED);
		return;
	}
	if (plan_init(&h->plan, e->ports, e->config.port_count, e->config.max_retries)) {
		h->public.error = -ENOMEM;
		finish(h, ENGINE_SEND_FAILED);
		return;
	}
	e->stats.ports_total += e->config.port_count;
}

/* The way to the host is known: discover it, or scan it when that is settled. */
static void path_ready(struct engine *e, struct host *h)
{
	if (h->on_link || h->skip_ping || h->path.by_kernel) {
		start_scan(e, h);
		return;
	}
	h->public.phase = ENGINE_PING;
	h->ping_round = 1;
}

/* Makes a host and puts it among those under way. */
static struct host *new_host(struct engine *e, const struct engine_target *target)
{
	struct host *h;

	if (e->host_count == e->host_room) {
		uint32_t room = e->host_room ? e->host_room * 2 : 16;
		struct host **hosts = realloc(e->hosts, room * sizeof(struct host *));

		if (!hosts)
			return NULL;
		e->hosts = hosts;
		e->host_room = room;
	}
	h = calloc(1, sizeof(*h));
	if (!h)
		return NULL;
	h->public.addr = target->path.target;
	h->public.by_kernel = target->path.by_kernel;
	h->public.assumed_up = target->path.by_kernel || target->skip_ping;
	h->path = target->path;
	h->skip_ping = target->skip_ping;
	h->next_hop = EVENT_NONE;
	h->ledger_host = EVENT_NONE;
	e->active[e->active_count++] = e->host_count;
	e->hosts[e->host_count++] = h;
	return h;
}

int engine_add_target(struct engine *e, const struct engine_target *target, nsec_t now,
		      uint32_t *ret_host)
{
	struct host *h = new_host(e, target);
	uint32_t known = ledger_find_host(e->config.ledger, &target->path.target);

	(void)now;
	if (!h)
		return -ENOMEM;
	*ret_host = e->host_count - 1;
	if (known != EVENT_NONE)
		map_host(e, known, e->host_count - 1);
	if (h->path.by_kernel || h->path.link != LINK_ETHERNET) {
		path_ready(e, h);
		return 0;
	}
	h->on_link = addr_equal(&target->next_hop, &target->path.target);
	if (h->on_link)
		h->public.assumed_up = false; /* its next hop's answer shows it, -Pn or not */
	return neighbour_want(&e->neighbours, &target->next_hop, &target->path,
			      h->on_link ? NULL : target->next_mac, &h->next_hop);
}

/* When the try before p was sent to the same port; -1 when p is the first. */
static nsec_t try_before(const struct engine *e, const struct host *h, const struct probe *p)
{
	uint32_t i = ledger_find_probe(e->config.ledger, h->ledger_host, PROBE_SYN, p->port);
	nsec_t before = -1;

	for (; i != EVENT_NONE; i = ledger_probe(e->config.ledger, i)->next_try) {
		const struct probe *other = ledger_probe(e->config.ledger, i);

		if (other == p)
			break;
		if (!ledger_is_ping(e->config.ledger, other))
			before = other->time;
	}
	return before;
}

/* What an answer to p teaches about the path and about the host's limits. */
static void learn(struct engine *e, struct host *h, const struct probe *p, nsec_t answered_at,
		  nsec_t now)
{
	bool was_limited = h->limit.limited;
	struct pace_answer answer = {
		.sent_at = p->time,
		.lost_at = try_before(e, h, p),
		.round_trip = h->public.rtt.smoothed,
		.queueing = answered_at - p->time -
			    ledger_host(e->config.ledger, p->host)->rtt_min -
			    h->public.rtt.variation,
	};

	pace_answer(&e->pace, &answer, now);
	limit_answer(&h->limit, h->plan.done, h->plan.answered_third, now);
	if (h->limit.limited && !was_limited) {
		plan_start_over(&h->plan);
		pace_forgive(&e->pace, now);
	}
}

/* A reply to a probe of the port scan. */
static void port_answered(struct engine *e, struct host *h, const struct probe *p,
			  nsec_t answered_at, nsec_t now)
{
	uint32_t at = e->port_at[p->port];
	unsigned try_number = (uint16_t)(p->local_port - e->config.local_port);

	if (h->public.phase != ENGINE_SCAN || at >= e->config.port_count ||
	    e->ports[at] != p->port || !try_number || try_number >= ENGINE_LOCAL_PORTS)
		return;
	if (!plan_answered(&h->plan, at, try_number))
		return;
	e->stats.ports_answered++;
	learn(e, h, p, answered_at, now);
}

static void replied(struct engine *e, const struct note *note, nsec_t now)
{
	const struct probe *p = ledger_probe(e->config.ledger, note->probe);
	const struct reply *r = ledger_reply(e->config.ledger, note->reply);
	const struct ledger_host *known = ledger_host(e->config.ledger, note->host);
	struct host *h = host_of(e, note->host);
	bool from_target = addr_equal(&r->from, &known->addr);

	if ((r->kind == REPLY_ARP || r->kind == REPLY_ND) && known->has_mac)
		neighbour_answered(&e->neighbours, &known->addr, known->mac);
	if (!h)
		return;
	if (from_target && !note->repeated)
		rtt_sample(&h->public.rtt, r->time - p->time);
	if (h->public.phase == ENGINE_PING &&
	    rule_host_reason(r->kind, r->type, r->code, from_target))
		start_scan(e, h);
	else if (p->kind == PROBE_SYN && rule_for_syn(r->kind, r->type, r->code))
		port_answered(e, h, p, r->time, now);
}

/* Learns which ledger entry is whose, and when the kernel really sent what we handed to it. */
static void probe_seen(struct engine *e, const struct note *note)
{
	struct host *h = host_of(e, note->host);
	nsec_t sent = ledger_probe(e->config.ledger, note->probe)->time;

	if (h && sent > h->probed)
		h->probed = sent;
}

void engine_note(struct engine *e, const struct note *note, nsec_t now)
{
	switch (note->kind) {
	case NOTE_PROBE:
		probe_seen(e, note);
		break;
	case NOTE_REPLY:
		replied(e, note, now);
		break;
	case NOTE_UNRELATED:
	case NOTE_UNPROVEN:
	case NOTE_OWN_RESET:
	case NOTE_NEIGHBOUR:
	case NOTE_TRAFFIC:
		break;
	}
}

/* Adds one frame to the batch; it leaves with the next flush(). */
static void put(struct engine *e, const struct probe_path *path,
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
}

/* A frame did not leave: undo its bookkeeping. Called newest first. */
static void take_back(struct engine *e, const struct pending *p, int code, nsec_t now)
{
	struct host *h = p->host == EVENT_NONE ? NULL : e->hosts[p->host];

	if (!h) {
		neighbour_not_asked(&e->neighbours, p->row, now + POSTPONE_PAUSE);
		return;
	}
	if (p->is_ping)
		h->ping_next--;
	else
		plan_unsent(&h->plan);
	if (code != -EAGAIN && h->public.phase != ENGINE_DONE) {
		h->public.error = code;
		finish(h, ENGINE_SEND_FAILED);
	}
}

static void flush(struct engine *e, nsec_t now)
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

/* True when one more frame may go into the batch now. */
static bool may_send(struct engine *e, nsec_t now)
{
	if (e->batch == ENGINE_BATCH)
		flush(e, now);
	if (e->postponed_until > now)
		return false;
	if (pace_take(&e->pace, now))
		return true;
	e->starved = true;
	return false;
}

/* Asks for next hops; returns when to come back for that. */
static nsec_t step_neighbours(struct engine *e, nsec_t now)
{
	nsec_t due = NSEC_NEVER;
	int64_t row;

	while ((row = neighbour_due(&e->neighbours, now, &due)) >= 0) {
		const struct probe_path *path = &e->neighbours.rows[row].path;
		struct probe_request request = {
			.kind = path->target.family == 4 ? PROBE_ARP : PROBE_ND,
		};

		if (!may_send(e, now))
			return NSEC_NEVER; /* the pace says when */
		put(e, path, &request, (struct pending) {EVENT_NONE, (uint32_t)row, false});
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
		finish(h, h->on_link ? ENGINE_DOWN : ENGINE_NO_NEXT_HOP);
		return;
	}
	memcpy(h->path.next_mac, n->path.next_mac, MAC_LEN);
	path_ready(e, h);
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
			finish(h, ENGINE_DOWN);
			return false;
		}
		h->ping_round++;
		h->ping_next = 0;
	}
	if (!may_send(e, now))
		return false;
	request = (struct probe_request) {
		.kind = pings[h->ping_next].kind,
		.port = pings[h->ping_next].port,
		.local_port = e->config.local_port,
	};
	put(e, &h->path, &request, (struct pending) {index, 0, true});
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
			finish(h, ENGINE_SCANNED);
		return false;
	}
	/* asking whether it is finished may have called ports back for another try */
	if (!plan_next(&h->plan, &at, &try_number))
		return false;
	if (limit_next(&h->limit, now) > now || !may_send(e, now) || !limit_take(&h->limit, now))
		return false;
	request.port = e->ports[at];
	request.local_port = (uint16_t)(e->config.local_port + try_number);
	put(e, &h->path, &request, (struct pending) {index, 0, false});
	plan_sent(&h->plan, at, now);
	h->probed = now;
	return true;
}

/* One frame at most of this host. */
static bool step_host(struct engine *e, uint32_t index, nsec_t now)
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

/* Takes finished hosts out of the turn and tells of them. */
static void reap(struct engine *e)
{
	for (uint32_t i = 0; i < e->active_count;) {
		uint32_t index = e->active[i];
		struct host *h = e->hosts[index];

		if (h->public.phase != ENGINE_DONE) {
			i++;
			continue;
		}
		e->active_count--;
		memmove(&e->active[i], &e->active[i + 1],
			(e->active_count - i) * sizeof(*e->active));
		plan_done(&h->plan);
		e->stats.hosts_done++;
		if (e->config.on_done)
			e->config.on_done(e->config.user, index);
	}
}

/* When this host next has something to do that is not sending. */
static nsec_t host_due(const struct engine *e, const struct host *h, nsec_t now)
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

nsec_t engine_step(struct engine *e, nsec_t now)
{
	nsec_t due;
	uint32_t idle = 0;

	if (e->stopped)
		return NSEC_NEVER;
	e->starved = false;
	due = step_neighbours(e, now);
	for (uint32_t i = 0; i < e->active_count; i++) {
		struct host *h = e->hosts[e->active[i]];

		if (h->public.phase == ENGINE_SCAN)
			plan_expire(&h->plan, now, host_timeout(h, e->config.ledger));
	}
	/* one frame a host in turn, until a whole turn had nothing to send */
	while (idle < e->active_count) {
		e->turn %= e->active_count;
		idle = step_host(e, e->active[e->turn], now) ? 0 : idle + 1;
		e->turn++;
	}
	flush(e, now);
	for (uint32_t i = 0; i < e->active_count; i++) {
		nsec_t host = host_due(e, e->hosts[e->active[i]], now);

		due = host < due ? host : due;
	}
	if (e->starved && pace_next(&e->pace, now) < due)
		due = pace_next(&e->pace, now);
	if (e->postponed_until > now && e->postponed_until < due)
		due = e->postponed_until;
	reap(e);
	return due;
}

bool engine_idle(const struct engine *e)
{
	return e->stopped || !e->active_count;
}

void engine_stop(struct engine *e)
{
	e->stopped = true;
}

uint32_t engine_host_count(const struct engine *e)
{
	return e->host_count;
}

const struct engine_host *engine_host(const struct engine *e, uint32_t host)
{
	return &e->hosts[host]->public;
}

struct engine_stats engine_stats(const struct engine *e)
{
	return e->stats;
}
