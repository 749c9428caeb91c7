// SPDX-License-Identifier: Apache-2.0
// How likely a port that seemed silent is open nevertheless: see evidence/confidence.h.
#include "evidence/confidence.h"

#include <stdlib.h>

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

bool confidence_ground(const struct ledger *l, uint32_t host, enum probe_kind kind,
		       const struct loss *shared, const struct confidence_doubts *doubts,
		       struct confidence_ground *ret_ground)
{
	uint32_t count = verdict_all_by(l, host, kind, 0, NULL);
	struct port_verdict *v = malloc((count + 1) * sizeof(*v));
	struct confidence_ground g = {0};
	double missed = 0;
	bool ok;

	if (!v)
		return false;
	count = count ? verdict_all_by(l, host, kind, count, v) : 0;
	ok = measure(l, host, shared, doubts, &g);
	for (uint32_t i = 0; i < count; i++) {
		g.open += v[i].state == PORT_OPEN;
		if (v[i].state != PORT_FILTERED || v[i].reply != EVENT_NONE)
			continue;
		g.silent++;
		missed += loss_of_all(&g.loss, v[i].tries);
	}
	free(v);
	if (g.silent) {
		double m = missed / g.silent < MISSED_MAX ? missed / g.silent : MISSED_MAX;

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
