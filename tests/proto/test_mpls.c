// SPDX-License-Identifier: Apache-2.0
// proto/mpls: hand-made packets read field by field, then cut and filled with lies.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "one_layer.h"

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

static const struct one_layer_case cases[] = {
	ONE_LAYER_CASE(PROTOCOL_MPLS, packet_0, values_0, "MPLS Label Switched Packet"),
};

int main(void)
{
	return one_layer_main(cases, sizeof(cases) / sizeof(cases[0]));
}
