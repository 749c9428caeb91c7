// SPDX-License-Identifier: Apache-2.0
// The RTP Control Protocol (RFC 3550 s. 6, RFC 4585): reports and their kin.
#include "proto/rtcp.h"

#include <assert.h>

#include "proto/announce.h"
#include "proto/rtp.h"

#define HEADER_LEN       4
#define VERSION          2
#define COUNT_MASK       0x1f
#define REPORT_BLOCK_LEN 24 /* RFC 3550 s. 6.4.1 */
#define SDES_PRIV        8  /* RFC 3550 s. 6.5.8 */

/* RFC 3550 s. 12.1, RFC 4585 s. 6.1 */
enum packet_type {
	TYPE_SR = 200,
	TYPE_RR = 201,
	TYPE_SDES = 202,
	TYPE_BYE = 203,
	TYPE_APP = 204,
	TYPE_RTPFB = 205,
	TYPE_PSFB = 206,
	TYPE_XR = 207,
};

enum rtcp_field {
	RTCP_PROTOCOL,
	RTCP_VERSION,
	RTCP_PADDING,
	RTCP_REPORTS,
	RTCP_SOURCES,
	RTCP_SUBTYPE,
	RTCP_RTPFB_FORMAT,
	RTCP_PSFB_FORMAT,
	RTCP_TYPE,
	RTCP_LENGTH,
	RTCP_SENDER,
	RTCP_MEDIA,
	RTCP_NTP_HIGH,
	RTCP_NTP_LOW,
	RTCP_RTP_TIME,
	RTCP_PACKETS,
	RTCP_OCTETS,
	RTCP_IDENTIFIER,
	RTCP_FRACTION,
	RTCP_LOST,
	RTCP_HIGHEST,
	RTCP_HIGH_CYCLES,
	RTCP_HIGH_SEQ,
	RTCP_JITTER,
	RTCP_LSR,
	RTCP_DLSR,
	RTCP_SDES_TYPE,
	RTCP_SDES_LENGTH,
	RTCP_SDES_TEXT,
	RTCP_APP_NAME,
	RTCP_APP_DATA,
	RTCP_FCI,
	RTCP_LENGTH_CHECK,
	RTCP_SETUP,
	RTCP_SETUP_FRAME,
	RTCP_SETUP_METHOD,
	RTCP_FIELDS
};

static const struct value_name type_names[] = {
	VALUE(200, "Sender Report"),
	VALUE(201, "Receiver Report"),
	VALUE(202, "Source description"),
	VALUE(203, "Goodbye"),
	VALUE(204, "Application specific"),
	VALUE(205, "Generic RTP Feedback"),
	VALUE(206, "Payload-specific Feedback"),
	VALUE(207, "Extended report (RFC 3611)"),
	VALUE(208, "AVB RTCP packet (IEEE1733)"),
	VALUE(209, "Receiver Summary Information"),
	VALUE(210, "Port Mapping"),
	VALUE(192, "Full Intra-frame Request (H.261)"),
	VALUE(193, "Negative Acknowledgement (H.261)"),
	VALUE(194, "SMPTE time-code mapping"),
	VALUE(195, "Extended inter-arrival jitter report"),
	VALUE_END,
};

static const struct value_name sdes_names[] = {
	VALUE(0, "END"),
	VALUE(1, "CNAME (user and domain)"),
	VALUE(2, "NAME (common name)"),
	VALUE(3, "EMAIL (e-mail address)"),
	VALUE(4, "PHONE (phone number)"),
	VALUE(5, "LOC (geographic location)"),
	VALUE(6, "TOOL (name/version of source app)"),
	VALUE(7, "NOTE (note about source)"),
	VALUE(8, "PRIV (private extensions)"),
	VALUE(9, "H323-CADDR (H.323 callable address)"),
	VALUE(10, "Application Specific Identifier"),
	VALUE_END,
};

