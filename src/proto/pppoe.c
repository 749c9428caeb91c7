// SPDX-License-Identifier: Apache-2.0
// PPP over Ethernet, discovery and session (RFC 2516, RFC 4638; TR-101 tags).
#include "proto/pppoe.h"

#include <assert.h>

#include "proto/dissect.h"

enum pppoe_tag {
	TAG_END = 0x0000,
	TAG_SERVICE = 0x0101,
	TAG_AC_NAME = 0x0102,
	TAG_HOST_UNIQ = 0x0103,
	TAG_AC_COOKIE = 0x0104,
	TAG_VENDOR = 0x0105,
	TAG_SEQUENCE = 0x0108,
	TAG_SCALE = 0x0109,
	TAG_RELAY = 0x0110,
	TAG_HURL = 0x0111,
	TAG_MOTM = 0x0112,
	TAG_MAX_PAYLOAD = 0x0120,
	TAG_ROUTE = 0x0121,
	TAG_SERVICE_ERROR = 0x0201,
	TAG_SYSTEM_ERROR = 0x0202,
	TAG_GENERIC_ERROR = 0x0203,
};

/* The fixed header is the same in both; so is the start of both tables. */
enum pppoe_field {
	PPPOE_PROTOCOL,
	PPPOE_VERSION,
	PPPOE_TYPE,
	PPPOE_CODE,
	PPPOE_SESSION_ID,
	PPPOE_PAYLOAD_LENGTH,
	PPPOE_SESSION_FIELDS,
	PPPOE_TAGS = PPPOE_SESSION_FIELDS,
	PPPOE_TAG,
	PPPOE_TAG_LENGTH,
	PPPOE_UNKNOWN,
	PPPOE_SERVICE,
	PPPOE_AC_NAME,
	PPPOE_HOST_UNIQ,
	PPPOE_AC_COOKIE,
	PPPOE_VENDOR_ID,
	PPPOE_VENDOR_DATA,
	PPPOE_SEQUENCE,
	PPPOE_SCALE,
	PPPOE_RELAY,
	PPPOE_HURL,
	PPPOE_MOTM,
	PPPOE_MAX_PAYLOAD,
	PPPOE_ROUTE,
	PPPOE_SERVICE_ERROR,
	PPPOE_SYSTEM_ERROR,
	PPPOE_GENERIC_ERROR,
	PPPOE_DISCOVERY_FIELDS
};

static const struct value_name code_names[] = {
	VALUE(0x00, "Session Data"),
	VALUE(0x07, "Active Discovery Offer (PADO)"),
	VALUE(0x09, "Active Discovery Initiation (PADI)"),
	VALUE(0x0a, "Active Discovery Session-Grant (PADG)"),
	VALUE(0x0b, "Active Discovery Session-Credit Resp.(PADC)"),
	VALUE(0x0c, "Active Discovery Quality (PADQ)"),
	VALUE(0x19, "Active Discovery Request (PADR)"),
	VALUE(0x65, "Active Discovery Session-confirmation (PADS)"),
	VALUE(0xa7, "Active Discovery Terminate (PADT)"),
	VALUE(0xd3, "Active Discovery Message (PADM)"),
	VALUE(0xd4, "Active Discovery Network (PADN)"),
	VALUE_END,
};

static const struct value_name tag_names[] = {
	VALUE(TAG_END, "End-Of-List"),
	VALUE(TAG_SERVICE, "Service-Name"),
	VALUE(TAG_AC_NAME, "AC-Name"),
	VALUE(TAG_HOST_UNIQ, "Host-Uniq"),
	VALUE(TAG_AC_COOKIE, "AC-Cookie"),
	VALUE(TAG_VENDOR, "Vendor-Specific"),
	VALUE(0x0106, "Credits"),
	VALUE(0x0107, "Metrics"),
	VALUE(TAG_SEQUENCE, "Sequence Number"),
	VALUE(TAG_SCALE, "Credit Scale Factor"),
	VALUE(TAG_RELAY, "Relay-Session-Id"),
	VALUE(TAG_HURL, "HURL"),
	VALUE(TAG_MOTM, "MOTM"),
	VALUE(TAG_MAX_PAYLOAD, "PPP-Max-Payload"),
	VALUE(TAG_ROUTE, "IP Route Add"),
	VALUE(TAG_SERVICE_ERROR, "Service-Name-Error"),
	VALUE(TAG_SYSTEM_ERROR, "AC-System-Error"),
	VALUE(TAG_GENERIC_ERROR, "Generic-Error"),
	VALUE_END,
};

