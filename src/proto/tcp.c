// SPDX-License-Identifier: Apache-2.0
// The Transmission Control Protocol (RFC 9293) and its options.
#include "proto/tcp.h"

#include <assert.h>

#include "proto/fixed.h"
#include "proto/ipv4.h"
#include "wire/checksum.h"

#define CHECKSUM_OFFSET 16

void tcp_read(struct cursor *c, struct tcp_hdr *ret_header)
{
	struct tcp_hdr *h = ret_header;

	if (cursor_holds(c, TCP_HEADER_MIN))
		tcp_fixed(c, true, h);
	else
		tcp_fixed(c, false, h);
	h->complete = cursor_ok(c);
	if (h->complete && h->header_len < TCP_HEADER_MIN)
		cursor_malformed(c);
	if (!cursor_ok(c))
		return;
	h->options_len = h->header_len - TCP_HEADER_MIN;
	if (h->options_len > cursor_left(c)) {
		h->options_len = cursor_left(c);
		cursor_malformed(c);
	}
	cursor_skip(c, h->options_len);
}

void tcp_read_quoted(struct cursor *c, struct tcp_hdr *ret_header)
{
	struct tcp_hdr h = {0};
	struct cursor whole = *c;
	uint32_t end = c->wire;

	tcp_read(&whole, &h);
	if (h.complete) {
		*ret_header = h;
		if (whole.status == CURSOR_MALFORMED && h.header_len >= TCP_HEADER_MIN)
			c->at = end;
		else
			*c = whole;
		return;
	}
	h = (struct tcp_hdr) {0};
	h.source_port = cursor_be16(c);
	h.destination_port = cursor_be16(c);
	h.seq = cursor_be32(c);
	if (cursor_ok(c)) {
		h.options_at = end;
		/* Cut by the one who quoted is fine; cut by our capture stays said. */
		if (whole.status == CURSOR_MALFORMED)
			c->at = end;
		else
			c->status = whole.status;
	}
	*ret_header = h;
}

void tcp_write(struct build *b, const struct tcp_hdr *header, const struct addr *source,
	       const struct addr *destination, const void *options, uint8_t options_len)
{
	size_t at = b->len;
	uint32_t len = TCP_HEADER_MIN + (uint32_t)options_len;
	uint32_t sum;

	assert(options_len % 4 == 0 && options_len <= TCP_OPTIONS_MAX);
	build_be16(b, header->source_port);
	build_be16(b, header->destination_port);
	build_be32(b, header->seq);
	build_be32(b, header->ack);
	build_be16(b, (uint16_t)(len / 4 << 12 | (header->flags & TCP_FLAGS_MASK)));
	build_be16(b, header->window);
	build_be16(b, 0);
	build_be16(b, header->urgent);
	if (options_len)
		build_bytes(b, options, options_len);
	if (b->full)
		return;
	sum = checksum_pseudo(0, source->bytes, destination->bytes, addr_len(source), IP_TCP, len);
	build_patch_be16(b, at + CHECKSUM_OFFSET,
			 checksum_finish(checksum_add(sum, b->bytes + at, len)));
}

struct cursor tcp_options(const struct tcp_hdr *header, const void *frame_bytes,
			  uint32_t captured_len)
{
	struct cursor c = {
		.base = frame_bytes,
		.at = header->options_at,
		.wire = header->options_at + header->options_len,
		.captured = captured_len,
	};

	if (c.captured > c.wire)
		c.captured = c.wire;
	return c;
}

/* What the length byte of a known kind must be; SACK carries one to four pairs (RFC 2018 s. 3). */
static bool length_fits(uint8_t kind, uint8_t len)
{
	switch (kind) {
	case TCP_OPTION_MSS:
		return len == 4;
	case TCP_OPTION_WSCALE:
		return len == 3;
	case TCP_OPTION_SACK_OK:
		return len == 2;
	case TCP_OPTION_SACK:
		return len >= 10 && len <= 34 && len % 8 == 2;
	case TCP_OPTION_TIMESTAMP:
		return len == 10;
	default:
		return true;
	}
}

bool tcp_option_next(struct cursor *options, struct tcp_option *ret_option)
{
	struct tcp_option o = {.at = options->at, .len = 1, .fits = true};

	if (!cursor_ok(options) || cursor_left(options) == 0)
		return false;
	o.kind = cursor_u8(options);
	o.value = cursor_take(options, 0);
	if (!cursor_ok(options))
		return false;
	if (o.kind == TCP_OPTION_END) {
		options->at = options->wire; /* what follows is padding */
	} else if (o.kind != TCP_OPTION_NOP) {
		o.len = cursor_u8(options);
		o.fits = length_fits(o.kind, o.len);
		if (cursor_ok(options) && o.len < 2)
			cursor_malformed(options);
		if (cursor_ok(options))
			o.value = cursor_take(options, o.len - 2u);
		o.malformed = options->status == CURSOR_MALFORMED;
	}
	*ret_option = o;
	return true;
}
