// SPDX-License-Identifier: Apache-2.0
// Open Shortest Path First, versions 2 (RFC 2328) and 3 (RFC 5340): all headers, no LSA bodies.
#include "proto/ospf.h"

#include <assert.h>

#include "proto/verify.h"
#include "wire/checksum.h"

#define IP_OSPF          89
#define OSPF_V2_HEADER   24 /* RFC 2328 s. A.3.1 */
#define OSPF_V3_HEADER   16 /* RFC 5340 s. A.3.1 */
#define OSPF_AUTH_AT     16
#define OSPF_LSA_HEADER  20
#define OSPF_LSA_TYPE_V3 0x1fff

enum ospf_message {
	OSPF_HELLO = 1,
	OSPF_DBDESC = 2,
	OSPF_LSREQ = 3,
	OSPF_LSUPDATE = 4,
	OSPF_LSACK = 5,
};

enum ospf_auth {
	OSPF_AUTH_NONE = 0,
	OSPF_AUTH_SIMPLE = 1,
	OSPF_AUTH_CRYPT = 2,
};

enum ospf_field {
	OSPF_PROTOCOL,
	OSPF_HEADER,
	OSPF_VERSION,
	OSPF_MSG,
	OSPF_PACKET_LENGTH,
	OSPF_SRCROUTER,
	OSPF_AREA_ID,
	OSPF_CHECKSUM,
	OSPF_AUTH_TYPE,
	OSPF_AUTH_NONE_DATA,
	OSPF_AUTH_SIMPLE_DATA,
	OSPF_AUTH_KEY_ID,
	OSPF_AUTH_LENGTH,
	OSPF_AUTH_SEQUENCE,
	OSPF_AUTH_DATA,
	OSPF_AUTH_UNKNOWN,
	OSPF_INSTANCE_ID,
	OSPF_RESERVED,
	OSPF_MSG_HELLO,
	OSPF_MSG_DBDESC,
	OSPF_MSG_LSREQ,
	OSPF_MSG_LSUPDATE,
	OSPF_MSG_LSACK,
	OSPF_F_HELLO,
	OSPF_HELLO_MASK,
	OSPF_HELLO_INTERFACE,
	OSPF_HELLO_INTERVAL,
	OSPF_HELLO_PRIORITY,
	OSPF_HELLO_DEAD,
	OSPF_HELLO_DESIGNATED,
	OSPF_HELLO_BACKUP,
	OSPF_HELLO_NEIGHBOR,
	OSPF_V2_OPTIONS,
	OSPF_V2_DN,
	OSPF_V2_O,
	OSPF_V2_DC,
	OSPF_V2_L,
	OSPF_V2_N,
	OSPF_V2_MC,
	OSPF_V2_E,
	OSPF_V2_MT,
	OSPF_V3_OPTIONS,
	OSPF_V3_AT,
	OSPF_V3_L,
	OSPF_V3_AF,
	OSPF_V3_DC,
	OSPF_V3_R,
	OSPF_V3_N,
	OSPF_V3_MC,
	OSPF_V3_E,
	OSPF_V3_V6,
	OSPF_DB_MTU,
	OSPF_DB_FLAGS,
	OSPF_DB_R,
	OSPF_DB_I,
	OSPF_DB_M,
	OSPF_DB_MS,
	OSPF_DB_SEQUENCE,
	OSPF_LSA_AGE,
	OSPF_LSA_DONOTAGE,
	OSPF_LSA_DONOTAGE_V3,
	OSPF_LSA_TYPE,
	OSPF_LSA_TYPE_LONG,
	OSPF_LSA_ID,
	OSPF_LINK_STATE_ID,
	OSPF_ADVROUTER,
	OSPF_LSA_SEQUENCE,
	OSPF_LSA_CHECKSUM,
	OSPF_LSA_LENGTH,
	OSPF_V3_LSA,
	OSPF_V3_LSA_U,
	OSPF_V3_LSA_S12,
	OSPF_V3_LSA_FC,
	OSPF_LS_COUNT,
	OSPF_IS_ROUTER,
	OSPF_IS_NETWORK,
	OSPF_IS_SUMMARY,
	OSPF_IS_ASBR,
	OSPF_IS_ASEXT,
	OSPF_IS_MEMBER,
	OSPF_IS_NSSA,
	OSPF_IS_ATTR,
	OSPF_IS_OPAQUE,
	OSPF_IS3_ROUTER,
	OSPF_IS3_NETWORK,
	OSPF_IS3_PREFIX,
	OSPF_IS3_ASBR,
	OSPF_IS3_ASEXT,
	OSPF_IS3_MEMBER,
	OSPF_IS3_NSSA,
	OSPF_IS3_LINK,
	OSPF_IS3_INTRA,
	OSPF_FIELDS
};

