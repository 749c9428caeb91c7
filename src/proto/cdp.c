// SPDX-License-Identifier: Apache-2.0
// Cisco Discovery Protocol, versions 1 and 2.
#include "proto/cdp.h"

#include <assert.h>

#include "proto/llc.h"
#include "proto/verify.h"
#include "wire/checksum.h"

#define CDP_TLV_HEADER 4
#define CDP_CLUSTER    0x0112 /* of a protocol hello */

enum cdp_type {
	CDP_DEVICE_ID = 0x0001,
	CDP_ADDRESSES = 0x0002,
	CDP_PORT_ID = 0x0003,
	CDP_CAPABILITIES = 0x0004,
	CDP_SOFTWARE = 0x0005,
	CDP_PLATFORM = 0x0006,
	CDP_HELLO = 0x0008,
	CDP_VTP_DOMAIN = 0x0009,
	CDP_NATIVE_VLAN = 0x000a,
	CDP_DUPLEX = 0x000b,
	CDP_POWER = 0x0010,
	CDP_MTU = 0x0011,
	CDP_TRUST = 0x0012,
	CDP_UNTRUSTED_COS = 0x0013,
	CDP_SYSTEM_NAME = 0x0014,
	CDP_MANAGEMENT = 0x0016,
	CDP_POWER_REQUESTED = 0x0019,
	CDP_POWER_AVAILABLE = 0x001a,
};

enum cdp_field {
	CDP_PROTOCOL,
	CDP_VERSION,
	CDP_TTL,
	CDP_CHECKSUM,
	CDP_CHECKSUM_STATUS,
	CDP_TLV_TYPE,
	CDP_TLV_LEN,
	CDP_F_DEVICE_ID,
	CDP_F_PLATFORM,
	CDP_F_PORT_ID,
	CDP_F_SOFTWARE,
	CDP_F_CAPABILITIES,
	CDP_CAP_ROUTER,
	CDP_CAP_TRANS_BRIDGE,
	CDP_CAP_SRC_BRIDGE,
	CDP_CAP_SWITCH,
	CDP_CAP_HOST,
	CDP_CAP_IGMP,
	CDP_CAP_REPEATER,
	CDP_CAP_PHONE,
	CDP_CAP_REMOTE,
	CDP_CAP_CVTA,
	CDP_CAP_MAC_RELAY,
	CDP_ADDRESS_COUNT,
	CDP_ADDRESS_PROTOCOL_TYPE,
	CDP_ADDRESS_PROTOCOL_LENGTH,
	CDP_ADDRESS_PROTOCOL,
	CDP_ADDRESS_LENGTH,
	CDP_ADDRESS_IPV4,
	CDP_ADDRESS_IPV6,
	CDP_ADDRESS,
	CDP_F_VTP_DOMAIN,
	CDP_F_NATIVE_VLAN,
	CDP_F_DUPLEX,
	CDP_F_POWER,
	CDP_F_MTU,
	CDP_F_TRUST,
	CDP_F_UNTRUSTED_COS,
	CDP_F_SYSTEM_NAME,
	CDP_REQUEST_ID,
	CDP_MANAGEMENT_ID,
	CDP_F_POWER_REQUESTED,
	CDP_F_POWER_AVAILABLE,
	CDP_OUI,
	CDP_PROTOCOL_ID,
	CDP_MASTER_IP,
	CDP_CLUSTER_IP,
	CDP_CLUSTER_VERSION,
	CDP_CLUSTER_SUB_VERSION,
	CDP_CLUSTER_STATUS,
	CDP_CLUSTER_UNKNOWN,
	CDP_COMMANDER_MAC,
	CDP_SWITCH_MAC,
	CDP_MANAGEMENT_VLAN,
	CDP_DATA,
	CDP_BAD_CHECKSUM,
	CDP_FIELDS
};

