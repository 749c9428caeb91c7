// SPDX-License-Identifier: Apache-2.0
// packet/bare: the same numbers, and the same streams, as by packet_decode() and flow_tcp().
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/rng.h"
#include "craft.h"
#include "packet/bare.h"
#include "packet/flow.h"

#define ROUNDS   50000
#define SEGMENTS 3000
#define PORTS    4

static bool is_bare(const struct packet *p)
{
	return p->usual && p->ip.transport == TRANSPORT_TCP && !p->ip.data_len &&
	       !p->ip.tcp.options_len && !p->ip.tcp.reserved && !(p->ip.tcp.flags & TCP_URG);
}

static void assert_same(const struct bare *b, const struct packet *p)
{
	assert_int_equal(b->source, addr_number(&p->ip.source));
	assert_int_equal(b->destination, addr_number(&p->ip.destination));
	assert_int_equal(b->source_port, p->ip.tcp.source_port);
	assert_int_equal(b->destination_port, p->ip.tcp.destination_port);
	assert_int_equal(b->seq, p->ip.tcp.seq);
	assert_int_equal(b->ack, p->ip.tcp.ack);
	assert_int_equal(b->flags, p->ip.tcp.flags);
	assert_int_equal(b->window, p->ip.tcp.window);
}

/* Any two bytes changed, and cut in one of four. */
static void reads_what_decoding_does(void **state)
{
	struct rng rng = {1};
	unsigned bare = 0, other = 0;

	(void)state;
	for (unsigned i = 0; i < ROUNDS; i++) {
		const struct tcp_hdr tcp = {.source_port = 40000,
					    .destination_port = 80,
					    .seq = (uint32_t)rng_next(&rng),
					    .flags = TCP_SYN,
					    .window = 1024};
		struct craft c;
		struct frame frame = craft_tcp4(&c, "192.0.2.1", "192.0.2.2", &tcp, 64, 7, NULL, 0);
		struct packet packet;
		struct bare b;

		for (unsigned k = 0; k < 2; k++)
			c.bytes[rng_below(&rng, frame.captured_len)] = (uint8_t)rng_next(&rng);
		if (!rng_below(&rng, 4))
			frame.captured_len = (uint32_t)rng_below(&rng, frame.captured_len + 1);
		if (!rng_below(&rng, 4))
			frame.wire_len = frame.captured_len;
		packet_decode(&frame, &packet);
		assert_int_equal(bare_read(&frame, &b), is_bare(&packet));
		if (is_bare(&packet))
			assert_same(&b, &packet);
		bare += is_bare(&packet);
		other += !is_bare(&packet);
	}
	assert_true(bare > ROUNDS / 5 && other > ROUNDS / 5);
}

static void assert_same_view(const struct tcp_view *a, const struct tcp_view *b)
{
	assert_true(a->known && b->known);
	assert_int_equal(a->stream, b->stream);
	assert_int_equal(a->marks, b->marks);
	assert_int_equal(a->seq_base, b->seq_base);
	assert_int_equal(a->ack_base, b->ack_base);
	assert_int_equal(a->window_shift, b->window_shift);
	assert_int_equal(a->completeness, b->completeness);
	assert_int_equal(a->since_first, b->since_first);
	assert_int_equal(a->since_previous, b->since_previous);
	assert_int_equal(a->acks_frame, b->acks_frame);
	assert_int_equal(a->duplicate_count, b->duplicate_count);
	assert_int_equal(a->duplicate_frame, b->duplicate_frame);
}

/* A few ports that talk at random, so that every form of a stream is met. */
static void streams_are_the_same(void **state)
{
	static const uint16_t flags[] = {TCP_SYN, TCP_SYN | TCP_ACK, TCP_ACK,
					 TCP_RST, TCP_RST | TCP_ACK, TCP_FIN | TCP_ACK};
	struct flows *one = flows_new(), *two = flows_new();
	struct rng rng = {2};
	unsigned marked = 0;

	(void)state;
	assert_true(one && two);
	for (unsigned i = 1; i <= SEGMENTS; i++) {
		const struct bare b = {
			.source = 0xc0000200 + (uint32_t)rng_below(&rng, 2),
			.destination = 0xc0000200 + (uint32_t)rng_below(&rng, 2),
			.source_port = (uint16_t)rng_below(&rng, PORTS),
			.destination_port = (uint16_t)rng_below(&rng, PORTS),
			.seq = (uint32_t)rng_below(&rng, 3),
			.ack = (uint32_t)rng_below(&rng, 3),
			.flags = flags[rng_below(&rng, 6)],
			.window = (uint16_t)(rng_below(&rng, 2) * 1024),
		};
		const struct addr source = addr_v4_number(b.source);
		const struct addr destination = addr_v4_number(b.destination);
		const struct frame frame = {.id = i, .time = i * NSEC_PER_MSEC};
		const struct flow_segment segment = {
			.source = &source,
			.destination = &destination,
			.source_port = b.source_port,
			.destination_port = b.destination_port,
			.seq = b.seq,
			.ack = b.ack,
			.flags = b.flags,
			.window = b.window,
			.wscale = FLOW_NO_WSCALE,
			.frame = i,
			.time = frame.time,
		};
		struct tcp_view a, v;
		struct flow_key key;

		flow_tcp(one, &segment, &a);
		flow_bare_key(two, &b, &key);
		flow_bare_at(two, &key, &b, &frame, &v);
		assert_same_view(&a, &v);
		marked += a.marks != 0;
	}
	assert_true(marked > SEGMENTS / 10);
	flows_free(one);
	flows_free(two);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_what_decoding_does),
		cmocka_unit_test(streams_are_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
