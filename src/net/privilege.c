// SPDX-License-Identifier: Apache-2.0
// Whether we may use raw sockets, and giving up every right once they are open.
//
// Theory of operation
//
// The order matters: the bounding set can only be cleared with CAP_SETPCAP, groups and user only
// be changed with CAP_SETGID and CAP_SETUID, so the capability sets themselves go last. Groups go
// before the group, and the group before the user. Then no_new_privs makes sure that no program we
// might start gets anything back, and not being dumpable keeps other processes of the same user
// from attaching to us and using our open sockets. The proof at the end tries the ways back.
#include "net/privilege.h"

#include <errno.h>
#include <grp.h>
#include <linux/if_packet.h>
#include <stdlib.h>
#include <string.h>
#include <sys/capability.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/text.h"

#define NOBODY 65534u

/* True when a packet socket can be opened now. */
static bool opens_packet_socket(void)
{
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

static bool has_effective(cap_value_t capability)
{
	cap_t caps = cap_get_proc();
	cap_flag_value_t value = CAP_CLEAR;

	if (caps)
		cap_get_flag(caps, capability, CAP_EFFECTIVE, &value);
	cap_free(caps);
	return value == CAP_SET;
}

bool privilege_has_net_raw(void)
{
	return has_effective(CAP_NET_RAW) && opens_packet_socket();
}

/* A user or group id from the environment; nobody's when it is missing, no number, or root's. */
static uint32_t id_from(const char *variable)
{
	const char *text = getenv(variable);
	uint64_t id = NOBODY;

	if (text)
		text_number(text, 1, UINT32_MAX - 1, &id);
	return (uint32_t)id;
}

/* Changes groups and user. False when the kernel does not let us become anybody else. */
static bool change_user(void)
{
	uid_t uid = getuid();
	gid_t gid = getgid();

	if (uid == 0) {
		uid = id_from("SUDO_UID");
		gid = uid == NOBODY ? NOBODY : id_from("SUDO_GID");
	}
	return setgroups(0, NULL) == 0 && setresgid(gid, gid, gid) == 0 &&
	       setresuid(uid, uid, uid) == 0;
}

/* Empties the bounding set; false when the right to do that is missing. */
static bool clear_bounding(void)
{
	bool all = true;

	for (cap_value_t c = 0; cap_get_bound(c) >= 0; c++)
		if (cap_get_bound(c) == CAP_SET && cap_drop_bound(c) < 0)
			all = false;
	return all;
}

static int clear_sets(void)
{
	cap_t none = cap_init();
	int code = 0;

	if (!none)
		return -ENOMEM;
	/* The inheritable set goes with this one, and ambient ones cannot outlive it. */
	if (cap_set_proc(none) < 0)
		code = -errno;
	cap_free(none);
	return code;
}

/* True when the capability can be had again: what must not be. */
static bool can_raise(cap_value_t capability)
{
	cap_t caps = cap_get_proc();
	bool raised = !caps || cap_set_flag(caps, CAP_PERMITTED, 1, &capability, CAP_SET) < 0 ||
		      cap_set_flag(caps, CAP_EFFECTIVE, 1, &capability, CAP_SET) < 0 ||
		      cap_set_proc(caps) == 0;

	cap_free(caps);
	return raised;
}

/* Tries to get back what was given up. 0 when everything failed as it must. */
static int prove(const struct privilege_report *report, struct err *err)
{
	static const cap_value_t worst[] = {CAP_NET_RAW, CAP_NET_ADMIN, CAP_SYS_ADMIN, CAP_SETUID};
	const char *way = NULL;

	for (size_t i = 0; i < sizeof(worst) / sizeof(worst[0]); i++)
		if (can_raise(worst[i]))
			way = "a capability could be raised again";
	if (opens_packet_socket())
		way = "a new packet socket could be opened";
	if (report->outcome == PRIVILEGE_USER_CHANGED && setresuid(0, 0, 0) == 0)
		way = "user id 0 could be taken again";
	if (prctl(PR_GET_NO_NEW_PRIVS, 0UL, 0UL, 0UL, 0UL) != 1)
		way = "no_new_privs is not set";
	if (way)
		return err_set(err, -EPERM,
			       "Privileges were dropped, but %s; this is a fault of this "
			       "program or of the kernel, and it stops here.",
			       way);
	return 0;
}

int privilege_drop(const struct privilege_options *options, struct privilege_report *ret_report,
		   struct err *err)
{
	struct privilege_report report = {.outcome = PRIVILEGE_SAME_USER};
	int dumpable = prctl(PR_GET_DUMPABLE, 0UL, 0UL, 0UL, 0UL) == 1;
	int code;

	/* A change of user takes this away, so that it has to be given back where it is wanted. */
	if (!options->keep_dumpable)
		dumpable = 0;
	report.bounding_cleared = clear_bounding();
	cap_reset_ambient();
	if (options->change_user && geteuid() == 0)
		report.outcome = change_user() ? PRIVILEGE_USER_CHANGED : PRIVILEGE_USER_KEPT;
	code = clear_sets();
	if (code)
		return err_set(err, code, "The capabilities could not be dropped: %s.",
			       strerror(-code));
	if (prctl(PR_SET_NO_NEW_PRIVS, 1UL, 0UL, 0UL, 0UL) < 0 ||
	    prctl(PR_SET_DUMPABLE, (unsigned long)dumpable, 0UL, 0UL, 0UL) < 0)
		return err_set(err, -errno, "The process could not be locked down: %s.",
			       strerror(errno));
	report.uid = geteuid();
	report.gid = getegid();
	code = prove(&report, err);
	if (!code)
		*ret_report = report;
	return code;
}
