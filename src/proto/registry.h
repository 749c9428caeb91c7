/* SPDX-License-Identifier: Apache-2.0 */
/* The one list of protocols that this program knows by name, and what number leads to each. */
#ifndef SONDE_PROTO_REGISTRY_H
#define SONDE_PROTO_REGISTRY_H

#include <stdint.h>

/* From the outside in; the order has no meaning but for reading. */
enum protocol_id {
	PROTOCOL_ETHERNET,
	PROTOCOL_SLL,
	PROTOCOL_NULL,
	PROTOCOL_VLAN,
	PROTOCOL_ARP,
	PROTOCOL_IPV4,
	PROTOCOL_IPV6,
	PROTOCOL_ICMP,
	PROTOCOL_ICMPV6,
	PROTOCOL_IGMP,
	PROTOCOL_TCP,
	PROTOCOL_UDP,
	PROTOCOL_SCTP,
	PROTOCOL_GRE,
	PROTOCOL_ESP,
	PROTOCOL_OSPF,
	PROTOCOL_VRRP,
	PROTOCOL_DNS,
	PROTOCOL_COUNT,
};

#define PROTOCOL_NO_NUMBER 0xffff /* no number of that kind leads to this protocol */

/* All text is constant. Adding a protocol: one row here, its reader in proto/NAME.c. */
struct protocol {
	const char *name;   /* Wireshark's Protocol column: "ICMPv6" */
	const char *filter; /* the name in display filters: "icmpv6" */
	const char *title;  /* the heading in the tree: "Internet Control Message Protocol v6" */
	uint16_t ether_type;
	uint16_t ip_protocol;
	uint16_t udp_port;
};

const struct protocol *protocol_get(enum protocol_id id);

/* The protocol that a number leads to; NULL when none in the list is. */
const struct protocol *protocol_by_ether_type(uint16_t type);
const struct protocol *protocol_by_ip_number(uint8_t number);
const struct protocol *protocol_by_udp_port(uint16_t port);

#endif
