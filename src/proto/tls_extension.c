// SPDX-License-Identifier: Apache-2.0
// Extensions of TLS hellos: RFC 8446 s. 4.2, RFC 6066 and others.
#include <string.h>

#include "proto/tls_hello.h"

static const struct tls_list groups = {TLS_F(GROUPS_LENGTH), TLS_F(GROUPS),      TLS_F(GROUP), 2, 2,
				       TLS_NOTED_GROUPS,     "Supported Groups", "group"};
static const struct tls_list points = {TLS_F(POINT_FORMATS_LENGTH),
				       TLS_F(POINT_FORMATS),
				       TLS_F(POINT_FORMAT),
				       1,
				       1,
				       TLS_NOTED_POINTS,
				       "Elliptic curves point formats",
				       NULL};
static const struct tls_list signatures = {
	TLS_F(SIGNATURES_LENGTH),    TLS_F(SIGNATURES), TLS_F(SIGNATURE), 2, 2, -1,
	"Signature Hash Algorithms", "algorithm"};
static const struct tls_list versions = {
	TLS_F(VERSIONS_LENGTH), 0, TLS_F(SUPPORTED_VERSION), 1, 2, -1, NULL, NULL};
static const struct tls_list psk_modes = {
	TLS_F(PSK_MODES_LENGTH), 0, TLS_F(PSK_MODE), 1, 1, -1, NULL, NULL};
static const struct tls_list compress = {
	TLS_F(COMPRESS_LENGTH), 0, TLS_F(COMPRESS_ALGORITHM), 1, 2, -1, NULL, NULL};

static uint32_t open_line(struct dissect *d, const struct cursor *c, const char *title)
{
	return tree_open(d->tree, say_line(d, c->at, cursor_held(c), "%s", title));
}

static void say_server_name(struct dissect *d, struct cursor *c)
{
	uint32_t before;

	if (!cursor_left(c))
		return; /* a server says only that it used the name */
	before = open_line(d, c, "Server Name Indication extension");
	say_uint(d, c, TLS_F(NAME_LIST_LENGTH), 2);
	while (cursor_left(c) && dissect_step(d)) {
		uint32_t len;

		say_uint(d, c, TLS_F(NAME_TYPE), 1);
		len = (uint32_t)say_uint(d, c, TLS_F(NAME_LENGTH), 2);
		say_string(d, c, TLS_F(NAME), len);
	}
	tree_close(d->tree, before);
}

/* IANA, "TLS ALPN Protocol IDs": those whose reader Wireshark would name. */
static const struct {
	const char *id;
	const char *name;
} alpn_names[] = {
	{"http/1.1", "Hypertext Transfer Protocol"},
	{"h2", "HyperText Transfer Protocol 2"},
	{"spdy/3", "SPDY"},
	{"spdy/3.1", "SPDY"},
	{"stun.turn", "TURN Channel"},
	{"stun.nat-discovery", "Session Traversal Utilities for NAT"},
	{"coap", "Constrained Application Protocol"},
	{"dot", "Domain Name System"},
};

#define ALPN_NAMES (sizeof(alpn_names) / sizeof(alpn_names[0]))

const char *tls_alpn_name(uint8_t alpn)
{
	return alpn && alpn <= ALPN_NAMES ? alpn_names[alpn - 1].name : NULL;
}

/* What the server chose, the only one in its list. */
static void choose_alpn(struct tls_hello *h, struct cursor c, uint32_t len)
{
	struct cursor id = cursor_take(&c, len);
	uint8_t chosen = 0;

	for (uint8_t i = 0; i < ALPN_NAMES && cursor_held(&id) == len; i++)
		if (strlen(alpn_names[i].id) == len &&
		    !memcmp(alpn_names[i].id, id.base + id.at, len))
			chosen = (uint8_t)(i + 1);
	h->choice->alpn = chosen;
}

static void say_alpn(struct dissect *d, struct cursor *c, struct tls_hello *h)
{
	uint32_t before;

	say_uint(d, c, TLS_F(ALPN_LENGTH), 2);
	d->item = tree_uint(d->tree, TLS_F(ALPN_LIST), c->at, cursor_held(c), 0);
	before = say_open(d);
	while (cursor_left(c) && dissect_step(d)) {
		uint32_t len = (uint32_t)say_uint(d, c, TLS_F(ALPN_STRING_LENGTH), 1);

		if (h->server)
			choose_alpn(h, *c, len);
		say_string(d, c, TLS_F(ALPN_STRING), len);
	}
	say_close(d, before);
}

