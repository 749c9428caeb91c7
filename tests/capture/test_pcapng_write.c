// SPDX-License-Identifier: Apache-2.0
// What the writer writes, the reader reads back; a disk that is full loses frames, never the file.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "capture/capture.h"
#include "capture/pcapng_write.h"
#include "make.h"

static int memory_file(void)
{
	int fd = memfd_create("capture", MFD_ALLOW_SEALING | MFD_CLOEXEC);

	assert_true(fd >= 0);
	return fd;
}

static struct pcapng_writer *new_writer(int fd, const struct pcapng_writer_options *options)
{
	struct pcapng_writer *w = pcapng_writer_new(fd, options, NULL);

	assert_non_null(w);
	return w;
}

/* Opens what was written through fd so far, from its beginning. */
static struct capture *reopen(int fd)
{
	struct capture *c = NULL;
	struct err err = {0};
	int again = dup(fd);

	assert_true(again >= 0);
	assert_int_equal(lseek(again, 0, SEEK_SET), 0);
	assert_int_equal(capture_open_fd(again, "written", NULL, &c, &err), 0);
	return c;
}

static struct frame frame_of(uint32_t interface, nsec_t time, const char *bytes)
{
	return (struct frame) {
		.interface = interface,
		.time = time,
		.captured_len = (uint32_t)strlen(bytes),
		.wire_len = (uint32_t)strlen(bytes),
		.bytes = (const uint8_t *)bytes,
	};
}

/* A writer with a section and one Ethernet interface. */
static struct pcapng_writer *begin(int fd, const struct pcapng_writer_options *options)
{
	struct pcapng_writer *w = new_writer(fd, options);
	uint32_t id;

	pcapng_write_section(w, &(struct pcapng_section) {.application = "sonde"});
	pcapng_write_interface(w, &(struct pcapng_interface) {.link = LINK_ETHERNET}, &id);
	return w;
}

static void check_comment(struct pcapng_options *walk, const char *text)
{
	struct pcapng_option comment = {0};

	assert_true(pcapng_comment_next(walk, &comment));
	assert_int_equal(comment.len, strlen(text));
	assert_memory_equal(comment.value, text, comment.len);
}

static void write_rich(struct pcapng_writer *w)
{
	const char *const said[] = {"sonde scan 192.0.2.1 -p 22", "a second"};
	const struct pcapng_section section = {
		.hardware = "x86",
		.os = "Linux 6.1",
		.application = "sonde 0.1",
		.comments = said,
		.comment_count = 2,
	};
	struct pcapng_address addresses[] = {{.prefix = 24}, {.prefix = 64}, {.prefix = 33}};
	const struct pcapng_interface first = {
		.name = "eth0",
		.description = "to the lab",
		.filter = "tcp or icmp",
		.os = "Linux",
		.hardware = "virtual",
		.comments = said,
		.comment_count = 1,
		.addresses = addresses,
		.address_count = 3,
		.mac = {2, 0, 0x5e, 0x10, 0, 0x14},
		.speed = 10000000000,
		.snaplen = 262144,
		.link = LINK_ETHERNET,
	};
	const struct pcapng_interface second = {.name = "tun0", .link = LINK_RAW};
	uint32_t id = 7;

	assert_true(addr_parse("192.0.2.7", &addresses[0].address));
	assert_true(addr_parse("2001:db8::7", &addresses[1].address));
	assert_true(addr_parse("198.51.100.1", &addresses[2].address));
	assert_int_equal(pcapng_write_section(w, &section), 0);
	assert_int_equal(pcapng_write_interface(w, &first, &id), 0);
	assert_int_equal(id, 0);
	assert_int_equal(pcapng_write_interface(w, &second, &id), 0);
	assert_int_equal(id, 1);
}

