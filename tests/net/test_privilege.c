// SPDX-License-Identifier: Apache-2.0
// After the drop nothing can be had any more, and everything opened before works in full: as root,
// as an ordinary user with CAP_NET_RAW alone, and inside a user namespace.
//
// Each situation is a child: a test cannot get its own rights back. The situation of the ordinary
// user is a program of its own (this one again, by exec), because that is how ambient capabilities
// come to people.
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/capability.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "dns.h"
#include "lab.h"
#include "net/clock.h"
#include "net/connector.h"
#include "net/device.h"
#include "net/loop.h"
#include "net/names.h"
#include "net/netlink.h"
#include "net/privilege.h"
#include "net/ring.h"
#include "net/route.h"
#include "net/send.h"

#define DNS_PORT 5301
#define SERVER   "127.0.0.1:5301"
#define USER     1000u

/* Checks in a child end it with the line as a message; cmocka's would long-jump out of nowhere. */
#define CHECK(condition)                                                                           \
	do {                                                                                       \
		if (!(condition)) {                                                                \
			fprintf(stderr, "line %d: %s: %m\n", __LINE__, #condition);                \
			_exit(1);                                                                  \
		}                                                                                  \
	} while (0)

/* Everything the scan opens before the drop. */
struct opened {
	struct netlink *netlink;
	struct ring *ring;
	struct sender *sender;
	struct loop *loop;
	struct names *names;
	struct connector *connector;
};

static struct lab_frames got;
static const struct filter before_drop = {.port_low = 1, .port_high = 2};
static const struct filter after_drop = {.port_low = 40000, .port_high = 40010};

static void on_name(void *user, const struct names_answer *answer)
{
	if (answer->why) /* for whoever has to find out */
		fprintf(stderr, "%s\n", answer->why);
	*(int *)user = answer->status == NAMES_FOUND ? 1 : -1;
}

static void on_connected(void *user, const struct connector_result *result)
{
	*(int *)user = result->error == ECONNREFUSED ? 1 : -1;
}

static int connected;

static struct opened open_all(void)
{
	struct names_options options = {.servers = SERVER};
	struct opened o = {0};
	struct err err = {0};

	if (netlink_open(&o.netlink, &err) < 0 ||
	    ring_open(NULL, &before_drop, &o.ring, &err) < 0 || sender_open(&o.sender, &err) < 0 ||
	    loop_open(NULL, NULL, &o.loop, &err) < 0 ||
	    names_open(o.loop, &options, &o.names, &err) < 0 ||
	    connector_open(o.loop, 0, on_connected, &connected, &o.connector, &err) < 0) {
		fprintf(stderr, "%s\n", err.text);
		_exit(1);
	}
	return o;
}

/* A frame sent to a device comes back by the ring; a local packet is answered by the kernel. */
static void try_frames(struct opened *o)
{
	uint8_t bytes[2][128];
	struct lab_packet p = {
		.source = lab_addr("192.0.2.1"),
		.target = lab_addr("192.0.2.2"),
		.protocol = IPPROTO_TCP,
		.source_port = 40000,
		.target_port = 80,
		.tcp_flags = 2,
		.ethernet = true,
	};
	struct send_item items[2] = {
		{.ifindex = lab_index("left"), .link = LINK_ETHERNET, .bytes = bytes[0]},
		{.by_kernel = true, .bytes = bytes[1]},
	};

	items[0].len = (uint32_t)lab_build(&p, bytes[0], sizeof(bytes[0]));
	p.source = p.target = lab_addr("::1");
	p.ethernet = false;
	items[1].len = (uint32_t)lab_build(&p, bytes[1], sizeof(bytes[1]));
	CHECK(ring_set_filter(o->ring, &after_drop, NULL) == 0);
	CHECK(sender_send(o->sender, items, 2) == 2);
	CHECK(lab_read(o->ring, &got, 4)); /* sent and received on veth; SYN and RST on lo */
	CHECK(ring_stats(o->ring).received >= 4);
}

static void try_questions(struct opened *o)
{
	nsec_t end = clock_now() + LAB_PATIENCE;
	struct addr to = lab_addr("127.0.0.1");
	struct device_list list = {0};
	struct route route;
	uint8_t mac[MAC_LEN];
	int found = 0;

	CHECK(device_list_read(o->netlink, &list, NULL) == 0);
	CHECK(device_by_name(&list, "left"));
	device_list_done(&list);
	CHECK(route_lookup(o->netlink, &to, 0, &route, NULL) == 0);
	CHECK(route.kind == ROUTE_LOCAL);
	CHECK(route_neighbour(o->netlink, lab_index("left"), &to, mac) == -ENOENT);
	names_forward(o->names, "two.test", true, false, on_name, &found);
	CHECK(connector_start(o->connector, &to, 0, 9, 1) == 0);
	while ((!found || !connected) && clock_now() < end)
		CHECK(loop_once(o->loop, end) == 0);
	CHECK(found == 1 && connected == 1);
	CHECK(names_is_own_port(o->names, false, 0) == false);
}

/* A line of /proc/self/status as text behind its name. */
static void status_line(const char *name, char out[static 128])
{
	FILE *f = fopen("/proc/self/status", "r");
	size_t len = strlen(name);
	char line[128];

	CHECK(f);
	out[0] = '\0';
	while (fgets(line, sizeof(line), f))
		if (strncmp(line, name, len) == 0 && line[len] == ':')
			snprintf(out, 128, "%s", line + len + 1 + strspn(line + len + 1, "\t "));
	fclose(f);
	CHECK(out[0]);
}

static void check_nothing_left(const struct privilege_report *report)
{
	static const char *const sets[] = {"CapInh", "CapPrm", "CapEff", "CapAmb"};
	char text[128], wanted[64];

	for (size_t i = 0; i < sizeof(sets) / sizeof(sets[0]); i++) {
		status_line(sets[i], text);
		CHECK(strcmp(text, "0000000000000000\n") == 0);
	}
	status_line("CapBnd", text);
	CHECK((strcmp(text, "0000000000000000\n") == 0) == report->bounding_cleared);
	status_line("NoNewPrivs", text);
	CHECK(strcmp(text, "1\n") == 0);
	status_line("Uid", text);
	snprintf(wanted, sizeof(wanted), "%u\t%u\t%u\t%u\n", report->uid, report->uid, report->uid,
		 report->uid);
	CHECK(strcmp(text, wanted) == 0);
	CHECK(prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 0);
	CHECK(!privilege_has_net_raw());
	CHECK(socket(AF_PACKET, SOCK_RAW, 0) < 0 && errno == EPERM);
	CHECK(socket(AF_INET, SOCK_RAW, IPPROTO_RAW) < 0 && errno == EPERM);
}

/* Opens, drops, checks, uses. Ends the process. */
static void situation(enum privilege_outcome wanted, uint32_t uid, bool bounding)
	__attribute__((noreturn));
static void situation(enum privilege_outcome wanted, uint32_t uid, bool bounding)
{
	struct privilege_options options = {.change_user = true};
	struct privilege_report report;
	struct opened o;
	struct err err = {0};

	CHECK(privilege_has_net_raw());
	o = open_all();
	if (privilege_drop(&options, &report, &err) < 0) {
		fprintf(stderr, "%s\n", err.text);
		_exit(1);
	}
	if (report.outcome != wanted || report.uid != uid || report.bounding_cleared != bounding) {
		fprintf(stderr, "outcome %d, uid %u, bounding %d\n", (int)report.outcome,
			report.uid, report.bounding_cleared);
		_exit(1);
	}
	check_nothing_left(&report);
	try_frames(&o);
	try_questions(&o);
	connector_close(o.connector);
	names_close(o.names);
	loop_close(o.loop);
	sender_close(o.sender);
	ring_close(o.ring);
	netlink_close(o.netlink);
	_exit(0);
}

static void assert_passes(pid_t pid)
{
	int status = -1;

	assert_true(pid > 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

static void root_becomes_nobody(void **state)
{
	pid_t pid = fork();

	(void)state;
	if (!pid) {
		unsetenv("SUDO_UID");
		unsetenv("SUDO_GID");
		situation(PRIVILEGE_USER_CHANGED, 65534, true);
	}
	assert_passes(pid);
}

static void sudo_becomes_the_invoking_user(void **state)
{
	static const struct {
		const char *text;
		uint32_t uid;
	} rows[] = {{"1000", 1000},   {"0", 65534},          {"-1", 65534},
		    {"1000x", 65534}, {"4294967295", 65534}, {"99999999999999999999", 65534}};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		pid_t pid = fork();

		if (!pid) {
			setenv("SUDO_UID", rows[i].text, 1);
			setenv("SUDO_GID", rows[i].text, 1);
			situation(PRIVILEGE_USER_CHANGED, rows[i].uid, true);
		}
		assert_passes(pid);
	}
}

/* Leaves this process as USER with nothing but an ambient CAP_NET_RAW. */
static void become_user_with_net_raw(void)
{
	cap_t caps = cap_init();
	cap_value_t net_raw = CAP_NET_RAW;

	CHECK(prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) == 0);
	CHECK(setresgid(USER, USER, USER) == 0 && setresuid(USER, USER, USER) == 0);
	CHECK(cap_set_flag(caps, CAP_PERMITTED, 1, &net_raw, CAP_SET) == 0);
	CHECK(cap_set_flag(caps, CAP_INHERITABLE, 1, &net_raw, CAP_SET) == 0);
	CHECK(cap_set_flag(caps, CAP_EFFECTIVE, 1, &net_raw, CAP_SET) == 0);
	CHECK(cap_set_proc(caps) == 0);
	CHECK(cap_set_ambient(CAP_NET_RAW, CAP_SET) == 0);
	cap_free(caps);
}

static void a_user_needs_only_net_raw(void **state)
{
	int self = open("/proc/self/exe", O_RDONLY);
	char *argv[] = {(char[]) {"test"}, (char[]) {"--as-user"}, NULL};
	pid_t pid = fork();

	(void)state;
	assert_true(self >= 0);
	if (!pid) {
		become_user_with_net_raw();
		fexecve(self, argv, environ);
		CHECK(!"exec");
	}
	assert_passes(pid);
	close(self);
}

static void a_plain_user_has_none(void **state)
{
	pid_t pid = fork();

	(void)state;
	if (!pid) {
		struct ring *ring = NULL;
		struct sender *sender = NULL;
		struct err err = {0};

		CHECK(setresgid(USER, USER, USER) == 0 && setresuid(USER, USER, USER) == 0);
		CHECK(!privilege_has_net_raw());
		CHECK(ring_open(NULL, NULL, &ring, &err) == -EPERM && !ring);
		CHECK(strstr(err.text, "CAP_NET_RAW"));
		CHECK(sender_open(&sender, &err) == -EPERM && !sender);
		CHECK(strstr(err.text, "CAP_NET_RAW"));
		_exit(0);
	}
	assert_passes(pid);
}

static void write_to(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY);

	CHECK(fd >= 0);
	CHECK(write(fd, text, strlen(text)) == (ssize_t)strlen(text));
	close(fd);
}

