// SPDX-License-Identifier: Apache-2.0
// Any file opens: packed or not, from anywhere, cut anywhere, growing; what is none says why.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include "capture/capture.h"
#include "make.h"

enum { FRAMES = 3 };

/* A small file of each format with FRAMES frames; ends[i] is where frame i ends. */
static void make_small(struct make *m, bool pcapng, size_t ends[static FRAMES])
{
	static const char *const bytes[FRAMES] = {"one", "", "three!!"};

	if (pcapng) {
		make_section(m);
		make_interface(m, 1);
	} else {
		make_pcap(m, 0xa1b2c3d4, 1);
	}
	for (uint32_t i = 0; i < FRAMES; i++) {
		if (pcapng)
			make_packet(m, 0, i + 1, bytes[i]);
		else
			make_record(m, i + 1, 0, bytes[i]);
		ends[i] = m->out.len;
	}
}

/* A copy of exactly len bytes, so that the address sanitizer sees any step outside it. */
static uint8_t *exact_copy(const struct make *m, size_t len)
{
	uint8_t *copy = malloc(len ? len : 1);

	assert_non_null(copy);
	memcpy(copy, make_bytes(m), len);
	return copy;
}

static void check_cut(const uint8_t *bytes, size_t len, const size_t ends[static FRAMES],
		      size_t head)
{
	struct capture *c = NULL;
	struct frame f = {0};
	struct err err = {0};
	size_t good = head;
	uint64_t count = 0;
	char offset[32];
	int code;

	code = capture_open_memory(bytes, len, NULL, &c, &err);
	if (len < 4) {
		assert_int_equal(code, len ? -EINVAL : -ENODATA);
		assert_true(strlen(err.text) > 20);
		return;
	}
	assert_int_equal(code, 0);
	while ((code = capture_next(c, &f, &err)) > 0)
		good = ends[count++];
	assert_int_equal(f.id, count);
	for (size_t i = 0; i < FRAMES; i++)
		assert_int_equal(i < count, ends[i] <= len);
	if (len == good && len >= head) {
		assert_int_equal(code, 0);
	} else {
		assert_int_equal(code, -EBADMSG);
		snprintf(offset, sizeof(offset), "at byte %llu",
			 (unsigned long long)capture_damage(c)->offset);
		assert_non_null(strstr(err.text, offset));
		assert_non_null(strstr(err.text, "cut short"));
		assert_true(capture_damage(c)->offset <= len);
		if (len > head)
			assert_int_equal(capture_damage(c)->offset, good);
	}
	capture_free(c);
}

static void survives_a_cut_at_every_byte(void **state)
{
	(void)state;
	for (int pcapng = 0; pcapng < 2; pcapng++) {
		struct make m = {0};
		size_t ends[FRAMES];

		make_small(&m, pcapng, ends);
		for (size_t len = 0; len <= m.out.len; len++) {
			uint8_t *copy = exact_copy(&m, len);

			/* In pcapng a cut after the section header is clean too. */
			if (!pcapng || len != 28)
				check_cut(copy, len, ends, pcapng ? 48 : 24);
			free(copy);
		}
		make_done(&m);
	}
}

static void survives_zeros_at_the_end(void **state)
{
	(void)state;
	for (int pcapng = 0; pcapng < 2; pcapng++) {
		for (size_t zeros = 1; zeros <= 100; zeros++) {
			struct make m = {0};
			size_t ends[FRAMES];
			struct capture *c = NULL;
			struct frame f = {0};
			struct err err = {0};
			uint8_t *copy;
			int code;

			make_small(&m, pcapng, ends);
			buf_pad(&m.out, '\0', zeros);
			copy = exact_copy(&m, m.out.len);
			assert_int_equal(capture_open_memory(copy, m.out.len, NULL, &c, &err), 0);
			while ((code = capture_next(c, &f, &err)) > 0)
				;
			assert_int_equal(f.id, FRAMES);
			assert_int_equal(code, -EBADMSG);
			assert_int_equal(capture_damage(c)->offset, ends[FRAMES - 1]);
			capture_free(c);
			free(copy);
			make_done(&m);
		}
	}
}

static size_t pack_gzip(const struct make *m, uint8_t *out, size_t size)
{
	z_stream z = {0};

	assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
	z.next_in = (uint8_t *)(uintptr_t)make_bytes(m);
	z.avail_in = (unsigned)m->out.len;
	z.next_out = out;
	z.avail_out = (unsigned)size;
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	deflateEnd(&z);
	return z.total_out;
}

