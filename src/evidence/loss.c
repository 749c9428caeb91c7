// SPDX-License-Identifier: Apache-2.0
// How often questions that should be answered seem not to be: see evidence/loss.h.
#include "evidence/loss.h"

#include <math.h>
#include <stdlib.h>

#define HALF         0.5 /* of a loss and of an answer, seen beforehand (Jeffreys) */
#define BURST_GUESS  0.1 /* how likely a second loss is when nothing was measured */
#define BURSTY_GUESS 0.5 /* the same where loss comes in bursts */
#define BURST_WEIGHT 2   /* measured bursts that this guess weighs as much as */
#define BURSTY_PART  0.5 /* of the bursts that chance makes: fewer and longer ones are real */
#define NEAR_MIN     20  /* tries measured, from which on bursts are known */
#define NEAR_PART    4   /* a try is "as far apart" within this part of the spacing */

static void add_first(struct loss_sample *s, nsec_t time, bool lost)
{
	if (s->count == s->room) {
		size_t room = s->room ? s->room * 2 : 64;
		struct loss_first *moved = realloc(s->firsts, room * sizeof(*moved));

		if (!moved) {
			s->failed = true;
			return;
		}
		s->firsts = moved;
		s->room = room;
	}
	s->firsts[s->count++] = (struct loss_first) {time, lost};
}

/* True when the reply is of a kind whose absence is loss. */
static bool shows_path(enum reply_kind kind, bool skip_resets)
{
	switch (kind) {
	case REPLY_SYN_ACK:
	case REPLY_SPLIT_SYN:
	case REPLY_UDP:
	case REPLY_INIT_ACK:
	case REPLY_ABORT:
		return true;
	case REPLY_RST:
		return !skip_resets;
	case REPLY_ACK:
	case REPLY_ICMP:
	case REPLY_ICMPV6:
	case REPLY_ECHO:
	case REPLY_TIMESTAMP:
	case REPLY_ARP:
	case REPLY_ND:
	case REPLY_IP:
	case REPLY_LOOKUP:
	case REPLY_KINDS:
		break;
	}
	return false;
}

/* The walk over one port's tries. */
struct port_walk {
	uint32_t first_answered; /* try */
	uint64_t before, after, after_lost;
	nsec_t last_time; /* of the try before, when it was not answered */
	bool waiting;
	bool counts; /* an answer is of the kind that shows the path */
	bool other;  /* an answer of another kind came */
};

static void walk_try(const struct ledger *l, uint32_t index, bool skip_resets, nsec_t give_up,
		     struct port_walk *w, struct loss_sample *s)
{
	const struct probe *p = ledger_probe(l, index);
	bool answered = p->first_reply != EVENT_NONE;

	if (w->waiting) {
		s->spacing_sum += p->time - w->last_time;
		s->spacing_count++;
	}
	w->waiting = !answered;
	w->last_time = p->time;
	if (answered) {
		bool counts = shows_path(ledger_reply(l, p->first_reply)->kind, skip_resets);

		w->counts = w->counts || counts;
		w->other = w->other || !counts;
		if (w->first_answered == EVENT_NONE)
			w->first_answered = index;
		else
			w->after++;
		return;
	}
	if (p->time > give_up)
		return; /* the capture ended before its answer could come */
	if (w->first_answered == EVENT_NONE) {
		w->before++;
	} else {
		w->after++;
		w->after_lost++;
	}
}

static void sample_port(const struct ledger *l, uint32_t first, bool skip_resets, nsec_t give_up,
			struct loss_sample *s)
{
	struct port_walk w = {.first_answered = EVENT_NONE};
	const struct probe *p = ledger_probe(l, first);

	for (uint32_t i = first; i != EVENT_NONE; i = ledger_probe(l, i)->next_try)
		walk_try(l, i, skip_resets, give_up, &w, s);
	if (w.first_answered == EVENT_NONE) {
		s->silent_ports += w.before > 0;
		s->silent_tries += w.before;
		return;
	}
	if (!w.counts || w.other)
		return;
	add_first(s, p->time, w.first_answered != first);
	s->lost += w.before;
	s->again += w.after;
	s->again_lost += w.after_lost;
}

void loss_sample_host(const struct ledger *l, uint32_t host, bool skip_resets,
		      struct loss_sample *sample)
{
	uint32_t i = ledger_host(l, host)->first_port;
	nsec_t end, give_up = NSEC_NEVER;

	if (ledger_end(l, &end))
		give_up = end - ledger_silence(l, host);
	for (; i != EVENT_NONE; i = ledger_probe(l, i)->next_port) {
		enum probe_kind kind = ledger_probe(l, i)->kind;

		if (probe_kind_is_tcp(kind) || kind == PROBE_UDP || kind == PROBE_SCTP)
			sample_port(l, i, skip_resets, give_up, sample);
	}
}

/* How many tries silent ports got; 0: there are no silent ports, so none is missing. */
static double tries_of_silent(const struct loss_sample *s)
{
	return s->silent_ports ? (double)s->silent_tries / (double)s->silent_ports : 0;
}

/* From a share as the sample shows it to the share among all, of whom only `kept` are in it. */
static double put_right(double seen, double kept)
{
	return seen < 1 ? seen / (seen + (1 - seen) * kept) : 1;
}

/* Of ports that lost their first try, the share of which a later try is answered. */
static double kept_share(double after_lost, double tries)
{
	return tries > 1 ? 1 - pow(after_lost, tries - 1) : 1;
}

