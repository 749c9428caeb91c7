// SPDX-License-Identifier: Apache-2.0
// connect() attempts end as open, refused or failed, each once, and never fool themselves.
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "lab.h"
#include "net/clock.h"
#include "net/connector.h"

static struct loop *loop;
static struct connector_result results[512];
static size_t n_results;
static bool inside_start;

static void keep(void *user, const struct connector_result *result)
{
	(void)user;
	assert_false(inside_start);
	assert_true(n_results < sizeof(results) / sizeof(results[0]));
	results[n_results++] = *result;
}

static struct connector *open_connector(size_t limit)
{
	struct connector *c = NULL;
	struct err err = {0};

	n_results = 0;
	if (connector_open(loop, limit, keep, NULL, &c, &err) < 0)
		fail_msg("%s", err.text);
	return c;
}

static int start(struct connector *c, const char *addr, uint16_t port, uint64_t token)
{
	struct addr a = lab_addr(addr);
	int code;

	inside_start = true;
	code = connector_start(c, &a, 0, port, token);
	inside_start = false;
	return code;
}

static void turn_until(size_t count)
{
	nsec_t end = clock_now() + LAB_PATIENCE;

	while (n_results < count && clock_now() < end)
		assert_int_equal(loop_once(loop, end), 0);
	assert_int_equal(n_results, count);
}

/* A listener of both families; caller closes. */
static int listener(uint16_t port)
{
	struct sockaddr_in6 any = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
	int fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	assert_int_equal(bind(fd, (struct sockaddr *)&any, sizeof(any)), 0);
	assert_int_equal(listen(fd, 1000), 0);
	return fd;
}

static void tells_open_from_closed(void **state)
{
	static const struct {
		const char *addr;
		uint16_t port;
		int error;
	} rows[] = {
		{"127.0.0.1", 8080, 0},
		{"127.0.0.1", 8081, ECONNREFUSED},
		{"::1", 8080, 0},
		{"::1", 8081, ECONNREFUSED},
		{"192.0.2.1", 8080, ENETUNREACH},
		{"2001:db8::1", 80, ENETUNREACH},
		{"198.51.100.1", 80, EHOSTUNREACH},
	};
	size_t count = sizeof(rows) / sizeof(rows[0]);
	struct connector *c = open_connector(0);
	nsec_t begun = clock_now();
	int fd = listener(8080);

	(void)state;
	for (size_t i = 0; i < count; i++)
		assert_int_equal(start(c, rows[i].addr, rows[i].port, i), 0);
	assert_int_equal(connector_in_flight(c), count);
	turn_until(count);
	assert_int_equal(connector_in_flight(c), 0);
	for (size_t i = 0; i < count; i++) {
		const struct connector_result *r = &results[i];

		if (r->error != rows[r->token].error)
			fail_msg("%s: %s", rows[r->token].addr, strerror(r->error));
		assert_int_equal(r->port, rows[r->token].port);
		assert_true(r->started >= begun && r->rtt >= 0);
		assert_true(r->started + r->rtt <= clock_now());
		if (!r->error) {
			assert_true(addr_equal(&r->source, &r->addr));
			assert_true(r->source_port >= 30000);
		}
	}
	close(fd);
	connector_close(c);
}

/* What stood is reset, not closed: the listener's side sees it. */
static void resets_what_stood(void **state)
{
	struct connector *c = open_connector(1);
	int fd = listener(8080), accepted;
	char byte;

	(void)state;
	assert_int_equal(start(c, "127.0.0.1", 8080, 1), 0);
	turn_until(1);
	accepted = accept(fd, NULL, NULL);
	assert_true(accepted < 0 || (read(accepted, &byte, 1) < 0 && errno == ECONNRESET));
	if (accepted >= 0)
		close(accepted);
	close(fd);
	connector_close(c);
}

static void sees_through_connections_to_itself(void **state)
{
	struct connector *c = open_connector(4);

	(void)state;
	/* One port to choose from: the kernel must take the very port that is asked. */
	lab_run("sysctl -qw net.ipv4.ip_local_port_range='40001 40001'");
	assert_int_equal(start(c, "127.0.0.1", 40001, 1), 0);
	turn_until(1);
	assert_int_equal(results[0].error, ECONNREFUSED);
	assert_int_equal(start(c, "::1", 40001, 2), 0);
	turn_until(2);
	assert_int_equal(results[1].error, ECONNREFUSED);
	lab_run("sysctl -qw net.ipv4.ip_local_port_range='32768 60999'");
	connector_close(c);
}

