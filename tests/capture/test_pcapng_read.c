// SPDX-License-Identifier: Apache-2.0
// pcapng made by hand: every block, both byte orders, several sections, and its lies (B19-B22).
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "capture/capture.h"
#include "capture/ticks.h"
#include "make.h"

static struct capture *open_with(const struct make *m, const struct capture_options *options)
{
	struct capture *c = NULL;
	struct err err = {0};

	assert_int_equal(capture_open_memory(make_bytes(m), m->out.len, options, &c, &err), 0);
	return c;
}

static struct capture *open_made(const struct make *m)
{
	return open_with(m, NULL);
}

static const uint8_t ipv6[17] = {0x20, 0x01, 0x0d, 0xb8, [16] = 64};

/* A section header and an interface with all their options. */
static void make_rich_head(struct make *m)
{
	static const uint8_t ipv4[] = {192, 0, 2, 1, 255, 255, 255, 0};
	static const uint8_t mac[] = {2, 0, 0x5e, 0x10, 0, 0x14};

	make_section_begin(m);
	make_text(m, PCAPNG_SHB_HARDWARE, "a machine");
	make_text(m, PCAPNG_SHB_OS, "an os");
	make_text(m, PCAPNG_SHB_USERAPPL, "a program");
	make_text(m, PCAPNG_OPT_COMMENT, "sonde scan 192.0.2.1");
	make_text(m, PCAPNG_OPT_COMMENT, "second");
	make_u32(m, PCAPNG_OPT_END);
	make_end(m);

	make_interface_begin(m, 1, 262144);
	make_text(m, PCAPNG_IF_NAME, "eth0");
	make_text(m, PCAPNG_IF_DESCRIPTION, "to the lab");
	make_option(m, PCAPNG_IF_IPV4, ipv4, 8);
	make_option(m, PCAPNG_IF_IPV6, ipv6, 17);
	make_option(m, PCAPNG_IF_MAC, mac, 6);
	make_u64_option(m, PCAPNG_IF_SPEED, 1000000000);
	make_option(m, PCAPNG_IF_TSRESOL, "\x09", 1);
	make_option(m, PCAPNG_IF_FILTER, "\0tcp port 80", 12);
	make_text(m, PCAPNG_IF_OS, "Linux");
	make_text(m, PCAPNG_IF_HARDWARE, "a card");
	make_text(m, PCAPNG_OPT_COMMENT, "on the interface");
	make_end(m); /* no end of options: allowed */
}

/* A frame in each of the three kinds of packet block. */
static void make_rich_frames(struct make *m)
{
	make_packet_begin(m, 0, 1234567890123456789, "enhanced");
	make_u16(m, PCAPNG_EPB_FLAGS);
	make_u16(m, 4);
	make_u32(m, FRAME_SENT | PCAPNG_FLAG_CHECKSUM_NOT_READY);
	make_text(m, PCAPNG_OPT_COMMENT, "one");
	make_text(m, PCAPNG_OPT_COMMENT, "two");
	make_u32(m, PCAPNG_OPT_END);
	make_end(m);

	make_begin(m, PCAPNG_PB);
	make_u16(m, 0);
	make_u16(m, 3);
	make_u32(m, 0);
	make_u32(m, 77);
	make_u32(m, 3);
	make_u32(m, 60);
	buf_puts(&m->out, "old");
	make_padding(m);
	make_u16(m, PCAPNG_EPB_FLAGS);
	make_u16(m, 4);
	make_u32(m, FRAME_RECEIVED);
	make_end(m);

	make_begin(m, PCAPNG_SPB);
	make_u32(m, 6);
	buf_puts(&m->out, "simple");
	make_end(m);
}

