// SPDX-License-Identifier: Apache-2.0
// proto/ipx: hand-made packets read field by field, then cut and filled with lies.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "one_layer.h"

static struct one_layer layer;

/* To the NetBIOS socket. */
static const uint8_t packet_0[] = {
	0xff, 0xff, 0x00, 0x20, 0x00, 0x14, 0x00, 0x00, 0x00, 0x00, 0xff,
	0xff, 0xff, 0xff, 0xff, 0xff, 0x04, 0x55, 0xa8, 0xf8, 0x79, 0x67,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x01, 0x04, 0x55, 0x01, 0x02,
};

static const struct one_layer_value values_0[] = {
	{"ipx.len", 32},
	{"ipx.packet_type", 20},
	{"ipx.dst.socket", 0x455},
	{"ipx.src.net", 0xa8f87967},
};

static void reads_packet_0(void **state)
{
	(void)state;
	one_layer_check(&layer, PROTOCOL_IPX, packet_0, sizeof(packet_0), values_0,
			sizeof(values_0) / sizeof(values_0[0]), "NetBIOS (0x0455)");
}

static void survives_packet_0(void **state)
{
	(void)state;
	one_layer_torment(&layer, PROTOCOL_IPX, packet_0, sizeof(packet_0));
}

/* One route. */
static const uint8_t packet_1[] = {
	0x00, 0x02, 0xa8, 0xf8, 0x79, 0x67, 0x00, 0x01, 0x00, 0x02,
};

static const struct one_layer_value values_1[] = {
	{"ipxrip.packet_type", 2},
	{"ipxrip.ticks", 2},
};

static void reads_packet_1(void **state)
{
	(void)state;
	one_layer_check(&layer, PROTOCOL_IPXRIP, packet_1, sizeof(packet_1), values_1,
			sizeof(values_1) / sizeof(values_1[0]), "Response");
}

static void survives_packet_1(void **state)
{
	(void)state;
	one_layer_torment(&layer, PROTOCOL_IPXRIP, packet_1, sizeof(packet_1));
}

/* One server. */
static const uint8_t packet_2[] = {
	0x00, 0x02, 0x03, 0x0c, 0x50, 0x52, 0x49, 0x4e, 0x54, 0x45, 0x52, 0x00, 0x00, 0x00,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	0x00, 0x30, 0xc1, 0xbf, 0x57, 0x55, 0x40, 0x0c, 0x00, 0x01,
};

static const struct one_layer_value values_2[] = {
	{"ipxsap.server.type", 0x30c},
	{"ipxsap.server.socket", 0x400c},
};

static void reads_packet_2(void **state)
{
	(void)state;
	one_layer_check(&layer, PROTOCOL_IPXSAP, packet_2, sizeof(packet_2), values_2,
			sizeof(values_2) / sizeof(values_2[0]), "General Response");
}

static void survives_packet_2(void **state)
{
	(void)state;
	one_layer_torment(&layer, PROTOCOL_IPXSAP, packet_2, sizeof(packet_2));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_packet_0), cmocka_unit_test(survives_packet_0),
		cmocka_unit_test(reads_packet_1), cmocka_unit_test(survives_packet_1),
		cmocka_unit_test(reads_packet_2), cmocka_unit_test(survives_packet_2),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	one_layer_done(&layer);
	return failed;
}
