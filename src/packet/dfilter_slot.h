/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The fields that packet_decode() tells, for display filters; only packet/dfilter*.c includes this.
 */
#ifndef SONDE_PACKET_DFILTER_SLOT_H
#define SONDE_PACKET_DFILTER_SLOT_H

#include <stdbool.h>
#include <stdint.h>

#include "wire/tree.h"

enum slot {
	SLOT_FRAME,
	SLOT_FRAME_NUMBER,
	SLOT_FRAME_LEN,
	SLOT_FRAME_CAP_LEN,
	SLOT_ETH,
	SLOT_ETH_DST,
	SLOT_ETH_SRC,
	SLOT_ETH_ADDR,
	SLOT_ETH_TYPE,
	SLOT_ARP,
	SLOT_ARP_OPCODE,
	SLOT_ARP_SRC_IP,
	SLOT_ARP_DST_IP,
	SLOT_ARP_SRC_MAC,
	SLOT_ARP_DST_MAC,
	SLOT_IP,
	SLOT_IP_VERSION,
	SLOT_IP_LEN,
	SLOT_IP_ID,
	SLOT_IP_TTL,
	SLOT_IP_PROTO,
	SLOT_IP_SRC,
	SLOT_IP_DST,
	SLOT_IP_ADDR,
	SLOT_IPV6,
	SLOT_IPV6_HLIM,
	SLOT_IPV6_SRC,
	SLOT_IPV6_DST,
	SLOT_IPV6_ADDR,
	SLOT_TCP,
	SLOT_TCP_SRCPORT,
	SLOT_TCP_DSTPORT,
	SLOT_TCP_PORT,
	SLOT_TCP_SEQ_RAW,
	SLOT_TCP_ACK_RAW,
	SLOT_TCP_WINDOW,
	SLOT_TCP_CHECKSUM,
	SLOT_TCP_FLAGS,
	SLOT_TCP_FLAG, /* one bit of the flags */
	SLOT_UDP,
	SLOT_UDP_SRCPORT,
	SLOT_UDP_DSTPORT,
	SLOT_UDP_PORT,
	SLOT_UDP_LENGTH,
	SLOT_ICMP,
	SLOT_ICMP_TYPE,
	SLOT_ICMP_CODE,
	SLOT_ICMPV6,
	SLOT_ICMPV6_TYPE,
	SLOT_ICMPV6_CODE,
};

struct core_field {
	const char *name;
	uint8_t slot;
	uint8_t type;
	uint16_t mask;  /* SLOT_TCP_FLAG */
	bool sliceable; /* a protocol whose bytes are known */
};

/* The core field that this one is; NULL: none. */
const struct core_field *filter_core_field(const struct field *field);

#endif