static const struct value_name message_names[] = {
	VALUE(OSPF_HELLO, "Hello Packet"),   VALUE(OSPF_DBDESC, "DB Description"),
	VALUE(OSPF_LSREQ, "LS Request"),     VALUE(OSPF_LSUPDATE, "LS Update"),
	VALUE(OSPF_LSACK, "LS Acknowledge"), VALUE_END,
};

static const struct value_name auth_names[] = {
	VALUE(OSPF_AUTH_NONE, "Null"),
	VALUE(OSPF_AUTH_SIMPLE, "Simple password"),
	VALUE(OSPF_AUTH_CRYPT, "Cryptographic"),
	VALUE_END,
};

static const struct value_name lsa_names[] = {
	VALUE(1, "Router-LSA"),
	VALUE(2, "Network-LSA"),
	VALUE(3, "Summary-LSA (IP network)"),
	VALUE(4, "Summary-LSA (ASBR)"),
	VALUE(5, "AS-External-LSA (ASBR)"),
	VALUE(6, "Group Membership LSA"),
	VALUE(7, "NSSA AS-External-LSA"),
	VALUE(8, "External Attributes LSA"),
	VALUE(9, "Opaque LSA, Link-local scope"),
	VALUE(10, "Opaque LSA, Area-local scope"),
	VALUE(11, "Opaque LSA, AS-local scope"),
	VALUE_END,
};

static const struct value_name v3_lsa_names[] = {
	VALUE(1, "Router-LSA"),
	VALUE(2, "Network-LSA"),
	VALUE(3, "Inter-Area-Prefix-LSA"),
	VALUE(4, "Inter-Area-Router-LSA"),
	VALUE(5, "AS-External-LSA"),
	VALUE(6, "Group-Membership-LSA"),
	VALUE(7, "NSSA-LSA"),
	VALUE(8, "Link-LSA"),
	VALUE(9, "Intra-Area-Prefix-LSA"),
	VALUE(12, "Router Information Opaque-LSA"),
	VALUE_END,
};

static const struct value_name scope_names[] = {
	VALUE(0, "Link-Local Scoping - Flooded only on originating link"),
	VALUE(1, "Area Scoping - Flooded only in originating area"),
	VALUE(2, "AS Scoping - Flooded throughout AS"),
	VALUE(3, "Reserved"),
	VALUE_END,
};

static const struct value_name instance_names[] = {
	{0, 31, "IPv6 unicast AF"},     {32, 63, "IPv6 multicast AF"}, {64, 95, "IPv4 unicast AF"},
	{96, 127, "IPv4 multicast AF"}, {128, 255, "Reserved"},        VALUE_END,
};

/* clang-format off */
#define NUMBER(filter, text, base, width) {filter, text, FIELD_UINT, base, width}
#define NAMED(filter, text, base, width, mask, table) \
	{filter, text, FIELD_UINT, base, width, mask, .names = table}
#define BIT(filter, text, width, bit, on, off) \
	{filter, text, FIELD_BOOL, BASE_DEC, width, bit, .yes = on, .no = off}
#define SET(filter, text, width, bit) BIT(filter, text, width, bit, "Set", "Not set")
#define MARK(filter, text) {filter, text, FIELD_BOOL}
#define QUAD(filter, text) {filter, text, FIELD_IPV4}

