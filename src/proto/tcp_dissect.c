// SPDX-License-Identifier: Apache-2.0
// Dissects the Transmission Control Protocol (RFC 9293): header, flags and options of one segment.
#include "proto/tcp.h"

#include <assert.h>

#include "proto/dissect.h"

enum tcp_field {
	TCP_F_PROTOCOL,
	TCP_F_SRCPORT,
	TCP_F_DSTPORT,
	TCP_F_PORT,
	TCP_F_STREAM,
	TCP_F_LEN,
	TCP_F_SEQ,
	TCP_F_SEQ_RAW,
	TCP_F_ACK,
	TCP_F_ACK_RAW,
	TCP_F_HDR_LEN,
	TCP_F_FLAGS,
	TCP_F_RES,
	TCP_F_AE,
	TCP_F_CWR,
	TCP_F_ECE,
	TCP_F_URG,
	TCP_F_ACKF,
	TCP_F_PUSH,
	TCP_F_RESET,
	TCP_F_SYN,
	TCP_F_FIN,
	TCP_F_STR,
	TCP_F_WINDOW_VALUE,
	TCP_F_CHECKSUM,
	TCP_F_CHECKSUM_STATUS,
	TCP_F_URGENT,
	TCP_F_OPTIONS,
	TCP_F_OPTION_KIND,
	TCP_F_OPTION_LEN,
	TCP_F_MSS_VAL,
	TCP_F_WSCALE_SHIFT,
	TCP_F_TSVAL,
	TCP_F_TSECR,
	TCP_F_SACK_LE,
	TCP_F_SACK_RE,
	TCP_F_PAYLOAD,
	TCP_FIELDS
};

#define FLAG(name_, label_, mask_)                                                                 \
	{                                                                                          \
		name_, label_, FIELD_BOOL, BASE_DEC, 2, mask_, .yes = "Set", .no = "Not set"       \
	}

static const struct value_name option_kinds[] = {
	VALUE(TCP_OPTION_END, "End of Option List"),      VALUE(TCP_OPTION_NOP, "No-Operation"),
	VALUE(TCP_OPTION_MSS, "Maximum Segment Size"),    VALUE(TCP_OPTION_WSCALE, "Window Scale"),
	VALUE(TCP_OPTION_SACK_OK, "SACK Permitted"),      VALUE(TCP_OPTION_SACK, "SACK"),
	VALUE(TCP_OPTION_TIMESTAMP, "Time Stamp Option"), VALUE_END,
};

