// SPDX-License-Identifier: Apache-2.0
// Transport Layer Security: records, alerts and handshake messages. See the header.
#include "proto/tls.h"

#include <assert.h>
#include <stdio.h>

#include "proto/dissect.h"

/* RFC 8446 s. 5.1 */
#define CONTENT_CHANGE_CIPHER_SPEC 20
#define CONTENT_ALERT              21
#define CONTENT_HANDSHAKE          22
#define CONTENT_APPLICATION_DATA   23
#define CONTENT_HEARTBEAT          24 /* RFC 6520 */
#define RECORD_HEADER_LEN          5
#define TLS_MAJOR                  3 /* RFC 8446 s. 5.1: of every version since SSL 3.0 */
#define RECORD_LEN_MAX             (16384 + 2048) /* RFC 5246 s. 6.2.3 */

#define NEW_SESSION_TICKET  4
#define CERTIFICATE         11
#define SERVER_KEY_EXCHANGE 12
#define CLIENT_KEY_EXCHANGE 16
#define NAMED_CURVE         3 /* RFC 8422 s. 5.4 */
#define HANDSHAKE_HEADER    4

/* What is remembered of a connection. */
struct tls_talk {
	struct tls_choice choice;
	bool changed[2]; /* sides behind whose change of cipher all is encrypted */
};

static_assert(sizeof(struct tls_talk) <= MEMO_LEN, "it can be remembered");

struct tls_state {
	struct tls_talk own;   /* where nothing is remembered */
	struct tls_talk *talk; /* that, or what is remembered */
	uint64_t *kept;        /* its choice for a second pass; or NULL */
	unsigned side;         /* whose messages these are */
	uint16_t version;      /* that is shown */
};

static const struct {
	uint16_t port;
	const char *name;
} carried[] = {
	{21, "File Transfer Protocol (FTP)"},
	{25, "Simple Mail Transfer Protocol"},
	{110, "Post Office Protocol"},
	{143, "Internet Message Access Protocol"},
	{443, "Hypertext Transfer Protocol"},
	{465, "Simple Mail Transfer Protocol"},
	{587, "Simple Mail Transfer Protocol"},
	{636, "Lightweight Directory Access Protocol"},
	{853, "Domain Name System"},
	{993, "Internet Message Access Protocol"},
	{995, "Post Office Protocol"},
	{5061, "Session Initiation Protocol"},
};

static const char *carried_name(const struct dissect *d, const struct tls_state *state)
{
	const char *chosen = tls_alpn_name(state->talk->choice.alpn);

	if (chosen)
		return chosen;
	for (size_t i = 0; i < sizeof(carried) / sizeof(carried[0]); i++)
		if (d->kept.source_port == carried[i].port ||
		    d->kept.destination_port == carried[i].port)
			return carried[i].name;
	return NULL;
}

static const char *column_name(uint16_t version)
{
	switch (version) {
	case 0x0300:
		return "SSLv3";
	case TLS_1_0:
		return "TLSv1";
	case 0x0302:
		return "TLSv1.1";
	case TLS_1_2:
		return "TLSv1.2";
	case TLS_1_3:
		return "TLSv1.3";
	default:
		return "TLS";
	}
}

static bool is_encrypted(const struct tls_state *state)
{
	return state->talk->changed[state->side];
}

/* The server has chosen. */
static void note_choice(struct tls_state *state)
{
	const struct tls_choice *choice = &state->talk->choice;

	if (!choice->version)
		return;
	state->version = choice->version;
	if (state->kept)
		*state->kept = (uint64_t)choice->alpn << 16 | choice->version;
}

/* Behind it all is encrypted; with TLS 1.3 it means nothing (RFC 8446 s. D.4). */
static void note_change(struct tls_state *state)
{
	if (state->version != TLS_1_3)
		state->talk->changed[state->side] = true;
}

static void add_info(struct dissect *d, const char *text)
{
	if (d->info)
		info_add(d, d->info->len ? ", %s" : "%s", text);
}

