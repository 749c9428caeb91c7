/* SPDX-License-Identifier: Apache-2.0 */
/* The Address Resolution Protocol for IPv4 over Ethernet (RFC 826). */
#ifndef SONDE_PROTO_ARP_H
#define SONDE_PROTO_ARP_H

#include <stdbool.h>
#include <stdint.h>

#include "proto/registry.h"
#include "wire/addr.h"
#include "wire/build.h"
#include "wire/cursor.h"

#define ARP_LEN 28 /* for IPv4 over Ethernet */

enum arp_operation {
	ARP_REQUEST = 1,
	ARP_REPLY = 2,
};

struct arp_hdr {
	uint16_t hardware_type;
	uint16_t protocol_type;
	uint8_t hardware_len;
	uint8_t protocol_len;
	uint16_t operation;
	bool ipv4_over_ethernet; /* the four fields below are filled only then */
	uint8_t sender_mac[MAC_LEN];
	uint8_t target_mac[MAC_LEN];
	struct addr sender;
	struct addr target;
};

void arp_read(struct cursor *c, struct arp_hdr *ret_header);

/* Writes hardware type Ethernet, protocol type IPv4; takes operation and the four addresses. */
void arp_write(struct build *b, const struct arp_hdr *header);

extern const struct dissector arp_dissector;

#endif
