// SPDX-License-Identifier: Apache-2.0
// PPP: address, control and protocol in front of a packet (RFC 1661 s. 2, RFC 1662 s. 3.1).
#include "proto/ppp.h"

#include <assert.h>
#include <stdio.h>

#include "proto/dissect.h"
#include "proto/eth.h"
#include "proto/ppp_names.h"

#define ALL_STATIONS 0xff /* RFC 1662 s. 3.1: the address, where there is one */
#define PPP_IPV4     0x0021
#define PPP_IPX      0x002b
#define PPP_IPV6     0x0057
#define PPP_CDP      0x0207
#define PPP_MPLS     0x0281
#define PPP_MPLS_MC  0x0283

enum ppp_field { PPP_PROTOCOL, PPP_ADDRESS, PPP_CONTROL, PPP_PROTO, PPP_FIELDS };

static const struct field ppp_fields[] = {
	[PPP_PROTOCOL] = {"ppp", "Point-to-Point Protocol", FIELD_PROTOCOL},
	[PPP_ADDRESS] = {"ppp.address", "Address", FIELD_UINT, BASE_HEX, 1},
	[PPP_CONTROL] = {"ppp.control", "Control", FIELD_UINT, BASE_HEX, 1},
	[PPP_PROTO] = {"ppp.protocol", "Protocol", FIELD_UINT, BASE_HEX, 2,
		       .names = ppp_protocol_names},
};

static_assert(sizeof(ppp_fields) / sizeof(ppp_fields[0]) == PPP_FIELDS,
	      "every ppp_field has a row");

#define F(name) FIELD_ID(PROTOCOL_PPP, PPP_##name)

/* Bytes of address and control: they are there on lines, not on PPPoE. */
static unsigned address_len(const struct cursor *c)
{
	return cursor_held(c) && c->base[c->at] == ALL_STATIONS ? 2 : 0;
}

/* Bytes of the protocol's number: compressed when odd (RFC 1661 s. 6.5). */
static unsigned number_len(const struct cursor *c)
{
	return cursor_held(c) && c->base[c->at] & 1 ? 1 : 2;
}

uint16_t ppp_read(struct cursor *c)
{
	unsigned number;

	cursor_skip(c, address_len(c));
	number = number_len(c) == 1 ? cursor_u8(c) : cursor_be16(c);
	return number == PPP_IPV4 ? ETHER_IPV4 : number == PPP_IPV6 ? ETHER_IPV6 : 0;
}

static enum protocol_id protocol_of(unsigned number)
{
	switch (number) {
	case PPP_IPV4:
		return PROTOCOL_IPV4;
	case PPP_IPV6:
		return PROTOCOL_IPV6;
	case PPP_IPX:
		return PROTOCOL_IPX;
	case PPP_CDP:
		return PROTOCOL_CDP;
	case PPP_MPLS:
	case PPP_MPLS_MC:
		return PROTOCOL_MPLS;
	default:
		return PROTOCOL_DATA;
	}
}

/* The columns where nobody reads on: "0x8021", "PPP Internet Protocol Control Protocol (0x8021)". */
static void name_number(struct dissect *d, unsigned number)
{
	const char *name = value_name(ppp_protocol_names, number);

	if (!d->depth) {
		snprintf(d->protocol_text, sizeof(d->protocol_text), "0x%04x", number);
		d->protocol = d->protocol_text;
	}
	info_set(d, "PPP %s (0x%04x)", name ? name : "Unknown", number);
}

static void dissect_ppp(struct dissect *d, struct cursor *c)
{
	unsigned number;

	if (d->first == PROTOCOL_PPP && !d->met[PROTOCOL_PPP]) /* a line has no addresses */
		d->kept.source = d->kept.destination =
			(struct endpoint) {.kind = ENDPOINT_TEXT, .text = "N/A"};
	if (address_len(c)) {
		say_uint(d, c, F(ADDRESS), 1);
		say_uint(d, c, F(CONTROL), 1);
	}
	if (!cursor_need(c, 1))
		return;
	number = (unsigned)say_uint(d, c, F(PROTO), number_len(c));
	if (!cursor_ok(c))
		return;
	if (protocol_of(number) == PROTOCOL_DATA)
		name_number(d, number);
	if (cursor_left(c))
		dissect_next(d, protocol_of(number), c);
}

const struct dissector ppp_dissector = {ppp_fields, PPP_FIELDS, dissect_ppp};