static void say_certificates(struct dissect *d, struct cursor *c)
{
	uint32_t len = (uint32_t)say_uint(d, c, TLS_F(CERTIFICATES_LENGTH), 3);
	struct cursor list = cursor_take(c, len);
	uint32_t before;

	if (!cursor_ok(&list) || !len)
		return;
	d->item = tree_uint(d->tree, TLS_F(CERTIFICATES), list.at, cursor_held(&list), 0);
	item_text(d->tree, d->item, "Certificates (%u bytes)", len);
	before = say_open(d);
	while (cursor_left(&list) && dissect_step(d)) {
		len = (uint32_t)say_uint(d, &list, TLS_F(CERTIFICATE_LENGTH), 3);
		say_bytes(d, &list, TLS_F(CERTIFICATE), len);
	}
	say_close(d, before);
	if (cursor_ok(c))
		c->status = list.status;
}

static void say_server_key(struct dissect *d, struct cursor *c)
{
	struct item *item;
	uint32_t before, len;
	struct cursor look = *c;

	if (cursor_u8(&look) != NAMED_CURVE || !cursor_ok(&look))
		return; /* which parameters follow, only the cipher chosen elsewhere tells */
	item = say_line(d, c->at, cursor_held(c), "EC Diffie-Hellman Server Params");
	before = tree_open(d->tree, item);
	say_uint(d, c, TLS_F(CURVE_TYPE), 1);
	say_uint(d, c, TLS_F(NAMED_CURVE), 2);
	len = (uint32_t)say_uint(d, c, TLS_F(SERVER_POINT_LENGTH), 1);
	say_bytes(d, c, TLS_F(SERVER_POINT), len);
	tls_say_signature(d, c);
	len = (uint32_t)say_uint(d, c, TLS_F(SIG_LENGTH), 2);
	say_bytes(d, c, TLS_F(SIG), len);
	tree_close(d->tree, before);
}

/* Which key follows, only the cipher tells; a length of one byte or of two that fits shows it. */
static void say_client_key(struct dissect *d, struct cursor *c)
{
	struct cursor look = *c;
	uint32_t left = cursor_left(c);
	uint32_t one = cursor_u8(&look);
	uint32_t two = one << 8 | cursor_u8(&look);
	bool curve = one + 1 == left;
	uint32_t before;

	if (!cursor_ok(&look) || (!curve && two + 2 != left))
		return;
	before = tree_open(d->tree, say_line(d, c->at, cursor_held(c), "%s",
					     curve ? "EC Diffie-Hellman Client Params"
						   : "RSA Encrypted PreMaster Secret"));
	say_uint(d, c, curve ? TLS_F(CLIENT_POINT_LENGTH) : TLS_F(EPMS_LENGTH), curve ? 1 : 2);
	say_bytes(d, c, curve ? TLS_F(CLIENT_POINT) : TLS_F(EPMS), curve ? one : two);
	tree_close(d->tree, before);
}

static void say_ticket(struct dissect *d, struct cursor *c)
{
	struct item *item = say_line(d, c->at, cursor_held(c), "TLS Session Ticket");
	uint32_t before = tree_open(d->tree, item);
	uint32_t seconds = (uint32_t)say_uint(d, c, TLS_F(TICKET_LIFETIME), 4);
	uint32_t len;

	item_append(d->tree, d->item, " seconds");
	if (seconds && seconds % 3600 == 0)
		item_append(d->tree, d->item, " (%u hour%s)", seconds / 3600,
			    seconds == 3600 ? "" : "s");
	len = (uint32_t)say_uint(d, c, TLS_F(TICKET_LENGTH), 2);
	say_bytes(d, c, TLS_F(SESSION_TICKET), len);
	tree_close(d->tree, before);
}

