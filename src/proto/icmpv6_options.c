// SPDX-License-Identifier: Apache-2.0
// Dissects the options of Neighbour Discovery (RFC 4861 s. 4.6, 4191, 8106, 8781, 8910, 3971).
#include <stdio.h>

#include "proto/icmpv6_fields.h"

#define F(name) ICMPV6_FIELD(name)

#define UNIT         8 /* RFC 4861 s. 4.6: lengths count units of 8 bytes */
#define MAC_OPTION   8
#define NAME_MAX_LEN 256
#define LABEL_MAX    63

enum option_type {
	OPTION_SOURCE_LINK = 1,
	OPTION_TARGET_LINK = 2,
	OPTION_PREFIX = 3,
	OPTION_REDIRECTED = 4,
	OPTION_MTU = 5,
	OPTION_INTERVAL = 7,   /* RFC 6275 s. 7.3 */
	OPTION_HOME_AGENT = 8, /* RFC 6275 s. 7.4 */
	OPTION_TIMESTAMP = 13, /* RFC 3971 s. 5.3 */
	OPTION_NONCE = 14,
	OPTION_ROUTE = 24, /* RFC 4191 */
	OPTION_RDNSS = 25, /* RFC 8106 */
	OPTION_FLAGS = 26, /* RFC 5175 */
	OPTION_DNSSL = 31,
	OPTION_PORTAL = 37, /* RFC 8910 */
	OPTION_PREF64 = 38, /* RFC 8781 */
};

/* One option: its own item, to whose line values add words. */
struct option {
	uint32_t index;
	uint32_t length; /* the item of its length field */
	uint8_t type;
	uint32_t len; /* bytes, whole */
};

static void append(struct dissect *d, const struct option *o, const char *text)
{
	if (dissect_wants_text(d) && o->index != TREE_NO_PARENT)
		item_append(d->tree, &d->tree->items[o->index], "%s", text);
}

static void append_addr(struct dissect *d, const struct option *o, const char *before,
			const struct addr *a)
{
	char text[ADDR_TEXT_MAX];

	if (!dissect_wants_text(d))
		return;
	append(d, o, before);
	append(d, o, addr_text(a, text));
}

static void append_number(struct dissect *d, const struct option *o, const char *before,
			  uint32_t number)
{
	char text[16];

	if (!dissect_wants_text(d))
		return;
	snprintf(text, sizeof(text), "%u", number);
	append(d, o, before);
	append(d, o, text);
}

static void say_reserved(struct dissect *d, struct cursor *c, uint32_t len)
{
	if (cursor_need(c, len))
		tree_uint(d->tree, F(OPT_RESERVED), c->at, len, 0);
	cursor_skip(c, len);
}

static void say_padding(struct dissect *d, struct cursor *c)
{
	if (cursor_left(c) && cursor_held(c) == cursor_left(c))
		tree_uint(d->tree, F(OPT_PADDING), c->at, cursor_left(c), 0);
	cursor_skip(c, cursor_left(c));
}

static void say_link(struct dissect *d, struct cursor *c, const struct option *o)
{
	uint32_t at = c->at;
	uint32_t len = o->len == MAC_OPTION ? MAC_LEN : cursor_left(c);
	char text[MAC_TEXT_MAX];

	say_bytes(d, c, F(OPT_LINKADDR), len);
	if (!cursor_ok(c))
		return;
	item_flag(tree_bytes(d->tree,
			     o->type == OPTION_SOURCE_LINK ? F(OPT_SRC_LINKADDR)
							   : F(OPT_TARGET_LINKADDR),
			     at, len, c->base + at, len),
		  ITEM_HIDDEN);
	if (len == MAC_LEN && dissect_wants_text(d)) {
		append(d, o, " : ");
		append(d, o, mac_text(c->base + at, true, text));
	}
}

/* A prefix of which only so many bytes may be there. */
static struct addr say_prefix(struct dissect *d, struct cursor *c, uint16_t id, uint32_t len)
{
	uint8_t bytes[16] = {0};
	uint32_t at = c->at;
	struct addr a;

	if (len > sizeof(bytes))
		len = sizeof(bytes);
	cursor_copy(c, bytes, len);
	a = addr_v6(bytes);
	if (cursor_ok(c))
		d->item = tree_bytes(d->tree, id, at, len, a.bytes, 16);
	return a;
}

