// SPDX-License-Identifier: Apache-2.0
// The bodies of OSPF's link-state advertisements (RFC 2328 s. A.4, RFC 5340 s. A.4).
#include "proto/ospf_parts.h"

#define F(name) OSPF_FIELD(name)

enum lsa_type {
	LSA_ROUTER = 1, /* RFC 2328 s. A.4.1 */
	LSA_NETWORK = 2,
	LSA_SUMMARY = 3,
	LSA_ASBR = 4,
	LSA_EXTERNAL = 5,
	LSA_NSSA = 7, /* RFC 3101 */
};

enum v3_lsa_type {
	V3_ROUTER = 1, /* RFC 5340 s. A.4.2.1 */
	V3_NETWORK = 2,
	V3_INTER_PREFIX = 3,
	V3_INTER_ROUTER = 4,
	V3_EXTERNAL = 5,
	V3_NSSA = 7,
	V3_LINK = 8,
	V3_INTRA_PREFIX = 9,
};

#define LINK_LEN     12
#define V3_LINK_LEN  16
#define TOS_LEN      4
#define EXTERNAL_LEN 12 /* one metric with its address and tag */
#define TYPE2_METRIC 0x80
#define FLAG_TAG     1 /* RFC 5340 s. A.4.7 */
#define FLAG_FORWARD 2
#define ADDRESS_LEN  16
#define WORD_BITS    32 /* prefixes are padded to words of so many bits */

void ospf_say_set(struct dissect *d, struct cursor *c, uint16_t id, uint32_t len, uint16_t first,
		  uint16_t last)
{
	uint32_t at = c->at;
	uint64_t word = say_uint(d, c, id, len);
	uint32_t open;

	if (!cursor_ok(c) || !d->tree)
		return;
	for (uint16_t bit = first; bit <= last; bit++)
		if (word & field_get(bit)->mask)
			item_append(d->tree, d->item, ", %s", field_get(bit)->label);
	open = say_open(d);
	for (uint16_t bit = first; bit <= last; bit++)
		say_bits(d, at, len, word, &bit, 1);
	say_close(d, open);
}

void ospf_say_options(struct dissect *d, struct cursor *c, unsigned version)
{
	if (version == 2)
		ospf_say_set(d, c, F(V2_OPTIONS), 1, F(V2_DN), F(V2_MT));
	else
		ospf_say_set(d, c, F(V3_OPTIONS), 3, F(V3_AT), F(V3_V6));
}

/* ---- Version 2 ---- */

/* What the types of links are called, and what their id is (RFC 2328 s. A.4.2). */
static const struct {
	const char *word;
	const char *kind;
	const char *id;
} link_words[] = {
	{"Unknown", "Unknown", "Unknown"},
	{"PTP", "Point-to-point connection to another router", "Neighboring router's Router ID"},
	{"Transit", "Connection to a transit network", "IP address of Designated Router"},
	{"Stub", "Connection to a stub network", "IP network/subnet number"},
	{"Virtual", "Virtual link", "Neighboring router's Router ID"},
};

/* RFC 2328 s. A.4.2: one link of a router; its line is written once it is read. */
static void say_link(struct dissect *d, struct cursor *c)
{
	char id_text[ADDR_TEXT_MAX], data_text[ADDR_TEXT_MAX];
	uint32_t line, before, metrics, metric, word, at;
	struct cursor look = *c;
	struct addr id, data;
	unsigned type;

	cursor_skip(&look, 8);
	type = cursor_u8(&look);
	if (type >= sizeof(link_words) / sizeof(link_words[0]))
		type = 0;
	say_line(d, c->at, LINK_LEN, "Link");
	line = tree_index(d->tree, d->item);
	before = say_open(d);
	id = say_ipv4(d, c, F(LSA_ROUTER_LINKID));
	item_append(d->tree, d->item, " - %s", link_words[type].id);
	data = say_ipv4(d, c, F(LSA_ROUTER_LINKDATA));
	say_uint(d, c, F(LSA_ROUTER_LINKTYPE), 1);
	item_append(d->tree, d->item, " - %s", link_words[type].kind);
	metrics = (uint32_t)say_uint(d, c, F(LSA_ROUTER_NUMMETRICS), 1);
	metric = (uint32_t)say_uint(d, c, F(LSA_ROUTER_METRIC0), 2);
	for (; metrics && cursor_left(c) >= TOS_LEN && cursor_ok(c) && dissect_step(d); metrics--) {
		at = c->at;
		word = cursor_be32(c);
		say_line(d, at, TOS_LEN, "TOS: %u, Metric: %u", word >> 24, word & 0xffff);
	}
	say_close(d, before);
	if (cursor_ok(c) && line != TREE_NO_PARENT && dissect_wants_text(d))
		item_text(d->tree, &d->tree->items[line],
			  "Type: %-8s ID: %-15s Data: %-15s Metric: %u", link_words[type].word,
			  addr_text(&id, id_text), addr_text(&data, data_text), metric);
}

