/* SPDX-License-Identifier: Apache-2.0 */
/* Ethernet II (IEEE 802.3 clause 3) and the EtherTypes that this program meets. */
#ifndef SONDE_PROTO_ETH_H
#define SONDE_PROTO_ETH_H

#include <stdbool.h>
#include <stdint.h>

#include "proto/registry.h"
#include "wire/addr.h"
#include "wire/build.h"
#include "wire/cursor.h"

#define ETH_HEADER_LEN 14
#define ETH_TYPE_MIN   1536 /* IEEE 802.3 s. 3.2.6: below it the field is a length */

enum ether_type {
	ETHER_IPV4 = 0x0800,
	ETHER_ARP = 0x0806,
	ETHER_RARP = 0x8035, /* RFC 903 */
	ETHER_VLAN = 0x8100, /* IEEE 802.1Q */
	ETHER_IPV6 = 0x86dd,
	ETHER_QINQ = 0x88a8,     /* IEEE 802.1ad */
	ETHER_QINQ_OLD = 0x9100, /* used for stacked tags before 802.1ad */
};

struct eth_hdr {
	uint8_t destination[MAC_LEN];
	uint8_t source[MAC_LEN];
	uint16_t type; /* EtherType, or an 802.3 length when below 1536 */
};

/* A tag control word and the EtherType behind it (IEEE 802.1Q s. 9.6). */
struct vlan_tag {
	uint8_t priority;
	bool drop_eligible;
	uint16_t id;
	uint16_t type;
};

void eth_read(struct cursor *c, struct eth_hdr *ret_header);
void eth_write(struct build *b, const struct eth_hdr *header);

/* Reads what follows an EtherType for which eth_is_vlan() holds. */
void vlan_read(struct cursor *c, struct vlan_tag *ret_tag);

extern const struct dissector eth_dissector;

/*
 * Says what lies behind a payload, c standing there: padding of zeros up to the shortest frame,
 * the trailer as trailer_id and, where may_fcs and the frame is long enough, a check sequence.
 */
void eth_say_trailer(struct dissect *d, struct cursor *c, uint16_t trailer_id, bool may_fcs);

static inline bool eth_is_vlan(uint16_t type)
{
	return type == ETHER_VLAN || type == ETHER_QINQ || type == ETHER_QINQ_OLD;
}

#endif
