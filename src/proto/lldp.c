// SPDX-License-Identifier: Apache-2.0
// Link Layer Discovery Protocol (IEEE 802.1AB): the basic TLVs; of organisations' own, the head.
#include "proto/lldp.h"

#include <assert.h>

#include "proto/dissect.h"
#include "proto/llc.h"

enum lldp_type {
	LLDP_END = 0,
	LLDP_CHASSIS = 1,
	LLDP_PORT = 2,
	LLDP_TTL = 3,
	LLDP_PORT_DESC = 4,
	LLDP_SYSTEM_NAME = 5,
	LLDP_SYSTEM_DESC = 6,
	LLDP_SYSTEM_CAP = 7,
	LLDP_MANAGEMENT = 8,
	LLDP_ORGANISATION = 127,
};

#define LLDP_CHASSIS_MAC     4 /* 802.1AB s. 8.5.2.2 */
#define LLDP_CHASSIS_NETWORK 5
#define LLDP_PORT_MAC        3 /* 802.1AB s. 8.5.3.2 */
#define LLDP_PORT_NETWORK    4
#define OUI_8021             0x0080c2
#define OUI_8023             0x00120f

enum lldp_field {
	LLDP_PROTOCOL,
	LLDP_TLV_TYPE,
	LLDP_TLV_LEN,
	LLDP_CHASSIS_SUBTYPE,
	LLDP_CHASSIS_ID,
	LLDP_CHASSIS_ID_MAC,
	LLDP_CHASSIS_ID_IP4,
	LLDP_CHASSIS_ID_IP6,
	LLDP_PORT_SUBTYPE,
	LLDP_PORT_ID,
	LLDP_PORT_ID_MAC,
	LLDP_PORT_ID_IP4,
	LLDP_PORT_ID_IP6,
	LLDP_NETWORK_FAMILY,
	LLDP_TIME_TO_LIVE,
	LLDP_F_PORT_DESC,
	LLDP_F_SYSTEM_NAME,
	LLDP_F_SYSTEM_DESC,
	LLDP_CAP,
	LLDP_CAP_OTHER,
	LLDP_CAP_REPEATER,
	LLDP_CAP_BRIDGE,
	LLDP_CAP_WLAN,
	LLDP_CAP_ROUTER,
	LLDP_CAP_TELEPHONE,
	LLDP_CAP_DOCSIS,
	LLDP_CAP_STATION,
	LLDP_ENABLED,
	LLDP_ENABLED_OTHER,
	LLDP_ENABLED_REPEATER,
	LLDP_ENABLED_BRIDGE,
	LLDP_ENABLED_WLAN,
	LLDP_ENABLED_ROUTER,
	LLDP_ENABLED_TELEPHONE,
	LLDP_ENABLED_DOCSIS,
	LLDP_ENABLED_STATION,
	LLDP_MGN_LEN,
	LLDP_MGN_SUBTYPE,
	LLDP_MGN_IP4,
	LLDP_MGN_IP6,
	LLDP_MGN_HEX,
	LLDP_MGN_IF_SUBTYPE,
	LLDP_MGN_IF_NUMBER,
	LLDP_MGN_OID_LEN,
	LLDP_MGN_OID,
	LLDP_OUI,
	LLDP_8021_SUBTYPE,
	LLDP_8021_PVID,
	LLDP_8023_SUBTYPE,
	LLDP_FIELDS
};

static const struct value_name type_names[] = {
	VALUE(LLDP_END, "End of LLDPDU"),
	VALUE(LLDP_CHASSIS, "Chassis Id"),
	VALUE(LLDP_PORT, "Port Id"),
	VALUE(LLDP_TTL, "Time to Live"),
	VALUE(LLDP_PORT_DESC, "Port Description"),
	VALUE(LLDP_SYSTEM_NAME, "System Name"),
	VALUE(LLDP_SYSTEM_DESC, "System Description"),
	VALUE(LLDP_SYSTEM_CAP, "System Capabilities"),
	VALUE(LLDP_MANAGEMENT, "Management Address"),
	VALUE(LLDP_ORGANISATION, "Organization Specific"),
	VALUE_END,
};

