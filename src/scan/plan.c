// SPDX-License-Identifier: Apache-2.0
// Which port of one host to probe next: see the header.
#include "scan/plan.h"

#include <assert.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define FLIGHTS_FIRST 16

/*
 * A cell: the state of a port in STATE_BITS, above it the tries sent so far, above them those that
 * cannot count (see plan_fault()), then the round of a port in PLAN_RETRY. MARK, in the first cell
 * of a block, is about the whole block: without it no port of that is in PLAN_RETRY.
 *
 * Ports that wait for another try have no list. They are found by going over the cells in rounds:
 * one that begins to wait during a round has its turn in the next, so nobody overtakes another by
 * more than a round, and within one the order is that of the ports.
 */
#define STATE_BITS 3u
#define TRIES_BITS 5u
#define VOID_AT    (STATE_BITS + TRIES_BITS)
#define ROUND_AT   (VOID_AT + TRIES_BITS)
#define MARK       (1u << 15)
#define BLOCK      256u /* ports; a search passes 256 marks at most, then one block */

static_assert(PLAN_DONE < 1u << STATE_BITS, "a state fits its bits");
static_assert(PLAN_TRIES_MAX < 1u << TRIES_BITS, "tries fit their bits");

static unsigned bits_of(const struct plan *p, uint32_t at, unsigned from, unsigned bits)
{
	return p->cells[at] >> from & ((1u << bits) - 1);
}

static void set_bits(struct plan *p, uint32_t at, unsigned from, unsigned bits, unsigned value)
{
	unsigned rest = p->cells[at] & ~(((1u << bits) - 1) << from);

	p->cells[at] = (uint16_t)(rest | value << from);
}

enum plan_state plan_state(const struct plan *p, uint32_t at)
{
	return (enum plan_state)bits_of(p, at, 0, STATE_BITS);
}

unsigned plan_tries(const struct plan *p, uint32_t at)
{
	return bits_of(p, at, STATE_BITS, TRIES_BITS);
}

static unsigned void_tries(const struct plan *p, uint32_t at)
{
	return bits_of(p, at, VOID_AT, TRIES_BITS);
}

bool plan_was_silent(const struct plan *p, uint32_t at)
{
	return plan_tries(p, at) > void_tries(p, at);
}

static void set_state(struct plan *p, uint32_t at, enum plan_state state)
{
	set_bits(p, at, 0, STATE_BITS, state);
}

static void set_tries(struct plan *p, uint32_t at, unsigned tries)
{
	set_bits(p, at, STATE_BITS, TRIES_BITS, tries);
}

static void set_void_tries(struct plan *p, uint32_t at, unsigned tries)
{
	set_bits(p, at, VOID_AT, TRIES_BITS, tries);
}

int plan_init(struct plan *p, const uint16_t *order, uint32_t count, unsigned max_retries)
{
	*p = (struct plan) {.order = order, .count = count};
	p->tries_max = max_retries < PLAN_TRIES_MAX ? (uint8_t)(max_retries + 1) : PLAN_TRIES_MAX;
	p->flight_room = count < FLIGHTS_FIRST ? count : FLIGHTS_FIRST;
	plan_moved(p);
	if (count == 1)
		return 0;
	p->cells = calloc(count, sizeof(*p->cells));
	p->flights = malloc(p->flight_room * sizeof(*p->flights));
	if (p->cells && p->flights)
		return 0;
	plan_done(p);
	return -ENOMEM;
}

void plan_moved(struct plan *p)
{
	if (p->count != 1)
		return;
	p->cells = &p->only_cell;
	p->flights = &p->only_flight;
}

void plan_done(struct plan *p)
{
	if (p->count > 1) {
		free(p->cells);
		free(p->flights);
	}
	*p = (struct plan) {0};
}

void plan_shuffle(struct plan *p, uint64_t seed)
{
	p->shuffles = true;
	p->rng = (struct rng) {seed};
}

size_t plan_bytes(const struct plan *p)
{
	return p->count < 2 ? 0
			    : p->count * sizeof(*p->cells) + p->flight_room * sizeof(*p->flights);
}

