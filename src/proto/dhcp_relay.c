// SPDX-License-Identifier: Apache-2.0
// DHCP options with parts of their own: relay agent information (RFC 3046), routes (RFC 3442).
#include "proto/dhcp_parts.h"

#define F(name) DHCP_FIELD(name)

#define SUBOPTION_PADDING 0
#define SUBOPTION_VENDOR  9 /* RFC 4243 */
#define ROUTER_LEN        4
#define MASK_MAX          32

/* How the value of a suboption is read: by the type of its field. */
static const struct {
	uint8_t code;
	uint8_t field;
} suboptions[] = {
	{1, DHCP_RELAY_AGENT_CIRCUIT_ID},
	{2, DHCP_RELAY_AGENT_REMOTE_ID},
	{3, DHCP_RELAY_RESERVED},
	{4, DHCP_RELAY_DOCSIS_DEVICE_CLASS},
	{5, DHCP_RELAY_LINK_SELECTION},
	{6, DHCP_RELAY_SUBSCRIBER_ID},
	{7, DHCP_RELAY_RADIUS_ATTRIBUTES},
	{8, DHCP_RELAY_AUTHENTICATION},
	{10, DHCP_RELAY_FLAGS},
	{11, DHCP_RELAY_SERVER_ID_OVERRIDE},
	{12, DHCP_RELAY_RELAY_AGENT_ID},
	{14, DHCP_RELAY_ANI_NETWORK_NAME},
	{15, DHCP_RELAY_ANI_AP_NAME},
	{16, DHCP_RELAY_ANI_AP_BSSID},
	{17, DHCP_RELAY_ANI_OPERATOR_ID},
	{18, DHCP_RELAY_ANI_OPERATOR_REALM},
	{150, DHCP_RELAY_LINK_SELECTION_CISCO},
	{152, DHCP_RELAY_SERVER_ID_OVERRIDE_CISCO},
};

/* One value as its field wants it, where its length fits; line is the suboption's. */
static void say_typed(struct dissect *d, struct cursor *c, uint16_t id, uint32_t line)
{
	const struct field *f = field_get(id);
	uint32_t len = cursor_left(c);
	char text[ADDR_TEXT_MAX];
	uint8_t mac[MAC_LEN];
	struct addr a;

	switch ((enum field_type)f->type) {
	case FIELD_IPV4:
		if (len != 4)
			break;
		a = say_ipv4(d, c, id);
		if (line != TREE_NO_PARENT && dissect_wants_text(d))
			item_append(d->tree, &d->tree->items[line], " (%s)", addr_text(&a, text));
		break;
	case FIELD_UINT:
		if (len == f->width)
			say_uint(d, c, id, len);
		break;
	case FIELD_ETHER:
		if (len == MAC_LEN)
			say_mac(d, c, id, mac);
		break;
	case FIELD_STRING:
		say_string(d, c, id, len);
		break;
	case FIELD_NONE:
	case FIELD_PROTOCOL:
	case FIELD_BOOL:
	case FIELD_INT:
	case FIELD_DOUBLE:
	case FIELD_BYTES:
	case FIELD_IPV6:
	case FIELD_TIME:
	case FIELD_DURATION:
	case FIELD_FRAME:
	case FIELD_TYPES:
		say_bytes(d, c, id, len);
		break;
	}
}

/* RFC 4243: enterprises, each with as many bytes as it says. */
static void say_vendors(struct dissect *d, struct cursor *c)
{
	while (cursor_left(c) && cursor_ok(c) && dissect_step(d)) {
		uint32_t len;

		say_uint(d, c, F(RELAY_VI_ENTERPRISE), 4);
		len = (uint32_t)say_uint(d, c, F(RELAY_VI_DATA_LENGTH), 1);
		if (cursor_ok(c) && len)
			say_bytes(d, c, F(RELAY_VALUE), len);
	}
}

static void say_value(struct dissect *d, struct cursor *c, uint8_t code, uint32_t line)
{
	struct cursor again = *c;

	say_bytes(d, &again, F(RELAY_VALUE), cursor_left(c));
	if (code == SUBOPTION_VENDOR) {
		item_flag(d->item, ITEM_HIDDEN);
		say_vendors(d, c);
		return;
	}
	for (size_t i = 0; i < sizeof(suboptions) / sizeof(suboptions[0]); i++) {
		if (suboptions[i].code != code)
			continue;
		item_flag(d->item, ITEM_HIDDEN);
		if (cursor_left(c))
			say_typed(d, c, FIELD_ID(PROTOCOL_DHCP, suboptions[i].field), line);
		return;
	}
}

void dhcp_say_relay(struct dissect *d, struct cursor *c)
{
	while (cursor_left(c) && cursor_ok(c) && dissect_step(d)) {
		uint8_t code = (uint8_t)say_uint(d, c, F(RELAY_SUBOPTION), 1);
		const char *name = value_name(field_get(F(RELAY_SUBOPTION))->names, code);
		uint32_t line = tree_index(d->tree, d->item), before, len;
		struct cursor value;

		item_text(d->tree, d->item, "Option 82 Suboption: (%u) %s", code,
			  name ? name : "Unknown");
		if (code == SUBOPTION_PADDING || !cursor_ok(c))
			continue;
		before = say_open(d);
		len = (uint32_t)say_uint(d, c, F(OPTION_SUBOPTION_LENGTH), 1);
		value = cursor_take(c, len);
		if (cursor_ok(c))
			say_value(d, &value, code, line);
		say_close(d, before);
		if (cursor_ok(c) && !cursor_ok(&value))
			c->status = value.status;
	}
}

/* RFC 3442: a mask's width, as many bytes of the network as it needs, a router. */
void dhcp_say_routes(struct dissect *d, struct cursor *c)
{
	while (cursor_left(c) && cursor_ok(c) && dissect_step(d)) {
		uint32_t at = c->at, width = cursor_u8(c), bytes = (width + 7) / 8;
		char net_text[ADDR_TEXT_MAX], router_text[ADDR_TEXT_MAX];
		uint8_t network[4] = {0}, router[ROUTER_LEN];
		struct addr net, via;

		if (width > MASK_MAX) {
			cursor_malformed(c);
			return;
		}
		cursor_copy(c, network, bytes);
		cursor_copy(c, router, sizeof(router));
		if (!cursor_ok(c))
			return;
		net = addr_v4(network);
		via = addr_v4(router);
		d->item = tree_bytes(d->tree, F(OPTION_CLASSLESS_STATIC_ROUTE), at, c->at - at,
				     c->base + at, c->at - at);
		if (!dissect_wants_text(d))
			continue;
		if (width)
			item_text(d->tree, d->item, " %s/%u-%s", addr_text(&net, net_text), width,
				  addr_text(&via, router_text));
		else
			item_text(d->tree, d->item, " default-%s", addr_text(&via, router_text));
	}
}
