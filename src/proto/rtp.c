// SPDX-License-Identifier: Apache-2.0
// The Real-time Transport Protocol (RFC 3550): the header.
#include "proto/rtp.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "proto/dissect.h"
#include "proto/sip.h"

#define EXTENSION_BIT 0x10
#define PADDING_BIT   0x20
#define CSRC_MASK     0x0f
#define MARKER_BIT    0x80
#define TYPE_MASK     0x7f
#define WORD_LEN      4
#define VERSION       2
#define TYPE_DYNAMIC  96
#define RTCP_FIRST    192 /* RFC 5761 s. 4: a packet of RTCP on the port of RTP */
#define RTCP_LAST     223

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
	RTP_SETUP,
	RTP_SETUP_FRAME,
	RTP_SETUP_METHOD,
	RTP_EXTENDED_SEQ,
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
	VALUE(1, "USA Federal Standard FS-1016"),
	VALUE(2, "ITU-T G.721"),
	VALUE(3, "GSM 06.10"),
	VALUE(4, "ITU-T G.723"),
	VALUE(5, "DVI4 8000 samples/s"),
	VALUE(6, "DVI4 16000 samples/s"),
	VALUE(7, "Experimental linear predictive encoding from Xerox PARC"),
	VALUE(8, "ITU-T G.711 PCMA"),
	VALUE(9, "ITU-T G.722"),
	VALUE(10, "16-bit uncompressed audio, stereo"),
	VALUE(11, "16-bit uncompressed audio, monaural"),
	VALUE(12, "Qualcomm Code Excited Linear Predictive coding"),
	VALUE(13, "Comfort noise"),
	VALUE(14, "MPEG-I/II Audio"),
	VALUE(15, "ITU-T G.728"),
	VALUE(16, "DVI4 11025 samples/s"),
	VALUE(17, "DVI4 22050 samples/s"),
	VALUE(18, "ITU-T G.729"),
	VALUE(19, "Comfort noise (old)"),
	{20, 24, "Unassigned"},
	VALUE(25, "Sun CellB video encoding"),
	VALUE(26, "JPEG-compressed video"),
	VALUE(27, "Unassigned"),
	VALUE(28, "'nv' program"),
	{29, 30, "Unassigned"},
	VALUE(31, "ITU-T H.261"),
	VALUE(32, "MPEG-I/II Video"),
	VALUE(33, "MPEG-II transport streams"),
	VALUE(34, "ITU-T H.263"),
	{35, 71, "Unassigned"},
	{72, 76, "Reserved for RTCP conflict avoidance"}, /* RFC 3550 s. 12.1 */
	{77, 95, "Unassigned"},
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
	[RTP_TYPE] = {"rtp.p_type", "Payload type", FIELD_UINT, BASE_DEC, 1, TYPE_MASK},
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
	[RTP_SETUP] = {"rtp.setup", "Stream setup", FIELD_STRING},
	[RTP_SETUP_FRAME] = {"rtp.setup-frame", "Setup frame", FIELD_FRAME},
	[RTP_SETUP_METHOD] = {"rtp.setup-method", "Setup Method", FIELD_STRING},
	[RTP_EXTENDED_SEQ] = {"rtp.extseq", "Extended sequence number", FIELD_UINT, BASE_DEC, 4},
};

static_assert(sizeof(fields) / sizeof(fields[0]) == RTP_FIELDS, "every rtp_field has a row");

#define F(name) FIELD_ID(PROTOCOL_RTP, RTP_##name)

const char *rtp_type_text(uint8_t type, char out[static RTP_TYPE_TEXT_MAX])
{
	const char *name = value_name(type_names, type);

	if (name)
		snprintf(out, RTP_TYPE_TEXT_MAX, "%s", name);
	else
		snprintf(out, RTP_TYPE_TEXT_MAX, "DynamicRTP-Type-%u", type);
	return out;
}

/* Names lie one behind another: the type, the length, the bytes. */
void rtp_names_add(struct announced_rtp *n, uint8_t type, const uint8_t *name, uint32_t len)
{
	if (len >= RTP_NAME_MAX)
		len = RTP_NAME_MAX - 1;
	if (!len || n->names_len + 2 + len > sizeof(n->names))
		return;
	n->names[n->names_len] = type;
	n->names[n->names_len + 1] = (uint8_t)len;
	memcpy(n->names + n->names_len + 2, name, len);
	n->names_len = (uint8_t)(n->names_len + 2 + len);
}

bool rtp_names_find(const struct announced_rtp *n, uint8_t type, char ret_name[static RTP_NAME_MAX])
{
	bool found = false;

	for (unsigned at = 0; at < n->names_len; at += 2u + n->names[at + 1]) {
		if (n->names[at] != type)
			continue;
		memcpy(ret_name, n->names + at + 2, n->names[at + 1]);
		ret_name[n->names[at + 1]] = '\0';
		found = true;
	}
	return found;
}

void rtp_say_setup(struct dissect *d, const struct announced *a, const uint16_t ids[static 3],
		   bool call)
{
	uint32_t before;

	d->item = tree_string(d->tree, ids[0], 0, 0, "");
	item_text(d->tree, d->item, "Stream setup by SDP (frame %u)", a->frame);
	before = tree_open(d->tree, item_flag(d->item, ITEM_GENERATED));
	item_flag(tree_uint(d->tree, ids[1], 0, 0, a->frame), ITEM_GENERATED);
	item_flag(tree_string(d->tree, ids[2], 0, 0, "SDP"), ITEM_GENERATED);
	if (call)
		sip_say_call(d, (const uint8_t *)a->rtp.call_id, (uint32_t)strlen(a->rtp.call_id));
	tree_close(d->tree, before);
}

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

