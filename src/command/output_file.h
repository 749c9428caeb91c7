/* SPDX-License-Identifier: Apache-2.0 */
/* Opens the capture files that the user names, so that no other file can be hit by mistake. */
#ifndef SONDE_COMMAND_OUTPUT_FILE_H
#define SONDE_COMMAND_OUTPUT_FILE_H

#include "base/err.h"

/*
 * Opens path for writing from its beginning, mode 0600 when new; under sudo it is then the invoking
 * user's. A symbolic link is not followed, a file with a second name refused. 0 and *ret_fd, or a
 * negative code with a sentence.
 */
int output_file_open(const char *path, int *ret_fd, struct err *err);

#endif
