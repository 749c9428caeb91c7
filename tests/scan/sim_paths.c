// SPDX-License-Identifier: Apache-2.0
// The set of simulated paths on which the engine's timing is judged, each with seed and truth.
#include "sim_paths.h"

#include <stdio.h>

#include "base/rng.h"
#include "sim_ports.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define PORTS        1000
#define RANDOM_PATHS 60
#define USEC         NSEC_PER_USEC
#define MSEC         NSEC_PER_MSEC

struct way {
	const char *name;
	struct sim_path path;
	bool on_link;
	enum probe_kind kind; /* what asks about the ports; PROBE_SYN is 0 */
};

struct manner {
	const char *name;
	enum sim_port (*port)(void *user, uint16_t port);
	bool mute; /* answers no ping, so -Pn */
};

static const struct manner manners[] = {
	{"scanme", sim_scanme, false},     {"closed", sim_closed, false},
	{"tenth", sim_tenth, false},       {"mixed", sim_mixed, false},
	{"rejected", sim_rejected, false}, {"mute", sim_silent, true},
};

static const struct manner rare_manners[] = {
	{"open", sim_all_open, false},
	{"pinged", sim_silent, false},
};

static const struct way ways[] = {
	{"link-0.1ms", {.delay = 50 * USEC}, true},
	{"wifi-3ms", {.delay = 1 * MSEC, .jitter = 4 * MSEC}, true},
	{"10ms", {.delay = 5 * MSEC, .jitter = MSEC}, false},
	{"80ms", {.delay = 40 * MSEC}, false},
	{"80ms-jitter", {.delay = 40 * MSEC, .jitter = 20 * MSEC}, false},
	{"300ms", {.delay = 150 * MSEC, .jitter = 10 * MSEC}, false},
	{"600ms-sat", {.delay = 300 * MSEC, .rate = 20000, .queue = 200}, false},
	{"2s", {.delay = 1000 * MSEC, .jitter = 50 * MSEC}, false},
	{"loss-1", {.delay = 20 * MSEC, .loss = 0.01}, false},
	{"loss-3", {.delay = 40 * MSEC, .loss = 0.03}, false},
	{"loss-10", {.delay = 40 * MSEC, .loss = 0.1, .jitter = 5 * MSEC}, false},
	{"loss-10-1ms", {.delay = 500 * USEC, .loss = 0.1}, false},
	{"burst-3-50ms", {.delay = 20 * MSEC, .burst_loss = 0.03, .burst_time = 50 * MSEC}, false},
	{"burst-10-100ms",
	 {.delay = 40 * MSEC, .burst_loss = 0.1, .burst_time = 100 * MSEC},
	 false},
	{"burst-5-300ms",
	 {.delay = 10 * MSEC, .burst_loss = 0.05, .burst_time = 300 * MSEC},
	 false},
	{"64kbit", {.delay = 50 * MSEC, .rate = 128, .queue = 20}, false},
	{"64kbit-deep", {.delay = 50 * MSEC, .rate = 128, .queue = 200}, false},
	{"256kbit-q10", {.delay = 30 * MSEC, .rate = 512, .queue = 10}, false},
	{"1mbit-q25", {.delay = 60 * MSEC, .rate = 2000, .queue = 25}, false},
	{"1mbit-q25-loss", {.delay = 30 * MSEC, .rate = 2000, .queue = 25, .loss = 0.02}, false},
	{"1mbit-deep", {.delay = 30 * MSEC, .rate = 2000, .queue = 500}, false},
	{"10mbit-q50", {.delay = 20 * MSEC, .rate = 20000, .queue = 50}, false},
	{"100mbit-q20", {.delay = 5 * MSEC, .rate = 150000, .queue = 20}, false},
	{"adsl", {.delay = 20 * MSEC, .rate = 2000, .back_rate = 20000, .queue = 60}, false},
	{"narrow-back", {.delay = 20 * MSEC, .rate = 20000, .back_rate = 1000, .queue = 40}, false},
	{"policer-2000", {.delay = 20 * MSEC, .rate = 2000, .queue = 3}, false},
	{"cell",
	 {.delay = 30 * MSEC,
	  .jitter = 15 * MSEC,
	  .spike_every = 900 * MSEC,
	  .spike_delay = 300 * MSEC},
	 false},
	{"cell-slow",
	 {.delay = 60 * MSEC,
	  .jitter = 30 * MSEC,
	  .rate = 1000,
	  .queue = 300,
	  .spike_every = 2500 * MSEC,
	  .spike_delay = 800 * MSEC},
	 false},
	{"rst-50", {.delay = 10 * MSEC, .rst_rate = 50, .rst_burst = 10}, false},
	{"rst-100", {.delay = 30 * MSEC, .rst_rate = 100, .rst_burst = 100}, false},
	{"rst-200", {.delay = 5 * MSEC, .rst_rate = 200, .rst_burst = 200}, false},
	{"rst-250-loss",
	 {.delay = 20 * MSEC, .rst_rate = 250, .rst_burst = 25, .loss = 0.02},
	 false},
	{"rst-100-link", {.delay = 50 * USEC, .rst_rate = 100, .rst_burst = 20}, true},
	{"icmp-1", {.delay = 20 * MSEC, .icmp_rate = 1, .icmp_burst = 6}, false},
	{"icmp-1-loss", {.delay = 40 * MSEC, .icmp_rate = 1, .icmp_burst = 6, .loss = 0.03}, false},
	{"icmp-100", {.delay = 20 * MSEC, .icmp_rate = 100, .icmp_burst = 50}, false},
	{"rough",
	 {.delay = 20 * MSEC,
	  .jitter = 10 * MSEC,
	  .loss = 0.01,
	  .duplicate = 0.02,
	  .reorder = 0.05,
	  .corrupt = 0.01},
	 false},
	{"link-busy", {.delay = 50 * USEC, .busy = 0.05, .busy_delay = 8 * MSEC}, true},
	{"80ms-busy", {.delay = 40 * MSEC, .busy = 0.05, .busy_delay = 8 * MSEC}, false},
	{"1mbit-q25-busy",
	 {.delay = 60 * MSEC, .rate = 2150, .queue = 25, .busy = 0.03, .busy_delay = 8 * MSEC},
	 false},
	{"1mbit-q25-busier",
	 {.delay = 60 * MSEC, .rate = 2150, .queue = 25, .busy = 0.1, .busy_delay = 12 * MSEC},
	 false},
	{"10mbit-q50-busy",
	 {.delay = 20 * MSEC, .rate = 20000, .queue = 50, .busy = 0.05, .busy_delay = 8 * MSEC},
	 false},
};