static const struct field fields[] = {
	[TCP_F_PROTOCOL] = {"tcp", "Transmission Control Protocol", FIELD_PROTOCOL},
	[TCP_F_SRCPORT] = {"tcp.srcport", "Source Port", FIELD_UINT, BASE_DEC, 2},
	[TCP_F_DSTPORT] = {"tcp.dstport", "Destination Port", FIELD_UINT, BASE_DEC, 2},
	[TCP_F_PORT] = {"tcp.port", "Source or Destination Port", FIELD_UINT, BASE_DEC, 2},
	[TCP_F_STREAM] = {"tcp.stream", "Stream index", FIELD_UINT, BASE_DEC, 4},
	[TCP_F_LEN] = {"tcp.len", "TCP Segment Len", FIELD_UINT, BASE_DEC, 4},
	[TCP_F_SEQ] = {"tcp.seq", "Sequence Number", FIELD_UINT, BASE_DEC, 4},
	[TCP_F_SEQ_RAW] = {"tcp.seq_raw", "Sequence Number (raw)", FIELD_UINT, BASE_DEC, 4},
	[TCP_F_ACK] = {"tcp.ack", "Acknowledgment Number", FIELD_UINT, BASE_DEC, 4},
	[TCP_F_ACK_RAW] = {"tcp.ack_raw", "Acknowledgment number (raw)", FIELD_UINT, BASE_DEC, 4},
	[TCP_F_HDR_LEN] = {"tcp.hdr_len", "Header Length", FIELD_UINT, BASE_DEC, 1},
	[TCP_F_FLAGS] = {"tcp.flags", "Flags", FIELD_UINT, BASE_HEX, 2},
	[TCP_F_RES] = FLAG("tcp.flags.res", "Reserved", 0xe00),
	[TCP_F_AE] = FLAG("tcp.flags.ae", "Accurate ECN", TCP_AE),
	[TCP_F_CWR] = FLAG("tcp.flags.cwr", "Congestion Window Reduced", TCP_CWR),
	[TCP_F_ECE] = FLAG("tcp.flags.ece", "ECN-Echo", TCP_ECE),
	[TCP_F_URG] = FLAG("tcp.flags.urg", "Urgent", TCP_URG),
	[TCP_F_ACKF] = FLAG("tcp.flags.ack", "Acknowledgment", TCP_ACK),
	[TCP_F_PUSH] = FLAG("tcp.flags.push", "Push", TCP_PSH),
	[TCP_F_RESET] = FLAG("tcp.flags.reset", "Reset", TCP_RST),
	[TCP_F_SYN] = FLAG("tcp.flags.syn", "Syn", TCP_SYN),
	[TCP_F_FIN] = FLAG("tcp.flags.fin", "Fin", TCP_FIN),
	[TCP_F_STR] = {"tcp.flags.str", "TCP Flags", FIELD_STRING},
	[TCP_F_WINDOW_VALUE] = {"tcp.window_size_value", "Window", FIELD_UINT, BASE_DEC, 2},
	[TCP_F_CHECKSUM] = {"tcp.checksum", "Checksum", FIELD_UINT, BASE_HEX, 2},
	[TCP_F_CHECKSUM_STATUS] = {"tcp.checksum.status", "Checksum Status", FIELD_UINT, BASE_NAME,
				   1, .names = checksum_status_names},
	[TCP_F_URGENT] = {"tcp.urgent_pointer", "Urgent Pointer", FIELD_UINT, BASE_DEC, 2},
	[TCP_F_OPTIONS] = {"tcp.options", "TCP Options", FIELD_BYTES},
	[TCP_F_OPTION_KIND] = {"tcp.option_kind", "Kind", FIELD_UINT, BASE_DEC, 1,
			       .names = option_kinds},
	[TCP_F_OPTION_LEN] = {"tcp.option_len", "Length", FIELD_UINT, BASE_DEC, 1},
	[TCP_F_MSS_VAL] = {"tcp.options.mss_val", "MSS Value", FIELD_UINT, BASE_DEC, 2},
	[TCP_F_WSCALE_SHIFT] = {"tcp.options.wscale.shift", "Shift count", FIELD_UINT, BASE_DEC, 1},
	[TCP_F_TSVAL] = {"tcp.options.timestamp.tsval", "Timestamp value", FIELD_UINT, BASE_DEC, 4},
	[TCP_F_TSECR] = {"tcp.options.timestamp.tsecr", "Timestamp echo reply", FIELD_UINT,
			 BASE_DEC, 4},
	[TCP_F_SACK_LE] = {"tcp.options.sack_le", "TCP SACK Left Edge", FIELD_UINT, BASE_DEC, 4},
	[TCP_F_SACK_RE] = {"tcp.options.sack_re", "TCP SACK Right Edge", FIELD_UINT, BASE_DEC, 4},
	[TCP_F_PAYLOAD] = {"tcp.payload", "TCP payload", FIELD_BYTES},
};

static_assert(sizeof(fields) / sizeof(fields[0]) == TCP_FIELDS, "every field has a row");

#define F(name) FIELD_ID(PROTOCOL_TCP, TCP_F_##name)

