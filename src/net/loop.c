// SPDX-License-Identifier: Apache-2.0
// The event loop: descriptors, timers and signals, one thread, no fixed sleeps.
//
// Theory of operation
//
// One epoll descriptor; its wait takes nanoseconds (epoll_pwait2), so the next timer is simply its
// timeout. Timers are few (one for each part of the program) and live in a plain list that is
// searched; a heap would cost more than it saves below some dozens.
//
// A callback may unwatch and close a descriptor whose event is already fetched, and a new one may
// get the same number at once. So each watch has a generation, events carry the generation they
// were asked under, and stale ones are dropped.
//
// Signals come by a signalfd and are served first in each turn: Ctrl-C must not wait behind a flood
// of frames. A signal that the parent had ignored (nohup) stays ignored.
#include "net/loop.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "net/clock.h"

#define EVENTS_MAX 64

/* What to do for one descriptor; fn NULL: not watched. */
struct watch {
	loop_fd_fn *fn;
	void *user;
	uint32_t generation;
};

struct loop {
	int epoll_fd;
	int signal_fd; /* -1: signals are not ours */
	bool mask_changed;
	bool old_way; /* there is no epoll_pwait2() here */
	bool stopped;
	bool told; /* by a signal to end */
	sigset_t old_mask;
	sigset_t taken; /* the signals that come by signal_fd */
	loop_signal_fn *on_signal;
	void *signal_user;
	struct loop_timer *timers;
	struct watch *watches; /* by descriptor */
	size_t n_watches;
	uint32_t generation;
};

static bool is_end(uint32_t signal)
{
	return signal == SIGINT || signal == SIGTERM || signal == SIGHUP;
}

static void on_signal_fd(void *user, int fd, uint32_t events)
{
	struct loop *l = user;
	struct signalfd_siginfo info;

	(void)events;
	while (read(fd, &info, sizeof(info)) == (ssize_t)sizeof(info)) {
		l->told |= is_end(info.ssi_signo);
		l->on_signal(l->signal_user, (int)info.ssi_signo);
	}
}

/* SIGINT, SIGTERM and SIGHUP, without those that were ignored when we came. */
static void our_signals(sigset_t *ret_set)
{
	static const int wanted[] = {SIGINT, SIGTERM, SIGHUP};

	sigemptyset(ret_set);
	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
		struct sigaction action;

		if (sigaction(wanted[i], NULL, &action) == 0 && action.sa_handler != SIG_IGN)
			sigaddset(ret_set, wanted[i]);
	}
}

static int take_signals(struct loop *l)
{
	our_signals(&l->taken);
	if (sigprocmask(SIG_BLOCK, &l->taken, &l->old_mask) < 0)
		return -errno;
	l->mask_changed = true;
	l->signal_fd = signalfd(-1, &l->taken, SFD_CLOEXEC | SFD_NONBLOCK);
	if (l->signal_fd < 0)
		return -errno;
	return loop_watch(l, l->signal_fd, EPOLLIN, on_signal_fd, l);
}

int loop_open(loop_signal_fn *on_signal, void *user, struct loop **ret_loop, struct err *err)
{
	struct loop *l = calloc(1, sizeof(*l));
	int code = 0;

	if (!l)
		return err_set(err, -ENOMEM, "No memory is left for the event loop.");
	l->signal_fd = -1;
	l->on_signal = on_signal;
	l->signal_user = user;
	l->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	if (l->epoll_fd < 0)
		code = -errno;
	else if (on_signal)
		code = take_signals(l);
	if (code) {
		loop_close(l);
		return err_set(err, code, "The event loop could not be set up: %s.",
			       strerror(-code));
	}
	signal(SIGPIPE, SIG_IGN);
	prctl(PR_SET_TIMERSLACK, 1UL, 0UL, 0UL, 0UL);
	*ret_loop = l;
	return 0;
}

int loop_add_signal(struct loop *l, int number)
{
	struct sigaction action;

	if (sigaction(number, NULL, &action) == 0 && action.sa_handler == SIG_IGN)
		return 0;
	sigaddset(&l->taken, number);
	if (sigprocmask(SIG_BLOCK, &l->taken, NULL) < 0 ||
	    signalfd(l->signal_fd, &l->taken, SFD_CLOEXEC | SFD_NONBLOCK) < 0)
		return -errno;
	return 0;
}

void loop_close(struct loop *l)
{
	if (!l)
		return;
	if (l->signal_fd >= 0)
		close(l->signal_fd);
	if (l->mask_changed && !l->told)
		sigprocmask(SIG_SETMASK, &l->old_mask, NULL);
	if (l->epoll_fd >= 0)
		close(l->epoll_fd);
	free(l->watches);
	free(l);
}

/* Makes the table reach fd. */
static int grow_watches(struct loop *l, size_t fd)
{
	size_t count = l->n_watches ? l->n_watches : 16;
	struct watch *more;

	while (count <= fd)
		count *= 2;
	if (count == l->n_watches)
		return 0;
	more = reallocarray(l->watches, count, sizeof(*more));
	if (!more)
		return -ENOMEM;
	memset(more + l->n_watches, 0, (count - l->n_watches) * sizeof(*more));
	l->watches = more;
	l->n_watches = count;
	return 0;
}

