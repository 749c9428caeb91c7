// SPDX-License-Identifier: Apache-2.0
// Single keys from the terminal while something runs: see the header.
#include "command/keys.h"

#include <poll.h>
#include <signal.h>
#include <unistd.h>

static bool in_foreground(int fd)
{
	return tcgetpgrp(fd) == getpgrp();
}

void keys_open(struct keys *k)
{
	*k = (struct keys) {.fd = isatty(STDIN_FILENO) ? STDIN_FILENO : -1};
	keys_resume(k);
}

void keys_resume(struct keys *k)
{
	struct termios ours;

	if (k->fd < 0 || k->taken || !in_foreground(k->fd) || tcgetattr(k->fd, &k->found))
		return;
	ours = k->found;
	ours.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
	ours.c_cc[VMIN] = 1;
	ours.c_cc[VTIME] = 0;
	k->taken = !tcsetattr(k->fd, TCSANOW, &ours);
}

void keys_release(struct keys *k)
{
	/* a terminal that somebody else is in front of by now has his modes */
	if (k->taken && in_foreground(k->fd))
		tcsetattr(k->fd, TCSANOW, &k->found);
	k->taken = false;
}

int keys_next(struct keys *k)
{
	struct pollfd ready = {.fd = k->fd, .events = POLLIN};
	unsigned char key;

	if (!k->taken || !in_foreground(k->fd) || poll(&ready, 1, 0) <= 0 ||
	    !(ready.revents & POLLIN))
		return -1;
	if (read(k->fd, &key, 1) == 1)
		return key;
	keys_release(k); /* the terminal has gone: a hang-up would keep it readable for ever */
	k->fd = -1;
	return -1;
}
