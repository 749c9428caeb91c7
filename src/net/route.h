/* SPDX-License-Identifier: Apache-2.0 */
/* Which way the kernel would send a packet, and which MAC it already knows on that way. */
#ifndef SONDE_NET_ROUTE_H
#define SONDE_NET_ROUTE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "net/netlink.h"
#include "wire/addr.h"

enum route_kind {
	ROUTE_UNICAST,
	ROUTE_LOCAL,     /* an address of this machine: the packet goes by the loopback interface */
	ROUTE_BROADCAST, /* IPv4 broadcast address of a local prefix */
	ROUTE_MULTICAST,
};

/* The kernel's answer for one destination. */
struct route {
	enum route_kind kind;
	uint32_t ifindex;    /* leaves here; for ROUTE_LOCAL that is the loopback interface */
	struct addr source;  /* what the kernel would put as source; family 0 when it names none */
	struct addr gateway; /* next hop; family 0: on-link. May be IPv6 for an IPv4 destination */
	/*
	 * Bound to an interface and no route in the table leads there: the kernel then simply
	 * assumes that the destination is on-link (IPv4 only).
	 */
	bool assumed_on_link;
	uint32_t mtu; /* path MTU the kernel knows, bytes; 0 when it says nothing special */
};

/*
 * Asks for the route to `to`. ifindex 0: any interface; otherwise only by that one (link-local IPv6
 * destinations need it). 0 and *ret_route, or -errno with a sentence: -ENETUNREACH no route,
 * -EHOSTUNREACH an unreachable route, -EACCES a prohibit route, -EINVAL a blackhole route,
 * -ENODEV no such interface, -ENETDOWN the interface is down.
 */
int route_lookup(struct netlink *netlink, const struct addr *to, uint32_t ifindex,
		 struct route *ret_route, struct err *err);

/*
 * The MAC of addr on interface ifindex if the kernel has a usable entry for it (reachable, stale,
 * delay, probe or permanent). 0 and ret_mac; -ENOENT when it knows none (no sentence); another
 * -errno when asking failed.
 */
int route_neighbour(struct netlink *netlink, uint32_t ifindex, const struct addr *addr,
		    uint8_t ret_mac[static MAC_LEN]);

#endif
