// SPDX-License-Identifier: Apache-2.0
// Dissects ICMPv6 (RFC 4443, 4861, 8335): header, errors, echo, neighbour discovery.
#include "proto/icmpv6.h"

#include "proto/icmp_fields.h"
#include "proto/icmpv6_fields.h"
#include "proto/ipv4.h"
#include "proto/names.h"
#include "wire/checksum.h"

#define F(name) ICMPV6_FIELD(name)

#define HEAD_LEN        4
#define TYPE_MLD_QUERY  130
#define TYPE_MLD_DONE   132
#define TYPE_RENUMBER   138
#define TYPE_NI_QUERY   139
#define TYPE_NI_REPLY   140
#define TYPE_MLD_REPORT 143 /* version 2, RFC 3810 */
#define TYPE_HOME_QUERY 144 /* RFC 6275 s. 6.5 */
#define TYPE_HOME_REPLY 145
#define TYPE_PREFIX_ASK 146
#define TYPE_PREFIX_ADV 147
#define TYPE_RPL        155 /* RFC 6550 */
#define TYPE_EXT_ECHO   160 /* RFC 8335 */
#define TYPE_EXT_REPLY  161
#define OPTION_SOURCE   1
#define OPTION_TARGET   2
#define LENGTH_UNIT     8 /* RFC 4884 s. 4.4: of the length field */

static const struct value_name unreachable_codes[] = {
	VALUE(0, "no route to destination"),
	VALUE(1, "Administratively prohibited"),
	VALUE(2, "Beyond scope of source address"),
	VALUE(3, "Address unreachable"),
	VALUE(4, "Port unreachable"),
	VALUE(5, "Source address failed ingress/egress policy"),
	VALUE(6, "Reject route to destination"),
	VALUE(7, "Error in Source Routing Header"),
	VALUE(8, "Headers too long"),
	VALUE_END,
};

static const struct value_name exceeded_codes[] = {
	VALUE(0, "hop limit exceeded in transit"),
	VALUE(1, "fragment reassembly time exceeded"),
	VALUE_END,
};

static const struct value_name problem_codes[] = {
	VALUE(0, "erroneous header field encountered"),
	VALUE(1, "unrecognized Next Header type encountered"),
	VALUE(2, "unrecognized IPv6 option encountered"),
	VALUE(3, "IPv6 First Fragment has incomplete IPv6 Header Chain"),
	VALUE_END,
};

static const struct value_name renumber_codes[] = {
	VALUE(0, "Command"),
	VALUE(1, "Result"),
	VALUE(255, "Sequence number reset"),
	VALUE_END,
};

static const struct value_name query_codes[] = {
	VALUE(0, "Query subject = IPv6 addresses"),
	VALUE(1, "Query subject = DNS name or empty (NOOP)"),
	VALUE(2, "Query subject = IPv4 addresses"),
	VALUE_END,
};

static const struct value_name reply_codes[] = {
	VALUE(0, "Successful"),
	VALUE(1, "Refused"),
	VALUE(2, "Unknown query type"),
	VALUE_END,
};

static const struct value_name rpl_codes[] = {
	VALUE(0x00, "DODAG Information Solicitation"),
	VALUE(0x01, "DODAG Information Object"),
	VALUE(0x02, "Destination Advertisement Object"),
	VALUE(0x03, "Destination Advertisement Object Acknowledgment"),
	VALUE(0x80, "Secure DODAG Information Solicitation"),
	VALUE(0x81, "Secure DODAG Information Object"),
	VALUE(0x82, "Secure Destination Advertisement Object"),
	VALUE(0x83, "Secure Destination Advertisement Object Acknowledgment"),
	VALUE(0x8a, "Consistency Check"),
	VALUE_END,
};

