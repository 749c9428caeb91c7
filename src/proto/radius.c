// SPDX-License-Identifier: Apache-2.0
// Remote Authentication Dial In User Service (RFC 2865, 2866, 5176).
#include "proto/radius.h"

#include <inttypes.h>
#include <stdio.h>

#include "proto/radius_parts.h"

#define HEADER_LEN        20
#define PACKET_MAX        4096 /* RFC 2865 s. 3 */
#define AUTHENTICATOR_LEN 16
#define AVP_HEADER_LEN    2
#define TAG_MAX           0x1f /* RFC 2868 s. 3.1 */
#define SHOWN_MAX         36   /* bytes of a value in an attribute's line */

#define F(name) FIELD_ID(PROTOCOL_RADIUS, RADIUS_##name)

static const struct radius_attribute *attribute_get(uint8_t number)
{
	const struct radius_attribute *a = radius_attributes;

	while (a->name && a->number != number)
		a++;
	return a->name ? a : NULL;
}

static void hex_line(struct dissect *d, struct item *line, struct cursor c)
{
	char text[2 * SHOWN_MAX + 1] = "";
	uint32_t held = cursor_held(&c);

	for (uint32_t i = 0; i < held && i < SHOWN_MAX; i++)
		snprintf(text + 2 * i, 3, "%02x", cursor_u8(&c));
	item_append(d->tree, line, " val=%s%s", text, held > SHOWN_MAX ? "…" : "");
}

static void text_line(struct dissect *d, struct item *line, struct cursor c)
{
	char text[256];
	uint32_t held = cursor_held(&c);

	if (held >= sizeof(text))
		held = sizeof(text) - 1;
	cursor_copy(&c, text, held);
	text[held] = '\0';
	item_append(d->tree, line, " val=%s", text);
}

static struct item *line_item(struct dissect *d, uint32_t line)
{
	return line == TREE_NO_PARENT ? NULL : &d->tree->items[line];
}

static void say_number(struct dissect *d, struct cursor *c, uint16_t id, uint32_t line)
{
	uint32_t len = cursor_left(c);
	const char *name;
	uint64_t number;

	if (len > 8) {
		cursor_malformed(c);
		return;
	}
	number = say_uint(d, c, id, len);
	name = value_name(field_get(id)->names, number);
	if (name)
		item_append(d->tree, line_item(d, line), " val=%s(%" PRIu64 ")", name, number);
	else
		item_append(d->tree, line_item(d, line), " val=%" PRIu64, number);
}

static void say_address(struct dissect *d, struct cursor *c, uint16_t id, bool ipv4, uint32_t line)
{
	struct addr a = ipv4 ? say_ipv4(d, c, id) : say_ipv6(d, c, id);
	char text[ADDR_TEXT_MAX];

	if (cursor_ok(c))
		item_append(d->tree, line_item(d, line), " val=%s", addr_text(&a, text));
}

static void say_vendor(struct dissect *d, struct cursor *c, uint32_t line)
{
	uint64_t vendor = say_uint(d, c, F(VENDOR_ID), 4);

	item_append(d->tree, line_item(d, line), " vnd=%" PRIu64, vendor);
	while (cursor_ok(c) && cursor_left(c) > AVP_HEADER_LEN && dissect_step(d)) {
		uint64_t len;

		say_uint(d, c, F(VENDOR_TYPE), 1);
		len = say_uint(d, c, F(VENDOR_LEN), 1);
		if (len < AVP_HEADER_LEN)
			return;
		cursor_skip(c, (uint32_t)len - AVP_HEADER_LEN);
	}
}

static void say_time(struct dissect *d, struct cursor *c, uint16_t id)
{
	uint32_t at = c->at;
	uint32_t seconds = cursor_be32(c);

	if (cursor_ok(c))
		tree_int(d->tree, id, at, 4, (int64_t)seconds * NSEC_PER_SEC);
}

static void say_value(struct dissect *d, struct cursor *c, const struct radius_attribute *a,
		      uint32_t line)
{
	uint16_t id = FIELD_ID(PROTOCOL_RADIUS, a->field);

	switch ((enum radius_kind)a->kind) {
	case ATTRIBUTE_BYTES:
	case ATTRIBUTE_EAP:
		hex_line(d, line_item(d, line), *c);
		say_bytes(d, c, id, cursor_left(c));
		break;
	case ATTRIBUTE_TEXT:
		text_line(d, line_item(d, line), *c);
		say_string(d, c, id, cursor_left(c));
		break;
	case ATTRIBUTE_SECRET:
		item_append(d->tree, line_item(d, line), " val=Encrypted");
		break; /* no field: what it holds is not the value (RFC 2865 s. 5.2) */
	case ATTRIBUTE_NUMBER:
		say_number(d, c, id, line);
		break;
	case ATTRIBUTE_IPV4:
		say_address(d, c, id, true, line);
		break;
	case ATTRIBUTE_IPV6:
		say_address(d, c, id, false, line);
		break;
	case ATTRIBUTE_TIME:
		say_time(d, c, id);
		break;
	case ATTRIBUTE_VENDOR:
		say_vendor(d, c, line);
		break;
	}
}

/* RFC 2868 s. 3: a byte before the value; of a number it is the number's first. */
static void skip_tag(struct cursor *c, const struct radius_attribute *a)
{
	struct cursor ahead = *c;

	if (a->has_tag && cursor_left(c) && cursor_u8(&ahead) <= TAG_MAX)
		*c = ahead;
}

