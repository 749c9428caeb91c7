// SPDX-License-Identifier: Apache-2.0
// Dissects the User Datagram Protocol (RFC 768).
#include "proto/udp.h"

#include <assert.h>

#include "proto/dissect.h"

enum udp_field {
	UDP_F_PROTOCOL,
	UDP_F_SRCPORT,
	UDP_F_DSTPORT,
	UDP_F_PORT,
	UDP_F_LENGTH,
	UDP_F_CHECKSUM,
	UDP_F_CHECKSUM_STATUS,
	UDP_F_STREAM,
	UDP_F_TIME_RELATIVE,
	UDP_F_TIME_DELTA,
	UDP_F_PAYLOAD,
	UDP_F_POSSIBLE_TRACEROUTE,
	UDP_F_LENGTH_BAD,
	UDP_F_LENGTH_BAD_ZERO,
	UDP_F_CHECKSUM_ZERO,
	UDP_FIELDS
};

static const struct field fields[] = {
	[UDP_F_PROTOCOL] = {"udp", "User Datagram Protocol", FIELD_PROTOCOL},
	[UDP_F_SRCPORT] = {"udp.srcport", "Source Port", FIELD_UINT, BASE_DEC, 2},
	[UDP_F_DSTPORT] = {"udp.dstport", "Destination Port", FIELD_UINT, BASE_DEC, 2},
	[UDP_F_PORT] = {"udp.port", "Source or Destination Port", FIELD_UINT, BASE_DEC, 2},
	[UDP_F_LENGTH] = {"udp.length", "Length", FIELD_UINT, BASE_DEC, 2},
	[UDP_F_CHECKSUM] = {"udp.checksum", "Checksum", FIELD_UINT, BASE_HEX, 2},
	[UDP_F_CHECKSUM_STATUS] = {"udp.checksum.status", "Checksum Status", FIELD_UINT, BASE_NAME,
				   1, .names = checksum_status_names},
	[UDP_F_STREAM] = {"udp.stream", "Stream index", FIELD_UINT, BASE_DEC, 4},
	[UDP_F_TIME_RELATIVE] = {"udp.time_relative", "Time since first frame", FIELD_DURATION},
	[UDP_F_TIME_DELTA] = {"udp.time_delta", "Time since previous frame", FIELD_DURATION},
	[UDP_F_PAYLOAD] = {"udp.payload", "Payload", FIELD_BYTES},
	[UDP_F_POSSIBLE_TRACEROUTE] = {"udp.possible_traceroute", "Possible traceroute",
				       FIELD_NONE},
	[UDP_F_LENGTH_BAD] = {"udp.length.bad", "Bad length value", FIELD_NONE},
	[UDP_F_LENGTH_BAD_ZERO] = {"udp.length.bad_zero", "Length is zero but payload < 65536",
				   FIELD_NONE},
	[UDP_F_CHECKSUM_ZERO] = {"udp.checksum.zero", "Illegal checksum value (0)", FIELD_NONE},
};

static_assert(sizeof(fields) / sizeof(fields[0]) == UDP_FIELDS, "every field has a row");

#define F(name) FIELD_ID(PROTOCOL_UDP, UDP_F_##name)

#define LENGTH_OFFSET   4
#define CHECKSUM_OFFSET 6
/* What Wireshark takes for traceroute's: three tries for each of ten hops. */
#define TRACEROUTE_FIRST 33435
#define TRACEROUTE_LAST  33464

static void say_ports(struct dissect *d, const struct udp_hdr *h, uint32_t at)
{
	tree_uint(d->tree, F(SRCPORT), at, 2, h->source_port);
	d->item = tree_uint(d->tree, F(DSTPORT), at + 2, 2, h->destination_port);
	if (h->destination_port >= TRACEROUTE_FIRST && h->destination_port <= TRACEROUTE_LAST)
		say_expert(d, tree_index(d->tree, d->item), F(POSSIBLE_TRACEROUTE), EXPERT_CHAT,
			   EXPERT_SEQUENCE, "Possible traceroute: hop #%u, attempt #%u",
			   (h->destination_port - TRACEROUTE_FIRST) / 3 + 1,
			   (h->destination_port - TRACEROUTE_FIRST) % 3 + 1);
	say_hidden(d, F(PORT), at, 2, h->source_port);
	say_hidden(d, F(PORT), at + 2, 2, h->destination_port);
}

static void say_checksum(struct dissect *d, const struct udp_hdr *h, uint32_t at)
{
	bool none = h->checksum == 0;
	bool illegal = none && d->kept.ip_source.family == 6;
	uint32_t before;

	d->item = tree_uint(d->tree, F(CHECKSUM), at + 6, 2, h->checksum);
	before = none ? say_open(d) : tree_open(d->tree, NULL);
	if (illegal) {
		item_append(d->tree, d->item, " [zero-value illegal]");
		say_expert(d, tree_index(d->tree, d->item), F(CHECKSUM_ZERO), EXPERT_ERROR,
			   EXPERT_CHECKSUM, "%s", field_get(F(CHECKSUM_ZERO))->label);
		info_add(d, " [ILLEGAL CHECKSUM (0)]");
	} else {
		item_append(d->tree, d->item, none ? " [zero-value ignored]" : " [unverified]");
	}
	item_flag(tree_uint(d->tree, F(CHECKSUM_STATUS), 0, 0,
			    illegal ? CHECKSUM_STATUS_ILLEGAL
			    : none  ? CHECKSUM_STATUS_NOT_PRESENT
				    : CHECKSUM_STATUS_UNVERIFIED),
		  ITEM_GENERATED);
	say_close(d, before);
}