/* What `unshare -Urn` does: user 0 of a namespace that maps nobody else. */
static void inside_a_user_namespace(void **state)
{
	pid_t pid = fork();

	(void)state;
	if (!pid) {
		unsetenv("SUDO_UID");
		CHECK(setresgid(USER, USER, USER) == 0 && setresuid(USER, USER, USER) == 0);
		CHECK(prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) == 0);
		CHECK(unshare(CLONE_NEWUSER | CLONE_NEWNET) == 0);
		write_to("/proc/self/setgroups", "deny");
		write_to("/proc/self/uid_map", "0 1000 1");
		write_to("/proc/self/gid_map", "0 1000 1");
		lab_run("ip link set lo up");
		lab_link_pair();
		dns_start(DNS_PORT);
		situation(PRIVILEGE_USER_KEPT, 0, true);
	}
	assert_passes(pid);
}

/* Capable in its own user namespace, but the network belongs to somebody else. */
static void a_capability_for_another_network_is_none(void **state)
{
	pid_t pid = fork();

	(void)state;
	if (!pid) {
		CHECK(setresgid(USER, USER, USER) == 0 && setresuid(USER, USER, USER) == 0);
		CHECK(unshare(CLONE_NEWUSER) == 0);
		CHECK(!privilege_has_net_raw());
		_exit(0);
	}
	assert_passes(pid);
}

