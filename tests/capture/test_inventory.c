// SPDX-License-Identifier: Apache-2.0
// Names are found again, kept once, and bounded whatever a file holds.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "capture/inventory.h"

static void finds_many_names(void **state)
{
	enum { COUNT = 100000 };
	struct inventory v;
	char name[32];

	(void)state;
	inventory_init(&v);
	for (uint32_t round = 0; round < 2; round++) {
		for (uint32_t i = 0; i < COUNT; i++) {
			struct addr a = addr_v4_number(i);

			snprintf(name, sizeof(name), "host%u", i);
			inventory_add_name(&v, &a, name, strlen(name));
		}
	}
	assert_int_equal(v.name_count, COUNT);
	for (uint32_t i = 0; i < COUNT; i += 77) {
		struct addr a = addr_v4_number(i);

		snprintf(name, sizeof(name), "host%u", i);
		assert_string_equal(inventory_name(&v, &a, 0), name);
		assert_null(inventory_name(&v, &a, 1));
	}
	inventory_done(&v);
}

static void bounds_names_of_one_address(void **state)
{
	struct addr a = addr_v4_number(1);
	struct inventory v;
	char name[32];

	(void)state;
	inventory_init(&v);
	for (int i = 0; i < 100; i++) {
		snprintf(name, sizeof(name), "name%d", i);
		inventory_add_name(&v, &a, name, strlen(name));
	}
	assert_int_equal(v.name_count + v.skipped, 100);
	assert_string_equal(inventory_name(&v, &a, 0), "name0");
	assert_string_equal(inventory_name(&v, &a, 31), "name31");
	assert_null(inventory_name(&v, &a, 32));
	inventory_done(&v);
}

static void bounds_texts(void **state)
{
	static char text[60000];
	struct inventory v;
	uint64_t kept = 0;

	(void)state;
	memset(text, 'x', sizeof(text));
	inventory_init(&v);
	for (int i = 0; i < 1000; i++)
		kept += inventory_text(&v, text, sizeof(text)) != NULL;
	assert_int_equal(kept + v.skipped, 1000);
	assert_true(kept * sizeof(text) <= INVENTORY_TEXT_MAX);
	assert_true(kept > 500);
	inventory_done(&v);
}

static void knows_prefixes_apart(void **state)
{
	struct addr a = addr_v4_number(1);
	struct inventory v;

	(void)state;
	inventory_init(&v);
	inventory_add_name(&v, &a, "host", 4);
	inventory_add_name(&v, &a, "hostess", 7);
	inventory_add_name(&v, &a, "ho", 2);
	inventory_add_name(&v, &a, "host\0x", 6); /* ends at the NUL: the first again */
	assert_int_equal(v.name_count, 3);
	inventory_done(&v);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_many_names),
		cmocka_unit_test(bounds_names_of_one_address),
		cmocka_unit_test(bounds_texts),
		cmocka_unit_test(knows_prefixes_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