static const struct value_name type_names[] = {
	VALUE(CDP_DEVICE_ID, "Device ID"),
	VALUE(CDP_ADDRESSES, "Addresses"),
	VALUE(CDP_PORT_ID, "Port ID"),
	VALUE(CDP_CAPABILITIES, "Capabilities"),
	VALUE(CDP_SOFTWARE, "Software version"),
	VALUE(CDP_PLATFORM, "Platform"),
	VALUE(0x0007, "IP Prefix/Gateway (used for ODR)"),
	VALUE(CDP_HELLO, "Protocol Hello"),
	VALUE(CDP_VTP_DOMAIN, "VTP Management Domain"),
	VALUE(CDP_NATIVE_VLAN, "Native VLAN"),
	VALUE(CDP_DUPLEX, "Duplex"),
	VALUE(0x000e, "VoIP VLAN Reply"),
	VALUE(0x000f, "VoIP VLAN Query"),
	VALUE(CDP_POWER, "Power consumption"),
	VALUE(CDP_MTU, "MTU"),
	VALUE(CDP_TRUST, "Trust Bitmap"),
	VALUE(CDP_UNTRUSTED_COS, "Untrusted Port CoS"),
	VALUE(CDP_SYSTEM_NAME, "System Name"),
	VALUE(0x0015, "System Object ID"),
	VALUE(CDP_MANAGEMENT, "Management Address"),
	VALUE(0x0017, "Location"),
	VALUE(0x0018, "External Port-ID"),
	VALUE(CDP_POWER_REQUESTED, "Power Requested"),
	VALUE(CDP_POWER_AVAILABLE, "Power Available"),
	VALUE(0x001b, "Port Unidirectional"),
	VALUE(0x001d, "EnergyWise"),
	VALUE(0x001f, "Spare PoE"),
	VALUE_END,
};

static const struct value_name hello_names[] = {
	VALUE(CDP_CLUSTER, "Cluster Management"),
	VALUE_END,
};

static const struct value_name protocol_type_names[] = {
	VALUE(1, "NLPID"),
	VALUE(2, "802.2"),
	VALUE_END,
};

#define CAPABILITY(filter, text, bit)                                                              \
	{                                                                                          \
		"cdp.capabilities." filter, text, FIELD_BOOL, BASE_DEC, 4, bit, .yes = "Yes",      \
										.no = "No"         \
	}