static void say_stream(struct dissect *d)
{
	struct udp_view view = {0};
	uint32_t before;

	if (!d->hooks || !d->hooks->udp)
		return;
	d->hooks->udp(d->flows, d, &view);
	if (!view.known)
		return;
	d->kept.stream = view.stream;
	d->kept.followed = d->kept.datagram = true;
	item_flag(tree_uint(d->tree, F(STREAM), 0, 0, view.stream), ITEM_GENERATED);
	if (!d->tree || d->depth || d->kept.empty)
		return;
	d->item = item_flag(say_line(d, 0, 0, "Timestamps"), ITEM_GENERATED);
	before = say_open(d);
	item_flag(tree_int(d->tree, F(TIME_RELATIVE), 0, 0, view.since_first), ITEM_GENERATED);
	item_flag(tree_int(d->tree, F(TIME_DELTA), 0, 0, view.since_previous), ITEM_GENERATED);
	say_close(d, before);
}

static void add_info(struct dissect *d, const struct udp_hdr *h)
{
	struct buf *out = d->info;

	if (!out)
		return;
	buf_clear(out);
	buf_u64(out, h->source_port);
	buf_puts(out, " → ");
	buf_u64(out, h->destination_port);
}

/* The length field: what it says and what is wrong with it. False: nothing follows. */
static bool say_length(struct dissect *d, const struct udp_hdr *h, uint32_t at, uint32_t there)
{
	/* RFC 2675 s. 4: the packet's own length counts, which only IPv6 can tell. */
	bool jumbo = h->len == 0 && d->kept.ip_source.family == 6 && d->met[PROTOCOL_IPV6_HOPOPT];
	bool quote = d->depth || d->kept.fragment;

	d->item = tree_uint(d->tree, F(LENGTH), at + 4, 2, h->len);
	if (h->len < UDP_HEADER_LEN && !jumbo) {
		item_append(d->tree, d->item, " (bogus, must be >= 8)");
		say_expert(d, tree_index(d->tree, d->item), F(LENGTH_BAD), EXPERT_ERROR,
			   EXPERT_MALFORMED, "Bad length value %u < 8", h->len);
		info_add(d, " [BAD UDP LENGTH %u < 8]", h->len);
		return false;
	}
	if (h->len > there && !quote) {
		item_append(d->tree, d->item, " (bogus, payload length %u)", there);
		say_expert(d, tree_index(d->tree, d->item), F(LENGTH_BAD), EXPERT_ERROR,
			   EXPERT_MALFORMED, "Bad length value %u > IP payload length", h->len);
		info_add(d, " [BAD UDP LENGTH %u > IP PAYLOAD LENGTH]", h->len);
	}
	if (jumbo && !quote && there <= UINT16_MAX)
		say_expert(d, tree_index(d->tree, d->item), F(LENGTH_BAD_ZERO), EXPERT_WARN,
			   EXPERT_PROTOCOL, "%s", field_get(F(LENGTH_BAD_ZERO))->label);
	return true;
}

static void dissect_udp(struct dissect *d, struct cursor *c)
{
	struct udp_hdr h;
	uint32_t at = c->at;
	uint32_t there = cursor_left(c);
	uint32_t len;

	info_clear(d);
	udp_read_quoted(c, &h);
	if (c->at < at + LENGTH_OFFSET) {
		dissect_nameless(d);
		return;
	}
	say_ports(d, &h, at);
	d->kept.source_port = h.source_port;
	d->kept.destination_port = h.destination_port;
	say_title(d, ", Src Port: %u, Dst Port: %u", h.source_port, h.destination_port);
	add_info(d, &h);
	if (c->at < at + CHECKSUM_OFFSET || !say_length(d, &h, at, there))
		return;
	len = h.len ? h.len : there;
	if (len < UDP_HEADER_LEN) /* of no length field, and cut */
		return;
	dissect_ends(d, at + len);
	info_add(d, " Len=%u%s", len - UDP_HEADER_LEN, h.len ? "" : " [Jumbogram]");
	if (!cursor_ok(c))
		return;
	say_checksum(d, &h, at);
	d->kept.empty = h.len == UDP_HEADER_LEN;
	say_stream(d);
	if (len - UDP_HEADER_LEN < cursor_left(c))
		*c = cursor_take(c, len - UDP_HEADER_LEN);
	if (len > UDP_HEADER_LEN && !d->depth && !cursor_need(c, 1))
		return;
	if (cursor_left(c) && cursor_held(c))
		item_text(d->tree,
			  tree_view(d->tree, F(PAYLOAD), c->at, cursor_held(c), c->base + c->at,
				    cursor_held(c)),
			  "UDP payload (%u byte%s)", cursor_held(c),
			  cursor_held(c) == 1 ? "" : "s");
	dissect_udp_port(d, c);
}

const struct dissector udp_dissector = {fields, UDP_FIELDS, dissect_udp};
