// SPDX-License-Identifier: Apache-2.0
// DHCPv6 options that are more than a value: who asks, what is leased, and what relays add (RFC 8415).
#include "proto/dhcpv6_special.h"
#include "proto/names.h"

#define F(name) DHCPV6_FIELD(name)

#define FOREVER      UINT32_MAX /* RFC 8415 s. 7.7 */
#define AUTH_DELAYED 2          /* RFC 3315 s. 21.4.1 */
#define AUTH_KEY_LEN 20
#define CABLELABS    4491 /* IANA, "Private Enterprise Numbers" */

enum duid_type {
	DUID_LLT = 1, /* RFC 8415 s. 11 */
	DUID_EN = 2,
	DUID_LL = 3,
	DUID_UUID = 4, /* RFC 6355 */
};

#define DUID_EPOCH 946684800 /* 2000-01-01, RFC 8415 s. 11.2 */

static void say_duid_link(struct dissect *d, struct cursor *c, uint16_t id)
{
	char text[MAC_TEXT_MAX];
	uint32_t at = c->at, len = cursor_left(c);

	if (len == MAC_LEN && cursor_held(c) == len)
		d->item = tree_string(d->tree, id, at, len, mac_text(c->base + at, true, text));
	else if (cursor_held(c) == len && tree_wants(d->tree, id)) {
		char hex[2 * 128 + 1];
		uint32_t n = len < 128 ? len : 128;

		for (uint32_t i = 0; i < n; i++) {
			hex[2 * i] = "0123456789abcdef"[c->base[at + i] >> 4];
			hex[2 * i + 1] = "0123456789abcdef"[c->base[at + i] & 15];
		}
		hex[2 * n] = '\0';
		d->item = tree_string(d->tree, id, at, len, hex);
	}
	cursor_need(c, len);
	cursor_skip(c, len);
}

void dhcpv6_say_duid(struct dissect *d, struct cursor *c, struct dhcpv6_message in)
{
	uint32_t at = c->at, len = cursor_left(c);
	struct cursor all = *c;
	int64_t seconds;
	uint16_t type;

	(void)in;
	say_bytes(d, &all, F(DUID_BYTES), len);
	if (!cursor_ok(&all)) {
		c->status = all.status;
		return;
	}
	type = (uint16_t)say_uint(d, c, F(DUID_TYPE), 2);
	switch (type) {
	case DUID_LLT:
		say_uint(d, c, F(DUIDLLT_HWTYPE), 2);
		at = c->at;
		seconds = (int64_t)cursor_be32(c) + DUID_EPOCH;
		if (!cursor_ok(c))
			return;
		tree_int(d->tree, F(DUIDLLT_TIME), at, 4, seconds * (int64_t)NSEC_PER_SEC);
		if (cursor_left(c))
			say_duid_link(d, c, F(DUIDLLT_LINK_LAYER_ADDR));
		break;
	case DUID_EN:
		say_uint(d, c, F(DUIDEN_ENTERPRISE), 4);
		if (cursor_left(c))
			say_bytes(d, c, F(DUIDEN_IDENTIFIER), cursor_left(c));
		break;
	case DUID_LL:
		say_uint(d, c, F(DUIDLL_HWTYPE), 2);
		if (cursor_left(c))
			say_duid_link(d, c, F(DUIDLL_LINK_LAYER_ADDR));
		break;
	case DUID_UUID:
		say_bytes(d, c, F(DUIDUUID_BYTES), cursor_left(c));
		break;
	default:
		break;
	}
}

void dhcpv6_say_client(struct dissect *d, struct cursor *c, struct dhcpv6_message in)
{
	uint32_t len = cursor_left(c);

	if (d->info && cursor_held(c) == len) {
		info_add(d, "CID: ");
		for (uint32_t i = 0; i < len && dissect_step(d); i++)
			info_add(d, "%02x", c->base[c->at + i]);
		info_add(d, " ");
	}
	dhcpv6_say_duid(d, c, in);
}

