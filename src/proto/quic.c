// SPDX-License-Identifier: Apache-2.0
// QUIC (RFC 9000, RFC 8999, RFC 9369): the headers that are not encrypted.
#include "proto/quic.h"

#include <assert.h>

#include "proto/dissect.h"

#define LONG_HEADER      0x80
#define FIXED_BIT        0x40
#define VERSION_1        0x00000001
#define VERSION_2        0x709a50c4 /* as Wireshark 4.0 knows it: draft of RFC 9369 */
#define VERSION_2_RFC    0x6b3343cf /* RFC 9369 s. 3.1 */
#define RESERVED_MASK    0x0f0f0f0f /* RFC 9000 s. 15 */
#define RESERVED_VERSION 0x0a0a0a0a
#define RETRY_TAG_LEN    16 /* RFC 9000 s. 17.2.5 */
#define CID_LEN_MAX      20 /* RFC 9000 s. 17.2 */
#define SHORT_LEN_MIN    21 /* RFC 9000 s. 10.3 */

enum quic_field {
	QUIC_PROTOCOL,
	QUIC_PACKET_LENGTH,
	QUIC_HEADER_FORM,
	QUIC_FIXED_BIT,
	QUIC_TYPE,
	QUIC_TYPE_V2,
	QUIC_VERSION,
	QUIC_UNUSED,
	QUIC_DCIL,
	QUIC_DCID,
	QUIC_SCIL,
	QUIC_SCID,
	QUIC_TOKEN_LENGTH,
	QUIC_TOKEN,
	QUIC_LENGTH,
	QUIC_RETRY_TOKEN,
	QUIC_RETRY_TAG,
	QUIC_SUPPORTED_VERSION,
	QUIC_SHORT,
	QUIC_SPIN_BIT,
	QUIC_REMAINING,
	QUIC_FIELDS
};

enum packet_type {
	TYPE_INITIAL, /* RFC 9000 s. 17.2 */
	TYPE_0RTT,
	TYPE_HANDSHAKE,
	TYPE_RETRY,
};

static const char *const type_words[] = {"Initial", "0-RTT", "Handshake", "Retry"};

static const struct value_name type_names[] = {
	VALUE(TYPE_INITIAL, "Initial"),
	VALUE(TYPE_0RTT, "0-RTT"),
	VALUE(TYPE_HANDSHAKE, "Handshake"),
	VALUE(TYPE_RETRY, "Retry"),
	VALUE_END,
};

/* RFC 9369 s. 3.2: the numbers turn by one. */
static const struct value_name type_names_v2[] = {
	VALUE(0, "Retry"), VALUE(1, "Initial"), VALUE(2, "0-RTT"), VALUE(3, "Handshake"), VALUE_END,
};

static const struct value_name form_names[] = {
	VALUE(0, "Short Header"),
	VALUE(1, "Long Header"),
	VALUE_END,
};

