/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which port of one host to probe next.
 *
 * Theory of operation. Each port is in one state:
 *   NEW     never probed; taken in the scan's order            -> FLIGHT
 *   FLIGHT  probed, the answer may still come                  -> DONE, RETRY or BENCH
 *   RETRY   its last probe stayed silent, another try is owed  -> FLIGHT or DONE
 *   BENCH   silent, and no further try is owed at present      -> RETRY or DONE
 *   DONE    answered
 * A late answer moves any of them to DONE. All ports are asked once before any is asked again: what
 * is open is known soonest so, and the retries need not wait for each other. Silent ports get a
 * second try. Once a lost canary, or an answer to a retry, shows that probes get lost, the share of
 * such probes is taken for the loss, and silent ports are owed so many tries that PLAN_MISS ports
 * of them all are expected to be missed, up to the user's limit (a host of few ports shows little
 * of the loss itself, so what the path lost of others' probes counts as well): the last try is
 * owed to as many of them as that takes, the first in the scan's order. What a limiter may have
 * withheld says nothing; canaries tell the loss then.
 */
#ifndef SONDE_SCAN_PLAN_H
#define SONDE_SCAN_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/nsec.h"
#include "base/rng.h"

#define PLAN_TRIES_MAX    30 /* each try has a source port of its own */
#define PLAN_TRIES_FREE   11 /* with this limit or a higher one, tries a limiter ate do not count */
#define PLAN_TRIES_MIN    2  /* a lost probe must not become a verdict */
#define PLAN_MISS         2e-3
#define PLAN_MISS_LIMITED 1e-4
#define PLAN_CHANCE       2    /* standard deviations that two shares of one path may differ by */
#define PLAN_OTHERS       30   /* probes that the loss of others' is worth */
#define PLAN_LOSS_MAX     0.5  /* more than this is a limiter, not loss */
#define PLAN_LOSS_ROWS    0.02 /* without canaries more is no chance: a queue drops in rows */
#define PLAN_TRIES_ROWS   2    /* more tries then, as one says little of the next */
#define PLAN_SHUFFLED     64   /* ports whose next tries change places, see plan_shuffle() */

enum plan_state {
	PLAN_NEW,
	PLAN_FLIGHT,
	PLAN_RETRY,
	PLAN_BENCH,
	PLAN_DONE,
};

/* A probe that was sent, in the order of sending. */
struct plan_flight {
	nsec_t sent;
	uint16_t at; /* index into order */
	uint8_t try_number;
	bool doubted; /* silence to it says nothing */
};

/*
 * Two bytes a port, and a flight for each probe that is waited for; the ring of flights grows with
 * what is under way. Ports that wait for another try are found by going over the cells.
 */
struct plan {
	const uint16_t *order; /* the scan's ports in scan order; not owned */
	uint16_t *cells;       /* of each port: state and tries, see plan.c */
	uint32_t count;
	uint32_t next_new;
	struct plan_flight *flights; /* ring */
	uint32_t flight_head, flight_count, flight_room;
	uint32_t flights_over;           /* of the oldest: counted by plan_overdue() */
	uint32_t retry_from, retries[2]; /* where to look for the next one; how many, by round */
	bool round;                      /* the one that is on */
	struct plan_flight only_flight;  /* of a plan of one port, in place */
	uint16_t only_cell;
	uint32_t done;
	uint32_t told;       /* of done: by answers that silence would not have equalled */
	uint32_t told_loss;  /* of these: those whose tries were lost for no other reason */
	uint32_t lost_tries; /* so many */
	uint32_t path_answered, path_lost; /* canaries of the host */
	uint32_t path_ours;                /* of the lost: by a queue that we filled */
	double others_loss;             /* share that the path lost of others' probes; 0: unknown */
	nsec_t fault_from, fault_until; /* see plan_fault() */
	uint32_t done_before;           /* plan_start_over(): told by then */
	uint8_t tries_before;           /* and the most tries that any port had had */
	uint8_t tries_max;              /* by the user's limit */
	bool blind; /* a limiter may explain any silence, and no canary tells of loss: a try more */
	bool shuffles; /* see plan_shuffle() */
	struct rng rng;
};