void dhcpv6_say_options_within(struct dissect *d, struct cursor *c, struct dhcpv6_message in)
{
	in.level++;
	if (cursor_left(c) && in.level < DHCPV6_LEVELS_MAX)
		dhcpv6_say_options(d, c, in);
}

static void say_lifetime(struct dissect *d, struct cursor *c, uint16_t id)
{
	if ((uint32_t)say_uint(d, c, id, 4) == FOREVER)
		item_text(d->tree, d->item, "%s: infinity", field_get(id)->label);
}

/* An identifier of four bytes that is shown as text. */
static void say_iaid(struct dissect *d, struct cursor *c, uint16_t id)
{
	uint32_t at = c->at;
	uint32_t number = cursor_be32(c);
	char text[9];

	if (!cursor_ok(c) || !tree_wants(d->tree, id))
		return;
	for (unsigned i = 0; i < 8; i++)
		text[i] = "0123456789abcdef"[number >> (28 - 4 * i) & 15];
	text[8] = '\0';
	tree_string(d->tree, id, at, 4, text);
}

void dhcpv6_say_ia(struct dissect *d, struct cursor *c, struct dhcpv6_message in)
{
	say_iaid(d, c, F(IAID));
	say_lifetime(d, c, F(IAID_T1));
	say_lifetime(d, c, F(IAID_T2));
	dhcpv6_say_options_within(d, c, in);
}

void dhcpv6_say_ia_ta(struct dissect *d, struct cursor *c, struct dhcpv6_message in)
{
	say_iaid(d, c, F(IATA));
	dhcpv6_say_options_within(d, c, in);
}

void dhcpv6_say_ia_address(struct dissect *d, struct cursor *c, struct dhcpv6_message in)
{
	struct addr a = say_ipv6(d, c, F(IAADDR_IP));
	char text[ADDR_TEXT_MAX];

	if (cursor_ok(c) && d->info)
		info_add(d, "IAA: %s ", addr_text(&a, text));
	say_lifetime(d, c, F(IAADDR_PREF_LIFETIME));
	say_lifetime(d, c, F(IAADDR_VALID_LIFETIME));
	dhcpv6_say_options_within(d, c, in);
}

void dhcpv6_say_ia_prefix(struct dissect *d, struct cursor *c, struct dhcpv6_message in)
{
	say_lifetime(d, c, F(IAPREFIX_PREF_LIFETIME));
	say_lifetime(d, c, F(IAPREFIX_VALID_LIFETIME));
	say_uint(d, c, F(IAPREFIX_PREF_LEN), 1);
	say_ipv6(d, c, F(IAPREFIX_PREF_ADDR));
	dhcpv6_say_options_within(d, c, in);
}

void dhcpv6_say_requested(struct dissect *d, struct cursor *c, struct dhcpv6_message in)
{
	(void)in;
	while (cursor_left(c) >= 2 && cursor_ok(c) && dissect_step(d))
		say_uint(d, c, F(REQUESTED_OPTION_CODE), 2);
}

/* Hundredths of a second on the wire, milliseconds as the field's value. */
void dhcpv6_say_elapsed(struct dissect *d, struct cursor *c, struct dhcpv6_message in)
{
	uint32_t at = c->at, elapsed = cursor_be16(c) * 10u;

	(void)in;
	if (cursor_ok(c))
		tree_uint(d->tree, F(ELAPSED_TIME), at, 2, elapsed);
}

void dhcpv6_say_relayed(struct dissect *d, struct cursor *c, struct dhcpv6_message in)
{
	uint32_t before;

	if (in.level + 1 >= DHCPV6_LEVELS_MAX)
		return;
	d->item = tree_uint(d->tree, F(PROTOCOL), c->at, cursor_held(c), 0);
	before = say_open(d);
	dhcpv6_say_message(d, c, in.level + 1);
	say_close(d, before);
}

