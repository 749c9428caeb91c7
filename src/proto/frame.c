// SPDX-License-Identifier: Apache-2.0
// The frame itself as a protocol: when, where and how long; not a header.
#include "proto/frame.h"

#include <assert.h>

#include "proto/dissect.h"
#include "proto/encap.h"

enum frame_field {
	FRAME_F_PROTOCOL,
	FRAME_F_TIME,
	FRAME_F_OFFSET_SHIFT,
	FRAME_F_TIME_EPOCH,
	FRAME_F_TIME_DELTA,
	FRAME_F_TIME_DELTA_DISPLAYED,
	FRAME_F_TIME_RELATIVE,
	FRAME_F_NUMBER,
	FRAME_F_LEN,
	FRAME_F_CAP_LEN,
	FRAME_F_P2P_DIR,
	FRAME_F_MARKED,
	FRAME_F_IGNORED,
	FRAME_F_PROTOCOLS,
	FRAME_F_SECTION_NUMBER,
	FRAME_F_INTERFACE_ID,
	FRAME_F_INTERFACE_NAME,
	FRAME_F_INTERFACE_DESCRIPTION,
	FRAME_F_PACKET_FLAGS,
	FRAME_F_PACKET_FLAGS_DIRECTION,
	FRAME_F_PACKET_FLAGS_RECEPTION_TYPE,
	FRAME_F_PACKET_FLAGS_FCS_LENGTH,
	FRAME_F_PACKET_FLAGS_RESERVED,
	FRAME_F_PACKET_FLAGS_CRC_ERROR,
	FRAME_F_PACKET_FLAGS_PACKET_TOO_ERROR,
	FRAME_F_PACKET_FLAGS_PACKET_TOO_SHORT_ERROR,
	FRAME_F_PACKET_FLAGS_WRONG_INTER_FRAME_GAP_ERROR,
	FRAME_F_PACKET_FLAGS_UNALIGNED_FRAME_ERROR,
	FRAME_F_PACKET_FLAGS_START_FRAME_DELIMITER_ERROR,
	FRAME_F_PACKET_FLAGS_PREAMBLE_ERROR,
	FRAME_F_PACKET_FLAGS_SYMBOL_ERROR,
	FRAME_F_COMMENT,
	FRAME_F_COMMENT_EXPERT,
	FRAME_F_PACKET_ID,
	FRAME_F_DROP_COUNT,
	FRAME_F_ENCAP_TYPE,
	FRAME_F_LEN_LT_CAPLEN,
	FRAME_FIELDS
};

static const struct value_name packet_flags_direction_names[] = {
	VALUE(0, "Unknown"),
	VALUE(1, "Inbound"),
	VALUE(2, "Outbound"),
	VALUE_END,
};

static const struct value_name packet_flags_reception_type_names[] = {
	VALUE(0, "Not specified"), VALUE(1, "Unicast"),     VALUE(2, "Multicast"),
	VALUE(3, "Broadcast"),     VALUE(4, "Promiscuous"), VALUE_END,
};

static const struct value_name p2p_names[] = {
	VALUE(0, "Sent"),
	VALUE(1, "Received"),
	VALUE_END,
};

