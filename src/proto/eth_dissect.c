// SPDX-License-Identifier: Apache-2.0
// Dissects Ethernet: type or length, and what lies behind the payload.
#include "proto/eth.h"

#include <assert.h>
#include <string.h>

#include "proto/dissect.h"
#include "proto/names.h"

enum eth_field {
	ETH_F_PROTOCOL,
	ETH_F_DST,
	ETH_F_SRC,
	ETH_F_ADDR,
	ETH_F_DST_LG,
	ETH_F_DST_IG,
	ETH_F_SRC_LG,
	ETH_F_SRC_IG,
	ETH_F_LG,
	ETH_F_IG,
	ETH_F_TYPE,
	ETH_F_LEN,
	ETH_F_INVALID_LENTYPE,
	ETH_F_PADDING,
	ETH_F_TRAILER,
	ETH_F_FCS,
	ETH_F_FCS_STATUS,
	ETH_F_SRC_NOT_GROUP,
	ETH_F_PADDING_BAD,
	ETH_F_LEN_PAST_END,
	ETH_FIELDS
};

#define LOCAL      "Locally administered address (this is NOT the factory default)"
#define GLOBAL     "Globally unique address (factory default)"
#define GROUP      "Group address (multicast/broadcast)"
#define INDIVIDUAL "Individual address (unicast)"

static const struct field fields[] = {
	[ETH_F_PROTOCOL] = {"eth", "Ethernet II", FIELD_PROTOCOL},
	[ETH_F_DST] = {"eth.dst", "Destination", FIELD_ETHER},
	[ETH_F_SRC] = {"eth.src", "Source", FIELD_ETHER},
	[ETH_F_ADDR] = {"eth.addr", "Address", FIELD_ETHER},
	[ETH_F_DST_LG] = {"eth.dst.lg", "LG bit", FIELD_BOOL, BASE_DEC, 3, 0x20000, .yes = LOCAL,
			  .no = GLOBAL},
	[ETH_F_DST_IG] = {"eth.dst.ig", "IG bit", FIELD_BOOL, BASE_DEC, 3, 0x10000, .yes = GROUP,
			  .no = INDIVIDUAL},
	[ETH_F_SRC_LG] = {"eth.src.lg", "LG bit", FIELD_BOOL, BASE_DEC, 3, 0x20000, .yes = LOCAL,
			  .no = GLOBAL},
	[ETH_F_SRC_IG] = {"eth.src.ig", "IG bit", FIELD_BOOL, BASE_DEC, 3, 0x10000, .yes = GROUP,
			  .no = INDIVIDUAL},
	[ETH_F_LG] = {"eth.lg", "LG bit", FIELD_BOOL, BASE_DEC, 3, 0x20000, .yes = LOCAL,
		      .no = GLOBAL},
	[ETH_F_IG] = {"eth.ig", "IG bit", FIELD_BOOL, BASE_DEC, 3, 0x10000, .yes = GROUP,
		      .no = INDIVIDUAL},
	[ETH_F_TYPE] = {"eth.type", "Type", FIELD_UINT, BASE_HEX, 2, .names = ether_type_names},
	[ETH_F_LEN] = {"eth.len", "Length", FIELD_UINT, BASE_DEC, 2},
	[ETH_F_INVALID_LENTYPE] = {"eth.invalid_lentype", "Invalid length/type", FIELD_UINT,
				   BASE_HEX_DEC, 2},
	[ETH_F_PADDING] = {"eth.padding", "Padding", FIELD_BYTES},
	[ETH_F_TRAILER] = {"eth.trailer", "Trailer", FIELD_BYTES},
	[ETH_F_FCS] = {"eth.fcs", "Frame check sequence", FIELD_UINT, BASE_HEX, 4},
	[ETH_F_FCS_STATUS] = {"eth.fcs.status", "FCS Status", FIELD_UINT, BASE_NAME, 1,
			      .names = checksum_status_names},
	[ETH_F_SRC_NOT_GROUP] =
		{"eth.src_not_group",
		 "Source MAC must not be a group address: IEEE 802.3-2002, Section 3.2.3(b)",
		 FIELD_NONE},
	[ETH_F_PADDING_BAD] = {"eth.padding_bad",
			       "Didn't find padding of zeros, and an undecoded trailer exists. "
			       "There may be padding of non-zeros.",
			       FIELD_NONE},
	[ETH_F_LEN_PAST_END] = {"eth.len.past_end",
				"Length field value goes past the end of the payload", FIELD_NONE},
};

