// SPDX-License-Identifier: Apache-2.0
// Records whose data is more than numbers and names in a row.
#include "proto/dns_special.h"

#include <stdio.h>
#include <string.h>

#include "base/nsec.h"

static uint64_t say(struct dns_parse *p, struct cursor *c, uint16_t field, uint32_t len)
{
	return say_uint(p->d, c, FIELD_ID(PROTOCOL_DNS, field), len);
}

static void line_add(struct dns_parse *p, const char *text)
{
	if (p->line != TREE_NO_PARENT)
		item_append(p->d->tree, &p->d->tree->items[p->line], "%s", text);
}

/* RFC 2782: the owner is _Service._Proto.Name. As Wireshark has it, what is shorter is its first parts. */
void dns_say_srv_owner(struct dns_parse *p, uint32_t at, uint32_t len)
{
	static const uint16_t fields[] = {DNS_SRV_SERVICE, DNS_SRV_PROTO, DNS_SRV_NAME};
	const char *part = p->owner;

	for (unsigned i = 0; i < 3 && part; i++) {
		const char *dot = i < 2 ? strchr(part, '.') : NULL;
		size_t held = dot ? (size_t)(dot - part) : strlen(part);
		char text[DNS_TEXT_MAX];

		memcpy(text, part, held);
		text[held] = '\0';
		tree_string(p->d->tree, FIELD_ID(PROTOCOL_DNS, fields[i]), at, len, text);
		part = dot ? dot + 1 : NULL;
	}
}

void dns_say_srv(struct dns_parse *p, struct cursor *c)
{
	unsigned priority, weight, port;
	char target[DNS_TEXT_MAX], text[64];
	uint32_t at;

	priority = (unsigned)say(p, c, DNS_SRV_PRIORITY, 2);
	weight = (unsigned)say(p, c, DNS_SRV_WEIGHT, 2);
	port = (unsigned)say(p, c, DNS_SRV_PORT, 2);
	at = c->at;
	if (!dns_text(p->reader, c, target))
		return;
	tree_string(p->d->tree, DNS_FIELD(SRV_TARGET), at, c->at - at, target);
	info_add(p->d, " %u %u %u ", priority, weight, port);
	info_add_escaped(p->d, target);
	snprintf(text, sizeof(text), ", priority %u, weight %u, port %u, target ", priority, weight,
		 port);
	line_add(p, text);
	line_add(p, target);
}

/* RFC 4034 appendix B: a sum over the record's data. */
static uint16_t key_tag(struct cursor c, uint32_t *ret_len)
{
	uint32_t sum = 0, i;

	for (i = 0; cursor_left(&c) && cursor_need(&c, 1); i++)
		sum += i & 1 ? cursor_u8(&c) : (uint32_t)cursor_u8(&c) << 8;
	*ret_len = i;
	return (uint16_t)(sum + (sum >> 16));
}

void dns_say_key(struct dns_parse *p, struct cursor *c)
{
	static const uint16_t bits[] = {DNS_FIELD(DNSKEY_ZONE), DNS_FIELD(DNSKEY_REVOKED),
					DNS_FIELD(DNSKEY_SEP), DNS_FIELD(DNSKEY_RESERVED)};
	uint32_t at = c->at, before, len;
	uint16_t tag = key_tag(*c, &len);
	uint64_t flags = say(p, c, DNS_DNSKEY_FLAGS, 2);

	before = say_open(p->d);
	if (cursor_ok(c))
		say_bits(p->d, at, 2, flags, bits, 4);
	say_close(p->d, before);
	say(p, c, DNS_DNSKEY_PROTOCOL, 1);
	say(p, c, DNS_DNSKEY_ALGORITHM, 1);
	if (cursor_ok(c) && cursor_held(c) == cursor_left(c))
		item_flag(tree_uint(p->d->tree, DNS_FIELD(DNSKEY_ID), at, 0, tag), ITEM_GENERATED);
	say_bytes(p->d, c, DNS_FIELD(DNSKEY), cursor_left(c));
}

