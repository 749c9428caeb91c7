// SPDX-License-Identifier: Apache-2.0
// The loop calls what is ready, when it is due, in the promised order, and nothing stale.
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <cmocka.h>

#include "net/clock.h"
#include "net/loop.h"

static char calls[64]; /* one letter a call, in order */
static size_t n_calls;
static int last_signal;

static void note(char letter)
{
	assert_true(n_calls < sizeof(calls) - 1);
	calls[n_calls++] = letter;
	calls[n_calls] = '\0';
}

static struct loop *open_loop(loop_signal_fn *on_signal)
{
	struct loop *loop = NULL;
	struct err err = {0};

	n_calls = 0;
	calls[0] = '\0';
	if (loop_open(on_signal, NULL, &loop, &err) < 0)
		fail_msg("%s", err.text);
	return loop;
}

static void on_timer(void *user, nsec_t now)
{
	note(*(const char *)user);
	assert_true(now <= clock_now());
}

static void calls_timers_in_order_and_never_early(void **state)
{
	struct loop *loop = open_loop(NULL);
	nsec_t begun = clock_now();
	struct loop_timer c = {begun + 3 * NSEC_PER_MSEC, on_timer, (void *)(uintptr_t) "c", NULL};
	struct loop_timer a = {begun + NSEC_PER_MSEC, on_timer, (void *)(uintptr_t) "a", NULL};
	struct loop_timer b = {begun + 2 * NSEC_PER_MSEC, on_timer, (void *)(uintptr_t) "b", NULL};
	struct loop_timer never = {NSEC_NEVER, on_timer, (void *)(uintptr_t) "n", NULL};
	struct loop_timer gone = {begun, on_timer, (void *)(uintptr_t) "g", NULL};

	(void)state;
	loop_add_timer(loop, &c);
	loop_add_timer(loop, &gone);
	loop_add_timer(loop, &a);
	loop_add_timer(loop, &never);
	loop_add_timer(loop, &b);
	loop_remove_timer(loop, &gone);
	while (n_calls < 3) {
		nsec_t due[] = {a.due, b.due, c.due};
		size_t before = n_calls;

		assert_int_equal(loop_once(loop, NSEC_NEVER), 0);
		for (size_t i = before; i < n_calls; i++)
			assert_true(clock_now() >= due[i]);
	}
	assert_string_equal(calls, "abc");
	assert_true(a.due == NSEC_NEVER && c.due == NSEC_NEVER);
	loop_close(loop);
}

static void returns_when_told_to(void **state)
{
	struct loop *loop = open_loop(NULL);
	nsec_t until = clock_now() + 300 * NSEC_PER_USEC;
	unsigned turns = 0;

	(void)state;
	while (clock_now() < until) {
		assert_int_equal(loop_once(loop, until), 0);
		turns++;
	}
	/* The wait is in nanoseconds: it does not spin through the last millisecond. */
	assert_in_range(turns, 1, 5);
	assert_int_equal(loop_once(loop, 0), 0);
	loop_close(loop);
}

/* What the descriptor callbacks of one test share. */
struct pipes {
	struct loop *loop;
	int a[2];
	int b[2];
	int c[2];
};

static void on_c(void *user, int fd, uint32_t events)
{
	(void)user;
	(void)fd;
	(void)events;
	note('c');
}

static void on_b(void *user, int fd, uint32_t events)
{
	(void)user;
	(void)fd;
	(void)events;
	note('b');
}

/* Closes b, whose event is already fetched, and opens c under the same number. */
static void on_a(void *user, int fd, uint32_t events)
{
	struct pipes *p = user;
	char byte;

	assert_true(events & EPOLLIN);
	assert_int_equal(read(fd, &byte, 1), 1);
	note('a');
	loop_unwatch(p->loop, p->b[0]);
	close(p->b[0]);
	assert_int_equal(pipe(p->c), 0);
	assert_int_equal(p->c[0], p->b[0]);
	assert_int_equal(loop_watch(p->loop, p->c[0], EPOLLIN, on_c, p), 0);
}

