// SPDX-License-Identifier: Apache-2.0
// Dissects what ICMP errors carry behind the quoted packet (RFC 4884, 4950, 5837, 8335).
#include "proto/icmp_fields.h"
#include "wire/checksum.h"

#define F(name) FIELD_ID(PROTOCOL_ICMP, ICMP_F_##name)

#define HEADER_LEN    4
#define OBJECT_HEAD   4
#define CLASS_MPLS    1
#define CLASS_INFO    2
#define CLASS_IDENT   3
#define MPLS_ENTRY    4
#define INFO_INDEX    0x08 /* RFC 5837 s. 4.1: bits of the C-Type */
#define INFO_ADDRESS  0x04
#define INFO_NAME     0x02
#define INFO_MTU      0x01
#define AFI_IPV4      1
#define AFI_IPV6      2
#define IDENT_NAME    1 /* RFC 8335 s. 2.1 */
#define IDENT_INDEX   2
#define IDENT_ADDRESS 3
#define NAME_MAX_LEN  64

static const struct value_name roles[] = {
	VALUE(0, "IP interface upon which datagram arrived"),
	VALUE(1, "Sub-IP component of an IP interface"),
	VALUE(2, "IP interface through which datagram would have been forwarded"),
	VALUE(3, "IP next hop to which the datagram would be forwarded"),
	VALUE_END,
};

static const struct value_name classes[] = {
	VALUE(CLASS_MPLS, "MPLS Stack Entry"),
	VALUE(CLASS_INFO, "Interface Information Object"),
	VALUE(CLASS_IDENT, "Interface Identification Object"),
	VALUE_END,
};

static void say_mpls(struct dissect *d, struct cursor *c)
{
	static const uint16_t bits[] = {F(MPLS_LABEL), F(MPLS_EXP), F(MPLS_S)};

	while (cursor_left(c) >= MPLS_ENTRY && cursor_ok(c) && dissect_step(d)) {
		uint32_t at = c->at;
		struct cursor look = *c;
		uint32_t word = cursor_be32(&look);
		uint32_t before;

		d->item = say_line(d, at, MPLS_ENTRY, "Label: %u, Exp: %u, S: %u, TTL: %u",
				   word >> 12, word >> 9 & 7, word >> 8 & 1, word & 255);
		before = say_open(d);
		say_bits(d, at, 3, word >> 8, bits, 3);
		cursor_skip(c, 3);
		say_uint(d, c, F(MPLS_TTL), 1);
		say_close(d, before);
	}
}

static void say_info_address(struct dissect *d, struct cursor *c)
{
	uint32_t before;
	uint16_t family;

	d->item = say_line(d, c->at, 0, "IP Address Sub-Object");
	before = say_open(d);
	family = (uint16_t)say_uint(d, c, F(INT_INFO_AFI), 2);
	say_bytes(d, c, F(INT_IDENT_RESERVED), 2);
	if (family == AFI_IPV4)
		say_ipv4(d, c, F(INT_INFO_IPV4));
	else if (family == AFI_IPV6)
		say_ipv6(d, c, F(INT_INFO_IPV6));
	else
		say_bytes(d, c, F(INT_INFO_IPUNKNOWN), cursor_left(c));
	say_close(d, before);
}

static void say_info_name(struct dissect *d, struct cursor *c)
{
	uint32_t before;
	uint32_t len;

	d->item = say_line(d, c->at, 0, "Interface Name Sub-Object");
	before = say_open(d);
	len = (uint32_t)say_uint(d, c, F(INT_INFO_NAME_LENGTH), 1);
	if (len > NAME_MAX_LEN)
		len = NAME_MAX_LEN;
	if (len > 1 && cursor_left(c))
		say_string(d, c, F(INT_INFO_NAME),
			   len - 1 < cursor_left(c) ? len - 1 : cursor_left(c));
	say_close(d, before);
}

static void say_info(struct dissect *d, struct cursor *c, uint8_t type)
{
	if (type & INFO_INDEX)
		say_uint(d, c, F(INT_INFO_INDEX), 4);
	if (type & INFO_ADDRESS)
		say_info_address(d, c);
	if (type & INFO_NAME)
		say_info_name(d, c);
	if (type & INFO_MTU)
		say_uint(d, c, F(INT_INFO_MTU), 4);
}

static void say_ident(struct dissect *d, struct cursor *c, uint8_t type)
{
	uint16_t family;
	uint32_t len;

	if (type == IDENT_NAME) {
		say_string(d, c, F(INT_IDENT_NAME), cursor_left(c));
	} else if (type == IDENT_INDEX) {
		say_uint(d, c, F(INT_IDENT_INDEX), 4);
	} else if (type == IDENT_ADDRESS) {
		family = (uint16_t)say_uint(d, c, F(INT_IDENT_AFI), 2);
		len = (uint32_t)say_uint(d, c, F(INT_IDENT_ADDR_LENGTH), 1);
		say_bytes(d, c, F(INT_IDENT_RESERVED), 1);
		if (family == AFI_IPV4 && len == 4)
			say_ipv4(d, c, F(INT_IDENT_IPV4));
		else if (family == AFI_IPV6 && len == 16)
			say_ipv6(d, c, F(INT_IDENT_IPV6));
		else
			say_bytes(d, c, F(INT_IDENT_ADDRESS),
				  len < cursor_left(c) ? len : cursor_left(c));
	}
}

