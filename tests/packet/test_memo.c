// SPDX-License-Identifier: Apache-2.0
// What is remembered of a connection is its own, of one protocol, and bounded.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "packet/memo.h"

static uint8_t *now_of(struct memos *m, uint32_t stream, uint8_t protocol)
{
	struct memo_view view;

	memos_ask(m, stream, protocol, &view);
	return view.now;
}

static void each_stream_has_its_own(void **state)
{
	struct memos *m = memos_new();
	uint8_t zeros[MEMO_LEN] = {0};

	(void)state;
	assert_non_null(m);
	memset(now_of(m, 0, PROTOCOL_TLS), 1, MEMO_LEN);
	assert_memory_equal(now_of(m, 1, PROTOCOL_TLS), zeros, MEMO_LEN);
	assert_int_equal(now_of(m, 0, PROTOCOL_TLS)[MEMO_LEN - 1], 1);
	assert_memory_equal(now_of(m, 0, PROTOCOL_HTTP), zeros, MEMO_LEN);
	assert_memory_equal(now_of(m, 0, PROTOCOL_TLS), zeros, MEMO_LEN);
	memos_free(m);
}

static void the_old_give_way(void **state)
{
	struct memos *m = memos_new();
	struct memo_view view;

	(void)state;
	memos_ask(m, 5, PROTOCOL_TLS, &view);
	*view.kept = 7;
	now_of(m, 5, PROTOCOL_TLS)[0] = 7;
	assert_int_equal(now_of(m, 5 + MEMOS_MAX, PROTOCOL_TLS)[0], 0);
	memos_ask(m, 5, PROTOCOL_TLS, &view);
	assert_int_equal(*(uint8_t *)view.now, 0);
	assert_int_equal(*view.kept, 0);
	memos_free(m);
}

static void a_second_pass_begins_anew(void **state)
{
	struct memos *m = memos_new();
	struct memo_view view;

	(void)state;
	memos_ask(m, 3, PROTOCOL_TLS, &view);
	assert_false(view.second);
	*view.kept = 7;
	*(uint8_t *)view.now = 7;
	memos_rewind(m);
	memos_ask(m, 3, PROTOCOL_TLS, &view);
	assert_true(view.second);
	assert_int_equal(*view.kept, 7);
	assert_int_equal(*(uint8_t *)view.now, 0);
	*(uint8_t *)view.now = 8;
	assert_int_equal(now_of(m, 3, PROTOCOL_TLS)[0], 8);
	memos_free(m);
}

/* A connection that begins as one protocol and goes on as another, in both passes. */
static void what_is_kept_is_one_protocols(void **state)
{
	struct memos *m = memos_new();
	struct memo_view view;

	(void)state;
	memos_ask(m, 3, PROTOCOL_SMTP, &view);
	memos_ask(m, 3, PROTOCOL_HTTP, &view);
	*view.kept = 5;
	memos_ask(m, 3, PROTOCOL_TLS, &view);
	assert_int_equal(*view.kept, 0);
	*view.kept = 7;
	memos_rewind(m);
	memos_ask(m, 3, PROTOCOL_SMTP, &view);
	assert_int_equal(*view.kept, 0);
	*view.kept = 9; /* nobody's: two keep already */
	memos_ask(m, 3, PROTOCOL_TLS, &view);
	assert_int_equal(*view.kept, 7);
	memos_ask(m, 3, PROTOCOL_HTTP, &view);
	assert_int_equal(*view.kept, 5);
	memos_ask(m, 3, PROTOCOL_SMTP, &view);
	assert_int_equal(*view.kept, 0);
	memos_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_stream_has_its_own),
		cmocka_unit_test(the_old_give_way),
		cmocka_unit_test(a_second_pass_begins_anew),
		cmocka_unit_test(what_is_kept_is_one_protocols),
	};

	return cmocka_run_group_tests_name("packet/memo", tests, NULL, NULL);
}
