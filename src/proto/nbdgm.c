// SPDX-License-Identifier: Apache-2.0
// Dissects the NetBIOS Datagram Service (RFC 1002 s. 4.4).
#include "proto/nbdgm.h"

#include <assert.h>

#include "proto/dissect.h"
#include "proto/nbss.h"
#include "proto/netbios_name.h"

enum nbdgm_type {
	TYPE_UNIQUE = 0x10, /* RFC 1002 s. 4.4.1 */
	TYPE_GROUP = 0x11,
	TYPE_BROADCAST = 0x12,
	TYPE_ERROR = 0x13,
	TYPE_QUERY = 0x14,
	TYPE_NEGATIVE = 0x16,
};

enum nbdgm_field {
	NBDGM_PROTOCOL,
	NBDGM_TYPE,
	NBDGM_FLAGS,
	NBDGM_NEXT,
	NBDGM_FIRST,
	NBDGM_NODE_TYPE,
	NBDGM_DGRAM_ID,
	NBDGM_SRC_IP,
	NBDGM_SRC_PORT,
	NBDGM_DGRAM_LEN,
	NBDGM_PKT_OFFSET,
	NBDGM_ERROR_CODE,
	NBDGM_SOURCE_NAME,
	NBDGM_DESTINATION_NAME,
	NBDGM_FIELDS
};

static const struct value_name type_names[] = {
	VALUE(16, "Direct_unique datagram"),
	VALUE(17, "Direct_group datagram"),
	VALUE(18, "Broadcast datagram"),
	VALUE(19, "Datagram error"),
	VALUE(20, "Datagram query request"),
	VALUE(21, "Datagram positive query response"),
	VALUE(22, "Datagram negative query response"),
	VALUE_END,
};

static const struct value_name node_type_names[] = {
	VALUE(0, "B node"), VALUE(1, "P node"), VALUE(2, "M node"), VALUE(3, "NBDD"), VALUE_END,
};

static const struct value_name error_code_names[] = {
	VALUE(130, "Destination name not present"),
	VALUE(131, "Invalid source name format"),
	VALUE(132, "Invalid destination name format"),
	VALUE_END,
};

static const struct field fields[] = {
	[NBDGM_PROTOCOL] = {"nbdgm", "NetBIOS Datagram Service", FIELD_PROTOCOL},
	[NBDGM_TYPE] = {"nbdgm.type", "Message Type", FIELD_UINT, BASE_DEC, 1, .names = type_names},
	[NBDGM_FLAGS] = {"nbdgm.flags", "Flags", FIELD_UINT, BASE_HEX, 1},
	[NBDGM_NEXT] = {"nbdgm.next", "More fragments follow", FIELD_BOOL, BASE_DEC, 1, 0x1,
			.yes = "Yes", .no = "No"},
	[NBDGM_FIRST] = {"nbdgm.first", "This is first fragment", FIELD_BOOL, BASE_DEC, 1, 0x2,
			 .yes = "Yes", .no = "No"},
	[NBDGM_NODE_TYPE] = {"nbdgm.node_type", "Node Type", FIELD_UINT, BASE_DEC, 1, 0xc,
			     .names = node_type_names},
	[NBDGM_DGRAM_ID] = {"nbdgm.dgram_id", "Datagram ID", FIELD_UINT, BASE_HEX, 2},
	[NBDGM_SRC_IP] = {"nbdgm.src.ip", "Source IP", FIELD_IPV4},
	[NBDGM_SRC_PORT] = {"nbdgm.src.port", "Source Port", FIELD_UINT, BASE_DEC, 2},
	[NBDGM_DGRAM_LEN] = {"nbdgm.dgram_len", "Datagram length", FIELD_UINT, BASE_DEC, 2,
			     .unit = " bytes"},
	[NBDGM_PKT_OFFSET] = {"nbdgm.pkt_offset", "Packet offset", FIELD_UINT, BASE_DEC, 2,
			      .unit = " bytes"},
	[NBDGM_ERROR_CODE] = {"nbdgm.error_code", "Error code", FIELD_UINT, BASE_HEX, 1,
			      .names = error_code_names},
	[NBDGM_SOURCE_NAME] = {"nbdgm.source_name", "Source name", FIELD_STRING},
	[NBDGM_DESTINATION_NAME] = {"nbdgm.destination_name", "Destination name", FIELD_STRING},
};

static_assert(sizeof(fields) / sizeof(fields[0]) == NBDGM_FIELDS, "every nbdgm_field has a row");

#define F(name) FIELD_ID(PROTOCOL_NBDGM, NBDGM_##name)

static void say_name(struct dissect *d, struct cursor *c, uint16_t id, struct dns_reader *reader)
{
	struct netbios_name name;
	uint32_t at = c->at;

	netbios_name_read(reader, c, &name);
	if (!cursor_ok(c))
		return;
	d->item = tree_string(d->tree, id, at, c->at - at, name.text);
	if (name.service)
		item_append(d->tree, d->item, " (%s)", name.service);
}

static void say_flags_line(struct dissect *d, struct cursor *c)
{
	static const uint16_t bits[] = {F(NEXT), F(FIRST), F(NODE_TYPE)};
	uint8_t flags = (uint8_t)say_bitfield(d, c, F(FLAGS), 1, bits, 3);
	const char *node = value_name(field_get(F(NODE_TYPE))->names, flags >> 2 & 3);

	item_append(d->tree, d->item, "%s%s, Node Type: %s",
		    flags & 1 ? ", More fragments follow" : "",
		    flags & 2 ? ", This is first fragment" : "", node ? node : "Unknown");
}

static void say_datagram(struct dissect *d, struct cursor *c, struct dns_reader *reader)
{
	say_uint(d, c, F(DGRAM_LEN), 2);
	say_uint(d, c, F(PKT_OFFSET), 2);
	if (cursor_ok(c))
		say_name(d, c, F(SOURCE_NAME), reader);
	if (cursor_ok(c))
		say_name(d, c, F(DESTINATION_NAME), reader);
	if (cursor_ok(c))
		nbss_payload(d, c);
}

static void dissect_nbdgm(struct dissect *d, struct cursor *c)
{
	struct dns_reader reader = {.message = *c};
	uint8_t type = (uint8_t)say_uint(d, c, F(TYPE), 1);
	const char *name = value_name(type_names, type);

	if (!cursor_ok(c))
		return;
	if (name)
		info_set(d, "%s", name);
	else
		info_set(d, "Unknown message type (0x%02X)", type);
	say_flags_line(d, c);
	say_uint(d, c, F(DGRAM_ID), 2);
	say_ipv4(d, c, F(SRC_IP));
	say_uint(d, c, F(SRC_PORT), 2);
	if (!cursor_ok(c))
		return;
	if (type >= TYPE_UNIQUE && type <= TYPE_BROADCAST)
		say_datagram(d, c, &reader);
	else if (type == TYPE_ERROR)
		say_uint(d, c, F(ERROR_CODE), 1);
	else if (type >= TYPE_QUERY && type <= TYPE_NEGATIVE)
		say_name(d, c, F(DESTINATION_NAME), &reader);
}

const struct dissector nbdgm_dissector = {fields, NBDGM_FIELDS, dissect_nbdgm};
