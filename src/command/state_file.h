/* SPDX-License-Identifier: Apache-2.0 */
/* Where the last scan is kept, and whose it is. */
#ifndef SONDE_COMMAND_STATE_FILE_H
#define SONDE_COMMAND_STATE_FILE_H

#include "base/buf.h"
#include "base/err.h"

/*
 * Appends the path of the last scan's capture: $XDG_STATE_HOME/sonde/last.pcapng, else
 * $HOME/.local/state/sonde/last.pcapng; under sudo in the invoking user's home. 0, or -ENOENT
 * with a sentence when there is no home directory.
 */
int state_last_capture(struct buf *ret_path, struct err *err);

/*
 * Makes that file anew (mode 0600, directories as needed), under sudo with the invoking user's
 * rights, and opens it for writing. Whatever bore the name before, a symbolic link too, is
 * removed, not followed. Appends the path. 0 and *ret_fd, or -errno with a sentence.
 */
int state_create_capture(struct buf *ret_path, int *ret_fd, struct err *err);

/* Under sudo, hands an open file that we made to the invoking user. */
void state_give_to_user(int fd);

#endif