/* Names, counts, secrets and a block that nobody knows. */
static void make_rich_tail(struct make *m)
{
	make_begin(m, PCAPNG_NRB);
	make_u16(m, PCAPNG_NAME_IPV4);
	make_u16(m, 4 + 11 + 6);
	buf_add(&m->out, "\xc0\x00\x02\x01scanme.lab\0alias", 21);
	make_padding(m);
	make_u16(m, PCAPNG_NAME_IPV6);
	make_u16(m, 16 + 4);
	buf_add(&m->out, ipv6, 16);
	buf_add(&m->out, "six", 4);
	make_u16(m, 0x7777); /* unknown record */
	make_u16(m, 1);
	buf_add(&m->out, "x\0\0", 4);
	make_u32(m, PCAPNG_NAME_END);
	make_end(m);

	make_begin(m, PCAPNG_ISB);
	make_u32(m, 0);
	make_u32(m, 0);
	make_u32(m, 99);
	make_u64_option(m, PCAPNG_ISB_IFRECV, 1000);
	make_u64_option(m, PCAPNG_ISB_IFDROP, 7);
	make_u64_option(m, PCAPNG_ISB_OSDROP, 3);
	make_u16(m, PCAPNG_ISB_ENDTIME);
	make_u16(m, 8);
	make_u32(m, 1);
	make_u32(m, 5);
	make_end(m);

	make_begin(m, PCAPNG_DSB);
	make_u32(m, 0x544c534b);
	make_u32(m, 6);
	buf_puts(&m->out, "secret");
	make_end(m);
	make_begin(m, 0x80001234); /* local use */
	buf_puts(&m->out, "whatever");
	make_end(m);
}

/* A section of this byte order with an interface and every kind of block; three frames. */
static void make_rich_section(struct make *m, bool big)
{
	m->big = big;
	make_rich_head(m);
	make_rich_frames(m);
	make_rich_tail(m);
}

static void count_block(void *context, const struct pcapng_block *block)
{
	unsigned *seen = context;

	assert_true(block->len >= PCAPNG_BLOCK_MIN);
	seen[block->type == PCAPNG_SHB ? 0 : block->type & 0xf]++;
}

static void check_inventory(const struct inventory *v, size_t section)
{
	const struct pcapng_section *s = &v->sections[section];
	const struct capture_interface *i = &v->interfaces[section];
	struct addr address;

	assert_string_equal(s->hardware, "a machine");
	assert_string_equal(s->os, "an os");
	assert_string_equal(s->application, "a program");
	assert_int_equal(s->comment_count, 2);
	assert_string_equal(s->comments[0], "sonde scan 192.0.2.1");
	assert_string_equal(s->comments[1], "second");
	assert_int_equal(i->section, section);
	assert_int_equal(i->id, 0);
	assert_string_equal(i->about.name, "eth0");
	assert_string_equal(i->about.description, "to the lab");
	assert_string_equal(i->about.filter, "tcp port 80");
	assert_string_equal(i->about.os, "Linux");
	assert_string_equal(i->about.hardware, "a card");
	assert_string_equal(i->about.comments[0], "on the interface");
	assert_int_equal(i->about.address_count, 2);
	assert_int_equal(i->about.addresses[0].prefix, 24);
	assert_int_equal(i->about.addresses[1].prefix, 64);
	assert_int_equal(i->about.addresses[1].address.family, 6);
	assert_memory_equal(i->about.mac, "\x02\x00\x5e\x10\x00\x14", 6);
	assert_int_equal(i->about.speed, 1000000000);
	assert_int_equal(i->about.snaplen, 262144);
	assert_int_equal(i->tsresol, 9);
	assert_int_equal(i->frames, 3);
	assert_true(i->has_counts);
	assert_int_equal(i->counts.received, 1000);
	assert_int_equal(i->counts.dropped, 7);
	assert_int_equal(i->counts.os_dropped, 3);
	assert_true(i->counts.delivered == PCAPNG_UNKNOWN);
	assert_int_equal(i->counts.end, (1ll << 32) + 5);
	assert_true(i->counts.start == NSEC_NEVER);
	assert_int_equal(i->counts.time, 99);
	assert_true(addr_parse("192.0.2.1", &address));
	assert_string_equal(inventory_name(v, &address, 0), "scanme.lab");
	assert_string_equal(inventory_name(v, &address, 1), "alias");
	assert_null(inventory_name(v, &address, 2));
	assert_true(addr_parse("2001:db8::", &address));
	assert_string_equal(inventory_name(v, &address, 0), "six");
	assert_true(addr_parse("192.0.2.2", &address));
	assert_null(inventory_name(v, &address, 0));
}

