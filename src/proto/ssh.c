// SPDX-License-Identifier: Apache-2.0
// The Secure Shell (RFC 4253): banner and key exchange before encryption begins.
//
// Theory of operation. What is encrypted is told by New Keys, from each side on its own; where that
// is not in the capture, by its form. The version is that of the last banner.
#include "proto/ssh.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/md5.h"
#include "proto/lines.h"

#define SSH_PORT        22
#define GERRIT_PORT     29418
#define PACKET_LEN_MAX  35000 /* RFC 4253 s. 6.1 */
#define PADDING_LEN_MIN 4     /* RFC 4253 s. 6 */
#define COOKIE_LEN      16    /* RFC 4253 s. 7.1 */
#define KEX_LISTS       10
#define HASSH_MAX       4096

/* RFC 4253 s. 12, RFC 5656 s. 7.1 */
#define MSG_KEXINIT        20
#define MSG_NEWKEYS        21
#define MSG_KEX_ECDH_INIT  30
#define MSG_KEX_ECDH_REPLY 31
#define MSG_TRANSPORT_MAX  49

enum ssh_field {
	SSH_PROTOCOL,
	SSH_BANNER,
	SSH_DIRECTION,
	SSH_PACKET_LENGTH,
	SSH_LENGTH_ENCRYPTED,
	SSH_ENCRYPTED,
	SSH_PADDING_LENGTH,
	SSH_PADDING,
	SSH_CODE,
	SSH_COOKIE,
	SSH_FIRST_FOLLOWS,
	SSH_RESERVED,
	SSH_HASSH_ALGORITHMS,
	SSH_HASSH,
	SSH_HASSHSERVER_ALGORITHMS,
	SSH_HASSHSERVER,
	SSH_QC_LENGTH,
	SSH_QC,
	SSH_QS_LENGTH,
	SSH_QS,
	SSH_DH_E,
	SSH_MPINT_LENGTH,
	SSH_KEY_LENGTH,
	SSH_KEY_TYPE_LENGTH,
	SSH_KEY_TYPE,
	SSH_SIG_LENGTH,
	SSH_SIG_TYPE_LENGTH,
	SSH_SIG_TYPE,
	SSH_SIG_DATA,
	SSH_SEQ_NUM,
	SSH_LISTS, /* each list of names: its length, then it */
	SSH_FIELDS = SSH_LISTS + 2 * KEX_LISTS
};

/* RFC 4250 s. 4.1, RFC 4419 s. 5 */
static const struct value_name code_names[] = {
	VALUE(0, "No Message"),
	VALUE(1, "Disconnect"),
	VALUE(2, "Public Key"),
	VALUE(3, "Session Key"),
	VALUE(4, "User"),
	VALUE(5, "Service Request"),
	VALUE(6, "Service Accept"),
	VALUE(20, "Key Exchange Init"),
	VALUE(21, "New Keys"),
	VALUE(50, "User Authentication Request"),
	VALUE(51, "User Authentication Failure"),
	VALUE(52, "User Authentication Success"),
	VALUE(53, "User Authentication Banner"),
	VALUE(80, "Global Request"),
	VALUE(81, "Request Success"),
	VALUE(82, "Request Failure"),
	VALUE(90, "Channel Open"),
	VALUE(91, "Channel Open Confirmation"),
	VALUE(92, "Channel Open Failure"),
	VALUE(93, "Window Adjust"),
	VALUE(94, "Channel Data"),
	VALUE(95, "Channel Extended Data"),
	VALUE(96, "Channel EOF"),
	VALUE(97, "Channel Close"),
	VALUE(98, "Channel Request"),
	VALUE(99, "Channel Success"),
	VALUE(100, "Channel Failure"),
	VALUE(60, "Public Key algorithm accepted"),
	VALUE(30, "Diffie-Hellman Key Exchange Init"),
	VALUE(31, "Diffie-Hellman Key Exchange Reply"),
	VALUE(32, "Diffie-Hellman Group Exchange Init"),
	VALUE(33, "Diffie-Hellman Group Exchange Reply"),
	VALUE(34, "Diffie-Hellman Group Exchange Request"),
	VALUE_END,
};

#define LIST(i, name)                                                                              \
	[SSH_LISTS + 2 * (i)] = {"ssh." name "_length", name " length", FIELD_UINT, BASE_DEC, 4},  \
			 [SSH_LISTS + 2 * (i) + 1] = {"ssh." name, name " string", FIELD_STRING}

