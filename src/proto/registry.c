// SPDX-License-Identifier: Apache-2.0
// The one list of protocols: names, fields, who dissects them, and what number leads to each.
#include "proto/registry.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

#include "proto/arp.h"
#include "proto/cdp.h"
#include "proto/data.h"
#include "proto/dhcp.h"
#include "proto/dhcpv6.h"
#include "proto/dns.h"
#include "proto/dns_dissect.h"
#include "proto/eth.h"
#include "proto/frame.h"
#include "proto/ftp.h"
#include "proto/gre.h"
#include "proto/http.h"
#include "proto/icmp.h"
#include "proto/icmpv6.h"
#include "proto/igmp.h"
#include "proto/imap.h"
#include "proto/ipsec.h"
#include "proto/ipv4.h"
#include "proto/ipv6.h"
#include "proto/ipx.h"
#include "proto/llc.h"
#include "proto/lldp.h"
#include "proto/mpls.h"
#include "proto/nbdgm.h"
#include "proto/nbns.h"
#include "proto/nbss.h"
#include "proto/ntp.h"
#include "proto/null.h"
#include "proto/ospf.h"
#include "proto/pop.h"
#include "proto/ppp.h"
#include "proto/pppoe.h"
#include "proto/quic.h"
#include "proto/radius.h"
#include "proto/raw.h"
#include "proto/rtcp.h"
#include "proto/rtp.h"
#include "proto/sctp.h"
#include "proto/sdp.h"
#include "proto/sip.h"
#include "proto/sll.h"
#include "proto/smtp.h"
#include "proto/snmp.h"
#include "proto/ssdp.h"
#include "proto/ssh.h"
#include "proto/stp.h"
#include "proto/syslog.h"
#include "proto/tcp.h"
#include "proto/tftp.h"
#include "proto/tls.h"
#include "proto/udp.h"
#include "proto/vlan.h"
#include "proto/vrrp.h"
#include "proto/vxlan.h"
#include "proto/ws.h"

#define IP_OSPF   89 /* IANA, "Assigned Internet Protocol Numbers" */
#define IP_VRRP   112
#define IP_MPLS   137  /* RFC 4023 */
#define MPLS_PORT 6635 /* RFC 7510 */
#define SNAP_PVST 0x010b
#define SNAP_CDP  0x2000
#define SAP_VINES 0xbc

/* IANA, "IEEE 802 Numbers" */
#define ETHER_VINES          0x0bad
#define ETHER_IPX            0x8137
#define ETHER_MPLS           0x8847
#define ETHER_MPLS_MULTICAST 0x8848
#define ETHER_PPPOED         0x8863
#define ETHER_PPPOES         0x8864
#define ETHER_LLDP           0x88cc

