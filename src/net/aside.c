// SPDX-License-Identifier: Apache-2.0
// Lets a child process wait for what closing a packet socket waits for: see the header.
#include "net/aside.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <unistd.h>

static bool is_kept(int fd, int pipe, const int *fds, size_t count)
{
	bool kept = fd == pipe;

	for (size_t i = 0; i < count; i++)
		kept |= fd == fds[i];
	return kept;
}

/* The child's life: what it does not keep would keep pipes of the parent's readers open. */
static _Noreturn void keep(int pipe, const int *fds, size_t count)
{
	int last = pipe;
	char byte;

	for (size_t i = 0; i < count; i++)
		last = fds[i] > last ? fds[i] : last;
	for (int fd = 0; fd < last; fd++)
		if (!is_kept(fd, pipe, fds, count))
			close(fd);
	close_range((unsigned)last + 1, ~0u, 0);
	while (read(pipe, &byte, 1) < 0 && errno == EINTR)
		;
	_exit(0);
}

int aside_begin(const int *fds, size_t count)
{
	int ends[2];
	pid_t child;

	if (pipe2(ends, O_CLOEXEC))
		return -1;
	child = fork();
	if (!child)
		keep(ends[0], fds, count);
	close(ends[0]);
	if (child > 0)
		return ends[1];
	close(ends[1]);
	return -1;
}

void aside_end(int aside)
{
	if (aside >= 0)
		close(aside);
}
