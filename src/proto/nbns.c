// SPDX-License-Identifier: Apache-2.0
// Dissects the NetBIOS Name Service (RFC 1002 s. 4.2): DNS's form with names of its own.
#include "proto/nbns.h"

#include <assert.h>
#include <stdio.h>

#include "proto/dissect.h"
#include "proto/netbios_name.h"
#include "proto/span.h"

#define TYPE_NB     32 /* RFC 1002 s. 4.2.1.3 */
#define TYPE_NBSTAT 33
#define RESPONSE    0x8000
#define GROUP       0x8000
#define ENTRY_LEN   18 /* RFC 1002 s. 4.2.18: a name and its flags */
#define NB_LEN      6
#define SECTIONS    4

enum nbns_field {
	NBNS_PROTOCOL,
	NBNS_FLAGS,
	NBNS_FLAGS_RESPONSE,
	NBNS_FLAGS_OPCODE,
	NBNS_FLAGS_AUTHORITATIVE,
	NBNS_FLAGS_TRUNCATED,
	NBNS_FLAGS_RECDESIRED,
	NBNS_FLAGS_RECAVAIL,
	NBNS_FLAGS_BROADCAST,
	NBNS_FLAGS_RCODE,
	NBNS_ID,
	NBNS_COUNT_QUERIES,
	NBNS_COUNT_ANSWERS,
	NBNS_COUNT_AUTH_RR,
	NBNS_COUNT_ADD_RR,
	NBNS_NAME_FLAGS,
	NBNS_NAME_FLAGS_GROUP,
	NBNS_NAME_FLAGS_ONT,
	NBNS_NAME_FLAGS_DRG,
	NBNS_NAME_FLAGS_CNF,
	NBNS_NAME_FLAGS_ACT,
	NBNS_NAME_FLAGS_PRM,
	NBNS_NB_FLAGS,
	NBNS_NB_FLAGS_GROUP,
	NBNS_NB_FLAGS_ONT,
	NBNS_TYPE,
	NBNS_CLASS,
	NBNS_NAME,
	NBNS_ADDR,
	NBNS_NUMBER_OF_NAMES,
	NBNS_UNIT_ID,
	NBNS_JUMPERS,
	NBNS_TEST_RESULT,
	NBNS_VERSION_NUMBER,
	NBNS_PERIOD_OF_STATISTICS,
	NBNS_NUM_CRCS,
	NBNS_NUM_ALIGNMENT_ERRORS,
	NBNS_NUM_COLLISIONS,
	NBNS_NUM_SEND_ABORTS,
	NBNS_NUM_GOOD_SENDS,
	NBNS_NUM_GOOD_RECEIVES,
	NBNS_NUMRETRANSMITS,
	NBNS_NUM_NO_RESOURCE_CONDITIONS,
	NBNS_NUMCOMMAND_BLOCKS,
	NBNS_NUMPENDING_SESSIONS,
	NBNS_MAX_NUM_PENDING_SESSIONS,
	NBNS_MAX_TOTAL_SESSIONS_POSSIBLE,
	NBNS_SESSION_DATA_PACKET_SIZE,
	NBNS_DATA,
	NBNS_NETBIOS_NAME,
	NBNS_TTL,
	NBNS_DATA_LENGTH,
	NBNS_INCOMPLETE_ENTRY,
	NBNS_FIELDS
};

static const struct value_name flags_opcode_names[] = {
	VALUE(0, "Name query"),
	VALUE(5, "Registration"),
	VALUE(6, "Release"),
	VALUE(7, "Wait for acknowledgment"),
	VALUE(8, "Refresh"),
	VALUE(9, "Refresh (alternate opcode)"),
	VALUE(15, "Multi-homed registration"),
	VALUE_END,
};