/* The codes of a type; NULL when it has none. */
static const struct value_name *codes_of(uint8_t type)
{
	switch (type) {
	case ICMPV6_UNREACHABLE:
		return unreachable_codes;
	case ICMPV6_TIME_EXCEEDED:
		return exceeded_codes;
	case ICMPV6_PARAMETER_PROBLEM:
		return problem_codes;
	case TYPE_RENUMBER:
		return renumber_codes;
	case TYPE_NI_QUERY:
		return query_codes;
	case TYPE_NI_REPLY:
		return reply_codes;
	case TYPE_RPL:
		return rpl_codes;
	case TYPE_EXT_ECHO:
		return extended_echo_codes;
	case TYPE_EXT_REPLY:
		return extended_reply_codes;
	default:
		return NULL;
	}
}

static void say_head(struct dissect *d, struct cursor *c, uint8_t *ret_type, uint8_t *ret_code)
{
	uint8_t type = (uint8_t)say_uint(d, c, F(TYPE), 1);
	const char *name = value_name(field_get(F(TYPE))->names, type);
	const struct value_name *codes = codes_of(type);
	uint8_t code;
	const char *code_name;

	if (cursor_ok(c) && name)
		info_set(d, "%s", name);
	else if (cursor_ok(c))
		info_set(d, "Unknown (%u)", type);
	code = (uint8_t)say_uint(d, c, F(CODE), 1);
	code_name = value_name(codes, code);
	if (cursor_ok(c) && codes) {
		item_append(d->tree, d->item, " (%s)", code_name ? code_name : "Unknown");
		if (code_name)
			info_add(d, " (%s)", code_name);
		else
			info_add(d, " (Unknown (%u))", code);
	}
	*ret_type = type;
	*ret_code = code;
}

static void say_sum(struct dissect *d, struct cursor *c, const struct cursor *whole)
{
	static const uint16_t ids[] = {F(CHECKSUM), F(CHECKSUM_STATUS), F(CHECKSUM_BAD_EXPERT)};
	uint32_t len = cursor_left(whole);
	uint32_t at = c->at;
	uint16_t value = cursor_be16(c);
	uint32_t sum;

	if (!d->tree || !cursor_ok(c))
		return;
	if (!d->kept.fragment && !d->depth && cursor_held(whole) == len &&
	    d->kept.ip_source.family == 6) {
		sum = checksum_pseudo(0, d->kept.ip_source.bytes, d->kept.ip_destination.bytes, 16,
				      IP_ICMPV6, len);
		sum = checksum_add(sum, whole->base + whole->at, len);
		icmp_say_checksum(d, at, value, checksum_finish(sum), ids);
		return;
	}
	d->item = tree_uint(d->tree, F(CHECKSUM), at, 2, value);
	item_append(d->tree, d->item, " [unverified]%s", d->depth ? " [in ICMP error packet]" : "");
	item_flag(tree_uint(d->tree, F(CHECKSUM_STATUS), 0, 0, CHECKSUM_STATUS_UNVERIFIED),
		  ITEM_GENERATED);
}

/* Link-layer addresses of the options are worth a word in the Info column. */
static void add_link_address(struct dissect *d, struct cursor c, uint8_t wanted, const char *word)
{
	char text[MAC_TEXT_MAX];
	uint8_t mac[MAC_LEN];

	while (cursor_left(&c) >= 8 && dissect_step(d)) {
		uint8_t kind = cursor_u8(&c);
		uint32_t len = cursor_u8(&c) * 8u;
		struct cursor value;

		if (!cursor_ok(&c) || len == 0)
			return;
		value = cursor_take(&c, len - 2);
		if (kind != wanted || len != 8)
			continue;
		cursor_copy(&value, mac, MAC_LEN);
		if (cursor_ok(&value))
			info_add(d, " %s %s", word, mac_text(mac, true, text));
	}
}

static void info_addr(struct dissect *d, const char *word, const struct addr *a)
{
	char text[ADDR_TEXT_MAX];

	if (d->info)
		info_add(d, "%s%s", word, addr_text(a, text));
}

