// SPDX-License-Identifier: Apache-2.0
// Dissects the options of IPv6's hop-by-hop and destination options headers.
#include "proto/ipv6_fields.h"

#define F(name) FIELD_ID(PROTOCOL_IPV6, IPV6_F_##name)

#define JUMBO_MIN 65536u /* RFC 2675 s. 3 */

enum option_type {
	OPTION_PAD1 = 0x00,
	OPTION_PADN = 0x01,
	OPTION_TUNNEL_LIMIT = 0x04, /* RFC 2473 s. 4.1.1 */
	OPTION_ROUTER_ALERT = 0x05, /* RFC 2711 */
	OPTION_CALIPSO = 0x07,      /* RFC 5570 */
	OPTION_PDM = 0x0f,          /* RFC 8250 */
	OPTION_QUICK_START = 0x26,  /* RFC 4782 */
	OPTION_PMTU = 0x30,         /* RFC 9268 */
	OPTION_RPL = 0x63,          /* RFC 6553 */
	OPTION_JUMBO = 0xc2,        /* RFC 2675 */
	OPTION_HOME_ADDRESS = 0xc9, /* RFC 6275 s. 6.3 */
};

static void say_type(struct dissect *d, struct cursor *c)
{
	static const uint16_t bits[] = {F(OPT_TYPE_ACTION), F(OPT_TYPE_CHANGE), F(OPT_TYPE_REST)};
	uint32_t at = c->at;
	uint8_t type = (uint8_t)say_uint(d, c, F(OPT_TYPE), 1);
	uint32_t before;

	if (type == OPTION_PAD1) /* a byte that means nothing, bit by bit neither */
		return;
	before = say_open(d);
	say_bits(d, at, 1, type, bits, 3);
	say_close(d, before);
}

static void say_rpl(struct dissect *d, struct cursor *c)
{
	static const uint16_t bits[] = {F(OPT_RPL_FLAG_O), F(OPT_RPL_FLAG_R), F(OPT_RPL_FLAG_F),
					F(OPT_RPL_FLAG_RSV)};
	uint32_t at = c->at;
	uint8_t flags = (uint8_t)say_uint(d, c, F(OPT_RPL_FLAG), 1);
	uint32_t before = say_open(d);

	say_bits(d, at, 1, flags, bits, 4);
	say_close(d, before);
	say_uint(d, c, F(OPT_RPL_INSTANCE_ID), 1);
	say_uint(d, c, F(OPT_RPL_SENDER_RANK), 2);
}

static void say_quick_start(struct dissect *d, struct cursor *c)
{
	static const uint16_t first_bits[] = {F(OPT_QS_FUNC), F(OPT_QS_RATE)};
	static const uint16_t nonce_bits[] = {F(OPT_QS_NONCE), F(OPT_QS_RESERVED)};
	uint32_t at = c->at;
	uint8_t first = cursor_u8(c);
	uint32_t nonce;

	say_bits(d, at, 1, first, first_bits, 2);
	say_uint(d, c, F(OPT_QS_TTL), 1);
	at = c->at;
	nonce = cursor_be32(c);
	say_bits(d, at, 4, nonce, nonce_bits, 2);
}

static void say_pmtu(struct dissect *d, struct cursor *c, uint8_t len)
{
	uint32_t at;
	uint16_t back;

	if (len != 4)
		say_expert(d, tree_index(d->tree, d->item), F(OPT_INVALID_LEN), EXPERT_ERROR,
			   EXPERT_MALFORMED, "PMTU Option: Invalid Length (%u bytes)", len);
	say_uint(d, c, F(OPT_PMTU_MIN), 2);
	at = c->at;
	back = cursor_be16(c);
	tree_uint(d->tree, F(OPT_PMTU_RTN), at, 2, back & 0xfffe);
	tree_uint(d->tree, F(OPT_PMTU_R_FLAG), at, 2, back & 1);
}

static void say_calipso(struct dissect *d, struct cursor *c)
{
	uint32_t len;

	say_uint(d, c, F(OPT_CALIPSO_DOI), 4);
	len = (uint32_t)say_uint(d, c, F(OPT_CALIPSO_CMPT_LENGTH), 1) * 4;
	say_uint(d, c, F(OPT_CALIPSO_SENS_LEVEL), 1);
	say_uint(d, c, F(OPT_CALIPSO_CHECKSUM), 2);
	if (len)
		say_bytes(d, c, F(OPT_CALIPSO_CMPT_BITMAP),
			  len < cursor_left(c) ? len : cursor_left(c));
}