static const struct field fields[] = {
	[OSPF_PROTOCOL] = {"ospf", "Open Shortest Path First", FIELD_PROTOCOL},
	[OSPF_HEADER] = {"ospf.header", "OSPF Header", FIELD_NONE},
	[OSPF_VERSION] = NUMBER("ospf.version", "Version", BASE_DEC, 1),
	[OSPF_MSG] = NAMED("ospf.msg", "Message Type", BASE_DEC, 1, 0, message_names),
	[OSPF_PACKET_LENGTH] = NUMBER("ospf.packet_length", "Packet Length", BASE_DEC, 2),
	[OSPF_SRCROUTER] = QUAD("ospf.srcrouter", "Source OSPF Router"),
	[OSPF_AREA_ID] = QUAD("ospf.area_id", "Area ID"),
	[OSPF_CHECKSUM] = NUMBER("ospf.checksum", "Checksum", BASE_HEX, 2),
	[OSPF_AUTH_TYPE] = NAMED("ospf.auth.type", "Auth Type", BASE_DEC, 2, 0, auth_names),
	[OSPF_AUTH_NONE_DATA] = {"ospf.auth.none", "Auth Data (none)", FIELD_BYTES},
	[OSPF_AUTH_SIMPLE_DATA] = {"ospf.auth.simple", "Auth Data (Simple)", FIELD_STRING},
	[OSPF_AUTH_KEY_ID] = NUMBER("ospf.auth.crypt.key_id", "Auth Crypt Key id", BASE_DEC, 1),
	[OSPF_AUTH_LENGTH] = NUMBER("ospf.auth.crypt.data_length", "Auth Crypt Data Length",
				    BASE_DEC, 1),
	[OSPF_AUTH_SEQUENCE] = NUMBER("ospf.auth.crypt.seq_nbr", "Auth Crypt Sequence Number",
				      BASE_DEC, 4),
	[OSPF_AUTH_DATA] = {"ospf.auth.crypt.data", "Auth Crypt Data", FIELD_BYTES},
	[OSPF_AUTH_UNKNOWN] = {"ospf.auth.unknown", "Auth Unknown", FIELD_BYTES},
	[OSPF_INSTANCE_ID] = NAMED("ospf.instance_id", "Instance ID", BASE_DEC, 1, 0,
				   instance_names),
	[OSPF_RESERVED] = {"ospf.reserved", "Reserved", FIELD_BYTES},
	[OSPF_MSG_HELLO] = MARK("ospf.msg.hello", "Hello"),
	[OSPF_MSG_DBDESC] = MARK("ospf.msg.dbdesc", "Database Description"),
	[OSPF_MSG_LSREQ] = MARK("ospf.msg.lsreq", "Link State Adv Request"),
	[OSPF_MSG_LSUPDATE] = MARK("ospf.msg.lsupdate", "Link State Adv Update"),
	[OSPF_MSG_LSACK] = MARK("ospf.msg.lsack", "Link State Adv Acknowledgement"),
	[OSPF_F_HELLO] = {"ospf.hello", "OSPF Hello Packet", FIELD_NONE},
	[OSPF_HELLO_MASK] = QUAD("ospf.hello.network_mask", "Network Mask"),
	[OSPF_HELLO_INTERFACE] = NUMBER("ospf.hello.interface_id", "Interface ID", BASE_DEC, 4),
	[OSPF_HELLO_INTERVAL] = NUMBER("ospf.hello.hello_interval", "Hello Interval [sec]",
				       BASE_DEC, 4),
	[OSPF_HELLO_PRIORITY] = NUMBER("ospf.hello.router_priority", "Router Priority", BASE_DEC,
				       1),
	[OSPF_HELLO_DEAD] = NUMBER("ospf.hello.router_dead_interval",
				   "Router Dead Interval [sec]", BASE_DEC, 4),
	[OSPF_HELLO_DESIGNATED] = QUAD("ospf.hello.designated_router", "Designated Router"),
	[OSPF_HELLO_BACKUP] = QUAD("ospf.hello.backup_designated_router",
				   "Backup Designated Router"),
	[OSPF_HELLO_NEIGHBOR] = QUAD("ospf.hello.active_neighbor", "Active Neighbor"),
	[OSPF_V2_OPTIONS] = NUMBER("ospf.v2.options", "Options", BASE_HEX, 1),
	[OSPF_V2_DN] = SET("ospf.v2.options.dn", "DN", 1, 0x80),
	[OSPF_V2_O] = SET("ospf.v2.options.o", "O", 1, 0x40),
	[OSPF_V2_DC] = BIT("ospf.v2.options.dc", "(DC) Demand Circuits", 1, 0x20, "Supported",
			   "Not supported"),
	[OSPF_V2_L] = BIT("ospf.v2.options.l", "(L) LLS Data block", 1, 0x10, "Present",
			  "Not Present"),
	[OSPF_V2_N] = BIT("ospf.v2.options.n", "(N) NSSA", 1, 0x08, "Supported", "Not supported"),
	[OSPF_V2_MC] = BIT("ospf.v2.options.mc", "(MC) Multicast", 1, 0x04, "Capable",
			   "Not capable"),
	[OSPF_V2_E] = BIT("ospf.v2.options.e", "(E) External Routing", 1, 0x02, "Capable",
			  "Not capable"),
	[OSPF_V2_MT] = BIT("ospf.v2.options.mt", "(MT) Multi-Topology Routing", 1, 0x01, "Yes",
			   "No"),
	[OSPF_V3_OPTIONS] = NUMBER("ospf.v3.options", "Options", BASE_HEX, 3),
	[OSPF_V3_AT] = SET("ospf.v3.options.at", "AT", 3, 0x400),
	[OSPF_V3_L] = SET("ospf.v3.options.l", "L", 3, 0x200),
	[OSPF_V3_AF] = SET("ospf.v3.options.af", "AF", 3, 0x100),
	[OSPF_V3_DC] = SET("ospf.v3.options.dc", "DC", 3, 0x020),
	[OSPF_V3_R] = SET("ospf.v3.options.r", "R", 3, 0x010),
	[OSPF_V3_N] = SET("ospf.v3.options.n", "N", 3, 0x008),
	[OSPF_V3_MC] = SET("ospf.v3.options.mc", "MC", 3, 0x004),
	[OSPF_V3_E] = SET("ospf.v3.options.e", "E", 3, 0x002),
	[OSPF_V3_V6] = SET("ospf.v3.options.v6", "V6", 3, 0x001),
	[OSPF_DB_MTU] = NUMBER("ospf.db.interface_mtu", "Interface MTU", BASE_DEC, 2),
	[OSPF_DB_FLAGS] = NUMBER("ospf.dbd", "DB Description", BASE_HEX, 1),
	[OSPF_DB_R] = SET("ospf.dbd.r", "(R) OOBResync", 1, 0x08),
	[OSPF_DB_I] = SET("ospf.dbd.i", "(I) Init", 1, 0x04),
	[OSPF_DB_M] = SET("ospf.dbd.m", "(M) More", 1, 0x02),
	[OSPF_DB_MS] = BIT("ospf.dbd.ms", "(MS) Master", 1, 0x01, "Yes", "No"),
	[OSPF_DB_SEQUENCE] = NUMBER("ospf.db.dd_sequence", "DD Sequence", BASE_DEC, 4),
	[OSPF_LSA_AGE] = {"ospf.lsa.age", "LS Age (seconds)", FIELD_UINT, BASE_DEC, 2, 0x7fff},
	[OSPF_LSA_DONOTAGE] = {"ospf.lsa.donotage", "Do Not Age Flag", FIELD_UINT, BASE_DEC, 2,
			       0x8000},
	[OSPF_LSA_DONOTAGE_V3] = {"ospf.v3.lsa.do_not_age", "Do Not Age", FIELD_BOOL, BASE_DEC, 2,
				  0x8000},
	[OSPF_LSA_TYPE] = NAMED("ospf.lsa", "LS Type", BASE_DEC, 1, 0, lsa_names),
	[OSPF_LSA_TYPE_LONG] = NAMED("ospf.lsa", "LS Type", BASE_DEC, 4, 0, lsa_names),
	[OSPF_LSA_ID] = QUAD("ospf.lsa.id", "Link State ID"),
	[OSPF_LINK_STATE_ID] = QUAD("ospf.link_state_id", "Link State ID"),
	[OSPF_ADVROUTER] = QUAD("ospf.advrouter", "Advertising Router"),
	[OSPF_LSA_SEQUENCE] = NUMBER("ospf.lsa.seqnum", "Sequence Number", BASE_HEX, 4),
	[OSPF_LSA_CHECKSUM] = NUMBER("ospf.lsa.chksum", "Checksum", BASE_HEX, 2),
	[OSPF_LSA_LENGTH] = NUMBER("ospf.lsa.length", "Length", BASE_DEC, 2),
	[OSPF_V3_LSA] = NUMBER("ospf.v3.lsa", "LS Type", BASE_HEX, 2),
	[OSPF_V3_LSA_U] = BIT("ospf.v3.lsa.u", "LSA Handling", 2, 0x8000,
			      "Treat the LSA as if it had link-local flooding scope",
			      "Store and flood the LSA as if the type is understood"),
	[OSPF_V3_LSA_S12] = NAMED("ospf.v3.lsa.s12", "Flooding Scope", BASE_HEX, 2, 0x6000,
				  scope_names),
	[OSPF_V3_LSA_FC] = NAMED("ospf.v3.lsa.fc", "Function Code", BASE_DEC, 2, OSPF_LSA_TYPE_V3,
				 v3_lsa_names),
	[OSPF_LS_COUNT] = NUMBER("ospf.ls.number_of_lsas", "Number of LSAs", BASE_DEC, 4),
	[OSPF_IS_ROUTER] = MARK("ospf.lsa.router", "Router LSA"),
	[OSPF_IS_NETWORK] = MARK("ospf.lsa.network", "Network LSA"),
	[OSPF_IS_SUMMARY] = MARK("ospf.lsa.summary", "Summary LSA (IP Network)"),
	[OSPF_IS_ASBR] = MARK("ospf.lsa.asbr", "Summary LSA (ASBR)"),
	[OSPF_IS_ASEXT] = MARK("ospf.lsa.asext", "AS-External LSA (ASBR)"),
	[OSPF_IS_MEMBER] = MARK("ospf.lsa.member", "Group Membership LSA"),
	[OSPF_IS_NSSA] = MARK("ospf.lsa.nssa", "NSSA AS-External LSA"),
	[OSPF_IS_ATTR] = MARK("ospf.lsa.attr", "External Attributes LSA"),
	[OSPF_IS_OPAQUE] = MARK("ospf.lsa.opaque", "Opaque LSA"),
	[OSPF_IS3_ROUTER] = MARK("ospf.v3.lsa.router", "Router-LSA"),
	[OSPF_IS3_NETWORK] = MARK("ospf.v3.lsa.network", "Network-LSA"),
	[OSPF_IS3_PREFIX] = MARK("ospf.v3.lsa.interprefix", "Inter-Area-Prefix-LSA"),
	[OSPF_IS3_ASBR] = MARK("ospf.v3.lsa.interrouter", "Inter-Area-Router-LSA"),
	[OSPF_IS3_ASEXT] = MARK("ospf.v3.lsa.asext", "AS-External-LSA"),
	[OSPF_IS3_MEMBER] = MARK("ospf.v3.lsa.member", "Group-Membership-LSA"),
	[OSPF_IS3_NSSA] = MARK("ospf.v3.lsa.nssa", "NSSA-LSA"),
	[OSPF_IS3_LINK] = MARK("ospf.v3.lsa.link", "Link-LSA"),
	[OSPF_IS3_INTRA] = MARK("ospf.v3.lsa.intraprefix", "Intra-Area-Prefix-LSA"),
};
/* clang-format on */