double plan_loss(const struct plan *p)
{
	double lost = p->path_lost - p->path_ours, sent = p->path_answered + lost;
	double tries = p->told_loss + p->lost_tries;
	double known = p->others_loss > 0 ? PLAN_OTHERS : 0, all = sent + tries + known;
	double share = all > 0 ? (lost + p->lost_tries + known * p->others_loss) / all : 0;
	double chance = share * (1 - share);

	/* canaries and tries tell of one path, unless the tries fare worse than chance has it */
	if (tries > 0 && p->lost_tries > share * tries + PLAN_CHANCE * sqrt(chance * tries))
		share = p->lost_tries / tries;
	return share < PLAN_LOSS_MAX ? share : PLAN_LOSS_MAX;
}

/* How many tries a silent port is owed: so many, and those before a place in the order one more. */
struct owed {
	unsigned tries;
	uint32_t more_before;
};

/*
 * What is owed at present. One more try at all ports would mostly buy more than is asked for: so
 * many get it that the rest is just allowed, first in the scan's order.
 */
static struct owed tries_owed(const struct plan *p)
{
	double loss = plan_loss(p), expected = p->told - p->done_before;
	/*
	 * What a limiter or a full queue keeps back it keeps back in rows: one try says little of
	 * the next. Canaries tell what our own queue dropped, and such tries count for nothing.
	 */
	bool rows = p->lost_tries && loss > PLAN_LOSS_ROWS && !p->path_answered && !p->path_lost;
	double miss = p->tries_before || rows ? PLAN_MISS_LIMITED : PLAN_MISS;
	unsigned tries = 0, always = (rows ? PLAN_TRIES_ROWS : 0) + p->blind + p->tries_before;
	double before = 0;

	if (expected < 1) /* about as many again would answer, were all lost */
		expected = 1;
	while (tries < PLAN_TRIES_MIN || (loss > 0 && expected > miss)) {
		before = expected;
		expected *= loss;
		tries++;
	}
	if (tries == PLAN_TRIES_MIN)
		return (struct owed) {tries + always, 0};
	return (struct owed) {tries - 1 + always,
			      (uint32_t)ceil((before - miss) / (before - expected) * p->count)};
}

/* True when this port, silent so far, is to be asked again, where so many tries are owed. */
static bool owed_more(const struct plan *p, uint32_t at, struct owed owed)
{
	unsigned tries = plan_tries(p, at);

	owed.tries += at < owed.more_before;
	return tries < p->tries_max && (int)tries - (int)void_tries(p, at) < (int)owed.tries;
}

void plan_fault(struct plan *p, nsec_t from, nsec_t until)
{
	p->fault_from = from;
	p->fault_until = until;
}

void plan_silence_void(struct plan *p)
{
	for (uint32_t at = 0; at < p->count; at++) {
		if (plan_state(p, at) == PLAN_BENCH)
			set_void_tries(p, at, plan_tries(p, at));
	}
}

void plan_path(struct plan *p, uint32_t answered, uint32_t lost, uint32_t ours)
{
	p->path_answered = answered;
	p->path_lost = lost;
	p->path_ours = ours;
}

static void push_retry(struct plan *p, uint32_t at, unsigned round)
{
	set_state(p, at, PLAN_RETRY);
	set_bits(p, at, ROUND_AT, 1, round);
	p->cells[at - at % BLOCK] |= MARK;
	p->retries[round]++;
}

/* The port waits no more. */
static void pop_retry(struct plan *p, uint32_t at)
{
	p->retries[bits_of(p, at, ROUND_AT, 1)]--;
}

static uint32_t retry_count(const struct plan *p)
{
	return p->retries[0] + p->retries[1];
}

/*
 * From a port on, those of its block that wait: the first whose turn is in this round; or the end.
 */
static uint32_t search_block(struct plan *p, uint32_t at)
{
	uint32_t begin = at - at % BLOCK;
	uint32_t end = p->count - begin > BLOCK ? begin + BLOCK : p->count;
	bool whole = at == begin, any = false;

	if (!(p->cells[begin] & MARK))
		return end;
	for (; at < end; at++) {
		if (plan_state(p, at) != PLAN_RETRY)
			continue;
		if (bits_of(p, at, ROUND_AT, 1) == p->round)
			return at;
		any = true;
	}
	if (whole && !any)
		p->cells[begin] &= (uint16_t)~MARK;
	return at;
}

