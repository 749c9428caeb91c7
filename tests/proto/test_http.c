// SPDX-License-Identifier: Apache-2.0
// HTTP: a request with what headers take apart.
#include "dissect_one.h"

static const uint16_t ports[2] = {40000, 80};

static const char payload[] = "GET /a?x=1&y=2 HTTP/1.1\r\n"
			      "Host: example.org\r\n"
			      "Cookie: a=b; c=d\r\n"
			      "X-Long: 1\r\n"
			      " 2\r\n"
			      "Content-Length: 4\r\n"
			      "\r\n"
			      "abcd";

#define LEN (sizeof(payload) - 1)

static void golden(void **state)
{
	struct one one;

	(void)state;
	one_run(&one, PROTOCOL_HTTP, payload, LEN, LEN, ports);
	assert_int_equal(one.status, CURSOR_OK);
	one_columns(&one, "HTTP", "GET /a?x=1&y=2 HTTP/1.1 ");
	one_text(&one, "http.request.method", "GET");
	one_text(&one, "http.request.uri.query", "x=1&y=2");
	one_text(&one, "http.host", "example.org");
	one_text(&one, "http.request.full_uri", "http://example.org/a?x=1&y=2");
	one_number(&one, "http.content_length", 4);
	one_text(&one, "http.file_data", "abcd");
	assert_non_null(one_item(&one, "http.cookie_pair", 1));
	one_done(&one);
}

static void torture(void **state)
{
	(void)state;
	one_torture(PROTOCOL_HTTP, payload, LEN, ports);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(golden),
		cmocka_unit_test(torture),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
