// SPDX-License-Identifier: Apache-2.0
// proto/sctp: hand-made packets read field by field, then cut and filled with lies.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "one_layer.h"

static struct one_layer layer;

/* INIT with parameters. */
static const uint8_t packet_0[] = {
	0x0b, 0x59, 0x0b, 0x59, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	0x01, 0x00, 0x00, 0x24, 0x00, 0x00, 0x0e, 0x50, 0x00, 0x00, 0xe0, 0x00,
	0x00, 0x0a, 0x00, 0x0a, 0x00, 0x00, 0x00, 0x01, 0x00, 0x05, 0x00, 0x08,
	0xc0, 0x00, 0x02, 0x01, 0x00, 0x0c, 0x00, 0x06, 0x00, 0x05, 0x00, 0x00,
};

static const struct one_layer_value values_0[] = {
	{"sctp.srcport", 0xb59},
	{"sctp.chunk_type", 1},
	{"sctp.init_credit", 0xe000},
	{"sctp.parameter_ipv4_address", 0xc0000201},
	{"sctp.parameter_supported_address_type", 5},
};

static void reads_packet_0(void **state)
{
	(void)state;
	one_layer_check(&layer, PROTOCOL_SCTP, packet_0, sizeof(packet_0), values_0,
			sizeof(values_0) / sizeof(values_0[0]), "INIT ");
}

static void survives_packet_0(void **state)
{
	(void)state;
	one_layer_torment(&layer, PROTOCOL_SCTP, packet_0, sizeof(packet_0));
}

/* SACK and DATA. */
static const uint8_t packet_1[] = {
	0x0b, 0x59, 0x0b, 0x59, 0x00, 0x00, 0x0e, 0x50, 0x00, 0x00, 0x00, 0x00, 0x03,
	0x00, 0x00, 0x14, 0x00, 0x00, 0x00, 0x05, 0x00, 0x00, 0xe0, 0x00, 0x00, 0x01,
	0x00, 0x00, 0x00, 0x02, 0x00, 0x03, 0x00, 0x03, 0x00, 0x14, 0x00, 0x00, 0x00,
	0x09, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x03, 0x68, 0x65, 0x6c, 0x6c,
};

static const struct one_layer_value values_1[] = {
	{"sctp.sack_gap_block_end", 3},
	{"sctp.data_tsn_raw", 9},
	{"sctp.data_payload_proto_id", 3},
	{"sctp.data_e_bit", 1},
};

static void reads_packet_1(void **state)
{
	(void)state;
	one_layer_check(&layer, PROTOCOL_SCTP, packet_1, sizeof(packet_1), values_1,
			sizeof(values_1) / sizeof(values_1[0]),
			"SACK (Ack=5, Arwnd=57344) DATA (TSN=9) ");
}

static void survives_packet_1(void **state)
{
	(void)state;
	one_layer_torment(&layer, PROTOCOL_SCTP, packet_1, sizeof(packet_1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_packet_0),
		cmocka_unit_test(survives_packet_0),
		cmocka_unit_test(reads_packet_1),
		cmocka_unit_test(survives_packet_1),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	one_layer_done(&layer);
	return failed;
}
