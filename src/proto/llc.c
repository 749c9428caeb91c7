// SPDX-License-Identifier: Apache-2.0
// Logical Link Control (IEEE 802.2) and the sub-network access protocol.
#include "proto/llc.h"

#include <assert.h>
#include <stdio.h>

#include "proto/dissect.h"
#include "proto/names.h"

enum llc_field {
	LLC_F_PROTOCOL,
	LLC_F_DSAP,
	LLC_F_DSAP_SAP,
	LLC_F_DSAP_IG,
	LLC_F_SSAP,
	LLC_F_SSAP_SAP,
	LLC_F_SSAP_CR,
	LLC_F_CONTROL,
	LLC_F_CONTROL_N_R,
	LLC_F_CONTROL_N_S,
	LLC_F_CONTROL_P,
	LLC_F_CONTROL_F,
	LLC_F_CONTROL_S_FTYPE,
	LLC_F_CONTROL_U_MODIFIER_CMD,
	LLC_F_CONTROL_U_MODIFIER_RESP,
	LLC_F_CONTROL_FTYPE,   /* S frames: two bytes */
	LLC_F_CONTROL_FTYPE_I, /* one bit of two bytes */
	LLC_F_CONTROL_FTYPE_U, /* one byte */
	LLC_F_CONTROL_P16,
	LLC_F_CONTROL_F16,
	LLC_F_OUI,
	LLC_F_TYPE,
	LLC_F_PID,
	LLC_F_CISCO_PID,
	LLC_FIELDS
};

static const struct value_name dsap_names[] = {
	VALUE(0, "NULL LSAP"),
	VALUE(1, "NULL LSAP"),
	VALUE(2, "LLC Sub-Layer Management"),
	VALUE(4, "SNA Path Control"),
	VALUE(6, "TCP/IP"),
	VALUE(8, "SNA"),
	VALUE(12, "SNA"),
	VALUE(14, "PROWAY (IEC955) Network Management and Initialization"),
	VALUE(16, "NetWare (unofficial?)"),
	VALUE(20, "ISO Network Layer (OSLAN 1)"),
	VALUE(24, "Texas Instruments"),
	VALUE(32, "ISO Network Layer (unofficial?)"),
	VALUE(52, "ISO Network Layer (unofficial?)"),
	VALUE(66, "Spanning Tree BPDU"),
	VALUE(78, "EIA RS-511 Manufacturing Message Service"),
	VALUE(84, "ISO Network Layer (OSLAN 2)"),
	VALUE(126, "ISO 8208 (X.25 over 802.2)"),
	VALUE(127, "ISO 802.2"),
	VALUE(128, "XNS"),
	VALUE(130, "BACnet"),
	VALUE(134, "Nestar"),
	VALUE(142, "PROWAY (IEC955) Active Station List Maintenance"),
	VALUE(152, "ARP"),
	VALUE(180, "HP JetDirect Printer"),
	VALUE(170, "SNAP"),
	VALUE(186, "Banyan Vines"),
	VALUE(188, "Banyan Vines"),
	VALUE(224, "NetWare"),
	VALUE(240, "NetBIOS"),
	VALUE(244, "IBM Net Management"),
	VALUE(248, "HP Extended LLC"),
	VALUE(250, "Ungermann-Bass"),
	VALUE(252, "Remote Program Load"),
	VALUE(254, "ISO Network Layer"),
	VALUE(255, "Global LSAP"),
	VALUE_END,
};

static const struct value_name control_s_ftype_names[] = {
	VALUE(0, "Receiver ready"),
	VALUE(1, "Receiver not ready"),
	VALUE(2, "Reject"),
	VALUE(3, "Selective reject"),
	VALUE_END,
};

