// SPDX-License-Identifier: Apache-2.0
// The options of EDNS (RFC 6891 s. 6.1.2).
#include "proto/dns_parts.h"

/* IANA, "DNS EDNS0 Option Codes (OPT)" */
enum option_code {
	OPTION_DAU = 5, /* RFC 6975 */
	OPTION_DHU = 6,
	OPTION_N3U = 7,
	OPTION_SUBNET = 8,     /* RFC 7871 */
	OPTION_COOKIE = 10,    /* RFC 7873 */
	OPTION_KEEPALIVE = 11, /* RFC 7828 */
	OPTION_PADDING = 12,   /* RFC 7830 */
	OPTION_CHAIN = 13,     /* RFC 7901 */
	OPTION_ERROR = 15,     /* RFC 8914 */
	OPTION_SUBNET_OLD = 20730,
};

#define COOKIE_CLIENT_LEN 8 /* RFC 7873 s. 4 */
#define FAMILY_IPV4       1
#define FAMILY_IPV6       2

static void say_each(struct dissect *d, struct cursor *c, uint16_t id)
{
	while (cursor_ok(c) && cursor_left(c) && dissect_step(d))
		say_uint(d, c, id, 1);
}

/* The address is cut to the bytes that its prefix needs. */
static void say_subnet(struct dissect *d, struct cursor *c)
{
	uint64_t family = say_uint(d, c, DNS_FIELD(CLIENT_FAMILY), 2);
	uint32_t len, at;
	uint8_t bytes[16] = {0};

	say_uint(d, c, DNS_FIELD(CLIENT_NETMASK), 1);
	say_uint(d, c, DNS_FIELD(CLIENT_SCOPE), 1);
	len = cursor_left(c);
	at = c->at;
	if (!cursor_ok(c))
		return;
	if ((family != FAMILY_IPV4 || len > 4) && (family != FAMILY_IPV6 || len > 16)) {
		say_bytes(d, c, DNS_FIELD(CLIENT_ADDR), len);
		return;
	}
	cursor_copy(c, bytes, len);
	if (!cursor_ok(c))
		return;
	/* Fewer bytes than the address has: the item covers what was sent. */
	if (family == FAMILY_IPV4)
		tree_uint(d->tree, DNS_FIELD(CLIENT_ADDR4), at, len,
			  (uint32_t)bytes[0] << 24 | bytes[1] << 16 | bytes[2] << 8 | bytes[3]);
	else
		tree_bytes(d->tree, DNS_FIELD(CLIENT_ADDR6), at, len, bytes, sizeof(bytes));
}

static void say_cookie(struct dissect *d, struct cursor *c)
{
	say_bytes(d, c, DNS_FIELD(COOKIE_CLIENT), COOKIE_CLIENT_LEN);
	if (!cursor_ok(c))
		return;
	say_bytes(d, c, DNS_FIELD(COOKIE_SERVER), cursor_left(c));
	if (d->item && !d->item->len)
		item_text(d->tree, d->item, "Server Cookie: <MISSING>");
}

static void say_option(struct dissect *d, struct cursor *c, uint32_t code)
{
	switch (code) {
	case OPTION_DAU:
		say_each(d, c, DNS_FIELD(OPT_DAU));
		break;
	case OPTION_DHU:
		say_each(d, c, DNS_FIELD(OPT_DHU));
		break;
	case OPTION_N3U:
		say_each(d, c, DNS_FIELD(OPT_N3U));
		break;
	case OPTION_SUBNET:
	case OPTION_SUBNET_OLD:
		say_subnet(d, c);
		break;
	case OPTION_COOKIE:
		say_cookie(d, c);
		break;
	case OPTION_KEEPALIVE:
		if (cursor_left(c) == 2)
			say_uint(d, c, DNS_FIELD(KEEPALIVE), 2);
		break;
	case OPTION_PADDING:
		say_bytes(d, c, DNS_FIELD(PADDING), cursor_left(c));
		break;
	case OPTION_CHAIN:
		say_string(d, c, DNS_FIELD(CHAIN), cursor_left(c));
		break;
	case OPTION_ERROR:
		say_uint(d, c, DNS_FIELD(INFO_CODE), 2);
		if (cursor_left(c))
			say_string(d, c, DNS_FIELD(EXTRA_TEXT), cursor_left(c));
		break;
	default:
		break;
	}
}

void dns_say_options(struct dns_parse *p, struct cursor *c)
{
	struct dissect *d = p->d;

	while (cursor_ok(c) && cursor_left(c) && dissect_step(d)) {
		struct cursor ahead = *c, data;
		uint32_t code = cursor_be16(&ahead), len = cursor_be16(&ahead), before;
		const char *name = value_name(dns_option_names, code);

		d->item = tree_uint(d->tree, DNS_FIELD(OPT_FIELD), c->at, 4 + len, 0);
		if (name)
			item_text(d->tree, d->item, "Option: %s", name);
		else
			item_text(d->tree, d->item, "Option: Unknown (%u)", (unsigned)code);
		before = say_open(d);
		say_uint(d, c, DNS_FIELD(OPT_CODE), 2);
		say_uint(d, c, DNS_FIELD(OPT_LEN), 2);
		data = cursor_take(c, len);
		if (cursor_ok(c)) {
			ahead = data;
			say_bytes(d, &ahead, DNS_FIELD(OPT_DATA), len);
			say_option(d, &data, code);
			c->status = data.status;
		}
		say_close(d, before);
	}
}
