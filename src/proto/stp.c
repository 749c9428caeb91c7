// SPDX-License-Identifier: Apache-2.0
// Spanning tree BPDUs: 802.1D-2004 clause 9, and the multiple-tree parameters of 802.1Q clause 14.
#include "proto/stp.h"

#include <assert.h>
#include <stdio.h>

#include "proto/dissect.h"

enum stp_version {
	STP_V_STP = 0,
	STP_V_RSTP = 2,
	STP_V_MSTP = 3,
	STP_V_SPB = 4,
};

enum stp_type {
	STP_CONFIG = 0x00,
	STP_RAPID = 0x02,
	STP_TCN = 0x80,
};

#define STP_FLAG_TC    0x01
#define STP_FLAG_ROLE  0x0c
#define MST_NAME_LEN   32 /* 802.1Q s. 13.8 */
#define MST_DIGEST_LEN 16
#define SPT_RESERVED   8 /* 802.1Q-2014 s. 14.5 */
#define SPT_DIGEST_LEN 20
#define SPT_LEN        87 /* the length itself, configuration, agreement */
#define MST_CONFIG_LEN 64 /* bytes counted by the version 3 length before the first MSTI */
#define MSTI_LEN       16
#define PVST_VLAN_LEN  2

enum stp_field {
	STP_PROTOCOL,
	STP_PROTOCOL_ID,
	STP_VERSION,
	STP_TYPE,
	STP_FLAGS,
	STP_FLAGS_TCACK,
	STP_FLAGS_AGREEMENT,
	STP_FLAGS_FORWARDING,
	STP_FLAGS_LEARNING,
	STP_FLAGS_PORT_ROLE,
	STP_FLAGS_PROPOSAL,
	STP_FLAGS_TC,
	STP_ROOT_PRIO,
	STP_ROOT_EXT,
	STP_ROOT_HW,
	STP_ROOT_COST,
	STP_BRIDGE_PRIO,
	STP_BRIDGE_EXT,
	STP_BRIDGE_HW,
	STP_PORT,
	STP_MSG_AGE,
	STP_MAX_AGE,
	STP_HELLO,
	STP_FORWARD,
	STP_VERSION_1_LENGTH,
	STP_PVST_TYPE,
	STP_PVST_LEN,
	STP_PVST_VLAN,
	STP_VERSION_3_LENGTH,
	STP_MST_SELECTOR,
	STP_MST_NAME,
	STP_MST_REVISION,
	STP_MST_DIGEST,
	STP_CIST_COST,
	STP_CIST_PRIO,
	STP_CIST_EXT,
	STP_CIST_HW,
	STP_CIST_HOPS,
	STP_MSTI_FLAGS,
	STP_MSTI_PRIORITY,
	STP_MSTI_ID,
	STP_MSTI_ROOT,
	STP_MSTI_COST,
	STP_MSTI_BRIDGE_PRIORITY,
	STP_MSTI_PORT_PRIORITY,
	STP_MSTI_HOPS,
	STP_VERSION_4_LENGTH,
	STP_AGREE_NUMBER,
	STP_AGREE_DISAGREE,
	STP_AGREE_VALID,
	STP_AGREE_ROLE,
	STP_DIGEST_FORMAT,
	STP_DIGEST_FORMAT_CAPS,
	STP_DIGEST_CONVENTION,
	STP_DIGEST_CONVENTION_CAPS,
	STP_DIGEST_EDGES,
	STP_AGREE_DIGEST,
	STP_FIELDS
};

static const struct value_name protocol_names[] = {
	VALUE(0, "Spanning Tree Protocol"),
	VALUE_END,
};

static const struct value_name version_names[] = {
	VALUE(STP_V_STP, "Spanning Tree"),
	VALUE(STP_V_RSTP, "Rapid Spanning Tree"),
	VALUE(STP_V_MSTP, "Multiple Spanning Tree"),
	VALUE(STP_V_SPB, "Shortest Path Tree"),
	VALUE_END,
};

static const struct value_name type_names[] = {
	VALUE(STP_CONFIG, "Configuration"),
	VALUE(STP_RAPID, "Rapid/Multiple Spanning Tree"),
	VALUE(STP_TCN, "Topology Change Notification"),
	VALUE_END,
};

