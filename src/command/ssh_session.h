/* SPDX-License-Identifier: Apache-2.0 */
/* The SSH session that we were started in, so that a capture does not record itself. */
#ifndef SONDE_COMMAND_SSH_SESSION_H
#define SONDE_COMMAND_SSH_SESSION_H

#include <stdbool.h>

#include "base/buf.h"

/*
 * Appends a filter in tcpdump's language that leaves the session's packets out. False when there
 * is no session. It is found in SSH_CONNECTION, ours or (sudo hides it) that of the programs that
 * started us.
 */
bool ssh_session_filter(struct buf *out);

/* The same for the text of SSH_CONNECTION: "192.0.2.7 50022 192.0.2.1 22". */
bool ssh_session_filter_of(const char *connection, struct buf *out);

#endif
