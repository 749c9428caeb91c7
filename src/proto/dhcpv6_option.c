// SPDX-License-Identifier: Apache-2.0
// The values of DHCPv6 options, most of them by a table of kinds (IANA, "DHCPv6 Parameters").
//
// Theory of operation. options[] names for each option how its value is read, into which field,
// and within what lengths it makes sense; a value outside them is said to be malformed and left
// alone, as tshark does. Options with a form of their own have a function in specials[].
#include "proto/dhcpv6_parts.h"
#include "proto/names.h"

#define F(name) DHCPV6_FIELD(name)

#define ANY          UINT16_MAX
#define NAME_MAX_LEN 256 /* RFC 1035 s. 3.1 */
#define LABEL_MAX    63
#define FOREVER      UINT32_MAX /* RFC 8415 s. 7.7 */

#define AUTH_DELAYED 2 /* RFC 3315 s. 21.4.1 */
#define AUTH_KEY_LEN 20
#define CABLELABS    4491 /* IANA, "Private Enterprise Numbers" */

enum duid_type {
	DUID_LLT = 1, /* RFC 8415 s. 11 */
	DUID_EN = 2,
	DUID_LL = 3,
	DUID_UUID = 4, /* RFC 6355 */
};

#define DUID_EPOCH 946684800 /* 2000-01-01, RFC 8415 s. 11.2 */

enum kind {
	KIND_EMPTY,
	KIND_NUMBER,  /* as wide as the value */
	KIND_ADDRESS, /* one */
	KIND_ADDRESSES,
	KIND_COUNTED, /* addresses with their number in the line */
	KIND_TEXT,
	KIND_BYTES,
	KIND_NAME,
	KIND_NAMES, /* in a line of their own */
	KIND_OPTIONS,
	KIND_SPECIAL,
};

typedef void special_fn(struct dissect *d, struct cursor *c, struct dhcpv6_message in);

struct option {
	uint16_t code; /* 0 ends the table */
	uint8_t kind;
	uint8_t field;
	const char *word; /* in "... malformed option", or the line above names */
	uint16_t least;   /* lengths of the value */
	uint16_t most;
	special_fn *special;
};

/* ---- Names ---- */

struct name {
	char text[NAME_MAX_LEN + 1];
	bool rooted; /* ended by the root label; else it is a part of a name */
};

/* Reads labels up to the root or the end; false when a length is wrong. */
static bool read_name(struct dissect *d, struct cursor *c, struct name *ret_name)
{
	size_t len = 0;
	bool rooted = false;

	while (cursor_left(c) && dissect_step(d)) {
		uint8_t label = cursor_u8(c);

		if (!cursor_ok(c))
			return false;
		if (label == 0) {
			rooted = true;
			break;
		}
		if (label > LABEL_MAX || label > cursor_left(c) || len + label + 2 > NAME_MAX_LEN)
			return false;
		if (len)
			ret_name->text[len++] = '.';
		cursor_copy(c, ret_name->text + len, label);
		len += label;
	}
	if (rooted)
		ret_name->text[len++] = '.';
	ret_name->text[len] = '\0';
	ret_name->rooted = rooted;
	return cursor_ok(c);
}

static void say_name(struct dissect *d, struct cursor *c, uint16_t id)
{
	uint32_t at = c->at;
	struct name name;

	if (!read_name(d, c, &name)) {
		if (!cursor_ok(c))
			return;
		say_expert(d, d->tree ? d->tree->parent : TREE_NO_PARENT,
			   F(EXPERT_DOMAIN_FIELD_LENGTH_EXCEEDED), EXPERT_ERROR, EXPERT_PROTOCOL,
			   "ERROR: FQDN exceeds length of the domain name field");
		cursor_skip(c, cursor_left(c));
		return;
	}
	d->item = tree_string(d->tree, id, at, c->at - at, name.text);
	if (!name.rooted)
		item_text(d->tree, d->item, "Partial domain name: %s", name.text);
}

static void say_names(struct dissect *d, struct cursor *c, const struct option *o)
{
	uint32_t before;

	say_line(d, c->at, cursor_held(c), "%s", o->word);
	before = say_open(d);
	while (cursor_left(c) && dissect_step(d))
		say_name(d, c, FIELD_ID(PROTOCOL_DHCPV6, o->field));
	say_close(d, before);
}

/* ---- Options of a form of their own ---- */

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

