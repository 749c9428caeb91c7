// SPDX-License-Identifier: Apache-2.0
// Pieces of a whole: any order, overlaps, conflicts, several tails, bounds.
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "packet/pieces.h"
#include "packet/whole_index.h"

static const char text[] = "0123456789abcdefghijklmn"; /* 24 bytes */
#define TEXT_LEN 24u

static int add(struct pieces *p, uint32_t frame, uint32_t offset, const char *bytes, uint32_t len,
	       bool last)
{
	const struct piece piece = {.frame = frame, .offset = offset, .len = len};

	return pieces_add(p, &piece, (const uint8_t *)bytes, last);
}

/* Adds a stretch of the text. */
static void put(struct pieces *p, uint32_t frame, uint32_t offset, uint32_t end, bool last)
{
	assert_int_equal(add(p, frame, offset, text + offset, end - offset, last), 0);
}

static void assert_text(struct pieces *p, uint32_t len)
{
	assert_true(pieces_complete(p));
	assert_int_equal(pieces_join(p), 0);
	assert_int_equal(p->end, len);
	assert_memory_equal(p->bytes, text, len);
}

static unsigned marks_of(const struct pieces *p, uint32_t frame)
{
	for (uint32_t i = 0; i < p->count; i++)
		if (p->items[i].frame == frame)
			return p->items[i].marks;
	return 0xff;
}

static void every_order(void **state)
{
	static const uint8_t orders[][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2},
					    {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};

	(void)state;
	for (size_t o = 0; o < sizeof(orders) / sizeof(orders[0]); o++) {
		struct pieces p = {0};

		for (uint32_t i = 0; i < 3; i++) {
			uint32_t at = orders[o][i] * 8u;

			assert_false(pieces_complete(&p));
			put(&p, i + 1, at, at + 8, at == 16);
		}
		assert_text(&p, TEXT_LEN);
		for (uint32_t i = 0; i < 3; i++) {
			assert_int_equal(p.items[i].offset, i * 8);
			assert_int_equal(p.items[i].marks, 0);
		}
		pieces_done(&p);
	}
}

static void a_gap(void **state)
{
	struct pieces p = {0};

	(void)state;
	put(&p, 1, 0, 8, false);
	put(&p, 2, 9, 24, true);
	put(&p, 3, 10, 24, false);
	assert_false(pieces_complete(&p));
	put(&p, 4, 8, 9, false);
	assert_text(&p, TEXT_LEN);
	pieces_done(&p);
}

static void no_end_no_whole(void **state)
{
	struct pieces p = {0};

	(void)state;
	put(&p, 1, 0, 16, false);
	put(&p, 2, 16, 24, false);
	assert_false(pieces_complete(&p));
	pieces_done(&p);
}

static void duplicates_and_overlaps(void **state)
{
	struct pieces p = {0};

	(void)state;
	put(&p, 1, 0, 8, false);
	put(&p, 2, 0, 8, false);
	put(&p, 3, 4, 16, false);
	put(&p, 4, 16, 24, true);
	assert_text(&p, TEXT_LEN);
	assert_int_equal(marks_of(&p, 1), 0);
	assert_int_equal(marks_of(&p, 2), PIECE_OVERLAP);
	assert_int_equal(marks_of(&p, 3), PIECE_OVERLAP);
	assert_int_equal(marks_of(&p, 4), 0);
	pieces_done(&p);
}

/* The piece that begins first keeps its bytes, even when it came last. */
static void a_conflict(void **state)
{
	struct pieces p = {0};

	(void)state;
	assert_int_equal(add(&p, 1, 4, "XXXXXXXX89ab", 12, false), 0);
	put(&p, 2, 16, 24, true);
	put(&p, 3, 0, 16, false);
	assert_text(&p, TEXT_LEN);
	assert_int_equal(marks_of(&p, 3), 0);
	assert_int_equal(marks_of(&p, 1), PIECE_OVERLAP | PIECE_CONFLICT);
	pieces_done(&p);
}

