// SPDX-License-Identifier: Apache-2.0
// proto/pppoe: hand-made packets read field by field, then cut and filled with lies.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "one_layer.h"

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

/* A session. */
static const uint8_t packet_1[] = {
	0x11, 0x00, 0x00, 0x17, 0x00, 0x06, 0xc0, 0x21, 0x01, 0x01, 0x00, 0x04,
};

static const struct one_layer_value values_1[] = {
	{"pppoe.session_id", 23},
	{"pppoe.payload_length", 6},
};

/* Link control with address and control. */
static const uint8_t packet_2[] = {
	0xff, 0x03, 0xc0, 0x21, 0x01, 0x01, 0x00, 0x04,
};

static const struct one_layer_value values_2[] = {
	{"ppp.address", 255},
	{"ppp.protocol", 0xc021},
};

static const struct one_layer_case cases[] = {
	ONE_LAYER_CASE(PROTOCOL_PPPOED, packet_0, values_0, "Active Discovery Initiation (PADI)"),
	ONE_LAYER_CASE(PROTOCOL_PPPOES, packet_1, values_1, "Session Data"),
	ONE_LAYER_CASE(PROTOCOL_PPP, packet_2, values_2, "PPP Link Control Protocol (0xc021)"),
};

int main(void)
{
	return one_layer_main(cases, sizeof(cases) / sizeof(cases[0]));
}