static void say_prefix_info(struct dissect *d, struct cursor *c, const struct option *o)
{
	static const uint16_t bits[] = {F(OPT_PREFIX_FLAG_L), F(OPT_PREFIX_FLAG_A),
					F(OPT_PREFIX_FLAG_R), F(OPT_PREFIX_FLAG_RESERVED)};
	uint32_t prefix = (uint32_t)say_uint(d, c, F(OPT_PREFIX_LENGTH), 1);
	uint32_t at = c->at;
	uint8_t flags = (uint8_t)say_uint(d, c, F(OPT_PREFIX_FLAG), 1);
	uint32_t before;
	struct addr a;

	item_append(d->tree, d->item, "%s%s%s", flags & 0x80 ? ", On-link flag(L)" : "",
		    flags & 0x40 ? ", Autonomous address-configuration flag(A)" : "",
		    flags & 0x20 ? ", Router address flag(R)" : "");
	before = say_open(d);
	if (cursor_ok(c))
		say_bits(d, at, 1, flags, bits, 4);
	say_close(d, before);
	say_uint(d, c, F(OPT_PREFIX_VALID_LIFETIME), 4);
	say_uint(d, c, F(OPT_PREFIX_PREFERRED_LIFETIME), 4);
	say_reserved(d, c, 4);
	a = say_ipv6(d, c, F(OPT_PREFIX));
	if (!cursor_ok(c))
		return;
	append_addr(d, o, " : ", &a);
	append_number(d, o, "/", prefix);
}

static void say_route(struct dissect *d, struct cursor *c, const struct option *o)
{
	static const uint16_t bits[] = {F(OPT_ROUTE_INFO_FLAG_ROUTE_PREFERENCE),
					F(OPT_ROUTE_INFO_FLAG_RESERVED)};
	uint32_t prefix = (uint32_t)say_uint(d, c, F(OPT_PREFIX_LENGTH), 1);
	uint32_t at = c->at;
	uint8_t flags = (uint8_t)say_uint(d, c, F(OPT_ROUTE_INFO_FLAG), 1);
	const char *name = value_name(field_get(bits[0])->names, flags >> 3 & 3);
	uint32_t before;
	struct addr a;

	item_append(d->tree, d->item, ", Route Preference: %s", name ? name : "Unknown");
	before = say_open(d);
	if (cursor_ok(c))
		say_bits(d, at, 1, flags, bits, 2);
	say_close(d, before);
	say_uint(d, c, F(OPT_ROUTE_LIFETIME), 4);
	append(d, o, " : ");
	append(d, o, name ? name : "Unknown");
	if (!cursor_left(c))
		return;
	a = say_prefix(d, c, F(OPT_PREFIX), cursor_left(c));
	append_addr(d, o, " ", &a);
	append_number(d, o, "/", prefix);
}

static void say_servers(struct dissect *d, struct cursor *c, const struct option *o)
{
	say_reserved(d, c, 2);
	say_uint(d, c, F(OPT_RDNSS_LIFETIME), 4);
	while (cursor_left(c) && cursor_ok(c) && dissect_step(d)) {
		struct addr a = say_ipv6(d, c, F(OPT_RDNSS));

		if (cursor_ok(c))
			append_addr(d, o, " ", &a);
	}
}

/* One name of labels without pointers into *out; false at padding or an error. */
static bool read_name(struct dissect *d, struct cursor *c, char out[static NAME_MAX_LEN])
{
	size_t len = 0;

	while (cursor_left(c) && dissect_step(d)) {
		uint8_t label = cursor_u8(c);

		if (label == 0)
			break;
		if (label > LABEL_MAX || label > cursor_left(c) || len + label + 2 > NAME_MAX_LEN) {
			cursor_malformed(c);
			return false;
		}
		if (len)
			out[len++] = '.';
		cursor_copy(c, out + len, label);
		len += label;
	}
	out[len] = '\0';
	return cursor_ok(c) && len;
}

static void say_search(struct dissect *d, struct cursor *c, const struct option *o)
{
	char name[NAME_MAX_LEN];

	say_reserved(d, c, 2);
	say_uint(d, c, F(OPT_DNSSL_LIFETIME), 4);
	while (cursor_left(c) && c->base && cursor_held(c) && dissect_step(d)) {
		uint32_t at = c->at;

		if (c->base[at] == 0)
			break;
		if (!read_name(d, c, name))
			return;
		tree_string(d->tree, F(OPT_DNSSL), at, c->at - at, name);
		append(d, o, " ");
		append(d, o, name);
	}
	say_padding(d, c);
}

/* length: the item of the option's length, which a prefix length of no meaning makes wrong. */
static void say_pref64(struct dissect *d, struct cursor *c, uint32_t length)
{
	static const uint16_t bits[] = {F(OPT_PREF64_SCALED_LIFETIME), F(OPT_PREF64_PLC)};
	uint32_t at = c->at;
	uint16_t word = cursor_be16(c);

	if (cursor_ok(c))
		say_bits(d, at, 2, word, bits, 2);
	if (value_name(field_get(bits[1])->names, word & 7)) {
		say_prefix(d, c, F(OPT_PREF64_PREFIX), cursor_left(c));
		return;
	}
	say_expert(d, length, F(INVALID_OPTION_LENGTH), EXPERT_ERROR, EXPERT_MALFORMED,
		   "Invalid Option Length");
}

