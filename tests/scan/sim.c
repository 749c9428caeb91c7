// SPDX-License-Identifier: Apache-2.0
// A network in virtual time: drives the engine and the ledger as a real one would.
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sim_inner.h"

#include "proto/eth.h"
#include "proto/ipv4.h"

#define TIME_LIMIT (8000 * NSEC_PER_SEC)
#define SENT_MAX   4000000
#define SLOW       0.3 /* share of batches that leave a step later than they might */

const uint8_t sim_our_mac[MAC_LEN] = {2, 0, 0, 0, 0, 1};

/* Shows a frame to ledger and engine, as the receive ring does; the stamp may be an earlier one. */
static enum note_kind show(struct sim *s, const uint8_t *bytes, uint32_t len,
			   enum frame_direction direction, nsec_t stamp)
{
	struct frame frame = {
		.id = ++s->frames,
		.time = stamp,
		.link = LINK_ETHERNET,
		.direction = direction,
		.captured_len = len,
		.wire_len = len,
		.bytes = bytes,
	};
	struct note note;

	assert_int_equal(ledger_frame(s->ledger, &frame, &note, NULL), 0);
	engine_note(s->engine, &note, s->now);
	return note.kind;
}

/* ARP, or a neighbour solicitation in ICMPv6. */
static bool is_resolution(const uint8_t *ethernet)
{
	uint16_t type = (uint16_t)(ethernet[12] << 8 | ethernet[13]);

	return type == ETHER_ARP ||
	       (type == ETHER_IPV6 && ethernet[20] == IP_ICMPV6 && ethernet[54] == 135);
}

/* One frame leaves. */
static void leave(struct sim *s, const struct engine_send *send)
{
	assert_true(send->len > 0);
	assert_true(s->result.sent < SENT_MAX);
	if (s->config->busy) /* the other paths keep their draws */
		s->now += (nsec_t)((double)s->config->busy * sim_chance(s));
	s->sent_times[s->result.sent++] = s->now;
	show(s, send->bytes, (uint32_t)send->len, FRAME_SENT, s->now);
	if (is_resolution(send->bytes))
		sim_pass(s, send->bytes, send->len, true);
	else
		sim_cross(s, send->bytes, send->len, true);
}

/* From one frame on there may be no room: what follows does not leave either. */
static void leave_all(struct sim *s, struct engine_send *sends, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (s->config->refused > 0 && sim_chance(s) < s->config->refused)
			s->refusing = true;
		sends[i].result = s->refusing ? -EAGAIN : 0;
		if (!s->refusing)
			leave(s, &sends[i]);
	}
}

static bool send_frames(void *user, struct engine_send *sends, size_t count)
{
	struct sim *s = user;

	if (s->config->hand_over) {
		assert_true(s->handed_count < ENGINE_OPEN_MAX);
		s->handed[s->handed_count++] = (struct handed) {sends, count, false};
		return false;
	}
	s->refusing = false;
	leave_all(s, sends, count);
	return true;
}

/* What was handed over leaves while the engine is not looking: all, or what comes to it. */
static void leave_handed(struct sim *s, bool all)
{
	for (unsigned i = 0; i < s->handed_count; i++) {
		struct handed *h = &s->handed[i];

		if (!h->left && !all && sim_chance(s) < SLOW)
			return;
		if (!h->left)
			leave_all(s, h->sends, h->count);
		h->left = true;
	}
}

static bool settle(void *user, struct engine_send *sends, size_t count, bool wait)
{
	struct sim *s = user;

	if (wait)
		leave_handed(s, true);
	assert_ptr_equal(s->handed[0].sends, sends);
	assert_int_equal(s->handed[0].count, count);
	if (!s->handed[0].left)
		return false;
	memmove(s->handed, s->handed + 1, --s->handed_count * sizeof(*s->handed));
	if (!s->handed_count)
		s->refusing = false;
	return true;
}

struct addr sim_addr(const struct sim_config *config, unsigned i)
{
	struct addr a;

	if (config->ipv6) {
		addr_parse(config->on_link ? "2001:db8:1::1000" : "2001:db8:5::1000", &a);
		a.bytes[14] = (uint8_t)(0x10 + ((i + 1) >> 8));
		a.bytes[15] = (uint8_t)(i + 1);
		return a;
	}
	addr_parse(config->on_link ? "10.9.0.0" : "198.51.100.0", &a);
	return addr_v4_number(addr_number(&a) + i + 1);
}

static void add_target(struct sim *s, unsigned i)
{
	const struct sim_config *c = s->config;
	struct engine_target target = {
		.path = {.target = sim_addr(c, i), .interface = 1, .link = LINK_ETHERNET},
		.skip_ping = c->skip_ping,
	};
	uint32_t index;

	memcpy(target.path.source_mac, sim_our_mac, MAC_LEN);
	addr_parse(c->ipv6 ? "2001:db8:1::2" : "192.0.2.2", &target.path.source);
	target.next_hop = target.path.target;
	if (!c->on_link)
		addr_parse(c->ipv6 ? "2001:db8:1::1" : "192.0.2.1", &target.next_hop);
	assert_int_equal(engine_add_target(s->engine, &target, s->now, &index), 0);
}

static double peak_rate(const struct sim *s)
{
	uint64_t best = 0, from = 0;

	for (uint64_t i = 0; i < s->result.sent; i++) {
		while (s->sent_times[i] - s->sent_times[from] >= NSEC_PER_SEC)
			from++;
		if (i - from + 1 > best)
			best = i - from + 1;
	}
	return (double)best;
}