static const struct value_name role_names[] = {
	VALUE(1, "Alternate or Backup"),
	VALUE(2, "Root"),
	VALUE(3, "Designated"),
	VALUE_END,
};

static const struct value_name tlv_names[] = {
	VALUE(0, "Originating VLAN"),
	VALUE_END,
};

#define FLAG(filter, text, bit)                                                                    \
	{                                                                                          \
		filter, text, FIELD_BOOL, BASE_DEC, 1, bit, .yes = "Yes", .no = "No"               \
	}

static const struct field fields[] = {
	[STP_PROTOCOL] = {"stp", "Spanning Tree Protocol", FIELD_PROTOCOL},
	[STP_PROTOCOL_ID] = {"stp.protocol", "Protocol Identifier", FIELD_UINT, BASE_HEX, 2,
			     .names = protocol_names},
	[STP_VERSION] = {"stp.version", "Protocol Version Identifier", FIELD_UINT, BASE_DEC, 1,
			 .names = version_names},
	[STP_TYPE] = {"stp.type", "BPDU Type", FIELD_UINT, BASE_HEX, 1, .names = type_names},
	[STP_FLAGS] = {"stp.flags", "BPDU flags", FIELD_UINT, BASE_HEX, 1},
	[STP_FLAGS_TCACK] = FLAG("stp.flags.tcack", "Topology Change Acknowledgment", 0x80),
	[STP_FLAGS_AGREEMENT] = FLAG("stp.flags.agreement", "Agreement", 0x40),
	[STP_FLAGS_FORWARDING] = FLAG("stp.flags.forwarding", "Forwarding", 0x20),
	[STP_FLAGS_LEARNING] = FLAG("stp.flags.learning", "Learning", 0x10),
	[STP_FLAGS_PORT_ROLE] = {"stp.flags.port_role", "Port Role", FIELD_UINT, BASE_DEC, 1,
				 STP_FLAG_ROLE, .names = role_names},
	[STP_FLAGS_PROPOSAL] = FLAG("stp.flags.proposal", "Proposal", 0x02),
	[STP_FLAGS_TC] = FLAG("stp.flags.tc", "Topology Change", STP_FLAG_TC),
	[STP_ROOT_PRIO] = {"stp.root.prio", "Root Bridge Priority", FIELD_UINT, BASE_DEC, 2},
	[STP_ROOT_EXT] = {"stp.root.ext", "Root Bridge System ID Extension", FIELD_UINT, BASE_DEC,
			  2},
	[STP_ROOT_HW] = {"stp.root.hw", "Root Bridge System ID", FIELD_ETHER},
	[STP_ROOT_COST] = {"stp.root.cost", "Root Path Cost", FIELD_UINT, BASE_DEC, 4},
	[STP_BRIDGE_PRIO] = {"stp.bridge.prio", "Bridge Priority", FIELD_UINT, BASE_DEC, 2},
	[STP_BRIDGE_EXT] = {"stp.bridge.ext", "Bridge System ID Extension", FIELD_UINT, BASE_DEC,
			    2},
	[STP_BRIDGE_HW] = {"stp.bridge.hw", "Bridge System ID", FIELD_ETHER},
	[STP_PORT] = {"stp.port", "Port identifier", FIELD_UINT, BASE_HEX, 2},
	[STP_MSG_AGE] = {"stp.msg_age", "Message Age", FIELD_DOUBLE},
	[STP_MAX_AGE] = {"stp.max_age", "Max Age", FIELD_DOUBLE},
	[STP_HELLO] = {"stp.hello", "Hello Time", FIELD_DOUBLE},
	[STP_FORWARD] = {"stp.forward", "Forward Delay", FIELD_DOUBLE},
	[STP_VERSION_1_LENGTH] = {"stp.version_1_length", "Version 1 Length", FIELD_UINT, BASE_DEC,
				  1},
	[STP_PVST_TYPE] = {"stp.pvst.tlvtype", "Type", FIELD_UINT, BASE_HEX, 2, .names = tlv_names},
	[STP_PVST_LEN] = {"stp.pvst.tlvlen", "Length", FIELD_UINT, BASE_DEC, 2},
	[STP_PVST_VLAN] = {"stp.pvst.origvlan", "Originating VLAN", FIELD_UINT, BASE_DEC, 2},
	[STP_VERSION_3_LENGTH] = {"mstp.version_3_length", "Version 3 Length", FIELD_UINT, BASE_DEC,
				  2},
	[STP_MST_SELECTOR] = {"mstp.config_format_selector", "MST Config ID format selector",
			      FIELD_UINT, BASE_DEC, 1},
	[STP_MST_NAME] = {"mstp.config_name", "MST Config name", FIELD_STRING},
	[STP_MST_REVISION] = {"mstp.config_revision_level", "MST Config revision", FIELD_UINT,
			      BASE_DEC, 2},
	[STP_MST_DIGEST] = {"mstp.config_digest", "MST Config digest", FIELD_BYTES},
	[STP_CIST_COST] = {"mstp.cist_internal_root_path_cost", "CIST Internal Root Path Cost",
			   FIELD_UINT, BASE_DEC, 4},
	[STP_CIST_PRIO] = {"mstp.cist_bridge.prio", "CIST Bridge Priority", FIELD_UINT, BASE_DEC,
			   2},
	[STP_CIST_EXT] = {"mstp.cist_bridge.ext", "CIST Bridge Identifier System ID Extension",
			  FIELD_UINT, BASE_DEC, 2},
	[STP_CIST_HW] = {"mstp.cist_bridge.hw", "CIST Bridge Identifier System ID", FIELD_ETHER},
	[STP_CIST_HOPS] = {"mstp.cist_remaining_hops", "CIST Remaining hops", FIELD_UINT, BASE_DEC,
			   1},
	[STP_MSTI_FLAGS] = {"mstp.msti.flags", "MSTI flags", FIELD_UINT, BASE_HEX, 1},
	[STP_MSTI_PRIORITY] = {"mstp.msti.priority", "Priority", FIELD_UINT, BASE_HEX, 1, 0xf0},
	[STP_MSTI_ID] = {"mstp.msti.msti_id", "MSTID", FIELD_UINT, BASE_DEC, 2, 0x0fff},
	[STP_MSTI_ROOT] = {"mstp.msti.root.hw", "Regional Root", FIELD_ETHER},
	[STP_MSTI_COST] = {"mstp.msti.root_cost", "Internal root path cost", FIELD_UINT, BASE_DEC,
			   4},
	[STP_MSTI_BRIDGE_PRIORITY] = {"mstp.msti.bridge_priority", "Bridge Identifier Priority",
				      FIELD_UINT, BASE_DEC, 1},
	[STP_MSTI_PORT_PRIORITY] = {"mstp.msti.port_priority", "Port identifier priority",
				    FIELD_UINT, BASE_DEC, 1},
	[STP_MSTI_HOPS] = {"mstp.msti.remaining_hops", "Remaining hops", FIELD_UINT, BASE_DEC, 1},
	[STP_VERSION_4_LENGTH] = {"mstp.version_4_length", "Version 4 Length", FIELD_UINT, BASE_DEC,
				  2},
	[STP_AGREE_NUMBER] = {"mstp.agree_flags.agreement_num", "Agreement Number", FIELD_UINT,
			      BASE_DEC, 1, 0x03},
	[STP_AGREE_DISAGREE] = {"mstp.agree_flags.dagreement_num", "Disagreement Number",
				FIELD_UINT, BASE_DEC, 1, 0x0c},
	[STP_AGREE_VALID] = {"mstp.agree_flags.agreement_valid", "Agreement Valid Flag", FIELD_BOOL,
			     BASE_DEC, 1, 0x10, .yes = "Yes", .no = "No"},
	[STP_AGREE_ROLE] = {"mstp.agree_flags.rest_role", "Restricted Role", FIELD_BOOL, BASE_DEC,
			    1, 0x20, .yes = "Yes", .no = "No"},
	[STP_DIGEST_FORMAT] = {"bpdu.agreement_digest_format_id", "Agreement Digest Format Id",
			       FIELD_UINT, BASE_DEC, 1, 0xf0},
	[STP_DIGEST_FORMAT_CAPS] = {"bpdu.agreement_digest_format_capabilities",
				    "Agreement Digest Format Capabilities", FIELD_UINT, BASE_DEC, 1,
				    0x0f},
	[STP_DIGEST_CONVENTION] = {"bpdu.agreement_digest_convention_id",
				   "Agreement Digest Convention Id", FIELD_UINT, BASE_DEC, 1, 0xf0},
	[STP_DIGEST_CONVENTION_CAPS] = {"bpdu.agreement_digest_convention_capabilities",
					"Agreement Digest Convention Capabilities", FIELD_UINT,
					BASE_DEC, 1, 0x0f},
	[STP_DIGEST_EDGES] = {"bpdu.agreement_digest_edge_count", "Agreement Digest Edge Count",
			      FIELD_UINT, BASE_DEC, 2},
	[STP_AGREE_DIGEST] = {"mstp.agreement_digest", "Agreement Digest", FIELD_BYTES},
};