/* order has count (1 to 65,536) ports and outlives the plan. 0 or -ENOMEM. */
int plan_init(struct plan *p, const uint16_t *order, uint32_t count, unsigned max_retries);
void plan_done(struct plan *p);

/* A plan of one port holds no memory; wherever such a plan was copied to, this must be called. */
void plan_moved(struct plan *p);

/*
 * Ports are asked again in an order by chance, PLAN_SHUFFLED at a time. Else tries follow each
 * other at the same distances each time, and a full queue drops the same ports each time: a port
 * may lose all its tries so. For those whose canaries do not tell. Call it before the first port is
 * asked.
 */
void plan_shuffle(struct plan *p, uint64_t seed);

/* The memory it holds, beside itself. */
size_t plan_bytes(const struct plan *p);

/* What is known of one port; how many probes to it were sent. */
enum plan_state plan_state(const struct plan *p, uint32_t at);
unsigned plan_tries(const struct plan *p, uint32_t at);

/* True when a try at this port stayed silent for no fault that is known. */
bool plan_was_silent(const struct plan *p, uint32_t at);

/*
 * The port to probe now: a new one before a retry. True and its index and try number (from 1);
 * false when nothing is due. Call plan_sent() when it has left; asking again gives the same port.
 */
bool plan_next(struct plan *p, uint32_t *ret_at, unsigned *ret_try);
void plan_sent(struct plan *p, uint32_t at, nsec_t now);

/* Takes the newest plan_sent() back: the frame did not leave. For several, newest first. */
void plan_unsent(struct plan *p);

/* What an answer tells beside the port's state; a set of bits. */
enum plan_tells {
	PLAN_TELLS = 1,      /* silence would have said something else */
	PLAN_TELLS_LOSS = 2, /* earlier tries were lost: neither limiter nor filter explains it */
	PLAN_TELLS_VOID = 4, /* but of those that cannot count it does */
};

/* A reply to try_number of port index `at` came. True when the port was not answered before. */
bool plan_answered(struct plan *p, uint32_t at, unsigned try_number, unsigned tells);

/*
 * What left from when to when met a queue that we had filled ourselves: silence to it says nothing,
 * and such tries are made again.
 */
void plan_fault(struct plan *p, nsec_t from, nsec_t until);

/* The silence of ports that were settled by it says nothing: they are owed as many tries again. */
void plan_silence_void(struct plan *p);

/* What became of the host's canaries so far. ours: of the lost, those in a queue that we filled. */
void plan_path(struct plan *p, uint32_t answered, uint32_t lost, uint32_t ours);

/* The share of probes that get lost, as far as is known; 0 when none was. */
double plan_loss(const struct plan *p);

/* Tries that were lost so far were lost for a reason that is gone: they tell of no loss to come. */
void plan_forget_loss(struct plan *p);

/*
 * Forgets what was learnt of loss: the tries so far were made too fast to mean anything, so every
 * silent port is owed as many again as a new one.
 */
void plan_start_over(struct plan *p);

/* Ends the wait for probes sent before now - timeout. */
void plan_expire(struct plan *p, nsec_t now, nsec_t timeout);

/*
 * Where silence must be confirmed: how many more probes were waited for longer than timeout, and
 * are silent by now. Their silence counts when plan_confirm() says so.
 */
uint32_t plan_overdue(struct plan *p, nsec_t now, nsec_t timeout);

/* The silence of those of them that left by then counts, but what was doubted before. */
void plan_confirm(struct plan *p, nsec_t until);

/* Silence to what left after `from` and by `until` will say nothing: it will be asked again. */
void plan_doubt(struct plan *p, nsec_t from, nsec_t until);

/* No silence so far says anything: all silent ports are owed tries as if they were new. */
void plan_doubt_all(struct plan *p);

/* When the oldest wait ends that is not over; NSEC_NEVER when none is open. */
nsec_t plan_next_expiry(const struct plan *p, nsec_t timeout);

/* True when every port was asked once, and no first try is waited for any more. */
bool plan_asked_once(const struct plan *p);

/* True when no probe is under way or waits to be sent; benched ports may still be called back. */
bool plan_nothing_left(const struct plan *p);

/* True when every port is answered or benched for good; else benched ones may be back in turn. */
bool plan_finished(struct plan *p);

#endif