static const struct value_name control_u_modifier_cmd_names[] = {
	VALUE(0, "Unnumbered Information"),
	VALUE(8, "Unnumbered Poll"),
	VALUE(16, "Disconnect"),
	VALUE(24, "Unnumbered Acknowledge"),
	VALUE(32, "Set Normal Response Mode"),
	VALUE(56, "Test"),
	VALUE(1, "Set Initialization Mode"),
	VALUE(33, "Frame reject"),
	VALUE(49, "Configure"),
	VALUE(3, "Set Asynchronous Response Mode"),
	VALUE(11, "Set Asynchronous Balanced Mode"),
	VALUE(19, "Set Asynchronous Response Mode Extended"),
	VALUE(27, "Set Asynchronous Balanced Mode Extended"),
	VALUE(35, "Reset"),
	VALUE(43, "Exchange identification"),
	VALUE(51, "Set Normal Response Mode Extended"),
	VALUE(59, "Beacon"),
	VALUE_END,
};

static const struct value_name control_u_modifier_resp_names[] = {
	VALUE(0, "Unnumbered Information"),
	VALUE(8, "Unnumbered Poll"),
	VALUE(16, "Request Disconnect"),
	VALUE(24, "Unnumbered Acknowledge"),
	VALUE(32, "Set Normal Response Mode"),
	VALUE(56, "Test"),
	VALUE(1, "Request Initialization Mode"),
	VALUE(33, "Frame reject"),
	VALUE(49, "Configure"),
	VALUE(3, "Disconnected mode"),
	VALUE(11, "Set Asynchronous Balanced Mode"),
	VALUE(19, "Set Asynchronous Response Mode Extended"),
	VALUE(27, "Set Asynchronous Balanced Mode Extended"),
	VALUE(35, "Reset"),
	VALUE(43, "Exchange identification"),
	VALUE(51, "Set Normal Response Mode Extended"),
	VALUE(59, "Beacon"),
	VALUE_END,
};

static const struct value_name control_ftype_names[] = {
	VALUE(0, "Information frame"),
	VALUE(1, "Supervisory frame"),
	VALUE(3, "Unnumbered frame"),
	VALUE_END,
};

static const struct value_name cisco_pid_names[] = {
	VALUE(258, "DRIP"),
	VALUE(260, "PAgP"),
	VALUE(261, "MLS Hello"),
	VALUE(264, "RLQ BPDUs (request)"),
	VALUE(265, "RLQ BPDUs (response)"),
	VALUE(267, "PVSTP+"),
	VALUE(268, "VLAN Bridge"),
	VALUE(273, "UDLD"),
	VALUE(313, "MCP"),
	VALUE(0x2000, "CDP"),
	VALUE(0x2001, "CGMP"),
	VALUE(0x2003, "VTP"),
	VALUE(0x2004, "DTP"),
	VALUE(0x200a, "STP Uplink Fast"),
	VALUE_END,
};

/* The abbreviations of IEEE 802.2 s. 5.4. */
static const struct value_name u_modifier_short_cmd[] = {
	VALUE(0x00, "UI"),    VALUE(0x08, "UP"),    VALUE(0x10, "DISC"),
	VALUE(0x18, "UA"),    VALUE(0x20, "SNRM"),  VALUE(0x38, "TEST"),
	VALUE(0x01, "SIM"),   VALUE(0x21, "FRMR"),  VALUE(0x31, "CFGR"),
	VALUE(0x03, "SARM"),  VALUE(0x0b, "SABM"),  VALUE(0x13, "SARME"),
	VALUE(0x1b, "SABME"), VALUE(0x23, "RESET"), VALUE(0x2b, "XID"),
	VALUE(0x33, "SNRME"), VALUE(0x3b, "BCN"),   VALUE_END,
};

static const struct value_name u_modifier_short_resp[] = {
	VALUE(0x00, "UI"),    VALUE(0x08, "UP"),    VALUE(0x10, "RD"),
	VALUE(0x18, "UA"),    VALUE(0x20, "SNRM"),  VALUE(0x38, "TEST"),
	VALUE(0x01, "RIM"),   VALUE(0x21, "FRMR"),  VALUE(0x31, "CFGR"),
	VALUE(0x03, "DM"),    VALUE(0x0b, "SABM"),  VALUE(0x13, "SARME"),
	VALUE(0x1b, "SABME"), VALUE(0x23, "RESET"), VALUE(0x2b, "XID"),
	VALUE(0x33, "SNRME"), VALUE(0x3b, "BCN"),   VALUE_END,
};

