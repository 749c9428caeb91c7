// SPDX-License-Identifier: Apache-2.0
// Packets without a link header: IPv4 or IPv6 by the first four bits.
#include "proto/raw.h"

#include "proto/dissect.h"

static const struct field fields[] = {
	{"raw", "Raw packet data", FIELD_PROTOCOL},
};

static void dissect_raw(struct dissect *d, struct cursor *c)
{
	struct cursor look = *c;
	uint8_t version = cursor_u8(&look) >> 4;

	if (version == 4)
		dissect_next(d, PROTOCOL_IPV4, c);
	else if (version == 6)
		dissect_next(d, PROTOCOL_IPV6, c);
	else
		dissect_data(d, c);
}

const struct dissector raw_dissector = {fields, sizeof(fields) / sizeof(fields[0]), dissect_raw};
