// SPDX-License-Identifier: Apache-2.0
// RTP: a header with a source, an extension and padding.
#include "dissect_one.h"

static const uint16_t ports[2] = {5004, 5004};

static const char payload[] =
	"\261\200\000\007\000\000\000\010\000\000\253\315\000\000\000w\276\336\000"
	"\001\000\000\000\005payl\000\000\000\004";

#define LEN (sizeof(payload) - 1)

static void golden(void **state)
{
	struct one one;

	(void)state;
	one_run(&one, PROTOCOL_RTP, payload, LEN, LEN, ports);
	assert_int_equal(one.status, CURSOR_OK);
	one_columns(&one, "RTP", "PT=ITU-T G.711 PCMU, SSRC=0xABCD, Seq=7, Time=8, Mark");
	one_number(&one, "rtp.seq", 7);
	one_number(&one, "rtp.csrc.item", 0x77);
	one_number(&one, "rtp.ext.len", 1);
	one_number(&one, "rtp.padding.count", 4);
	one_done(&one);
}

static void torture(void **state)
{
	(void)state;
	one_torture(PROTOCOL_RTP, payload, LEN, ports);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(golden),
		cmocka_unit_test(torture),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
