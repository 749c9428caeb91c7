// SPDX-License-Identifier: Apache-2.0
// The file that `sonde read -w` writes.
#include "command/read_write.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_MODE 0600 /* a capture shows what others sent */

/* True when both are the same regular file: emptying one would lose the other. */
static bool is_same(int fd, int input)
{
	struct stat out, in;

	return !fstat(input, &in) && !fstat(fd, &out) && S_ISREG(out.st_mode) &&
	       out.st_dev == in.st_dev && out.st_ino == in.st_ino;
}

static int refuse(int fd, const char *name, struct err *err)
{
	if (fd >= 0)
		close(fd);
	return err_set(err, -EINVAL,
		       "\"%s\" is the file being read: name another one with -w, and rename it "
		       "then.",
		       name);
}

static int open_file(const char *name, int input, struct err *err)
{
	int fd;
	int code;
	struct stat st;

	if (!strcmp(name, "-"))
		return is_same(STDOUT_FILENO, input) ? refuse(-1, "standard output", err)
						     : STDOUT_FILENO;
	fd = open(name, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOCTTY, FILE_MODE);
	if (fd >= 0 && is_same(fd, input))
		return refuse(fd, name, err);
	if (fd >= 0 && (fstat(fd, &st) || !S_ISREG(st.st_mode) || !ftruncate(fd, 0)))
		return fd;
	code = -errno;
	if (fd >= 0)
		close(fd);
	return err_set(err, code, "\"%s\" cannot be written: %s; name another file with -w.", name,
		       strerror(-code));
}

int read_write_open(struct read_write *w, const char *name, int input, bool as_pcap,
		    struct err *err)
{
	int fd = open_file(name, input, err);

	if (fd < 0)
		return fd;
	w->name = name;
	w->fd = fd;
	w->copy = copy_new(fd, strcmp(name, "-") ? name : "standard output", as_pcap, err);
	return w->copy ? 0 : -ENOMEM;
}

void read_write_block(void *context, const struct pcapng_block *block)
{
	struct read_write *w = context;

	if (w->copy)
		copy_block(w->copy, block);
}

int read_write_finish(struct read_write *w, const struct capture *from, struct err *err)
{
	if (!w->copy)
		return 0;
	copy_finish(w->copy, from);
	if (!copy_error(w->copy, err) && w->fd != STDOUT_FILENO && close(w->fd)) {
		int code = -errno;

		w->fd = STDOUT_FILENO;
		return err_set(err, code, "\"%s\" could not be written to its end: %s.", w->name,
			       strerror(-code));
	}
	if (!copy_error(w->copy, err))
		w->fd = STDOUT_FILENO;
	return copy_error(w->copy, err);
}

void read_write_done(struct read_write *w)
{
	if (w->copy && w->fd != STDOUT_FILENO)
		close(w->fd);
	copy_free(w->copy);
	*w = (struct read_write) {0};
}