/* The next port that waits for another try; there must be one. */
static uint32_t first_retry(struct plan *p)
{
	uint32_t at;

	if (!p->retries[p->round]) {
		p->round = !p->round;
		p->retry_from = 0;
	}
	for (;;) {
		at = search_block(p, p->retry_from);
		if (at == p->count && p->shuffles)
			at = 0;        /* the search began at some port in the midst */
		assert(at < p->count); /* those of this round are all behind the last one */
		p->retry_from = at;
		if (plan_state(p, at) == PLAN_RETRY && bits_of(p, at, ROUND_AT, 1) == p->round)
			return at;
	}
}

/* True when another try may leave: a round that changes places waits for enough ports. */
static bool may_retry(const struct plan *p)
{
	return p->retries[p->round] || !p->shuffles || !p->flight_count ||
	       retry_count(p) >= PLAN_SHUFFLED;
}

bool plan_next(struct plan *p, uint32_t *ret_at, unsigned *ret_try)
{
	if (p->next_new < p->count) {
		*ret_at = p->next_new;
		*ret_try = 1;
		return true;
	}
	if (!retry_count(p) || !may_retry(p))
		return false;
	*ret_at = first_retry(p);
	*ret_try = plan_tries(p, *ret_at) + 1;
	return true;
}

/* Doubles the room for flights, up to one for each port. False when memory is out. */
static bool grow_flights(struct plan *p)
{
	uint32_t room = p->flight_room < p->count / 2 ? p->flight_room * 2 : p->count;
	struct plan_flight *flights = malloc(room * sizeof(*flights));

	if (!flights)
		return false;
	for (uint32_t i = 0; i < p->flight_count; i++)
		flights[i] = p->flights[(p->flight_head + i) % p->flight_room];
	free(p->flights);
	p->flights = flights;
	p->flight_room = room;
	p->flight_head = 0;
	return true;
}

/* The wait for this probe is over. */
static void expire_one(struct plan *p, const struct plan_flight *f)
{
	if (plan_state(p, f->at) != PLAN_FLIGHT || plan_tries(p, f->at) != f->try_number)
		return;
	if (f->doubted || (f->sent >= p->fault_from && f->sent < p->fault_until))
		set_void_tries(p, f->at, void_tries(p, f->at) + 1);
	if (owed_more(p, f->at, tries_owed(p)))
		push_retry(p, f->at, !p->round);
	else
		set_state(p, f->at, PLAN_BENCH);
}

static void expire_oldest(struct plan *p)
{
	struct plan_flight f = p->flights[p->flight_head];

	p->flight_head = (p->flight_head + 1) % p->flight_room;
	p->flight_count--;
	p->flights_over -= p->flights_over > 0;
	expire_one(p, &f);
}

void plan_sent(struct plan *p, uint32_t at, nsec_t now)
{
	unsigned tries = plan_tries(p, at) + 1;

	if (plan_state(p, at) == PLAN_NEW) {
		p->next_new++;
	} else {
		pop_retry(p, at);
		if (p->shuffles)
			p->retry_from = (uint32_t)rng_below(&p->rng, p->count);
	}
	set_tries(p, at, tries);
	set_state(p, at, PLAN_FLIGHT);
	if (p->flight_count == p->flight_room && !grow_flights(p))
		expire_oldest(p); /* it had the longest wait of all */
	p->flights[(p->flight_head + p->flight_count) % p->flight_room] =
		(struct plan_flight) {now, (uint16_t)at, (uint8_t)tries, false};
	p->flight_count++;
}

void plan_unsent(struct plan *p)
{
	uint32_t at = p->flights[(p->flight_head + p->flight_count - 1) % p->flight_room].at;

	p->flight_count--;
	if (p->flights_over > p->flight_count)
		p->flights_over = p->flight_count;
	set_tries(p, at, plan_tries(p, at) - 1);
	if (plan_state(p, at) != PLAN_FLIGHT)
		return;
	push_retry(p, at, p->round);
	if (at < p->retry_from)
		p->retry_from = at;
}