/* The first tail counts. */
static void several_tails(void **state)
{
	struct pieces p = {0};

	(void)state;
	put(&p, 1, 8, 16, true);
	put(&p, 2, 8, 24, true);
	put(&p, 3, 8, 12, true);
	put(&p, 4, 0, 8, false);
	assert_text(&p, 16);
	assert_int_equal(marks_of(&p, 1), 0);
	assert_int_equal(marks_of(&p, 2), PIECE_MULTIPLE_TAILS | PIECE_TOO_LONG | PIECE_OVERLAP);
	assert_int_equal(marks_of(&p, 3), PIECE_MULTIPLE_TAILS | PIECE_OVERLAP);
	pieces_done(&p);
}

/* Teardrop: the last piece lies within the first, which so reaches too far. */
static void teardrop(void **state)
{
	struct pieces p = {0};

	(void)state;
	put(&p, 1, 0, 24, false);
	assert_int_equal(add(&p, 2, 12, "XXXX", 4, true), 0);
	assert_text(&p, 16);
	assert_int_equal(marks_of(&p, 1), PIECE_TOO_LONG);
	assert_int_equal(marks_of(&p, 2), PIECE_OVERLAP | PIECE_CONFLICT);
	pieces_done(&p);
}

static void a_piece_beyond_the_end(void **state)
{
	struct pieces p = {0};

	(void)state;
	put(&p, 1, 0, 8, true);
	assert_true(pieces_complete(&p));
	put(&p, 2, 16, 24, false);
	assert_text(&p, 8);
	assert_int_equal(marks_of(&p, 2), PIECE_TOO_LONG);
	pieces_done(&p);
}

static void seen_again(void **state)
{
	struct pieces p = {0};

	(void)state;
	put(&p, 1, 0, 8, false);
	put(&p, 1, 0, 8, false);
	assert_int_equal(p.count, 1);
	put(&p, 2, 0, 8, false);
	assert_int_equal(p.count, 2);
	pieces_done(&p);
}

static void no_more_than_so_many(void **state)
{
	struct pieces p = {0};

	(void)state;
	for (uint32_t i = 0; i < PIECES_MAX; i++)
		assert_int_equal(add(&p, i + 1, (i * 7919) % 65536, "x", 1, false), 0);
	assert_int_equal(add(&p, PIECES_MAX + 1, 0, "x", 1, true), -E2BIG);
	assert_true(pieces_size(&p) >= PIECES_MAX * sizeof(struct piece));
	pieces_done(&p);
	assert_int_equal(pieces_size(&p), 0);
}

static void the_index_tells_when_sealed(void **state)
{
	struct whole_index index = {0};

	(void)state;
	whole_index_add(&index, 7, 2, 9);
	whole_index_add(&index, 3, 1, 9);
	whole_index_add(&index, 7, 1, 8);
	assert_int_equal(whole_index_find(&index, 7, 1), 0);
	whole_index_seal(&index);
	whole_index_add(&index, 4, 1, 9);
	assert_int_equal(whole_index_find(&index, 7, 1), 8);
	assert_int_equal(whole_index_find(&index, 7, 2), 9);
	assert_int_equal(whole_index_find(&index, 3, 1), 9);
	assert_int_equal(whole_index_find(&index, 3, 2), 0);
	assert_int_equal(whole_index_find(&index, 4, 1), 0);
	whole_index_done(&index);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_order),
		cmocka_unit_test(a_gap),
		cmocka_unit_test(no_end_no_whole),
		cmocka_unit_test(duplicates_and_overlaps),
		cmocka_unit_test(a_conflict),
		cmocka_unit_test(several_tails),
		cmocka_unit_test(teardrop),
		cmocka_unit_test(a_piece_beyond_the_end),
		cmocka_unit_test(seen_again),
		cmocka_unit_test(no_more_than_so_many),
		cmocka_unit_test(the_index_tells_when_sealed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
