// SPDX-License-Identifier: Apache-2.0
// IMAP: a request with its arguments.
#include "dissect_one.h"

static const uint16_t ports[2] = {40000, 143};

static const char payload[] = "a1 LOGIN joe \"secret\"\r\n"
			      "a2 UID FETCH 1:*\r\n";

#define LEN (sizeof(payload) - 1)

static void golden(void **state)
{
	struct one one;

	(void)state;
	one_run(&one, PROTOCOL_IMAP, payload, LEN, LEN, ports);
	assert_int_equal(one.status, CURSOR_OK);
	one_columns(&one, "IMAP", "Request: a1 LOGIN joe \"secret\"");
	one_text(&one, "imap.request_tag", "a1");
	one_text(&one, "imap.request.username", "joe");
	one_text(&one, "imap.request.password", "secret");
	one_number(&one, "imap.request.command.uid", 1);
	one_done(&one);
}

static void torture(void **state)
{
	(void)state;
	one_torture(PROTOCOL_IMAP, payload, LEN, ports);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(golden),
		cmocka_unit_test(torture),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
