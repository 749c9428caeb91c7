/* SPDX-License-Identifier: Apache-2.0 */
/* The event loop: descriptors, timers and signals, one thread, no fixed sleeps. */
#ifndef SONDE_NET_LOOP_H
#define SONDE_NET_LOOP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/nsec.h"

struct loop;

/* fd is ready; events are EPOLL* bits (EPOLLERR and EPOLLHUP come unasked). */
typedef void loop_fd_fn(void *user, int fd, uint32_t events);

/* A timer is due; now is clock_now(). The timer is idle (NSEC_NEVER) until due is set again. */
typedef void loop_timer_fn(void *user, nsec_t now);

/* SIGINT, SIGTERM or SIGHUP came, or one of loop_add_signal(). */
typedef void loop_signal_fn(void *user, int signal);

/*
 * A timer; its owner keeps the memory. Fill fn, user and due (a clock_now() time or NSEC_NEVER) and
 * add it once; later just set due, at any time, to anything.
 */
struct loop_timer {
	nsec_t due;
	loop_timer_fn *fn;
	void *user;
	struct loop_timer *next; /* the loop's */
};

/*
 * Makes a loop. With on_signal, SIGINT, SIGTERM and SIGHUP are blocked for this thread and come as
 * calls of it (but those that were ignored, as under nohup, stay ignored); with NULL they stay as
 * they are. SIGPIPE is ignored either way. The thread's timer slack is set to 1 ns so that timers
 * are sharp. All three pass to programs started later: set them back between fork and exec.
 * 0 and *ret_loop, or -errno with a sentence.
 */
int loop_open(loop_signal_fn *on_signal, void *user, struct loop **ret_loop, struct err *err);

/*
 * Takes one more signal, which then comes as a call of on_signal too, unless it was ignored when we
 * came. Only for a loop opened with on_signal. 0 or -errno.
 */
int loop_add_signal(struct loop *loop, int signal);

/*
 * Closes it and gives back the signal mask it found; watched descriptors stay open. NULL is fine.
 * Once SIGINT, SIGTERM or SIGHUP was served they stay blocked: an impatient second one shall not
 * take from the program its exit status when all else is done.
 */
void loop_close(struct loop *loop);

/*
 * Calls fn when fd has one of events (EPOLLIN, EPOLLOUT; level-triggered). Watching a descriptor
 * again replaces events, fn and user. 0, or -errno (-EPERM: a regular file).
 */
int loop_watch(struct loop *loop, int fd, uint32_t events, loop_fd_fn *fn, void *user);

/*
 * Stops watching; call it before closing fd. Fine for one that is not watched. No callback for it
 * comes any more, not even from events already fetched.
 */
void loop_unwatch(struct loop *loop, int fd);

/* Adds or removes a timer. Both are fine inside any callback. */
void loop_add_timer(struct loop *loop, struct loop_timer *timer);
void loop_remove_timer(struct loop *loop, struct loop_timer *timer);

/*
 * Waits until something is ready, a timer is due, or `until` (a clock_now() time) has come, then
 * makes the calls: signals first, then descriptors, then timers by due time. 0, or -errno.
 */
int loop_once(struct loop *loop, nsec_t until);

/* Turns until loop_stop(). 0, or -errno. */
int loop_run(struct loop *loop);

/* Lets loop_run() return after the callback that called this. */
void loop_stop(struct loop *loop);

#endif