static const struct value_name flags_rcode_names[] = {
	VALUE(0, "No error"),
	VALUE(1, "Request was invalidly formatted"),
	VALUE(2, "Server failure"),
	VALUE(3, "Requested name does not exist"),
	VALUE(4, "Request is not implemented"),
	VALUE(5, "Request was refused"),
	VALUE(6, "Name is owned by another node"),
	VALUE(7, "Name is in conflict"),
	VALUE_END,
};

/* RFC 1002 s. 4.2.1.3: how the owner of a name looks it up. */
static const struct value_name node_names[] = {
	VALUE(0, "B-node"), VALUE(1, "P-node"), VALUE(2, "M-node"), VALUE(3, "H-node"), VALUE_END,
};

static const struct value_name type_names[] = {
	VALUE(32, "NB"),
	VALUE(33, "NBSTAT"),
	VALUE_END,
};

static const struct value_name class_names[] = {
	VALUE(1, "IN"),     VALUE(2, "CS"),    VALUE(3, "CH"), VALUE(4, "HS"),
	VALUE(254, "NONE"), VALUE(255, "ANY"), VALUE_END,
};

static const struct field fields[] = {
	[NBNS_PROTOCOL] = {"nbns", "NetBIOS Name Service", FIELD_PROTOCOL},
	[NBNS_FLAGS] = {"nbns.flags", "Flags", FIELD_UINT, BASE_HEX, 2},
	[NBNS_FLAGS_RESPONSE] = {"nbns.flags.response", "Response", FIELD_BOOL, BASE_DEC, 2, 0x8000,
				 .yes = "Message is a response", .no = "Message is a query"},
	[NBNS_FLAGS_OPCODE] = {"nbns.flags.opcode", "Opcode", FIELD_UINT, BASE_DEC, 2, 0x7800,
			       .names = flags_opcode_names},
	[NBNS_FLAGS_AUTHORITATIVE] = {"nbns.flags.authoritative", "Authoritative", FIELD_BOOL,
				      BASE_DEC, 2, 0x400,
				      .yes = "Server is an authority for domain",
				      .no = "Server is not an authority for domain"},
	[NBNS_FLAGS_TRUNCATED] = {"nbns.flags.truncated", "Truncated", FIELD_BOOL, BASE_DEC, 2,
				  0x200, .yes = "Message is truncated",
				  .no = "Message is not truncated"},
	[NBNS_FLAGS_RECDESIRED] = {"nbns.flags.recdesired", "Recursion desired", FIELD_BOOL,
				   BASE_DEC, 2, 0x100, .yes = "Do query recursively",
				   .no = "Don't do query recursively"},
	[NBNS_FLAGS_RECAVAIL] = {"nbns.flags.recavail", "Recursion available", FIELD_BOOL, BASE_DEC,
				 2, 0x80, .yes = "Server can do recursive queries",
				 .no = "Server can't do recursive queries"},
	[NBNS_FLAGS_BROADCAST] = {"nbns.flags.broadcast", "Broadcast", FIELD_BOOL, BASE_DEC, 2,
				  0x10, .yes = "Broadcast packet", .no = "Not a broadcast packet"},
	[NBNS_FLAGS_RCODE] = {"nbns.flags.rcode", "Reply code", FIELD_UINT, BASE_DEC, 2, 0xf,
			      .names = flags_rcode_names},
	[NBNS_ID] = {"nbns.id", "Transaction ID", FIELD_UINT, BASE_HEX, 2},
	[NBNS_COUNT_QUERIES] = {"nbns.count.queries", "Questions", FIELD_UINT, BASE_DEC, 2},
	[NBNS_COUNT_ANSWERS] = {"nbns.count.answers", "Answer RRs", FIELD_UINT, BASE_DEC, 2},
	[NBNS_COUNT_AUTH_RR] = {"nbns.count.auth_rr", "Authority RRs", FIELD_UINT, BASE_DEC, 2},
	[NBNS_COUNT_ADD_RR] = {"nbns.count.add_rr", "Additional RRs", FIELD_UINT, BASE_DEC, 2},
	[NBNS_NAME_FLAGS] = {"nbns.name_flags", "Name flags", FIELD_UINT, BASE_HEX, 2},
	[NBNS_NAME_FLAGS_GROUP] = {"nbns.name_flags.group", "Name type", FIELD_BOOL, BASE_DEC, 2,
				   0x8000, .yes = "Group name", .no = "Unique name"},
	[NBNS_NAME_FLAGS_ONT] = {"nbns.name_flags.ont", "ONT", FIELD_UINT, BASE_DEC, 2, 0x6000,
				 .names = node_names},
	[NBNS_NAME_FLAGS_DRG] = {"nbns.name_flags.drg", "Name is being deregistered", FIELD_BOOL,
				 BASE_DEC, 2, 0x1000, .yes = "Yes", .no = "No"},
	[NBNS_NAME_FLAGS_CNF] = {"nbns.name_flags.cnf", "Name is in conflict", FIELD_BOOL, BASE_DEC,
				 2, 0x800, .yes = "Yes", .no = "No"},
	[NBNS_NAME_FLAGS_ACT] = {"nbns.name_flags.act", "Name is active", FIELD_BOOL, BASE_DEC, 2,
				 0x400, .yes = "Yes", .no = "No"},
	[NBNS_NAME_FLAGS_PRM] = {"nbns.name_flags.prm", "Permanent node name", FIELD_BOOL, BASE_DEC,
				 2, 0x200, .yes = "Yes", .no = "No"},
	[NBNS_NB_FLAGS] = {"nbns.nb_flags", "Name flags", FIELD_UINT, BASE_HEX, 2},
	[NBNS_NB_FLAGS_GROUP] = {"nbns.nb_flags.group", "Name type", FIELD_BOOL, BASE_DEC, 2,
				 0x8000, .yes = "Group name", .no = "Unique name"},
	[NBNS_NB_FLAGS_ONT] = {"nbns.nb_flags.ont", "ONT", FIELD_UINT, BASE_DEC, 2, 0x6000,
			       .names = node_names},
	[NBNS_TYPE] = {"nbns.type", "Type", FIELD_UINT, BASE_DEC, 2, .names = type_names},
	[NBNS_CLASS] = {"nbns.class", "Class", FIELD_UINT, BASE_DEC, 2, .names = class_names},
	[NBNS_NAME] = {"nbns.name", "Name", FIELD_STRING},
	[NBNS_ADDR] = {"nbns.addr", "Addr", FIELD_IPV4},
	[NBNS_NUMBER_OF_NAMES] = {"nbns.number_of_names", "Number of names", FIELD_UINT, BASE_DEC,
				  1},
	[NBNS_UNIT_ID] = {"nbns.unit_id", "Unit ID", FIELD_ETHER},
	[NBNS_JUMPERS] = {"nbns.jumpers", "Jumpers", FIELD_UINT, BASE_HEX, 1},
	[NBNS_TEST_RESULT] = {"nbns.test_result", "Test result", FIELD_UINT, BASE_HEX, 1},
	[NBNS_VERSION_NUMBER] = {"nbns.version_number", "Version number", FIELD_UINT, BASE_HEX, 2},
	[NBNS_PERIOD_OF_STATISTICS] = {"nbns.period_of_statistics", "Period of statistics",
				       FIELD_UINT, BASE_HEX, 2},
	[NBNS_NUM_CRCS] = {"nbns.num_crcs", "Number of CRCs", FIELD_UINT, BASE_DEC, 2},
	[NBNS_NUM_ALIGNMENT_ERRORS] = {"nbns.num_alignment_errors", "Number of alignment errors",
				       FIELD_UINT, BASE_DEC, 2},
	[NBNS_NUM_COLLISIONS] = {"nbns.num_collisions", "Number of collisions", FIELD_UINT,
				 BASE_DEC, 2},
	[NBNS_NUM_SEND_ABORTS] = {"nbns.num_send_aborts", "Number of send aborts", FIELD_UINT,
				  BASE_DEC, 2},
	[NBNS_NUM_GOOD_SENDS] = {"nbns.num_good_sends", "Number of good sends", FIELD_UINT,
				 BASE_DEC, 4},
	[NBNS_NUM_GOOD_RECEIVES] = {"nbns.num_good_receives", "Number of good receives", FIELD_UINT,
				    BASE_DEC, 4},
	[NBNS_NUMRETRANSMITS] = {"nbns.numretransmits", "Number of retransmits", FIELD_UINT,
				 BASE_DEC, 2},
	[NBNS_NUM_NO_RESOURCE_CONDITIONS] = {"nbns.num_no_resource_conditions",
					     "Number of no resource conditions", FIELD_UINT,
					     BASE_DEC, 2},
	[NBNS_NUMCOMMAND_BLOCKS] = {"nbns.numcommand_blocks", "Number of command blocks",
				    FIELD_UINT, BASE_DEC, 2},
	[NBNS_NUMPENDING_SESSIONS] = {"nbns.numpending_sessions", "Number of pending sessions",
				      FIELD_UINT, BASE_DEC, 2},
	[NBNS_MAX_NUM_PENDING_SESSIONS] = {"nbns.max_num_pending_sessions",
					   "Max number of pending sessions", FIELD_UINT, BASE_DEC,
					   2},
	[NBNS_MAX_TOTAL_SESSIONS_POSSIBLE] = {"nbns.max_total_sessions_possible",
					      "Max total sessions possible", FIELD_UINT, BASE_DEC,
					      2},
	[NBNS_SESSION_DATA_PACKET_SIZE] = {"nbns.session_data_packet_size",
					   "Session data packet size", FIELD_UINT, BASE_DEC, 2},
	[NBNS_DATA] = {"nbns.data", "Data", FIELD_BYTES},
	[NBNS_NETBIOS_NAME] = {"nbns.netbios_name", "Name", FIELD_STRING},
	[NBNS_TTL] = {"nbns.ttl", "Time to live", FIELD_UINT, BASE_DEC, 4},
	[NBNS_DATA_LENGTH] = {"nbns.data_length", "Data length", FIELD_UINT, BASE_DEC, 2},
	[NBNS_INCOMPLETE_ENTRY] = {"nbns.incomplete_entry", "incomplete entry", FIELD_NONE},
};