const struct value_name llc_oui_names[] = {
	VALUE(0x000000, "Officially Xerox, but"),
	VALUE(0x00000c, "Cisco Systems, Inc"),
	VALUE(0x00005e, "ICANN, IANA Departmen"),
	VALUE(0x000081, "Bay Networks"),
	VALUE(0x00120f, "Ieee 802.3"),
	VALUE(0x0080c2, "IEEE"),
	VALUE_END,
};

static const struct field fields[] = {
	[LLC_F_PROTOCOL] = {"llc", "Logical-Link Control", FIELD_PROTOCOL},
	[LLC_F_DSAP] = {"llc.dsap", "DSAP", FIELD_UINT, BASE_HEX, 1, .names = dsap_names},
	[LLC_F_DSAP_SAP] = {"llc.dsap.sap", "SAP", FIELD_UINT, BASE_DEC, 1, 0xfe},
	[LLC_F_DSAP_IG] = {"llc.dsap.ig", "IG Bit", FIELD_BOOL, BASE_DEC, 1, 0x1, .yes = "Group",
			   .no = "Individual"},
	[LLC_F_SSAP] = {"llc.ssap", "SSAP", FIELD_UINT, BASE_HEX, 1, .names = dsap_names},
	[LLC_F_SSAP_SAP] = {"llc.ssap.sap", "SAP", FIELD_UINT, BASE_DEC, 1, 0xfe},
	[LLC_F_SSAP_CR] = {"llc.ssap.cr", "CR Bit", FIELD_BOOL, BASE_DEC, 1, 0x1, .yes = "Response",
			   .no = "Command"},
	[LLC_F_CONTROL] = {"llc.control", "Control", FIELD_UINT, BASE_HEX, 2},
	[LLC_F_CONTROL_N_R] = {"llc.control.n_r", "N(R)", FIELD_UINT, BASE_DEC, 2, 0xfe00},
	[LLC_F_CONTROL_N_S] = {"llc.control.n_s", "N(S)", FIELD_UINT, BASE_DEC, 2, 0xfe},
	[LLC_F_CONTROL_P] = {"llc.control.p", "Poll", FIELD_BOOL, BASE_DEC, 1, 0x10, .yes = "Set",
			     .no = "Not set"},
	[LLC_F_CONTROL_F] = {"llc.control.f", "Final", FIELD_BOOL, BASE_DEC, 1, 0x10, .yes = "Set",
			     .no = "Not set"},
	[LLC_F_CONTROL_S_FTYPE] = {"llc.control.s_ftype", "Supervisory frame type", FIELD_UINT,
				   BASE_HEX, 2, 0xc, .names = control_s_ftype_names},
	[LLC_F_CONTROL_U_MODIFIER_CMD] = {"llc.control.u_modifier_cmd", "Command", FIELD_UINT,
					  BASE_HEX, 1, 0xec, .names = control_u_modifier_cmd_names},
	[LLC_F_CONTROL_U_MODIFIER_RESP] = {"llc.control.u_modifier_resp", "Response", FIELD_UINT,
					   BASE_HEX, 1, 0xec,
					   .names = control_u_modifier_resp_names},
	[LLC_F_CONTROL_FTYPE] = {"llc.control.ftype", "Frame type", FIELD_UINT, BASE_HEX, 2, 0x3,
				 .names = control_ftype_names},
	[LLC_F_CONTROL_FTYPE_I] = {"llc.control.ftype", "Frame type", FIELD_UINT, BASE_HEX, 2, 0x1,
				   .names = control_ftype_names},
	[LLC_F_CONTROL_FTYPE_U] = {"llc.control.ftype", "Frame type", FIELD_UINT, BASE_HEX, 1, 0x3,
				   .names = control_ftype_names},
	[LLC_F_CONTROL_P16] = {"llc.control.p", "Poll", FIELD_BOOL, BASE_DEC, 2, 0x100,
			       .yes = "Set", .no = "Not set"},
	[LLC_F_CONTROL_F16] = {"llc.control.f", "Final", FIELD_BOOL, BASE_DEC, 2, 0x100,
			       .yes = "Set", .no = "Not set"},
	[LLC_F_OUI] = {"llc.oui", "Organization Code", FIELD_UINT, BASE_OUI, 3,
		       .names = llc_oui_names},
	[LLC_F_TYPE] = {"llc.type", "Type", FIELD_UINT, BASE_HEX, 2, .names = ether_type_names},
	[LLC_F_PID] = {"llc.pid", "Protocol ID", FIELD_UINT, BASE_HEX, 2},
	[LLC_F_CISCO_PID] = {"llc.cisco_pid", "PID", FIELD_UINT, BASE_HEX, 2,
			     .names = cisco_pid_names},
};

