// SPDX-License-Identifier: Apache-2.0
// Loss is measured right, and confidence is calibrated: of silent ports with the residual chance p
// about p are open, under loss by chance and in bursts.
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "scene.h"

#include "evidence/confidence.h"

#define HOST   "198.51.100.10"
#define LOCAL  40000
#define SEQ    0x1000
#define PORTS  1000
#define MOMENT 20000 /* ms that a path's weather lasts; it repeats */

/* A scan to be played, and its path. */
struct model {
	double loss;    /* share of tries that get no answer although they should */
	double burst;   /* mean length of a burst of loss in ms; 0: no bursts */
	unsigned tries; /* at most, to each port */
	nsec_t spacing; /* between tries of one port, at least */
	unsigned open;  /* of PORTS; the next `closed` are closed, the rest drops */
	unsigned closed;
	unsigned batch; /* ports that are done with before the next ones begin */
};

/* One scan being played. */
struct play {
	const struct model *m;
	struct scene s;
	uint64_t seed;
	bool bad[MOMENT];
	bool answered[PORTS];
};

/* Uniform in [0, 1): splitmix64. */
static double chance(struct play *p)
{
	uint64_t z = p->seed += 0x9e3779b97f4a7c15u;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return (double)((z ^ (z >> 31)) >> 11) / 9007199254740992.0;
}

/* A path that is bad for bursts of some ms, such that its share of bad time is the loss. */
static void make_weather(struct play *p)
{
	double begin = p->m->loss / (1 - p->m->loss) / p->m->burst;
	bool bad = chance(p) < p->m->loss;

	for (int i = 0; i < MOMENT; i++) {
		bad = bad ? chance(p) >= 1 / p->m->burst : chance(p) < begin;
		p->bad[i] = bad;
	}
}

static bool is_lost(struct play *p)
{
	if (p->m->burst <= 0)
		return chance(p) < p->m->loss;
	return p->bad[p->s.now / NSEC_PER_MSEC % MOMENT];
}

/* One round: all ports of a batch without an answer, a millisecond apart. */
static void play_round(struct play *p, unsigned round, const uint16_t *order)
{
	for (unsigned i = 0; i < p->m->batch; i++) {
		unsigned port = order[i];
		uint16_t local = (uint16_t)(LOCAL + round);

		if (p->answered[port])
			continue;
		p->s.now += MS;
		scene_syn(&p->s, HOST, (uint16_t)(port + 1), local, SEQ);
		if (port >= p->m->open + p->m->closed || is_lost(p))
			continue;
		p->answered[port] = true;
		if (port < p->m->open)
			scene_syn_ack(&p->s, HOST, (uint16_t)(port + 1), local, SEQ + 1);
		else
			scene_rst(&p->s, HOST, (uint16_t)(port + 1), local, SEQ + 1);
	}
}

static void play(struct play *p, const struct model *m, uint64_t seed)
{
	uint16_t order[PORTS];

	*p = (struct play) {.m = m, .seed = seed};
	scene_begin(&p->s);
	if (m->burst > 0)
		make_weather(p);
	for (unsigned i = 0; i < PORTS; i++)
		order[i] = (uint16_t)i;
	for (unsigned i = PORTS - 1; i; i--) {
		unsigned j = (unsigned)(chance(p) * (i + 1));
		uint16_t kept = order[i];

		order[i] = order[j];
		order[j] = kept;
	}
	for (unsigned i = 0; i < PORTS * m->tries / m->batch; i++) {
		nsec_t begin = p->s.now;

		play_round(p, i % m->tries, order + i / m->tries * m->batch);
		if (p->s.now < begin + m->spacing)
			p->s.now = begin + m->spacing;
	}
	p->s.now += 2000 * MS;
	ledger_set_end(p->s.ledger, p->s.now);
}

/* What the confidence expects of a play and what is true, added up. */
struct balance {
	double expected;
	double missed;
	double each, after_lost;
	unsigned runs;
};

static void settle(struct play *p, struct balance *b)
{
	const struct confidence_doubts doubts = {0};
	uint32_t host = scene_host(&p->s, HOST);
	struct port_verdict *v = calloc(PORTS, sizeof(*v));
	struct confidence_ground g;
	struct confidence c;

	assert_non_null(v);
	assert_true(confidence_ground(p->s.ledger, host, PROBE_SYN, NULL, &doubts, &g));
	assert_true(g.known && g.own);
	assert_int_equal(verdict_all_by(p->s.ledger, host, PROBE_SYN, PORTS, v), PORTS);
	for (unsigned i = 0; i < PORTS; i++) {
		confidence_of(&g, &v[i], &c);
		assert_true(c.known && c.chance >= 0 && c.chance <= 1);
		if (v[i].reply != EVENT_NONE)
			assert_true(c.chance == 0);
		b->expected += c.chance;
		b->missed += i < p->m->open && v[i].reply == EVENT_NONE;
	}
	b->each += g.loss.each;
	b->after_lost += g.loss.after_lost;
	b->runs++;
	free(v);
}

/* Plays a model some times; expected and true misses must agree within a factor and by chance. */
static struct balance weigh(const struct model *m, unsigned runs, double factor)
{
	struct play *p = malloc(sizeof(*p));
	struct balance b = {0};
	double room;