static void read_router_advert(struct dissect *d, struct cursor *c)
{
	static const uint16_t bits[] = {F(ND_RA_FLAG_M),   F(ND_RA_FLAG_O), F(ND_RA_FLAG_H),
					F(ND_RA_FLAG_PRF), F(ND_RA_FLAG_P), F(ND_RA_FLAG_RSV)};
	uint32_t before, at;
	uint8_t flags;
	const char *prf;

	say_uint(d, c, F(ND_RA_CUR_HOP_LIMIT), 1);
	at = c->at;
	flags = (uint8_t)say_uint(d, c, F(ND_RA_FLAG), 1);
	prf = value_name(field_get(F(ND_RA_FLAG_PRF))->names, flags >> 3 & 3);
	item_append(d->tree, d->item, "%s%s%s, Prf (Default Router Preference): %s%s",
		    flags & 0x80 ? ", Managed address configuration" : "",
		    flags & 0x40 ? ", Other configuration" : "", flags & 0x20 ? ", Home Agent" : "",
		    prf ? prf : "Unknown", flags & 4 ? ", Proxy" : "");
	before = say_open(d);
	if (cursor_ok(c))
		say_bits(d, at, 1, flags, bits, 6);
	say_close(d, before);
	say_uint(d, c, F(ND_RA_ROUTER_LIFETIME), 2);
	say_uint(d, c, F(ND_RA_REACHABLE_TIME), 4);
	say_uint(d, c, F(ND_RA_RETRANS_TIMER), 4);
	add_link_address(d, *c, OPTION_SOURCE, "from");
	icmpv6_say_options(d, c);
}

static void read_advert(struct dissect *d, struct cursor *c)
{
	static const uint16_t bits[] = {F(ND_NA_FLAG_R), F(ND_NA_FLAG_S), F(ND_NA_FLAG_O),
					F(ND_NA_FLAG_RSV)};
	uint32_t at = c->at;
	uint32_t flags = (uint32_t)say_uint(d, c, F(ND_NA_FLAG), 4);
	uint32_t before;
	struct addr target;
	const char *separator = " (";

	item_append(d->tree, d->item, "%s%s%s", flags & ND_ROUTER ? ", Router" : "",
		    flags & ND_SOLICITED ? ", Solicited" : "",
		    flags & ND_OVERRIDE ? ", Override" : "");
	before = say_open(d);
	if (cursor_ok(c))
		say_bits(d, at, 4, flags, bits, 4);
	say_close(d, before);
	target = say_ipv6(d, c, F(ND_NA_TARGET_ADDRESS));
	if (!cursor_ok(c))
		return;
	info_addr(d, " ", &target);
	for (unsigned i = 0; i < 3; i++) {
		static const char *const words[] = {"rtr", "sol", "ovr"};

		if (!(flags & ND_ROUTER >> i))
			continue;
		info_add(d, "%s%s", separator, words[i]);
		separator = ", ";
	}
	if (separator[0] == ',')
		info_add(d, ")");
	add_link_address(d, *c, OPTION_TARGET, "is at");
	icmpv6_say_options(d, c);
}

static void read_solicit(struct dissect *d, struct cursor *c)
{
	struct addr target;

	say_bytes(d, c, F(RESERVED), 4);
	target = say_ipv6(d, c, F(ND_NS_TARGET_ADDRESS));
	if (!cursor_ok(c))
		return;
	info_addr(d, " for ", &target);
	add_link_address(d, *c, OPTION_SOURCE, "from");
	icmpv6_say_options(d, c);
}

static void read_redirect(struct dissect *d, struct cursor *c)
{
	say_bytes(d, c, F(RESERVED), 4);
	say_ipv6(d, c, F(ND_RD_TARGET_ADDRESS));
	say_ipv6(d, c, F(RD_NA_DESTINATION_ADDRESS));
	if (!cursor_ok(c))
		return;
	add_link_address(d, *c, OPTION_TARGET, "is at");
	icmpv6_say_options(d, c);
}

