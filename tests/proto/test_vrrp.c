// SPDX-License-Identifier: Apache-2.0
// proto/vrrp: hand-made packets read field by field, then cut and filled with lies.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "one_layer.h"

static struct one_layer layer;

/* Version 2 with two addresses. */
static const uint8_t packet_0[] = {
	0x21, 0x2a, 0x64, 0x02, 0x00, 0x01, 0xf6, 0xcd, 0xc0, 0x00, 0x02, 0x01,
	0xc0, 0x00, 0x02, 0x02, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
};

static const struct one_layer_value values_0[] = {
	{"vrrp.version", 2},          {"vrrp.virt_rtr_id", 42}, {"vrrp.prio", 100},
	{"vrrp.addr_count", 2},       {"vrrp.adver_int", 1},    {"vrrp.checksum.status", 1},
	{"vrrp.ip_addr", 0xc0000201},
};

static void reads_packet_0(void **state)
{
	(void)state;
	one_layer_check(&layer, PROTOCOL_VRRP, packet_0, sizeof(packet_0), values_0,
			sizeof(values_0) / sizeof(values_0[0]), "Announcement (v2)");
}

static void survives_packet_0(void **state)
{
	(void)state;
	one_layer_torment(&layer, PROTOCOL_VRRP, packet_0, sizeof(packet_0));
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
