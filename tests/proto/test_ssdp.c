// SPDX-License-Identifier: Apache-2.0
// SSDP: HTTP's fields in a layer of its own name; then torment.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "alone.h"

static const char search[] = "M-SEARCH * HTTP/1.1\r\n"
			     "HOST: 239.255.255.250:1900\r\n"
			     "MAN: \"ssdp:discover\"\r\n"
			     "MX: 3\r\n"
			     "ST: ssdp:all\r\n\r\n";

static void search_is_shown_as_http(void **state)
{
	uint8_t frame[ALONE_MAX];
	struct alone *a = alone_new();
	uint32_t len = alone_frame(frame, 40000, 1900, (const uint8_t *)search, sizeof(search) - 1);

	(void)state;
	alone_run(a, frame, len, len);
	assert_string_equal(a->d.protocol, "SSDP");
	assert_string_equal(buf_text(&a->info), "M-SEARCH * HTTP/1.1 ");
	assert_true(alone_has(a, "ssdp"));
	assert_true(alone_has(a, "http.request.method"));
	assert_false(alone_has(a, "http"));
	assert_false(alone_has(a, "_ws.malformed"));
	alone_free(a);
}

static void torture(void **state)
{
	(void)state;
	alone_torture(40000, 1900, (const uint8_t *)search, sizeof(search) - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(search_is_shown_as_http),
		cmocka_unit_test(torture),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