static const struct field fields[] = {
	[CDP_PROTOCOL] = {"cdp", "Cisco Discovery Protocol", FIELD_PROTOCOL},
	[CDP_VERSION] = {"cdp.version", "Version", FIELD_UINT, BASE_DEC, 1},
	[CDP_TTL] = {"cdp.ttl", "TTL", FIELD_UINT, BASE_DEC, 1, .unit = " seconds"},
	[CDP_CHECKSUM] = {"cdp.checksum", "Checksum", FIELD_UINT, BASE_HEX, 2},
	[CDP_CHECKSUM_STATUS] = {"cdp.checksum.status", "Checksum Status", FIELD_UINT, BASE_NAME, 1,
				 .names = checksum_status_names},
	[CDP_TLV_TYPE] = {"cdp.tlv.type", "Type", FIELD_UINT, BASE_HEX, 2, .names = type_names},
	[CDP_TLV_LEN] = {"cdp.tlv.len", "Length", FIELD_UINT, BASE_DEC, 2},
	[CDP_F_DEVICE_ID] = {"cdp.deviceid", "Device ID", FIELD_STRING},
	[CDP_F_PLATFORM] = {"cdp.platform", "Platform", FIELD_STRING},
	[CDP_F_PORT_ID] = {"cdp.portid", "Sent through Interface", FIELD_STRING},
	[CDP_F_SOFTWARE] = {"cdp.software_version", "Software version", FIELD_STRING},
	[CDP_F_CAPABILITIES] = {"cdp.capabilities", "Capabilities", FIELD_UINT, BASE_HEX, 4},
	[CDP_CAP_ROUTER] = CAPABILITY("router", "Router", 0x001),
	[CDP_CAP_TRANS_BRIDGE] = CAPABILITY("trans_bridge", "Transparent Bridge", 0x002),
	[CDP_CAP_SRC_BRIDGE] = CAPABILITY("src_bridge", "Source Route Bridge", 0x004),
	[CDP_CAP_SWITCH] = CAPABILITY("switch", "Switch", 0x008),
	[CDP_CAP_HOST] = CAPABILITY("host", "Host", 0x010),
	[CDP_CAP_IGMP] = CAPABILITY("igmp_capable", "IGMP capable", 0x020),
	[CDP_CAP_REPEATER] = CAPABILITY("repeater", "Repeater", 0x040),
	[CDP_CAP_PHONE] = CAPABILITY("voip_phone", "VoIP Phone", 0x080),
	[CDP_CAP_REMOTE] = CAPABILITY("remote", "Remotely Managed Device", 0x100),
	[CDP_CAP_CVTA] = CAPABILITY("cvta", "CVTA/STP Dispute Resolution/Cisco VT Camera", 0x200),
	[CDP_CAP_MAC_RELAY] = CAPABILITY("mac_relay", "Two Port Mac Relay", 0x400),
	[CDP_ADDRESS_COUNT] = {"cdp.number_of_addresses", "Number of addresses", FIELD_UINT,
			       BASE_DEC, 4},
	[CDP_ADDRESS_PROTOCOL_TYPE] = {"cdp.protocol_type", "Protocol type", FIELD_UINT, BASE_HEX,
				       1, .names = protocol_type_names},
	[CDP_ADDRESS_PROTOCOL_LENGTH] = {"cdp.protocol_length", "Protocol length", FIELD_UINT,
					 BASE_DEC, 1},
	[CDP_ADDRESS_PROTOCOL] = {"cdp.protocol", "Protocol", FIELD_BYTES},
	[CDP_ADDRESS_LENGTH] = {"cdp.address_length", "Address length", FIELD_UINT, BASE_DEC, 2},
	[CDP_ADDRESS_IPV4] = {"cdp.nrgyz.ip_address", "IP Address", FIELD_IPV4},
	[CDP_ADDRESS_IPV6] = {"cdp.nrgyz.ipv6_address", "IPv6 Address", FIELD_IPV6},
	[CDP_ADDRESS] = {"cdp.address", "Address", FIELD_BYTES},
	[CDP_F_VTP_DOMAIN] = {"cdp.vtp_management_domain", "VTP Management Domain", FIELD_STRING},
	[CDP_F_NATIVE_VLAN] = {"cdp.native_vlan", "Native VLAN", FIELD_UINT, BASE_DEC, 2},
	[CDP_F_DUPLEX] = {"cdp.duplex", "Duplex", FIELD_BOOL, .yes = "Full", .no = "Half"},
	[CDP_F_POWER] = {"cdp.power_consumption", "Power Consumption", FIELD_UINT, BASE_DEC, 2,
			 .unit = "mW"},
	[CDP_F_MTU] = {"cdp.mtu", "MTU", FIELD_UINT, BASE_DEC, 4},
	[CDP_F_TRUST] = {"cdp.trust_bitmap", "Trust Bitmap", FIELD_UINT, BASE_HEX, 1},
	[CDP_F_UNTRUSTED_COS] = {"cdp.untrusted_port_cos", "Untrusted port CoS", FIELD_UINT,
				 BASE_HEX, 1},
	[CDP_F_SYSTEM_NAME] = {"cdp.system_name", "System Name", FIELD_STRING},
	[CDP_REQUEST_ID] = {"cdp.request_id", "Request-ID", FIELD_UINT, BASE_DEC, 2},
	[CDP_MANAGEMENT_ID] = {"cdp.management_id", "Management-ID", FIELD_UINT, BASE_DEC, 2},
	[CDP_F_POWER_REQUESTED] = {"cdp.power_requested", "Power Requested", FIELD_UINT, BASE_DEC,
				   4, .unit = "mW"},
	[CDP_F_POWER_AVAILABLE] = {"cdp.power_available", "Power Available", FIELD_UINT, BASE_DEC,
				   4, .unit = "mW"},
	[CDP_OUI] = {"cdp.oui", "OUI", FIELD_UINT, BASE_OUI, 3, .names = llc_oui_names},
	[CDP_PROTOCOL_ID] = {"cdp.protocol_id", "Protocol ID", FIELD_UINT, BASE_HEX, 2,
			     .names = hello_names},
	[CDP_MASTER_IP] = {"cdp.cluster.master_ip", "Cluster Master IP", FIELD_IPV4},
	[CDP_CLUSTER_IP] = {"cdp.cluster.ip", "IP?", FIELD_IPV4},
	[CDP_CLUSTER_VERSION] = {"cdp.cluster.version", "Version?", FIELD_UINT, BASE_HEX, 1},
	[CDP_CLUSTER_SUB_VERSION] = {"cdp.cluster.sub_version", "Sub Version?", FIELD_UINT,
				     BASE_HEX, 1},
	[CDP_CLUSTER_STATUS] = {"cdp.cluster.status", "Status?", FIELD_UINT, BASE_HEX, 1},
	[CDP_CLUSTER_UNKNOWN] = {"cdp.cluster.unknown", "UNKNOWN", FIELD_UINT, BASE_HEX, 1},
	[CDP_COMMANDER_MAC] = {"cdp.cluster.commander_mac", "Cluster Commander MAC", FIELD_ETHER},
	[CDP_SWITCH_MAC] = {"cdp.cluster.switch_mac", "Switch's MAC", FIELD_ETHER},
	[CDP_MANAGEMENT_VLAN] = {"cdp.cluster.management_vlan", "Management VLAN", FIELD_UINT,
				 BASE_DEC, 2},
	[CDP_DATA] = {"cdp.data", "Data", FIELD_BYTES},
	[CDP_BAD_CHECKSUM] = {"cdp.bad_checksum", "Bad checksum", FIELD_NONE},
};

