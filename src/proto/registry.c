// SPDX-License-Identifier: Apache-2.0
// The one list of protocols: names, fields, who dissects them, and what number leads to each.
#include "proto/registry.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

#include "proto/ah.h"
#include "proto/arp.h"
#include "proto/data.h"
#include "proto/dns.h"
#include "proto/eth.h"
#include "proto/frame.h"
#include "proto/icmp.h"
#include "proto/icmpv6.h"
#include "proto/ipv4.h"
#include "proto/ipv6.h"
#include "proto/llc.h"
#include "proto/null.h"
#include "proto/raw.h"
#include "proto/sll.h"
#include "proto/tcp.h"
#include "proto/udp.h"
#include "proto/vlan.h"
#include "proto/ws.h"

#define IP_OSPF 89 /* IANA, "Assigned Internet Protocol Numbers" */
#define IP_VRRP 112

/* Columns: name, filter, title; brief; dissector; numbers. */
static const struct protocol protocols[] = {
	[PROTOCOL_FRAME] = {NULL, "frame", "Frame", "Frame", &frame_dissector},
	[PROTOCOL_COMMENT] = {NULL, "pkt_comment", "Packet comments", "Comment",
			      &comment_dissector},
	[PROTOCOL_WS] = {NULL, "_ws", "Wireshark", NULL, &ws_dissector},
	[PROTOCOL_ETHERNET] = {"Ethernet", "eth", "Ethernet II", NULL, &eth_dissector},
	[PROTOCOL_ETHERTYPE] = {NULL, "ethertype", "Ethertype"},
	[PROTOCOL_SLL] = {"SLL", "sll", "Linux cooked capture", NULL, &sll_dissector},
	[PROTOCOL_NULL] = {"NULL", "null", "Null/Loopback", "Null", &null_dissector},
	[PROTOCOL_RAW] = {"Raw", "raw", "Raw packet data", NULL, &raw_dissector},
	[PROTOCOL_VLAN] = {"VLAN", "vlan", "802.1Q Virtual LAN", NULL, &vlan_dissector,
			   .ether_types = NUMBERS(ETHER_VLAN, ETHER_QINQ_OLD)},
	[PROTOCOL_QINQ] = {"IEEE 802.1AD", "ieee8021ad", "IEEE 802.1ad", NULL, &qinq_dissector,
			   .ether_types = NUMBERS(ETHER_QINQ)},
	[PROTOCOL_LLC] = {"LLC", "llc", "Logical-Link Control", NULL, &llc_dissector},
	[PROTOCOL_ARP] = {"ARP", "arp", "Address Resolution Protocol", "ARP/RARP", &arp_dissector,
			  .ether_types = NUMBERS(ETHER_ARP, ETHER_RARP)},
	[PROTOCOL_IPV4] = {"IPv4", "ip", "Internet Protocol Version 4", NULL, &ipv4_dissector,
			   .ether_types = NUMBERS(ETHER_IPV4), .ip_numbers = NUMBERS(IP_IPV4),
			   .llc_saps = NUMBERS(LLC_SAP_IP)},
	[PROTOCOL_IPV6] = {"IPv6", "ipv6", "Internet Protocol Version 6", NULL, &ipv6_dissector,
			   .ether_types = NUMBERS(ETHER_IPV6), .ip_numbers = NUMBERS(IP_IPV6)},
	[PROTOCOL_IPV6_HOPOPT] = {NULL, "ipv6.hopopts", "IPv6 Hop-by-Hop Option",
				  "IPv6 Hop-by-Hop", &ipv6_hopopt_dissector},
	[PROTOCOL_IPV6_ROUTING] = {NULL, "ipv6.routing", "Routing Header for IPv6", "IPv6 Routing",
				   &ipv6_routing_dissector, .ip_numbers = NUMBERS(IP_ROUTING)},
	[PROTOCOL_IPV6_FRAGMENT] = {NULL, "ipv6.fraghdr", "Fragment Header for IPv6",
				    "IPv6 Fragment", &ipv6_fragment_dissector,
				    .ip_numbers = NUMBERS(IP_FRAGMENT)},
	[PROTOCOL_IPV6_DESTOPTS] = {NULL, "ipv6.dstopts", "Destination Options for IPv6",
				    "IPv6 Destination", &ipv6_destopts_dissector,
				    .ip_numbers = NUMBERS(IP_DESTOPTS)},
	[PROTOCOL_AH] = {"AH", "ah", "Authentication Header", NULL, &ah_dissector,
			 .ip_numbers = NUMBERS(IP_AH)},
	[PROTOCOL_ICMP] = {"ICMP", "icmp", "Internet Control Message Protocol", NULL,
			   &icmp_dissector, .ip_numbers = NUMBERS(IP_ICMP)},
	[PROTOCOL_ICMPV6] = {"ICMPv6", "icmpv6", "Internet Control Message Protocol v6", .ip_numbers = NUMBERS(IP_ICMPV6)},
	[PROTOCOL_IGMP] = {"IGMP", "igmp", "Internet Group Management Protocol",
			   .ip_numbers = NUMBERS(IP_IGMP)},
	[PROTOCOL_TCP] = {"TCP", "tcp", "Transmission Control Protocol",
			  .ip_numbers = NUMBERS(IP_TCP)},
	[PROTOCOL_UDP] = {"UDP", "udp", "User Datagram Protocol", NULL, &udp_dissector,
			  .ip_numbers = NUMBERS(IP_UDP)},
	[PROTOCOL_SCTP] = {"SCTP", "sctp", "Stream Control Transmission Protocol",
			   .ip_numbers = NUMBERS(IP_SCTP)},
	[PROTOCOL_GRE] = {"GRE", "gre", "Generic Routing Encapsulation",
			  .ip_numbers = NUMBERS(IP_GRE)},
	[PROTOCOL_ESP] = {"ESP", "esp", "Encapsulating Security Payload",
			  .ip_numbers = NUMBERS(IP_ESP)},
	[PROTOCOL_OSPF] = {"OSPF", "ospf", "Open Shortest Path First",
			   .ip_numbers = NUMBERS(IP_OSPF)},
	[PROTOCOL_VRRP] = {"VRRP", "vrrp", "Virtual Router Redundancy Protocol",
			   .ip_numbers = NUMBERS(IP_VRRP)},
	[PROTOCOL_DNS] = {"DNS", "dns", "Domain Name System", .udp_ports = NUMBERS(DNS_PORT)},
	[PROTOCOL_DATA] = {NULL, "data", "Data", "Data", &data_dissector},
};