/* Delivers what arrives first; false when it lies beyond `until`. */
static bool deliver(struct sim *s, nsec_t until)
{
	struct flying *f;

	if (!s->heap_count || s->heap[0]->time > until)
		return false;
	f = sim_heap_pop(s);
	s->now = f->time > s->now ? f->time : s->now;
	if (f->to_host) {
		struct frame frame = {.time = s->now,
				      .link = LINK_ETHERNET,
				      .captured_len = f->len,
				      .wire_len = f->len,
				      .bytes = f->bytes};

		sim_meet(s, &frame);
	} else {
		show(s, f->bytes, f->len, FRAME_RECEIVED, f->time);
	}
	free(f);
	return true;
}

/* The scanner has to wait for its turn: what comes meanwhile lies in the ring, with its stamps. */
static void stand_still(struct sim *s, nsec_t length)
{
	nsec_t until = s->now + length;
	/* what reaches a host meanwhile may bring two answers, and each of them may come twice */
	struct flying **ring = malloc((4 * s->heap_count + 1) * sizeof(struct flying *));
	size_t count = 0;

	assert_non_null(ring);
	while (s->heap_count && s->heap[0]->time <= until) {
		if (s->heap[0]->to_host)
			deliver(s, until);
		else
			ring[count++] = sim_heap_pop(s);
	}
	s->now = until;
	for (size_t i = 0; i < count; i++) {
		show(s, ring[i]->bytes, ring[i]->len, FRAME_RECEIVED, ring[i]->time);
		free(ring[i]);
	}
	free(ring);
}

static void show_forgery(struct sim *s)
{
	uint8_t bytes[SIM_FRAME_MAX];
	size_t len = sim_forge(s, bytes);

	enum note_kind kind = show(s, bytes, (uint32_t)len, FRAME_RECEIVED, s->now);

	assert_int_not_equal(kind, NOTE_REPLY);
	assert_int_not_equal(kind, NOTE_PROBE);
	s->result.forged++;
	s->result.unproven += kind == NOTE_UNPROVEN;
}

static void run(struct sim *s)
{
	const struct sim_config *c = s->config;
	uint64_t forged = 0,
		 each = 1 + 2 * (uint64_t)c->forgeries / (1 + (uint64_t)c->hosts * c->port_count);
	unsigned added = 0;

	for (;;) {
		nsec_t due, away = sim_busy(s);
		uint64_t before;

		if (away)
			stand_still(s, away);
		while (added < s->config->hosts && engine_wants_target(s->engine))
			add_target(s, added++);
		before = s->result.sent;
		due = engine_step(s->engine, s->now);
		assert_true(s->result.sent - before <= ENGINE_OPEN_MAX * ENGINE_BATCH);
		assert_true(s->config->hand_over || s->result.sent - before <= ENGINE_STEP_MAX);
		leave_handed(s, false);
		if (engine_idle(s->engine) && added == s->config->hosts)
			return;
		if (engine_wants_target(s->engine) && added < s->config->hosts)
			continue;
		for (; forged < c->forgeries && forged < each * s->result.sent; forged++)
			show_forgery(s);
		if (deliver(s, due))
			continue;
		assert_true(due != NSEC_NEVER); /* otherwise nothing would ever happen again */
		assert_true(due < TIME_LIMIT);
		s->now = due > s->now ? due : s->now + 1;
	}
}

struct sim_result sim_run(const struct sim_config *config)
{
	const struct hash_key key = {config->seed, ~config->seed};
	struct sim s = {.config = config, .rng = {config->seed}};
	struct engine_config ec = {
		.key = key,
		.ports = config->ports,
		.port_count = config->port_count,
		.port_kind = config->kind,
		.then = config->then,
		.pings = config->pings,
		.ping_count = config->ping_count,
		.local_port = LOCAL_PORT,
		.timing = config->timing,
		.send = send_frames,
		.settle = settle,
		.user = &s,
	};
	struct addr us;

	s.sent_times = malloc(SENT_MAX * sizeof(*s.sent_times));
	s.ledger = ledger_new(&key);
	s.resets = calloc(config->hosts, sizeof(*s.resets));
	s.errors = calloc(config->hosts, sizeof(*s.errors));
	assert_non_null(s.sent_times);
	assert_true(s.resets && s.errors);
	for (unsigned i = 0; i < config->hosts; i++) {
		s.resets[i].tokens = config->path.rst_burst;
		s.errors[i].tokens = config->path.icmp_burst;
	}
	assert_non_null(s.ledger);
	addr_parse(config->ipv6 ? "2001:db8:1::2" : "192.0.2.2", &us);
	ledger_add_own(s.ledger, &us);
	ec.ledger = s.ledger;
	s.engine = engine_new(&ec, 0);
	assert_non_null(s.engine);
	run(&s);
	ledger_set_end(s.ledger, s.now);
	s.result.elapsed = s.now;
	s.result.ledger = s.ledger;
	s.result.peak_rate = peak_rate(&s);
	for (uint32_t i = 0; i < engine_host_count(s.engine); i++) {
		enum engine_outcome outcome = engine_host(s.engine, i)->outcome;

		s.result.hosts_scanned += outcome == ENGINE_SCANNED;
		s.result.hosts_down += outcome == ENGINE_DOWN;
	}
	s.result.folded = engine_stats(s.engine).folded;
	engine_free(s.engine);
	while (s.heap_count)
		free(sim_heap_pop(&s));
	free(s.heap);
	free(s.sent_times);
	free(s.resets);
	free(s.errors);
	return s.result;
}
