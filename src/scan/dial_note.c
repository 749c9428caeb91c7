// SPDX-License-Identifier: Apache-2.0
// What answers to the attempts of a connect scan mean: for the port, the pace, the limiter.
#include "scan/dial_inner.h"

#include "scan/dial_answer.h"

#define PING_SHORTS_MAX 100          /* discovery attempts of a host that may fail to leave */
#define KERNEL_REPEATS  NSEC_PER_SEC /* a later answer may be to a SYN that the kernel repeated */

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
	return a->sent - dial_wait_for(d, h); /* dropped since: about then */
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
		dial_fail(d, a->host, error);
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
	dial_make_ready(d, a.host);
	switch (answer->meaning) {
	case DIAL_MEANS_STATE:
		if (answer->from_target)
			sample(h, rtt);
		if (!a.is_ping)
			port_answered(d, &a, answer, rtt, now);
		else if (answer->from_target)
			dial_start_scan(d, a.host, answer->reason);
		else
			h->ping_reason = answer->reason;
		break;
	case DIAL_MEANS_SILENCE: /* our own wait ends it */
		break;
	case DIAL_MEANS_SHORTAGE:
		short_of(d, &a, error, now);
		break;
	case DIAL_MEANS_BROKEN:
		dial_fail(d, a.host, error);
		break;
	}
}
