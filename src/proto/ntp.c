// SPDX-License-Identifier: Apache-2.0
// The Network Time Protocol (RFC 5905, 7822); of control (RFC 9327) and private messages the
// header.
#include "proto/ntp.h"

#include <assert.h>
#include <stdio.h>

#include "proto/dissect.h"
#include "proto/ntp_names.h"

#define NTP_HEADER_LEN  48
#define MAC_LEN_MAX     24          /* key and SHA-1: RFC 7822 s. 3 */
#define NTP_EPOCH       2208988800u /* seconds from 1900 to 1970 */
#define POLL_MIN        4           /* RFC 5905 s. 7.3 */
#define POLL_MAX        17
#define MODE_CLIENT     3
#define MODE_SERVER     4
#define MODE_CONTROL    6
#define MODE_PRIVATE    7
#define OPCODE_MASK     0x1f /* RFC 9327 s. 2 */
#define FLAG_RESPONSE   0x80
#define SEQUENCE_MASK   0x7f
#define ORIGIN_AT       24 /* RFC 5905 s. 7.3 */
#define TRANSMIT_AT     40
#define FLAG_ERROR      0x40
#define OPCODE_READSTAT 1
#define OPCODE_READVAR  2
#define STRATUM_PRIMARY 1

/* RFC 5905 figure 12: what stands before the comma of the heading. */
static const char *const short_modes[] = {
	"reserved", "symmetric active", "symmetric passive", "client",
	"server",   "broadcast",        "control",           "private",
};

enum ntp_field {
	NTP_PROTOCOL,
	NTP_FLAGS,
	NTP_LI,
	NTP_VN,
	NTP_MODE,
	NTP_STRATUM,
	NTP_POLL,
	NTP_PRECISION,
	NTP_ROOT_DELAY,
	NTP_ROOT_DISPERSION,
	NTP_REFID,
	NTP_REFTIME,
	NTP_ORG,
	NTP_REC,
	NTP_XMT,
	NTP_KEYID,
	NTP_MAC,
	NTP_EXT,
	NTP_EXT_TYPE,
	NTP_EXT_LEN,
	NTP_EXT_VALUE,
	NTP_FLAGS2,
	NTP_FLAGS2_R,
	NTP_FLAGS2_ERROR,
	NTP_FLAGS2_MORE,
	NTP_FLAGS2_OPCODE,
	NTP_SEQUENCE,
	NTP_STATUS,
	NTP_ERR_STATUS,
	NTP_SYS_LI,
	NTP_SYS_CLKSRC,
	NTP_SYS_COUNT,
	NTP_SYS_CODE,
	NTP_PEER_CONFIG,
	NTP_PEER_AUTHENABLE,
	NTP_PEER_AUTHENTIC,
	NTP_PEER_REACH,
	NTP_PEER_BCAST,
	NTP_PEER_SELECTION,
	NTP_PEER_COUNT,
	NTP_PEER_CODE,
	NTP_ASSOCID,
	NTP_OFFSET,
	NTP_COUNT,
	NTP_DATA,
	NTP_PRIV_R,
	NTP_PRIV_MORE,
	NTP_AUTH_SEQ,
	NTP_AUTH,
	NTP_SEQ,
	NTP_IMPL,
	NTP_REQCODE,
	NTP_ERR,
	NTP_NUMITEMS,
	NTP_RESERVED,
	NTP_ITEMSIZE,
	NTP_RESPONSE_IN,
	NTP_REQUEST_IN,
	NTP_DELTA,
	NTP_FIELDS
};