static void say_router(struct dissect *d, struct cursor *c)
{
	uint32_t count;

	ospf_say_set(d, c, F(V2_ROUTER_LSA_FLAGS), 1, F(V2_ROUTER_LSA_FLAGS_H),
		     F(V2_ROUTER_LSA_FLAGS_B));
	cursor_skip(c, 1);
	count = (uint32_t)say_uint(d, c, F(LSA_NUMBER_OF_LINKS), 2);
	while (count-- && cursor_left(c) && cursor_ok(c) && dissect_step(d))
		say_link(d, c);
}

static void say_network(struct dissect *d, struct cursor *c)
{
	say_ipv4(d, c, F(LSA_NETWORK_NETMASK));
	while (cursor_left(c) >= 4 && cursor_ok(c) && dissect_step(d))
		say_ipv4(d, c, F(LSA_NETWORK_ATTCHRTR));
}

static void say_summary(struct dissect *d, struct cursor *c)
{
	say_ipv4(d, c, F(LSA_ASBR_NETMASK));
	while (cursor_left(c) >= TOS_LEN && cursor_ok(c) && dissect_step(d)) {
		say_uint(d, c, F(LSA_TOS), 1);
		say_uint(d, c, F(METRIC), 3);
	}
}

static void say_external(struct dissect *d, struct cursor *c)
{
	static const uint16_t kind[] = {F(LSA_ASEXT_TYPE)};

	say_ipv4(d, c, F(LSA_ASEXT_NETMASK));
	while (cursor_left(c) >= EXTERNAL_LEN && cursor_ok(c) && dissect_step(d)) {
		uint32_t at = c->at;
		uint8_t first = cursor_u8(c);

		if (!cursor_ok(c))
			return;
		say_bits(d, at, 1, first, kind, 1);
		tree_uint(d->tree, F(LSA_TOS), at, 1, first & ~TYPE2_METRIC & 0xff);
		say_uint(d, c, F(METRIC), 3);
		say_ipv4(d, c, F(LSA_ASEXT_FWDADDR));
		say_uint(d, c, F(LSA_ASEXT_EXTRTTAG), 4);
	}
}

static void say_v2(struct dissect *d, struct cursor *c, unsigned type)
{
	switch (type) {
	case LSA_ROUTER:
		say_router(d, c);
		break;
	case LSA_NETWORK:
		say_network(d, c);
		break;
	case LSA_SUMMARY:
	case LSA_ASBR:
		say_summary(d, c);
		break;
	case LSA_EXTERNAL:
	case LSA_NSSA:
		say_external(d, c);
		break;
	default: /* opaque ones have a form of their own */
		break;
	}
}

/* ---- Version 3 ---- */

/* The address of a prefix of so many bits, padded to whole words. */
static void say_address(struct dissect *d, struct cursor *c, uint32_t bits)
{
	uint8_t bytes[ADDRESS_LEN] = {0};
	uint32_t len = (bits + WORD_BITS - 1) / WORD_BITS * (WORD_BITS / 8), at = c->at;

	if (len > ADDRESS_LEN) {
		cursor_malformed(c);
		return;
	}
	cursor_copy(c, bytes, len);
	if (cursor_ok(c))
		tree_bytes(d->tree, F(V3_ADDRESS_PREFIX_IPV6), at, len, bytes, ADDRESS_LEN);
}

/* RFC 5340 s. A.4.1: length and options; what stands in the two bytes behind them differs. */
static uint32_t say_prefix_head(struct dissect *d, struct cursor *c)
{
	uint32_t bits = (uint32_t)say_uint(d, c, F(PREFIX_LENGTH), 1);

	ospf_say_set(d, c, F(V3_PREFIX_OPTIONS), 1, F(V3_PREFIX_OPTIONS_P),
		     F(V3_PREFIX_OPTIONS_NU));
	return bits;
}

static void say_v3_router(struct dissect *d, struct cursor *c)
{
	ospf_say_set(d, c, F(V3_ROUTER_LSA_FLAGS), 1, F(V3_ROUTER_LSA_FLAGS_W),
		     F(V3_ROUTER_LSA_FLAGS_B));
	ospf_say_options(d, c, 3);
	while (cursor_left(c) >= V3_LINK_LEN && cursor_ok(c) && dissect_step(d)) {
		say_uint(d, c, F(V3_LSA_TYPE), 1);
		say_bytes(d, c, F(RESERVED), 1);
		say_uint(d, c, F(METRIC), 2);
		say_uint(d, c, F(V3_LSA_INTERFACE_ID), 4);
		say_uint(d, c, F(V3_LSA_NEIGHBOR_INTERFACE_ID), 4);
		say_ipv4(d, c, F(V3_LSA_NEIGHBOR_ROUTER_ID));
	}
}

