// SPDX-License-Identifier: Apache-2.0
// Opens the capture files that the user names, so that no other file can be hit by mistake.
#include "command/output_file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "command/state_file.h"

#define FILE_MODE 0600

/* Emptying the file that is being read would lose it. */
static int check_input(int fd, int input, const char *name, struct err *err)
{
	struct stat out, in;

	if (input == OUTPUT_NO_INPUT || fstat(input, &in) || fstat(fd, &out) ||
	    !S_ISREG(out.st_mode) || out.st_dev != in.st_dev || out.st_ino != in.st_ino)
		return 0;
	return err_set(err, -EINVAL,
		       "\"%s\" is the file being read: name another one with -w, and rename it "
		       "then.",
		       name);
}

/* Only a regular file that nobody else holds a name of, or a device such as /dev/null. */
static int check_file(int fd, const char *path, struct err *err)
{
	struct stat st;

	if (fstat(fd, &st))
		return err_set(err, -errno, "cannot look at \"%s\": %s.", path, strerror(errno));
	if (S_ISREG(st.st_mode) && st.st_nlink > 1)
		return err_set(
			err, -EMLINK,
			"\"%s\" has a second name (hard link), so writing to it could damage "
			"another file; choose a new name.",
			path);
	return 0;
}

static int open_failed(const char *path, struct err *err)
{
	int code = errno;

	if (code == ELOOP)
		return err_set(err, -code,
			       "\"%s\" is a symbolic link, which is never followed; name the file "
			       "itself.",
			       path);
	if (code == EISDIR)
		return err_set(err, -code,
			       "\"%s\" is a directory; name a file in it, as in -w %s/scan.pcapng.",
			       path, path);
	return err_set(err, -code, "cannot write \"%s\": %s; choose another place with -w FILE.",
		       path, strerror(code));
}

/* Who reads a pipe may stop for good: waiting for him is the writer's business (write_whole()). */
static void do_not_block(int fd)
{
	struct stat st;

	if (!fstat(fd, &st) && S_ISFIFO(st.st_mode))
		fcntl(fd, F_SETFL, O_WRONLY | O_NONBLOCK);
}

int output_file_stdout(void)
{
	struct stat st;
	int fd = -1;

	/* Opened anew, as what is set for a copy is set for all who share standard output. */
	if (!fstat(STDOUT_FILENO, &st) && S_ISFIFO(st.st_mode))
		fd = open("/proc/self/fd/1", O_WRONLY | O_NONBLOCK | O_CLOEXEC);
	return fd >= 0 ? fd : fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
}

int output_file_open(const char *path, int input, int *ret_fd, struct err *err)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY, FILE_MODE);
	int code;

	if (fd < 0)
		return open_failed(path, err);
	code = check_input(fd, input, path, err);
	if (!code)
		code = check_file(fd, path, err);
	if (!code && ftruncate(fd, 0) && errno != EINVAL)
		code = open_failed(path, err);
	if (!code) {
		state_give_to_user(fd);
		do_not_block(fd);
	}
	if (code)
		close(fd);
	else
		*ret_fd = fd;
	return code;
}

int output_file_check_stdout(int input, struct err *err)
{
	return check_input(STDOUT_FILENO, input, "standard output", err);
}
