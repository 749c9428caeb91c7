// SPDX-License-Identifier: Apache-2.0
// The Internet Protocol, version 4 (RFC 791).
#include "proto/ipv4.h"

#include "proto/fixed.h"
#include "wire/checksum.h"

#define TOTAL_LEN_MAX   65535
#define QUOTED_DATA_MIN 8 /* RFC 792: an error quotes at least 64 bits of data */
#define CHECKSUM_OFFSET 10

/* Steps over the options. */
static void skip_options(struct cursor *c, struct ipv4_hdr *h)
{
	uint32_t len = h->header_len - (uint32_t)IPV4_HEADER_MIN;

	h->options_len = len < cursor_left(c) ? len : cursor_left(c);
	cursor_skip(c, len);
}

/* The fixed header and the options. */
static void read_header(struct cursor *c, struct ipv4_hdr *ret_header)
{
	if (cursor_holds(c, IPV4_HEADER_MIN))
		ipv4_fixed(c, true, ret_header);
	else
		ipv4_fixed(c, false, ret_header);
	ret_header->options_at = cursor_ok(c) ? c->at : 0;
	ret_header->options_len = 0;
	ret_header->payload_short = false;
	if (cursor_ok(c) && ret_header->header_len > IPV4_HEADER_MIN)
		skip_options(c, ret_header);
}

/* The payload is what total_len promises, or all there is when it promises more. */
static void narrow(struct cursor *c, struct ipv4_hdr *h)
{
	uint32_t len = h->total_len - (uint32_t)h->header_len;

	h->payload_short = len > cursor_left(c);
	if (!h->payload_short)
		cursor_narrow(c, len);
}

void ipv4_read(struct cursor *c, struct ipv4_hdr *ret_header)
{
	read_header(c, ret_header);
	if (!cursor_ok(c) || ret_header->total_len == 0)
		return;
	if (ret_header->total_len < ret_header->header_len)
		cursor_malformed(c);
	else
		narrow(c, ret_header);
}

void ipv4_read_quoted(struct cursor *c, struct ipv4_hdr *ret_header)
{
	read_header(c, ret_header);
	if (!cursor_ok(c) || ret_header->total_len < ret_header->header_len + QUOTED_DATA_MIN)
		return;
	narrow(c, ret_header);
}

void ipv4_write(struct build *b, const struct ipv4_hdr *header, uint32_t payload_len)
{
	size_t at = b->len;

	if (payload_len > TOTAL_LEN_MAX - IPV4_HEADER_MIN) {
		b->full = true;
		return;
	}
	build_u8(b, 4 << 4 | IPV4_HEADER_MIN / 4);
	build_u8(b, header->tos);
	build_be16(b, (uint16_t)(IPV4_HEADER_MIN + payload_len));
	build_be16(b, header->id);
	build_be16(b,
		   (uint16_t)(header->flags << 13 | header->fragment_offset / IPV4_FRAGMENT_UNIT));
	build_u8(b, header->ttl);
	build_u8(b, header->protocol);
	build_be16(b, 0);
	build_bytes(b, header->source.bytes, 4);
	build_bytes(b, header->destination.bytes, 4);
	if (!b->full)
		build_patch_be16(b, at + CHECKSUM_OFFSET,
				 checksum_finish(checksum_add(0, b->bytes + at, IPV4_HEADER_MIN)));
}