/* With the checksum that the zstd tool adds by itself. */
static size_t pack_zstd(const struct make *m, uint8_t *out, size_t size)
{
	ZSTD_CCtx *z = ZSTD_createCCtx();
	size_t len;

	ZSTD_CCtx_setParameter(z, ZSTD_c_checksumFlag, 1);
	len = ZSTD_compress2(z, out, size, make_bytes(m), m->out.len);
	assert_false(ZSTD_isError(len));
	ZSTD_freeCCtx(z);
	return len;
}

static size_t pack(const struct make *m, enum source_packing packing, uint8_t *out, size_t size)
{
	return packing == SOURCE_GZIP ? pack_gzip(m, out, size) : pack_zstd(m, out, size);
}

/* Writes bytes to a memory file and opens it; packed in two halves, one after the other. */
static int file_of(const uint8_t *bytes, size_t len)
{
	int fd = memfd_create("capture", MFD_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, len), (ssize_t)len);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	return fd;
}

static uint64_t count_frames(struct capture *c, int *ret_code, struct err *err)
{
	struct frame f;
	uint64_t count = 0;

	while ((*ret_code = capture_next(c, &f, err)) > 0)
		count++;
	return count;
}

static void reads_packed_files(void **state)
{
	static uint8_t packed[1 << 20];

	(void)state;
	for (enum source_packing packing = SOURCE_GZIP; packing <= SOURCE_ZSTD; packing++) {
		struct make head = {0}, rest = {0};
		struct capture *c = NULL;
		struct err err = {0};
		size_t len, first;
		int code;

		make_section(&head);
		make_interface(&head, 1);
		for (uint32_t i = 0; i < 20000; i++)
			make_packet(&head, 0, i * 7919, "a packet of some bytes");
		for (uint32_t i = 0; i < 1000; i++)
			make_packet(&rest, 0, i, "after");
		first = pack(&head, packing, packed, sizeof(packed));
		len = first + pack(&rest, packing, packed + first, sizeof(packed) - first);

		assert_int_equal(capture_open_fd(file_of(packed, len), "p", NULL, &c, &err), 0);
		assert_int_equal(count_frames(c, &code, &err), 21000);
		assert_int_equal(code, 0);
		assert_int_equal(capture_packing(c), packing);
		capture_free(c);

		assert_int_equal(capture_open_memory(packed, len, NULL, &c, &err), 0);
		assert_int_equal(count_frames(c, &code, &err), 21000);
		assert_int_equal(code, 0);
		capture_free(c);

		/* cut: what is there comes out first */
		assert_int_equal(capture_open_memory(packed, first / 2, NULL, &c, &err), 0);
		assert_true(count_frames(c, &code, &err) > 1000);
		assert_int_equal(code, -EBADMSG);
		assert_non_null(strstr(err.text, "cannot be unpacked (it is cut short)"));
		capture_free(c);

		/* damaged */
		memset(packed + first / 2, 0x55, 64);
		assert_int_equal(capture_open_memory(packed, len, NULL, &c, &err), 0);
		count_frames(c, &code, &err);
		assert_int_equal(code, -EBADMSG);
		capture_free(c);
		make_done(&head);
		make_done(&rest);
	}
}

/* Longer than the window, in pieces as a pipe gives them: no record is lost at a seam. */
static void reads_across_windows(void **state)
{
	struct make m = {0};
	struct capture *c = NULL;
	struct frame f = {0};
	struct err err = {0};
	char *text = calloc(1, 200001);

	(void)state;
	assert_non_null(text);
	make_pcap(&m, 0xa1b2c3d4, 1);
	for (uint32_t i = 0; i < 300; i++) {
		memset(text, 'a' + i % 26, i * 666 % 200000);
		text[i * 666 % 200000] = '\0';
		make_record(&m, i + 1, 0, text);
	}
	assert_int_equal(capture_open_fd(file_of(make_bytes(&m), m.out.len), "w", NULL, &c, &err),
			 0);
	for (uint32_t i = 0; i < 300; i++) {
		assert_int_equal(capture_next(c, &f, &err), 1);
		assert_int_equal(f.captured_len, i * 666 % 200000);
		for (uint32_t at = 0; at < f.captured_len; at += 99)
			assert_int_equal(f.bytes[at], 'a' + i % 26);
	}
	assert_int_equal(capture_next(c, &f, &err), 0);
	capture_free(c);
	make_done(&m);
	free(text);
}

