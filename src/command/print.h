/* SPDX-License-Identifier: Apache-2.0 */
/* A command's whole answer to standard output, where a full disk may not pass for success. */
#ifndef SONDE_COMMAND_PRINT_H
#define SONDE_COMMAND_PRINT_H

#include <stdint.h>

#include "base/buf.h"
#include "base/option.h"
#include "command/command.h"

/*
 * Writes text to standard output and empties it. STATUS_OK, or STATUS_FAILED after a sentence on
 * standard error.
 */
enum exit_status print_text(struct buf *text);

/* The same for --help of a command. */
enum exit_status print_help(const struct option_table *options);

/*
 * Says a sentence on standard error, behind the program's name. One without an end of its own gets
 * its period here, since many also stand within others.
 */
void print_complaint(const char *sentence);

/*
 * Says on standard error for how many packets a display filter cost too much (dfilter_limited());
 * nothing when for none. what is what it begins with: "The filter", "--stop-when".
 */
void print_limited(const char *what, uint64_t packets);

#endif
