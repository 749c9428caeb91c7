// SPDX-License-Identifier: Apache-2.0
// Messages over several TCP segments: order, overlap, gap, bounds, second pass, what is shown.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "craft.h"
#include "packet/dissect_frame.h"
#include "packet/flow.h"
#include "packet/stream.h"

struct reader {
	struct frame_dissector *f;
	struct flows *flows;
	struct frame_facts facts;
	struct craft craft;
	uint16_t port; /* of the server */
	uint32_t seq;  /* of the next byte */
};

static void reader_init(struct reader *r, uint16_t port)
{
	memset(r, 0, sizeof(*r));
	r->f = frame_dissector_new();
	r->flows = flows_new();
	assert_true(r->f && r->flows);
	r->f->d.hooks = &flow_hooks;
	r->f->d.flows = r->flows;
	r->port = port;
	r->seq = 1000;
}

static void reader_done(struct reader *r)
{
	frame_dissector_free(r->f);
	flows_free(r->flows);
}

static struct whole_counts counts(const struct reader *r)
{
	struct whole_counts c;

	streams_counts(r->f->d.streams, &c);
	return c;
}

/* The client's segment at r->seq, which moves on behind it. Returns the Info column. */
static const char *send_flags(struct reader *r, const void *bytes, uint32_t len, unsigned flags)
{
	struct tcp_hdr tcp = {.source_port = 4000,
			      .destination_port = r->port,
			      .seq = r->seq,
			      .ack = 1,
			      .flags = (uint16_t)flags,
			      .window = 8192};
	struct addr from = craft_addr("192.0.2.1"), to = craft_addr("192.0.2.2");
	struct frame frame;

	craft_start(&r->craft, ETHER_IPV4);
	craft_ipv4(&r->craft, "192.0.2.1", "192.0.2.2", IP_TCP, 64, 1, TCP_HEADER_MIN + len);
	tcp_write(&r->craft.b, &tcp, &from, &to, NULL, 0);
	build_bytes(&r->craft.b, bytes, len);
	frame = craft_frame(&r->craft);
	r->facts.number++;
	r->facts.time += NSEC_PER_MSEC * 100;
	r->facts.captured_len = r->facts.wire_len = frame.wire_len;
	dissect_frame(r->f, &frame, &r->facts);
	r->seq += len;
	return buf_text(&r->f->info);
}

static const char *send(struct reader *r, const void *bytes, uint32_t len)
{
	return send_flags(r, bytes, len, TCP_ACK);
}

static const struct item *item_of(const struct reader *r, const char *name, unsigned nth)
{
	const struct tree *t = &r->f->tree;

	for (uint32_t i = 0; i < t->count; i++)
		if (!strcmp(field_get(t->items[i].id)->name, name) && !nth--)
			return &t->items[i];
	return NULL;
}

static bool is_part(const char *info)
{
	static const char mark[] = "[TCP segment of a reassembled PDU]";
	size_t len = strlen(info);

	return len >= sizeof(mark) - 1 && !strcmp(info + len - (sizeof(mark) - 1), mark);
}

/* A DNS query with its length before it. */
static const uint8_t query[] = "\0\x21\x12\x34\1\0\0\1\0\0\0\0\0\0\3www\7example\3com\0\0\1\0\1";
#define QUERY_LEN 35u
#define QUERY     "Standard query 0x1234 A www.example.com"

static void two_segments(void **state)
{
	struct reader r;

	(void)state;
	reader_init(&r, 53);
	assert_true(is_part(send(&r, query, 10)));
	assert_string_equal(r.f->d.protocol, "TCP");
	assert_null(item_of(&r, "dns", 0));
	assert_int_equal(item_of(&r, "tcp.segment_data", 0)->len, 10);
	assert_string_equal(send(&r, query + 10, QUERY_LEN - 10), QUERY);
	assert_string_equal(r.f->d.protocol, "DNS");
	assert_string_equal(item_of(&r, "tcp.segments", 0)->text,
			    "2 Reassembled TCP Segments (35 bytes): #1(10), #2(25)");
	assert_int_equal(item_of(&r, "tcp.reassembled.length", 0)->number, QUERY_LEN);
	assert_string_equal(r.f->d.sources[1].title, "Reassembled TCP");
	assert_memory_equal(r.f->d.sources[1].bytes, query, QUERY_LEN);
	assert_int_equal(counts(&r).open, 0);
	assert_int_equal(counts(&r).bytes, 0);
	reader_done(&r);
}

