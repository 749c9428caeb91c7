// SPDX-License-Identifier: Apache-2.0
// proto/ipsec: hand-made packets read field by field, then cut and filled with lies.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "one_layer.h"

static struct one_layer layer;

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

static void reads_packet_0(void **state)
{
	(void)state;
	one_layer_check(&layer, PROTOCOL_AH, packet_0, sizeof(packet_0), values_0,
			sizeof(values_0) / sizeof(values_0[0]), "AH (SPI=0x00000100)");
}

static void survives_packet_0(void **state)
{
	(void)state;
	one_layer_torment(&layer, PROTOCOL_AH, packet_0, sizeof(packet_0));
}

/* Header and ciphertext. */
static const uint8_t packet_1[] = {
	0x12, 0x34, 0x56, 0x78, 0x00, 0x00, 0x00, 0x01, 0xaa, 0xbb, 0xcc, 0xdd,
};

static const struct one_layer_value values_1[] = {
	{"esp.spi", 0x12345678},
	{"esp.sequence", 1},
};

static void reads_packet_1(void **state)
{
	(void)state;
	one_layer_check(&layer, PROTOCOL_ESP, packet_1, sizeof(packet_1), values_1,
			sizeof(values_1) / sizeof(values_1[0]), "ESP (SPI=0x12345678)");
}

static void survives_packet_1(void **state)
{
	(void)state;
	one_layer_torment(&layer, PROTOCOL_ESP, packet_1, sizeof(packet_1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_packet_0),
		cmocka_unit_test(survives_packet_0),
		cmocka_unit_test(reads_packet_1),
		cmocka_unit_test(survives_packet_1),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	one_layer_done(&layer);
	return failed;
}