static void check_rich(const struct inventory *v)
{
	const struct capture_interface *i = &v->interfaces[0];

	assert_string_equal(v->sections[0].hardware, "x86");
	assert_string_equal(v->sections[0].os, "Linux 6.1");
	assert_string_equal(v->sections[0].application, "sonde 0.1");
	assert_int_equal(v->sections[0].comment_count, 2);
	assert_string_equal(v->sections[0].comments[0], "sonde scan 192.0.2.1 -p 22");
	assert_string_equal(i->about.name, "eth0");
	assert_string_equal(i->about.description, "to the lab");
	assert_string_equal(i->about.filter, "tcp or icmp");
	assert_string_equal(i->about.os, "Linux");
	assert_string_equal(i->about.hardware, "virtual");
	assert_int_equal(i->about.comment_count, 1);
	assert_int_equal(i->about.address_count, 3);
	assert_int_equal(i->about.addresses[0].prefix, 24);
	assert_int_equal(i->about.addresses[1].prefix, 64);
	assert_int_equal(i->about.addresses[2].prefix, 32);
	assert_memory_equal(i->about.mac, "\x02\x00\x5e\x10\x00\x14", 6);
	assert_true(i->about.speed == 10000000000);
	assert_int_equal(i->about.snaplen, 262144);
	assert_int_equal(i->tsresol, 9);
	assert_string_equal(v->interfaces[1].about.name, "tun0");
	assert_int_equal(v->interfaces[1].about.link, LINK_RAW);
	assert_null(v->interfaces[1].about.filter);
}

static const char *const comments[] = {"probe: 192.0.2.1 port 22 try 1", "", NULL,
				       "line one\nline two"};

/* Two frames, the names of an address and the counts of an interface. */
static void write_rich_body(struct pcapng_writer *w, const struct addr *address)
{
	static const char *const names[] = {"scanme.lab", "", "www.scanme.lab"};
	const struct pcapng_name name = {.address = *address, .names = names, .name_count = 3};
	const struct pcapng_counts counts = {
		.time = 5,
		.start = 1,
		.end = NSEC_NEVER,
		.received = 10,
		.dropped = 2,
		.accepted = PCAPNG_UNKNOWN,
		.os_dropped = 1,
		.delivered = 9,
		.comments = comments,
		.comment_count = 1,
	};
	struct frame f = frame_of(1, 123456789, "hello");

	f.direction = FRAME_SENT;
	f.checksum_not_ready = true;
	f.wire_len = 1500;
	assert_int_equal(pcapng_write_frame(w, &f, comments, 4), 0);
	f = frame_of(0, 1, "");
	f.direction = FRAME_RECEIVED;
	assert_int_equal(pcapng_write_frame(w, &f, NULL, 0), 0);
	assert_int_equal(pcapng_write_names(w, &name, 1), 0);
	assert_int_equal(pcapng_write_counts(w, 1, &counts), 0);
}

static void check_rich_frames(struct capture *c)
{
	struct pcapng_options walk;
	struct pcapng_option none;
	struct frame f;
	struct err err = {0};

	assert_int_equal(capture_next(c, &f, &err), 1);
	assert_int_equal(f.interface, 1);
	assert_int_equal(f.link, LINK_RAW);
	assert_true(f.time == 1700000000 * NSEC_PER_SEC + 123456789);
	assert_int_equal(f.direction, FRAME_SENT);
	assert_true(f.checksum_not_ready);
	assert_int_equal(f.wire_len, 1500);
	assert_int_equal(f.captured_len, 5);
	assert_memory_equal(f.bytes, "hello", 5);
	walk = capture_frame_options(c, &f);
	check_comment(&walk, "probe: 192.0.2.1 port 22 try 1");
	check_comment(&walk, "line one\nline two");
	assert_false(pcapng_comment_next(&walk, &none));
	assert_int_equal(capture_next(c, &f, &err), 1);
	assert_int_equal(f.captured_len, 0);
	assert_int_equal(f.direction, FRAME_RECEIVED);
	assert_false(f.checksum_not_ready);
	assert_int_equal(capture_next(c, &f, &err), 0);
}

