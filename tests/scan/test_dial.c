// SPDX-License-Identifier: Apache-2.0
// The planner of connect scans over a simulated network, in virtual time.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>

#include "base/rng.h"
#include "scan/dial.h"
#include "scan/dial_answer.h"
#include "scan/dial_table.h"

#define PORTS       1000
#define HOSTS_MAX   64
#define OPEN_MAX    8192
#define NO_ANSWER   (-1)
#define QUEUE_SEEDS 24
#define TOO_LONG    (3600 * NSEC_PER_SEC)

struct world;

/* What connect() to a port comes to: an errno or NO_ANSWER. */
typedef int port_fn(struct world *w, uint32_t host, uint16_t port);

/* One open socket of the simulated driver. */
struct conn {
	uint64_t token;
	nsec_t begun;
	nsec_t answer_at; /* NSEC_NEVER: nothing will come */
	int error;
};

struct world {
	struct rng rng;
	nsec_t now;
	nsec_t delay, jitter; /* round trip; jitter is added, uniform */
	double loss;          /* of a whole round trip */
	size_t sockets;       /* how many there are */
	double link_rate;     /* connections a second that the way carries; 0: no limit */
	unsigned link_queue;  /* so many more wait; the tail is dropped */
	nsec_t link_free;     /* when the last of them will have passed */
	uint64_t salt;        /* of sparse() */
	nsec_t late;          /* one of our timers in 20 comes so much later at most */
	double refusals; /* a second that the hosts allow themselves, 10 at once; 0: no limit */
	double refusals_left;
	nsec_t refusals_filled;
	port_fn *port;
	struct dial *dial;
	struct conn open[OPEN_MAX];
	size_t open_count, most_open;
	uint64_t begun;
	unsigned tries[HOSTS_MAX][UINT16_MAX + 1];
	unsigned up[HOSTS_MAX], done[HOSTS_MAX], open_ports;
	unsigned done_in_all, down_in_all;  /* hosts */
	const struct engine_timing *timing; /* NULL: the usual */
	nsec_t last_begun, least_apart;     /* of attempts */
	bool releases;                      /* finished hosts at once */
	nsec_t second_began;
	uint64_t in_second;
	uint64_t most_in_second;
	nsec_t oldest_dropped; /* the longest that a socket was kept in vain */
};

static uint16_t ports[PORTS];

static int number_ports(void **state)
{
	(void)state;
	for (unsigned i = 0; i < PORTS; i++)
		ports[i] = (uint16_t)(i + 1);
	return 0;
}

/* True when the hosts' limiter lets another refusal out. */
static bool may_refuse(struct world *w)
{
	if (w->refusals <= 0)
		return true;
	w->refusals_left += (double)(w->now - w->refusals_filled) * w->refusals / NSEC_PER_SEC;
	w->refusals_left = w->refusals_left > 10 ? 10 : w->refusals_left;
	w->refusals_filled = w->now;
	if (w->refusals_left < 1)
		return false;
	w->refusals_left -= 1;
	return true;
}

/* What it waits in the queue of the way there; -1 when that has no room. */
static nsec_t queued(struct world *w)
{
	nsec_t wait;

	if (w->link_rate <= 0)
		return 0;
	wait = w->link_free > w->now ? w->link_free - w->now : 0;
	if ((double)wait * w->link_rate >= (double)w->link_queue * NSEC_PER_SEC)
		return -1;
	w->link_free = w->now + wait + (nsec_t)(NSEC_PER_SEC / w->link_rate);
	return wait;
}

