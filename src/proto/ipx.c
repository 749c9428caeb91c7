// SPDX-License-Identifier: Apache-2.0
// Internetwork Packet Exchange with its RIP and SAP (Novell, "IPX Router Specification" 1.30).
#include "proto/ipx.h"

#include <assert.h>
#include <stdio.h>

#include "proto/dissect.h"

#define IPX_HEADER_LEN     30
#define IPX_DESTINATION_AT 6
#define IPX_SOURCE_AT      18
#define IPX_TYPE_RIP       0x01
#define SOCKET_SAP         0x0452
#define SOCKET_RIP         0x0453
#define SAP_NAME_LEN       48
#define SAP_SERVER_LEN     64
#define RIP_ROUTE_LEN      8
#define TICK_MS_NUM        1000 /* a tick is 1/18 s */
#define TICK_MS_DEN        18

enum ipx_field {
	IPX_PROTOCOL,
	IPX_SRC,
	IPX_DST,
	IPX_ADDR,
	IPX_CHECKSUM,
	IPX_LEN,
	IPX_HOPS,
	IPX_PACKET_TYPE,
	IPX_DST_NET,
	IPX_DST_NODE,
	IPX_DST_SOCKET,
	IPX_SRC_NET,
	IPX_SRC_NODE,
	IPX_SRC_SOCKET,
	IPX_NET,
	IPX_NODE,
	IPX_SOCKET,
	IPX_FIELDS
};

enum ipxrip_field {
	RIP_PROTOCOL,
	RIP_REQUEST,
	RIP_RESPONSE,
	RIP_PACKET_TYPE,
	RIP_VECTOR,
	RIP_HOPS,
	RIP_TICKS,
	RIP_FIELDS
};

enum ipxsap_field {
	SAP_PROTOCOL,
	SAP_REQUEST,
	SAP_RESPONSE,
	SAP_PACKET_TYPE,
	SAP_SERVER,
	SAP_SERVER_TYPE,
	SAP_SERVER_NAME,
	SAP_SERVER_NETWORK,
	SAP_SERVER_NODE,
	SAP_SERVER_SOCKET,
	SAP_SERVER_NETWORKS,
	SAP_FIELDS
};

static const struct value_name type_names[] = {
	VALUE(0x00, "IPX"),
	VALUE(IPX_TYPE_RIP, "RIP"),
	VALUE(0x02, "Echo"),
	VALUE(0x03, "Error"),
	VALUE(0x04, "PEP"),
	VALUE(0x05, "SPX"),
	VALUE(0x10, "Experimental Protocol"),
	VALUE(0x11, "NCP"),
	{0x12, 0x13, "Experimental Protocol"},
	VALUE(0x14, "NetBIOS Broadcast"),
	{0x15, 0x1f, "Experimental Protocol"},
	VALUE_END,
};

static const struct value_name socket_names[] = {
	VALUE(0x0002, "CISCO PING"),
	VALUE(0x0451, "NCP"),
	VALUE(SOCKET_SAP, "SAP"),
	VALUE(SOCKET_RIP, "RIP"),
	VALUE(0x0455, "NetBIOS"),
	VALUE(0x0456, "Diagnostic"),
	VALUE(0x0457, "Serialization"),
	VALUE(0x0550, "NWLink SMB Server"),
	VALUE(0x0551, "NWLink SMB Name Query"),
	VALUE(0x0552, "NWLink SMB Redirector"),
	VALUE(0x0553, "NWLink SMB Mailslot Datagram"),
	VALUE(0x0554, "NWLink SMB Messenger"),
	VALUE(0x0555, "NWLink SMB Browse"),
	VALUE(0x4001, "IPX Message"),
	VALUE(0x4003, "IPX Message"),
	VALUE(0x4006, "NetWare Directory Server"),
	VALUE(0x400c, "HP LaserJet/QuickSilver"),
	VALUE(0x85be, "Cisco EIGRP for IPX"),
	VALUE(0x9001, "NetWare Link Services Protocol"),
	VALUE(0x9004, "IPX WAN"),
	VALUE(0x900f, "SNMP Agent"),
	VALUE(0x9010, "SNMP Sink"),
	VALUE(0x9086, "Novell PING"),
	VALUE(0x9091, "TCP Tunnel"),
	VALUE(0x9092, "UDP Tunnel"),
	VALUE_END,
};

