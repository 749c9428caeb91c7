/* SPDX-License-Identifier: Apache-2.0 */
/* Counts frames by kind while they come in: each frame once, so that the kinds add up. */
#ifndef SONDE_PACKET_TALLY_H
#define SONDE_PACKET_TALLY_H

#include <stdbool.h>
#include <stdint.h>

#include "packet/decode.h"
#include "packet/frame.h"

/*
 * The rows of Wireshark's capture window of 2007 in its order, then what it had no row for, then
 * everything else. A frame counts at the highest network or transport level that was reached;
 * what travels inside a tunnel or an ICMP error does not count again.
 */
enum tally_kind {
	TALLY_SCTP,
	TALLY_TCP,
	TALLY_UDP,
	TALLY_ICMP,
	TALLY_ARP,
	TALLY_OSPF,
	TALLY_GRE,
	TALLY_NETBIOS, /* NetBEUI: NetBIOS right above LLC */
	TALLY_IPX,
	TALLY_VINES,
	TALLY_ICMPV6,
	TALLY_IGMP,
	TALLY_ESP,
	TALLY_AH,
	TALLY_PIM,
	TALLY_VRRP,
	TALLY_TUNNEL, /* IP in IP, of either version */
	TALLY_LLDP,
	TALLY_STP,
	TALLY_CDP,
	TALLY_EAPOL,
	TALLY_MPLS,
	TALLY_PPPOE,
	TALLY_OTHER,
	TALLY_KINDS
};

/* Begin with zero. */
struct tally {
	uint64_t frames;
	uint64_t bytes; /* on the wire */
	uint64_t kinds[TALLY_KINDS];
	/* What a scan does. */
	uint64_t syn;
	uint64_t syn_ack;
	uint64_t rst;
	uint64_t unreachable; /* ICMP type 3 and ICMPv6 type 1 */
	uint64_t arp_asked;
	uint64_t arp_answered;
};

/* Adds one frame, decoded by packet_decode(). */
void tally_frame(struct tally *tally, const struct frame *frame, const struct packet *packet);

/* Which kind that is, without counting it. */
enum tally_kind tally_kind_of(const struct frame *frame, const struct packet *packet);

/* The name of a row: "TCP". */
const char *tally_name(enum tally_kind kind);

/*
 * Tenths of a percent of all frames for each kind, rounded so that they add up to 1000 (largest
 * remainder); all zero without frames.
 */
void tally_tenths(const struct tally *tally, unsigned ret_tenths[static TALLY_KINDS]);

#endif
