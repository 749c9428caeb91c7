// SPDX-License-Identifier: Apache-2.0
// Lines made of kept texts are those that are made of none.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/rng.h"
#include "report/stat_talk_line.h"

#define ROWS 20000

/* Of few addresses, so that many are kept and many lose their place to others. */
static struct stat_side draw_side(struct rng *rng)
{
	struct stat_side s = {.port = (uint16_t)rng_next(rng)};

	s.kind = (uint8_t)rng_below(rng, SIDE_IPX + 1);
	if (s.kind != SIDE_NONE)
		s.low = rng_below(rng, 100) << rng_below(rng, 3) * 12;
	if (s.kind == SIDE_IPV6 || s.kind == SIDE_IPX)
		s.high = rng_below(rng, 3) << rng_below(rng, 2) * 31;
	return s;
}

static uint64_t draw_count(struct rng *rng)
{
	static const uint64_t edges[] = {0, 1, 2, 9999, 10000, UINT64_MAX / 2};

	return rng_below(rng, 4) ? rng_below(rng, 3)
				 : edges[rng_below(rng, sizeof(edges) / sizeof(edges[0]))];
}

static struct stat_row draw_row(struct rng *rng)
{
	struct stat_row row = {.from = draw_side(rng), .to = draw_side(rng)};

	for (unsigned i = 0; i < 2; i++) {
		row.packets[i] = draw_count(rng);
		row.bytes[i] = draw_count(rng);
	}
	row.first = (nsec_t)(rng_next(rng) >> (1 + rng_below(rng, 62)));
	row.last = row.first + (nsec_t)rng_below(rng, NSEC_PER_SEC);
	return row;
}

static void same_lines(void (*line)(struct stat_talk_lines *, struct buf *, const struct stat_row *,
				    bool),
		       bool ports)
{
	struct stat_talk_lines kept = {0};
	struct buf ours = {0}, theirs = {0};
	struct rng rng = {5};

	for (unsigned i = 0; i < ROWS; i++) {
		struct stat_row row = draw_row(&rng);
		struct stat_talk_lines none = {0};

		buf_clear(&ours);
		buf_clear(&theirs);
		line(&kept, &ours, &row, ports);
		line(&none, &theirs, &row, ports);
		assert_string_equal(buf_text(&ours), buf_text(&theirs));
	}
	buf_done(&ours);
	buf_done(&theirs);
}

static void kept_texts_say_the_same(void **state)
{
	(void)state;
	same_lines(stat_talk_line, true);
	same_lines(stat_talk_line, false);
	same_lines(stat_endpoint_line, true);
	same_lines(stat_endpoint_line, false);
}

static void columns_are_filled(void **state)
{
	static const struct stat_row row = {
		.from = {SIDE_IPV4, 40000, 0, 0xc0000201},
		.to = {SIDE_IPV4, 7, 0, 0xc6336402},
		.packets = {3, 1},
		.bytes = {168, 10058},
		.first = 1500000000,
		.last = 3600000000,
	};
	struct stat_talk_lines talks = {0}, ends = {0};
	struct buf out = {0};

	(void)state;
	stat_talk_line(&talks, &out, &row, true);
	stat_talk_line(&talks, &out, &row, false);
	stat_endpoint_line(&ends, &out, &row, false);
	assert_string_equal(buf_text(&out),
			    "192.0.2.1:40000            <-> 198.51.100.2:7         "
			    "          1 10 kB           3 168 bytes       4 10 kB "
			    "        1.500000000         2.1000\n"
			    "192.0.2.1            <-> 198.51.100.2        "
			    "       1 10 kB           3 168 bytes       4 10 kB "
			    "        1.500000000         2.1000\n"
			    "192.0.2.1                      4         10226      "
			    "    3             168           1           10058   \n");
	buf_done(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kept_texts_say_the_same),
		cmocka_unit_test(columns_are_filled),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