static void round_trips_everything(void **state)
{
	const struct pcapng_writer_options options = {.name = "test",
						      .wall_offset = 1700000000 * NSEC_PER_SEC};
	struct addr address;
	struct err err = {0};
	int fd = memory_file();
	struct pcapng_writer *w = new_writer(fd, &options);
	const struct pcapng_counts *counts;
	const struct inventory *v;
	struct capture *c;

	(void)state;
	assert_true(addr_parse("192.0.2.1", &address));
	write_rich(w);
	write_rich_body(w, &address);
	assert_int_equal(pcapng_writer_flush(w), 0);
	assert_int_equal(pcapng_writer_status(w).stored_frames, 2);
	assert_int_equal(pcapng_writer_status(w).lost_frames, 0);
	assert_int_equal(pcapng_writer_error(w, &err), 0);
	pcapng_writer_free(w);

	c = reopen(fd);
	check_rich_frames(c);
	v = capture_inventory(c);
	check_rich(v);
	assert_string_equal(inventory_name(v, &address, 1), "www.scanme.lab");
	assert_int_equal(inventory_totals(v).dropped, 2);
	counts = &v->interfaces[1].counts;
	assert_true(counts->accepted == PCAPNG_UNKNOWN);
	assert_true(counts->end == NSEC_NEVER);
	assert_true(counts->start == 1700000000 * NSEC_PER_SEC + 1);
	assert_int_equal(capture_notes(c, NULL), 0);
	capture_free(c);
	close(fd);
}

/* One frame with this comment, read back into a copy to be freed. */
static char *comment_back(const char *comment, uint64_t *ret_cut)
{
	struct frame f = frame_of(0, 0, "x");
	struct pcapng_option option = {0};
	struct pcapng_options walk;
	struct err err = {0};
	int fd = memory_file();
	struct pcapng_writer *w = begin(fd, NULL);
	struct capture *c;
	char *copy;

	assert_int_equal(pcapng_write_frame(w, &f, &comment, 1), 0);
	assert_int_equal(pcapng_writer_flush(w), 0);
	*ret_cut = pcapng_writer_status(w).cut_texts;
	pcapng_writer_free(w);
	c = reopen(fd);
	assert_int_equal(capture_next(c, &f, &err), 1);
	walk = capture_frame_options(c, &f);
	assert_true(pcapng_comment_next(&walk, &option));
	copy = strndup((const char *)option.value, option.len);
	assert_int_equal(strlen(copy), option.len);
	assert_int_equal(capture_next(c, &f, &err), 0);
	capture_free(c);
	close(fd);
	return copy;
}

