// SPDX-License-Identifier: Apache-2.0
// `sonde explain --compare`: a scanner's own report beside its capture.
#include "command/explain_report.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command/whole_file.h"

#define REPORT_BYTES_MAX (256u << 20)

static int unreadable(int code, const char *path, struct err *err)
{
	if (code == -ENOMEM)
		return err_set(err, code, "there is no memory left to read \"%s\".", path);
	if (code == -EFBIG)
		return err_set(err, code,
			       "\"%s\" is larger than 256 MiB, which no comparison takes; compare "
			       "the hosts in parts",
			       path);
	return err_set(err, code, "\"%s\" cannot be read: %s.", path, strerror(-code));
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
	code = whole_file_read(fd, REPORT_BYTES_MAX, &bytes, &len);
	close(fd);
	if (code)
		unreadable(code, path, err);
	else
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