static void say_ctype(struct dissect *d, struct cursor *c, uint8_t class)
{
	static const uint16_t bits[] = {F(INT_INFO_ROLE),         F(INT_INFO_RESERVED),
					F(INT_INFO_IFINDEX),      F(INT_INFO_IPADDR),
					F(INT_INFO_NAME_PRESENT), F(INT_INFO_MTU_PRESENT)};
	uint32_t at = c->at;
	uint8_t type = (uint8_t)say_uint(d, c, F(EXT_CTYPE), 1);
	const char *role = value_name(roles, type >> 6);
	uint32_t before;

	if (class == CLASS_IDENT && type >= IDENT_NAME && type <= IDENT_ADDRESS)
		item_append(d->tree, d->item, " (Identifies Interface By %s)",
			    type == IDENT_NAME    ? "Name"
			    : type == IDENT_INDEX ? "Index"
						  : "Address");
	if (class != CLASS_INFO)
		return;
	item_append(d->tree, d->item, ", Interface Role: %s%s%s%s%s", role ? role : "Unknown",
		    type & INFO_INDEX ? ", ifIndex" : "", type & INFO_ADDRESS ? ", IP Address" : "",
		    type & INFO_NAME ? ", Interface Name" : "", type & INFO_MTU ? ", MTU" : "");
	before = say_open(d);
	say_bits(d, at, 1, type, bits, 6);
	say_close(d, before);
}

static void say_body(struct dissect *d, struct cursor *body, uint8_t class, uint8_t type)
{
	switch (class) {
	case CLASS_MPLS:
		say_mpls(d, body);
		break;
	case CLASS_INFO:
		say_info(d, body, type);
		break;
	case CLASS_IDENT:
		say_ident(d, body, type);
		break;
	default:
		break;
	}
	if (cursor_ok(body) && cursor_left(body))
		say_bytes(d, body, F(EXT_DATA), cursor_held(body));
}

/* One object; false when its length lets none follow. */
static bool say_object(struct dissect *d, struct cursor *c)
{
	struct cursor look = *c;
	uint32_t len = cursor_be16(&look);
	uint8_t class = cursor_u8(&look);
	uint8_t type = cursor_u8(&look);
	const char *name = value_name(classes, class);
	bool cut = len > cursor_left(c);
	struct cursor object;
	uint32_t before;

	if (!cursor_ok(&look)) {
		c->status = look.status;
		return false;
	}
	object = cursor_take(c, cut ? cursor_left(c) : len < OBJECT_HEAD ? OBJECT_HEAD : len);
	if (name)
		d->item = say_line(d, object.at, 0, "%s%s", name, cut ? " (truncated)" : "");
	else
		d->item = say_line(d, object.at, 0, "Unknown object (%u/%u)%s", class, type,
				   cut ? " (truncated)" : "");
	before = say_open(d);
	say_uint(d, &object, F(EXT_LENGTH), 2);
	say_uint(d, &object, F(EXT_CLASS), 1);
	say_ctype(d, &object, class);
	say_body(d, &object, class, type);
	say_close(d, before);
	return !cut && len >= OBJECT_HEAD;
}

void icmp_say_extensions(struct dissect *d, struct cursor *c)
{
	static const uint16_t ids[] = {F(EXT_CHECKSUM), F(EXT_CHECKSUM_STATUS),
				       F(EXT_CHECKSUM_BAD)};
	struct cursor whole = *c;
	uint32_t at = c->at;
	uint16_t first, sum;
	uint32_t before;

	d->item = tree_uint(d->tree, F(EXT), at, cursor_held(c), 0);
	item_text(d->tree, d->item, "ICMP Multi-Part Extensions");
	before = say_open(d);
	if (!cursor_need(&whole, HEADER_LEN)) {
		c->status = whole.status;
		say_close(d, before);
		return;
	}
	first = cursor_be16(c);
	d->item = tree_uint(d->tree, F(EXT_VERSION), at, 1, first >> 12);
	say_bits(d, at, 2, first, (const uint16_t[]) {F(EXT_RES)}, 1);
	sum = cursor_be16(c);
	if (cursor_held(&whole) == cursor_left(&whole))
		icmp_say_checksum(
			d, at + 2, sum,
			checksum_finish(checksum_add(0, whole.base + at, cursor_left(&whole))),
			ids);
	else
		tree_uint(d->tree, F(EXT_CHECKSUM), at + 2, 2, sum);
	while (cursor_left(c) && dissect_step(d) && say_object(d, c))
		continue;
	say_close(d, before);
}