static void escapes_comments(void **state)
{
	static const struct {
		const char *from, *to;
	} rows[] = {
		{"caf\xc3\xa9 \xe2\x82\xac", "caf\xc3\xa9 \xe2\x82\xac"},
		{"bad \xff\xfe", "bad \\xFF\\xFE"},
		{"\033[2Jx\r\ny\n", "\\x1B[2Jx\\r\ny\n"},
		{"\n\n\xe2\x80\xae", "\n\n\\xE2\\x80\\xAE"},
		{"cut \xe2\x82", "cut \\xE2\\x82"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint64_t cut;
		char *back = comment_back(rows[i].from, &cut);

		assert_string_equal(back, rows[i].to);
		assert_int_equal(cut, 0);
		free(back);
	}
}

/* Whatever unit a long comment repeats, it is cut after a whole one. */
static void cuts_comments_between_characters(void **state)
{
	static const struct {
		const char *unit, *as;
	} rows[] = {
		{"a", "a"},
		{"\xc3\xa9", "\xc3\xa9"},
		{"\xe2\x82\xac", "\xe2\x82\xac"},
		{"\xf0\x9f\x98\x80", "\xf0\x9f\x98\x80"},
		{"\xff", "\\xFF"},
		{"\033", "\\x1B"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		for (size_t shift = 0; shift < 5; shift++) {
			size_t unit = strlen(rows[i].unit), as = strlen(rows[i].as);
			char *text = calloc(1, 300001);
			uint64_t cut;
			char *back;

			assert_non_null(text);
			memset(text, 'b', shift);
			for (size_t at = shift; at + unit <= 300000; at += unit)
				memcpy(text + at, rows[i].unit, unit);
			back = comment_back(text, &cut);
			assert_int_equal(cut, 1);
			assert_true(strlen(back) <= 65535 && strlen(back) > 65535 - as);
			assert_int_equal((strlen(back) - shift) % as, 0);
			assert_memory_equal(back + strlen(back) - as, rows[i].as, as);
			free(back);
			free(text);
		}
	}
}

static void keeps_exactly_the_longest_comment(void **state)
{
	char *text = calloc(1, 65537);
	uint64_t cut;
	char *back;

	(void)state;
	assert_non_null(text);
	memset(text, 'a', 65535);
	back = comment_back(text, &cut);
	assert_int_equal(strlen(back), 65535);
	assert_int_equal(cut, 0);
	free(back);
	free(text);
}

static void bounds_comments_of_a_block(void **state)
{
	enum { COUNT = 100 };
	const char *many[COUNT];
	char *text = calloc(1, 65536);
	struct frame f = frame_of(0, 0, "x");
	struct err err = {0};
	int fd = memory_file();
	struct pcapng_writer *w = begin(fd, NULL);
	struct capture *c;

	(void)state;
	assert_non_null(text);
	memset(text, 'c', 65535);
	for (size_t i = 0; i < COUNT; i++)
		many[i] = text;
	assert_int_equal(pcapng_write_frame(w, &f, many, COUNT), 0);
	assert_int_equal(pcapng_write_section(w, &(struct pcapng_section) {.comments = many,
									   .comment_count = COUNT}),
			 0);
	assert_int_equal(pcapng_writer_flush(w), 0);
	assert_true(pcapng_writer_status(w).cut_texts > 2 * (COUNT - 10));
	pcapng_writer_free(w);
	c = reopen(fd);
	assert_int_equal(capture_next(c, &f, &err), 1);
	assert_int_equal(capture_next(c, &f, &err), 0);
	assert_int_equal(capture_inventory(c)->sections[1].comment_count, 8);
	capture_free(c);
	close(fd);
	free(text);
}

static void keeps_big_frames(void **state)
{
	static const uint32_t lengths[] = {0, 1, 3, 1514, 65535, 262143, 262144, 262145, 1000000};
	uint8_t *bytes = malloc(1000000);
	struct frame f;
	struct err err = {0};
	int fd = memory_file();
	struct pcapng_writer *w = begin(fd, NULL);
	struct capture *c;

	(void)state;
	assert_non_null(bytes);
	for (size_t i = 0; i < 1000000; i++)
		bytes[i] = (uint8_t)(i * 7);
	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		f = (struct frame) {
			.captured_len = lengths[i], .wire_len = lengths[i], .bytes = bytes};
		assert_int_equal(pcapng_write_frame(w, &f, NULL, 0), 0);
	}
	assert_int_equal(pcapng_writer_flush(w), 0);
	pcapng_writer_free(w);
	c = reopen(fd);
	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		uint32_t held = lengths[i] < CAPTURE_FRAME_MAX ? lengths[i] : CAPTURE_FRAME_MAX;

		assert_int_equal(capture_next(c, &f, &err), 1);
		assert_int_equal(f.wire_len, lengths[i]);
		assert_int_equal(f.captured_len, held);
		assert_memory_equal(f.bytes, bytes, held);
	}
	assert_int_equal(capture_next(c, &f, &err), 0);
	capture_free(c);
	close(fd);
	free(bytes);
}