static_assert(sizeof(fields) / sizeof(fields[0]) == ETH_FIELDS, "every field has a row");

#define F(name) FIELD_ID(PROTOCOL_ETHERNET, ETH_F_##name)

#define LENGTH_MAX      1500 /* IEEE 802.3 s. 3.2.6 */
#define GROUP_BIT       0x01
#define IPX_NO_CHECKSUM 0xffff /* IPX straight behind a length */
#define MAC_BITS_LEN    3

#define FRAME_MIN     60 /* IEEE 802.3 s. 3.2.8, the check sequence not counted */
#define FRAME_FCS_MIN 64 /* so long a frame needs no padding: what is behind it may be one */
#define FCS_LEN       4

/* Where the Ethernet header begins that carries this layer. */
static uint32_t header_at(const struct dissect *d)
{
	unsigned i = d->layer;

	while (i < d->layer_count && d->layers[i].protocol != PROTOCOL_ETHERNET)
		i = d->layers[i].above;
	return i < d->layer_count ? d->layers[i].at : 0;
}

static uint32_t padding_len(const struct dissect *d, const struct cursor *c, uint32_t trailer)
{
	uint32_t before = c->at - header_at(d);
	uint32_t len = before < FRAME_MIN ? FRAME_MIN - before : 0;

	if (len > trailer)
		len = trailer;
	for (uint32_t i = 0; i < len; i++)
		if (c->base[c->at + i])
			return 0;
	return len;
}

void eth_say_trailer(struct dissect *d, struct cursor *c, uint16_t trailer_id, bool may_fcs)
{
	uint32_t len = cursor_left(c);
	bool fcs = may_fcs && len >= FCS_LEN && c->wire - header_at(d) >= FRAME_FCS_MIN;
	uint32_t rest = fcs ? len - FCS_LEN : len;
	uint32_t padding;

	if (rest > cursor_held(c))
		rest = cursor_held(c);
	padding = padding_len(d, c, rest);
	if (padding)
		say_bytes(d, c, F(PADDING), padding);
	if (rest > padding) {
		bool short_frame = c->at - header_at(d) < FRAME_MIN;

		say_bytes(d, c, trailer_id, rest - padding);
		if (!padding && short_frame)
			say_expert(d, tree_index(d->tree, d->item), F(PADDING_BAD), EXPERT_NOTE,
				   EXPERT_PROTOCOL, "%s", field_get(F(PADDING_BAD))->label);
	}
	if (fcs && cursor_need(c, FCS_LEN)) {
		say_uint(d, c, F(FCS), FCS_LEN);
		item_append(d->tree, d->item, " [unverified]");
		item_flag(tree_uint(d->tree, F(FCS_STATUS), 0, 0, CHECKSUM_STATUS_UNVERIFIED),
			  ITEM_GENERATED);
	}
}

struct mac_ids {
	uint16_t address;
	uint16_t lg;
	uint16_t ig;
};

static void say_address(struct dissect *d, uint32_t at, const uint8_t *mac,
			const struct mac_ids *ids)
{
	char text[MAC_TEXT_MAX];
	uint32_t number = (uint32_t)mac[0] << 16 | (uint32_t)mac[1] << 8 | mac[2];
	uint32_t before;

	d->item = tree_bytes(d->tree, ids->address, at, MAC_LEN, mac, MAC_LEN);
	item_text(d->tree, d->item, "%s: %s", field_get(ids->address)->label,
		  dissect_wants_text(d) ? mac_text(mac, true, text) : "");
	if (ids->address == F(SRC) && (mac[0] & GROUP_BIT))
		say_expert(d, tree_index(d->tree, d->item), F(SRC_NOT_GROUP), EXPERT_WARN,
			   EXPERT_PROTOCOL, "%s", field_get(F(SRC_NOT_GROUP))->label);
	before = say_open(d);
	tree_bytes(d->tree, F(ADDR), at, MAC_LEN, mac, MAC_LEN);
	say_bits(d, at, MAC_BITS_LEN, number, &ids->lg, 1);
	say_bits(d, at, MAC_BITS_LEN, number, (const uint16_t[]) {F(LG)}, 1);
	item_flag(d->item, ITEM_HIDDEN);
	say_bits(d, at, MAC_BITS_LEN, number, &ids->ig, 1);
	say_bits(d, at, MAC_BITS_LEN, number, (const uint16_t[]) {F(IG)}, 1);
	item_flag(d->item, ITEM_HIDDEN);
	say_close(d, before);
}

