// SPDX-License-Identifier: Apache-2.0
/*
 * One direction of a link: what it does to each frame, and what it counted.
 *
 * Theory of operation. A frame meets, in this order: the queue and the rate
 * (a bottleneck router), then random and burst loss, corruption, duplication
 * (the path behind it), then delay, jitter and reordering (its length). The
 * rate limiter is a clock: free_ns says when it will have sent all accepted
 * frames, so a frame begins to leave at max(now, free_ns). The frames that have
 * not begun are the queue; when `queue` of them wait, the newcomer is dropped.
 * Due times never go back (last_due_ns), so order is kept whatever the jitter,
 * except for a frame chosen for reordering: it is held reorder_ns longer and
 * does not move last_due_ns, so the ones behind overtake it.
 */
#include "path.h"

#include <inttypes.h>
#include <string.h>

#include "../common/quantity.h"

enum { TEXT_MAX = 256 };

static const uint64_t ns_per_s = 1000000000;

/* "CHANCE/TIME", as burst and reorder want it. */
static int chance_and_time(char *text, uint32_t *ret_ppm, uint64_t *ret_ns, struct fail *f)
{
	char *slash = strchr(text, '/');

	if (!slash)
		return fail_set(f, "\"%.40s\" is not a chance and a time such as 1%%/20ms.", text);
	*slash = '\0';
	if (quantity_share(text, ret_ppm, f) < 0)
		return -1;
	return quantity_time(slash + 1, ret_ns, f);
}

static int queue_length(const char *text, uint32_t *ret, struct fail *f)
{
	uint64_t n;

	if (quantity_number(text, PATH_QUEUE_MAX, &n, f) < 0)
		return -1;
	if (!n)
		return fail_set(f, "A queue of 0 frames carries nothing; give at least 1.");
	*ret = (uint32_t)n;
	return 0;
}

static int one_fault(const char *key, char *value, struct path_faults *w, struct fail *f)
{
	if (!strcmp(key, "delay"))
		return quantity_time(value, &w->delay_ns, f);
	if (!strcmp(key, "jitter"))
		return quantity_time(value, &w->jitter_ns, f);
	if (!strcmp(key, "rate"))
		return quantity_rate(value, &w->rate_bps, f);
	if (!strcmp(key, "queue"))
		return queue_length(value, &w->queue, f);
	if (!strcmp(key, "loss"))
		return quantity_share(value, &w->loss_ppm, f);
	if (!strcmp(key, "burst"))
		return chance_and_time(value, &w->burst_ppm, &w->burst_ns, f);
	if (!strcmp(key, "dup"))
		return quantity_share(value, &w->dup_ppm, f);
	if (!strcmp(key, "reorder"))
		return chance_and_time(value, &w->reorder_ppm, &w->reorder_ns, f);
	if (!strcmp(key, "corrupt"))
		return quantity_share(value, &w->corrupt_ppm, f);
	return fail_set(f,
			"\"%.40s\" is not a fault; use delay, jitter, rate, queue, loss, burst, "
			"dup, reorder or corrupt.",
			key);
}

int path_faults_parse(const char *text, struct path_faults *ret_faults, struct fail *f)
{
	struct path_faults faults = *ret_faults;
	char copy[TEXT_MAX], *item, *rest = NULL;

	if (strlen(text) >= sizeof(copy))
		return fail_set(f, "The list of faults is longer than %d letters.", TEXT_MAX - 1);
	memcpy(copy, text, strlen(text) + 1);
	for (item = strtok_r(copy, ",", &rest); item; item = strtok_r(NULL, ",", &rest)) {
		char *value = strchr(item, '=');

		if (!value)
			return fail_set(f, "\"%.40s\" has no value; write %.20s=VALUE.", item,
					item);
		*value++ = '\0';
		if (one_fault(item, value, &faults, f) < 0)
			return -1;
	}
	*ret_faults = faults;
	return 0;
}

void path_init(struct path *p, const struct path_faults *faults, int to_side, uint64_t seed)
{
	memset(p, 0, sizeof(*p));
	p->faults = *faults;
	if (!p->faults.queue)
		p->faults.queue = PATH_QUEUE_DEFAULT;
	p->to_side = to_side;
	p->random.state = seed;
}

