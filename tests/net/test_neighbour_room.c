// SPDX-License-Identifier: Apache-2.0
// The room for neighbours, from what the kernel may say of it.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "net/neighbour_room.h"

/* What is read of a file with this text. */
static uint32_t room_of(const char *text)
{
	char path[] = "/tmp/sonde-test-XXXXXX";
	int fd = mkstemp(path);
	uint32_t room;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
	room = neighbour_room_in(path);
	unlink(path);
	return room;
}

static void it_is_read_within_bounds(void **state)
{
	(void)state;
	assert_int_equal(room_of("4096\n"), 4096);
	assert_int_equal(room_of("1"), 1);
	assert_int_equal(room_of("2147483647\n"), NEIGHBOUR_ROOM_MAX);
	assert_int_equal(room_of("99999999999999999999999999"), NEIGHBOUR_ROOM_MAX);
}

static void what_is_no_number_is_the_usual(void **state)
{
	static const char *const texts[] = {"", "\n", "0\n", "-5\n", "many\n", "12x\n"};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		assert_int_equal(room_of(texts[i]), NEIGHBOUR_ROOM_USUAL);
	assert_int_equal(neighbour_room_in("/nonexistent/file"), NEIGHBOUR_ROOM_USUAL);
	assert_true(neighbour_room(4) >= 1);
	assert_true(neighbour_room(6) >= 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_is_read_within_bounds),
		cmocka_unit_test(what_is_no_number_is_the_usual),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
