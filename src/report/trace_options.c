// SPDX-License-Identifier: Apache-2.0
// TCP and IP options in the packet trace, with the quirks of the grammar it follows.
#include <inttypes.h>

#include "report/trace_parts.h"

/* Options of IPv4 (RFC 791 s. 3.1). */
enum ip_option {
	IP_OPTION_END = 0,
	IP_OPTION_NOP = 1,
	IP_OPTION_RECORD_ROUTE = 7,
	IP_OPTION_TIMESTAMP = 68,
	IP_OPTION_LOOSE_ROUTE = 131,
	IP_OPTION_STREAM_ID = 136,
	IP_OPTION_STRICT_ROUTE = 137,
};

#define SLOT_LEN            4 /* an address or a time */
#define ROUTE_POINTER_MIN   4 /* pointers count from 1, at the kind byte */
#define TIME_POINTER_MIN    5
#define TIME_FLAGS_ADDRESS  1 /* RFC 791 p. 22: 0 times only, 1 and 3 with addresses */
#define TIME_FLAGS_PREPARED 3
#define STREAM_ID_LEN       4

/*
 * SACK edges are in host order of Nmap's usual machine, least byte first: so its users know them.
 */
static void add_sack(struct buf *out, struct cursor *value)
{
	buf_printf(out, "sack %" PRIu32 " ", cursor_left(value) / 8);
	while (cursor_left(value) >= 8) {
		uint32_t left = cursor_le32(value);

		buf_printf(out, "{%" PRIu32 ":%" PRIu32 "}", left, cursor_le32(value));
		if (!cursor_ok(value))
			return;
	}
}

static void add_tcp_option(struct buf *out, struct tcp_option *o)
{
	uint32_t first;

	switch (o->kind) {
	case TCP_OPTION_END:
		buf_puts(out, "eol");
		break;
	case TCP_OPTION_NOP:
		buf_puts(out, "nop");
		break;
	case TCP_OPTION_MSS:
		buf_printf(out, "mss %u", cursor_be16(&o->value));
		break;
	case TCP_OPTION_WSCALE:
		buf_printf(out, "wscale %u", cursor_u8(&o->value));
		break;
	case TCP_OPTION_SACK_OK:
		buf_puts(out, "sackOK");
		break;
	case TCP_OPTION_SACK:
		add_sack(out, &o->value);
		break;
	case TCP_OPTION_TIMESTAMP:
		first = cursor_be32(&o->value);
		buf_printf(out, "timestamp %" PRIu32 " %" PRIu32, first, cursor_be32(&o->value));
		break;
	default:
		buf_printf(out, "kind %u", o->kind);
		break;
	}
}

/* Unlike others, this grammar goes on behind an END: what follows is shown as it lies there. */
static bool next_option(struct cursor *options, struct tcp_option *ret_option)
{
	if (!tcp_option_next(options, ret_option))
		return false;
	if (ret_option->kind == TCP_OPTION_END && !ret_option->malformed)
		options->at = ret_option->at + 1;
	return true;
}

/* Nmap shows no options at all when one of them is wrong. */
static bool all_readable(struct cursor options)
{
	struct tcp_option o;

	while (next_option(&options, &o))
		if (!o.fits || o.malformed)
			return false;
	return cursor_ok(&options) && options.captured >= options.wire;
}

void trace_tcp_options(struct buf *out, const struct frame *frame, const struct tcp_hdr *header)
{
	struct cursor options = tcp_options(header, frame->bytes, frame->captured_len);
	struct tcp_option o;
	char separator = '<';

	if (header->options_len == 0 || !all_readable(options))
		return;
	while (next_option(&options, &o)) {
		buf_putc(out, separator);
		add_tcp_option(out, &o);
		separator = ',';
	}
	buf_putc(out, '>');
}

/* Bytes that fill no slot, as they are. */
static void add_hex(struct buf *out, struct cursor *c, uint32_t count)
{
	while (count-- > 0 && cursor_left(c) > 0) {
		unsigned byte = cursor_u8(c);

		if (!cursor_ok(c))
			return;
		buf_printf(out, "\\x%02x", byte);
	}
}

static void add_slot_address(struct buf *out, struct cursor *c)
{
	struct addr a = addr_v4_number(cursor_be32(c));

	trace_addr(out, &a);
}

/*
 * A list of slots of which the option's pointer names the next to fill; that one is marked with
 * '#'. c: over the slots. pointer: offset of the next slot from the first, or beyond every slot.
 */
static void add_route(struct buf *out, struct cursor *c, uint32_t len)
{
	uint32_t pointer = cursor_u8(c);
	bool bad = pointer < ROUTE_POINTER_MIN || pointer % SLOT_LEN || pointer > len + 1;
	uint32_t position = ROUTE_POINTER_MIN;

	if (bad) {
		buf_printf(out, " [bad ptr=%02" PRIu32 "]", pointer);
		add_hex(out, c, pointer % SLOT_LEN);
	}
	while (cursor_held(c) >= SLOT_LEN) {
		buf_putc(out, !bad && position == pointer ? '#' : ' ');
		add_slot_address(out, c);
		position += SLOT_LEN;
		if (cursor_left(c) == 0 && !bad && position == pointer)
			buf_putc(out, '#');
	}
	add_hex(out, c, UINT32_MAX);
}