/* Several hosts behind one path. */
static const struct {
	const char *name;
	unsigned way, manner, hosts, alive_every, ports;
} crowds[] = {
	{"crowd-scanme-80ms", 3, 0, 20, 1, 1000},   {"crowd-closed-1mbit", 18, 1, 10, 1, 1000},
	{"crowd-tenth-loss-3", 9, 2, 10, 1, 1000},  {"crowd-closed-rst-100", 29, 1, 10, 1, 300},
	{"crowd-quarter-alive", 0, 2, 400, 4, 100}, {"crowd-quarter-far", 3, 1, 400, 4, 20},
	{"crowd-mixed-cell", 26, 3, 8, 1, 500},     {"crowd-mute-adsl", 23, 5, 10, 1, 300},
};

/* Scans by datagrams, which hosts refuse by ICMP errors of which most allow themselves few. */
static const struct way udp_ways[] = {
	{"udp-6+1-link", {.delay = 50 * USEC, .icmp_rate = 1, .icmp_burst = 6}, true},
	{"udp-6+1", {.delay = 10 * MSEC, .icmp_rate = 1, .icmp_burst = 6}, false},
	{"udp-6+1-200ms",
	 {.delay = 100 * MSEC, .jitter = 20 * MSEC, .icmp_rate = 1, .icmp_burst = 6},
	 false},
	{"udp-6+1-loss",
	 {.delay = 20 * MSEC, .icmp_rate = 1, .icmp_burst = 6, .loss = 0.03},
	 false},
	{"udp-6+1-loss-10",
	 {.delay = 40 * MSEC, .icmp_rate = 1, .icmp_burst = 6, .loss = 0.1},
	 false},
	{"udp-1+2-40ms", {.delay = 20 * MSEC, .icmp_rate = 2, .icmp_burst = 1}, false},
	{"udp-20+5", {.delay = 10 * MSEC, .icmp_rate = 5, .icmp_burst = 20}, false},
	{"udp-10+25-80ms", {.delay = 40 * MSEC, .icmp_rate = 25, .icmp_burst = 10}, false},
	{"udp-200+200", {.delay = 15 * MSEC, .icmp_rate = 200, .icmp_burst = 200}, false},
	{"udp-50+1000", {.delay = 5 * MSEC, .icmp_rate = 1000, .icmp_burst = 50}, false},
	{"udp-1mbit-6+1",
	 {.delay = 30 * MSEC, .rate = 2000, .queue = 25, .icmp_rate = 1, .icmp_burst = 6},
	 false},
	{"udp-free", {.delay = 10 * MSEC}, false},
	{"udp-free-loss", {.delay = 20 * MSEC, .loss = 0.05}, false},
};

