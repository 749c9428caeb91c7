// SPDX-License-Identifier: Apache-2.0
// Dissects IPv6's extension headers (RFC 8200 s. 4), each a layer under IPv6's item.
#include "proto/ipv6.h"
#include "proto/ipv6_fields.h"
#include "proto/whole.h"

#define HOP(name)     FIELD_ID(PROTOCOL_IPV6_HOPOPT, IPV6_HOPOPT_##name)
#define DEST(name)    FIELD_ID(PROTOCOL_IPV6_DESTOPTS, IPV6_DSTOPTS_##name)
#define FRAG(name)    FIELD_ID(PROTOCOL_IPV6_FRAGMENT, IPV6_FRAG_##name)
#define ROUTING(name) FIELD_ID(PROTOCOL_IPV6_ROUTING, IPV6_ROUTING_##name)
#define WHOLE(name)   FIELD_ID(PROTOCOL_IPV6, IPV6_F_##name)

#define UNIT        8 /* RFC 8200 s. 4.3: lengths count 8 bytes, the first not counted */
#define ADDRESS_LEN 16

enum routing_type {
	ROUTING_SOURCE = 0, /* RFC 2460, deprecated by RFC 5095 */
	ROUTING_MIPV6 = 2,  /* RFC 6275 s. 6.4 */
	ROUTING_RPL = 3,    /* RFC 6554 */
	ROUTING_SRH = 4,    /* RFC 8754 */
};

struct head_ids {
	uint16_t nxt, len, len_oct;
};

/* Next header and length; returns the next header, *ret_rest the bytes behind these two. */
static uint8_t say_head(struct dissect *d, struct cursor *c, const struct head_ids *ids,
			uint32_t *ret_rest)
{
	uint8_t next = (uint8_t)say_uint(d, c, ids->nxt, 1);
	uint32_t at = c->at;
	uint32_t len = (uint32_t)say_uint(d, c, ids->len, 1);
	uint32_t bytes = (len + 1) * UNIT;

	if (cursor_ok(c)) {
		d->item = item_flag(tree_uint(d->tree, ids->len_oct, at, 1, bytes), ITEM_GENERATED);
		item_append(d->tree, d->item, " bytes");
	}
	*ret_rest = bytes - 2;
	return next;
}

/* What follows stands beside this header, under IPv6. Returns the parent to go back to. */
static uint32_t go_beside(struct dissect *d)
{
	uint32_t before = d->tree ? d->tree->parent : TREE_NO_PARENT;

	if (before != TREE_NO_PARENT)
		d->tree->parent = d->tree->items[before].parent;
	return before;
}

static void go_back(struct dissect *d, uint32_t before)
{
	if (d->tree)
		d->tree->parent = before;
}

static void pass_on(struct dissect *d, uint8_t next, const struct cursor *c)
{
	uint32_t before = go_beside(d);

	ipv6_next(d, next, c);
	go_back(d, before);
}

/* A header that the capture cut anywhere is a cut header. */
static void need_header(struct cursor *c)
{
	if (cursor_ok(c) && c->captured < c->at)
		c->status = CURSOR_TRUNCATED;
}

/* The options lie in the header alone; an error in them is the header's. */
static uint32_t read_options(struct dissect *d, struct cursor *c, uint32_t rest)
{
	struct cursor options = cursor_take(c, rest);
	uint32_t jumbo = ipv6_say_options(d, &options);

	if (cursor_ok(c) && !cursor_ok(&options))
		c->status = options.status;
	need_header(c);
	return jumbo;
}

/* A header of options; `words` is what the Info column says where it is cut. */
static void dissect_options(struct dissect *d, struct cursor *c, const struct head_ids *ids,
			    const char *words)
{
	uint32_t rest;
	uint8_t next;

	info_add(d, "%s", words);
	next = say_head(d, c, ids, &rest);
	if (!cursor_ok(c))
		return;
	read_options(d, c, rest);
	if (!cursor_ok(c))
		return;
	info_clear(d);
	pass_on(d, next, c);
}

static void dissect_hopopt(struct dissect *d, struct cursor *c)
{
	static const struct head_ids ids = {HOP(NXT), HOP(LEN), HOP(LEN_OCT)};

	dissect_options(d, c, &ids, "IPv6 hop-by-hop options");
}

