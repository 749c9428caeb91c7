// SPDX-License-Identifier: Apache-2.0
// The one list of protocols that this program knows by name, and what number leads to each.
#include "proto/registry.h"

#include <assert.h>
#include <stddef.h>

#include "proto/dns.h"
#include "proto/eth.h"
#include "proto/ipv4.h"

#define NONE    PROTOCOL_NO_NUMBER
#define IP_OSPF 89 /* IANA, "Assigned Internet Protocol Numbers" */
#define IP_VRRP 112

static const struct protocol protocols[] = {
	[PROTOCOL_ETHERNET] = {"Ethernet", "eth", "Ethernet II", NONE, NONE, NONE},
	[PROTOCOL_SLL] = {"SLL", "sll", "Linux cooked capture", NONE, NONE, NONE},
	[PROTOCOL_NULL] = {"NULL", "null", "Null/Loopback", NONE, NONE, NONE},
	[PROTOCOL_VLAN] = {"VLAN", "vlan", "802.1Q Virtual LAN", ETHER_VLAN, NONE, NONE},
	[PROTOCOL_ARP] = {"ARP", "arp", "Address Resolution Protocol", ETHER_ARP, NONE, NONE},
	[PROTOCOL_IPV4] = {"IPv4", "ip", "Internet Protocol Version 4", ETHER_IPV4, IP_IPV4, NONE},
	[PROTOCOL_IPV6] = {"IPv6", "ipv6", "Internet Protocol Version 6", ETHER_IPV6, IP_IPV6,
			   NONE},
	[PROTOCOL_ICMP] = {"ICMP", "icmp", "Internet Control Message Protocol", NONE, IP_ICMP,
			   NONE},
	[PROTOCOL_ICMPV6] = {"ICMPv6", "icmpv6", "Internet Control Message Protocol v6", NONE,
			     IP_ICMPV6, NONE},
	[PROTOCOL_IGMP] = {"IGMP", "igmp", "Internet Group Management Protocol", NONE, IP_IGMP,
			   NONE},
	[PROTOCOL_TCP] = {"TCP", "tcp", "Transmission Control Protocol", NONE, IP_TCP, NONE},
	[PROTOCOL_UDP] = {"UDP", "udp", "User Datagram Protocol", NONE, IP_UDP, NONE},
	[PROTOCOL_SCTP] = {"SCTP", "sctp", "Stream Control Transmission Protocol", NONE, IP_SCTP,
			   NONE},
	[PROTOCOL_GRE] = {"GRE", "gre", "Generic Routing Encapsulation", NONE, IP_GRE, NONE},
	[PROTOCOL_ESP] = {"ESP", "esp", "Encapsulating Security Payload", NONE, IP_ESP, NONE},
	[PROTOCOL_OSPF] = {"OSPF", "ospf", "Open Shortest Path First", NONE, IP_OSPF, NONE},
	[PROTOCOL_VRRP] = {"VRRP", "vrrp", "Virtual Router Redundancy Protocol", NONE, IP_VRRP,
			   NONE},
	[PROTOCOL_DNS] = {"DNS", "dns", "Domain Name System", NONE, NONE, DNS_PORT},
};

static_assert(sizeof(protocols) / sizeof(protocols[0]) == PROTOCOL_COUNT,
	      "every protocol_id has a row");

const struct protocol *protocol_get(enum protocol_id id)
{
	return &protocols[id];
}

const struct protocol *protocol_by_ether_type(uint16_t type)
{
	for (size_t i = 0; i < PROTOCOL_COUNT; i++)
		if (protocols[i].ether_type == type && type != NONE)
			return &protocols[i];
	return NULL;
}

const struct protocol *protocol_by_ip_number(uint8_t number)
{
	for (size_t i = 0; i < PROTOCOL_COUNT; i++)
		if (protocols[i].ip_protocol == number)
			return &protocols[i];
	return NULL;
}

const struct protocol *protocol_by_udp_port(uint16_t port)
{
	for (size_t i = 0; i < PROTOCOL_COUNT; i++)
		if (protocols[i].udp_port == port && port != NONE)
			return &protocols[i];
	return NULL;
}