static const struct field fields[] = {
	[NTP_PROTOCOL] = {"ntp", "Network Time Protocol", FIELD_PROTOCOL},
	[NTP_FLAGS] = {"ntp.flags", "Flags", FIELD_UINT, BASE_HEX, 1},
	[NTP_LI] = {"ntp.flags.li", "Leap Indicator", FIELD_UINT, BASE_DEC, 1, 0xc0,
		    .names = ntp_leap_names},
	[NTP_VN] = {"ntp.flags.vn", "Version number", FIELD_UINT, BASE_DEC, 1, 0x38,
		    .names = ntp_version_names},
	[NTP_MODE] = {"ntp.flags.mode", "Mode", FIELD_UINT, BASE_DEC, 1, 0x7,
		      .names = ntp_mode_names},
	[NTP_STRATUM] = {"ntp.stratum", "Peer Clock Stratum", FIELD_UINT, BASE_DEC, 1,
			 .names = ntp_stratum_names},
	[NTP_POLL] = {"ntp.ppoll", "Peer Polling Interval", FIELD_UINT, BASE_DEC, 1},
	[NTP_PRECISION] = {"ntp.precision", "Peer Clock Precision", FIELD_UINT, BASE_DEC, 1},
	[NTP_ROOT_DELAY] = {"ntp.rootdelay", "Root Delay", FIELD_UINT, BASE_DEC, 4},
	[NTP_ROOT_DISPERSION] = {"ntp.rootdispersion", "Root Dispersion", FIELD_UINT, BASE_DEC, 4},
	[NTP_REFID] = {"ntp.refid", "Reference ID", FIELD_BYTES},
	[NTP_REFTIME] = {"ntp.reftime", "Reference Timestamp", FIELD_TIME},
	[NTP_ORG] = {"ntp.org", "Origin Timestamp", FIELD_TIME},
	[NTP_REC] = {"ntp.rec", "Receive Timestamp", FIELD_TIME},
	[NTP_XMT] = {"ntp.xmt", "Transmit Timestamp", FIELD_TIME},
	[NTP_KEYID] = {"ntp.keyid", "Key ID", FIELD_BYTES},
	[NTP_MAC] = {"ntp.mac", "Message Authentication Code", FIELD_BYTES},
	[NTP_EXT] = {"ntp.ext", "Extension", FIELD_NONE},
	[NTP_EXT_TYPE] = {"ntp.ext.type", "Field Type", FIELD_UINT, BASE_HEX, 2,
			  .names = ntp_ext_names},
	[NTP_EXT_LEN] = {"ntp.ext.length", "Length", FIELD_UINT, BASE_DEC, 2},
	[NTP_EXT_VALUE] = {"ntp.ext.value", "Value", FIELD_BYTES},
	[NTP_FLAGS2] = {"ntp.ctrl.flags2", "Flags 2", FIELD_UINT, BASE_HEX, 1},
	[NTP_FLAGS2_R] = {"ntp.ctrl.flags2.r", "Response bit", FIELD_UINT, BASE_DEC, 1, 0x80,
			  .names = ntp_response_names},
	[NTP_FLAGS2_ERROR] = {"ntp.ctrl.flags2.error", "Error bit", FIELD_UINT, BASE_DEC, 1, 0x40},
	[NTP_FLAGS2_MORE] = {"ntp.ctrl.flags2.more", "More bit", FIELD_UINT, BASE_DEC, 1, 0x20},
	[NTP_FLAGS2_OPCODE] = {"ntp.ctrl.flags2.opcode", "Opcode", FIELD_UINT, BASE_DEC, 1, 0x1f,
			       .names = ntp_opcode_names},
	[NTP_SEQUENCE] = {"ntp.ctrl.sequence", "Sequence", FIELD_UINT, BASE_DEC, 2},
	[NTP_STATUS] = {"ntp.ctrl.status", "Status", FIELD_UINT, BASE_HEX, 2},
	[NTP_ERR_STATUS] = {"ntp.ctrl.err_status", "Error Status Word", FIELD_UINT, BASE_DEC, 2,
			    0xff00, .names = ntp_err_status_names},
	[NTP_SYS_LI] = {"ntp.ctrl.sys_status.li", "Leap Indicator", FIELD_UINT, BASE_DEC, 2, 0xc000,
			.names = ntp_sys_li_names},
	[NTP_SYS_CLKSRC] = {"ntp.ctrl.sys_status.clksrc", "Clock Source", FIELD_UINT, BASE_DEC, 2,
			    0x3f00, .names = ntp_sys_clksrc_names},
	[NTP_SYS_COUNT] = {"ntp.ctrl.sys_status.count", "System Event Counter", FIELD_UINT,
			   BASE_DEC, 2, 0xf0},
	[NTP_SYS_CODE] = {"ntp.ctrl.sys_status.code", "System Event Code", FIELD_UINT, BASE_DEC, 2,
			  0xf, .names = ntp_sys_code_names},
	[NTP_PEER_CONFIG] = {"ntp.ctrl.peer_status.config", "Peer Status", FIELD_BOOL, BASE_DEC, 2,
			     0x8000, .yes = "configured (peer.config)",
			     .no = "not configured (peer.config)"},
	[NTP_PEER_AUTHENABLE] = {"ntp.ctrl.peer_status.authenable", "Peer Status", FIELD_BOOL,
				 BASE_DEC, 2, 0x4000,
				 .yes = "authentication enabled (peer.authenable)",
				 .no = "authentication disabled (peer.authenable)"},
	[NTP_PEER_AUTHENTIC] = {"ntp.ctrl.peer_status.authentic", "Peer Status", FIELD_BOOL,
				BASE_DEC, 2, 0x2000, .yes = "authentication okay (peer.authentic)",
				.no = "authentication not okay (peer.authentic)"},
	[NTP_PEER_REACH] = {"ntp.ctrl.peer_status.reach", "Peer Status", FIELD_BOOL, BASE_DEC, 2,
			    0x1000, .yes = "reachability okay (peer.reach != 0)",
			    .no = "reachability not okay (peer.reach != 0)"},
	[NTP_PEER_BCAST] = {"ntp.ctrl.peer_status.bcast", "Peer Status broadcast association",
			    FIELD_BOOL, BASE_DEC, 2, 0x800, .yes = "Set", .no = "Not set"},
	[NTP_PEER_SELECTION] = {"ntp.ctrl.peer_status.selection", "Peer Selection", FIELD_UINT,
				BASE_DEC, 2, 0x700, .names = ntp_peer_selection_names},
	[NTP_PEER_COUNT] = {"ntp.ctrl.peer_status.count", "Peer Event Counter", FIELD_UINT,
			    BASE_DEC, 2, 0xf0},
	[NTP_PEER_CODE] = {"ntp.ctrl.peer_status.code", "Peer Event Code", FIELD_UINT, BASE_DEC, 2,
			   0xf, .names = ntp_peer_code_names},
	[NTP_ASSOCID] = {"ntp.ctrl.associd", "AssociationID", FIELD_UINT, BASE_DEC, 2},
	[NTP_OFFSET] = {"ntp.ctrl.offset", "Offset", FIELD_UINT, BASE_DEC, 2},
	[NTP_COUNT] = {"ntp.ctrl.count", "Count", FIELD_UINT, BASE_DEC, 2},
	[NTP_DATA] = {"ntp.ctrl.data", "Data", FIELD_NONE},
	[NTP_PRIV_R] = {"ntp.priv.flags.r", "Response bit", FIELD_UINT, BASE_DEC, 1, 0x80,
			.names = ntp_response_names},
	[NTP_PRIV_MORE] = {"ntp.priv.flags.more", "More bit", FIELD_UINT, BASE_DEC, 1, 0x40},
	[NTP_AUTH_SEQ] = {"ntp.priv.auth_seq", "Auth, sequence", FIELD_UINT, BASE_DEC, 1},
	[NTP_AUTH] = {"ntp.priv.auth", "Auth bit", FIELD_UINT, BASE_DEC, 1, 0x80},
	[NTP_SEQ] = {"ntp.priv.seq", "Sequence number", FIELD_UINT, BASE_DEC, 1, 0x7f},
	[NTP_IMPL] = {"ntp.priv.impl", "Implementation", FIELD_UINT, BASE_DEC, 1,
		      .names = ntp_impl_names},
	[NTP_REQCODE] = {"ntp.priv.reqcode", "Request code", FIELD_UINT, BASE_DEC, 1,
			 .names = ntp_request_names},
	[NTP_ERR] = {"ntp.priv.err", "Err", FIELD_UINT, BASE_HEX, 1, 0xf0, .names = ntp_err_names},
	[NTP_NUMITEMS] = {"ntp.priv.numitems", "Number of data items", FIELD_UINT, BASE_DEC, 2,
			  0x0fff},
	[NTP_RESERVED] = {"ntp.priv.reserved", "Reserved", FIELD_UINT, BASE_HEX, 1, 0xf0},
	[NTP_ITEMSIZE] = {"ntp.priv.itemsize", "Size of data item", FIELD_UINT, BASE_DEC, 2,
			  0x0fff},
	[NTP_RESPONSE_IN] = {"ntp.response_in", "Response In", FIELD_FRAME},
	[NTP_REQUEST_IN] = {"ntp.request_in", "Request In", FIELD_FRAME},
	[NTP_DELTA] = {"ntp.delta_time", "Delta Time", FIELD_DURATION},
};

