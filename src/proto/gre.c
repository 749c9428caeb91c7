// SPDX-License-Identifier: Apache-2.0
// Generic Routing Encapsulation (RFC 1701, 2784, 2890; version 1 of RFC 2637).
#include "proto/gre.h"

#include <assert.h>

#include "proto/verify.h"

#define GRE_CHECKSUM         0x8000
#define GRE_ROUTING          0x4000
#define GRE_KEY              0x2000
#define GRE_SEQUENCE         0x1000
#define GRE_ACK              0x0080 /* RFC 2637 s. 4.1 */
#define GRE_VERSION          0x0007
#define GRE_ROUTE_HEADER_LEN 4 /* RFC 1701, "Routing" */

enum gre_type {
	GRE_TYPE_KEEPALIVE = 0x0000,
	GRE_TYPE_CDP = 0x2000,
	GRE_TYPE_ETHERNET = 0x6558,
	GRE_TYPE_PPP = 0x880b,
	GRE_TYPE_WCCP = 0x883e,
};

enum gre_field {
	GRE_PROTOCOL,
	GRE_PROTO,
	GRE_FLAGS,
	GRE_FLAGS_CHECKSUM,
	GRE_FLAGS_ROUTING,
	GRE_FLAGS_KEY,
	GRE_FLAGS_SEQUENCE,
	GRE_FLAGS_STRICT,
	GRE_FLAGS_RECURSION,
	GRE_FLAGS_ACK,
	GRE_FLAGS_RESERVED,
	GRE_FLAGS_RESERVED_V1,
	GRE_FLAGS_VERSION,
	GRE_SUM,
	GRE_SUM_STATUS,
	GRE_OFFSET,
	GRE_KEY_FIELD,
	GRE_PAYLOAD_LENGTH,
	GRE_CALL_ID,
	GRE_SEQUENCE_NUMBER,
	GRE_ACK_NUMBER,
	GRE_ROUTING_FIELD,
	GRE_ADDRESS_FAMILY,
	GRE_SRE_OFFSET,
	GRE_SRE_LENGTH,
	GRE_ROUTING_INFORMATION,
	GRE_WCCP_REDIRECT,
	GRE_WCCP_DYNAMIC,
	GRE_WCCP_ALTERNATIVE_USED,
	GRE_WCCP_VALID,
	GRE_WCCP_SERVICE,
	GRE_WCCP_ALTERNATIVE,
	GRE_WCCP_PRIMARY,
	GRE_SUM_INCORRECT,
	GRE_FIELDS
};

static const struct value_name type_names[] = {
	VALUE(GRE_TYPE_KEEPALIVE, "Possible GRE keepalive packet"),
	VALUE(0x00fe, "OSI"),
	VALUE(0x0800, "IP"),
	VALUE(0x0806, "ARP"),
	VALUE(GRE_TYPE_CDP, "CDP (Cisco)"),
	VALUE(0x2001, "NHRP"),
	VALUE(0x22eb, "ERSPAN III"),
	VALUE(0x6400, "MIKROTIK EoIP"),
	VALUE(GRE_TYPE_ETHERNET, "Transparent Ethernet bridging"),
	VALUE(0x6559, "Frame Relay"),
	VALUE(0x8137, "IPX"),
	{0x8200, 0x8370, "ARUBA WLAN"},
	VALUE(0x86dd, "IPv6"),
	VALUE(GRE_TYPE_PPP, "PPP"),
	VALUE(GRE_TYPE_WCCP, "WCCP"),
	VALUE(0x8847, "MPLS label switched packet"),
	VALUE(0x8881, "CDMA2000 A10 Unstructured byte stream"),
	VALUE(0x88be, "ERSPAN"),
	VALUE(0x88d2, "CDMA2000 A10 3GPP2 Packet"),
	VALUE(0x8909, "CiscoMetaData"),
	VALUE(0x894f, "Network Service Header"),
	VALUE(0x9000, "ARUBA WLAN"),
	VALUE(0xb7ea, "Huawei GRE bonding"),
	VALUE(0xfeae, "AIROHIVE AP AP"),
	VALUE_END,
};

