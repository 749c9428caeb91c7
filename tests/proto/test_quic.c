// SPDX-License-Identifier: Apache-2.0
// QUIC: two long headers in one datagram.
#include "dissect_one.h"

static const uint16_t ports[2] = {40000, 443};

static const char payload[] = "\301\000\000\000\001\004\001\002\003\004\000\002tk@\n"
			      "PPPPPPPPPP\340\000\000\000\001\000\002\n"
			      "\013\003abc";

#define LEN (sizeof(payload) - 1)

static void golden(void **state)
{
	struct one one;

	(void)state;
	one_run(&one, PROTOCOL_QUIC, payload, LEN, LEN, ports);
	assert_int_equal(one.status, CURSOR_OK);
	one_columns(&one, "QUIC", "Initial, DCID=01020304 ; Handshake, SCID=0a0b");
	one_number(&one, "quic.version", 1);
	one_number(&one, "quic.token_length", 2);
	one_number(&one, "quic.length", 10);
	one_number(&one, "quic.packet_length", 26);
	one_done(&one);
}

static void torture(void **state)
{
	(void)state;
	one_torture(PROTOCOL_QUIC, payload, LEN, ports);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(golden),
		cmocka_unit_test(torture),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
