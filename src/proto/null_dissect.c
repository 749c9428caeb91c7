// SPDX-License-Identifier: Apache-2.0
// Dissects BSD loopback headers.
#include "proto/null.h"

#include <assert.h>

#include "proto/dissect.h"
#include "proto/eth.h"
#include "proto/names.h"

enum null_field { NULL_F_PROTOCOL, NULL_F_FAMILY, NULL_F_TYPE, NULL_FIELDS };

static const struct value_name family_names[] = {
	VALUE(2, "IP"),    VALUE(7, "OSI"),   VALUE(16, "Appletalk"), VALUE(23, "Netware IPX/SPX"),
	VALUE(24, "IPv6"), VALUE(28, "IPv6"), VALUE(30, "IPv6"),      VALUE_END,
};

static const struct field fields[] = {
	[NULL_F_PROTOCOL] = {"null", "Null/Loopback", FIELD_PROTOCOL},
	[NULL_F_FAMILY] = {"null.family", "Family", FIELD_UINT, BASE_DEC, 4, .names = family_names},
	[NULL_F_TYPE] = {"null.type", "Type", FIELD_UINT, BASE_HEX, 2, .names = ether_type_names},
};

static_assert(sizeof(fields) / sizeof(fields[0]) == NULL_FIELDS, "every field has a row");

#define F(name) FIELD_ID(PROTOCOL_NULL, NULL_F_##name)

#define HEADER_LEN 4

static void dissect_null(struct dissect *d, struct cursor *c)
{
	struct cursor look = *c;
	uint32_t at = c->at;
	uint32_t family = cursor_be32(&look);
	uint16_t type = null_read(c);
	bool little = family > UINT16_MAX;

	if (!cursor_ok(c))
		return;
	if (little)
		family = __builtin_bswap32(family);
	d->item = tree_uint(d->tree, F(FAMILY), at, HEADER_LEN, family);
	if (type == ETHER_IPV4)
		dissect_next(d, PROTOCOL_IPV4, c);
	else if (type == ETHER_IPV6)
		dissect_next(d, PROTOCOL_IPV6, c);
	else
		dissect_data(d, c);
}

const struct dissector null_dissector = {fields, NULL_FIELDS, dissect_null};
