// SPDX-License-Identifier: Apache-2.0
// proto/cdp: hand-made packets read field by field, then cut and filled with lies.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "one_layer.h"

/* Device, port, capabilities, address. */
static const uint8_t packet_0[] = {
	0x02, 0xb4, 0x19, 0x57, 0x00, 0x01, 0x00, 0x06, 0x53, 0x31, 0x00, 0x03,
	0x00, 0x08, 0x45, 0x74, 0x68, 0x30, 0x00, 0x04, 0x00, 0x08, 0x00, 0x00,
	0x00, 0x28, 0x00, 0x02, 0x00, 0x11, 0x00, 0x00, 0x00, 0x01, 0x01, 0x01,
	0xcc, 0x00, 0x04, 0xc0, 0x00, 0x02, 0x01, 0x00, 0x0b, 0x00, 0x05, 0x01,
};

static const struct one_layer_value values_0[] = {
	{"cdp.version", 2},
	{"cdp.ttl", 180},
	{"cdp.capabilities.switch", 1},
	{"cdp.nrgyz.ip_address", 0xc0000201},
	{"cdp.duplex", 1},
};

static const struct one_layer_case cases[] = {
	ONE_LAYER_CASE(PROTOCOL_CDP, packet_0, values_0, "Device ID: S1  Port ID: Eth0  "),
};

int main(void)
{
	return one_layer_main(cases, sizeof(cases) / sizeof(cases[0]));
}