/*
 * Scans to which silence is an answer, by segments that a host resets: most systems limit their
 * resets, for all who ask together.
 */
static const struct way stray_ways[] = {
	{"fin-50+10", {.delay = 10 * MSEC, .rst_rate = 50, .rst_burst = 10}, .kind = PROBE_FIN},
	{"null-100+100-60ms",
	 {.delay = 30 * MSEC, .rst_rate = 100, .rst_burst = 100},
	 .kind = PROBE_NULL},
	{"xmas-200+200",
	 {.delay = 5 * MSEC, .rst_rate = 200, .rst_burst = 200},
	 .kind = PROBE_XMAS},
	{"fin-250+25-loss",
	 {.delay = 20 * MSEC, .rst_rate = 250, .rst_burst = 25, .loss = 0.02},
	 .kind = PROBE_FIN},
	{"fin-100+20-loss-10",
	 {.delay = 40 * MSEC, .rst_rate = 100, .rst_burst = 20, .loss = 0.1},
	 .kind = PROBE_FIN},
	{"fin-100+20-link",
	 {.delay = 50 * USEC, .rst_rate = 100, .rst_burst = 20},
	 .on_link = true,
	 .kind = PROBE_FIN},
	{"null-130+5-300ms",
	 {.delay = 150 * MSEC, .jitter = 30 * MSEC, .rst_rate = 130, .rst_burst = 5},
	 .kind = PROBE_NULL},
	{"xmas-1mbit-100+10",
	 {.delay = 30 * MSEC, .rate = 2000, .queue = 25, .rst_rate = 100, .rst_burst = 10},
	 .kind = PROBE_XMAS},
	{"fin-100+50-others",
	 {.delay = 15 * MSEC, .rst_rate = 100, .rst_burst = 50, .rst_others = 40},
	 .kind = PROBE_FIN},
	{"fin-free", {.delay = 10 * MSEC}, .kind = PROBE_FIN},
	{"fin-free-link", {.delay = 50 * USEC}, .on_link = true, .kind = PROBE_FIN},
	{"fin-free-loss", {.delay = 20 * MSEC, .loss = 0.05}, .kind = PROBE_FIN},
	{"fin-1mbit", {.delay = 60 * MSEC, .rate = 2000, .queue = 25}, .kind = PROBE_FIN},
	{"ack-50+10", {.delay = 10 * MSEC, .rst_rate = 50, .rst_burst = 10}, .kind = PROBE_ACK},
	{"ack-200+200", {.delay = 15 * MSEC, .rst_rate = 200, .rst_burst = 200}, .kind = PROBE_ACK},
	{"window-100+20-loss",
	 {.delay = 20 * MSEC, .rst_rate = 100, .rst_burst = 20, .loss = 0.03},
	 .kind = PROBE_WINDOW},
	{"ack-100+50-others",
	 {.delay = 15 * MSEC, .rst_rate = 100, .rst_burst = 50, .rst_others = 40},
	 .kind = PROBE_ACK},
	{"ack-free", {.delay = 10 * MSEC}, .kind = PROBE_ACK},
	{"ack-1mbit-loss",
	 {.delay = 30 * MSEC, .rate = 2000, .queue = 25, .loss = 0.02},
	 .kind = PROBE_ACK},
};

