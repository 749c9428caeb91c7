// SPDX-License-Identifier: Apache-2.0
// Hellos of TLS: RFC 8446 s. 4.1 and 4.2, RFC 6066, and the fingerprints JA3 and JA3S.
#include <stdio.h>
#include <string.h>

#include "base/md5.h"
#include "proto/dissect.h"
#include "proto/tls.h"

#define RANDOM_LEN  32
#define LIST_MAX    1024 /* of a fingerprint: longer lists are cut, which no real hello needs */
#define LISTS       4
#define FULL_MAX    (LISTS * LIST_MAX + 16)
#define NS_A_SECOND 1000000000

/* IANA, "TLS ExtensionType Values" */
enum {
	EXT_SERVER_NAME = 0,
	EXT_MAX_FRAGMENT_LENGTH = 1,
	EXT_STATUS_REQUEST = 5,
	EXT_SUPPORTED_GROUPS = 10,
	EXT_POINT_FORMATS = 11,
	EXT_SIGNATURE_ALGORITHMS = 13,
	EXT_HEARTBEAT = 15,
	EXT_ALPN = 16,
	EXT_PADDING = 21,
	EXT_ENCRYPT_THEN_MAC = 22,
	EXT_EXTENDED_MASTER_SECRET = 23,
	EXT_COMPRESS_CERTIFICATE = 27,
	EXT_RECORD_SIZE_LIMIT = 28,
	EXT_SESSION_TICKET = 35,
	EXT_PRE_SHARED_KEY = 41,
	EXT_SUPPORTED_VERSIONS = 43,
	EXT_COOKIE = 44,
	EXT_PSK_MODES = 45,
	EXT_POST_HANDSHAKE_AUTH = 49,
	EXT_SIGNATURE_ALGORITHMS_CERT = 50,
	EXT_KEY_SHARE = 51,
	EXT_RENEGOTIATION_INFO = 65281,
};

enum list {
	LIST_SUITES,
	LIST_EXTENSIONS,
	LIST_GROUPS,
	LIST_POINTS,
};

struct hello {
	bool server;
	uint16_t version;
	struct tls_choice *choice;
	size_t lens[LISTS];
	char lists[LISTS][LIST_MAX];
};

/* RFC 8701 */
static bool is_grease(uint64_t number)
{
	return (number & 0x0f0f) == 0x0a0a && (number >> 8 & 0xff) == (number & 0xff);
}

static void note(struct hello *h, enum list list, uint64_t number)
{
	size_t *len = &h->lens[list];

	if (is_grease(number) || LIST_MAX - *len < 8)
		return;
	*len += (size_t)snprintf(h->lists[list] + *len, LIST_MAX - *len, "%s%u", *len ? "-" : "",
				 (unsigned)number);
}

void tls_say_signature(struct dissect *d, struct cursor *c)
{
	struct cursor parts = *c;
	uint32_t before;

	say_uint(d, c, TLS_F(SIGNATURE), 2);
	before = say_open(d);
	if (cursor_ok(c)) {
		say_uint(d, &parts, TLS_F(SIGNATURE_HASH), 1);
		say_uint(d, &parts, TLS_F(SIGNATURE_SIGN), 1);
	}
	say_close(d, before);
}

/* A list of numbers of `size` bytes behind a length of `prefix` bytes; noted for a fingerprint. */
struct list_shape {
	uint16_t length_id;
	uint16_t list_id; /* 0: the numbers stand under no line of their own */
	uint16_t item_id;
	uint8_t prefix;
	uint8_t size;
	int list;          /* enum list, or -1 */
	const char *title; /* "Cipher Suites", "suite": "Cipher Suites (18 suites)" */
	const char *word;  /* NULL: "EC point formats (3)" */
};

static void say_list(struct dissect *d, struct cursor *c, struct hello *h,
		     const struct list_shape *shape)
{
	uint32_t len = (uint32_t)say_uint(d, c, shape->length_id, shape->prefix);
	struct cursor part = cursor_take(c, len);
	uint32_t count = len / shape->size;
	uint32_t before = d->tree ? d->tree->parent : TREE_NO_PARENT;

	if (!cursor_ok(&part))
		return;
	if (shape->list_id && d->tree) {
		d->item = tree_uint(d->tree, shape->list_id, part.at, cursor_held(&part), 0);
		if (shape->word)
			item_text(d->tree, d->item, "%s (%u %s%s)", shape->title, count,
				  shape->word, count == 1 ? "" : "s");
		else
			item_text(d->tree, d->item, "%s (%u)", shape->title, count);
		say_open(d);
	}
	while (cursor_left(&part) >= shape->size && dissect_step(d)) {
		uint64_t number;

		if (shape->item_id == TLS_F(SIGNATURE)) {
			tls_say_signature(d, &part);
			continue;
		}
		number = say_uint(d, &part, shape->item_id, shape->size);
		if (shape->list >= 0 && cursor_ok(&part))
			note(h, (enum list)shape->list, number);
	}
	if (d->tree)
		tree_close(d->tree, before);
	if (cursor_ok(c))
		c->status = part.status;
}