static void say_duid(struct dissect *d, struct cursor *c, struct dhcpv6_message in)
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

static void say_client(struct dissect *d, struct cursor *c, struct dhcpv6_message in)
{
	uint32_t len = cursor_left(c);

	if (d->info && cursor_held(c) == len) {
		info_add(d, "CID: ");
		for (uint32_t i = 0; i < len && dissect_step(d); i++)
			info_add(d, "%02x", c->base[c->at + i]);
		info_add(d, " ");
	}
	say_duid(d, c, in);
}

static void say_options_within(struct dissect *d, struct cursor *c, struct dhcpv6_message in)
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

static void say_ia(struct dissect *d, struct cursor *c, struct dhcpv6_message in)
{
	say_iaid(d, c, F(IAID));
	say_lifetime(d, c, F(IAID_T1));
	say_lifetime(d, c, F(IAID_T2));
	say_options_within(d, c, in);
}

static void say_ia_ta(struct dissect *d, struct cursor *c, struct dhcpv6_message in)
{
	say_iaid(d, c, F(IATA));
	say_options_within(d, c, in);
}

static void say_ia_address(struct dissect *d, struct cursor *c, struct dhcpv6_message in)
{
	struct addr a = say_ipv6(d, c, F(IAADDR_IP));
	char text[ADDR_TEXT_MAX];

	if (cursor_ok(c) && d->info)
		info_add(d, "IAA: %s ", addr_text(&a, text));
	say_lifetime(d, c, F(IAADDR_PREF_LIFETIME));
	say_lifetime(d, c, F(IAADDR_VALID_LIFETIME));
	say_options_within(d, c, in);
}

static void say_ia_prefix(struct dissect *d, struct cursor *c, struct dhcpv6_message in)
{
	say_lifetime(d, c, F(IAPREFIX_PREF_LIFETIME));
	say_lifetime(d, c, F(IAPREFIX_VALID_LIFETIME));
	say_uint(d, c, F(IAPREFIX_PREF_LEN), 1);
	say_ipv6(d, c, F(IAPREFIX_PREF_ADDR));
	say_options_within(d, c, in);
}

static void say_requested(struct dissect *d, struct cursor *c, struct dhcpv6_message in)
{
	(void)in;
	while (cursor_left(c) >= 2 && cursor_ok(c) && dissect_step(d))
		say_uint(d, c, F(REQUESTED_OPTION_CODE), 2);
}

/* Hundredths of a second on the wire, milliseconds as the field's value. */
static void say_elapsed(struct dissect *d, struct cursor *c, struct dhcpv6_message in)
{
	uint32_t at = c->at, elapsed = cursor_be16(c) * 10u;

	(void)in;
	if (cursor_ok(c))
		tree_uint(d->tree, F(ELAPSED_TIME), at, 2, elapsed);
}

static void say_relayed(struct dissect *d, struct cursor *c, struct dhcpv6_message in)
{
	uint32_t before;

	if (in.level + 1 >= DHCPV6_LEVELS_MAX)
		return;
	d->item = tree_uint(d->tree, F(PROTOCOL), c->at, cursor_held(c), 0);
	before = say_open(d);
	dhcpv6_say_message(d, c, in.level + 1);
	say_close(d, before);
}

static void say_authentication(struct dissect *d, struct cursor *c, struct dhcpv6_message in)
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

static void say_status(struct dissect *d, struct cursor *c, struct dhcpv6_message in)
{
	(void)in;
	say_uint(d, c, F(STATUS_CODE), 2);
	if (cursor_left(c))
		say_string(d, c, F(STATUS_MSG), cursor_left(c));
}

static void say_user_class(struct dissect *d, struct cursor *c, struct dhcpv6_message in)
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

static void say_vendor_class(struct dissect *d, struct cursor *c, struct dhcpv6_message in)
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

static void say_vendor_options(struct dissect *d, struct cursor *c, struct dhcpv6_message in)
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

static void say_remote(struct dissect *d, struct cursor *c, struct dhcpv6_message in)
{
	(void)in;
	say_uint(d, c, F(REMOTEID_ENTERPRISE), 4);
	if (cursor_left(c))
		say_bytes(d, c, F(REMOTEID_ENTERPRISE_ID), cursor_left(c));
}