static int start(void *user, uint32_t host, uint16_t port, uint64_t token)
{
	struct world *w = user;
	struct conn c = {token, w->now, NSEC_NEVER, w->port(w, host, port)};
	nsec_t wait;

	if (w->open_count == w->sockets)
		return -EAGAIN;
	wait = queued(w);
	if (wait < 0)
		c.error = NO_ANSWER;
	for (size_t i = 0; i < w->open_count; i++)
		assert_true(w->open[i].token != token);
	if (c.error == ECONNREFUSED && !may_refuse(w))
		c.error = NO_ANSWER;
	if (c.error != NO_ANSWER && (double)rng_below(&w->rng, 1000000) >= w->loss * 1000000) {
		c.answer_at = w->now + w->delay + wait;
		if (w->jitter)
			c.answer_at += (nsec_t)rng_below(&w->rng, (uint64_t)w->jitter);
	}
	w->open[w->open_count++] = c;
	if (w->open_count > w->most_open)
		w->most_open = w->open_count;
	if (host < HOSTS_MAX)
		w->tries[host][port]++;
	if (w->begun && w->now - w->last_begun < w->least_apart)
		w->least_apart = w->now - w->last_begun;
	w->last_begun = w->now;
	w->begun++;
	if (w->now >= w->second_began + NSEC_PER_SEC) {
		w->second_began = w->now;
		w->in_second = 0;
	}
	if (++w->in_second > w->most_in_second)
		w->most_in_second = w->in_second;
	return 0;
}

static struct conn take(struct world *w, size_t at)
{
	struct conn c = w->open[at];

	w->open[at] = w->open[--w->open_count];
	return c;
}

static void cancel(void *user, uint64_t token)
{
	struct world *w = user;

	for (size_t i = 0; i < w->open_count; i++) {
		if (w->open[i].token != token)
			continue;
		struct conn c = take(w, i);

		if (w->now - c.begun > w->oldest_dropped)
			w->oldest_dropped = w->now - c.begun;
		return;
	}
	fail_msg("%s", "an attempt was dropped that is not open");
}

static void on_up(void *user, uint32_t host)
{
	if (host < HOSTS_MAX)
		((struct world *)user)->up[host]++;
}

static void on_done(void *user, uint32_t host)
{
	struct world *w = user;

	if (host < HOSTS_MAX)
		w->done[host]++;
	w->done_in_all++;
	w->down_in_all += dial_host(w->dial, host)->outcome == DIAL_DOWN;
	if (w->releases)
		dial_release(w->dial, host);
}

static void on_open(void *user, uint32_t host, uint16_t port)
{
	struct world *w = user;

	assert_int_equal(w->port(w, host, port), 0);
	w->open_ports++;
}

/* Gives the planner every answer that is due. */
static void answer_due(struct world *w)
{
	for (size_t i = 0; i < w->open_count;) {
		if (w->open[i].answer_at > w->now) {
			i++;
			continue;
		}
		struct conn c = take(w, i);

		dial_answered(w->dial, c.token, c.error, w->now - c.begun, w->now);
		i = 0; /* the planner may have dropped others */
	}
}

static nsec_t next_answer(const struct world *w)
{
	nsec_t next = NSEC_NEVER;

	for (size_t i = 0; i < w->open_count; i++) {
		if (w->open[i].answer_at < next)
			next = w->open[i].answer_at;
	}
	return next;
}

/* Runs until all hosts are done, or until `stop_at`. */
static void run_until(struct world *w, nsec_t stop_at)
{
	while (!dial_idle(w->dial) && w->now < stop_at) {
		nsec_t due = dial_step(w->dial, w->now), next = next_answer(w);

		if (dial_idle(w->dial))
			break;
		if (next < due)
			due = next;
		assert_true(due != NSEC_NEVER); /* nobody would ever wake up */
		assert_true(due < TOO_LONG);
		if (due > w->now)
			w->now = due;
		if (w->late && !rng_below(&w->rng, 20))
			w->now += (nsec_t)rng_below(&w->rng, (uint64_t)w->late);
		answer_due(w);
	}
}

static void run(struct world *w)
{
	run_until(w, TOO_LONG);
	assert_true(dial_idle(w->dial));
	assert_int_equal(w->open_count, 0);
}

static struct world *make_world(uint64_t seed, port_fn *port)
{
	struct world *w = calloc(1, sizeof(*w));

	assert_non_null(w);
	w->rng.state = seed;
	w->now = 5 * NSEC_PER_SEC;
	w->second_began = w->now;
	w->least_apart = NSEC_NEVER;
	w->delay = 80 * NSEC_PER_MSEC;
	w->sockets = 4096;
	w->port = port;
	return w;
}

