// SPDX-License-Identifier: Apache-2.0
// SSH: a banner and a key exchange init behind it.
#include "dissect_one.h"

static const uint16_t ports[2] = {40000, 22};

static const char payload[] =
	"SSH-2.0-x\r\n"
	"\000\000\000\217\006\024cccccccccccccccc\000\000\000\021curve25519-sha2"
	"56\000\000\000\013ssh-ed25519\000\000\000\n"
	"aes128-ctr\000\000\000\n"
	"aes128-ctr\000\000\000\011hmac-sha1\000\000\000\011hmac-sha1\000\000\000"
	"\004none\000\000\000\004none\000\000\000\000\000\000\000\000\000\000\000"
	"\000\000\000\000\000\000\000\000";

#define LEN (sizeof(payload) - 1)

static void golden(void **state)
{
	struct one one;

	(void)state;
	one_run(&one, PROTOCOL_SSH, payload, LEN, LEN, ports);
	assert_int_equal(one.status, CURSOR_OK);
	one_columns(&one, "SSHv2", "Client: Protocol (SSH-2.0-x), Key Exchange Init");
	one_text(&one, "ssh.protocol", "SSH-2.0-x");
	one_number(&one, "ssh.padding_length", 6);
	one_text(&one, "ssh.kex_algorithms", "curve25519-sha256");
	one_text(&one, "ssh.kex.hassh", "7fffb234014b2a6c335168b9683cbb70");
	one_number(&one, "ssh.first_kex_packet_follows", 0);
	one_done(&one);
}

static void torture(void **state)
{
	(void)state;
	one_torture(PROTOCOL_SSH, payload, LEN, ports);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(golden),
		cmocka_unit_test(torture),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
