// SPDX-License-Identifier: Apache-2.0
// SMTP: a reply of several lines.
#include "dissect_one.h"

static const uint16_t ports[2] = {25, 40000};

static const char payload[] = "250-mx.example\r\n"
			      "250-SIZE 1000\r\n"
			      "250 HELP\r\n";

#define LEN (sizeof(payload) - 1)

static void golden(void **state)
{
	struct one one;

	(void)state;
	one_run(&one, PROTOCOL_SMTP, payload, LEN, LEN, ports);
	assert_int_equal(one.status, CURSOR_OK);
	one_columns(&one, "SMTP", "S: 250-mx.example | SIZE 1000 | HELP");
	one_number(&one, "smtp.response.code", 250);
	one_text(&one, "smtp.rsp.parameter", "mx.example");
	assert_non_null(one_item(&one, "smtp.rsp.parameter", 2));
	one_done(&one);
}

static void torture(void **state)
{
	(void)state;
	one_torture(PROTOCOL_SMTP, payload, LEN, ports);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(golden),
		cmocka_unit_test(torture),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
