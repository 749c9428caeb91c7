/* SPDX-License-Identifier: Apache-2.0 */
/* Whether we may use raw sockets, and giving up every right once they are open. */
#ifndef SONDE_NET_PRIVILEGE_H
#define SONDE_NET_PRIVILEGE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

/*
 * How privilege_drop() ended when it succeeded. In all of them no capability is left. The user is
 * kept in a user namespace that maps no other, and where root lacks CAP_SETUID or CAP_SETGID.
 */
enum privilege_outcome {
	PRIVILEGE_SAME_USER,    /* no change of user was asked for, or needed: it was not root */
	PRIVILEGE_USER_CHANGED, /* now the invoking user (sudo, setuid) or nobody */
	PRIVILEGE_USER_KEPT,    /* a change was asked for, but the kernel allows none here */
};

struct privilege_options {
	/* From user id 0 to $SUDO_UID/$SUDO_GID, the real user of a setuid program, or nobody. */
	bool change_user;
	/* Leave PR_SET_DUMPABLE as it was: for sanitizers and debuggers, not for users. */
	bool keep_dumpable;
};

/* What was reached. */
struct privilege_report {
	enum privilege_outcome outcome;
	uint32_t uid;
	uint32_t gid;
	bool bounding_cleared; /* false: CAP_SETPCAP was missing; no_new_privs covers for it */
};

/*
 * True when raw and packet sockets can be had here: CAP_NET_RAW is effective, and the kernel really
 * opens one (the capability may be for another network namespace than ours).
 */
bool privilege_has_net_raw(void);

/*
 * Gives up everything, for good: ambient, bounding, inheritable, permitted and effective sets,
 * groups and user if asked, no_new_privs on, not dumpable. Then tries to get it back, and fails if
 * that works. Call it after all sockets and output files are open, and
 * while there is one thread: capabilities are a thread's own. Open sockets keep working. 0,
 * or -errno with a sentence, after which the program must not go on.
 */
int privilege_drop(const struct privilege_options *options, struct privilege_report *ret_report,
		   struct err *err);

#endif
