// SPDX-License-Identifier: Apache-2.0
// proto/mpls: hand-made packets read field by field, then cut and filled with lies.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "one_layer.h"

static struct one_layer layer;

/* The last label before IPv4. */
static const uint8_t packet_0[] = {
	0x18, 0x96, 0x01, 0x01, 0x45, 0x00, 0x00, 0x14,
};

static const struct one_layer_value values_0[] = {
	{"mpls.label", 0x18960},
	{"mpls.bottom", 1},
	{"mpls.ttl", 1},
	{"mpls.exp", 0},
};

static void reads_packet_0(void **state)
{
	(void)state;
	one_layer_check(&layer, PROTOCOL_MPLS, packet_0, sizeof(packet_0), values_0,
			sizeof(values_0) / sizeof(values_0[0]), "MPLS Label Switched Packet");
}

static void survives_packet_0(void **state)
{
	(void)state;
	one_layer_torment(&layer, PROTOCOL_MPLS, packet_0, sizeof(packet_0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_packet_0),
		cmocka_unit_test(survives_packet_0),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	one_layer_done(&layer);
	return failed;
}