static const struct value_name rip_names[] = {
	VALUE(1, "Request"),
	VALUE(2, "Response"),
	VALUE_END,
};

static const struct value_name sap_names[] = {
	VALUE(1, "General Query"),
	VALUE(2, "General Response"),
	VALUE(3, "Nearest Query"),
	VALUE(4, "Nearest Response"),
	VALUE_END,
};

static const struct value_name server_names[] = {
	VALUE(0x0000, "Unknown"),
	VALUE(0x0001, "User"),
	VALUE(0x0002, "User Group"),
	VALUE(0x0003, "Print Queue or Print Group"),
	VALUE(0x0004, "File Server (SLIST source)"),
	VALUE(0x0005, "Job Server"),
	VALUE(0x0006, "Gateway"),
	VALUE(0x0007, "Print Server or Silent Print Server"),
	VALUE(0x0047, "Advertising Print Server"),
	VALUE(0x030c, "Intel Netport 2 or HP JetDirect or HP Quicksilver"),
	VALUE_END,
};

#define NUMBER(filter, text, base, width)                                                          \
	{                                                                                          \
		filter, text, FIELD_UINT, base, width                                              \
	}
#define NAMED(filter, text, base, width, table)                                                    \
	{                                                                                          \
		filter, text, FIELD_UINT, base, width, .names = table                              \
	}

static const struct field ipx_fields[] = {
	[IPX_PROTOCOL] = {"ipx", "Internetwork Packet eXchange", FIELD_PROTOCOL},
	[IPX_SRC] = {"ipx.src", "Source Address", FIELD_STRING},
	[IPX_DST] = {"ipx.dst", "Destination Address", FIELD_STRING},
	[IPX_ADDR] = {"ipx.addr", "Src/Dst Address", FIELD_STRING},
	[IPX_CHECKSUM] = NUMBER("ipx.checksum", "Checksum", BASE_HEX, 2),
	[IPX_LEN] = {"ipx.len", "Length", FIELD_UINT, BASE_DEC, 2, .unit = " bytes"},
	[IPX_HOPS] = NUMBER("ipx.hops", "Transport Control (Hops)", BASE_DEC, 1),
	[IPX_PACKET_TYPE] = NAMED("ipx.packet_type", "Packet Type", BASE_HEX, 1, type_names),
	[IPX_DST_NET] = NUMBER("ipx.dst.net", "Destination Network", BASE_HEX, 4),
	[IPX_DST_NODE] = {"ipx.dst.node", "Destination Node", FIELD_ETHER},
	[IPX_DST_SOCKET] = NAMED("ipx.dst.socket", "Destination Socket", BASE_HEX, 2, socket_names),
	[IPX_SRC_NET] = NUMBER("ipx.src.net", "Source Network", BASE_HEX, 4),
	[IPX_SRC_NODE] = {"ipx.src.node", "Source Node", FIELD_ETHER},
	[IPX_SRC_SOCKET] = NAMED("ipx.src.socket", "Source Socket", BASE_HEX, 2, socket_names),
	[IPX_NET] = NUMBER("ipx.net", "Source or Destination Network", BASE_HEX, 4),
	[IPX_NODE] = {"ipx.node", "Source or Destination Node", FIELD_ETHER},
	[IPX_SOCKET] =
		NAMED("ipx.socket", "Source or Destination Socket", BASE_HEX, 2, socket_names),
};

static const struct field rip_fields[] = {
	[RIP_PROTOCOL] = {"ipxrip", "IPX Routing Information Protocol", FIELD_PROTOCOL},
	[RIP_REQUEST] = {"ipxrip.request", "Request", FIELD_BOOL},
	[RIP_RESPONSE] = {"ipxrip.response", "Response", FIELD_BOOL},
	[RIP_PACKET_TYPE] = NAMED("ipxrip.packet_type", "RIP packet type", BASE_DEC, 2, rip_names),
	[RIP_VECTOR] = NUMBER("ipxrip.route_vector", "Route Vector", BASE_HEX, 4),
	[RIP_HOPS] = NUMBER("ipxrip.hops", "Hops", BASE_DEC, 2),
	[RIP_TICKS] = NUMBER("ipxrip.ticks", "Ticks", BASE_DEC, 2),
};