/* RFC 4648 s. 7: base32 with the extended hex alphabet, without padding. */
static void base32(struct cursor c, char out[static 512])
{
	uint32_t held = 0, bits = 0, len = 0;

	while (cursor_left(&c) && cursor_need(&c, 1)) {
		held = held << 8 | cursor_u8(&c);
		for (bits += 8; bits >= 5; bits -= 5)
			out[len++] = "0123456789abcdefghijklmnopqrstuv"[held >> (bits - 5) & 31];
		held &= 0x1f;
	}
	if (bits)
		out[len++] = "0123456789abcdefghijklmnopqrstuv"[held << (5 - bits) & 31];
	out[len] = '\0';
}

#define NSEC3_WITH_HASH 50

void dns_say_nsec3(struct dns_parse *p, struct cursor *c)
{
	static const uint16_t bits[] = {DNS_FIELD(NSEC3_OPTOUT)};
	uint32_t at, before;
	struct cursor hash;
	char text[512];
	uint64_t flags;

	say(p, c, DNS_NSEC3_ALGORITHM, 1);
	at = c->at;
	flags = say(p, c, DNS_NSEC3_FLAGS, 1);
	before = say_open(p->d);
	if (cursor_ok(c) && p->type == NSEC3_WITH_HASH)
		say_bits(p->d, at, 1, flags, bits, 1);
	say_close(p->d, before);
	if (p->type != NSEC3_WITH_HASH) {
		info_add(p->d, " ");
		info_add_escaped(p->d, p->owner);
	}
	say(p, c, DNS_NSEC3_ITERATIONS, 2);
	say_bytes(p->d, c, DNS_FIELD(NSEC3_SALT), (uint32_t)say(p, c, DNS_NSEC3_SALT_LEN, 1));
	if (p->type != NSEC3_WITH_HASH)
		return;
	hash = cursor_take(c, (uint32_t)say(p, c, DNS_NSEC3_HASH_LEN, 1));
	if (!cursor_ok(c))
		return;
	base32(hash, text);
	tree_string(p->d->tree, DNS_FIELD(NSEC3_HASH), hash.at, hash.wire - hash.at, text);
	dns_say_bitmap(p, c);
}

/* RFC 9460 s. 14.3.2 */
enum svcb_key {
	SVCB_KEY_ALPN = 1,
	SVCB_KEY_PORT = 3,
	SVCB_KEY_IPV4 = 4,
	SVCB_KEY_IPV6 = 6,
};

static void say_svcb_value(struct dns_parse *p, struct cursor *c, uint32_t key)
{
	if (key == SVCB_KEY_PORT) {
		say(p, c, DNS_SVCB_PORT, 2);
		return;
	}
	if (key != SVCB_KEY_ALPN && key != SVCB_KEY_IPV4 && key != SVCB_KEY_IPV6) {
		if (cursor_left(c))
			say_bytes(p->d, c, DNS_FIELD(SVCB_VALUE), cursor_left(c));
		return;
	}
	while (cursor_ok(c) && cursor_left(c) && dissect_step(p->d)) {
		if (key == SVCB_KEY_ALPN)
			say_string(p->d, c, DNS_FIELD(SVCB_ALPN),
				   (uint32_t)say(p, c, DNS_SVCB_ALPN_LEN, 1));
		else if (key == SVCB_KEY_IPV4)
			say_ipv4(p->d, c, DNS_FIELD(SVCB_IPV4));
		else
			say_ipv6(p->d, c, DNS_FIELD(SVCB_IPV6));
	}
}

