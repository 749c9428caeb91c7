// SPDX-License-Identifier: Apache-2.0
// The scan engine: notes and time go in, frames to send and the next wake-up come out.
#include "scan/engine.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "scan/engine_inner.h"

#define SETTLE_PAUSE  NSEC_PER_MSEC /* what was handed over has left by then, as a rule */
#define HOSTS_DEFAULT 12288         /* each costs about 2 KB with its evidence */
#define HOSTS_WAITING 98304         /* the same with those folded, at one probe each: 500 bytes */

/* Copies the ports of one pass, if there are any. False when memory is out. */
static bool take_pass(struct engine *e, const struct engine_ports *from)
{
	struct pass *p = &e->passes[e->pass_count];

	if (!from->count)
		return true;
	p->ports = malloc(from->count * sizeof(*p->ports));
	if (!p->ports)
		return false;
	memcpy(p->ports, from->ports, from->count * sizeof(*p->ports));
	p->kind = from->kind;
	p->count = from->count;
	for (uint32_t i = 0; i < p->count; i++)
		p->port_at[p->ports[i]] = (uint16_t)i;
	e->pass_count++;
	return true;
}

static bool take_passes(struct engine *e, const struct engine_config *config)
{
	struct engine_ports first = {config->port_kind, config->ports, config->port_count};

	return take_pass(e, &first) && take_pass(e, &config->then);
}

/* Copies the discovery probes, those that exist for each family. False when memory is out. */
static bool take_pings(struct engine *e, const struct engine_config *config)
{
	const struct host_ping *pings = config->pings;
	uint32_t count = pings ? config->ping_count : host_pings_default(&pings);

	for (unsigned at = 0; at < 2; at++) {
		e->pings[at] = malloc((count + 1) * sizeof(*e->pings[at]));
		if (!e->pings[at])
			return false;
		for (uint32_t i = 0; i < count; i++) {
			if (probe_has_family(pings[i].kind, at ? 6 : 4))
				e->pings[at][e->ping_counts[at]++] = pings[i];
		}
	}
	return true;
}

struct engine *engine_new(const struct engine_config *config, nsec_t now)
{
	struct engine *e = calloc(1, sizeof(*e));

	(void)now;
	if (!e)
		return NULL;
	e->config = *config;
	e->max_active = config->max_hosts ? config->max_hosts : HOSTS_WAITING;
	if (!e->config.max_hosts)
		e->config.max_hosts = HOSTS_DEFAULT;
	if (config->timing.max_parallelism && e->config.max_hosts > config->timing.max_parallelism)
		e->config.max_hosts = e->max_active = config->timing.max_parallelism;
	if (!take_passes(e, config) || !take_pings(e, config)) {
		engine_free(e);
		return NULL;
	}
	e->rng.state = config->key.k1;
	e->by_addr.key = config->key;
	rate_window_init(&e->window, config->timing.max_rate);
	neighbour_table_init(&e->neighbours, &config->key);
	return e;
}

void engine_free(struct engine *e)
{
	if (!e)
		return;
	for (uint32_t i = 0; i < e->host_count; i++) {
		if (!e->hosts[i])
			continue;
		plan_done(&e->hosts[i]->plan);
		canaries_done(&e->hosts[i]->canaries);
		free(e->hosts[i]);
	}
	neighbour_table_done(&e->neighbours);
	engine_fold_done(e);
	agenda_done(&e->agenda);
	addr_index_done(&e->by_addr);
	free(e->hosts);
	free(e->spare);
	free(e->of_ledger);
	for (unsigned i = 0; i < ENGINE_PASSES_MAX; i++)
		free(e->passes[i].ports);
	free(e->pings[0]);
	free(e->pings[1]);
	free(e);
}

bool engine_wants_target(const struct engine *e)
{
	uint32_t ready = e->touched.count;

	if (e->stopped || e->waiting.count || e->active_count >= e->max_active ||
	    e->active_count - e->folded_count >= e->config.max_hosts)
		return false;
	/*
	 * More than a batch of hosts that can send: the pace has enough to choose from. Where
	 * batches are handed over a whole step's, or whoever sends them has nothing to do at times.
	 */
	for (uint32_t i = 0; i < e->uplink_count; i++)
		ready += e->uplinks[i].scanning.count + e->uplinks[i].pinging.count;
	return ready + e->neighbours.unasked < (e->open ? ENGINE_STEP_MAX : ENGINE_BATCH);
}

