// SPDX-License-Identifier: Apache-2.0
// Every command's option rows are sound: spelled once, explained in a sentence, with good defaults.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/option.h"
#include "command/command.h"

static void rows_are_sound(void **state)
{
	static const struct option_table *const tables[] = {
		&scan_option_table,    &explain_option_table, &read_option_table,
		&capture_option_table, &watch_option_table,
	};

	(void)state;
	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
		struct err err = {0};

		option_check(tables[i], &err);
		assert_string_equal(err.text, "");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_are_sound),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
