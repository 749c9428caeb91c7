/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Single keys from the terminal while something runs.
 *
 * Theory of operation. While we are in the terminal's foreground its line editing and echo are
 * off, so that a key comes at once; signals of Ctrl-C, Ctrl-\ and Ctrl-Z stay. What was found is
 * put back when keys are closed, when the program is suspended and before it is killed by Ctrl-\.
 * In the background the terminal is not touched: whoever is in front of it has it.
 */
#ifndef SONDE_COMMAND_KEYS_H
#define SONDE_COMMAND_KEYS_H

#include <stdbool.h>
#include <termios.h>

/* Initialise with keys_open(). */
struct keys {
	int fd;     /* the terminal; -1: there is none to listen to */
	bool taken; /* its modes are ours now */
	struct termios found;
};

/* Listens to standard input, if that is a terminal that we are in the foreground of. */
void keys_open(struct keys *k);

/* Takes the terminal again after the program was suspended, if we are in its foreground. */
void keys_resume(struct keys *k);

/* Puts the terminal's modes back as they were found. */
void keys_release(struct keys *k);

/* The next key that was typed; -1 when there is none. Call it when fd is readable. */
int keys_next(struct keys *k);

#endif
