// SPDX-License-Identifier: Apache-2.0
// The Dynamic Host Configuration Protocol for IPv4 and BOOTP below it (RFC 951, 2131, 2132).
#include "proto/dhcp.h"

#include "proto/dhcp_parts.h"

#define MAGIC_COOKIE        0x63825363 /* RFC 2131 s. 3 */
#define OPERATION_REQUEST   1
#define OPERATION_REPLY     2
#define HARDWARE_ETHERNET   1
#define HARDWARE_IEEE802    6
#define HARDWARE_OFFSET     28
#define FIXED_LEN           236 /* RFC 951 s. 3, without the vendor's area */
#define HARDWARE_LEN        16
#define SERVER_NAME_LEN     64
#define FILE_LEN            128
#define VENDOR_AREA_LEN     64 /* RFC 951 s. 3 */
#define OPTION_PAD          0
#define FLAG_BROADCAST      0x8000 /* RFC 2131 s. 2 */
#define OPTION_OVERLOAD     52
#define OPTION_MESSAGE_TYPE 53
#define OPTION_END          255
#define OVERLOAD_FILE       1 /* RFC 2132 s. 9.3 */
#define OVERLOAD_SERVER     2

/* What the options say about the whole message. */
struct message {
	uint8_t type; /* DHCP message type, 0: none, plain BOOTP */
	uint8_t overload;
};

/*
 * Looks for the two options that change how the rest is read; no field is said. Returns
 * CURSOR_TRUNCATED when the capture hides whether they are there.
 */
static enum cursor_status look_ahead(struct dissect *d, struct cursor c, struct message *m)
{
	struct message seen = {0};

	while (cursor_left(&c) && dissect_step(d)) {
		uint8_t code = cursor_u8(&c), len;

		if (code == OPTION_END)
			break;
		if (code == OPTION_PAD)
			continue;
		len = cursor_u8(&c);
		if (len == 1 && code == OPTION_MESSAGE_TYPE)
			seen.type = cursor_u8(&c);
		else if (len == 1 && code == OPTION_OVERLOAD)
			seen.overload = cursor_u8(&c);
		else
			cursor_skip(&c, len);
	}
	if (c.status == CURSOR_TRUNCATED || c.at > c.captured)
		return CURSOR_TRUNCATED;
	*m = seen;
	return CURSOR_OK;
}

/* All zeros up to the next option. */
static void say_padding(struct dissect *d, struct cursor *c)
{
	uint32_t held = cursor_held(c), len = 0, before;

	while (len < held && c->base[c->at + len] == OPTION_PAD && dissect_step(d))
		len++;
	d->item = tree_uint(d->tree, DHCP_FIELD(OPTION), c->at, len, OPTION_PAD);
	item_text(d->tree, d->item, "Option: (0) Padding");
	before = say_open(d);
	say_bytes(d, c, DHCP_FIELD(PADDING), len ? len : 1);
	say_close(d, before);
}

static void say_option(struct dissect *d, struct cursor *c, uint8_t code)
{
	struct cursor ahead = *c, value;
	const char *name = value_name(dhcp_option_names, code);
	uint32_t line, before, len;

	cursor_u8(&ahead);
	len = cursor_u8(&ahead);
	if (cursor_left(&ahead) < len)
		len = cursor_left(&ahead);
	d->item = tree_uint(d->tree, DHCP_FIELD(OPTION), c->at, 2 + len, code);
	item_text(d->tree, d->item, "Option: (%u) %s", code, name ? name : "Unknown");
	line = d->item ? tree_index(d->tree, d->item) : TREE_NO_PARENT;
	before = say_open(d);
	cursor_u8(c);
	value = cursor_take(c, (uint32_t)say_uint(d, c, DHCP_FIELD(OPTION_LEN), 1));
	if (cursor_ok(c)) {
		dhcp_say_value(d, &value, code, line);
		/* A value too short for its kind spoils only itself. */
		if (value.status == CURSOR_TRUNCATED)
			c->status = value.status;
	}
	say_close(d, before);
}

