/* SPDX-License-Identifier: Apache-2.0 */
/* Opens the capture files that the user names, so that no other file can be hit by mistake. */
#ifndef SONDE_COMMAND_OUTPUT_FILE_H
#define SONDE_COMMAND_OUTPUT_FILE_H

#include "base/err.h"

#define OUTPUT_NO_INPUT (-1)

/*
 * Opens path for writing from its beginning, mode 0600 when new; under sudo it is then the invoking
 * user's. A symbolic link is not followed, a file with a second name refused, and so is the one
 * that is being read through the descriptor input (OUTPUT_NO_INPUT: none). A pipe does not block;
 * opening it waits for its reader. 0 and *ret_fd, or a negative code with a sentence.
 */
int output_file_open(const char *path, int input, int *ret_fd, struct err *err);

/* Standard output once more, a pipe not blocking; the caller's. Negative with errno: there is none. */
int output_file_stdout(void);

/* The same check for standard output: 0, or a negative code with a sentence when it is the file read. */
int output_file_check_stdout(int input, struct err *err);

#endif
