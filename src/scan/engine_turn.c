// SPDX-License-Identifier: Apache-2.0
// Whose turn it is: queues of hosts that can send, an agenda of those that wait.
//
// Theory of operation. A host is in one place: in `touched` (something happened to it), in a queue
// of its uplink (it can send), in the queue of a neighbour (its next hop is asked for), in
// `waiting` or `finished`, or in none of them but the agenda. Its time in the agenda may be too
// early, since moving it with each frame would cost more than a look for nothing; it is never too
// late, because whatever makes it earlier touches the host.
#include "scan/engine_inner.h"

#define LOOKS_MAX    1024                  /* in one step: hosts that are unfolded and end */
#define MEMORY_PAUSE (100 * NSEC_PER_MSEC) /* after there was none to unfold a host */

/* The queue that a host which can send belongs into. */
static struct host_queue *queue_of(struct engine *e, const struct host *h)
{
	struct uplink *u = &e->uplinks[h->uplink];

	return h->public.phase == ENGINE_SCAN ? &u->scanning : &u->pinging;
}

void engine_touch(struct engine *e, struct host *h)
{
	bool complete = h->plan.count && h->plan.done == h->plan.count;

	if (h->public.phase == ENGINE_RESOLVE || h->link.queue == &e->touched ||
	    h->link.queue == &e->finished || h->link.queue == &e->waiting)
		return;
	/* one that can send keeps its turn, unless that has nothing to say any more */
	if (h->link.queue && h->link.queue == queue_of(e, h) && !complete &&
	    h->public.phase != ENGINE_DONE)
		return;
	host_queue_push(&e->touched, &h->link);
}

/* The host has nothing to send now: says when to look again. */
static void put_off(struct engine *e, struct host *h, nsec_t now)
{
	/* a host that finished or waits for others has been queued elsewhere */
	agenda_set(&e->agenda, h->index, h->link.queue ? NSEC_NEVER : engine_host_due(e, h, now));
}

static void look_at(struct engine *e, struct host *h, nsec_t now)
{
	if (engine_host_ready(e, h, now))
		host_queue_push(queue_of(e, h), &h->link);
	else
		put_off(e, h, now);
}

/* Lets the hosts of one queue send, one frame each in turn. False when the pace ended that. */
static bool serve(struct engine *e, struct uplink *u, struct host_queue *q, nsec_t now)
{
	struct host *h;

	while ((h = host_queued(host_queue_pop(q))) != NULL) {
		if (!engine_host_ready(e, h, now)) {
			put_off(e, h, now);
		} else if (!engine_may_send(e, u, now)) {
			host_queue_push_front(q, &h->link);
			return false;
		} else if (h->public.phase == ENGINE_DONE) {
			engine_touch(e, h); /* the batch before could not leave */
		} else if (engine_host_send(e, h, now)) {
			host_queue_push(queue_of(e, h), &h->link);
		} else {
			put_off(e, h, now);
		}
	}
	return true;
}

void engine_take_turns(struct engine *e, nsec_t now)
{
	struct host *h;

	for (unsigned i = 0; i < LOOKS_MAX && agenda_next(&e->agenda) <= now; i++) {
		uint32_t index = agenda_first(&e->agenda);

		h = engine_host_at(e, index);
		agenda_set(&e->agenda, index, h ? NSEC_NEVER : now + MEMORY_PAUSE);
		if (h && !h->link.queue)
			look_at(e, h, now);
	}
	while ((h = host_queued(host_queue_pop(&e->touched))) != NULL)
		look_at(e, h, now);
	for (uint32_t i = 0; i < e->uplink_count; i++) {
		struct uplink *u = &e->uplinks[i];

		if (serve(e, u, &u->scanning, now))
			serve(e, u, &u->pinging, now);
	}
}

nsec_t engine_turns_due(const struct engine *e, nsec_t now)
{
	nsec_t due = agenda_next(&e->agenda), allowed = rate_window_next(&e->window, now);

	if (e->touched.count || due < now || e->window.gone)
		return now;
	for (uint32_t i = 0; i < e->uplink_count; i++) {
		const struct uplink *u = &e->uplinks[i];
		nsec_t next = pace_next(&u->pace, now);

		if (next < allowed)
			next = allowed;
		if (next < e->postponed_until)
			next = e->postponed_until;
		if ((u->starved || u->scanning.count || u->pinging.count) && next < due)
			due = next;
	}
	return due;
}
