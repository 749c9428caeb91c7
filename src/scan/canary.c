// SPDX-License-Identifier: Apache-2.0
// Probes of a host that are known to be answered: see the header.
#include "scan/canary.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define QUIET_MAX UINT16_MAX
#define CHANCE    1e-5 /* that loss alone silences a canary: of hundreds none is given up for it */

void canaries_done(struct canaries *c)
{
	free(c->flights);
	*c = (struct canaries) {0};
}

static enum canary_class best(const struct canaries *c)
{
	enum canary_class class = CANARY_LIMITED;

	for (unsigned i = 0; i < c->known_count; i++) {
		if (c->known[i].class > class && !c->known[i].guessed)
			class = c->known[i].class;
	}
	return class;
}

/* The place of a worse one; but one is kept of the kind that shows limiters. CANARY_KNOWN: none. */
static unsigned place_for(const struct canaries *c, enum canary_class class)
{
	unsigned doubtful = 0, at;

	for (unsigned i = 0; i < CANARY_KNOWN; i++)
		doubtful += c->known[i].class == CANARY_LIMITED;
	if (class == CANARY_LIMITED)
		return doubtful ? CANARY_KNOWN : 0;
	for (at = 0; at < CANARY_KNOWN; at++) {
		if (c->known[at].class < class &&
		    (c->known[at].class != CANARY_LIMITED || doubtful > 1))
			break;
	}
	return at;
}

void canary_learn(struct canaries *c, enum probe_kind kind, uint16_t port, enum canary_class class)
{
	unsigned at = c->known_count;

	for (unsigned i = 0; i < c->known_count; i++) {
		if (c->known[i].kind == kind && c->known[i].port == port)
			return;
	}
	if (at < CANARY_KNOWN)
		c->known_count++;
	else
		at = place_for(c, class);
	if (at == CANARY_KNOWN)
		return;
	c->known[at] = (struct canary_port) {.kind = kind, .class = class, .port = port};
}

void canary_check(struct canaries *c)
{
	bool doubtful = false;

	if (c->unchecked < CANARY_SPARSE)
		return;
	c->unchecked = 0;
	for (unsigned i = 0; i < c->known_count; i++)
		doubtful |= c->known[i].class == CANARY_LIMITED;
	if (doubtful && best(c) > CANARY_LIMITED)
		c->checks = CANARY_CHECKS;
}

void canary_doubt(struct canaries *c, unsigned pairs)
{
	if (c->known_count)
		c->checks = (uint8_t)(2 * pairs);
}

void canary_guess(struct canaries *c)
{
	if (!c->known_count || best(c) > CANARY_LIMITED || c->guesses)
		return;
	c->guesses = true;
	canary_learn(c, PROBE_ECHO, 0, CANARY_PING);
	for (unsigned i = 0; i < c->known_count; i++)
		c->known[i].guessed = c->known[i].class == CANARY_PING;
}

bool canary_in_doubt(const struct canaries *c)
{
	for (unsigned i = 0; c->flights && i < CANARY_PORTS; i++) {
		if (c->flights[i].state == CANARY_FLYING && c->flights[i].class == CANARY_LIMITED)
			return true;
	}
	return c->checks;
}

void canary_forget(struct canaries *c)
{
	for (unsigned i = 0; c->flights && i < CANARY_PORTS; i++) {
		if (c->flights[i].state == CANARY_FLYING && c->flights[i].class == CANARY_LIMITED)
			c->flights[i].state = CANARY_FREE;
	}
	c->checks = 0;
	c->withheld_row = c->blamed = 0;
}

void canary_heard(struct canaries *c, nsec_t sent_at)
{
	c->quiet = 0;
	if (sent_at > c->passed)
		c->passed = sent_at;
}

void canary_quiet(struct canaries *c)
{
	if (c->since < QUIET_MAX)
		c->since++;
	if (c->unchecked < QUIET_MAX)
		c->unchecked++;
	if (c->quiet < QUIET_MAX)
		c->quiet++;
}

/*
 * The next of the best ones in turn; each CANARY_DOUBT-th of the other kind, which shows a limiter.
 * Only to be called when one is known.
 */
