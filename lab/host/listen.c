// SPDX-License-Identifier: Apache-2.0
/*
 * sonde-listen: keeps TCP ports of a namespace open with one process.
 *
 * It accepts, never speaks, and closes when the other side does, so a connect
 * scan sees an ordinary quiet service. Dual stack: one socket answers IPv4 and
 * IPv6. Ends with its parent.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../common/device.h"
#include "../common/quantity.h"

enum { BACKLOG = 4096, EVENTS = 64, LISTENER_BIT = 1 };

static int listen_on(unsigned int port, struct fail *f)
{
	struct sockaddr_in6 addr = {.sin6_family = AF_INET6,
				    .sin6_port = htons((uint16_t)port),
				    .sin6_addr = IN6ADDR_ANY_INIT};
	int fd, off = 0, on = 1;

	fd = socket(AF_INET6, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return fail_set(f, "Cannot open a socket: %s.", strerror(errno));
	setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof(off));
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(fd, (struct sockaddr *)&addr, sizeof(addr)) < 0 || listen(fd, BACKLOG) < 0) {
		fail_set(f, "Cannot listen on TCP port %u: %s.", port, strerror(errno));
		close(fd);
		return -1;
	}
	return fd;
}

static int watch(int epoll, int fd, bool listener)
{
	struct epoll_event event = {.events = EPOLLIN | EPOLLRDHUP};

	event.data.u64 = (uint64_t)fd << 1 | (listener ? LISTENER_BIT : 0);
	return epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
}

static void accept_all(int epoll, int listener)
{
	int fd;

	while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0)
		if (watch(epoll, fd, false) < 0)
			close(fd);
}

static void read_or_close(int fd)
{
	char scrap[4096];
	ssize_t n;

	while ((n = read(fd, scrap, sizeof(scrap))) > 0)
		;
	if (n == 0 || errno != EAGAIN)
		close(fd);
}

static int open_ports(int epoll, const char *list, struct fail *f)
{
	static bool wanted[PORT_COUNT];
	unsigned int port;

	if (quantity_ports(list, wanted, f) < 0)
		return -1;
	for (port = 1; port < PORT_COUNT; port++) {
		int fd;

		if (!wanted[port])
			continue;
		fd = listen_on(port, f);
		if (fd < 0)
			return -1;
		if (watch(epoll, fd, true) < 0)
			return fail_set(f, "Cannot watch a socket: %s.", strerror(errno));
	}
	return 0;
}

static void serve(int epoll)
{
	struct epoll_event events[EVENTS];

	for (;;) {
		int i, n = epoll_wait(epoll, events, EVENTS, -1);

		for (i = 0; i < n; i++) {
			int fd = (int)(events[i].data.u64 >> 1);

			if (events[i].data.u64 & LISTENER_BIT)
				accept_all(epoll, fd);
			else
				read_or_close(fd);
		}
	}
}

int main(int argc, char **argv)
{
	struct fail fail = {""};
	int epoll = epoll_create1(EPOLL_CLOEXEC);

	if (argc != 3) {
		fputs("Usage: sonde-listen NETNS PORTS    (NETNS a file or -, PORTS like "
		      "22,80-90)\n",
		      stderr);
		return 2;
	}
	if (epoll < 0 || device_follow_parent(&fail) < 0 || device_enter(argv[1], &fail) < 0 ||
	    open_ports(epoll, argv[2], &fail) < 0) {
		fprintf(stderr, "sonde-listen: %s\n", fail.text);
		return 1;
	}
	puts("ready");
	fflush(stdout);
	serve(epoll);
}
