/* SPDX-License-Identifier: Apache-2.0 */
/* One route-netlink socket: asked for devices, routes and neighbours, needs no privilege. */
#ifndef SONDE_NET_NETLINK_H
#define SONDE_NET_NETLINK_H

#include "base/err.h"

struct netlink;
struct nlmsghdr;

/* Looks at one answer; returns MNL_CB_OK (1) to go on, MNL_CB_ERROR (-1) with errno to give up. */
typedef int netlink_fn(const struct nlmsghdr *message, void *user);

/*
 * Opens the socket. 0 and *ret_netlink (close it with netlink_close()), or -errno with a sentence.
 */
int netlink_open(struct netlink **ret_netlink, struct err *err);

/* Closes it; NULL is fine. */
void netlink_close(struct netlink *netlink);

/*
 * Sends request (its type and flags set; sequence number and NLM_F_REQUEST are filled in) and hands
 * every answer to fn. Blocks for as long as the kernel needs, which is microseconds. 0 when the
 * answer is complete, or -errno as the kernel or fn gave it. A dump that changed while it ran is
 * -EINTR: forget what fn collected and ask again.
 */
int netlink_request(struct netlink *netlink, struct nlmsghdr *request, netlink_fn *fn, void *user);

#endif
