// SPDX-License-Identifier: Apache-2.0
// Internet Group Management Protocol, versions 0 to 3 (RFC 988, 1112, 2236, 3376).
#include "proto/igmp.h"

#include <assert.h>

#include "proto/verify.h"

#define IGMP_V3_QUERY_MIN 12 /* RFC 3376 s. 7.1: shorter queries are older */
#define IGMP_V0_KEY_LEN   8  /* RFC 988 appendix I */

enum igmp_type {
	IGMP_QUERY = 0x11,
	IGMP_V1_REPORT = 0x12,
	IGMP_DVMRP = 0x13,
	IGMP_PIM = 0x14,
	IGMP_V2_REPORT = 0x16,
	IGMP_LEAVE = 0x17,
	IGMP_TRACE_RESPONSE = 0x1e,
	IGMP_TRACE = 0x1f,
	IGMP_V3_REPORT = 0x22,
};

enum igmp_record {
	RECORD_IS_INCLUDE = 1,
	RECORD_IS_EXCLUDE = 2,
	RECORD_TO_INCLUDE = 3,
	RECORD_TO_EXCLUDE = 4,
	RECORD_ALLOW = 5,
	RECORD_BLOCK = 6,
};

enum igmp_field {
	IGMP_PROTOCOL,
	IGMP_TYPE,
	IGMP_RESERVED,
	IGMP_VERSION,
	IGMP_GROUP_TYPE,
	IGMP_REPLY,
	IGMP_REPLY_PENDING,
	IGMP_CHECKSUM,
	IGMP_CHECKSUM_STATUS,
	IGMP_IDENTIFIER,
	IGMP_ACCESS_KEY,
	IGMP_MAX_RESP,
	IGMP_MAX_RESP_EXP,
	IGMP_MAX_RESP_MANT,
	IGMP_S,
	IGMP_QRV,
	IGMP_QQIC,
	IGMP_NUM_SRC,
	IGMP_SADDR,
	IGMP_NUM_GRP_RECS,
	IGMP_RECORD_TYPE,
	IGMP_AUX_DATA_LEN,
	IGMP_MADDR,
	IGMP_AUX_DATA,
	IGMP_DATA,
	IGMP_BAD_CHECKSUM,
	IGMP_FIELDS
};

static const struct value_name type_names[] = {
	VALUE(0x01, "Create Group Request"),
	VALUE(0x02, "Create Group Reply"),
	VALUE(0x03, "Join Group Request"),
	VALUE(0x04, "Join Group Reply"),
	VALUE(0x05, "Leave Group Request"),
	VALUE(0x06, "Leave Group Reply"),
	VALUE(0x07, "Confirm Group Request"),
	VALUE(0x08, "Confirm Group Reply"),
	VALUE(IGMP_QUERY, "Membership Query"),
	VALUE(IGMP_V1_REPORT, "Membership Report"),
	VALUE(IGMP_DVMRP, "DVMRP Protocol"),
	VALUE(IGMP_PIM, "PIM Routing Message"),
	VALUE(IGMP_V2_REPORT, "Membership Report"),
	VALUE(IGMP_LEAVE, "Leave Group"),
	VALUE(IGMP_TRACE_RESPONSE, "Traceroute Response"),
	VALUE(IGMP_TRACE, "Traceroute Query or Request"),
	VALUE(IGMP_V3_REPORT, "Membership Report"),
	VALUE_END,
};

static const struct value_name record_names[] = {
	VALUE(RECORD_IS_INCLUDE, "Mode Is Include"),
	VALUE(RECORD_IS_EXCLUDE, "Mode Is Exclude"),
	VALUE(RECORD_TO_INCLUDE, "Change To Include Mode"),
	VALUE(RECORD_TO_EXCLUDE, "Change To Exclude Mode"),
	VALUE(RECORD_ALLOW, "Allow New Sources"),
	VALUE(RECORD_BLOCK, "Block Old Sources"),
	VALUE_END,
};

static const struct value_name group_type_names[] = {
	VALUE(0, "Public Group"),
	VALUE(1, "Private Group"),
	VALUE_END,
};

static const struct value_name reply_names[] = {
	VALUE(0, "Request Granted"),
	VALUE(1, "Request Denied, No Resources"),
	VALUE(2, "Request Denied, Invalid Code"),
	VALUE(3, "Request Denied, Invalid Group Address"),
	VALUE(4, "Request Denied, Invalid Access Key"),
	VALUE_END,
};

