// SPDX-License-Identifier: Apache-2.0
// A syslog message: one golden frame, then cut and altered at each byte.
#include "alone.h"

static const uint8_t payload[] = {
	0x3c, 0x31, 0x33, 0x3e, 0x53, 0x65, 0x70, 0x20, 0x31, 0x32, 0x20, 0x31,
	0x39, 0x3a, 0x31, 0x36, 0x3a, 0x31, 0x32, 0x20, 0x68, 0x6f, 0x73, 0x74,
	0x20, 0x61, 0x70, 0x70, 0x3a, 0x20, 0x68, 0x65, 0x6c, 0x6c, 0x6f, 0x1b,
};

static void test_golden(void **state)
{
	uint8_t frame[ALONE_MAX];
	struct alone *a = alone_new();
	uint32_t len = alone_frame(frame, 40000, 514, payload, sizeof(payload));

	(void)state;
	/* The tree points into the frame, which must outlive what is read from it here. */
	alone_run(a, frame, len, len);
	assert_string_equal(a->d.protocol, "Syslog");
	assert_string_equal(buf_text(&a->info),
			    "USER.NOTICE: Sep 12 19:16:12 host app: hello\\033");
	assert_int_equal(alone_number(a, "syslog.facility", 0), 1);
	assert_int_equal(alone_number(a, "syslog.level", 0), 5);
	assert_false(alone_has(a, "_ws.malformed"));
	alone_free(a);
}

static void test_torture(void **state)
{
	(void)state;
	alone_torture(40000, 514, payload, sizeof(payload));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_golden),
		cmocka_unit_test(test_torture),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