static const struct field sap_fields[] = {
	[SAP_PROTOCOL] = {"ipxsap", "Service Advertisement Protocol", FIELD_PROTOCOL},
	[SAP_REQUEST] = {"ipxsap.request", "Request", FIELD_BOOL},
	[SAP_RESPONSE] = {"ipxsap.response", "Response", FIELD_BOOL},
	[SAP_PACKET_TYPE] = NAMED("ipxsap.packet_type", "SAP packet type", BASE_DEC, 2, sap_names),
	[SAP_SERVER] = {"ipxsap.server", "Server", FIELD_NONE},
	[SAP_SERVER_TYPE] = NAMED("ipxsap.server.type", "Server Type", BASE_HEX, 2, server_names),
	[SAP_SERVER_NAME] = {"ipxsap.server.name", "Server Name", FIELD_STRING},
	[SAP_SERVER_NETWORK] = NUMBER("ipxsap.server.network", "Network", BASE_HEX, 4),
	[SAP_SERVER_NODE] = {"ipxsap.server.node", "Node", FIELD_ETHER},
	[SAP_SERVER_SOCKET] = NAMED("ipxsap.server.socket", "Socket", BASE_HEX, 2, socket_names),
	[SAP_SERVER_NETWORKS] =
		NUMBER("ipxsap.server.intermediate_networks", "Intermediate Networks", BASE_DEC, 2),
};

static_assert(sizeof(ipx_fields) / sizeof(ipx_fields[0]) == IPX_FIELDS, "every ipx_field");
static_assert(sizeof(rip_fields) / sizeof(rip_fields[0]) == RIP_FIELDS, "every ipxrip_field");
static_assert(sizeof(sap_fields) / sizeof(sap_fields[0]) == SAP_FIELDS, "every ipxsap_field");

#define F(name) FIELD_ID(PROTOCOL_IPX, IPX_##name)
#define R(name) FIELD_ID(PROTOCOL_IPXRIP, RIP_##name)
#define S(name) FIELD_ID(PROTOCOL_IPXSAP, SAP_##name)

/* "a8f87967.000000000001" into an endpoint and the fields that hold whole addresses. */
static void say_address(struct dissect *d, struct cursor c, uint16_t id, struct endpoint *ret)
{
	uint32_t at = c.at;
	uint32_t net = cursor_be32(&c);
	uint8_t node[MAC_LEN];

	cursor_copy(&c, node, MAC_LEN);
	if (!cursor_ok(&c))
		return;
	ret->kind = ENDPOINT_TEXT;
	snprintf(ret->text, sizeof(ret->text), "%08x.%02x%02x%02x%02x%02x%02x", net, node[0],
		 node[1], node[2], node[3], node[4], node[5]);
	item_flag(tree_string(d->tree, id, at, 0, ret->text), ITEM_HIDDEN);
	item_flag(tree_string(d->tree, F(ADDR), at, 0, ret->text), ITEM_HIDDEN);
}

/* Network, node and socket; ids: three in a row. Returns the socket. */
static unsigned say_end(struct dissect *d, struct cursor *c, uint16_t first)
{
	uint32_t at = c->at;
	uint8_t node[MAC_LEN];
	unsigned socket;
	uint32_t net = (uint32_t)say_uint(d, c, first, 4);

	if (cursor_ok(c))
		say_hidden(d, F(NET), at, 4, net);
	say_mac(d, c, (uint16_t)(first + 1), node);
	if (cursor_ok(c))
		item_flag(tree_bytes(d->tree, F(NODE), at + 4, MAC_LEN, node, MAC_LEN),
			  ITEM_HIDDEN);
	socket = (unsigned)say_uint(d, c, (uint16_t)(first + 2), 2);
	if (cursor_ok(c))
		say_hidden(d, F(SOCKET), at + 10, 2, socket);
	return socket;
}

static void next(struct dissect *d, const struct cursor *c, unsigned destination, unsigned source)
{
	if (destination == SOCKET_SAP || source == SOCKET_SAP)
		dissect_next(d, PROTOCOL_IPXSAP, c);
	else if (destination == SOCKET_RIP || source == SOCKET_RIP)
		dissect_next(d, PROTOCOL_IPXRIP, c);
	else
		dissect_data(d, c);
}