static void say_v3_network(struct dissect *d, struct cursor *c)
{
	say_bytes(d, c, F(RESERVED), 1);
	ospf_say_options(d, c, 3);
	while (cursor_left(c) >= 4 && cursor_ok(c) && dissect_step(d))
		say_ipv4(d, c, F(V3_LSA_ATTACHED_ROUTER));
}

static void say_inter_prefix(struct dissect *d, struct cursor *c)
{
	uint32_t bits;

	say_bytes(d, c, F(RESERVED), 1);
	say_uint(d, c, F(METRIC), 3);
	bits = say_prefix_head(d, c);
	say_bytes(d, c, F(RESERVED), 2);
	say_address(d, c, bits);
}

static void say_inter_router(struct dissect *d, struct cursor *c)
{
	say_bytes(d, c, F(RESERVED), 1);
	ospf_say_options(d, c, 3);
	say_bytes(d, c, F(RESERVED), 1);
	say_uint(d, c, F(METRIC), 3);
	say_ipv4(d, c, F(V3_LSA_DESTINATION_ROUTER_ID));
}

static void say_v3_external(struct dissect *d, struct cursor *c)
{
	struct cursor look = *c;
	uint8_t flags = cursor_u8(&look);
	uint32_t bits, referenced;

	ospf_say_set(d, c, F(V3_AS_EXTERNAL_FLAGS), 1, F(V3_AS_EXTERNAL_FLAGS_E),
		     F(V3_AS_EXTERNAL_FLAGS_T));
	say_uint(d, c, F(METRIC), 3);
	bits = say_prefix_head(d, c);
	referenced = (uint32_t)say_uint(d, c, F(V3_LSA_REFERENCED_LS_TYPE), 2);
	say_address(d, c, bits);
	if (flags & FLAG_FORWARD)
		say_ipv6(d, c, F(V3_LSA_FORWARDING_ADDRESS_IPV6));
	if (flags & FLAG_TAG)
		say_uint(d, c, F(V3_LSA_EXTERNAL_ROUTE_TAG), 4);
	if (referenced)
		say_ipv4(d, c, F(V3_LSA_REFERENCED_LINK_STATE_ID));
}

/* Prefixes of a link or an area, each with a metric or two bytes of nothing. */
static void say_prefixes(struct dissect *d, struct cursor *c, uint32_t count, bool metrics)
{
	while (count-- && cursor_left(c) && cursor_ok(c) && dissect_step(d)) {
		uint32_t bits = say_prefix_head(d, c);

		if (metrics)
			say_uint(d, c, F(METRIC), 2);
		else
			say_bytes(d, c, F(RESERVED), 2);
		say_address(d, c, bits);
	}
}

static void say_v3_link(struct dissect *d, struct cursor *c)
{
	uint32_t count;

	say_uint(d, c, F(V3_LSA_ROUTER_PRIORITY), 1);
	ospf_say_options(d, c, 3);
	say_ipv6(d, c, F(V3_LSA_LINK_LOCAL_INTERFACE_ADDRESS_IPV6));
	count = (uint32_t)say_uint(d, c, F(V3_LSA_NUM_PREFIXES), 4);
	say_prefixes(d, c, count, false);
}

static void say_intra_prefix(struct dissect *d, struct cursor *c)
{
	uint32_t count = (uint32_t)say_uint(d, c, F(V3_LSA_NUM_PREFIXES), 2);

	say_uint(d, c, F(V3_LSA_REFERENCED_LS_TYPE), 2);
	say_ipv4(d, c, F(V3_LSA_REFERENCED_LINK_STATE_ID));
	say_ipv4(d, c, F(V3_LSA_REFERENCED_ADVERTISING_ROUTER));
	say_prefixes(d, c, count, true);
}

static void say_v3(struct dissect *d, struct cursor *c, unsigned type)
{
	switch (type & OSPF_LSA_TYPE_V3) {
	case V3_ROUTER:
		say_v3_router(d, c);
		break;
	case V3_NETWORK:
		say_v3_network(d, c);
		break;
	case V3_INTER_PREFIX:
		say_inter_prefix(d, c);
		break;
	case V3_INTER_ROUTER:
		say_inter_router(d, c);
		break;
	case V3_EXTERNAL:
	case V3_NSSA:
		say_v3_external(d, c);
		break;
	case V3_LINK:
		say_v3_link(d, c);
		break;
	case V3_INTRA_PREFIX:
		say_intra_prefix(d, c);
		break;
	default:
		break;
	}
}

void ospf_say_lsa(struct dissect *d, struct cursor *c, unsigned version, unsigned type)
{
	if (version == 2)
		say_v2(d, c, type);
	else
		say_v3(d, c, type);
}
