// SPDX-License-Identifier: Apache-2.0
// Whose turn it is in a connect scan, and what it begins then.
#include "scan/dial_inner.h"

#include <errno.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const uint16_t ping_ports[] = {80, 443};

/* Drops the oldest attempt whose wait is over; false when all may still be answered in time. */
static bool evict(struct dial *d, nsec_t now)
{
	for (uint32_t row = d->open.oldest; row != DIAL_NO_ROW; row = d->open.rows[row].newer) {
		const struct dial_attempt *a = dial_table_at(&d->open, row);

		if (!a->is_ping && a->sent + dial_wait_for(d, d->peers[a->host]) <= now) {
			dial_cancel(d, row);
			return true;
		}
	}
	return false;
}

/* False when the user's number of attempts are open, and all may still be answered in time. */
static bool may_open(struct dial *d, nsec_t now)
{
	unsigned most = d->config.timing.max_parallelism;

	return !most || d->open.count < most || evict(d, now);
}

/* When the user lets this host be asked again. */
static nsec_t next_turn(const struct dial *d, const struct peer *h)
{
	return h->left ? h->left + d->config.timing.scan_delay : 0;
}

/* When the host is given up; NSEC_NEVER when it never is. */
static nsec_t given_up_at(const struct dial *d, const struct peer *h)
{
	nsec_t timeout = d->config.timing.host_timeout;

	return timeout && h->began ? h->began + timeout : NSEC_NEVER;
}

/* How long a round of discovery attempts is waited for. */
static nsec_t ping_wait(const struct dial *d)
{
	nsec_t wait = d->config.timing.rtt_initial;

	return wait < DIAL_PING_TIMEOUT ? wait : DIAL_PING_TIMEOUT;
}

/* Begins one attempt; false when the pace, the sockets or a pause forbid it. */
static bool begin(struct dial *d, const struct dial_attempt *a, uint16_t port)
{
	uint64_t token;
	int code;

	if (d->full || d->paused_until > a->sent)
		return false;
	pace_unheard(&d->pace, a->sent);
	if (!rate_window_is_open(&d->window) || !pace_take(&d->pace, a->sent)) {
		d->starved = true;
		return false;
	}
	code = may_open(d, a->sent) ? dial_table_add(&d->open, a, &token) : -EAGAIN;
	if (!code) {
		code = d->config.start(d->config.user, a->host, port, token);
		if (code == -EAGAIN && evict(d, a->sent))
			code = d->config.start(d->config.user, a->host, port, token);
		if (code)
			dial_table_take(&d->open, token, NULL);
		else
			d->peers[a->host]->attempts++;
	}
	if (code) {
		pace_give_back(&d->pace);
		d->full = true;
		if (!d->open.count) /* nothing open will wake us */
			d->paused_until = a->sent + SHORTAGE_PAUSE;
		return false;
	}
	rate_window_put(&d->window);
	rate_window_left(&d->window);
	d->started++;
	d->peers[a->host]->left = a->sent;
	if (!d->peers[a->host]->began)
		d->peers[a->host]->began = a->sent;
	return true;
}

/* Begins the next discovery attempt, or ends a round that brought nothing. True when one began. */
static bool step_ping(struct dial *d, uint32_t host, nsec_t now)
{
	struct peer *h = d->peers[host];
	struct dial_attempt a = {.host = host, .is_ping = true, .sent = now};

	if (h->ping_next == COUNT(ping_ports)) {
		if (h->ping_sent + ping_wait(d) > now)
			return false;
		if (h->ping_round == DIAL_PING_TRIES) {
			h->public.reason = h->ping_reason ? h->ping_reason : "no-response";
			dial_finish(d, host, DIAL_DOWN);
			return false;
		}
		h->ping_round++;
		h->ping_next = 0;
	}
	a.at = h->ping_next;
	a.try_number = h->ping_round;
	if (!begin(d, &a, ping_ports[h->ping_next]))
		return false;
	h->ping_next++;
	h->ping_sent = now;
	return true;
}

/* Begins the next attempt at a port. True when one began. */
static bool step_scan(struct dial *d, uint32_t host, nsec_t now)
{
	struct peer *h = d->peers[host];
	struct dial_attempt a = {.host = host, .sent = now};

	if (!plan_next(&h->plan, &a.at, &a.try_number)) {
		if (plan_finished(&h->plan)) {
			dial_finish(d, host, DIAL_SCANNED);
			return false;
		}
		/* it may have found that silent ports are owed more tries after all */
		if (!plan_next(&h->plan, &a.at, &a.try_number))
			return false;
	}
	if (limit_next(&h->limit, now) > now || !begin(d, &a, d->ports[a.at]))
		return false;
	limit_take(&h->limit, now);
	plan_sent(&h->plan, a.at, now);
	if (h->results[a.at] == PORT_NEVER)
		h->results[a.at] = PORT_WAITING;
	return true;
}

/* One attempt at most of this host. */
static bool step_host(struct dial *d, uint32_t host, nsec_t now)
{
	const struct peer *h = d->peers[host];

	if (given_up_at(d, h) <= now) {
		dial_finish(d, host, DIAL_TIMED_OUT);
		return false;
	}
	if (next_turn(d, h) > now)
		return false;
	switch (h->public.phase) {
	case DIAL_PING:
		return step_ping(d, host, now);
	case DIAL_SCAN:
		return step_scan(d, host, now);
	case DIAL_DONE:
		break;
	}
	return false;
}

