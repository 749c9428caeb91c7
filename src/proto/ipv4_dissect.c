// SPDX-License-Identifier: Apache-2.0
// Dissects the Internet Protocol, version 4 (RFC 791).
#include "proto/ipv4.h"

#include "proto/ipv4_fields.h"
#include "proto/names.h"
#include "proto/whole.h"

#define CHECKSUM_END 12 /* bytes up to behind it: RFC 791 s. 3.1 */
#define F(name)      FIELD_ID(PROTOCOL_IPV4, IPV4_F_##name)

#define TTL_LOW        5
#define FRAGMENT_UNIT  8           /* RFC 791 s. 3.1: offsets count units of 8 bytes */
#define LOCAL_NETWORK  0xe0000000u /* 224.0.0.0/24: RFC 5771 s. 4 */
#define LOCAL_MASK     0xffffff00u
#define MULTICAST_BITS 0xe0000000u
#define MULTICAST_MASK 0xf0000000u

/* What a packet to a group of 224.0.0.0/24 is sent with; -1: anything. */
static int expected_ttl(const struct ipv4_hdr *h)
{
	if (h->protocol == IP_IGMP)
		return 1; /* RFC 3376 s. 4 */
	switch (addr_number(&h->destination) & 0xff) {
	case 18:  /* VRRP: RFC 5798 s. 5.1.1.3 */
	case 102: /* GLBP, HSRP version 2 */
	case 251: /* mDNS: RFC 6762 s. 11 */
		return 255;
	case 252: /* LLMNR: RFC 4795 s. 2.5 says 255, senders differ */
		return -1;
	default:
		return 1;
	}
}

/* Routing protocols between neighbours are sent with 1 to single hosts as well. */
static bool may_be_low(uint8_t protocol)
{
	return protocol == IP_OSPF || protocol == IP_PIM;
}

static void say_ttl(struct dissect *d, const struct ipv4_hdr *h, uint32_t at)
{
	uint32_t to = addr_number(&h->destination);
	int expected = (to & LOCAL_MASK) == LOCAL_NETWORK ? expected_ttl(h) : -1;
	uint32_t index;

	d->item = tree_uint(d->tree, F(TTL), at + 8, 1, h->ttl);
	index = tree_index(d->tree, d->item);
	if (!h->complete) /* cut: neither it nor whom it is for need be known */
		return;
	if ((to & LOCAL_MASK) == LOCAL_NETWORK) {
		if (expected >= 0 && h->ttl != expected)
			say_expert(d, index, F(TTL_LNCB), EXPERT_NOTE, EXPERT_SEQUENCE,
				   "\"Time To Live\" != %d for a packet sent to the Local Network "
				   "Control Block (see RFC 3171)",
				   expected);
	} else if (h->ttl < TTL_LOW && (to & MULTICAST_MASK) != MULTICAST_BITS &&
		   !may_be_low(h->protocol)) {
		say_expert(d, index, F(TTL_TOO_SMALL), EXPERT_NOTE, EXPERT_SEQUENCE,
			   "\"Time To Live\" only %u", h->ttl);
	}
}

static void say_flags(struct dissect *d, const struct ipv4_hdr *h, uint32_t at)
{
	static const uint16_t bits[] = {F(FLAGS_RB), F(FLAGS_DF), F(FLAGS_MF)};
	uint32_t before;

	d->item = tree_uint(d->tree, F(FLAGS), at + 6, 1, h->flags);
	if (h->flags & IPV4_FLAG_RESERVED)
		item_append(d->tree, d->item, ", Reserved bit");
	if (h->flags & IPV4_FLAG_DF)
		item_append(d->tree, d->item, ", Don't fragment");
	if (h->flags & IPV4_FLAG_MF)
		item_append(d->tree, d->item, ", More fragments");
	before = say_open(d);
	say_bits(d, at + 6, 1, (uint64_t)h->flags << 5, bits, 3);
	say_close(d, before);
	/* The value is the field as sent, the line says bytes. */
	d->item = tree_uint(d->tree, F(FRAG_OFFSET), at + 6, 2, h->fragment_offset / FRAGMENT_UNIT);
	item_text(d->tree, d->item, "Fragment Offset: %u", h->fragment_offset);
}

