// SPDX-License-Identifier: Apache-2.0
// The rules of -a and -b are read as dumpcap's, and refused in one sentence that quotes them.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include "command/capture_rules.h"

static int read_one(const char *text, bool interval, struct capture_rules *rules, struct err *err)
{
	const struct option_list list = {.items = &text, .count = 1};

	return capture_rules_read(&list, interval ? "-b" : "-a", interval, rules, err);
}

static void reads_each_rule(void **state)
{
	static const struct {
		const char *text;
		struct capture_rules rules;
	} rows[] = {
		{"duration:10", {.duration = 10 * NSEC_PER_SEC}},
		{"duration:0.5", {.duration = NSEC_PER_SEC / 2}},
		{"filesize:3", {.bytes = 3000}},
		{"files:2", {.files = 2}},
		{"packets:4000000000", {.packets = 4000000000u}},
		{"interval:3600", {.interval = 3600 * NSEC_PER_SEC}},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct capture_rules rules = {0};
		struct err err = {0};

		assert_int_equal(read_one(rows[i].text, true, &rules, &err), 0);
		assert_memory_equal(&rules, &rows[i].rules, sizeof(rules));
	}
}

static void refuses_the_rest(void **state)
{
	static const char *const wrong[] = {
		"",
		"duration",
		"duration:",
		"duration:0",
		"duration:-1",
		"filesize:0",
		"filesize:1.5",
		"files:many",
		"files:1000001",
		"packets:0",
		"packet:3",
		"packets:3x",
		"size:3",
		"packets : 3",
		"interval:0",
		"packets:99999999999999999999",
		":3",
		"filesize:18446744073709551615",
		"duration:1000000000",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct capture_rules rules = {0};
		struct err err = {0};

		assert_int_equal(read_one(wrong[i], true, &rules, &err), -EINVAL);
		assert_non_null(strstr(err.text, wrong[i]));
		assert_non_null(strstr(err.text, "-b"));
	}
}

static void only_b_has_an_interval(void **state)
{
	struct capture_rules rules = {0};
	struct err err = {0};

	(void)state;
	assert_int_equal(read_one("interval:3", false, &rules, &err), -EINVAL);
	assert_null(strstr(err.text, "interval:SECONDS"));
	assert_int_equal(rules.interval, 0);
}

static void several_rules_add_up(void **state)
{
	const char *texts[] = {"packets:5", "files:2", "packets:7"};
	const struct option_list list = {.items = texts, .count = 3};
	struct capture_rules rules = {0};

	(void)state;
	assert_int_equal(capture_rules_read(&list, "-b", true, &rules, NULL), 0);
	assert_int_equal(rules.files, 2);
	assert_int_equal(rules.packets, 7); /* the last one of a kind counts */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_each_rule),
		cmocka_unit_test(refuses_the_rest),
		cmocka_unit_test(only_b_has_an_interval),
		cmocka_unit_test(several_rules_add_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