/* IANA, "QUIC Versions", with those of drafts and vendors. */
static const struct value_name version_names[] = {
	VALUE(0, "Version Negotiation"),
	VALUE(1, "1"),
	{1162299136, 1162299391, "Quant"},
	{1346588976, 1346588977, "Picoquic internal"},
	VALUE(1347571544, "Proxied QUIC (PROX)"),
	VALUE(1362113587, "Google Q043"),
	VALUE(1362113588, "Google Q044"),
	VALUE(1362113590, "Google Q046"),
	VALUE(1362113840, "Google Q050"),
	{1363627776, 1363628031, "QGO (QUIC GO)"},
	VALUE(1412445488, "Google T050"),
	VALUE(1412445489, "Google T051"),
	{2445373440, 2445373695, "Quicly"},
	{2882338816, 2882338831, "MsQuic"},
	{4042322160, 4042322175, "ETH Zürich (Measurability experiments)"},
	{4042322416, 4042322431, "Telecom Italia (Measurability experiments)"},
	{4045664448, 4045664463, "MozQuic"},
	VALUE(4207849473, "Facebook mvfst (draft-22)"),
	VALUE(4207849474, "Facebook mvfst (draft-27)"),
	{4207849475, 4207849485, "Facebook mvfst"},
	VALUE(4207849486, "Facebook mvfst (Experimental)"),
	VALUE(4207849487, "Facebook mvfst"),
	VALUE(4278190084, "draft-04"),
	VALUE(4278190085, "draft-05"),
	VALUE(4278190086, "draft-06"),
	VALUE(4278190087, "draft-07"),
	VALUE(4278190088, "draft-08"),
	VALUE(4278190089, "draft-09"),
	VALUE(4278190090, "draft-10"),
	VALUE(4278190091, "draft-11"),
	VALUE(4278190092, "draft-12"),
	VALUE(4278190093, "draft-13"),
	VALUE(4278190094, "draft-14"),
	VALUE(4278190095, "draft-15"),
	VALUE(4278190096, "draft-16"),
	VALUE(4278190097, "draft-17"),
	VALUE(4278190098, "draft-18"),
	VALUE(4278190099, "draft-19"),
	VALUE(4278190100, "draft-20"),
	VALUE(4278190101, "draft-21"),
	VALUE(4278190102, "draft-22"),
	VALUE(4278190103, "draft-23"),
	VALUE(4278190104, "draft-24"),
	VALUE(4278190105, "draft-25"),
	VALUE(4278190106, "draft-26"),
	VALUE(4278190107, "draft-27"),
	VALUE(4278190108, "draft-28"),
	VALUE(4278190109, "draft-29"),
	VALUE(4278190110, "draft-30"),
	VALUE(4278190111, "draft-31"),
	VALUE(4278190112, "draft-32"),
	VALUE(4278190113, "draft-33"),
	VALUE(4278190114, "draft-34"),
	VALUE(4278321152, "v2-draft-00"),
	VALUE(1889161412, "v2-draft-01"),
	VALUE(1798521807, "2"),
	VALUE_END,
};

static const struct field fields[] = {
	[QUIC_PROTOCOL] = {"quic", "QUIC IETF", FIELD_PROTOCOL},
	[QUIC_PACKET_LENGTH] = {"quic.packet_length", "Packet Length", FIELD_UINT, BASE_DEC, 4},
	[QUIC_HEADER_FORM] = {"quic.header_form", "Header Form", FIELD_UINT, BASE_DEC, 1, 0x80,
			      form_names},
	[QUIC_FIXED_BIT] = {"quic.fixed_bit", "Fixed Bit", FIELD_BOOL, BASE_DEC, 1, 0x40},
	[QUIC_TYPE] = {"quic.long.packet_type", "Packet Type", FIELD_UINT, BASE_DEC, 1, 0x30,
		       type_names},
	[QUIC_TYPE_V2] = {"quic.long.packet_type_v2", "Packet Type", FIELD_UINT, BASE_DEC, 1, 0x30,
			  type_names_v2},
	[QUIC_VERSION] = {"quic.version", "Version", FIELD_UINT, BASE_HEX, 4,
			  .names = version_names},
	[QUIC_UNUSED] = {"quic.vn.unused", "Unused", FIELD_UINT, BASE_HEX, 1, 0x7f},
	[QUIC_DCIL] = {"quic.dcil", "Destination Connection ID Length", FIELD_UINT, BASE_DEC, 1},
	[QUIC_DCID] = {"quic.dcid", "Destination Connection ID", FIELD_BYTES},
	[QUIC_SCIL] = {"quic.scil", "Source Connection ID Length", FIELD_UINT, BASE_DEC, 1},
	[QUIC_SCID] = {"quic.scid", "Source Connection ID", FIELD_BYTES},
	[QUIC_TOKEN_LENGTH] = {"quic.token_length", "Token Length", FIELD_UINT, BASE_DEC, 8},
	[QUIC_TOKEN] = {"quic.token", "Token", FIELD_BYTES},
	[QUIC_LENGTH] = {"quic.length", "Length", FIELD_UINT, BASE_DEC, 8},
	[QUIC_RETRY_TOKEN] = {"quic.retry_token", "Retry Token", FIELD_BYTES},
	[QUIC_RETRY_TAG] = {"quic.retry_integrity_tag", "Retry Integrity Tag", FIELD_BYTES},
	[QUIC_SUPPORTED_VERSION] = {"quic.supported_version", "Supported Version", FIELD_UINT,
				    BASE_HEX, 4, .names = version_names},
	[QUIC_SHORT] = {"quic.short", "QUIC Short Header", FIELD_NONE},
	[QUIC_SPIN_BIT] = {"quic.spin_bit", "Spin Bit", FIELD_BOOL, BASE_DEC, 1, 0x20},
	[QUIC_REMAINING] = {"quic.remaining_payload", "Remaining Payload", FIELD_BYTES},
};

