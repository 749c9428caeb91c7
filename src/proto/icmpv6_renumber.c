// SPDX-License-Identifier: Apache-2.0
// Dissects Router Renumbering messages (RFC 2894 s. 3).
#include "proto/icmpv6_fields.h"

#define F(name) ICMPV6_FIELD(name)

#define CODE_COMMAND 0
#define CODE_RESULT  1

static void say_use_prefix(struct dissect *d, struct cursor *c)
{
	static const uint16_t mask_bits[] = {F(RR_PCO_UP_FLAGMASK_L), F(RR_PCO_UP_FLAGMASK_A),
					     F(RR_PCO_UP_FLAGMASK_RESERVED)};
	static const uint16_t flag_bits[] = {F(RR_PCO_UP_FLAG_V), F(RR_PCO_UP_FLAG_P),
					     F(RR_PCO_UP_FLAG_RESERVED)};
	uint32_t keep, use, before, index;
	char text[ADDR_TEXT_MAX];
	struct addr prefix;

	d->item = tree_uint(d->tree, F(RR_PCO_UP), c->at, cursor_left(c) < 32 ? 0 : 32, 0);
	index = tree_index(d->tree, d->item);
	before = say_open(d);
	use = (uint32_t)say_uint(d, c, F(RR_PCO_UP_USELEN), 1);
	keep = (uint32_t)say_uint(d, c, F(RR_PCO_UP_KEEPLEN), 1);
	say_bitfield(d, c, F(RR_PCO_UP_FLAGMASK), 1, mask_bits, 3);
	/* RFC 2894 s. 3.2.1.2: the bits are those of the mask before. */
	say_bitfield(d, c, F(RR_PCO_UP_RAFLAGS), 1, mask_bits, 3);
	say_uint(d, c, F(RR_PCO_UP_VALIDLIFETIME), 4);
	say_uint(d, c, F(RR_PCO_UP_PREFERREDLIFETIME), 4);
	say_bitfield(d, c, F(RR_PCO_UP_FLAG), 4, flag_bits, 3);
	prefix = say_ipv6(d, c, F(RR_PCO_UP_USEPREFIX));
	say_close(d, before);
	if (cursor_ok(c) && index != TREE_NO_PARENT && dissect_wants_text(d))
		item_append(d->tree, &d->tree->items[index], ": %s/%u (keep %u)",
			    addr_text(&prefix, text), use, keep);
}

static void say_match(struct dissect *d, struct cursor *c, const char *operation, uint32_t index)
{
	uint32_t length, least, most;
	char text[ADDR_TEXT_MAX];
	struct addr prefix;

	say_uint(d, c, F(RR_PCO_MP_ORDINAL), 1);
	length = (uint32_t)say_uint(d, c, F(RR_PCO_MP_MATCHLEN), 1);
	least = (uint32_t)say_uint(d, c, F(RR_PCO_MP_MINLEN), 1);
	most = (uint32_t)say_uint(d, c, F(RR_PCO_MP_MAXLEN), 1);
	say_bytes(d, c, F(RESERVED), 2);
	prefix = say_ipv6(d, c, F(RR_PCO_MP_MATCHPREFIX));
	if (cursor_ok(c) && index != TREE_NO_PARENT && dissect_wants_text(d))
		item_append(d->tree, &d->tree->items[index], ": %s %s/%u (%u-%u)", operation,
			    addr_text(&prefix, text), length, least, most);
}

static void say_command(struct dissect *d, struct cursor *c)
{
	uint32_t before, index;
	const char *operation;

	d->item = tree_uint(d->tree, F(RR_PCO_MP), c->at, cursor_left(c) < 24 ? 0 : 24, 0);
	index = tree_index(d->tree, d->item);
	before = say_open(d);
	operation = value_name(field_get(F(RR_PCO_MP_OPCODE))->names,
			       say_uint(d, c, F(RR_PCO_MP_OPCODE), 1));
	say_uint(d, c, F(RR_PCO_MP_OPLENGTH), 1);
	say_match(d, c, operation ? operation : "Unknown", index);
	say_close(d, before);
	/* Without a use-prefix part this command only removes. */
	while (cursor_left(c) && cursor_ok(c) && dissect_step(d))
		say_use_prefix(d, c);
}

static void say_results(struct dissect *d, struct cursor *c)
{
	static const uint16_t bits[] = {F(RR_RM_FLAG_RESERVED), F(RR_RM_FLAG_B), F(RR_RM_FLAG_F)};

	while (cursor_left(c) && cursor_ok(c) && dissect_step(d)) {
		uint32_t before;

		d->item = tree_uint(d->tree, F(RR_RM), c->at, 0, 0);
		before = say_open(d);
		say_bitfield(d, c, F(RR_RM_FLAG), 2, bits, 3);
		say_uint(d, c, F(RR_RM_ORDINAL), 1);
		say_uint(d, c, F(RR_RM_MATCHEDLEN), 1);
		say_uint(d, c, F(RR_RM_INTERFACEINDEX), 4);
		say_ipv6(d, c, F(RR_RM_MATCHEDPREFIX));
		say_close(d, before);
	}
}

void icmpv6_say_renumber(struct dissect *d, struct cursor *c, uint8_t code)
{
	static const uint16_t bits[] = {F(RR_FLAG_T), F(RR_FLAG_R), F(RR_FLAG_A),
					F(RR_FLAG_S), F(RR_FLAG_P), F(RR_FLAG_RSV)};
	uint8_t flags;

	say_uint(d, c, F(RR_SEQUENCE_NUMBER), 4);
	say_uint(d, c, F(RR_SEGMENT_NUMBER), 1);
	flags = (uint8_t)say_bitfield(d, c, F(RR_FLAG), 1, bits, 6);
	item_append(d->tree, d->item, "%s%s%s%s%s", flags & 0x80 ? ", Test Command" : "",
		    flags & 0x40 ? ", Result requested" : "",
		    flags & 0x20 ? ", All Interfaces" : "", flags & 0x10 ? ", Site-specific" : "",
		    flags & 0x08 ? ", Processed previously" : "");
	say_uint(d, c, F(RR_MAXDELAY), 2);
	say_bytes(d, c, F(RESERVED), 4);
	if (!cursor_ok(c) || !cursor_left(c))
		return;
	if (code == CODE_COMMAND)
		say_command(d, c);
	else if (code == CODE_RESULT)
		say_results(d, c);
}
