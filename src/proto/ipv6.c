// SPDX-License-Identifier: Apache-2.0
// The Internet Protocol, version 6, and its extension headers (RFC 8200).
#include "proto/ipv6.h"

#define EXTENSION_UNIT 8 /* RFC 8200 s. 4: lengths count units of 8 bytes, the first not counted */
#define AH_UNIT        4 /* RFC 4302 s. 2.2: units of 4 bytes, the first two not counted */

#define JUMBO_MIN 65536u /* RFC 2675 s. 3 */

enum option_type {
	OPTION_PAD1 = 0x00,  /* RFC 8200 s. 4.2 */
	OPTION_JUMBO = 0xc2, /* RFC 2675 s. 2 */
};

/* The fragment header (RFC 8200 s. 4.5) behind its next-header byte. */
static void read_fragment(struct cursor *c, struct ipv6_hdr *h)
{
	uint16_t offset;

	cursor_skip(c, 1);
	offset = cursor_be16(c);
	h->fragment_id = cursor_be32(c);
	h->has_fragment = cursor_ok(c);
	h->fragment_offset = offset & 0xfff8;
	h->more_fragments = offset & 1;
}

/* Any other extension header behind its next-header byte. */
static void skip_extension(struct cursor *c, struct ipv6_hdr *h, uint8_t kind)
{
	uint32_t len = cursor_u8(c);
	uint32_t rest = kind == IP_AH ? (len + 2) * AH_UNIT : (len + 1) * EXTENSION_UNIT;

	rest -= 2;
	if (kind == IP_ROUTING) {
		cursor_skip(c, 1); /* routing type; segments left follows (RFC 8200 s. 4.4) */
		if (cursor_u8(c) > 0)
			h->route_pending = true;
		rest -= 2;
	}
	cursor_skip(c, rest);
}

static bool is_extension(uint8_t protocol)
{
	return protocol == IP_HOPOPT || protocol == IP_ROUTING || protocol == IP_FRAGMENT ||
	       protocol == IP_DESTOPTS || protocol == IP_AH;
}

/* Every turn consumes at least eight bytes, and there are at most IPV6_EXTENSIONS_MAX turns. */
static void walk(struct cursor *c, struct ipv6_hdr *h)
{
	while (cursor_ok(c) && is_extension(h->protocol)) {
		uint8_t kind = h->protocol;
		struct cursor next = *c;
		uint8_t follows = cursor_u8(&next);

		if (h->extensions == IPV6_EXTENSIONS_MAX) {
			cursor_malformed(c);
			return;
		}
		if (kind == IP_FRAGMENT)
			read_fragment(&next, h);
		else
			skip_extension(&next, h, kind);
		if (!cursor_ok(&next)) {
			c->status = next.status;
			return;
		}
		*c = next;
		h->protocol = follows;
		h->extensions++;
		if (h->has_fragment && h->fragment_offset)
			return;
	}
}

void ipv6_read_fixed(struct cursor *c, struct ipv6_hdr *ret_header)
{
	struct ipv6_hdr h = {0};
	uint32_t first = cursor_be32(c);
	uint8_t ip[16];

	h.traffic_class = (uint8_t)(first >> 20);
	h.flow_label = first & 0xfffff;
	h.payload_len = cursor_be16(c);
	h.next_header = cursor_u8(c);
	h.hop_limit = cursor_u8(c);
	cursor_copy(c, ip, sizeof(ip));
	h.source = addr_v6(ip);
	cursor_copy(c, ip, sizeof(ip));
	h.destination = addr_v6(ip);
	h.complete = cursor_ok(c) && first >> 28 == 6;
	h.protocol = h.next_header;
	if (first >> 28 != 6)
		cursor_malformed(c);
	*ret_header = h;
}

uint32_t ipv6_jumbo_len(struct cursor c)
{
	struct cursor options;
	uint8_t type, len;

	cursor_u8(&c);
	len = cursor_u8(&c);
	options = cursor_take(&c, (len + 1u) * EXTENSION_UNIT - 2);
	while (cursor_ok(&options) && cursor_left(&options)) {
		type = cursor_u8(&options);
		len = type == OPTION_PAD1 ? 0 : cursor_u8(&options);
		if (type == OPTION_JUMBO && len == 4) {
			uint32_t jumbo = cursor_be32(&options);

			return cursor_ok(&options) && jumbo >= JUMBO_MIN ? jumbo : 0;
		}
		cursor_skip(&options, len);
	}
	return 0;
}

void ipv6_read(struct cursor *c, struct ipv6_hdr *ret_header)
{
	struct ipv6_hdr h;

	ipv6_read_fixed(c, &h);
	if (cursor_ok(c)) {
		bool jumbo = h.payload_len == 0 && h.next_header == IP_HOPOPT && ipv6_jumbo_len(*c);

		h.payload_short = h.payload_len > cursor_left(c);
		if (!jumbo && !h.payload_short)
			cursor_narrow(c, h.payload_len);
		walk(c, &h);
	}
	*ret_header = h;
}

void ipv6_write(struct build *b, const struct ipv6_hdr *header, uint32_t payload_len)
{
	if (payload_len > UINT16_MAX) {
		b->full = true;
		return;
	}
	build_be32(b, 6u << 28 | (uint32_t)header->traffic_class << 20 |
			      (header->flow_label & 0xfffff));
	build_be16(b, (uint16_t)payload_len);
	build_u8(b, header->protocol);
	build_u8(b, header->hop_limit);
	build_bytes(b, header->source.bytes, 16);
	build_bytes(b, header->destination.bytes, 16);
}
