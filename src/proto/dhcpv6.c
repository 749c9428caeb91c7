// SPDX-License-Identifier: Apache-2.0
// Dissects DHCPv6 (RFC 8415): messages, relayed messages in them, and the walk over options.
//
// Theory of operation. A relay's message holds another one in an option, and identity
// associations hold options: both nest. A level is counted down the way, and from
// DHCPV6_LEVELS_MAX on bytes stay bytes, so hostile nesting costs levels and not stack.
#include "proto/dhcpv6.h"

#include "proto/dhcpv6_parts.h"

#define F(name) DHCPV6_FIELD(name)

enum dhcpv6_type {
	TYPE_RELAY_FORWARD = 12, /* RFC 8415 s. 7.3 */
	TYPE_RELAY_REPLY = 13,
};

#define OPTION_RELAY  9 /* RFC 8415 s. 21.10 */
#define OPTION_HEAD   4
#define RELAY_HOP_LEN 34 /* behind the type: hops, link and peer address (RFC 8415 s. 9) */

/* True when c (which is at options) relays a message that is no relay's. */
static bool is_innermost(struct dissect *d, struct cursor c)
{
	while (cursor_left(&c) >= OPTION_HEAD && dissect_step(d)) {
		uint16_t code = cursor_be16(&c);
		uint16_t len = cursor_be16(&c);
		struct cursor value = cursor_take(&c, len);
		uint8_t type;

		if (code != OPTION_RELAY)
			continue;
		type = cursor_u8(&value);
		return cursor_ok(&value) && type != TYPE_RELAY_FORWARD && type != TYPE_RELAY_REPLY;
	}
	return false;
}

static void say_relay(struct dissect *d, struct cursor *c)
{
	uint32_t hops = (uint32_t)say_uint(d, c, F(HOPCOUNT), 1);
	uint32_t line = tree_index(d->tree, d->item);
	struct cursor options = *c;
	char text[ADDR_TEXT_MAX];
	struct addr link;

	cursor_skip(&options, RELAY_HOP_LEN - 2);
	if (d->tree && hops && is_innermost(d, options))
		say_expert(d, line, F(ERROR_HOPCOUNT), EXPERT_WARN, EXPERT_PROTOCOL,
			   "Hopcount of most inner message has to equal 0 instead of %u", hops);
	link = say_ipv6(d, c, F(LINKADDR));
	if (cursor_ok(c) && d->info)
		info_add(d, "L: %s ", addr_text(&link, text));
	say_ipv6(d, c, F(PEERADDR));
}

void dhcpv6_say_message(struct dissect *d, struct cursor *c, uint8_t level)
{
	uint8_t type = (uint8_t)say_uint(d, c, F(MSGTYPE), 1);
	const char *name = value_name(field_get(F(MSGTYPE))->names, type);
	uint32_t id;

	if (!cursor_ok(c))
		return;
	if (name)
		info_add(d, "%s ", name);
	else
		info_add(d, "Message Type %u ", type);
	if (type == TYPE_RELAY_FORWARD || type == TYPE_RELAY_REPLY) {
		say_relay(d, c);
	} else {
		id = (uint32_t)say_uint(d, c, F(XID), 3);
		if (cursor_ok(c))
			info_add(d, "XID: 0x%06x ", id);
	}
	dhcpv6_say_options(d, c, (struct dhcpv6_message) {type, level});
}

void dhcpv6_say_options(struct dissect *d, struct cursor *c, struct dhcpv6_message in)
{
	while (cursor_left(c) && dissect_step(d)) {
		struct cursor look = *c, part;
		uint16_t code = cursor_be16(&look);
		uint32_t len = OPTION_HEAD + (uint32_t)cursor_be16(&look), before;
		const char *name = value_name(field_get(F(OPTION_TYPE))->names, code);

		if (!cursor_ok(&look)) {
			c->status = look.status;
			return;
		}
		if (len > cursor_left(c)) {
			say_line(d, c->at, cursor_held(c),
				 "Option %u of %u bytes is longer than what is left", code,
				 len - OPTION_HEAD);
			cursor_skip(c, cursor_left(c));
			return;
		}
		part = cursor_take(c, len);
		if (name)
			say_line(d, part.at, cursor_held(&part), "%s", name);
		else
			say_line(d, part.at, cursor_held(&part), "DHCP option %u", code);
		before = say_open(d);
		say_uint(d, &part, F(OPTION_TYPE), 2);
		say_uint(d, &part, F(OPTION_LENGTH), 2);
		dhcpv6_say_value(d, &part, code, in);
		say_close(d, before);
		if (cursor_ok(c) && !cursor_ok(&part))
			c->status = part.status;
	}
}

static void dissect_dhcpv6(struct dissect *d, struct cursor *c)
{
	info_clear(d);
	dhcpv6_say_message(d, c, 0);
}

const struct dissector dhcpv6_dissector = {dhcpv6_fields, DHCPV6_FIELDS, dissect_dhcpv6};
