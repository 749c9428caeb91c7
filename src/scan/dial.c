// SPDX-License-Identifier: Apache-2.0
// The planner of a connect scan: see the header.
#include "scan/dial.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "scan/agenda.h"
#include "scan/dial_answer.h"
#include "scan/dial_table.h"
#include "scan/host_queue.h"
#include "scan/limit.h"
#include "scan/pace.h"
#include "scan/plan.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define HOSTS_MAX       4096
#define HOSTS_MIN       64
#define RESULTS_MAX     (4u << 20) /* ports of all hosts under way: 3 bytes each */
#define PING_SHORTS_MAX 100        /* discovery attempts of a host that may fail to leave */
#define SHORTAGE_PAUSE  (10 * NSEC_PER_MSEC)
#define SLOWEST_ANSWERS 2 /* silence is judged against this many times the slowest answer */
#define KERNEL_REPEATS  NSEC_PER_SEC /* a later answer may be to a SYN that the kernel repeated */

/* What a port came to: an errno, or one of these. */
#define PORT_NEVER   UINT16_MAX       /* not tried */
#define PORT_WAITING (UINT16_MAX - 1) /* tried */
#define PORT_LOST    (UINT16_MAX - 2) /* tried, but a try never left this machine */
#define PORT_SILENT  (UINT16_MAX - 3) /* tried, and waited for long enough */

static const uint16_t ping_ports[] = {80, 443};

struct peer {
	struct dial_host public; /* what callers may see */
	nsec_t rtt_min, rtt_max; /* 0: none yet */
	uint8_t ping_round;      /* from 1 while in DIAL_PING */
	uint8_t ping_next;       /* the next port of this round */
	uint8_t ping_shorts;     /* attempts that never left this machine */
	struct host_link link;   /* its place in ready, ended, or none */
	uint32_t number;
	uint32_t attempts;       /* open now */
	nsec_t began, left;      /* its first attempt and its newest; 0: none */
	nsec_t ping_sent;        /* when the round's last attempt began */
	const char *ping_reason; /* of the last answer that did not show it up */
	struct plan plan;
	struct limit limit;
	uint16_t *results; /* by place in the scan order; NULL before DIAL_SCAN */
};

/* The host of a queue's link; NULL for NULL. */
static struct peer *peer_of(struct host_link *link)
{
	return link ? (void *)((char *)link - offsetof(struct peer, link)) : NULL;
}

struct dial {
	struct dial_config config;
	uint16_t *ports;
	struct peer **peers; /* NULL: the number is free */
	uint32_t *spare;     /* numbers given back */
	uint32_t peer_count, peer_room, spare_count;
	uint32_t active_count;   /* hosts under way */
	struct agenda agenda;    /* when a wait of each ends */
	struct host_queue ready; /* hosts to look at, in turn */
	struct host_queue ended; /* those finished that nobody was told of */
	struct dial_table open;
	struct pace pace;
	nsec_t paused_until;
	bool stopped;
	bool starved; /* the pace held something back in this step */
	bool full;    /* there was no socket in this step */
	uint64_t started;
};