static void say_tos(struct dissect *d, const struct ipv4_hdr *h, uint32_t at)
{
	static const uint16_t bits[] = {F(DSFIELD_DSCP), F(DSFIELD_ECN)};
	uint32_t before;

	d->item = tree_uint(d->tree, F(DSFIELD), at + 1, 1, h->tos);
	item_append(d->tree, d->item, " (DSCP: %s, ECN: %s)", dscp_short(h->tos >> 2),
		    ecn_short(h->tos & 3));
	before = say_open(d);
	say_bits(d, at + 1, 1, h->tos, bits, 2);
	say_close(d, before);
}

/* So that an item may be appended to, d->item is the address. */
void ipv4_say_address(struct dissect *d, const struct addr *a, uint32_t at, bool source)
{
	char text[ADDR_TEXT_MAX];
	uint32_t index;

	d->item = tree_addr(d->tree, source ? F(SRC) : F(DST), at, a);
	index = tree_index(d->tree, d->item);
	item_flag(tree_addr(d->tree, F(ADDR), at, a), ITEM_HIDDEN);
	if (tree_wants(d->tree, F(SRC_HOST)) || tree_wants(d->tree, F(DST_HOST)) ||
	    tree_wants(d->tree, F(HOST))) {
		addr_text(a, text);
		item_flag(tree_string(d->tree, source ? F(SRC_HOST) : F(DST_HOST), at, 4, text),
			  ITEM_HIDDEN);
		item_flag(tree_string(d->tree, F(HOST), at, 4, text), ITEM_HIDDEN);
	}
	d->item = index == TREE_NO_PARENT ? NULL : &d->tree->items[index];
}

/* Where the packet goes first, when its route goes on from there. */
static void say_current(struct dissect *d, const struct addr *a, uint32_t at)
{
	char text[ADDR_TEXT_MAX];

	tree_addr(d->tree, F(CUR_RT), at, a);
	if (tree_wants(d->tree, F(CUR_RT_HOST)))
		item_flag(tree_string(d->tree, F(CUR_RT_HOST), at, 4, addr_text(a, text)),
			  ITEM_HIDDEN);
}

/* Version and length; false when nothing else can be read. */
static bool say_first(struct dissect *d, const struct ipv4_hdr *h, uint32_t at)
{
	d->item = tree_uint(d->tree, F(VERSION), at, 1, 4);
	d->item = tree_uint(d->tree, F(HDR_LEN), at, 1, h->header_len);
	if (h->header_len >= IPV4_HEADER_MIN) {
		item_text(d->tree, d->item, "Header Length: %u bytes (%u)", h->header_len,
			  h->header_len / 4);
		return true;
	}
	item_text(d->tree, d->item, "Header Length: %u bytes (%u)", h->header_len,
		  h->header_len / 4);
	say_expert(d, tree_index(d->tree, d->item), F(BOGUS_HEADER_LENGTH), EXPERT_ERROR,
		   EXPERT_PROTOCOL, "Bogus IP header length (%u, must be at least %u)",
		   h->header_len, IPV4_HEADER_MIN);
	info_set(d, "Bogus IP header length (%u, must be at least %u)", h->header_len,
		 IPV4_HEADER_MIN);
	return false;
}

/* False when the length leaves no room for the header. */
static bool say_length(struct dissect *d, const struct ipv4_hdr *h, uint32_t at, uint32_t there)
{
	if (h->total_len == 0) {
		d->item = tree_uint(d->tree, F(LEN), at + 2, 2, there);
		item_text(d->tree, d->item,
			  "Total Length: %u bytes (reported as 0, presumed to be because of "
			  "\"TCP segmentation offload\" (TSO))",
			  there);
		return true;
	}
	d->item = tree_uint(d->tree, F(LEN), at + 2, 2, h->total_len);
	if (h->total_len < h->header_len) {
		item_append(d->tree, d->item, " (bogus, less than header length %u)",
			    h->header_len);
		say_expert(d, tree_index(d->tree, d->item), F(BOGUS_IP_LENGTH), EXPERT_ERROR,
			   EXPERT_PROTOCOL, "Bogus IP length");
		info_set(d, "Bogus IP length (%u, less than header length %u)", h->total_len,
			 h->header_len);
		return false;
	}
	if (h->total_len > there && !d->depth)
		say_expert(d, tree_index(d->tree, d->item), F(BOGUS_IP_LENGTH), EXPERT_ERROR,
			   EXPERT_PROTOCOL, "IPv4 total length exceeds packet length (%u bytes)",
			   there);
	return true;
}