static_assert(sizeof(fields) / sizeof(fields[0]) == STP_FIELDS, "every stp_field has a row");

#define F(name) FIELD_ID(PROTOCOL_STP, STP_##name)

static const uint16_t flag_ids[] = {F(FLAGS_TCACK),    F(FLAGS_AGREEMENT), F(FLAGS_FORWARDING),
				    F(FLAGS_LEARNING), F(FLAGS_PORT_ROLE), F(FLAGS_PROPOSAL),
				    F(FLAGS_TC)};

#define FLAG_COUNT (sizeof(flag_ids) / sizeof(flag_ids[0]))

/* rapid: all flags; else only those of 802.1D-1998. */
static void say_flags(struct dissect *d, struct cursor *c, uint16_t id, bool rapid)
{
	uint32_t at = c->at;
	unsigned flags = (unsigned)say_uint(d, c, id, 1);
	uint32_t open;

	if (!cursor_ok(c))
		return;
	for (size_t i = 0; i < FLAG_COUNT && dissect_wants_text(d); i++) {
		const struct field *field = field_get(flag_ids[i]);
		const char *role;

		if (!rapid && i > 0 && i < FLAG_COUNT - 1)
			continue;
		role = value_name(role_names, (flags & STP_FLAG_ROLE) >> 2);
		if (field->type == FIELD_UINT)
			item_append(d->tree, d->item, ", %s: %s", field->label,
				    role ? role : "Unknown");
		else if (flags & field->mask)
			item_append(d->tree, d->item, ", %s", field->label);
	}
	open = say_open(d);
	if (rapid) {
		say_bits(d, at, 1, flags, flag_ids, FLAG_COUNT);
	} else {
		say_bits(d, at, 1, flags, flag_ids, 1);
		say_bits(d, at, 1, flags, flag_ids + FLAG_COUNT - 1, 1);
	}
	say_close(d, open);
}

