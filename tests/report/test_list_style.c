// SPDX-License-Identifier: Apache-2.0
// Time styles and columns by name, and the colours of each terminal.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include "report/colour.h"
#include "report/column.h"
#include "report/fields.h"
#include "report/list_style.h"

/* 2014-12-09 17:16:09.924505488 UTC, half a second after the first frame. */
static const struct frame_facts facts = {
	.number = 7,
	.time = 1418145369924505488,
	.first = 1418145369424505488,
	.previous = 1418145370024505488,
	.shown = 1418145369924505487,
	.has_time = true,
};

static void check_time(const char *word, unsigned file_digits, const char *want)
{
	struct time_style style;
	struct buf out = {0};

	assert_true(time_style_parse(word, &style));
	list_time(&out, &style, file_digits, &facts);
	assert_string_equal(buf_text(&out), want);
	buf_done(&out);
}

static void test_times(void **state)
{
	(void)state;
	check_time("r", 6, "0.500000");
	check_time("r.1", 6, "0.5");
	check_time("u", 9, "17:16:09.924505488");
	check_time("u.0", 9, "17:16:09");
	check_time("ud", 6, "2014-12-09 17:16:09.924505");
	check_time("udoy.2", 6, "2014/343 17:16:09.92");
	check_time("d.3", 9, "-0.100");
	check_time("dd", 9, "0.000000001");
	check_time("e", 3, "1418145369.924");
}

static void test_wrong_times(void **state)
{
	static const char *const wrong[] = {"",     "x",  "r.",  "r.x", "r.10",
					    "r.1x", ".3", "add", "rr"};
	struct time_style style;

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_false(time_style_parse(wrong[i], &style));
}

static void test_a_frame_without_time_has_none(void **state)
{
	struct frame_facts without = facts;
	struct time_style style;
	struct buf out = {0};

	(void)state;
	without.has_time = false;
	assert_true(time_style_parse("ad", &style));
	list_time(&out, &style, 6, &without);
	assert_int_equal(out.len, 0);
	buf_done(&out);
}

static void test_columns(void **state)
{
	struct columns c = {0};
	struct err err = {0};

	(void)state;
	assert_int_equal(columns_add(&c, "_ws.col.Info", false, &err), 0);
	assert_true(c.want_info && !c.want_tree && !c.want_details);
	assert_int_equal(columns_add(&c, "comment", true, &err), 0);
	assert_true(c.want_details && !c.want_tree);
	assert_int_equal(columns_add(&c, "stream", true, &err), 0);
	assert_true(c.want_tree);
	assert_int_equal(c.items[2].id_count, 2);
	assert_true(column_shows(&c.items[2], (uint16_t)field_find("udp.stream", -1)));
	assert_int_equal(c.count, 3);
	/* A name of the list is none of -e; both name what is nearest. */
	assert_int_equal(columns_add(&c, "comment", false, &err), -EINVAL);
	assert_int_equal(columns_add(&c, "coment", true, &err), -EINVAL);
	assert_non_null(strstr(err.text, "\"comment\""));
	assert_int_equal(columns_add(&c, "_ws.col.info", true, &err), -EINVAL);
	assert_int_equal(c.count, 3);
	columns_done(&c);
}

static void test_settings(void **state)
{
	static const char *const wrong[] = {"bom",          "bom=",        "bom=yes", "header=x",
					    "separator=ab", "occurrence=", "quote=q", "colour=y"};
	struct fields f;
	struct err err = {0};

	(void)state;
	fields_init(&f);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_int_equal(fields_set(&f, wrong[i], &err), -EINVAL);
	assert_int_equal(fields_set(&f, "bom=y", &err), 0);
	assert_int_equal(fields_set(&f, "aggregator=/s", &err), 0);
	assert_true(f.bom && f.aggregator == ' ');
	fields_done(&f);
}

static void test_depths(void **state)
{
	(void)state;
	assert_int_equal(colour_depth_of("truecolor", "xterm"), COLOUR_TRUE);
	assert_int_equal(colour_depth_of("24bit", NULL), COLOUR_TRUE);
	assert_int_equal(colour_depth_of(NULL, "screen-256color"), COLOUR_256);
	assert_int_equal(colour_depth_of("", "xterm"), COLOUR_16);
	assert_int_equal(colour_depth_of(NULL, NULL), COLOUR_16);
}

/* A rule whose fields are not known would silently never match. */
static void test_every_rule_is_known(void **state)
{
	struct colours *c = colours_new(COLOUR_TRUE);

	(void)state;
	assert_non_null(c);
	for (unsigned i = 0; i < colours_count(); i++)
		if (!colours_name(c, i))
			fail_msg("Colouring rule %u does not compile.", i);
	colours_free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_times),
		cmocka_unit_test(test_wrong_times),
		cmocka_unit_test(test_a_frame_without_time_has_none),
		cmocka_unit_test(test_columns),
		cmocka_unit_test(test_settings),
		cmocka_unit_test(test_depths),
		cmocka_unit_test(test_every_rule_is_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