static const struct field fields[] = {
	[IGMP_PROTOCOL] = {"igmp", "Internet Group Management Protocol", FIELD_PROTOCOL},
	[IGMP_TYPE] = {"igmp.type", "Type", FIELD_UINT, BASE_HEX, 1, .names = type_names},
	[IGMP_RESERVED] = {"igmp.reserved", "Reserved", FIELD_BYTES},
	[IGMP_VERSION] = {"igmp.version", "IGMP Version", FIELD_UINT, BASE_DEC, 1},
	[IGMP_GROUP_TYPE] = {"igmp.group_type", "Type Of Group", FIELD_UINT, BASE_DEC, 1,
			     .names = group_type_names},
	[IGMP_REPLY] = {"igmp.reply", "Reply", FIELD_UINT, BASE_DEC, 1, .names = reply_names},
	[IGMP_REPLY_PENDING] = {"igmp.reply.pending", "Reply Pending", FIELD_UINT, BASE_DEC, 1},
	[IGMP_CHECKSUM] = {"igmp.checksum", "Checksum", FIELD_UINT, BASE_HEX, 2},
	[IGMP_CHECKSUM_STATUS] = {"igmp.checksum.status", "Checksum Status", FIELD_UINT, BASE_NAME,
				  1, .names = checksum_status_names},
	[IGMP_IDENTIFIER] = {"igmp.identifier", "Identifier", FIELD_UINT, BASE_DEC, 4},
	[IGMP_ACCESS_KEY] = {"igmp.access_key", "Access Key", FIELD_BYTES},
	[IGMP_MAX_RESP] = {"igmp.max_resp", "Max Resp Time", FIELD_UINT, BASE_DEC, 1},
	[IGMP_MAX_RESP_EXP] = {"igmp.max_resp.exp", "Exponent", FIELD_UINT, BASE_HEX, 1, 0x70},
	[IGMP_MAX_RESP_MANT] = {"igmp.max_resp.mant", "Mantissa", FIELD_UINT, BASE_HEX, 1, 0x0f},
	[IGMP_S] = {"igmp.s", "S", FIELD_BOOL, BASE_DEC, 1, 0x08,
		    .yes = "Suppress router side processing",
		    .no = "Do not suppress router side processing"},
	[IGMP_QRV] = {"igmp.qrv", "QRV", FIELD_UINT, BASE_DEC, 1, 0x07},
	[IGMP_QQIC] = {"igmp.qqic", "QQIC", FIELD_UINT, BASE_DEC, 1},
	[IGMP_NUM_SRC] = {"igmp.num_src", "Num Src", FIELD_UINT, BASE_DEC, 2},
	[IGMP_SADDR] = {"igmp.saddr", "Source Address", FIELD_IPV4},
	[IGMP_NUM_GRP_RECS] = {"igmp.num_grp_recs", "Num Group Records", FIELD_UINT, BASE_DEC, 2},
	[IGMP_RECORD_TYPE] = {"igmp.record_type", "Record Type", FIELD_UINT, BASE_DEC, 1,
			      .names = record_names},
	[IGMP_AUX_DATA_LEN] = {"igmp.aux_data_len", "Aux Data Len", FIELD_UINT, BASE_DEC, 1},
	[IGMP_MADDR] = {"igmp.maddr", "Multicast Address", FIELD_IPV4},
	[IGMP_AUX_DATA] = {"igmp.aux_data", "Aux Data", FIELD_BYTES},
	[IGMP_DATA] = {"igmp.data", "Data", FIELD_BYTES},
	[IGMP_BAD_CHECKSUM] = {"igmp.bad_checksum", "Bad checksum", FIELD_NONE},
};

static_assert(sizeof(fields) / sizeof(fields[0]) == IGMP_FIELDS, "every igmp_field has a row");

#define F(name) FIELD_ID(PROTOCOL_IGMP, IGMP_##name)

static const struct verify_fields checksum_fields = {F(CHECKSUM), F(CHECKSUM_STATUS),
						     F(BAD_CHECKSUM)};

static void say_version(struct dissect *d, unsigned version)
{
	static const char *const names[] = {"IGMPv0", "IGMPv1", "IGMPv2", "IGMPv3"};

	if (!d->depth)
		d->protocol = names[version];
	/* Each version is a protocol of the same name within it. */
	dissect_trail_add(d, PROTOCOL_IGMP);
	item_flag(tree_uint(d->tree, F(VERSION), 0, 0, version), ITEM_GENERATED);
}