static const struct value_name rtpfb_names[] = {
	VALUE(1, "Generic negative acknowledgement (NACK)"),
	VALUE(3, "Temporary Maximum Media Stream Bit Rate Request (TMMBR)"),
	VALUE(4, "Temporary Maximum Media Stream Bit Rate Notification (TMMBN)"),
	VALUE(15, "Transport-wide Congestion Control (Transport-cc)"),
	VALUE(31, "Reserved for future extensions"),
	VALUE_END,
};

static const struct value_name psfb_names[] = {
	VALUE(1, "Picture Loss Indication"),
	VALUE(2, "Slice Loss Indication"),
	VALUE(3, "Reference Picture Selection Indication"),
	VALUE(4, "Full Intra Request (FIR) Command"),
	VALUE(5, "Temporal-Spatial Trade-off Request (TSTR)"),
	VALUE(6, "Temporal-Spatial Trade-off Notification (TSTN)"),
	VALUE(7, "Video Back Channel Message (VBCM)"),
	VALUE(15, "Application Layer Feedback"),
	VALUE(31, "Reserved for future extensions"),
	VALUE_END,
};

static const struct value_name version_names[] = {
	VALUE(2, "RFC 1889 Version"),
	VALUE(0, "Old VAT Version"),
	VALUE(1, "First Draft Version"),
	VALUE_END,
};

#define NUMBER(id, filter, label, base, size) [id] = {"rtcp." filter, label, FIELD_UINT, base, size}

static const struct field fields[] = {
	[RTCP_PROTOCOL] = {"rtcp", "Real-time Transport Control Protocol", FIELD_PROTOCOL},
	[RTCP_VERSION] = {"rtcp.version", "Version", FIELD_UINT, BASE_DEC, 1, 0xc0, version_names},
	[RTCP_PADDING] = {"rtcp.padding", "Padding", FIELD_BOOL, BASE_DEC, 1, 0x20},
	[RTCP_REPORTS] = {"rtcp.rc", "Reception report count", FIELD_UINT, BASE_DEC, 1, COUNT_MASK},
	[RTCP_SOURCES] = {"rtcp.sc", "Source count", FIELD_UINT, BASE_DEC, 1, COUNT_MASK},
	[RTCP_SUBTYPE] = {"rtcp.app.subtype", "Subtype", FIELD_UINT, BASE_DEC, 1, COUNT_MASK},
	[RTCP_RTPFB_FORMAT] = {"rtcp.rtpfb.fmt", "RTCP Feedback message type (FMT)", FIELD_UINT,
			       BASE_DEC, 1, COUNT_MASK, rtpfb_names},
	[RTCP_PSFB_FORMAT] = {"rtcp.psfb.fmt", "RTCP Feedback message type (FMT)", FIELD_UINT,
			      BASE_DEC, 1, COUNT_MASK, psfb_names},
	[RTCP_TYPE] = {"rtcp.pt", "Packet type", FIELD_UINT, BASE_DEC, 1, .names = type_names},
	NUMBER(RTCP_LENGTH, "length", "Length", BASE_DEC, 2),
	NUMBER(RTCP_SENDER, "senderssrc", "Sender SSRC", BASE_HEX_DEC, 4),
	NUMBER(RTCP_MEDIA, "mediassrc", "Media source SSRC", BASE_HEX_DEC, 4),
	NUMBER(RTCP_NTP_HIGH, "timestamp.ntp.msw", "Timestamp, MSW", BASE_DEC_HEX, 4),
	NUMBER(RTCP_NTP_LOW, "timestamp.ntp.lsw", "Timestamp, LSW", BASE_DEC_HEX, 4),
	NUMBER(RTCP_RTP_TIME, "timestamp.rtp", "RTP timestamp", BASE_DEC, 4),
	NUMBER(RTCP_PACKETS, "sender.packetcount", "Sender's packet count", BASE_DEC, 4),
	NUMBER(RTCP_OCTETS, "sender.octetcount", "Sender's octet count", BASE_DEC, 4),
	NUMBER(RTCP_IDENTIFIER, "ssrc.identifier", "Identifier", BASE_HEX_DEC, 4),
	NUMBER(RTCP_FRACTION, "ssrc.fraction", "Fraction lost", BASE_DEC, 1),
	[RTCP_LOST] = {"rtcp.ssrc.cum_nr", "Cumulative number of packets lost", FIELD_INT, BASE_DEC,
		       3},
	NUMBER(RTCP_HIGHEST, "ssrc.ext_high", "Extended highest sequence number received", BASE_DEC,
	       4),
	NUMBER(RTCP_HIGH_CYCLES, "ssrc.high_cycles", "Sequence number cycles count", BASE_DEC, 2),
	NUMBER(RTCP_HIGH_SEQ, "ssrc.high_seq", "Highest sequence number received", BASE_DEC, 2),
	NUMBER(RTCP_JITTER, "ssrc.jitter", "Interarrival jitter", BASE_DEC, 4),
	NUMBER(RTCP_LSR, "ssrc.lsr", "Last SR timestamp", BASE_DEC_HEX, 4),
	NUMBER(RTCP_DLSR, "ssrc.dlsr", "Delay since last SR timestamp", BASE_DEC, 4),
	[RTCP_SDES_TYPE] = {"rtcp.sdes.type", "Type", FIELD_UINT, BASE_DEC, 1, .names = sdes_names},
	NUMBER(RTCP_SDES_LENGTH, "sdes.length", "Length", BASE_DEC, 1),
	[RTCP_SDES_TEXT] = {"rtcp.sdes.text", "Text", FIELD_STRING},
	[RTCP_APP_NAME] = {"rtcp.app.name", "Name (ASCII)", FIELD_STRING},
	[RTCP_APP_DATA] = {"rtcp.app.data", "Application specific data", FIELD_BYTES},
	[RTCP_FCI] = {"rtcp.fci", "Feedback Control Information (FCI)", FIELD_BYTES},
	[RTCP_LENGTH_CHECK] = {"rtcp.length_check", "RTCP frame length check", FIELD_BOOL},
	[RTCP_SETUP] = {"rtcp.setup", "Stream setup", FIELD_STRING},
	[RTCP_SETUP_FRAME] = {"rtcp.setup-frame", "Setup frame", FIELD_FRAME},
	[RTCP_SETUP_METHOD] = {"rtcp.setup-method", "Setup Method", FIELD_STRING},
};

