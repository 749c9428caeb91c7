// SPDX-License-Identifier: Apache-2.0
// A command waits at the gate, its status is a shell's, and it can be ended without rights over it.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "command/child.h"

#define PATIENCE_MS 10000

static struct child start(char *const argv[])
{
	struct child c;

	assert_int_equal(child_start(argv, &c, NULL), 0);
	return c;
}

static bool ended(const struct child *c, int wait_ms)
{
	struct pollfd ready = {.fd = c->fd, .events = POLLIN};

	return poll(&ready, 1, wait_ms) == 1;
}

static void gives_a_shells_status(void **state)
{
	static const struct {
		const char *argv[4];
		int status;
	} rows[] = {
		{{"true"}, 0},
		{{"sh", "-c", "exit 7"}, 7},
		{{"sh", "-c", "kill -9 $$"}, 128 + 9},
		{{"/etc/passwd"}, 126},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct child c = start((char *const *)(uintptr_t)rows[i].argv);

		child_go(&c);
		assert_true(ended(&c, PATIENCE_MS));
		assert_int_equal(child_status(&c), rows[i].status);
		child_done(&c);
	}
}

/* A wrong name is told before anything is begun. */
static void finds_commands_as_a_shell_does(void **state)
{
	static const struct {
		const char *path, *name;
		int status;
	} rows[] = {
		{"/usr/bin:/bin", "sh", 0},
		{"/nowhere::/bin", "sh", 0},
		{NULL, "sh", 0},
		{"/nowhere", "sh", 127},
		{"", "sh", 127},
		{"/bin", "", 127},
		{"/etc", "passwd", 126},
		{"/etc:/bin", "sh", 0},
		{"/", "etc", 127}, /* a directory is no command */
		{"/nowhere", "/bin/sh", 0},
		{"/bin", "/etc/passwd", 126},
		{"/bin", "/etc", 126},
		{"/bin", "./nosuch", 127},
	};
	char *old = strdup(getenv("PATH"));
	struct err err;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		err = (struct err) {0};
		if (rows[i].path)
			setenv("PATH", rows[i].path, 1);
		else
			unsetenv("PATH");
		assert_int_equal(child_find(rows[i].name, &err), rows[i].status);
		assert_int_equal(*err.text != '\0', rows[i].status != 0);
	}
	setenv("PATH", old, 1);
	free(old);
}

/* It writes to a pipe when it runs: nothing may come before it was let go, or if it never is. */
static void waits_at_the_gate(void **state)
{
	int ends[2];
	char shown[64], got;

	(void)state;
	for (int go = 0; go < 2; go++) {
		char shell[] = "sh", option[] = "-c";
		char *const argv[] = {shell, option, shown, NULL};
		struct child c;
		pid_t pid;

		assert_int_equal(pipe(ends), 0);
		snprintf(shown, sizeof(shown), "echo x >&%d", ends[1]);
		c = start(argv);
		pid = c.pid;
		close(ends[1]);
		fcntl(ends[0], F_SETFL, O_NONBLOCK);
		assert_int_equal(read(ends[0], &got, 1), -1);
		fcntl(ends[0], F_SETFL, 0);
		if (go) {
			child_go(&c);
			assert_int_equal(child_status(&c), 0);
		}
		child_done(&c);
		assert_int_equal(read(ends[0], &got, 1), go); /* to the end: nobody holds it */
		if (!go)
			waitpid(pid, NULL, 0);
		close(ends[0]);
	}
}

static void ends_by_the_bell(void **state)
{
	char sleep[] = "sleep", long_enough[] = "1000";
	char *const argv[] = {sleep, long_enough, NULL};
	struct child c = start(argv);

	(void)state;
	child_go(&c);
	assert_false(ended(&c, 0));
	child_end(&c);
	assert_true(ended(&c, PATIENCE_MS));
	/* In the moment before it is the command, too: the byte that let it go was read. */
	assert_int_equal(child_status(&c), 128 + 15);
	child_done(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(gives_a_shells_status),
		cmocka_unit_test(finds_commands_as_a_shell_does),
		cmocka_unit_test(waits_at_the_gate),
		cmocka_unit_test(ends_by_the_bell),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
