// SPDX-License-Identifier: Apache-2.0
// The file that `sonde read -w` writes.
#include "command/read_write.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "command/output_file.h"

static int open_file(const char *name, int input, int *ret_fd, struct err *err)
{
	if (strcmp(name, "-") != 0)
		return output_file_open(name, input, ret_fd, err);
	*ret_fd = STDOUT_FILENO;
	return output_file_check_stdout(input, err);
}

int read_write_open(struct read_write *w, const char *name, int input, bool as_pcap,
		    struct err *err)
{
	int code = open_file(name, input, &w->fd, err);

	if (code)
		return code;
	w->name = name;
	w->copy = copy_new(w->fd, strcmp(name, "-") ? name : "standard output", as_pcap, err);
	return w->copy ? 0 : -ENOMEM;
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
