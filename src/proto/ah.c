// SPDX-License-Identifier: Apache-2.0
// The Authentication Header (RFC 4302).
#include "proto/ah.h"

#include <assert.h>

#include "proto/dissect.h"
#include "proto/ipv6_fields.h"
#include "proto/names.h"

enum ah_field {
	AH_F_PROTOCOL,
	AH_F_NEXT_HEADER,
	AH_F_LENGTH,
	AH_F_RESERVED,
	AH_F_SPI,
	AH_F_SEQUENCE,
	AH_F_ICV,
	AH_FIELDS
};

static const struct field fields[] = {
	[AH_F_PROTOCOL] = {"ah", "Authentication Header", FIELD_PROTOCOL},
	[AH_F_NEXT_HEADER] = {"ah.next_header", "Next header", FIELD_UINT, BASE_DEC, 1,
			      .names = ip_number_names},
	[AH_F_LENGTH] = {"ah.length", "Length", FIELD_UINT, BASE_DEC, 1},
	[AH_F_RESERVED] = {"ah.reserved", "Reserved", FIELD_BYTES},
	[AH_F_SPI] = {"ah.spi", "AH SPI", FIELD_UINT, BASE_HEX, 4},
	[AH_F_SEQUENCE] = {"ah.sequence", "AH Sequence", FIELD_UINT, BASE_DEC, 4},
	[AH_F_ICV] = {"ah.icv", "AH ICV", FIELD_BYTES},
};

static_assert(sizeof(fields) / sizeof(fields[0]) == AH_FIELDS, "every field has a row");

#define F(name) FIELD_ID(PROTOCOL_AH, AH_F_##name)

#define UNIT	  4 /* RFC 4302 s. 2.2: words, the first two not counted */
#define FIXED_LEN 12

static void dissect_ah(struct dissect *d, struct cursor *c)
{
	uint8_t next = (uint8_t)say_uint(d, c, F(NEXT_HEADER), 1);
	uint32_t len = ((uint32_t)say_uint(d, c, F(LENGTH), 1) + 2) * UNIT;
	uint32_t spi;

	item_append(d->tree, d->item, " (%u bytes)", len);
	say_bytes(d, c, F(RESERVED), 2);
	spi = (uint32_t)say_uint(d, c, F(SPI), 4);
	say_uint(d, c, F(SEQUENCE), 4);
	info_set(d, "AH (SPI=0x%08x)", spi);
	if (cursor_ok(c) && len > FIXED_LEN)
		say_bytes(d, c, F(ICV), len - FIXED_LEN);
	if (cursor_ok(c))
		ipv6_next(d, next, c);
}

const struct dissector ah_dissector = {fields, AH_FIELDS, dissect_ah};
