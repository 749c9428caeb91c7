// SPDX-License-Identifier: Apache-2.0
// Dissects the NetBIOS Session Service (RFC 1002 s. 4.3), also as SMB uses it without NetBIOS.
#include "proto/nbss.h"

#include <assert.h>
#include <string.h>

#include "proto/dissect.h"
#include "proto/netbios_name.h"

enum nbss_type {
	TYPE_MESSAGE = 0x00, /* RFC 1002 s. 4.3.1 */
	TYPE_REQUEST = 0x81,
	TYPE_POSITIVE = 0x82,
	TYPE_NEGATIVE = 0x83,
	TYPE_RETARGET = 0x84,
	TYPE_KEEP_ALIVE = 0x85,
};

#define HEAD_LEN      4
#define EXTEND        1 /* the 17th bit of the length */
#define MAGIC_LEN     4
#define REQUEST_LEAST 68   /* two names without a scope */
#define REQUEST_MOST  1000 /* two names with the longest */

enum nbss_field {
	NBSS_PROTOCOL,
	NBSS_TYPE,
	NBSS_FLAGS,
	NBSS_FLAGS_E,
	NBSS_LENGTH,
	NBSS_ERROR_CODE,
	NBSS_RETARGET_IP_ADDRESS,
	NBSS_RETARGET_PORT,
	NBSS_CONTINUATION_DATA,
	NBSS_CALLED_NAME,
	NBSS_CALLING_NAME,
	NBSS_FIELDS
};

static const struct value_name type_names[] = {
	VALUE(0, "Session message"),
	VALUE(129, "Session request"),
	VALUE(130, "Positive session response"),
	VALUE(131, "Negative session response"),
	VALUE(132, "Retarget session response"),
	VALUE(133, "Session keep-alive"),
	VALUE_END,
};

static const struct value_name error_code_names[] = {
	VALUE(128, "Not listening on called name"),
	VALUE(129, "Not listening for calling name"),
	VALUE(130, "Called name not present"),
	VALUE(131, "Called name present, but insufficient resources"),
	VALUE(143, "Unspecified error"),
	VALUE_END,
};

static const struct field fields[] = {
	[NBSS_PROTOCOL] = {"nbss", "NetBIOS Session Service", FIELD_PROTOCOL},
	[NBSS_TYPE] = {"nbss.type", "Message Type", FIELD_UINT, BASE_HEX, 1, .names = type_names},
	[NBSS_FLAGS] = {"nbss.flags", "Flags", FIELD_UINT, BASE_HEX, 1},
	[NBSS_FLAGS_E] = {"nbss.flags.e", "Extend", FIELD_BOOL, BASE_DEC, 1, 0x1,
			  .yes = "Add 65536 to length", .no = "Add 0 to length"},
	[NBSS_LENGTH] = {"nbss.length", "Length", FIELD_UINT, BASE_DEC, 3},
	[NBSS_ERROR_CODE] = {"nbss.error_code", "Error code", FIELD_UINT, BASE_HEX, 1,
			     .names = error_code_names},
	[NBSS_RETARGET_IP_ADDRESS] = {"nbss.retarget_ip_address", "Retarget IP address",
				      FIELD_IPV4},
	[NBSS_RETARGET_PORT] = {"nbss.retarget_port", "Retarget port", FIELD_UINT, BASE_DEC, 2},
	[NBSS_CONTINUATION_DATA] = {"nbss.continuation_data", "Continuation data", FIELD_BYTES},
	[NBSS_CALLED_NAME] = {"nbss.called_name", "Called name", FIELD_STRING},
	[NBSS_CALLING_NAME] = {"nbss.calling_name", "Calling name", FIELD_STRING},
};

static_assert(sizeof(fields) / sizeof(fields[0]) == NBSS_FIELDS, "every nbss_field has a row");

#define F(name) FIELD_ID(PROTOCOL_NBSS, NBSS_##name)

/* The header of one packet, and whether it can be one. */
struct head {
	uint8_t type;
	uint8_t flags;
	uint32_t length;
	bool direct; /* SMB without NetBIOS: the length has 24 bits */
};

/* "SMB" or "SMB2" by the magic number at c; NULL for anything else. */
static const char *smb_name(const struct cursor *c)
{
	struct cursor look = *c;
	uint8_t magic[MAGIC_LEN];

	cursor_copy(&look, magic, sizeof(magic));
	if (!cursor_ok(&look))
		return NULL;
	if (!memcmp(magic, "\xffSMB", MAGIC_LEN))
		return "SMB";
	return memcmp(magic, "\xfeSMB", MAGIC_LEN) ? NULL : "SMB2";
}

void nbss_payload(struct dissect *d, const struct cursor *c)
{
	const char *name = smb_name(c);

	if (name && !d->depth)
		d->protocol = name;
	dissect_data(d, c);
}