static_assert(sizeof(fields) / sizeof(fields[0]) == CDP_FIELDS, "every cdp_field has a row");

#define F(name) FIELD_ID(PROTOCOL_CDP, CDP_##name)

static const struct verify_fields checksum_fields = {F(CHECKSUM), F(CHECKSUM_STATUS),
						     F(BAD_CHECKSUM)};

/* What holds one value: type, field, how many bytes the number has (0: text). */
struct simple_tlv {
	uint16_t type;
	uint16_t field;
	uint8_t len;
};

static const struct simple_tlv simple_tlvs[] = {
	{CDP_DEVICE_ID, F(F_DEVICE_ID), 0},
	{CDP_PORT_ID, F(F_PORT_ID), 0},
	{CDP_PLATFORM, F(F_PLATFORM), 0},
	{CDP_VTP_DOMAIN, F(F_VTP_DOMAIN), 0},
	{CDP_NATIVE_VLAN, F(F_NATIVE_VLAN), 2},
	{CDP_DUPLEX, F(F_DUPLEX), 1},
	{CDP_POWER, F(F_POWER), 2},
	{CDP_MTU, F(F_MTU), 4},
	{CDP_TRUST, F(F_TRUST), 1},
	{CDP_UNTRUSTED_COS, F(F_UNTRUSTED_COS), 1},
	{CDP_SYSTEM_NAME, F(F_SYSTEM_NAME), 0},
};

static void info_text(struct dissect *d, const char *label, const struct cursor *v)
{
	info_add(d, "%s: ", label);
	info_add_bytes(d, v);
	info_add(d, "  ");
}

static void read_capabilities(struct dissect *d, struct cursor *v)
{
	static const uint16_t bits[] = {
		F(CAP_ROUTER), F(CAP_TRANS_BRIDGE), F(CAP_SRC_BRIDGE), F(CAP_SWITCH),
		F(CAP_HOST),   F(CAP_IGMP),         F(CAP_REPEATER),   F(CAP_PHONE),
		F(CAP_REMOTE), F(CAP_CVTA),         F(CAP_MAC_RELAY),
	};
	uint32_t at = v->at;
	uint64_t word = say_uint(d, v, F(F_CAPABILITIES), 4);
	uint32_t open = say_open(d);

	if (cursor_ok(v))
		say_bits(d, at, 4, word, bits, sizeof(bits) / sizeof(bits[0]));
	say_close(d, open);
}

/* The lines of a version text are fields of their own. */
static void read_software(struct dissect *d, struct cursor *v)
{
	while (cursor_left(v) && cursor_ok(v) && dissect_step(d)) {
		uint32_t len = 0, held = cursor_held(v);

		while (len < held && v->base[v->at + len] != '\n')
			len++;
		say_string(d, v, F(F_SOFTWARE), len);
		if (!held)
			cursor_need(v, 1);
		cursor_skip(v, cursor_left(v) ? 1 : 0);
	}
}

static void read_addresses(struct dissect *d, struct cursor *v)
{
	uint32_t count = (uint32_t)say_uint(d, v, F(ADDRESS_COUNT), 4);

	for (uint32_t i = 0; i < count && cursor_left(v) && cursor_ok(v) && dissect_step(d); i++) {
		uint32_t at = v->at, open;
		struct cursor ahead = *v;
		unsigned len, protocol_len, nlpid;

		cursor_skip(&ahead, 1);
		protocol_len = cursor_u8(&ahead);
		nlpid = cursor_u8(&ahead);
		say_line(d, at, cursor_held(v), "Address");
		open = say_open(d);
		say_uint(d, v, F(ADDRESS_PROTOCOL_TYPE), 1);
		say_uint(d, v, F(ADDRESS_PROTOCOL_LENGTH), 1);
		if (protocol_len)
			say_bytes(d, v, F(ADDRESS_PROTOCOL), protocol_len);
		len = (unsigned)say_uint(d, v, F(ADDRESS_LENGTH), 2);
		if (len == 4 && protocol_len == 1 && nlpid == 0xcc)
			say_ipv4(d, v, F(ADDRESS_IPV4));
		else if (len == 16)
			say_ipv6(d, v, F(ADDRESS_IPV6));
		else if (len)
			say_bytes(d, v, F(ADDRESS), len);
		say_close(d, open);
	}
}

