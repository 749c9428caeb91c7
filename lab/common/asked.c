// SPDX-License-Identifier: Apache-2.0
// What a program of the lab was asked by signal: see the header.
#include "asked.h"

#include <stddef.h>

static volatile sig_atomic_t stop_asked, print_asked;

static void on_signal(int sig)
{
	if (sig == SIGUSR1)
		print_asked = 1;
	else
		stop_asked = 1;
}

void asked_hold(sigset_t *ret_while_waiting)
{
	static const int wanted[] = {SIGTERM, SIGINT, SIGUSR1};
	struct sigaction action = {.sa_handler = on_signal};
	sigset_t block;
	size_t i;

	sigemptyset(&block);
	for (i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
		sigaction(wanted[i], &action, NULL);
		sigaddset(&block, wanted[i]);
	}
	sigprocmask(SIG_BLOCK, &block, ret_while_waiting);
	for (i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++)
		sigdelset(ret_while_waiting, wanted[i]);
}

bool asked_to_stop(void)
{
	return stop_asked;
}

bool asked_to_print(void)
{
	bool asked = print_asked;

	print_asked = 0;
	return asked;
}
