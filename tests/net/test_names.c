// SPDX-License-Identifier: Apache-2.0
// Every question to the resolver gets exactly one answer, from good, silent and hostile servers.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "dns.h"
#include "lab.h"
#include "net/clock.h"
#include "net/loop.h"
#include "net/names.h"

#define DNS_PORT 5300
#define SERVER   "127.0.0.1:5300"

static struct loop *loop;

/* An answer, copied. */
struct kept {
	unsigned calls;
	enum names_status status;
	size_t n_addrs;
	struct addr addrs[NAMES_ADDRS_MAX];
	char name[300];
	char why[ERR_TEXT_MAX];
	nsec_t took;
};

static void keep(void *user, const struct names_answer *answer)
{
	struct kept *k = user;

	k->calls++;
	k->status = answer->status;
	k->n_addrs = answer->n_addrs;
	if (answer->n_addrs)
		memcpy(k->addrs, answer->addrs, answer->n_addrs * sizeof(k->addrs[0]));
	snprintf(k->name, sizeof(k->name), "%s", answer->name ? answer->name : "");
	snprintf(k->why, sizeof(k->why), "%s", answer->why ? answer->why : "");
	k->took = answer->took;
	assert_true((answer->why != NULL) == (answer->status != NAMES_FOUND));
}

static struct names *open_names(const char *servers)
{
	struct names_options options = {
		.forward_timeout = 100 * NSEC_PER_MSEC,
		.reverse_timeout = 50 * NSEC_PER_MSEC,
		.servers = servers,
	};
	struct names *names = NULL;
	struct err err = {0};

	if (names_open(loop, &options, &names, &err) < 0)
		fail_msg("%s", err.text);
	return names;
}

static void finish(struct names *names)
{
	nsec_t end = clock_now() + LAB_PATIENCE;

	while (names_pending(names) && clock_now() < end)
		assert_int_equal(loop_once(loop, end), 0);
	assert_int_equal(names_pending(names), 0);
}

static struct kept ask(struct names *names, const char *name, bool v4, bool v6)
{
	struct kept k = {0};

	names_forward(names, name, v4, v6, keep, &k);
	finish(names);
	assert_int_equal(k.calls, 1);
	return k;
}

static struct kept ask_back(struct names *names, const char *addr)
{
	struct addr a = lab_addr(addr);
	struct kept k = {0};

	names_reverse(names, &a, keep, &k);
	finish(names);
	assert_int_equal(k.calls, 1);
	return k;
}

static void assert_addrs(const struct kept *k, size_t count, const char *const texts[])
{
	assert_int_equal(k->status, NAMES_FOUND);
	assert_int_equal(k->n_addrs, count);
	for (size_t i = 0; i < count; i++) {
		char text[ADDR_TEXT_MAX];

		assert_string_equal(addr_text(&k->addrs[i], text), texts[i]);
	}
}

static void finds_addresses(void **state)
{
	static const char *const both[] = {"192.0.2.2", "192.0.2.1", "2001:db8::1", "2001:db8::2"};
	struct names *names = open_names(SERVER);
	struct kept k = ask(names, "two.test", true, true);

	(void)state;
	assert_addrs(&k, 4, both);
	assert_string_equal(k.name, "");
	k = ask(names, "two.test", true, false);
	assert_addrs(&k, 2, both);
	k = ask(names, "two.test", false, true);
	assert_addrs(&k, 2, both + 2);
	k = ask(names, "four.test", true, true);
	assert_addrs(&k, 1, (const char *const[]) {"192.0.2.4"});
	k = ask(names, "alias.test", true, false);
	assert_addrs(&k, 2, both);
	assert_string_equal(k.name, "two.test");
	k = ask(names, "192.0.2.77", true, false);
	assert_addrs(&k, 1, (const char *const[]) {"192.0.2.77"});
	k = ask(names, "2001:db8::77", false, true);
	assert_addrs(&k, 1, (const char *const[]) {"2001:db8::77"});
	names_close(names);
}

static void obeys_the_hosts_file(void **state)
{
	struct names *names = open_names(SERVER);
	unsigned before = dns_questions(false);
	struct kept k = ask(names, "listed.test", true, false);

	(void)state;
	assert_addrs(&k, 1, (const char *const[]) {"192.0.2.200"});
	k = ask_back(names, "192.0.2.200");
	assert_int_equal(k.status, NAMES_FOUND);
	assert_string_equal(k.name, "listed.test");
	k = ask(names, "two.test", true, false); /* the server knows it, the file says otherwise */
	assert_int_equal(k.status, NAMES_FOUND);
	assert_int_equal(dns_questions(false), before + 1);
	names_close(names);
}