static_assert(sizeof(fields) / sizeof(fields[0]) == OSPF_FIELDS, "every ospf_field has a row");

#define F(name) FIELD_ID(PROTOCOL_OSPF, OSPF_##name)

/* Bits with the labels of those that are set behind the value, comma-separated. */
static void say_set(struct dissect *d, struct cursor *c, uint16_t id, uint32_t len, uint16_t first,
		    uint16_t last)
{
	uint32_t at = c->at;
	uint64_t word = say_uint(d, c, id, len);
	uint32_t open;

	if (!cursor_ok(c) || !d->tree)
		return;
	for (uint16_t bit = first; bit <= last; bit++)
		if (word & field_get(bit)->mask)
			item_append(d->tree, d->item, ", %s", field_get(bit)->label);
	open = say_open(d);
	for (uint16_t bit = first; bit <= last; bit++)
		say_bits(d, at, len, word, &bit, 1);
	say_close(d, open);
}

static void say_options(struct dissect *d, struct cursor *c, unsigned version)
{
	if (version == 2)
		say_set(d, c, F(V2_OPTIONS), 1, F(V2_DN), F(V2_MT));
	else
		say_set(d, c, F(V3_OPTIONS), 3, F(V3_AT), F(V3_V6));
}

static void read_hello(struct dissect *d, struct cursor *c, unsigned version)
{
	uint32_t open;

	d->item = tree_uint(d->tree, F(F_HELLO), c->at, cursor_held(c), 0);
	open = say_open(d);
	if (version == 2) {
		say_ipv4(d, c, F(HELLO_MASK));
		say_uint(d, c, F(HELLO_INTERVAL), 2);
		say_options(d, c, version);
		say_uint(d, c, F(HELLO_PRIORITY), 1);
		say_uint(d, c, F(HELLO_DEAD), 4);
	} else {
		say_uint(d, c, F(HELLO_INTERFACE), 4);
		say_uint(d, c, F(HELLO_PRIORITY), 1);
		say_options(d, c, version);
		say_uint(d, c, F(HELLO_INTERVAL), 2);
		say_uint(d, c, F(HELLO_DEAD), 2);
	}
	say_ipv4(d, c, F(HELLO_DESIGNATED));
	say_ipv4(d, c, F(HELLO_BACKUP));
	while (cursor_left(c) >= 4 && cursor_ok(c) && dissect_step(d))
		say_ipv4(d, c, F(HELLO_NEIGHBOR));
	say_close(d, open);
}

