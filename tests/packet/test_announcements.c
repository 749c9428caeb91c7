// SPDX-License-Identifier: Apache-2.0
// What was announced is found by either side, the closer fit first; the table keeps its size.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "packet/announcements.h"
#include "proto/ipv4.h"

#define CLIENT 0xc000020a
#define SERVER 0xc0000201
#define OTHER  0xc0000263

static struct addr address(uint32_t number)
{
	return addr_v4_number(number);
}

/* Says that port of `at` belongs to this frame; other: 0 for anybody. */
static void say(struct announcements *a, uint32_t at, uint16_t port, uint32_t other,
		uint16_t other_port, uint32_t frame)
{
	struct addr here = address(at), there = address(other);
	struct announcement n = {
		.transport = IP_UDP,
		.address = &here,
		.port = port,
		.other = other ? &there : NULL,
		.other_port = other_port,
		.what = {.protocol = PROTOCOL_TFTP, .frame = frame},
	};

	announcements_add(a, &n);
}

/* The frame that announced a packet; 0: none. */
static uint32_t ask(struct announcements *a, uint8_t transport, uint32_t source,
		    uint16_t source_port, uint32_t destination, uint16_t destination_port)
{
	struct addr from = address(source), to = address(destination);
	struct announcement_query q = {transport, &from, &to, source_port, destination_port};
	struct announced *found = announcements_find(a, &q);

	return found ? found->frame : 0;
}

static void either_side_and_the_closer_fit(void **state)
{
	struct announcements *a = announcements_new();

	(void)state;
	assert_non_null(a);
	assert_int_equal(ask(a, IP_UDP, CLIENT, 4000, SERVER, 5000), 0);
	say(a, CLIENT, 4000, SERVER, 0, 1);
	assert_int_equal(ask(a, IP_UDP, CLIENT, 4000, SERVER, 5000), 1);
	assert_int_equal(ask(a, IP_UDP, SERVER, 5001, CLIENT, 4000), 1);
	assert_int_equal(ask(a, IP_UDP, OTHER, 5001, CLIENT, 4000), 0);
	assert_int_equal(ask(a, IP_UDP, SERVER, 4000, CLIENT, 5000), 0);
	assert_int_equal(ask(a, IP_TCP, SERVER, 5001, CLIENT, 4000), 0);
	say(a, CLIENT, 4000, 0, 0, 2); /* anybody */
	assert_int_equal(ask(a, IP_UDP, OTHER, 5001, CLIENT, 4000), 2);
	assert_int_equal(ask(a, IP_UDP, SERVER, 5001, CLIENT, 4000), 1);
	say(a, CLIENT, 4000, SERVER, 5001, 3);
	assert_int_equal(ask(a, IP_UDP, SERVER, 5001, CLIENT, 4000), 3);
	assert_int_equal(ask(a, IP_UDP, SERVER, 5002, CLIENT, 4000), 1);
	say(a, CLIENT, 4000, SERVER, 0, 4); /* again */
	assert_int_equal(ask(a, IP_UDP, SERVER, 5002, CLIENT, 4000), 4);
	announcements_clear(a);
	assert_int_equal(ask(a, IP_UDP, SERVER, 5002, CLIENT, 4000), 0);
	announcements_free(a);
}

static void the_receivers_place_goes_first(void **state)
{
	struct announcements *a = announcements_new();

	(void)state;
	assert_non_null(a);
	say(a, CLIENT, 4000, 0, 0, 1);
	say(a, SERVER, 5000, 0, 0, 2);
	assert_int_equal(ask(a, IP_UDP, CLIENT, 4000, SERVER, 5000), 2);
	assert_int_equal(ask(a, IP_UDP, SERVER, 5000, CLIENT, 4000), 1);
	say(a, CLIENT, 4000, SERVER, 0, 3);
	assert_int_equal(ask(a, IP_UDP, CLIENT, 4000, SERVER, 5000), 3);
	announcements_free(a);
}

/* A flood takes places, but not the one that is asked for all the time. */
static void a_flood_does_not_push_out_what_is_used(void **state)
{
	const uint32_t count = 8 * ANNOUNCEMENTS_SETS * ANNOUNCEMENTS_WAYS;
	struct announcements *a = announcements_new();
	uint32_t known = 0;

	(void)state;
	assert_non_null(a);
	say(a, CLIENT, 4000, 0, 0, 1);
	for (uint32_t i = 1; i <= count; i++) {
		say(a, SERVER + i % 7, (uint16_t)(i / 7), OTHER + i, 0, i + 1);
		assert_int_equal(ask(a, IP_UDP, SERVER, 1, CLIENT, 4000), 1);
	}
	for (uint32_t i = 1; i <= count; i++)
		known += ask(a, IP_UDP, OTHER + i, 9, SERVER + i % 7, (uint16_t)(i / 7)) == i + 1;
	assert_true(known <= ANNOUNCEMENTS_SETS * ANNOUNCEMENTS_WAYS);
	assert_true(known > ANNOUNCEMENTS_SETS * ANNOUNCEMENTS_WAYS / 2);
	announcements_free(a);
}

static void numbers_are_counted_on(void **state)
{
	(void)state;
	assert_int_equal(announced_count_on(0, 1), 1);
	assert_int_equal(announced_count_on(65535, 0), 65536);
	assert_int_equal(announced_count_on(65537, 65535), 65535);
	assert_int_equal(announced_count_on(1, 40000), 40000); /* never negative */
	assert_int_equal(announced_count_on(32768, 0), 65536);
	assert_int_equal(announced_count_on(95536, 65000), 65000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(either_side_and_the_closer_fit),
		cmocka_unit_test(the_receivers_place_goes_first),
		cmocka_unit_test(a_flood_does_not_push_out_what_is_used),
		cmocka_unit_test(numbers_are_counted_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