static const struct field fields[] = {
	[SSH_PROTOCOL] = {"ssh", "SSH Protocol", FIELD_PROTOCOL},
	[SSH_BANNER] = {"ssh.protocol", "Protocol", FIELD_STRING},
	[SSH_DIRECTION] = {"ssh.direction", "Direction", FIELD_BOOL, .yes = "server-to-client",
			   .no = "client-to-server"},
	[SSH_PACKET_LENGTH] = {"ssh.packet_length", "Packet Length", FIELD_UINT, BASE_DEC, 4},
	[SSH_LENGTH_ENCRYPTED] = {"ssh.packet_length_encrypted", "Packet Length (encrypted)",
				  FIELD_BYTES},
	[SSH_ENCRYPTED] = {"ssh.encrypted_packet", "Encrypted Packet", FIELD_BYTES},
	[SSH_PADDING_LENGTH] = {"ssh.padding_length", "Padding Length", FIELD_UINT, BASE_DEC, 1},
	[SSH_PADDING] = {"ssh.padding_string", "Padding String", FIELD_BYTES},
	[SSH_CODE] = {"ssh.message_code", "Message Code", FIELD_UINT, BASE_DEC, 1,
		      .names = code_names},
	[SSH_COOKIE] = {"ssh.cookie", "Cookie", FIELD_BYTES},
	[SSH_FIRST_FOLLOWS] = {"ssh.first_kex_packet_follows", "First KEX Packet Follows",
			       FIELD_UINT, BASE_DEC, 1},
	[SSH_RESERVED] = {"ssh.kex.reserved", "Reserved", FIELD_BYTES},
	[SSH_HASSH_ALGORITHMS] = {"ssh.kex.hassh_algorithms", "hasshAlgorithms", FIELD_STRING},
	[SSH_HASSH] = {"ssh.kex.hassh", "hassh", FIELD_STRING},
	[SSH_HASSHSERVER_ALGORITHMS] = {"ssh.kex.hasshserver_algorithms", "hasshServerAlgorithms",
					FIELD_STRING},
	[SSH_HASSHSERVER] = {"ssh.kex.hasshserver", "hasshServer", FIELD_STRING},
	[SSH_QC_LENGTH] = {"ssh.ecdh.q_c_length", "ECDH client's ephemeral public key length",
			   FIELD_UINT, BASE_DEC, 4},
	[SSH_QC] = {"ssh.ecdh.q_c", "ECDH client's ephemeral public key (Q_C)", FIELD_BYTES},
	[SSH_QS_LENGTH] = {"ssh.ecdh.q_s_length", "ECDH server's ephemeral public key length",
			   FIELD_UINT, BASE_DEC, 4},
	[SSH_QS] = {"ssh.ecdh.q_s", "ECDH server's ephemeral public key (Q_S)", FIELD_BYTES},
	[SSH_DH_E] = {"ssh.dh.e", "DH client e", FIELD_BYTES},
	[SSH_MPINT_LENGTH] = {"ssh.mpint_length", "Multi Precision Integer Length", FIELD_UINT,
			      BASE_DEC, 4},
	[SSH_KEY_LENGTH] = {"ssh.host_key.length", "Host key length", FIELD_UINT, BASE_DEC, 4},
	[SSH_KEY_TYPE_LENGTH] = {"ssh.host_key.type_length", "Host key type length", FIELD_UINT,
				 BASE_DEC, 4},
	[SSH_KEY_TYPE] = {"ssh.host_key.type", "Host key type", FIELD_STRING},
	[SSH_SIG_LENGTH] = {"ssh.host_sig.length", "Host signature length", FIELD_UINT, BASE_DEC,
			    4},
	[SSH_SIG_TYPE_LENGTH] = {"ssh.host_sig.type_length", "Host signature type length",
				 FIELD_UINT, BASE_DEC, 4},
	[SSH_SIG_TYPE] = {"ssh.host_sig.type", "Host signature type", FIELD_STRING},
	[SSH_SIG_DATA] = {"ssh.host_sig.data", "Host signature data", FIELD_BYTES},
	[SSH_SEQ_NUM] = {"ssh.seq_num", "Sequence number", FIELD_UINT, BASE_DEC, 4},
	LIST(0, "kex_algorithms"),
	LIST(1, "server_host_key_algorithms"),
	LIST(2, "encryption_algorithms_client_to_server"),
	LIST(3, "encryption_algorithms_server_to_client"),
	LIST(4, "mac_algorithms_client_to_server"),
	LIST(5, "mac_algorithms_server_to_client"),
	LIST(6, "compression_algorithms_client_to_server"),
	LIST(7, "compression_algorithms_server_to_client"),
	LIST(8, "languages_client_to_server"),
	LIST(9, "languages_server_to_client"),
};

