// SPDX-License-Identifier: Apache-2.0
// What happens to a simulated frame on its way: delay, jitter, spikes, loss, rates and queues.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sim_inner.h"

#define NEAR_DELAY       (100 * NSEC_PER_USEC)
#define ETHERNET_LEN     14
#define IPV4_SOURCE      12 /* RFC 791 s. 3.1; hosts that are further away have such addresses */
#define IPV4_DESTINATION 16
#define SWAP_DELAY       NSEC_PER_MSEC /* what a frame that is overtaken comes later */

double sim_chance(struct sim *s)
{
	return (double)(rng_next(&s->rng) >> 11) / 9007199254740992.0;
}

static bool earlier(const struct flying *a, const struct flying *b)
{
	return a->time != b->time ? a->time < b->time : a->order < b->order;
}

void sim_heap_push(struct sim *s, struct flying *f)
{
	size_t i = s->heap_count++;

	if (s->heap_count > s->heap_room) {
		s->heap_room = s->heap_room ? s->heap_room * 2 : 1024;
		s->heap = realloc(s->heap, s->heap_room * sizeof(struct flying *));
		assert_non_null(s->heap);
	}
	for (; i && earlier(f, s->heap[(i - 1) / 2]); i = (i - 1) / 2)
		s->heap[i] = s->heap[(i - 1) / 2];
	s->heap[i] = f;
}

struct flying *sim_heap_pop(struct sim *s)
{
	struct flying *top = s->heap[0], *last = s->heap[--s->heap_count];
	size_t i = 0;

	for (;;) {
		size_t child = 2 * i + 1;

		if (child >= s->heap_count)
			break;
		if (child + 1 < s->heap_count && earlier(s->heap[child + 1], s->heap[child]))
			child++;
		if (!earlier(s->heap[child], last))
			break;
		s->heap[i] = s->heap[child];
		i = child;
	}
	s->heap[i] = last;
	return top;
}

/*
 * Gilbert's model in time: bursts of burst_time on average in which nothing passes, so often that
 * the share burst_loss is lost.
 */
static bool in_burst(struct sim *s, struct lane *lane)
{
	const struct sim_path *p = &s->config->path;

	if (p->burst_loss <= 0)
		return false;
	while (lane->turns <= s->now) {
		double mean = (double)p->burst_time;

		if (lane->turns) /* the first period is a good one */
			lane->bad = !lane->bad;
		if (!lane->bad)
			mean *= (1 - p->burst_loss) / p->burst_loss;
		lane->turns += 1 + (nsec_t)(mean * (0.5 + sim_chance(s)));
	}
	return lane->bad;
}

/* What a cellular link adds: now and then everything stands still for a while. */
static nsec_t spike(const struct sim *s)
{
	const struct sim_path *p = &s->config->path;
	nsec_t into;

	if (!p->spike_every)
		return 0;
	into = s->now % p->spike_every;
	return into < p->spike_delay ? p->spike_delay - into : 0;
}

nsec_t sim_busy(struct sim *s)
{
	const struct sim_path *p = &s->config->path;

	if (!(p->busy > 0) || sim_chance(s) >= p->busy)
		return 0;
	return (nsec_t)rng_below(&s->rng, (uint64_t)p->busy_delay);
}

/* When a frame that is sent now comes to the narrow part. */
static nsec_t enters(struct sim *s, struct lane *lane)
{
	if (lane->held <= s->now)
		lane->held = s->now + sim_busy(s);
	return lane->held;
}

/* When a frame leaves the queue before the narrow part; -1 when the queue is full. */
static nsec_t queued(struct sim *s, struct lane *lane, bool to_host)
{
	const struct sim_path *p = &s->config->path;
	double rate = !to_host && p->back_rate > 0 ? p->back_rate : p->rate;
	nsec_t each, now = enters(s, lane);

	if (rate <= 0)
		return now;
	each = (nsec_t)((double)NSEC_PER_SEC / rate);
	if (lane->free_at < now)
		lane->free_at = now;
	if ((lane->free_at - now) / each >= (nsec_t)p->queue) {
		s->result.queue_drops++;
		if (to_host && s->now >= NSEC_PER_SEC)
			s->result.late_drops++;
		return -1;
	}
	if (to_host) {
		s->result.queue_sum += (double)(lane->free_at - now);
		s->result.queued++;
	}
	lane->free_at += each;
	return lane->free_at;
}

static void fly(struct sim *s, const uint8_t *bytes, size_t len, bool to_host, nsec_t at)
{
	struct flying *f = malloc(sizeof(*f));

	assert_non_null(f);
	assert_true(len <= SIM_FRAME_MAX);
	*f = (struct flying) {
		.time = at, .order = s->order++, .len = (uint32_t)len, .to_host = to_host};
	memcpy(f->bytes, bytes, len);
	if (sim_chance(s) < s->config->path.corrupt)
		f->bytes[len - 1 - rng_below(&s->rng, 8)] ^= (uint8_t)(1 + rng_below(&s->rng, 255));
	sim_heap_push(s, f);
}

/* How much further away the host is that sent this, or gets it. */
static nsec_t further(const struct sim *s, const uint8_t *bytes, bool to_host)
{
	const struct sim_path *p = &s->config->path;
	size_t address = ETHERNET_LEN + (to_host ? IPV4_DESTINATION : IPV4_SOURCE);
	unsigned number = (unsigned)bytes[address + 2] << 8 | bytes[address + 3];

	return p->far_every && !(number % p->far_every) ? p->far_delay : 0;
}

void sim_cross(struct sim *s, const uint8_t *bytes, size_t len, bool to_host)
{
	const struct sim_path *p = &s->config->path;
	struct lane *lane = to_host ? &s->forth : &s->back;
	nsec_t at;

	if (to_host && s->now >= NSEC_PER_SEC)
		s->result.late_sent++;
	if (in_burst(s, lane) || sim_chance(s) < p->loss) {
		s->result.lost++;
		return;
	}
	at = queued(s, lane, to_host);
	if (at < 0)
		return;
	at += p->delay + spike(s) +
	      (p->jitter ? (nsec_t)rng_below(&s->rng, (uint64_t)p->jitter) : 0);
	if (at < lane->last)
		at = lane->last;
	lane->last = at;
	at += further(s, bytes, to_host);
	fly(s, bytes, len, to_host, at + (sim_chance(s) < p->reorder ? SWAP_DELAY : 0));
	if (sim_chance(s) < p->duplicate)
		fly(s, bytes, len, to_host, at);
}

void sim_pass(struct sim *s, const uint8_t *bytes, size_t len, bool to_host)
{
	if (s->config->on_link)
		sim_cross(s, bytes, len, to_host);
	else
		fly(s, bytes, len, to_host, s->now + NEAR_DELAY);
}