/* read: so many bytes of it were there; end: of its source route, or NULL. */
static void say_header(struct dissect *d, const struct ipv4_hdr *h, uint32_t at, uint32_t read,
		       const struct addr *end)
{
	struct tree *t = d->tree;

	d->item = tree_uint(t, F(ID), at + 4, 2, h->id);
	say_flags(d, h, at);
	say_ttl(d, h, at);
	tree_uint(t, F(PROTO), at + 9, 1, h->protocol);
	d->item = tree_uint(t, F(CHECKSUM), at + 10, 2, h->checksum);
	item_append(t, d->item, " [validation disabled]");
	if (read >= CHECKSUM_END && (d->item || tree_wants(t, F(CHECKSUM_STATUS))))
		item_flag(tree_uint(t, F(CHECKSUM_STATUS), 0, 0, CHECKSUM_STATUS_UNVERIFIED),
			  ITEM_GENERATED);
	ipv4_say_address(d, &h->source, at + 12, true);
	if (end)
		say_current(d, &h->destination, at + 16);
	else
		ipv4_say_address(d, &h->destination, at + 16, false);
}

static const struct whole_names fragment_names = {
	.title = "IPv4 Fragments",
	.source = "Reassembled IPv4",
	.all = F(FRAGMENTS),
	.piece = F(FRAGMENT),
	.overlap = F(FRAGMENT_OVERLAP),
	.conflict = F(FRAGMENT_CONFLICT),
	.multiple_tails = F(FRAGMENT_MULTIPLE_TAILS),
	.too_long = F(FRAGMENT_TOO_LONG),
	.error = F(FRAGMENT_ERROR),
	.count = F(FRAGMENT_COUNT),
	.len = F(REASSEMBLED_LENGTH),
	.data = F(REASSEMBLED_DATA),
};

static void info_fragment(struct dissect *d, const struct ipv4_hdr *h, uint32_t reassembled_in)
{
	const char *name = value_name(ip_number_names, h->protocol);

	info_set(d, "Fragmented IP protocol (proto=%s %u, off=%u, ID=%04x)",
		 name ? name : "Unknown", h->protocol, h->fragment_offset, h->id);
	if (reassembled_in)
		info_add(d, " [Reassembled in #%u]", reassembled_in);
}

/* What nobody here reads: "VMTP (81)". */
static void info_unknown(struct dissect *d, uint8_t protocol)
{
	const char *name = value_name(ip_number_names, protocol);

	info_set(d, "%s (%u)", name ? name : "Unknown", protocol);
}

/* The addresses for the columns, as far as the header was there. */
static void set_addresses(struct dissect *d, const struct ipv4_hdr *h, const struct cursor *c,
			  uint32_t at, const struct addr *end)
{
	char from[ADDR_TEXT_MAX], to[ADDR_TEXT_MAX], via[ADDR_TEXT_MAX];

	if (c->at < at + IPV4_HEADER_MIN) {
		if (c->at >= at + 16)
			d->kept.source = (struct endpoint) {.kind = ENDPOINT_IP, .ip = h->source};
		return;
	}
	dissect_set_ip(d, &h->source, end ? end : &h->destination);
	if (!dissect_wants_text(d))
		return;
	addr_text(&h->destination, via);
	say_title(d, ", Src: %s, Dst: %s%s%s", addr_text(&h->source, from),
		  addr_text(end ? end : &h->destination, to), end ? ", Via: " : "", end ? via : "");
}

static void pass_up(struct dissect *d, const struct cursor *c, uint8_t protocol)
{
	info_clear(d);
	if (!d->dispatch->ip[protocol])
		info_unknown(d, protocol);
	dissect_ip_protocol(d, protocol, c);
}

/* Asks what this fragment is part of; all its bytes are held. */
static struct whole ask_whole(struct dissect *d, const struct cursor *c, const struct ipv4_hdr *h)
{
	const struct fragment fragment = {
		.id = h->id,
		.protocol = h->protocol,
		.more = h->flags & IPV4_FLAG_MF,
		.offset = h->fragment_offset,
		.bytes = c->base + c->at,
		.len = cursor_left(c),
	};
	struct whole whole = {0};

	if (d->hooks && d->hooks->fragment && d->reassembly)
		d->hooks->fragment(d->reassembly, d, &fragment, &whole);
	return whole;
}

