// SPDX-License-Identifier: Apache-2.0
// Many TCP connect() calls at once: the scan of those who may not open raw sockets.
//
// Theory of operation
//
// A fixed table of attempts. Free rows are chained; taken ones are found by their token, in
// buckets; finished ones are chained in the order they ended. The loop tells when a socket becomes
// writable or fails, and SO_ERROR then has the result. connect() may also end at once (local
// targets, no route); such results wait in the table for a timer that is due now, because a caller
// who is still inside connector_start() is not ready for them.
//
// Linux connects a socket to itself when the chosen source port is the target port on the same
// address (simultaneous open, RFC 793 s. 3.4). That proves nothing is listening there, or the port
// could not have been chosen; one more try settles it.
#include "net/connector.h"

#include <assert.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/clock.h"

#define LIMIT_MAX  1024
#define FILES_KEPT 32
#define TRIES_MAX  2
#define NO_ROW     UINT32_MAX

/* An IPv4 or IPv6 socket address. */
union endpoint {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};

struct attempt {
	struct connector *connector;
	int fd;        /* -1: none */
	bool active;   /* this row is taken */
	bool finished; /* the result is complete, only the call is missing */
	unsigned tries;
	uint32_t ifindex;
	uint32_t next;           /* free rows */
	uint32_t in_bucket;      /* taken rows: the next one there */
	uint32_t later, earlier; /* finished rows */
	struct connector_result result;
};

struct connector {
	struct loop *loop;
	connector_fn *fn;
	void *user;
	struct loop_timer timer; /* due when finished attempts wait */
	size_t limit;
	size_t in_flight;
	struct attempt *attempts;
	uint32_t free_row;
	uint32_t first_finished, last_finished;
	uint32_t *buckets; /* by token; bucket_mask + 1 of them */
	uint32_t bucket_mask;
};

static socklen_t endpoint_make(const struct addr *addr, uint32_t ifindex, uint16_t port,
			       union endpoint *ret_to)
{
	memset(ret_to, 0, sizeof(*ret_to));
	if (addr->family == 4) {
		ret_to->v4.sin_family = AF_INET;
		ret_to->v4.sin_port = htons(port);
		memcpy(&ret_to->v4.sin_addr, addr->bytes, 4);
		return sizeof(ret_to->v4);
	}
	ret_to->v6.sin6_family = AF_INET6;
	ret_to->v6.sin6_port = htons(port);
	ret_to->v6.sin6_scope_id = ifindex;
	memcpy(&ret_to->v6.sin6_addr, addr->bytes, 16);
	return sizeof(ret_to->v6);
}

/* Notes our own end of the connection. */
static void read_source(struct attempt *a)
{
	union endpoint local = {0};
	socklen_t len = sizeof(local);

	if (getsockname(a->fd, &local.any, &len) < 0)
		return;
	if (local.any.sa_family == AF_INET) {
		a->result.source = addr_v4((const uint8_t *)&local.v4.sin_addr);
		a->result.source_port = ntohs(local.v4.sin_port);
	} else if (local.any.sa_family == AF_INET6) {
		a->result.source = addr_v6(local.v6.sin6_addr.s6_addr);
		a->result.source_port = ntohs(local.v6.sin6_port);
	}
}

static void close_socket(struct attempt *a)
{
	if (a->fd < 0)
		return;
	loop_unwatch(a->connector->loop, a->fd);
	close(a->fd);
	a->fd = -1;
}

static uint32_t row_of(const struct attempt *a)
{
	return (uint32_t)(a - a->connector->attempts);
}

/* Where the row with this token is linked, or would be: the bucket's end. */
static uint32_t *link_of(const struct connector *c, uint64_t token)
{
	uint32_t *at = &c->buckets[(token ^ token >> 32) & c->bucket_mask];

	while (*at != NO_ROW && c->attempts[*at].result.token != token)
		at = &c->attempts[*at].in_bucket;
	return at;
}

