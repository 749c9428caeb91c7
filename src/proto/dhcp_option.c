// SPDX-License-Identifier: Apache-2.0
// The values of DHCP options (RFC 2132 and those named in dhcp_fields.c).
#include "proto/dhcp_parts.h"
#include "proto/span.h"

#define OPTION_MESSAGE_TYPE 53
#define HARDWARE_ETHERNET   1

static void line_add(struct dissect *d, uint32_t line, const char *text)
{
	if (line != TREE_NO_PARENT)
		item_append(d->tree, &d->tree->items[line], " (%s)", text);
}

static void say_ip(struct dissect *d, struct cursor *c, uint16_t id, uint32_t line)
{
	struct addr a = say_ipv4(d, c, id);
	char text[ADDR_TEXT_MAX];

	if (cursor_ok(c))
		line_add(d, line, addr_text(&a, text));
}

static void say_ips(struct dissect *d, struct cursor *c, uint16_t id, uint16_t second)
{
	while (cursor_ok(c) && cursor_left(c) && dissect_step(d)) {
		say_ipv4(d, c, id);
		if (second)
			say_ipv4(d, c, second);
	}
}

static void say_span(struct dissect *d, struct cursor *c, uint16_t id)
{
	uint32_t seconds = (uint32_t)say_uint(d, c, id, 4);
	char text[SPAN_TEXT_MAX];

	if (seconds == UINT32_MAX)
		item_text(d->tree, d->item, "%s: infinity", field_get(id)->label);
	else
		item_text(d->tree, d->item, "%s: (%us) %s", field_get(id)->label, seconds,
			  span_text(seconds, text));
}

static void say_list(struct dissect *d, struct cursor *c, uint16_t id)
{
	while (cursor_ok(c) && cursor_left(c) && dissect_step(d)) {
		uint8_t code = (uint8_t)say_uint(d, c, id, 1);
		const char *name = value_name(dhcp_option_names, code);

		item_text(d->tree, d->item, "%s: (%u) %s", field_get(id)->label, code,
			  name ? name : "Unknown");
	}
}

static void say_client(struct dissect *d, struct cursor *c)
{
	struct cursor ahead = *c;
	uint8_t type = cursor_u8(&ahead), mac[MAC_LEN];

	if (type == HARDWARE_ETHERNET && cursor_left(&ahead) == MAC_LEN) {
		say_uint(d, c, DHCP_FIELD(CLIENT_ID_HW_TYPE), 1);
		say_mac(d, c, DHCP_FIELD(MAC), mac);
	} else if (cursor_left(c)) {
		say_uint(d, c, DHCP_FIELD(CLIENT_ID_TYPE), 1);
		if (!type && cursor_left(c))
			say_string(d, c, DHCP_FIELD(CLIENT_ID_UNDEF), cursor_left(c));
		else if (cursor_left(c))
			say_bytes(d, c, DHCP_FIELD(CLIENT_ID), cursor_left(c));
	}
}

static void say_class(struct dissect *d, struct cursor *c)
{
	uint16_t id = DHCP_FIELD(O_USER_CLASS);

	for (uint32_t i = 0; cursor_ok(c) && cursor_left(c) && dissect_step(d); i++) {
		struct cursor ahead = *c;
		uint32_t len = cursor_u8(&ahead), before;

		d->item = tree_uint(d->tree, id, c->at, 1 + len, i);
		item_text(d->tree, d->item, "Instance of User Class: [%u]", i);
		before = say_open(d);
		say_uint(d, c, DHCP_FIELD(O_USER_CLASS_LENGTH), 1);
		say_bytes(d, c, DHCP_FIELD(O_USER_CLASS_DATA), len);
		say_close(d, before);
	}
}

static void say_fqdn(struct dissect *d, struct cursor *c)
{
	static const uint16_t bits[] = {DHCP_FIELD(FQDN_MBZ), DHCP_FIELD(FQDN_N),
					DHCP_FIELD(FQDN_E), DHCP_FIELD(FQDN_O), DHCP_FIELD(FQDN_S)};
	uint32_t at = c->at, before;
	uint64_t flags = say_uint(d, c, DHCP_FIELD(FQDN_FLAGS), 1);

	before = say_open(d);
	if (cursor_ok(c))
		say_bits(d, at, 1, flags, bits, 5);
	say_close(d, before);
	say_uint(d, c, DHCP_FIELD(FQDN_RCODE1), 1);
	say_uint(d, c, DHCP_FIELD(FQDN_RCODE2), 1);
	if (cursor_left(c))
		say_string(d, c, DHCP_FIELD(FQDN_NAME), cursor_left(c));
}

static void say_kind(struct dissect *d, struct cursor *c, const struct dhcp_option *o,
		     uint32_t line)
{
	uint16_t id = FIELD_ID(PROTOCOL_DHCP, o->field);
	uint64_t number;

	switch ((enum dhcp_kind)o->kind) {
	case KIND_BYTES:
		break;
	case KIND_IP:
		say_ip(d, c, id, line);
		break;
	case KIND_IPS:
		say_ips(d, c, id, 0);
		break;
	case KIND_PAIR:
		say_ips(d, c, id, (uint16_t)(id + 1));
		break;
	case KIND_U8:
	case KIND_BOOL:
		number = say_uint(d, c, id, 1);
		if (o->code == OPTION_MESSAGE_TYPE && value_name(field_get(id)->names, number))
			line_add(d, line, value_name(field_get(id)->names, number));
		break;
	case KIND_U16:
		say_uint(d, c, id, 2);
		break;
	case KIND_U16S:
		while (cursor_ok(c) && cursor_left(c) && dissect_step(d))
			say_uint(d, c, id, 2);
		break;
	case KIND_SINT:
		say_int(d, c, id, 4);
		break;
	case KIND_SPAN:
		say_span(d, c, id);
		break;
	case KIND_STR:
		say_string(d, c, id, cursor_left(c));
		break;
	case KIND_LIST:
		say_list(d, c, id);
		break;
	case KIND_CLIENT:
		say_client(d, c);
		break;
	case KIND_CLASS:
		say_class(d, c);
		break;
	case KIND_FQDN:
		say_fqdn(d, c);
		break;
	case KIND_RELAY:
		dhcp_say_relay(d, c);
		break;
	case KIND_ROUTES:
		dhcp_say_routes(d, c);
		break;
	}
}

void dhcp_say_value(struct dissect *d, struct cursor *c, uint8_t code, uint32_t line)
{
	const struct dhcp_option *o = dhcp_options;
	struct cursor ahead = *c;

	while (o->code && o->code != code)
		o++;
	if (cursor_left(c) || !o->code || o->kind == KIND_BYTES)
		say_bytes(d, &ahead, DHCP_FIELD(OPTION_VALUE), cursor_left(c));
	if (!cursor_left(c) && d->item)
		item_text(d->tree, d->item, "Value: <MISSING>");
	if (!o->code || o->kind == KIND_BYTES)
		return;
	item_flag(d->item, ITEM_HIDDEN);
	if (cursor_left(c))
		say_kind(d, c, o, line);
}
