// SPDX-License-Identifier: Apache-2.0
// SIP: a request with addresses, compact and unknown headers.
#include "dissect_one.h"

static const uint16_t ports[2] = {5060, 5060};

static const char payload[] = "INVITE sip:bob@[2001:db8::1]:5062;x=y SIP/2.0\r\n"
			      "v: SIP/2.0/UDP h.example:5060;branch=z9;rport\r\n"
			      "To: Bob <sip:bob@b.example>;tag=7\r\n"
			      "CSeq: 3 INVITE\r\n"
			      "X-Odd: 1\r\n"
			      "Subject: over\r\n"
			      "\t two lines\r\n"
			      "l: 2\r\n"
			      "\r\n"
			      "ab";

#define LEN (sizeof(payload) - 1)

static void golden(void **state)
{
	struct one one;

	(void)state;
	one_run(&one, PROTOCOL_SIP, payload, LEN, LEN, ports);
	assert_int_equal(one.status, CURSOR_OK);
	one_columns(&one, "SIP", "Request: INVITE sip:bob@[2001:db8::1]:5062;x=y | ");
	one_text(&one, "sip.r-uri.user", "bob");
	one_text(&one, "sip.r-uri.host", "[2001:db8::1]");
	one_text(&one, "sip.r-uri.port", "5062");
	one_text(&one, "sip.Via.branch", "z9");
	one_number(&one, "sip.Via.sent-by.port", 5060);
	one_text(&one, "sip.to.tag", "7");
	one_text(&one, "sip.to.addr", "sip:bob@b.example");
	one_number(&one, "sip.CSeq.seq", 3);
	one_number(&one, "sip.Content-Length", 2);
	one_text(&one, "sip.Subject", "over\r\n\t two lines"); /* RFC 3261 s. 7.3.1 */
	one_done(&one);
}

static void torture(void **state)
{
	(void)state;
	one_torture(PROTOCOL_SIP, payload, LEN, ports);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(golden),
		cmocka_unit_test(torture),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
