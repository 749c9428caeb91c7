// SPDX-License-Identifier: Apache-2.0
// RTCP: a sender report and a description.
#include "dissect_one.h"

static const uint16_t ports[2] = {5005, 5005};

static const char payload[] =
	"\201\310\000\014\000\000\0224\000\000\000\001\000\000\000\002\000\000\000"
	"\003\000\000\000\004\000\000\000\005\000\000\231\231\005\377\377\376\000"
	"\001\000\002\000\000\000\007\000\000\000\010\000\000\000\011\201\312\000"
	"\004\000\000\0224\001\003abc\000\000\000\000\000\000\000";

#define LEN (sizeof(payload) - 1)

static void golden(void **state)
{
	struct one one;

	(void)state;
	one_run(&one, PROTOCOL_RTCP, payload, LEN, LEN, ports);
	assert_int_equal(one.status, CURSOR_OK);
	one_columns(&one, "RTCP", "Sender Report   Source description   ");
	one_number(&one, "rtcp.senderssrc", 0x1234);
	one_number(&one, "rtcp.ssrc.fraction", 5);
	assert_int_equal(one_item(&one, "rtcp.ssrc.cum_nr", 0)->signed_number, -2);
	one_number(&one, "rtcp.ssrc.high_seq", 2);
	one_text(&one, "rtcp.sdes.text", "abc");
	one_done(&one);
}

static void torture(void **state)
{
	(void)state;
	one_torture(PROTOCOL_RTCP, payload, LEN, ports);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(golden),
		cmocka_unit_test(torture),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