static void check_frames(struct capture *c, uint64_t first_id, uint32_t interface)
{
	struct pcapng_option comment;
	struct pcapng_options walk;
	struct frame f = {0};
	struct err err = {0};

	assert_int_equal(capture_next(c, &f, &err), 1);
	assert_int_equal(f.id, first_id);
	assert_int_equal(f.interface, interface);
	assert_int_equal(f.time, 1234567890123456789);
	assert_int_equal(f.direction, FRAME_SENT);
	assert_true(f.checksum_not_ready);
	assert_memory_equal(f.bytes, "enhanced", 8);
	walk = capture_frame_options(c, &f);
	assert_true(pcapng_comment_next(&walk, &comment));
	assert_int_equal(comment.len, 3);
	assert_memory_equal(comment.value, "one", 3);
	assert_true(pcapng_comment_next(&walk, &comment));
	assert_memory_equal(comment.value, "two", 3);
	assert_false(pcapng_comment_next(&walk, &comment));
	assert_false(pcapng_comment_next(&walk, &comment));
	assert_int_equal(capture_frame_block(c)->type, PCAPNG_EPB);
	assert_int_equal(capture_frame_block(c)->offset, capture_frame_offset(c));

	assert_int_equal(capture_next(c, &f, &err), 1);
	assert_int_equal(f.time, 77);
	assert_int_equal(f.captured_len, 3);
	assert_int_equal(f.wire_len, 60);
	assert_int_equal(f.direction, FRAME_RECEIVED);
	assert_false(f.checksum_not_ready);
	walk = capture_frame_options(c, &f);
	assert_false(pcapng_comment_next(&walk, &comment));

	assert_int_equal(capture_next(c, &f, &err), 1);
	assert_int_equal(f.id, first_id + 2);
	assert_int_equal(f.time, 0);
	assert_memory_equal(f.bytes, "simple", 6);
	assert_true(f.timeless && !f.time);
	assert_int_equal(f.direction, FRAME_UNKNOWN);
}

static void reads_every_block_in_both_orders(void **state)
{
	unsigned seen[16] = {0};
	const struct capture_options options = {.on_block = count_block, .context = seen};
	struct make m = {0};
	struct frame f = {0};
	struct err err = {0};
	struct capture *c;

	(void)state;
	make_rich_section(&m, false);
	make_rich_section(&m, true);
	make_rich_section(&m, false);
	c = open_with(&m, &options);
	check_frames(c, 1, 0);
	check_frames(c, 4, 1);
	check_frames(c, 7, 2);
	assert_int_equal(capture_next(c, &f, &err), 0);
	assert_int_equal(capture_format(c), CAPTURE_PCAPNG);
	assert_int_equal(capture_inventory(c)->section_count, 3);
	assert_int_equal(capture_inventory(c)->interface_count, 3);
	assert_int_equal(capture_inventory(c)->name_count, 3); /* the same names thrice */
	assert_int_equal(capture_inventory(c)->skipped, 0);
	assert_int_equal(capture_notes(c, NULL), 0);
	for (size_t i = 0; i < 3; i++)
		check_inventory(capture_inventory(c), i);
	assert_int_equal(inventory_totals(capture_inventory(c)).received, 3000);
	assert_int_equal(inventory_totals(capture_inventory(c)).dropped, 21);
	assert_true(inventory_totals(capture_inventory(c)).accepted == PCAPNG_UNKNOWN);
	assert_int_equal(seen[0], 3);
	assert_int_equal(seen[PCAPNG_IDB], 3);
	assert_int_equal(seen[PCAPNG_NRB], 3 + 3); /* 0x80001234 ends in 4 too */
	assert_int_equal(seen[PCAPNG_ISB], 3);
	assert_int_equal(seen[PCAPNG_DSB], 3);
	assert_int_equal(seen[PCAPNG_EPB], 0);
	capture_free(c);
	make_done(&m);
}

/* Wireshark 4.0 gives these a row, so that later frames have larger numbers. */
static void counts_rows_as_wireshark(void **state)
{
	static const uint32_t types[] = {PCAPNG_CUSTOM, PCAPNG_JOURNAL, PCAPNG_CUSTOM_NO_COPY,
					 0x204,         0x216,          0x221};
	static const uint32_t silent[] = {PCAPNG_DSB, 7, 0x208, 0x80000001};
	struct make m = {0};
	struct frame f = {0};
	struct err err = {0};
	struct capture *c;

	(void)state;
	make_section(&m);
	make_interface(&m, 1);
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		make_begin(&m, types[i]);
		make_u32(&m, 32473);
		make_end(&m);
	}
	for (size_t i = 0; i < sizeof(silent) / sizeof(silent[0]); i++) {
		make_begin(&m, silent[i]);
		make_u64(&m, 0);
		make_end(&m);
	}
	make_packet(&m, 0, 0, "x");
	c = open_made(&m);
	assert_int_equal(capture_next(c, &f, &err), 1);
	assert_int_equal(f.id, 7);
	capture_free(c);
	make_done(&m);
}

