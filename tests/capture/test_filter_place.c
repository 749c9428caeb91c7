// SPDX-License-Identifier: Apache-2.0
// The place where a capture filter goes wrong, as libpcap does not say it.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include <pcap/pcap.h>

#include "base/buf.h"
#include "capture/capture_filter.h"
#include "capture/filter_place.h"

#define SNAP 262144

/* The word at fault; NULL: something is missing at the end. */
static const struct {
	const char *text;
	const char *fault;
} rows[] = {
	{"tcp prt 80", "prt"},
	{"tcp and and udp", "and"},
	{"port foo", "foo"},
	{"host 1.2.3.300", "1.2.3.300"},
	{"(tcp", NULL},
	{"tcp port", NULL},
	{"not", NULL},
	{"port 99999", "99999"},
	{"tcp[tcpflags] & tcp-sin != 0", "tcp-sin"},
	{"(udp)) or tcp", ")"},
	{"ether host 1:2:3:4:5", "1:2:3:4:5"},
};

static void points_at_the_fault(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		pcap_t *p = pcap_open_dead(DLT_EN10MB, SNAP);
		struct bpf_program program;
		size_t at = 0, len = 0;

		assert_int_equal(pcap_compile(p, &program, rows[i].text, 1, PCAP_NETMASK_UNKNOWN),
				 -1);
		filter_place(rows[i].text, DLT_EN10MB, pcap_geterr(p), &at, &len);
		assert_true(at + len <= strlen(rows[i].text));
		if (!rows[i].fault) {
			assert_int_equal(at, strlen(rows[i].text));
			assert_int_equal(len, 0);
		} else if (len != strlen(rows[i].fault) ||
			   memcmp(rows[i].text + at, rows[i].fault, len) != 0) {
			fail_msg("\"%s\": \"%.*s\" instead of \"%s\"", rows[i].text, (int)len,
				 rows[i].text + at, rows[i].fault);
		}
		pcap_close(p);
	}
}

static void points_nowhere_without_a_fault(void **state)
{
	struct err err = {0};
	struct capture_filter *f = capture_filter_new("tcp", &err);
	struct buf out = {0};

	(void)state;
	assert_non_null(f);
	assert_int_equal(capture_filter_compile(f, LINK_ETHERNET, &err), 0);
	capture_filter_point(f, &out);
	capture_filter_point(NULL, &out); /* there was no memory for one */
	assert_int_equal(out.len, 0);
	capture_filter_free(f);
	buf_done(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(points_at_the_fault),
		cmocka_unit_test(points_nowhere_without_a_fault),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