/* Twelve places, the highest flag first; a middle dot where a flag is clear. */
static void say_flag_letters(struct dissect *d, unsigned flags, uint32_t at)
{
	static const char letters[] = "RRRACEUAPRSF";
	struct buf text = {0};

	if (!tree_wants(d->tree, F(STR)))
		return;
	for (unsigned i = 0; i < 12; i++) {
		if (flags >> (11 - i) & 1)
			buf_putc(&text, letters[i]);
		else
			buf_puts(&text, "·");
	}
	item_flag(tree_string(d->tree, F(STR), at, 2, buf_text(&text)), ITEM_GENERATED);
	buf_done(&text);
}

static void say_flags(struct dissect *d, const struct tcp_hdr *h, uint32_t at)
{
	static const char *const names[] = {"FIN", "SYN", "RST", "PSH", "ACK",
					    "URG", "ECE", "CWR", "AE"};
	static const uint16_t bits[] = {F(RES),  F(AE),   F(CWR),   F(ECE), F(URG),
					F(ACKF), F(PUSH), F(RESET), F(SYN), F(FIN)};
	unsigned flags = h->flags | (unsigned)h->reserved << 9;
	const char *lead = " (";
	uint32_t before;

	d->item = tree_uint(d->tree, F(FLAGS), at, 2, flags);
	for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (!(flags >> i & 1))
			continue;
		item_append(d->tree, d->item, "%s%s", lead, names[i]);
		lead = ", ";
	}
	item_append(d->tree, d->item, flags & 0x1ff ? ")" : " (<None>)");
	before = say_open(d);
	say_bits(d, at, 2, flags, bits, sizeof(bits) / sizeof(bits[0]));
	say_flag_letters(d, flags, at);
	say_close(d, before);
}

/* What an option of a known kind holds, behind its kind and length. */
static void say_option_value(struct dissect *d, const struct tcp_option *o, struct cursor *c)
{
	switch (o->kind) {
	case TCP_OPTION_MSS:
		say_uint(d, c, F(MSS_VAL), 2);
		break;
	case TCP_OPTION_WSCALE:
		say_uint(d, c, F(WSCALE_SHIFT), 1);
		break;
	case TCP_OPTION_TIMESTAMP:
		say_uint(d, c, F(TSVAL), 4);
		say_uint(d, c, F(TSECR), 4);
		break;
	case TCP_OPTION_SACK:
		while (cursor_left(c) >= 8 && dissect_step(d)) {
			say_uint(d, c, F(SACK_LE), 4);
			say_uint(d, c, F(SACK_RE), 4);
		}
		break;
	default: /* known by its kind alone */
		break;
	}
}

static void say_option(struct dissect *d, const struct tcp_option *o, const struct cursor *frame)
{
	struct cursor c = *frame;
	const char *name = value_name(option_kinds, o->kind);
	uint32_t before;

	c.at = o->at;
	c.wire = o->at + o->len;
	if (c.captured > c.wire)
		c.captured = c.wire;
	d->item = say_line(d, o->at, o->len, "TCP Option - %s", name ? name : "Unknown");
	before = say_open(d);
	say_uint(d, &c, F(OPTION_KIND), 1);
	if (o->kind != TCP_OPTION_END && o->kind != TCP_OPTION_NOP) {
		say_uint(d, &c, F(OPTION_LEN), 1);
		if (!o->malformed)
			say_option_value(d, o, &c);
	}
	say_close(d, before);
}

/* frame: a cursor over the whole frame, from which the options are read once more. */
static void say_options(struct dissect *d, const struct tcp_hdr *h, const struct cursor *frame)
{
	struct cursor c = *frame;
	struct tcp_option o;
	uint32_t before;

	if (!h->options_len || !d->tree)
		return;
	c.at = h->options_at;
	c.wire = h->options_at + h->options_len;
	if (c.captured > c.wire)
		c.captured = c.wire;
	if (c.captured < c.wire)
		return;
	d->item = tree_bytes(d->tree, F(OPTIONS), h->options_at, h->options_len,
			     c.base + h->options_at, h->options_len);
	item_text(d->tree, d->item, "Options: (%u bytes)", h->options_len);
	before = say_open(d);
	while (dissect_step(d) && tcp_option_next(&c, &o))
		say_option(d, &o, frame);
	say_close(d, before);
}

