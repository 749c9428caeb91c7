// SPDX-License-Identifier: Apache-2.0
// The values of DHCPv6 options, most of them by a table of kinds (IANA, "DHCPv6 Parameters").
//
// Theory of operation. options[] names for each option how its value is read, into which field,
// and within what lengths it makes sense; a value outside them is said to be malformed and left
// alone, as tshark does. Options with a form of their own have a function of their own (dhcpv6_special.h).
#include "proto/dhcpv6_special.h"

#define F(name) DHCPV6_FIELD(name)

#define ANY UINT16_MAX

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

struct option {
	uint16_t code; /* 0 ends the table */
	uint8_t kind;
	uint8_t field;
	const char *word; /* in "... malformed option", or the line above names */
	uint16_t least;   /* lengths of the value */
	uint16_t most;
	dhcpv6_special_fn *special;
};

#define SPECIAL(code, word, least, most, fn)                                                       \
	{                                                                                          \
		(code), KIND_SPECIAL, 0, (word), (least), (most), (fn)                             \
	}
#define FAILOVER(code, field, len)                                                                 \
	{                                                                                          \
		(code), KIND_NUMBER, DHCPV6_FAILOVER_##field, "Failover", (len), (len), NULL       \
	}

static const struct option options[] = {
	SPECIAL(1, "DUID", 2, ANY, dhcpv6_say_client),
	SPECIAL(2, "DUID", 2, ANY, dhcpv6_say_duid),
	SPECIAL(3, "IA_NA", 12, ANY, dhcpv6_say_ia),
	SPECIAL(4, "IA_TA", 4, ANY, dhcpv6_say_ia_ta),
	SPECIAL(5, "IA_TA", 24, ANY, dhcpv6_say_ia_address),
	SPECIAL(6, NULL, 0, ANY, dhcpv6_say_requested),
	{7, KIND_NUMBER, DHCPV6_OPTION_PREFERENCE, "PREFERENCE", 1, 1, NULL},
	SPECIAL(8, "ELAPSED-TIME", 2, 2, dhcpv6_say_elapsed),
	SPECIAL(9, "RELAY-MSG", 1, ANY, dhcpv6_say_relayed),
	SPECIAL(11, "AUTH", 11, ANY, dhcpv6_say_authentication),
	{12, KIND_ADDRESS, DHCPV6_UNICAST, "UNICAST", 16, 16, NULL},
	SPECIAL(13, "STATUS_CODE", 2, ANY, dhcpv6_say_status),
	SPECIAL(15, NULL, 0, ANY, dhcpv6_say_user_class),
	SPECIAL(16, "VENDOR_CLASS", 4, ANY, dhcpv6_say_vendor_class),
	SPECIAL(17, "VENDOR_OPTS", 4, ANY, dhcpv6_say_vendor_options),
	{18, KIND_BYTES, DHCPV6_INTERFACE_ID, "INTERFACE_ID", 1, ANY, NULL},
	{19, KIND_NUMBER, DHCPV6_RECONF_MSG, "RECONF_MSG", 1, 1, NULL},
	{20, KIND_EMPTY, 0, "RECONF_ACCEPT", 0, 0, NULL},
	{21, KIND_NAMES, DHCPV6_SIP_SERVER_DOMAIN_SEARCH_FQDN, "SIP Servers Domain Search List", 0,
	 ANY, NULL},
	{22, KIND_ADDRESSES, DHCPV6_SIP_SERVER_A, "SIP servers address", 0, ANY, NULL},
	{23, KIND_COUNTED, DHCPV6_DNS_SERVER, "DNS servers address", 0, ANY, NULL},
	{24, KIND_NAMES, DHCPV6_SEARCH_LIST_ENTRY, "Domain name suffix search list", 0, ANY, NULL},
	SPECIAL(25, "IA_PD", 12, ANY, dhcpv6_say_ia),
	SPECIAL(26, "IAPREFIX", 25, ANY, dhcpv6_say_ia_prefix),
	{27, KIND_ADDRESSES, DHCPV6_NIS_SERVER, "NIS servers address", 0, ANY, NULL},
	{28, KIND_ADDRESSES, DHCPV6_NISP_SERVER, "NISP servers address", 0, ANY, NULL},
	{29, KIND_NAMES, DHCPV6_NIS_FQDN, "nis-domain-name", 0, ANY, NULL},
	{30, KIND_NAMES, DHCPV6_NISP_FQDN, "nisp-domain-name", 0, ANY, NULL},
	{31, KIND_COUNTED, DHCPV6_SNTP_SERVER, "SNTP servers address", 0, ANY, NULL},
	{32, KIND_NUMBER, DHCPV6_LIFETIME, "LIFETIME", 4, 4, NULL},
	{33, KIND_NAMES, DHCPV6_BCMCS_SERVER_FQDN, "BCMCS Servers Domain Search List", 0, ANY,
	 NULL},
	{34, KIND_ADDRESSES, DHCPV6_BCMCS_SERVER_A, "BCMCS servers address", 0, ANY, NULL},
	SPECIAL(37, "REMOTE_ID", 4, ANY, dhcpv6_say_remote),
	{38, KIND_TEXT, DHCPV6_SUBSCRIBER_ID, "SUBSCRIBER_ID", 1, ANY, NULL},
	SPECIAL(39, "FQDN", 1, ANY, dhcpv6_say_fqdn),
	{40, KIND_ADDRESSES, DHCPV6_PANA_AGENT, "PANA agent address", 0, ANY, NULL},
	{41, KIND_TEXT, DHCPV6_TIMEZONE, NULL, 0, ANY, NULL},
	{42, KIND_TEXT, DHCPV6_TZDB, NULL, 0, ANY, NULL},
	SPECIAL(43, NULL, 0, ANY, dhcpv6_say_requested),
	SPECIAL(44, "LQ-QUERY", 17, ANY, dhcpv6_say_query),
	{45, KIND_OPTIONS, 0, NULL, 0, ANY, NULL},
	{46, KIND_NUMBER, DHCPV6_CLT_TIME, "CLT_TIME", 4, 4, NULL},
	SPECIAL(47, "LQ_RELAY_DATA", 16, ANY, dhcpv6_say_relay_data),
	{48, KIND_ADDRESSES, DHCPV6_LQ_CLIENT_LINK, "LQ client links address", 0, ANY, NULL},
	{52, KIND_ADDRESSES, DHCPV6_CAPWAP_AC_V6, "CAPWAP Access Controllers address", 0, ANY,
	 NULL},
	SPECIAL(53, "DUID", 2, ANY, dhcpv6_say_duid),
	SPECIAL(56, "NTP Server", 4, ANY, dhcpv6_say_ntp),
	{64, KIND_NAME, DHCPV6_AFTR_NAME, NULL, 0, ANY, NULL},
	SPECIAL(67, "PD_EXCLUDE", 2, 17, dhcpv6_say_exclude),
	SPECIAL(89, "S46_RULE", 8, ANY, dhcpv6_say_s46_rule),
	{90, KIND_ADDRESS, DHCPV6_S46_BR_ADDRESS, "S46_BR", 16, 16, NULL},
	SPECIAL(91, "S46_DMR", 1, 17, dhcpv6_say_s46_dmr),
	SPECIAL(92, "S46_V4V6BIND", 5, ANY, dhcpv6_say_s46_binding),
	SPECIAL(93, "S46_PORTPARAMS", 4, 4, dhcpv6_say_s46_ports),
	{94, KIND_OPTIONS, 0, NULL, 0, ANY, NULL},
	{95, KIND_OPTIONS, 0, NULL, 0, ANY, NULL},
	{96, KIND_OPTIONS, 0, NULL, 0, ANY, NULL},
	{103, KIND_TEXT, DHCPV6_CAPTIVE_PORTAL, NULL, 0, ANY, NULL},
	{112, KIND_TEXT, DHCPV6_MUDURL, NULL, 0, ANY, NULL},
	FAILOVER(114, BINDING_STATUS, 1),
	SPECIAL(115, "Failover", 2, 2, dhcpv6_say_connect),
	{117, KIND_NAME, DHCPV6_FAILOVER_DNS_HOSTNAME, NULL, 0, ANY, NULL},
	{118, KIND_NAME, DHCPV6_FAILOVER_DNS_ZONENAME, NULL, 0, ANY, NULL},
	SPECIAL(119, "Failover", 2, 2, dhcpv6_say_dns_flags),
	FAILOVER(120, EXPIRATION_TIME, 4),
	FAILOVER(121, MAX_UNACKED_BNDUPD, 4),
	FAILOVER(122, MCLT, 4),
	FAILOVER(123, PARTNER_LIFETIME, 4),
	FAILOVER(124, PARTNER_LIFETIME_SENT, 4),
	FAILOVER(125, PARTNER_DOWN_TIME, 4),
	FAILOVER(126, PARTNER_RAW_CLT_TIME, 4),
	SPECIAL(127, "Failover", 4, 4, dhcpv6_say_version),
	FAILOVER(128, KEEPALIVE_TIME, 4),
	SPECIAL(129, "Failover", 4, ANY, dhcpv6_say_reconfigure),
	{130, KIND_TEXT, DHCPV6_FAILOVER_RELATIONSHIP_NAME, NULL, 0, ANY, NULL},
	SPECIAL(131, "Failover", 1, 1, dhcpv6_say_server_flags),
	FAILOVER(132, SERVER_STATE, 1),
	FAILOVER(133, START_TIME_OF_STATE, 4),
	FAILOVER(134, STATE_EXPIRATION_TIME, 4),
	{135, KIND_NUMBER, DHCPV6_RELAY_PORT, "Relay Port", 2, 2, NULL},
	{165, KIND_ADDRESS, DHCPV6_MIP6_HOME_AGENT, "MIP6_HA", 16, 16, NULL},
	{166, KIND_ADDRESS, DHCPV6_MIP6_HOME_ADDRESS, "MIP6_HOA", 16, 16, NULL},
	{167, KIND_TEXT, DHCPV6_NAI, "NAI", 4, ANY, NULL},
};

static void say_names(struct dissect *d, struct cursor *c, const struct option *o)
{
	uint32_t before;

	say_line(d, c->at, cursor_held(c), "%s", o->word);
	before = say_open(d);
	while (cursor_left(c) && dissect_step(d))
		dhcpv6_say_name(d, c, FIELD_ID(PROTOCOL_DHCPV6, o->field));
	say_close(d, before);
}

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
		dhcpv6_say_name(d, c, id);
		break;
	case KIND_NAMES:
		say_names(d, c, o);
		break;
	case KIND_OPTIONS:
		dhcpv6_say_options_within(d, c, in);
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