/* Columns: name, filter, title; brief; dissector; numbers. */
static const struct protocol protocols[] = {
	[PROTOCOL_FRAME] = {NULL, "frame", "Frame", "Frame", &frame_dissector},
	[PROTOCOL_COMMENT] = {NULL, "pkt_comment", "Packet comments", "Comment",
			      &comment_dissector},
	[PROTOCOL_WS] = {NULL, "_ws", "Wireshark", NULL, &ws_dissector},
	[PROTOCOL_ETHERNET] = {"Ethernet", "eth", "Ethernet II", NULL, &eth_dissector,
			       .ip_numbers = NUMBERS(IP_ETHERNET)},
	[PROTOCOL_ETHERTYPE] = {NULL, "ethertype", "Ethertype"},
	[PROTOCOL_SLL] = {"SLL", "sll", "Linux cooked capture", NULL, &sll_dissector},
	[PROTOCOL_NULL] = {"NULL", "null", "Null/Loopback", "Null", &null_dissector},
	[PROTOCOL_RAW] = {"N/A", "raw", "Raw packet data", "Raw", &raw_dissector},
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
	[PROTOCOL_IPV6_HOPOPT] = {NULL, "ipv6.hopopts", "IPv6 Hop-by-Hop Option", "IPv6 Hop-by-Hop",
				  &ipv6_hopopt_dissector},
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
	[PROTOCOL_ICMPV6] = {"ICMPv6", "icmpv6", "Internet Control Message Protocol v6", NULL,
			     &icmpv6_dissector, .ip_numbers = NUMBERS(IP_ICMPV6)},
	[PROTOCOL_IGMP] = {"IGMP", "igmp", "Internet Group Management Protocol",
			   .dissector = &igmp_dissector, .ip_numbers = NUMBERS(IP_IGMP)},
	[PROTOCOL_TCP] = {"TCP", "tcp", "Transmission Control Protocol", NULL, &tcp_dissector,
			  .ip_numbers = NUMBERS(IP_TCP)},
	[PROTOCOL_UDP] = {"UDP", "udp", "User Datagram Protocol", NULL, &udp_dissector,
			  .ip_numbers = NUMBERS(IP_UDP)},
	[PROTOCOL_SCTP] = {"SCTP", "sctp", "Stream Control Transmission Protocol",
			   .dissector = &sctp_dissector, .ip_numbers = NUMBERS(IP_SCTP)},
	[PROTOCOL_GRE] = {"GRE", "gre", "Generic Routing Encapsulation",
			  .dissector = &gre_dissector, .ip_numbers = NUMBERS(IP_GRE)},
	[PROTOCOL_ESP] = {"ESP", "esp", "Encapsulating Security Payload",
			  .dissector = &esp_dissector, .ip_numbers = NUMBERS(IP_ESP)},
	[PROTOCOL_OSPF] = {"OSPF", "ospf", "Open Shortest Path First", .dissector = &ospf_dissector,
			   .ip_numbers = NUMBERS(IP_OSPF)},
	[PROTOCOL_VRRP] = {"VRRP", "vrrp", "Virtual Router Redundancy Protocol",
			   .dissector = &vrrp_dissector, .ip_numbers = NUMBERS(IP_VRRP)},
	[PROTOCOL_DNS] = {"DNS", "dns", "Domain Name System", NULL, &dns_dissector,
			  .tcp_ports = NUMBERS(DNS_PORT), .udp_ports = NUMBERS(DNS_PORT),
			  .guess = GUESS_UDP},
	[PROTOCOL_MDNS] = {"MDNS", "mdns", "Multicast Domain Name System", "mDNS", &mdns_dissector,
			   .udp_ports = NUMBERS(MDNS_PORT)},
	[PROTOCOL_LLMNR] = {"LLMNR", "llmnr", "Link-local Multicast Name Resolution", NULL,
			    &llmnr_dissector, .udp_ports = NUMBERS(LLMNR_PORT)},
	[PROTOCOL_DHCP] = {"DHCP", "dhcp", "Dynamic Host Configuration Protocol", "DHCP/BOOTP",
			   &dhcp_dissector,
			   .udp_ports = NUMBERS(DHCP_SERVER_PORT, DHCP_CLIENT_PORT)},
	[PROTOCOL_DHCPV6] = {"DHCPv6", "dhcpv6", "DHCPv6", NULL, &dhcpv6_dissector,
			     .udp_ports = NUMBERS(DHCPV6_CLIENT_PORT, DHCPV6_SERVER_PORT)},
	[PROTOCOL_NTP] = {"NTP", "ntp", "Network Time Protocol", NULL, &ntp_dissector,
			  .udp_ports = NUMBERS(NTP_PORT)},
	[PROTOCOL_SNMP] = {"SNMP", "snmp", "Simple Network Management Protocol", NULL,
			   &snmp_dissector, .tcp_ports = NUMBERS(SNMP_PORT, SNMP_TRAP_PORT),
			   .udp_ports = NUMBERS(SNMP_PORT, SNMP_TRAP_PORT, 8161)},
	[PROTOCOL_TFTP] = {"TFTP", "tftp", "Trivial File Transfer Protocol", NULL, &tftp_dissector,
			   .udp_ports = NUMBERS(TFTP_PORT), .guess = GUESS_UDP},
	[PROTOCOL_SYSLOG] = {"Syslog", "syslog", "Syslog message", NULL, &syslog_dissector,
			     .udp_ports = NUMBERS(SYSLOG_PORT)},
	[PROTOCOL_RADIUS] = {"RADIUS", "radius", "RADIUS Protocol", NULL, &radius_dissector,
			     .udp_ports = NUMBERS(RADIUS_PORT, RADIUS_ACCOUNTING_PORT,
						  RADIUS_OLD_PORT, RADIUS_OLD_ACCOUNTING_PORT,
						  RADIUS_DYNAMIC_OLD_PORT, RADIUS_DYNAMIC_PORT)},
	[PROTOCOL_VXLAN] = {"VXLAN", "vxlan", "Virtual eXtensible Local Area Network",
			    .dissector = &vxlan_dissector, .udp_ports = NUMBERS(VXLAN_PORT)},
	[PROTOCOL_MPLS] = {"MPLS", "mpls", "MultiProtocol Label Switching Header",
			   .dissector = &mpls_dissector,
			   .ether_types = NUMBERS(ETHER_MPLS, ETHER_MPLS_MULTICAST),
			   .ip_numbers = NUMBERS(IP_MPLS), .udp_ports = NUMBERS(MPLS_PORT)},
	[PROTOCOL_PPPOED] = {"PPPoED", "pppoed", "PPP-over-Ethernet Discovery",
			     .dissector = &pppoed_dissector, .ether_types = NUMBERS(ETHER_PPPOED)},
	[PROTOCOL_PPPOES] = {"PPPoES", "pppoes", "PPP-over-Ethernet Session",
			     .dissector = &pppoes_dissector, .ether_types = NUMBERS(ETHER_PPPOES)},
	[PROTOCOL_PPP] = {"PPP", "ppp", "Point-to-Point Protocol", .dissector = &ppp_dissector},
	[PROTOCOL_STP] = {"STP", "stp", "Spanning Tree Protocol", .dissector = &stp_dissector,
			  .llc_saps = NUMBERS(LLC_SAP_STP),
			  .snaps = SNAPS({LLC_OUI_CISCO, SNAP_PVST})},
	[PROTOCOL_LLDP] = {"LLDP", "lldp", "Link Layer Discovery Protocol",
			   .dissector = &lldp_dissector, .ether_types = NUMBERS(ETHER_LLDP)},
	[PROTOCOL_CDP] = {"CDP", "cdp", "Cisco Discovery Protocol", .dissector = &cdp_dissector,
			  .snaps = SNAPS({LLC_OUI_CISCO, SNAP_CDP})},
	[PROTOCOL_IPX] = {"IPX", "ipx", "Internetwork Packet eXchange", .dissector = &ipx_dissector,
			  .ether_types = NUMBERS(ETHER_IPX), .llc_saps = NUMBERS(LLC_SAP_IPX)},
	[PROTOCOL_IPXRIP] = {"IPX RIP", "ipxrip", "IPX Routing Information Protocol",
			     .dissector = &ipxrip_dissector},
	[PROTOCOL_IPXSAP] = {"IPX SAP", "ipxsap", "Service Advertisement Protocol",
			     .dissector = &ipxsap_dissector},
	[PROTOCOL_VINES] = {"VINES", "vines_ip", "VINES IP", .ether_types = NUMBERS(ETHER_VINES),
			    .llc_saps = NUMBERS(SAP_VINES)},
	[PROTOCOL_NBNS] = {"NBNS", "nbns", "NetBIOS Name Service", NULL, &nbns_dissector,
			   .udp_ports = NUMBERS(NBNS_PORT)},
	[PROTOCOL_NBDGM] = {"NBDS", "nbdgm", "NetBIOS Datagram Service", NULL, &nbdgm_dissector,
			    .udp_ports = NUMBERS(NBDGM_PORT)},
	[PROTOCOL_NBSS] = {"NBSS", "nbss", "NetBIOS Session Service", NULL, &nbss_dissector,
			   .tcp_ports = NUMBERS(NBSS_PORT, SMB_PORT)},
	[PROTOCOL_HTTP] = {"HTTP", "http", "Hypertext Transfer Protocol", NULL, &http_dissector,
			   .tcp_ports = NUMBERS(80, 631, 1900, 2710, 2869, 3128, 3132, 3689, 5985,
						8080, 8088, 11371),
			   .guess = GUESS_TCP},
	[PROTOCOL_SSDP] = {"SSDP", "ssdp", "Simple Service Discovery Protocol", NULL,
			   &ssdp_dissector, .udp_ports = NUMBERS(SSDP_PORT)},
	[PROTOCOL_TLS] = {"TLS", "tls", "Transport Layer Security", NULL, &tls_dissector,
			  .tcp_ports = NUMBERS(324, 443, 465, 636, 802, 853, 993, 995, 1300, 2221,
					       2443, 3249, 3250, 3251, 3252, 3496, 5061, 5671, 5684,
					       5868, 8883, 11207, 19999, 27017),
			  .guess = GUESS_TCP},
	[PROTOCOL_SSH] = {"SSH", "ssh", "SSH Protocol", NULL, &ssh_dissector,
			  .tcp_ports = NUMBERS(22, 29418)},
	[PROTOCOL_SIP] = {"SIP", "sip", "Session Initiation Protocol", NULL, &sip_dissector,
			  .tcp_ports = NUMBERS(5060), .udp_ports = NUMBERS(5060),
			  .guess = GUESS_TCP | GUESS_UDP},
	[PROTOCOL_SDP] = {NULL, "sdp", "Session Description Protocol", "SDP", &sdp_dissector},
	[PROTOCOL_FTP] = {"FTP", "ftp", "File Transfer Protocol (FTP)", NULL, &ftp_dissector,
			  .tcp_ports = NUMBERS(21)},
	[PROTOCOL_FTP_DATA] = {"FTP-DATA", "ftp-data", "FTP Data", NULL, &ftp_data_dissector,
			       .tcp_ports = NUMBERS(20)},
	[PROTOCOL_SMTP] = {"SMTP", "smtp", "Simple Mail Transfer Protocol", NULL, &smtp_dissector,
			   .tcp_ports = NUMBERS(25, 587)},
	[PROTOCOL_POP] = {"POP", "pop", "Post Office Protocol", NULL, &pop_dissector,
			  .tcp_ports = NUMBERS(110)},
	[PROTOCOL_IMAP] = {"IMAP", "imap", "Internet Message Access Protocol", NULL,
			   &imap_dissector, .tcp_ports = NUMBERS(143)},
	[PROTOCOL_QUIC] = {"QUIC", "quic", "QUIC IETF", NULL, &quic_dissector,
			   .udp_ports = NUMBERS(443), .guess = GUESS_UDP},
	[PROTOCOL_RTP] = {"RTP", "rtp", "Real-Time Transport Protocol", NULL, &rtp_dissector},
	[PROTOCOL_RTCP] = {"RTCP", "rtcp", "Real-time Transport Control Protocol", NULL,
			   &rtcp_dissector, .guess = GUESS_UDP},
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
