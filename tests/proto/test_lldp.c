// SPDX-License-Identifier: Apache-2.0
// proto/lldp: hand-made packets read field by field, then cut and filled with lies.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "one_layer.h"

/* The mandatory parts and a name. */
static const uint8_t packet_0[] = {
	0x02, 0x07, 0x04, 0x00, 0x19, 0x2f, 0xa7, 0xb2, 0x8d, 0x04, 0x06, 0x05, 0x65, 0x74,
	0x68, 0x30, 0x31, 0x06, 0x02, 0x00, 0x78, 0x0a, 0x02, 0x73, 0x32, 0x0e, 0x04, 0x00,
	0x14, 0x00, 0x04, 0xfe, 0x06, 0x00, 0x80, 0xc2, 0x01, 0x00, 0x01, 0x00, 0x00,
};

static const struct one_layer_value values_0[] = {
	{"lldp.chassis.subtype", 4},         {"lldp.port.subtype", 5},
	{"lldp.time_to_live", 120},          {"lldp.tlv.system_cap.router", 1},
	{"lldp.ieee.802_1.port_vlan.id", 1},
};

static const struct one_layer_case cases[] = {
	ONE_LAYER_CASE(PROTOCOL_LLDP, packet_0, values_0,
		       "MA/00:19:2f:a7:b2:8d IN/eth01 120 SysN=s2 "),
};

int main(void)
{
	return one_layer_main(cases, sizeof(cases) / sizeof(cases[0]));
}
