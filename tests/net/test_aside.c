// SPDX-License-Identifier: Apache-2.0
// A child keeps descriptors open just as long as it is asked to, and no others.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include "net/aside.h"

/* True when the other end of the pipe is closed everywhere within wait_ms. */
static int ends(int fd, int wait_ms)
{
	struct pollfd p = {.fd = fd};

	return poll(&p, 1, wait_ms) == 1 && p.revents & POLLHUP;
}

static void what_it_keeps_stays_open_until_the_end(void **state)
{
	int kept[2], other[2], fds[2], aside;

	(void)state;
	assert_int_equal(pipe(kept), 0);
	assert_int_equal(pipe(other), 0);
	fds[0] = -1;
	fds[1] = kept[1];
	aside = aside_begin(fds, 2);
	assert_true(aside >= 0);
	close(kept[1]);
	close(other[1]);
	assert_true(ends(other[0], 10000));
	assert_false(ends(kept[0], 0));
	aside_end(aside);
	assert_true(ends(kept[0], 10000));
	assert_true(wait(NULL) > 0);
	close(kept[0]);
	close(other[0]);
}

static void no_child_is_no_harm(void **state)
{
	(void)state;
	aside_end(-1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_it_keeps_stays_open_until_the_end),
		cmocka_unit_test(no_child_is_no_harm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