static void make_dial(struct world *w, unsigned max_retries, double max_rate, uint32_t port_count)
{
	struct dial_config config = {
		.ports = ports,
		.port_count = port_count,
		.timing = *timing_of(TIMING_NORMAL),
		.start = start,
		.cancel = cancel,
		.on_up = on_up,
		.on_done = on_done,
		.on_open = on_open,
		.user = w,
	};

	config.timing.max_retries = max_retries;
	config.timing.max_rate = max_rate;
	if (w->timing)
		config.timing = *w->timing;
	w->dial = dial_new(&config, w->now);
	assert_non_null(w->dial);
}

static void end_world(struct world *w)
{
	dial_free(w->dial);
	free(w);
}

static int scanme(struct world *w, uint32_t host, uint16_t port)
{
	(void)w;
	(void)host;
	if (port == 22 || port == 53 || port == 80)
		return 0;
	return port == 25 || port == 70 || port == 113 ? ECONNREFUSED : NO_ANSWER;
}

static int mixed(struct world *w, uint32_t host, uint16_t port)
{
	static const int kinds[] = {0, ECONNREFUSED, NO_ANSWER, EHOSTUNREACH, EACCES, ETIMEDOUT};

	(void)w;
	(void)host;
	return kinds[port % 6];
}

static int nobody(struct world *w, uint32_t host, uint16_t port)
{
	(void)w;
	(void)host;
	(void)port;
	return NO_ANSWER;
}

/* Every verdict on a host that was scanned to its end is what the network was made to do. */
static void check_verdicts(struct world *w, uint32_t host)
{
	assert_int_equal(dial_host(w->dial, host)->outcome, DIAL_SCANNED);
	for (uint32_t at = 0; at < PORTS; at++) {
		int error = w->port(w, host, ports[at]);
		struct dial_verdict v;

		assert_true(dial_verdict(w->dial, host, at, &v));
		if (error == NO_ANSWER || error == ETIMEDOUT) {
			assert_int_equal(v.state, PORT_FILTERED);
			assert_string_equal(v.reason, "no-response");
		} else {
			assert_int_equal(v.state, dial_answer_of(error)->state);
			assert_string_equal(v.reason, dial_answer_of(error)->reason);
		}
	}
}

/* Adds a host; 0 or an error. */
static int add(struct world *w, bool assumed_up)
{
	uint32_t host;

	return dial_add_host(w->dial, assumed_up, &host);
}

static void test_every_verdict_is_true(void **state)
{
	static const size_t sockets[] = {1, 8, 100, 4096};
	static port_fn *const kinds[] = {scanme, mixed};

	(void)state;
	for (size_t s = 0; s < sizeof(sockets) / sizeof(sockets[0]); s++) {
		for (size_t k = 0; k < 2; k++) {
			struct world *w = make_world(s + 1, kinds[k]);

			w->sockets = sockets[s];
			w->jitter = 5 * NSEC_PER_MSEC;
			make_dial(w, 10, 0, PORTS);
			/* discovery would find nobody in the second */
			assert_int_equal(add(w, kinds[k] == mixed), 0);
			run(w);
			check_verdicts(w, 0);
			assert_int_equal(w->up[0], 1);
			assert_int_equal(w->done[0], 1);
			assert_true(w->most_open <= sockets[s]);
			end_world(w);
		}
	}
}

static void test_loss_is_met_by_more_tries(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 20; seed++) {
		struct world *w = make_world(seed, mixed);

		w->loss = 0.06;
		w->jitter = 20 * NSEC_PER_MSEC;
		make_dial(w, 10, 0, PORTS);
		assert_int_equal(add(w, true), 0);
		run(w);
		check_verdicts(w, 0);
		end_world(w);
	}
}

static int closed_but_three(struct world *w, uint32_t host, uint16_t port)
{
	int error = scanme(w, host, port);

	return error == NO_ANSWER ? ECONNREFUSED : error;
}

/* A host that refuses 50 connections a second at most is asked slowly enough in the end. */
/* A tenth of the ports answers. */
static int sparse(struct world *w, uint32_t host, uint16_t port)
{
	struct rng of_port = {w->salt + port};

	(void)host;
	return rng_below(&of_port, 10) ? NO_ANSWER : ECONNREFUSED;
}

/* How many tries all ports of the first host got. */
static unsigned tries_of(const struct world *w)
{
	unsigned tries = 0;

	for (uint32_t at = 0; at < PORTS; at++)
		tries += w->tries[0][ports[at]];
	return tries;
}

