// SPDX-License-Identifier: Apache-2.0
// A TFTP request with options: one golden frame, then cut and altered at each byte.
#include "alone.h"

static const uint8_t payload[] = {
	0x00, 0x01, 0x66, 0x69, 0x6c, 0x65, 0x31, 0x00, 0x6f, 0x63, 0x74, 0x65, 0x74, 0x00,
	0x62, 0x6c, 0x6b, 0x73, 0x69, 0x7a, 0x65, 0x00, 0x31, 0x34, 0x32, 0x38, 0x00,
};

static void test_golden(void **state)
{
	uint8_t frame[ALONE_MAX];
	struct alone *a = alone_new();
	uint32_t len = alone_frame(frame, 40000, 69, payload, sizeof(payload));

	(void)state;
	/* The tree points into the frame, which must outlive what is read from it here. */
	alone_run(a, frame, len, len);
	assert_string_equal(a->d.protocol, "TFTP");
	assert_string_equal(buf_text(&a->info),
			    "Read Request, File: file1, Transfer type: octet, blksize=1428");
	assert_int_equal(alone_number(a, "tftp.opcode", 0), 1);
	assert_false(alone_has(a, "_ws.malformed"));
	alone_free(a);
}

static void test_torture(void **state)
{
	(void)state;
	alone_torture(40000, 69, payload, sizeof(payload));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_golden),
		cmocka_unit_test(test_torture),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