static unsigned choose(const struct canaries *c)
{
	/*
	 * in doubt what may be withheld comes first, so that the other's answer overtakes its
	 * silence
	 */
	bool doubt = c->checks ? (c->checks % 2 == 0) == c->wary
			       : !c->wary && c->number % CANARY_DOUBT == CANARY_DOUBT - 1;
	enum canary_class class = doubt ? CANARY_LIMITED : best(c);

	for (unsigned i = 0; i < c->known_count && !doubt; i++) {
		if (c->known[i].guessed) /* before one that a limiter may withhold, too */
			return i;
	}
	for (unsigned n = 0; n < c->known_count; n++) {
		unsigned i = (c->turn + n) % c->known_count;

		if (c->known[i].class == class && !c->known[i].guessed)
			return i;
	}
	return doubt ? c->turn % c->known_count : 0;
}

/* True for one that a limiter may withhold, while others are known that none does. */
static bool doubtful(const struct canaries *c, const struct canary_flight *f)
{
	return f->class == CANARY_LIMITED && (c->wary || best(c) > CANARY_LIMITED);
}

/*
 * How many probes to wait before the next one: about `every`, but never twice the same. What comes
 * to a full queue in rows is dropped from the end of each row, and canaries that always had the
 * same place in the row would all pass, or none.
 */
static unsigned spread(const struct canaries *c, unsigned every)
{
	uint32_t scattered = c->number * UINT32_C(2654435769); /* Knuth: 2^32 / golden ratio */

	return every - every / 2 + (scattered >> 16) % (every + 1);
}

/* After how many silent probes the next one leaves: the more are known, the less another tells. */
static unsigned every(const struct canaries *c)
{
	unsigned more = c->narrow ? 0 : c->number / CANARY_KNOWING;

	return CANARY_EVERY * (1 + (more < CANARY_THIN ? more : CANARY_THIN));
}

/* True when it is time for one. */
static bool wanted(const struct canaries *c)
{
	if (c->checks)
		return true;
	if (c->wary && best(c) == CANARY_LIMITED)
		return false;
	if (c->trains)
		return c->since >= CANARY_GAP || !c->number;
	return c->quiet >= spread(c, every(c)) || c->since >= spread(c, CANARY_SPARSE);
}

bool canary_due(const struct canaries *c, struct canary_port *ret_port, unsigned *ret_local)
{
	unsigned local = c->number % CANARY_PORTS;

	if (!c->known_count || !wanted(c) ||
	    (c->flights && c->flights[local].state == CANARY_FLYING))
		return false;
	*ret_port = c->known[choose(c)];
	*ret_local = local;
	return true;
}

int canary_sent(struct canaries *c, uint32_t cookie, uint64_t seq, nsec_t now)
{
	unsigned known = choose(c); /* what canary_due() said: before anything here changes */

	if (!c->flights) {
		c->flights = calloc(CANARY_PORTS, sizeof(*c->flights));
		if (!c->flights)
			return -ENOMEM;
	}
	if (c->checks)
		c->checks--;
	c->quiet = c->since = 0;
	if (c->known[known].class == CANARY_LIMITED)
		c->doubted = now;
	c->flights[c->number % CANARY_PORTS] = (struct canary_flight) {
		.sent = now,
		.seq = seq,
		.number = c->number + 1,
		.cookie = cookie,
		.known = (uint8_t)known,
		.class = (uint8_t)c->known[known].class,
		.state = CANARY_FLYING,
	};
	c->turn = (uint8_t)((known + 1) % c->known_count);
	c->number++;
	return 0;
}

void canary_unsent(struct canaries *c)
{
	c->number--;
	c->flights[c->number % CANARY_PORTS].state = CANARY_FREE;
	c->quiet = 2 * CANARY_EVERY;
}

struct canary_flight *canary_of(struct canaries *c, uint32_t cookie)
{
	for (unsigned i = 0; c->flights && i < CANARY_PORTS; i++) {
		if (c->flights[i].state != CANARY_FREE && c->flights[i].cookie == cookie)
			return &c->flights[i];
	}
	return NULL;
}

