// SPDX-License-Identifier: Apache-2.0
// TLS: a ClientHello with its extensions and fingerprint, and an alert behind it.
#include "dissect_one.h"

static const uint16_t ports[2] = {40000, 443};

static const char payload[] =
	"\026\003\001\000\177\001\000\000{\003\003RRRRRRRRRRRRRRRRRRRRRRRRRRRRRR"
	"RR\000\000\006\023\001\300/\n"
	"\n"
	"\001\000\000L\000\000\000\016\000\014\000\000\011a.example\000\020\000\005"
	"\000\003\002h2\000\n"
	"\000\004\000\002\000\035\000\013\000\002\001\000\000+\000\003\002\003\004"
	"\0003\000\010\000\006\000\035\000\002kk\000\r\000\010\000\006\004\003\010"
	"\004\004\001\372\372\000\000\025\003\001\000\002\002(";

#define LEN (sizeof(payload) - 1)

static void golden(void **state)
{
	struct one one;

	(void)state;
	one_run(&one, PROTOCOL_TLS, payload, LEN, LEN, ports);
	assert_int_equal(one.status, CURSOR_OK);
	one_columns(&one, "TLSv1",
		    "Client Hello, Alert (Level: Fatal, Description: Handshake Failure)");
	one_text(&one, "tls.handshake.extensions_server_name", "a.example");
	one_text(&one, "tls.handshake.extensions_alpn_str", "h2");
	one_number(&one, "tls.handshake.ciphersuite", 0x1301);
	one_number(&one, "tls.handshake.extensions.supported_version", 0x0304);
	one_number(&one, "tls.handshake.extensions_key_share_group", 29);
	one_text(&one, "tls.handshake.ja3_full", "771,4865-49199,0-16-10-11-43-51-13,29,0");
	one_text(&one, "tls.handshake.ja3", "4912fc4ff210b7f02092ae94691f5354");
	one_number(&one, "tls.alert_message.desc", 40);
	one_done(&one);
}

static void torture(void **state)
{
	(void)state;
	one_torture(PROTOCOL_TLS, payload, LEN, ports);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(golden),
		cmocka_unit_test(torture),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
