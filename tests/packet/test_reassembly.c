// SPDX-License-Identifier: Apache-2.0
// IP fragments of a capture put together: keys, bounds, ageing, second pass, and what is shown.
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
#include "packet/pieces.h"
#include "packet/reassembly.h"

/* ---- The table alone ---- */

struct table {
	struct reassembly *r;
	struct dissect d;
	struct frame_facts facts;
	struct whole whole; /* the last answer */
};

static const uint8_t zeros[65536];

static void table_init(struct table *t)
{
	memset(t, 0, sizeof(*t));
	t->r = reassembly_new();
	assert_non_null(t->r);
	t->d.frame = &t->facts;
	t->d.kept.ip_source = craft_addr("192.0.2.1");
	t->d.kept.ip_destination = craft_addr("192.0.2.2");
}

/* A fragment in the next frame, at a time in seconds. */
static const struct whole *feed(struct table *t, uint32_t id, uint32_t offset, uint32_t len,
				bool more)
{
	const struct fragment f = {.id = id,
				   .protocol = 17,
				   .more = more,
				   .offset = offset,
				   .bytes = zeros,
				   .len = len};

	t->facts.number++;
	t->whole = (struct whole) {0};
	reassembly_fragment(t->r, &t->d, &f, &t->whole);
	return &t->whole;
}

static struct whole_counts counts(const struct table *t)
{
	struct whole_counts c;

	reassembly_counts(t->r, &c);
	return c;
}

static void a_datagram(void **state)
{
	struct table t;

	(void)state;
	table_init(&t);
	assert_null(feed(&t, 1, 16, 3, false)->bytes);
	assert_null(feed(&t, 1, 0, 8, true)->bytes);
	assert_int_equal(t.whole.frame, 0);
	assert_non_null(feed(&t, 1, 8, 8, true)->bytes);
	assert_int_equal(t.whole.frame, 3);
	assert_int_equal(t.whole.len, 19);
	assert_int_equal(t.whole.piece_count, 3);
	assert_int_equal(t.whole.pieces[2].frame, 1);
	assert_int_equal(counts(&t).open, 0);
	assert_int_equal(counts(&t).bytes, 0);
	assert_int_equal(counts(&t).complete, 1);
	reassembly_free(t.r);
}

/* Once whole it is gone: the same identification begins another one. */
static void the_same_id_again(void **state)
{
	struct table t;

	(void)state;
	table_init(&t);
	feed(&t, 1, 0, 8, true);
	assert_non_null(feed(&t, 1, 8, 8, false)->bytes);
	assert_null(feed(&t, 1, 8, 8, false)->bytes);
	assert_non_null(feed(&t, 1, 0, 8, true)->bytes);
	assert_int_equal(t.whole.pieces[0].frame, 4);
	assert_int_equal(t.whole.pieces[1].frame, 3);
	reassembly_free(t.r);
}

/* Each part of the key keeps datagrams apart: address, VLAN, family, protocol, identification. */
static void other_keys(void **state)
{
	struct table t;

	(void)state;
	table_init(&t);
	feed(&t, 1, 0, 8, true);
	t.d.kept.vlan = 5;
	assert_null(feed(&t, 1, 8, 8, false)->bytes);
	t.d.kept.vlan = 0;
	t.d.kept.ip_source.family = 6;
	assert_null(feed(&t, 1, 8, 8, false)->bytes);
	t.d.kept.ip_source.family = craft_addr("192.0.2.1").family;
	assert_null(feed(&t, 2, 8, 8, false)->bytes);
	t.d.kept.ip_source = craft_addr("192.0.2.3");
	assert_null(feed(&t, 1, 8, 8, false)->bytes);
	t.d.kept.ip_source = craft_addr("192.0.2.1");
	t.d.kept.ip_destination = craft_addr("192.0.2.3");
	assert_null(feed(&t, 1, 8, 8, false)->bytes);
	t.d.kept.ip_destination = craft_addr("192.0.2.2");
	assert_int_equal(counts(&t).open, 6);
	assert_non_null(feed(&t, 1, 8, 8, false)->bytes);
	reassembly_free(t.r);
}

static void age(void **state)
{
	struct table t;

	(void)state;
	table_init(&t);
	feed(&t, 1, 0, 8, true);
	t.facts.time = REASSEMBLY_AGE_MAX;
	feed(&t, 2, 0, 8, true);
	assert_non_null(feed(&t, 1, 8, 8, false)->bytes);
	t.facts.time = 2 * REASSEMBLY_AGE_MAX + 1;
	assert_null(feed(&t, 2, 8, 8, false)->bytes);
	assert_int_equal(counts(&t).aged, 1);
	t.facts.time = 0; /* a capture whose clock was set back */
	assert_non_null(feed(&t, 2, 0, 8, true)->bytes);
	reassembly_free(t.r);
}

