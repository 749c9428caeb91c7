// SPDX-License-Identifier: Apache-2.0
// ICMPv6 (RFC 4443) with Neighbour Discovery (RFC 4861).
#include "proto/icmpv6.h"

#include "proto/ipv4.h"
#include "wire/checksum.h"

#define CHECKSUM_OFFSET    2
#define ADDR_LEN           16
#define OPTION_UNIT        8 /* RFC 4861 s. 4.6: lengths count units of 8 bytes */
#define OPTION_SOURCE_LINK 1 /* RFC 4861 s. 4.6.1 */
#define OPTION_TARGET_LINK 2
#define ADVERT_FIELDS_LEN  8 /* RFC 4861 s. 4.2: reachable time and retransmission timer */

/* Which link-layer address option counts in a message of this type; 0: no options follow. */
static uint8_t link_option(uint8_t type)
{
	switch (type) {
	case ICMPV6_ROUTER_SOLICIT:
	case ICMPV6_ROUTER_ADVERT:
	case ICMPV6_NEIGHBOUR_SOLICIT:
		return OPTION_SOURCE_LINK;
	case ICMPV6_NEIGHBOUR_ADVERT:
	case ICMPV6_REDIRECT:
		return OPTION_TARGET_LINK;
	default:
		return 0;
	}
}

static struct addr read_addr(struct cursor *c)
{
	uint8_t ip[ADDR_LEN];

	cursor_copy(c, ip, sizeof(ip));
	return cursor_ok(c) ? addr_v6(ip) : (struct addr) {0};
}

/* Every turn consumes at least eight bytes: a length of zero ends the walk. */
static void read_options(struct cursor *c, struct icmpv6_hdr *h, uint8_t wanted)
{
	while (cursor_left(c) > 0) {
		uint8_t kind = cursor_u8(c);
		uint32_t len = cursor_u8(c) * (uint32_t)OPTION_UNIT;
		struct cursor value;

		if (cursor_ok(c) && len == 0)
			cursor_malformed(c);
		if (!cursor_ok(c))
			return;
		value = cursor_take(c, len - 2);
		if (kind == wanted && len == OPTION_UNIT && cursor_ok(c) && !h->has_link_address) {
			cursor_copy(&value, h->link_address, MAC_LEN);
			h->has_link_address = cursor_ok(&value);
		}
	}
}

void icmpv6_read(struct cursor *c, struct icmpv6_hdr *ret_header)
{
	struct icmpv6_hdr h = {0};
	uint32_t rest;

	h.type = cursor_u8(c);
	h.code = cursor_u8(c);
	h.checksum = cursor_be16(c);
	rest = cursor_be32(c);
	h.complete = cursor_ok(c);
	h.is_error = h.complete && h.type >= ICMPV6_UNREACHABLE && h.type < ICMPV6_ECHO;
	if (h.type == ICMPV6_ECHO || h.type == ICMPV6_ECHO_REPLY) {
		h.id = (uint16_t)(rest >> 16);
		h.sequence = (uint16_t)rest;
	} else if (h.type == ICMPV6_TOO_BIG) {
		h.mtu = rest;
	} else if (h.type == ICMPV6_PARAMETER_PROBLEM) {
		h.pointer = rest;
	} else if (h.type == ICMPV6_ROUTER_ADVERT) {
		cursor_skip(c, ADVERT_FIELDS_LEN);
	} else if (h.type == ICMPV6_NEIGHBOUR_SOLICIT || h.type == ICMPV6_NEIGHBOUR_ADVERT ||
		   h.type == ICMPV6_REDIRECT) {
		h.nd_flags = h.type == ICMPV6_NEIGHBOUR_ADVERT ? rest : 0;
		h.target = read_addr(c);
		if (h.type == ICMPV6_REDIRECT)
			cursor_skip(c, ADDR_LEN); /* the destination that is redirected */
	}
	if (h.complete && link_option(h.type))
		read_options(c, &h, link_option(h.type));
	*ret_header = h;
}

static void write_body(struct build *b, const struct icmpv6_hdr *h)
{
	if (h->type == ICMPV6_ECHO || h->type == ICMPV6_ECHO_REPLY)
		build_be32(b, (uint32_t)h->id << 16 | h->sequence);
	else if (h->type == ICMPV6_TOO_BIG)
		build_be32(b, h->mtu);
	else if (h->type == ICMPV6_PARAMETER_PROBLEM)
		build_be32(b, h->pointer);
	else if (h->type == ICMPV6_NEIGHBOUR_ADVERT)
		build_be32(b, h->nd_flags);
	else
		build_be32(b, 0);
	if (h->type != ICMPV6_NEIGHBOUR_SOLICIT && h->type != ICMPV6_NEIGHBOUR_ADVERT)
		return;
	build_bytes(b, h->target.bytes, ADDR_LEN);
	if (h->has_link_address) {
		build_u8(b, link_option(h->type));
		build_u8(b, 1);
		build_bytes(b, h->link_address, MAC_LEN);
	}
}

void icmpv6_write(struct build *b, const struct icmpv6_hdr *header, const struct addr *source,
		  const struct addr *destination, const void *data, uint16_t data_len)
{
	size_t at = b->len;
	uint32_t sum;

	build_u8(b, header->type);
	build_u8(b, header->code);
	build_be16(b, 0);
	write_body(b, header);
	if (data_len)
		build_bytes(b, data, data_len);
	if (b->full)
		return;
	sum = checksum_pseudo(0, source->bytes, destination->bytes, ADDR_LEN, IP_ICMPV6,
			      (uint32_t)(b->len - at));
	build_patch_be16(b, at + CHECKSUM_OFFSET,
			 checksum_finish(checksum_add(sum, b->bytes + at, b->len - at)));
}