/* clang-format off */
#define HEADER_FIELDS(filter, title) \
	[PPPOE_PROTOCOL] = {filter, title, FIELD_PROTOCOL}, \
	[PPPOE_VERSION] = {"pppoe.version", "Version", FIELD_UINT, BASE_DEC, 1, 0xf0}, \
	[PPPOE_TYPE] = {"pppoe.type", "Type", FIELD_UINT, BASE_DEC, 1, 0x0f}, \
	[PPPOE_CODE] = {"pppoe.code", "Code", FIELD_UINT, BASE_HEX, 1, .names = code_names}, \
	[PPPOE_SESSION_ID] = {"pppoe.session_id", "Session ID", FIELD_UINT, BASE_HEX, 2}, \
	[PPPOE_PAYLOAD_LENGTH] = {"pppoe.payload_length", "Payload Length", FIELD_UINT, \
				  BASE_DEC, 2}
/* clang-format on */

static const struct field discovery_fields[] = {
	HEADER_FIELDS("pppoed", "PPP-over-Ethernet Discovery"),
	[PPPOE_TAGS] = {"pppoed.tags", "PPPoE Tags", FIELD_NONE},
	[PPPOE_TAG] = {"pppoed.tag", "Tag", FIELD_UINT, BASE_HEX, 2, .names = tag_names},
	[PPPOE_TAG_LENGTH] = {"pppoed.tag_length", "Tag Length", FIELD_UINT, BASE_DEC, 2},
	[PPPOE_UNKNOWN] = {"pppoed.tag.unknown_data", "Unknown Data", FIELD_BYTES},
	[PPPOE_SERVICE] = {"pppoed.tags.service_name", "Service-Name", FIELD_STRING},
	[PPPOE_AC_NAME] = {"pppoed.tags.ac_name", "AC-Name", FIELD_STRING},
	[PPPOE_HOST_UNIQ] = {"pppoed.tags.host_uniq", "Host-Uniq", FIELD_BYTES},
	[PPPOE_AC_COOKIE] = {"pppoed.tags.ac_cookie", "AC-Cookie", FIELD_BYTES},
	[PPPOE_VENDOR_ID] = {"pppoed.tags.vendor_id", "Vendor id", FIELD_UINT, BASE_DEC, 4},
	[PPPOE_VENDOR_DATA] = {"pppoed.tags.vendor_unspecified", "Vendor unspecified", FIELD_BYTES},
	[PPPOE_SEQUENCE] = {"pppoed.tags.seq_num", "Sequence Number", FIELD_UINT, BASE_HEX, 2},
	[PPPOE_SCALE] = {"pppoed.tags.credit_scale", "Credit Scale Factor", FIELD_UINT, BASE_DEC,
			 2},
	[PPPOE_RELAY] = {"pppoed.tags.relay_session_id", "Relay-Session-Id", FIELD_BYTES},
	[PPPOE_HURL] = {"pppoed.tags.hurl", "HURL", FIELD_BYTES},
	[PPPOE_MOTM] = {"pppoed.tags.motm", "MOTM", FIELD_BYTES},
	[PPPOE_MAX_PAYLOAD] = {"pppoed.tags.max_payload", "PPP-Max-Payload", FIELD_BYTES},
	[PPPOE_ROUTE] = {"pppoed.tags.ip_route_add", "IP Route Add", FIELD_BYTES},
	[PPPOE_SERVICE_ERROR] = {"pppoed.tags.service_name_error", "Service-Name-Error",
				 FIELD_STRING},
	[PPPOE_SYSTEM_ERROR] = {"pppoed.tags.ac_system_error", "AC-System-Error", FIELD_STRING},
	[PPPOE_GENERIC_ERROR] = {"pppoed.tags.generic_error", "Generic-Error", FIELD_STRING},
};

static const struct field session_fields[] = {
	HEADER_FIELDS("pppoes", "PPP-over-Ethernet Session"),
};

static_assert(sizeof(discovery_fields) / sizeof(discovery_fields[0]) == PPPOE_DISCOVERY_FIELDS,
	      "every field of discovery has a row");
static_assert(sizeof(session_fields) / sizeof(session_fields[0]) == PPPOE_SESSION_FIELDS,
	      "every field of a session has a row");
#define D(name) FIELD_ID(PROTOCOL_PPPOED, PPPOE_##name)
/* RFC 2516 s. 4. Returns the payload that the header's length names. */
static struct cursor read_header(struct dissect *d, struct cursor *c, enum protocol_id protocol)
{
	uint32_t at = c->at;
	unsigned first = cursor_u8(c);
	unsigned code, len;
	const char *name;

	if (cursor_ok(c))
		say_bits(d, at, 1, first,
			 (const uint16_t[]) {FIELD_ID(protocol, PPPOE_VERSION),
					     FIELD_ID(protocol, PPPOE_TYPE)},
			 2);
	code = (unsigned)say_uint(d, c, FIELD_ID(protocol, PPPOE_CODE), 1);
	name = value_name(code_names, code);
	if (cursor_ok(c))
		info_set(d, "%s", name ? name : "Unknown");
	say_uint(d, c, FIELD_ID(protocol, PPPOE_SESSION_ID), 2);
	len = (unsigned)say_uint(d, c, FIELD_ID(protocol, PPPOE_PAYLOAD_LENGTH), 2);
	if (len > cursor_left(c))
		len = cursor_left(c);
	dissect_ends(d, c->at + len);
	return cursor_take(c, len);
}

