// SPDX-License-Identifier: Apache-2.0
// The planner of a connect scan, its hosts from first to last: see the header.
#include "scan/dial_inner.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "scan/dial_answer.h"

#define HOSTS_MAX       4096
#define HOSTS_MIN       64
#define RESULTS_MAX     (4u << 20) /* ports of all hosts under way: 3 bytes each */
#define SLOWEST_ANSWERS 2 /* silence is judged against this many times the slowest answer */

/* How many hosts may be under way: many, in bounded memory. */
static uint32_t hosts_room(uint32_t port_count)
{
	uint32_t room = port_count ? RESULTS_MAX / port_count : HOSTS_MAX;

	if (room < HOSTS_MIN)
		return HOSTS_MIN;
	return room < HOSTS_MAX ? room : HOSTS_MAX;
}

struct dial *dial_new(const struct dial_config *config, nsec_t now)
{
	struct dial *d = calloc(1, sizeof(*d));
	unsigned most = config->timing.max_parallelism;

	if (!d)
		return NULL;
	d->config = *config;
	if (!d->config.max_hosts)
		d->config.max_hosts = hosts_room(config->port_count);
	if (most && d->config.max_hosts > most)
		d->config.max_hosts = most;
	dial_table_init(&d->open);
	d->ports = malloc((config->port_count + 1) * sizeof(*d->ports));
	if (!d->ports) {
		dial_free(d);
		return NULL;
	}
	memcpy(d->ports, config->ports, config->port_count * sizeof(*d->ports));
	pace_init(&d->pace, config->timing.min_rate, config->timing.max_rate, now);
	d->pace.unvouched = true;
	rate_window_init(&d->window, config->timing.max_rate);
	return d;
}

void dial_free(struct dial *d)
{
	if (!d)
		return;
	for (uint32_t i = 0; i < d->peer_count; i++) {
		if (d->peers[i])
			dial_release(d, i);
	}
	dial_table_done(&d->open);
	free(d->peers);
	free(d->spare);
	agenda_done(&d->agenda);
	free(d->ports);
	free(d);
}

bool dial_wants_host(const struct dial *d)
{
	return !d->stopped && d->active_count < d->config.max_hosts;
}

/* How long an attempt at this host is waited for. */
nsec_t dial_wait_for(const struct dial *d, const struct peer *h)
{
	const struct engine_timing *timing = &d->config.timing;
	nsec_t timeout = rtt_timeout(&h->public.rtt, timing);
	nsec_t slowest = SLOWEST_ANSWERS * h->rtt_max;

	if (!h->public.rtt.known)
		return timeout < DIAL_KEEP ? timeout : DIAL_KEEP;
	/* tries close together would all fall into the same dry spell of a limiter */
	if (h->limit.limited && timeout < DIAL_KEEP)
		timeout = DIAL_KEEP;
	if (slowest > timing->rtt_max)
		slowest = timing->rtt_max;
	return timeout > slowest ? timeout : slowest;
}

/* The host is looked at in the next step, or later in this one. */
void dial_make_ready(struct dial *d, uint32_t host)
{
	if (!d->peers[host]->link.queue)
		host_queue_push(&d->ready, &d->peers[host]->link);
}

void dial_cancel(struct dial *d, uint32_t row)
{
	uint64_t token = dial_table_token(&d->open, row);
	struct dial_attempt a;

	dial_table_take(&d->open, token, &a);
	d->peers[a.host]->attempts--;
	d->config.cancel(d->config.user, token);
}

/* Drops what is still open towards a host. */
static void dial_cancel_host(struct dial *d, uint32_t host)
{
	uint32_t older;

	for (uint32_t row = d->open.newest; d->peers[host]->attempts; row = older) {
		older = d->open.rows[row].older;
		if (dial_table_at(&d->open, row)->host == host)
			dial_cancel(d, row);
	}
}

/* Settles what silence means for the ports tried: with `all`, no wait is open any more. */
static void settle_ports(const struct dial *d, struct peer *h, bool all)
{
	if (!h->results || !h->plan.cells)
		return;
	for (uint32_t at = 0; at < d->config.port_count; at++) {
		if (h->results[at] == PORT_WAITING &&
		    (all || plan_state(&h->plan, at) != PLAN_FLIGHT))
			h->results[at] = PORT_SILENT;
	}
}

void dial_finish(struct dial *d, uint32_t host, enum dial_outcome outcome)
{
	struct peer *h = d->peers[host];

	dial_cancel_host(d, host);
	settle_ports(d, h, outcome == DIAL_SCANNED);
	plan_done(&h->plan);
	h->public.phase = DIAL_DONE;
	h->public.outcome = outcome;
	agenda_set(&d->agenda, host, NSEC_NEVER);
	host_queue_push(&d->ended, &h->link);
}

