// SPDX-License-Identifier: Apache-2.0
// Open Shortest Path First, versions 2 (RFC 2328) and 3 (RFC 5340): packets and headers of LSAs.
#include "proto/ospf.h"

#include "proto/ospf_parts.h"
#include "proto/verify.h"
#include "wire/checksum.h"

#define IP_OSPF         89
#define OSPF_V2_HEADER  24 /* RFC 2328 s. A.3.1 */
#define OSPF_V3_HEADER  16 /* RFC 5340 s. A.3.1 */
#define OSPF_AUTH_AT    16
#define OSPF_LSA_HEADER 20

#define F(name) OSPF_FIELD(name)

static void read_hello(struct dissect *d, struct cursor *c, unsigned version)
{
	uint32_t open;

	d->item = tree_uint(d->tree, F(F_HELLO), c->at, cursor_held(c), 0);
	open = say_open(d);
	if (version == 2) {
		say_ipv4(d, c, F(HELLO_MASK));
		say_uint(d, c, F(HELLO_INTERVAL), 2);
		ospf_say_options(d, c, version);
		say_uint(d, c, F(HELLO_PRIORITY), 1);
		say_uint(d, c, F(HELLO_DEAD), 4);
	} else {
		say_uint(d, c, F(HELLO_INTERFACE), 4);
		say_uint(d, c, F(HELLO_PRIORITY), 1);
		ospf_say_options(d, c, version);
		say_uint(d, c, F(HELLO_INTERVAL), 2);
		say_uint(d, c, F(HELLO_DEAD), 2);
	}
	say_ipv4(d, c, F(HELLO_DESIGNATED));
	say_ipv4(d, c, F(HELLO_BACKUP));
	while (cursor_left(c) >= 4 && cursor_ok(c) && dissect_step(d))
		say_ipv4(d, c, F(HELLO_NEIGHBOR));
	say_close(d, open);
}

/* Hidden marks of the kinds of LSA, in the order of their numbers from 1. */
static void say_kind(struct dissect *d, uint32_t at, uint32_t len, unsigned kind, uint16_t first,
		     uint16_t last)
{
	if (kind >= 1 && kind <= (unsigned)(last - first) + 1)
		say_hidden(d, (uint16_t)(first + kind - 1), at, len, 1);
}

static void say_v3_type(struct dissect *d, struct cursor *c, bool mark)
{
	uint32_t at = c->at;
	uint64_t type = say_uint(d, c, F(V3_LSA), 2);
	uint32_t open = say_open(d);

	if (cursor_ok(c) && mark)
		say_kind(d, at, 2, type & OSPF_LSA_TYPE_V3, F(IS3_ROUTER), F(IS3_INTRA));
	if (cursor_ok(c))
		say_bits(d, at, 2, type,
			 (const uint16_t[]) {F(V3_LSA_U), F(V3_LSA_S12), F(V3_LSA_FC)}, 3);
	say_close(d, open);
}

/*
 * RFC 2328 s. A.4.1, RFC 5340 s. A.4.2. Leaves the line of the LSA open: *ret_open is for
 * say_close(). Returns the length that the header tells, 0 when it could not be read.
 */
static unsigned read_lsa_header(struct dissect *d, struct cursor *c, unsigned version,
				uint32_t *ret_open)
{
	struct cursor ahead = *c;
	uint32_t at = c->at;
	unsigned age = cursor_be16(&ahead);
	unsigned type = cursor_be16(&ahead);
	const char *name = version == 2 ? value_name(ospf_lsa_names, type & 0xff)
					: value_name(ospf_v3_lsa_names, type & OSPF_LSA_TYPE_V3);
	unsigned len, kind;
	bool opaque;

	cursor_skip(&ahead, OSPF_LSA_HEADER - 6);
	len = cursor_be16(&ahead);
	if (!cursor_ok(&ahead)) {
		*c = ahead;
		return 0;
	}
	cursor_skip(c, 2);
	say_line(d, at, OSPF_LSA_HEADER, "LSA-type %u (%s), len %u",
		 version == 2 ? type & 0xff : type & OSPF_LSA_TYPE_V3, name ? name : "Unknown",
		 len);
	*ret_open = say_open(d);
	say_bits(d, at, 2, age, (const uint16_t[]) {F(LSA_AGE)}, 1);
	if (version == 2) {
		say_bits(d, at, 2, age, (const uint16_t[]) {F(LSA_DONOTAGE)}, 1);
		ospf_say_options(d, c, version);
		say_uint(d, c, F(LSA_TYPE), 1);
		kind = type & 0xff;
		opaque = kind >= 9 && kind <= 11; /* RFC 5250 s. 3: its id is no address */
		say_kind(d, at + 3, 1, opaque ? 9 : kind, F(IS_ROUTER), F(IS_OPAQUE));
		if (opaque)
			cursor_skip(c, 4);
		else
			say_ipv4(d, c, F(LSA_ID));
	} else {
		say_bits(d, at, 2, age, (const uint16_t[]) {F(LSA_DONOTAGE_V3)}, 1);
		say_v3_type(d, c, true);
		say_ipv4(d, c, F(LINK_STATE_ID));
	}
	say_ipv4(d, c, F(ADVROUTER));
	say_uint(d, c, F(LSA_SEQUENCE), 4);
	say_uint(d, c, F(LSA_CHECKSUM), 2);
	say_uint(d, c, F(LSA_LENGTH), 2);
	return len;
}

