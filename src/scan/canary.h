/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Probes of a host that are known to be answered, sent between those whose answer is not known.
 *
 * Theory of operation. What answered once (an open port, a ping, a closed port) answers again, so
 * its silence is a loss, and its lateness a queue. When most ports are silent nothing else tells
 * how the path is: so one probe in CANARY_EVERY is a canary unless answers come anyway, and fewer
 * when many were sent and no queue is near. Each has a
 * source port of its own among CANARY_PORTS, so that it is told from the tries of the scan and its
 * round trip is exact; not more of them are under way at once.
 * A canary counts as lost when its time is over, or before that when a later probe was answered;
 * its late answer takes that back. From the losses in a row comes how long bursts last. What may be
 * withheld by a limiter (a reset) tells of the path only while nothing better is known; then each
 * CANARY_DOUBT-th is of that kind, and the difference shows the limiter. A canary that stays silent
 * CANARY_MISSES times, and more than loss explains, while others answer is given up.
 */
#ifndef SONDE_SCAN_CANARY_H
#define SONDE_SCAN_CANARY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/nsec.h"
#include "evidence/event.h"

#define CANARY_PORTS   32
#define CANARY_EVERY   15 /* on average, as the next */
#define CANARY_KNOWING 32 /* so many sent: from then on fewer where no queue is near */
#define CANARY_THIN    3  /* and up to so many times fewer, beside the first */
#define CANARY_SPARSE  60 /* where answers come anyway: these tell losses sooner than retries do */
#define CANARY_KNOWN   4
#define CANARY_MISSES  4
#define CANARY_GAP     4 /* probes between two in the first bursts, see train.h */
#define CANARY_CHECKS  12
#define CANARY_SWAP    (2 * NSEC_PER_MSEC) /* so far apart frames do not overtake each other */
#define CANARY_DOUBT   4

/* How good a canary is: the best ones are used. */
enum canary_class {
	CANARY_LIMITED, /* a closed port: some hosts limit their resets */
	CANARY_PING,
	CANARY_OPEN,
};

struct canary_port {
	enum probe_kind kind;
	enum canary_class class;
	uint16_t port;
	uint8_t misses; /* in a row */
	bool guessed;   /* nothing has shown yet that it is answered */
};

enum canary_state {
	CANARY_FREE,
	CANARY_FLYING,
	CANARY_LOST,
};

struct canary_flight {
	nsec_t sent;
	uint64_t seq; /* of the path, see struct pace */
	uint32_t number;
	uint32_t cookie;
	uint8_t known; /* which canary */
	uint8_t state; /* enum canary_state */
	uint8_t class; /* enum canary_class, when it was sent */
	bool withheld; /* lost, but a limiter may have kept its answer */
	bool ours;     /* lost, and counted among ours */
};

/* Initialise with zero. */
struct canaries {
	struct canary_port known[CANARY_KNOWN];
	uint8_t known_count;
	uint8_t turn;       /* among known */
	bool trains;        /* the path is measured by the first bursts: more of them are needed */
	bool narrow;        /* the path carries no more than we send: queues must be seen early */
	bool wary;          /* nearly all hosts limit these answers, see canary_doubt() */
	bool guesses;       /* see canary_guess() */
	uint8_t checks;     /* still to be sent, see canary_check() */
	uint16_t since;     /* probes since the last canary */
	uint16_t unchecked; /* probes since canary_check() */
	uint16_t quiet;     /* probes since something was heard or a canary sent */
	uint32_t number;    /* canaries sent */
	nsec_t passed;      /* the latest probe of any kind that was answered left then */
	struct canary_flight *flights; /* CANARY_PORTS of them; NULL until the first */
	uint32_t answered, lost;
	uint32_t ours;            /* of the lost: a queue that we filled explains them */
	uint32_t withheld, given; /* of the class CANARY_LIMITED while there are better ones */
	uint32_t withheld_row;    /* since one of them was given */
	uint32_t blamed;          /* of these, what the engine has acted upon */
	nsec_t doubted;           /* when the newest of them left */
	nsec_t run_begin;         /* when the first of the latest losses in a row left */
	uint32_t run_last;        /* number of the last of them; 0: none */
	nsec_t burst;             /* the longest such row */
};

void canaries_done(struct canaries *c);

/* This answered. Kept when it is better than what is known already. */
void canary_learn(struct canaries *c, enum probe_kind kind, uint16_t port, enum canary_class class);

/*
 * Nothing is left to ask for now: a few canaries of both kinds in a row tell whether a limiter
 * keeps answers back that would come from closed ports.
 */
void canary_check(struct canaries *c);

/*
 * A limiter may keep answers back by now: sends so many canaries that it would withhold, and as
 * many others. Where wary is set these are the only ones of the first kind; what is open tells the
 * path, and if nothing does, nobody is asked but in doubt.
 */
void canary_doubt(struct canaries *c, unsigned pairs);

/* Whoever is asked in doubt may answer pings, too: tries that where no other canary is better. */
void canary_guess(struct canaries *c);

/* True while such canaries are still to be sent, or waited for. */
bool canary_in_doubt(const struct canaries *c);

/* What a limiter withholds by now shows nothing new: such canaries under way are not waited for. */
void canary_forget(struct canaries *c);

/* Something that left at sent_at was answered. */
void canary_heard(struct canaries *c, nsec_t sent_at);

/* A probe that need not be answered was sent. */
void canary_quiet(struct canaries *c);

/* True when one should be sent now; what, and from which of the CANARY_PORTS. */
bool canary_due(const struct canaries *c, struct canary_port *ret_port, unsigned *ret_local);

/* It was sent. 0 or -ENOMEM. */
int canary_sent(struct canaries *c, uint32_t cookie, uint64_t seq, nsec_t now);

/* The newest one did not leave. */
void canary_unsent(struct canaries *c);

/* The flight that this cookie belongs to; NULL when there is none. */
struct canary_flight *canary_of(struct canaries *c, uint32_t cookie);

/* Its answer came. True when it had not been answered before. */
bool canary_answered(struct canaries *c, struct canary_flight *f);

/* Takes one canary for lost that is overdue: true, and when it left. */
bool canary_overdue(struct canaries *c, nsec_t now, nsec_t wait, nsec_t *ret_sent);

/* What left from when to when was lost by our own fault, as far as it was. */
void canary_fault(struct canaries *c, nsec_t from, nsec_t until);

/* When the next one will be overdue; NSEC_NEVER when none is under way. */
nsec_t canary_next_overdue(const struct canaries *c, nsec_t wait);

/* True when canaries that no limiter withholds are used. */
bool canary_sure(const struct canaries *c);

#endif