static void writes_many_names(void **state)
{
	enum { COUNT = 5000 };
	static char text[COUNT][2200];
	static const char *names[COUNT];
	struct pcapng_name entries[3] = {0};
	struct frame f;
	struct err err = {0};
	int fd = memory_file();
	struct pcapng_writer *w = begin(fd, NULL);
	const struct inventory *v;
	struct capture *c;

	(void)state;
	for (size_t i = 0; i < COUNT; i++) {
		snprintf(text[i], sizeof(text[i]), "host%zu.\033%0*d", i, i % 3 ? 5 : 2000, 1);
		names[i] = text[i];
	}
	assert_true(addr_parse("2001:db8::1", &entries[1].address));
	assert_true(addr_parse("192.0.2.9", &entries[2].address));
	entries[0] = (struct pcapng_name) {.names = names, .name_count = 1}; /* no address */
	entries[1].names = names;
	entries[1].name_count = COUNT;
	entries[2].names = names + 7;
	entries[2].name_count = 1;
	assert_int_equal(pcapng_write_names(w, entries, 3), 0);
	assert_int_equal(pcapng_write_names(w, entries, 1), 0);
	assert_int_equal(pcapng_write_names(w, NULL, 0), 0);
	assert_int_equal(pcapng_writer_flush(w), 0);
	pcapng_writer_free(w);
	c = reopen(fd);
	assert_int_equal(capture_next(c, &f, &err), 0);
	assert_int_equal(capture_notes(c, NULL), 0);
	v = capture_inventory(c);
	assert_int_equal(v->skipped, COUNT - 32); /* the reader keeps 32 of one address */
	assert_string_equal(inventory_name(v, &entries[1].address, 1), "host1.\\x1B00001");
	assert_string_equal(inventory_name(v, &entries[2].address, 0), "host7.\\x1B00001");
	capture_free(c);
	close(fd);
}

static void tells_since_when_frames_wait(void **state)
{
	const struct pcapng_writer_options options = {.wall_offset = 1000};
	struct frame f = frame_of(0, 77, "x");
	int fd = memory_file();
	struct pcapng_writer *w = begin(fd, &options);

	(void)state;
	assert_true(pcapng_writer_pending_since(w) == INT64_MIN);
	assert_true(pcapng_writer_status(w).pending_bytes > 0);
	assert_int_equal(lseek(fd, 0, SEEK_END), 0);
	assert_int_equal(pcapng_writer_flush(w), 0);
	assert_true(pcapng_writer_pending_since(w) == NSEC_NEVER);
	assert_int_equal(pcapng_write_frame(w, &f, NULL, 0), 0);
	f.time = 99;
	assert_int_equal(pcapng_write_frame(w, &f, NULL, 0), 0);
	assert_true(pcapng_writer_pending_since(w) == 77);
	f.interface = 1;
	assert_int_equal(pcapng_write_frame(w, &f, NULL, 0), -EINVAL);
	assert_int_equal(pcapng_writer_flush(w), 0);
	assert_int_equal(pcapng_writer_status(w).pending_bytes, 0);
	pcapng_writer_free(w);
	close(fd);
}

/* What is in the file must be whole, and what is not must be counted. */
static void check_stored(int fd, const struct pcapng_writer *w, uint64_t given)
{
	struct pcapng_writer_status status = pcapng_writer_status(w);
	struct frame f;
	struct err err = {0};
	struct capture *c;
	uint64_t count = 0;
	int code = 0;

	assert_int_equal(status.stored_frames + status.lost_frames, given);
	assert_int_equal(lseek(fd, 0, SEEK_END), (off_t)status.stored_bytes);
	if (status.stored_bytes == 0)
		return;
	c = reopen(fd);
	while ((code = capture_next(c, &f, &err)) > 0)
		count++;
	assert_int_equal(code, 0);
	assert_int_equal(count, status.stored_frames);
	capture_free(c);
}

