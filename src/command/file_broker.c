// SPDX-License-Identifier: Apache-2.0
// Opens one capture file after another for a program that has given up its rights.
//
// Theory of operation. Whoever parses strangers' bytes must not be able to open files with the
// rights of root, and yet a capture may need its thousandth file days later. So a child process is
// forked before the first socket exists. It never sees a packet. Over a pair of sockets it takes
// one byte, "the next file, please", makes up the name by itself, and passes the open descriptor
// back. A taken-over parent can make it create files of this name, numbered, and nothing else. In
// a ring the child removes the oldest of the files that it made. It ends when the parent's end of
// the pair closes, however that came about, and does not listen to the terminal's Ctrl-C.
#include "command/file_broker.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "command/output_file.h"

#define REQUEST_NEXT 'n'
#define STAMP_MAX    16 /* "20261123101500" */

struct file_broker {
	int fd;
	pid_t pid;
};

/* What comes back, with the descriptor beside it when code is 0. */
struct answer {
	int code;
	char text[PATH_MAX]; /* the path, or the sentence about what went wrong */
};

/* The child's side. */
struct maker {
	int fd;
	struct file_broker_options options;
	unsigned number;
	char **made; /* ring of the last `keep` names; NULL without */
};

/* "scan.pcapng" and 7 give "scan_00007_20261123101500.pcapng". */
static char *make_name(const struct maker *m)
{
	const char *path = m->options.path, *slash = strrchr(path, '/');
	const char *dot = strrchr(slash ? slash : path, '.');
	size_t stem = dot && dot != path && dot[-1] != '/' ? (size_t)(dot - path) : strlen(path);
	time_t now = time(NULL);
	struct tm local;
	char stamp[STAMP_MAX], *name;

	localtime_r(&now, &local);
	strftime(stamp, sizeof(stamp), "%Y%m%d%H%M%S", &local);
	if (asprintf(&name, "%.*s_%05u_%s%s", (int)stem, path, m->number, stamp, path + stem) < 0)
		return NULL;
	return name;
}

/* Forgets and removes the file that falls out of the ring; takes over name. */
static void keep_name(struct maker *m, char *name)
{
	size_t at = m->number % (m->options.keep ? m->options.keep : 1);

	if (!m->options.keep) {
		free(name);
		return;
	}
	if (m->made[at])
		unlink(m->made[at]);
	free(m->made[at]);
	m->made[at] = name;
}

static int make_file(struct maker *m, int *ret_fd, struct answer *answer)
{
	struct err err = {0};
	char *name;
	int code;

	m->number++;
	name = make_name(m);
	if (!name) {
		snprintf(answer->text, sizeof(answer->text),
			 "There is no memory left for the next capture file.");
		return -ENOMEM;
	}
	code = output_file_open(name, OUTPUT_NO_INPUT, ret_fd, &err);
	snprintf(answer->text, sizeof(answer->text), "%s", code ? err.text : name);
	if (code)
		free(name);
	else
		keep_name(m, name);
	return code;
}

/* Sends the answer and, unless it is negative, the descriptor. */
static bool send_answer(int socket, const struct answer *answer, int fd)
{
	struct iovec part = {.iov_base = (void *)answer, .iov_len = sizeof(*answer)};
	union {
		struct cmsghdr head;
		char room[CMSG_SPACE(sizeof(int))];
	} control = {0};
	struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};

	if (fd >= 0) {
		message.msg_control = &control;
		message.msg_controllen = sizeof(control);
		control.head.cmsg_level = SOL_SOCKET;
		control.head.cmsg_type = SCM_RIGHTS;
		control.head.cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(&control.head), &fd, sizeof(fd));
	}
	return sendmsg(socket, &message, MSG_NOSIGNAL) == (ssize_t)sizeof(*answer);
}

/* The child's life. */
static void serve(struct maker *m)
{
	char request;

	while (recv(m->fd, &request, 1, 0) == 1 && request == REQUEST_NEXT) {
		struct answer answer = {0};
		int fd = -1;
		bool sent;

		answer.code = make_file(m, &fd, &answer);
		sent = send_answer(m->fd, &answer, fd);
		if (fd >= 0)
			close(fd);
		if (!sent)
			break;
	}
}

