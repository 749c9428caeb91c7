// SPDX-License-Identifier: Apache-2.0
// The User Datagram Protocol (RFC 768).
#include "proto/udp.h"

#include "proto/fixed.h"
#include "proto/ipv4.h"
#include "wire/checksum.h"

#define CHECKSUM_OFFSET 6

void udp_read_quoted(struct cursor *c, struct udp_hdr *ret_header)
{
	if (cursor_holds(c, UDP_HEADER_LEN))
		udp_fixed(c, true, ret_header);
	else
		udp_fixed(c, false, ret_header);
}

void udp_read(struct cursor *c, struct udp_hdr *ret_header)
{
	udp_read_quoted(c, ret_header);
	if (!cursor_ok(c))
		return;
	if (ret_header->len == 0 && cursor_left(c) > UINT16_MAX - UDP_HEADER_LEN)
		return; /* a jumbogram (RFC 2675 s. 4) */
	if (ret_header->len < UDP_HEADER_LEN) {
		cursor_malformed(c);
		return;
	}
	cursor_narrow(c, ret_header->len - (uint32_t)UDP_HEADER_LEN);
}

void udp_write(struct build *b, const struct udp_hdr *header, const struct addr *source,
	       const struct addr *destination, const void *data, uint16_t data_len)
{
	size_t at = b->len;
	uint32_t len = UDP_HEADER_LEN + (uint32_t)data_len;
	uint32_t sum;
	uint16_t checksum;

	if (len > UINT16_MAX) {
		b->full = true;
		return;
	}
	build_be16(b, header->source_port);
	build_be16(b, header->destination_port);
	build_be16(b, (uint16_t)len);
	build_be16(b, 0);
	if (data_len)
		build_bytes(b, data, data_len);
	if (b->full)
		return;
	sum = checksum_pseudo(0, source->bytes, destination->bytes, addr_len(source), IP_UDP, len);
	checksum = checksum_finish(checksum_add(sum, b->bytes + at, len));
	/* Zero means "none" (RFC 768), so a sum of zero is sent as its other form. */
	build_patch_be16(b, at + CHECKSUM_OFFSET, checksum ? checksum : 0xffff);
}