static_assert(sizeof(fields) / sizeof(fields[0]) == NBNS_FIELDS, "every nbns_field has a row");

#define F(name) FIELD_ID(PROTOCOL_NBNS, NBNS_##name)

static const char *name_or(uint16_t id, uint64_t value, const char *other)
{
	const char *name = value_name(field_get(id)->names, value);

	return name ? name : other;
}

/* Wireshark's value names the service too in records with addresses, and only there. */
static void say_name(struct dissect *d, uint32_t at, uint32_t len, const struct netbios_name *name,
		     bool with_service)
{
	char text[NETBIOS_NAME_TEXT_MAX + 64];

	snprintf(text, sizeof(text), "%s%s%s%s", name->text,
		 with_service && name->service ? " (" : "",
		 with_service && name->service ? name->service : "",
		 with_service && name->service ? ")" : "");
	d->item = tree_string(d->tree, F(NAME), at, len, text);
}

/* The name of a question or record, its type and class; the line above names them too. */
struct head {
	struct netbios_name name;
	uint32_t line; /* its item */
	uint16_t type;
	uint32_t before; /* for say_close() */
};

static void open_head(struct dissect *d, struct cursor *c, struct dns_reader *reader, bool question,
		      struct head *ret_head)
{
	uint32_t at = c->at, name_len;
	struct cursor look;
	uint16_t class;