int loop_watch(struct loop *l, int fd, uint32_t events, loop_fd_fn *fn, void *user)
{
	struct epoll_event event = {.events = events};
	struct watch watch = {.fn = fn, .user = user, .generation = l->generation + 1};
	int code;

	if (fd < 0)
		return -EBADF;
	code = grow_watches(l, (size_t)fd);
	if (code)
		return code;
	event.data.u64 = (uint64_t)watch.generation << 32 | (uint32_t)fd;
	if (epoll_ctl(l->epoll_fd, EPOLL_CTL_MOD, fd, &event) < 0 &&
	    (errno != ENOENT || epoll_ctl(l->epoll_fd, EPOLL_CTL_ADD, fd, &event) < 0))
		return -errno;
	l->watches[fd] = watch;
	l->generation++;
	return 0;
}

void loop_unwatch(struct loop *l, int fd)
{
	if (fd < 0 || (size_t)fd >= l->n_watches || !l->watches[fd].fn)
		return;
	l->watches[fd].fn = NULL;
	epoll_ctl(l->epoll_fd, EPOLL_CTL_DEL, fd, NULL);
}

void loop_add_timer(struct loop *l, struct loop_timer *timer)
{
	timer->next = l->timers;
	l->timers = timer;
}

void loop_remove_timer(struct loop *l, struct loop_timer *timer)
{
	for (struct loop_timer **at = &l->timers; *at; at = &(*at)->next) {
		if (*at == timer) {
			*at = timer->next;
			return;
		}
	}
}

/* The timer due first; NULL when there is none. */
static struct loop_timer *first_timer(const struct loop *l)
{
	struct loop_timer *first = NULL;

	for (struct loop_timer *t = l->timers; t; t = t->next)
		if (t->due != NSEC_NEVER && (!first || t->due < first->due))
			first = t;
	return first;
}

/*
 * Calls the timers due; each at most about once, so that one that keeps re-arming starves nobody.
 */
static void run_timers(struct loop *l)
{
	nsec_t now = clock_now();
	size_t most = 0;

	for (struct loop_timer *t = l->timers; t; t = t->next)
		most++;
	while (most-- > 0) {
		struct loop_timer *t = first_timer(l);

		if (!t || t->due > now)
			return;
		t->due = NSEC_NEVER;
		t->fn(t->user, clock_now());
	}
}

static void run_event(struct loop *l, const struct epoll_event *event)
{
	size_t fd = (uint32_t)event->data.u64;
	const struct watch *w = fd < l->n_watches ? &l->watches[fd] : NULL;

	if (w && w->fn && w->generation == event->data.u64 >> 32)
		w->fn(w->user, (int)fd, event->events);
}

/* epoll_pwait2() for kernels before 5.11 and for valgrind: ppoll() waits in nanoseconds too. */
static int wait_old_way(struct loop *l, struct epoll_event *events, const struct timespec *timeout)
{
	struct pollfd ready = {.fd = l->epoll_fd, .events = POLLIN};
	int n = ppoll(&ready, 1, timeout, NULL);

	return n > 0 ? epoll_wait(l->epoll_fd, events, EVENTS_MAX, 0) : n;
}

static int wait_events(struct loop *l, nsec_t until, struct epoll_event events[EVENTS_MAX])
{
	const struct loop_timer *first = first_timer(l);
	struct timespec span = {0}, *timeout = &span;
	nsec_t left;
	int n = -1;

	if (first && first->due < until)
		until = first->due;
	left = until == NSEC_NEVER ? 0 : until - clock_now();
	if (until == NSEC_NEVER)
		timeout = NULL;
	if (left > 0)
		span = (struct timespec) {left / NSEC_PER_SEC, left % NSEC_PER_SEC};
	if (!l->old_way) {
		n = epoll_pwait2(l->epoll_fd, events, EVENTS_MAX, timeout, NULL);
		/* Old kernels say ENOSYS, some containers' call filters EPERM. */
		l->old_way = n < 0 && (errno == ENOSYS || errno == EPERM);
	}
	if (l->old_way)
		n = wait_old_way(l, events, timeout);
	if (n < 0)
		return errno == EINTR ? 0 : -errno;
	return n;
}

int loop_once(struct loop *l, nsec_t until)
{
	struct epoll_event events[EVENTS_MAX];
	int n = wait_events(l, until, events);

	if (n < 0)
		return n;
	for (int i = 0; i < n; i++)
		if ((uint32_t)events[i].data.u64 == (uint32_t)l->signal_fd)
			run_event(l, &events[i]);
	for (int i = 0; i < n; i++)
		if ((uint32_t)events[i].data.u64 != (uint32_t)l->signal_fd)
			run_event(l, &events[i]);
	run_timers(l);
	return 0;
}

int loop_run(struct loop *l)
{
	int code = 0;

	l->stopped = false;
	while (!code && !l->stopped)
		code = loop_once(l, NSEC_NEVER);
	return code;
}

void loop_stop(struct loop *l)
{
	l->stopped = true;
}