static int by_time(const void *a, const void *b)
{
	const struct loss_first *f = a, *g = b;

	return (f->time > g->time) - (f->time < g->time);
}

/* Of first tries `lag` behind a lost one, how many there are and how many of them were lost. */
static void count_near(const struct loss_sample *s, nsec_t lag, double *ret_near, double *ret_lost)
{
	nsec_t width = lag / NEAR_PART;
	size_t low = 0, high = 0;
	double near = 0, lost = 0, lost_inside = 0;

	/* both ends of the window only move forward */
	for (size_t i = 0; i < s->count; i++) {
		nsec_t middle = s->firsts[i].time + lag;

		while (high < s->count && s->firsts[high].time <= middle + width)
			lost_inside += s->firsts[high++].lost;
		while (low < high && s->firsts[low].time < middle - width)
			lost_inside -= s->firsts[low++].lost;
		if (!s->firsts[i].lost)
			continue;
		near += (double)(high - low);
		lost += lost_inside;
	}
	*ret_near = near;
	*ret_lost = lost;
}

/* How many times loss set in: tries lost in one burst tell as much of bursts as one does. */
static double count_bursts(const struct loss_sample *s)
{
	double bursts = 0;

	for (size_t i = 0; i < s->count; i++)
		bursts += s->firsts[i].lost && (!i || !s->firsts[i - 1].lost);
	return bursts;
}

/* True when loss set in far less often than chance would make it, at this share of lost tries. */
static bool is_bursty(const struct loss_sample *s, double share)
{
	return count_bursts(s) < BURSTY_PART * (double)s->count * share * (1 - share);
}

/*
 * How often a first try is lost that stands as far behind a lost one as a port's tries do. Where
 * first tries do not reach so far apart, what nearer ones say is carried on as a path of two states
 * would: the excess over the mean loss fades by the same factor in the same time.
 */
static double estimate_bursts(const struct loss_sample *s, double mean, double cut,
			      struct loss *loss)
{
	bool bursty = is_bursty(s, (double)s->lost / (double)(s->count + s->lost + 1));
	double guess = bursty ? BURSTY_GUESS : mean > BURST_GUESS ? mean : BURST_GUESS;
	double near = 0, lost = 0, weight = count_bursts(s), seen, excess;
	nsec_t span = s->count ? s->firsts[s->count - 1].time - s->firsts[0].time : 0;
	nsec_t lag = loss->spacing < span / 2 ? loss->spacing : span / 2;

	if (lag > 0)
		count_near(s, lag, &near, &lost);
	loss->bursts_known = near >= NEAR_MIN;
	if (near < weight)
		weight = near;
	seen = ((near > 0 ? weight * lost / near : 0) + BURST_WEIGHT * guess) /
	       (weight + BURST_WEIGHT);
	if (!bursty || loss->spacing <= lag)
		seen = put_right(seen, kept_share(seen, cut));
	if (seen <= mean)
		return mean;
	if (lag <= 0)
		return seen;
	excess = (seen - mean) / (1 - mean);
	return mean + (1 - mean) * pow(excess, (double)loss->spacing / (double)lag);
}

/*
 * First tries tell the loss but for the ports that lost all; how many these are, the loss of later
 * tries tells. Tries after an answer are plain, and weigh as much as first ones.
 */
static void estimate(const struct loss_sample *s, double cut, struct loss *loss)
{
	double firsts = HALF, plain = (double)s->again, bursts = count_bursts(s);
	double seen, mean, right;

	for (size_t i = 0; i < s->count; i++)
		firsts += s->firsts[i].lost;
	seen = firsts / ((double)s->count + 2 * HALF);
	/* one long burst says much of that time and little of the path */
	mean = seen * bursts / (bursts + 2 * BURST_WEIGHT);
	if (!is_bursty(s, seen))
		mean = put_right(mean, kept_share(mean, cut));
	loss->after_lost = estimate_bursts(s, mean, cut, loss);
	right = put_right(seen, kept_share(loss->after_lost, cut));
	loss->each = (right * (double)s->count + (double)s->again_lost + HALF) /
		     ((double)s->count + plain + 2 * HALF);
	if (!s->again)
		loss->each = right;
}

void loss_estimate(struct loss_sample *sample, struct loss *ret_loss)
{
	double cut = tries_of_silent(sample);
	struct loss loss = {
		.tries = sample->count + sample->lost + sample->again,
		.lost = sample->lost + sample->again_lost,
	};

	if (sample->count)
		qsort(sample->firsts, sample->count, sizeof(*sample->firsts), by_time);
	if (sample->spacing_count)
		loss.spacing = sample->spacing_sum / (nsec_t)sample->spacing_count;
	/* with one try a port, nothing but tries after an answer can show a loss */
	loss.known = sample->again >= LOSS_PORTS_MIN ||
		     (sample->count >= LOSS_PORTS_MIN && (cut <= 0 || cut > 1));
	estimate(sample, cut, &loss);
	*ret_loss = loss;
}

double loss_of_all(const struct loss *loss, unsigned tries)
{
	double all = tries ? loss->each : 1;

	for (unsigned i = 1; i < tries && all > 0; i++)
		all *= loss->after_lost;
	return all;
}

void loss_sample_done(struct loss_sample *sample)
{
	free(sample->firsts);
	*sample = (struct loss_sample) {0};
}
