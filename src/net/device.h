/* SPDX-License-Identifier: Apache-2.0 */
/* The network interfaces of this machine and their addresses, as the kernel lists them. */
#ifndef SONDE_NET_DEVICE_H
#define SONDE_NET_DEVICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "net/netlink.h"
#include "packet/frame.h"
#include "wire/addr.h"

#define DEVICE_NAME_MAX 16 /* IFNAMSIZ */

/* One address of an interface. */
struct device_addr {
	struct addr addr;
	struct addr broadcast; /* IPv4 as configured; family 0 when there is none */
	uint8_t prefix;        /* bits: 0-32 or 0-128 */
	uint8_t scope;         /* RT_SCOPE_UNIVERSE 0, SITE 200, LINK 253, HOST 254 */
	bool tentative;        /* IPv6 duplicate detection still runs, or failed: not usable */
};

/* One interface. */
struct device {
	char name[DEVICE_NAME_MAX];
	uint32_t index;
	uint16_t hardware_type; /* ARPHRD_* */
	bool supported;         /* we know its link header: link is valid, we can send on it */
	enum link_type link;    /* LINK_ETHERNET or LINK_RAW; LINK_NULL when not supported */
	bool has_mac;
	uint8_t mac[MAC_LEN];
	bool up;      /* switched on */
	bool running; /* carrier present */
	bool loopback;
	bool no_arp;
	bool point_to_point;
	uint32_t mtu;              /* bytes of IP packet */
	uint64_t received_packets; /* since the interface is there */
	uint64_t sent_packets;
	struct device_addr *addrs;
	size_t n_addrs;
};

/* All of them, in the kernel's order (by index). Free with device_list_done(). */
struct device_list {
	struct device *rows;
	size_t count;
};

/* Reads the list. 0, or -errno with a sentence. */
int device_list_read(struct netlink *netlink, struct device_list *ret_list, struct err *err);

/* Frees what device_list_read() gave; the list is empty then. */
void device_list_done(struct device_list *list);

/* The device of this name or index; NULL when there is none. Lives as long as the list. */
const struct device *device_by_name(const struct device_list *list, const char *name);
const struct device *device_by_index(const struct device_list *list, uint32_t index);

/* True when an interface that is up has exactly this address, or it is a loopback address. */
bool device_is_local(const struct device_list *list, const struct addr *addr);

/*
 * True when addr is 255.255.255.255, or the directed broadcast address or (prefixes up to 30 bits)
 * the network address of a prefix on one of our interfaces: a probe there would reach many hosts.
 */
bool device_is_broadcast(const struct device_list *list, const struct addr *addr);

/* The header that frames on a device of this ARPHRD type begin with; false when unknown to us. */
bool device_link_type(uint16_t hardware_type, enum link_type *ret_link);

#endif