static_assert(sizeof(fields) / sizeof(fields[0]) == RTCP_FIELDS, "every rtcp_field has a row");

#define F(name) FIELD_ID(PROTOCOL_RTCP, RTCP_##name)

static void say_reports(struct dissect *d, struct cursor *c, uint32_t count)
{
	for (uint32_t i = 1; i <= count && cursor_ok(c) && dissect_step(d); i++) {
		struct cursor look;
		struct item *item = say_line(d, c->at, REPORT_BLOCK_LEN, "Source %u", i);
		uint32_t before = tree_open(d->tree, item), contents, parts;

		say_uint(d, c, F(IDENTIFIER), 4);
		contents = tree_open(d->tree, say_line(d, c->at, 20, "SSRC contents"));
		say_uint(d, c, F(FRACTION), 1);
		say_int(d, c, F(LOST), 3);
		tree_close(d->tree, contents);
		look = *c;
		say_uint(d, c, F(HIGHEST), 4);
		parts = say_open(d);
		if (cursor_ok(c)) {
			say_uint(d, &look, F(HIGH_CYCLES), 2);
			say_uint(d, &look, F(HIGH_SEQ), 2);
		}
		say_close(d, parts);
		say_uint(d, c, F(JITTER), 4);
		say_uint(d, c, F(LSR), 4);
		say_uint(d, c, F(DLSR), 4);
		tree_close(d->tree, before);
	}
}

static void say_sender(struct dissect *d, struct cursor *c)
{
	say_uint(d, c, F(NTP_HIGH), 4);
	say_uint(d, c, F(NTP_LOW), 4);
	say_uint(d, c, F(RTP_TIME), 4);
	say_uint(d, c, F(PACKETS), 4);
	say_uint(d, c, F(OCTETS), 4);
}