/* How many hosts may be under way: many, in bounded memory. */
static uint32_t hosts_room(uint32_t port_count)
{
	uint32_t room = RESULTS_MAX / port_count;

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
	d->ports = malloc(config->port_count * sizeof(*d->ports));
	if (!d->ports) {
		dial_free(d);
		return NULL;
	}
	memcpy(d->ports, config->ports, config->port_count * sizeof(*d->ports));
	pace_init(&d->pace, config->timing.min_rate, config->timing.max_rate, now);
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
static nsec_t wait_for(const struct dial *d, const struct peer *h)
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
static void make_ready(struct dial *d, uint32_t host)
{
	if (!d->peers[host]->link.queue)
		host_queue_push(&d->ready, &d->peers[host]->link);
}

static void cancel(struct dial *d, uint32_t row)
{
	uint64_t token = dial_table_token(&d->open, row);
	struct dial_attempt a;

	dial_table_take(&d->open, token, &a);
	d->peers[a.host]->attempts--;
	d->config.cancel(d->config.user, token);
}

/* Drops what is still open towards a host. */
static void cancel_host(struct dial *d, uint32_t host)
{
	uint32_t older;

	for (uint32_t row = d->open.newest; d->peers[host]->attempts; row = older) {
		older = d->open.rows[row].older;
		if (dial_table_at(&d->open, row)->host == host)
			cancel(d, row);
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

static void finish(struct dial *d, uint32_t host, enum dial_outcome outcome)
{
	struct peer *h = d->peers[host];

	cancel_host(d, host);
	settle_ports(d, h, outcome == DIAL_SCANNED);
	plan_done(&h->plan);
	h->public.phase = DIAL_DONE;
	h->public.outcome = outcome;
	agenda_set(&d->agenda, host, NSEC_NEVER);
	host_queue_push(&d->ended, &h->link);
}

/* This machine cannot go on with a host. */
static void fail(struct dial *d, uint32_t host, int error)
{
	d->peers[host]->public.error = error;
	finish(d, host, DIAL_FAILED);
}

static void start_scan(struct dial *d, uint32_t host, const char *reason)
{
	struct peer *h = d->peers[host];
	uint32_t count = d->config.port_count;

	cancel_host(d, host);
	h->public.phase = DIAL_SCAN;
	h->public.up = true;
	h->public.reason = reason;
	h->results = malloc(count * sizeof(*h->results));
	if (!h->results || plan_init(&h->plan, d->ports, count, d->config.timing.max_retries)) {
		free(h->results);
		h->results = NULL;
		fail(d, host, ENOMEM);
		return;
	}
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
	make_ready(d, host);
	if (assumed_up)
		start_scan(d, host, NULL);
	*ret_host = host;
	return 0;
}

/* Takes a round trip, unless the answer may be to a SYN that the kernel repeated. */
static void sample(struct peer *h, nsec_t rtt)
{
	if (h->public.rtt.known && rtt >= KERNEL_REPEATS)
		return;
	rtt_sample(&h->public.rtt, rtt);
	if (rtt > h->rtt_max)
		h->rtt_max = rtt;
	if (!h->rtt_min || rtt < h->rtt_min)
		h->rtt_min = rtt;
}

/* When the try before this one began; -1 when it is the first that counts. */
static nsec_t try_before(const struct dial *d, const struct peer *h, const struct dial_attempt *a)
{
	if (a->try_number <= h->plan.tries_before + 1u) /* before a limiter was known */
		return -1;
	for (uint32_t row = d->open.oldest; row != DIAL_NO_ROW; row = d->open.rows[row].newer) {
		const struct dial_attempt *other = dial_table_at(&d->open, row);

		if (other->host == a->host && other->at == a->at && !other->is_ping &&
		    other->try_number < a->try_number)
			return other->sent;
	}
	return a->sent - wait_for(d, h); /* dropped since: about then */
}

/*
 * A port's first answer, so much later than the quickest: what it teaches about loss, and about a
 * limiter there.
 */
static void learn(struct dial *d, const struct dial_attempt *a, nsec_t queueing, nsec_t now)
{
	struct peer *h = d->peers[a->host];
	struct limit_context context = {.try_number = a->try_number};
	struct pace_answer seen = {
		.sent_at = a->sent,
		.came_at = now,
		.lost_at = try_before(d, h, a),
		.round_trip = h->public.rtt.smoothed,
		.queueing = queueing,
	};

	pace_answer(&d->pace, &seen, now);
	if (limit_answer(&h->limit, &context, now)) {
		limit_begin(&h->limit, d->config.timing.max_scan_delay, now);
		plan_start_over(&h->plan);
		pace_forgive(&d->pace, now);
	}
}

/* An answer decided a port; open stands against closed, closed against filtered. */
static void port_answered(struct dial *d, const struct dial_attempt *a,
			  const struct dial_answer *answer, nsec_t rtt, nsec_t now)
{
	struct peer *h = d->peers[a->host];
	bool fresh = plan_answered(&h->plan, a->at, a->try_number, PLAN_TELLS | PLAN_TELLS_LOSS);
	nsec_t queueing = rtt - h->rtt_min;

	if (fresh)
		learn(d, a, answer->from_target ? queueing : 0, now);
	if (fresh && answer->state == PORT_OPEN && d->config.on_open)
		d->config.on_open(d->config.user, a->host, d->ports[a->at]);
	if (fresh || answer->state > dial_answer_of(h->results[a->at])->state)
		h->results[a->at] = (uint16_t)answer->error;
}

/* An attempt never left: the port may not be called silent for it. */
static void short_of(struct dial *d, const struct dial_attempt *a, int error, nsec_t now)
{
	struct peer *h = d->peers[a->host];

	h->public.error = error;
	d->paused_until = now + SHORTAGE_PAUSE;
	if (!a->is_ping) {
		if (h->results[a->at] == PORT_WAITING)
			h->results[a->at] = PORT_LOST;
		return;
	}
	if (h->public.phase != DIAL_PING || a->try_number != h->ping_round)
		return;
	if (h->ping_shorts++ == PING_SHORTS_MAX)
		fail(d, a->host, error);
	else if (h->ping_next > a->at) /* nobody is down for it */
		h->ping_next = (uint8_t)a->at;
}

void dial_answered(struct dial *d, uint64_t token, int error, nsec_t rtt, nsec_t now)
{
	const struct dial_answer *answer = dial_answer_of(error);
	struct dial_attempt a;
	struct peer *h;

	if (!dial_table_take(&d->open, token, &a))
		return;
	h = d->peers[a.host];
	h->attempts--;
	make_ready(d, a.host);
	switch (answer->meaning) {
	case DIAL_MEANS_STATE:
		if (answer->from_target)
			sample(h, rtt);
		if (!a.is_ping)
			port_answered(d, &a, answer, rtt, now);
		else if (answer->from_target)
			start_scan(d, a.host, answer->reason);
		else
			h->ping_reason = answer->reason;
		break;
	case DIAL_MEANS_SILENCE: /* our own wait ends it */
		break;
	case DIAL_MEANS_SHORTAGE:
		short_of(d, &a, error, now);
		break;
	case DIAL_MEANS_BROKEN:
		fail(d, a.host, error);
		break;
	}
}

/* Drops the oldest attempt whose wait is over; false when all may still be answered in time. */
static bool evict(struct dial *d, nsec_t now)
{
	for (uint32_t row = d->open.oldest; row != DIAL_NO_ROW; row = d->open.rows[row].newer) {
		const struct dial_attempt *a = dial_table_at(&d->open, row);

		if (!a->is_ping && a->sent + wait_for(d, d->peers[a->host]) <= now) {
			cancel(d, row);
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
	if (!pace_take(&d->pace, a->sent)) {
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
			finish(d, host, DIAL_DOWN);
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
			finish(d, host, DIAL_SCANNED);
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
		finish(d, host, DIAL_TIMED_OUT);
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
	nsec_t wait = wait_for(d, d->peers[a->host]);

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
			cancel(d, row);
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
		due = plan_next_expiry(&h->plan, wait_for(d, h));
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
		nsec_t end = a->sent + wait_for(d, d->peers[a->host]);

		if (!a->is_ping && end < due)
			due = end;
	}
	return due;
}

/* The earliest time at which dial_step() has something to do. */
static nsec_t next_due(const struct dial *d, nsec_t now)
{
	nsec_t due = agenda_next(&d->agenda);

	if (d->open.oldest != DIAL_NO_ROW &&
	    end_of(d, dial_table_at(&d->open, d->open.oldest)) < due)
		due = end_of(d, dial_table_at(&d->open, d->open.oldest));
	if (d->full && next_eviction(d) < due)
		due = next_eviction(d);
	if (d->starved && pace_next(&d->pace, now) < due)
		due = pace_next(&d->pace, now);
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
		make_ready(d, host);
	}
}

/* Begins what the ready hosts have, one attempt each in turn, until nothing can begin. */
static void take_turns(struct dial *d, nsec_t now)
{
	while (d->ready.count && !d->full && !d->starved && d->paused_until <= now) {
		struct peer *h = peer_of(host_queue_pop(&d->ready));
		uint32_t host = h->number;
		bool began;

		if (h->public.phase == DIAL_SCAN)
			plan_expire(&h->plan, now, wait_for(d, h));
		began = step_host(d, host, now);
		if (h->public.phase == DIAL_DONE)
			continue;
		if (began || d->full || d->starved || d->paused_until > now)
			make_ready(d, host);
		agenda_set(&d->agenda, host, host_due(d, h, now));
	}
}

nsec_t dial_step(struct dial *d, nsec_t now)
{
	nsec_t due;

	if (d->stopped)
		return NSEC_NEVER;
	d->starved = d->full = false;
	wake(d, now);
	drop_old(d, now);
	take_turns(d, now);
	due = next_due(d, now);
	reap(d);
	return due;
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
		cancel(d, d->open.oldest);
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