/* Reads a header; false when these bytes begin within a message that began before. */
static bool read_head(struct cursor c, struct head *ret_head)
{
	struct head h = {.type = cursor_u8(&c)};

	h.flags = cursor_u8(&c);
	h.length = cursor_be16(&c);
	*ret_head = h;
	if (!cursor_ok(&c))
		return false;
	if (h.type == TYPE_MESSAGE && smb_name(&c)) {
		ret_head->direct = true;
		ret_head->length |= (uint32_t)h.flags << 16;
		return ret_head->length > 0;
	}
	if (h.flags & ~EXTEND)
		return false;
	ret_head->length |= (uint32_t)(h.flags & EXTEND) << 16;
	switch ((enum nbss_type)h.type) {
	case TYPE_MESSAGE:
		return ret_head->length > 0;
	case TYPE_REQUEST:
		return h.length >= REQUEST_LEAST - 4 && h.length <= REQUEST_MOST;
	case TYPE_POSITIVE:
	case TYPE_KEEP_ALIVE:
		return ret_head->length == 0;
	case TYPE_NEGATIVE:
		return ret_head->length == 1;
	case TYPE_RETARGET:
		return ret_head->length == 6;
	}
	return false;
}

static void say_name(struct dissect *d, struct cursor *c, uint16_t id, const char *words)
{
	struct dns_reader reader = {.message = *c};
	struct netbios_name name;
	uint32_t at = c->at;

	netbios_name_read(&reader, c, &name);
	if (!cursor_ok(c))
		return;
	d->item = tree_string(d->tree, id, at, c->at - at, name.text);
	if (name.service)
		item_append(d->tree, d->item, " (%s)", name.service);
	info_add(d, "%s", words);
	info_add_escaped(d, name.text);
}

static void say_body(struct dissect *d, struct cursor *c, const struct head *h)
{
	const char *reason;
	uint64_t code;

	switch ((enum nbss_type)h->type) {
	case TYPE_MESSAGE:
		if (cursor_left(c))
			nbss_payload(d, c);
		break;
	case TYPE_REQUEST:
		say_name(d, c, F(CALLED_NAME), ", to ");
		if (cursor_ok(c))
			say_name(d, c, F(CALLING_NAME), " from ");
		break;
	case TYPE_NEGATIVE:
		code = say_uint(d, c, F(ERROR_CODE), 1);
		reason = value_name(error_code_names, code);
		if (cursor_ok(c) && reason)
			info_add(d, ", %s", reason);
		else if (cursor_ok(c))
			info_add(d, ", Unknown (%x)", (unsigned)code);
		break;
	case TYPE_RETARGET:
		say_ipv4(d, c, F(RETARGET_IP_ADDRESS));
		say_uint(d, c, F(RETARGET_PORT), 2);
		break;
	case TYPE_POSITIVE:
	case TYPE_KEEP_ALIVE:
		break;
	}
}

static void say_packet(struct dissect *d, struct cursor *c, const struct head *h)
{
	static const uint16_t bits[] = {F(FLAGS_E)};
	struct cursor body;
	uint32_t at;

	say_uint(d, c, F(TYPE), 1);
	if (h->direct) {
		say_uint(d, c, F(LENGTH), 3);
	} else {
		say_bitfield(d, c, F(FLAGS), 1, bits, 1);
		at = c->at;
		cursor_be16(c);
		tree_uint(d->tree, F(LENGTH), at, 2, h->length);
	}
	/* What a later segment brings is not here. */
	body = cursor_take(c, h->length < cursor_left(c) ? h->length : cursor_left(c));
	say_body(d, &body, h);
	if (cursor_ok(c) && !cursor_ok(&body))
		c->status = body.status;
}

/* True when the packet at c goes on in segments to come and is kept until then. */
static bool wait_for_rest(struct dissect *d, const struct cursor *c, const struct head *h)
{
	uint32_t there = cursor_left(c) - HEAD_LEN;

	return h->length > there && dissect_want_more(d, c, h->length - there);
}

static void dissect_nbss(struct dissect *d, struct cursor *c)
{
	const char *name;
	struct head h;

	if (!read_head(*c, &h)) {
		info_set(d, "NBSS Continuation Message");
		say_bytes(d, c, F(CONTINUATION_DATA), cursor_left(c));
		return;
	}
	if (wait_for_rest(d, c, &h))
		return;
	name = value_name(type_names, h.type);
	info_set(d, "%s", name ? name : "Unknown");
	while (cursor_ok(c) && cursor_left(c) >= HEAD_LEN && dissect_step(d)) {
		if (!read_head(*c, &h))
			break;
		if (wait_for_rest(d, c, &h))
			return;
		say_packet(d, c, &h);
	}
}

const struct dissector nbss_dissector = {fields, NBSS_FIELDS, dissect_nbss};
