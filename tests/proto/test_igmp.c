// SPDX-License-Identifier: Apache-2.0
// proto/igmp: hand-made packets read field by field, then cut and filled with lies.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "one_layer.h"

/* A version 3 report that joins one group. */
static const uint8_t packet_0[] = {
	0x22, 0x00, 0x42, 0x3c, 0x00, 0x00, 0x00, 0x01,
	0x04, 0x00, 0x00, 0x00, 0xef, 0xc0, 0xa8, 0x01,
};

static const struct one_layer_value values_0[] = {
	{"igmp.type", 34},       {"igmp.version", 3},        {"igmp.num_grp_recs", 1},
	{"igmp.record_type", 4}, {"igmp.maddr", 0xefc0a801}, {"igmp.checksum.status", 1},
};

/* A version 2 query. */
static const uint8_t packet_1[] = {
	0x11, 0x64, 0xee, 0x9b, 0x00, 0x00, 0x00, 0x00,
};

static const struct one_layer_value values_1[] = {
	{"igmp.version", 2},
	{"igmp.max_resp", 100},
	{"igmp.checksum.status", 1},
};

static const struct one_layer_case cases[] = {
	ONE_LAYER_CASE(PROTOCOL_IGMP, packet_0, values_0,
		       "Membership Report / Join group 239.192.168.1 for any sources"),
	ONE_LAYER_CASE(PROTOCOL_IGMP, packet_1, values_1, "Membership Query, general"),
};

int main(void)
{
	return one_layer_main(cases, sizeof(cases) / sizeof(cases[0]));
}