static void drops_stale_events(void **state)
{
	struct pipes p = {.loop = open_loop(NULL)};

	(void)state;
	assert_int_equal(pipe(p.a), 0);
	assert_int_equal(pipe(p.b), 0);
	assert_int_equal(loop_watch(p.loop, p.a[0], EPOLLIN, on_a, &p), 0);
	assert_int_equal(loop_watch(p.loop, p.b[0], EPOLLIN, on_b, &p), 0);
	assert_int_equal(write(p.a[1], "x", 1), 1);
	assert_int_equal(write(p.b[1], "x", 1), 1);
	assert_int_equal(loop_once(p.loop, 0), 0);
	assert_string_equal(calls, "a");
	assert_int_equal(loop_once(p.loop, 0), 0);
	assert_string_equal(calls, "a");
	assert_int_equal(write(p.c[1], "x", 1), 1);
	assert_int_equal(loop_once(p.loop, 0), 0);
	assert_string_equal(calls, "ac");
	/* A watch can be replaced, and refused for what epoll cannot wait for. */
	assert_int_equal(loop_watch(p.loop, p.c[0], EPOLLIN, on_b, &p), 0);
	assert_int_equal(loop_once(p.loop, 0), 0);
	assert_string_equal(calls, "acb");
	loop_unwatch(p.loop, p.c[0]);
	loop_unwatch(p.loop, 12345);
	assert_int_equal(loop_once(p.loop, 0), 0);
	assert_string_equal(calls, "acb");
	assert_int_equal(loop_watch(p.loop, -1, EPOLLIN, on_b, &p), -EBADF);
	loop_close(p.loop);
	for (int i = 0; i < 2; i++) {
		close(p.a[i]);
		close(p.c[i]);
	}
	close(p.b[1]);
}

static void on_signal(void *user, int signal)
{
	(void)user;
	last_signal = signal;
	note('s');
}

static void takes_signals_first(void **state)
{
	struct loop *loop = open_loop(on_signal);
	struct loop_timer t = {clock_now(), on_timer, (void *)(uintptr_t) "t", NULL};
	sigset_t mask;
	int p[2];

	(void)state;
	loop_add_timer(loop, &t);
	assert_int_equal(pipe(p), 0);
	assert_int_equal(loop_watch(loop, p[0], EPOLLIN, on_b, NULL), 0);
	assert_int_equal(write(p[1], "x", 1), 1);
	raise(SIGTERM);
	assert_int_equal(loop_once(loop, 0), 0);
	assert_string_equal(calls, "sbt");
	assert_int_equal(last_signal, SIGTERM);
	raise(SIGPIPE); /* ignored */
	loop_close(loop);
	raise(SIGTERM); /* an impatient second one ends nobody who is at the end */
	sigpending(&mask);
	assert_true(sigismember(&mask, SIGTERM));
	loop = open_loop(on_signal); /* takes it, and in this process there is more to come */
	assert_int_equal(loop_once(loop, 0), 0);
	loop_close(loop);
	sigemptyset(&mask);
	sigprocmask(SIG_SETMASK, &mask, NULL);
	close(p[0]);
	close(p[1]);
}

static void gives_the_mask_back(void **state)
{
	sigset_t mask;

	(void)state;
	loop_close(open_loop(on_signal));
	sigprocmask(SIG_SETMASK, NULL, &mask);
	assert_false(sigismember(&mask, SIGTERM));
}

static void leaves_ignored_signals_ignored(void **state)
{
	struct loop *loop;

	(void)state;
	signal(SIGHUP, SIG_IGN);
	loop = open_loop(on_signal);
	raise(SIGHUP);
	raise(SIGINT);
	assert_int_equal(loop_once(loop, 0), 0);
	assert_string_equal(calls, "s");
	assert_int_equal(last_signal, SIGINT);
	loop_close(loop);
	signal(SIGHUP, SIG_DFL);
}

static void on_stop(void *user, nsec_t now)
{
	(void)now;
	loop_stop(user);
}

static void runs_until_stopped(void **state)
{
	struct loop *loop = open_loop(NULL);
	struct loop_timer t = {clock_now() + NSEC_PER_MSEC, on_stop, loop, NULL};

	(void)state;
	loop_add_timer(loop, &t);
	assert_int_equal(loop_run(loop), 0);
	loop_close(loop);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(calls_timers_in_order_and_never_early),
		cmocka_unit_test(returns_when_told_to),
		cmocka_unit_test(drops_stale_events),
		cmocka_unit_test(takes_signals_first),
		cmocka_unit_test(gives_the_mask_back),
		cmocka_unit_test(leaves_ignored_signals_ignored),
		cmocka_unit_test(runs_until_stopped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
