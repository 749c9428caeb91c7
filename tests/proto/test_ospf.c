// SPDX-License-Identifier: Apache-2.0
// proto/ospf: hand-made packets read field by field, then cut and filled with lies.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "one_layer.h"

static struct one_layer layer;

/* A version 2 hello. */
static const uint8_t packet_0[] = {
	0x02, 0x01, 0x00, 0x30, 0xc0, 0x00, 0x02, 0x01, 0x00, 0x00, 0x00, 0x00,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	0xff, 0xff, 0xff, 0x00, 0x00, 0x0a, 0x02, 0x01, 0x00, 0x00, 0x00, 0x28,
	0xc0, 0x00, 0x02, 0x01, 0x00, 0x00, 0x00, 0x00, 0xc0, 0x00, 0x02, 0x02,
};

static const struct one_layer_value values_0[] = {
	{"ospf.msg", 1},
	{"ospf.hello.hello_interval", 10},
	{"ospf.hello.active_neighbor", 0xc0000202},
	{"ospf.v2.options.e", 1},
};

static void reads_packet_0(void **state)
{
	(void)state;
	one_layer_check(&layer, PROTOCOL_OSPF, packet_0, sizeof(packet_0), values_0,
			sizeof(values_0) / sizeof(values_0[0]), "Hello Packet");
}

static void survives_packet_0(void **state)
{
	(void)state;
	one_layer_torment(&layer, PROTOCOL_OSPF, packet_0, sizeof(packet_0));
}

/* A version 3 acknowledgement. */
static const uint8_t packet_1[] = {
	0x03, 0x05, 0x00, 0x24, 0x01, 0x01, 0x01, 0x01, 0x00, 0x00, 0x00, 0x01,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x05, 0x20, 0x01, 0x00, 0x00, 0x00, 0x00,
	0x01, 0x01, 0x01, 0x01, 0x80, 0x00, 0x00, 0x02, 0xd1, 0x3a, 0x00, 0x18,
};

static const struct one_layer_value values_1[] = {
	{"ospf.v3.lsa.fc", 1},
	{"ospf.lsa.age", 5},
	{"ospf.lsa.length", 24},
};

static void reads_packet_1(void **state)
{
	(void)state;
	one_layer_check(&layer, PROTOCOL_OSPF, packet_1, sizeof(packet_1), values_1,
			sizeof(values_1) / sizeof(values_1[0]), "LS Acknowledge");
}

static void survives_packet_1(void **state)
{
	(void)state;
	one_layer_torment(&layer, PROTOCOL_OSPF, packet_1, sizeof(packet_1));
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