/*
 * A queue drops its tail, most ports are silent, our timers are late now and then: tries that kept
 * their distances were dropped at the same places each time, up to all of them for one port. A pace that
 * the few answers raised made that 9.7 tries a port.
 */
static void test_a_queue_drops_no_port_for_good(void **state)
{
	(void)state;
	for (unsigned seed = 40; seed < 40 + QUEUE_SEEDS; seed++) {
		struct world *w = make_world(seed, sparse);

		w->delay = 120 * NSEC_PER_MSEC;
		w->link_rate = 1690; /* SYNs on a line of 1 Mbit/s */
		w->link_queue = 25;
		w->late = (seed % 4) * 4 * NSEC_PER_MSEC;
		w->salt = rng_next(&w->rng);
		make_dial(w, 10, 0, PORTS);
		assert_int_equal(add(w, true), 0);
		run(w);
		check_verdicts(w, 0);
		assert_true(tries_of(w) < 3 * PORTS);
		end_world(w);
	}
}

static void test_limiter(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 30; seed++) {
		struct world *w = make_world(seed, closed_but_three);

		w->refusals = 50;
		w->refusals_left = 10;
		w->refusals_filled = w->now;
		w->delay = (nsec_t)(1 + seed * 5) * NSEC_PER_MSEC;
		w->jitter = NSEC_PER_MSEC;
		make_dial(w, 10, 0, PORTS);
		assert_int_equal(add(w, true), 0);
		run(w);
		check_verdicts(w, 0);
		end_world(w);
	}
}

static void test_silence_gets_two_tries_or_as_many_as_allowed(void **state)
{
	(void)state;
	for (unsigned retries = 0; retries <= 2; retries++) {
		struct world *w = make_world(1, scanme);

		make_dial(w, retries, 0, PORTS);
		assert_int_equal(add(w, true), 0);
		run(w);
		check_verdicts(w, 0);
		assert_int_equal(w->tries[0][1], retries ? 2 : 1);
		assert_int_equal(w->tries[0][25], 1);
		assert_int_equal(w->open_ports, 3);
		end_world(w);
	}
}

static void test_discovery(void **state)
{
	struct world *w = make_world(1, nobody);
	nsec_t began = w->now;

	(void)state;
	make_dial(w, 10, 0, PORTS);
	assert_int_equal(add(w, false), 0);
	run(w);
	assert_int_equal(dial_host(w->dial, 0)->outcome, DIAL_DOWN);
	assert_false(dial_host(w->dial, 0)->up);
	assert_string_equal(dial_host(w->dial, 0)->reason, "no-response");
	assert_int_equal(w->tries[0][80], 2);
	assert_int_equal(w->tries[0][443], 2);
	assert_int_equal(w->begun, 4);
	assert_int_equal(w->up[0], 0);
	assert_int_equal(w->done[0], 1);
	assert_true(w->now - began == 2 * NSEC_PER_SEC);
	end_world(w);
}

static int refuses_all(struct world *w, uint32_t host, uint16_t port)
{
	(void)w;
	(void)host;
	(void)port;
	return ECONNREFUSED;
}

static int router_complains(struct world *w, uint32_t host, uint16_t port)
{
	(void)w;
	(void)host;
	(void)port;
	return EHOSTUNREACH;
}

static void test_who_is_up(void **state)
{
	struct world *w = make_world(1, refuses_all);

	(void)state;
	make_dial(w, 10, 0, PORTS);
	assert_int_equal(add(w, false), 0);
	run(w);
	assert_true(dial_host(w->dial, 0)->up);
	assert_string_equal(dial_host(w->dial, 0)->reason, "conn-refused");
	assert_true(dial_host(w->dial, 0)->rtt.smoothed == w->delay);
	end_world(w);

	w = make_world(1, router_complains);
	make_dial(w, 10, 0, PORTS);
	assert_int_equal(add(w, false), 0);
	run(w);
	assert_false(dial_host(w->dial, 0)->up);
	assert_string_equal(dial_host(w->dial, 0)->reason, "host-unreach");
	assert_false(dial_host(w->dial, 0)->rtt.known);
	end_world(w);

	w = make_world(1, refuses_all);
	make_dial(w, 10, 0, 0); /* -sn: no port is asked afterwards */
	assert_int_equal(add(w, false), 0);
	assert_int_equal(add(w, true), 0);
	run(w);
	for (uint32_t host = 0; host < 2; host++) {
		assert_int_equal(dial_host(w->dial, host)->outcome, DIAL_SCANNED);
		assert_int_equal(w->up[host], 1);
	}
	end_world(w);
}

