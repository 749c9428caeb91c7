/* SPDX-License-Identifier: Apache-2.0 */
/* A command that is started held back, let go at the right moment, and waited for. */
#ifndef SONDE_COMMAND_CHILD_H
#define SONDE_COMMAND_CHILD_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/err.h"

struct child {
	pid_t pid; /* 0: none */
	int fd;    /* a pidfd: readable once the command has ended; -1: none */
	int gate;  /* what lets it go, and ends it; -1: none */
	bool went;
};

/*
 * Looks for a command as child_start() will run it, so that a wrong name is told before anything is
 * begun. 0, or with a sentence the exit status that a shell gives: 127 when there is none, 126 when it
 * cannot be run.
 */
int child_find(const char *name, struct err *err);

/*
 * Forks a process that will run argv (NULL-ended, found along PATH) with the rights, the terminal
 * and the signals of this one, but first waits for child_go(). When we end before it does, however
 * that comes about, it gets SIGTERM. Call it before loop_open() and privilege_drop(). 0, or -errno
 * with a sentence.
 */
int child_start(char *const argv[], struct child *ret_child, struct err *err);

/* Lets it go. */
void child_go(struct child *child);

/* Sends SIGTERM to a command that was let go: works without any rights. */
void child_end(struct child *child);

/*
 * Takes the exit status of an ended command as a shell gives it: 128 and the signal's number when
 * one killed it, 127 when it was not found, 126 when it could not be run.
 */
int child_status(struct child *child);

/* Closes the descriptors; a command that was not let go ends without having run. */
void child_done(struct child *child);

#endif