static const struct field fields[] = {
	[FRAME_F_PROTOCOL] = {"frame", "Frame", FIELD_PROTOCOL},
	[FRAME_F_TIME] = {"frame.time", "Arrival Time", FIELD_TIME},
	[FRAME_F_OFFSET_SHIFT] = {"frame.offset_shift", "Time shift for this packet",
				  FIELD_DURATION},
	[FRAME_F_TIME_EPOCH] = {"frame.time_epoch", "Epoch Time", FIELD_DURATION},
	[FRAME_F_TIME_DELTA] = {"frame.time_delta", "Time delta from previous captured frame",
				FIELD_DURATION},
	[FRAME_F_TIME_DELTA_DISPLAYED] = {"frame.time_delta_displayed",
					  "Time delta from previous displayed frame",
					  FIELD_DURATION},
	[FRAME_F_TIME_RELATIVE] = {"frame.time_relative", "Time since reference or first frame",
				   FIELD_DURATION},
	[FRAME_F_NUMBER] = {"frame.number", "Frame Number", FIELD_UINT, BASE_DEC, 4},
	[FRAME_F_LEN] = {"frame.len", "Frame length on the wire", FIELD_UINT, BASE_DEC, 4},
	[FRAME_F_CAP_LEN] = {"frame.cap_len", "Frame length stored into the capture file",
			     FIELD_UINT, BASE_DEC, 4},
	[FRAME_F_P2P_DIR] = {"frame.p2p_dir", "Point-to-Point Direction", FIELD_INT, BASE_DEC, 1,
			     .names = p2p_names},
	[FRAME_F_MARKED] = {"frame.marked", "Frame is marked", FIELD_BOOL},
	[FRAME_F_IGNORED] = {"frame.ignored", "Frame is ignored", FIELD_BOOL},
	[FRAME_F_PROTOCOLS] = {"frame.protocols", "Protocols in frame", FIELD_STRING},
	[FRAME_F_SECTION_NUMBER] = {"frame.section_number", "Section number", FIELD_UINT, BASE_DEC,
				    4},
	[FRAME_F_INTERFACE_ID] = {"frame.interface_id", "Interface id", FIELD_UINT, BASE_DEC, 4},
	[FRAME_F_INTERFACE_NAME] = {"frame.interface_name", "Interface name", FIELD_STRING},
	[FRAME_F_INTERFACE_DESCRIPTION] = {"frame.interface_description", "Interface description",
					   FIELD_STRING},
	[FRAME_F_PACKET_FLAGS] = {"frame.packet_flags", "Packet flags", FIELD_UINT, BASE_HEX, 4},
	[FRAME_F_PACKET_FLAGS_DIRECTION] = {"frame.packet_flags_direction", "Direction", FIELD_UINT,
					    BASE_HEX, 4, 0x3,
					    .names = packet_flags_direction_names},
	[FRAME_F_PACKET_FLAGS_RECEPTION_TYPE] = {"frame.packet_flags_reception_type",
						 "Reception type", FIELD_UINT, BASE_DEC, 4, 0x1c,
						 .names = packet_flags_reception_type_names},
	[FRAME_F_PACKET_FLAGS_FCS_LENGTH] = {"frame.packet_flags_fcs_length", "FCS length",
					     FIELD_UINT, BASE_DEC, 4, 0x1e0},
	[FRAME_F_PACKET_FLAGS_RESERVED] = {"frame.packet_flags_reserved", "Reserved", FIELD_UINT,
					   BASE_DEC, 4, 0xfe00},
	[FRAME_F_PACKET_FLAGS_CRC_ERROR] = {"frame.packet_flags_crc_error", "CRC error", FIELD_BOOL,
					    BASE_DEC, 4, 0x1000000, .yes = "Set", .no = "Not set"},
	[FRAME_F_PACKET_FLAGS_PACKET_TOO_ERROR] = {"frame.packet_flags_packet_too_error",
						   "Packet too long error", FIELD_BOOL, BASE_DEC, 4,
						   0x2000000, .yes = "Set", .no = "Not set"},
	[FRAME_F_PACKET_FLAGS_PACKET_TOO_SHORT_ERROR] =
		{"frame.packet_flags_packet_too_short_error", "Packet too short error", FIELD_BOOL,
		 BASE_DEC, 4, 0x4000000, .yes = "Set", .no = "Not set"},
	[FRAME_F_PACKET_FLAGS_WRONG_INTER_FRAME_GAP_ERROR] =
		{"frame.packet_flags_wrong_inter_frame_gap_error", "Wrong interframe gap error",
		 FIELD_BOOL, BASE_DEC, 4, 0x8000000, .yes = "Set", .no = "Not set"},
	[FRAME_F_PACKET_FLAGS_UNALIGNED_FRAME_ERROR] = {"frame.packet_flags_unaligned_frame_error",
							"Unaligned frame error", FIELD_BOOL,
							BASE_DEC, 4, 0x10000000, .yes = "Set",
							.no = "Not set"},
	[FRAME_F_PACKET_FLAGS_START_FRAME_DELIMITER_ERROR] =
		{"frame.packet_flags_start_frame_delimiter_error", "Start frame delimiter error",
		 FIELD_BOOL, BASE_DEC, 4, 0x20000000, .yes = "Set", .no = "Not set"},
	[FRAME_F_PACKET_FLAGS_PREAMBLE_ERROR] = {"frame.packet_flags_preamble_error",
						 "Preamble error", FIELD_BOOL, BASE_DEC, 4,
						 0x40000000, .yes = "Set", .no = "Not set"},
	[FRAME_F_PACKET_FLAGS_SYMBOL_ERROR] = {"frame.packet_flags_symbol_error", "Symbol error",
					       FIELD_BOOL, BASE_DEC, 4, 0x80000000, .yes = "Set",
					       .no = "Not set"},
	[FRAME_F_COMMENT] = {"frame.comment", "Comment", FIELD_STRING},
	[FRAME_F_COMMENT_EXPERT] = {"frame.comment.expert", "Formatted comment", FIELD_NONE},
	[FRAME_F_PACKET_ID] = {"frame.packet_id", "Packet id", FIELD_UINT, BASE_DEC, 8},
	[FRAME_F_DROP_COUNT] = {"frame.drop_count", "Drop Count", FIELD_UINT, BASE_DEC, 8},
	[FRAME_F_ENCAP_TYPE] = {"frame.encap_type", "Encapsulation type", FIELD_INT, BASE_DEC, 2,
				.names = encap_names},
	[FRAME_F_LEN_LT_CAPLEN] = {"frame.len_lt_caplen",
				   "Frame length is less than captured length", FIELD_NONE},
};

