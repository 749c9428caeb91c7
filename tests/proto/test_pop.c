// SPDX-License-Identifier: Apache-2.0
// POP: a response and the message behind it.
#include "dissect_one.h"

static const uint16_t ports[2] = {110, 40000};

static const char payload[] = "+OK 2 messages\r\n"
			      "1 120\r\n"
			      ".\r\n";

#define LEN (sizeof(payload) - 1)

static void golden(void **state)
{
	struct one one;

	(void)state;
	one_run(&one, PROTOCOL_POP, payload, LEN, LEN, ports);
	assert_int_equal(one.status, CURSOR_OK);
	one_columns(&one, "POP", "S: +OK 2 messages");
	one_text(&one, "pop.response.indicator", "+OK");
	one_text(&one, "pop.response.description", "2 messages");
	assert_non_null(one_item(&one, "pop.response.data", 1));
	one_done(&one);
}

static void torture(void **state)
{
	(void)state;
	one_torture(PROTOCOL_POP, payload, LEN, ports);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(golden),
		cmocka_unit_test(torture),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
