// SPDX-License-Identifier: Apache-2.0
// One route-netlink socket: asked for devices, routes and neighbours, needs no privilege.
#include "net/netlink.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/netlink.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* The kernel fills dump messages up to 32 KiB when the reader offers that much. */
#define ANSWER_MAX 32768

struct netlink {
	struct mnl_socket *socket;
	uint32_t sequence;
	char answer[ANSWER_MAX];
};

int netlink_open(struct netlink **ret_netlink, struct err *err)
{
	struct netlink *n = calloc(1, sizeof(*n));
	int code;

	if (!n)
		return err_set(err, -ENOMEM, "No memory is left for the route socket.");
	n->socket = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC);
	if (!n->socket || mnl_socket_bind(n->socket, 0, MNL_SOCKET_AUTOPID) < 0) {
		code = err_set(err, -errno,
			       "The kernel's route socket (NETLINK_ROUTE) could not be opened: %s.",
			       strerror(errno));
		netlink_close(n);
		return code;
	}
	*ret_netlink = n;
	return 0;
}

void netlink_close(struct netlink *n)
{
	if (!n)
		return;
	if (n->socket)
		mnl_socket_close(n->socket);
	free(n);
}

/* Reads away what an abandoned request may have left, so that it cannot meet the next one. */
static void drop_leftovers(struct netlink *n)
{
	int fd = mnl_socket_get_fd(n->socket);

	while (recv(fd, n->answer, sizeof(n->answer), MSG_DONTWAIT) > 0)
		;
}

int netlink_request(struct netlink *n, struct nlmsghdr *request, netlink_fn *fn, void *user)
{
	unsigned port = mnl_socket_get_portid(n->socket);
	int status = MNL_CB_OK;

	drop_leftovers(n);
	request->nlmsg_flags |= NLM_F_REQUEST;
	/*
	 * Without a dump only an ACK marks the end for certain: a request may be answered by none.
	 */
	if (!(request->nlmsg_flags & NLM_F_DUMP))
		request->nlmsg_flags |= NLM_F_ACK;
	request->nlmsg_seq = ++n->sequence;
	if (mnl_socket_sendto(n->socket, request, request->nlmsg_len) < 0)
		return -errno;
	while (status > MNL_CB_STOP) {
		ssize_t len = mnl_socket_recvfrom(n->socket, n->answer, sizeof(n->answer));

		if (len < 0 && errno == EINTR)
			continue;
		if (len < 0)
			return -errno;
		status = mnl_cb_run(n->answer, (size_t)len, n->sequence, port, fn, user);
	}
	return status < 0 ? -errno : 0;
}