static void say_numbers(struct dissect *d, const struct tcp_hdr *h, uint32_t at, uint32_t data_len)
{
	struct tcp_view view = {0};

	if (d->hooks && d->hooks->tcp)
		d->hooks->tcp(d->flows, d, h, data_len, &view);
	if (view.known) {
		d->kept.stream = view.stream;
		item_flag(tree_uint(d->tree, F(STREAM), 0, 0, view.stream), ITEM_GENERATED);
	}
	item_flag(tree_uint(d->tree, F(LEN), at + 12, 1, data_len), ITEM_GENERATED);
	tree_uint(d->tree, F(SEQ), at + 4, 4, h->seq - view.seq_base);
	tree_uint(d->tree, F(SEQ_RAW), at + 4, 4, h->seq);
	tree_uint(d->tree, F(ACK), at + 8, 4, h->flags & TCP_ACK ? h->ack - view.ack_base : h->ack);
	tree_uint(d->tree, F(ACK_RAW), at + 8, 4, h->ack);
	item_text(d->tree, tree_uint(d->tree, F(HDR_LEN), at + 12, 1, h->header_len),
		  "%u%u%u%u .... = Header Length: %u bytes (%u)", h->header_len >> 5 & 1,
		  h->header_len >> 4 & 1, h->header_len >> 3 & 1, h->header_len >> 2 & 1,
		  h->header_len, h->header_len / 4);
}

static void say_rest(struct dissect *d, const struct tcp_hdr *h, uint32_t at)
{
	tree_uint(d->tree, F(WINDOW_VALUE), at + 14, 2, h->window);
	item_append(d->tree, tree_uint(d->tree, F(CHECKSUM), at + 16, 2, h->checksum),
		    " [unverified]");
	item_flag(tree_uint(d->tree, F(CHECKSUM_STATUS), 0, 0, CHECKSUM_STATUS_UNVERIFIED),
		  ITEM_GENERATED);
	tree_uint(d->tree, F(URGENT), at + 18, 2, h->urgent);
}

static void dissect_tcp(struct dissect *d, struct cursor *c)
{
	struct cursor frame = *c;
	struct tcp_hdr h;
	uint32_t at = c->at;

	if (d->depth)
		tcp_read_quoted(c, &h);
	else
		tcp_read(c, &h);
	if (!cursor_ok(c) && c->status == CURSOR_TRUNCATED && frame.captured < at + 4)
		return;
	tree_uint(d->tree, F(SRCPORT), at, 2, h.source_port);
	tree_uint(d->tree, F(DSTPORT), at + 2, 2, h.destination_port);
	say_hidden(d, F(PORT), at, 2, h.source_port);
	say_hidden(d, F(PORT), at + 2, 2, h.destination_port);
	d->kept.source_port = h.source_port;
	d->kept.destination_port = h.destination_port;
	say_title(d, ", Src Port: %u, Dst Port: %u", h.source_port, h.destination_port);
	if (d->depth && !h.complete) { /* a router quotes eight bytes, and that suffices */
		tree_uint(d->tree, F(SEQ_RAW), at + 4, 4, h.seq);
		return;
	}
	if (!cursor_ok(c))
		return;
	say_numbers(d, &h, at, cursor_left(c));
	say_flags(d, &h, at + 12);
	say_rest(d, &h, at);
	say_options(d, &h, &frame);
	if (cursor_left(c) && cursor_held(c))
		item_text(d->tree,
			  tree_view(d->tree, F(PAYLOAD), c->at, cursor_held(c), c->base + c->at,
				    cursor_held(c)),
			  "TCP payload (%u byte%s)", cursor_left(c),
			  cursor_left(c) == 1 ? "" : "s");
	if (!(h.flags & TCP_RST)) /* a reset's data tells why, in nobody's protocol */
		dissect_tcp_port(d, c);
}

const struct dissector tcp_dissector = {fields, TCP_FIELDS, dissect_tcp};