/* True when the end option came. */
static bool say_options(struct dissect *d, struct cursor *c)
{
	while (cursor_ok(c) && cursor_left(c) && dissect_step(d)) {
		struct cursor ahead = *c;
		uint8_t code = cursor_u8(&ahead);
		uint32_t before;

		if (!cursor_ok(&ahead)) {
			c->status = ahead.status;
		} else if (code == OPTION_PAD) {
			say_padding(d, c);
		} else if (code == OPTION_END) {
			d->item = tree_uint(d->tree, DHCP_FIELD(OPTION), c->at, 1, 0);
			item_text(d->tree, d->item, "Option: (255) End");
			before = say_open(d);
			say_uint(d, c, DHCP_FIELD(OPTION_END), 1);
			say_close(d, before);
			return true;
		} else {
			say_option(d, c, code);
		}
	}
	return false;
}

static void say_hardware(struct dissect *d, struct cursor *c, uint8_t type, uint8_t len)
{
	uint8_t mac[MAC_LEN];

	if (len > HARDWARE_LEN)
		len = HARDWARE_LEN;
	if (type == HARDWARE_ETHERNET && len == MAC_LEN) {
		say_mac(d, c, DHCP_FIELD(MAC), mac);
	} else if (len) {
		say_bytes(d, c, DHCP_FIELD(HW_ADDR), len);
	} else {
		say_line(d, c->at, 0, "Client address not given");
	}
	if (len < HARDWARE_LEN)
		say_bytes(d, c, DHCP_FIELD(HW_PADDING), HARDWARE_LEN - len);
}

/* A fixed text field, or options that did not fit elsewhere (RFC 2132 s. 9.3). */
static void say_room(struct dissect *d, struct cursor *c, uint16_t id, uint32_t len,
		     bool overloaded, const char *what)
{
	struct cursor part = *c;
	uint32_t before;

	say_string(d, c, id, len);
	if (!cursor_ok(c))
		return;
	if (overloaded) {
		item_text(d->tree, d->item, "%s option overloaded by DHCP", what);
		before = say_open(d);
		part.wire = part.at + len;
		part.captured = part.captured < part.wire ? part.captured : part.wire;
		say_options(d, &part);
		say_close(d, before);
	} else if (d->item && !d->item->value_len) {
		item_text(d->tree, d->item, "%s not given", what);
	}
}

static void say_flags(struct dissect *d, struct cursor *c)
{
	static const uint16_t bits[] = {DHCP_FIELD(FLAGS_BC), DHCP_FIELD(FLAGS_RESERVED)};
	uint32_t at = c->at, before;
	uint64_t flags = say_uint(d, c, DHCP_FIELD(FLAGS), 2);

	item_append(d->tree, d->item, "%s",
		    flags & FLAG_BROADCAST ? ", Broadcast flag (Broadcast)" : " (Unicast)");
	before = say_open(d);
	if (cursor_ok(c))
		say_bits(d, at, 2, flags, bits, 2);
	say_close(d, before);
}

/* Who asks: c is behind the first byte. */
static void name_asker(struct dissect *d, struct cursor *c)
{
	struct cursor look = *c;
	uint8_t type = cursor_u8(&look), len = cursor_u8(&look);
	uint8_t bytes[UINT8_MAX] = {0};
	char text[ADDR_TEXT_MAX];

	cursor_skip(c, HARDWARE_OFFSET - 1);
	cursor_copy(c, bytes, len);
	if (!cursor_ok(c))
		return;
	info_set(d, "Boot Request from ");
	if ((type == HARDWARE_ETHERNET || type == HARDWARE_IEEE802) && len == MAC_LEN) {
		mac_text(bytes, true, text);
		info_add(d, "%s (%s)", text, text);
	} else if (!len) {
		info_add(d, "<No address>");
	} else {
		for (unsigned i = 0; i < len; i++)
			info_add(d, "%02x", bytes[i]);
	}
}

