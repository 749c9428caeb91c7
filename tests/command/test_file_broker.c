// SPDX-License-Identifier: Apache-2.0
// The broker hands over open files under dumpcap's names, keeps the newest, and says what failed.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "command/file_broker.h"

static char folder[] = "/tmp/sonde-broker-XXXXXX";

static bool looks_like(const char *text, const char *pattern)
{
	regex_t compiled;
	bool found;

	assert_int_equal(regcomp(&compiled, pattern, REG_EXTENDED | REG_NOSUB), 0);
	found = regexec(&compiled, text, 0, NULL, 0) == 0;
	regfree(&compiled);
	return found;
}

static struct file_broker *start(const char *name, size_t keep)
{
	char path[256];
	struct file_broker_options options = {.path = path, .keep = keep};
	struct file_broker *b = NULL;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	assert_int_equal(file_broker_start(&options, &b, NULL), 0);
	return b;
}

static void names_are_dumpcaps(void **state)
{
	static const struct {
		const char *name;
		const char *pattern;
	} rows[] = {
		{"scan.pcapng", "/scan_00001_[0-9]{14}[.]pcapng$"},
		{"scan", "/scan_00001_[0-9]{14}$"},
		{".scan", "/[.]scan_00001_[0-9]{14}$"},
		{"two.dots.pcap", "/two[.]dots_00001_[0-9]{14}[.]pcap$"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct file_broker *b = start(rows[i].name, 0);
		struct buf path = {0};
		int fd = -1;

		assert_int_equal(file_broker_next(b, &fd, &path, NULL), 0);
		assert_true(looks_like(buf_text(&path), rows[i].pattern));
		assert_int_equal(fcntl(fd, F_GETFD), FD_CLOEXEC);
		assert_int_equal(write(fd, "x", 1), 1);
		close(fd);
		unlink(buf_text(&path));
		buf_done(&path);
		file_broker_stop(b);
	}
}

static void a_ring_keeps_the_newest(void **state)
{
	struct file_broker *b = start("ring.pcapng", 2);
	struct buf paths[4] = {0};
	struct stat st;
	int fd;

	(void)state;
	for (int i = 0; i < 4; i++) {
		assert_int_equal(file_broker_next(b, &fd, &paths[i], NULL), 0);
		close(fd);
	}
	for (int i = 0; i < 4; i++) {
		assert_int_equal(stat(buf_text(&paths[i]), &st), i < 2 ? -1 : 0);
		unlink(buf_text(&paths[i]));
		buf_done(&paths[i]);
	}
	file_broker_stop(b);
}

static void a_failure_is_a_sentence_and_no_end(void **state)
{
	struct file_broker *b = start("missing/scan.pcapng", 0);
	struct buf path = {0};
	struct err err = {0};
	char missing[256];
	int fd = -1;

	(void)state;
	assert_true(file_broker_next(b, &fd, &path, &err) < 0);
	assert_non_null(strstr(err.text, "missing/scan_00001_"));
	assert_int_equal(fd, -1);
	snprintf(missing, sizeof(missing), "%s/missing", folder);
	assert_int_equal(mkdir(missing, 0700), 0);
	assert_int_equal(file_broker_next(b, &fd, &path, &err), 0);
	assert_non_null(strstr(buf_text(&path), "missing/scan_00002_"));
	close(fd);
	unlink(buf_text(&path));
	rmdir(missing);
	buf_done(&path);
	file_broker_stop(b);
}

static int make_folder(void **state)
{
	(void)state;
	return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
	(void)state;
	return rmdir(folder); /* fails when a test left something */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_dumpcaps),
		cmocka_unit_test(a_ring_keeps_the_newest),
		cmocka_unit_test(a_failure_is_a_sentence_and_no_end),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