bool canary_answered(struct canaries *c, struct canary_flight *f)
{
	if (f->state == CANARY_FREE)
		return false;
	if (f->state == CANARY_LOST) { /* it was only late */
		c->withheld -= f->withheld && !f->ours;
		c->lost -= !f->withheld;
		c->ours -= f->ours && !f->withheld;
	}
	f->ours = false;
	f->state = CANARY_FREE;
	if (doubtful(c, f)) {
		c->given++;
		c->withheld_row = c->blamed = 0;
	} else {
		c->answered++;
	}
	if (f->known < c->known_count) {
		c->known[f->known].misses = 0;
		c->known[f->known].guessed = false;
	}
	if (f->sent > c->passed)
		c->passed = f->sent;
	return true;
}

/* A canary that others do without. */
static void give_up(struct canaries *c, unsigned at)
{
	if (c->known_count < 2)
		return;
	c->known_count--;
	memmove(&c->known[at], &c->known[at + 1], (c->known_count - at) * sizeof(c->known[0]));
	c->turn = 0;
	for (unsigned i = 0; i < CANARY_PORTS; i++) {
		if (c->flights[i].known == at)
			c->flights[i].known = CANARY_KNOWN; /* none */
		else if (c->flights[i].known > at && c->flights[i].known < CANARY_KNOWN)
			c->flights[i].known--;
	}
}

/* So many misses in a row are not explained by what the path loses otherwise. */
static bool hopeless(const struct canaries *c, unsigned misses)
{
	uint32_t lost = c->lost > misses ? c->lost - misses : 0;
	double share = (lost + 1.0) / (c->answered + lost + 2.0), chance = 1;

	for (unsigned i = 0; i < misses; i++)
		chance *= share;
	return misses >= CANARY_MISSES && chance < CHANCE;
}

static void lose(struct canaries *c, struct canary_flight *f)
{
	f->state = CANARY_LOST;
	f->withheld = doubtful(c, f);
	if (f->withheld) {
		c->withheld++;
		c->withheld_row++;
		return;
	}
	if (f->known < c->known_count && c->known[f->known].guessed) {
		f->state = CANARY_FREE;
		if (++c->known[f->known].misses >= CANARY_MISSES)
			give_up(c, f->known);
		return;
	}
	c->lost++;
	if (!c->run_last || f->number != c->run_last + 1)
		c->run_begin = f->sent;
	else if (f->sent - c->run_begin > c->burst)
		c->burst = f->sent - c->run_begin;
	c->run_last = f->number;
	if (f->known < c->known_count && hopeless(c, ++c->known[f->known].misses))
		give_up(c, f->known);
}

bool canary_overdue(struct canaries *c, nsec_t now, nsec_t wait, nsec_t *ret_sent)
{
	for (unsigned i = 0; c->flights && i < CANARY_PORTS; i++) {
		struct canary_flight *f = &c->flights[(c->number + i) % CANARY_PORTS];

		if (f->state != CANARY_FLYING ||
		    (f->sent + CANARY_SWAP > c->passed && f->sent + wait > now))
			continue;
		lose(c, f);
		*ret_sent = f->sent;
		if (f->state == CANARY_LOST && !f->withheld)
			return true;
	}
	return false;
}

void canary_fault(struct canaries *c, nsec_t from, nsec_t until)
{
	for (unsigned i = 0; until && c->flights && i < CANARY_PORTS; i++) {
		struct canary_flight *f = &c->flights[i];

		if (f->state != CANARY_LOST || f->ours || f->sent < from || f->sent > until)
			continue;
		if (f->withheld)
			c->withheld--;
		else
			c->ours++;
		f->ours = true;
	}
}

nsec_t canary_next_overdue(const struct canaries *c, nsec_t wait)
{
	nsec_t due = NSEC_NEVER;

	for (unsigned i = 0; c->flights && i < CANARY_PORTS; i++) {
		const struct canary_flight *f = &c->flights[i];

		if (f->state == CANARY_FLYING && f->sent + wait < due)
			due = f->sent + wait;
	}
	return due;
}

bool canary_sure(const struct canaries *c)
{
	return c->known_count && best(c) > CANARY_LIMITED;
}
