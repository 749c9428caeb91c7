// SPDX-License-Identifier: Apache-2.0
// HTTP: a request with what headers take apart.
#include <stdio.h>

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

/* Two responses, the first one with these headers; what the Info column says of both. */
static void expect_two(const char *headers, const char *info)
{
	char text[512];
	struct one one;
	int len = snprintf(text, sizeof(text),
			   "HTTP/1.1 200 OK\r\n%s\r\n2\r\nhi\r\n0\r\n\r\n"
			   "HTTP/1.1 204 None\r\n\r\n",
			   headers);

	one_run(&one, PROTOCOL_HTTP, text, (uint32_t)len, (uint32_t)len, ports);
	one_columns(&one, "HTTP", info);
	one_done(&one);
}

/* RFC 9112 s. 6.1 and 6.3 */
static void the_last_coding_tells_the_end(void **state)
{
	static const char both[] = "HTTP/1.1 200 OK HTTP/1.1 204 None ";
	static const char first[] = "HTTP/1.1 200 OK ";

	(void)state;
	expect_two("Transfer-Encoding: chunked\r\n", both);
	expect_two("Transfer-Encoding: gzip, Chunked\r\n", both);
	expect_two("Transfer-Encoding: gzip\r\nTransfer-Encoding:chunked \r\n", both);
	expect_two("Transfer-Encoding: ,,\tchunked\r\nContent-Length: 1\r\n", both);
	expect_two("Transfer-Encoding: chunked, gzip\r\n", first);
	expect_two("Transfer-Encoding: \r\n", first);
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
		cmocka_unit_test(the_last_coding_tells_the_end),
		cmocka_unit_test(torture),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