/* The length itself comes in two, then a byte at a time. */
static void a_byte_at_a_time(void **state)
{
	struct reader r;

	(void)state;
	reader_init(&r, 53);
	for (uint32_t i = 0; i + 1 < QUERY_LEN; i++)
		assert_true(is_part(send(&r, query + i, 1)));
	assert_string_equal(send(&r, query + QUERY_LEN - 1, 1), QUERY);
	assert_int_equal(item_of(&r, "tcp.segment.count", 0)->number, QUERY_LEN);
	reader_done(&r);
}

/* The end of one, all of another, the beginning of a third. */
static void several_in_one(void **state)
{
	uint8_t bytes[3 * QUERY_LEN];
	struct reader r;

	(void)state;
	for (unsigned i = 0; i < 3; i++)
		memcpy(bytes + i * QUERY_LEN, query, QUERY_LEN);
	reader_init(&r, 53);
	send(&r, bytes, 20);
	assert_string_equal(send(&r, bytes + 20, 60), QUERY " | " QUERY);
	assert_int_equal(item_of(&r, "tcp.segment_data", 0)->len, 15);
	assert_int_equal(item_of(&r, "tcp.segment_data", 1)->len, 10);
	assert_string_equal(send(&r, bytes + 80, 25), QUERY);
	assert_int_equal(item_of(&r, "tcp.segment", 0)->number, 2);
	reader_done(&r);
}

static void sent_again(void **state)
{
	struct reader r;

	(void)state;
	reader_init(&r, 53);
	send(&r, query, 10);
	r.seq -= 10;
	send(&r, query, 10);
	assert_null(item_of(&r, "dns", 0));
	assert_string_equal(send(&r, query + 10, 25), QUERY);
	assert_int_equal(item_of(&r, "tcp.segment.count", 0)->number, 2);
	r.seq -= 25;
	send(&r, query + 10, 25);
	assert_null(item_of(&r, "dns", 0));
	assert_null(item_of(&r, "tcp.segments", 0));
	reader_done(&r);
}

/* A lost segment: what follows the message is read. */
static void a_gap(void **state)
{
	struct reader r;

	(void)state;
	reader_init(&r, 53);
	send(&r, query, 10);
	r.seq += 10;
	assert_true(is_part(send(&r, query + 20, 15)));
	assert_non_null(strstr(send(&r, query, QUERY_LEN), QUERY));
	assert_int_equal(counts(&r).open, 1);
	r.seq -= QUERY_LEN + 25;
	send(&r, query + 10, 10); /* at last: it is whole, but came out of order */
	assert_int_equal(item_of(&r, "tcp.segment.count", 0)->number, 3);
	assert_null(item_of(&r, "dns", 0));
	reader_done(&r);
}

/* A new connection on the same ports has nothing of the old one. */
static void the_ports_again(void **state)
{
	struct reader r;

	(void)state;
	reader_init(&r, 53);
	send_flags(&r, NULL, 0, TCP_SYN);
	r.seq = 1001;
	send(&r, query, 10);
	r.seq = 500;
	send_flags(&r, NULL, 0, TCP_SYN);
	r.seq = 1011;
	assert_null(strstr(send(&r, query + 10, 25), QUERY));
	reader_done(&r);
}

static void a_reset_is_nobodys(void **state)
{
	struct reader r;

	(void)state;
	reader_init(&r, 53);
	send(&r, query, 10);
	send_flags(&r, query + 10, 25, TCP_ACK | TCP_RST);
	assert_null(item_of(&r, "dns", 0));
	assert_null(item_of(&r, "tcp.segments", 0));
	reader_done(&r);
}

static void a_second_pass(void **state)
{
	struct reader r;

	(void)state;
	reader_init(&r, 80);
	for (unsigned pass = 0; pass < 2; pass++) {
		const char *info = send(&r, "GET / HTTP/1.1\r\nHo", 18);

		assert_true(is_part(info));
		assert_int_equal(!strncmp(info, "GET / HTTP/1.1  [TCP", 20), pass == 0);
		if (pass)
			assert_int_equal(item_of(&r, "tcp.reassembled_in", 0)->number, 2);
		else
			assert_null(item_of(&r, "tcp.reassembled_in", 0));
		assert_string_equal(send(&r, "st: a\r\n\r\n", 9), "GET / HTTP/1.1 ");
		assert_null(item_of(&r, "tcp.reassembled_in", 0));
		flows_rewind(r.flows);
		frame_dissector_rewind(r.f);
		r.facts = (struct frame_facts) {0};
		r.seq = 1000;
	}
	reader_done(&r);
}

/* Without a length the body ends with the stream. */
static void until_the_end(void **state)
{
	struct reader r;

	(void)state;
	reader_init(&r, 80);
	assert_true(is_part(send(&r, "HTTP/1.1 200 OK\r\n\r\nab", 21)));
	assert_true(is_part(send(&r, "cd", 2)));
	assert_string_equal(send_flags(&r, "", 0, TCP_ACK | TCP_FIN), "HTTP/1.1 200 OK ");
	assert_int_equal(item_of(&r, "tcp.reassembled.length", 0)->number, 23);
	reader_done(&r);
}