enum message_type {
	MESSAGE_SOLICIT = 1, /* RFC 8415 s. 7.3 */
	MESSAGE_ADVERTISE = 2,
	MESSAGE_REQUEST = 3,
	MESSAGE_RENEW = 5,
	MESSAGE_REBIND = 6,
	MESSAGE_REPLY = 7,
};

/* What the flags of RFC 4704 s. 4.1 ask for, in words. */
static const char *fqdn_words(uint8_t flags, bool server)
{
	if (server)
		return "";
	if (flags & 4)
		return "  [CLIENT doesn't want SERVER to update DNS]";
	return flags & 1
		       ? "  [CLIENT wants SERVER to update both its AAAA and PTR RRs]"
		       : "  [CLIENT wants to update its AAAA RRs and SERVER to update its PTR RRs]";
}

static void say_fqdn(struct dissect *d, struct cursor *c, struct dhcpv6_message in)
{
	static const uint16_t client[] = {F(CLIENTFQDN_CLIENT_N), F(CLIENTFQDN_CLIENT_S)};
	static const uint16_t server[] = {F(CLIENTFQDN_SERVER_N), F(CLIENTFQDN_SERVER_O),
					  F(CLIENTFQDN_SERVER_S)};
	bool by_server = in.type == MESSAGE_ADVERTISE || in.type == MESSAGE_REPLY;
	uint8_t flags;

	if (!by_server && in.type != MESSAGE_SOLICIT && in.type != MESSAGE_REQUEST &&
	    in.type != MESSAGE_RENEW && in.type != MESSAGE_REBIND) {
		d->item = tree_uint(d->tree, F(CLIENTFQDN_BAD_MSGTYPE), c->at, 0, in.type);
		say_expert(d, tree_index(d->tree, d->item), F(BAD_MSGTYPE), EXPERT_ERROR,
			   EXPERT_PROTOCOL,
			   "This message type is not permitted to use OPTION_CLIENT_FQDN");
		return;
	}
	flags = (uint8_t)say_bitfield(d, c, F(CLIENT_FQDN_FLAGS), 1, by_server ? server : client,
				      by_server ? 3 : 2);
	item_append(d->tree, d->item, "%s", fqdn_words(flags, by_server));
	if (cursor_left(c))
		say_name(d, c, F(CLIENT_DOMAIN));
}

static void say_query(struct dissect *d, struct cursor *c, struct dhcpv6_message in)
{
	say_uint(d, c, F(LQ_QUERY), 1);
	say_ipv6(d, c, F(LQ_QUERY_LINK_ADDRESS));
	say_options_within(d, c, in);
}

static void say_relay_data(struct dissect *d, struct cursor *c, struct dhcpv6_message in)
{
	(void)in;
	say_ipv6(d, c, F(LQ_RELAY_DATA_PEER_ADDR));
	if (cursor_left(c))
		say_string(d, c, F(LQ_RELAY_DATA_MSG), cursor_left(c));
}

enum ntp_suboption {
	NTP_ADDRESS = 1, /* RFC 5908 s. 4 */
	NTP_MULTICAST = 2,
	NTP_NAME = 3,
};

static void say_ntp(struct dissect *d, struct cursor *c, struct dhcpv6_message in)
{
	(void)in;
	while (cursor_left(c) && cursor_ok(c) && dissect_step(d)) {
		struct cursor look = *c, part;
		uint16_t code = cursor_be16(&look);
		uint32_t len = cursor_be16(&look), before;
		const char *name = value_name(field_get(F(NTPSERVER_OPTION_TYPE))->names, code);

		if (!cursor_ok(&look) || len > cursor_left(&look)) {
			say_expert(d, d->tree ? d->tree->parent : TREE_NO_PARENT,
				   F(MALFORMED_OPTION), EXPERT_ERROR, EXPERT_MALFORMED,
				   "NTP Server: suboption too long");
			return;
		}
		part = cursor_take(c, 4 + len);
		say_line(d, part.at, 4 + len, "%s", name ? name : "Unknown");
		before = say_open(d);
		say_uint(d, &part, F(NTPSERVER_OPTION_TYPE), 2);
		say_uint(d, &part, F(NTPSERVER_OPTION_LENGTH), 2);
		if (code == NTP_NAME)
			say_name(d, &part, F(NTPSERVER_FQDN));
		else if ((code == NTP_ADDRESS || code == NTP_MULTICAST) && len == 16)
			say_ipv6(d, &part,
				 code == NTP_ADDRESS ? F(NTPSERVER_ADDR) : F(NTPSERVER_MC_ADDR));
		say_close(d, before);
		if (cursor_ok(c) && !cursor_ok(&part))
			c->status = part.status;
	}
}