static void pass_fragment(struct dissect *d, const struct cursor *c, const struct ipv4_hdr *h)
{
	struct whole whole = ask_whole(d, c, h);
	uint8_t source = whole.bytes ? say_whole(d, &whole, &fragment_names) : 0;

	if (source) {
		struct cursor all = dissect_source_cursor(d, source);
		uint8_t before = dissect_use_source(d, source);

		d->kept.fragment = false;
		pass_up(d, &all, h->protocol);
		dissect_use_source(d, before);
		return;
	}
	say_whole_in(d, F(REASSEMBLED_IN), &whole);
	info_fragment(d, h, whole.bytes ? 0 : whole.frame);
	dissect_data(d, c);
}

static void pass_on(struct dissect *d, struct cursor *c, const struct ipv4_hdr *h)
{
	bool cut = d->depth || h->payload_short || cursor_held(c) < cursor_left(c);

	d->kept.fragment = h->fragment_offset || (h->flags & IPV4_FLAG_MF);
	if (d->kept.fragment && cursor_left(c) && !cut) {
		pass_fragment(d, c, h);
	} else if (h->fragment_offset) {
		info_fragment(d, h, 0);
		dissect_data(d, c);
	} else if (cursor_left(c)) {
		/* A first fragment that can never be put together is read as far as it goes. */
		pass_up(d, c, h->protocol);
	}
}

/* Another version: version 6 reads itself, the rest are bytes that nobody can read. */
static void say_bad_version(struct dissect *d, struct cursor *c, uint32_t at)
{
	uint8_t version = c->base[at] >> 4;
	enum protocol_id below = dissect_below(d);
	/* What leads here is IPv4's own number, or one for either version. */
	bool own = below != PROTOCOL_FRAME && below != PROTOCOL_NULL && below != PROTOCOL_IPV4 &&
		   below != PROTOCOL_IPV6;

	d->item = tree_uint(d->tree, F(VERSION), at, 1, version);
	if (!own && version == 6)
		dissect_unsay(d);
	else
		say_expert(d, tree_index(d->tree, d->item), F(BOGUS_IP_VERSION), EXPERT_ERROR,
			   EXPERT_PROTOCOL, own ? "Bogus IPv4 version" : "Bogus IP version");
	if (version == 6) {
		dissect_next(d, PROTOCOL_IPV6, c);
		return;
	}
	if (own) {
		info_set(d, "Bogus IPv4 version (%u, must be 4)", version);
	} else {
		say_heading(d, "Internet Protocol, bogus version (%u)", version);
		info_set(d, "Bogus IP version (%u)", version);
		if (!d->depth)
			d->protocol = "IP";
	}
	cursor_skip(c, 1);
}

static void dissect_ipv4(struct dissect *d, struct cursor *c)
{
	struct ipv4_hdr h;
	struct cursor look = *c;
	uint32_t at = c->at;
	uint32_t there = cursor_left(c);
	bool routed = false;
	struct addr end;

	info_clear(d);
	if (cursor_u8(&look) >> 4 != 4 && cursor_ok(&look)) {
		say_bad_version(d, c, at);
		return;
	}
	if (d->depth)
		ipv4_read_quoted(c, &h);
	else
		ipv4_read(c, &h);
	if (c->at == at)
		return;
	if (!say_first(d, &h, at)) {
		c->status = CURSOR_OK;
		return;
	}
	say_tos(d, &h, at);
	if (c->at >= at + 4 && !say_length(d, &h, at, there)) {
		c->status = CURSOR_OK;
		return;
	}
	routed = ipv4_route_end(c, &h, &end);
	set_addresses(d, &h, c, at, routed ? &end : NULL);
	say_header(d, &h, at, c->at - at, routed ? &end : NULL);
	if (h.total_len && h.total_len <= there)
		dissect_ends(d, at + h.total_len);
	if (!h.complete)
		return;
	d->kept.hops = h.ttl;
	if (h.header_len > IPV4_HEADER_MIN) {
		struct cursor options = ipv4_options(c, &h);

		if (cursor_ok(c) && cursor_held(&options) < cursor_left(&options)) {
			c->status = CURSOR_TRUNCATED;
			return;
		}
		ipv4_say_options(d, &options);
	}
	if (cursor_ok(c))
		pass_on(d, c, &h);
}

const struct dissector ipv4_dissector = {ipv4_fields, IPV4_FIELDS, dissect_ipv4};
