// SPDX-License-Identifier: Apache-2.0
// Rows made by two threads come out in order, whole, and as one thread makes them.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sched.h>

#include "report/stat_rows.h"

/* What was flushed, and how often. */
struct written {
	struct buf out;
	struct buf all;
	unsigned flushes;
};

static void rows(struct buf *out, uint32_t first, uint32_t end, const void *context)
{
	const char *word = context;

	for (uint32_t i = first; i < end; i++) {
		buf_puts(out, word);
		buf_u64(out, i);
		buf_putc(out, '\n');
	}
}

static void flush(void *context)
{
	struct written *w = context;

	buf_add(&w->all, buf_text(&w->out), w->out.len);
	buf_clear(&w->out);
	w->flushes++;
}

static void check(uint32_t count, bool flushes)
{
	struct written w = {0};
	struct stats_out out = {.buf = &w.out, .flush = flushes ? flush : NULL, .context = &w};
	struct buf wanted = {0};

	buf_puts(&wanted, "before\n");
	rows(&wanted, 0, count, "row ");
	buf_puts(&wanted, "behind\n");
	buf_puts(&w.out, "before\n");
	stat_rows(&out, count, rows, "row ");
	buf_puts(&w.out, "behind\n");
	assert_int_equal(w.flushes > 0, flushes && count > 0);
	flush(&w);
	assert_false(w.all.failed);
	assert_string_equal(buf_text(&w.all), buf_text(&wanted));
	buf_done(&wanted);
	buf_done(&w.out);
	buf_done(&w.all);
}

static void check_all(void)
{
	static const uint32_t counts[] = {0,
					  1,
					  STAT_ROWS_PART - 1,
					  STAT_ROWS_PART,
					  STAT_ROWS_PART + 1,
					  2 * STAT_ROWS_PART,
					  3 * STAT_ROWS_PART + 1,
					  41 * STAT_ROWS_PART + 7};

	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		check(counts[i], true);
		check(counts[i], false);
	}
}

static void come_in_order(void **state)
{
	cpu_set_t before, one;

	(void)state;
	check_all();
	/* The same where one processor is all there is. */
	assert_int_equal(sched_getaffinity(0, sizeof(before), &before), 0);
	CPU_ZERO(&one);
	for (int i = 0; i < CPU_SETSIZE && !CPU_COUNT(&one); i++)
		if (CPU_ISSET(i, &before))
			CPU_SET(i, &one);
	assert_int_equal(sched_setaffinity(0, sizeof(one), &one), 0);
	check_all();
	assert_int_equal(sched_setaffinity(0, sizeof(before), &before), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(come_in_order)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
