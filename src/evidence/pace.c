// SPDX-License-Identifier: Apache-2.0
// How fast a scanner sent, and how many probes were under way at once.
//
// Theory of operation. Probes by time of sending, and apart from them their ends by time, are gone
// through like two files that are merged: what was sent and has not ended is under way. How many
// were so at each sending goes into a small histogram, exact up to its end, for the median.
#include "evidence/pace.h"

#include <stdlib.h>

#define DEPTHS 65536 /* under way at once, as far as the median tells them apart */

static int by_sending(const void *a, const void *b)
{
	const struct pace_probe *p = a, *q = b;

	return (p->sent > q->sent) - (p->sent < q->sent);
}

static int by_time(const void *a, const void *b)
{
	const nsec_t *s = a, *t = b;

	return (*s > *t) - (*s < *t);
}

static void measure_rate(const struct pace_probe *probes, size_t count, struct pace *p)
{
	nsec_t span = probes[count - 1].sent - probes[0].sent;
	uint32_t most = 0;

	p->begin = probes[0].sent;
	if (count < 2 || span <= 0)
		return;
	p->part = span / PACE_PARTS + 1;
	for (size_t i = 0; i < count; i++) {
		uint32_t *sent = &p->sent[(probes[i].sent - p->begin) / p->part];

		if (++*sent > most)
			most = *sent;
	}
	p->peak = (double)most * (double)NSEC_PER_SEC / (double)p->part;
}

static uint32_t median(const uint32_t *depths, size_t count)
{
	size_t seen = 0;
	uint32_t depth = 0;

	for (; depth < DEPTHS - 1; depth++) {
		seen += depths[depth];
		if (seen * 2 >= count)
			break;
	}
	return depth;
}

static bool measure_depth(const struct pace_probe *probes, size_t count, const nsec_t *ends,
			  struct pace *p)
{
	uint32_t *depths = calloc(DEPTHS, sizeof(*depths));
	size_t ended = 0;

	if (!depths)
		return false;
	for (size_t i = 0; i < count; i++) {
		size_t now;

		while (ended < i && ends[ended] <= probes[i].sent)
			ended++;
		now = i + 1 - ended;
		if (now > p->most) {
			p->most = (uint32_t)now;
			p->most_at = probes[i].sent;
		}
		depths[now < DEPTHS ? now : DEPTHS - 1]++;
	}
	p->typical = median(depths, count);
	free(depths);
	return true;
}

static bool is_sorted(const struct pace_probe *probes, size_t count)
{
	for (size_t i = 1; i < count; i++) {
		if (probes[i].sent < probes[i - 1].sent)
			return false;
	}
	return true;
}

bool pace_measure(struct pace_probe *probes, size_t count, nsec_t *room, struct pace *ret_pace)
{
	struct pace p = {0};
	bool ok = true;

	if (count) {
		if (!is_sorted(probes, count))
			qsort(probes, count, sizeof(*probes), by_sending);
		for (size_t i = 0; i < count; i++)
			room[i] = probes[i].done > probes[i].sent ? probes[i].done : probes[i].sent;
		qsort(room, count, sizeof(*room), by_time);
		measure_rate(probes, count, &p);
		ok = measure_depth(probes, count, room, &p);
	}
	*ret_pace = p;
	return ok;
}
