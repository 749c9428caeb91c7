// SPDX-License-Identifier: Apache-2.0
// Hellos of TLS (RFC 8446 s. 4.1) and their fingerprints JA3 and JA3S.
#include "proto/tls_hello.h"

#include <stdio.h>
#include <string.h>

#include "base/md5.h"
#include "proto/dissect.h"
#include "proto/tls.h"

#define RANDOM_LEN  32
#define FULL_MAX    (TLS_NOTED * TLS_NOTED_MAX + 16)
#define NS_A_SECOND 1000000000

/* RFC 8701 */
static bool is_grease(uint64_t number)
{
	return (number & 0x0f0f) == 0x0a0a && (number >> 8 & 0xff) == (number & 0xff);
}

void tls_note(struct tls_hello *h, enum tls_noted list, uint64_t number)
{
	size_t *len = &h->lens[list];

	if (is_grease(number) || TLS_NOTED_MAX - *len < 8)
		return;
	*len += (size_t)snprintf(h->lists[list] + *len, TLS_NOTED_MAX - *len, "%s%u",
				 *len ? "-" : "", (unsigned)number);
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

void tls_say_list(struct dissect *d, struct cursor *c, struct tls_hello *h,
		  const struct tls_list *shape)
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
			tls_note(h, (enum tls_noted)shape->list, number);
	}
	if (d->tree)
		tree_close(d->tree, before);
	if (cursor_ok(c))
		c->status = part.status;
}

static const struct tls_list suites = {TLS_F(SUITES_LENGTH), TLS_F(SUITES),   TLS_F(SUITE), 2, 2,
				       TLS_NOTED_SUITES,     "Cipher Suites", "suite"};
static const struct tls_list compressions = {TLS_F(COMPRESSIONS_LENGTH),
					     TLS_F(COMPRESSIONS),
					     TLS_F(COMPRESSION),
					     1,
					     1,
					     -1,
					     "Compression Methods",
					     "method"};
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
static void say_fingerprint(struct dissect *d, const struct tls_hello *h)
{
	char full[FULL_MAX];
	char digest[MD5_TEXT_SIZE];
	int len;

	if (!d->tree)
		return;
	if (h->server)
		len = snprintf(full, sizeof(full), "%u,%s,%s", h->version,
			       h->lists[TLS_NOTED_SUITES], h->lists[TLS_NOTED_EXTENSIONS]);
	else
		len = snprintf(full, sizeof(full), "%u,%s,%s,%s,%s", h->version,
			       h->lists[TLS_NOTED_SUITES], h->lists[TLS_NOTED_EXTENSIONS],
			       h->lists[TLS_NOTED_GROUPS], h->lists[TLS_NOTED_POINTS]);
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

		if (type == TLS_EXT_SUPPORTED_VERSIONS && cursor_left(&body) == 2)
			return cursor_be16(&body);
	}
	return version;
}

void tls_hello(struct dissect *d, struct cursor *c, bool server, struct tls_choice *choice)
{
	struct tls_hello h = {.server = server, .choice = choice};
	uint32_t len;

	h.version = (uint16_t)say_uint(d, c, TLS_F(VERSION), 2);
	if (server)
		*choice = (struct tls_choice) {.version = chosen_version(d, *c, h.version)};
	say_random(d, c, choice->version);
	len = (uint32_t)say_uint(d, c, TLS_F(SESSION_ID_LENGTH), 1);
	if (len)
		say_bytes(d, c, TLS_F(SESSION_ID), len);
	if (server) {
		tls_note(&h, TLS_NOTED_SUITES, say_uint(d, c, TLS_F(SUITE), 2));
		say_uint(d, c, TLS_F(COMPRESSION), 1);
	} else {
		tls_say_list(d, c, &h, &suites);
		tls_say_list(d, c, &h, &compressions);
	}
	if (cursor_left(c))
		say_uint(d, c, TLS_F(EXTENSIONS_LENGTH), 2);
	while (cursor_left(c) && dissect_step(d))
		tls_say_extension(d, c, &h);
	if (cursor_ok(c))
		say_fingerprint(d, &h);
}