static void chunks(void **state)
{
	static const char head[] = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nab";
	struct reader r;

	(void)state;
	reader_init(&r, 80);
	assert_true(is_part(send(&r, head, sizeof(head) - 1)));
	assert_true(is_part(send(&r, "cd\r\n1\r\n", 7)));
	assert_string_equal(send(&r, "e\r\n0\r\n\r\nGET / HTTP/1.0\r\n\r\n", 26),
			    "HTTP/1.1 200 OK GET / HTTP/1.0 ");
	reader_done(&r);
}

/* A length that no one keeps so many bytes for: read as far as it goes. */
static void too_long_to_keep(void **state)
{
	static const char text[] =
		"HTTP/1.1 200 OK\r\nContent-Length: 18446744073709551615\r\n\r\nab";
	struct reader r;

	(void)state;
	reader_init(&r, 80);
	assert_string_equal(send(&r, text, sizeof(text) - 1), "HTTP/1.1 200 OK ");
	assert_string_equal(r.f->d.protocol, "HTTP");
	assert_int_equal(counts(&r).open, 0);
	reader_done(&r);
}

/* Many streams that begin a message: no more than so many are kept, the newest of them. */
static void so_many_at_once(void **state)
{
	struct reader r;

	(void)state;
	reader_init(&r, 53);
	r.f->want_tree = false;
	for (uint32_t i = 0; i < STREAMS_OPEN_MAX + 100; i++) {
		send_flags(&r, NULL, 0, TCP_SYN);
		r.seq++;
		send(&r, query, 10);
		r.seq += 7919;
	}
	assert_int_equal(counts(&r).open, STREAMS_OPEN_MAX);
	assert_int_equal(counts(&r).evicted, 100);
	r.seq -= 7919;
	assert_string_equal(send(&r, query + 10, 25), QUERY);
	reader_done(&r);
}

/* A line that never ends is kept up to a bound; all messages together are, too. */
static void so_many_bytes(void **state)
{
	static char line[1000];
	struct reader r;

	(void)state;
	memset(line, 'a', sizeof(line));
	reader_init(&r, 25);
	r.f->want_tree = false;
	assert_true(is_part(send(&r, "EHLO ", 5)));
	for (uint32_t i = 0; i < STREAM_SEARCH_MAX / sizeof(line) + 10; i++) {
		send(&r, line, sizeof(line));
		assert_true(counts(&r).bytes <= 2 * STREAM_SEARCH_MAX + 4096);
	}
	assert_false(is_part(buf_text(&r.f->info)));
	r.port = 80;
	for (uint32_t i = 0; i < 40; i++) {
		send_flags(&r, NULL, 0, TCP_SYN);
		r.seq++;
		send(&r, "PUT / HTTP/1.1\r\nContent-Length: 1000000\r\n\r\n", 43);
		for (uint32_t j = 0; j < 400; j++)
			send(&r, line, sizeof(line));
		r.seq += 7919;
		assert_true(counts(&r).bytes <= STREAMS_BYTES_MAX);
	}
	assert_true(counts(&r).evicted > 10);
	reader_done(&r);
}

/* Everywhere else dissect_want_more() says no: quoted, cut, or without tables. */
static void not_kept(void **state)
{
	struct reader r;
	struct frame frame;

	(void)state;
	reader_init(&r, 53);
	r.f->d.flows = NULL;
	r.f->d.hooks = NULL;
	assert_false(is_part(send(&r, query, 10)));
	r.f->d.flows = r.flows;
	r.f->d.hooks = &flow_hooks;
	frame = craft_frame(&r.craft);
	frame.captured_len--;
	r.facts.captured_len--;
	r.facts.number++;
	dissect_frame(r.f, &frame, &r.facts);
	assert_false(is_part(buf_text(&r.f->info)));
	assert_int_equal(counts(&r).open, 0);
	reader_done(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(two_segments),
		cmocka_unit_test(a_byte_at_a_time),
		cmocka_unit_test(several_in_one),
		cmocka_unit_test(sent_again),
		cmocka_unit_test(a_gap),
		cmocka_unit_test(the_ports_again),
		cmocka_unit_test(a_reset_is_nobodys),
		cmocka_unit_test(a_second_pass),
		cmocka_unit_test(until_the_end),
		cmocka_unit_test(chunks),
		cmocka_unit_test(too_long_to_keep),
		cmocka_unit_test(so_many_at_once),
		cmocka_unit_test(so_many_bytes),
		cmocka_unit_test(not_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