	netbios_name_read(reader, c, &ret_head->name);
	name_len = c->at - at;
	look = *c;
	ret_head->type = cursor_be16(&look);
	class = cursor_be16(&look);
	if (!cursor_ok(&look)) {
		c->status = look.status;
		return;
	}
	say_line(d, at, name_len + 4, "%s: type %s, class %s", ret_head->name.text,
		 name_or(F(TYPE), ret_head->type, "Unknown"), name_or(F(CLASS), class, "Unknown"));
	ret_head->line = tree_index(d->tree, d->item);
	ret_head->before = say_open(d);
	say_name(d, at, name_len, &ret_head->name, !question && ret_head->type == TYPE_NB);
	if (ret_head->name.service && question)
		item_append(d->tree, d->item, " (%s)", ret_head->name.service);
	say_uint(d, c, F(TYPE), 2);
	say_uint(d, c, F(CLASS), 2);
}

static void say_questions(struct dissect *d, struct cursor *c, struct dns_reader *reader,
			  uint16_t count)
{
	for (uint16_t i = 0; i < count && cursor_ok(c) && dissect_step(d); i++) {
		struct head head;

		open_head(d, c, reader, true, &head);
		if (!cursor_ok(c))
			return;
		say_close(d, head.before);
		info_add(d, " %s ", name_or(F(TYPE), head.type, "Unknown"));
		info_add_escaped(d, head.name.text);
	}
}

