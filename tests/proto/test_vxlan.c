// SPDX-License-Identifier: Apache-2.0
// proto/vxlan: hand-made packets read field by field, then cut and filled with lies.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "one_layer.h"

/* One network. */
static const uint8_t packet_0[] = {
	0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x64, 0x00, 0xff, 0xff, 0xff,
	0xff, 0xff, 0xff, 0x02, 0x00, 0x00, 0x00, 0x00, 0x01, 0x08, 0x06,
};

static const struct one_layer_value values_0[] = {
	{"vxlan.flags", 0x800},
	{"vxlan.vni", 100},
	{"vxlan.flag_i", 1},
	{"vxlan.gbp", 0},
};

static const struct one_layer_case cases[] = {
	ONE_LAYER_CASE(PROTOCOL_VXLAN, packet_0, values_0, ""),
};

int main(void)
{
	return one_layer_main(cases, sizeof(cases) / sizeof(cases[0]));
}
