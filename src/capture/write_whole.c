// SPDX-License-Identifier: Apache-2.0
// One write that goes on until all is written, as the writers of capture files need it.
#include "capture/write_whole.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <unistd.h>

#define PATIENCE_MS 1000

/*
 * Pipes do not block (see command/output_file.c), nor may a standard output that is shared with
 * whoever started us. Who blocks signals to end in good order could not end at all with a reader
 * that sleeps for ever: behind PATIENCE_MS without a byte taken, signals act as they would without us.
 */
static void wait_writable(int fd)
{
	struct pollfd p = {.fd = fd, .events = POLLOUT};
	sigset_t none;

	sigemptyset(&none);
	if (!poll(&p, 1, PATIENCE_MS))
		ppoll(&p, 1, NULL, &none);
}

int write_whole(int fd, const void *bytes, size_t len, size_t *ret_written)
{
	const uint8_t *from = bytes;
	size_t written = 0;
	int code = 0;

	while (written < len && !code) {
		ssize_t n = write(fd, from + written, len - written);

		if (n > 0)
			written += (size_t)n;
		else if (n < 0 && errno == EAGAIN)
			wait_writable(fd);
		else if (n == 0 || errno != EINTR)
			code = n < 0 ? -errno : -EIO;
	}
	*ret_written = written;
	return code;
}