static void leave_finished(struct attempt *a)
{
	struct connector *c = a->connector;

	if (!a->finished)
		return;
	*(a->earlier == NO_ROW ? &c->first_finished : &c->attempts[a->earlier].later) = a->later;
	*(a->later == NO_ROW ? &c->last_finished : &c->attempts[a->later].earlier) = a->earlier;
	a->finished = false;
}

static void release(struct attempt *a)
{
	struct connector *c = a->connector;
	uint32_t *at = link_of(c, a->result.token);

	close_socket(a);
	leave_finished(a);
	while (*at != row_of(a)) /* tokens need not be unique */
		at = &c->attempts[*at].in_bucket;
	*at = a->in_bucket;
	a->active = false;
	a->next = c->free_row;
	c->free_row = row_of(a);
	c->in_flight--;
}

/* Frees the row, then hands the result out: the caller may start the next attempt at once. */
static void report(struct attempt *a)
{
	struct connector *c = a->connector;
	struct connector_result result = a->result;

	release(a);
	c->fn(c->user, &result);
}

/* The attempt ended with error now; the call follows from the timer. */
static void finish_later(struct attempt *a, int error)
{
	struct connector *c = a->connector;

	a->result.error = error;
	a->result.rtt = clock_now() - a->result.started;
	a->finished = true;
	a->later = NO_ROW;
	a->earlier = c->last_finished;
	*(a->earlier == NO_ROW ? &c->first_finished : &c->attempts[a->earlier].later) = row_of(a);
	c->last_finished = row_of(a);
	c->timer.due = a->result.started;
}

static bool is_connected_to_itself(const struct attempt *a)
{
	return a->result.source_port == a->result.port &&
	       addr_equal(&a->result.source, &a->result.addr);
}

/* A non-blocking socket that resets its connection when closed; -errno when there is none. */
static int open_socket(const struct attempt *a)
{
	static const struct linger reset = {.l_onoff = 1, .l_linger = 0};
	int family = a->result.addr.family == 4 ? AF_INET : AF_INET6;
	int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_TCP);

	if (fd < 0)
		return -errno;
	setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
	return fd;
}

/* begin() watches with on_ready(), which begins once more after a connection to itself. */
static void begin(struct attempt *a, int fd);

/* The kernel has a result for the attempt. */
static void on_ready(void *user, int fd, uint32_t events)
{
	struct attempt *a = user;
	int error = 0;
	socklen_t len = sizeof(error);

	(void)events;
	a->result.rtt = clock_now() - a->result.started;
	if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len) < 0)
		error = errno;
	read_source(a);
	if (!error && is_connected_to_itself(a)) {
		close_socket(a);
		fd = a->tries < TRIES_MAX ? open_socket(a) : -1;
		if (fd >= 0) {
			begin(a, fd);
			return;
		}
		error = ECONNREFUSED;
	}
	a->result.error = error;
	report(a);
}

/*
 * An error that the kernel holds back: an ICMP error that comes while connect() itself still has
 * the socket, as on loopback, is kept as a "soft" one that epoll does not tell of. 0 when there is
 * none.
 */
static int held_back_error(int fd)
{
	int error = 0;
	socklen_t len = sizeof(error);

	return getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len) < 0 ? 0 : error;
}

/* Connects with a new socket. */
static void begin(struct attempt *a, int fd)
{
	union endpoint to;
	socklen_t len = endpoint_make(&a->result.addr, a->ifindex, a->result.port, &to);
	int code;

	a->fd = fd;
	a->tries++;
	a->result.started = clock_now();
	/* A connection that stands at once is reported by the loop like any other. */
	code = connect(fd, &to.any, len) < 0 ? errno : 0;
	if (code == EINPROGRESS)
		code = held_back_error(fd);
	if (code) {
		close_socket(a);
		finish_later(a, code);
		return;
	}
	code = loop_watch(a->connector->loop, fd, EPOLLOUT, on_ready, a);
	if (code) {
		close_socket(a);
		finish_later(a, -code);
	}
}