void dns_say_svcb(struct dns_parse *p, struct cursor *c)
{
	char target[DNS_TEXT_MAX];
	uint32_t at;

	say(p, c, DNS_SVCB_PRIORITY, 2);
	at = c->at;
	if (!dns_text(p->reader, c, target))
		return;
	tree_string(p->d->tree, DNS_FIELD(SVCB_TARGET), at, c->at - at, target);
	while (cursor_ok(c) && cursor_left(c) && dissect_step(p->d)) {
		struct cursor ahead = *c;
		uint32_t key = cursor_be16(&ahead), len = cursor_be16(&ahead), before;
		const char *name = value_name(dns_fields[DNS_SVCB_KEY].names, key);
		struct cursor value;

		p->d->item = cursor_ok(&ahead) ? tree_uint(p->d->tree, DNS_FIELD(SVCB_PARAM), c->at,
							   4 + len, 0)
					       : NULL;
		item_text(p->d->tree, p->d->item, "SvcParam: %s", name ? name : "key");
		before = say_open(p->d);
		say(p, c, DNS_SVCB_KEY, 2);
		say(p, c, DNS_SVCB_LEN, 2);
		value = cursor_take(c, len);
		say_svcb_value(p, &value, key);
		if (cursor_ok(c))
			c->status = value.status;
		say_close(p->d, before);
	}
}

void dns_say_tsig(struct dns_parse *p, struct cursor *c)
{
	char name[DNS_TEXT_MAX];
	uint32_t at = c->at, size;
	uint64_t seconds;

	if (!dns_text(p->reader, c, name))
		return;
	tree_string(p->d->tree, DNS_FIELD(TSIG_ALGORITHM), at, c->at - at, name);
	at = c->at;
	seconds = (uint64_t)cursor_be16(c) << 32;
	seconds |= cursor_be32(c);
	if (cursor_ok(c) && seconds < (uint64_t)INT64_MAX / NSEC_PER_SEC)
		tree_int(p->d->tree, DNS_FIELD(TSIG_TIME), at, 6,
			 (int64_t)(seconds * NSEC_PER_SEC));
	say(p, c, DNS_TSIG_FUDGE, 2);
	size = (uint32_t)say(p, c, DNS_TSIG_MAC_SIZE, 2);
	at = c->at;
	cursor_skip(c, size);
	if (cursor_ok(c) && size)
		tree_uint(p->d->tree, DNS_FIELD(TSIG_MAC), at, size, 0);
	say(p, c, DNS_TSIG_ORIGINAL, 2);
	say(p, c, DNS_TSIG_ERROR, 2);
	size = (uint32_t)say(p, c, DNS_TSIG_OTHER_LEN, 2);
	if (size)
		say_bytes(p->d, c, DNS_FIELD(TSIG_OTHER), size);
}

void dns_say_caa(struct dns_parse *p, struct cursor *c)
{
	static const uint16_t bits[] = {DNS_FIELD(CAA_CRITICAL)};
	static const struct {
		const char *tag;
		uint16_t field;
	} tags[] = {{"issue", DNS_CAA_ISSUE},
		    {"issuewild", DNS_CAA_ISSUEWILD},
		    {"iodef", DNS_CAA_IODEF}};
	uint32_t at = c->at, before;
	uint64_t flags = say(p, c, DNS_CAA_FLAGS, 1);
	uint16_t field = DNS_CAA_UNKNOWN;
	struct cursor ahead = *c;
	char tag[256] = "";
	uint8_t len;

	before = say_open(p->d);
	if (cursor_ok(c))
		say_bits(p->d, at, 1, flags, bits, 1);
	say_close(p->d, before);
	len = cursor_u8(&ahead);
	cursor_copy(&ahead, tag, len);
	for (size_t i = 0; i < sizeof(tags) / sizeof(tags[0]); i++)
		if (!strcmp(tag, tags[i].tag))
			field = tags[i].field;
	p->d->item = cursor_ok(&ahead) ? tree_uint(p->d->tree, FIELD_ID(PROTOCOL_DNS, field), c->at,
						   cursor_left(c), 0)
				       : NULL;
	if (p->d->item) {
		p->d->item->bytes = ahead.base + ahead.at;
		p->d->item->value_len = cursor_held(&ahead);
	}
	before = say_open(p->d);
	say(p, c, DNS_CAA_TAG_LEN, 1);
	say_string(p->d, c, DNS_FIELD(CAA_TAG), len);
	say_string(p->d, c, DNS_FIELD(CAA_VALUE), cursor_left(c));
	say_close(p->d, before);
}