/* A file that is written byte by byte while it is read. */
static void follows_a_growing_file(void **state)
{
	const struct capture_options options = {.follow = true};

	(void)state;
	for (int pcapng = 0; pcapng < 2; pcapng++) {
		char path[] = "/tmp/sonde-capture-XXXXXX";
		int out = mkstemp(path);
		struct make m = {0};
		size_t ends[FRAMES];
		struct capture *c = NULL;
		struct frame f = {0};
		struct err err = {0};
		uint64_t count = 0;

		assert_true(out >= 0);
		make_small(&m, pcapng, ends);
		assert_int_equal(capture_open(path, &options, &c, &err), 0);
		for (size_t at = 0; at < m.out.len; at++) {
			assert_int_equal(capture_next(c, &f, &err), -EAGAIN);
			assert_int_equal(write(out, make_bytes(&m) + at, 1), 1);
			if (count < FRAMES && at + 1 == ends[count]) {
				assert_int_equal(capture_next(c, &f, &err), 1);
				assert_int_equal(f.id, ++count);
			}
		}
		assert_int_equal(count, FRAMES);
		assert_int_equal(capture_next(c, &f, &err), -EAGAIN);
		assert_null(capture_damage(c));
		capture_free(c);
		make_done(&m);
		close(out);
		unlink(path);
	}
}

/* A followed file that turns out to be none, or damaged in its header, says so for ever. */
static void follows_into_damage(void **state)
{
	static const struct {
		const char *bytes;
		size_t len;
		int code;
		const char *words;
	} rows[] = {
		{"ELF and so on", 13, -EINVAL, "is no capture file"},
		{"\xd4\xc3\xb2\xa1\x07\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 24, -EBADMSG,
		 "version is 7.0"},
	};
	const struct capture_options options = {.follow = true};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char path[] = "/tmp/sonde-capture-XXXXXX";
		int out = mkstemp(path);
		struct capture *c = NULL;
		struct frame f;
		struct err err = {0};

		assert_int_equal(capture_open(path, &options, &c, &err), 0);
		assert_int_equal(capture_next(c, &f, &err), -EAGAIN);
		assert_int_equal(write(out, rows[i].bytes, rows[i].len), (ssize_t)rows[i].len);
		for (int again = 0; again < 2; again++) {
			err.text[0] = '\0';
			assert_int_equal(capture_next(c, &f, &err), rows[i].code);
			assert_non_null(strstr(err.text, rows[i].words));
		}
		assert_non_null(capture_damage(c));
		capture_free(c);
		close(out);
		unlink(path);
	}
}

static void refuse(const char *path, int code, const char *words)
{
	struct capture *c = NULL;
	struct err err = {0};

	assert_int_equal(capture_open(path, NULL, &c, &err), code);
	assert_null(c);
	assert_non_null(strstr(err.text, words));
	assert_non_null(strstr(err.text, path));
}

static void says_what_is_no_capture(void **state)
{
	struct capture *c = NULL;
	struct err err = {0};

	(void)state;
	refuse("/nonexistent/file", -ENOENT, "No such file");
	refuse("/tmp", -EISDIR, "is a directory");
	refuse("/dev/null", -ENODATA, "is empty");
	refuse("/proc/self/exe", -EINVAL, "7f 45 4c 46");
	assert_int_equal(capture_open_memory("\x1f\x8b\x08\x00", 4, NULL, &c, &err), -EBADMSG);
	assert_int_equal(capture_open_memory("abc", 3, NULL, &c, &err), -EINVAL);
	assert_int_equal(capture_open_memory("", 0, NULL, &c, &err), -ENODATA);
}

static void reads_standard_input(void **state)
{
	struct make m = {0};
	size_t ends[FRAMES];
	struct capture *c = NULL;
	struct err err = {0};
	int saved = dup(STDIN_FILENO);
	int fd, code;

	(void)state;
	make_small(&m, true, ends);
	fd = file_of(make_bytes(&m), m.out.len);
	assert_true(dup2(fd, STDIN_FILENO) == STDIN_FILENO);
	assert_int_equal(capture_open("-", NULL, &c, &err), 0);
	assert_int_equal(count_frames(c, &code, &err), FRAMES);
	capture_free(c);
	assert_true(fcntl(STDIN_FILENO, F_GETFD) >= 0); /* it is not ours to close */
	if (saved >= 0)
		dup2(saved, STDIN_FILENO);
	close(saved);
	close(fd);
	make_done(&m);
}

#define LONG_RECORDS 90000u /* over 3 MB: another thread reads on (source_ahead.h) */

/* A capture of short records with a few that are longer than what a chunk has in front. */
static void make_long(struct make *m, char *text, size_t size)
{
	make_pcap(m, 0xa1b2c3d4, 1);
	for (uint32_t i = 0; i < LONG_RECORDS; i++) {
		size_t len = i % 9973 == 9972 ? size - 1 : 10 + i % 31;

		memset(text, 'a' + i % 26, len);
		text[len] = '\0';
		make_record(m, i + 1, 0, text);
	}
}

/* Somebody who reads on in passing, until told to end. */
struct helper {
	struct capture *capture;
	pthread_t thread;
	bool works;
	atomic_bool ends;
};