static void on_timer(void *user, nsec_t now)
{
	struct connector *c = user;

	/* what is started from inside a report, and fails at once, waits for the next turn */
	for (size_t most = c->in_flight; most && c->first_finished != NO_ROW; most--)
		report(&c->attempts[c->first_finished]);
	if (c->first_finished != NO_ROW)
		c->timer.due = now;
}

static size_t default_limit(void)
{
	struct rlimit files;

	if (getrlimit(RLIMIT_NOFILE, &files) < 0 || files.rlim_cur > LIMIT_MAX + FILES_KEPT)
		return LIMIT_MAX;
	return files.rlim_cur > FILES_KEPT ? files.rlim_cur - FILES_KEPT : 1;
}

/* The table of so many attempts, all free, and their buckets. 0 or -ENOMEM. */
static int make_table(struct connector *c)
{
	uint32_t buckets = 1;

	while (buckets < c->limit)
		buckets *= 2;
	c->attempts = calloc(c->limit, sizeof(*c->attempts));
	c->buckets = malloc(buckets * sizeof(*c->buckets));
	if (!c->attempts || !c->buckets)
		return -ENOMEM;
	c->bucket_mask = buckets - 1;
	memset(c->buckets, 0xff, buckets * sizeof(*c->buckets)); /* NO_ROW */
	c->free_row = c->first_finished = c->last_finished = NO_ROW;
	for (size_t i = c->limit; i-- > 0;) {
		c->attempts[i] = (struct attempt) {.connector = c, .fd = -1, .next = c->free_row};
		c->free_row = (uint32_t)i;
	}
	return 0;
}

/* Frees the table and all else. */
static void free_connector(struct connector *c)
{
	free(c->attempts);
	free(c->buckets);
	free(c);
}

int connector_open(struct loop *loop, size_t limit, connector_fn *fn, void *user,
		   struct connector **ret_connector, struct err *err)
{
	struct connector *c = calloc(1, sizeof(*c));

	if (!c)
		return err_set(err, -ENOMEM, "No memory is left for connections.");
	c->limit = limit ? limit : default_limit();
	if (make_table(c)) {
		free_connector(c);
		return err_set(err, -ENOMEM, "No memory is left for connections.");
	}
	c->loop = loop;
	c->fn = fn;
	c->user = user;
	c->timer = (struct loop_timer) {.due = NSEC_NEVER, .fn = on_timer, .user = c};
	loop_add_timer(loop, &c->timer);
	*ret_connector = c;
	return 0;
}

void connector_close(struct connector *c)
{
	if (!c)
		return;
	for (size_t i = 0; i < c->limit; i++)
		close_socket(&c->attempts[i]);
	loop_remove_timer(c->loop, &c->timer);
	free_connector(c);
}

int connector_start(struct connector *c, const struct addr *addr, uint32_t ifindex, uint16_t port,
		    uint64_t token)
{
	struct attempt *a;
	uint32_t row = c->free_row, *bucket, next;
	int fd;

	if (row == NO_ROW)
		return -EAGAIN;
	a = &c->attempts[row];
	next = a->next;
	*a = (struct attempt) {
		.connector = c,
		.fd = -1,
		.ifindex = ifindex,
		.next = next,
		.result = {.token = token, .addr = *addr, .port = port, .started = clock_now()},
	};
	fd = open_socket(a);
	/* With nothing of ours in flight, waiting for a result would be waiting for ever. */
	if ((fd == -EMFILE || fd == -ENFILE) && c->in_flight)
		return -EAGAIN;
	a->active = true;
	c->free_row = next;
	bucket = &c->buckets[(token ^ token >> 32) & c->bucket_mask];
	a->in_bucket = *bucket;
	*bucket = row;
	c->in_flight++;
	if (fd < 0)
		finish_later(a, -fd);
	else
		begin(a, fd);
	return 0;
}

void connector_cancel(struct connector *c, uint64_t token)
{
	uint32_t row = *link_of(c, token);

	if (row != NO_ROW)
		release(&c->attempts[row]);
}

size_t connector_in_flight(const struct connector *c)
{
	return c->in_flight;
}

size_t connector_limit(const struct connector *c)
{
	return c->limit;
}