static void says_why_not(void **state)
{
	struct names *names = open_names(SERVER);
	char longest[400];
	struct kept k = ask(names, "gone.test", true, true);

	(void)state;
	assert_int_equal(k.status, NAMES_ABSENT);
	assert_string_equal(k.why, "The name \"gone.test\" does not exist (asked " SERVER ").");
	k = ask(names, "four.test", false, true);
	assert_int_equal(k.status, NAMES_ABSENT);
	assert_string_equal(k.why,
			    "The name \"four.test\" has no IPv6 address (asked " SERVER ").");
	k = ask(names, "fail.test", true, false);
	assert_int_equal(k.status, NAMES_FAILED);
	k = ask(names, "rubbish.test", true, false);
	assert_int_equal(k.status, NAMES_FAILED);
	k = ask(names, "", true, false);
	assert_int_equal(k.status, NAMES_FAILED);
	k = ask(names, "a..b", true, false);
	assert_int_not_equal(k.status, NAMES_FOUND);
	k = ask(names, "bad\033[2J.test", true, false);
	assert_int_not_equal(k.status, NAMES_FOUND);
	assert_null(strchr(k.why, '\033'));
	memset(longest, 'x', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	k = ask(names, longest, true, false);
	assert_int_not_equal(k.status, NAMES_FOUND);
	names_close(names);
}

static void gives_up_on_silence(void **state)
{
	struct names *names = open_names(SERVER);
	struct kept k = ask(names, "silent.test", true, false);

	(void)state;
	assert_int_equal(k.status, NAMES_SILENT);
	/* 100 ms, then twice that. */
	assert_true(k.took >= 290 * NSEC_PER_MSEC && k.took < 2 * NSEC_PER_SEC);
	assert_non_null(strstr(k.why, "No DNS server answered for \"silent.test\" within 0.3 s "
				      "(asked " SERVER ")"));
	k = ask_back(names, "192.0.2.70");
	assert_int_equal(k.status, NAMES_SILENT);
	assert_true(k.took >= 140 * NSEC_PER_MSEC);
	names_close(names);
	names = open_names("127.0.0.1:5999"); /* nobody there: ICMP port unreachable */
	k = ask(names, "two.test", true, false);
	assert_int_equal(k.status, NAMES_FAILED);
	names_close(names);
}

static void finds_names(void **state)
{
	struct names *names = open_names(SERVER);
	struct kept k = ask_back(names, "192.0.2.1");

	(void)state;
	assert_int_equal(k.status, NAMES_FOUND);
	assert_string_equal(k.name, "two.test");
	k = ask_back(names, "2001:db8::1a");
	assert_string_equal(k.name, "two.test");
	k = ask_back(names, "192.0.2.67");
	assert_int_equal(k.status, NAMES_ABSENT);
	assert_string_equal(k.why, "The address 192.0.2.67 has no name.");
	k = ask_back(names, "192.0.2.69");
	assert_int_equal(k.status, NAMES_FOUND);
	assert_int_equal(strlen(k.name), 191);
	names_close(names);
}

/* Whatever c-ares makes of odd bytes: no crash, one answer, and no NUL cuts a name silently short. */
static void survives_odd_bytes(void **state)
{
	static const char *const addrs[] = {"192.0.2.66", "192.0.2.68"};
	struct names *names = open_names(SERVER);

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct kept k = ask_back(names, addrs[i]);

		print_message("%s: status %d, name of %zu bytes, %s\n", addrs[i], (int)k.status,
			      strlen(k.name), k.why);
		assert_string_not_equal(k.name, "a");
		assert_null(strchr(k.why, '\033'));
	}
	names_close(names);
}

static void asks_by_tcp_when_told_to(void **state)
{
	struct names *names = open_names(SERVER);
	unsigned before = dns_questions(true);
	struct kept k = ask(names, "big.test", true, false);

	(void)state;
	assert_int_equal(k.status, NAMES_FOUND);
	assert_int_equal(k.n_addrs, NAMES_ADDRS_MAX);
	assert_true(dns_questions(true) > before);
	names_close(names);
}

