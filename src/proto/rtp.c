// SPDX-License-Identifier: Apache-2.0
// The Real-time Transport Protocol (RFC 3550): the header.
#include "proto/rtp.h"

#include <assert.h>

#include "proto/dissect.h"

#define EXTENSION_BIT 0x10
#define PADDING_BIT   0x20
#define CSRC_MASK     0x0f
#define MARKER_BIT    0x80
#define TYPE_MASK     0x7f
#define WORD_LEN      4

enum rtp_field {
	RTP_PROTOCOL,
	RTP_VERSION,
	RTP_PADDING,
	RTP_EXTENSION,
	RTP_CSRC_COUNT,
	RTP_MARKER,
	RTP_TYPE,
	RTP_SEQ,
	RTP_TIMESTAMP,
	RTP_SSRC,
	RTP_CSRC_ITEMS,
	RTP_CSRC,
	RTP_PROFILE,
	RTP_EXTENSION_LEN,
	RTP_EXTENSIONS,
	RTP_HEADER_EXTENSION,
	RTP_PAYLOAD,
	RTP_PADDING_DATA,
	RTP_PADDING_COUNT,
	RTP_FIELDS
};

static const struct value_name version_names[] = {
	VALUE(2, "RFC 1889 Version"),
	VALUE(0, "Old VAT Version"),
	VALUE(1, "First Draft Version"),
	VALUE_END,
};

/* RFC 3551 s. 6 */
static const struct value_name type_names[] = {
	VALUE(0, "ITU-T G.711 PCMU"),
	VALUE(3, "GSM 06.10"),
	VALUE(4, "ITU-T G.723"),
	VALUE(8, "ITU-T G.711 PCMA"),
	VALUE(9, "ITU-T G.722"),
	VALUE(13, "Comfort noise"),
	VALUE(14, "MPEG-I/II Audio"),
	VALUE(15, "ITU-T G.728"),
	VALUE(18, "ITU-T G.729"),
	VALUE(26, "JPEG-compressed video"),
	VALUE(31, "ITU-T H.261"),
	VALUE(32, "MPEG-I/II Video"),
	VALUE(33, "MPEG-II transport streams"),
	VALUE(34, "ITU-T H.263"),
	{96, 127, "DynamicRTP-Type"},
	VALUE_END,
};

static const struct field fields[] = {
	[RTP_PROTOCOL] = {"rtp", "Real-Time Transport Protocol", FIELD_PROTOCOL},
	[RTP_VERSION] = {"rtp.version", "Version", FIELD_UINT, BASE_DEC, 1, 0xc0, version_names},
	[RTP_PADDING] = {"rtp.padding", "Padding", FIELD_BOOL, BASE_DEC, 1, PADDING_BIT},
	[RTP_EXTENSION] = {"rtp.ext", "Extension", FIELD_BOOL, BASE_DEC, 1, EXTENSION_BIT},
	[RTP_CSRC_COUNT] = {"rtp.cc", "Contributing source identifiers count", FIELD_UINT, BASE_DEC,
			    1, CSRC_MASK},
	[RTP_MARKER] = {"rtp.marker", "Marker", FIELD_BOOL, BASE_DEC, 1, MARKER_BIT},
	[RTP_TYPE] = {"rtp.p_type", "Payload type", FIELD_UINT, BASE_DEC, 1, TYPE_MASK, type_names},
	[RTP_SEQ] = {"rtp.seq", "Sequence number", FIELD_UINT, BASE_DEC, 2},
	[RTP_TIMESTAMP] = {"rtp.timestamp", "Timestamp", FIELD_UINT, BASE_DEC, 4},
	[RTP_SSRC] = {"rtp.ssrc", "Synchronization Source identifier", FIELD_UINT, BASE_HEX_DEC, 4},
	[RTP_CSRC_ITEMS] = {"rtp.csrc.items", "Contributing Source identifiers", FIELD_NONE},
	[RTP_CSRC] = {"rtp.csrc.item", "CSRC item", FIELD_UINT, BASE_HEX_DEC, 4},
	[RTP_PROFILE] = {"rtp.ext.profile", "Defined by profile", FIELD_UINT, BASE_HEX_DEC, 2},
	[RTP_EXTENSION_LEN] = {"rtp.ext.len", "Extension length", FIELD_UINT, BASE_DEC, 2},
	[RTP_EXTENSIONS] = {"rtp.hdr_exts", "Header extensions", FIELD_NONE},
	[RTP_HEADER_EXTENSION] = {"rtp.hdr_ext", "Header extension", FIELD_UINT, BASE_HEX_DEC, 4},
	[RTP_PAYLOAD] = {"rtp.payload", "Payload", FIELD_BYTES},
	[RTP_PADDING_DATA] = {"rtp.padding.data", "Padding data", FIELD_BYTES},
	[RTP_PADDING_COUNT] = {"rtp.padding.count", "Padding count", FIELD_UINT, BASE_DEC, 1},
};