/* Until when an attempt is kept. */
static nsec_t end_of(const struct dial *d, const struct dial_attempt *a)
{
	nsec_t wait = dial_wait_for(d, d->peers[a->host]);

	return a->sent + (wait > DIAL_KEEP ? wait : DIAL_KEEP);
}

/* Drops attempts that were kept for long enough. */
static void drop_old(struct dial *d, nsec_t now)
{
	uint32_t newer;

	for (uint32_t row = d->open.oldest; row != DIAL_NO_ROW; row = newer) {
		const struct dial_attempt *a = dial_table_at(&d->open, row);

		if (a->sent + DIAL_KEEP > now) /* so are the newer ones */
			return;
		newer = d->open.rows[row].newer;
		if (end_of(d, a) <= now)
			dial_cancel(d, row);
	}
}

/* The same without the host's own time limit. */
static nsec_t phase_due(const struct dial *d, const struct peer *h, nsec_t now)
{
	nsec_t due, turn = next_turn(d, h);

	switch (h->public.phase) {
	case DIAL_PING:
		if (h->ping_next == COUNT(ping_ports))
			return h->ping_sent + ping_wait(d) > turn ? h->ping_sent + ping_wait(d)
								  : turn;
		if (turn > now)
			return turn;
		break;
	case DIAL_SCAN:
		due = plan_next_expiry(&h->plan, dial_wait_for(d, h));
		if (limit_next(&h->limit, now) > now && limit_next(&h->limit, now) < due)
			due = limit_next(&h->limit, now);
		return turn > now && turn < due ? turn : due;
	case DIAL_DONE:
		break;
	}
	return NSEC_NEVER;
}

/* When this host next has something to do that is not starting. */
static nsec_t host_due(const struct dial *d, const struct peer *h, nsec_t now)
{
	nsec_t due = phase_due(d, h, now), end = given_up_at(d, h);

	return due < end ? due : end;
}

/* Tells of the hosts that are finished. */
static void reap(struct dial *d)
{
	struct peer *h;

	while ((h = peer_of(host_queue_pop(&d->ended)))) {
		d->active_count--;
		if (d->config.on_done)
			d->config.on_done(d->config.user, h->number);
	}
}

/* When the first wait of an open attempt ends: its socket can be had then. */
static nsec_t next_eviction(const struct dial *d)
{
	nsec_t due = NSEC_NEVER;

	for (uint32_t row = d->open.oldest; row != DIAL_NO_ROW; row = d->open.rows[row].newer) {
		const struct dial_attempt *a = dial_table_at(&d->open, row);
		nsec_t end = a->sent + dial_wait_for(d, d->peers[a->host]);

		if (!a->is_ping && end < due)
			due = end;
	}
	return due;
}

/* The earliest time at which dial_step() has something to do. */
static nsec_t next_due(const struct dial *d, nsec_t now)
{
	nsec_t due = agenda_next(&d->agenda), allowed = rate_window_next(&d->window, now);
	nsec_t next = pace_next(&d->pace, now) > allowed ? pace_next(&d->pace, now) : allowed;

	if (d->open.oldest != DIAL_NO_ROW &&
	    end_of(d, dial_table_at(&d->open, d->open.oldest)) < due)
		due = end_of(d, dial_table_at(&d->open, d->open.oldest));
	if (d->full && next_eviction(d) < due)
		due = next_eviction(d);
	if (d->window.gone)
		return now;
	if (d->starved && next < due)
		due = next;
	if (d->paused_until > now && d->paused_until < due)
		due = d->paused_until;
	return due;
}

/* Makes hosts ready of which a wait has ended. */
static void wake(struct dial *d, nsec_t now)
{
	while (agenda_next(&d->agenda) <= now) {
		uint32_t host = agenda_first(&d->agenda);

		agenda_set(&d->agenda, host, NSEC_NEVER);
		dial_make_ready(d, host);
	}
}

/*
 * Ends the waits that are over. What left while a queue of ours stood may have been dropped there.
 */
static void expire(const struct dial *d, struct peer *h, nsec_t now)
{
	plan_fault(&h->plan, d->pace.full_from, d->pace.full_until);
	plan_expire(&h->plan, now, dial_wait_for(d, h));
}

/* Begins what the ready hosts have, one attempt each in turn, until nothing can begin. */
static void take_turns(struct dial *d, nsec_t now)
{
	while (d->ready.count && !d->full && !d->starved && d->paused_until <= now) {
		struct peer *h = peer_of(host_queue_pop(&d->ready));
		uint32_t host = h->number;
		bool began;

		if (h->public.phase == DIAL_SCAN)
			expire(d, h, now);
		began = step_host(d, host, now);
		if (h->public.phase == DIAL_DONE)
			continue;
		if (began || d->full || d->starved || d->paused_until > now)
			dial_make_ready(d, host);
		agenda_set(&d->agenda, host, host_due(d, h, now));
	}
}

nsec_t dial_step(struct dial *d, nsec_t now)
{
	nsec_t due;

	if (d->stopped)
		return NSEC_NEVER;
	d->starved = d->full = false;
	rate_window_tell(&d->window, now);
	wake(d, now);
	drop_old(d, now);
	take_turns(d, now);
	due = next_due(d, now);
	reap(d);
	return due;
}