/* RFC 3376 s. 4.1.1: from 128 on the code is a small floating-point number. */
static void say_max_resp(struct dissect *d, struct cursor *c, unsigned version)
{
	uint32_t at = c->at;
	unsigned code = cursor_u8(c);
	unsigned tenths = code;
	uint32_t open;

	if (!cursor_ok(c))
		return;
	if (version == 3 && code >= 128)
		tenths = ((code & 0x0f) | 0x10) << (((code >> 4) & 7) + 3);
	d->item = tree_uint(d->tree, F(MAX_RESP), at, 1, tenths);
	item_text(d->tree, d->item, "Max Resp Time: %u.%u sec (0x%02x)", tenths / 10, tenths % 10,
		  code);
	if (version != 3 || code < 128)
		return;
	open = say_open(d);
	say_bits(d, at, 1, code, (const uint16_t[]) {F(MAX_RESP_EXP), F(MAX_RESP_MANT)}, 2);
	say_close(d, open);
}

static void info_address(struct dissect *d, const char *before, const struct addr *a)
{
	char text[ADDR_TEXT_MAX];

	info_add(d, "%s%s", before, addr_text(a, text));
}

/* Sources; in the column as well when that is wanted. */
static void say_sources(struct dissect *d, struct cursor *c, unsigned count, bool in_info)
{
	for (unsigned i = 0; i < count && cursor_ok(c) && dissect_step(d); i++) {
		struct addr source = say_ipv4(d, c, F(SADDR));

		if (in_info && cursor_ok(c))
			info_address(d, i ? ", " : "", &source);
	}
}

static void read_query(struct dissect *d, struct cursor *c, unsigned version, uint32_t sum,
		       bool known)
{
	struct addr group;
	unsigned count, robust;
	uint32_t at;

	if (version == 1)
		say_bytes(d, c, F(RESERVED), 1);
	else
		say_max_resp(d, c, version);
	say_checksum(d, c, &checksum_fields, sum, known);
	group = say_ipv4(d, c, F(MADDR));
	if (version > 1 && cursor_ok(c)) {
		if (addr_is_any(&group))
			info_add(d, ", general");
		else
			info_address(d, ", specific for group ", &group);
	}
	if (version < 3)
		return;
	at = c->at;
	robust = cursor_u8(c);
	if (cursor_ok(c))
		say_bits(d, at, 1, robust, (const uint16_t[]) {F(S), F(QRV)}, 2);
	say_uint(d, c, F(QQIC), 1);
	count = (unsigned)say_uint(d, c, F(NUM_SRC), 2);
	if (count)
		info_add(d, ", source%s {", count > 1 ? "s" : "");
	say_sources(d, c, count, true);
	if (count)
		info_add(d, "}");
}

static void info_record(struct dissect *d, unsigned type, unsigned count, const char *group)
{
	const char *plural = count > 1 ? "s" : "";

	switch (type) {
	case RECORD_IS_INCLUDE:
	case RECORD_TO_INCLUDE:
		if (count)
			info_add(d, " / Join group %s for source%s {", group, plural);
		else
			info_add(d, " / Leave group %s", group);
		break;
	case RECORD_IS_EXCLUDE:
	case RECORD_TO_EXCLUDE:
		if (count)
			info_add(d, " / Join group %s, not for source%s {", group, plural);
		else
			info_add(d, " / Join group %s for any sources", group);
		break;
	case RECORD_ALLOW:
		if (count)
			info_add(d, " / Group %s, new source%s {", group, plural);
		else
			info_add(d, " / Group %s, ALLOW_NEW_SOURCES but no source specified (?)",
				 group);
		break;
	case RECORD_BLOCK:
		if (count)
			info_add(d, " / Group %s, block source%s {", group, plural);
		else
			info_add(d, " / Group %s, BLOCK_OLD_SOURCES but no source specified (?)",
				 group);
		break;
	default:
		break;
	}
}