static_assert(sizeof(fields) / sizeof(fields[0]) == QUIC_FIELDS, "every quic_field has a row");

#define F(name) FIELD_ID(PROTOCOL_QUIC, QUIC_##name)

/* RFC 9000 s. 16: two bits tell how many bytes. */
static uint64_t say_varint(struct dissect *d, struct cursor *c, uint16_t id)
{
	uint32_t at = c->at;
	uint8_t first = cursor_u8(c);
	uint32_t len = 1u << (first >> 6);
	uint64_t number = first & 0x3f;

	for (uint32_t i = 1; i < len; i++)
		number = number << 8 | cursor_u8(c);
	if (!cursor_ok(c))
		return 0;
	d->item = tree_uint(d->tree, id, at, len, number);
	return number;
}

static void say_header_bits(struct dissect *d, const struct cursor *c, uint8_t first,
			    const uint16_t *ids, uint32_t count)
{
	say_bits(d, c->at, 1, first, ids, count);
}

/* One id of a connection behind its length; *info gets it in hexadecimal. */
static void say_cid(struct dissect *d, struct cursor *c, uint16_t length_id, uint16_t id,
		    const char *word)
{
	uint32_t len = (uint32_t)say_uint(d, c, length_id, 1);
	struct cursor look = *c;

	if (!len)
		return;
	say_bytes(d, c, id, len);
	if (!cursor_ok(c))
		return;
	info_add(d, ", %s=", word);
	for (uint32_t i = 0; i < len && i < CID_LEN_MAX; i++)
		info_add(d, "%02x", cursor_u8(&look));
}

static void say_versions(struct dissect *d, struct cursor *c)
{
	while (cursor_left(c) && dissect_step(d))
		say_uint(d, c, F(SUPPORTED_VERSION), 4);
}

static void say_retry(struct dissect *d, struct cursor *c)
{
	uint32_t left = cursor_left(c);

	say_bytes(d, c, F(RETRY_TOKEN), left > RETRY_TAG_LEN ? left - RETRY_TAG_LEN : 0);
	say_bytes(d, c, F(RETRY_TAG), RETRY_TAG_LEN);
}

/* How far this packet goes: RFC 9000 s. 12.2, several may lie in one datagram. */
static void say_protected(struct dissect *d, struct cursor *c, enum packet_type type)
{
	uint64_t len;
	struct cursor payload;

	if (type == TYPE_INITIAL) {
		len = say_varint(d, c, F(TOKEN_LENGTH));
		if (len && len <= UINT32_MAX)
			say_bytes(d, c, F(TOKEN), (uint32_t)len);
	}
	len = say_varint(d, c, F(LENGTH));
	if (len > UINT32_MAX)
		cursor_malformed(c);
	payload = cursor_take(c, (uint32_t)len);
	if (cursor_left(&payload))
		say_bytes(d, &payload, F(REMAINING), cursor_left(&payload));
	if (cursor_ok(c))
		c->status = payload.status;
}