static void knows_its_own_ports(void **state)
{
	struct names *names = open_names(SERVER);
	uint16_t server_ports[4] = {0};
	struct buf servers = {0};
	unsigned own[2] = {0};

	(void)state;
	/* Other tests' resolvers asked from ports of their own: count ours alone. */
	for (uint32_t port = 0; port < 65536; port++)
		assert_false(names_is_own_port(names, false, (uint16_t)port));
	ask(names, "two.test", true, true);
	ask(names, "big.test", true, false);
	ask_back(names, "192.0.2.1");
	for (uint32_t port = 0; port < 65536; port++) {
		for (int tcp = 0; tcp < 2; tcp++) {
			if (!names_is_own_port(names, tcp, (uint16_t)port))
				continue;
			own[tcp]++;
			assert_true(dns_was_asked_from(tcp, (uint16_t)port));
		}
	}
	assert_in_range(own[0], 2, 8); /* a forward and a reverse channel at least */
	assert_in_range(own[1], 1, 2);
	assert_int_equal(names_server_ports(names, server_ports, 4), 1);
	assert_int_equal(server_ports[0], DNS_PORT);
	names_servers(names, &servers);
	assert_string_equal(buf_text(&servers), SERVER);
	buf_done(&servers);
	names_close(names);
}

static void reads_resolv_conf(void **state)
{
	struct names *names = open_names(NULL);
	struct buf servers = {0};
	uint16_t port = 0;

	(void)state;
	names_servers(names, &servers);
	assert_string_equal(buf_text(&servers), "192.0.2.53, 2001:db8::53");
	assert_int_equal(names_server_ports(names, &port, 1), 1);
	assert_int_equal(port, 53);
	buf_done(&servers);
	names_close(names);
}

/* Counts calls and asks again each time, as a crawler of names would. */
static struct names *asked_again;
static void ask_again(void *user, const struct names_answer *answer)
{
	unsigned *calls = user;

	assert_int_equal(answer->status, NAMES_CANCELLED);
	if (++*calls == 1)
		names_forward(asked_again, "two.test", true, false, ask_again, user);
}

static void refuses_questions_while_closing(void **state)
{
	unsigned calls = 0;

	(void)state;
	asked_again = open_names(SERVER);
	names_forward(asked_again, "silent.test", true, false, ask_again, &calls);
	names_close(asked_again);
	assert_int_equal(calls, 2);
}

static void answers_what_is_open_at_the_end(void **state)
{
	struct names *names = open_names(SERVER);
	struct kept k[3] = {0};
	struct addr a = lab_addr("192.0.2.70");

	(void)state;
	names_forward(names, "silent.test", true, false, keep, &k[0]);
	names_forward(names, "two.test", true, true, keep, &k[1]);
	names_reverse(names, &a, keep, &k[2]);
	assert_int_equal(names_pending(names), 3);
	names_close(names);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(k[i].calls, 1);
		assert_int_equal(k[i].status, NAMES_CANCELLED);
	}
}

static void asks_many_at_once(void **state)
{
	enum { COUNT = 500 };
	static struct kept k[COUNT];
	struct names *names = open_names(SERVER);

	(void)state;
	for (int i = 0; i < COUNT; i++) {
		struct addr a = addr_v4((uint8_t[]) {192, 0, 2, (uint8_t)(i & 1 ? 1 : 67)});

		names_reverse(names, &a, keep, &k[i]);
	}
	finish(names);
	for (int i = 0; i < COUNT; i++) {
		assert_int_equal(k[i].calls, 1);
		assert_int_equal(k[i].status, i & 1 ? NAMES_FOUND : NAMES_ABSENT);
	}
	names_close(names);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_addresses),
		cmocka_unit_test(obeys_the_hosts_file),
		cmocka_unit_test(says_why_not),
		cmocka_unit_test(gives_up_on_silence),
		cmocka_unit_test(finds_names),
		cmocka_unit_test(survives_odd_bytes),
		cmocka_unit_test(asks_by_tcp_when_told_to),
		cmocka_unit_test(knows_its_own_ports),
		cmocka_unit_test(reads_resolv_conf),
		cmocka_unit_test(answers_what_is_open_at_the_end),
		cmocka_unit_test(refuses_questions_while_closing),
		cmocka_unit_test(asks_many_at_once),
	};
	struct err err = {0};
	int failed;

	lab_enter();
	/* A hosts file and a resolver configuration of our own, seen by this process alone. */
	lab_run("d=$(mktemp -d) && mount -t tmpfs none $d && "
		"echo '192.0.2.200 listed.test' >$d/hosts && "
		"printf 'nameserver 192.0.2.53\\nnameserver 2001:db8::53\\n' >$d/resolv && "
		"mount --bind $d/hosts /etc/hosts && mount --bind $d/resolv /etc/resolv.conf && "
		"umount -l $d && rmdir $d");
	dns_start(DNS_PORT);
	if (loop_open(NULL, NULL, &loop, &err) < 0)
		return 1;
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	loop_close(loop);
	dns_stop();
	return failed;
}
