// SPDX-License-Identifier: Apache-2.0
// packet/flow_later: a stream told late says what it would have said in time; what cannot be kept.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "craft.h"
#include "packet/flow_later.h"

#define US    "192.0.2.10"
#define HOST  "198.51.100.20"
#define PORTS 500u
#define ROUND 4u /* segments of each port, one a round */
#define STEP  (3 * NSEC_PER_MSEC)

/* One segment of the scan: a frame, and what it says. */
struct step {
	struct craft craft;
	struct frame frame;
	struct packet packet;
};

static const uint8_t wscale[4] = {3, 3, 7, 1};

/* The segment of frame number id (from 1): port by port, round by round. */
static void make_step(uint64_t id, struct step *s)
{
	uint16_t port = (uint16_t)((id - 1) % PORTS + 1);
	unsigned round = (unsigned)((id - 1) / PORTS);
	bool closed = port % 3;
	struct tcp_hdr h = {.source_port = 40000, .destination_port = port};

	h.seq = 1000u * port + (round ? 1 : 0);
	h.window = 1024;
	h.flags = round == 0 ? TCP_SYN : closed ? TCP_RST : TCP_ACK;
	if (round)
		h.ack = closed ? 0 : 77u * port + 1;
	if (round == 1) {
		h.source_port = port;
		h.destination_port = 40000;
		h.seq = 77u * port;
		h.ack = 1000u * port + 1;
		h.flags = closed ? TCP_RST | TCP_ACK : TCP_SYN | TCP_ACK;
	}
	s->frame = craft_tcp4(&s->craft, round == 1 ? HOST : US, round == 1 ? US : HOST, &h, 64, 1,
			      wscale, round < 2 && !closed ? 4 : 0);
	s->frame.id = id;
	s->frame.time = NSEC_PER_SEC + (nsec_t)id * STEP;
	packet_decode(&s->frame, &s->packet);
}

/* Tells the flow tables of a segment at once. */
static void tell(struct flows *flows, const struct step *s, struct tcp_view *ret_view)
{
	const struct ip_packet *ip = &s->packet.ip;
	struct flow_segment segment = {0};

	flow_segment_set(&segment, &ip->source, &ip->destination, &ip->tcp, ip->data_len,
			 s->frame.bytes, s->frame.captured_len);
	segment.frame = (uint32_t)s->frame.id;
	segment.time = s->frame.time;
	flow_tcp(flows, &segment, ret_view);
}

/* All that the first three rounds tell of each port's fourth segment. */
static void tell_in_time(struct tcp_view views[static PORTS])
{
	struct flows *flows = flows_new();
	struct step s;

	assert_non_null(flows);
	for (uint64_t id = 1; id <= ROUND * PORTS; id++) {
		make_step(id, &s);
		tell(flows, &s, &views[(id - 1) % PORTS]);
	}
	flows_free(flows);
}

static void assert_same_view(struct tcp_view in_time, struct tcp_view late)
{
	in_time.stream = late.stream = 0; /* numbered as they are told */
	assert_memory_equal(&in_time, &late, sizeof(late));
}

static void streams_asked_for_are_whole(void **state)
{
	struct tcp_view in_time[PORTS] = {{0}}, late;
	struct flow_later *l = flow_later_new();
	struct flows *flows = flows_new();
	struct flow_counts counts;
	struct step s;

	(void)state;
	assert_true(l && flows);
	tell_in_time(in_time);
	for (uint64_t id = 1; id <= (ROUND - 1) * PORTS; id++) {
		make_step(id, &s);
		assert_true(flow_later_add(l, &s.packet.ip, &s.frame, false));
	}
	flow_counts(flows, &counts);
	assert_int_equal(counts.tcp, 0);
	for (uint32_t port = 7; port < PORTS; port += 31) {
		make_step((ROUND - 1) * PORTS + port, &s);
		flow_later_want(l, &s.packet.ip);
		flow_later_settle(l, flows);
		flow_later_feed(l, flows, s.frame.id);
		tell(flows, &s, &late);
		assert_same_view(in_time[port - 1], late);
	}
	flow_counts(flows, &counts);
	assert_in_range(counts.tcp, PORTS / 31, PORTS / 4); /* the others were left alone */
	flow_later_free(l);
	flows_free(flows);
}

