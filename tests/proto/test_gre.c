// SPDX-License-Identifier: Apache-2.0
// proto/gre: hand-made packets read field by field, then cut and filled with lies.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "one_layer.h"

/* Key, sequence number and checksum over IPv4. */
static const uint8_t packet_0[] = {
	0xb0, 0x00, 0x08, 0x00, 0x02, 0xdb, 0x00, 0x00, 0x00, 0x00,
	0x00, 0x07, 0x00, 0x00, 0x00, 0x09, 0x45, 0x00, 0x00, 0x14,
};

static const struct one_layer_value values_0[] = {
	{"gre.proto", 0x800},       {"gre.flags.key", 1},       {"gre.key", 7},
	{"gre.sequence_number", 9}, {"gre.checksum.status", 1},
};

static const struct one_layer_case cases[] = {
	ONE_LAYER_CASE(PROTOCOL_GRE, packet_0, values_0, "Encapsulated IP"),
};

int main(void)
{
	return one_layer_main(cases, sizeof(cases) / sizeof(cases[0]));
}