static void *help(void *context)
{
	struct helper *h = context;

	while (!atomic_load(&h->ends))
		if (!capture_help(h->capture))
			sched_yield();
	return NULL;
}

static void end_help(struct helper *h)
{
	atomic_store(&h->ends, true);
	if (h->works)
		pthread_join(h->thread, NULL);
}

/*
 * Both give the same frames, eight at a time, the same end and the same words about it; from frame
 * lent on others may read the file ahead, and helper (NULL: nobody) does.
 */
static void same_frames(struct capture *file, struct capture *memory, uint64_t lent,
			struct helper *helper)
{
	struct frame ours[8], theirs;
	struct err file_err = {0}, memory_err = {0};
	int count, code = 0;

	while ((count = capture_next_some(file, ours, 8, &file_err)) > 0) {
		for (int i = 0; i < count; i++) {
			assert_int_equal(capture_next(memory, &theirs, &memory_err), 1);
			assert_int_equal(ours[i].id, theirs.id);
			assert_int_equal(ours[i].time, theirs.time);
			assert_int_equal(ours[i].captured_len, theirs.captured_len);
			assert_memory_equal(ours[i].bytes, theirs.bytes, theirs.captured_len);
		}
		assert_int_equal(capture_frame_offset(file), capture_frame_offset(memory));
		if (ours[0].id < lent)
			continue;
		assert_true(capture_lend(file));
		if (helper && !helper->works)
			helper->works = !pthread_create(&helper->thread, NULL, help, helper);
	}
	code = capture_next(memory, &theirs, &memory_err);
	assert_int_equal(count, code);
	if (code < 0)
		assert_int_equal(capture_damage(file)->offset, capture_damage(memory)->offset);
}

static void reads_ahead_what_is_there(void **state)
{
	static const size_t cuts[] = {0, 1, 7, 17, 100000, 262144, 300001};
	const size_t size = 200000;
	char *text = malloc(size);
	struct helper helper;
	struct make m = {0};

	(void)state;
	assert_non_null(text);
	make_long(&m, text, size);
	for (size_t i = 0; i < sizeof(cuts) / sizeof(cuts[0]); i++) {
		size_t len = m.out.len - cuts[i];
		struct capture *file = NULL, *memory = NULL;
		struct err err = {0};
		int fd = file_of(make_bytes(&m), len);

		assert_int_equal(capture_open_fd(fd, "long", NULL, &file, &err), 0);
		assert_int_equal(capture_open_memory(make_bytes(&m), len, NULL, &memory, &err), 0);
		helper = (struct helper) {.capture = file};
		same_frames(file, memory, i % 3 ? 33000 + 11 * i : UINT64_MAX,
			    i % 3 == 2 ? &helper : NULL);
		end_help(&helper);
		capture_free(file);
		capture_free(memory);
	}
	make_done(&m);
	free(text);
}

/* Closed while the other thread is at work, wherever that may be. */
static void may_be_closed_while_reading_ahead(void **state)
{
	const size_t size = 1000;
	char text[1000];
	struct make m = {0};

	(void)state;
	make_long(&m, text, size);
	for (uint32_t stop = 20000; stop < 40000; stop += 999) {
		struct capture *c = NULL;
		struct frame f;
		struct err err = {0};

		assert_int_equal(
			capture_open_fd(file_of(make_bytes(&m), m.out.len), "c", NULL, &c, &err),
			0);
		for (uint32_t i = 0; i < stop; i++)
			assert_int_equal(capture_next(c, &f, &err), 1);
		capture_free(c);
	}
	make_done(&m);
}

static void reports_progress(void **state)
{
	struct make m = {0};
	size_t ends[FRAMES];
	struct capture *c = NULL;
	struct err err = {0};
	uint64_t done, total;
	int code;

	(void)state;
	make_small(&m, true, ends);
	assert_int_equal(capture_open_fd(file_of(make_bytes(&m), m.out.len), "p", NULL, &c, &err),
			 0);
	count_frames(c, &code, &err);
	capture_progress(c, &done, &total);
	assert_int_equal(done, m.out.len);
	assert_int_equal(total, m.out.len);
	capture_free(c);
	make_done(&m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(survives_a_cut_at_every_byte),
		cmocka_unit_test(survives_zeros_at_the_end),
		cmocka_unit_test(reads_packed_files),
		cmocka_unit_test(reads_across_windows),
		cmocka_unit_test(follows_a_growing_file),
		cmocka_unit_test(follows_into_damage),
		cmocka_unit_test(says_what_is_no_capture),
		cmocka_unit_test(reads_standard_input),
		cmocka_unit_test(reads_ahead_what_is_there),
		cmocka_unit_test(may_be_closed_while_reading_ahead),
		cmocka_unit_test(reports_progress),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