static void read_hello(struct dissect *d, struct cursor *v)
{
	uint8_t mac[MAC_LEN];
	unsigned protocol;

	say_uint(d, v, F(OUI), 3);
	protocol = (unsigned)say_uint(d, v, F(PROTOCOL_ID), 2);
	if (protocol == CDP_CLUSTER) {
		say_ipv4(d, v, F(MASTER_IP));
		say_ipv4(d, v, F(CLUSTER_IP));
		say_uint(d, v, F(CLUSTER_VERSION), 1);
		say_uint(d, v, F(CLUSTER_SUB_VERSION), 1);
		say_uint(d, v, F(CLUSTER_STATUS), 1);
		say_uint(d, v, F(CLUSTER_UNKNOWN), 1);
		say_mac(d, v, F(COMMANDER_MAC), mac);
		say_mac(d, v, F(SWITCH_MAC), mac);
		say_uint(d, v, F(CLUSTER_UNKNOWN), 1);
		say_uint(d, v, F(MANAGEMENT_VLAN), 2);
	}
	if (cursor_left(v))
		say_bytes(d, v, F(DATA), cursor_left(v));
}

static void read_value(struct dissect *d, struct cursor *v, unsigned type)
{
	for (size_t i = 0; i < sizeof(simple_tlvs) / sizeof(simple_tlvs[0]); i++) {
		const struct simple_tlv *t = &simple_tlvs[i];

		if (t->type != type)
			continue;
		if (t->len)
			say_uint(d, v, t->field, t->len);
		else
			say_string(d, v, t->field, cursor_left(v));
		return;
	}
	if (type == CDP_HELLO) {
		read_hello(d, v);
	} else if (type == CDP_SOFTWARE) {
		read_software(d, v);
	} else if (type == CDP_CAPABILITIES) {
		read_capabilities(d, v);
	} else if (type == CDP_ADDRESSES || type == CDP_MANAGEMENT) {
		read_addresses(d, v);
	} else if (type == CDP_POWER_REQUESTED || type == CDP_POWER_AVAILABLE) {
		say_uint(d, v, F(REQUEST_ID), 2);
		say_uint(d, v, F(MANAGEMENT_ID), 2);
		while (cursor_left(v) >= 4 && cursor_ok(v) && dissect_step(d))
			say_uint(d, v,
				 type == CDP_POWER_AVAILABLE ? F(F_POWER_AVAILABLE)
							     : F(F_POWER_REQUESTED),
				 4);
	} else if (cursor_left(v)) {
		say_bytes(d, v, F(DATA), cursor_left(v));
	}
}

static void read_tlv(struct dissect *d, struct cursor *c)
{
	struct cursor ahead = *c;
	unsigned type = cursor_be16(&ahead);
	unsigned len = cursor_be16(&ahead);
	const char *name = value_name(type_names, type);
	struct cursor value;
	uint32_t open;

	if (!cursor_ok(&ahead)) {
		*c = ahead;
		return;
	}
	if (len < CDP_TLV_HEADER) {
		cursor_malformed(c);
		return;
	}
	say_line(d, c->at, len, "%s", name ? name : "Unknown TLV");
	open = say_open(d);
	say_uint(d, c, F(TLV_TYPE), 2);
	say_uint(d, c, F(TLV_LEN), 2);
	value = cursor_take(c, len - CDP_TLV_HEADER);
	if (type == CDP_DEVICE_ID)
		info_text(d, "Device ID", &value);
	else if (type == CDP_PORT_ID)
		info_text(d, "Port ID", &value);
	read_value(d, &value, type);
	say_close(d, open);
	if (!cursor_ok(&value) && cursor_ok(c))
		c->status = value.status;
}

/* Cisco's checksum takes a last odd byte as the low one of a word, signed. */
static uint32_t cdp_sum(const struct cursor *c, bool *ret_known)
{
	uint32_t len = cursor_held(c);
	int8_t last;

	*ret_known = cursor_ok(c) && len == cursor_left(c);
	if (!*ret_known || !len)
		return 0;
	if (len % 2 == 0)
		return checksum_add(0, c->base + c->at, len);
	last = (int8_t)c->base[c->at + len - 1];
	return checksum_add(0, c->base + c->at, len - 1) + (uint16_t)(last < 0 ? last - 1 : last);
}

static void dissect_cdp(struct dissect *d, struct cursor *c)
{
	bool known;
	uint32_t sum = cdp_sum(c, &known);

	info_clear(d);
	say_uint(d, c, F(VERSION), 1);
	say_uint(d, c, F(TTL), 1);
	say_checksum(d, c, &checksum_fields, sum, known);
	while (cursor_left(c) && cursor_ok(c) && dissect_step(d))
		read_tlv(d, c);
}

const struct dissector cdp_dissector = {fields, CDP_FIELDS, dissect_cdp};