	assert_non_null(p);
	for (unsigned i = 0; i < runs; i++) {
		play(p, m, 1000 * i + 17);
		settle(p, &b);
		scene_end(&p->s);
	}
	free(p);
	b.each /= b.runs;
	b.after_lost /= b.runs;
	room = 3 * sqrt(b.missed + 1);
	if (b.expected * factor < b.missed - room || b.expected > b.missed * factor + room)
		fail_msg(
			"expected %g open ports among the silent ones, there are %g (loss %g, then "
			"%g)",
			b.expected, b.missed, b.each, b.after_lost);
	return b;
}

static void chance_is_measured_though_all_tries_may_be_lost(void **state)
{
	static const struct model rare = {0.1, 0, 2, 500 * MS, 100, 400, PORTS};
	static const struct model often = {0.4, 0, 2, 500 * MS, 100, 400, PORTS};
	static const struct model thrice = {0.3, 0, 3, 500 * MS, 100, 400, PORTS};
	struct balance b;

	(void)state;
	b = weigh(&rare, 30, 1.3);
	assert_true(fabs(b.each - 0.1) < 0.01);
	b = weigh(&often, 10, 1.3);
	assert_true(fabs(b.each - 0.4) < 0.04);
	b = weigh(&thrice, 20, 1.3);
	assert_true(fabs(b.each - 0.3) < 0.03);
}

static void bursts_make_a_second_loss_likelier(void **state)
{
	/* tries of a port some 30 ms apart, within one burst; two seconds apart; a long outage */
	static const struct model near = {0.1, 60, 2, 0, 100, 400, 40};
	static const struct model far = {0.1, 20, 2, 2000 * MS, 100, 400, PORTS};
	static const struct model outage = {0.1, 600, 2, 0, 100, 400, PORTS};
	struct balance b;

	(void)state;
	b = weigh(&near, 30, 1.5);
	assert_true(b.after_lost > 2 * b.each);
	b = weigh(&far, 80, 3);
	assert_true(b.after_lost < 1.5 * b.each);
	/* one outage as long as a round tells little of the next one: doubt is the better error */
	weigh(&outage, 120, 3);
}

static void a_clean_path_leaves_little_doubt(void **state)
{
	static const struct model clean = {0, 0, 2, 500 * MS, 10, 490, PORTS};
	struct balance b;

	(void)state;
	b = weigh(&clean, 3, 1);
	assert_true(b.expected < 0.01);
	assert_true(b.expected > 0);
}

static void what_cannot_be_measured_is_said(void **state)
{
	static const struct model once = {0.1, 0, 1, 0, 100, 400, PORTS};
	static const struct model dead = {0, 0, 2, 500 * MS, 0, 0, PORTS};
	const struct confidence_doubts none = {0}, one_sided = {.one_sided = true};
	struct play *p = malloc(sizeof(*p));
	struct confidence_ground g;
	const struct loss shared = {.known = true, .each = 0.2, .after_lost = 0.2};

	(void)state;
	assert_non_null(p);
	/* one try a port: whether it was lost nobody can tell */
	play(p, &once, 1);
	assert_true(confidence_ground(p->s.ledger, scene_host(&p->s, HOST), PROBE_SYN, NULL, &none,
				      &g));
	assert_false(g.known);
	scene_end(&p->s);
	/* no port answers: the loss of other hosts counts, if there is any */
	play(p, &dead, 1);
	assert_true(confidence_ground(p->s.ledger, scene_host(&p->s, HOST), PROBE_SYN, NULL, &none,
				      &g));
	assert_false(g.known);
	assert_true(confidence_ground(p->s.ledger, scene_host(&p->s, HOST), PROBE_SYN, &shared,
				      &none, &g));
	assert_true(g.known && !g.own);
	assert_true(confidence_ground(p->s.ledger, scene_host(&p->s, HOST), PROBE_SYN, &shared,
				      &one_sided, &g));
	assert_false(g.known);
	scene_end(&p->s);
	free(p);
}

static void frames_that_the_capture_lost_lower_it(void **state)
{
	static const struct model rare = {0.05, 0, 2, 500 * MS, 100, 400, PORTS};
	const struct confidence_doubts none = {0}, hidden = {.hidden = 0.1};
	struct play *p = malloc(sizeof(*p));
	struct confidence_ground whole, lossy;

	(void)state;
	assert_non_null(p);
	play(p, &rare, 1);
	assert_true(confidence_ground(p->s.ledger, scene_host(&p->s, HOST), PROBE_SYN, NULL, &none,
				      &whole));
	assert_true(confidence_ground(p->s.ledger, scene_host(&p->s, HOST), PROBE_SYN, NULL,
				      &hidden, &lossy));
	assert_true(lossy.missed > 3 * whole.missed);
	scene_end(&p->s);
	free(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(chance_is_measured_though_all_tries_may_be_lost),
		cmocka_unit_test(bursts_make_a_second_loss_likelier),
		cmocka_unit_test(a_clean_path_leaves_little_doubt),
		cmocka_unit_test(what_cannot_be_measured_is_said),
		cmocka_unit_test(frames_that_the_capture_lost_lower_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
