// SPDX-License-Identifier: Apache-2.0
// Where one scan of a scanner ends and its next one begins: see the header.
#include "evidence/runs.h"

static struct run *find(struct runs *r, const struct addr *source, nsec_t time)
{
	for (unsigned i = 0; i < r->count; i++) {
		if (addr_equal(&r->items[i].source, source))
			return &r->items[i];
	}
	if (r->count == RUNS_MAX)
		return NULL;
	r->items[r->count] = (struct run) {.source = *source, .last = time, .number = 1};
	return &r->items[r->count++];
}

uint16_t runs_number(struct runs *r, const struct addr *source, nsec_t time, bool asks)
{
	struct run *run = find(r, source, time);
	nsec_t pause;

	if (!run)
		return 1;
	pause = time - run->last;
	if (pause < 0)
		return run->number;
	if (run->probes == RUN_PROBES && pause >= RUN_PAUSE && pause / RUN_FACTOR >= run->pause &&
	    run->number < UINT16_MAX) {
		run->number++;
		run->probes = 0;
		run->pause = 0;
	}
	if (!asks)
		return run->number;
	run->last = time;
	if (run->probes && pause > run->pause)
		run->pause = pause;
	if (run->probes < RUN_PROBES)
		run->probes++;
	return run->number;
}