/* What the first bytes tell, before any option. */
static enum cursor_status name_operation(struct dissect *d, struct cursor c)
{
	uint8_t op = cursor_u8(&c);

	info_clear(d);
	if (!d->depth)
		d->protocol = "BOOTP";
	if (!cursor_need(&c, 2))
		return c.status;
	if (op == OPERATION_REQUEST)
		name_asker(d, &c);
	else if (op == OPERATION_REPLY)
		info_set(d, "Boot Reply");
	else
		info_set(d, "Unknown BOOTP message type (%u)", op);
	return c.status;
}

static void name_message(struct dissect *d, const struct message *m, struct cursor c)
{
	const char *name = value_name(field_get(DHCP_FIELD(O_DHCP))->names, m->type);

	if (!m->type)
		return;
	cursor_skip(&c, 4);
	if (!d->depth)
		d->protocol = "DHCP";
	info_set(d, "DHCP %-8s - Transaction ID 0x%x", name ? name : "Unknown Message Type",
		 cursor_be32(&c));
	say_heading(d, "Dynamic Host Configuration Protocol (%s)",
		    name ? name : "Unknown Message Type");
}

static void say_vendor(struct dissect *d, struct cursor *c)
{
	struct cursor ahead = *c;

	if (cursor_be32(&ahead) == MAGIC_COOKIE) {
		say_ipv4(d, c, DHCP_FIELD(COOKIE));
		item_text(d->tree, d->item, "Magic cookie: DHCP");
	} else {
		say_bytes(d, c, DHCP_FIELD(VENDOR_AREA), VENDOR_AREA_LEN);
	}
	/* What stands behind the last option is nobody's. */
	if (say_options(d, c) && cursor_left(c))
		say_bytes(d, c, DHCP_FIELD(PADDING), cursor_left(c));
}

static void dissect_dhcp(struct dissect *d, struct cursor *c)
{
	struct message m = {0};
	struct cursor options = *c;
	uint8_t type, len;

	enum cursor_status status = name_operation(d, *c);

	cursor_skip(&options, FIXED_LEN);
	if (status == CURSOR_OK && cursor_be32(&options) == MAGIC_COOKIE)
		status = look_ahead(d, options, &m);
	if (status != CURSOR_OK) {
		c->status = status;
		return;
	}
	name_message(d, &m, *c);
	say_uint(d, c, DHCP_FIELD(TYPE), 1);
	type = (uint8_t)say_uint(d, c, DHCP_FIELD(HW_TYPE), 1);
	len = (uint8_t)say_uint(d, c, DHCP_FIELD(HW_LEN), 1);
	say_uint(d, c, DHCP_FIELD(HOPS), 1);
	say_uint(d, c, DHCP_FIELD(ID), 4);
	say_uint(d, c, DHCP_FIELD(SECS), 2);
	say_flags(d, c);
	say_ipv4(d, c, DHCP_FIELD(CLIENT));
	say_ipv4(d, c, DHCP_FIELD(YOUR));
	say_ipv4(d, c, DHCP_FIELD(SERVER));
	say_ipv4(d, c, DHCP_FIELD(RELAY));
	say_hardware(d, c, type, len);
	say_room(d, c, DHCP_FIELD(SERVER_NAME), SERVER_NAME_LEN, m.overload & OVERLOAD_SERVER,
		 m.overload & OVERLOAD_SERVER ? "Server name" : "Server host name");
	say_room(d, c, DHCP_FIELD(FILE), FILE_LEN, m.overload & OVERLOAD_FILE, "Boot file name");
	say_vendor(d, c);
	if (!m.type && cursor_ok(c))
		item_flag(tree_uint(d->tree, DHCP_FIELD(BOOTP), 0, 0, 1),
			  ITEM_GENERATED | ITEM_HIDDEN);
}

const struct dissector dhcp_dissector = {dhcp_fields, DHCP_FIELDS, dissect_dhcp};