static int every_third(struct world *w, uint32_t host, uint16_t port)
{
	return host % 3 ? nobody(w, host, port) : scanme(w, host, port);
}

static void test_many_hosts(void **state)
{
	struct world *w = make_world(7, every_third);

	(void)state;
	w->sockets = 50;
	make_dial(w, 10, 0, PORTS);
	for (uint32_t i = 0; i < HOSTS_MAX; i++)
		assert_int_equal(add(w, false), 0);
	run(w);
	for (uint32_t i = 0; i < HOSTS_MAX; i++) {
		assert_int_equal(w->done[i], 1);
		if (i % 3)
			assert_int_equal(dial_host(w->dial, i)->outcome, DIAL_DOWN);
		else
			check_verdicts(w, i);
	}
	end_world(w);
}

/* Hundreds of hosts are asked together: the dead ones' silence is waited for once, not in turns. */
static void test_hundreds_of_hosts_at_once(void **state)
{
	enum { HOSTS = 600 };
	struct world *w = make_world(7, every_third);
	nsec_t began = w->now;

	(void)state;
	make_dial(w, 10, 0, 25); /* 22 is open, 25 closed */
	for (uint32_t i = 0; i < HOSTS; i++) {
		assert_true(dial_wants_host(w->dial));
		assert_int_equal(add(w, false), 0);
	}
	run(w);
	assert_int_equal(w->done_in_all, HOSTS);
	assert_int_equal(w->down_in_all, HOSTS * 2 / 3);
	assert_int_equal(w->open_ports, HOSTS / 3);
	assert_true(w->most_open > 1000); /* sockets */
	/* two rounds of silence, and 200 hosts' 23 silent ports, twice, at the pace that is known */
	assert_true(w->now - began < 2 * DIAL_PING_TIMEOUT + 8 * NSEC_PER_SEC);
	end_world(w);
}

/* Few places, many hosts: numbers come back as soon as a host is done, whoever was in turn then. */
static void test_places_are_used_again(void **state)
{
	struct world *w = make_world(3, every_third);
	struct dial_config config = {
		.ports = ports,
		.port_count = 5,
		.timing = *timing_of(TIMING_NORMAL),
		.max_hosts = 7,
		.start = start,
		.cancel = cancel,
		.on_done = on_done,
		.user = w,
	};
	uint32_t host, added = 0;

	(void)state;
	w->releases = true;
	config.timing.max_rate = 2000; /* hosts wait in the queue when others end */
	w->dial = dial_new(&config, w->now);
	assert_non_null(w->dial);
	while (w->done_in_all < 300) {
		for (; added < 300 && dial_wants_host(w->dial); added++) {
			assert_int_equal(dial_add_host(w->dial, added % 2, &host), 0);
			assert_true(host < 7);
		}
		run_until(w, w->now + 10 * NSEC_PER_MSEC);
	}
	assert_int_equal(w->open_count, 0);
	end_world(w);
}

/* The first three attempts never leave this machine; the host answers those that do. */
static int leaves_late(struct world *w, uint32_t host, uint16_t port)
{
	(void)port;
	return w->tries[host][80] + w->tries[host][443] < 3 ? ENOBUFS : ECONNREFUSED;
}

static void test_a_host_is_not_down_for_our_shortage(void **state)
{
	struct world *w = make_world(1, leaves_late);

	(void)state;
	make_dial(w, 10, 0, 20);
	assert_int_equal(add(w, false), 0);
	run(w);
	assert_int_equal(dial_host(w->dial, 0)->outcome, DIAL_SCANNED);
	assert_string_equal(dial_host(w->dial, 0)->reason, "conn-refused");
	end_world(w);
}

static int never_leaves(struct world *w, uint32_t host, uint16_t port)
{
	(void)w;
	(void)host;
	(void)port;
	return ENOBUFS;
}

