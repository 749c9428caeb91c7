/* SPDX-License-Identifier: Apache-2.0 */
/* The command line as a shell would read it again. */
#ifndef SONDE_COMMAND_COMMAND_LINE_H
#define SONDE_COMMAND_COMMAND_LINE_H

#include "base/buf.h"

/* Appends command ("sonde scan") and its arguments, quoted where a shell needs it. */
void command_line_text(const char *command, int argc, char *const argv[], struct buf *out);

#endif