static void say_exclude(struct dissect *d, struct cursor *c, struct dhcpv6_message in)
{
	(void)in;
	say_uint(d, c, F(PD_EXCLUDE_PREF_LEN), 1);
	say_bytes(d, c, F(PD_EXCLUDE_SUBNET_ID), cursor_left(c));
}

/* A prefix of a length in bits, of which only the bytes it needs are sent. */
static void say_prefix(struct dissect *d, struct cursor *c, uint16_t length, uint16_t prefix)
{
	uint8_t bytes[16] = {0};
	uint32_t bits = (uint32_t)say_uint(d, c, length, 1);
	uint32_t len = (bits + 7) / 8, at = c->at;

	if (!cursor_ok(c) || len > sizeof(bytes))
		return;
	cursor_copy(c, bytes, len);
	if (cursor_ok(c))
		tree_bytes(d->tree, prefix, at, len, bytes, sizeof(bytes));
}

static void say_s46_rule(struct dissect *d, struct cursor *c, struct dhcpv6_message in)
{
	static const uint16_t bits[] = {F(S46_RULE_FLAGS_RESERVED), F(S46_RULE_FLAGS_FMR)};
	uint8_t flags = (uint8_t)say_bitfield(d, c, F(S46_RULE_FLAGS), 1, bits, 2);

	item_append(d->tree, d->item, "%s", flags & 1 ? ", Forwarding Mapping Rule" : "");
	say_uint(d, c, F(S46_RULE_EA_LEN), 1);
	say_uint(d, c, F(S46_RULE_IPV4_PREF_LEN), 1);
	say_ipv4(d, c, F(S46_RULE_IPV4_PREFIX));
	say_prefix(d, c, F(S46_RULE_IPV6_PREFIX_LEN), F(S46_RULE_IPV6_PREFIX));
	say_options_within(d, c, in);
}

static void say_s46_dmr(struct dissect *d, struct cursor *c, struct dhcpv6_message in)
{
	(void)in;
	say_prefix(d, c, F(S46_DMR_DMR_PREF_LEN), F(S46_DMR_DMR_PREFIX));
}

static void say_s46_binding(struct dissect *d, struct cursor *c, struct dhcpv6_message in)
{
	say_ipv4(d, c, F(S46_V4V6BIND_IPV4_ADDRESS));
	say_prefix(d, c, F(S46_V4V6BIND_IPV6_PREF_LEN), F(S46_V4V6BIND_IPV6_PREFIX));
	say_options_within(d, c, in);
}

static void say_s46_ports(struct dissect *d, struct cursor *c, struct dhcpv6_message in)
{
	uint32_t len, at;
	uint16_t word;

	(void)in;
	say_uint(d, c, F(S46_PORTPARAM_OFFSET), 1);
	len = (uint32_t)say_uint(d, c, F(S46_PORTPARAM_PSID_LEN), 1);
	at = c->at;
	word = cursor_be16(c);
	/* RFC 7598 s. 4.5: the identifier stands in the first bits. */
	if (cursor_ok(c) && len <= 16)
		tree_uint(d->tree, F(S46_PORTPARAM_PSID), at, 2, len ? word >> (16 - len) : 0);
}

static void say_version(struct dissect *d, struct cursor *c, struct dhcpv6_message in)
{
	(void)in;
	say_uint(d, c, F(FAILOVER_PROTOCOL_MAJOR_VERSION), 2);
	say_uint(d, c, F(FAILOVER_PROTOCOL_MINOR_VERSION), 2);
}

static void say_reconfigure(struct dissect *d, struct cursor *c, struct dhcpv6_message in)
{
	(void)in;
	say_uint(d, c, F(FAILOVER_RECONFIGURE_TIME), 4);
	if (cursor_left(c))
		say_bytes(d, c, F(FAILOVER_RECONFIGURE_KEY), cursor_left(c));
}