/* Room for one more host in all that is numbered by hosts. */
static int grow_hosts(struct engine *e)
{
	uint32_t room = e->host_room ? e->host_room * 2 : 16;
	struct host **hosts;
	struct folded *folded;
	uint32_t *spare;

	if (e->host_count < e->host_room)
		return 0;
	hosts = reallocarray(e->hosts, room, sizeof(struct host *));
	if (!hosts)
		return -ENOMEM;
	e->hosts = hosts;
	folded = reallocarray(e->folded, room, sizeof(*folded));
	if (!folded)
		return -ENOMEM;
	e->folded = folded;
	spare = reallocarray(e->spare, room, sizeof(*spare));
	if (!spare)
		return -ENOMEM;
	e->spare = spare;
	if (agenda_reserve(&e->agenda, room))
		return -ENOMEM;
	e->host_room = room;
	return 0;
}

/* The uplink by which this target is reached, made when missing. */
static uint32_t find_uplink(struct engine *e, const struct engine_target *target, nsec_t now)
{
	struct addr hop = target->next_hop;
	struct uplink *u;
	uint32_t i;

	if (target->path.by_kernel || addr_equal(&hop, &target->path.target))
		hop = (struct addr) {0};
	for (i = 0; i < e->uplink_count; i++) {
		u = &e->uplinks[i];
		if (u->interface == target->path.interface && addr_equal(&u->next_hop, &hop))
			return i;
	}
	if (i == UPLINKS_MAX)
		return i - 1;
	u = &e->uplinks[e->uplink_count++];
	*u = (struct uplink) {
		.next_hop = hop,
		.interface = target->path.interface,
	};
	pace_init(&u->pace, e->config.timing.min_rate, e->config.timing.max_rate, now);
	return i;
}

/* Hosts that are pinged leave more evidence while they wait: fewer of them may. */
static void count_evidence(struct engine *e, const struct engine_target *target)
{
	uint32_t pings = HOST_PING_TRIES * e->ping_counts[target->path.target.family == 6];
	uint32_t most = HOSTS_WAITING / (1 + 2 * pings); /* by measuring */

	if (target->skip_ping || e->config.max_hosts != HOSTS_DEFAULT || e->max_active <= most)
		return;
	e->max_active = most > HOSTS_DEFAULT ? most : HOSTS_DEFAULT;
}

/* Makes a host and gives it its place. */
static struct host *new_host(struct engine *e, const struct engine_target *target, nsec_t now)
{
	struct host *h;
	uint32_t index;

	if (!e->spare_count && grow_hosts(e))
		return NULL;
	h = calloc(1, sizeof(*h));
	if (!h)
		return NULL;
	index = e->spare_count ? e->spare[e->spare_count - 1] : e->host_count;
	if (addr_index_add(&e->by_addr, &target->path.target, index)) {
		free(h);
		return NULL;
	}
	if (e->spare_count)
		e->spare_count--;
	else
		e->host_count++;
	e->hosts[index] = h;
	e->folded[index].model = 0;
	e->active_count++;
	count_evidence(e, target);
	h->index = index;
	h->uplink = find_uplink(e, target, now);
	h->public.addr = target->path.target;
	h->public.by_kernel = target->path.by_kernel;
	h->public.assumed_up = target->path.by_kernel || target->skip_ping;
	h->path = target->path;
	h->skip_ping = target->skip_ping;
	h->next_hop = EVENT_NONE;
	h->ledger_host = EVENT_NONE;
	return h;
}

/* Finds the way to a new host, or waits for it. */
static int begin_host(struct engine *e, struct host *h, const struct engine_target *target,
		      nsec_t now)
{
	int code;

	if (h->path.by_kernel || h->path.link != LINK_ETHERNET) {
		engine_path_ready(e, h, now);
		return 0;
	}
	h->on_link = addr_equal(&target->next_hop, &target->path.target);
	if (h->on_link)
		h->public.assumed_up = false; /* its next hop's answer shows it, -Pn or not */
	code = neighbour_want(&e->neighbours, &target->next_hop, &target->path,
			      h->on_link ? NULL : target->next_mac, now, &h->next_hop);
	if (code)
		return code;
	engine_wait_for_row(e, h);
	if (e->neighbours.rows[h->next_hop].state != NEIGHBOUR_WANTED)
		engine_resolved(e, h->next_hop, now);
	return 0;
}

int engine_add_target(struct engine *e, const struct engine_target *target, nsec_t now,
		      uint32_t *ret_host)
{
	struct host *h = new_host(e, target, now);
	uint32_t known = ledger_find_host(e->config.ledger, &target->path.target);
	int code;

	if (!h)
		return -ENOMEM;
	if (known != EVENT_NONE)
		engine_map_host(e, known, h->index);
	code = begin_host(e, h, target, now);
	if (code) {
		engine_release(e, h->index);
		return code;
	}
	*ret_host = h->index;
	return 0;
}