static bool say_attribute(struct dissect *d, struct cursor *c)
{
	struct cursor ahead = *c, value;
	uint8_t type = cursor_u8(&ahead), len = cursor_u8(&ahead);
	const struct radius_attribute *a = attribute_get(type);
	uint32_t line, before, from = c->at;

	if (!cursor_ok(&ahead) || len < AVP_HEADER_LEN || len > cursor_left(c)) {
		c->status = cursor_ok(&ahead) ? CURSOR_MALFORMED : ahead.status;
		return false;
	}
	ahead = *c;
	say_bytes(d, &ahead, F(AVP), len);
	item_text(d->tree, d->item, "AVP: t=%s(%u) l=%u", a ? a->name : "Unknown-Attribute", type,
		  len);
	line = d->item ? tree_index(d->tree, d->item) : TREE_NO_PARENT;
	before = say_open(d);
	say_uint(d, c, F(AVP_TYPE), 1);
	say_uint(d, c, F(AVP_LEN), 1);
	value = cursor_take(c, len - (uint32_t)AVP_HEADER_LEN);
	if (cursor_ok(c) && a) {
		skip_tag(&value, a);
		say_value(d, &value, a, line);
		if (value.status == CURSOR_TRUNCATED)
			c->status = value.status;
	} else if (cursor_ok(c)) {
		hex_line(d, line_item(d, line), value);
	}
	say_close(d, before);
	tree_set_len(d->tree, line, c->at - from);
	return cursor_ok(c);
}

static bool is_request(uint64_t code)
{
	return code == 1 || code == 4 || code == 12 || code == 40 || code == 43;
}

/*
 * What shares an identifier: access and accounting have ports of their own (RFC 2865, 2866, 5176).
 */
static uint64_t family(uint64_t code)
{
	return code < 40 ? 0 : code < 43 ? 40 : 43;
}

/* "[before 7]" */
static void say_frame(struct dissect *d, uint16_t id, uint32_t frame, const char *before)
{
	struct item *item = tree_uint(d->tree, id, 0, 0, frame);

	item_text(d->tree, item, "%s %u", before, frame);
	item_flag(item, ITEM_GENERATED);
}

/* A request is repeated with its authenticator unchanged (RFC 5080 s. 2.2.1). */
static void say_other(struct dissect *d, uint64_t code, uint64_t id, struct cursor authenticator)
{
	const struct pair_query query = {
		.kind = PAIR_RADIUS,
		.reply = !is_request(code),
		.ports = true,
		.number = family(code) << 8 | id,
		.mark = cursor_be32(&authenticator) | 1,
	};
	struct pair_view view = dissect_pair(d, &query);

	if (view.repeats) {
		info_add(d, ", Duplicate %s", query.reply ? "Response" : "Request");
		item_flag(tree_uint(d->tree, F(DUP), 0, 0, id), ITEM_GENERATED | ITEM_HIDDEN);
	}
	if (view.repeats && !query.reply)
		say_frame(d, F(REQ_DUP), view.repeats, "Duplicate Request Frame Number:");
	if (view.frame && query.reply) {
		say_frame(d, F(REQFRAME), view.frame, "This is a response to a request in frame");
		item_flag(tree_int(d->tree, F(TIME), 0, 0, view.time), ITEM_GENERATED);
	} else if (view.frame) {
		say_frame(d, F(RSPFRAME), view.frame, "The response to this request is in frame");
	}
	if (view.repeats && query.reply)
		say_frame(d, F(RSP_DUP), view.repeats, "Duplicate Response Frame Number:");
}

static void say_attributes(struct dissect *d, struct cursor *c)
{
	uint32_t before;

	if (!cursor_left(c))
		return;
	say_line(d, c->at, cursor_left(c), "Attribute Value Pairs");
	before = say_open(d);
	while (cursor_left(c) && dissect_step(d) && say_attribute(d, c))
		;
	say_close(d, before);
}

static void dissect_radius(struct dissect *d, struct cursor *c)
{
	struct cursor body = *c, authenticator;
	uint64_t code = say_uint(d, c, F(CODE), 1), id, len;
	const char *name = value_name(field_get(F(CODE))->names, code);

	id = say_uint(d, c, F(ID), 1);
	item_text(d->tree, d->item, "Packet identifier: 0x%x (%u)", (unsigned)id, (unsigned)id);
	len = say_uint(d, c, F(LENGTH), 2);
	if (!cursor_ok(c))
		return;
	info_set(d, "%s id=%u", name ? name : "Unknown Packet", (unsigned)id);
	if (len < HEADER_LEN) {
		cursor_malformed(c);
		return;
	}
	body = cursor_take(&body, (uint32_t)len); /* what follows is padding: RFC 2865 s. 3 */
	body.at = c->at;
	body.status = c->status;
	authenticator = body;
	say_bytes(d, &body, F(AUTHENTICATOR), AUTHENTICATOR_LEN);
	if (cursor_ok(&body)) {
		item_flag(tree_uint(d->tree, is_request(code) ? F(REQ) : F(RSP), 0, 0, 1),
			  ITEM_GENERATED | ITEM_HIDDEN);
		say_other(d, code, id, authenticator);
	}
	say_attributes(d, &body);
	*c = body;
}

/* Its ports are others' as well: a known code, and a length that RFC 2865 s. 3 allows. */
static bool accept_radius(const struct dissect *d, const struct cursor *c, bool by_port)
{
	struct cursor look = *c;
	uint8_t code = cursor_u8(&look);
	uint16_t len;

	(void)d;
	(void)by_port;
	cursor_skip(&look, 1);
	len = cursor_be16(&look);
	if (!cursor_ok(&look))
		return true;
	return value_name(field_get(F(CODE))->names, code) && len >= HEADER_LEN &&
	       len <= PACKET_MAX;
}

const struct dissector radius_dissector = {radius_fields, RADIUS_FIELDS, dissect_radius,
					   accept_radius};
