// SPDX-License-Identifier: Apache-2.0
// Where the last scan is kept, and whose it is.
#include "command/state_file.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"

#define STATE_DIR "/.local/state"
#define LAST_DIR  "/sonde"
#define LAST_FILE "/last.pcapng"
#define DIR_MODE  0700

/* The user behind sudo, when we are root and there is one. */
static bool sudo_user(uid_t *ret_uid, gid_t *ret_gid)
{
	const char *uid = secure_getenv("SUDO_UID"), *gid = secure_getenv("SUDO_GID");
	uint64_t u, g;

	if (geteuid() || !uid || !gid || !text_number(uid, 1, UINT32_MAX - 1, &u) ||
	    !text_number(gid, 0, UINT32_MAX - 1, &g))
		return false;
	*ret_uid = (uid_t)u;
	*ret_gid = (gid_t)g;
	return true;
}

int state_last_capture(struct buf *ret_path, struct err *err)
{
	const char *state = secure_getenv("XDG_STATE_HOME"), *home = secure_getenv("HOME");
	struct passwd *user = NULL;
	uid_t uid;
	gid_t gid;

	if (sudo_user(&uid, &gid)) {
		user = getpwuid(uid);
		home = user ? user->pw_dir : NULL;
		state = NULL;
	}
	if (state && *state == '/') {
		buf_puts(ret_path, state);
	} else if (home && *home == '/') {
		buf_puts(ret_path, home);
		buf_puts(ret_path, STATE_DIR);
	} else {
		return err_set(err, -ENOENT,
			       "there is no home directory to keep the last scan in: set HOME or "
			       "XDG_STATE_HOME, or name a file with -w.");
	}
	buf_puts(ret_path, LAST_DIR LAST_FILE);
	return 0;
}

/* Makes every missing directory above path. */
static int make_parents(char *path)
{
	for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		int failed;

		*slash = '\0';
		failed = mkdir(path, DIR_MODE) && errno != EEXIST ? errno : 0;
		*slash = '/';
		if (failed)
			return -failed;
	}
	return 0;
}

/* Makes a new file and gives it the name, so that scans at the same time never share one. */
static int create(const char *path, int *ret_fd)
{
	char *copy = NULL;
	int code = -ENOMEM, fd = -1;

	if (asprintf(&copy, "%s.XXXXXX", path) < 0)
		return code;
	code = make_parents(copy);
	if (!code && (fd = mkostemp(copy, O_CLOEXEC)) < 0) /* mode 0600, never a file of before */
		code = -errno;
	if (!code && rename(copy, path)) { /* replaces a symbolic link, does not follow it */
		code = -errno;
		unlink(copy);
		close(fd);
	}
	free(copy);
	if (!code)
		*ret_fd = fd;
	return code;
}

int state_create_capture(struct buf *ret_path, int *ret_fd, struct err *err)
{
	int code = state_last_capture(ret_path, err);
	uid_t uid = 0;
	gid_t gid = 0;
	bool sudo = sudo_user(&uid, &gid);

	if (code)
		return code;
	if (sudo && (setegid(gid) || seteuid(uid)))
		return err_set(err, -errno, "cannot act as user %u to keep the last scan: %s.", uid,
			       strerror(errno));
	code = create(buf_text(ret_path), ret_fd);
	if (sudo && (seteuid(0) || setegid(0)))
		code = -EPERM;
	if (code)
		return err_set(err, code,
			       "cannot keep this scan in \"%s\": %s; name another file with -w.",
			       buf_text(ret_path), strerror(-code));
	return 0;
}

void state_give_to_user(int fd)
{
	struct stat st;
	uid_t uid;
	gid_t gid;

	if (!sudo_user(&uid, &gid) || fstat(fd, &st) || !S_ISREG(st.st_mode) || st.st_uid)
		return;
	if (fchown(fd, uid, gid))
		return; /* it then stays root's, which costs the user one more command */
}
