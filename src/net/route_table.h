/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which blocks of addresses the kernel must send by one and the same route.
 *
 * Asking for the route of each of 65,536 addresses costs more than probing them. Where no routing
 * rule but the usual ones exists, and no route of any table is for less than a whole /24, the
 * answer for one address of that /24 is the answer for all.
 */
#ifndef SONDE_NET_ROUTE_TABLE_H
#define SONDE_NET_ROUTE_TABLE_H

#include <stdbool.h>
#include <stdint.h>

#include "net/netlink.h"
#include "wire/addr.h"

#define ROUTE_BLOCK_BITS 24
#define ROUTE_SMALL_MAX  1024 /* smaller routes that are remembered; with more, nothing is uniform */

/* Initialise with zero: nothing is uniform. */
struct route_table {
	bool usable;
	uint32_t small[ROUTE_SMALL_MAX]; /* /24 blocks that hold a smaller route, ascending */
	uint32_t small_count;
};

/* Reads the kernel's IPv4 rules and routes. What cannot be read is not uniform: no error. */
void route_table_read(struct netlink *netlink, struct route_table *ret_table);

/* True when all addresses of addr's /24 are sent alike. */
bool route_table_uniform(const struct route_table *t, const struct addr *addr);

/* True when a and b, both IPv4, are in one /24. */
bool route_same_block(const struct addr *a, const struct addr *b);

#endif
