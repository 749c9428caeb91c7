// SPDX-License-Identifier: Apache-2.0
// The user's limit in packets a second: see the header.
#include "scan/rate_window.h"

void rate_window_init(struct rate_window *w, double rate)
{
	*w = (struct rate_window) {.span = NSEC_PER_SEC};
	if (rate >= 1) {
		w->most = (uint64_t)rate;
	} else if (rate > 0) {
		w->most = 1;
		w->span = (nsec_t)((double)NSEC_PER_SEC / rate);
	}
}

bool rate_window_is_open(const struct rate_window *w)
{
	return !w->most || w->held + w->put + w->gone < w->most;
}

void rate_window_put(struct rate_window *w)
{
	w->put += w->most > 0;
}

void rate_window_left(struct rate_window *w)
{
	w->put -= w->most > 0;
	w->gone += w->most > 0;
}

void rate_window_stayed(struct rate_window *w)
{
	w->put -= w->most > 0;
}

/* The entry for what has left by now. */
static unsigned newest(struct rate_window *w, nsec_t now)
{
	bool joins = w->count && now - w->opened < w->span / (RATE_WINDOW_ENTRIES - 1);

	/* entries begin so far apart that those of a span have room */
	if (!joins && w->count < RATE_WINDOW_ENTRIES) {
		w->entries[(w->first + w->count++) % RATE_WINDOW_ENTRIES].count = 0;
		w->opened = now;
	}
	return (w->first + w->count - 1) % RATE_WINDOW_ENTRIES;
}

void rate_window_tell(struct rate_window *w, nsec_t now)
{
	unsigned at;

	while (w->count && w->entries[w->first].left <= now - w->span) {
		w->held -= w->entries[w->first].count;
		w->first = (w->first + 1) % RATE_WINDOW_ENTRIES;
		w->count--;
	}
	if (!w->gone)
		return;
	at = newest(w, now);
	w->entries[at].left = now;
	w->entries[at].count += w->gone;
	w->held += w->gone;
	w->gone = 0;
}

nsec_t rate_window_next(const struct rate_window *w, nsec_t now)
{
	if (rate_window_is_open(w) || w->gone || !w->count)
		return now;
	return w->entries[w->first].left + w->span;
}
