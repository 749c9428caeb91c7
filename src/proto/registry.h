/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The one list of protocols: names, fields, who dissects them, and what number leads to each.
 * A protocol is one value of protocol_id and one row in registry.c.
 */
#ifndef SONDE_PROTO_REGISTRY_H
#define SONDE_PROTO_REGISTRY_H

#include <stdbool.h>
#include <stdint.h>

#include "wire/cursor.h"
#include "wire/field.h"

/* From the outside in; the order has no meaning but for reading, and that the frame is 0. */
enum protocol_id {
	PROTOCOL_FRAME,
	PROTOCOL_COMMENT, /* "pkt_comment": before the frame */
	PROTOCOL_WS,      /* "_ws": marks of the reader itself: malformed, expert, plain lines */
	PROTOCOL_ETHERNET,
	PROTOCOL_ETHERTYPE, /* no header: a word in frame.protocols */
	PROTOCOL_SLL,
	PROTOCOL_NULL,
	PROTOCOL_RAW,
	PROTOCOL_VLAN,
	PROTOCOL_QINQ, /* 802.1ad */
	PROTOCOL_LLC,
	PROTOCOL_ARP,
	PROTOCOL_IPV4,
	PROTOCOL_IPV6,
	PROTOCOL_IPV6_HOPOPT, /* extension headers are layers of their own */
	PROTOCOL_IPV6_ROUTING,
	PROTOCOL_IPV6_FRAGMENT,
	PROTOCOL_IPV6_DESTOPTS,
	PROTOCOL_AH,
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
	PROTOCOL_MDNS,
	PROTOCOL_LLMNR,
	PROTOCOL_DHCP,
	PROTOCOL_DHCPV6,
	PROTOCOL_NTP,
	PROTOCOL_SNMP,
	PROTOCOL_TFTP,
	PROTOCOL_SYSLOG,
	PROTOCOL_RADIUS,
	PROTOCOL_VXLAN,
	PROTOCOL_MPLS,
	PROTOCOL_PPPOED,
	PROTOCOL_PPPOES,
	PROTOCOL_PPP,
	PROTOCOL_STP,
	PROTOCOL_LLDP,
	PROTOCOL_CDP,
	PROTOCOL_IPX,
	PROTOCOL_IPXRIP,
	PROTOCOL_IPXSAP,
	PROTOCOL_VINES,
	PROTOCOL_NBNS,
	PROTOCOL_NBDGM,
	PROTOCOL_NBSS,
	PROTOCOL_HTTP,
	PROTOCOL_SSDP,
	PROTOCOL_TLS,
	PROTOCOL_SSH,
	PROTOCOL_SIP,
	PROTOCOL_SDP,
	PROTOCOL_FTP,
	PROTOCOL_FTP_DATA,
	PROTOCOL_SMTP,
	PROTOCOL_POP,
	PROTOCOL_IMAP,
	PROTOCOL_QUIC,
	PROTOCOL_RTP,
	PROTOCOL_RTCP,
	PROTOCOL_DATA,
	PROTOCOL_COUNT,
};

struct dissect;

/* Reads one header; see proto/dissect.h. */
typedef void dissect_fn(struct dissect *d, struct cursor *c);

/* True when these bytes are its own; by_port: they came to one of its ports, else it guesses. */
typedef bool accept_fn(const struct dissect *d, const struct cursor *c, bool by_port);

/*
 * What a protocol's file gives to the registry. Field 0 is the protocol itself: FIELD_PROTOCOL
 * with filter name and title. At most 256 fields; their places are an enum in the file.
 */
struct dissector {
	const struct field *fields;
	uint16_t field_count;
	dissect_fn *run;
	accept_fn *accepts; /* NULL: everything */
};

/* Numbers that lead to a protocol: NUMBERS(53, 5353). */
struct numbers {
	const uint16_t *items;
	uint8_t count;
};

#define NUMBERS(...)                                                                               \
	{                                                                                          \
		(const uint16_t[]) {__VA_ARGS__},                                                  \
			sizeof((const uint16_t[]) {__VA_ARGS__}) / sizeof(uint16_t)                \
	}

#define GUESS_TCP 1
#define GUESS_UDP 2

/* Organisation and number of a SNAP header: SNAPS({0x00000c, 0x2000}). */
struct snap {
	uint32_t oui;
	uint16_t pid;
};

struct snaps {
	const struct snap *items;
	uint8_t count;
};

#define SNAPS(...)                                                                                 \
	{                                                                                          \
		(const struct snap[]) {__VA_ARGS__},                                               \
			sizeof((const struct snap[]) {__VA_ARGS__}) / sizeof(struct snap)          \
	}

/* All text is constant. */
struct protocol {
	const char *name;   /* Wireshark's Protocol column: "ICMPv6"; NULL: leaves the column */
	const char *filter; /* the name in display filters: "icmpv6" */
	const char *title;  /* the heading in the tree: "Internet Control Message Protocol v6" */
	const char *brief;  /* in "[Malformed Packet: ICMPv6]"; NULL: as name */
	const struct dissector *dissector; /* NULL: only known by name; shown as Data */
	struct numbers ether_types;
	struct numbers ip_numbers;
	struct numbers tcp_ports;
	struct numbers udp_ports;
	struct numbers llc_saps;
	uint8_t guess; /* GUESS_...: asked when no port leads anywhere */
	struct snaps snaps;
};

const struct protocol *protocol_get(enum protocol_id id);

/* A field by its id (FIELD_ID()); NULL when there is none. */
const struct field *field_get(uint16_t id);

/*
 * The id of the next field with this name after the id `after` (-1 to begin: a protocol may have
 * several under one name); -1 when there is no other.
 */
int field_find(const char *name, int after);

/* The protocol that a number leads to; NULL when none in the list is. */
const struct protocol *protocol_by_ether_type(uint16_t type);
const struct protocol *protocol_by_ip_number(uint8_t number);
const struct protocol *protocol_by_udp_port(uint16_t port);

#endif