static_assert(sizeof(fields) / sizeof(fields[0]) == SSH_FIELDS, "every ssh_field has a row");

#define F(name) FIELD_ID(PROTOCOL_SSH, SSH_##name)

/* What is remembered of a connection, by dissect_side(). */
struct ssh_seen {
	bool banner[2];
	bool keyed[2];    /* New Keys was sent: what follows is encrypted */
	uint32_t next[2]; /* number of the next packet, RFC 4253 s. 6.4 */
};

struct ssh_talk {
	struct ssh_seen own;   /* where nothing is remembered */
	struct ssh_seen *seen; /* that, or what is remembered */
	unsigned side;
	const char *protocol; /* of the column, once a banner told; or NULL */
	uint64_t *kept;       /* that for a second pass */
	unsigned count;       /* messages of this segment in the Info column */
};

static_assert(sizeof(struct ssh_seen) <= MEMO_LEN, "it can be remembered");

static const char *const versions[] = {NULL, "SSHv1", "SSHv2"};

static void recall(const struct dissect *d, struct ssh_talk *talk)
{
	struct memo_view memo = dissect_memo(d);

	*talk = (struct ssh_talk) {.seen = memo.now, .kept = memo.kept, .side = dissect_side(d)};
	if (!memo.now)
		talk->seen = &talk->own;
	else
		talk->protocol = versions[*memo.kept % 3];
}

static bool from_server(const struct dissect *d)
{
	uint16_t to = d->kept.destination_port;

	return to != SSH_PORT && to != GERRIT_PORT;
}

static uint32_t say_length(struct dissect *d, struct cursor *c, uint16_t id)
{
	return (uint32_t)say_uint(d, c, id, 4);
}

/* Known to those who watch networks: https://github.com/salesforce/hassh */
static void say_hassh(struct dissect *d, const struct text lists[static KEX_LISTS])
{
	bool server = from_server(d);
	const uint8_t which[] = {0, server ? 3 : 2, server ? 5 : 4, server ? 7 : 6};
	char full[HASSH_MAX], digest[MD5_TEXT_SIZE];
	size_t len = 0;

	for (unsigned i = 0; i < sizeof(which); i++) {
		const struct text *t = &lists[which[i]];

		if (t->len > sizeof(full) - len - 2)
			return;
		if (i)
			full[len++] = ';';
		memcpy(full + len, t->base + t->at, t->len);
		len += t->len;
	}
	full[len] = '\0';
	md5_text(full, len, digest);
	d->item = tree_string(d->tree, server ? F(HASSHSERVER_ALGORITHMS) : F(HASSH_ALGORITHMS), 0,
			      0, full);
	item_flag(d->item, ITEM_GENERATED);
	d->item = tree_string(d->tree, server ? F(HASSHSERVER) : F(HASSH), 0, 0, digest);
	item_flag(d->item, ITEM_GENERATED);
}

/* RFC 4253 s. 7.1 */
static void say_kexinit(struct dissect *d, struct cursor *c)
{
	struct item *item = say_line(d, c->at, cursor_held(c), "Algorithms");
	uint32_t before = tree_open(d->tree, item);
	struct text lists[KEX_LISTS] = {0};

	say_bytes(d, c, F(COOKIE), COOKIE_LEN);
	for (unsigned i = 0; i < KEX_LISTS; i++) {
		uint16_t id = (uint16_t)(F(LISTS) + 2 * i);
		uint32_t len = say_length(d, c, id);

		lists[i] = text_first(text_held(c), len);
		say_string(d, c, (uint16_t)(id + 1), len);
	}
	say_uint(d, c, F(FIRST_FOLLOWS), 1);
	say_bytes(d, c, F(RESERVED), 4);
	if (cursor_ok(c) && d->tree)
		say_hassh(d, lists);
	tree_close(d->tree, before);
}

/* Lengths of points on Curve25519 and the NIST curves: RFC 8731, RFC 5656. */
static bool is_point(uint32_t len)
{
	return len == 32 || len == 65 || len == 97 || len == 133;
}

