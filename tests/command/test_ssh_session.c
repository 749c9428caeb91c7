// SPDX-License-Identifier: Apache-2.0
// SSH_CONNECTION becomes a filter only when it is what sshd writes.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "command/ssh_session.h"

static void makes_a_filter(void **state)
{
	static const struct {
		const char *connection;
		const char *filter; /* NULL: refused */
	} rows[] = {
		{"192.0.2.7 50022 192.0.2.1 22",
		 "not (tcp and host 192.0.2.7 and port 50022 and host 192.0.2.1 and port 22)"},
		{"2001:db8::7 1 2001:db8::1 65535",
		 "not (tcp and host 2001:db8::7 and port 1 and host 2001:db8::1 and port 65535)"},
		{"fe80::7%eth0 50022 fe80::1%eth0 22",
		 "not (tcp and host fe80::7 and port 50022 and host fe80::1 and port 22)"},
		{"", NULL},
		{"192.0.2.7 50022 192.0.2.1", NULL},
		{"192.0.2.7 0 192.0.2.1 22", NULL},
		{"192.0.2.7 65536 192.0.2.1 22", NULL},
		{"host.example 50022 192.0.2.1 22", NULL},
		{"192.0.2.7 50022 192.0.2.1 22)or(tcp", NULL},
		{"192.0.2.7)or(tcp 50022 192.0.2.1 22", NULL},
		{"192.0.2.7 ssh 192.0.2.1 22", NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf out = {0};

		assert_int_equal(ssh_session_filter_of(rows[i].connection, &out),
				 rows[i].filter != NULL);
		assert_string_equal(buf_text(&out), rows[i].filter ? rows[i].filter : "");
		buf_done(&out);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(makes_a_filter),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
