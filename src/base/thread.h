/* SPDX-License-Identifier: Apache-2.0 */
/* A second thread beside the one that does the work, where there is a processor for it. */
#ifndef SONDE_BASE_THREAD_H
#define SONDE_BASE_THREAD_H

#include <pthread.h>
#include <stdbool.h>

/* What a thread may do for another one while it would wait: fn does a piece; false: there is none. */
struct thread_spare {
	bool (*fn)(void *context);
	void *context;
};

/*
 * Starts fn(context) with all signals blocked, so that they still reach whoever waits for them.
 * 0, or a negative code: -EAGAIN also when this process may use one processor only, as two threads
 * would then just take turns. Join it with pthread_join().
 */
int thread_start(pthread_t *ret_thread, void *(*fn)(void *context), void *context);

#endif