void engine_release(struct engine *e, uint32_t host)
{
	struct host *h = engine_host_at(e, host);

	if (!h)
		return; /* no memory to unfold it: its place stays taken */
	if (engine_unsettled(e, h))
		engine_settle(e, e->stepped, true);
	if (h->public.phase != ENGINE_DONE)
		e->active_count--;
	if (h->on_link && h->next_hop != EVENT_NONE)
		neighbour_release(&e->neighbours, h->next_hop);
	if (h->ledger_host != EVENT_NONE && e->of_ledger[h->ledger_host] == host)
		e->of_ledger[h->ledger_host] = EVENT_NONE;
	agenda_set(&e->agenda, host, NSEC_NEVER);
	addr_index_remove(&e->by_addr, &h->public.addr, host);
	plan_done(&h->plan);
	canaries_done(&h->canaries);
	e->hosts[host] = NULL;
	e->spare[e->spare_count++] = host;
	free(h);
}

void engine_forget(struct engine *e, uint32_t known)
{
	uint32_t host = known < e->of_ledger_room ? e->of_ledger[known] : EVENT_NONE;

	if (host == EVENT_NONE)
		return;
	e->of_ledger[known] = EVENT_NONE;
	if (e->hosts[host])
		e->hosts[host]->ledger_host = EVENT_NONE;
	else
		e->folded[host].ledger_host = EVENT_NONE;
}

/* Tells of finished hosts. */
static void reap(struct engine *e)
{
	struct host *h;

	while ((h = host_queued(host_queue_pop(&e->finished))) != NULL) {
		e->active_count--;
		e->stats.hosts_done++;
		if (e->config.on_done)
			e->config.on_done(e->config.user, h->index);
	}
}

nsec_t engine_step(struct engine *e, nsec_t now)
{
	nsec_t due, next;

	if (e->stopped)
		return NSEC_NEVER;
	e->stepping = true;
	engine_settle(e, now, false);
	rate_window_tell(&e->window, now);
	e->stepped = now;
	e->step_put = 0;
	for (uint32_t i = 0; i < e->uplink_count; i++)
		e->uplinks[i].starved = false;
	engine_step_neighbours(e, now);
	engine_take_turns(e, now);
	engine_step_neighbours(e, now); /* a turn may have asked for one again */
	engine_flush(e, now);
	engine_begin_waiting(e);
	next = neighbour_next(&e->neighbours);
	due = engine_turns_due(e, now);
	if (next > now && next < due) /* what is due already waits for the pace */
		due = next;
	reap(e);
	if (e->open && due > now + SETTLE_PAUSE)
		due = now + SETTLE_PAUSE;
	e->stepping = false;
	return due;
}

void engine_tell_own_loss(struct engine *e, uint64_t frames, nsec_t now)
{
	for (uint32_t i = 0; frames && i < e->uplink_count; i++)
		pace_own_loss(&e->uplinks[i].pace, now);
}

void engine_tell_fault(struct engine *e, uint32_t interface, nsec_t from, nsec_t until)
{
	for (uint32_t i = 0; i < e->uplink_count; i++) {
		if (!interface || e->uplinks[i].interface == interface)
			pace_fault(&e->uplinks[i].pace, from, until);
	}
	for (uint32_t i = 0; i < e->host_count; i++) {
		struct host *h = NULL;

		if (engine_peek(e, i) && *engine_probed_at(e, i) >= from &&
		    (!interface || engine_peek(e, i)->path.interface == interface))
			h = engine_host_at(e, i);
		if (!h)
			continue;
		plan_silence_void(&h->plan);
		engine_touch(e, h);
	}
}

bool engine_idle(const struct engine *e)
{
	return e->stopped || !e->active_count;
}

void engine_stop(struct engine *e)
{
	engine_settle(e, e->stepped, true);
	e->stopped = true;
}

uint32_t engine_host_count(const struct engine *e)
{
	return e->host_count;
}

const struct engine_host *engine_host(struct engine *e, uint32_t host)
{
	const struct host *h = engine_host_at(e, host);

	if (!h)
		h = engine_peek(e, host); /* without memory to unfold it */
	return h ? &h->public : NULL;
}

/* How much of one host is done. What is answered is; what was asked and may be again, half. */
static double share_of(const struct host *h)
{
	uint32_t asked = h->plan.next_new > h->plan.done ? h->plan.next_new - h->plan.done : 0;

	if (h->public.phase == ENGINE_DONE)
		return 1;
	if (h->public.phase != ENGINE_SCAN || !h->plan.count)
		return 0;
	return (h->plan.done + asked / 2.0) / h->plan.count;
}

struct engine_progress engine_progress(const struct engine *e)
{
	struct engine_progress p = {.under_way = e->active_count};

	for (uint32_t i = 0; i < e->host_count; i++) {
		if (engine_peek(e, i))
			p.shares += share_of(engine_peek(e, i));
	}
	return p;
}

struct engine_stats engine_stats(const struct engine *e)
{
	return e->stats;
}