struct bridge_id {
	unsigned priority;
	unsigned extension;
	uint8_t mac[MAC_LEN];
	char text[40];
};

/* 802.1D-2004 s. 9.2.5: four bits of priority, twelve of extension. ids: prio, ext, hw. */
static void say_bridge(struct dissect *d, struct cursor *c, const char *label, uint16_t id,
		       struct bridge_id *ret_bridge)
{
	uint32_t at = c->at;
	unsigned word = cursor_be16(c);
	char mac[MAC_TEXT_MAX];
	struct cursor ahead = *c;
	uint32_t open;

	cursor_copy(&ahead, ret_bridge->mac, MAC_LEN);
	ret_bridge->priority = word & 0xf000;
	ret_bridge->extension = word & 0x0fff;
	snprintf(ret_bridge->text, sizeof(ret_bridge->text), "%u/%u/%s", ret_bridge->priority,
		 ret_bridge->extension, mac_text(ret_bridge->mac, true, mac));
	if (!cursor_ok(&ahead)) {
		*c = ahead;
		return;
	}
	say_line(d, at, 2 + MAC_LEN, "%s: %u / %u / %s", label, ret_bridge->priority,
		 ret_bridge->extension, mac);
	open = say_open(d);
	tree_uint(d->tree, id, at, 1, ret_bridge->priority);
	tree_uint(d->tree, (uint16_t)(id + 1), at, 2, ret_bridge->extension);
	say_mac(d, c, (uint16_t)(id + 2), ret_bridge->mac);
	say_close(d, open);
}

/* Times count in 1/256 s. */
static void say_time(struct dissect *d, struct cursor *c, uint16_t id)
{
	uint32_t at = c->at;
	unsigned value = cursor_be16(c);

	d->item = cursor_ok(c) ? tree_real(d->tree, id, at, 2, value / 256.0) : NULL;
}