static void add_timestamps(struct buf *out, struct cursor *c, uint32_t len)
{
	uint32_t pointer = cursor_u8(c);
	bool bad = pointer < TIME_POINTER_MIN || pointer % SLOT_LEN != 1 || pointer > len + 1;
	uint32_t position = TIME_POINTER_MIN;
	uint32_t slot = SLOT_LEN;
	unsigned flags;

	if (bad)
		buf_printf(out, " [bad ptr=%02" PRIu32 "]", pointer);
	if (cursor_left(c) == 0)
		return;
	flags = cursor_u8(c);
	if ((flags & 0x0f) > TIME_FLAGS_ADDRESS && (flags & 0x0f) != TIME_FLAGS_PREPARED)
		buf_printf(out, " [bad flags=\\x%x]", flags & 0x0f);
	buf_printf(out, "[%u hosts not recorded]", flags >> 4);
	if (flags & 3)
		slot = 2 * SLOT_LEN;
	if (bad)
		add_hex(out, c, (pointer - TIME_POINTER_MIN) % SLOT_LEN);
	while (cursor_held(c) >= slot) {
		buf_putc(out, !bad && position == pointer ? '#' : ' ');
		if (slot > SLOT_LEN) {
			add_slot_address(out, c);
			buf_putc(out, '@');
		}
		buf_printf(out, "%" PRIu32, cursor_be32(c));
		position += slot;
		if (cursor_left(c) == 0)
			buf_putc(out, !bad && position == pointer ? '#' : ' ');
	}
	add_hex(out, c, UINT32_MAX);
}

static void add_stream_id(struct buf *out, struct cursor *c, uint32_t len)
{
	if (len != STREAM_ID_LEN)
		buf_printf(out, "[bad len %02" PRIu32 "]", len);
	if (cursor_held(c) >= 2)
		buf_printf(out, "id=%u", cursor_be16(c));
	add_hex(out, c, UINT32_MAX);
}

/* One option with a length byte; c covers it behind kind and length. */
static void add_ip_option(struct buf *out, struct cursor *c, uint8_t kind, uint8_t len_byte,
			  uint32_t len)
{
	bool empty = cursor_left(c) == 0;

	switch (kind) {
	case IP_OPTION_RECORD_ROUTE:
	case IP_OPTION_LOOSE_ROUTE:
	case IP_OPTION_STRICT_ROUTE:
		buf_puts(out, kind == IP_OPTION_RECORD_ROUTE  ? " RR{"
			      : kind == IP_OPTION_LOOSE_ROUTE ? " LSRR{"
							      : " SSRR{");
		if (!empty)
			add_route(out, c, len);
		break;
	case IP_OPTION_TIMESTAMP:
		buf_puts(out, " TM{");
		if (!empty)
			add_timestamps(out, c, len);
		break;
	case IP_OPTION_STREAM_ID:
		buf_puts(out, " SI{");
		add_stream_id(out, c, len);
		break;
	default:
		buf_printf(out, " ??{\\x%02x\\x%02x", kind, len_byte);
		add_hex(out, c, UINT32_MAX);
		break;
	}
	buf_putc(out, '}');
}

/* Every turn consumes at least a byte. A length under 2 counts as 2, one over the end is cut. */
void trace_ip_options(struct buf *out, const struct frame *frame, const struct ipv4_hdr *header)
{
	struct cursor all = cursor_init(frame->bytes, frame->captured_len, frame->wire_len);
	struct cursor c;

	if (header->options_len == 0)
		return;
	cursor_skip(&all, header->options_at);
	c = cursor_take(&all, header->options_len);
	buf_puts(out, "ipopts={");
	while (cursor_held(&c) > 0) {
		uint8_t kind = cursor_u8(&c);
		uint8_t len_byte;
		uint32_t len;
		struct cursor value;

		if (kind == IP_OPTION_END || kind == IP_OPTION_NOP) {
			buf_puts(out, kind == IP_OPTION_END ? " EOL" : " NOP");
			continue;
		}
		if (cursor_held(&c) == 0) {
			buf_printf(out, "\\x%02x}", kind); /* sic: Nmap closes twice */
			break;
		}
		len_byte = cursor_u8(&c);
		len = len_byte < 2 ? 2 : len_byte;
		if (len - 2 > cursor_left(&c))
			len = cursor_left(&c) + 2;
		value = cursor_take(&c, len - 2);
		add_ip_option(out, &value, kind, len_byte, len);
	}
	buf_putc(out, '}');
}