bool plan_answered(struct plan *p, uint32_t at, unsigned try_number, unsigned tells)
{
	enum plan_state before = plan_state(p, at);
	int lost;

	if (before == PLAN_DONE)
		return false;
	if (before == PLAN_RETRY)
		pop_retry(p, at);
	set_state(p, at, PLAN_DONE);
	p->done++;
	p->told += (tells & PLAN_TELLS) != 0;
	if (!(tells & PLAN_TELLS_LOSS))
		return true;
	p->told_loss++;
	lost = (int)try_number - p->tries_before - 1;
	/*
	 * what we drowned ourselves is no loss of the path's; without canaries it serves as a
	 * warning
	 */
	if (p->path_answered || p->path_lost || (tells & PLAN_TELLS_VOID))
		lost -= (int)void_tries(p, at);
	if (lost > 0)
		p->lost_tries += (uint32_t)lost;
	return true;
}

void plan_forget_loss(struct plan *p)
{
	p->lost_tries = 0;
}

void plan_start_over(struct plan *p)
{
	p->tries_before = 0;
	for (uint32_t at = 0; at < p->count; at++) {
		if (plan_tries(p, at) > p->tries_before)
			p->tries_before = (uint8_t)plan_tries(p, at);
		set_void_tries(p, at, 0);
	}
	if (p->tries_max >= PLAN_TRIES_FREE)
		p->tries_max = PLAN_TRIES_MAX;
	p->done_before = p->told;
	p->told_loss = p->lost_tries = 0;
}

void plan_expire(struct plan *p, nsec_t now, nsec_t timeout)
{
	while (p->flight_count) {
		const struct plan_flight *f = &p->flights[p->flight_head];

		if (plan_state(p, f->at) == PLAN_FLIGHT && f->sent + timeout > now)
			return;
		expire_oldest(p);
	}
}

/* A flight by its place, the oldest first. */
static struct plan_flight *flight_at(const struct plan *p, uint32_t i)
{
	return &p->flights[(p->flight_head + i) % p->flight_room];
}

/* True while the newest try at a port is waited for. */
static bool awaited(const struct plan *p, const struct plan_flight *f)
{
	return plan_state(p, f->at) == PLAN_FLIGHT && plan_tries(p, f->at) == f->try_number;
}

uint32_t plan_overdue(struct plan *p, nsec_t now, nsec_t timeout)
{
	uint32_t count = 0;

	for (; p->flights_over < p->flight_count; p->flights_over++) {
		const struct plan_flight *f = flight_at(p, p->flights_over);

		if (awaited(p, f) && f->sent + timeout > now)
			break;
		count += awaited(p, f);
	}
	return count;
}

void plan_confirm(struct plan *p, nsec_t until)
{
	while (p->flights_over && flight_at(p, 0)->sent <= until)
		expire_oldest(p);
}

void plan_doubt(struct plan *p, nsec_t from, nsec_t until)
{
	for (uint32_t i = p->flight_count; i-- && flight_at(p, i)->sent > from;)
		flight_at(p, i)->doubted |= flight_at(p, i)->sent <= until;
}

void plan_doubt_all(struct plan *p)
{
	while (p->flight_count)
		expire_oldest(p);
	for (uint32_t at = 0; at < p->count; at++) {
		if (plan_state(p, at) != PLAN_DONE)
			set_void_tries(p, at, plan_tries(p, at));
	}
	p->told_loss = p->lost_tries = 0;
	if (p->tries_max >= PLAN_TRIES_FREE)
		p->tries_max = PLAN_TRIES_MAX;
}

nsec_t plan_next_expiry(const struct plan *p, nsec_t timeout)
{
	if (p->flights_over == p->flight_count)
		return NSEC_NEVER;
	return flight_at(p, p->flights_over)->sent + timeout;
}

bool plan_asked_once(const struct plan *p)
{
	return p->next_new == p->count &&
	       (!p->flight_count || p->flights[p->flight_head].try_number > 1);
}

bool plan_nothing_left(const struct plan *p)
{
	return p->next_new == p->count && !p->flight_count && !retry_count(p);
}

bool plan_finished(struct plan *p)
{
	struct owed owed = tries_owed(p);

	if (p->done == p->count)
		return true;
	if (p->next_new < p->count || p->flight_count || retry_count(p))
		return false;
	for (uint32_t at = 0; at < p->count; at++) {
		if (plan_state(p, at) == PLAN_BENCH && owed_more(p, at, owed))
			push_retry(p, at, !p->round);
	}
	return !retry_count(p);
}