static void say_connect(struct dissect *d, struct cursor *c, struct dhcpv6_message in)
{
	static const uint16_t bits[] = {F(FAILOVER_CONNECT_FLAGS_RESERVED),
					F(FAILOVER_CONNECT_FLAGS_F)};

	(void)in;
	if (say_bitfield(d, c, F(FAILOVER_CONNECT_FLAGS), 2, bits, 2) & 1)
		item_append(d->tree, d->item, ", Fixed PD Length (F)");
}

static void say_server_flags(struct dissect *d, struct cursor *c, struct dhcpv6_message in)
{
	static const uint16_t bits[] = {F(FAILOVER_SERVER_FLAGS_RESERVED),
					F(FAILOVER_SERVER_FLAGS_A), F(FAILOVER_SERVER_FLAGS_S),
					F(FAILOVER_SERVER_FLAGS_C)};
	uint64_t flags = say_bitfield(d, c, F(FAILOVER_SERVER_FLAGS), 1, bits, 4);

	(void)in;
	item_append(d->tree, d->item, "%s%s%s", flags & 4 ? ", Ack Startup (A)" : "",
		    flags & 2 ? ", Startup (S)" : "", flags & 1 ? ", Communicated (C)" : "");
}

static void say_dns_flags(struct dissect *d, struct cursor *c, struct dhcpv6_message in)
{
	static const uint16_t bits[] = {F(FAILOVER_DNS_FLAGS_RESERVED), F(FAILOVER_DNS_FLAGS_U),
					F(FAILOVER_DNS_FLAGS_S), F(FAILOVER_DNS_FLAGS_R),
					F(FAILOVER_DNS_FLAGS_F)};
	uint64_t flags = say_bitfield(d, c, F(FAILOVER_DNS_FLAGS), 2, bits, 5);

	(void)in;
	item_append(d->tree, d->item, "%s%s%s%s", flags & 8 ? ", Using Requested FQDN (U)" : "",
		    flags & 4 ? ", Synthesized Name (S)" : "",
		    flags & 2 ? ", Rev Uptodate (R)" : "", flags & 1 ? ", Fwd Uptodate (F)" : "");
}

/* ---- The table ---- */

#define SPECIAL(code, word, least, most, fn)                                                       \
	{                                                                                          \
		(code), KIND_SPECIAL, 0, (word), (least), (most), (fn)                             \
	}
#define FAILOVER(code, field, len)                                                                 \
	{                                                                                          \
		(code), KIND_NUMBER, DHCPV6_FAILOVER_##field, "Failover", (len), (len), NULL       \
	}

