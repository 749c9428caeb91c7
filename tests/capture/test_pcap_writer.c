// SPDX-License-Identifier: Apache-2.0
// What the pcap writer writes, the reader reads back; a full disk leaves whole records.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "capture/capture.h"
#include "capture/pcap_writer.h"

#define WALL  (1700000000 * NSEC_PER_SEC)
#define LIMIT 10000

static struct frame frame_of(nsec_t time, const uint8_t *bytes, uint32_t len, uint32_t wire)
{
	return (struct frame) {.time = time,
			       .link = LINK_ETHERNET,
			       .bytes = bytes,
			       .captured_len = len,
			       .wire_len = wire};
}

static struct capture *reopen(int fd)
{
	struct capture *c = NULL;

	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	assert_int_equal(capture_open_fd(dup(fd), "written", NULL, &c, NULL), 0);
	return c;
}

static void reads_back(void **state)
{
	static const uint8_t bytes[] = "sixty bytes of a frame, or nearly so, with a zero in it";
	int fd = memfd_create("capture", MFD_CLOEXEC);
	struct frame frames[] = {
		frame_of(WALL + 1, bytes, 40, 40),
		frame_of(WALL + NSEC_PER_SEC - 1, bytes, 0, 1500),
		frame_of(WALL + 123456789, bytes, sizeof(bytes), 262144),
	};

	(void)state;
	for (int usec = 0; usec < 2; usec++) {
		struct pcap_writer *w;
		struct capture *c;
		struct frame frame;

		assert_int_equal(ftruncate(fd, 0), 0);
		assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
		w = pcap_writer_new(fd, "written", LINK_ETHERNET, 0, usec, NULL);
		assert_non_null(w);
		for (size_t i = 0; i < 3; i++)
			assert_int_equal(pcap_writer_frame(w, &frames[i]), 0);
		assert_int_equal(pcap_writer_flush(w), 0);
		assert_int_equal(pcap_writer_error(w, NULL), 0);
		assert_int_equal(pcap_writer_status(w).lost_frames, 0);
		pcap_writer_free(w);
		c = reopen(fd);
		for (size_t i = 0; i < 3; i++) {
			assert_int_equal(capture_next(c, &frame, NULL), 1);
			assert_int_equal(frame.time,
					 usec ? frames[i].time / 1000 * 1000 : frames[i].time);
			assert_int_equal(frame.captured_len, frames[i].captured_len);
			assert_int_equal(frame.wire_len, frames[i].wire_len);
			assert_memory_equal(frame.bytes, bytes, frame.captured_len);
			assert_int_equal(frame.link, LINK_ETHERNET);
		}
		assert_int_equal(capture_next(c, &frame, NULL), 0);
		capture_free(c);
	}
	close(fd);
}

static void another_link_type_is_lost(void **state)
{
	int fd = memfd_create("capture", MFD_CLOEXEC);
	struct pcap_writer *w = pcap_writer_new(fd, "written", LINK_ETHERNET, 0, false, NULL);
	struct frame frame = frame_of(WALL, (const uint8_t *)"x", 1, 1);

	(void)state;
	frame.link = LINK_RAW;
	pcap_writer_frame(w, &frame);
	pcap_writer_flush(w);
	assert_int_equal(pcap_writer_status(w).lost_frames, 1);
	pcap_writer_free(w);
	close(fd);
}

/* Standard output may be a pipe that somebody else made non-blocking. */
static void a_full_pipe_is_waited_for(void **state)
{
	static const uint8_t bytes[60000];
	const struct frame frame = frame_of(WALL, bytes, sizeof(bytes), sizeof(bytes));
	int ends[2], status;
	struct pcap_writer *w;
	pid_t reader;

	(void)state;
	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	reader = fork();
	if (reader == 0) {
		char taken[4096];

		close(ends[1]);
		while (read(ends[0], taken, sizeof(taken)) > 0)
			;
		_exit(0);
	}
	assert_true(reader > 0);
	close(ends[0]);
	assert_int_equal(fcntl(ends[1], F_SETFL, O_NONBLOCK), 0);
	w = pcap_writer_new(ends[1], "pipe", LINK_ETHERNET, 0, false, NULL);
	for (int i = 0; i < 100; i++)
		assert_int_equal(pcap_writer_frame(w, &frame), 0);
	assert_int_equal(pcap_writer_flush(w), 0);
	assert_int_equal(pcap_writer_status(w).stored_frames, 100);
	pcap_writer_free(w);
	close(ends[1]);
	assert_int_equal(waitpid(reader, &status, 0), reader);
	assert_int_equal(status, 0);
}

static void a_full_disk_leaves_whole_records(void **state)
{
	static const uint8_t bytes[1000];
	struct rlimit limit = {LIMIT, RLIM_INFINITY}, before;
	int fd = open("/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	struct pcap_writer *w = pcap_writer_new(fd, "full", LINK_ETHERNET, 0, false, NULL);
	struct frame frame;
	struct capture *c;
	struct err err = {0};
	uint64_t kept = 0;

	(void)state;
	assert_true(fd >= 0);
	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &before);
	setrlimit(RLIMIT_FSIZE, &limit);
	for (int i = 0; i < 20; i++) {
		frame = frame_of(WALL + i, bytes, sizeof(bytes), sizeof(bytes));
		pcap_writer_frame(w, &frame);
	}
	assert_true(pcap_writer_flush(w) < 0);
	setrlimit(RLIMIT_FSIZE, &before);
	assert_true(pcap_writer_error(w, &err) < 0);
	assert_non_null(strstr(err.text, "\"full\""));
	c = reopen(fd);
	while (capture_next(c, &frame, NULL) > 0)
		kept++;
	assert_int_equal(kept, 9); /* 24 bytes of head, 1016 each: the tenth has no room */
	assert_int_equal(capture_next(c, &frame, NULL), 0);
	assert_int_equal(pcap_writer_status(w).lost_frames, 20 - kept);
	capture_free(c);
	pcap_writer_free(w);
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_back),
		cmocka_unit_test(another_link_type_is_lost),
		cmocka_unit_test(a_full_pipe_is_waited_for),
		cmocka_unit_test(a_full_disk_leaves_whole_records),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