static void say_pdm(struct dissect *d, struct cursor *c)
{
	say_uint(d, c, F(OPT_PDM_SCALE_DTLR), 1);
	say_uint(d, c, F(OPT_PDM_SCALE_DTLS), 1);
	say_uint(d, c, F(OPT_PDM_PSN_THIS_PKT), 2);
	say_uint(d, c, F(OPT_PDM_PSN_LAST_RECV), 2);
	say_uint(d, c, F(OPT_PDM_DELTA_LAST_RECV), 2);
	say_uint(d, c, F(OPT_PDM_DELTA_LAST_SENT), 2);
}

static void say_unknown(struct dissect *d, struct cursor *c)
{
	say_bytes(d, c, F(OPT_UNKNOWN), cursor_left(c));
	say_expert(d, tree_index(d->tree, d->item), F(OPT_UNKNOWN_DATA_EXPERT), EXPERT_NOTE,
		   EXPERT_UNDECODED, "%s", field_get(F(OPT_UNKNOWN_DATA_EXPERT))->label);
}

/* The value of one option; what is left of it is skipped. */
static uint32_t say_value(struct dissect *d, struct cursor *c, uint8_t type, uint8_t len)
{
	uint32_t jumbo = 0;

	switch (type) {
	case OPTION_PADN:
		d->item = tree_bytes(d->tree, F(OPT_PADN), c->at, len, c->base + c->at,
				     len <= cursor_held(c) ? len : 0);
		break;
	case OPTION_TUNNEL_LIMIT:
		say_uint(d, c, F(OPT_TEL), 1);
		break;
	case OPTION_ROUTER_ALERT:
		say_uint(d, c, F(OPT_ROUTER_ALERT), 2);
		break;
	case OPTION_CALIPSO:
		say_calipso(d, c);
		break;
	case OPTION_PDM:
		say_pdm(d, c);
		break;
	case OPTION_QUICK_START:
		say_quick_start(d, c);
		break;
	case OPTION_PMTU:
		say_pmtu(d, c, len);
		break;
	case OPTION_RPL:
		say_rpl(d, c);
		break;
	case OPTION_JUMBO:
		jumbo = (uint32_t)say_uint(d, c, F(OPT_JUMBO), 4);
		if (cursor_ok(c) && jumbo < JUMBO_MIN)
			say_expert(d, tree_index(d->tree, d->item), F(OPT_JUMBO_TRUNCATED),
				   EXPERT_WARN, EXPERT_PROTOCOL, "%s",
				   field_get(F(OPT_JUMBO_TRUNCATED))->label);
		break;
	case OPTION_HOME_ADDRESS:
		say_ipv6(d, c, F(OPT_MIPV6_HOME_ADDRESS));
		break;
	default:
		if ((type & 0x1f) == 0x1e) /* RFC 4727: for experiments */
			say_bytes(d, c, F(OPT_EXPERIMENTAL), cursor_left(c));
		else
			say_unknown(d, c);
		break;
	}
	return jumbo;
}

static uint32_t say_option(struct dissect *d, struct cursor *c)
{
	struct cursor look = *c;
	uint32_t at = c->at;
	uint8_t type = cursor_u8(&look);
	uint8_t len = type == OPTION_PAD1 ? 0 : cursor_u8(&look);
	const char *name = value_name(field_get(F(OPT_TYPE))->names, type);
	uint32_t whole = type == OPTION_PAD1 ? 1 : len + 2u;
	uint32_t jumbo = 0;
	uint32_t before;
	struct cursor value;

	d->item =
		tree_uint(d->tree, F(OPT), at, whole <= cursor_held(c) ? whole : cursor_held(c), 0);
	if (name)
		item_text(d->tree, d->item, "%s", name);
	else
		item_text(d->tree, d->item, "Unknown IPv6 Option (%u)", type);
	before = say_open(d);
	say_type(d, c);
	if (type == OPTION_PAD1) {
		d->item = tree_uint(d->tree, F(OPT_PAD1), at, 1, 0);
	} else {
		say_uint(d, c, F(OPT_LENGTH), 1);
		value = cursor_take(c, len);
		if (cursor_ok(c)) {
			jumbo = say_value(d, &value, type, len);
			if (value.status == CURSOR_TRUNCATED)
				c->status = CURSOR_TRUNCATED;
		}
	}
	say_close(d, before);
	return jumbo;
}

uint32_t ipv6_say_options(struct dissect *d, struct cursor *c)
{
	uint32_t jumbo = 0;

	while (cursor_left(c) && dissect_step(d)) {
		uint32_t found = say_option(d, c);

		if (found)
			jumbo = found;
	}
	return jumbo;
}