/* Hidden marks of the kinds of LSA, in the order of their numbers from 1. */
static void say_kind(struct dissect *d, uint32_t at, uint32_t len, unsigned kind, uint16_t first,
		     uint16_t last)
{
	if (kind >= 1 && kind <= (unsigned)(last - first) + 1)
		say_hidden(d, (uint16_t)(first + kind - 1), at, len, 1);
}

static void say_v3_type(struct dissect *d, struct cursor *c)
{
	uint32_t at = c->at;
	uint64_t type = say_uint(d, c, F(V3_LSA), 2);
	uint32_t open = say_open(d);

	if (cursor_ok(c))
		say_kind(d, at, 2, type & OSPF_LSA_TYPE_V3, F(IS3_ROUTER), F(IS3_INTRA));
	if (cursor_ok(c))
		say_bits(d, at, 2, type,
			 (const uint16_t[]) {F(V3_LSA_U), F(V3_LSA_S12), F(V3_LSA_FC)}, 3);
	say_close(d, open);
}

/* RFC 2328 s. A.4.1, RFC 5340 s. A.4.2. Steps over the body, of which nothing is said. */
static void read_lsa(struct dissect *d, struct cursor *c, unsigned version, bool with_body)
{
	struct cursor ahead = *c;
	uint32_t at = c->at, open;
	unsigned age = cursor_be16(&ahead);
	unsigned type = cursor_be16(&ahead);
	const char *name = version == 2 ? value_name(lsa_names, type & 0xff)
					: value_name(v3_lsa_names, type & OSPF_LSA_TYPE_V3);
	unsigned len, kind;
	bool opaque;

	cursor_skip(c, 2);
	if (!cursor_ok(&ahead)) {
		*c = ahead;
		return;
	}
	say_line(d, at, OSPF_LSA_HEADER, "LSA-type %u (%s), len %u",
		 version == 2 ? type & 0xff : type, name ? name : "Unknown", 0u);
	open = say_open(d);
	say_bits(d, at, 2, age, (const uint16_t[]) {F(LSA_AGE)}, 1);
	if (version == 2) {
		say_bits(d, at, 2, age, (const uint16_t[]) {F(LSA_DONOTAGE)}, 1);
		say_options(d, c, version);
		say_uint(d, c, F(LSA_TYPE), 1);
		kind = type & 0xff;
		opaque = kind >= 9 && kind <= 11; /* RFC 5250 s. 3: its id is no address */
		say_kind(d, at + 3, 1, opaque ? 9 : kind, F(IS_ROUTER), F(IS_OPAQUE));
		if (opaque)
			cursor_skip(c, 4);
		else
			say_ipv4(d, c, F(LSA_ID));
	} else {
		say_bits(d, at, 2, age, (const uint16_t[]) {F(LSA_DONOTAGE_V3)}, 1);
		say_v3_type(d, c);
		say_ipv4(d, c, F(LINK_STATE_ID));
	}
	say_ipv4(d, c, F(ADVROUTER));
	say_uint(d, c, F(LSA_SEQUENCE), 4);
	say_uint(d, c, F(LSA_CHECKSUM), 2);
	len = (unsigned)say_uint(d, c, F(LSA_LENGTH), 2);
	say_close(d, open);
	if (with_body && cursor_ok(c) && len < OSPF_LSA_HEADER)
		cursor_malformed(c);
	else if (with_body && len > OSPF_LSA_HEADER)
		cursor_skip(c, len - OSPF_LSA_HEADER);
}