/* One LSA with its body. */
static void read_lsa(struct dissect *d, struct cursor *c, unsigned version)
{
	struct cursor ahead = *c, body;
	uint32_t open;
	unsigned type, len;

	cursor_skip(&ahead, 2);
	type = cursor_be16(&ahead);
	len = read_lsa_header(d, c, version, &open);
	if (!cursor_ok(c))
		return;
	if (len < OSPF_LSA_HEADER)
		cursor_malformed(c);
	body = cursor_take(c, len > OSPF_LSA_HEADER ? len - OSPF_LSA_HEADER : 0);
	if (cursor_ok(&body) && cursor_left(&body))
		ospf_say_lsa(d, &body, version, version == 2 ? type & 0xff : type);
	say_close(d, open);
	if (cursor_ok(c) && !cursor_ok(&body))
		c->status = body.status;
}

static void read_headers(struct dissect *d, struct cursor *c, unsigned version)
{
	while (cursor_left(c) >= OSPF_LSA_HEADER && cursor_ok(c) && dissect_step(d)) {
		uint32_t open;

		read_lsa_header(d, c, version, &open);
		if (cursor_ok(c))
			say_close(d, open);
	}
}

static void read_description(struct dissect *d, struct cursor *c, unsigned version)
{
	uint32_t open;

	say_line(d, c->at, cursor_held(c), "OSPF DB Description");
	open = say_open(d);
	if (version == 3) {
		say_bytes(d, c, F(RESERVED), 1);
		ospf_say_options(d, c, version);
	}
	say_uint(d, c, F(DB_MTU), 2);
	if (version == 3)
		say_bytes(d, c, F(RESERVED), 1);
	else
		ospf_say_options(d, c, version);
	ospf_say_set(d, c, F(DB_FLAGS), 1, F(DB_R), F(DB_MS));
	say_uint(d, c, F(DB_SEQUENCE), 4);
	say_close(d, open);
	read_headers(d, c, version);
}

static void read_request(struct dissect *d, struct cursor *c, unsigned version)
{
	while (cursor_left(c) >= 12 && cursor_ok(c) && dissect_step(d)) {
		uint32_t open;

		say_line(d, c->at, 12, "Link State Request");
		open = say_open(d);
		if (version == 2) {
			say_uint(d, c, F(LSA_TYPE_LONG), 4);
		} else {
			say_bytes(d, c, F(RESERVED), 2);
			say_v3_type(d, c, false);
		}
		say_ipv4(d, c, F(LINK_STATE_ID));
		say_ipv4(d, c, F(ADVROUTER));
		say_close(d, open);
	}
}

static void read_update(struct dissect *d, struct cursor *c, unsigned version)
{
	uint32_t count, open;

	say_line(d, c->at, cursor_held(c), "LS Update Packet");
	open = say_open(d);
	count = (uint32_t)say_uint(d, c, F(LS_COUNT), 4);
	while (count-- && cursor_left(c) && cursor_ok(c) && dissect_step(d))
		read_lsa(d, c, version);
	say_close(d, open);
}

static void read_auth(struct dissect *d, struct cursor *c, unsigned *ret_crypt_len)
{
	unsigned type = (unsigned)say_uint(d, c, F(AUTH_TYPE), 2);
	unsigned len;

	switch (type) {
	case OSPF_AUTH_NONE:
		say_bytes(d, c, F(AUTH_NONE_DATA), 8);
		break;
	case OSPF_AUTH_SIMPLE:
		say_string(d, c, F(AUTH_SIMPLE_DATA), 8);
		break;
	case OSPF_AUTH_CRYPT:
		cursor_skip(c, 2);
		say_uint(d, c, F(AUTH_KEY_ID), 1);
		len = (unsigned)say_uint(d, c, F(AUTH_LENGTH), 1);
		say_uint(d, c, F(AUTH_SEQUENCE), 4);
		*ret_crypt_len = len;
		break;
	default:
		say_bytes(d, c, F(AUTH_UNKNOWN), 8);
		break;
	}
}

