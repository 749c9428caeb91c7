// SPDX-License-Identifier: Apache-2.0
// Dissects the Internet Protocol, version 6 (RFC 8200).
#include "proto/ipv6.h"

#include "proto/ipv6_fields.h"
#include "proto/names.h"

#define F(name) FIELD_ID(PROTOCOL_IPV6, IPV6_F_##name)

#define EUI64_MIDDLE 0xfffe /* RFC 4291 appendix A: in the middle of a MAC */
#define EUI64_AT     11
#define LOCAL_BIT    0x02
#define MULTICAST    0xff

static void say_class(struct dissect *d, const struct ipv6_hdr *h, uint32_t at)
{
	static const uint16_t bits[] = {F(TCLASS_DSCP), F(TCLASS_ECN)};
	uint32_t before;

	d->item = tree_uint(d->tree, F(TCLASS), at, 4, h->traffic_class);
	item_append(d->tree, d->item, " (DSCP: %s, ECN: %s)", dscp_short(h->traffic_class >> 2),
		    ecn_short(h->traffic_class & 3));
	before = say_open(d);
	say_bits(d, at, 4, (uint64_t)h->traffic_class << 20, bits, 2);
	say_close(d, before);
	tree_uint(d->tree, F(FLOW), at + 1, 3, h->flow_label);
}

static void say_address(struct dissect *d, const struct addr *a, uint32_t at, bool source)
{
	char text[ADDR_TEXT_MAX];

	tree_addr(d->tree, source ? F(SRC) : F(DST), at, a);
	item_flag(tree_addr(d->tree, F(ADDR), at, a), ITEM_HIDDEN);
	if (!tree_wants(d->tree, F(SRC_HOST)) && !tree_wants(d->tree, F(DST_HOST)) &&
	    !tree_wants(d->tree, F(HOST)))
		return;
	addr_text(a, text);
	item_flag(tree_string(d->tree, source ? F(SRC_HOST) : F(DST_HOST), at, 16, text),
		  ITEM_HIDDEN);
	item_flag(tree_string(d->tree, F(HOST), at, 16, text), ITEM_HIDDEN);
}

/* An interface identifier made of a MAC gives that MAC away (RFC 4862 with RFC 4291 app. A). */
static void say_slaac(struct dissect *d, const struct addr *a, uint32_t at, bool source)
{
	uint8_t mac[MAC_LEN] = {a->bytes[8] ^ LOCAL_BIT,
				a->bytes[9],
				a->bytes[10],
				a->bytes[13],
				a->bytes[14],
				a->bytes[15]};

	if (!(a->bytes[8] & LOCAL_BIT) || a->bytes[0] == MULTICAST ||
	    (a->bytes[EUI64_AT] << 8 | a->bytes[EUI64_AT + 1]) != EUI64_MIDDLE)
		return;
	item_flag(tree_bytes(d->tree, source ? F(SRC_SLAAC_MAC) : F(DST_SLAAC_MAC), at + 8, 8, mac,
			     MAC_LEN),
		  ITEM_GENERATED);
	item_flag(tree_bytes(d->tree, F(SLAAC_MAC), at + 8, 8, mac, MAC_LEN),
		  ITEM_GENERATED | ITEM_HIDDEN);
}

/* len: the payload's, by the header or by its jumbogram option. */
static void say_length(struct dissect *d, const struct ipv6_hdr *h, uint32_t at, uint32_t there,
		       uint32_t len)
{
	uint32_t index;

	d->item = tree_uint(d->tree, F(PLEN), at + 4, 2, h->payload_len);
	index = tree_index(d->tree, d->item);
	if (len != h->payload_len)
		item_append(d->tree, d->item, " (Jumbogram)");
	if (len > there && !d->depth)
		say_expert(d, index, F(PLEN_EXCEEDS_FRAMING), EXPERT_WARN, EXPERT_PROTOCOL,
			   "IPv6 payload length exceeds framing length (%u bytes)", there);
	else if (!len && h->next_header == IP_HOPOPT)
		say_expert(d, index, F(OPT_JUMBO_MISSING), EXPERT_ERROR, EXPERT_MALFORMED, "%s",
			   field_get(F(OPT_JUMBO_MISSING))->label);
	else if (!len && h->next_header != IP_NONE)
		say_expert(d, index, F(PLEN_ZERO), EXPERT_CHAT, EXPERT_PROTOCOL, "%s",
			   field_get(F(PLEN_ZERO))->label);
}

static void set_addresses(struct dissect *d, const struct ipv6_hdr *h, const struct cursor *c,
			  uint32_t at)
{
	char from[ADDR_TEXT_MAX], to[ADDR_TEXT_MAX];

	if (c->at < at + IPV6_HEADER_LEN) {
		if (c->at >= at + 24)
			d->kept.source = (struct endpoint) {.kind = ENDPOINT_IP, .ip = h->source};
		return;
	}
	dissect_set_ip(d, &h->source, &h->destination);
	if (dissect_wants_text(d))
		say_title(d, ", Src: %s, Dst: %s", addr_text(&h->source, from),
			  addr_text(&h->destination, to));
}