/* Opens a section with one interface and one good frame, then the bytes that `spoil` adds. */
static void expect_damage(void (*spoil)(struct make *m, uint32_t value), uint32_t value)
{
	for (int big = 0; big < 2; big++) {
		struct make m = {.big = big};
		struct frame f = {0};
		struct err err = {0};
		struct capture *c;
		size_t good;
		char offset[32];

		make_section(&m);
		make_interface(&m, 1);
		make_packet(&m, 0, 0, "good");
		good = m.out.len;
		spoil(&m, value);
		c = open_made(&m);
		assert_int_equal(capture_next(c, &f, &err), 1);
		assert_memory_equal(f.bytes, "good", 4);
		assert_int_equal(capture_next(c, &f, &err), -EBADMSG);
		assert_int_equal(capture_damage(c)->offset, good);
		snprintf(offset, sizeof(offset), "at byte %zu", good);
		assert_non_null(strstr(err.text, offset));
		assert_int_equal(capture_next(c, &f, &err), -EBADMSG);
		capture_free(c);
		make_done(&m);
	}
}

static void spoil_length(struct make *m, uint32_t value)
{
	size_t at = m->out.len;

	make_packet(m, 0, 0, "bad");
	make_patch_u32(m, at + 4, value);
	make_patch_u32(m, m->out.len - 4, value);
	make_packet(m, 0, 0, "after");
}

static void spoil_trailer(struct make *m, uint32_t value)
{
	make_packet(m, 0, 0, "bad");
	make_patch_u32(m, m->out.len - 4, value);
}

static void spoil_captured(struct make *m, uint32_t value)
{
	size_t at = m->out.len;

	make_packet(m, 0, 0, "bad");
	make_patch_u32(m, at + 20, value);
}

static void spoil_interface(struct make *m, uint32_t value)
{
	make_packet(m, value, 0, "bad");
}

static void spoil_section(struct make *m, uint32_t value)
{
	size_t at = m->out.len;

	m->big = !m->big;
	make_section(m);
	make_patch_u32(m, at + 4, value);
}

static void spoil_magic(struct make *m, uint32_t value)
{
	size_t at = m->out.len;

	make_section(m);
	make_patch_u32(m, at + 8, value);
}

static void spoil_simple(struct make *m, uint32_t value)
{
	make_begin(m, PCAPNG_SPB);
	make_u32(m, value);
	buf_puts(&m->out, "abc");
	make_end(m);
}

/* Blocks of a known type with no body at all. */
static void spoil_empty(struct make *m, uint32_t value)
{
	make_begin(m, value);
	make_end(m);
}

static void refuses_lying_blocks(void **state)
{
	static const uint32_t lengths[] = {0,
					   4,
					   8,
					   11,
					   12 + 1,
					   34,
					   37,
					   1u << 31,
					   UINT32_MAX,
					   UINT32_MAX - 3,
					   PCAPNG_BLOCK_MAX + 4};
	static const uint32_t captured[] = {5, 8, 1u << 31, UINT32_MAX, UINT32_MAX - 3};

	(void)state;
	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		expect_damage(spoil_length, lengths[i]);
		expect_damage(spoil_trailer, lengths[i]);
		expect_damage(spoil_section, lengths[i]);
	}
	for (size_t i = 0; i < sizeof(captured) / sizeof(captured[0]); i++) {
		expect_damage(spoil_captured, captured[i]);
		expect_damage(spoil_simple, captured[i]);
	}
	expect_damage(spoil_section, PCAPNG_SHB_MAX + 4);
	expect_damage(spoil_interface, 1);
	expect_damage(spoil_interface, UINT32_MAX);
	expect_damage(spoil_magic, 0);
	expect_damage(spoil_empty, PCAPNG_EPB);
	expect_damage(spoil_empty, PCAPNG_PB);
	expect_damage(spoil_empty, PCAPNG_IDB);
}

static void needs_an_interface_first(void **state)
{
	struct make m = {0};
	struct frame f = {0};
	struct err err = {0};
	struct capture *c;

	(void)state;
	make_section(&m);
	make_packet(&m, 0, 0, "early");
	c = open_made(&m);
	assert_int_equal(capture_next(c, &f, &err), -EBADMSG);
	assert_non_null(strstr(err.text, "interface 0, which is not described"));
	assert_non_null(strstr(err.text, "no frame comes before it"));
	capture_free(c);
	make_done(&m);
}