static void say_upper_nibble(struct dissect *d, struct cursor *c, uint16_t id)
{
	uint32_t at = c->at;
	unsigned value = cursor_u8(c);

	d->item = cursor_ok(c) ? tree_uint(d->tree, id, at, 1, value >> 4) : NULL;
}

static void read_msti(struct dissect *d, struct cursor *c)
{
	struct cursor ahead = *c;
	uint8_t mac[MAC_LEN];
	char text[MAC_TEXT_MAX];
	unsigned word;
	uint32_t open;

	cursor_skip(&ahead, 1);
	word = cursor_be16(&ahead);
	cursor_copy(&ahead, mac, MAC_LEN);
	say_line(d, c->at, MSTI_LEN, "MSTID %u, Regional Root Identifier %u / %s", word & 0x0fff,
		 word & 0xf000, mac_text(mac, true, text));
	open = say_open(d);
	say_flags(d, c, F(MSTI_FLAGS), true);
	if (cursor_ok(&ahead)) {
		say_bits(d, c->at, 1, word >> 8, (const uint16_t[]) {F(MSTI_PRIORITY)}, 1);
		say_bits(d, c->at, 2, word, (const uint16_t[]) {F(MSTI_ID)}, 1);
	}
	cursor_skip(c, 2);
	say_mac(d, c, F(MSTI_ROOT), mac);
	say_uint(d, c, F(MSTI_COST), 4);
	say_upper_nibble(d, c, F(MSTI_BRIDGE_PRIORITY));
	say_upper_nibble(d, c, F(MSTI_PORT_PRIORITY));
	say_uint(d, c, F(MSTI_HOPS), 1);
	say_close(d, open);
}

static void read_mst(struct dissect *d, struct cursor *c, unsigned len)
{
	struct bridge_id bridge;
	uint32_t open;

	say_line(d, c->at, cursor_held(c), "MST Extension");
	open = say_open(d);
	say_uint(d, c, F(MST_SELECTOR), 1);
	say_string(d, c, F(MST_NAME), MST_NAME_LEN);
	say_uint(d, c, F(MST_REVISION), 2);
	say_bytes(d, c, F(MST_DIGEST), MST_DIGEST_LEN);
	say_uint(d, c, F(CIST_COST), 4);
	say_bridge(d, c, "CIST Bridge Identifier", F(CIST_PRIO), &bridge);
	say_uint(d, c, F(CIST_HOPS), 1);
	for (; len >= MST_CONFIG_LEN + MSTI_LEN && cursor_ok(c) && dissect_step(d); len -= MSTI_LEN)
		read_msti(d, c);
	say_close(d, open);
}

/* IEEE 802.1Q-2014 s. 14.5: the shortest-path bridges' own configuration, and what they agreed. */
static void read_spt(struct dissect *d, struct cursor *c)
{
	static const uint16_t flags[] = {F(AGREE_NUMBER), F(AGREE_DISAGREE), F(AGREE_VALID),
					 F(AGREE_ROLE)};
	static const uint16_t format[] = {F(DIGEST_FORMAT), F(DIGEST_FORMAT_CAPS)};
	static const uint16_t convention[] = {F(DIGEST_CONVENTION), F(DIGEST_CONVENTION_CAPS)};
	uint32_t outer, open, at;
	uint8_t byte;

	say_uint(d, c, F(VERSION_4_LENGTH), 2);
	say_line(d, c->at, cursor_held(c), "SPT Extension");
	outer = say_open(d);
	say_line(d, c->at, MST_NAME_LEN + MST_DIGEST_LEN + 3, "MCID Data");
	open = say_open(d);
	say_uint(d, c, F(MST_SELECTOR), 1);
	say_string(d, c, F(MST_NAME), MST_NAME_LEN);
	say_uint(d, c, F(MST_REVISION), 2);
	say_bytes(d, c, F(MST_DIGEST), MST_DIGEST_LEN);
	say_close(d, open);
	at = c->at;
	byte = cursor_u8(c);
	if (cursor_ok(c)) {
		say_line(d, at, cursor_held(c) + 1, "Agreement Data (AN: %u, DAN: %u)", byte & 3u,
			 byte >> 2 & 3u);
		open = say_open(d);
		say_bits(d, at, 1, byte, flags, 4);
		cursor_skip(c, 1);
		at = c->at;
		byte = cursor_u8(c);
		if (cursor_ok(c))
			say_bits(d, at, 1, byte, format, 2);
		at = c->at;
		byte = cursor_u8(c);
		if (cursor_ok(c))
			say_bits(d, at, 1, byte, convention, 2);
		say_uint(d, c, F(DIGEST_EDGES), 2);
		cursor_skip(c, SPT_RESERVED);
		say_bytes(d, c, F(AGREE_DIGEST), SPT_DIGEST_LEN);
		say_close(d, open);
	}
	say_close(d, outer);
}