static_assert(sizeof(fields) / sizeof(fields[0]) == NTP_FIELDS, "every ntp_field has a row");

#define F(name) FIELD_ID(PROTOCOL_NTP, NTP_##name)

static const char *or_number(const struct value_name *names, uint64_t value, char out[static 16])
{
	const char *name = value_name(names, value);

	if (name)
		return name;
	snprintf(out, 16, "%u", (unsigned)value);
	return out;
}

/* 64 bits since 1900, or since 2036 when the top bit is clear (RFC 4330 s. 3). */
static void say_time(struct dissect *d, struct cursor *c, uint16_t id)
{
	uint32_t at = c->at;
	uint32_t seconds = cursor_be32(c), fraction = cursor_be32(c);
	int64_t since_1970 = (int64_t)seconds - NTP_EPOCH;

	if (!(seconds & 0x80000000))
		since_1970 += (int64_t)1 << 32;
	if (!cursor_ok(c))
		return;
	if (!seconds && !fraction) {
		d->item = tree_int(d->tree, id, at, 8, 0);
		item_text(d->tree, d->item, "%s: NULL", field_get(id)->label);
		return;
	}
	d->item = tree_int(d->tree, id, at, 8,
			   since_1970 * NSEC_PER_SEC +
				   (int64_t)((uint64_t)fraction * NSEC_PER_SEC >> 32));
}

