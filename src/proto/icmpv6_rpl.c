// SPDX-License-Identifier: Apache-2.0
// Dissects RPL control messages (RFC 6550 s. 6): solicitation, information, advertisement, options.
#include "proto/icmpv6_fields.h"

#define F(name) ICMPV6_FIELD(name)

enum rpl_code {
	CODE_DIS = 0, /* RFC 6550 s. 6 */
	CODE_DIO = 1,
	CODE_DAO = 2,
	CODE_DAO_ACK = 3,
};

enum rpl_option {
	RPL_PAD1 = 0, /* RFC 6550 s. 6.7 */
	RPL_PADN = 1,
	RPL_CONFIG = 4,
	RPL_TARGET = 5,
	RPL_TRANSIT = 6,
	RPL_PREFIX = 8,
};

#define ADDRESS_LEN 16

/* The bits of an IPv6 prefix of length bits, in as many bytes as those need. */
static void say_target(struct dissect *d, struct cursor *c, uint32_t length_item)
{
	uint8_t bytes[ADDRESS_LEN] = {0};
	uint32_t bits, len, at;

	if (cursor_left(c))
		tree_uint(d->tree, F(RPL_OPT_TARGET_FLAG), c->at, 1, 0);
	cursor_skip(c, 1);
	bits = (uint32_t)say_uint(d, c, F(RPL_OPT_TARGET_PREFIX_LENGTH), 1);
	len = (bits + 7) / 8;
	if (!cursor_ok(c))
		return;
	if (len == cursor_left(c) && len <= ADDRESS_LEN) {
		at = c->at;
		cursor_copy(c, bytes, len);
		if (cursor_ok(c))
			tree_bytes(d->tree, F(RPL_OPT_TARGET_PREFIX), at, len, bytes, ADDRESS_LEN);
		return;
	}
	say_expert(d, length_item, F(INVALID_OPTION_LENGTH), EXPERT_ERROR, EXPERT_MALFORMED,
		   "Invalid Option Length");
	say_bytes(d, c, F(UNKNOWN_DATA), cursor_left(c));
	say_expert(d, tree_index(d->tree, d->item), F(UNKNOWN_DATA_EXPERT), EXPERT_ERROR,
		   EXPERT_MALFORMED, "Unknown Data (not interpreted)");
}

static void say_transit(struct dissect *d, struct cursor *c)
{
	static const uint16_t bits[] = {F(RPL_OPT_TRANSIT_FLAG_E), F(RPL_OPT_TRANSIT_FLAG_RSV)};

	say_bitfield(d, c, F(RPL_OPT_TRANSIT_FLAG), 1, bits, 2);
	say_uint(d, c, F(RPL_OPT_TRANSIT_PATHCTL), 1);
	say_uint(d, c, F(RPL_OPT_TRANSIT_PATHSEQ), 1);
	say_uint(d, c, F(RPL_OPT_TRANSIT_PATHLIFETIME), 1);
	while (cursor_left(c) && cursor_ok(c) && dissect_step(d))
		say_ipv6(d, c, F(RPL_OPT_TRANSIT_PARENT));
}

static void say_config(struct dissect *d, struct cursor *c)
{
	static const uint16_t bits[] = {F(RPL_OPT_CONFIG_RESERVED), F(RPL_OPT_CONFIG_AUTH),
					F(RPL_OPT_CONFIG_PCS)};

	say_bitfield(d, c, F(RPL_OPT_CONFIG_FLAG), 1, bits, 3);
	say_uint(d, c, F(RPL_OPT_CONFIG_INTERVAL_DOUBLE), 1);
	say_uint(d, c, F(RPL_OPT_CONFIG_INTERVAL_MIN), 1);
	say_uint(d, c, F(RPL_OPT_CONFIG_REDUNDANCY), 1);
	say_uint(d, c, F(RPL_OPT_CONFIG_MAX_RANK_INC), 2);
	say_uint(d, c, F(RPL_OPT_CONFIG_MIN_HOP_RANK_INC), 2);
	say_uint(d, c, F(RPL_OPT_CONFIG_OCP), 2);
	say_uint(d, c, F(RPL_OPT_CONFIG_RSV), 1);
	say_uint(d, c, F(RPL_OPT_CONFIG_DEF_LIFETIME), 1);
	say_uint(d, c, F(RPL_OPT_CONFIG_LIFETIME_UNIT), 2);
}

static void say_prefix(struct dissect *d, struct cursor *c)
{
	static const uint16_t bits[] = {F(RPL_OPT_PREFIX_FLAG_L), F(RPL_OPT_CONFIG_FLAG_A),
					F(RPL_OPT_CONFIG_FLAG_R), F(RPL_OPT_CONFIG_FLAG_RSV)};

	say_uint(d, c, F(RPL_OPT_PREFIX_LENGTH), 1);
	say_bitfield(d, c, F(RPL_OPT_PREFIX_FLAG), 1, bits, 4);
	say_uint(d, c, F(RPL_OPT_PREFIX_VALID_LIFETIME), 4);
	say_uint(d, c, F(RPL_OPT_PREFIX_PREFERRED_LIFETIME), 4);
	if (cursor_left(c) >= 4)
		tree_uint(d->tree, F(RPL_OPT_RESERVED), c->at, 4, 0);
	cursor_skip(c, 4);
	say_ipv6(d, c, F(RPL_OPT_PREFIX));
}