/* Many hosts behind one router, of which most are not there, some far and some near. */
static const struct {
	struct way way;
	unsigned manner, hosts, alive_every, ports;
	bool unasked; /* -Pn */
} far_crowds[] = {
	{{"far-80-300ms", {.delay = 40 * MSEC, .far_every = 3, .far_delay = 110 * MSEC}},
	 1,
	 256,
	 4,
	 10},
	{{"far-80-300ms-loss-3",
	  {.delay = 40 * MSEC, .far_every = 3, .far_delay = 110 * MSEC, .loss = 0.03}},
	 2,
	 256,
	 4,
	 10},
	{{"far-80-900ms",
	  {.delay = 40 * MSEC, .jitter = 20 * MSEC, .far_every = 5, .far_delay = 410 * MSEC}},
	 1,
	 256,
	 4,
	 10},
	{{"far-1-300ms",
	  {.delay = 500 * USEC, .far_every = 31, .far_delay = 150 * MSEC, .loss = 0.01}},
	 1,
	 256,
	 3,
	 10},
	{{"far-burst-300ms", {.delay = 10 * MSEC, .burst_loss = 0.05, .burst_time = 300 * MSEC}},
	 1,
	 256,
	 4,
	 10},
	{{"far-300ms-loss-10", {.delay = 150 * MSEC, .jitter = 60 * MSEC, .loss = 0.1}},
	 1,
	 256,
	 4,
	 10},
	{{"far-1mbit",
	  {.delay = 30 * MSEC, .rate = 2000, .queue = 25, .far_every = 4, .far_delay = 100 * MSEC}},
	 1,
	 256,
	 4,
	 10},
	{{"far-Pn", {.delay = 40 * MSEC, .far_every = 3, .far_delay = 110 * MSEC, .loss = 0.01}},
	 1,
	 256,
	 4,
	 10,
	 true},
};

static const struct manner quiet_manners[] = {
	{"closed", sim_udp_closed, false}, {"half", sim_udp_half, false},
	{"few", sim_udp_few, false},       {"pinged", sim_silent, false},
	{"few-Pn", sim_udp_few, true},
};

static const uint16_t *ports(void)
{
	static uint16_t all[PORTS];

	for (unsigned i = 0; i < PORTS && !all[PORTS - 1]; i++)
		all[i] = (uint16_t)(i + 1);
	return all;
}

static struct sim_config scan_of(const struct way *way, const struct manner *manner, uint64_t seed)
{
	return (struct sim_config) {
		.seed = seed,
		.hosts = 1,
		.on_link = way->on_link,
		.skip_ping = manner->mute,
		.answers_ping = !manner->mute,
		.path = way->path,
		.port = manner->port,
		.ports = ports(),
		.port_count = PORTS,
		.timing = *timing_of(TIMING_NORMAL),
	};
}

static double between(struct rng *r, double low, double high)
{
	return low + (high - low) * (double)(rng_next(r) >> 11) / 9007199254740992.0;
}

/* A path and a manner drawn by seed. */
static struct sim_config draw(unsigned seed)
{
	struct rng r = {7919 * (seed + 1)};
	const struct manner *m = rng_below(&r, 5) ? &manners[rng_below(&r, COUNT(manners))]
						  : &rare_manners[rng_below(&r, 2)];
	double rtt_ms = 0.1;
	struct way way = {.name = "drawn"};