/* An error: four bytes by type, the quoted packet, perhaps extensions. */
static void read_error(struct dissect *d, struct cursor *c, uint8_t type)
{
	struct cursor quote;
	uint32_t len = 0;

	if (type == ICMPV6_TOO_BIG) {
		say_uint(d, c, F(MTU), 4);
	} else if (type == ICMPV6_PARAMETER_PROBLEM) {
		say_uint(d, c, F(POINTER), 4);
	} else {
		struct cursor look = *c;

		len = cursor_u8(&look) * (uint32_t)LENGTH_UNIT;
		if (len) {
			say_uint(d, c, F(LENGTH), 1);
			item_append(d->tree, d->item, " (%u bytes)", len);
			say_bytes(d, c, F(RESERVED), 3);
		} else {
			say_bytes(d, c, F(RESERVED), 4);
		}
	}
	if (!cursor_need(c, 1))
		return;
	quote = *c;
	if (len && len < cursor_left(c)) {
		quote = cursor_take(c, len);
		dissect_inside(d, PROTOCOL_IPV6, &quote);
		icmp_say_extensions(d, c);
		return;
	}
	dissect_inside(d, PROTOCOL_IPV6, &quote);
	c->at = c->wire;
}

static void say_no_reply(struct dissect *d)
{
	info_add(d, " (no response found!)");
	d->item = item_flag(tree_uint(d->tree, F(NO_RESP), 0, 0, 0), ITEM_GENERATED);
	say_expert(d, tree_index(d->tree, d->item), F(RESP_NOT_FOUND), EXPERT_WARN, EXPERT_SEQUENCE,
		   "No response seen to ICMPv6 request");
}

/* Which frame answers this one, or was answered by it; see icmp_dissect.c for the checksum. */
static void say_other(struct dissect *d, bool reply, uint32_t sum, uint32_t id_and_seq)
{
	struct pair_query query = {.kind = PAIR_ICMPV6, .reply = reply};
	struct pair_view view;

	if (reply) {
		sum = (uint16_t)~sum + (uint16_t) ~((ICMPV6_ECHO_REPLY - ICMPV6_ECHO) << 8);
		sum = (uint16_t) ~(sum + (sum >> 16));
	}
	query.number = (uint64_t)sum << 32 | id_and_seq | dissect_in_udp(d);
	view = dissect_pair(d, &query);
	if (!view.frame) {
		if (view.settled && !reply)
			say_no_reply(d);
		return;
	}
	info_add(d, reply ? " (request in %u)" : " (reply in %u)", view.frame);
	item_flag(tree_uint(d->tree, reply ? F(RESP_TO) : F(RESP_IN), 0, 0, view.frame),
		  ITEM_GENERATED);
	if (!reply)
		return;
	d->item = item_flag(
		tree_real(d->tree, F(RESPTIME), 0, 0, (double)view.time / (double)NSEC_PER_MSEC),
		ITEM_GENERATED);
	item_text(d->tree, d->item, "Response Time: %.3f ms",
		  (double)view.time / (double)NSEC_PER_MSEC);
}

static void read_echo(struct dissect *d, struct cursor *c, bool reply)
{
	struct cursor look = *c;
	uint32_t id = (uint32_t)say_uint(d, c, F(ECHO_IDENTIFIER), 2);
	uint32_t seq = (uint32_t)say_uint(d, c, F(ECHO_SEQUENCE_NUMBER), 2);

	if (!cursor_ok(c))
		return;
	info_add(d, " id=0x%04x, seq=%u, hop limit=%u", id, seq, d->kept.hops);
	look.at -= 2; /* the checksum */
	say_other(d, reply, cursor_be16(&look), id << 16 | seq);
	dissect_data_below(d, c);
}

static void read_ext_echo(struct dissect *d, struct cursor *c, uint8_t type)
{
	static const uint16_t request[] = {F(EXT_ECHO_REQ_RES), F(EXT_ECHO_REQ_LOCAL)};
	static const uint16_t reply[] = {F(EXT_ECHO_RSP_STATE), F(EXT_ECHO_RSP_RES),
					 F(EXT_ECHO_RSP_ACTIVE), F(EXT_ECHO_RSP_IPV4),
					 F(EXT_ECHO_RSP_IPV6)};
	uint32_t at;
	uint8_t bits;

	say_uint(d, c, F(ECHO_IDENTIFIER), 2);
	say_uint(d, c, F(EXT_ECHO_SEQ), 1);
	at = c->at;
	bits = cursor_u8(c);
	if (!cursor_ok(c))
		return;
	say_bits(d, at, 1, bits, type == TYPE_EXT_ECHO ? request : reply,
		 type == TYPE_EXT_ECHO ? 2 : 5);
	if (type == TYPE_EXT_ECHO && cursor_left(c))
		icmp_say_extensions(d, c);
}

