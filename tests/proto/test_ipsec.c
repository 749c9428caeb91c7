// SPDX-License-Identifier: Apache-2.0
// proto/ipsec: hand-made packets read field by field, then cut and filled with lies.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "one_layer.h"

/* 96 bits of check value. */
static const uint8_t packet_0[] = {
	0x59, 0x04, 0x00, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x00, 0x07, 0x00, 0x01,
	0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x09, 0x0a, 0x0b, 0x03, 0x01, 0x00, 0x24,
};

static const struct one_layer_value values_0[] = {
	{"ah.next_header", 89},
	{"ah.length", 4},
	{"ah.spi", 0x100},
	{"ah.sequence", 7},
};

/* Header and ciphertext. */
static const uint8_t packet_1[] = {
	0x12, 0x34, 0x56, 0x78, 0x00, 0x00, 0x00, 0x01, 0xaa, 0xbb, 0xcc, 0xdd,
};

static const struct one_layer_value values_1[] = {
	{"esp.spi", 0x12345678},
	{"esp.sequence", 1},
};

static const struct one_layer_case cases[] = {
	ONE_LAYER_CASE(PROTOCOL_AH, packet_0, values_0, "AH (SPI=0x00000100)"),
	ONE_LAYER_CASE(PROTOCOL_ESP, packet_1, values_1, "ESP (SPI=0x12345678)"),
};

int main(void)
{
	return one_layer_main(cases, sizeof(cases) / sizeof(cases[0]));
}
