// SPDX-License-Identifier: Apache-2.0
// The SSH session that we were started in, so that a capture does not record itself.
#include "command/ssh_session.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "wire/addr.h"

#define VARIABLE      "SSH_CONNECTION="
#define ANCESTORS_MAX 32
#define FILE_MAX      65536
#define WORD_MAX      64

/* Reads a whole small file of /proc; its length, 0 when it cannot be read. */
static size_t read_proc(pid_t pid, const char *what, char out[static FILE_MAX])
{
	char path[64];
	size_t len = 0;
	ssize_t got = 1;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, what);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	while (fd >= 0 && len < FILE_MAX - 1 && got > 0) {
		got = read(fd, out + len, FILE_MAX - 1 - len);
		len += got > 0 ? (size_t)got : 0;
	}
	if (fd >= 0)
		close(fd);
	out[len] = '\0';
	return len;
}

/* The parent of a process; 0 when nobody knows. */
static pid_t parent_of(pid_t pid)
{
	char text[FILE_MAX];
	const char *after;
	int parent = 0;

	if (!read_proc(pid, "stat", text))
		return 0;
	after = strrchr(text, ')'); /* the name before it may hold anything */
	if (!after || sscanf(after, ") %*c %d", &parent) != 1)
		return 0;
	return parent;
}

/* The variable in the environment that a process was started with. */
static bool environment_of(pid_t pid, struct buf *out)
{
	char text[FILE_MAX];
	size_t len = read_proc(pid, "environ", text);

	for (size_t at = 0; at < len; at += strlen(text + at) + 1)
		if (!strncmp(text + at, VARIABLE, strlen(VARIABLE)))
			return ssh_session_filter_of(text + at + strlen(VARIABLE), out);
	return false;
}

/* An address as sshd writes it: one of a link ends in the link's name ("fe80::7%eth0"). */
static bool read_address(char *word, struct addr *ret_addr)
{
	word[strcspn(word, "%")] = '\0';
	return addr_parse(word, ret_addr);
}

bool ssh_session_filter_of(const char *connection, struct buf *out)
{
	char words[4][WORD_MAX];
	struct addr peer, here;
	uint64_t peer_port, port;

	if (sscanf(connection, "%63s %63s %63s %63s", words[0], words[1], words[2], words[3]) !=
		    4 ||
	    !read_address(words[0], &peer) || !text_number(words[1], 1, UINT16_MAX, &peer_port) ||
	    !read_address(words[2], &here) || !text_number(words[3], 1, UINT16_MAX, &port))
		return false;
	buf_printf(out, "not (tcp and host %s and port %u and host %s and port %u)", words[0],
		   (unsigned)peer_port, words[2], (unsigned)port);
	return true;
}

bool ssh_session_filter(struct buf *out)
{
	const char *own = getenv("SSH_CONNECTION");
	pid_t pid = getppid();

	if (own)
		return ssh_session_filter_of(own, out);
	for (int i = 0; i < ANCESTORS_MAX && pid > 1; i++) {
		if (environment_of(pid, out))
			return true;
		pid = parent_of(pid);
	}
	return false;
}