static void say_kex_init(struct dissect *d, struct cursor *c)
{
	struct cursor look = *c;
	uint32_t len = cursor_be32(&look);

	if (is_point(len)) {
		say_length(d, c, F(QC_LENGTH));
		say_bytes(d, c, F(QC), len);
	} else if (len <= cursor_left(&look)) {
		say_length(d, c, F(MPINT_LENGTH));
		say_bytes(d, c, F(DH_E), len);
	}
}

/* A type and what it tells about, both behind their lengths. */
static struct cursor say_typed(struct dissect *d, struct cursor *c, const char *title,
			       const uint16_t ids[3])
{
	struct cursor look = *c, part;
	struct text type;
	char shown[LINE_SHOWN_MAX];
	struct item *item;
	uint32_t before, len = cursor_be32(&look), type_len = cursor_be32(&look);

	type = text_first(text_held(&look), type_len);
	item = say_line(d, c->at, cursor_held(c), "%s (type: %s)", title, text_shown(&type, shown));
	before = tree_open(d->tree, item);
	say_length(d, c, ids[0]);
	part = cursor_take(c, len);
	type_len = say_length(d, &part, ids[1]);
	say_string(d, &part, ids[2], type_len);
	if (ids[0] == F(SIG_LENGTH) && cursor_left(&part))
		say_bytes(d, &part, F(SIG_DATA), cursor_left(&part));
	tree_close(d->tree, before);
	return part;
}

static void say_kex_reply(struct dissect *d, struct cursor *c)
{
	static const uint16_t key[] = {F(KEY_LENGTH), F(KEY_TYPE_LENGTH), F(KEY_TYPE)};
	static const uint16_t sig[] = {F(SIG_LENGTH), F(SIG_TYPE_LENGTH), F(SIG_TYPE)};
	struct cursor look = *c;
	uint32_t len;

	cursor_skip(&look, cursor_be32(&look));
	len = cursor_be32(&look);
	if (!cursor_ok(&look) || !is_point(len))
		return; /* which exchange it belongs to, only an earlier packet tells */
	say_typed(d, c, "KEX host key", key);
	say_length(d, c, F(QS_LENGTH));
	say_bytes(d, c, F(QS), len);
	say_typed(d, c, "KEX host signature", sig);
}

static void add_info(struct dissect *d, unsigned *count, const char *name)
{
	info_add(d, "%s%s", (*count)++ ? ", " : "", name);
}

/* Of elliptic curves, by the length of the key in it; codes 30 and 31 have other meanings too. */
static bool is_curve(struct cursor body, uint8_t code)
{
	if (code == MSG_KEX_ECDH_REPLY)
		cursor_skip(&body, cursor_be32(&body));
	return is_point(cursor_be32(&body)) && cursor_ok(&body);
}

static const char *message_name(const struct cursor *payload)
{
	struct cursor body = *payload;
	uint8_t code = cursor_u8(&body);

	if (code == MSG_KEX_ECDH_INIT && is_curve(body, code))
		return "Elliptic Curve Diffie-Hellman Key Exchange Init";
	if (code == MSG_KEX_ECDH_REPLY && is_curve(body, code))
		return "Elliptic Curve Diffie-Hellman Key Exchange Reply";
	return value_name(code_names, code);
}

static void say_message(struct dissect *d, struct cursor *c, struct ssh_talk *talk)
{
	struct cursor look = *c;
	uint8_t code = cursor_u8(&look);
	const char *name = message_name(c);
	uint32_t before;

	add_info(d, &talk->count, name ? name : "Unknown");
	before = tree_open(d->tree, say_line(d, c->at, cursor_held(c), "Key Exchange"));
	say_uint(d, c, F(CODE), 1);
	if (name)
		item_text(d->tree, d->item, "Message Code: %s (%u)", name, code);
	if (code == MSG_KEXINIT)
		say_kexinit(d, c);
	else if (code == MSG_KEX_ECDH_INIT)
		say_kex_init(d, c);
	else if (code == MSG_KEX_ECDH_REPLY)
		say_kex_reply(d, c);
	else if (code == MSG_NEWKEYS)
		talk->seen->keyed[talk->side] = true;
	tree_close(d->tree, before);
}

/*
 * A packet that has not been encrypted: its numbers fit each other and its code is a transport's.
 */
static bool is_plain(const struct cursor *c)
{
	struct cursor look = *c;
	uint32_t len = cursor_be32(&look);
	uint8_t padding = cursor_u8(&look);
	uint8_t code = cursor_u8(&look);

	return cursor_ok(&look) && len <= PACKET_LEN_MAX && padding >= PADDING_LEN_MIN &&
	       len > padding + 1u && code && code <= MSG_TRANSPORT_MAX &&
	       value_name(code_names, code);
}