/* What is wanted is fed up to the frame that is shown, and no further. */
static void feeds_in_step(void **state)
{
	struct flow_later *l = flow_later_new();
	struct flows *flows = flows_new(), *in_time = flows_new();
	struct tcp_view late, expected;
	struct step s;

	(void)state;
	assert_true(l && flows && in_time);
	for (uint64_t id = 1; id <= ROUND * PORTS; id++) {
		make_step(id, &s);
		assert_true(flow_later_add(l, &s.packet.ip, &s.frame, false));
	}
	make_step(1, &s);
	flow_later_want(l, &s.packet.ip);
	flow_later_settle(l, flows);
	for (uint64_t id = 1; id <= ROUND * PORTS; id += PORTS) {
		make_step(id, &s);
		tell(in_time, &s, &expected);
		flow_later_feed(l, flows, id + 1);
		/* The same once more, which was not kept: it sees what came before it. */
		s.frame.id++;
		s.frame.time += NSEC_PER_USEC;
		tell(in_time, &s, &expected);
		tell(flows, &s, &late);
		assert_same_view(expected, late);
	}
	flow_later_free(l);
	flows_free(flows);
	flows_free(in_time);
}

static void all_of_them_in_the_end(void **state)
{
	struct flow_later *l = flow_later_new();
	struct flows *flows = flows_new();
	struct flow_counts counts;
	struct step s;

	(void)state;
	assert_true(l && flows);
	for (uint64_t id = 1; id <= ROUND * PORTS; id++) {
		make_step(id, &s);
		assert_true(flow_later_add(l, &s.packet.ip, &s.frame, false));
	}
	flow_later_want(l, &s.packet.ip);
	flow_later_settle(l, flows);
	flow_later_all(l, flows);
	flow_counts(flows, &counts);
	assert_int_equal(counts.tcp, PORTS);
	flow_later_all(l, flows); /* nothing is kept, and nothing told twice */
	flow_counts(flows, &counts);
	assert_int_equal(counts.tcp, PORTS);
	assert_true(flow_later_add(l, &s.packet.ip, &s.frame, false)); /* it can begin anew */
	flow_later_free(l);
	flows_free(flows);
}

static void refuses_what_it_cannot_keep(void **state)
{
	static const uint8_t sack[12] = {1, 1, 5, 10, 0, 0, 0, 1, 0, 0, 0, 2};
	const struct tcp_hdr ack = {.source_port = 1, .destination_port = 2, .flags = TCP_ACK};
	struct flow_later *l = flow_later_new();
	struct step s;

	(void)state;
	assert_non_null(l);
	make_step(1, &s);
	s.packet.ip.data_len = 1;
	assert_false(flow_later_add(l, &s.packet.ip, &s.frame, false));
	s.frame = craft_tcp4(&s.craft, US, HOST, &ack, 64, 1, sack, sizeof(sack));
	packet_decode(&s.frame, &s.packet);
	assert_false(flow_later_add(l, &s.packet.ip, &s.frame, false));
	make_step(1, &s);
	s.packet.ip.network = NETWORK_IPV6;
	assert_false(flow_later_add(l, &s.packet.ip, &s.frame, false));
	make_step(1, &s);
	assert_true(flow_later_add(l, &s.packet.ip, &s.frame, true));
	flow_later_free(l);
}

/* Each goes far back: a block begins with each, and blocks that stay empty are not made for long. */
static void times_that_jump_do_not_take_memory(void **state)
{
	struct flow_later *l = flow_later_new();
	unsigned kept = 0;
	struct step s;

	(void)state;
	assert_non_null(l);
	make_step(1, &s);
	for (; kept < 100; kept++) {
		s.frame.time -= NSEC_PER_SEC;
		s.frame.id++;
		if (!flow_later_add(l, &s.packet.ip, &s.frame, false))
			break;
	}
	assert_in_range(kept, 1, 20);
	flow_later_free(l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(streams_asked_for_are_whole),
		cmocka_unit_test(feeds_in_step),
		cmocka_unit_test(all_of_them_in_the_end),
		cmocka_unit_test(refuses_what_it_cannot_keep),
		cmocka_unit_test(times_that_jump_do_not_take_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