static void say_message_body(struct dissect *d, struct cursor *c, uint8_t type,
			     struct tls_state *state)
{
	switch (type) {
	case TLS_CLIENT_HELLO:
		tls_hello(d, c, false, &state->talk->choice);
		break;
	case TLS_SERVER_HELLO:
		tls_hello(d, c, true, &state->talk->choice);
		note_choice(state);
		break;
	case NEW_SESSION_TICKET:
		say_ticket(d, c);
		break;
	case CERTIFICATE:
		say_certificates(d, c);
		break;
	case SERVER_KEY_EXCHANGE:
		say_server_key(d, c);
		break;
	case CLIENT_KEY_EXCHANGE:
		say_client_key(d, c);
		break;
	default:
		break;
	}
}

/* A ServerHello that chooses nothing yet goes by a name of its own; c stands behind its header. */
static const char *message_name(uint8_t type, struct cursor c)
{
	cursor_skip(&c, 2); /* version */
	if (type == TLS_SERVER_HELLO && tls_is_retry(c))
		return "Hello Retry Request";
	return value_name(tls_handshake_names, type);
}

/* One message; returns its name. */
static const char *say_message(struct dissect *d, struct cursor *c, struct tls_state *state)
{
	struct cursor look = *c;
	uint8_t type = cursor_u8(&look);
	uint32_t len = (uint32_t)cursor_u8(&look) << 16;
	const char *name;
	struct cursor body;
	uint32_t before;

	len += cursor_be16(&look);
	name = message_name(type, look);
	d->item = tree_uint(d->tree, TLS_F(HANDSHAKE), c->at, 0, 0);
	item_text(d->tree, d->item, "Handshake Protocol: %s", name);
	if (d->item) {
		uint32_t held = cursor_held(c);

		tree_set_len(d->tree, tree_index(d->tree, d->item),
			     len + HANDSHAKE_HEADER < held ? len + HANDSHAKE_HEADER : held);
	}
	before = say_open(d);
	say_uint(d, c, TLS_F(HANDSHAKE_TYPE), 1);
	say_uint(d, c, TLS_F(HANDSHAKE_LENGTH), 3);
	body = cursor_take(c, len);
	say_message_body(d, &body, type, state);
	say_close(d, before);
	if (cursor_ok(c) && !cursor_ok(&body))
		c->status = body.status;
	return name;
}

/* What has the form of a message; an encrypted one hardly ever does. */
static bool is_message(const struct cursor *c, uint32_t record_len)
{
	struct cursor look = *c;
	uint8_t type = cursor_u8(&look);
	uint32_t len = (uint32_t)cursor_u8(&look) << 16;

	len += cursor_be16(&look);
	return cursor_ok(&look) && value_name(tls_handshake_names, type) &&
	       len + HANDSHAKE_HEADER <= record_len;
}

static void say_encrypted_message(struct dissect *d, struct cursor *c, struct item *record,
				  const char *version)
{
	static const char name[] = "Encrypted Handshake Message";

	if (record)
		item_text(d->tree, record, "%s Record Layer: Handshake Protocol: %s", version,
			  name);
	add_info(d, name);
	d->item = tree_uint(d->tree, TLS_F(HANDSHAKE), c->at, cursor_held(c), 0);
	item_text(d->tree, d->item, "Handshake Protocol: %s", name);
	cursor_skip(c, cursor_left(c));
}

static void say_handshake(struct dissect *d, struct cursor *c, uint32_t record,
			  struct tls_state *state)
{
	uint32_t record_len = cursor_left(c);
	const char *name = NULL;
	unsigned count = 0;

	if (is_encrypted(state) || !is_message(c, record_len)) {
		say_encrypted_message(d, c,
				      record == TREE_NO_PARENT ? NULL : &d->tree->items[record],
				      column_name(state->version));
		return;
	}
	while (cursor_left(c) && is_message(c, cursor_left(c)) && dissect_step(d)) {
		name = say_message(d, c, state);
		add_info(d, name);
		count++;
	}
	if (record != TREE_NO_PARENT)
		item_text(d->tree, &d->tree->items[record],
			  "%s Record Layer: Handshake Protocol: %s", column_name(state->version),
			  count > 1 ? "Multiple Handshake Messages"
			  : name    ? name
				    : "");
}