const struct dissector ipv6_hopopt_dissector = {ipv6_hopopt_fields, IPV6_HOPOPT_FIELDS,
						dissect_hopopt};

static void dissect_destopts(struct dissect *d, struct cursor *c)
{
	static const struct head_ids ids = {DEST(NXT), DEST(LEN), DEST(LEN_OCT)};

	dissect_options(d, c, &ids, "IPv6 destination options");
}

const struct dissector ipv6_destopts_dissector = {ipv6_destopts_fields, IPV6_DSTOPTS_FIELDS,
						  dissect_destopts};

static const struct whole_names fragment_names = {
	.title = "IPv6 Fragments",
	.source = "Reassembled IPv6",
	.all = WHOLE(FRAGMENTS),
	.piece = WHOLE(FRAGMENT),
	.overlap = WHOLE(FRAGMENT_OVERLAP),
	.conflict = WHOLE(FRAGMENT_CONFLICT),
	.multiple_tails = WHOLE(FRAGMENT_MULTIPLE_TAILS),
	.too_long = WHOLE(FRAGMENT_TOO_LONG),
	.error = WHOLE(FRAGMENT_ERROR),
	.count = WHOLE(FRAGMENT_COUNT),
	.len = WHOLE(REASSEMBLED_LENGTH),
	.data = WHOLE(REASSEMBLED_DATA),
};

/* Behind the header lies a part of a packet; the whole of it when this frame completes it. */
static void pass_fragment(struct dissect *d, struct cursor *c, uint8_t next, uint16_t offset,
			  uint32_t ident)
{
	const struct fragment fragment = {
		.id = ident,
		.more = offset & 1,
		.offset = offset & 0xfff8u,
		.bytes = c->base + c->at,
		.len = cursor_left(c),
	};
	bool can = !d->depth && fragment.len && cursor_held(c) == fragment.len;
	uint32_t before = go_beside(d);
	struct whole whole = {0};
	uint8_t source = 0;

	if (can && d->hooks && d->hooks->fragment && d->reassembly)
		d->hooks->fragment(d->reassembly, d, &fragment, &whole);
	if (whole.bytes)
		source = say_whole(d, &whole, &fragment_names);
	if (source) {
		struct cursor all = dissect_source_cursor(d, source);
		uint8_t frame = dissect_use_source(d, source);

		d->kept.fragment = false;
		info_clear(d);
		ipv6_next(d, next, &all);
		dissect_use_source(d, frame);
	} else {
		say_whole_in(d, WHOLE(REASSEMBLED_IN), &whole);
		dissect_data(d, c);
	}
	go_back(d, before);
}

static void dissect_fragment(struct dissect *d, struct cursor *c)
{
	static const uint16_t bits[] = {FRAG(OFFSET), FRAG(RESERVED_BITS), FRAG(MORE)};
	uint8_t next = (uint8_t)say_uint(d, c, FRAG(NXT), 1);
	uint32_t at, ident;
	uint16_t word;

	say_uint(d, c, FRAG(RESERVED_OCTET), 1);
	at = c->at;
	word = cursor_be16(c);
	/* Shown in bytes: the three low bits are not shifted away. */
	if (cursor_ok(c)) {
		d->item = tree_uint(d->tree, bits[0], at, 2, word >> 3);
		item_text(d->tree, d->item, "Offset: %u (%u bytes)", word >> 3, word & 0xfff8u);
		say_bits(d, at, 2, word, bits + 1, 2);
	}
	ident = (uint32_t)say_uint(d, c, FRAG(IDENT), 4);
	if (!cursor_ok(c))
		return;
	d->kept.fragment = (word & 0xfff8) || (word & 1);
	if (!d->kept.fragment) {
		pass_on(d, next, c);
		return;
	}
	info_set(d, "IPv6 fragment (off=%u more=%c ident=0x%08x nxt=%u)", word & 0xfff8u,
		 word & 1 ? 'y' : 'n', ident, next);
	pass_fragment(d, c, next, word, ident);
}

const struct dissector ipv6_fragment_dissector = {ipv6_fragment_fields, IPV6_FRAG_FIELDS,
						  dissect_fragment};

