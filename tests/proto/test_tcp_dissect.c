// SPDX-License-Identifier: Apache-2.0
// proto/tcp_dissect: a SYN with every common option read field by field, then cut and lied to.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "one_layer.h"

static struct one_layer layer;

static const uint8_t syn[] = {
	0x9c, 0x40, 0x00, 0x50, 0x00, 0x00, 0x00, 0x2a, 0x00, 0x00, 0x00, 0x00, 0xa0, 0x02,
	0x04, 0x00, 0x12, 0x34, 0x00, 0x00, 0x02, 0x04, 0x05, 0xb4, 0x04, 0x02, 0x08, 0x0a,
	0x00, 0x00, 0x00, 0x07, 0x00, 0x00, 0x00, 0x09, 0x01, 0x03, 0x03, 0x07,
};

static const struct one_layer_value values[] = {
	{"tcp.srcport", 40000},
	{"tcp.dstport", 80},
	{"tcp.seq_raw", 42},
	{"tcp.len", 0},
	{"tcp.hdr_len", 40},
	{"tcp.flags", 2},
	{"tcp.flags.syn", 1},
	{"tcp.flags.reset", 0},
	{"tcp.window_size_value", 1024},
	{"tcp.checksum", 0x1234},
	{"tcp.options.mss_val", 1460},
	{"tcp.options.timestamp.tsval", 7},
	{"tcp.options.timestamp.tsecr", 9},
	{"tcp.options.wscale.shift", 7},
};

static void reads_a_syn(void **state)
{
	(void)state;
	one_layer_check(&layer, PROTOCOL_TCP, syn, sizeof(syn), values,
			sizeof(values) / sizeof(values[0]),
			"40000 → 80 [SYN] Seq=42 Win=1024 Len=0 MSS=1460 SACK_PERM TSval=7 "
			"TSecr=9 WS=128");
}

/* Fast open as an experiment (RFC 6994) and by its own number. */
static void fast_open_is_in_the_column(void **state)
{
	static const struct {
		uint8_t option[8];
		const char *text;
	} rows[] = {
		{{254, 4, 0xf9, 0x89, 0, 0, 0, 0}, " TFO=R"},
		{{254, 8, 0xf9, 0x89, 1, 2, 3, 4}, " TFO=C"},
		{{253, 4, 0xf9, 0x88, 0, 0, 0, 0}, ""},
		{{34, 2, 0, 0, 0, 0, 0, 0}, " TFO=R"},
		{{34, 6, 1, 2, 3, 4, 0, 0}, " TFO=C"},
	};
	uint8_t bytes[28];
	char wanted[80];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		memcpy(bytes, syn, 20);
		bytes[12] = 0x70;
		memcpy(bytes + 20, rows[i].option, sizeof(rows[i].option));
		snprintf(wanted, sizeof(wanted), "40000 → 80 [SYN] Seq=42 Win=1024 Len=0%s",
			 rows[i].text);
		one_layer_check(&layer, PROTOCOL_TCP, bytes, sizeof(bytes), values, 4, wanted);
	}
}

static void survives_cuts_and_lies(void **state)
{
	(void)state;
	one_layer_torment(&layer, PROTOCOL_TCP, syn, sizeof(syn));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_a_syn),
		cmocka_unit_test(fast_open_is_in_the_column),
		cmocka_unit_test(survives_cuts_and_lies),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	one_layer_done(&layer);
	return failed;
}
