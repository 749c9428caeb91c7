// SPDX-License-Identifier: Apache-2.0
// Packets without a link header: IPv4 or IPv6 by the first four bits.
#include "proto/raw.h"

#include "proto/dissect.h"

#define LOOK_LEN 8 /* Wireshark looks at so many before it knows what this is */

static const struct field fields[] = {
	{"raw", "Raw packet data", FIELD_PROTOCOL},
};

static void dissect_raw(struct dissect *d, struct cursor *c)
{
	struct endpoint nobody = {.kind = ENDPOINT_TEXT, .text = "N/A"};
	uint8_t version;

	d->kept.source = d->kept.destination = nobody;
	info_set(d, "Raw packet data");
	if (!cursor_need(c, LOOK_LEN))
		return;
	version = c->base[c->at] >> 4;
	if (version == 4)
		dissect_next(d, PROTOCOL_IPV4, c);
	else if (version == 6)
		dissect_next(d, PROTOCOL_IPV6, c);
	else
		dissect_data(d, c);
}

const struct dissector raw_dissector = {fields, sizeof(fields) / sizeof(fields[0]), dissect_raw};