/* Cisco's per-VLAN trees end with their VLAN in a TLV; a byte pads the old format before it. */
static void read_pvst(struct dissect *d, struct cursor *c, bool config)
{
	struct cursor ahead;
	uint32_t open;
	unsigned vlan;

	if (config && cursor_left(c))
		cursor_skip(c, 1);
	ahead = *c;
	if (cursor_be16(&ahead) != 0 || cursor_be16(&ahead) != PVST_VLAN_LEN)
		return;
	vlan = cursor_be16(&ahead);
	if (!cursor_ok(&ahead))
		return;
	say_line(d, c->at, 4 + PVST_VLAN_LEN, "Originating VLAN (PVID): %u", vlan);
	open = say_open(d);
	say_uint(d, c, F(PVST_TYPE), 2);
	say_uint(d, c, F(PVST_LEN), 2);
	say_uint(d, c, F(PVST_VLAN), 2);
	say_close(d, open);
}

static void read_vectors(struct dissect *d, struct cursor *c, unsigned version, unsigned type)
{
	static const char *const short_names[] = {"Conf", "Conf", "RST", "MST", "SPT"};
	struct bridge_id root, bridge;
	unsigned flags = cursor_held(c) ? c->base[c->at] : 0;
	uint32_t cost;
	unsigned port;

	say_flags(d, c, F(FLAGS), type == STP_RAPID);
	say_bridge(d, c, "Root Identifier", F(ROOT_PRIO), &root);
	cost = (uint32_t)say_uint(d, c, F(ROOT_COST), 4);
	say_bridge(d, c, "Bridge Identifier", F(BRIDGE_PRIO), &bridge);
	port = (unsigned)say_uint(d, c, F(PORT), 2);
	if (cursor_ok(c))
		info_set(d, "%s. %sRoot = %s  Cost = %u  Port = 0x%04x",
			 type == STP_CONFIG ? "Conf" : short_names[version <= 4 ? version : 4],
			 flags & STP_FLAG_TC ? "TC + " : "", root.text, cost, port);
	say_time(d, c, F(MSG_AGE));
	say_time(d, c, F(MAX_AGE));
	say_time(d, c, F(HELLO));
	say_time(d, c, F(FORWARD));
}

static void dissect_stp(struct dissect *d, struct cursor *c)
{
	unsigned protocol, version, type, len;

	protocol = (unsigned)say_uint(d, c, F(PROTOCOL_ID), 2);
	version = (unsigned)say_uint(d, c, F(VERSION), 1);
	type = (unsigned)say_uint(d, c, F(TYPE), 1);
	if (!cursor_ok(c) || protocol)
		return;
	if (type == STP_TCN)
		info_set(d, "Topology Change Notification");
	if (type != STP_CONFIG && type != STP_RAPID)
		return;
	read_vectors(d, c, version, type);
	if (type == STP_RAPID && version >= STP_V_RSTP) {
		say_uint(d, c, F(VERSION_1_LENGTH), 1);
		if (version >= STP_V_MSTP && cursor_left(c) >= 2) {
			len = (unsigned)say_uint(d, c, F(VERSION_3_LENGTH), 2);
			if (len || (version == STP_V_SPB && cursor_left(c) >= MST_CONFIG_LEN))
				read_mst(d, c, len);
			if (version == STP_V_SPB && cursor_left(c) >= SPT_LEN)
				read_spt(d, c);
			return;
		}
	}
	if (cursor_ok(c))
		read_pvst(d, c, type == STP_CONFIG);
}

const struct dissector stp_dissector = {fields, STP_FIELDS, dissect_stp};
