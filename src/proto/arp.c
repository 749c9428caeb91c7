// SPDX-License-Identifier: Apache-2.0
// The Address Resolution Protocol for IPv4 over Ethernet (RFC 826).
#include "proto/arp.h"

#include "proto/eth.h"

#define HARDWARE_ETHERNET 1 /* IANA ARP parameters: hardware types */
#define IPV4_LEN          4

void arp_read(struct cursor *c, struct arp_hdr *ret_header)
{
	struct arp_hdr h = {0};
	uint8_t ip[IPV4_LEN];

	h.hardware_type = cursor_be16(c);
	h.protocol_type = cursor_be16(c);
	h.hardware_len = cursor_u8(c);
	h.protocol_len = cursor_u8(c);
	h.operation = cursor_be16(c);
	if (cursor_ok(c) && h.hardware_type == HARDWARE_ETHERNET && h.hardware_len == MAC_LEN &&
	    h.protocol_type == ETHER_IPV4 && h.protocol_len == IPV4_LEN) {
		cursor_copy(c, h.sender_mac, MAC_LEN);
		cursor_copy(c, ip, sizeof(ip));
		h.sender = addr_v4(ip);
		cursor_copy(c, h.target_mac, MAC_LEN);
		cursor_copy(c, ip, sizeof(ip));
		h.target = addr_v4(ip);
		h.ipv4_over_ethernet = cursor_ok(c);
	} else {
		cursor_skip(c, 2u * ((uint32_t)h.hardware_len + h.protocol_len));
	}
	*ret_header = h;
}

void arp_write(struct build *b, const struct arp_hdr *header)
{
	build_be16(b, HARDWARE_ETHERNET);
	build_be16(b, ETHER_IPV4);
	build_u8(b, MAC_LEN);
	build_u8(b, IPV4_LEN);
	build_be16(b, header->operation);
	build_bytes(b, header->sender_mac, MAC_LEN);
	build_bytes(b, header->sender.bytes, IPV4_LEN);
	build_bytes(b, header->target_mac, MAC_LEN);
	build_bytes(b, header->target.bytes, IPV4_LEN);
}