static void keeps_what_was_not_to_change(void **state)
{
	pid_t pid = fork();

	(void)state;
	if (!pid) {
		struct privilege_options options = {.keep_dumpable = true};
		struct privilege_report report;

		CHECK(prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) == 0);
		CHECK(privilege_drop(&options, &report, NULL) == 0);
		CHECK(report.outcome == PRIVILEGE_SAME_USER && report.uid == 0);
		CHECK(prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 1);
		CHECK(!privilege_has_net_raw());
		_exit(0);
	}
	assert_passes(pid);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(root_becomes_nobody),
		cmocka_unit_test(sudo_becomes_the_invoking_user),
		cmocka_unit_test(a_user_needs_only_net_raw),
		cmocka_unit_test(a_plain_user_has_none),
		cmocka_unit_test(inside_a_user_namespace),
		cmocka_unit_test(a_capability_for_another_network_is_none),
		cmocka_unit_test(keeps_what_was_not_to_change),
	};
	int failed;

	if (argc == 2 && strcmp(argv[1], "--as-user") == 0)
		situation(PRIVILEGE_SAME_USER, USER, false);
	if (getuid() != 0) {
		fprintf(stderr, "This test gives up rights, so it has to be started as root.\n");
		return 1;
	}
	lab_enter();
	lab_link_pair();
	dns_start(DNS_PORT);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	dns_stop();
	return failed;
}
