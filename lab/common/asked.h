/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a program of the lab was asked by signal: to end (SIGTERM, SIGINT), to print counters
 * (SIGUSR1).
 *
 * A program has one set of signal handlers, so this state is the process's, not an object's.
 */
#ifndef SONDE_LAB_COMMON_ASKED_H
#define SONDE_LAB_COMMON_ASKED_H

#include <signal.h>
#include <stdbool.h>

/* From now on signals come only inside ppoll() with the mask RET_WHILE_WAITING. */
void asked_hold(sigset_t *ret_while_waiting);

bool asked_to_stop(void);

/* True once for each time it was asked since. */
bool asked_to_print(void);

#endif
