// SPDX-License-Identifier: Apache-2.0
// The Internet Control Message Protocol for IPv4 (RFC 792, 950, 1191, 1812).
#include "proto/icmp.h"

#include "wire/checksum.h"

#define CHECKSUM_OFFSET  2
#define CODE_FRAG_NEEDED 4 /* RFC 792 p. 4; its next-hop MTU: RFC 1191 s. 4 */

/* What follows the checksum, by type. */
enum body {
	BODY_UNUSED,
	BODY_UNREACHABLE,
	BODY_GATEWAY,
	BODY_POINTER,
	BODY_ID,    /* id and sequence */
	BODY_TIMES, /* these and three times */
	BODY_MASK,  /* these and a mask */
};

static enum body body_of(uint8_t type)
{
	switch (type) {
	case ICMP_TYPE_UNREACHABLE:
		return BODY_UNREACHABLE;
	case ICMP_TYPE_REDIRECT:
		return BODY_GATEWAY;
	case ICMP_TYPE_PARAMETER_PROBLEM:
		return BODY_POINTER;
	case ICMP_TYPE_ECHO:
	case ICMP_TYPE_ECHO_REPLY:
	case ICMP_TYPE_INFORMATION:
	case ICMP_TYPE_INFORMATION_REPLY:
		return BODY_ID;
	case ICMP_TYPE_TIMESTAMP:
	case ICMP_TYPE_TIMESTAMP_REPLY:
		return BODY_TIMES;
	case ICMP_TYPE_MASK:
	case ICMP_TYPE_MASK_REPLY:
		return BODY_MASK;
	default:
		return BODY_UNUSED;
	}
}

static bool is_error(uint8_t type)
{
	return type == ICMP_TYPE_UNREACHABLE || type == ICMP_TYPE_SOURCE_QUENCH ||
	       type == ICMP_TYPE_REDIRECT || type == ICMP_TYPE_TIME_EXCEEDED ||
	       type == ICMP_TYPE_PARAMETER_PROBLEM;
}

void icmp_read(struct cursor *c, struct icmp_hdr *ret_header)
{
	struct icmp_hdr *h = ret_header;
	uint32_t rest;

	*h = (struct icmp_hdr) {0};
	h->type = cursor_u8(c);
	h->code = cursor_u8(c);
	h->checksum = cursor_be16(c);
	rest = cursor_be32(c);
	h->complete = cursor_ok(c);
	h->is_error = h->complete && is_error(h->type);
	switch (body_of(h->type)) {
	case BODY_UNUSED:
		break;
	case BODY_UNREACHABLE:
		h->mtu = h->code == CODE_FRAG_NEEDED ? (uint16_t)rest : 0;
		break;
	case BODY_GATEWAY:
		h->gateway = addr_v4_number(rest);
		break;
	case BODY_POINTER:
		h->pointer = (uint8_t)(rest >> 24);
		break;
	case BODY_MASK:
		h->mask = cursor_be32(c);
		h->id = (uint16_t)(rest >> 16);
		h->sequence = (uint16_t)rest;
		break;
	case BODY_TIMES:
		h->originate = cursor_be32(c);
		h->receive = cursor_be32(c);
		h->transmit = cursor_be32(c);
		h->id = (uint16_t)(rest >> 16);
		h->sequence = (uint16_t)rest;
		break;
	case BODY_ID:
		h->id = (uint16_t)(rest >> 16);
		h->sequence = (uint16_t)rest;
		break;
	}
}

static void write_body(struct build *b, const struct icmp_hdr *h)
{
	enum body body = body_of(h->type);

	switch (body) {
	case BODY_UNUSED:
		build_be32(b, 0);
		break;
	case BODY_UNREACHABLE:
		build_be32(b, h->code == CODE_FRAG_NEEDED ? h->mtu : 0);
		break;
	case BODY_GATEWAY:
		build_bytes(b, h->gateway.bytes, 4);
		break;
	case BODY_POINTER:
		build_be32(b, (uint32_t)h->pointer << 24);
		break;
	case BODY_ID:
	case BODY_TIMES:
	case BODY_MASK:
		build_be16(b, h->id);
		build_be16(b, h->sequence);
		break;
	}
	if (body == BODY_TIMES) {
		build_be32(b, h->originate);
		build_be32(b, h->receive);
		build_be32(b, h->transmit);
	} else if (body == BODY_MASK) {
		build_be32(b, h->mask);
	}
}

void icmp_write(struct build *b, const struct icmp_hdr *header, const void *data, uint16_t data_len)
{
	size_t at = b->len;

	build_u8(b, header->type);
	build_u8(b, header->code);
	build_be16(b, 0);
	write_body(b, header);
	if (data_len)
		build_bytes(b, data, data_len);
	if (!b->full)
		build_patch_be16(b, at + CHECKSUM_OFFSET,
				 checksum_finish(checksum_add(0, b->bytes + at, b->len - at)));
}