static const struct value_name chassis_names[] = {
	VALUE(0, "Reserved"),
	VALUE(1, "Chassis component"),
	VALUE(2, "Interface alias"),
	VALUE(3, "Port component"),
	VALUE(LLDP_CHASSIS_MAC, "MAC address"),
	VALUE(LLDP_CHASSIS_NETWORK, "Network address"),
	VALUE(6, "Interface name"),
	VALUE(7, "Locally assigned"),
	VALUE_END,
};

static const struct value_name port_names[] = {
	VALUE(0, "Reserved"),
	VALUE(1, "Interface alias"),
	VALUE(2, "Port component"),
	VALUE(LLDP_PORT_MAC, "MAC address"),
	VALUE(LLDP_PORT_NETWORK, "Network address"),
	VALUE(5, "Interface name"),
	VALUE(6, "Agent circuit Id"),
	VALUE(7, "Locally assigned"),
	VALUE_END,
};

/* Two letters a subtype, for the column. */
static const char *const chassis_letters[] = {"RE", "CC", "IA", "PC", "MA", "NA", "IN", "LA"};
static const char *const port_letters[] = {"RE", "IA", "PC", "MA", "NA", "IN", "AC", "LA"};

/* IANA, "Address Family Numbers" */
static const struct value_name family_names[] = {
	VALUE(1, "IPv4"),
	VALUE(2, "IPv6"),
	VALUE_END,
};

static const struct value_name interface_names[] = {
	VALUE(1, "Unknown"),
	VALUE(2, "ifIndex"),
	VALUE(3, "System port number"),
	VALUE_END,
};

/* IEEE 802.1Q annex D. */
static const struct value_name subtype_8021_names[] = {
	VALUE(1, "Port VLAN ID"),
	VALUE(2, "Port and Protocol VLAN ID"),
	VALUE(3, "VLAN Name"),
	VALUE(4, "Protocol Identity"),
	VALUE(8, "Congestion Notification"),
	VALUE(9, "ETS Configuration"),
	VALUE(10, "ETS Recommendation"),
	VALUE(11, "Priority Flow Control Configuration"),
	VALUE(12, "Application Protocol"),
	VALUE(13, "EVB"),
	VALUE(14, "CDCP"),
	VALUE_END,
};

/* IEEE 802.3 clause 79. */
static const struct value_name subtype_8023_names[] = {
	VALUE(1, "MAC/PHY Configuration/Status"),
	VALUE(2, "Power Via MDI"),
	VALUE(3, "Link Aggregation"),
	VALUE(4, "Maximum Frame Size"),
	VALUE_END,
};

/* clang-format off */
#define NUMBER(filter, text, base, width) {filter, text, FIELD_UINT, base, width}
#define NAMED(filter, text, base, width, mask, table) \
	{filter, text, FIELD_UINT, base, width, mask, .names = table}
#define CAPABLE(filter, text, bit) \
	{filter, text, FIELD_BOOL, BASE_DEC, 2, bit, .yes = "Capable", .no = "Not capable"}
