// SPDX-License-Identifier: Apache-2.0
// The words for how far a scan is, and the arithmetic of its end.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "report/progress.h"

#define NOON (12 * 3600 * NSEC_PER_SEC)

static struct progress quarter(void)
{
	return (struct progress) {
		.scan = "SYN Stealth Scan",
		.elapsed = 20 * NSEC_PER_SEC,
		.done = 5,
		.up = 2,
		.total = 256,
		.under_way = 64,
		.share = 0.25,
		.sent = 12345,
		.wall_now = 365 * 24 * 3600 * NSEC_PER_SEC + NOON,
	};
}

static void lines_are_nmaps(void **state)
{
	struct progress p = quarter();
	struct buf out = {0};

	(void)state;
	progress_lines(&out, &p);
	assert_string_equal(buf_text(&out),
			    "Stats: 0:00:20 elapsed; 5 hosts completed (2 up), 64 undergoing SYN "
			    "Stealth Scan\n"
			    "SYN Stealth Scan Timing: About 25.00% done; ETC: 12:01 (0:01:00 "
			    "remaining)\n");
	buf_clear(&out);
	p.debug = true;
	p.rate = 617.25;
	progress_lines(&out, &p);
	assert_non_null(strstr(buf_text(&out), "\nProbes sent: 12345, 617.2 a second; "));
	buf_done(&out);
}

static void the_end_is_told_when_it_can_be(void **state)
{
	struct progress p = quarter();
	struct buf out = {0};

	(void)state;
	assert_true(progress_remaining(&p) == 60 * NSEC_PER_SEC);
	p.share = 1;
	assert_true(progress_remaining(&p) == 0);
	p.share = 0.004;
	assert_true(progress_remaining(&p) < 0);
	progress_lines(&out, &p);
	assert_non_null(strstr(buf_text(&out), "About 0.40% done\n"));
	buf_clear(&out);
	p.share = -1;
	progress_lines(&out, &p);
	assert_null(strstr(buf_text(&out), "done\n"));
	assert_true(progress_remaining(&p) < 0);
	p.share = 0.5;
	p.elapsed = NSEC_PER_SEC / 2;
	assert_true(progress_remaining(&p) < 0);
	buf_done(&out);
}

static void the_line_fits(void **state)
{
	struct progress p = quarter();
	struct buf out = {0};

	(void)state;
	progress_bar(&out, &p, 200);
	assert_string_equal(buf_text(&out), " 25.0%  0:00:20 + 0:01:00  5 of 256 hosts done, 2 up, "
					    "12345 probes sent");
	for (unsigned columns = 1; columns < 120; columns++) {
		size_t begin = out.len;

		progress_bar(&out, &p, columns);
		assert_true(out.len - begin <= columns - 1);
		assert_null(memchr(out.data + begin, '\n', out.len - begin));
	}
	buf_done(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_are_nmaps),
		cmocka_unit_test(the_end_is_told_when_it_can_be),
		cmocka_unit_test(the_line_fits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