static_assert(sizeof(protocols) / sizeof(protocols[0]) == PROTOCOL_COUNT,
	      "every protocol_id has a row");
static_assert(PROTOCOL_COUNT < 256, "a protocol fits in the upper byte of FIELD_ID()");

const struct protocol *protocol_get(enum protocol_id id)
{
	return &protocols[id];
}

const struct field *field_get(uint16_t id)
{
	unsigned protocol = id >> 8;
	const struct dissector *from;

	if (protocol >= PROTOCOL_COUNT)
		return NULL;
	from = protocols[protocol].dissector;
	return from && (id & 0xff) < from->field_count ? &from->fields[id & 0xff] : NULL;
}

int field_find(const char *name, int after)
{
	unsigned id = (unsigned)(after + 1);

	while (id < (unsigned)PROTOCOL_COUNT << 8) {
		const struct field *field = field_get((uint16_t)id);

		if (!field)
			id = (id | 0xff) + 1;
		else if (!strcmp(field->name, name))
			return (int)id;
		else
			id++;
	}
	return -1;
}

static bool holds(const struct numbers *numbers, uint16_t number)
{
	for (size_t i = 0; i < numbers->count; i++)
		if (numbers->items[i] == number)
			return true;
	return false;
}

const struct protocol *protocol_by_ether_type(uint16_t type)
{
	for (size_t i = 0; i < PROTOCOL_COUNT; i++)
		if (holds(&protocols[i].ether_types, type))
			return &protocols[i];
	return NULL;
}

const struct protocol *protocol_by_ip_number(uint8_t number)
{
	for (size_t i = 0; i < PROTOCOL_COUNT; i++)
		if (holds(&protocols[i].ip_numbers, number))
			return &protocols[i];
	return NULL;
}

const struct protocol *protocol_by_udp_port(uint16_t port)
{
	for (size_t i = 0; i < PROTOCOL_COUNT; i++)
		if (holds(&protocols[i].udp_ports, port))
			return &protocols[i];
	return NULL;
}
