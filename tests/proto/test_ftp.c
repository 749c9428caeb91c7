// SPDX-License-Identifier: Apache-2.0
// FTP: a reply that names an address and a port.
#include "dissect_one.h"

static const uint16_t ports[2] = {21, 40000};

static const char payload[] = "227 Entering Passive Mode (192,0,2,2,4,1)\r\n"
			      "more\r\n";

#define LEN (sizeof(payload) - 1)

static void golden(void **state)
{
	struct one one;

	(void)state;
	one_run(&one, PROTOCOL_FTP, payload, LEN, LEN, ports);
	assert_int_equal(one.status, CURSOR_OK);
	one_columns(&one, "FTP", "Response: 227 Entering Passive Mode (192,0,2,2,4,1)");
	one_number(&one, "ftp.response.code", 227);
	one_number(&one, "ftp.passive.ip", 0xc0000202);
	one_number(&one, "ftp.passive.port", 1025);
	one_done(&one);
}

static void torture(void **state)
{
	(void)state;
	one_torture(PROTOCOL_FTP, payload, LEN, ports);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(golden),
		cmocka_unit_test(torture),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
