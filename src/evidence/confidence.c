// SPDX-License-Identifier: Apache-2.0
// How likely a port that seemed silent is open nevertheless: see evidence/confidence.h.
#include "evidence/confidence.h"

#define UNSEEN     0.5   /* open ports added to those seen */
#define MISSED_MAX 0.999 /* above it the number of open ports cannot be told from those seen */

/* Adds what the capture lost to the loss of the path. */
static void hide(struct loss *loss, double hidden)
{
	loss->each = 1 - (1 - loss->each) * (1 - hidden);
	loss->after_lost = 1 - (1 - loss->after_lost) * (1 - hidden);
}

static bool measure(const struct ledger *l, uint32_t host, const struct loss *shared,
		    const struct confidence_doubts *doubts, struct confidence_ground *g)
{
	struct loss_sample sample = {0};
	bool ok;

	loss_sample_host(l, host, doubts->limited, &sample);
	loss_estimate(&sample, &g->loss);
	ok = !sample.failed;
	loss_sample_done(&sample);
	g->own = g->loss.known;
	if (!g->own && shared)
		g->loss = *shared;
	g->known = g->loss.known && !doubts->one_sided;
	hide(&g->loss, doubts->hidden);
	return ok;
}

/* What the ports of a host add up to. */
struct sum {
	struct confidence_ground *ground;
	double missed; /* silent ports whose every try may have been lost */
};

static void add_port(void *user, const struct port_verdict *v)
{
	struct sum *sum = user;

	sum->ground->open += v->state == PORT_OPEN;
	if (v->state != PORT_FILTERED || v->reply != EVENT_NONE)
		return;
	sum->ground->silent++;
	sum->missed += loss_of_all(&sum->ground->loss, v->tries);
}

bool confidence_ground(const struct ledger *l, uint32_t host, enum probe_kind kind,
		       const struct loss *shared, const struct confidence_doubts *doubts,
		       struct confidence_ground *ret_ground)
{
	struct confidence_ground g = {0};
	struct sum sum = {.ground = &g};
	bool ok = measure(l, host, shared, doubts, &g);

	verdict_each_by(l, host, kind, add_port, &sum);
	if (g.silent) {
		double m = sum.missed / g.silent < MISSED_MAX ? sum.missed / g.silent : MISSED_MAX;

		g.missed = (g.open + UNSEEN) * m / (1 - m);
		if (g.missed > g.silent)
			g.missed = g.silent;
	}
	*ret_ground = g;
	return ok;
}

void confidence_of(const struct confidence_ground *ground, const struct port_verdict *verdict,
		   struct confidence *ret_confidence)
{
	struct confidence c = {.known = ground->known};

	if (verdict->reply != EVENT_NONE) {
		c.known = true;
	} else if (verdict->state != PORT_FILTERED) {
		c.known = false;
	} else {
		c.missed = loss_of_all(&ground->loss, verdict->tries);
		c.chance = ground->silent ? (ground->open + UNSEEN) * c.missed / ground->silent : 0;
		if (c.missed < MISSED_MAX)
			c.chance /= 1 - c.missed;
		if (c.chance > 1)
			c.chance = 1;
	}
	*ret_confidence = c;
}