/* The address that the packet is on its way to in the end is the checksum's and the column's. */
static void set_final(struct dissect *d, const struct addr *last)
{
	d->kept.ip_destination = *last;
	d->kept.destination = (struct endpoint) {.kind = ENDPOINT_IP, .ip = *last};
}

static void read_source_route(struct dissect *d, struct cursor *c, uint8_t left)
{
	struct addr a = {0};

	say_bytes(d, c, ROUTING(SRC_RESERVED), 4);
	for (unsigned i = 1; cursor_left(c) >= ADDRESS_LEN && dissect_step(d); i++) {
		a = say_ipv6(d, c, ROUTING(SRC_ADDR));
		if (dissect_wants_text(d)) {
			char text[ADDR_TEXT_MAX];

			item_text(d->tree, d->item, "Address[%u]: %s", i, addr_text(&a, text));
		}
	}
	if (left && a.family)
		set_final(d, &a);
}

static void read_segments(struct dissect *d, struct cursor *c, uint8_t left)
{
	uint32_t last = (uint32_t)say_uint(d, c, ROUTING(SRH_LAST_ENTRY), 1);
	struct addr first = {0};

	say_uint(d, c, ROUTING(SRH_FLAGS), 1);
	say_bytes(d, c, ROUTING(SRH_TAG), 2);
	for (unsigned i = 0; i <= last && cursor_left(c) >= ADDRESS_LEN && dissect_step(d); i++) {
		struct addr a = say_ipv6(d, c, ROUTING(SRH_ADDR));

		if (i == 0)
			first = a;
		if (dissect_wants_text(d)) {
			char text[ADDR_TEXT_MAX];

			item_text(d->tree, d->item, "Address[%u]: %s", i, addr_text(&a, text));
		}
	}
	if (left && first.family)
		set_final(d, &first);
}

static void read_route(struct dissect *d, struct cursor *c, uint8_t type, uint8_t left)
{
	static const uint16_t rpl[] = {ROUTING(RPL_CMPRI), ROUTING(RPL_CMPRE), ROUTING(RPL_PAD),
				       ROUTING(RPL_RESERVED)};
	uint32_t at = c->at;
	struct addr home;

	switch (type) {
	case ROUTING_SOURCE:
		read_source_route(d, c, left);
		break;
	case ROUTING_MIPV6:
		say_bytes(d, c, ROUTING(MIPV6_RESERVED), 4);
		home = say_ipv6(d, c, ROUTING(MIPV6_HOME_ADDRESS));
		if (left && cursor_ok(c))
			set_final(d, &home);
		break;
	case ROUTING_RPL:
		say_bits(d, at, 4, cursor_be32(c), rpl, 4);
		break;
	case ROUTING_SRH:
		read_segments(d, c, left);
		break;
	default:
		say_bytes(d, c, ROUTING(UNKNOWN_DATA), cursor_left(c));
		break;
	}
}

static void dissect_routing(struct dissect *d, struct cursor *c)
{
	static const struct head_ids ids = {ROUTING(NXT), ROUTING(LEN), ROUTING(LEN_OCT)};
	struct cursor route;
	uint32_t rest;
	uint8_t next, type, left;
	const char *name;

	info_add(d, "IPv6 routing");
	next = say_head(d, c, &ids, &rest);
	if (!cursor_ok(c))
		return;
	route = cursor_take(c, rest);
	type = (uint8_t)say_uint(d, &route, ROUTING(TYPE), 1);
	name = value_name(field_get(ROUTING(TYPE))->names, type);
	say_title(d, " (%s)", name ? name : "Unknown type");
	if (type == ROUTING_SOURCE && cursor_ok(&route))
		say_expert(d, tree_index(d->tree, d->item), ROUTING(DEPRECATED), EXPERT_NOTE,
			   EXPERT_DEPRECATED, "%s", field_get(ROUTING(DEPRECATED))->label);
	left = (uint8_t)say_uint(d, &route, ROUTING(SEGLEFT), 1);
	read_route(d, &route, type, left);
	if (cursor_ok(c) && !cursor_ok(&route))
		c->status = route.status;
	need_header(c);
	if (!cursor_ok(c))
		return;
	info_clear(d);
	pass_on(d, next, c);
}

const struct dissector ipv6_routing_dissector = {ipv6_routing_fields, IPV6_ROUTING_FIELDS,
						 dissect_routing};