static_assert(sizeof(fields) / sizeof(fields[0]) == FRAME_FIELDS, "every field has a row");

#define F(name) FIELD_ID(PROTOCOL_FRAME, FRAME_F_##name)

#define BITS_OF(bytes) ((uint64_t)(bytes)*8)
#define DIRECTION_MASK 3u

static void say_comments(struct dissect *d)
{
	struct tree *t = d->tree;

	for (uint32_t i = 0; i < d->frame->comment_count; i++) {
		const char *comment = d->frame->comments[i];

		d->item = tree_string(t, F(COMMENT), 0, 0, comment);
		item_text(t, d->item, "%s", comment);
		say_expert(d, tree_index(t, d->item), F(COMMENT_EXPERT), EXPERT_COMMENT,
			   EXPERT_COMMENTS, "%s", comment);
	}
}

static const char *direction_word(uint32_t flags)
{
	switch (flags & DIRECTION_MASK) {
	case 1:
		return " (inbound)";
	case 2:
		return " (outbound)";
	default:
		return "";
	}
}

static void say_frame_heading(struct dissect *d)
{
	const struct frame_facts *f = d->frame;

	say_heading(d, "Frame %llu: %u byte%s on wire (%llu bits), %u byte%s captured (%llu bits)",
		    (unsigned long long)f->number, f->wire_len, f->wire_len == 1 ? "" : "s",
		    (unsigned long long)BITS_OF(f->wire_len), f->captured_len,
		    f->captured_len == 1 ? "" : "s", (unsigned long long)BITS_OF(f->captured_len));
	if (f->has_interface)
		say_title(d, " on interface %s, id %u",
			  f->interface_name ? f->interface_name : "unknown", f->interface);
	if (f->has_flags)
		say_title(d, "%s", direction_word(f->flags));
}

static void say_interface(struct dissect *d)
{
	const struct frame_facts *f = d->frame;
	const char *name = f->interface_name ? f->interface_name : "unknown";
	uint32_t before;

	if (!f->has_interface)
		return;
	tree_uint(d->tree, F(SECTION_NUMBER), 0, 0, f->section);
	d->item = tree_uint(d->tree, F(INTERFACE_ID), 0, 0, f->interface);
	item_text(d->tree, d->item, "Interface id: %u (%s)", f->interface, name);
	before = say_open(d);
	tree_string(d->tree, F(INTERFACE_NAME), 0, 0, name);
	if (f->interface_description)
		tree_string(d->tree, F(INTERFACE_DESCRIPTION), 0, 0, f->interface_description);
	say_close(d, before);
}

static void say_flags(struct dissect *d)
{
	static const uint16_t bits[] = {
		F(PACKET_FLAGS_DIRECTION),
		F(PACKET_FLAGS_RECEPTION_TYPE),
		F(PACKET_FLAGS_FCS_LENGTH),
		F(PACKET_FLAGS_RESERVED),
		F(PACKET_FLAGS_CRC_ERROR),
		F(PACKET_FLAGS_PACKET_TOO_ERROR),
		F(PACKET_FLAGS_PACKET_TOO_SHORT_ERROR),
		F(PACKET_FLAGS_WRONG_INTER_FRAME_GAP_ERROR),
		F(PACKET_FLAGS_UNALIGNED_FRAME_ERROR),
		F(PACKET_FLAGS_START_FRAME_DELIMITER_ERROR),
		F(PACKET_FLAGS_PREAMBLE_ERROR),
		F(PACKET_FLAGS_SYMBOL_ERROR),
	};
	uint32_t before;

	if (!d->frame->has_flags)
		return;
	d->item = tree_uint(d->tree, F(PACKET_FLAGS), 0, 0, d->frame->flags);
	before = say_open(d);
	say_bits(d, 0, 0, d->frame->flags, bits, sizeof(bits) / sizeof(bits[0]));
	say_close(d, before);
}