/* The name of a type: what the call says of a dynamic one, else the standard's. */
static void find_name(const struct announced *a, uint8_t type, char out[static RTP_TYPE_TEXT_MAX])
{
	if (type < TYPE_DYNAMIC || !a || !rtp_names_find(&a->rtp, type, out))
		rtp_type_text(type, out);
}

static void say_type(struct dissect *d, uint32_t at, uint8_t second, const char *name)
{
	struct item *item = tree_uint(d->tree, F(TYPE), at, 1, second & TYPE_MASK);

	item_text(d->tree, item, "Payload type: %s (%u)", name, second & TYPE_MASK);
}

/* As Wireshark: at half of all numbers, a lower one is no later one. */
static uint32_t count_on(uint32_t last, uint16_t seq)
{
	if ((uint16_t)(last - seq) == 0x8000 && seq < (uint16_t)last)
		return last - 0x8000;
	return announced_count_on(last, seq);
}

/* The rest of the header, behind its first two bytes. */
static void say_header(struct dissect *d, struct cursor *c, struct announced *a, uint8_t second,
		       const char *name)
{
	uint32_t at = c->at;
	uint32_t seq = (uint32_t)say_uint(d, c, F(SEQ), 2);
	uint32_t timestamp, ssrc;

	if (cursor_ok(c) && a) {
		a->rtp.sequence = count_on(a->rtp.sequence, (uint16_t)seq);
		item_flag(tree_uint(d->tree, F(EXTENDED_SEQ), at, 2, a->rtp.sequence),
			  ITEM_GENERATED);
	}
	timestamp = (uint32_t)say_uint(d, c, F(TIMESTAMP), 4);
	ssrc = (uint32_t)say_uint(d, c, F(SSRC), 4);
	if (!cursor_ok(c))
		return;
	info_set(d, "PT=");
	info_add_escaped(d, name);
	info_add(d, ", SSRC=0x%X, Seq=%u, Time=%u%s", ssrc, seq, timestamp,
		 second & MARKER_BIT ? ", Mark" : "");
}

/* Of another version nothing is known but that field; the bytes are Data. */
static void say_other_version(struct dissect *d, const struct cursor *c, uint8_t first)
{
	static const uint16_t version[] = {F(VERSION)};

	info_set(d, "Unknown RTP version %u", first >> 6);
	say_bits(d, c->at, 1, first, version, 1);
	d->trail_count--;
	dissect_data(d, c);
}

static void dissect_rtp(struct dissect *d, struct cursor *c)
{
	static const uint16_t setup[] = {F(SETUP), F(SETUP_FRAME), F(SETUP_METHOD)};
	static const uint16_t first_bits[] = {F(VERSION), F(PADDING), F(EXTENSION), F(CSRC_COUNT)};
	static const uint16_t marker[] = {F(MARKER)};
	struct announced *a = dissect_announced(d, PROTOCOL_RTP);
	char name[RTP_TYPE_TEXT_MAX];
	struct cursor all = *c;
	uint32_t at = c->at;
	uint8_t first = cursor_u8(c);
	uint8_t second;

	if (cursor_ok(c) && first >> 6 != VERSION) {
		say_other_version(d, &all, first);
		return;
	}
	second = cursor_u8(c);
	if (!cursor_ok(c))
		return;
	if (second >= RTCP_FIRST && second <= RTCP_LAST) {
		dissect_unsay(d);
		dissect_next(d, PROTOCOL_RTCP, &all);
		return;
	}
	if (a)
		rtp_say_setup(d, a, setup, true);
	find_name(a, second & TYPE_MASK, name);
	say_bits(d, at, 1, first, first_bits, 4);
	say_bits(d, at + 1, 1, second, marker, 1);
	say_type(d, at + 1, second, name);
	say_header(d, c, a, second, name);
	say_words(d, c, F(CSRC_ITEMS), F(CSRC), first & CSRC_MASK);
	if (first & EXTENSION_BIT) {
		say_uint(d, c, F(PROFILE), 2);
		say_words(d, c, F(EXTENSIONS), F(HEADER_EXTENSION),
			  (uint32_t)say_uint(d, c, F(EXTENSION_LEN), 2));
	}
	if (!a || !a->rtp.secure) {
		say_payload(d, c, first);
	} else if (cursor_ok(c)) {
		cursor_skip(c, cursor_left(c));
		if (!d->depth)
			d->protocol = "SRTP";
	}
}

/* Other protocols speak on the same port (RFC 7983): they are asked when this is none. */
static bool accept_rtp(const struct dissect *d, const struct cursor *c, bool by_port)
{
	struct cursor look = *c;

	(void)d;
	(void)by_port;
	return cursor_u8(&look) >> 6 == VERSION || !cursor_ok(&look);
}

/* Nothing in the bytes tells RTP from chance: it is read only where it was announced. */
const struct dissector rtp_dissector = {fields, RTP_FIELDS, dissect_rtp, accept_rtp};