static void say_refid(struct dissect *d, struct cursor *c, uint64_t stratum)
{
	struct cursor again = *c;
	uint8_t b[4];

	cursor_copy(&again, b, 4);
	say_bytes(d, c, F(REFID), 4);
	if (!cursor_ok(c) || !dissect_wants_text(d))
		return;
	if (!(b[0] | b[1] | b[2] | b[3]))
		item_text(d->tree, d->item, "Reference ID: NULL");
	else if (stratum <= STRATUM_PRIMARY)
		item_text(d->tree, d->item, "Reference ID: Unidentified reference source '%.4s'",
			  (const char *)(const void *)b);
	else
		item_text(d->tree, d->item, "Reference ID: %u.%u.%u.%u", b[0], b[1], b[2], b[3]);
}

static void say_fixed(struct dissect *d, struct cursor *c, uint16_t id)
{
	uint64_t number = say_uint(d, c, id, 4);

	item_text(d->tree, d->item, "%s: %8.6f seconds", field_get(id)->label,
		  (double)number / 65536);
}

/* RFC 7822: fields of at least 16 bytes; what is no longer than a MAC is one. */
static void say_extensions(struct dissect *d, struct cursor *c)
{
	while (cursor_ok(c) && cursor_left(c) > MAC_LEN_MAX && dissect_step(d)) {
		struct cursor ahead = *c;
		uint32_t type = cursor_be16(&ahead), len = cursor_be16(&ahead), before;

		(void)type;
		if (len < 4 || len > cursor_left(c)) {
			cursor_malformed(c);
			return;
		}
		d->item = tree_uint(d->tree, F(EXT), c->at, len, 0);
		before = say_open(d);
		say_uint(d, c, F(EXT_TYPE), 2);
		say_uint(d, c, F(EXT_LEN), 2);
		if (len > 4)
			say_bytes(d, c, F(EXT_VALUE), len - 4);
		say_close(d, before);
	}
}

static double power_of_two(int exponent)
{
	double value = 1;

	for (; exponent > 0; exponent--)
		value *= 2;
	for (; exponent < 0; exponent++)
		value /= 2;
	return value;
}

static void say_standard(struct dissect *d, struct cursor *c)
{
	uint64_t stratum = say_uint(d, c, F(STRATUM), 1), poll, precision;

	poll = say_uint(d, c, F(POLL), 1);
	if (poll >= POLL_MIN && poll <= POLL_MAX)
		item_text(d->tree, d->item, "Peer Polling Interval: %u (%u seconds)",
			  (unsigned)poll, 1u << poll);
	else
		item_text(d->tree, d->item, "Peer Polling Interval: invalid (%u)", (unsigned)poll);
	precision = say_uint(d, c, F(PRECISION), 1);
	item_text(d->tree, d->item, "Peer Clock Precision: %8.6f seconds",
		  power_of_two((int8_t)precision));
	say_fixed(d, c, F(ROOT_DELAY));
	say_fixed(d, c, F(ROOT_DISPERSION));
	say_refid(d, c, stratum);
	say_time(d, c, F(REFTIME));
	say_time(d, c, F(ORG));
	say_time(d, c, F(REC));
	say_time(d, c, F(XMT));
	say_extensions(d, c);
	if (cursor_left(c))
		say_bytes(d, c, F(KEYID), 4);
	if (cursor_left(c))
		say_bytes(d, c, F(MAC), cursor_left(c));
}