static void read_headers(struct dissect *d, struct cursor *c, unsigned version)
{
	while (cursor_left(c) >= OSPF_LSA_HEADER && cursor_ok(c) && dissect_step(d))
		read_lsa(d, c, version, false);
}

static void read_description(struct dissect *d, struct cursor *c, unsigned version)
{
	uint32_t open;

	say_line(d, c->at, cursor_held(c), "OSPF DB Description");
	open = say_open(d);
	if (version == 3) {
		say_bytes(d, c, F(RESERVED), 1);
		say_options(d, c, version);
	}
	say_uint(d, c, F(DB_MTU), 2);
	if (version == 3)
		say_bytes(d, c, F(RESERVED), 1);
	else
		say_options(d, c, version);
	say_set(d, c, F(DB_FLAGS), 1, F(DB_R), F(DB_MS));
	say_uint(d, c, F(DB_SEQUENCE), 4);
	say_close(d, open);
	read_headers(d, c, version);
}

static void read_request(struct dissect *d, struct cursor *c, unsigned version)
{
	while (cursor_left(c) >= 12 && cursor_ok(c) && dissect_step(d)) {
		uint32_t open;

		say_line(d, c->at, 12, "Link State Request");
		open = say_open(d);
		if (version == 2) {
			say_uint(d, c, F(LSA_TYPE_LONG), 4);
		} else {
			say_bytes(d, c, F(RESERVED), 2);
			say_v3_type(d, c);
		}
		say_ipv4(d, c, F(LINK_STATE_ID));
		say_ipv4(d, c, F(ADVROUTER));
		say_close(d, open);
	}
}

