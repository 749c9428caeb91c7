// SPDX-License-Identifier: Apache-2.0
// Names to addresses and back, beside everything else: c-ares driven by the loop.
//
// Theory of operation
//
// c-ares keeps time-outs by channel, and forward and reverse look-ups want different ones: so there
// are two channels with the same servers. ares_gethostbyaddr() reports every failure of DNS as
// "not found", a silent server too; so the reverse channel uses it for the hosts file alone and
// asks DNS by ares_query().
//
// A channel tells us by a callback which of its sockets wait for what; we hand these to the loop.
// One timer a channel follows ares_timeout() and is set again after every call into c-ares, because
// each may change what it waits for.
//
// Each question is a node in a list and answered exactly once: c-ares promises one callback for
// each call, and ares_destroy() makes the outstanding ones.
//
// c-ares connects each new socket before it tells us of it, so the kernel has chosen the local port
// and we note it before the first question leaves. Ports are never forgotten: the recorder may see
// the frame long after the socket was closed.
//
// Names that come back are bytes from strangers. c-ares refuses host names with odd bytes; what it
// lets pass is handed on as it is, and only the sentence in `why` is escaped.
#include "net/names.h"

#include <arpa/inet.h>
#include <ares.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include "net/clock.h"
#include "proto/dns.h"
#include "wire/cursor.h"

#define PTR_TEXT_MAX    (4 * DNS_NAME_MAX + 1)
#define FORWARD_TIMEOUT (2 * NSEC_PER_SEC)
#define REVERSE_TIMEOUT (1 * NSEC_PER_SEC)
#define TRIES           2
#define CLASS_IN        1 /* RFC 1035 s. 3.2.4 */

#define REVERSE_NAME_MAX 80
#define SERVER_PORTS_MAX 16

enum { FORWARD, REVERSE, N_CHANNELS };

struct channel {
	struct names *names;
	ares_channel ares;
	struct loop_timer timer;
};

struct names {
	struct loop *loop;
	struct channel channels[N_CHANNELS];
	size_t pending;
	bool closing;
	struct buf servers; /* as text */
	uint16_t server_ports[SERVER_PORTS_MAX];
	size_t n_server_ports;
	uint8_t own_ports[2][65536 / 8]; /* UDP, TCP */
};

/* One open look-up; freed when answered. */
struct question {
	struct names *names;
	char *name; /* NULL for a reverse look-up */
	struct addr addr;
	bool want_v4;
	bool want_v6;
	names_fn *fn;
	void *user;
	nsec_t begun;
};

static int kernel_family(const struct addr *a)
{
	return a->family == 6 ? AF_INET6 : AF_INET;
}

static void set_timer(struct channel *c)
{
	struct timeval left;

	c->timer.due = NSEC_NEVER;
	if (ares_timeout(c->ares, NULL, &left))
		c->timer.due = clock_now() + left.tv_sec * NSEC_PER_SEC +
			       (left.tv_usec + 1) * NSEC_PER_USEC;
}

