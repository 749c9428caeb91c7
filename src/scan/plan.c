// SPDX-License-Identifier: Apache-2.0
// Which port of one host to probe next: see the header.
#include "scan/plan.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int plan_init(struct plan *p, const uint16_t *order, uint32_t count, unsigned max_retries)
{
	*p = (struct plan) {.order = order, .count = count};
	p->tries_max = max_retries < PLAN_TRIES_MAX ? (uint8_t)(max_retries + 1) : PLAN_TRIES_MAX;
	p->state = calloc(count, sizeof(*p->state));
	p->tries = calloc(count, sizeof(*p->tries));
	p->void_tries = calloc(count, sizeof(*p->void_tries));
	p->flights = malloc(count * sizeof(*p->flights));
	p->retries = malloc(count * sizeof(*p->retries));
	if (p->state && p->tries && p->void_tries && p->flights && p->retries)
		return 0;
	plan_done(p);
	return -ENOMEM;
}

void plan_done(struct plan *p)
{
	free(p->state);
	free(p->tries);
	free(p->void_tries);
	free(p->flights);
	free(p->retries);
	*p = (struct plan) {0};
}

double plan_loss(const struct plan *p)
{
	double lost = p->path_lost - p->path_ours, all = p->path_answered + lost;
	double path = all > 0 ? lost / all : 0, tries = 0;

	all = p->told_loss + p->lost_tries;
	if (all > 0)
		tries = p->lost_tries / all;
	if (tries > path)
		path = tries;
	return path < PLAN_LOSS_MAX ? path : PLAN_LOSS_MAX;
}

/* How many tries a silent port is owed at present. */
static unsigned tries_owed(const struct plan *p)
{
	double loss = plan_loss(p), expected = p->told - p->done_before;
	/*
	 * What a limiter or a full queue keeps back it keeps back in rows: one try says little of
	 * the next. Canaries tell what our own queue dropped, and such tries count for nothing.
	 */
	bool rows = loss > PLAN_LOSS_ROWS && !p->path_answered && !p->path_lost;
	double miss = p->tries_before || rows ? PLAN_MISS_LIMITED : PLAN_MISS;
	unsigned owed = 0;

	if (expected < 1) /* about as many again would answer, were all lost */
		expected = 1;
	while (owed < PLAN_TRIES_MIN || (loss > 0 && expected > miss)) {
		expected *= loss;
		owed++;
	}
	return owed + (rows ? PLAN_TRIES_ROWS : 0) + p->tries_before;
}

/* True when this port, silent so far, is to be asked again, where so many tries are owed. */
static bool owed_more(const struct plan *p, uint32_t at, unsigned owed)
{
	return p->tries[at] < p->tries_max && p->tries[at] - p->void_tries[at] < (int)owed;
}

void plan_fault(struct plan *p, nsec_t from, nsec_t until)
{
	p->fault_from = from;
	p->fault_until = until;
}

void plan_silence_void(struct plan *p)
{
	for (uint32_t at = 0; at < p->count; at++) {
		if (p->state[at] == PLAN_BENCH)
			p->void_tries[at] = p->tries[at];
	}
}

void plan_path(struct plan *p, uint32_t answered, uint32_t lost, uint32_t ours)
{
	p->path_answered = answered;
	p->path_lost = lost;
	p->path_ours = ours;
}

static void push_retry(struct plan *p, uint32_t at)
{
	p->state[at] = PLAN_RETRY;
	p->retries[(p->retry_head + p->retry_count) % p->count] = (uint16_t)at;
	p->retry_count++;
}

static void pop_retry(struct plan *p)
{
	p->retry_head = (p->retry_head + 1) % p->count;
	p->retry_count--;
}

/* Drops retries that were answered while they waited. */
static void drop_answered(struct plan *p)
{
	while (p->retry_count && p->state[p->retries[p->retry_head]] != PLAN_RETRY)
		pop_retry(p);
}