static void say_long(struct dissect *d, struct cursor *c, uint8_t first, uint32_t version)
{
	static const uint16_t v1[] = {F(HEADER_FORM), F(FIXED_BIT), F(TYPE)};
	static const uint16_t v2[] = {F(HEADER_FORM), F(FIXED_BIT), F(TYPE_V2)};
	static const uint16_t retry[] = {F(HEADER_FORM), F(TYPE)};
	static const uint16_t negotiation[] = {F(HEADER_FORM), F(UNUSED)};
	bool is_v2 = version == VERSION_2 || version == VERSION_2_RFC;
	enum packet_type type = (enum packet_type)(((first >> 4) - (is_v2 ? 1 : 0)) & 3);

	if (version && type == TYPE_RETRY && !is_v2)
		say_header_bits(d, c, first, retry, 2);
	else if (version)
		say_header_bits(d, c, first, is_v2 ? v2 : v1, 3);
	else
		say_header_bits(d, c, first, negotiation, 2);
	cursor_skip(c, 1);
	say_uint(d, c, F(VERSION), 4);
	info_add(d, "%s", version ? type_words[type] : "Version Negotiation");
	say_cid(d, c, F(DCIL), F(DCID), "DCID");
	say_cid(d, c, F(SCIL), F(SCID), "SCID");
	if (!version)
		say_versions(d, c);
	else if (type == TYPE_RETRY)
		say_retry(d, c);
	else
		say_protected(d, c, type);
}

/* The id of its connection has no length here: only its owner knows. */
static void say_short(struct dissect *d, struct cursor *c, uint8_t first)
{
	static const uint16_t bits[] = {F(HEADER_FORM), F(FIXED_BIT), F(SPIN_BIT)};
	uint32_t before;

	d->item = tree_uint(d->tree, F(SHORT), c->at, 1, 0);
	before = say_open(d);
	say_header_bits(d, c, first, bits, 3);
	say_close(d, before);
	cursor_skip(c, 1);
	info_add(d, "Protected Payload (KP0)");
	if (cursor_left(c))
		say_bytes(d, c, F(REMAINING), cursor_left(c));
}

static void dissect_quic(struct dissect *d, struct cursor *c)
{
	info_clear(d);
	while (cursor_left(c) && dissect_step(d)) {
		struct cursor look = *c;
		uint32_t at = c->at;
		uint8_t first = cursor_u8(&look);
		uint32_t version = cursor_be32(&look);
		uint32_t index;

		if (d->info && d->info->len > d->info_fence)
			info_add(d, " ; ");
		d->item = item_flag(tree_uint(d->tree, F(PACKET_LENGTH), 0, 0, cursor_left(c)),
				    ITEM_GENERATED);
		index = tree_index(d->tree, d->item);
		if (first & LONG_HEADER)
			say_long(d, c, first, version);
		else
			say_short(d, c, first);
		if (index != TREE_NO_PARENT)
			d->tree->items[index].number = c->at - at;
		if (c->at == at)
			return;
	}
}

/* A version that is known; a short header only on the port. */
static bool accept_quic(const struct dissect *d, const struct cursor *c, bool by_port)
{
	struct cursor look = *c;
	uint8_t first = cursor_u8(&look);
	uint32_t version = cursor_be32(&look);
	uint32_t dcid_len = cursor_u8(&look);

	(void)d;
	if (!cursor_ok(&look))
		return false;
	if (!(first & LONG_HEADER))
		return by_port && first & FIXED_BIT && cursor_left(c) >= SHORT_LEN_MIN;
	if (dcid_len > CID_LEN_MAX)
		return false;
	if (version == 0)
		return by_port;
	if ((version & RESERVED_MASK) == RESERVED_VERSION)
		return true;
	return value_name(version_names, version) && version >> 24 != 'Q';
}

const struct dissector quic_dissector = {fields, QUIC_FIELDS, dissect_quic, accept_quic};
