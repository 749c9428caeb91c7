// SPDX-License-Identifier: Apache-2.0
// The kernel's program takes each direction and filter as asked: run here step by step.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <linux/if_packet.h>
#include <net/if_arp.h>
#include <stdbool.h>

#include "net/tap_program.h"

#define SNAP      100
#define STEPS_MAX 100

/* A frame as far as such a program can see it. */
struct sight {
	uint32_t device_type;
	uint32_t packet_type;
};

static uint32_t run(const struct sock_filter *code, size_t len, struct sight sight)
{
	uint32_t accumulator = 0;
	size_t at = 0;

	for (int steps = 0; steps < STEPS_MAX; steps++) {
		const struct sock_filter *c = &code[at++];

		assert_true(at <= len);
		switch (c->code) {
		case BPF_LD | BPF_W | BPF_ABS:
			assert_true(c->k == (uint32_t)(SKF_AD_OFF + SKF_AD_HATYPE) ||
				    c->k == (uint32_t)(SKF_AD_OFF + SKF_AD_PKTTYPE));
			accumulator = c->k == (uint32_t)(SKF_AD_OFF + SKF_AD_HATYPE)
					      ? sight.device_type
					      : sight.packet_type;
			break;
		case BPF_JMP | BPF_JEQ | BPF_K:
			at += accumulator == c->k ? c->jt : c->jf;
			break;
		case BPF_JMP | BPF_JA:
			at += c->k;
			break;
		case BPF_RET | BPF_K:
			return c->k;
		default:
			fail_msg("instruction %zu has code %u", at - 1, c->code);
		}
	}
	fail_msg("the program does not end");
	return 0;
}

static void takes_directions(void **state)
{
	static const struct {
		enum tap_direction direction;
		struct sight sight;
		bool taken;
	} rows[] = {
		{TAP_BOTH, {ARPHRD_ETHER, PACKET_HOST}, true},
		{TAP_BOTH, {ARPHRD_ETHER, PACKET_OUTGOING}, true},
		{TAP_BOTH, {ARPHRD_NONE, PACKET_OUTGOING}, true},
		{TAP_BOTH, {ARPHRD_LOOPBACK, PACKET_HOST}, true},
		{TAP_BOTH, {ARPHRD_LOOPBACK, PACKET_OUTGOING}, false}, /* the second copy */
		{TAP_IN, {ARPHRD_ETHER, PACKET_HOST}, true},
		{TAP_IN, {ARPHRD_ETHER, PACKET_OTHERHOST}, true},
		{TAP_IN, {ARPHRD_ETHER, PACKET_OUTGOING}, false},
		{TAP_OUT, {ARPHRD_ETHER, PACKET_HOST}, false},
		{TAP_OUT, {ARPHRD_ETHER, PACKET_BROADCAST}, false},
		{TAP_OUT, {ARPHRD_ETHER, PACKET_OUTGOING}, true},
		{TAP_OUT, {ARPHRD_NONE, PACKET_HOST}, false},
	};
	struct sock_filter code[TAP_PROGRAM_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct tap_filters none = {0};
		size_t len = tap_program_make(rows[i].direction, SNAP, &none, code);

		if (run(code, len, rows[i].sight) != (rows[i].taken ? SNAP : 0u))
			fail_msg("row %zu", i);
	}
}

/* With a direction asked for, loopback shows each packet once all the same. */
static void loopback_has_no_direction(void **state)
{
	const struct tap_filters none = {0};
	struct sock_filter code[TAP_PROGRAM_MAX];

	(void)state;
	for (int direction = TAP_BOTH; direction <= TAP_OUT; direction++) {
		size_t len = tap_program_make((enum tap_direction)direction, SNAP, &none, code);
		int taken = 0;

		taken += run(code, len, (struct sight) {ARPHRD_LOOPBACK, PACKET_HOST}) == SNAP;
		taken += run(code, len, (struct sight) {ARPHRD_LOOPBACK, PACKET_OUTGOING}) == SNAP;
		assert_int_equal(taken, 1);
	}
}

static void each_link_meets_its_filter(void **state)
{
	struct sock_filter yes[] = {BPF_STMT(BPF_RET | BPF_K, 65535)};
	struct sock_filter no[] = {BPF_STMT(BPF_RET | BPF_K, 0)};
	const struct sock_fprog take = {1, yes}, drop = {1, no};
	static const uint32_t types[] = {ARPHRD_ETHER, ARPHRD_LOOPBACK, ARPHRD_NONE, ARPHRD_PPP};
	struct sock_filter code[TAP_PROGRAM_MAX];

	(void)state;
	for (int ethernet = 0; ethernet < 2; ethernet++) {
		const struct tap_filters filters = {ethernet ? &take : &drop,
						    ethernet ? &drop : &take};
		size_t len = tap_program_make(TAP_BOTH, SNAP, &filters, code);

		for (size_t i = 0; i < 4; i++)
			assert_int_equal(run(code, len, (struct sight) {types[i], PACKET_HOST}),
					 (i < 2) == ethernet ? SNAP : 0);
	}
}

static void too_long_is_refused(void **state)
{
	static struct sock_filter many[TAP_PROGRAM_MAX];
	const struct sock_fprog filter = {TAP_PROGRAM_MAX - 8, many};
	const struct tap_filters filters = {&filter, &filter};
	struct sock_filter code[TAP_PROGRAM_MAX];

	(void)state;
	assert_int_equal(tap_program_make(TAP_BOTH, SNAP, &filters, code), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes_directions),
		cmocka_unit_test(loopback_has_no_direction),
		cmocka_unit_test(each_link_meets_its_filter),
		cmocka_unit_test(too_long_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