static_assert(sizeof(fields) / sizeof(fields[0]) == LLC_FIELDS, "every field has a row");

#define F(name) FIELD_ID(PROTOCOL_LLC, LLC_F_##name)

#define FTYPE_I       0 /* bit 0 clear */
#define FTYPE_S       1
#define FTYPE_U       3
#define POLL_U        0x10
#define CONTROL_UI    0x03
#define MODIFIER_BITS 0xec
#define NAME_NONE     "Unknown"

static void say_saps(struct dissect *d, uint8_t dsap, uint8_t ssap, uint32_t at)
{
	const char *name;
	uint32_t before;

	d->item = tree_uint(d->tree, F(DSAP), at, 1, dsap);
	before = say_open(d);
	name = value_name(dsap_names, dsap & 0xfe);
	d->item = tree_uint(d->tree, F(DSAP_SAP), at, 1, dsap >> 1);
	item_text(d->tree, d->item, "SAP: %s", name ? name : NAME_NONE);
	tree_uint(d->tree, F(DSAP_IG), at, 1, dsap & 1);
	say_close(d, before);
	d->item = tree_uint(d->tree, F(SSAP), at + 1, 1, ssap);
	name = value_name(dsap_names, ssap & 0xfe);
	item_text(d->tree, d->item, "SSAP: %s (0x%02x)", name ? name : NAME_NONE, ssap);
	before = say_open(d);
	d->item = tree_uint(d->tree, F(SSAP_SAP), at + 1, 1, ssap >> 1);
	item_text(d->tree, d->item, "SAP: %s", name ? name : NAME_NONE);
	tree_uint(d->tree, F(SSAP_CR), at + 1, 1, ssap & 1);
	say_close(d, before);
}

static void say_unnumbered(struct dissect *d, uint32_t at, uint8_t control, bool response)
{
	const struct value_name *names = response ? u_modifier_short_resp : u_modifier_short_cmd;
	const char *poll = response ? "F" : "P";
	const char *name = value_name(names, field_bits(control, MODIFIER_BITS));
	uint32_t before;

	d->item = tree_uint(d->tree, F(CONTROL), at, 1, control);
	item_text(d->tree, d->item, "Control field: U%s%s, func=%s (0x%02x)",
		  control & POLL_U ? " " : "", control & POLL_U ? poll : "",
		  name ? name : NAME_NONE, control);
	before = say_open(d);
	say_bits(d, at, 1, control,
		 (const uint16_t[]) {response ? F(CONTROL_U_MODIFIER_RESP)
					      : F(CONTROL_U_MODIFIER_CMD)},
		 1);
	if (control & POLL_U)
		say_bits(d, at, 1, control,
			 (const uint16_t[]) {response ? F(CONTROL_F) : F(CONTROL_P)}, 1);
	say_bits(d, at, 1, control, (const uint16_t[]) {F(CONTROL_FTYPE_U)}, 1);
	say_close(d, before);
	info_add(d, "U%s%s, func=%s", control & POLL_U ? " " : "", control & POLL_U ? poll : "",
		 name ? name : NAME_NONE);
}