static void keeps_to_its_limit_and_cancels(void **state)
{
	struct connector *c = open_connector(2);
	int fd = listener(8080);

	(void)state;
	/* Behind the veth nobody answers ARP or SYN in the time this test takes. */
	assert_int_equal(start(c, "10.0.0.2", 1, 1), 0);
	assert_int_equal(start(c, "10.0.0.2", 2, 2), 0);
	assert_int_equal(start(c, "127.0.0.1", 8080, 3), -EAGAIN);
	assert_int_equal(connector_in_flight(c), 2);
	assert_int_equal(connector_limit(c), 2);
	connector_cancel(c, 1);
	connector_cancel(c, 77);
	assert_int_equal(connector_in_flight(c), 1);
	assert_int_equal(start(c, "127.0.0.1", 8080, 3), 0);
	turn_until(1);
	assert_int_equal(results[0].token, 3);
	assert_int_equal(results[0].error, 0);
	/* A finished one that was not reported yet can be cancelled too. */
	assert_int_equal(start(c, "192.0.2.1", 1, 4), 0);
	connector_cancel(c, 4);
	assert_int_equal(loop_once(loop, 0), 0);
	assert_int_equal(n_results, 1);
	close(fd);
	connector_close(c); /* with one still open */
}

/* Hundreds at once, some cancelled while others end: each of the rest has its one result. */
static void tells_many_apart(void **state)
{
	struct connector *c = open_connector(500);
	bool seen[500] = {false};
	int fd = listener(8080);

	(void)state;
	for (uint64_t i = 0; i < 500;
	     i++) /* a third stand, a third are refused, a third fail at once */
		assert_int_equal(start(c, i % 3 == 2 ? "192.0.2.1" : "127.0.0.1",
				       i % 3 ? 8081 : 8080, i << 32 | 7),
				 0);
	assert_int_equal(start(c, "127.0.0.1", 8080, 1000), -EAGAIN);
	for (uint64_t i = 0; i < 500; i += 5)
		connector_cancel(c, i << 32 | 7);
	assert_int_equal(connector_in_flight(c), 400);
	turn_until(400);
	for (size_t i = 0; i < 400; i++) {
		static const int errors[] = {0, ECONNREFUSED, ENETUNREACH};
		uint64_t number = results[i].token >> 32;

		assert_true(number % 5 && !seen[number]);
		seen[number] = true;
		assert_int_equal(results[i].error, errors[number % 3]);
	}
	assert_int_equal(connector_in_flight(c), 0);
	close(fd);
	connector_close(c);
}

static void lives_with_few_descriptors(void **state)
{
	struct rlimit old, few;
	struct connector *c;
	int fd = listener(8080);
	size_t done = 0, asked = 0;

	(void)state;
	getrlimit(RLIMIT_NOFILE, &old);
	few = old;
	few.rlim_cur = 40;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
	c = open_connector(0);
	assert_int_equal(connector_limit(c), 8);
	connector_close(c);
	/* More than there are descriptors for: the system's limit says "again", none is lost. */
	c = open_connector(200);
	while (done < 200) {
		while (asked < 200 && start(c, "127.0.0.1", 8080, asked) == 0)
			asked++;
		assert_true(connector_in_flight(c) > 0);
		assert_int_equal(loop_once(loop, clock_now() + LAB_PATIENCE), 0);
		done = n_results;
	}
	for (size_t i = 0; i < 200; i++)
		assert_int_equal(results[i].error, 0);
	setrlimit(RLIMIT_NOFILE, &old);
	close(fd);
	connector_close(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tells_open_from_closed),
		cmocka_unit_test(resets_what_stood),
		cmocka_unit_test(sees_through_connections_to_itself),
		cmocka_unit_test(keeps_to_its_limit_and_cancels),
		cmocka_unit_test(tells_many_apart),
		cmocka_unit_test(lives_with_few_descriptors),
	};
	struct err err = {0};
	int failed;

	lab_enter();
	lab_link_pair();
	lab_run("ip addr add 10.0.0.1/24 dev left && "
		"ip route add unreachable 198.51.100.0/24");
	if (loop_open(NULL, NULL, &loop, &err) < 0)
		return 1;
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	loop_close(loop);
	return failed;
}
