// SPDX-License-Identifier: Apache-2.0
// Service names: the caller's text first, IANA's behind it, odd text harmless.
#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/rng.h"
#include "scan/port.h"
#include "scan/service.h"

static void iana_names_are_built_in(void **state)
{
	struct service_table *t = service_table_new(NULL, 0);
	size_t count, named = 0;
	const uint16_t *rank = port_rank(SERVICE_TCP, &count);

	(void)state;
	assert_non_null(t);
	assert_string_equal(service_name(t, SERVICE_TCP, 22), "ssh");
	assert_string_equal(service_name(t, SERVICE_TCP, 80), "http");
	assert_string_equal(service_name(t, SERVICE_TCP, 443), "https");
	assert_string_equal(service_name(t, SERVICE_TCP, 8080), "http-alt");
	assert_string_equal(service_name(t, SERVICE_TCP, 6063), "x11");
	assert_string_equal(service_name(t, SERVICE_UDP, 53), "domain");
	assert_string_equal(service_name(t, SERVICE_UDP, 69), "tftp");
	assert_string_equal(service_name(t, SERVICE_SCTP, 80), "http");
	assert_string_equal(service_name(t, SERVICE_TCP, 4), "unknown");
	assert_string_equal(service_name(t, SERVICE_TCP, 65535), "unknown");
	assert_string_equal(service_name(t, SERVICE_IP, 6), "unknown");
	assert_string_equal(service_name(NULL, SERVICE_TCP, 22), "unknown");
	for (size_t i = 0; i < PORT_DEFAULT_TOP; i++)
		named += strcmp(service_name(t, SERVICE_TCP, rank[i]), "unknown") != 0;
	assert_true(named > 500);
	service_table_free(t);
	service_table_free(NULL);
}

static void the_callers_text_goes_first(void **state)
{
	static const char text[] =
		"# my services\n"
		"web\t80/tcp\t\twww # mine\n"
		"later 80/tcp\n"
		"\r\n"
		"  private   4/tcp/udp\r\n"
		"both 5/dccp/udp\n"
		"bad\033[31m 65000/tcp\n"
		"caf\xc3\xa9 65001/tcp\n"
		"far 65536/tcp\nneg -1/tcp\nnone /tcp\nnoproto 65002\nword x/tcp\n"
		"cut# 65003/tcp\n"
		"huge 99999999999999999999/tcp\n"
		"nonl 65004/tcp";
	struct service_table *t = service_table_new(text, sizeof(text) - 1);

	(void)state;
	assert_string_equal(service_name(t, SERVICE_TCP, 80), "web");
	assert_string_equal(service_name(t, SERVICE_UDP, 80), "http");
	assert_string_equal(service_name(t, SERVICE_TCP, 4), "private");
	assert_string_equal(service_name(t, SERVICE_UDP, 4), "private");
	assert_string_equal(service_name(t, SERVICE_UDP, 5), "both");
	assert_string_equal(service_name(t, SERVICE_TCP, 65000), "bad_[31m");
	assert_string_equal(service_name(t, SERVICE_TCP, 65001), "caf__");
	assert_string_equal(service_name(t, SERVICE_TCP, 65002), "unknown");
	assert_string_equal(service_name(t, SERVICE_TCP, 65003), "unknown");
	assert_string_equal(service_name(t, SERVICE_TCP, 65004), "nonl");
	assert_string_equal(service_name(t, SERVICE_TCP, 22), "ssh");
	service_table_free(t);
}

static void rows_are_sorted_and_clean(void **state)
{
	struct service_table *t = service_table_new(NULL, 0);
	uint32_t last = 0;

	(void)state;
	assert_true(service_count(t) > 11000);
	for (size_t i = 0; i < service_count(t); i++) {
		struct service_entry e = service_at(t, i);
		uint32_t key = (uint32_t)e.proto << 16 | e.port;

		assert_true(i == 0 || key > last);
		last = key;
		assert_true(*e.name);
		for (const char *c = e.name; *c; c++)
			assert_true(isgraph((unsigned char)*c));
		assert_ptr_equal(service_name(t, e.proto, e.port), e.name);
	}
	service_table_free(t);
	assert_int_equal(service_count(NULL), 0);
}

static void any_bytes_will_do(void **state)
{
	static const char some[] = "abz09/#\n\r\t \0\377-tcpud";
	struct rng rng = {53};
	char text[512];

	(void)state;
	for (int round = 0; round < 300; round++) {
		struct service_table *t;

		for (size_t i = 0; i < sizeof(text); i++)
			text[i] = some[rng_below(&rng, sizeof(some))];
		t = service_table_new(text, sizeof(text));
		assert_non_null(t);
		service_table_free(t);
	}
	memset(text, 'x', sizeof(text));
	memcpy(text + 200, " 4/tcp\n", 7);
	struct service_table *t = service_table_new(text, sizeof(text));

	assert_int_equal(strlen(service_name(t, SERVICE_TCP, 4)), 63);
	service_table_free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(iana_names_are_built_in),
		cmocka_unit_test(the_callers_text_goes_first),
		cmocka_unit_test(rows_are_sorted_and_clean),
		cmocka_unit_test(any_bytes_will_do),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
