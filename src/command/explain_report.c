// SPDX-License-Identifier: Apache-2.0
// `sonde explain --compare`: a scanner's own report beside its capture.
#include "command/explain_report.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define REPORT_BYTES_MAX (256u << 20)

/* Takes the whole of an open file. */
static int take(int fd, const char *path, char **ret_bytes, size_t *ret_len, struct err *err)
{
	size_t len = 0, room = 0;
	char *bytes = NULL;

	for (;;) {
		ssize_t got;

		if (len == room) {
			char *moved = realloc(bytes, room = room ? room * 2 : 65536);

			if (!moved) {
				free(bytes);
				return err_set(err, -ENOMEM,
					       "there is no memory left to read \"%s\".", path);
			}
			bytes = moved;
		}
		got = read(fd, bytes + len, room - len);
		if (got < 0 && errno == EINTR)
			continue;
		if (got > 0 && (len += (size_t)got) <= REPORT_BYTES_MAX)
			continue;
		if (!got) {
			*ret_bytes = bytes;
			*ret_len = len;
			return 0;
		}
		free(bytes);
		if (got > 0)
			return err_set(err, -EFBIG,
				       "\"%s\" is larger than 256 MiB, which no comparison "
				       "takes; compare the hosts in parts",
				       path);
		return err_set(err, -errno, "\"%s\" cannot be read: %s.", path, strerror(errno));
	}
}

int explain_report_read(struct explain_report *r, const char *path, const struct ledger *l,
			struct err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), code;
	char *bytes = NULL;
	size_t len = 0;

	r->path = path;
	r->claims.ledger = l;
	if (fd < 0)
		return err_set(err, -errno,
			       "the report \"%s\" cannot be opened: %s; check the name and its "
			       "rights.",
			       path, strerror(errno));
	code = take(fd, path, &bytes, &len, err);
	close(fd);
	if (!code)
		code = claims_read(&r->claims, bytes, len, path, err);
	free(bytes);
	if (code)
		return code;
	comparison_make(l, &r->claims, &r->comparison);
	if (r->comparison.failed)
		return err_set(err, -ENOMEM, "there is no memory left to compare \"%s\".", path);
	return 0;
}

void explain_report_done(struct explain_report *r)
{
	comparison_done(&r->comparison);
	claims_done(&r->claims);
}
