// SPDX-License-Identifier: Apache-2.0
// The scan engine: notes and time go in, frames to send and the next wake-up come out.
#include "scan/engine.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "scan/engine_inner.h"

#define HOSTS_DEFAULT 256

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
		engine_map_host(e, known, e->host_count - 1);
	if (h->path.by_kernel || h->path.link != LINK_ETHERNET) {
		engine_path_ready(e, h);
		return 0;
	}
	h->on_link = addr_equal(&target->next_hop, &target->path.target);
	if (h->on_link)
		h->public.assumed_up = false; /* its next hop's answer shows it, -Pn or not */
	return neighbour_want(&e->neighbours, &target->next_hop, &target->path,
			      h->on_link ? NULL : target->next_mac, &h->next_hop);
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

nsec_t engine_step(struct engine *e, nsec_t now)
{
	nsec_t due;
	uint32_t idle = 0;

	if (e->stopped)
		return NSEC_NEVER;
	e->starved = false;
	due = engine_step_neighbours(e, now);
	for (uint32_t i = 0; i < e->active_count; i++) {
		struct host *h = e->hosts[e->active[i]];

		if (h->public.phase == ENGINE_SCAN)
			plan_expire(&h->plan, now, host_timeout(h, e->config.ledger));
	}
	/* one frame a host in turn, until a whole turn had nothing to send */
	while (idle < e->active_count) {
		e->turn %= e->active_count;
		idle = engine_step_host(e, e->active[e->turn], now) ? 0 : idle + 1;
		e->turn++;
	}
	engine_flush(e, now);
	for (uint32_t i = 0; i < e->active_count; i++) {
		nsec_t host = engine_host_due(e, e->hosts[e->active[i]], now);

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