/* RFC 1002 s. 4.2.13: addresses, each with what kind of name it is. */
static void say_addresses(struct dissect *d, struct cursor *c, bool to_info)
{
	static const uint16_t bits[] = {F(NB_FLAGS_GROUP), F(NB_FLAGS_ONT)};

	while (cursor_left(c) && cursor_ok(c) && dissect_step(d)) {
		uint16_t flags;
		struct addr a;
		char text[ADDR_TEXT_MAX];
		const char *node;

		if (cursor_left(c) < NB_LEN) {
			d->item = tree_uint(d->tree, F(INCOMPLETE_ENTRY), c->at, cursor_held(c), 0);
			say_expert(d, tree_index(d->tree, d->item), 0, EXPERT_ERROR,
				   EXPERT_MALFORMED, "incomplete entry");
			cursor_skip(c, cursor_left(c));
			return;
		}
		flags = (uint16_t)say_bitfield(d, c, F(NB_FLAGS), 2, bits, 2);
		node = name_or(F(NB_FLAGS_ONT), flags >> 13 & 3, "Unknown");
		item_append(d->tree, d->item, "%s, ONT: %s (%s, %s)",
			    flags & GROUP ? ", Name type" : "", node, node,
			    flags & GROUP ? "group" : "unique");
		a = say_ipv4(d, c, F(ADDR));
		if (to_info && cursor_ok(c))
			info_add(d, " %s", addr_text(&a, text));
		to_info = false;
	}
}

static void say_entry(struct dissect *d, struct cursor *c)
{
	static const uint16_t bits[] = {F(NAME_FLAGS_GROUP), F(NAME_FLAGS_ONT), F(NAME_FLAGS_DRG),
					F(NAME_FLAGS_CNF),   F(NAME_FLAGS_ACT), F(NAME_FLAGS_PRM)};
	uint8_t bytes[NETBIOS_NAME_LEN];
	char name[NETBIOS_NAME_TEXT_MAX];
	uint32_t at = c->at;
	uint16_t flags;

	cursor_copy(c, bytes, sizeof(bytes));
	if (!cursor_ok(c))
		return;
	netbios_name_plain(bytes, name);
	d->item = tree_string(d->tree, F(NETBIOS_NAME), at, NETBIOS_NAME_LEN, name);
	item_append(d->tree, d->item, "<%02x> (%s)", bytes[NETBIOS_NAME_LEN - 1],
		    netbios_service(bytes[NETBIOS_NAME_LEN - 1]));
	flags = (uint16_t)say_bitfield(d, c, F(NAME_FLAGS), 2, bits, 6);
	item_append(d->tree, d->item, "%s, ONT: %s%s%s%s%s", flags & GROUP ? ", Name type" : "",
		    name_or(F(NAME_FLAGS_ONT), flags >> 13 & 3, "Unknown"),
		    flags & 0x1000 ? ", Name is being deregistered" : "",
		    flags & 0x0800 ? ", Name is in conflict" : "",
		    flags & 0x0400 ? ", Name is active" : "",
		    flags & 0x0200 ? ", Permanent node name" : "");
}