/* Items of one source, up to a null item and the padding to a word behind it. */
static void say_items(struct dissect *d, struct cursor *c, uint32_t base)
{
	while (cursor_left(c) && dissect_step(d)) {
		uint32_t type = (uint32_t)say_uint(d, c, F(SDES_TYPE), 1);
		uint32_t len;

		if (!type)
			break;
		len = (uint32_t)say_uint(d, c, F(SDES_LENGTH), 1);
		if (type == SDES_PRIV)
			cursor_skip(c, len);
		else
			say_string(d, c, F(SDES_TEXT), len);
	}
	while (cursor_left(c) && (c->at - base) % 4)
		cursor_skip(c, 1);
}

static void say_descriptions(struct dissect *d, struct cursor *c, uint32_t count)
{
	for (uint32_t i = 1; i <= count && cursor_left(c) && dissect_step(d); i++) {
		uint32_t base = c->at;
		struct cursor look = *c;
		uint32_t ssrc = cursor_be32(&look);
		struct item *item =
			say_line(d, c->at, cursor_held(c), "Chunk %u, SSRC/CSRC 0x%X", i, ssrc);
		uint32_t before = tree_open(d->tree, item), items;

		say_uint(d, c, F(IDENTIFIER), 4);
		items = tree_open(d->tree, say_line(d, c->at, cursor_held(c), "SDES items"));
		say_items(d, c, base);
		tree_close(d->tree, items);
		tree_close(d->tree, before);
	}
}

static void say_bye(struct dissect *d, struct cursor *c, uint32_t count)
{
	uint32_t len;

	for (uint32_t i = 0; i < count && cursor_ok(c) && dissect_step(d); i++)
		say_uint(d, c, F(IDENTIFIER), 4);
	if (!cursor_left(c))
		return;
	len = (uint32_t)say_uint(d, c, F(SDES_LENGTH), 1);
	say_string(d, c, F(SDES_TEXT), len);
}

static void say_body(struct dissect *d, struct cursor *c, uint8_t type, uint32_t count)
{
	switch (type) {
	case TYPE_SR:
		say_uint(d, c, F(SENDER), 4);
		say_sender(d, c);
		say_reports(d, c, count);
		break;
	case TYPE_RR:
		say_uint(d, c, F(SENDER), 4);
		say_reports(d, c, count);
		break;
	case TYPE_SDES:
		say_descriptions(d, c, count);
		break;
	case TYPE_BYE:
		say_bye(d, c, count);
		break;
	case TYPE_APP:
		say_uint(d, c, F(IDENTIFIER), 4);
		say_string(d, c, F(APP_NAME), 4);
		if (cursor_left(c))
			say_bytes(d, c, F(APP_DATA), cursor_left(c));
		break;
	case TYPE_RTPFB:
	case TYPE_PSFB:
		say_uint(d, c, F(SENDER), 4);
		say_uint(d, c, F(MEDIA), 4);
		if (cursor_left(c))
			say_bytes(d, c, F(FCI), cursor_left(c));
		break;
	default:
		break;
	}
}

static uint16_t count_field(uint8_t type)
{
	switch (type) {
	case TYPE_SDES:
	case TYPE_BYE:
		return F(SOURCES);
	case TYPE_APP:
		return F(SUBTYPE);
	case TYPE_RTPFB:
		return F(RTPFB_FORMAT);
	case TYPE_PSFB:
		return F(PSFB_FORMAT);
	default:
		return F(REPORTS);
	}
}

/* Each packet of a compound one has an item of its own, at the top. */
static void open_packet(struct dissect *d, uint32_t at, uint32_t len, uint8_t type, bool first)
{
	const char *name = value_name(type_names, type);
	struct tree *t = d->tree;
	struct item *item;

	if (!t)
		return;
	if (first && d->layers[d->layer].item == TREE_NO_PARENT)
		return;
	if (!first) {
		t->parent = TREE_NO_PARENT;
		t->layer++;
		tree_open(t, tree_uint(t, FIELD_ID(PROTOCOL_RTCP, RTCP_PROTOCOL), at, 0, 0));
	}
	if (t->parent == TREE_NO_PARENT)
		return;
	item = &t->items[t->parent];
	item_text(t, item, "%s (%s)", fields[RTCP_PROTOCOL].label, name ? name : "Unknown");
	tree_set_len(t, t->parent, len);
}

