// SPDX-License-Identifier: Apache-2.0
// A command that is started held back, let go at the right moment, and waited for.
//
// Theory of operation. Once our rights are gone we may no longer signal a command that kept its
// own, and neither may the kernel in our name (PR_SET_PDEATHSIG asks the same question). So the
// pipe at which the command waits first serves as its bell afterwards: before it becomes the
// command, the child asks to get SIGTERM itself when something happens at the pipe (F_SETSIG), and
// for that its own rights count. The reading end stays open in the command. A byte written, or our
// end closed because we are gone, however that came about, rings.
#include "command/child.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define STATUS_NOT_FOUND 127 /* POSIX.1 s. 2.8.2, as for all of these */
#define STATUS_NOT_RUN   126
#define STATUS_BY_SIGNAL 128
#define DEFAULT_PATH     "/bin:/usr/bin" /* of execvp() without PATH */

/* The other side of the fork: waits at the gate, then becomes the command. */
static _Noreturn void become(int gate, char *const argv[])
{
	struct pollfd bell = {.fd = gate, .events = POLLIN};
	char go;
	int code;

	if (read(gate, &go, 1) != 1)
		_exit(0);
	fcntl(gate, F_SETFD, 0);
	fcntl(gate, F_SETSIG, SIGTERM);
	fcntl(gate, F_SETOWN, getpid());
	fcntl(gate, F_SETFL, O_ASYNC);
	if (poll(&bell, 1, 0) > 0) /* it rang before we could hear */
		raise(SIGTERM);
	execvp(argv[0], argv);
	code = errno; /* printing may change it */
	fprintf(stderr, "sonde: \"%s\" could not be started: %s.\n", argv[0], strerror(code));
	_exit(code == ENOENT ? STATUS_NOT_FOUND : STATUS_NOT_RUN);
}

/* Whether a file is there and may be run: 0, -ENOENT or another negative code. */
static int runnable(const char *path)
{
	struct stat st;

	if (stat(path, &st))
		return -errno;
	if (S_ISDIR(st.st_mode))
		return -EISDIR;
	return access(path, X_OK) ? -errno : 0;
}

/* The same for the first file of this name along PATH that may be run, else for the first at all. */
static int runnable_along_path(const char *name)
{
	const char *at = getenv("PATH");
	int worst = -ENOENT, len;

	if (!at)
		at = DEFAULT_PATH;
	for (;; at += len + 1) {
		char whole[PATH_MAX];
		int code = -ENOENT;

		len = (int)strcspn(at, ":"); /* 0: the working directory */
		if (snprintf(whole, sizeof(whole), "%.*s%s%s", len, at, len ? "/" : "", name) <
		    (int)sizeof(whole))
			code = runnable(whole);
		if (!code)
			return 0;
		if (code == -EACCES && !access(whole, F_OK))
			worst = code;
		if (!at[len])
			return worst;
	}
}

int child_find(const char *name, struct err *err)
{
	bool along_path = !strchr(name, '/');
	int code = along_path ? runnable_along_path(name) : runnable(name);

	if (!code)
		return 0;
	if (code == -ENOENT)
		err_set(err, code, "there is no command \"%s\"%s; check its spelling.", name,
			along_path ? " along PATH" : "");
	else
		err_set(err, code, "\"%s\" cannot be run: %s.", name, strerror(-code));
	return code == -ENOENT ? STATUS_NOT_FOUND : STATUS_NOT_RUN;
}

int child_start(char *const argv[], struct child *ret_child, struct err *err)
{
	int ends[2], code = 0;

	*ret_child = (struct child) {.fd = -1, .gate = -1};
	if (pipe2(ends, O_CLOEXEC) < 0)
		return err_set(err, -errno, "The command could not be started: %s.",
			       strerror(errno));
	ret_child->gate = ends[1];
	ret_child->pid = fork();
	if (ret_child->pid == 0) {
		close(ends[1]);
		become(ends[0], argv);
	}
	if (ret_child->pid > 0)
		ret_child->fd = (int)syscall(SYS_pidfd_open, ret_child->pid, 0);
	if (ret_child->fd < 0)
		code = err_set(err, -errno, "The command could not be started: %s.",
			       strerror(errno));
	close(ends[0]);
	if (code)
		child_done(ret_child);
	return code;
}

void child_go(struct child *c)
{
	static const char go = 'g';

	c->went = c->gate >= 0 && write(c->gate, &go, 1) == 1;
}

void child_end(struct child *c)
{
	static const char end = 'e';

	if (c->went && write(c->gate, &end, 1) < 0)
		return; /* nobody is left at the other end */
}

int child_status(struct child *c)
{
	int status = 0;

	while (waitpid(c->pid, &status, 0) < 0)
		if (errno != EINTR)
			return STATUS_NOT_RUN;
	c->pid = 0;
	return WIFSIGNALED(status) ? STATUS_BY_SIGNAL + WTERMSIG(status) : WEXITSTATUS(status);
}

void child_done(struct child *c)
{
	if (c->gate >= 0)
		close(c->gate);
	if (c->fd >= 0)
		close(c->fd);
	c->gate = c->fd = -1;
	if (c->pid > 0)
		waitpid(c->pid, NULL, WNOHANG);
	c->pid = 0;
}