/* The time the frame has wholly left the bottleneck, or 0 when the queue is full. */
static uint64_t leave_bottleneck(struct path *p, uint64_t now_ns, uint32_t len)
{
	uint64_t begin_ns;

	if (!p->faults.rate_bps)
		return now_ns;
	while (p->waiting_count && p->waiting[p->waiting_head] <= now_ns) {
		p->waiting_head = (p->waiting_head + 1) % PATH_QUEUE_MAX;
		p->waiting_count--;
	}
	if (p->waiting_count >= p->faults.queue) {
		p->count.queue_dropped++;
		return 0;
	}
	begin_ns = p->free_ns > now_ns ? p->free_ns : now_ns;
	p->free_ns = begin_ns + (uint64_t)len * 8 * ns_per_s / p->faults.rate_bps;
	if (begin_ns > now_ns) {
		p->waiting[(p->waiting_head + p->waiting_count) % PATH_QUEUE_MAX] = begin_ns;
		p->waiting_count++;
	}
	return p->free_ns;
}

static bool is_lost(struct path *p, uint64_t now_ns)
{
	if (now_ns < p->burst_until_ns) {
		p->count.burst_lost++;
		return true;
	}
	if (random_chance(&p->random, p->faults.burst_ppm)) {
		p->burst_until_ns = now_ns + p->faults.burst_ns;
		p->count.burst_lost++;
		return true;
	}
	if (random_chance(&p->random, p->faults.loss_ppm)) {
		p->count.lost++;
		return true;
	}
	return false;
}

static uint64_t arrival(struct path *p, uint64_t left_ns)
{
	uint64_t due_ns = left_ns + p->faults.delay_ns;

	if (p->faults.jitter_ns) {
		uint64_t early_ns = p->faults.jitter_ns;

		if (early_ns > p->faults.delay_ns)
			early_ns = p->faults.delay_ns;
		due_ns += random_below(&p->random, early_ns + p->faults.jitter_ns + 1);
		due_ns -= early_ns;
	}
	if (random_chance(&p->random, p->faults.reorder_ppm)) {
		p->count.reordered++;
		return due_ns + p->faults.reorder_ns;
	}
	if (due_ns < p->last_due_ns)
		due_ns = p->last_due_ns;
	p->last_due_ns = due_ns;
	return due_ns;
}

void path_admit(struct path *p, struct pending *pending, uint64_t now_ns, uint8_t *bytes,
		uint32_t len)
{
	uint64_t left_ns, due_ns;
	unsigned int copies = 1;

	p->count.in++;
	p->count.bytes_in += len;
	left_ns = leave_bottleneck(p, now_ns, len);
	if (!left_ns || is_lost(p, now_ns))
		return;
	if (len > p->header && random_chance(&p->random, p->faults.corrupt_ppm)) {
		uint64_t bit = random_below(&p->random, (uint64_t)(len - p->header) * 8);

		bytes[p->header + bit / 8] ^= (uint8_t)(1u << (bit % 8));
		p->count.corrupted++;
	}
	if (random_chance(&p->random, p->faults.dup_ppm)) {
		copies = 2;
		p->count.duplicated++;
	}
	due_ns = arrival(p, left_ns);
	while (copies--)
		if (pending_add(pending, due_ns, p->to_side, bytes, len) < 0)
			p->count.overflow++;
}

void path_print(const struct path *p, FILE *out)
{
	const struct path_counters *c = &p->count;

	fprintf(out, "{\"in\":%" PRIu64 ",\"out\":%" PRIu64 ",\"bytes_in\":%" PRIu64, c->in, c->out,
		c->bytes_in);
	fprintf(out, ",\"bytes_out\":%" PRIu64 ",\"lost\":%" PRIu64, c->bytes_out, c->lost);
	fprintf(out, ",\"burst_lost\":%" PRIu64 ",\"queue_dropped\":%" PRIu64, c->burst_lost,
		c->queue_dropped);
	fprintf(out, ",\"overflow\":%" PRIu64 ",\"duplicated\":%" PRIu64, c->overflow,
		c->duplicated);
	fprintf(out, ",\"reordered\":%" PRIu64 ",\"corrupted\":%" PRIu64, c->reordered,
		c->corrupted);
	fprintf(out, ",\"write_failed\":%" PRIu64 "}", c->write_failed);
}