static void say_addresses(struct dissect *d, const struct eth_hdr *h, uint32_t at)
{
	static const struct mac_ids destination = {F(DST), F(DST_LG), F(DST_IG)};
	static const struct mac_ids source = {F(SRC), F(SRC_LG), F(SRC_IG)};
	char from[MAC_TEXT_MAX], to[MAC_TEXT_MAX];

	if (!d->tree)
		return;
	if (dissect_wants_text(d))
		say_heading(d, "Ethernet II, Src: %s, Dst: %s", mac_text(h->source, true, from),
			    mac_text(h->destination, true, to));
	say_address(d, at, h->destination, &destination);
	say_address(d, at + MAC_LEN, h->source, &source);
}

/* Behind what an 802.3 length counts. */
static void say_trailer(struct dissect *d, struct cursor *c)
{
	eth_say_trailer(d, c, F(TRAILER), true);
}

/* Behind what the payload says of its own length. */
static void say_dix_trailer(struct dissect *d, struct cursor *c)
{
	struct cursor trailer = *c;

	cursor_skip(&trailer, dissect_payload_end(d, c) - c->at);
	if (!cursor_held(&trailer)) /* nothing behind the payload was captured */
		return;
	eth_say_trailer(d, &trailer, F(TRAILER), true);
	if (!cursor_ok(&trailer))
		dissect_say_error(d, trailer.status, PROTOCOL_ETHERNET, "Ethertype");
}

/* An 802.3 length: LLC, or the old NetWare form that has none. */
static void read_by_length(struct dissect *d, struct cursor *c, uint16_t len)
{
	struct cursor payload = *c;
	struct cursor look = *c;
	uint32_t at = c->at;

	say_heading(d, "IEEE 802.3 Ethernet ");
	tree_uint(d->tree, F(LEN), at - 2, 2, len);
	if (len > cursor_left(c)) {
		say_expert(d, TREE_NO_PARENT, F(LEN_PAST_END), EXPERT_ERROR, EXPERT_MALFORMED, "%s",
			   field_get(F(LEN_PAST_END))->label);
		len = (uint16_t)cursor_left(c);
	}
	payload = cursor_take(&payload, len);
	if (len >= 2 && cursor_be16(&look) == IPX_NO_CHECKSUM)
		dissect_data(d, &payload);
	else
		dissect_next(d, PROTOCOL_LLC, &payload);
	look = *c;
	cursor_skip(&look, len);
	dissect_after(d, say_trailer, &look);
}

/* The columns name whom they can, also of a header that is cut. */
static void set_columns(struct dissect *d, const struct eth_hdr *h, uint32_t held)
{
	if (held >= MAC_LEN) {
		d->kept.destination.kind = ENDPOINT_ETHER;
		memcpy(d->kept.destination.mac, h->destination, MAC_LEN);
	}
	if (held >= 2 * MAC_LEN) {
		d->kept.source.kind = ENDPOINT_ETHER;
		memcpy(d->kept.source.mac, h->source, MAC_LEN);
	}
}

static void dissect_eth(struct dissect *d, struct cursor *c)
{
	struct eth_hdr h;
	uint32_t at = c->at, held = cursor_held(c);

	eth_read(c, &h);
	set_columns(d, &h, held);
	if (!cursor_ok(c))
		return;
	say_addresses(d, &h, at);
	info_set(d, "%s", "Ethernet II");
	if (h.type <= LENGTH_MAX) {
		read_by_length(d, c, h.type);
	} else if (h.type < ETH_TYPE_MIN) {
		tree_uint(d->tree, F(INVALID_LENTYPE), at + 12, 2, h.type);
		dissect_data(d, c);
	} else {
		tree_uint(d->tree, F(TYPE), at + 12, 2, h.type);
		dissect_ether_type(d, h.type, c);
		dissect_after(d, say_dix_trailer, c);
	}
}

const struct dissector eth_dissector = {fields, ETH_FIELDS, dissect_eth};
