// SPDX-License-Identifier: Apache-2.0
// DHCPv6 options that are more than a value: names, queries, time servers, softwires and failover.
#include "proto/dhcpv6_special.h"

#define F(name) DHCPV6_FIELD(name)

#define NAME_MAX_LEN 256 /* RFC 1035 s. 3.1 */
#define LABEL_MAX    63

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

void dhcpv6_say_name(struct dissect *d, struct cursor *c, uint16_t id)
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

void dhcpv6_say_fqdn(struct dissect *d, struct cursor *c, struct dhcpv6_message in)
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
		dhcpv6_say_name(d, c, F(CLIENT_DOMAIN));
}

void dhcpv6_say_query(struct dissect *d, struct cursor *c, struct dhcpv6_message in)
{
	say_uint(d, c, F(LQ_QUERY), 1);
	say_ipv6(d, c, F(LQ_QUERY_LINK_ADDRESS));
	dhcpv6_say_options_within(d, c, in);
}

void dhcpv6_say_relay_data(struct dissect *d, struct cursor *c, struct dhcpv6_message in)
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

void dhcpv6_say_ntp(struct dissect *d, struct cursor *c, struct dhcpv6_message in)
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
			dhcpv6_say_name(d, &part, F(NTPSERVER_FQDN));
		else if ((code == NTP_ADDRESS || code == NTP_MULTICAST) && len == 16)
			say_ipv6(d, &part,
				 code == NTP_ADDRESS ? F(NTPSERVER_ADDR) : F(NTPSERVER_MC_ADDR));
		say_close(d, before);
		if (cursor_ok(c) && !cursor_ok(&part))
			c->status = part.status;
	}
}

void dhcpv6_say_exclude(struct dissect *d, struct cursor *c, struct dhcpv6_message in)
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

void dhcpv6_say_s46_rule(struct dissect *d, struct cursor *c, struct dhcpv6_message in)
{
	static const uint16_t bits[] = {F(S46_RULE_FLAGS_RESERVED), F(S46_RULE_FLAGS_FMR)};
	uint8_t flags = (uint8_t)say_bitfield(d, c, F(S46_RULE_FLAGS), 1, bits, 2);

	item_append(d->tree, d->item, "%s", flags & 1 ? ", Forwarding Mapping Rule" : "");
	say_uint(d, c, F(S46_RULE_EA_LEN), 1);
	say_uint(d, c, F(S46_RULE_IPV4_PREF_LEN), 1);
	say_ipv4(d, c, F(S46_RULE_IPV4_PREFIX));
	say_prefix(d, c, F(S46_RULE_IPV6_PREFIX_LEN), F(S46_RULE_IPV6_PREFIX));
	dhcpv6_say_options_within(d, c, in);
}

void dhcpv6_say_s46_dmr(struct dissect *d, struct cursor *c, struct dhcpv6_message in)
{
	(void)in;
	say_prefix(d, c, F(S46_DMR_DMR_PREF_LEN), F(S46_DMR_DMR_PREFIX));
}

void dhcpv6_say_s46_binding(struct dissect *d, struct cursor *c, struct dhcpv6_message in)
{
	say_ipv4(d, c, F(S46_V4V6BIND_IPV4_ADDRESS));
	say_prefix(d, c, F(S46_V4V6BIND_IPV6_PREF_LEN), F(S46_V4V6BIND_IPV6_PREFIX));
	dhcpv6_say_options_within(d, c, in);
}

void dhcpv6_say_s46_ports(struct dissect *d, struct cursor *c, struct dhcpv6_message in)
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

void dhcpv6_say_version(struct dissect *d, struct cursor *c, struct dhcpv6_message in)
{
	(void)in;
	say_uint(d, c, F(FAILOVER_PROTOCOL_MAJOR_VERSION), 2);
	say_uint(d, c, F(FAILOVER_PROTOCOL_MINOR_VERSION), 2);
}

void dhcpv6_say_reconfigure(struct dissect *d, struct cursor *c, struct dhcpv6_message in)
{
	(void)in;
	say_uint(d, c, F(FAILOVER_RECONFIGURE_TIME), 4);
	if (cursor_left(c))
		say_bytes(d, c, F(FAILOVER_RECONFIGURE_KEY), cursor_left(c));
}

void dhcpv6_say_connect(struct dissect *d, struct cursor *c, struct dhcpv6_message in)
{
	static const uint16_t bits[] = {F(FAILOVER_CONNECT_FLAGS_RESERVED),
					F(FAILOVER_CONNECT_FLAGS_F)};

	(void)in;
	if (say_bitfield(d, c, F(FAILOVER_CONNECT_FLAGS), 2, bits, 2) & 1)
		item_append(d->tree, d->item, ", Fixed PD Length (F)");
}

void dhcpv6_say_server_flags(struct dissect *d, struct cursor *c, struct dhcpv6_message in)
{
	static const uint16_t bits[] = {F(FAILOVER_SERVER_FLAGS_RESERVED),
					F(FAILOVER_SERVER_FLAGS_A), F(FAILOVER_SERVER_FLAGS_S),
					F(FAILOVER_SERVER_FLAGS_C)};
	uint64_t flags = say_bitfield(d, c, F(FAILOVER_SERVER_FLAGS), 1, bits, 4);

	(void)in;
	item_append(d->tree, d->item, "%s%s%s", flags & 4 ? ", Ack Startup (A)" : "",
		    flags & 2 ? ", Startup (S)" : "", flags & 1 ? ", Communicated (C)" : "");
}

void dhcpv6_say_dns_flags(struct dissect *d, struct cursor *c, struct dhcpv6_message in)
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