static void say_times(struct dissect *d)
{
	const struct frame_facts *f = d->frame;
	struct tree *t = d->tree;

	if (!f->has_time)
		return;
	tree_int(t, F(TIME), 0, 0, f->time);
	item_flag(tree_int(t, F(OFFSET_SHIFT), 0, 0, 0), ITEM_GENERATED);
	tree_int(t, F(TIME_EPOCH), 0, 0, f->time);
	item_flag(tree_int(t, F(TIME_DELTA), 0, 0, f->time - f->previous), ITEM_GENERATED);
	item_flag(tree_int(t, F(TIME_DELTA_DISPLAYED), 0, 0, f->time - f->shown), ITEM_GENERATED);
	item_flag(tree_int(t, F(TIME_RELATIVE), 0, 0, f->time - f->first), ITEM_GENERATED);
}

static void say_lengths(struct dissect *d)
{
	const struct frame_facts *f = d->frame;
	struct tree *t = d->tree;
	uint32_t direction = f->flags & DIRECTION_MASK;

	tree_uint(t, F(NUMBER), 0, 0, f->number);
	d->item = tree_uint(t, F(LEN), 0, 0, f->wire_len);
	item_text(t, d->item, "Frame Length: %u byte%s (%llu bits)", f->wire_len,
		  f->wire_len == 1 ? "" : "s", (unsigned long long)BITS_OF(f->wire_len));
	if (f->wire_len < f->captured_len)
		say_expert(d, tree_index(t, d->item), F(LEN_LT_CAPLEN), EXPERT_ERROR,
			   EXPERT_MALFORMED, "Frame length is less than captured length");
	d->item = tree_uint(t, F(CAP_LEN), 0, 0, f->captured_len);
	item_text(t, d->item, "Capture Length: %u byte%s (%llu bits)", f->captured_len,
		  f->captured_len == 1 ? "" : "s", (unsigned long long)BITS_OF(f->captured_len));
	item_flag(tree_uint(t, F(MARKED), 0, 0, false), ITEM_GENERATED);
	item_flag(tree_uint(t, F(IGNORED), 0, 0, false), ITEM_GENERATED);
	if (f->has_flags && (direction == 1 || direction == 2))
		tree_int(t, F(P2P_DIR), 0, 0, direction == 2 ? 0 : 1);
	if (f->has_packet_id)
		tree_uint(t, F(PACKET_ID), 0, 0, f->packet_id);
	if (f->has_drop_count)
		tree_uint(t, F(DROP_COUNT), 0, 0, f->drop_count);
}

/* Only at the end is it known which protocols there are. */
static void say_protocols(struct dissect *d, struct cursor *c)
{
	char trail[DISSECT_TRAIL_TEXT_MAX];

	(void)c;
	if (tree_wants(d->tree, F(PROTOCOLS)))
		item_flag(tree_string(d->tree, F(PROTOCOLS), 0, 0, dissect_trail(d, trail)),
			  ITEM_GENERATED);
}

static void dissect_frame_itself(struct dissect *d, struct cursor *c)
{
	dissect_next(d, d->first, c);
	dissect_after(d, say_protocols, c);
	if (!d->tree)
		return;
	tree_set_len(d->tree, d->layers[d->layer].item, cursor_held(c));
	say_frame_heading(d);
	say_interface(d);
	say_flags(d);
	tree_int(d->tree, F(ENCAP_TYPE), 0, 0, encap_of_link(d->frame->link));
	say_times(d);
	say_lengths(d);
}

const struct dissector frame_dissector = {fields, FRAME_FIELDS, dissect_frame_itself};

/* Comments are a protocol of their own, before the frame. */
static const struct field comment_fields[] = {
	{"pkt_comment", "Packet comments", FIELD_PROTOCOL},
};

static void dissect_comments(struct dissect *d, struct cursor *c)
{
	(void)c;
	if (d->tree)
		say_comments(d);
}

const struct dissector comment_dissector = {comment_fields, 1, dissect_comments};