	for (unsigned doublings = (unsigned)rng_below(&r, 13); doublings; doublings--)
		rtt_ms *= between(&r, 1.8, 2.2);
	way.path.delay = (nsec_t)(rtt_ms / 2 * (double)MSEC);
	if (rng_below(&r, 2))
		way.path.jitter = (nsec_t)(rtt_ms * between(&r, 0.02, 0.5) * (double)MSEC) + 1;
	if (!rng_below(&r, 3))
		way.path.loss = between(&r, 0.001, 0.1);
	if (!rng_below(&r, 5)) {
		way.path.burst_loss = between(&r, 0.005, 0.08);
		way.path.burst_time = (nsec_t)(between(&r, 10, 200) * (double)MSEC);
	}
	if (!rng_below(&r, 2)) {
		way.path.rate = 128 << rng_below(&r, 10);
		way.path.queue = 8 + (unsigned)rng_below(&r, 100);
	}
	if (!rng_below(&r, 5)) {
		way.path.rst_rate = between(&r, 40, 300);
		way.path.rst_burst = 1 + (unsigned)rng_below(&r, 100);
	}
	if (!rng_below(&r, 4)) {
		way.path.icmp_rate = between(&r, 1, 200);
		way.path.icmp_burst = 6 + (unsigned)rng_below(&r, 50);
	}
	return scan_of(&way, m, seed + 1000);
}

static struct sim_config quiet_path(unsigned i, char ret_name[static SIM_PATH_NAME_MAX])
{
	const unsigned at = i / COUNT(quiet_manners);
	const bool udp = at < COUNT(udp_ways);
	const struct way *w = udp ? &udp_ways[at] : &stray_ways[at - COUNT(udp_ways)];
	const struct manner *m = &quiet_manners[i % COUNT(quiet_manners)];
	struct sim_config c = scan_of(w, m, i + 2000);

	snprintf(ret_name, SIM_PATH_NAME_MAX, "%s/%s", w->name, m->name);
	c.kind = udp ? PROBE_UDP : w->kind;
	return c;
}

static struct sim_config far_path(unsigned i, char ret_name[static SIM_PATH_NAME_MAX])
{
	struct sim_config c = scan_of(&far_crowds[i].way, &manners[far_crowds[i].manner], i + 3000);

	snprintf(ret_name, SIM_PATH_NAME_MAX, "%s", far_crowds[i].way.name);
	c.skip_ping = far_crowds[i].unasked;
	c.hosts = far_crowds[i].hosts;
	c.alive_every = far_crowds[i].alive_every;
	c.port_count = far_crowds[i].ports;
	return c;
}

/* Those before far_crowds. */
static unsigned near_count(void)
{
	return (unsigned)(COUNT(ways) * (COUNT(manners)) + COUNT(rare_manners) * 12 +
			  COUNT(crowds) + RANDOM_PATHS +
			  (COUNT(udp_ways) + COUNT(stray_ways)) * COUNT(quiet_manners));
}

unsigned sim_path_count(void)
{
	return near_count() + (unsigned)COUNT(far_crowds);
}

struct sim_config sim_path(unsigned i, char ret_name[static SIM_PATH_NAME_MAX])
{
	const unsigned grid = COUNT(ways) * COUNT(manners), rare = COUNT(rare_manners) * 12;
	struct sim_config c;

	if (i >= near_count())
		return far_path(i - near_count(), ret_name);
	if (i < grid + rare) {
		const struct way *w = i < grid ? &ways[i / COUNT(manners)]
					       : &ways[(i - grid) / COUNT(rare_manners) * 3];
		const struct manner *m = i < grid ? &manners[i % COUNT(manners)]
						  : &rare_manners[(i - grid) % COUNT(rare_manners)];

		snprintf(ret_name, SIM_PATH_NAME_MAX, "%s/%s", w->name, m->name);
		return scan_of(w, m, i + 1);
	}
	i -= grid + rare;
	if (i >= COUNT(crowds) + RANDOM_PATHS) {
		i -= COUNT(crowds) + RANDOM_PATHS;
		return quiet_path(i, ret_name);
	}
	if (i >= COUNT(crowds)) {
		snprintf(ret_name, SIM_PATH_NAME_MAX, "drawn-%02u", i - (unsigned)COUNT(crowds));
		return draw(i - COUNT(crowds));
	}
	snprintf(ret_name, SIM_PATH_NAME_MAX, "%s", crowds[i].name);
	c = scan_of(&ways[crowds[i].way], &manners[crowds[i].manner], i + 500);
	c.hosts = crowds[i].hosts;
	c.alive_every = crowds[i].alive_every;
	c.port_count = crowds[i].ports;
	return c;
}