static void say_key_entry(struct dissect *d, struct cursor *c)
{
	struct cursor look = *c;
	uint16_t group = cursor_be16(&look);
	uint16_t len = cursor_be16(&look);
	const char *name = value_name(tls_group_names, group);
	uint32_t held = cursor_held(c);
	struct item *item;
	uint32_t before;

	if (!cursor_ok(&look)) {
		c->status = look.status;
		return;
	}
	item = say_line(d, c->at, 4u + len < held ? 4u + len : held,
			"Key Share Entry: Group: %s, Key Exchange length: %u",
			name ? name : "Unknown", len);
	before = tree_open(d->tree, item);
	say_uint(d, c, TLS_F(KEY_GROUP), 2);
	say_uint(d, c, TLS_F(KEY_LENGTH), 2);
	say_bytes(d, c, TLS_F(KEY), len);
	tree_close(d->tree, before);
}

static void say_key_share(struct dissect *d, struct cursor *c, const struct tls_hello *h)
{
	uint32_t before = open_line(d, c, "Key Share extension");

	if (h->server && cursor_left(c) == 2)
		say_uint(d, c, TLS_F(KEY_SELECTED), 2);
	else if (h->server)
		say_key_entry(d, c);
	else
		say_uint(d, c, TLS_F(KEY_SHARES_LENGTH), 2);
	while (!h->server && cursor_left(c) && dissect_step(d))
		say_key_entry(d, c);
	tree_close(d->tree, before);
}

static void say_pre_shared_key(struct dissect *d, struct cursor *c, const struct tls_hello *h)
{
	uint32_t before = open_line(d, c, "Pre-Shared Key extension");
	struct cursor list;

	if (h->server) {
		say_uint(d, c, TLS_F(IDENTITY_SELECTED), 2);
		tree_close(d->tree, before);
		return;
	}
	list = cursor_take(c, (uint32_t)say_uint(d, c, TLS_F(IDENTITIES_LENGTH), 2));
	while (cursor_left(&list) && dissect_step(d)) {
		struct cursor look = list;
		uint32_t len = cursor_be16(&look);
		struct item *item = say_line(d, list.at, 2, "PSK Identity (length: %u)", len);
		uint32_t inner = tree_open(d->tree, item);

		say_uint(d, &list, TLS_F(IDENTITY_LENGTH), 2);
		say_bytes(d, &list, TLS_F(IDENTITY), len);
		say_uint(d, &list, TLS_F(TICKET_AGE), 4);
		tree_close(d->tree, inner);
	}
	say_uint(d, c, TLS_F(BINDERS_LENGTH), 2);
	d->item = tree_uint(d->tree, TLS_F(BINDERS), c->at, cursor_held(c), 0);
	tree_close(d->tree, before);
}

static void say_status_request(struct dissect *d, struct cursor *c)
{
	if (!cursor_left(c))
		return;
	say_uint(d, c, TLS_F(STATUS_TYPE), 1);
	cursor_skip(c, (uint32_t)say_uint(d, c, TLS_F(RESPONDERS_LENGTH), 2));
	say_uint(d, c, TLS_F(REQUEST_EXTENSIONS_LENGTH), 2);
}

static void say_renegotiation(struct dissect *d, struct cursor *c)
{
	uint32_t before = open_line(d, c, "Renegotiation Info extension");
	uint32_t len = (uint32_t)say_uint(d, c, TLS_F(RENEGOTIATION_LENGTH), 1);

	if (len)
		say_bytes(d, c, TLS_F(RENEGOTIATION), len);
	tree_close(d->tree, before);
}

static void say_versions(struct dissect *d, struct cursor *c, struct tls_hello *h)
{
	if (h->server)
		say_uint(d, c, TLS_F(SUPPORTED_VERSION), 2);
	else
		tls_say_list(d, c, h, &versions);
}

/* What is not taken apart; a ticket's line is there even when it is empty. */
static void say_extension_data(struct dissect *d, struct cursor *c, bool ticket)
{
	uint32_t len = cursor_held(c);

	if (!len && !ticket)
		return;
	say_bytes(d, c, TLS_F(EXTENSION_DATA), len);
	if (ticket)
		item_text(d->tree, d->item, "Data (%u byte%s)", len, len == 1 ? "" : "s");
}