static void say_flags(struct dissect *d, struct cursor *c)
{
	static const uint16_t bits[] = {F(OPT_EFO_M),   F(OPT_EFO_O), F(OPT_EFO_H),
					F(OPT_EFO_PRF), F(OPT_EFO_P), F(OPT_EFO_RSV)};
	uint32_t at = c->at;
	uint16_t word = (uint16_t)say_uint(d, c, F(OPT_EFO), 2);
	uint32_t before = say_open(d);

	if (cursor_ok(c))
		say_bits(d, at, 2, word, bits, 6);
	say_close(d, before);
	say_reserved(d, c, 4);
}

static void say_value(struct dissect *d, struct cursor *c, const struct option *o)
{
	uint32_t number;

	switch (o->type) {
	case OPTION_SOURCE_LINK:
	case OPTION_TARGET_LINK:
		say_link(d, c, o);
		break;
	case OPTION_PREFIX:
		say_prefix_info(d, c, o);
		break;
	case OPTION_REDIRECTED:
		say_reserved(d, c, 6);
		tree_uint(d->tree, F(OPT_REDIRECTED_PACKET), c->at, 0, 0);
		dissect_inside(d, PROTOCOL_IPV6, c);
		break;
	case OPTION_MTU:
		say_reserved(d, c, 2);
		number = (uint32_t)say_uint(d, c, F(OPT_MTU), 4);
		append_number(d, o, " : ", number);
		break;
	case OPTION_INTERVAL:
		say_reserved(d, c, 2);
		number = (uint32_t)say_uint(d, c, F(OPT_ADVERTISEMENT_INTERVAL), 4);
		append_number(d, o, " : ", number);
		break;
	case OPTION_HOME_AGENT:
		say_reserved(d, c, 2);
		say_uint(d, c, F(OPT_HOME_AGENT_PREFERENCE), 2);
		say_uint(d, c, F(OPT_HOME_AGENT_LIFETIME), 2);
		break;
	case OPTION_NONCE:
		say_bytes(d, c, F(OPT_NONCE), cursor_left(c));
		break;
	case OPTION_ROUTE:
		say_route(d, c, o);
		break;
	case OPTION_RDNSS:
		say_servers(d, c, o);
		break;
	case OPTION_FLAGS:
		say_flags(d, c);
		break;
	case OPTION_DNSSL:
		say_search(d, c, o);
		break;
	case OPTION_PORTAL:
		say_string(d, c, F(OPT_CAPTIVE_PORTAL), cursor_left(c));
		break;
	case OPTION_PREF64:
		say_pref64(d, c, o->length);
		break;
	default:
		if (cursor_left(c))
			say_bytes(d, c, F(UNKNOWN_DATA), cursor_left(c));
		break;
	}
}

/* One option; false when none can follow. */
static bool say_option(struct dissect *d, struct cursor *c)
{
	struct cursor look = *c;
	struct option o = {.type = cursor_u8(&look)};
	const char *name = value_name(field_get(F(OPT_TYPE))->names, o.type);
	struct cursor part;
	uint32_t before;

	o.len = cursor_u8(&look) * (uint32_t)UNIT;
	d->item = tree_uint(d->tree, F(OPT), c->at,
			    o.len <= cursor_held(c) ? o.len : cursor_held(c), 0);
	item_text(d->tree, d->item, "ICMPv6 Option (%s", name ? name : "Unknown");
	if (!name)
		item_append(d->tree, d->item, " %u", o.type);
	o.index = tree_index(d->tree, d->item);
	before = say_open(d);
	part = cursor_take(c, o.len < 2 ? 2 : o.len);
	if (!cursor_ok(c) && part.wire - part.at < 2)
		part.status = c->status;
	say_uint(d, &part, F(OPT_TYPE), 1);
	say_uint(d, &part, F(OPT_LENGTH), 1);
	item_append(d->tree, d->item, " (%u bytes)", o.len);
	o.length = tree_index(d->tree, d->item);
	if (cursor_ok(&look) && o.len == 0)
		say_expert(d, tree_index(d->tree, d->item), F(INVALID_OPTION_LENGTH), EXPERT_ERROR,
			   EXPERT_MALFORMED, "Invalid option length (Zero)");
	else
		say_value(d, &part, &o);
	append(d, &o, ")");
	say_close(d, before);
	if (cursor_ok(c) && !cursor_ok(&part))
		c->status = part.status;
	return cursor_ok(c) && o.len;
}

void icmpv6_say_options(struct dissect *d, struct cursor *c)
{
	while (cursor_left(c) && dissect_step(d) && say_option(d, c))
		continue;
}