static void read_home(struct dissect *d, struct cursor *c, uint8_t type)
{
	static const uint16_t bits[] = {F(MIP6_FLAG_M), F(MIP6_FLAG_O), F(MIP6_FLAG_RSV)};
	uint32_t at, before;
	uint16_t flags;

	say_uint(d, c, F(MIP6_IDENTIFIER), 2);
	if (type == TYPE_PREFIX_ADV) {
		at = c->at;
		flags = (uint16_t)say_uint(d, c, F(MIP6_FLAG), 2);
		before = say_open(d);
		if (cursor_ok(c))
			say_bits(d, at, 2, flags, bits, 3);
		say_close(d, before);
		icmpv6_say_options(d, c);
		return;
	}
	say_bytes(d, c, F(RESERVED), type == TYPE_HOME_REPLY ? 6 : 2);
	if (type == TYPE_HOME_REPLY)
		while (cursor_left(c) && cursor_ok(c) && dissect_step(d))
			say_ipv6(d, c, F(MIP6_HOME_AGENT_ADDRESS));
}

static void read_body(struct dissect *d, struct cursor *c, uint8_t type, uint8_t code)
{
	switch (type) {
	case ICMPV6_UNREACHABLE:
	case ICMPV6_TOO_BIG:
	case ICMPV6_TIME_EXCEEDED:
	case ICMPV6_PARAMETER_PROBLEM:
		read_error(d, c, type);
		break;
	case ICMPV6_ECHO:
	case ICMPV6_ECHO_REPLY:
		read_echo(d, c, type == ICMPV6_ECHO_REPLY);
		break;
	case TYPE_MLD_QUERY:
	case TYPE_MLD_QUERY + 1:
	case TYPE_MLD_DONE:
	case TYPE_MLD_REPORT:
		icmpv6_say_mld(d, c, type);
		break;
	case ICMPV6_ROUTER_SOLICIT:
		say_bytes(d, c, F(RESERVED), 4);
		add_link_address(d, *c, OPTION_SOURCE, "from");
		icmpv6_say_options(d, c);
		break;
	case ICMPV6_ROUTER_ADVERT:
		read_router_advert(d, c);
		break;
	case ICMPV6_NEIGHBOUR_SOLICIT:
		read_solicit(d, c);
		break;
	case ICMPV6_NEIGHBOUR_ADVERT:
		read_advert(d, c);
		break;
	case ICMPV6_REDIRECT:
		read_redirect(d, c);
		break;
	case TYPE_NI_QUERY:
	case TYPE_NI_REPLY:
		icmpv6_say_node_info(d, c, type, code);
		break;
	case TYPE_HOME_QUERY:
	case TYPE_HOME_REPLY:
	case TYPE_PREFIX_ASK:
	case TYPE_PREFIX_ADV:
		read_home(d, c, type);
		break;
	case TYPE_RENUMBER:
		icmpv6_say_renumber(d, c, code);
		break;
	case TYPE_RPL:
		icmpv6_say_rpl(d, c, code);
		break;
	case TYPE_EXT_ECHO:
	case TYPE_EXT_REPLY:
		read_ext_echo(d, c, type);
		break;
	default:
		/* Types that have a name but no reader here say nothing rather than "Data". */
		if (!value_name(field_get(F(TYPE))->names, type))
			say_bytes(d, c, F(DATA), cursor_held(c));
		break;
	}
}

static void dissect_icmpv6(struct dissect *d, struct cursor *c)
{
	struct cursor whole = *c;
	uint8_t type, code;

	info_clear(d);
	say_head(d, c, &type, &code);
	say_sum(d, c, &whole);
	if (cursor_ok(c))
		read_body(d, c, type, code);
}

const struct dissector icmpv6_dissector = {icmpv6_fields, ICMPV6_FIELDS, dissect_icmpv6};