static void so_many_at_once(void **state)
{
	struct table t;

	(void)state;
	table_init(&t);
	for (uint32_t id = 0; id < 2 * REASSEMBLY_OPEN_MAX; id++)
		feed(&t, id, 0, 8, true);
	assert_int_equal(counts(&t).open, REASSEMBLY_OPEN_MAX);
	assert_int_equal(counts(&t).evicted, REASSEMBLY_OPEN_MAX);
	assert_null(feed(&t, 0, 8, 8, false)->bytes); /* the oldest went */
	assert_non_null(feed(&t, 2 * REASSEMBLY_OPEN_MAX - 1, 8, 8, false)->bytes);
	reassembly_free(t.r);
}

static void so_many_bytes(void **state)
{
	struct table t;

	(void)state;
	table_init(&t);
	for (uint32_t id = 0; id < 1000; id++) {
		feed(&t, id, 8, 65000, true);
		assert_true(counts(&t).bytes <= REASSEMBLY_BYTES_MAX);
	}
	assert_true(counts(&t).evicted > 500);
	feed(&t, 999, 65008, 8, false);
	assert_non_null(feed(&t, 999, 0, 8, true)->bytes);
	assert_int_equal(t.whole.len, 65016);
	reassembly_free(t.r);
}

/* Fragments of 8 bytes for ever: the datagram goes, and what came of others stays. */
static void so_many_pieces(void **state)
{
	struct table t;

	(void)state;
	table_init(&t);
	feed(&t, 2, 0, 8, true);
	for (uint32_t i = 0; i <= PIECES_MAX; i++)
		feed(&t, 1, 8 + i * 7 % 8190 * 8, 8, true);
	assert_int_equal(counts(&t).evicted, 1);
	assert_int_equal(counts(&t).open, 1);
	assert_non_null(feed(&t, 2, 8, 8, false)->bytes);
	reassembly_free(t.r);
}

/* Beyond 65,535 bytes: as long as header fields can say, no longer. */
static void ping_of_death(void **state)
{
	struct table t;

	(void)state;
	table_init(&t);
	feed(&t, 1, 0, 65528, true);
	assert_non_null(feed(&t, 1, 65528, 65515, false)->bytes);
	assert_int_equal(t.whole.len, 65528 + 65515);
	reassembly_free(t.r);
}

static void the_same_frame_again(void **state)
{
	struct table t;

	(void)state;
	table_init(&t);
	for (unsigned i = 0; i < 3; i++) {
		t.facts.number = 0;
		feed(&t, 1, 0, 8, true);
	}
	assert_int_equal(counts(&t).open, 1);
	for (unsigned i = 0; i < 3; i++) {
		t.facts.number = 1;
		assert_non_null(feed(&t, 1, 8, 8, false)->bytes);
		assert_int_equal(t.whole.piece_count, 2);
	}
	assert_int_equal(counts(&t).complete, 1);
	assert_int_equal(counts(&t).open, 0);
	reassembly_free(t.r);
}

static void a_second_pass(void **state)
{
	struct table t;

	(void)state;
	table_init(&t);
	for (unsigned pass = 0; pass < 3; pass++) {
		uint32_t known = pass ? 4 : 0;

		if (pass)
			reassembly_rewind(t.r);
		t.facts.number = 0;
		assert_int_equal(feed(&t, 1, 0, 8, true)->frame, known);
		assert_null(t.whole.bytes);
		assert_int_equal(feed(&t, 2, 0, 8, true)->frame, 0); /* is never whole */
		assert_int_equal(feed(&t, 1, 8, 8, true)->frame, known);
		assert_non_null(feed(&t, 1, 16, 8, false)->bytes);
		assert_int_equal(t.whole.frame, 4);
		assert_int_equal(t.whole.piece_count, 3);
		assert_int_equal(feed(&t, 1, 16, 8, false)->frame, 0);
		assert_int_equal(counts(&t).open, 2);
	}
	reassembly_free(t.r);
}

/* ---- Through the dissectors ---- */

struct reader {
	struct frame_dissector *f;
	struct flows *flows;
	struct frame_facts facts;
	struct craft craft;
};

static void reader_init(struct reader *r)
{
	memset(r, 0, sizeof(*r));
	r->f = frame_dissector_new();
	r->flows = flows_new();
	assert_true(r->f && r->flows);
	r->f->d.hooks = &flow_hooks;
	r->f->d.flows = r->flows;
}

static void reader_done(struct reader *r)
{
	frame_dissector_free(r->f);
	flows_free(r->flows);
}

static const char *read_frame(struct reader *r)
{
	struct frame frame = craft_frame(&r->craft);

	r->facts.number++;
	r->facts.captured_len = r->facts.wire_len = frame.wire_len;
	dissect_frame(r->f, &frame, &r->facts);
	return buf_text(&r->f->info);
}

/* A UDP datagram of 40 bytes in all, cut at byte 24. */
static const uint8_t datagram[40] = {0x03, 0xe8, 0x07, 0xd0, 0, 40, 0, 0};