static void on_timer(void *user, nsec_t now)
{
	struct channel *c = user;

	(void)now;
	ares_process_fd(c->ares, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
	set_timer(c);
}

static void on_ready(void *user, int fd, uint32_t events)
{
	struct channel *c = user;
	bool broken = events & (EPOLLERR | EPOLLHUP);

	ares_process_fd(c->ares, broken || (events & EPOLLIN) ? fd : ARES_SOCKET_BAD,
			events & EPOLLOUT ? fd : ARES_SOCKET_BAD);
	set_timer(c);
}

/* c-ares wants to read or write fd, or is about to close it. */
static void on_socket_state(void *user, ares_socket_t fd, int readable, int writable)
{
	struct channel *c = user;

	if (!readable && !writable)
		loop_unwatch(c->names->loop, fd);
	else
		loop_watch(c->names->loop, fd,
			   (readable ? (uint32_t)EPOLLIN : 0) | (writable ? (uint32_t)EPOLLOUT : 0),
			   on_ready, c);
}

/* c-ares has made and connected a socket. */
static int on_socket_made(ares_socket_t fd, int type, void *user)
{
	struct channel *c = user;
	union {
		struct sockaddr any;
		struct sockaddr_in v4;
		struct sockaddr_in6 v6;
	} local = {0};
	socklen_t len = sizeof(local);
	uint16_t port;

	if (getsockname(fd, &local.any, &len) < 0)
		return 0;
	port = ntohs(local.any.sa_family == AF_INET6 ? local.v6.sin6_port : local.v4.sin_port);
	c->names->own_ports[type == SOCK_STREAM][port / 8] |= (uint8_t)(1u << port % 8);
	return 0;
}

static void add_port(struct names *n, int port)
{
	uint16_t number = port > 0 && port <= UINT16_MAX ? (uint16_t)port : DNS_PORT;

	for (size_t i = 0; i < n->n_server_ports; i++)
		if (n->server_ports[i] == number)
			return;
	if (n->n_server_ports < SERVER_PORTS_MAX)
		n->server_ports[n->n_server_ports++] = number;
}

/*
 * Notes which servers are asked. Done once: sentences are still written while the channels are
 * being destroyed, and then c-ares can no longer be asked.
 */
static void read_servers(struct names *n)
{
	struct ares_addr_port_node *first = NULL;
	const char *separator = "";

	ares_get_servers_ports(n->channels[FORWARD].ares, &first);
	for (struct ares_addr_port_node *s = first; s; s = s->next) {
		char text[INET6_ADDRSTRLEN] = "";

		inet_ntop(s->family, &s->addr, text, sizeof(text));
		buf_puts(&n->servers, separator);
		if (!s->udp_port || s->udp_port == DNS_PORT)
			buf_puts(&n->servers, text);
		else
			buf_printf(&n->servers, s->family == AF_INET6 ? "[%s]:%d" : "%s:%d", text,
				   s->udp_port);
		separator = ", ";
		add_port(n, s->udp_port);
		add_port(n, s->tcp_port);
	}
	if (first)
		ares_free_data(first);
	else
		buf_puts(&n->servers, "none");
}

void names_servers(const struct names *n, struct buf *out)
{
	buf_puts(out, buf_text(&n->servers));
}

size_t names_server_ports(const struct names *n, uint16_t *ret_ports, size_t max)
{
	size_t count = n->n_server_ports < max ? n->n_server_ports : max;

	memcpy(ret_ports, n->server_ports, count * sizeof(*ret_ports));
	return count;
}

static enum names_status status_of(int code)
{
	switch (code) {
	case ARES_SUCCESS:
		return NAMES_FOUND;
	case ARES_ENOTFOUND:
	case ARES_ENODATA:
		return NAMES_ABSENT;
	case ARES_ETIMEOUT:
		return NAMES_SILENT;
	case ARES_ECANCELLED:
	case ARES_EDESTRUCTION:
		return NAMES_CANCELLED;
	default: /* the many ways to fail */
		return NAMES_FAILED;
	}
}

/* Writes why there is no answer as one sentence. */
static void write_why(const struct question *q, enum names_status status, int code, nsec_t took,
		      struct err *ret_why)
{
	char text[ADDR_TEXT_MAX];
	const char *servers = buf_text(&q->names->servers);
	const char *what = q->name ? q->name : addr_text(&q->addr, text);

	switch (status) {
	case NAMES_ABSENT:
		if (!q->name)
			err_set(ret_why, 0, "The address %s has no name.", what);
		else if (code == ARES_ENOTFOUND)
			err_set(ret_why, 0, "The name \"%s\" does not exist (asked %s).", what,
				servers);
		else
			err_set(ret_why, 0, "The name \"%s\" has no %s address (asked %s).", what,
				!q->want_v6   ? "IPv4"
				: !q->want_v4 ? "IPv6"
					      : "IP",
				servers);
		break;
	case NAMES_SILENT:
		err_set(ret_why, 0,
			"No DNS server answered for \"%s\" within %.1f s (asked %s); check "
			"/etc/resolv.conf and the network.",
			what, (double)took / (double)NSEC_PER_SEC, servers);
		break;
	case NAMES_CANCELLED:
		err_set(ret_why, 0, "The look-up of \"%s\" was given up.", what);
		break;
	case NAMES_FAILED:
	case NAMES_FOUND:
		err_set(ret_why, 0, "The look-up of \"%s\" failed: %s (asked %s).", what,
			ares_strerror(code), servers);
		break;
	}
}

/* Makes the one call for q and frees it. answer holds what was found. */
static void answer_question(struct question *q, struct names_answer *answer, int code)
{
	struct err why = {0};

	answer->status = status_of(code);
	answer->asked = q->name;
	answer->asked_addr = q->addr;
	answer->took = clock_now() - q->begun;
	if (answer->status != NAMES_FOUND) {
		write_why(q, answer->status, code, answer->took, &why);
		answer->why = why.text;
	}
	q->names->pending--;
	q->fn(q->user, answer);
	free(q->name);
	free(q);
}

/* Collects the addresses of one family behind those already there. */
static size_t add_addrs(const struct ares_addrinfo *info, int family, struct addr *out,
			size_t count)
{
	for (const struct ares_addrinfo_node *n = info->nodes; n; n = n->ai_next) {
		struct sockaddr_in6 to = {0};

		if (n->ai_family != family || count == NAMES_ADDRS_MAX ||
		    n->ai_addrlen > sizeof(to))
			continue;
		memcpy(&to, n->ai_addr, n->ai_addrlen);
		if (family == AF_INET6)
			out[count++] = addr_v6(to.sin6_addr.s6_addr);
		else /* sin_addr lies where sin6_flowinfo does */
			out[count++] = addr_v4((const uint8_t *)&to.sin6_flowinfo);
	}
	return count;
}

/* The last name of the chain of aliases; NULL when there was none. */
static const char *canonical_name(const struct ares_addrinfo *info, const char *asked)
{
	const char *name = NULL;

	for (const struct ares_addrinfo_cname *c = info->cnames; c; c = c->next)
		if (c->name && strcmp(c->name, asked) != 0)
			name = c->name;
	return name;
}

static void on_forward(void *user, int code, int timeouts, struct ares_addrinfo *info)
{
	struct question *q = user;
	struct addr addrs[NAMES_ADDRS_MAX];
	struct names_answer answer = {.addrs = addrs};

	(void)timeouts;
	if (code == ARES_SUCCESS && info) {
		answer.n_addrs = q->want_v4 ? add_addrs(info, AF_INET, addrs, 0) : 0;
		if (q->want_v6)
			answer.n_addrs = add_addrs(info, AF_INET6, addrs, answer.n_addrs);
		answer.name = canonical_name(info, q->name);
	}
	if (code == ARES_SUCCESS && !answer.n_addrs)
		code = ARES_ENODATA;
	answer_question(q, &answer, code);
	ares_freeaddrinfo(info);
}

static void answer_with_host(struct question *q, int code, const struct hostent *host)
{
	struct names_answer answer = {0};

	if (code == ARES_SUCCESS && host && host->h_name && *host->h_name)
		answer.name = host->h_name;
	else if (code == ARES_SUCCESS)
		code = ARES_ENODATA;
	answer_question(q, &answer, code);
}

/* Copies a name as text; a NUL in it becomes the four characters that escaping would make of it. */
static void copy_name(const struct dns_name *name, char out[static PTR_TEXT_MAX])
{
	size_t n = 0;

	for (size_t i = 0; i < name->len && n + 5 < PTR_TEXT_MAX; i++) {
		if (name->bytes[i])
			out[n++] = name->bytes[i];
		else
			n += (size_t)snprintf(out + n, 5, "\\x00");
	}
	out[n] = '\0';
}

/*
 * The first PTR record of a reply. c-ares would refuse a name with odd bytes, but an administrator
 * wants to see that somebody named a host like that; it is escaped where it is printed.
 */
static bool first_ptr(const unsigned char *reply, int len, char out[static PTR_TEXT_MAX])
{
	struct cursor message = cursor_init(reply, (uint32_t)len, (uint32_t)len);
	struct dns_question question;
	struct dns_record record;
	struct dns_reader reader;

	dns_open(&message, &reader);
	for (unsigned i = 0; i < reader.header.counts[0]; i++) {
		if (!dns_read_question(&reader, &question))
			return false;
	}
	for (unsigned i = 0; i < reader.header.counts[1]; i++) {
		if (!dns_read_record(&reader, &record))
			return false;
		if (record.type != DNS_PTR || !record.has_target || !record.target.len)
			continue;
		copy_name(&record.target, out);
		return true;
	}
	return false;
}

static void on_reverse(void *user, int code, int timeouts, unsigned char *reply, int len)
{
	struct question *q = user;
	char name[PTR_TEXT_MAX];
	struct hostent host = {.h_name = name};

	(void)timeouts;
	if (code == ARES_SUCCESS && !first_ptr(reply, len, name))
		code = ARES_ENODATA;
	answer_with_host(q, code, code == ARES_SUCCESS ? &host : NULL);
}

/* The name under which DNS keeps the name of an address (RFC 1035 s. 3.5, RFC 3596 s. 2.5). */
static void reverse_name(const struct addr *addr, char out[static REVERSE_NAME_MAX])
{
	const uint8_t *b = addr->bytes;

	if (addr->family == 4) {
		snprintf(out, REVERSE_NAME_MAX, "%u.%u.%u.%u.in-addr.arpa", b[3], b[2], b[1], b[0]);
		return;
	}
	for (int i = 0; i < 16; i++)
		sprintf(out + 4 * i, "%x.%x.", b[15 - i] & 15u, b[15 - i] >> 4);
	strcpy(out + 64, "ip6.arpa");
}

/* The hosts file has spoken; if it does not know, DNS is asked. */
static void on_hosts_file(void *user, int code, int timeouts, struct hostent *host)
{
	struct question *q = user;
	char name[REVERSE_NAME_MAX];

	(void)timeouts;
	if (status_of(code) == NAMES_FOUND || status_of(code) == NAMES_CANCELLED) {
		answer_with_host(q, code, host);
		return;
	}
	reverse_name(&q->addr, name);
	ares_query(q->names->channels[REVERSE].ares, name, CLASS_IN, DNS_PTR, on_reverse, q);
}

/* A question on the books; where there can be none it is answered at once, and NULL comes back. */
static struct question *new_question(struct names *n, names_fn *fn, void *user)
{
	static const struct names_answer no_memory = {
		.status = NAMES_FAILED,
		.why = "No memory is left for a look-up.",
	};
	static const struct names_answer too_late = {
		.status = NAMES_CANCELLED,
		.why = "The resolver is being closed.",
	};
	struct question *q = n->closing ? NULL : calloc(1, sizeof(*q));

	if (!q) {
		fn(user, n->closing ? &too_late : &no_memory);
		return NULL;
	}
	q->names = n;
	q->fn = fn;
	q->user = user;
	q->begun = clock_now();
	n->pending++;
	return q;
}

void names_forward(struct names *n, const char *name, bool want_v4, bool want_v6, names_fn *fn,
		   void *user)
{
	struct question *q = new_question(n, fn, user);
	struct channel *c = &n->channels[FORWARD];
	struct ares_addrinfo_hints hints = {
		.ai_flags = ARES_AI_NOSORT,
		.ai_family = want_v4 && want_v6 ? AF_UNSPEC
			     : want_v6          ? AF_INET6
						: AF_INET,
	};
	struct names_answer none = {0};

	if (!q)
		return;
	q->name = strdup(name);
	q->want_v4 = want_v4;
	q->want_v6 = want_v6;
	if (!q->name || !*name)
		answer_question(q, &none, q->name ? ARES_EBADNAME : ARES_ENOMEM);
	else
		ares_getaddrinfo(c->ares, name, NULL, &hints, on_forward, q);
	set_timer(c);
}

void names_reverse(struct names *n, const struct addr *addr, names_fn *fn, void *user)
{
	struct question *q = new_question(n, fn, user);
	struct channel *c = &n->channels[REVERSE];

	if (!q)
		return;
	q->addr = *addr;
	ares_gethostbyaddr(c->ares, q->addr.bytes, (int)addr_len(addr), kernel_family(addr),
			   on_hosts_file, q);
	set_timer(c);
}

size_t names_pending(const struct names *n)
{
	return n->pending;
}

bool names_is_own_port(const struct names *n, bool tcp, uint16_t port)
{
	return n->own_ports[tcp][port / 8] >> port % 8 & 1;
}

static int open_channel(struct names *n, int which, nsec_t timeout, const struct names_options *o)
{
	struct channel *c = &n->channels[which];
	char lookups[3] = "fb"; /* the file first, then the servers */
	struct ares_options options = {
		.timeout = (int)(timeout / NSEC_PER_MSEC),
		.tries = o->tries ? (int)o->tries : TRIES,
		.lookups = lookups,
		.sock_state_cb = on_socket_state,
		.sock_state_cb_data = c,
	};
	int code;

	if (which == REVERSE)
		lookups[1] = '\0';
	code = ares_init_options(&c->ares, &options,
				 ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_LOOKUPS |
					 ARES_OPT_SOCK_STATE_CB);
	if (code != ARES_SUCCESS) {
		c->ares = NULL;
		return code;
	}
	c->names = n;
	c->timer = (struct loop_timer) {.due = NSEC_NEVER, .fn = on_timer, .user = c};
	loop_add_timer(n->loop, &c->timer);
	ares_set_socket_callback(c->ares, on_socket_made, c);
	return o->servers ? ares_set_servers_ports_csv(c->ares, o->servers) : ARES_SUCCESS;
}

int names_open(struct loop *loop, const struct names_options *options, struct names **ret_names,
	       struct err *err)
{
	static const struct names_options defaults = {0};
	const struct names_options *o = options ? options : &defaults;
	struct names *n = calloc(1, sizeof(*n));
	int code;

	if (!n)
		return err_set(err, -ENOMEM, "No memory is left for the resolver.");
	n->loop = loop;
	code = ares_library_init(ARES_LIB_INIT_ALL);
	if (code != ARES_SUCCESS) {
		free(n);
		return err_set(err, -EIO, "The resolver could not start: %s.", ares_strerror(code));
	}
	code = open_channel(n, FORWARD, o->forward_timeout ? o->forward_timeout : FORWARD_TIMEOUT,
			    o);
	if (code == ARES_SUCCESS)
		code = open_channel(n, REVERSE,
				    o->reverse_timeout ? o->reverse_timeout : REVERSE_TIMEOUT, o);
	if (code != ARES_SUCCESS) {
		names_close(n);
		return err_set(err, -EINVAL,
			       "The resolver could not start with %s: %s; check the name servers.",
			       o->servers ? o->servers : "/etc/resolv.conf", ares_strerror(code));
	}
	read_servers(n);
	*ret_names = n;
	return 0;
}

void names_close(struct names *n)
{
	if (!n)
		return;
	n->closing = true;
	for (int i = 0; i < N_CHANNELS; i++) {
		if (!n->channels[i].ares)
			continue;
		ares_destroy(n->channels[i].ares);
		loop_remove_timer(n->loop, &n->channels[i].timer);
	}
	ares_library_cleanup();
	buf_done(&n->servers);
	free(n);
}
