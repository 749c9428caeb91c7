// SPDX-License-Identifier: Apache-2.0
// Dissects Multicast Listener Discovery (RFC 2710, 3810) and Node Information (RFC 4620).
#include "proto/icmpv6_fields.h"

#define F(name) ICMPV6_FIELD(name)

#define TYPE_QUERY    130
#define TYPE_REPORT2  143
#define TYPE_NI_QUERY 139
#define QUERY1_LEN    20 /* behind the checksum; a longer query is of version 2 */
#define AUX_UNIT      4
#define CODE_IPV6     0
#define CODE_IPV4     2
#define QTYPE_IPV6    3
#define QTYPE_IPV4    4

static void say_query2(struct dissect *d, struct cursor *c)
{
	static const uint16_t bits[] = {F(MLD_FLAG_S), F(MLD_FLAG_QRV), F(MLD_FLAG_RESERVED)};
	uint32_t at = c->at;
	uint8_t flags = (uint8_t)say_uint(d, c, F(MLD_FLAG), 1);
	uint32_t before = say_open(d);
	uint32_t count;

	if (cursor_ok(c))
		say_bits(d, at, 1, flags, bits, 3);
	say_close(d, before);
	say_uint(d, c, F(MLD_QQI), 1);
	count = (uint32_t)say_uint(d, c, F(MLD_NB_SOURCES), 2);
	for (uint32_t i = 0; i < count && cursor_ok(c) && dissect_step(d); i++)
		say_ipv6(d, c, F(MLD_SOURCE_ADDRESS));
}

/* One multicast address record (RFC 3810 s. 5.2.4). */
static void say_record(struct dissect *d, struct cursor *c)
{
	struct cursor look = *c;
	uint32_t begin = c->at;
	uint8_t type = cursor_u8(&look);
	const char *name = value_name(field_get(F(MLDR_MAR_RECORD_TYPE))->names, type);
	char text[ADDR_TEXT_MAX];
	uint32_t before, index, aux, count;
	struct addr group;

	d->item = tree_uint(d->tree, F(MLDR_MAR), begin, 0, 0);
	index = tree_index(d->tree, d->item);
	before = say_open(d);
	say_uint(d, c, F(MLDR_MAR_RECORD_TYPE), 1);
	aux = (uint32_t)say_uint(d, c, F(MLDR_MAR_AUX_DATA_LEN), 1) * AUX_UNIT;
	count = (uint32_t)say_uint(d, c, F(MLDR_MAR_NB_SOURCES), 2);
	group = say_ipv6(d, c, F(MLDR_MAR_MULTICAST_ADDRESS));
	for (uint32_t i = 0; i < count && cursor_ok(c) && dissect_step(d); i++)
		say_ipv6(d, c, F(MLDR_MAR_SOURCE_ADDRESS));
	if (aux && cursor_ok(c))
		say_bytes(d, c, F(MLDR_MAR_AUXILIARY_DATA), aux);
	say_close(d, before);
	if (!cursor_ok(c) || index == TREE_NO_PARENT)
		return;
	tree_set_len(d->tree, index, c->at - begin);
	if (dissect_wants_text(d))
		item_append(d->tree, &d->tree->items[index], " %s: %s", name ? name : "Unknown",
			    addr_text(&group, text));
}

void icmpv6_say_mld(struct dissect *d, struct cursor *c, uint8_t type)
{
	bool version2 = type == TYPE_QUERY && cursor_left(c) > QUERY1_LEN;
	uint32_t count;

	if (type == TYPE_REPORT2) {
		say_bytes(d, c, F(RESERVED), 2);
		count = (uint32_t)say_uint(d, c, F(MLDR_NB_MCAST_RECORDS), 2);
		for (uint32_t i = 0; i < count && cursor_ok(c) && dissect_step(d); i++)
			say_record(d, c);
		return;
	}
	say_uint(d, c, version2 ? F(MLD_MAXIMUM_RESPONSE_CODE) : F(MLD_MAXIMUM_RESPONSE_DELAY), 2);
	say_bytes(d, c, F(RESERVED), 2);
	say_ipv6(d, c, F(MLD_MULTICAST_ADDRESS));
	if (version2)
		say_query2(d, c);
}

static void say_reply(struct dissect *d, struct cursor *c, uint16_t qtype)
{
	while (cursor_left(c) && cursor_ok(c) && dissect_step(d)) {
		say_uint(d, c, F(NI_REPLY_NODE_TTL), 4);
		if (qtype == QTYPE_IPV6)
			say_ipv6(d, c, F(NI_REPLY_NODE_ADDRESS));
		else if (qtype == QTYPE_IPV4)
			say_ipv4(d, c, F(NI_REPLY_IPV4_ADDRESS));
		else
			say_string(d, c, F(NI_REPLY_NODE_NAME), cursor_left(c));
	}
}

void icmpv6_say_node_info(struct dissect *d, struct cursor *c, uint8_t type, uint8_t code)
{
	static const uint16_t bits[] = {F(NI_FLAG_G), F(NI_FLAG_S), F(NI_FLAG_L),  F(NI_FLAG_C),
					F(NI_FLAG_A), F(NI_FLAG_T), F(NI_FLAG_RSV)};
	uint16_t qtype = (uint16_t)say_uint(d, c, F(NI_QTYPE), 2);
	uint32_t at = c->at;
	uint16_t flags = (uint16_t)say_uint(d, c, F(NI_FLAG), 2);
	uint32_t before;

	if (flags & 2)
		item_append(d->tree, d->item, ", Unicast Addresses");
	before = say_open(d);
	if (cursor_ok(c))
		say_bits(d, at, 2, flags, bits, 7);
	say_close(d, before);
	say_uint(d, c, F(NI_NONCE), 8);
	if (!cursor_ok(c) || !cursor_left(c))
		return;
	if (type != TYPE_NI_QUERY)
		say_reply(d, c, qtype);
	else if (code == CODE_IPV6)
		say_ipv6(d, c, F(NI_QUERY_SUBJECT_IPV6));
	else if (code == CODE_IPV4)
		say_ipv4(d, c, F(NI_QUERY_SUBJECT_IPV4));
	else
		say_string(d, c, F(NI_QUERY_SUBJECT_FQDN), cursor_left(c));
}