/* RFC 1002 s. 4.2.18: the statistics behind the names of a node. */
static void say_statistics(struct dissect *d, struct cursor *c)
{
	static const struct {
		uint8_t field;
		uint8_t len;
	} parts[] = {
		{NBNS_JUMPERS, 1},
		{NBNS_TEST_RESULT, 1},
		{NBNS_VERSION_NUMBER, 2},
		{NBNS_PERIOD_OF_STATISTICS, 2},
		{NBNS_NUM_CRCS, 2},
		{NBNS_NUM_ALIGNMENT_ERRORS, 2},
		{NBNS_NUM_COLLISIONS, 2},
		{NBNS_NUM_SEND_ABORTS, 2},
		{NBNS_NUM_GOOD_SENDS, 4},
		{NBNS_NUM_GOOD_RECEIVES, 4},
		{NBNS_NUMRETRANSMITS, 2},
		{NBNS_NUM_NO_RESOURCE_CONDITIONS, 2},
		{NBNS_NUMCOMMAND_BLOCKS, 2},
		{NBNS_NUMPENDING_SESSIONS, 2},
		{NBNS_MAX_NUM_PENDING_SESSIONS, 2},
		{NBNS_MAX_TOTAL_SESSIONS_POSSIBLE, 2},
		{NBNS_SESSION_DATA_PACKET_SIZE, 2},
	};
	uint8_t mac[MAC_LEN];

	if (cursor_left(c) >= MAC_LEN)
		say_mac(d, c, F(UNIT_ID), mac);
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		if (cursor_left(c) < parts[i].len)
			break;
		say_uint(d, c, FIELD_ID(PROTOCOL_NBNS, parts[i].field), parts[i].len);
	}
}

static void say_status(struct dissect *d, struct cursor *c)
{
	uint32_t count = (uint32_t)say_uint(d, c, F(NUMBER_OF_NAMES), 1);

	while (count-- && cursor_ok(c) && dissect_step(d)) {
		if (cursor_left(c) >= ENTRY_LEN) {
			say_entry(d, c);
			continue;
		}
		d->item = tree_uint(d->tree, F(INCOMPLETE_ENTRY), c->at, cursor_held(c), 0);
		say_expert(d, tree_index(d->tree, d->item), 0, EXPERT_ERROR, EXPERT_MALFORMED,
			   "incomplete entry");
		cursor_malformed(c);
		return;
	}
	say_statistics(d, c);
}

static void say_record(struct dissect *d, struct cursor *c, struct dns_reader *reader, bool to_info)
{
	char text[SPAN_TEXT_MAX];
	struct cursor data;
	struct head head;
	uint32_t ttl, len;

	open_head(d, c, reader, false, &head);
	if (!cursor_ok(c))
		return;
	if (to_info)
		info_add(d, " %s", name_or(F(TYPE), head.type, "Unknown"));
	ttl = (uint32_t)say_uint(d, c, F(TTL), 4);
	item_text(d->tree, d->item, "Time to live: %s", ttl ? span_text(ttl, text) : "0 seconds");
	len = (uint32_t)say_uint(d, c, F(DATA_LENGTH), 2);
	data = cursor_take(c, len);
	if (cursor_ok(c) && head.type == TYPE_NB) {
		say_addresses(d, &data, to_info);
	} else if (cursor_ok(c) && head.type == TYPE_NBSTAT) {
		say_status(d, &data);
	} else if (cursor_ok(c)) {
		say_bytes(d, &data, F(DATA), len);
		if (!len)
			item_text(d->tree, d->item, "Data: <MISSING>");
	}
	say_close(d, head.before);
	if (cursor_ok(c) && !cursor_ok(&data))
		c->status = data.status;
}

