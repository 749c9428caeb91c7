// SPDX-License-Identifier: Apache-2.0
// What a path carries, read from how far apart the answers to bursts come: see the header.
#include "scan/train.h"

#define PACKETS_MIN   6  /* fewer say nothing */
#define PACKETS_ONE   12 /* one even train is read without waiting for more */
#define PACKETS_MOST  40 /* so many are read, even or not */
#define GAPS_EVEN     3  /* by which evenness is told */
#define EVEN          1.6
#define TRAINS_ENOUGH 3
#define AGREE         1.8
#define STRAYS_MOST   12
#define SAME_TRAIN    (2 * NSEC_PER_MSEC)
#define ALL_TRAINS    (80 * NSEC_PER_MSEC) /* TRAINS_MAX of them at the first rate, see pace.h */
#define BACK_TO_BACK  (200 * NSEC_PER_USEC)
#define SET_APART     2       /* times as far as they were sent: the path's doing */
#define TOP           50000.0 /* packets a second: faster is the ends' own pace */

static bool even(const struct train *t)
{
	return t->gaps >= GAPS_EVEN && t->most_gap < EVEN * t->least_gap;
}

/* Each for itself is shaken, but they say the same on the whole. */
static bool agree(const struct train *t)
{
	return t->count >= TRAINS_ENOUGH && t->most < AGREE * t->least;
}

double train_carries(const struct train *t)
{
	if (t->packets < PACKETS_MIN)
		return 0;
	return t->packets * (double)NSEC_PER_SEC / (t->apart < 1 ? 1 : t->apart);
}

bool train_sure(const struct train *t)
{
	return (even(t) || agree(t)) && train_carries(t) < TOP;
}

/* True when more trains would not tell more. */
static bool tells(const struct train *t, unsigned packets, double fast)
{
	return t->packets >= PACKETS_MOST ||
	       (t->packets >= packets && (even(t) || train_carries(t) > fast));
}

/* The present train is over: how does it compare with those before? */
static void end(struct train *t)
{
	double packets = t->packets - t->packets_before;
	double gap = (t->apart - t->apart_before) / (packets > 0 ? packets : 1);

	t->packets_before = t->packets;
	t->apart_before = t->apart;
	if (packets < PACKETS_MIN)
		return;
	if (!t->count || gap < t->least)
		t->least = gap;
	if (gap > t->most)
		t->most = gap;
	t->count++;
}

/* What came between two answers to one train: ns, packets. */
static void note_gap(struct train *t, double apart, double packets)
{
	double gap = apart / packets;

	if (!t->gaps || gap < t->least_gap)
		t->least_gap = gap;
	if (gap > t->most_gap)
		t->most_gap = gap;
	t->apart += apart;
	t->packets += packets;
	t->gaps++;
}

bool train_note(struct train *t, const struct train_answer *a, double fast)
{
	nsec_t came = a->came_at - t->last_came, apart = a->sent_at - t->last_sent;
	bool same = t->last_sent && apart < SAME_TRAIN;

	if (!t->first_sent)
		t->first_sent = a->sent_at;
	if (t->last_sent && !same) {
		end(t);
		if (tells(t, PACKETS_MIN, fast) || a->sent_at - t->first_sent >= ALL_TRAINS)
			return true;
	}
	if (t->by_seq && !a->seq)
		return false;
	if (a->seq && !t->by_seq) { /* better than all before: begin anew */
		*t = (struct train) {.by_seq = true, .first_sent = t->first_sent};
		same = false;
	}
	if (same && (!t->by_seq || a->seq > t->last_seq) &&
	    (apart < BACK_TO_BACK || came > SET_APART * apart))
		note_gap(t, (double)came, a->seq ? (double)(a->seq - t->last_seq) : 1);
	else
		t->strays++;
	t->last_seq = a->seq;
	t->last_sent = a->sent_at;
	t->last_came = a->came_at;
	if (!tells(t, PACKETS_ONE, fast) && t->strays <= STRAYS_MOST)
		return false;
	end(t);
	return true;
}