static const uint16_t peer_bits[] = {F(PEER_CONFIG), F(PEER_AUTHENABLE), F(PEER_AUTHENTIC),
				     F(PEER_REACH),  F(PEER_BCAST),      F(PEER_SELECTION),
				     F(PEER_COUNT),  F(PEER_CODE)};

/* RFC 9327 s. 4: what the status word means depends on who answers about what. */
static void say_status(struct dissect *d, struct cursor *c, uint64_t flags)
{
	static const uint16_t error[] = {F(ERR_STATUS)};
	static const uint16_t system[] = {F(SYS_LI), F(SYS_CLKSRC), F(SYS_COUNT), F(SYS_CODE)};
	uint64_t opcode = flags & OPCODE_MASK;
	uint32_t at = c->at, before;
	uint64_t status = say_uint(d, c, F(STATUS), 2);
	struct cursor ahead = *c;
	uint16_t association = cursor_be16(&ahead);

	if (!(flags & FLAG_RESPONSE) || !cursor_ok(c))
		return;
	before = say_open(d);
	if (flags & FLAG_ERROR)
		say_bits(d, at, 2, status, error, 1);
	else if ((opcode == OPCODE_READSTAT || opcode == OPCODE_READVAR) && !association)
		say_bits(d, at, 2, status, system, 4);
	else if (opcode == OPCODE_READSTAT || opcode == OPCODE_READVAR)
		say_bits(d, at, 2, status, peer_bits, 8);
	say_close(d, before);
}

/* RFC 9327 s. 4.1: all associations, each with the status of its peer. */
static void say_peers(struct dissect *d, struct cursor *c)
{
	while (cursor_left(c) >= 4 && dissect_step(d)) {
		uint32_t at, before;
		uint64_t status;

		say_uint(d, c, F(ASSOCID), 2);
		at = c->at;
		status = say_uint(d, c, F(STATUS), 2);
		before = say_open(d);
		if (cursor_ok(c))
			say_bits(d, at, 2, status, peer_bits, 8);
		say_close(d, before);
	}
}

static void say_control(struct dissect *d, struct cursor *c)
{
	static const uint16_t bits[] = {F(FLAGS2_R), F(FLAGS2_ERROR), F(FLAGS2_MORE),
					F(FLAGS2_OPCODE)};
	uint32_t at = c->at, before;
	uint64_t flags = say_uint(d, c, F(FLAGS2), 1), count;
	struct cursor data;
	char number[16];

	item_append(d->tree, d->item, ", Response bit: %s, Opcode: %s",
		    flags & 0x80 ? "Response" : "Request",
		    or_number(ntp_opcode_names, flags & 0x1f, number));
	before = say_open(d);
	if (cursor_ok(c))
		say_bits(d, at, 1, flags, bits, 4);
	say_close(d, before);
	say_uint(d, c, F(SEQUENCE), 2);
	say_status(d, c, flags);
	say_uint(d, c, F(ASSOCID), 2);
	say_uint(d, c, F(OFFSET), 2);
	count = say_uint(d, c, F(COUNT), 2);
	data = cursor_take(c, (uint32_t)count);
	if (!count || !cursor_ok(c))
		return;
	d->item = tree_uint(d->tree, F(DATA), data.at, (uint32_t)count, 0);
	before = say_open(d);
	if ((flags & (FLAG_RESPONSE | OPCODE_MASK)) == (FLAG_RESPONSE | OPCODE_READSTAT))
		say_peers(d, &data);
	if (data.status == CURSOR_TRUNCATED)
		c->status = data.status;
	say_close(d, before);
}