/* The line of flags says what is set, the bits below only what has a meaning in this message. */
static uint16_t say_header_flags(struct dissect *d, struct cursor *c)
{
	static const uint16_t bits[] = {
		F(FLAGS_RESPONSE),   F(FLAGS_OPCODE),   F(FLAGS_AUTHORITATIVE), F(FLAGS_TRUNCATED),
		F(FLAGS_RECDESIRED), F(FLAGS_RECAVAIL), F(FLAGS_BROADCAST),     F(FLAGS_RCODE)};
	static const uint16_t of_query[] = {F(FLAGS_RESPONSE), F(FLAGS_OPCODE), F(FLAGS_TRUNCATED),
					    F(FLAGS_RECDESIRED), F(FLAGS_BROADCAST)};
	struct cursor look = *c;
	bool response = cursor_be16(&look) & RESPONSE;
	uint16_t flags = (uint16_t)say_bitfield(d, c, F(FLAGS), 2, response ? bits : of_query,
						response ? 8 : 5);

	item_append(d->tree, d->item, "%s, Opcode: %s%s%s%s%s%s", response ? ", Response" : "",
		    name_or(F(FLAGS_OPCODE), flags >> 11 & 15, "Unknown"),
		    response && flags & 0x400 ? ", Authoritative" : "",
		    flags & 0x200 ? ", Truncated" : "", flags & 0x100 ? ", Recursion desired" : "",
		    response && flags & 0x80 ? ", Recursion available" : "",
		    flags & 0x10 ? ", Broadcast" : "");
	if (response)
		item_append(d->tree, d->item, ", Reply code: %s",
			    name_or(F(FLAGS_RCODE), flags & 15, "Unknown"));
	return flags;
}

static void say_columns(struct dissect *d, uint16_t flags)
{
	info_set(d, "%s%s", name_or(F(FLAGS_OPCODE), flags >> 11 & 15, "Unknown operation"),
		 flags & RESPONSE ? " response" : "");
	if (flags & RESPONSE && flags & 15)
		info_add(d, ", %s", name_or(F(FLAGS_RCODE), flags & 15, "Unknown error"));
}

static void dissect_nbns(struct dissect *d, struct cursor *c)
{
	static const char *const titles[SECTIONS] = {
		"Queries", "Answers", "Authoritative nameservers", "Additional records"};
	struct dns_reader reader = {.message = *c};
	uint16_t counts[SECTIONS], flags;

	info_clear(d);
	say_uint(d, c, F(ID), 2);
	flags = say_header_flags(d, c);
	if (cursor_ok(c))
		say_columns(d, flags);
	for (unsigned i = 0; i < SECTIONS; i++)
		counts[i] = (uint16_t)say_uint(d, c, (uint16_t)(F(COUNT_QUERIES) + i), 2);
	for (unsigned i = 0; i < SECTIONS && cursor_ok(c); i++) {
		uint32_t begin = c->at, before, line;

		if (!counts[i])
			continue;
		say_line(d, begin, 0, "%s", titles[i]);
		line = tree_index(d->tree, d->item);
		before = say_open(d);
		if (i == 0)
			say_questions(d, c, &reader, counts[i]);
		for (uint16_t k = 0; i && k < counts[i] && cursor_ok(c) && dissect_step(d); k++)
			say_record(d, c, &reader, i == 1);
		say_close(d, before);
		if (line != TREE_NO_PARENT)
			tree_set_len(d->tree, line, c->at - begin);
	}
}

const struct dissector nbns_dissector = {fields, NBNS_FIELDS, dissect_nbns};
