/* SPDX-License-Identifier: Apache-2.0 */
/* All that a descriptor has to give, in memory. */
#ifndef SONDE_COMMAND_WHOLE_FILE_H
#define SONDE_COMMAND_WHOLE_FILE_H

#include <stddef.h>

/*
 * Reads fd to its end, max bytes of it at most. 0, *ret_bytes (to be freed; never NULL) and
 * *ret_len; or -EFBIG when there is more, -ENOMEM, or what reading it failed with.
 */
int whole_file_read(int fd, size_t max, char **ret_bytes, size_t *ret_len);

#endif