static void dissect_ipx(struct dissect *d, struct cursor *c)
{
	struct cursor ahead = *c;
	struct endpoint source = {0}, destination = {0};
	struct cursor payload;
	unsigned len, hops, from, to;
	const char *name;

	if (!cursor_need(c, IPX_HEADER_LEN))
		return;
	cursor_skip(&ahead, IPX_SOURCE_AT);
	say_address(d, ahead, F(SRC), &source);
	ahead = *c;
	cursor_skip(&ahead, IPX_DESTINATION_AT);
	say_address(d, ahead, F(DST), &destination);
	d->kept.source = source;
	d->kept.destination = destination;
	say_uint(d, c, F(CHECKSUM), 2);
	len = (unsigned)say_uint(d, c, F(LEN), 2);
	hops = (unsigned)say_uint(d, c, F(HOPS), 1);
	item_text(d->tree, d->item, "Transport Control: %u hop%s", hops, hops == 1 ? "" : "s");
	say_uint(d, c, F(PACKET_TYPE), 1);
	to = say_end(d, c, F(DST_NET));
	from = say_end(d, c, F(SRC_NET));
	name = value_name(socket_names, to);
	if (name)
		info_set(d, "%s (0x%04X)", name, to);
	else
		info_set(d, "Unknown (0x%04X)", to);
	if (len < IPX_HEADER_LEN) {
		cursor_malformed(c);
		return;
	}
	len -= IPX_HEADER_LEN;
	if (len > cursor_left(c))
		len = cursor_left(c);
	dissect_ends(d, c->at + len);
	ahead = *c;
	payload = cursor_take(&ahead, len);
	next(d, &payload, to, from);
}

static void dissect_ipxrip(struct dissect *d, struct cursor *c)
{
	uint32_t at = c->at;
	unsigned type = (unsigned)say_uint(d, c, R(PACKET_TYPE), 2);
	const char *name = value_name(rip_names, type);

	if (!cursor_ok(c))
		return;
	info_set(d, "%s", name ? name : "Unknown packet type");
	if (name)
		say_hidden(d, type == 1 ? R(REQUEST) : R(RESPONSE), at, 2, 1);
	while (cursor_left(c) >= RIP_ROUTE_LEN && cursor_ok(c) && dissect_step(d)) {
		unsigned ticks;

		say_uint(d, c, R(VECTOR), 4);
		say_uint(d, c, R(HOPS), 2);
		ticks = (unsigned)say_uint(d, c, R(TICKS), 2);
		item_text(d->tree, d->item, "Ticks: %u ms", ticks * TICK_MS_NUM / TICK_MS_DEN);
	}
}

static void dissect_ipxsap(struct dissect *d, struct cursor *c)
{
	uint32_t at = c->at;
	unsigned type = (unsigned)say_uint(d, c, S(PACKET_TYPE), 2);
	const char *name = value_name(sap_names, type);
	uint8_t node[MAC_LEN];

	if (!cursor_ok(c))
		return;
	info_set(d, "%s", name ? name : "Unknown Packet Type");
	if (type >= 1 && type <= 4)
		say_hidden(d, S(REQUEST), at, 2, type == 2 || type == 4);
	while (cursor_left(c) >= SAP_SERVER_LEN && cursor_ok(c) && dissect_step(d)) {
		uint32_t open;

		d->item = tree_uint(d->tree, S(SERVER), c->at, SAP_SERVER_LEN, 0);
		open = say_open(d);
		say_uint(d, c, S(SERVER_TYPE), 2);
		say_string(d, c, S(SERVER_NAME), SAP_NAME_LEN);
		say_uint(d, c, S(SERVER_NETWORK), 4);
		say_mac(d, c, S(SERVER_NODE), node);
		say_uint(d, c, S(SERVER_SOCKET), 2);
		say_uint(d, c, S(SERVER_NETWORKS), 2);
		say_close(d, open);
	}
	if (cursor_left(c) >= 2 && (type == 1 || type == 3))
		say_uint(d, c, S(SERVER_TYPE), 2);
}

const struct dissector ipx_dissector = {ipx_fields, IPX_FIELDS, dissect_ipx};
const struct dissector ipxrip_dissector = {rip_fields, RIP_FIELDS, dissect_ipxrip};
const struct dissector ipxsap_dissector = {sap_fields, SAP_FIELDS, dissect_ipxsap};