static void say_number(struct dissect *d, struct cursor *c, uint16_t id, uint32_t len)
{
	if (cursor_left(c))
		say_uint(d, c, id, len);
}

static void say_extension_body(struct dissect *d, struct cursor *c, uint16_t type,
			       struct tls_hello *h)
{
	uint32_t len;

	switch (type) {
	case TLS_EXT_SERVER_NAME:
		say_server_name(d, c);
		break;
	case TLS_EXT_MAX_FRAGMENT_LENGTH:
		say_number(d, c, TLS_F(FRAGMENT_LENGTH), 1);
		break;
	case TLS_EXT_STATUS_REQUEST:
		say_status_request(d, c);
		break;
	case TLS_EXT_SUPPORTED_GROUPS:
		tls_say_list(d, c, h, &groups);
		break;
	case TLS_EXT_POINT_FORMATS:
		tls_say_list(d, c, h, &points);
		break;
	case TLS_EXT_SIGNATURE_ALGORITHMS:
	case TLS_EXT_SIGNATURE_ALGORITHMS_CERT:
		tls_say_list(d, c, h, &signatures);
		break;
	case TLS_EXT_HEARTBEAT:
		say_number(d, c, TLS_F(HEARTBEAT_MODE), 1);
		break;
	case TLS_EXT_ALPN:
		say_alpn(d, c, h);
		break;
	case TLS_EXT_PADDING:
		say_bytes(d, c, TLS_F(PADDING), cursor_left(c));
		break;
	case TLS_EXT_ENCRYPT_THEN_MAC:
	case TLS_EXT_EXTENDED_MASTER_SECRET:
	case TLS_EXT_POST_HANDSHAKE_AUTH:
		break;
	case TLS_EXT_COMPRESS_CERTIFICATE:
		tls_say_list(d, c, h, &compress);
		break;
	case TLS_EXT_RECORD_SIZE_LIMIT:
		say_number(d, c, TLS_F(RECORD_SIZE_LIMIT), 2);
		break;
	case TLS_EXT_PRE_SHARED_KEY:
		say_pre_shared_key(d, c, h);
		break;
	case TLS_EXT_SUPPORTED_VERSIONS:
		say_versions(d, c, h);
		break;
	case TLS_EXT_COOKIE:
		len = (uint32_t)say_uint(d, c, TLS_F(COOKIE_LENGTH), 2);
		say_bytes(d, c, TLS_F(COOKIE), len);
		break;
	case TLS_EXT_PSK_MODES:
		tls_say_list(d, c, h, &psk_modes);
		break;
	case TLS_EXT_KEY_SHARE:
		say_key_share(d, c, h);
		break;
	case TLS_EXT_RENEGOTIATION_INFO:
		say_renegotiation(d, c);
		break;
	case TLS_EXT_SESSION_TICKET:
		say_extension_data(d, c, true);
		break;
	default:
		say_extension_data(d, c, false);
		break;
	}
}

void tls_say_extension(struct dissect *d, struct cursor *c, struct tls_hello *h)
{
	struct cursor look = *c;
	uint16_t type = cursor_be16(&look);
	uint32_t len = cursor_be16(&look);
	const char *name = value_name(tls_extension_names, type);
	uint32_t held = cursor_held(c);
	struct cursor body;
	struct item *item;
	uint32_t before;

	item = say_line(d, c->at, len + 4 < held ? len + 4 : held, "Extension: %s (len=%u)",
			name ? name : "Unknown type", len);
	if (!name)
		item_text(d->tree, item, "Extension: Unknown type %u (len=%u)", type, len);
	before = tree_open(d->tree, item);
	say_uint(d, c, TLS_F(EXTENSION_TYPE), 2);
	say_uint(d, c, TLS_F(EXTENSION_LENGTH), 2);
	if (cursor_ok(c))
		tls_note(h, TLS_NOTED_EXTENSIONS, type);
	body = cursor_take(c, len);
	say_extension_body(d, &body, type, h);
	tree_close(d->tree, before);
	if (cursor_ok(c) && !cursor_ok(&body))
		c->status = body.status;
}