static const struct value_name version_names[] = {
	VALUE(0, "GRE"),
	VALUE(1, "Enhanced GRE"),
	VALUE_END,
};

static const struct value_name service_names[] = {
	VALUE(0, "HTTP"),
	VALUE_END,
};

#define FLAG(filter, text, bit)                                                                    \
	{                                                                                          \
		filter, text, FIELD_BOOL, BASE_DEC, 2, bit, .yes = "Yes", .no = "No"               \
	}

static const struct field fields[] = {
	[GRE_PROTOCOL] = {"gre", "Generic Routing Encapsulation", FIELD_PROTOCOL},
	[GRE_PROTO] = {"gre.proto", "Protocol Type", FIELD_UINT, BASE_HEX, 2, .names = type_names},
	[GRE_FLAGS] = {"gre.flags_and_version", "Flags and Version", FIELD_UINT, BASE_HEX, 2},
	[GRE_FLAGS_CHECKSUM] = FLAG("gre.flags.checksum", "Checksum Bit", GRE_CHECKSUM),
	[GRE_FLAGS_ROUTING] = FLAG("gre.flags.routing", "Routing Bit", GRE_ROUTING),
	[GRE_FLAGS_KEY] = FLAG("gre.flags.key", "Key Bit", GRE_KEY),
	[GRE_FLAGS_SEQUENCE] =
		FLAG("gre.flags.sequence_number", "Sequence Number Bit", GRE_SEQUENCE),
	[GRE_FLAGS_STRICT] =
		FLAG("gre.flags.strict_source_route", "Strict Source Route Bit", 0x0800),
	[GRE_FLAGS_RECURSION] = {"gre.flags.recursion_control", "Recursion control", FIELD_UINT,
				 BASE_DEC, 2, 0x0700},
	[GRE_FLAGS_ACK] = FLAG("gre.flags.ack", "Acknowledgment", GRE_ACK),
	[GRE_FLAGS_RESERVED] = {"gre.flags.reserved", "Flags (Reserved)", FIELD_UINT, BASE_DEC, 2,
				0x00f8},
	[GRE_FLAGS_RESERVED_V1] = {"gre.flags.reserved", "Flags (Reserved)", FIELD_UINT, BASE_DEC,
				   2, 0x0078},
	[GRE_FLAGS_VERSION] = {"gre.flags.version", "Version", FIELD_UINT, BASE_DEC, 2, GRE_VERSION,
			       .names = version_names},
	[GRE_SUM] = {"gre.checksum", "Checksum", FIELD_UINT, BASE_HEX, 2},
	[GRE_SUM_STATUS] = {"gre.checksum.status", "Checksum Status", FIELD_UINT, BASE_NAME, 1,
			    .names = checksum_status_names},
	[GRE_OFFSET] = {"gre.offset", "Offset", FIELD_UINT, BASE_DEC, 2},
	[GRE_KEY_FIELD] = {"gre.key", "Key", FIELD_UINT, BASE_HEX, 4},
	[GRE_PAYLOAD_LENGTH] = {"gre.key.payload_length", "Payload Length", FIELD_UINT, BASE_DEC,
				2},
	[GRE_CALL_ID] = {"gre.key.call_id", "Call ID", FIELD_UINT, BASE_DEC, 2},
	[GRE_SEQUENCE_NUMBER] = {"gre.sequence_number", "Sequence Number", FIELD_UINT, BASE_DEC, 4},
	[GRE_ACK_NUMBER] = {"gre.ack_number", "Acknowledgment Number", FIELD_UINT, BASE_DEC, 4},
	[GRE_ROUTING_FIELD] = {"gre.routing", "Routing", FIELD_NONE},
	[GRE_ADDRESS_FAMILY] = {"gre.routing.address_family", "Address Family", FIELD_UINT,
				BASE_DEC, 2},
	[GRE_SRE_OFFSET] = {"gre.routing.sre_offset", "SRE Offset", FIELD_UINT, BASE_DEC, 1},
	[GRE_SRE_LENGTH] = {"gre.routing.src_length", "SRE Length", FIELD_UINT, BASE_DEC, 1},
	[GRE_ROUTING_INFORMATION] = {"gre.routing.information", "Routing Information", FIELD_BYTES},
	[GRE_WCCP_REDIRECT] = {"gre.wccp.redirect_header", "Redirect Header", FIELD_NONE},
	[GRE_WCCP_DYNAMIC] = {"gre.wccp.dynamic_service", "Dynamic Service", FIELD_BOOL, BASE_DEC,
			      1, 0x01, .yes = "Dynamic service", .no = "Well-known service"},
	[GRE_WCCP_ALTERNATIVE_USED] = {"gre.wccp.alternative_bucket_used",
				       "Alternative bucket used", FIELD_BOOL, BASE_DEC, 1, 0x02,
				       .yes = "Alternative bucket used",
				       .no = "Primary bucket used"},
	[GRE_WCCP_VALID] = {"gre.wccp.redirect_header_valid", "WCCP Redirect header is valid",
			    FIELD_BOOL, BASE_DEC, 1, 0x04,
			    .yes = "Header is present, but ignore contents",
			    .no = "Header contents are valid"},
	[GRE_WCCP_SERVICE] = {"gre.wccp.service_id", "Service ID", FIELD_UINT, BASE_DEC, 1,
			      .names = service_names},
	[GRE_WCCP_ALTERNATIVE] = {"gre.wccp.alternative_bucket", "Alternative Bucket", FIELD_UINT,
				  BASE_DEC, 1},
	[GRE_WCCP_PRIMARY] = {"gre.wccp.primary_bucket", "Primary Bucket", FIELD_UINT, BASE_DEC, 1},
	[GRE_SUM_INCORRECT] = {"gre.checksum.incorrect", "Incorrect GRE Checksum", FIELD_NONE},
};