static void read_update(struct dissect *d, struct cursor *c, unsigned version)
{
	uint32_t count, open;

	say_line(d, c->at, cursor_held(c), "LS Update Packet");
	open = say_open(d);
	count = (uint32_t)say_uint(d, c, F(LS_COUNT), 4);
	while (count-- && cursor_left(c) && cursor_ok(c) && dissect_step(d))
		read_lsa(d, c, version, true);
	say_close(d, open);
}

static void read_auth(struct dissect *d, struct cursor *c, unsigned *ret_crypt_len)
{
	unsigned type = (unsigned)say_uint(d, c, F(AUTH_TYPE), 2);
	unsigned len;

	switch (type) {
	case OSPF_AUTH_NONE:
		say_bytes(d, c, F(AUTH_NONE_DATA), 8);
		break;
	case OSPF_AUTH_SIMPLE:
		say_string(d, c, F(AUTH_SIMPLE_DATA), 8);
		break;
	case OSPF_AUTH_CRYPT:
		cursor_skip(c, 2);
		say_uint(d, c, F(AUTH_KEY_ID), 1);
		len = (unsigned)say_uint(d, c, F(AUTH_LENGTH), 1);
		say_uint(d, c, F(AUTH_SEQUENCE), 4);
		*ret_crypt_len = len;
		break;
	default:
		say_bytes(d, c, F(AUTH_UNKNOWN), 8);
		break;
	}
}