static void say_value(struct dissect *d, struct cursor *c, uint8_t type, uint32_t length_item)
{
	switch (type) {
	case RPL_PADN:
		if (cursor_left(c))
			tree_uint(d->tree, F(RPL_OPT_PADN), c->at, cursor_left(c), 0);
		break;
	case RPL_CONFIG:
		say_config(d, c);
		break;
	case RPL_TARGET:
		say_target(d, c, length_item);
		break;
	case RPL_TRANSIT:
		say_transit(d, c);
		break;
	case RPL_PREFIX:
		say_prefix(d, c);
		break;
	default:
		say_bytes(d, c, F(DATA), cursor_left(c));
		break;
	}
}

static void say_options(struct dissect *d, struct cursor *c)
{
	while (cursor_left(c) && cursor_ok(c) && dissect_step(d)) {
		struct cursor look = *c;
		uint8_t type = cursor_u8(&look);
		uint32_t len = type == RPL_PAD1 ? 1 : 2u + cursor_u8(&look);
		const char *name = value_name(field_get(F(RPL_OPT_TYPE))->names, type);
		struct cursor part = cursor_take(c, len);
		uint32_t before;

		d->item = tree_uint(d->tree, F(OPT), part.at, cursor_left(&part), 0);
		if (name)
			item_text(d->tree, d->item, "ICMPv6 RPL Option (%s)", name);
		else
			item_text(d->tree, d->item, "ICMPv6 RPL Option (Unknown %u)", type);
		before = say_open(d);
		say_uint(d, &part, F(RPL_OPT_TYPE), 1);
		if (type != RPL_PAD1) {
			say_uint(d, &part, F(RPL_OPT_LENGTH), 1);
			say_value(d, &part, type, tree_index(d->tree, d->item));
		}
		say_close(d, before);
		if (cursor_ok(c) && !cursor_ok(&part))
			c->status = part.status;
	}
}

static void say_information(struct dissect *d, struct cursor *c)
{
	static const uint16_t bits[] = {F(RPL_DIO_FLAG_G), F(RPL_DIO_FLAG_0), F(RPL_DIO_FLAG_MOP),
					F(RPL_DIO_FLAG_PREFERENCE)};

	say_uint(d, c, F(RPL_DIO_INSTANCE), 1);
	say_uint(d, c, F(RPL_DIO_VERSION), 1);
	say_uint(d, c, F(RPL_DIO_RANK), 2);
	say_bitfield(d, c, F(RPL_DIO_FLAG), 1, bits, 4);
	say_uint(d, c, F(RPL_DIO_DTSN), 1);
	say_bytes(d, c, F(RESERVED), 2);
	say_ipv6(d, c, F(RPL_DIO_DAGID));
}

static void say_advertisement(struct dissect *d, struct cursor *c)
{
	static const uint16_t bits[] = {F(RPL_DAO_FLAG_K), F(RPL_DAO_FLAG_D), F(RPL_DAO_FLAG_RSV)};
	uint8_t flags;

	say_uint(d, c, F(RPL_DAO_INSTANCE), 1);
	flags = (uint8_t)say_bitfield(d, c, F(RPL_DAO_FLAG), 1, bits, 3);
	item_append(d->tree, d->item, "%s%s", flags & 0x80 ? ", DAO-ACK Request (K)" : "",
		    flags & 0x40 ? ", DODAGID Present (D)" : "");
	say_bytes(d, c, F(RESERVED), 1);
	say_uint(d, c, F(RPL_DAO_SEQUENCE), 1);
	if (flags & 0x40)
		say_ipv6(d, c, F(RPL_DAO_DODAGID));
}

static void say_acknowledgment(struct dissect *d, struct cursor *c)
{
	static const uint16_t bits[] = {F(RPL_DAOACK_FLAG_D), F(RPL_DAOACK_FLAG_RSV)};
	uint8_t flags;

	say_uint(d, c, F(RPL_DAOACK_INSTANCE), 1);
	flags = (uint8_t)say_bitfield(d, c, F(RPL_DAOACK_FLAG), 1, bits, 2);
	item_append(d->tree, d->item, "%s", flags & 0x80 ? ", DODAGID Present (D)" : "");
	say_uint(d, c, F(RPL_DAOACK_SEQUENCE), 1);
	say_uint(d, c, F(RPL_DAOACK_STATUS), 1);
	if (flags & 0x80)
		say_ipv6(d, c, F(RPL_DAOACK_DODAGID));
}

void icmpv6_say_rpl(struct dissect *d, struct cursor *c, uint8_t code)
{
	switch (code) {
	case CODE_DIS:
		say_uint(d, c, F(RPL_DIS_FLAGS), 1);
		say_bytes(d, c, F(RESERVED), 1);
		break;
	case CODE_DIO:
		say_information(d, c);
		break;
	case CODE_DAO:
		say_advertisement(d, c);
		break;
	case CODE_DAO_ACK:
		say_acknowledgment(d, c);
		break;
	default: /* secured ones, and what is not assigned */
		say_bytes(d, c, F(DATA), cursor_left(c));
		return;
	}
	if (cursor_ok(c))
		say_options(d, c);
}
