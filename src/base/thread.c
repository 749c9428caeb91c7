// SPDX-License-Identifier: Apache-2.0
// A second thread beside the one that does the work, where there is a processor for it.
#include "base/thread.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>

static bool may_use_two(void)
{
	cpu_set_t set;

	/* More processors than the set has room for are enough, too. */
	return sched_getaffinity(0, sizeof(set), &set) ? errno == EINVAL : CPU_COUNT(&set) > 1;
}

int thread_start(pthread_t *ret_thread, void *(*fn)(void *context), void *context)
{
	sigset_t all, before;
	int code;

	if (!may_use_two())
		return -EAGAIN;
	sigfillset(&all);
	code = pthread_sigmask(SIG_SETMASK, &all, &before);
	if (code)
		return -code;
	code = pthread_create(ret_thread, NULL, fn, context);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return -code;
}