static const struct option options[] = {
	SPECIAL(1, "DUID", 2, ANY, say_client),
	SPECIAL(2, "DUID", 2, ANY, say_duid),
	SPECIAL(3, "IA_NA", 12, ANY, say_ia),
	SPECIAL(4, "IA_TA", 4, ANY, say_ia_ta),
	SPECIAL(5, "IA_TA", 24, ANY, say_ia_address),
	SPECIAL(6, NULL, 0, ANY, say_requested),
	{7, KIND_NUMBER, DHCPV6_OPTION_PREFERENCE, "PREFERENCE", 1, 1, NULL},
	SPECIAL(8, "ELAPSED-TIME", 2, 2, say_elapsed),
	SPECIAL(9, "RELAY-MSG", 1, ANY, say_relayed),
	SPECIAL(11, "AUTH", 11, ANY, say_authentication),
	{12, KIND_ADDRESS, DHCPV6_UNICAST, "UNICAST", 16, 16, NULL},
	SPECIAL(13, "STATUS_CODE", 2, ANY, say_status),
	SPECIAL(15, NULL, 0, ANY, say_user_class),
	SPECIAL(16, "VENDOR_CLASS", 4, ANY, say_vendor_class),
	SPECIAL(17, "VENDOR_OPTS", 4, ANY, say_vendor_options),
	{18, KIND_BYTES, DHCPV6_INTERFACE_ID, "INTERFACE_ID", 1, ANY, NULL},
	{19, KIND_NUMBER, DHCPV6_RECONF_MSG, "RECONF_MSG", 1, 1, NULL},
	{20, KIND_EMPTY, 0, "RECONF_ACCEPT", 0, 0, NULL},
	{21, KIND_NAMES, DHCPV6_SIP_SERVER_DOMAIN_SEARCH_FQDN, "SIP Servers Domain Search List", 0,
	 ANY, NULL},
	{22, KIND_ADDRESSES, DHCPV6_SIP_SERVER_A, "SIP servers address", 0, ANY, NULL},
	{23, KIND_COUNTED, DHCPV6_DNS_SERVER, "DNS servers address", 0, ANY, NULL},
	{24, KIND_NAMES, DHCPV6_SEARCH_LIST_ENTRY, "Domain name suffix search list", 0, ANY, NULL},
	SPECIAL(25, "IA_PD", 12, ANY, say_ia),
	SPECIAL(26, "IAPREFIX", 25, ANY, say_ia_prefix),
	{27, KIND_ADDRESSES, DHCPV6_NIS_SERVER, "NIS servers address", 0, ANY, NULL},
	{28, KIND_ADDRESSES, DHCPV6_NISP_SERVER, "NISP servers address", 0, ANY, NULL},
	{29, KIND_NAMES, DHCPV6_NIS_FQDN, "nis-domain-name", 0, ANY, NULL},
	{30, KIND_NAMES, DHCPV6_NISP_FQDN, "nisp-domain-name", 0, ANY, NULL},
	{31, KIND_COUNTED, DHCPV6_SNTP_SERVER, "SNTP servers address", 0, ANY, NULL},
	{32, KIND_NUMBER, DHCPV6_LIFETIME, "LIFETIME", 4, 4, NULL},
	{33, KIND_NAMES, DHCPV6_BCMCS_SERVER_FQDN, "BCMCS Servers Domain Search List", 0, ANY,
	 NULL},
	{34, KIND_ADDRESSES, DHCPV6_BCMCS_SERVER_A, "BCMCS servers address", 0, ANY, NULL},
	SPECIAL(37, "REMOTE_ID", 4, ANY, say_remote),
	{38, KIND_TEXT, DHCPV6_SUBSCRIBER_ID, "SUBSCRIBER_ID", 1, ANY, NULL},
	SPECIAL(39, "FQDN", 1, ANY, say_fqdn),
	{40, KIND_ADDRESSES, DHCPV6_PANA_AGENT, "PANA agent address", 0, ANY, NULL},
	{41, KIND_TEXT, DHCPV6_TIMEZONE, NULL, 0, ANY, NULL},
	{42, KIND_TEXT, DHCPV6_TZDB, NULL, 0, ANY, NULL},
	SPECIAL(43, NULL, 0, ANY, say_requested),
	SPECIAL(44, "LQ-QUERY", 17, ANY, say_query),
	{45, KIND_OPTIONS, 0, NULL, 0, ANY, NULL},
	{46, KIND_NUMBER, DHCPV6_CLT_TIME, "CLT_TIME", 4, 4, NULL},
	SPECIAL(47, "LQ_RELAY_DATA", 16, ANY, say_relay_data),
	{48, KIND_ADDRESSES, DHCPV6_LQ_CLIENT_LINK, "LQ client links address", 0, ANY, NULL},
	{52, KIND_ADDRESSES, DHCPV6_CAPWAP_AC_V6, "CAPWAP Access Controllers address", 0, ANY,
	 NULL},
	SPECIAL(53, "DUID", 2, ANY, say_duid),
	SPECIAL(56, "NTP Server", 4, ANY, say_ntp),
	{64, KIND_NAME, DHCPV6_AFTR_NAME, NULL, 0, ANY, NULL},
	SPECIAL(67, "PD_EXCLUDE", 2, 17, say_exclude),
	SPECIAL(89, "S46_RULE", 8, ANY, say_s46_rule),
	{90, KIND_ADDRESS, DHCPV6_S46_BR_ADDRESS, "S46_BR", 16, 16, NULL},
	SPECIAL(91, "S46_DMR", 1, 17, say_s46_dmr),
	SPECIAL(92, "S46_V4V6BIND", 5, ANY, say_s46_binding),
	SPECIAL(93, "S46_PORTPARAMS", 4, 4, say_s46_ports),
	{94, KIND_OPTIONS, 0, NULL, 0, ANY, NULL},
	{95, KIND_OPTIONS, 0, NULL, 0, ANY, NULL},
	{96, KIND_OPTIONS, 0, NULL, 0, ANY, NULL},
	{103, KIND_TEXT, DHCPV6_CAPTIVE_PORTAL, NULL, 0, ANY, NULL},
	{112, KIND_TEXT, DHCPV6_MUDURL, NULL, 0, ANY, NULL},
	FAILOVER(114, BINDING_STATUS, 1),
	SPECIAL(115, "Failover", 2, 2, say_connect),
	{117, KIND_NAME, DHCPV6_FAILOVER_DNS_HOSTNAME, NULL, 0, ANY, NULL},
	{118, KIND_NAME, DHCPV6_FAILOVER_DNS_ZONENAME, NULL, 0, ANY, NULL},
	SPECIAL(119, "Failover", 2, 2, say_dns_flags),
	FAILOVER(120, EXPIRATION_TIME, 4),
	FAILOVER(121, MAX_UNACKED_BNDUPD, 4),
	FAILOVER(122, MCLT, 4),
	FAILOVER(123, PARTNER_LIFETIME, 4),
	FAILOVER(124, PARTNER_LIFETIME_SENT, 4),
	FAILOVER(125, PARTNER_DOWN_TIME, 4),
	FAILOVER(126, PARTNER_RAW_CLT_TIME, 4),
	SPECIAL(127, "Failover", 4, 4, say_version),
	FAILOVER(128, KEEPALIVE_TIME, 4),
	SPECIAL(129, "Failover", 4, ANY, say_reconfigure),
	{130, KIND_TEXT, DHCPV6_FAILOVER_RELATIONSHIP_NAME, NULL, 0, ANY, NULL},
	SPECIAL(131, "Failover", 1, 1, say_server_flags),
	FAILOVER(132, SERVER_STATE, 1),
	FAILOVER(133, START_TIME_OF_STATE, 4),
	FAILOVER(134, STATE_EXPIRATION_TIME, 4),
	{135, KIND_NUMBER, DHCPV6_RELAY_PORT, "Relay Port", 2, 2, NULL},
	{165, KIND_ADDRESS, DHCPV6_MIP6_HOME_AGENT, "MIP6_HA", 16, 16, NULL},
	{166, KIND_ADDRESS, DHCPV6_MIP6_HOME_ADDRESS, "MIP6_HOA", 16, 16, NULL},
	{167, KIND_TEXT, DHCPV6_NAI, "NAI", 4, ANY, NULL},
};