/* RFC 3376 s. 4.2.4 */
static void read_record(struct dissect *d, struct cursor *c)
{
	struct cursor ahead = *c;
	unsigned type = cursor_u8(&ahead);
	unsigned aux = cursor_u8(&ahead) * 4u;
	unsigned count = cursor_be16(&ahead);
	char text[ADDR_TEXT_MAX];
	uint8_t bytes[4];
	const char *name = value_name(record_names, type);
	struct addr group;
	uint32_t open;

	cursor_copy(&ahead, bytes, sizeof(bytes));
	group = addr_v4(bytes);
	if (!cursor_ok(&ahead)) {
		c->status = ahead.status;
		return;
	}
	addr_text(&group, text);
	say_line(d, c->at, 8 + aux + count * 4, "Group Record : %s  %s", text,
		 name ? name : "Unknown");
	open = say_open(d);
	say_uint(d, c, F(RECORD_TYPE), 1);
	say_uint(d, c, F(AUX_DATA_LEN), 1);
	say_uint(d, c, F(NUM_SRC), 2);
	say_ipv4(d, c, F(MADDR));
	info_record(d, type, count, text);
	say_sources(d, c, count, true);
	if (count && type >= RECORD_IS_INCLUDE && type <= RECORD_BLOCK)
		info_add(d, "}");
	if (aux)
		say_bytes(d, c, F(AUX_DATA), aux);
	say_close(d, open);
}

static void read_v3_report(struct dissect *d, struct cursor *c, uint32_t sum, bool known)
{
	unsigned count;

	say_bytes(d, c, F(RESERVED), 1);
	say_checksum(d, c, &checksum_fields, sum, known);
	say_bytes(d, c, F(RESERVED), 2);
	count = (unsigned)say_uint(d, c, F(NUM_GRP_RECS), 2);
	for (unsigned i = 0; i < count && cursor_ok(c) && dissect_step(d); i++)
		read_record(d, c);
}

/* RFC 988 appendix I: even types answer. */
static void read_v0(struct dissect *d, struct cursor *c, unsigned type, uint32_t sum, bool known)
{
	struct cursor ahead = *c;
	unsigned code = cursor_u8(&ahead);

	if (type & 1 && type == 1)
		say_uint(d, c, F(GROUP_TYPE), 1);
	else if (type & 1)
		say_bytes(d, c, F(RESERVED), 1);
	else
		say_uint(d, c, code < 5 ? F(REPLY) : F(REPLY_PENDING), 1);
	say_checksum(d, c, &checksum_fields, sum, known);
	say_uint(d, c, F(IDENTIFIER), 4);
	say_ipv4(d, c, F(MADDR));
	say_bytes(d, c, F(ACCESS_KEY), IGMP_V0_KEY_LEN);
}

static unsigned version_of(unsigned type, const struct cursor *c)
{
	struct cursor ahead = *c;

	switch (type) {
	case IGMP_QUERY:
		if (cursor_left(c) >= IGMP_V3_QUERY_MIN)
			return 3;
		cursor_skip(&ahead, 1);
		return cursor_u8(&ahead) ? 2 : 1;
	case IGMP_V1_REPORT:
		return 1;
	case IGMP_V3_REPORT:
		return 3;
	default:
		return type >= 1 && type <= 8 ? 0 : 2;
	}
}

static void read_rest(struct dissect *d, struct cursor *c)
{
	if (cursor_left(c))
		say_bytes(d, c, F(DATA), cursor_held(c));
	cursor_skip(c, cursor_left(c));
}

static void dissect_igmp(struct dissect *d, struct cursor *c)
{
	struct cursor whole = *c;
	struct cursor ahead = *c;
	unsigned type = cursor_u8(&ahead);
	unsigned version = version_of(type, c);
	const char *name = value_name(type_names, type);
	struct addr group;
	uint32_t sum;
	bool known;

	sum = verify_sum(&whole, 0, &known);
	if (!cursor_ok(&ahead)) {
		*c = ahead;
		return;
	}
	say_version(d, version);
	if (name)
		info_set(d, "%s", name);
	else
		info_set(d, "Unknown Type:0x%02x", type);
	say_uint(d, c, F(TYPE), 1);
	if (type == IGMP_QUERY) {
		read_query(d, c, version, sum, known);
	} else if (type == IGMP_V3_REPORT) {
		read_v3_report(d, c, sum, known);
	} else if (version == 0) {
		read_v0(d, c, type, sum, known);
	} else if (type == IGMP_V1_REPORT) {
		say_bytes(d, c, F(RESERVED), 1);
		say_checksum(d, c, &checksum_fields, sum, known);
		say_ipv4(d, c, F(MADDR));
	} else if (type == IGMP_V2_REPORT || type == IGMP_LEAVE) {
		say_max_resp(d, c, version);
		say_checksum(d, c, &checksum_fields, sum, known);
		group = say_ipv4(d, c, F(MADDR));
		if (cursor_ok(c))
			info_address(d, type == IGMP_LEAVE ? " " : " group ", &group);
	}
	if (cursor_ok(c))
		read_rest(d, c);
}

const struct dissector igmp_dissector = {fields, IGMP_FIELDS, dissect_igmp};