/* It ends, and does not call the host down by silence alone: the shortage stands beside it. */
static void test_a_lasting_shortage_ends(void **state)
{
	struct world *w = make_world(1, never_leaves);

	(void)state;
	make_dial(w, 10, 0, 20);
	assert_int_equal(add(w, false), 0);
	run(w);
	assert_int_equal(dial_host(w->dial, 0)->outcome, DIAL_FAILED);
	assert_int_equal(dial_host(w->dial, 0)->error, ENOBUFS);
	end_world(w);
}

/* -T2: one connection at a time, and a pause after each, in discovery too. */
static void test_a_polite_scan(void **state)
{
	static const bool assumed[] = {true, false};

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		struct world *w = make_world(1, mixed);

		w->timing = timing_of(TIMING_POLITE);
		w->port = assumed[i] ? mixed : scanme;
		make_dial(w, 0, 0, 12);
		assert_int_equal(add(w, assumed[i]), 0);
		run(w);
		assert_int_equal(w->most_open, 1);
		assert_true(w->least_apart >= 400 * NSEC_PER_MSEC);
		assert_int_equal(dial_host(w->dial, 0)->outcome, DIAL_SCANNED);
		end_world(w);
	}
}

/* --host-timeout: a host that refuses seldom is left in time, others end; what was found stands. */
static void test_a_host_is_given_up(void **state)
{
	struct engine_timing timing = *timing_of(TIMING_NORMAL);
	struct world *w = make_world(1, scanme);
	nsec_t began = w->now;
	struct dial_verdict v;
	unsigned known = 0;

	(void)state;
	timing.host_timeout = 1500 * NSEC_PER_MSEC;
	timing.max_rate = 400;
	timing.max_retries = 0;
	w->timing = &timing;
	make_dial(w, 0, 0, PORTS);
	assert_int_equal(add(w, true), 0);
	run(w);
	assert_int_equal(dial_host(w->dial, 0)->outcome, DIAL_TIMED_OUT);
	assert_true(w->now - began >= timing.host_timeout);
	assert_true(w->now - began < timing.host_timeout + 100 * NSEC_PER_MSEC);
	assert_int_equal(w->done[0], 1);
	for (uint32_t at = 0; at < PORTS; at++) {
		if (!dial_verdict(w->dial, 0, at, &v))
			continue;
		known++;
		if (scanme(w, 0, ports[at]) == 0)
			assert_int_equal(v.state, PORT_OPEN);
	}
	assert_true(known > 400 && known < 700);
	end_world(w);
}

/* --initial-rtt-timeout: silence is tried again so soon. */
static void test_waits_are_the_users(void **state)
{
	struct engine_timing timing = *timing_of(TIMING_NORMAL);
	struct world *w = make_world(1, nobody);
	nsec_t began = w->now;

	(void)state;
	timing.rtt_initial = 200 * NSEC_PER_MSEC;
	timing.max_retries = 1;
	w->timing = &timing;
	make_dial(w, 0, 0, 4);
	assert_int_equal(add(w, true), 0);
	run(w);
	assert_int_equal(w->begun, 8);
	assert_true(w->now - began < 500 * NSEC_PER_MSEC);
	assert_true(w->now - began >= 400 * NSEC_PER_MSEC);
	end_world(w);
}

static void test_rate_is_obeyed(void **state)
{
	struct world *w = make_world(1, scanme);
	nsec_t began = w->now;

	(void)state;
	make_dial(w, 10, 100, PORTS);
	assert_int_equal(add(w, true), 0);
	run(w);
	check_verdicts(w, 0);
	assert_true(w->most_in_second <= 101);
	assert_true((double)w->begun / ((double)(w->now - began) / NSEC_PER_SEC) < 101);
	assert_true(w->oldest_dropped <= DIAL_KEEP + 20 * NSEC_PER_MSEC);
	end_world(w);
}

static int answers_first_tries(struct world *w, uint32_t host, uint16_t port)
{
	return w->tries[host][port] ? NO_ANSWER : ECONNREFUSED;
}