static void say_alert(struct dissect *d, struct cursor *c, uint32_t record,
		      const struct tls_state *state)
{
	struct cursor look = *c;
	const char *level = value_name(tls_alert_level_names, cursor_u8(&look));
	const char *what = value_name(tls_alert_names, cursor_u8(&look));
	char text[128] = "Encrypted Alert";
	bool plain = cursor_left(c) == 2 && level && what && !is_encrypted(state);
	uint32_t before;

	if (plain)
		snprintf(text, sizeof(text), "Alert (Level: %s, Description: %s)", level, what);
	add_info(d, text);
	if (record != TREE_NO_PARENT)
		item_text(d->tree, &d->tree->items[record], "%s Record Layer: %s",
			  column_name(state->version), text);
	d->item = tree_uint(d->tree, TLS_F(ALERT), c->at, cursor_held(c), 0);
	item_text(d->tree, d->item, plain ? "Alert Message" : "Alert Message: Encrypted Alert");
	before = say_open(d);
	if (plain) {
		say_uint(d, c, TLS_F(ALERT_LEVEL), 1);
		say_uint(d, c, TLS_F(ALERT_DESC), 1);
	}
	say_close(d, before);
}

static void say_app_data(struct dissect *d, struct cursor *c, uint32_t record,
			 const struct tls_state *state)
{
	const char *name = carried_name(d, state);

	if (record != TREE_NO_PARENT)
		item_text(d->tree, &d->tree->items[record],
			  "%s Record Layer: Application Data Protocol: %s",
			  column_name(state->version), name ? name : "Application Data");
	add_info(d, "Application Data");
	say_bytes(d, c, TLS_F(APP_DATA), cursor_held(c));
	if (name)
		item_flag(tree_string(d->tree, TLS_F(APP_DATA_PROTO), 0, 0, name), ITEM_GENERATED);
}

static void say_content(struct dissect *d, struct cursor *c, uint8_t type, uint32_t record,
			struct tls_state *state)
{
	struct item *item = record == TREE_NO_PARENT ? NULL : &d->tree->items[record];
	const char *version = column_name(state->version);

	switch (type) {
	case CONTENT_CHANGE_CIPHER_SPEC:
		item_text(d->tree, item,
			  "%s Record Layer: Change Cipher Spec Protocol: Change Cipher Spec",
			  version);
		tree_uint(d->tree, TLS_F(CHANGE_CIPHER_SPEC), c->at, cursor_held(c), 0);
		add_info(d, "Change Cipher Spec");
		note_change(state);
		break;
	case CONTENT_ALERT:
		say_alert(d, c, record, state);
		break;
	case CONTENT_HANDSHAKE:
		say_handshake(d, c, record, state);
		break;
	case CONTENT_APPLICATION_DATA:
		say_app_data(d, c, record, state);
		break;
	default:
		item_text(d->tree, item, "%s Record Layer: Encrypted Heartbeat", version);
		tree_uint(d->tree, TLS_F(HEARTBEAT), c->at, cursor_held(c), 0);
		add_info(d, "Encrypted Heartbeat");
		break;
	}
}

static bool looks_like_record(const struct cursor *c)
{
	struct cursor look = *c;
	uint8_t type = cursor_u8(&look);
	uint16_t version = cursor_be16(&look);
	uint16_t len = cursor_be16(&look);

	return cursor_ok(&look) && type >= CONTENT_CHANGE_CIPHER_SPEC &&
	       type <= CONTENT_HEARTBEAT && version >= 0x0300 && version <= TLS_1_3 &&
	       len <= RECORD_LEN_MAX && len;
}