static const struct list_shape suites = {TLS_F(SUITES_LENGTH), TLS_F(SUITES),   TLS_F(SUITE), 2, 2,
					 LIST_SUITES,          "Cipher Suites", "suite"};
static const struct list_shape compressions = {TLS_F(COMPRESSIONS_LENGTH),
					       TLS_F(COMPRESSIONS),
					       TLS_F(COMPRESSION),
					       1,
					       1,
					       -1,
					       "Compression Methods",
					       "method"};
static const struct list_shape groups = {
	TLS_F(GROUPS_LENGTH), TLS_F(GROUPS),      TLS_F(GROUP), 2, 2,
	LIST_GROUPS,          "Supported Groups", "group"};
static const struct list_shape points = {TLS_F(POINT_FORMATS_LENGTH),
					 TLS_F(POINT_FORMATS),
					 TLS_F(POINT_FORMAT),
					 1,
					 1,
					 LIST_POINTS,
					 "Elliptic curves point formats",
					 NULL};
static const struct list_shape signatures = {
	TLS_F(SIGNATURES_LENGTH),    TLS_F(SIGNATURES), TLS_F(SIGNATURE), 2, 2, -1,
	"Signature Hash Algorithms", "algorithm"};
static const struct list_shape versions = {
	TLS_F(VERSIONS_LENGTH), 0, TLS_F(SUPPORTED_VERSION), 1, 2, -1, NULL, NULL};
static const struct list_shape psk_modes = {
	TLS_F(PSK_MODES_LENGTH), 0, TLS_F(PSK_MODE), 1, 1, -1, NULL, NULL};