/* With a retry on its way, the first try's answer still decides. */
static void test_first_try_outlives_its_wait(void **state)
{
	struct world *w = make_world(1, answers_first_tries);
	struct dial_verdict v;

	(void)state;
	w->delay = 10 * NSEC_PER_MSEC;
	make_dial(w, 1, 0, 2);
	assert_int_equal(add(w, true), 0);
	dial_step(w->dial, w->now);
	assert_int_equal(w->open_count, 2);
	w->open[1].answer_at = w->now + 70 * NSEC_PER_MSEC;
	run(w);
	assert_int_equal(w->tries[0][2], 2);
	assert_true(dial_verdict(w->dial, 0, 1, &v));
	assert_int_equal(v.state, PORT_CLOSED);
	end_world(w);
}

/* Port 1 is silent; port 2 answers its second try, late; port 3 at once. */
static int loses_one(struct world *w, uint32_t host, uint16_t port)
{
	w->delay = (port == 2 ? 45 : 10) * NSEC_PER_MSEC;
	return port == 3 || (port == 2 && w->tries[host][2]) ? ECONNREFUSED : NO_ANSWER;
}

/* The very last answer shows that tries get lost: more are owed when none was left to wait for. */
static void test_tries_owed_at_the_end(void **state)
{
	struct world *w = make_world(1, loses_one);
	nsec_t began = w->now;

	(void)state;
	make_dial(w, 5, 100, 3);
	assert_int_equal(add(w, true), 0);
	run(w);
	assert_int_equal(w->tries[0][2], 2);
	assert_int_equal(w->tries[0][1], 6);
	assert_true(w->now - began < 700 * NSEC_PER_MSEC); /* and they are not put off */
	end_world(w);
}

static int no_room(struct world *w, uint32_t host, uint16_t port)
{
	return port == 9 ? EMFILE : refuses_all(w, host, port);
}

static void test_shortage_is_no_silence(void **state)
{
	struct world *w = make_world(1, no_room);
	struct dial_verdict v;

	(void)state;
	make_dial(w, 10, 0, 20);
	assert_int_equal(add(w, true), 0);
	run(w);
	assert_true(dial_verdict(w->dial, 0, 8, &v));
	assert_int_equal(v.state, PORT_UNDECIDED);
	assert_int_equal(dial_host(w->dial, 0)->error, EMFILE);
	assert_true(dial_verdict(w->dial, 0, 9, &v));
	assert_int_equal(v.state, PORT_CLOSED);
	end_world(w);
}

static int interface_gone(struct world *w, uint32_t host, uint16_t port)
{
	(void)w;
	(void)port;
	return host == 0 ? ENETDOWN : ECONNREFUSED;
}

static void test_broken_host_ends_alone(void **state)
{
	struct world *w = make_world(1, interface_gone);

	(void)state;
	make_dial(w, 10, 0, PORTS);
	assert_int_equal(add(w, true), 0);
	assert_int_equal(add(w, true), 0);
	run(w);
	assert_int_equal(dial_host(w->dial, 0)->outcome, DIAL_FAILED);
	assert_int_equal(dial_host(w->dial, 0)->error, ENETDOWN);
	check_verdicts(w, 1);
	end_world(w);
}

static void test_stop_keeps_what_is_known(void **state)
{
	struct world *w = make_world(1, mixed);
	unsigned seen[PORT_STATES] = {0}, never = 0;

	(void)state;
	make_dial(w, 10, 500, PORTS);
	assert_int_equal(add(w, true), 0);
	run_until(w, w->now + NSEC_PER_SEC);
	dial_stop(w->dial);
	assert_int_equal(w->open_count, 0);
	assert_true(dial_idle(w->dial));
	assert_true(dial_step(w->dial, w->now) == NSEC_NEVER);
	for (uint32_t at = 0; at < PORTS; at++) {
		struct dial_verdict v;

		if (!dial_verdict(w->dial, 0, at, &v)) {
			never++;
			continue;
		}
		seen[v.state]++;
		if (v.state == PORT_OPEN)
			assert_int_equal(mixed(w, 0, ports[at]), 0);
	}
	assert_true(never > 400 && seen[PORT_OPEN] > 20 && seen[PORT_CLOSED] > 20);
	assert_true(seen[PORT_FILTERED] > 20 && seen[PORT_UNDECIDED] > 0);
	end_world(w);
}

