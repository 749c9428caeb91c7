/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Takes a frame apart, once, for everybody: matcher, trace line, list, filter, explanation.
 *
 * The core headers land in one flat struct in host order; nothing is formatted and nothing
 * allocated. What could not be read is marked, never guessed.
 */
#ifndef SONDE_PACKET_DECODE_H
#define SONDE_PACKET_DECODE_H

#include <stdbool.h>
#include <stdint.h>

#include "packet/frame.h"
#include "proto/arp.h"
#include "proto/eth.h"
#include "proto/icmp.h"
#include "proto/icmpv6.h"
#include "proto/ipv4.h"
#include "proto/ipv6.h"
#include "proto/tcp.h"
#include "proto/udp.h"
#include "wire/cursor.h"

enum network_kind {
	NETWORK_NONE, /* neither ARP nor IP, or unreadable */
	NETWORK_ARP,
	NETWORK_IPV4,
	NETWORK_IPV6,
};

/* Whose header `transport` holds. FRAGMENT: a later fragment, whose bytes have no header. */
enum transport_kind {
	TRANSPORT_NONE, /* no readable header: see protocol and status */
	TRANSPORT_TCP,
	TRANSPORT_UDP,
	TRANSPORT_ICMP,
	TRANSPORT_ICMPV6,
	TRANSPORT_FRAGMENT,
	TRANSPORT_OTHER,
};

/*
 * An IP packet as far as it could be read; also the packet quoted in an ICMP error. Of each union
 * nothing is set but what network or transport names.
 */
struct ip_packet {
	enum network_kind network; /* NETWORK_IPV4 or NETWORK_IPV6 when readable */
	union {
		struct ipv4_hdr ipv4;
		struct ipv6_hdr ipv6;
	};
	struct addr source; /* the same for both families */
	struct addr destination;
	uint8_t hops;     /* TTL or hop limit */
	uint8_t protocol; /* enum ip_protocol: the last one reached */
	enum transport_kind transport;
	union {
		struct tcp_hdr tcp;
		struct udp_hdr udp;
		struct icmp_hdr icmp;
		struct icmpv6_hdr icmpv6;
	};
	uint32_t network_at; /* offsets in the frame: IP header, transport header, data */
	uint32_t transport_at;
	uint32_t data_at;
	uint32_t data_len; /* bytes on the wire, which may exceed what is held */
	/* Where reading stopped, if it did: of the transport if that was reached, else of IP. */
	enum cursor_status status;
};

struct packet {
	enum cursor_status status; /* of the outer headers */
	/*
	 * All of this is so: an Ethernet frame captured whole, without tags; an IPv4 header without
	 * options, no fragment; a whole TCP or UDP header; no length that lies. Others may be as
	 * good: it is there to be asked first.
	 */
	bool usual;
	bool has_ethernet;
	struct eth_hdr ethernet; /* when has_ethernet */
	uint16_t ether_type;     /* after VLAN tags; 0 when the link has none */
	uint8_t vlan_count;
	uint16_t vlan_id; /* of the outermost tag */
	enum network_kind network;
	struct arp_hdr arp;     /* NETWORK_ARP */
	struct ip_packet ip;    /* NETWORK_IPV4, NETWORK_IPV6 */
	bool has_quote;         /* an ICMP or ICMPv6 error whose quoted IP header could be read */
	struct ip_packet quote; /* of an ICMP or ICMPv6 error; else not set */
};

/*
 * Reads frame into *ret_packet, every field of which is set but those that others vouch for, as
 * said above. Never fails: see status.
 */
void packet_decode(const struct frame *frame, struct packet *ret_packet);

/*
 * The transport checksum (TCP, UDP, ICMP, ICMPv6) of a whole, unfragmented packet.
 * UNKNOWN when it cannot be judged: cut, fragment, no checksum, or left to the device, be it by
 * the frame's mark or by its value, which is then the pseudo-header's sum alone.
 */
enum checksum_verdict {
	CHECKSUM_UNKNOWN,
	CHECKSUM_GOOD,
	CHECKSUM_BAD,
};

enum checksum_verdict packet_checksum(const struct frame *frame, const struct packet *packet);

#endif
