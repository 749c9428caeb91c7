// SPDX-License-Identifier: Apache-2.0
// Virtual eXtensible Local Area Network (RFC 7348; group policy of draft-smith-vxlan-group-policy).
#include "proto/vxlan.h"

#include <assert.h>

#include "proto/dissect.h"

enum vxlan_field {
	VXLAN_PROTOCOL,
	VXLAN_FLAGS,
	VXLAN_FLAG_G,
	VXLAN_FLAG_I,
	VXLAN_FLAG_D,
	VXLAN_FLAG_A,
	VXLAN_FLAGS_RESERVED,
	VXLAN_GBP,
	VXLAN_VNI,
	VXLAN_RESERVED8,
	VXLAN_FIELDS
};

static const struct field fields[] = {
	[VXLAN_PROTOCOL] = {"vxlan", "Virtual eXtensible Local Area Network", FIELD_PROTOCOL},
	[VXLAN_FLAGS] = {"vxlan.flags", "Flags", FIELD_UINT, BASE_HEX, 2},
	[VXLAN_FLAG_G] = {"vxlan.flag_g", "GBP Extension", FIELD_BOOL, BASE_DEC, 2, 0x8000,
			  .yes = "Defined", .no = "Not defined"},
	[VXLAN_FLAG_I] = {"vxlan.flag_i", "VXLAN Network ID (VNI)", FIELD_BOOL, BASE_DEC, 2,
			  0x0800},
	[VXLAN_FLAG_D] = {"vxlan.flag_d", "Don't Learn", FIELD_BOOL, BASE_DEC, 2, 0x0040},
	[VXLAN_FLAG_A] = {"vxlan.flag_a", "Policy Applied", FIELD_BOOL, BASE_DEC, 2, 0x0008},
	[VXLAN_FLAGS_RESERVED] = {"vxlan.flags_reserved", "Reserved(R)", FIELD_UINT, BASE_HEX, 2,
				  0x77b7},
	[VXLAN_GBP] = {"vxlan.gbp", "Group Policy ID", FIELD_UINT, BASE_DEC, 2},
	[VXLAN_VNI] = {"vxlan.vni", "VXLAN Network Identifier (VNI)", FIELD_UINT, BASE_DEC, 3},
	[VXLAN_RESERVED8] = {"vxlan.reserved8", "Reserved", FIELD_UINT, BASE_DEC, 1},
};

static_assert(sizeof(fields) / sizeof(fields[0]) == VXLAN_FIELDS, "every vxlan_field has a row");

#define F(name) FIELD_ID(PROTOCOL_VXLAN, VXLAN_##name)

static void say_flags(struct dissect *d, struct cursor *c)
{
	const uint16_t bits[] = {F(FLAG_G), F(FLAG_I), F(FLAG_D), F(FLAG_A), F(FLAGS_RESERVED)};
	uint32_t at = c->at;
	unsigned flags = (unsigned)say_uint(d, c, F(FLAGS), 2);
	uint32_t open;

	if (!cursor_ok(c))
		return;
	for (unsigned i = 0; i < 4; i++) {
		const struct field *field = field_get(bits[i]);

		if (flags & field->mask)
			item_append(d->tree, d->item, ", %s", field->label);
	}
	open = say_open(d);
	say_bits(d, at, 2, flags, bits, sizeof(bits) / sizeof(bits[0]));
	say_close(d, open);
}

static void dissect_vxlan(struct dissect *d, struct cursor *c)
{
	info_clear(d);
	say_flags(d, c);
	say_uint(d, c, F(GBP), 2);
	say_uint(d, c, F(VNI), 3);
	say_uint(d, c, F(RESERVED8), 1);
	if (cursor_ok(c) && cursor_left(c))
		dissect_next(d, PROTOCOL_ETHERNET, c);
}

const struct dissector vxlan_dissector = {fields, VXLAN_FIELDS, dissect_vxlan};