static void say_kind(struct dissect *d, struct cursor *c, const struct option *o,
		     struct dhcpv6_message in)
{
	uint16_t id = FIELD_ID(PROTOCOL_DHCPV6, o->field);

	switch ((enum kind)o->kind) {
	case KIND_EMPTY:
		break;
	case KIND_NUMBER:
		say_uint(d, c, id, cursor_left(c));
		break;
	case KIND_ADDRESS:
	case KIND_ADDRESSES:
	case KIND_COUNTED:
		for (uint32_t i = 1; cursor_left(c) && cursor_ok(c) && dissect_step(d); i++) {
			struct addr a = say_ipv6(d, c, id);
			char text[ADDR_TEXT_MAX];

			if (o->kind == KIND_COUNTED && dissect_wants_text(d))
				item_text(d->tree, d->item, "%2u %s: %s", i, field_get(id)->label,
					  addr_text(&a, text));
		}
		break;
	case KIND_TEXT:
		say_string(d, c, id, cursor_left(c));
		break;
	case KIND_BYTES:
		say_bytes(d, c, id, cursor_left(c));
		break;
	case KIND_NAME:
		say_name(d, c, id);
		break;
	case KIND_NAMES:
		say_names(d, c, o);
		break;
	case KIND_OPTIONS:
		say_options_within(d, c, in);
		break;
	case KIND_SPECIAL:
		o->special(d, c, in);
		break;
	}
}

/* Addresses must fill their option. */
static bool length_fits(const struct option *o, uint32_t len)
{
	if ((o->kind == KIND_ADDRESSES || o->kind == KIND_COUNTED) && len % 16)
		return false;
	return len >= o->least && len <= o->most;
}

void dhcpv6_say_value(struct dissect *d, struct cursor *c, uint16_t code, struct dhcpv6_message in)
{
	const struct option *o = NULL;

	if (!cursor_ok(c))
		return;
	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]) && !o; i++)
		if (options[i].code == code)
			o = &options[i];
	if (!o)
		return;
	if (length_fits(o, cursor_left(c)))
		say_kind(d, c, o, in);
	else
		say_expert(d, d->tree ? d->tree->parent : TREE_NO_PARENT, F(MALFORMED_OPTION),
			   EXPERT_ERROR, EXPERT_MALFORMED, "%s: malformed option", o->word);
}
