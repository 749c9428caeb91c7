// SPDX-License-Identifier: Apache-2.0
// Ethernet II (IEEE 802.3 clause 3) and the tags before an EtherType (IEEE 802.1Q).
#include "proto/eth.h"

#include "proto/fixed.h"

void eth_read(struct cursor *c, struct eth_hdr *ret_header)
{
	if (cursor_holds(c, ETH_HEADER_LEN))
		eth_fixed(c, true, ret_header);
	else
		eth_fixed(c, false, ret_header);
}

void eth_write(struct build *b, const struct eth_hdr *header)
{
	build_bytes(b, header->destination, MAC_LEN);
	build_bytes(b, header->source, MAC_LEN);
	build_be16(b, header->type);
}

void vlan_read(struct cursor *c, struct vlan_tag *ret_tag)
{
	uint16_t control = cursor_be16(c);

	ret_tag->priority = (uint8_t)(control >> 13);
	ret_tag->drop_eligible = control & 0x1000;
	ret_tag->id = control & 0x0fff;
	ret_tag->type = cursor_be16(c);
}