static void test_answers(void **state)
{
	(void)state;
	assert_int_equal(dial_answer_of(0)->state, PORT_OPEN);
	assert_int_equal(dial_answer_of(ECONNRESET)->state, PORT_OPEN);
	assert_string_equal(dial_answer_of(ECONNREFUSED)->reason, "conn-refused");
	assert_string_equal(dial_answer_of(EACCES)->reason, "admin-prohibited");
	assert_string_equal(dial_answer_of(EHOSTUNREACH)->reason, "host-unreach");
	assert_string_equal(dial_answer_of(ENETUNREACH)->reason, "net-unreach");
	assert_string_equal(dial_answer_of(ENOPROTOOPT)->reason, "proto-unreach");
	assert_string_equal(dial_answer_of(ENONET)->reason, "dest-unreach");
	assert_int_equal(dial_answer_of(ETIMEDOUT)->meaning, DIAL_MEANS_SILENCE);
	assert_int_equal(dial_answer_of(EHOSTDOWN)->meaning, DIAL_MEANS_SILENCE);
	assert_int_equal(dial_answer_of(ENETDOWN)->meaning, DIAL_MEANS_BROKEN);
	for (int error = 0; error < 134; error++) {
		const struct dial_answer *a = dial_answer_of(error);

		assert_true((a->meaning == DIAL_MEANS_STATE) == (a->reason != NULL));
		assert_true(a->meaning != DIAL_MEANS_STATE || a->state != PORT_UNDECIDED);
	}
}

/* The table against a plain array, over random steps. */
static void test_table(void **state)
{
	struct rng rng = {42};
	struct dial_table t;
	uint64_t tokens[200], gone = 0;
	uint32_t hosts[200], count = 0, next = 0;

	(void)state;
	dial_table_init(&t);
	for (unsigned step = 0; step < 20000; step++) {
		struct dial_attempt a = {.host = next};
		uint32_t row = t.oldest;

		if (count < 200 && rng_below(&rng, 2)) {
			assert_int_equal(dial_table_add(&t, &a, &tokens[count]), 0);
			hosts[count++] = next++;
		} else if (count) {
			size_t at = rng_below(&rng, count);

			gone = tokens[at];
			assert_true(dial_table_take(&t, gone, &a));
			assert_int_equal(a.host, hosts[at]);
			count--;
			memmove(&tokens[at], &tokens[at + 1], (count - at) * sizeof(tokens[0]));
			memmove(&hosts[at], &hosts[at + 1], (count - at) * sizeof(hosts[0]));
		}
		assert_false(gone && dial_table_take(&t, gone, NULL));
		row = t.oldest;
		for (uint32_t i = 0; i < count; i++, row = t.rows[row].newer)
			assert_int_equal(dial_table_at(&t, row)->host, hosts[i]);
		assert_int_equal(row, DIAL_NO_ROW);
		assert_int_equal(t.count, count);
	}
	dial_table_done(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_verdict_is_true),
		cmocka_unit_test(test_loss_is_met_by_more_tries),
		cmocka_unit_test(test_a_queue_drops_no_port_for_good),
		cmocka_unit_test(test_limiter),
		cmocka_unit_test(test_silence_gets_two_tries_or_as_many_as_allowed),
		cmocka_unit_test(test_discovery),
		cmocka_unit_test(test_who_is_up),
		cmocka_unit_test(test_many_hosts),
		cmocka_unit_test(test_hundreds_of_hosts_at_once),
		cmocka_unit_test(test_places_are_used_again),
		cmocka_unit_test(test_a_host_is_not_down_for_our_shortage),
		cmocka_unit_test(test_a_lasting_shortage_ends),
		cmocka_unit_test(test_a_polite_scan),
		cmocka_unit_test(test_a_host_is_given_up),
		cmocka_unit_test(test_waits_are_the_users),
		cmocka_unit_test(test_rate_is_obeyed),
		cmocka_unit_test(test_first_try_outlives_its_wait),
		cmocka_unit_test(test_tries_owed_at_the_end),
		cmocka_unit_test(test_shortage_is_no_silence),
		cmocka_unit_test(test_broken_host_ends_alone),
		cmocka_unit_test(test_stop_keeps_what_is_known),
		cmocka_unit_test(test_answers),
		cmocka_unit_test(test_table),
	};

	return cmocka_run_group_tests(tests, number_ports, NULL);
}
