/* SPDX-License-Identifier: Apache-2.0 */
/* One write that goes on until all is written, as the writers of capture files need it. */
#ifndef SONDE_CAPTURE_WRITE_WHOLE_H
#define SONDE_CAPTURE_WRITE_WHOLE_H

#include <stddef.h>

/*
 * Writes len bytes to fd; where a non-blocking descriptor takes no more for now, it waits, from one
 * second on with all signals unblocked. 0, or -errno with how many bytes were written before in
 * *ret_written.
 */
int write_whole(int fd, const void *bytes, size_t len, size_t *ret_written);

#endif