static void say_private(struct dissect *d, struct cursor *c, uint64_t flags)
{
	static const uint16_t bits[] = {F(AUTH), F(SEQ)};
	uint32_t at = c->at, before;
	uint64_t auth = say_uint(d, c, F(AUTH_SEQ), 1), code;
	struct cursor again;
	char number[16];

	before = say_open(d);
	if (cursor_ok(c))
		say_bits(d, at, 1, auth, bits, 2);
	say_close(d, before);
	say_uint(d, c, F(IMPL), 1);
	code = say_uint(d, c, F(REQCODE), 1);
	again = *c;
	say_uint(d, &again, F(ERR), 1);
	say_uint(d, c, F(NUMITEMS), 2);
	again = *c;
	say_uint(d, &again, F(RESERVED), 1);
	say_uint(d, c, F(ITEMSIZE), 2);
	info_add(d, ", %s, %s", flags & 0x80 ? "Response" : "Request",
		 or_number(ntp_request_names, code, number));
	cursor_skip(c, cursor_left(c));
}

static void say_flags(struct dissect *d, struct cursor *c, uint64_t flags)
{
	static const uint16_t plain[] = {F(LI), F(VN), F(MODE)};
	static const uint16_t private[] = {F(PRIV_R), F(PRIV_MORE), F(VN), F(MODE)};
	bool is_private = (flags & 7) == MODE_PRIVATE;
	uint32_t at = c->at, before;

	say_uint(d, c, F(FLAGS), 1);
	item_append(d->tree, d->item, ", %s: %s, Version number: %s, Mode: %s",
		    is_private ? "Response bit" : "Leap Indicator",
		    is_private ? value_name(ntp_response_names, flags >> 7)
			       : value_name(ntp_leap_names, flags >> 6),
		    value_name(ntp_version_names, flags >> 3 & 7),
		    value_name(ntp_mode_names, flags & 7));
	before = say_open(d);
	say_bits(d, at, 1, flags, is_private ? private : plain, is_private ? 4 : 3);
	say_close(d, before);
}

/* What request and reply share, from behind the flags on; false: nobody answers this. */
static bool read_query(struct cursor c, uint8_t flags, struct pair_query *query)
{
	uint8_t mode = flags & 7;

	*query = (struct pair_query) {.kind = PAIR_NTP, .ports = true, .many = true};
	if (mode == MODE_CLIENT || mode == MODE_SERVER) {
		query->reply = mode == MODE_SERVER;
		cursor_skip(&c, query->reply ? ORIGIN_AT - 1 : TRANSMIT_AT - 1);
		query->number = cursor_be64(&c);
	} else if (mode == MODE_CONTROL) {
		query->reply = cursor_u8(&c) & FLAG_RESPONSE;
		query->number = cursor_be16(&c);
	} else if (mode == MODE_PRIVATE) {
		query->reply = flags & FLAG_RESPONSE;
		query->number = (uint64_t)(cursor_u8(&c) & SEQUENCE_MASK) << 8;
		cursor_skip(&c, 1);
		query->number |= cursor_u8(&c);
	} else {
		return false;
	}
	return cursor_ok(&c);
}

static void say_other(struct dissect *d, const struct cursor *c, uint8_t flags)
{
	struct pair_query query;
	struct pair_view view;

	if (!read_query(*c, flags, &query))
		return;
	view = dissect_pair(d, &query);
	if (!view.frame)
		return;
	item_flag(
		tree_uint(d->tree, query.reply ? F(REQUEST_IN) : F(RESPONSE_IN), 0, 0, view.frame),
		ITEM_GENERATED);
	if (query.reply)
		item_flag(tree_int(d->tree, F(DELTA), 0, 0, view.time), ITEM_GENERATED);
}

static void dissect_ntp(struct dissect *d, struct cursor *c)
{
	struct cursor ahead = *c;
	uint8_t flags = cursor_u8(&ahead), mode = flags & 7;
	const char *version = value_name(ntp_version_names, flags >> 3 & 7);

	if (!cursor_ok(&ahead)) {
		c->status = ahead.status;
		return;
	}
	info_set(d, "%s, %s", version, short_modes[mode]);
	say_heading(d, "Network Time Protocol (%s, %s)", version, short_modes[mode]);
	say_flags(d, c, flags);
	say_other(d, c, flags);
	if (mode == MODE_CONTROL)
		say_control(d, c);
	else if (mode == MODE_PRIVATE)
		say_private(d, c, flags);
	else
		say_standard(d, c);
}

const struct dissector ntp_dissector = {fields, NTP_FIELDS, dissect_ntp};