/* A record; one that goes on in a later segment is read as far as it is here. */
static void say_record(struct dissect *d, struct cursor *c, struct tls_state *state)
{
	struct cursor look = *c;
	uint8_t type = cursor_u8(&look);
	uint16_t version = cursor_be16(&look);
	uint32_t len = cursor_be16(&look);
	uint32_t there = cursor_left(&look);
	bool opaque = type == CONTENT_APPLICATION_DATA && state->version == TLS_1_3;
	bool whole = len <= there;
	bool cut;
	struct cursor part;
	uint32_t before, record;

	if (!state->talk->choice.version)
		state->version = version;
	d->protocol = d->depth ? d->protocol : column_name(state->version);
	d->item = tree_uint(d->tree, TLS_F(RECORD), c->at, RECORD_HEADER_LEN, 0);
	record = tree_index(d->tree, d->item);
	before = say_open(d);
	say_uint(d, c, opaque ? TLS_F(OPAQUE_TYPE) : TLS_F(CONTENT_TYPE), 1);
	say_uint(d, c, TLS_F(RECORD_VERSION), 2);
	say_uint(d, c, TLS_F(RECORD_LENGTH), 2);
	part = cursor_take(c, whole ? len : there);
	cut = cursor_held(&part) < cursor_left(&part);
	if (record != TREE_NO_PARENT)
		tree_set_len(d->tree, record, RECORD_HEADER_LEN + cursor_held(&part));
	say_content(d, &part, type, record, state);
	say_close(d, before);
	if (!d->depth)
		d->protocol = column_name(state->version);
	if (whole && cursor_ok(c) && !cursor_ok(&part))
		c->status = part.status;
	if (cut && cursor_ok(c))
		c->status = CURSOR_TRUNCATED;
}

/* So few bytes that it cannot be told, but it may become a record. */
static bool begins_like_record(const struct cursor *c)
{
	struct cursor look = *c;
	uint32_t left = cursor_left(c);
	uint8_t type = cursor_u8(&look);

	return left && left < RECORD_HEADER_LEN && type >= CONTENT_CHANGE_CIPHER_SPEC &&
	       type <= CONTENT_HEARTBEAT && (left == 1 || cursor_u8(&look) == TLS_MAJOR);
}

/* True when the record at c goes on in segments to come and is kept until then. */
static bool wait_for_rest(struct dissect *d, const struct cursor *c)
{
	struct cursor look = *c;
	uint32_t len;

	if (begins_like_record(c))
		return dissect_want_more(d, c, DISSECT_ONE_SEGMENT);
	if (!looks_like_record(c))
		return false;
	cursor_skip(&look, RECORD_HEADER_LEN - 2);
	len = cursor_be16(&look);
	return len > cursor_left(&look) && dissect_want_more(d, c, len - cursor_left(&look));
}

/* What is known of the connection before this segment. */
static void recall(const struct dissect *d, struct tls_state *state)
{
	struct memo_view memo = dissect_memo(d);

	*state = (struct tls_state) {.talk = memo.now, .kept = memo.kept, .side = dissect_side(d)};
	if (!memo.now)
		state->talk = &state->own;
	if (memo.second && *memo.kept)
		state->talk->choice = (struct tls_choice) {.version = (uint16_t)*memo.kept,
							   .alpn = (uint8_t)(*memo.kept >> 16)};
	state->version = state->talk->choice.version;
}

static void dissect_tls(struct dissect *d, struct cursor *c)
{
	struct tls_state state;

	recall(d, &state);
	if (!d->met[PROTOCOL_TLS]) /* else the segment's first bytes ended a record */
		info_clear(d);
	while (cursor_left(c) && dissect_step(d)) {
		if (wait_for_rest(d, c))
			return;
		if (!looks_like_record(c))
			break;
		say_record(d, c, &state);
	}
	if (cursor_held(c) < cursor_left(c))
		c->status = CURSOR_TRUNCATED;
	else if (cursor_left(c))
		cursor_skip(c, cursor_left(c));
}

static bool accept_tls(const struct dissect *d, const struct cursor *c, bool by_port)
{
	(void)d;
	return looks_like_record(c) || (by_port && begins_like_record(c));
}

const struct dissector tls_dissector = {tls_fields, TLS_FIELDS, dissect_tls, accept_tls};