static void say_header(struct dissect *d, const struct ipv6_hdr *h, uint32_t at, uint32_t there,
		       uint32_t len)
{
	struct tree *t = d->tree;

	tree_uint(t, F(VERSION), at, 1, 6);
	item_flag(tree_uint(t, F(IP_VERSION), at, 1, 6), ITEM_HIDDEN);
	if (there < IPV6_HEADER_LEN)
		say_expert(d, TREE_NO_PARENT, F(INVALID_HEADER), EXPERT_ERROR, EXPERT_MALFORMED,
			   "IPv6 header must be exactly 40 bytes");
	say_class(d, h, at);
	say_length(d, h, at, there < IPV6_HEADER_LEN ? 0 : there - IPV6_HEADER_LEN, len);
	tree_uint(t, F(NXT), at + 6, 1, h->next_header);
	tree_uint(t, F(HLIM), at + 7, 1, h->hop_limit);
	say_address(d, &h->source, at + 8, true);
	say_address(d, &h->destination, at + 24, false);
	if (!h->complete)
		return;
	say_slaac(d, &h->source, at + 8, true);
	say_slaac(d, &h->destination, at + 24, false);
}

static void say_bad_version(struct dissect *d, struct cursor *c)
{
	struct cursor whole = *c;
	uint32_t at = c->at;
	uint8_t version = cursor_u8(c) >> 4;

	d->item = tree_uint(d->tree, F(VERSION), at, 1, version);
	say_expert(d, tree_index(d->tree, d->item), F(BOGUS_IPV6_VERSION), EXPERT_ERROR,
		   EXPERT_MALFORMED, "Bogus IPv6 version");
	info_set(d, "Bogus IPv6 version (%u, must be 6)", version);
	dissect_reject(d, &whole);
}

void ipv6_next(struct dissect *d, uint8_t protocol, const struct cursor *c)
{
	d->kept.ip_protocol = protocol;
	switch (protocol) {
	case IP_HOPOPT:
		dissect_next_below(d, PROTOCOL_IPV6_HOPOPT, c);
		break;
	case IP_ROUTING:
		dissect_next_below(d, PROTOCOL_IPV6_ROUTING, c);
		break;
	case IP_FRAGMENT:
		dissect_next_below(d, PROTOCOL_IPV6_FRAGMENT, c);
		break;
	case IP_DESTOPTS:
		dissect_next_below(d, PROTOCOL_IPV6_DESTOPTS, c);
		break;
	case IP_AH:
		dissect_next_below(d, PROTOCOL_AH, c);
		break;
	case IP_NONE:
		info_set(d, "IPv6 no next header");
		dissect_data(d, c);
		break;
	default:
		if (!d->dispatch->ip[protocol])
			info_set(d, "Unknown IP Protocol: %s (%u)",
				 value_name(ip_number_names, protocol)
					 ? value_name(ip_number_names, protocol)
					 : "Unknown",
				 protocol);
		dissect_ip_protocol(d, protocol, c);
		break;
	}
}

/* Bytes behind the header as it tells them, in a jumbogram as its option does (RFC 2675). */
static uint32_t payload_len(const struct ipv6_hdr *h, const struct cursor *c)
{
	return h->payload_len || h->next_header != IP_HOPOPT ? h->payload_len : ipv6_jumbo_len(*c);
}

static void dissect_ipv6(struct dissect *d, struct cursor *c)
{
	uint32_t at = c->at;
	uint32_t there = cursor_left(c);
	struct cursor look = *c;
	struct cursor payload;
	struct ipv6_hdr h;
	uint32_t len;

	info_clear(d);
	if (cursor_u8(&look) >> 4 != 6 && cursor_ok(&look)) {
		say_bad_version(d, c);
		return;
	}
	look = *c;
	ipv6_read_fixed(&look, &h);
	set_addresses(d, &h, &look, at);
	len = payload_len(&h, &look);
	if (cursor_held(c) && there < IPV6_HEADER_LEN)
		info_set(d, "Invalid IPv6 header (%u bytes, need exactly 40)", there);
	if (look.at > at)
		say_header(d, &h, at, there, len);
	*c = look;
	if (!h.complete)
		return;
	d->kept.hops = h.hop_limit;
	d->kept.fragment = false;
	payload = look;
	if (len <= cursor_left(c)) {
		dissect_ends(d, c->at + len);
		payload = cursor_take(&look, len);
	}
	if (!len && h.next_header == IP_HOPOPT)
		info_set(d, "Invalid IPv6 payload length , ");
	ipv6_next(d, h.next_header, &payload);
}

const struct dissector ipv6_dissector = {ipv6_fields, IPV6_FIELDS, dissect_ipv6};