/* The authentication of version 2 is not summed; version 3 sums a pseudo-header. */
static void say_sum(struct dissect *d, struct cursor *c, const struct cursor *packet,
		    unsigned version)
{
	const struct addr *source = &d->kept.ip_source;
	uint16_t held = (uint16_t)say_uint(d, c, F(CHECKSUM), 2);
	struct cursor part = *packet;
	uint32_t sum = 0;
	bool known = cursor_held(packet) == cursor_left(packet);

	if (!cursor_ok(c) || !d->item)
		return;
	if (!held && version == 2) {
		item_append(d->tree, d->item, " (None)");
		return;
	}
	if (version == 3 && addr_len(source))
		sum = checksum_pseudo(0, source->bytes, d->kept.ip_destination.bytes,
				      addr_len(source), IP_OSPF, cursor_left(packet));
	if (version == 2 && known && cursor_left(packet) >= OSPF_V2_HEADER) {
		sum = checksum_add(0, part.base + part.at, OSPF_AUTH_AT);
		part.at += OSPF_V2_HEADER;
	}
	sum = known ? verify_sum(&part, sum, &known) : 0;
	if (!known)
		item_append(d->tree, d->item, " [unverified]");
	else
		item_append(d->tree, d->item, checksum_finish(sum) ? " [incorrect]" : " [correct]");
}

static void say_area(struct dissect *d, struct cursor *c)
{
	struct addr area = say_ipv4(d, c, F(AREA_ID));

	if (addr_is_any(&area))
		item_append(d->tree, d->item, " (Backbone)");
}

static void read_body(struct dissect *d, struct cursor *body, unsigned version, unsigned message)
{
	switch (message) {
	case OSPF_HELLO:
		read_hello(d, body, version);
		break;
	case OSPF_DBDESC:
		read_description(d, body, version);
		break;
	case OSPF_LSREQ:
		read_request(d, body, version);
		break;
	case OSPF_LSUPDATE:
		read_update(d, body, version);
		break;
	case OSPF_LSACK:
		read_headers(d, body, version);
		break;
	default:
		break;
	}
}

/* The common header; *ret_crypt_len bytes of authentication follow the packet. */
static void read_header(struct dissect *d, struct cursor *c, const struct cursor *packet,
			unsigned version, unsigned *ret_crypt_len)
{
	uint32_t at = c->at, open;
	unsigned message;

	d->item = tree_uint(d->tree, F(HEADER), at, version == 2 ? OSPF_V2_HEADER : OSPF_V3_HEADER,
			    0);
	open = say_open(d);
	say_uint(d, c, F(VERSION), 1);
	message = (unsigned)say_uint(d, c, F(MSG), 1);
	if (message >= OSPF_HELLO && message <= OSPF_LSACK && cursor_ok(c))
		say_hidden(d, (uint16_t)(F(MSG_HELLO) + message - OSPF_HELLO), at + 1, 1, 1);
	say_uint(d, c, F(PACKET_LENGTH), 2);
	say_ipv4(d, c, F(SRCROUTER));
	say_area(d, c);
	say_sum(d, c, packet, version);
	if (version == 2) {
		read_auth(d, c, ret_crypt_len);
	} else {
		say_uint(d, c, F(INSTANCE_ID), 1);
		say_bytes(d, c, F(RESERVED), 1);
	}
	say_close(d, open);
}

static void dissect_ospf(struct dissect *d, struct cursor *c)
{
	struct cursor ahead = *c;
	struct cursor packet, body;
	unsigned version = cursor_u8(&ahead);
	unsigned message = cursor_u8(&ahead);
	unsigned len = cursor_be16(&ahead);
	unsigned crypt_len = 0;
	const char *name = value_name(field_get(F(MSG))->names, message);

	if (!cursor_ok(&ahead)) {
		*c = ahead;
		return;
	}
	if (name)
		info_set(d, "%s", name);
	else
		info_set(d, "Unknown (%u)", message);
	if (version != 2 && version != 3)
		return;
	ahead = *c;
	packet = cursor_take(&ahead, len < cursor_left(c) ? len : cursor_left(c));
	body = packet;
	read_header(d, &body, &packet, version, &crypt_len);
	if (cursor_ok(&body))
		read_body(d, &body, version, message);
	if (!cursor_ok(&body)) {
		c->status = body.status;
		return;
	}
	c->at = packet.wire;
	if (crypt_len && crypt_len <= cursor_left(c))
		say_bytes(d, c, F(AUTH_DATA), crypt_len);
}

const struct dissector ospf_dissector = {ospf_fields, OSPF_FIELDS, dissect_ospf};
