// SPDX-License-Identifier: Apache-2.0
// Lines and words: every kind of line end, words, numbers, what is shown.
#include "dissect_one.h"

#include "proto/lines.h"

static void lines_and_words(void **state)
{
	static const char bytes[] = "one  two three\r\nlf\ncr\r\r\nrest";
	struct dissect d = {.steps = 10};
	struct cursor c = cursor_init(bytes, sizeof(bytes) - 1, sizeof(bytes) - 1);
	struct text line, whole, word;
	char shown[LINE_SHOWN_MAX];

	(void)state;
	assert_true(line_read(&d, &c, &line, &whole));
	assert_int_equal(whole.len, line.len + 2);
	assert_string_equal(text_shown(&whole, shown), "one  two three\\r\\n");
	word = text_word(&line);
	assert_true(text_is(&word, "one"));
	assert_true(text_starts_nocase(&line, "TWO "));
	assert_true(line_read(&d, &c, &line, &whole) && text_is(&line, "lf"));
	assert_true(line_read(&d, &c, &line, &whole) && text_is(&line, "cr"));
	assert_true(line_read(&d, &c, &line, &whole) && line.len == 0);
	assert_true(line_read(&d, &c, &line, &whole) && text_is(&line, "rest"));
	assert_false(line_read(&d, &c, &line, &whole));
}

static void decimal(void **state)
{
	static const struct {
		const char *text;
		bool good;
		uint64_t number;
	} cases[] = {
		{"0", true, 0},
		{"18446744073709551615", true, UINT64_MAX},
		{"18446744073709551616", false, 0},
		{"", false, 0},
		{"-1", false, 0},
		{"1a", false, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct text t = {(const uint8_t *)cases[i].text, 0,
				 (uint32_t)strlen(cases[i].text)};
		uint64_t number = 0;

		assert_int_equal(text_decimal(&t, &number), cases[i].good);
		assert_int_equal(number, cases[i].number);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_and_words),
		cmocka_unit_test(decimal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