/* The authentication of version 2 is not summed; version 3 sums a pseudo-header. */
static void say_sum(struct dissect *d, struct cursor *c, const struct cursor *packet,
		    unsigned version)
{
	const struct addr *source = &d->kept.ip_source;
	uint16_t held = (uint16_t)say_uint(d, c, F(CHECKSUM), 2);
	struct cursor part = *packet;
	uint32_t sum = 0;
	bool known = cursor_held(packet) == cursor_left(packet);

	if (!cursor_ok(c) || !d->item)
		return;
	if (!held && version == 2) {
		item_append(d->tree, d->item, " (None)");
		return;
	}
	if (version == 3 && addr_len(source))
		sum = checksum_pseudo(0, source->bytes, d->kept.ip_destination.bytes,
				      addr_len(source), IP_OSPF, cursor_left(packet));
	if (version == 2 && known && cursor_left(packet) >= OSPF_V2_HEADER) {
		sum = checksum_add(0, part.base + part.at, OSPF_AUTH_AT);
		part.at += OSPF_V2_HEADER;
	}
	sum = known ? verify_sum(&part, sum, &known) : 0;
	if (!known)
		item_append(d->tree, d->item, " [unverified]");
	else
		item_append(d->tree, d->item, checksum_finish(sum) ? " [incorrect]" : " [correct]");
}

static void say_area(struct dissect *d, struct cursor *c)
{
	struct addr area = say_ipv4(d, c, F(AREA_ID));

	if (addr_is_any(&area))
		item_append(d->tree, d->item, " (Backbone)");
}

static void read_body(struct dissect *d, struct cursor *body, unsigned version, unsigned message)
{
	switch (message) {
	case OSPF_HELLO:
		read_hello(d, body, version);
		break;
	case OSPF_DBDESC:
		read_description(d, body, version);
		break;
	case OSPF_LSREQ:
		read_request(d, body, version);
		break;
	case OSPF_LSUPDATE:
		read_update(d, body, version);
		break;
	case OSPF_LSACK:
		read_headers(d, body, version);
		break;
	default:
		break;
	}
}

/* The common header; *ret_crypt_len bytes of authentication follow the packet. */
static void read_header(struct dissect *d, struct cursor *c, const struct cursor *packet,
			unsigned version, unsigned *ret_crypt_len)
{
	uint32_t at = c->at, open;
	unsigned message;

	d->item = tree_uint(d->tree, F(HEADER), at, version == 2 ? OSPF_V2_HEADER : OSPF_V3_HEADER,
			    0);
	open = say_open(d);
	say_uint(d, c, F(VERSION), 1);
	message = (unsigned)say_uint(d, c, F(MSG), 1);
	if (message >= OSPF_HELLO && message <= OSPF_LSACK && cursor_ok(c))
		say_hidden(d, (uint16_t)(F(MSG_HELLO) + message - OSPF_HELLO), at + 1, 1, 1);
	say_uint(d, c, F(PACKET_LENGTH), 2);
	say_ipv4(d, c, F(SRCROUTER));
	say_area(d, c);
	say_sum(d, c, packet, version);
	if (version == 2) {
		read_auth(d, c, ret_crypt_len);
	} else {
		say_uint(d, c, F(INSTANCE_ID), 1);
		say_bytes(d, c, F(RESERVED), 1);
	}
	say_close(d, open);
}

static void dissect_ospf(struct dissect *d, struct cursor *c)
{
	struct cursor ahead = *c;
	struct cursor packet, body;
	unsigned version = cursor_u8(&ahead);
	unsigned message = cursor_u8(&ahead);
	unsigned len = cursor_be16(&ahead);
	unsigned crypt_len = 0;
	const char *name = value_name(message_names, message);

	if (!cursor_ok(&ahead)) {
		*c = ahead;
		return;
	}
	if (name)
		info_set(d, "%s", name);
	else
		info_set(d, "Unknown (%u)", message);
	if (version != 2 && version != 3)
		return;
	ahead = *c;
	packet = cursor_take(&ahead, len < cursor_left(c) ? len : cursor_left(c));
	body = packet;
	read_header(d, &body, &packet, version, &crypt_len);
	if (cursor_ok(&body))
		read_body(d, &body, version, message);
	if (!cursor_ok(&body)) {
		c->status = body.status;
		return;
	}
	c->at = packet.wire;
	if (crypt_len && crypt_len <= cursor_left(c))
		say_bytes(d, c, F(AUTH_DATA), crypt_len);
}

const struct dissector ospf_dissector = {fields, OSPF_FIELDS, dissect_ospf};
