// SPDX-License-Identifier: Apache-2.0
// proto/pppoe: hand-made packets read field by field, then cut and filled with lies.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "one_layer.h"

static struct one_layer layer;

/* An initiation with a tag. */
static const uint8_t packet_0[] = {
	0x11, 0x09, 0x00, 0x00, 0x00, 0x0c, 0x01, 0x01, 0x00,
	0x00, 0x01, 0x03, 0x00, 0x04, 0x01, 0x02, 0x03, 0x04,
};

static const struct one_layer_value values_0[] = {
	{"pppoe.version", 1},
	{"pppoe.code", 9},
	{"pppoe.payload_length", 12},
};

static void reads_packet_0(void **state)
{
	(void)state;
	one_layer_check(&layer, PROTOCOL_PPPOED, packet_0, sizeof(packet_0), values_0,
			sizeof(values_0) / sizeof(values_0[0]),
			"Active Discovery Initiation (PADI)");
}

static void survives_packet_0(void **state)
{
	(void)state;
	one_layer_torment(&layer, PROTOCOL_PPPOED, packet_0, sizeof(packet_0));
}

/* A session. */
static const uint8_t packet_1[] = {
	0x11, 0x00, 0x00, 0x17, 0x00, 0x06, 0xc0, 0x21, 0x01, 0x01, 0x00, 0x04,
};

static const struct one_layer_value values_1[] = {
	{"pppoe.session_id", 23},
	{"pppoe.payload_length", 6},
};

static void reads_packet_1(void **state)
{
	(void)state;
	one_layer_check(&layer, PROTOCOL_PPPOES, packet_1, sizeof(packet_1), values_1,
			sizeof(values_1) / sizeof(values_1[0]), "Session Data");
}

static void survives_packet_1(void **state)
{
	(void)state;
	one_layer_torment(&layer, PROTOCOL_PPPOES, packet_1, sizeof(packet_1));
}

/* Link control with address and control. */
static const uint8_t packet_2[] = {
	0xff, 0x03, 0xc0, 0x21, 0x01, 0x01, 0x00, 0x04,
};

static const struct one_layer_value values_2[] = {
	{"ppp.address", 255},
	{"ppp.protocol", 0xc021},
};

static void reads_packet_2(void **state)
{
	(void)state;
	one_layer_check(&layer, PROTOCOL_PPP, packet_2, sizeof(packet_2), values_2,
			sizeof(values_2) / sizeof(values_2[0]),
			"PPP Link Control Protocol (0xc021)");
}

static void survives_packet_2(void **state)
{
	(void)state;
	one_layer_torment(&layer, PROTOCOL_PPP, packet_2, sizeof(packet_2));
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
