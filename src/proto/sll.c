// SPDX-License-Identifier: Apache-2.0
// Linux "cooked" capture headers, versions 1 and 2 (LINKTYPE_LINUX_SLL, LINKTYPE_LINUX_SLL2).
#include "proto/sll.h"

void sll_read(struct cursor *c, struct sll_hdr *ret_header)
{
	struct sll_hdr h = {0};

	h.packet_type = cursor_be16(c);
	h.hardware_type = cursor_be16(c);
	h.addr_len = cursor_be16(c);
	cursor_copy(c, h.addr, SLL_ADDR_MAX);
	h.protocol = cursor_be16(c);
	*ret_header = h;
}

void sll2_read(struct cursor *c, struct sll_hdr *ret_header)
{
	struct sll_hdr h = {0};

	h.protocol = cursor_be16(c);
	cursor_skip(c, 2); /* reserved */
	h.interface = cursor_be32(c);
	h.hardware_type = cursor_be16(c);
	h.packet_type = cursor_u8(c);
	h.addr_len = cursor_u8(c);
	cursor_copy(c, h.addr, SLL_ADDR_MAX);
	*ret_header = h;
}