static_assert(sizeof(fields) / sizeof(fields[0]) == GRE_FIELDS, "every gre_field has a row");

#define F(name) FIELD_ID(PROTOCOL_GRE, GRE_##name)

static const struct verify_fields checksum_fields = {F(SUM), F(SUM_STATUS), F(SUM_INCORRECT)};

static unsigned say_flags(struct dissect *d, struct cursor *c)
{
	const uint16_t bits[] = {F(FLAGS_CHECKSUM), F(FLAGS_ROUTING), F(FLAGS_KEY),
				 F(FLAGS_SEQUENCE), F(FLAGS_STRICT),  F(FLAGS_RECURSION)};
	const uint16_t last[] = {F(FLAGS_ACK), F(FLAGS_RESERVED_V1), F(FLAGS_VERSION)};
	const uint16_t last_v0[] = {F(FLAGS_RESERVED), F(FLAGS_VERSION)};
	uint32_t at = c->at;
	unsigned flags = (unsigned)say_uint(d, c, F(FLAGS), 2);
	uint32_t open = say_open(d);

	if (cursor_ok(c)) {
		say_bits(d, at, 2, flags, bits, sizeof(bits) / sizeof(bits[0]));
		if ((flags & GRE_VERSION) == 1)
			say_bits(d, at, 2, flags, last, sizeof(last) / sizeof(last[0]));
		else
			say_bits(d, at, 2, flags, last_v0, sizeof(last_v0) / sizeof(last_v0[0]));
	}
	say_close(d, open);
	return flags;
}

/* RFC 1701: entries up to one of length zero. */
static void read_routing(struct dissect *d, struct cursor *c)
{
	uint32_t open;
	unsigned len;

	d->item = tree_uint(d->tree, F(ROUTING_FIELD), c->at, 0, 0);
	open = say_open(d);
	do {
		say_uint(d, c, F(ADDRESS_FAMILY), 2);
		say_uint(d, c, F(SRE_OFFSET), 1);
		len = (unsigned)say_uint(d, c, F(SRE_LENGTH), 1);
		if (len)
			say_bytes(d, c, F(ROUTING_INFORMATION), len);
	} while (len && cursor_ok(c) && dissect_step(d));
	say_close(d, open);
}