/* Files of every size limit from nothing to all: always whole, always counted. */
static void survives_a_full_disk(void **state)
{
	struct rlimit old, limit;

	(void)state;
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
	for (rlim_t size = 0; size < 600; size += 7) {
		char path[] = "/tmp/sonde-capture-XXXXXX";
		int fd = mkstemp(path);
		struct pcapng_writer *w = begin(fd, &(struct pcapng_writer_options) {.name = path});
		const char *comment = "a comment";
		struct err err = {0};
		int code = 0;

		limit = old;
		limit.rlim_cur = size;
		assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
		for (int i = 0; i < 10; i++) {
			struct frame f = frame_of(0, i, "some bytes");

			pcapng_write_frame(w, &f, &comment, 1);
			if (i % 3 == 2)
				code = pcapng_writer_flush(w);
		}
		code = pcapng_writer_flush(w);
		assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
		assert_int_equal(code, -EFBIG);
		assert_int_equal(pcapng_writer_error(w, &err), -EFBIG);
		assert_non_null(strstr(err.text, path));
		assert_non_null(strstr(err.text, "it is whole up to there"));
		assert_int_equal(pcapng_writer_flush(w), -EFBIG); /* it does not resume */
		check_stored(fd, w, 10);
		pcapng_writer_free(w);
		close(fd);
		unlink(path);
	}
}

static void counts_what_a_full_device_refuses(void **state)
{
	struct frame f = frame_of(0, 0, "x");
	struct err err = {0};
	int fd = open("/dev/full", O_WRONLY);
	struct pcapng_writer *w = begin(fd, NULL);
	struct pcapng_writer_status status;

	(void)state;
	assert_true(fd >= 0);
	pcapng_write_frame(w, &f, NULL, 0);
	assert_int_equal(pcapng_writer_flush(w), -ENOSPC);
	assert_int_equal(pcapng_write_frame(w, &f, NULL, 0), -ENOSPC);
	assert_int_equal(pcapng_write_counts(w, 0, &(struct pcapng_counts) {0}), -ENOSPC);
	status = pcapng_writer_status(w);
	assert_int_equal(status.lost_frames, 2);
	assert_int_equal(status.lost_blocks, 5);
	assert_int_equal(status.stored_bytes, 0);
	assert_int_equal(pcapng_writer_error(w, &err), -ENOSPC);
	assert_non_null(strstr(err.text, "No space left"));
	pcapng_writer_free(w);
	close(fd);
}

/* A memory file that may not grow past this size refuses with EPERM, in the midst of a block. */
static void survives_a_sealed_file(void **state)
{
	(void)state;
	for (off_t size = 0; size < 400; size += 13) {
		int fd = memory_file();
		struct pcapng_writer *w = begin(fd, NULL);
		struct frame f = frame_of(0, 0, "some bytes");

		assert_int_equal(ftruncate(fd, size), 0);
		assert_int_equal(fcntl(fd, F_ADD_SEALS, F_SEAL_GROW), 0);
		for (int i = 0; i < 12; i++)
			pcapng_write_frame(w, &f, NULL, 0);
		assert_true(pcapng_writer_flush(w) < 0);
		check_stored(fd, w, 12);
		pcapng_writer_free(w);
		close(fd);
	}
}

static void counts_what_a_broken_pipe_refuses(void **state)
{
	struct frame f = frame_of(0, 0, "x");
	struct pcapng_writer *w;
	struct err err = {0};
	int ends[2];

	(void)state;
	signal(SIGPIPE, SIG_IGN);
	assert_int_equal(pipe(ends), 0);
	w = begin(ends[1], NULL);
	assert_int_equal(pcapng_writer_flush(w), 0);
	close(ends[0]);
	pcapng_write_frame(w, &f, NULL, 0);
	assert_int_equal(pcapng_writer_flush(w), -EPIPE);
	assert_int_equal(pcapng_writer_status(w).lost_frames, 1);
	assert_int_equal(pcapng_writer_error(w, &err), -EPIPE);
	pcapng_writer_free(w);
	close(ends[1]);
}