#define CAPABLES(prefix, filter) \
	[prefix##_OTHER] = CAPABLE(filter ".other", "Other", 0x01), \
	[prefix##_REPEATER] = CAPABLE(filter ".repeater", "Repeater", 0x02), \
	[prefix##_BRIDGE] = CAPABLE(filter ".bridge", "Bridge", 0x04), \
	[prefix##_WLAN] = CAPABLE(filter ".wlan_access_pt", "WLAN access point", 0x08), \
	[prefix##_ROUTER] = CAPABLE(filter ".router", "Router", 0x10), \
	[prefix##_TELEPHONE] = CAPABLE(filter ".telephone", "Telephone", 0x20), \
	[prefix##_DOCSIS] = CAPABLE(filter ".docsis_cable_device", "DOCSIS cable device", 0x40), \
	[prefix##_STATION] = CAPABLE(filter ".station_only", "Station only", 0x80)

static const struct field fields[] = {
	[LLDP_PROTOCOL] = {"lldp", "Link Layer Discovery Protocol", FIELD_PROTOCOL},
	[LLDP_TLV_TYPE] = NAMED("lldp.tlv.type", "TLV Type", BASE_DEC, 2, 0xfe00, type_names),
	[LLDP_TLV_LEN] = {"lldp.tlv.len", "TLV Length", FIELD_UINT, BASE_DEC, 2, 0x01ff},
	[LLDP_CHASSIS_SUBTYPE] = NAMED("lldp.chassis.subtype", "Chassis Id Subtype", BASE_DEC, 1,
				       0, chassis_names),
	[LLDP_CHASSIS_ID] = {"lldp.chassis.id", "Chassis Id", FIELD_BYTES},
	[LLDP_CHASSIS_ID_MAC] = {"lldp.chassis.id.mac", "Chassis Id", FIELD_ETHER},
	[LLDP_CHASSIS_ID_IP4] = {"lldp.chassis.id.ip4", "Chassis Id", FIELD_IPV4},
	[LLDP_CHASSIS_ID_IP6] = {"lldp.chassis.id.ip6", "Chassis Id", FIELD_IPV6},
	[LLDP_PORT_SUBTYPE] = NAMED("lldp.port.subtype", "Port Id Subtype", BASE_DEC, 1, 0,
				    port_names),
	[LLDP_PORT_ID] = {"lldp.port.id", "Port Id", FIELD_STRING},
	[LLDP_PORT_ID_MAC] = {"lldp.port.id.mac", "Port Id", FIELD_ETHER},
	[LLDP_PORT_ID_IP4] = {"lldp.port.id.ip4", "Port Id", FIELD_IPV4},
	[LLDP_PORT_ID_IP6] = {"lldp.port.id.ip6", "Port Id", FIELD_IPV6},
	[LLDP_NETWORK_FAMILY] = NAMED("lldp.network_address.subtype", "Network Address family",
				      BASE_DEC, 1, 0, family_names),
	[LLDP_TIME_TO_LIVE] = NUMBER("lldp.time_to_live", "Seconds", BASE_DEC, 2),
	[LLDP_F_PORT_DESC] = {"lldp.port.desc", "Port Description", FIELD_STRING},
	[LLDP_F_SYSTEM_NAME] = {"lldp.tlv.system.name", "System Name", FIELD_STRING},
	[LLDP_F_SYSTEM_DESC] = {"lldp.tlv.system.desc", "System Description", FIELD_STRING},
	[LLDP_CAP] = NUMBER("lldp.tlv.system_cap", "Capabilities", BASE_HEX, 2),
	CAPABLES(LLDP_CAP, "lldp.tlv.system_cap"),
	[LLDP_ENABLED] = NUMBER("lldp.tlv.enable_system_cap", "Enabled Capabilities", BASE_HEX, 2),
	CAPABLES(LLDP_ENABLED, "lldp.tlv.enable_system_cap"),
	[LLDP_MGN_LEN] = NUMBER("lldp.mgn.address.len", "Address String Length", BASE_DEC, 1),
	[LLDP_MGN_SUBTYPE] = NAMED("lldp.mgn.address.subtype", "Address Subtype", BASE_DEC, 1, 0,
				   family_names),
	[LLDP_MGN_IP4] = {"lldp.mgn.addr.ip4", "Management Address", FIELD_IPV4},
	[LLDP_MGN_IP6] = {"lldp.mgn.addr.ip6", "Management Address", FIELD_IPV6},
	[LLDP_MGN_HEX] = {"lldp.mgn.addr.hex", "Management Address", FIELD_BYTES},
	[LLDP_MGN_IF_SUBTYPE] = NAMED("lldp.mgn.interface.subtype", "Interface Subtype", BASE_DEC,
				      1, 0, interface_names),
	[LLDP_MGN_IF_NUMBER] = NUMBER("lldp.mgn.interface.number", "Interface Number", BASE_DEC,
				      4),
	[LLDP_MGN_OID_LEN] = NUMBER("lldp.mgn.obj.len", "OID String Length", BASE_DEC, 1),
	[LLDP_MGN_OID] = {"lldp.mgn.obj.id", "Object Identifier", FIELD_BYTES},
	[LLDP_OUI] = NAMED("lldp.orgtlv.oui", "Organization Unique Code", BASE_OUI, 3, 0,
			   llc_oui_names),
	[LLDP_8021_SUBTYPE] = NAMED("lldp.ieee.802_1.subtype", "IEEE 802.1 Subtype", BASE_HEX, 1,
				    0, subtype_8021_names),
	[LLDP_8021_PVID] = NUMBER("lldp.ieee.802_1.port_vlan.id", "Port VLAN Identifier",
				  BASE_DEC_HEX, 2),
	[LLDP_8023_SUBTYPE] = NAMED("lldp.ieee.802_3.subtype", "IEEE 802.3 Subtype", BASE_HEX, 1,
				    0, subtype_8023_names),
};
/* clang-format on */

static_assert(sizeof(fields) / sizeof(fields[0]) == LLDP_FIELDS, "every lldp_field has a row");

#define F(name) FIELD_ID(PROTOCOL_LLDP, LLDP_##name)

static void info_text(struct dissect *d, const char *label, const struct cursor *v)
{
	info_add(d, "%s", label);
	info_add_bytes(d, v);
	info_add(d, " ");
}

/* The address forms of both ids; ids: plain, MAC, IPv4, IPv6 in a row. */
static void read_id(struct dissect *d, struct cursor *v, uint16_t first, bool is_mac,
		    bool is_network)
{
	char mac_out[MAC_TEXT_MAX], text[ADDR_TEXT_MAX];
	uint8_t mac[MAC_LEN];
	struct addr a;

	if (is_mac && cursor_left(v) == MAC_LEN) {
		say_mac(d, v, (uint16_t)(first + 1), mac);
		info_add(d, "%s ", mac_text(mac, true, mac_out));
	} else if (is_network && (cursor_left(v) == 5 || cursor_left(v) == 17)) {
		bool v4 = cursor_left(v) == 5;

		say_uint(d, v, F(NETWORK_FAMILY), 1);
		a = v4 ? say_ipv4(d, v, (uint16_t)(first + 2))
		       : say_ipv6(d, v, (uint16_t)(first + 3));
		info_add(d, "%s ", addr_text(&a, text));
	} else if (field_get(first)->type == FIELD_STRING) {
		info_text(d, "", v);
		say_string(d, v, first, cursor_left(v));
	} else {
		info_text(d, "", v);
		if (cursor_left(v))
			say_bytes(d, v, first, cursor_left(v));
	}
}

static void read_chassis(struct dissect *d, struct cursor *v)
{
	unsigned subtype = (unsigned)say_uint(d, v, F(CHASSIS_SUBTYPE), 1);

	if (!cursor_ok(v))
		return;
	info_add(d, "%s/", chassis_letters[subtype < 8 ? subtype : 0]);
	read_id(d, v, F(CHASSIS_ID), subtype == LLDP_CHASSIS_MAC, subtype == LLDP_CHASSIS_NETWORK);
}

static void read_port(struct dissect *d, struct cursor *v)
{
	unsigned subtype = (unsigned)say_uint(d, v, F(PORT_SUBTYPE), 1);

	if (!cursor_ok(v))
		return;
	info_add(d, "%s/", port_letters[subtype < 8 ? subtype : 0]);
	read_id(d, v, F(PORT_ID), subtype == LLDP_PORT_MAC, subtype == LLDP_PORT_NETWORK);
}

static void say_capabilities(struct dissect *d, struct cursor *v, uint16_t id)
{
	uint32_t at = v->at;
	uint64_t word = say_uint(d, v, id, 2);
	uint32_t open = say_open(d);

	for (uint16_t bit = 1; bit <= 8 && cursor_ok(v); bit++) {
		uint16_t bit_id = (uint16_t)(id + bit);

		say_bits(d, at, 2, word, &bit_id, 1);
	}
	say_close(d, open);
}

static void read_management(struct dissect *d, struct cursor *v)
{
	unsigned len = (unsigned)say_uint(d, v, F(MGN_LEN), 1);
	unsigned oid_len;

	say_uint(d, v, F(MGN_SUBTYPE), 1);
	if (len == 5)
		say_ipv4(d, v, F(MGN_IP4));
	else if (len == 17)
		say_ipv6(d, v, F(MGN_IP6));
	else if (len > 1)
		say_bytes(d, v, F(MGN_HEX), len - 1);
	say_uint(d, v, F(MGN_IF_SUBTYPE), 1);
	say_uint(d, v, F(MGN_IF_NUMBER), 4);
	oid_len = (unsigned)say_uint(d, v, F(MGN_OID_LEN), 1);
	if (oid_len)
		say_bytes(d, v, F(MGN_OID), oid_len);
}

static void read_organisation(struct dissect *d, struct cursor *v)
{
	unsigned oui = (unsigned)say_uint(d, v, F(OUI), 3);
	unsigned subtype;

	if (oui == OUI_8021) {
		subtype = (unsigned)say_uint(d, v, F(8021_SUBTYPE), 1);
		if (subtype == 1)
			say_uint(d, v, F(8021_PVID), 2);
	} else if (oui == OUI_8023) {
		say_uint(d, v, F(8023_SUBTYPE), 1);
	}
}

static void read_value(struct dissect *d, struct cursor *v, unsigned type)
{
	switch (type) {
	case LLDP_CHASSIS:
		read_chassis(d, v);
		break;
	case LLDP_PORT:
		read_port(d, v);
		break;
	case LLDP_TTL: {
		unsigned seconds = (unsigned)say_uint(d, v, F(TIME_TO_LIVE), 2);

		if (cursor_ok(v))
			info_add(d, "%u ", seconds);
		break;
	}
	case LLDP_PORT_DESC:
		say_string(d, v, F(F_PORT_DESC), cursor_left(v));
		break;
	case LLDP_SYSTEM_NAME:
		info_text(d, "SysN=", v);
		say_string(d, v, F(F_SYSTEM_NAME), cursor_left(v));
		break;
	case LLDP_SYSTEM_DESC:
		info_text(d, "SysD=", v);
		say_string(d, v, F(F_SYSTEM_DESC), cursor_left(v));
		break;
	case LLDP_SYSTEM_CAP:
		say_capabilities(d, v, F(CAP));
		say_capabilities(d, v, F(ENABLED));
		break;
	case LLDP_MANAGEMENT:
		read_management(d, v);
		break;
	case LLDP_ORGANISATION:
		read_organisation(d, v);
		break;
	default:
		break;
	}
}

static_assert(LLDP_CAP_STATION == LLDP_CAP + 8 && LLDP_ENABLED_STATION == LLDP_ENABLED + 8,
	      "say_capabilities() counts on the order");

/* False at the end. */
static bool read_tlv(struct dissect *d, struct cursor *c)
{
	uint32_t at = c->at, open;
	unsigned word = cursor_be16(c);
	unsigned type = word >> 9, len = word & 0x1ff;
	const char *name = value_name(type_names, type);
	struct cursor value;

	if (!cursor_ok(c))
		return false;
	say_line(d, at, 2 + len, "%s", name ? name : "Reserved TLV");
	open = say_open(d);
	say_bits(d, at, 2, word, (const uint16_t[]) {F(TLV_TYPE), F(TLV_LEN)}, 2);
	value = cursor_take(c, len);
	read_value(d, &value, type);
	say_close(d, open);
	if (!cursor_ok(&value) && cursor_ok(c))
		c->status = value.status;
	return cursor_ok(c) && type != LLDP_END;
}

static void dissect_lldp(struct dissect *d, struct cursor *c)
{
	info_clear(d);
	while (cursor_left(c) && cursor_ok(c) && dissect_step(d))
		if (!read_tlv(d, c))
			break;
	if (cursor_ok(c))
		dissect_ends(d, c->at);
}

const struct dissector lldp_dissector = {fields, LLDP_FIELDS, dissect_lldp};