/* Version 2 of WCCP puts four bytes before the packet; they never look like an IPv4 header. */
static void read_wccp(struct dissect *d, struct cursor *c)
{
	uint32_t at = c->at;
	uint32_t open;
	unsigned flags;

	if (!cursor_held(c) || c->base[at] >> 4 == 4)
		return;
	d->item = tree_uint(d->tree, F(WCCP_REDIRECT), at, 4, 0);
	open = say_open(d);
	flags = cursor_u8(c);
	say_bits(d, at, 1, flags,
		 (const uint16_t[]) {F(WCCP_DYNAMIC), F(WCCP_ALTERNATIVE_USED), F(WCCP_VALID)}, 3);
	say_uint(d, c, F(WCCP_SERVICE), 1);
	say_uint(d, c, F(WCCP_ALTERNATIVE), 1);
	say_uint(d, c, F(WCCP_PRIMARY), 1);
	say_close(d, open);
}

static void next(struct dissect *d, unsigned type, const struct cursor *c)
{
	uint8_t protocol = d->dispatch->ether[type];

	switch (type) {
	case GRE_TYPE_KEEPALIVE:
		protocol = 0;
		break;
	case GRE_TYPE_CDP:
		protocol = PROTOCOL_CDP;
		break;
	case GRE_TYPE_ETHERNET:
		protocol = PROTOCOL_ETHERNET;
		break;
	case GRE_TYPE_PPP:
		protocol = PROTOCOL_PPP;
		break;
	case GRE_TYPE_WCCP:
		protocol = PROTOCOL_IPV4;
		break;
	default:
		break;
	}
	if (!cursor_left(c))
		return;
	if (protocol)
		dissect_next(d, protocol, c);
	else
		dissect_data(d, c);
}

static void read_options(struct dissect *d, struct cursor *c, const struct cursor *whole,
			 unsigned flags)
{
	uint32_t sum;
	bool known;

	if (flags & (GRE_CHECKSUM | GRE_ROUTING)) {
		sum = verify_sum(whole, 0, &known);
		if (flags & GRE_CHECKSUM)
			say_checksum(d, c, &checksum_fields, sum, known);
		else
			cursor_skip(c, 2);
		say_uint(d, c, F(OFFSET), 2);
	}
	if (flags & GRE_KEY && (flags & GRE_VERSION) == 1) {
		say_uint(d, c, F(PAYLOAD_LENGTH), 2);
		say_uint(d, c, F(CALL_ID), 2);
	} else if (flags & GRE_KEY) {
		say_uint(d, c, F(KEY_FIELD), 4);
	}
	if (flags & GRE_SEQUENCE)
		say_uint(d, c, F(SEQUENCE_NUMBER), 4);
	if (flags & GRE_ACK && (flags & GRE_VERSION) == 1)
		say_uint(d, c, F(ACK_NUMBER), 4);
	if (flags & GRE_ROUTING)
		read_routing(d, c);
}

static void dissect_gre(struct dissect *d, struct cursor *c)
{
	struct cursor whole = *c;
	struct cursor ahead = *c;
	unsigned flags, type;
	const char *name;

	cursor_skip(&ahead, 2);
	type = cursor_be16(&ahead);
	if (!cursor_ok(&ahead)) {
		*c = ahead;
		return;
	}
	name = value_name(type_names, type);
	if (name) {
		info_set(d, "Encapsulated %s", name);
		say_heading(d, "Generic Routing Encapsulation (%s)", name);
	} else {
		info_set(d, "Encapsulated 0x%04x (unknown)", type);
		say_heading(d, "Generic Routing Encapsulation (0x%04x - unknown)", type);
	}
	flags = say_flags(d, c);
	say_uint(d, c, F(PROTO), 2);
	read_options(d, c, &whole, flags);
	if (type == GRE_TYPE_WCCP && cursor_ok(c))
		read_wccp(d, c);
	if (cursor_ok(c))
		next(d, type, c);
}

const struct dissector gre_dissector = {fields, GRE_FIELDS, dissect_gre};
