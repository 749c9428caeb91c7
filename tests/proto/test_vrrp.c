// SPDX-License-Identifier: Apache-2.0
// proto/vrrp: hand-made packets read field by field, then cut and filled with lies.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "one_layer.h"

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

static const struct one_layer_case cases[] = {
	ONE_LAYER_CASE(PROTOCOL_VRRP, packet_0, values_0, "Announcement (v2)"),
};

int main(void)
{
	return one_layer_main(cases, sizeof(cases) / sizeof(cases[0]));
}
