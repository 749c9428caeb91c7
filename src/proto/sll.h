/* SPDX-License-Identifier: Apache-2.0 */
/* Linux "cooked" capture headers, versions 1 and 2 (LINKTYPE_LINUX_SLL, LINKTYPE_LINUX_SLL2). */
#ifndef SONDE_PROTO_SLL_H
#define SONDE_PROTO_SLL_H

#include <stdint.h>

#include "proto/registry.h"
#include "wire/cursor.h"

#define SLL_LEN      16
#define SLL2_LEN     20
#define SLL_ADDR_MAX 8

/* The kernel's sll_pkttype (packet(7)). */
enum sll_packet_type {
	SLL_TO_US = 0,
	SLL_BROADCAST = 1,
	SLL_MULTICAST = 2,
	SLL_TO_OTHER = 3,
	SLL_FROM_US = 4,
};

struct sll_hdr {
	uint16_t packet_type;   /* enum sll_packet_type */
	uint16_t hardware_type; /* ARPHRD_... */
	uint16_t addr_len;      /* of the sender's link address; what is over 8 bytes is not kept */
	uint8_t addr[SLL_ADDR_MAX];
	uint16_t protocol;  /* an EtherType */
	uint32_t interface; /* version 2: the kernel's interface number */
};

void sll_read(struct cursor *c, struct sll_hdr *ret_header);
void sll2_read(struct cursor *c, struct sll_hdr *ret_header);

extern const struct dissector sll_dissector; /* both */

#endif