static void say_setup(struct dissect *d)
{
	static const uint16_t setup[] = {F(SETUP), F(SETUP_FRAME), F(SETUP_METHOD)};
	const struct announced *a = dissect_announced(d, PROTOCOL_RTCP);

	if (!a)
		a = dissect_announced(d, PROTOCOL_RTP); /* RFC 5761: both on one port */
	if (a)
		rtp_say_setup(d, a, setup, false);
}

static void say_packet(struct dissect *d, struct cursor *c, bool is_first)
{
	struct cursor look = *c, body;
	uint8_t first = cursor_u8(&look);
	uint8_t type = cursor_u8(&look);
	const uint16_t bits[] = {F(VERSION), F(PADDING), count_field(type)};
	const char *name = value_name(type_names, type);
	uint32_t len = cursor_be16(&look) * 4u;

	if (cursor_ok(&look)) {
		open_packet(d, c->at, len + HEADER_LEN, type, is_first);
		say_setup(d);
		say_bits(d, c->at, 1, first, bits, 3);
		info_add(d, "%s   ", name ? name : "Unknown");
	}
	cursor_skip(c, 1);
	say_uint(d, c, F(TYPE), 1);
	say_uint(d, c, F(LENGTH), 2);
	item_append(d->tree, d->item, " (%u bytes)", len + HEADER_LEN);
	body = cursor_take(c, len);
	if (cursor_ok(&body))
		say_body(d, &body, type, first & COUNT_MASK);
	if (cursor_ok(c) && !cursor_ok(&body))
		c->status = body.status;
}

/* Of another version nothing is known but that field; the bytes are Data. */
static bool say_other_version(struct dissect *d, const struct cursor *c)
{
	static const uint16_t version[] = {F(VERSION)};
	struct cursor look = *c;
	uint8_t first = cursor_u8(&look);

	if (!cursor_ok(&look) || first >> 6 == VERSION)
		return false;
	info_set(d, "Unknown RTCP version %u", first >> 6);
	say_bits(d, c->at, 1, first, version, 1);
	d->trail_count--;
	dissect_data(d, c);
	return true;
}

static void dissect_rtcp(struct dissect *d, struct cursor *c)
{
	uint32_t begin = c->at;

	info_clear(d);
	if (say_other_version(d, c))
		return;
	for (bool first = true; cursor_left(c) >= HEADER_LEN && dissect_step(d); first = false)
		say_packet(d, c, first);
	if (!cursor_ok(c))
		return;
	d->item = tree_uint(d->tree, F(LENGTH_CHECK), 0, 0, cursor_left(c) == 0);
	item_text(d->tree, d->item, "RTCP frame length check: OK - %u bytes", c->at - begin);
	item_flag(d->item, ITEM_GENERATED);
}

/* A report or kin whose words fill the datagram as a compound packet does (RFC 3550 s. A.2). */
static bool accept_rtcp(const struct dissect *d, const struct cursor *c, bool by_port)
{
	struct cursor look = *c;
	uint8_t first = cursor_u8(&look);
	uint8_t type = cursor_u8(&look);
	uint32_t len = cursor_be16(&look) * 4u;

	if (by_port) /* announced */
		return !cursor_held(c) || first >> 6 == VERSION;
	if (!cursor_ok(&look) || first >> 6 != VERSION)
		return false;
	if (d->kept.source_port % 2 == 0 && d->kept.destination_port % 2 == 0)
		return false;
	if (type != TYPE_SR && type != TYPE_RR && (type < TYPE_SDES || type > TYPE_XR))
		return false;
	return len <= cursor_left(&look) && cursor_left(c) % 4 == 0;
}

const struct dissector rtcp_dissector = {fields, RTCP_FIELDS, dissect_rtcp, accept_rtcp};
