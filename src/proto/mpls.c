// SPDX-License-Identifier: Apache-2.0
// MPLS label stack entries (RFC 3032); the first four bits behind the last tell what follows.
#include "proto/mpls.h"

#include <assert.h>
#include <stdio.h>

#include "proto/dissect.h"

#define MPLS_LABEL_EXPLICIT_NULL_4 0 /* RFC 3032 s. 2.1 */
#define MPLS_LABEL_EXPLICIT_NULL_6 2
#define MPLS_LABEL_RESERVED        16

enum mpls_field {
	MPLS_PROTOCOL,
	MPLS_LABEL,
	MPLS_LABEL_SPECIAL,
	MPLS_EXP,
	MPLS_BOTTOM,
	MPLS_TTL,
	MPLS_FIELDS
};

static const struct value_name label_names[] = {
	VALUE(MPLS_LABEL_EXPLICIT_NULL_4, "IPv4 Explicit-Null"),
	VALUE(1, "Router Alert"),
	VALUE(MPLS_LABEL_EXPLICIT_NULL_6, "IPv6 Explicit-Null"),
	VALUE(3, "Implicit-Null"),
	VALUE(7, "Entropy Label Indicator (ELI)"),
	VALUE(13, "Generic Associated Channel Label (GAL)"),
	VALUE(14, "OAM Alert"),
	VALUE_END,
};

static const struct field fields[] = {
	[MPLS_PROTOCOL] = {"mpls", "MultiProtocol Label Switching Header", FIELD_PROTOCOL},
	[MPLS_LABEL] = {"mpls.label", "MPLS Label", FIELD_UINT, BASE_DEC_HEX, 4, 0xfffff000},
	[MPLS_LABEL_SPECIAL] = {"mpls.label", "MPLS Label", FIELD_UINT, BASE_DEC, 4, 0xfffff000,
				.names = label_names},
	[MPLS_EXP] = {"mpls.exp", "MPLS Experimental Bits", FIELD_UINT, BASE_DEC, 4, 0x00000e00},
	[MPLS_BOTTOM] = {"mpls.bottom", "MPLS Bottom Of Label Stack", FIELD_UINT, BASE_DEC, 4,
			 0x00000100},
	[MPLS_TTL] = {"mpls.ttl", "MPLS TTL", FIELD_UINT, BASE_DEC, 4, 0x000000ff},
};

static_assert(sizeof(fields) / sizeof(fields[0]) == MPLS_FIELDS, "every mpls_field has a row");

#define F(name) FIELD_ID(PROTOCOL_MPLS, MPLS_##name)

/* Nothing in the header says what follows (RFC 4928 s. 2 tells why looking at it works). */
static void next(struct dissect *d, const struct cursor *c)
{
	unsigned version = cursor_held(c) ? c->base[c->at] >> 4 : 0;

	if (version == 4)
		dissect_next(d, PROTOCOL_IPV4, c);
	else if (version == 6)
		dissect_next(d, PROTOCOL_IPV6, c);
	else
		dissect_data(d, c);
}

/* One entry a layer, as each has a heading of its own. */
static void dissect_mpls(struct dissect *d, struct cursor *c)
{
	uint32_t at = c->at;
	uint32_t word = cursor_be32(c);
	uint32_t label = word >> 12;
	unsigned bottom = word >> 8 & 1;
	const char *name = value_name(label_names, label);
	char text[48];

	info_set(d, "MPLS Label Switched Packet");
	if (!cursor_ok(c))
		return;
	if (name)
		snprintf(text, sizeof(text), "%u (%s)", label, name);
	else
		snprintf(text, sizeof(text),
			 label < MPLS_LABEL_RESERVED ? "%u (Reserved - Unknown)" : "%u", label);
	say_heading(d, "MultiProtocol Label Switching Header, Label: %s, Exp: %u, S: %u, TTL: %u",
		    text, word >> 9 & 7, bottom, word & 0xff);
	say_bits(d, at, 4, word,
		 (const uint16_t[]) {label < MPLS_LABEL_RESERVED ? F(LABEL_SPECIAL) : F(LABEL),
				     F(EXP), F(BOTTOM), F(TTL)},
		 4);
	if (!bottom)
		dissect_next(d, PROTOCOL_MPLS, c);
	else
		next(d, c);
}

const struct dissector mpls_dissector = {fields, MPLS_FIELDS, dissect_mpls};
