// SPDX-License-Identifier: Apache-2.0
// Dissects the tags before an EtherType (IEEE 802.1Q, 802.1ad).
#include "proto/vlan.h"

#include <assert.h>

#include "proto/dissect.h"
#include "proto/eth.h"
#include "proto/names.h"

enum vlan_field {
	VLAN_F_PROTOCOL,
	VLAN_F_PRIORITY,
	VLAN_F_DEI,
	VLAN_F_ID,
	VLAN_F_ETYPE,
	VLAN_F_LEN,
	VLAN_F_TRAILER,
	VLAN_F_LEN_PAST_END,
	VLAN_F_TOO_MANY_TAGS,
	VLAN_FIELDS
};

static const struct value_name priority_names[] = {
	VALUE(0, "Best Effort (default)"),
	VALUE(1, "Background"),
	VALUE(2, "Excellent Effort"),
	VALUE(3, "Critical Applications"),
	VALUE(4, "Video, < 100ms latency and jitter"),
	VALUE(5, "Voice, < 10ms latency and jitter"),
	VALUE(6, "Internetwork Control"),
	VALUE(7, "Network Control"),
	VALUE_END,
};

static const struct field fields[] = {
	[VLAN_F_PROTOCOL] = {"vlan", "802.1Q Virtual LAN", FIELD_PROTOCOL},
	[VLAN_F_PRIORITY] = {"vlan.priority", "Priority", FIELD_UINT, BASE_DEC, 2, 0xe000,
			     .names = priority_names},
	[VLAN_F_DEI] = {"vlan.dei", "DEI", FIELD_BOOL, BASE_DEC, 2, 0x1000, .yes = "Eligible",
			.no = "Ineligible"},
	[VLAN_F_ID] = {"vlan.id", "ID", FIELD_UINT, BASE_DEC, 2, 0xfff},
	[VLAN_F_ETYPE] = {"vlan.etype", "Type", FIELD_UINT, BASE_HEX, 2, .names = ether_type_names},
	[VLAN_F_LEN] = {"vlan.len", "Length", FIELD_UINT, BASE_DEC, 2},
	[VLAN_F_TRAILER] = {"vlan.trailer", "Trailer", FIELD_BYTES},
	[VLAN_F_LEN_PAST_END] = {"vlan.len.past_end",
				 "Length field value goes past the end of the payload", FIELD_NONE},
	[VLAN_F_TOO_MANY_TAGS] = {"vlan.too_many_tags", "Too many nested VLAN tags", FIELD_NONE},
};

static_assert(sizeof(fields) / sizeof(fields[0]) == VLAN_FIELDS, "every field has a row");

#define F(name) FIELD_ID(PROTOCOL_VLAN, VLAN_F_##name)

#define LENGTH_MAX 1500 /* IEEE 802.3 s. 3.2.6 */
#define TAGS_MAX   20   /* Wireshark follows no more */

enum qinq_field { QINQ_F_PROTOCOL, QINQ_F_PRIORITY, QINQ_F_DEI, QINQ_F_ID, QINQ_FIELDS };

static const struct field qinq_fields[] = {
	[QINQ_F_PROTOCOL] = {"ieee8021ad", "IEEE 802.1ad", FIELD_PROTOCOL},
	[QINQ_F_PRIORITY] = {"ieee8021ad.priority", "Priority", FIELD_UINT, BASE_DEC, 2, 0xe000},
	[QINQ_F_DEI] = {"ieee8021ad.dei", "DEI", FIELD_UINT, BASE_DEC, 2, 0x1000},
	[QINQ_F_ID] = {"ieee8021ad.id", "ID", FIELD_UINT, BASE_DEC, 2, 0xfff},
};

#define Q(name) FIELD_ID(PROTOCOL_QINQ, QINQ_F_##name)

static void say_trailer(struct dissect *d, struct cursor *c)
{
	eth_say_trailer(d, c, F(TRAILER), false);
}

static void say_dix_trailer(struct dissect *d, struct cursor *c)
{
	cursor_skip(c, dissect_payload_end(d, c) - c->at);
	eth_say_trailer(d, c, F(TRAILER), false);
}

/* The type behind a tag may be a length, as behind Ethernet's addresses. */
static void read_by_length(struct dissect *d, struct cursor *c, uint16_t len)
{
	struct cursor payload = *c;
	struct cursor behind = *c;

	tree_uint(d->tree, F(LEN), c->at - 2, 2, len);
	if (len > cursor_left(c)) {
		say_expert(d, TREE_NO_PARENT, F(LEN_PAST_END), EXPERT_ERROR, EXPERT_MALFORMED, "%s",
			   field_get(F(LEN_PAST_END))->label);
		len = (uint16_t)cursor_left(c);
	}
	payload = cursor_take(&payload, len);
	cursor_skip(&behind, len);
	dissect_next(d, PROTOCOL_LLC, &payload);
	dissect_after(d, say_trailer, &behind);
}

static void dissect_vlan(struct dissect *d, struct cursor *c)
{
	static const uint16_t bits[] = {F(PRIORITY), F(DEI), F(ID)};
	struct vlan_tag tag;
	uint32_t at = c->at;

	vlan_read(c, &tag);
	say_bits(d, at, 2,
		 (uint64_t)tag.priority << 13 | (uint64_t)tag.drop_eligible << 12 | tag.id, bits,
		 3);
	if (!cursor_ok(c))
		return;
	say_title(d, ", PRI: %u, DEI: %u, ID: %u", tag.priority, tag.drop_eligible, tag.id);
	info_set(d, "PRI: %u  DEI: %u  ID: %u", tag.priority, tag.drop_eligible, tag.id);
	d->kept.vlan = tag.id;
	if (tag.type <= LENGTH_MAX) {
		read_by_length(d, c, tag.type);
		return;
	}
	tree_uint(d->tree, F(ETYPE), at + 2, 2, tag.type);
	if (d->met[PROTOCOL_VLAN] >= TAGS_MAX) {
		say_expert(d, TREE_NO_PARENT, F(TOO_MANY_TAGS), EXPERT_ERROR, EXPERT_UNDECODED,
			   "%s", field_get(F(TOO_MANY_TAGS))->label);
		dissect_data(d, c);
		return;
	}
	dissect_ether_type(d, tag.type, c);
	dissect_after(d, say_dix_trailer, c);
}

const struct dissector vlan_dissector = {fields, VLAN_FIELDS, dissect_vlan};

static void dissect_qinq(struct dissect *d, struct cursor *c)
{
	static const uint16_t bits[] = {Q(PRIORITY), Q(DEI), Q(ID)};
	struct vlan_tag tag;
	uint32_t at = c->at;

	vlan_read(c, &tag);
	say_bits(d, at, 2,
		 (uint64_t)tag.priority << 13 | (uint64_t)tag.drop_eligible << 12 | tag.id, bits,
		 3);
	if (!cursor_ok(c))
		return;
	say_title(d, ", ID: %u", tag.id);
	info_set(d, "PRI: %u  DROP: %u  ID: %u", tag.priority, tag.drop_eligible, tag.id);
	d->kept.vlan = tag.id;
	tree_uint(d->tree, F(ETYPE), at + 2, 2, tag.type);
	dissect_ether_type(d, tag.type, c);
	dissect_after(d, say_dix_trailer, c);
}

const struct dissector qinq_dissector = {qinq_fields, QINQ_FIELDS, dissect_qinq};
