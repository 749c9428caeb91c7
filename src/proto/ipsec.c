// SPDX-License-Identifier: Apache-2.0
// Authentication Header and Encapsulating Security Payload (RFC 4302, RFC 4303).
#include "proto/ipsec.h"

#include <assert.h>

#include "proto/dissect.h"
#include "proto/names.h"

#define AH_FIXED_LEN 12 /* RFC 4302 s. 2: up to the sequence number */

enum ah_field {
	AH_PROTOCOL,
	AH_NEXT_HEADER,
	AH_LENGTH,
	AH_RESERVED,
	AH_SPI,
	AH_SEQUENCE,
	AH_ICV,
	AH_FIELDS
};

enum esp_field { ESP_PROTOCOL, ESP_SPI, ESP_SEQUENCE, ESP_FIELDS };

static const struct field ah_fields[] = {
	[AH_PROTOCOL] = {"ah", "Authentication Header", FIELD_PROTOCOL},
	[AH_NEXT_HEADER] = {"ah.next_header", "Next header", FIELD_UINT, BASE_DEC, 1,
			    .names = ip_number_names},
	[AH_LENGTH] = {"ah.length", "Length", FIELD_UINT, BASE_DEC, 1},
	[AH_RESERVED] = {"ah.reserved", "Reserved", FIELD_BYTES},
	[AH_SPI] = {"ah.spi", "AH SPI", FIELD_UINT, BASE_HEX, 4},
	[AH_SEQUENCE] = {"ah.sequence", "AH Sequence", FIELD_UINT, BASE_DEC, 4},
	[AH_ICV] = {"ah.icv", "AH ICV", FIELD_BYTES},
};

static const struct field esp_fields[] = {
	[ESP_PROTOCOL] = {"esp", "Encapsulating Security Payload", FIELD_PROTOCOL},
	[ESP_SPI] = {"esp.spi", "ESP SPI", FIELD_UINT, BASE_HEX_DEC, 4},
	[ESP_SEQUENCE] = {"esp.sequence", "ESP Sequence", FIELD_UINT, BASE_DEC, 4},
};

static_assert(sizeof(ah_fields) / sizeof(ah_fields[0]) == AH_FIELDS, "every ah_field has a row");
static_assert(sizeof(esp_fields) / sizeof(esp_fields[0]) == ESP_FIELDS,
	      "every esp_field has a row");

#define F(name) FIELD_ID(PROTOCOL_AH, AH_##name)
#define E(name) FIELD_ID(PROTOCOL_ESP, ESP_##name)

static void dissect_ah(struct dissect *d, struct cursor *c)
{
	unsigned next = (unsigned)say_uint(d, c, F(NEXT_HEADER), 1);
	unsigned words = (unsigned)say_uint(d, c, F(LENGTH), 1);
	unsigned len = (words + 2) * 4; /* RFC 4302 s. 2.2 */
	uint32_t spi;

	item_append(d->tree, d->item, " (%u bytes)", len);
	say_bytes(d, c, F(RESERVED), 2);
	spi = (uint32_t)say_uint(d, c, F(SPI), 4);
	say_uint(d, c, F(SEQUENCE), 4);
	if (!cursor_ok(c))
		return;
	info_set(d, "AH (SPI=0x%08x)", spi);
	if (len > AH_FIXED_LEN)
		say_bytes(d, c, F(ICV), len - AH_FIXED_LEN);
	if (cursor_ok(c))
		dissect_ip_protocol(d, (uint8_t)next, c);
}

/* The rest is ciphertext: shown as this protocol's own bytes. */
static void dissect_esp(struct dissect *d, struct cursor *c)
{
	uint32_t spi = (uint32_t)say_uint(d, c, E(SPI), 4);

	if (cursor_ok(c))
		info_set(d, "ESP (SPI=0x%08x)", spi);
	say_uint(d, c, E(SEQUENCE), 4);
	cursor_skip(c, cursor_left(c));
}

const struct dissector ah_dissector = {ah_fields, AH_FIELDS, dissect_ah};
const struct dissector esp_dissector = {esp_fields, ESP_FIELDS, dissect_esp};