static void say_packet(struct dissect *d, struct cursor *c, struct ssh_talk *talk)
{
	uint32_t before = tree_open(d->tree, say_line(d, c->at, cursor_held(c), "SSH Version 2"));
	uint32_t len = say_length(d, c, F(PACKET_LENGTH));
	bool whole = len <= cursor_left(c);
	struct cursor packet = cursor_take(c, whole ? len : cursor_left(c));
	uint32_t padding = (uint32_t)say_uint(d, &packet, F(PADDING_LENGTH), 1);
	uint32_t left = cursor_left(&packet);
	struct cursor payload = cursor_take(&packet, left > padding ? left - padding : 0);

	say_message(d, &payload, talk);
	if (whole)
		say_bytes(d, &packet, F(PADDING), padding);
	if (talk->seen->banner[talk->side])
		item_flag(tree_uint(d->tree, F(SEQ_NUM), 0, 0, talk->seen->next[talk->side]++),
			  ITEM_GENERATED);
	if (whole && cursor_ok(c))
		c->status = !cursor_ok(&payload) ? payload.status : packet.status;
	tree_close(d->tree, before);
}

static void say_encrypted(struct dissect *d, struct cursor *c, struct ssh_talk *talk)
{
	uint32_t len = cursor_left(c);
	uint32_t before = tree_open(d->tree, say_line(d, c->at, cursor_held(c), "SSH Version 2"));

	info_add(d, "%sEncrypted packet (len=%u)", talk->count++ ? ", " : "", len);
	if (len >= 4)
		say_bytes(d, c, F(LENGTH_ENCRYPTED), 4);
	if (cursor_left(c))
		say_bytes(d, c, F(ENCRYPTED), cursor_left(c));
	tree_close(d->tree, before);
}

static void say_banner(struct dissect *d, struct cursor *c, struct ssh_talk *talk)
{
	struct text line, whole;
	unsigned version;

	if (!line_read(d, c, &line, &whole))
		return;
	version = text_starts(&line, "SSH-1.") && !text_starts(&line, "SSH-1.99-") ? 1 : 2;
	talk->seen->banner[talk->side] = true;
	talk->protocol = versions[version];
	if (talk->kept)
		*talk->kept = version;
	say_text_at(d, F(BANNER), &whole, &line);
	add_info(d, &talk->count, "Protocol (");
	info_add_text(d, &line);
	info_add(d, ")");
}

/* By its form, as long as nothing says that it must be encrypted. */
static bool is_open(const struct cursor *c, const struct ssh_talk *talk)
{
	return !talk->seen->keyed[talk->side] && is_plain(c);
}

/* True when the banner or packet at c goes on in segments to come and is kept until then. */
static bool wait_for_rest(struct dissect *d, const struct cursor *c, const struct ssh_talk *talk)
{
	struct text held = text_held(c);
	struct cursor look = *c;
	uint32_t len;

	if (text_starts(&held, "SSH-"))
		return line_wait(d, c);
	if (!is_open(c, talk))
		return false;
	len = cursor_be32(&look);
	return len > cursor_left(&look) && dissect_want_more(d, c, len - cursor_left(&look));
}

static void dissect_ssh(struct dissect *d, struct cursor *c)
{
	struct text held = text_held(c);
	struct ssh_talk talk;

	recall(d, &talk);
	info_clear(d);
	if (wait_for_rest(d, c, &talk))
		return;
	if (is_open(c, &talk))
		talk.protocol = versions[2];
	if (d->segment.follows)
		talk.count++; /* who speaks is said, a name is there */
	else
		info_set(d, "%s: ", from_server(d) ? "Server" : "Client");
	if (text_starts(&held, "SSH-"))
		say_banner(d, c, &talk);
	if (!d->depth && talk.protocol)
		d->protocol = talk.protocol;
	while (cursor_left(c) && is_open(c, &talk) && dissect_step(d)) {
		if (wait_for_rest(d, c, &talk))
			return;
		say_packet(d, c, &talk);
	}
	if (cursor_left(c))
		say_encrypted(d, c, &talk);
	if (cursor_ok(c))
		item_flag(tree_uint(d->tree, F(DIRECTION), 0, 0, from_server(d)), ITEM_GENERATED);
}

const struct dissector ssh_dissector = {fields, SSH_FIELDS, dissect_ssh, NULL};
