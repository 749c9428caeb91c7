// SPDX-License-Identifier: Apache-2.0
// The reader's own marks in a tree: malformed, cut short, expert notes, plain lines.
#include "proto/ws.h"

#include <assert.h>

#include "proto/dissect.h"

static const struct value_name severity_names[] = {
	VALUE(EXPERT_COMMENT, "Comment"), VALUE(EXPERT_CHAT, "Chat"),   VALUE(EXPERT_NOTE, "Note"),
	VALUE(EXPERT_WARN, "Warning"),    VALUE(EXPERT_ERROR, "Error"), VALUE_END,
};

static const struct value_name group_names[] = {
	VALUE(EXPERT_CHECKSUM, "Checksum"),
	VALUE(EXPERT_SEQUENCE, "Sequence"),
	VALUE(EXPERT_RESPONSE, "Response"),
	VALUE(EXPERT_REQUEST, "Request"),
	VALUE(EXPERT_UNDECODED, "Undecoded"),
	VALUE(EXPERT_REASSEMBLE, "Reassemble"),
	VALUE(EXPERT_MALFORMED, "Malformed"),
	VALUE(EXPERT_DEBUG, "Debug"),
	VALUE(EXPERT_PROTOCOL, "Protocol"),
	VALUE(EXPERT_SECURITY, "Security"),
	VALUE(EXPERT_COMMENTS, "Comment"),
	VALUE(EXPERT_DECRYPTION, "Decryption"),
	VALUE(EXPERT_ASSUMPTION, "Assumption"),
	VALUE(EXPERT_DEPRECATED, "Deprecated"),
	VALUE_END,
};

static const struct field fields[] = {
	[WS_PROTOCOL] = {"_ws", "Wireshark", FIELD_PROTOCOL},
	[WS_LINE] = {"", "Text", FIELD_NONE},
	[WS_MALFORMED] = {"_ws.malformed", "Malformed Packet", FIELD_PROTOCOL},
	[WS_MALFORMED_EXPERT] = {"_ws.malformed.expert", "Malformed Packet (Exception occurred)",
				 FIELD_NONE},
	[WS_SHORT] = {"_ws.short", "Short Frame", FIELD_PROTOCOL},
	[WS_UNREASSEMBLED] = {"_ws.unreassembled", "Unreassembled Fragmented Packet",
			      FIELD_PROTOCOL},
	[WS_UNREASSEMBLED_EXPERT] = {"_ws.unreassembled.expert",
				     "Unreassembled fragment (change preferences to enable "
				     "reassembly)",
				     FIELD_NONE},
	[WS_EXPERT] = {"_ws.expert", "Expert Info", FIELD_PROTOCOL},
	[WS_EXPERT_MESSAGE] = {"_ws.expert.message", "Message", FIELD_STRING},
	[WS_EXPERT_SEVERITY] = {"_ws.expert.severity", "Severity level", FIELD_UINT, BASE_NAME, 4,
				.names = severity_names},
	[WS_EXPERT_GROUP] = {"_ws.expert.group", "Group", FIELD_UINT, BASE_NAME, 4,
			     .names = group_names},
};

static_assert(sizeof(fields) / sizeof(fields[0]) == WS_FIELDS, "every ws_field has a row");

/* Nothing is ever read as this protocol. */
static void dissect_ws(struct dissect *d, struct cursor *c)
{
	(void)d;
	cursor_skip(c, cursor_left(c));
}

const struct dissector ws_dissector = {fields, WS_FIELDS, dissect_ws};
