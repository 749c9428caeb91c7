// SPDX-License-Identifier: Apache-2.0
// Packet lengths in Wireshark's ten ranges. See the header.
#include "packet/stat_plen.h"

static const uint32_t tops[STAT_PLEN_RANGES] = {19,  39,   79,   159,  319,
						639, 1279, 2559, 5119, UINT32_MAX};

const char *const stat_plen_names[STAT_PLEN_RANGES] = {
	"0-19",    "20-39",    "40-79",     "80-159",    "160-319",
	"320-639", "640-1279", "1280-2559", "2560-5119", "5120 and greater",
};

/* Steps count down to below zero for packets older than the capture's first. */
static int64_t step_of(nsec_t time)
{
	const nsec_t step = STAT_BURST_STEP_MS * NSEC_PER_MSEC;

	return time >= 0 ? time / step : -((-time + step - 1) / step);
}

static unsigned place_of(int64_t step)
{
	return (unsigned)(((step % STAT_BURST_STEPS) + STAT_BURST_STEPS) % STAT_BURST_STEPS);
}

/* Empties the steps that the ring leaves behind when it moves on to this one. */
static void move_on(struct stat_burst *b, int64_t step)
{
	int64_t moves = step - b->newest;

	if (moves > STAT_BURST_STEPS)
		moves = STAT_BURST_STEPS;
	for (int64_t i = 0; i < moves; i++) {
		unsigned place = place_of(step - i);

		b->sum -= b->counts[place];
		b->counts[place] = 0;
	}
	b->newest = step;
}

/*
 * When the oldest packet in the ring came. While the capture's beginning is in the ring it is that,
 * with or without a packet: Wireshark's windows begin so.
 */
static nsec_t window_start(const struct stat_burst *b)
{
	if (b->newest >= 0 && b->newest < STAT_BURST_STEPS)
		return 0;
	for (int i = STAT_BURST_STEPS - 1; i > 0; i--) {
		unsigned place = place_of(b->newest - i);

		if (b->counts[place])
			return b->starts[place];
	}
	return b->starts[place_of(b->newest)];
}

static void burst_add(struct stat_burst *b, bool first, nsec_t time)
{
	int64_t step = step_of(time);
	unsigned place = place_of(step);

	if (first)
		b->newest = step;
	else if (step > b->newest)
		move_on(b, step);
	else if (step <= b->newest - STAT_BURST_STEPS)
		return;
	if (!b->counts[place] || time < b->starts[place])
		b->starts[place] = time;
	b->counts[place]++;
	if (++b->sum > b->most) {
		b->most = b->sum;
		b->most_at = window_start(b);
	}
}

static void add(struct stat_plen_range *r, uint32_t len, nsec_t time)
{
	bool first = !r->count++;

	r->bytes += len;
	if (first || len < r->least)
		r->least = len;
	if (len > r->most)
		r->most = len;
	burst_add(&r->burst, first, time);
}

static void feed(struct stat_plen *p, uint32_t len, nsec_t time)
{
	unsigned range = 0;

	if (!p->all.count)
		p->start = time;
	p->end = time;
	while (len > tops[range])
		range++;
	add(&p->all, len, time);
	add(&p->ranges[range], len, time);
}

void stat_plen_feed(struct stat_plen *p, const struct stat_frame *f)
{
	feed(p, f->frame->wire_len, f->since_first);
}

void stat_plen_bares(struct stat_plen *p, const struct stat_bares *b)
{
	for (unsigned i = 0; i < b->count; i++)
		feed(p, b->frames[i].wire_len, b->frames[i].time - b->first);
}