void dhcpv6_say_authentication(struct dissect *d, struct cursor *c, struct dhcpv6_message in)
{
	uint8_t protocol = (uint8_t)say_uint(d, c, F(AUTH_PROTOCOL), 1);

	(void)in;
	say_uint(d, c, F(AUTH_ALGORITHM), 1);
	say_uint(d, c, F(AUTH_RDM), 1);
	say_bytes(d, c, F(AUTH_REPLAY_DETECTION), 8);
	if (protocol == AUTH_DELAYED && cursor_left(c) >= AUTH_KEY_LEN) {
		if (cursor_left(c) > AUTH_KEY_LEN)
			say_string(d, c, F(AUTH_REALM), cursor_left(c) - AUTH_KEY_LEN);
		say_uint(d, c, F(AUTH_KEY_ID), 4);
		say_bytes(d, c, F(AUTH_MD5_DATA), 16);
	} else if (cursor_left(c)) {
		say_bytes(d, c, F(AUTH_INFO), cursor_left(c));
	}
}

void dhcpv6_say_status(struct dissect *d, struct cursor *c, struct dhcpv6_message in)
{
	(void)in;
	say_uint(d, c, F(STATUS_CODE), 2);
	if (cursor_left(c))
		say_string(d, c, F(STATUS_MSG), cursor_left(c));
}

void dhcpv6_say_user_class(struct dissect *d, struct cursor *c, struct dhcpv6_message in)
{
	(void)in;
	while (cursor_left(c) && cursor_ok(c) && dissect_step(d)) {
		struct cursor look = *c;
		uint32_t len = cursor_be16(&look), before;

		if (cursor_ok(&look) && len > cursor_left(&look)) {
			say_expert(d, d->tree ? d->tree->parent : TREE_NO_PARENT,
				   F(MALFORMED_OPTION), EXPERT_ERROR, EXPERT_MALFORMED,
				   "User Class: suboption too long");
			return;
		}
		say_line(d, c->at, 2 + len, "User Class suboption");
		before = say_open(d);
		say_uint(d, c, F(USERCLASS_LENGTH), 2);
		say_bytes(d, c, F(USERCLASS_OPAQUE_DATA), len);
		say_close(d, before);
	}
}

void dhcpv6_say_vendor_class(struct dissect *d, struct cursor *c, struct dhcpv6_message in)
{
	uint32_t len;

	(void)in;
	say_uint(d, c, F(VENDORCLASS_ENTERPRISE), 4);
	if (!cursor_left(c))
		return;
	/* RFC 8415 s. 21.16 allows more; tshark shows the first. */
	len = cursor_be16(c);
	if (cursor_ok(c) && len > cursor_left(c))
		cursor_malformed(c);
	else
		say_string(d, c, F(VENDORCLASS_DATA), len);
}

void dhcpv6_say_vendor_options(struct dissect *d, struct cursor *c, struct dhcpv6_message in)
{
	uint32_t enterprise = (uint32_t)say_uint(d, c, F(VENDOROPTS_ENTERPRISE), 4);

	(void)in;
	/* Its suboptions have names of their own, which we do not know. */
	if (enterprise == CABLELABS && cursor_ok(c)) {
		say_line(d, c->at, cursor_held(c), "Suboptions (%u bytes)", cursor_left(c));
		return;
	}
	while (cursor_left(c) && cursor_ok(c) && dissect_step(d)) {
		struct cursor look = *c;
		uint32_t len, before;

		cursor_be16(&look);
		len = cursor_be16(&look);
		say_line(d, c->at, 4 + len, "option");
		before = say_open(d);
		say_uint(d, c, F(VENDOROPTS_ENTERPRISE_OPTION_CODE), 2);
		say_uint(d, c, F(VENDOROPTS_ENTERPRISE_OPTION_LENGTH), 2);
		if (len)
			say_bytes(d, c, F(VENDOROPTS_ENTERPRISE_OPTION_DATA), len);
		say_close(d, before);
	}
}

void dhcpv6_say_remote(struct dissect *d, struct cursor *c, struct dhcpv6_message in)
{
	(void)in;
	say_uint(d, c, F(REMOTEID_ENTERPRISE), 4);
	if (cursor_left(c))
		say_bytes(d, c, F(REMOTEID_ENTERPRISE_ID), cursor_left(c));
}