bool plan_next(struct plan *p, uint32_t *ret_at, unsigned *ret_try)
{
	if (p->next_new < p->count) {
		*ret_at = p->next_new;
		*ret_try = 1;
		return true;
	}
	drop_answered(p);
	if (!p->retry_count)
		return false;
	*ret_at = p->retries[p->retry_head];
	*ret_try = p->tries[*ret_at] + 1u;
	return true;
}

void plan_sent(struct plan *p, uint32_t at, nsec_t now)
{
	struct plan_flight *f = &p->flights[(p->flight_head + p->flight_count) % p->count];

	if (p->state[at] == PLAN_NEW) {
		p->next_new++;
	} else {
		pop_retry(p);
	}
	p->tries[at]++;
	p->state[at] = PLAN_FLIGHT;
	*f = (struct plan_flight) {now, (uint16_t)at, p->tries[at]};
	p->flight_count++;
}

void plan_unsent(struct plan *p)
{
	uint32_t at = p->flights[(p->flight_head + p->flight_count - 1) % p->count].at;

	p->flight_count--;
	p->tries[at]--;
	if (p->state[at] == PLAN_FLIGHT)
		push_retry(p, at);
}

bool plan_answered(struct plan *p, uint32_t at, unsigned try_number, unsigned tells)
{
	int lost;

	if (p->state[at] == PLAN_DONE)
		return false;
	p->state[at] = PLAN_DONE;
	p->done++;
	p->told += (tells & PLAN_TELLS) != 0;
	if (!(tells & PLAN_TELLS_LOSS))
		return true;
	p->told_loss++;
	lost = (int)try_number - p->tries_before - 1 - p->void_tries[at];
	p->lost_tries += lost > 0 ? (uint32_t)lost : 0; /* what we drowned ourselves is no loss */
	return true;
}

void plan_start_over(struct plan *p)
{
	p->tries_before = 0;
	for (uint32_t at = 0; at < p->count; at++) {
		if (p->tries[at] > p->tries_before)
			p->tries_before = p->tries[at];
	}
	memset(p->void_tries, 0, p->count * sizeof(*p->void_tries));
	if (p->tries_max >= PLAN_TRIES_FREE)
		p->tries_max = PLAN_TRIES_MAX;
	p->done_before = p->told;
	p->told_loss = p->lost_tries = 0;
}

/* The wait for this probe is over. */
static void expire_one(struct plan *p, const struct plan_flight *f)
{
	if (p->state[f->at] != PLAN_FLIGHT || p->tries[f->at] != f->try_number)
		return;
	if (f->sent >= p->fault_from && f->sent < p->fault_until)
		p->void_tries[f->at]++;
	if (owed_more(p, f->at, tries_owed(p)))
		push_retry(p, f->at);
	else
		p->state[f->at] = PLAN_BENCH;
}

void plan_expire(struct plan *p, nsec_t now, nsec_t timeout)
{
	while (p->flight_count) {
		struct plan_flight f = p->flights[p->flight_head];

		if (p->state[f.at] == PLAN_FLIGHT && f.sent + timeout > now)
			return;
		p->flight_head = (p->flight_head + 1) % p->count;
		p->flight_count--;
		expire_one(p, &f);
	}
}

nsec_t plan_next_expiry(const struct plan *p, nsec_t timeout)
{
	return p->flight_count ? p->flights[p->flight_head].sent + timeout : NSEC_NEVER;
}

bool plan_nothing_left(const struct plan *p)
{
	return p->next_new == p->count && !p->flight_count && !p->retry_count;
}

bool plan_finished(struct plan *p)
{
	unsigned owed = tries_owed(p);

	drop_answered(p);
	if (p->done == p->count)
		return true;
	if (p->next_new < p->count || p->flight_count || p->retry_count)
		return false;
	for (uint32_t at = 0; at < p->count; at++) {
		if (p->state[at] == PLAN_BENCH && owed_more(p, at, owed))
			push_retry(p, at);
	}
	return !p->retry_count;
}