/* This machine cannot go on with a host. */
void dial_fail(struct dial *d, uint32_t host, int error)
{
	d->peers[host]->public.error = error;
	dial_finish(d, host, DIAL_FAILED);
}

void dial_start_scan(struct dial *d, uint32_t host, const char *reason)
{
	struct peer *h = d->peers[host];
	uint32_t count = d->config.port_count;

	dial_cancel_host(d, host);
	h->public.phase = DIAL_SCAN;
	h->public.up = true;
	h->public.reason = reason;
	if (!count) { /* -sn: that it is up is all there is to know */
		if (d->config.on_up)
			d->config.on_up(d->config.user, host);
		dial_finish(d, host, DIAL_SCANNED);
		return;
	}
	h->results = malloc(count * sizeof(*h->results));
	if (!h->results || plan_init(&h->plan, d->ports, count, d->config.timing.max_retries)) {
		free(h->results);
		h->results = NULL;
		dial_fail(d, host, ENOMEM);
		return;
	}
	plan_shuffle(&h->plan, host);
	memset(h->results, 0xff, count * sizeof(*h->results)); /* PORT_NEVER */
	if (d->config.on_up)
		d->config.on_up(d->config.user, host);
}

/* Room for one more in all that is numbered by hosts. */
static int grow_peers(struct dial *d)
{
	uint32_t room = d->peer_room ? d->peer_room * 2 : 16;
	struct peer **peers;
	uint32_t *spare;

	if (d->peer_count < d->peer_room)
		return 0;
	peers = reallocarray(d->peers, room, sizeof(struct peer *));
	if (!peers)
		return -ENOMEM;
	d->peers = peers;
	spare = reallocarray(d->spare, room, sizeof(*spare));
	if (!spare)
		return -ENOMEM;
	d->spare = spare;
	if (agenda_reserve(&d->agenda, room))
		return -ENOMEM;
	d->peer_room = room;
	return 0;
}

int dial_add_host(struct dial *d, bool assumed_up, uint32_t *ret_host)
{
	struct peer *h;
	uint32_t host;

	if (!d->spare_count && grow_peers(d))
		return -ENOMEM;
	h = calloc(1, sizeof(*h));
	if (!h)
		return -ENOMEM;
	h->ping_round = 1;
	host = d->spare_count ? d->spare[--d->spare_count] : d->peer_count++;
	d->peers[host] = h;
	h->number = host;
	d->active_count++;
	dial_make_ready(d, host);
	if (assumed_up)
		dial_start_scan(d, host, NULL);
	*ret_host = host;
	return 0;
}

bool dial_idle(const struct dial *d)
{
	return d->stopped || !d->active_count;
}

void dial_stop(struct dial *d)
{
	if (d->stopped)
		return;
	d->stopped = true;
	while (d->open.oldest != DIAL_NO_ROW)
		dial_cancel(d, d->open.oldest);
	for (uint32_t i = 0; i < d->peer_count; i++) {
		if (d->peers[i] && d->peers[i]->public.phase != DIAL_DONE)
			settle_ports(d, d->peers[i], false);
	}
}

const struct dial_host *dial_host(const struct dial *d, uint32_t host)
{
	return &d->peers[host]->public;
}

bool dial_verdict(const struct dial *d, uint32_t host, uint32_t at,
		  struct dial_verdict *ret_verdict)
{
	const struct peer *h = d->peers[host];
	uint16_t result = h->results ? h->results[at] : PORT_NEVER;
	const struct dial_answer *answer;

	switch (result) {
	case PORT_NEVER:
		return false;
	case PORT_WAITING:
	case PORT_LOST:
		*ret_verdict = (struct dial_verdict) {PORT_UNDECIDED, "not-waited"};
		return true;
	case PORT_SILENT:
		*ret_verdict = (struct dial_verdict) {rule_for_silence()->state,
						      rule_for_silence()->reason};
		return true;
	}
	answer = dial_answer_of(result);
	*ret_verdict = (struct dial_verdict) {answer->state, answer->reason};
	return true;
}

void dial_release(struct dial *d, uint32_t host)
{
	struct peer *h = d->peers[host];

	host_queue_leave(&h->link);
	plan_done(&h->plan);
	free(h->results);
	free(h);
	d->peers[host] = NULL;
	d->spare[d->spare_count++] = host;
}

struct dial_progress dial_progress(const struct dial *d)
{
	struct dial_progress p = {.under_way = d->active_count};

	for (uint32_t i = 0; i < d->peer_count; i++) {
		const struct plan *plan = d->peers[i] ? &d->peers[i]->plan : NULL;
		uint32_t asked;

		if (!plan || !plan->count || d->peers[i]->public.phase == DIAL_DONE)
			continue;
		asked = plan->next_new > plan->done ? plan->next_new - plan->done : 0;
		p.shares += (plan->done + asked / 2.0) / plan->count;
	}
	return p;
}

uint64_t dial_started(const struct dial *d)
{
	return d->started;
}