static const char *read_ipv4(struct reader *r, uint32_t from, uint32_t to)
{
	size_t at;

	craft_start(&r->craft, ETHER_IPV4);
	at = r->craft.b.len;
	craft_ipv4(&r->craft, "192.0.2.1", "192.0.2.2", IP_UDP, 64, 0x7474, to - from);
	r->craft.bytes[at + 6] = to < sizeof(datagram) ? 0x20 : 0;
	r->craft.bytes[at + 7] = (uint8_t)(from / 8);
	build_bytes(&r->craft.b, datagram + from, to - from);
	return read_frame(r);
}

static const char *read_ipv6(struct reader *r, uint32_t from, uint32_t to)
{
	const uint8_t header[8] = {IP_UDP, 0, 0, (uint8_t)(from | (to < sizeof(datagram))),
				   0,      0, 0, 9};

	craft_start(&r->craft, ETHER_IPV6);
	craft_ipv6(&r->craft, "2001:db8::1", "2001:db8::2", IP_FRAGMENT, 64, 8 + to - from);
	build_bytes(&r->craft.b, header, sizeof(header));
	build_bytes(&r->craft.b, datagram + from, to - from);
	return read_frame(r);
}

static const struct item *item_of(const struct reader *r, const char *name)
{
	const struct tree *t = &r->f->tree;

	for (uint32_t i = 0; i < t->count; i++)
		if (!strcmp(field_get(t->items[i].id)->name, name))
			return &t->items[i];
	return NULL;
}

static void ipv4_is_shown(void **state)
{
	struct reader r;

	(void)state;
	reader_init(&r);
	assert_string_equal(read_ipv4(&r, 0, 24),
			    "Fragmented IP protocol (proto=UDP 17, off=0, ID=7474)");
	assert_null(item_of(&r, "ip.reassembled_in"));
	assert_string_equal(read_ipv4(&r, 24, 40), "1000 → 2000 Len=32");
	assert_string_equal(r.f->d.protocol, "UDP");
	assert_int_equal(r.f->d.source_count, 2);
	assert_string_equal(r.f->d.sources[1].title, "Reassembled IPv4");
	assert_memory_equal(r.f->d.sources[1].bytes, datagram, sizeof(datagram));
	assert_string_equal(item_of(&r, "ip.fragments")->text,
			    "2 IPv4 Fragments (40 bytes): #1(24), #2(16)");
	assert_int_equal(item_of(&r, "ip.reassembled.length")->number, 40);
	assert_int_equal(item_of(&r, "udp.length")->source, 1);
	assert_int_equal(item_of(&r, "ip.ttl")->source, 0);

	frame_dissector_rewind(r.f);
	r.facts.number = 0;
	assert_string_equal(
		read_ipv4(&r, 0, 24),
		"Fragmented IP protocol (proto=UDP 17, off=0, ID=7474) [Reassembled in #2]");
	assert_int_equal(item_of(&r, "ip.reassembled_in")->number, 2);
	assert_string_equal(read_ipv4(&r, 24, 40), "1000 → 2000 Len=32");
	reader_done(&r);
}

static void ipv6_is_shown(void **state)
{
	struct reader r;

	(void)state;
	reader_init(&r);
	assert_string_equal(read_ipv6(&r, 24, 40),
			    "IPv6 fragment (off=24 more=n ident=0x00000009 nxt=17)");
	read_ipv6(&r, 0, 24);
	assert_string_equal(r.f->d.protocol, "UDP");
	assert_string_equal(item_of(&r, "ipv6.fragments")->text,
			    "2 IPv6 Fragments (40 bytes): #2(24), #1(16)");
	frame_dissector_rewind(r.f);
	r.facts.number = 0;
	read_ipv6(&r, 24, 40);
	assert_int_equal(item_of(&r, "ipv6.reassembled.in")->number, 2);
	reader_done(&r);
}

/* Without hooks, or when the capture holds less than was sent. */
static void not_put_together(void **state)
{
	struct reader r;
	struct frame frame;

	(void)state;
	reader_init(&r);
	read_ipv4(&r, 0, 24);
	frame = craft_frame(&r.craft);
	r.facts.number++;
	r.facts.captured_len = --frame.captured_len;
	dissect_frame(r.f, &frame, &r.facts);
	assert_string_equal(buf_text(&r.f->info), "1000 → 2000 Len=32");
	r.f->d.hooks = NULL;
	read_ipv4(&r, 0, 24);
	read_ipv4(&r, 0, 24);
	assert_string_equal(read_ipv4(&r, 24, 40),
			    "Fragmented IP protocol (proto=UDP 17, off=24, ID=7474)");
	assert_int_equal(r.f->d.source_count, 1);
	reader_done(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_datagram),           cmocka_unit_test(the_same_id_again),
		cmocka_unit_test(other_keys),           cmocka_unit_test(age),
		cmocka_unit_test(so_many_at_once),      cmocka_unit_test(so_many_bytes),
		cmocka_unit_test(so_many_pieces),       cmocka_unit_test(ping_of_death),
		cmocka_unit_test(the_same_frame_again), cmocka_unit_test(a_second_pass),
		cmocka_unit_test(ipv4_is_shown),        cmocka_unit_test(ipv6_is_shown),
		cmocka_unit_test(not_put_together),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