struct tag_shape {
	uint16_t tag;
	uint16_t field;
	uint8_t number_len; /* 0: bytes or text */
};

static const struct tag_shape tag_shapes[] = {
	{TAG_SERVICE, D(SERVICE), 0},
	{TAG_AC_NAME, D(AC_NAME), 0},
	{TAG_HOST_UNIQ, D(HOST_UNIQ), 0},
	{TAG_AC_COOKIE, D(AC_COOKIE), 0},
	{TAG_SEQUENCE, D(SEQUENCE), 2},
	{TAG_SCALE, D(SCALE), 2},
	{TAG_RELAY, D(RELAY), 0},
	{TAG_HURL, D(HURL), 0},
	{TAG_MOTM, D(MOTM), 0},
	{TAG_MAX_PAYLOAD, D(MAX_PAYLOAD), 0},
	{TAG_ROUTE, D(ROUTE), 0},
	{TAG_SERVICE_ERROR, D(SERVICE_ERROR), 0},
	{TAG_SYSTEM_ERROR, D(SYSTEM_ERROR), 0},
	{TAG_GENERIC_ERROR, D(GENERIC_ERROR), 0},
};

/* The names of service and concentrator stand in the column. */
static void info_tag(struct dissect *d, unsigned tag, const struct cursor *c, uint32_t len)
{
	const char *label = tag == TAG_AC_NAME ? " AC-Name=" : " Service-Name=";
	char text[65];

	if ((tag != TAG_AC_NAME && tag != TAG_SERVICE) || !d->info || !len || cursor_held(c) < len)
		return;
	if (len > sizeof(text) - 1)
		len = sizeof(text) - 1;
	for (uint32_t i = 0; i < len; i++)
		text[i] = (char)c->base[c->at + i];
	text[len] = '\0';
	info_add(d, "%s'", label);
	info_add_escaped(d, text);
	info_add(d, "'");
}

static void read_tag(struct dissect *d, struct cursor *c, unsigned tag, uint32_t len)
{
	for (size_t i = 0; i < sizeof(tag_shapes) / sizeof(tag_shapes[0]); i++) {
		const struct tag_shape *shape = &tag_shapes[i];

		if (shape->tag != tag)
			continue;
		info_tag(d, tag, c, len);
		if (shape->number_len && shape->number_len == len)
			say_uint(d, c, shape->field, len);
		else if (field_get(shape->field)->type == FIELD_STRING)
			say_string(d, c, shape->field, len);
		else if (len)
			say_bytes(d, c, shape->field, len);
		return;
	}
	cursor_skip(c, len);
}

/* RFC 2516 appendix A */
static void read_tags(struct dissect *d, struct cursor *c)
{
	uint32_t open;

	d->item = tree_uint(d->tree, D(TAGS), c->at, cursor_held(c), 0);
	open = say_open(d);
	while (cursor_left(c) && cursor_ok(c) && dissect_step(d)) {
		uint32_t at = c->at;
		unsigned tag = cursor_be16(c);
		unsigned len = cursor_be16(c);

		if (!cursor_ok(c) || tag == TAG_END)
			break;
		if (tag == TAG_VENDOR && len >= 4) {
			say_uint(d, c, D(VENDOR_ID), 4);
			if (len > 4)
				say_bytes(d, c, D(VENDOR_DATA), len - 4);
		} else if (value_name(tag_names, tag) && (tag < 0x0105 || tag > 0x0107)) {
			read_tag(d, c, tag, len);
		} else {
			d->item = tree_uint(d->tree, D(TAG), at, 2, tag);
			d->item = tree_uint(d->tree, D(TAG_LENGTH), at + 2, 2, len);
			if (len)
				say_bytes(d, c, D(UNKNOWN), len);
		}
	}
	say_close(d, open);
}

static void dissect_pppoed(struct dissect *d, struct cursor *c)
{
	struct cursor tags = read_header(d, c, PROTOCOL_PPPOED);

	if (!cursor_ok(c) || !cursor_left(&tags))
		return;
	read_tags(d, &tags);
	if (!cursor_ok(&tags))
		c->status = tags.status;
}

static void dissect_pppoes(struct dissect *d, struct cursor *c)
{
	struct cursor payload = read_header(d, c, PROTOCOL_PPPOES);

	if (!cursor_ok(c))
		return;
	c->at = payload.at;
	if (cursor_left(&payload))
		dissect_next(d, PROTOCOL_PPP, &payload);
}

const struct dissector pppoed_dissector = {discovery_fields, PPPOE_DISCOVERY_FIELDS,
					   dissect_pppoed};
const struct dissector pppoes_dissector = {session_fields, PPPOE_SESSION_FIELDS, dissect_pppoes};
