/* SPDX-License-Identifier: Apache-2.0 */
/* The explanation that follows a scan or a watch. */
#ifndef SONDE_COMMAND_EXPLAIN_H
#define SONDE_COMMAND_EXPLAIN_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"

/*
 * Appends what `sonde explain` says of the capture at fd, an open regular file at any position,
 * of this path; is_last: it is found without being named. 0; -ENOENT and a sentence when it shows
 * no scan; or another negative code with a sentence.
 */
int explain_capture(int fd, const char *path, bool is_last, struct buf *out, struct err *err);

#endif