static const struct list_shape compress = {
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
static void choose_alpn(struct hello *h, struct cursor c, uint32_t len)
{
	struct cursor id = cursor_take(&c, len);
	uint8_t chosen = 0;

	for (uint8_t i = 0; i < ALPN_NAMES && cursor_held(&id) == len; i++)
		if (strlen(alpn_names[i].id) == len &&
		    !memcmp(alpn_names[i].id, id.base + id.at, len))
			chosen = (uint8_t)(i + 1);
	h->choice->alpn = chosen;
}

static void say_alpn(struct dissect *d, struct cursor *c, struct hello *h)
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

static void say_key_share(struct dissect *d, struct cursor *c, const struct hello *h)
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

static void say_pre_shared_key(struct dissect *d, struct cursor *c, const struct hello *h)
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

static void say_versions(struct dissect *d, struct cursor *c, struct hello *h)
{
	if (h->server)
		say_uint(d, c, TLS_F(SUPPORTED_VERSION), 2);
	else
		say_list(d, c, h, &versions);
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

static void say_extension_body(struct dissect *d, struct cursor *c, uint16_t type, struct hello *h)
{
	uint32_t len;

	switch (type) {
	case EXT_SERVER_NAME:
		say_server_name(d, c);
		break;
	case EXT_MAX_FRAGMENT_LENGTH:
		say_number(d, c, TLS_F(FRAGMENT_LENGTH), 1);
		break;
	case EXT_STATUS_REQUEST:
		say_status_request(d, c);
		break;
	case EXT_SUPPORTED_GROUPS:
		say_list(d, c, h, &groups);
		break;
	case EXT_POINT_FORMATS:
		say_list(d, c, h, &points);
		break;
	case EXT_SIGNATURE_ALGORITHMS:
	case EXT_SIGNATURE_ALGORITHMS_CERT:
		say_list(d, c, h, &signatures);
		break;
	case EXT_HEARTBEAT:
		say_number(d, c, TLS_F(HEARTBEAT_MODE), 1);
		break;
	case EXT_ALPN:
		say_alpn(d, c, h);
		break;
	case EXT_PADDING:
		say_bytes(d, c, TLS_F(PADDING), cursor_left(c));
		break;
	case EXT_ENCRYPT_THEN_MAC:
	case EXT_EXTENDED_MASTER_SECRET:
	case EXT_POST_HANDSHAKE_AUTH:
		break;
	case EXT_COMPRESS_CERTIFICATE:
		say_list(d, c, h, &compress);
		break;
	case EXT_RECORD_SIZE_LIMIT:
		say_number(d, c, TLS_F(RECORD_SIZE_LIMIT), 2);
		break;
	case EXT_PRE_SHARED_KEY:
		say_pre_shared_key(d, c, h);
		break;
	case EXT_SUPPORTED_VERSIONS:
		say_versions(d, c, h);
		break;
	case EXT_COOKIE:
		len = (uint32_t)say_uint(d, c, TLS_F(COOKIE_LENGTH), 2);
		say_bytes(d, c, TLS_F(COOKIE), len);
		break;
	case EXT_PSK_MODES:
		say_list(d, c, h, &psk_modes);
		break;
	case EXT_KEY_SHARE:
		say_key_share(d, c, h);
		break;
	case EXT_RENEGOTIATION_INFO:
		say_renegotiation(d, c);
		break;
	case EXT_SESSION_TICKET:
		say_extension_data(d, c, true);
		break;
	default:
		say_extension_data(d, c, false);
		break;
	}
}

static void say_extension(struct dissect *d, struct cursor *c, struct hello *h)
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
		note(h, LIST_EXTENSIONS, type);
	body = cursor_take(c, len);
	say_extension_body(d, &body, type, h);
	tree_close(d->tree, before);
	if (cursor_ok(c) && !cursor_ok(&body))
		c->status = body.status;
}

/* RFC 8446 s. 4.1.3: SHA-256 of "HelloRetryRequest" */
static const uint8_t retry_random[RANDOM_LEN] = {
	0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c,
	0x02, 0x1e, 0x65, 0xb8, 0x91, 0xc2, 0xa2, 0x11, 0x16, 0x7a, 0xbb,
	0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c,
};

bool tls_is_retry(struct cursor c)
{
	return cursor_held(&c) >= RANDOM_LEN && !memcmp(c.base + c.at, retry_random, RANDOM_LEN);
}

/* Before TLS 1.3 it began with a time. */
static void say_random(struct dissect *d, struct cursor *c, uint16_t version)
{
	struct cursor parts = *c;
	uint32_t before, at, seconds;

	say_bytes(d, c, TLS_F(RANDOM), RANDOM_LEN);
	if (cursor_ok(c) && tls_is_retry(parts))
		item_append(d->tree, d->item, " (HelloRetryRequest magic)");
	if (!cursor_ok(c) || version == TLS_1_3)
		return;
	before = say_open(d);
	at = parts.at;
	seconds = cursor_be32(&parts);
	tree_int(d->tree, TLS_F(RANDOM_TIME), at, 4, (int64_t)seconds * NS_A_SECOND);
	say_bytes(d, &parts, TLS_F(RANDOM_BYTES), RANDOM_LEN - 4);
	say_close(d, before);
}

/* Known to those who watch networks: https://github.com/salesforce/ja3 */
static void say_fingerprint(struct dissect *d, const struct hello *h)
{
	char full[FULL_MAX];
	char digest[MD5_TEXT_SIZE];
	int len;

	if (!d->tree)
		return;
	if (h->server)
		len = snprintf(full, sizeof(full), "%u,%s,%s", h->version, h->lists[LIST_SUITES],
			       h->lists[LIST_EXTENSIONS]);
	else
		len = snprintf(full, sizeof(full), "%u,%s,%s,%s,%s", h->version,
			       h->lists[LIST_SUITES], h->lists[LIST_EXTENSIONS],
			       h->lists[LIST_GROUPS], h->lists[LIST_POINTS]);
	md5_text(full, (size_t)len, digest);
	item_flag(tree_string(d->tree, h->server ? TLS_F(JA3S_FULL) : TLS_F(JA3_FULL), 0, 0, full),
		  ITEM_GENERATED);
	item_flag(tree_string(d->tree, h->server ? TLS_F(JA3S) : TLS_F(JA3), 0, 0, digest),
		  ITEM_GENERATED);
}

/*
 * The version that a ServerHello chose, without saying anything: what stands before the extension
 * that tells it depends on it. c stands behind the hello's own version.
 */
static uint16_t chosen_version(struct dissect *d, struct cursor c, uint16_t version)
{
	cursor_skip(&c, RANDOM_LEN);
	cursor_skip(&c, cursor_u8(&c));
	cursor_skip(&c, 2 + 1 + 2); /* cipher suite, compression, length of extensions */
	while (cursor_left(&c) && dissect_step(d)) {
		uint16_t type = cursor_be16(&c);
		struct cursor body = cursor_take(&c, cursor_be16(&c));

		if (type == EXT_SUPPORTED_VERSIONS && cursor_left(&body) == 2)
			return cursor_be16(&body);
	}
	return version;
}

void tls_hello(struct dissect *d, struct cursor *c, bool server, struct tls_choice *choice)
{
	struct hello h = {.server = server, .choice = choice};
	uint32_t len;

	h.version = (uint16_t)say_uint(d, c, TLS_F(VERSION), 2);
	if (server)
		*choice = (struct tls_choice) {.version = chosen_version(d, *c, h.version)};
	say_random(d, c, choice->version);
	len = (uint32_t)say_uint(d, c, TLS_F(SESSION_ID_LENGTH), 1);
	if (len)
		say_bytes(d, c, TLS_F(SESSION_ID), len);
	if (server) {
		note(&h, LIST_SUITES, say_uint(d, c, TLS_F(SUITE), 2));
		say_uint(d, c, TLS_F(COMPRESSION), 1);
	} else {
		say_list(d, c, &h, &suites);
		say_list(d, c, &h, &compressions);
	}
	if (cursor_left(c))
		say_uint(d, c, TLS_F(EXTENSIONS_LENGTH), 2);
	while (cursor_left(c) && dissect_step(d))
		say_extension(d, c, &h);
	if (cursor_ok(c))
		say_fingerprint(d, &h);
}
