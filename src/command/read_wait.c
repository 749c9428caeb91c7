// SPDX-License-Identifier: Apache-2.0
// Waiting for more of a capture that is still being written, and for Ctrl-C.
//
// Theory of operation: one poll() over the signals, the file's change notices and, for a pipe, the
// pipe itself. Change notices do not come from every file system, so a followed file is looked at
// every LOOK_MSEC as well.
#include "command/read_wait.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

#define LOOK_MSEC 500

enum {
	POLL_SIGNALS,
	POLL_CHANGES,
	POLL_INPUT,
	POLL_COUNT,
};

void read_wait_init(struct read_wait *w)
{
	*w = (struct read_wait) {.input = -1, .signals = -1, .changes = -1, .old_flags = -1};
}

static int take_signals(struct read_wait *w, struct err *err)
{
	static const int wanted[] = {SIGINT, SIGTERM, SIGHUP};
	struct sigaction now;
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++)
		if (!sigaction(wanted[i], NULL, &now) && now.sa_handler != SIG_IGN)
			sigaddset(&set, wanted[i]); /* ignored ones stay so, as under nohup */
	w->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (w->signals < 0 || sigprocmask(SIG_BLOCK, &set, NULL))
		return err_set(err, -errno, "Signals cannot be watched for: %s.", strerror(errno));
	return 0;
}

int read_wait_begin(struct read_wait *w, int input, const char *path, bool follow,
		    bool catch_signals, struct err *err)
{
	struct stat st;

	w->input = input;
	if (!fstat(input, &st) && (S_ISFIFO(st.st_mode) || S_ISSOCK(st.st_mode))) {
		w->old_flags = fcntl(input, F_GETFL);
		if (w->old_flags >= 0)
			fcntl(input, F_SETFL, w->old_flags | O_NONBLOCK);
	} else if (follow && path) {
		w->changes = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
		if (w->changes >= 0)
			inotify_add_watch(w->changes, path, IN_MODIFY);
	}
	return catch_signals ? take_signals(w, err) : 0;
}

bool read_wait_interrupted(const struct read_wait *w)
{
	struct pollfd p = {.fd = w->signals, .events = POLLIN};

	return w->signals >= 0 && poll(&p, 1, 0) > 0;
}

bool read_wait_more(const struct read_wait *w, uint64_t done, bool *ret_shrunk)
{
	bool pipe = w->old_flags >= 0;
	struct pollfd fds[POLL_COUNT] = {
		[POLL_SIGNALS] = {.fd = w->signals, .events = POLLIN},
		[POLL_CHANGES] = {.fd = w->changes, .events = POLLIN},
		[POLL_INPUT] = {.fd = pipe ? w->input : -1, .events = POLLIN},
	};
	char notices[4096];
	struct stat st;

	poll(fds, POLL_COUNT, pipe ? -1 : LOOK_MSEC);
	if (fds[POLL_CHANGES].revents)
		while (read(w->changes, notices, sizeof(notices)) > 0)
			;
	*ret_shrunk = !pipe && !fstat(w->input, &st) && (uint64_t)st.st_size < done;
	return !(fds[POLL_SIGNALS].revents & POLLIN);
}

void read_wait_done(struct read_wait *w)
{
	if (w->old_flags >= 0)
		fcntl(w->input, F_SETFL, w->old_flags);
	if (w->signals >= 0)
		close(w->signals);
	if (w->changes >= 0)
		close(w->changes);
	read_wait_init(w);
}