/* Only the pair of sockets stays open; signals of the terminal are the parent's business. */
static _Noreturn void run_child(int fd, const struct file_broker_options *options)
{
	struct maker m = {.fd = STDERR_FILENO + 1, .options = *options};

	signal(SIGINT, SIG_IGN);
	signal(SIGTERM, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	signal(SIGQUIT, SIG_IGN);
	prctl(PR_SET_NO_NEW_PRIVS, 1UL, 0UL, 0UL, 0UL);
	prctl(PR_SET_NAME, (unsigned long)"sonde-files", 0UL, 0UL, 0UL);
	if (dup2(fd, m.fd) < 0)
		_exit(1);
	close_range((unsigned)m.fd + 1, ~0U, 0);
	/* Whoever waits for the end of our output shall not wait for this child. */
	for (int standard = STDIN_FILENO; standard <= STDERR_FILENO; standard++)
		close(standard);
	m.made = calloc(options->keep ? options->keep : 1, sizeof(*m.made));
	if (m.made)
		serve(&m);
	_exit(0);
}

int file_broker_start(const struct file_broker_options *options, struct file_broker **ret_broker,
		      struct err *err)
{
	struct file_broker *b = calloc(1, sizeof(*b));
	int pair[2];

	if (!b)
		return err_set(err, -ENOMEM, "There is no memory left for the capture files.");
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0) {
		free(b);
		return err_set(err, -errno,
			       "The process that opens files could not be started: %s.",
			       strerror(errno));
	}
	b->fd = pair[0];
	b->pid = fork();
	if (b->pid == 0)
		run_child(pair[1], options);
	close(pair[1]);
	if (b->pid < 0) {
		close(b->fd);
		free(b);
		return err_set(err, -EAGAIN, "The process that opens files could not be started.");
	}
	*ret_broker = b;
	return 0;
}

/* Takes the descriptor out of a message; -1: there is none. */
static int descriptor_of(struct msghdr *message)
{
	struct cmsghdr *head = CMSG_FIRSTHDR(message);
	int fd = -1;

	if (head && head->cmsg_level == SOL_SOCKET && head->cmsg_type == SCM_RIGHTS &&
	    head->cmsg_len == CMSG_LEN(sizeof(fd)))
		memcpy(&fd, CMSG_DATA(head), sizeof(fd));
	return fd;
}

int file_broker_next(struct file_broker *b, int *ret_fd, struct buf *path, struct err *err)
{
	const char request = REQUEST_NEXT;
	struct answer answer = {0};
	struct iovec part = {.iov_base = &answer, .iov_len = sizeof(answer)};
	union {
		struct cmsghdr head;
		char room[CMSG_SPACE(sizeof(int))];
	} control = {0};
	struct msghdr message = {
		.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control),
	};
	ssize_t got = -1;
	int fd;

	if (send(b->fd, &request, 1, MSG_NOSIGNAL) == 1) {
		do
			got = recvmsg(b->fd, &message, MSG_CMSG_CLOEXEC);
		while (got < 0 && errno == EINTR);
	}
	if (got != (ssize_t)sizeof(answer))
		return err_set(err, -EPIPE, "The process that opens the capture files is gone.");
	answer.text[sizeof(answer.text) - 1] = '\0';
	fd = descriptor_of(&message);
	if (answer.code)
		return err_set(err, answer.code, "%s", answer.text);
	if (fd < 0) /* the kernel drops it when there is no number left (MSG_CTRUNC) */
		return err_set(err, -EMFILE, "\"%s\" was made, but cannot be taken over: %s.",
			       answer.text, strerror(EMFILE));
	buf_clear(path);
	buf_puts(path, answer.text);
	*ret_fd = fd;
	return 0;
}

void file_broker_stop(struct file_broker *b)
{
	if (!b)
		return;
	close(b->fd);
	while (waitpid(b->pid, NULL, 0) < 0 && errno == EINTR)
		;
	free(b);
}