/* A small buffer writes out often; each write holds whole blocks. */
static void writes_whole_blocks(void **state)
{
	const struct pcapng_writer_options options = {.buffer_size = 1};
	struct frame f = frame_of(0, 0, "0123456789");
	struct pcapng_writer *w;
	static uint8_t piece[1 << 16];
	int ends[2];

	(void)state;
	assert_int_equal(pipe2(ends, O_DIRECT), 0); /* packets: a read gives one write */
	w = begin(ends[1], &options);
	for (int i = 0; i < 300; i++)
		assert_int_equal(pcapng_write_frame(w, &f, NULL, 0), 0);
	assert_int_equal(pcapng_writer_flush(w), 0);
	pcapng_writer_free(w);
	close(ends[1]);
	for (ssize_t got; (got = read(ends[0], piece, sizeof(piece))) > 0;) {
		struct cursor last = cursor_init(piece, (uint32_t)got, (uint32_t)got);
		uint32_t len;

		cursor_skip(&last, (uint32_t)got - 4);
		len = cursor_le32(&last);
		assert_true(len <= (uint32_t)got);
		last = cursor_init(piece, (uint32_t)got, (uint32_t)got);
		cursor_skip(&last, (uint32_t)got - len + 4);
		assert_int_equal(cursor_le32(&last), len);
	}
	close(ends[0]);
}

static void copy_block(void *context, const struct pcapng_block *block)
{
	assert_int_equal(pcapng_write_block(context, block->bytes, block->len), 0);
}

/* A filtered copy keeps sections of both byte orders and every block that is no frame. */
static void copies_blocks_of_both_orders(void **state)
{
	struct make m = {.big = true};
	int fd = memory_file();
	struct pcapng_writer *w = new_writer(fd, NULL);
	const struct capture_options options = {.on_block = copy_block, .context = w};
	struct capture *c = NULL;
	struct frame f = {0};
	struct err err = {0};
	unsigned count = 0;

	(void)state;
	for (int i = 0; i < 2; i++) {
		size_t at = m.out.len;

		make_section(&m);
		make_patch_u32(&m, at + 16, 0); /* a section length that filtering makes wrong */
		make_patch_u32(&m, at + 20, 0);
		make_interface(&m, 1);
		make_packet(&m, 0, 1, "keep");
		make_packet(&m, 0, 2, "drop");
		make_begin(&m, PCAPNG_DSB);
		make_u64(&m, 0);
		make_end(&m);
		m.big = false;
	}
	assert_int_equal(capture_open_memory(make_bytes(&m), m.out.len, &options, &c, &err), 0);
	while (capture_next(c, &f, &err) > 0)
		if (f.bytes[0] == 'k')
			copy_block(w, capture_frame_block(c));
	capture_free(c);
	assert_int_equal(pcapng_write_block(w, make_bytes(&m), 8), -EINVAL);
	assert_int_equal(pcapng_writer_flush(w), 0);
	assert_int_equal(pcapng_writer_status(w).stored_frames, 2);
	pcapng_writer_free(w);
	c = reopen(fd);
	while (capture_next(c, &f, &err) > 0)
		count += memcmp(f.bytes, "keep", 4) == 0;
	assert_int_equal(count, 2);
	assert_null(capture_damage(c));
	assert_int_equal(capture_inventory(c)->section_count, 2);
	capture_free(c);
	make_done(&m);
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(round_trips_everything),
		cmocka_unit_test(escapes_comments),
		cmocka_unit_test(cuts_comments_between_characters),
		cmocka_unit_test(keeps_exactly_the_longest_comment),
		cmocka_unit_test(bounds_comments_of_a_block),
		cmocka_unit_test(keeps_big_frames),
		cmocka_unit_test(writes_many_names),
		cmocka_unit_test(tells_since_when_frames_wait),
		cmocka_unit_test(survives_a_full_disk),
		cmocka_unit_test(counts_what_a_full_device_refuses),
		cmocka_unit_test(survives_a_sealed_file),
		cmocka_unit_test(counts_what_a_broken_pipe_refuses),
		cmocka_unit_test(writes_whole_blocks),
		cmocka_unit_test(copies_blocks_of_both_orders),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