static void say_numbered(struct dissect *d, uint32_t at, uint16_t control, bool response)
{
	static const char *const s_names[4] = {"RR", "RNR", "REJ", "SREJ"};
	const char *poll = control & 0x100 ? response ? " F" : " P" : "";
	bool information = !(control & 1);
	char line[64];
	uint32_t before;

	if (information)
		snprintf(line, sizeof(line), "I%s, N(R)=%u, N(S)=%u", poll, control >> 9,
			 control >> 1 & 127);
	else
		snprintf(line, sizeof(line), "S%s, func=%s, N(R)=%u", poll,
			 s_names[control >> 2 & 3], control >> 9);
	d->item = item_flag(tree_uint(d->tree, F(CONTROL), at, 2, control), ITEM_LITTLE);
	item_text(d->tree, d->item, "Control field: %s (0x%04x)", line, control);
	before = say_open(d);
	item_flag(tree_uint(d->tree, F(CONTROL_N_R), at, 2, control >> 9), ITEM_LITTLE);
	if (information)
		item_flag(tree_uint(d->tree, F(CONTROL_N_S), at, 2, control >> 1 & 127),
			  ITEM_LITTLE);
	else
		item_flag(tree_uint(d->tree, F(CONTROL_S_FTYPE), at, 2, control >> 2 & 3),
			  ITEM_LITTLE);
	if (control & 0x100)
		item_flag(tree_uint(d->tree, response ? F(CONTROL_F16) : F(CONTROL_P16), at, 2, 1),
			  ITEM_LITTLE);
	item_flag(tree_uint(d->tree, information ? F(CONTROL_FTYPE_I) : F(CONTROL_FTYPE), at, 2,
			    information ? 0 : FTYPE_S),
		  ITEM_LITTLE);
	say_close(d, before);
	info_add(d, "%s", line);
}

/* The organisation and its number. */
static void read_snap(struct dissect *d, struct cursor *c)
{
	uint32_t oui = (uint32_t)say_uint(d, c, F(OUI), 3);
	uint32_t at = c->at;
	uint16_t pid = cursor_be16(c);

	if (!cursor_ok(c))
		return;
	if (oui == LLC_OUI_ETHER || oui == LLC_OUI_BRIDGED)
		tree_uint(d->tree, F(TYPE), at, 2, pid);
	else
		tree_uint(d->tree, oui == LLC_OUI_CISCO ? F(CISCO_PID) : F(PID), at, 2, pid);
	info_add(d, "; SNAP, OUI 0x%06X, PID 0x%04X", oui, pid);
	dissect_snap(d, oui, pid, c);
}

static void dissect_llc(struct dissect *d, struct cursor *c)
{
	uint32_t at = c->at;
	uint8_t dsap = cursor_u8(c);
	uint8_t ssap = cursor_u8(c);
	uint16_t control;
	bool unnumbered;

	info_clear(d);
	say_saps(d, dsap, ssap, at);
	control = cursor_u8(c);
	if (!cursor_ok(c))
		return;
	unnumbered = (control & 3) == FTYPE_U;
	if (unnumbered) {
		say_unnumbered(d, at + 2, (uint8_t)control, ssap & 1);
	} else {
		control |= (uint16_t)(cursor_u8(c) << 8);
		if (!cursor_ok(c))
			return;
		say_numbered(d, at + 2, control, ssap & 1);
	}
	if (dsap == LLC_SAP_SNAP && ssap == LLC_SAP_SNAP)
		read_snap(d, c);
	else if (d->dispatch->llc[dsap] && (!unnumbered || control == CONTROL_UI))
		dissect_next(d, d->dispatch->llc[dsap], c);
	else
		dissect_data(d, c);
}

const struct dissector llc_dissector = {fields, LLC_FIELDS, dissect_llc};
