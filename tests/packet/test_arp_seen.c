// SPDX-License-Identifier: Apache-2.0
// An address that two claim is noticed, the first claim stays, and the table keeps its size.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "packet/arp_seen.h"

static struct arp_claim claim(uint32_t ip, uint8_t last, uint32_t frame)
{
	return (struct arp_claim) {.ip = ip, .mac = {2, 0, 0, 0, 0, last}, .frame = frame};
}

static void the_first_claim_stays(void **state)
{
	struct arp_seen *seen = arp_seen_new();
	struct arp_claim earlier = {0};
	struct arp_claim c = claim(1, 1, 1);

	(void)state;
	assert_non_null(seen);
	assert_false(arp_seen_ask(seen, &c, &earlier));
	c = claim(1, 2, 2);
	assert_true(arp_seen_ask(seen, &c, &earlier));
	assert_int_equal(earlier.frame, 1);
	assert_int_equal(earlier.mac[5], 1);
	c = claim(1, 1, 3); /* the rightful one again: later conflicts name this frame */
	assert_false(arp_seen_ask(seen, &c, &earlier));
	c = claim(1, 2, 4);
	assert_true(arp_seen_ask(seen, &c, &earlier));
	assert_int_equal(earlier.frame, 3);
	arp_seen_clear(seen);
	assert_false(arp_seen_ask(seen, &c, &earlier));
	arp_seen_free(seen);
}

static void old_claims_give_way(void **state)
{
	uint32_t count = 4 * ARP_SEEN_SETS * ARP_SEEN_WAYS;
	struct arp_seen *seen = arp_seen_new();
	struct arp_claim earlier = {0};
	uint32_t known = 0;

	(void)state;
	assert_non_null(seen);
	for (uint32_t i = 1; i <= count; i++) {
		struct arp_claim c = claim(i, 1, i);

		assert_false(arp_seen_ask(seen, &c, &earlier));
	}
	for (uint32_t i = count; i > count - ARP_SEEN_SETS / 4; i--) {
		struct arp_claim c = claim(i, 2, count + 1);

		known += arp_seen_ask(seen, &c, &earlier);
	}
	assert_true(known > ARP_SEEN_SETS / 8); /* the newest are mostly there */
	arp_seen_free(seen);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_claim_stays),
		cmocka_unit_test(old_claims_give_way),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