static void tells_zeros_behind_the_end(void **state)
{
	struct make m = {0};
	struct frame f = {0};
	struct err err = {0};
	struct capture *c;

	(void)state;
	make_section(&m);
	make_interface(&m, 1);
	for (unsigned i = 0; i < 4; i++)
		make_u32(&m, 0);
	c = open_made(&m);
	assert_int_equal(capture_next(c, &f, &err), -EBADMSG);
	assert_non_null(strstr(err.text, "zero bytes stand where a block should begin"));
	capture_free(c);
	make_done(&m);
}

/* A new section forgets the interfaces of the one before. */
static void sections_do_not_share_interfaces(void **state)
{
	struct make m = {0};
	struct frame f = {0};
	struct err err = {0};
	struct capture *c;

	(void)state;
	make_section(&m);
	make_interface(&m, 1);
	make_interface(&m, 101);
	make_packet(&m, 1, 0, "x");
	m.big = true;
	make_section(&m);
	make_interface(&m, 113);
	make_packet(&m, 0, 0, "y");
	make_packet(&m, 1, 0, "z");
	c = open_made(&m);
	assert_int_equal(capture_next(c, &f, &err), 1);
	assert_int_equal(f.interface, 1);
	assert_int_equal(f.link, LINK_RAW);
	assert_int_equal(capture_next(c, &f, &err), 1);
	assert_int_equal(f.interface, 2);
	assert_int_equal(f.link, LINK_LINUX_SLL);
	assert_int_equal(capture_next(c, &f, &err), -EBADMSG);
	capture_free(c);
	make_done(&m);
}

/* Wrong option lists cost what cannot be read of them, never the frame. */
static void notes_wrong_options(void **state)
{
	static const uint16_t lengths[] = {5, 8, 255, 65535};

	(void)state;
	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		struct make m = {.big = i % 2};
		struct pcapng_option comment;
		struct pcapng_options walk;
		struct frame f = {0};
		struct err err = {0};
		struct capture *c;
		const char *note;

		make_section(&m);
		make_interface(&m, 1);
		make_packet_begin(&m, 0, 0, "frame");
		make_text(&m, PCAPNG_OPT_COMMENT, "good");
		make_u16(&m, PCAPNG_OPT_COMMENT);
		make_u16(&m, lengths[i]);
		buf_puts(&m.out, "bad!");
		make_end(&m);
		make_packet(&m, 0, 0, "next");
		c = open_made(&m);
		assert_int_equal(capture_next(c, &f, &err), 1);
		assert_memory_equal(f.bytes, "frame", 5);
		walk = capture_frame_options(c, &f);
		assert_true(pcapng_comment_next(&walk, &comment));
		assert_memory_equal(comment.value, "good", 4);
		assert_false(pcapng_comment_next(&walk, &comment));
		assert_int_equal(walk.cursor.status, CURSOR_MALFORMED);
		assert_int_equal(capture_notes(c, &note), 1);
		assert_non_null(strstr(note, "options"));
		assert_int_equal(capture_next(c, &f, &err), 1);
		assert_int_equal(capture_next(c, &f, &err), 0);
		capture_free(c);
		make_done(&m);
	}
}

static nsec_t time_with(int tsresol, uint64_t tsoffset, uint64_t ticks)
{
	struct make m = {0};
	struct frame f = {0};
	struct err err = {0};
	struct capture *c;
	uint8_t value = (uint8_t)tsresol;

	make_section(&m);
	make_interface_begin(&m, 1, 0);
	if (tsresol >= 0)
		make_option(&m, PCAPNG_IF_TSRESOL, &value, 1);
	make_option(&m, PCAPNG_IF_TSRESOL, "", 0); /* a second, empty one changes nothing */
	make_u64_option(&m, PCAPNG_IF_TSOFFSET, tsoffset);
	make_end(&m);
	make_packet(&m, 0, ticks, "x");
	c = open_made(&m);
	assert_int_equal(capture_next(c, &f, &err), 1);
	capture_free(c);
	make_done(&m);
	return f.time;
}