static_assert(sizeof(fields) / sizeof(fields[0]) == RTP_FIELDS, "every rtp_field has a row");

#define F(name) FIELD_ID(PROTOCOL_RTP, RTP_##name)

static void say_words(struct dissect *d, struct cursor *c, uint16_t list_id, uint16_t id,
		      uint32_t count)
{
	uint32_t before;

	if (!count)
		return;
	d->item = tree_uint(d->tree, list_id, c->at, count * WORD_LEN, 0);
	before = say_open(d);
	for (uint32_t i = 0; i < count && cursor_ok(c) && dissect_step(d); i++)
		say_uint(d, c, id, WORD_LEN);
	say_close(d, before);
}

/* The last byte counts the padding, itself included (RFC 3550 s. 5.1). */
static uint32_t padding_len(const struct cursor *c, uint8_t first)
{
	struct cursor look = *c;
	uint32_t len;

	if (!(first & PADDING_BIT) || !cursor_left(c))
		return 0;
	cursor_skip(&look, cursor_left(c) - 1);
	len = cursor_u8(&look);
	return cursor_ok(&look) && len <= cursor_left(c) ? len : 0;
}

static void say_payload(struct dissect *d, struct cursor *c, uint8_t first)
{
	uint32_t padding = padding_len(c, first);
	uint32_t len = cursor_left(c) - padding;

	if (len)
		say_bytes(d, c, F(PAYLOAD), len);
	if (padding > 1)
		say_bytes(d, c, F(PADDING_DATA), padding - 1);
	if (padding)
		say_uint(d, c, F(PADDING_COUNT), 1);
}

static void dissect_rtp(struct dissect *d, struct cursor *c)
{
	static const uint16_t first_bits[] = {F(VERSION), F(PADDING), F(EXTENSION), F(CSRC_COUNT)};
	static const uint16_t second_bits[] = {F(MARKER), F(TYPE)};
	uint32_t at = c->at;
	uint8_t first = cursor_u8(c);
	uint8_t second = cursor_u8(c);
	uint32_t seq, timestamp, ssrc;
	const char *name = value_name(type_names, second & TYPE_MASK);

	if (!cursor_ok(c))
		return;
	say_bits(d, at, 1, first, first_bits, 4);
	say_bits(d, at + 1, 1, second, second_bits, 2);
	seq = (uint32_t)say_uint(d, c, F(SEQ), 2);
	timestamp = (uint32_t)say_uint(d, c, F(TIMESTAMP), 4);
	ssrc = (uint32_t)say_uint(d, c, F(SSRC), 4);
	info_set(d, "PT=%s, SSRC=0x%X, Seq=%u, Time=%u%s", name ? name : "Unknown", ssrc, seq,
		 timestamp, second & MARKER_BIT ? ", Mark" : "");
	say_words(d, c, F(CSRC_ITEMS), F(CSRC), first & CSRC_MASK);
	if (first & EXTENSION_BIT) {
		say_uint(d, c, F(PROFILE), 2);
		say_words(d, c, F(EXTENSIONS), F(HEADER_EXTENSION),
			  (uint32_t)say_uint(d, c, F(EXTENSION_LEN), 2));
	}
	say_payload(d, c, first);
}

/* Nothing in the bytes tells RTP from chance: it is read only where it was announced. */
const struct dissector rtp_dissector = {fields, RTP_FIELDS, dissect_rtp, NULL};