static void reads_every_time_unit(void **state)
{
	static const struct {
		int tsresol;
		int64_t tsoffset;
		uint64_t ticks;
		nsec_t time;
	} rows[] = {
		{-1, 0, 1500000, 1500000000},
		{6, 10, 1, 10000001000},
		{9, -1, 5, -999999995},
		{0, 0, 3, 3000000000},
		{12, 0, 1999, 1},
		{19, 0, UINT64_MAX, 1844674407},
		{28, 0, UINT64_MAX, 1},
		{29, 0, UINT64_MAX, 0},
		{127, 0, UINT64_MAX, 0},
		{0x80, 0, 2, 2000000000},
		{0x8a, 0, 512, 500000000},
		{0xff, 0, UINT64_MAX, 0},
		{0xbf, 0, UINT64_MAX, 1999999999},
		{6, 0, UINT64_MAX, TICKS_LATEST},
		{0, INT64_MAX, UINT64_MAX, TICKS_LATEST},
		{0, INT64_MIN, 0, TICKS_EARLIEST},
		{0, INT64_MIN, UINT64_MAX, TICKS_LATEST},
		{9, 0, 1ull << 63, TICKS_LATEST},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_true(time_with(rows[i].tsresol, (uint64_t)rows[i].tsoffset, rows[i].ticks) ==
			    rows[i].time);
}

static void notes_wrong_names_and_counts(void **state)
{
	struct make m = {0};
	struct frame f = {0};
	struct err err = {0};
	struct capture *c;

	(void)state;
	make_section(&m);
	make_begin(&m, PCAPNG_NRB); /* a record longer than its block */
	make_u16(&m, PCAPNG_NAME_IPV4);
	make_u16(&m, 65535);
	buf_add(&m.out, "\x01\x02\x03\x04name", 9);
	make_end(&m);
	make_begin(&m, PCAPNG_NRB); /* shorter than an address */
	make_u16(&m, PCAPNG_NAME_IPV6);
	make_u16(&m, 3);
	buf_puts(&m.out, "abc");
	make_end(&m);
	make_begin(&m, PCAPNG_NRB); /* a name without its NUL, empty names */
	make_u16(&m, PCAPNG_NAME_IPV4);
	make_u16(&m, 9);
	buf_add(&m.out, "\x01\x02\x03\x04\0\0abc", 9);
	make_end(&m);
	make_begin(&m, PCAPNG_ISB); /* of no interface */
	make_u32(&m, 0);
	make_u64(&m, 0);
	make_end(&m);
	make_begin(&m, PCAPNG_ISB); /* empty */
	make_end(&m);
	c = open_made(&m);
	assert_int_equal(capture_next(c, &f, &err), 0);
	assert_int_equal(capture_notes(c, NULL), 4);
	assert_int_equal(capture_inventory(c)->name_count, 1);
	assert_string_equal(capture_inventory(c)->names[0].name, "abc");
	capture_free(c);
	make_done(&m);
}

static void bounds_interfaces(void **state)
{
	struct make m = {0};
	struct frame f = {0};
	struct err err = {0};
	struct capture *c;

	(void)state;
	make_section(&m);
	for (unsigned i = 0; i <= INVENTORY_INTERFACES_MAX; i++)
		make_interface(&m, 1);
	c = open_made(&m);
	assert_int_equal(capture_next(c, &f, &err), -EBADMSG);
	assert_non_null(strstr(err.text, "more than 65536 interfaces"));
	capture_free(c);
	make_done(&m);
}

/* Many comments and addresses on one block: the first ones are kept, the rest counted. */
static void bounds_lists(void **state)
{
	struct make m = {0};
	struct frame f = {0};
	struct err err = {0};
	struct capture *c;

	(void)state;
	make_section_begin(&m);
	for (unsigned i = 0; i < INVENTORY_LIST_MAX + 10; i++)
		make_text(&m, PCAPNG_OPT_COMMENT, "c");
	make_end(&m);
	c = open_made(&m);
	assert_int_equal(capture_next(c, &f, &err), 0);
	assert_int_equal(capture_inventory(c)->sections[0].comment_count, INVENTORY_LIST_MAX);
	assert_int_equal(capture_inventory(c)->skipped, 10);
	capture_free(c);
	make_done(&m);
}

/* count frames, each with a comment of its own and every other one with a direction. */
static void make_commented(struct make *m, unsigned count)
{
	char text[32];

	for (unsigned i = 0; i < count; i++) {
		snprintf(text, sizeof(text), "frame %u", i);
		make_packet_begin(m, 0, i, text);
		snprintf(text, sizeof(text), "comment %u%s", i, m->big ? " big" : "");
		if (i % 2) {
			make_u16(m, PCAPNG_EPB_FLAGS);
			make_u16(m, 4);
			make_u32(m, FRAME_SENT);
		}
		if (i % 3)
			make_text(m, PCAPNG_OPT_COMMENT, text);
		make_end(m);
	}
}

/* What was got by the batch is what is got one by one, options and all. */
static void same_options(struct capture *many, struct capture *one, const struct frame *f)
{
	struct pcapng_option ours, theirs;
	struct pcapng_options walk, other;
	struct frame single;
	struct err err = {0};

	assert_int_equal(capture_next(one, &single, &err), 1);
	assert_int_equal(f->id, single.id);
	assert_int_equal(f->time, single.time);
	assert_int_equal(f->interface, single.interface);
	assert_int_equal(f->direction, single.direction);
	assert_int_equal(f->commented, single.commented);
	assert_int_equal(f->options_len, single.options_len);
	assert_memory_equal(f->bytes, single.bytes, single.captured_len);
	walk = capture_frame_options(many, f);
	other = capture_frame_options(one, &single);
	assert_int_equal(pcapng_comment_next(&walk, &ours), single.commented);
	assert_int_equal(pcapng_comment_next(&other, &theirs), single.commented);
	if (!single.commented)
		return;
	assert_int_equal(ours.len, theirs.len);
	assert_memory_equal(ours.value, theirs.value, theirs.len);
}

static void gives_frames_by_the_batch(void **state)
{
	struct make m = {0};
	struct capture *many, *one;
	struct frame frames[8];
	struct err err = {0};
	unsigned batches = 0, sum = 0;
	int count;

	(void)state;
	for (int big = 0; big < 2; big++) {
		make_rich_section(&m, big);
		make_commented(&m, 20);
	}
	make_rich_section(&m, false);
	many = open_made(&m);
	one = open_made(&m);
	while ((count = capture_next_some(many, frames, 8, &err)) > 0) {
		for (int i = 0; i < count; i++)
			same_options(many, one, &frames[i]);
		assert_int_equal(capture_frame_offset(many), capture_frame_offset(one));
		assert_int_equal(capture_frame_block(many)->len, capture_frame_block(one)->len);
		batches++;
		sum += (unsigned)count;
	}
	assert_int_equal(count, 0);
	assert_int_equal(capture_next(one, frames, &err), 0);
	assert_int_equal(sum, 3 * 3 + 2 * 20);
	assert_in_range(batches, 9, 16); /* not one by one */
	assert_int_equal(capture_inventory(many)->interfaces[1].frames, 23);
	capture_free(many);
	capture_free(one);
	make_done(&m);
}

static void reads_the_longest_comment(void **state)
{
	char *text = malloc(65536);
	struct make m = {0};
	struct pcapng_option comment;
	struct pcapng_options walk;
	struct frame f = {0};
	struct err err = {0};
	struct capture *c;

	(void)state;
	assert_non_null(text);
	memset(text, 'a', 65535);
	text[65535] = '\0';
	make_section(&m);
	make_interface(&m, 1);
	make_packet_begin(&m, 0, 0, "x");
	make_text(&m, PCAPNG_OPT_COMMENT, text);
	make_end(&m);
	c = open_made(&m);
	assert_int_equal(capture_next(c, &f, &err), 1);
	walk = capture_frame_options(c, &f);
	assert_true(pcapng_comment_next(&walk, &comment));
	assert_int_equal(comment.len, 65535);
	assert_int_equal(capture_next(c, &f, &err), 0);
	capture_free(c);
	make_done(&m);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_every_block_in_both_orders),
		cmocka_unit_test(counts_rows_as_wireshark),
		cmocka_unit_test(refuses_lying_blocks),
		cmocka_unit_test(needs_an_interface_first),
		cmocka_unit_test(tells_zeros_behind_the_end),
		cmocka_unit_test(sections_do_not_share_interfaces),
		cmocka_unit_test(notes_wrong_options),
		cmocka_unit_test(reads_every_time_unit),
		cmocka_unit_test(notes_wrong_names_and_counts),
		cmocka_unit_test(bounds_interfaces),
		cmocka_unit_test(bounds_lists),
		cmocka_unit_test(gives_frames_by_the_batch),
		cmocka_unit_test(reads_the_longest_comment),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
