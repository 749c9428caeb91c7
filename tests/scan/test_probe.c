// SPDX-License-Identifier: Apache-2.0
// The table of scan types, and the probes that it names, byte for byte.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "evidence/rule.h"
#include "scan/kind.h"
#include "scan/probe.h"

static void every_scan_type_is_sound(void **state)
{
	enum scan_kind found;

	(void)state;
	for (unsigned kind = 0; kind < SCAN_KINDS; kind++) {
		const struct scan_kind_row *row = scan_kind_row(kind);

		assert_true(scan_kind_of(row->letter, &found));
		assert_int_equal(found, kind);
		assert_true(row->probe < PROBE_SENT_KINDS);
		assert_true(probe_has_family(row->probe, 4) && probe_has_family(row->probe, 6));
		/* it asks about ports, of the protocol that it says, and silence means something */
		assert_string_equal(probe_kind_protocol(row->probe),
				    service_proto_name(row->proto));
		assert_non_null(rule_for_silence_of(row->probe));
		assert_non_null(row->name);
	}
	assert_false(scan_kind_of('Q', &found));
	assert_false(scan_kind_of('\0', &found));
}

/* Every kind that is ours is built for each family it exists for, on Ethernet. */
static void every_kind_is_built(void **state)
{
	(void)state;
	for (unsigned kind = 0; kind < PROBE_SENT_KINDS; kind++) {
		for (uint8_t family = 4; family <= 6; family += 2) {
			struct probe_path path = {.link = LINK_ETHERNET};
			struct probe_request request = {.kind = kind, .port = 443};
			uint8_t bytes[PROBE_FRAME_MAX];

			addr_parse(family == 4 ? "192.0.2.9" : "2001:db8::9", &path.target);
			addr_parse(family == 4 ? "192.0.2.2" : "2001:db8::2", &path.source);
			assert_int_equal(probe_build(&path, &request, bytes) > 0,
					 probe_has_family(kind, family));
		}
	}
}

/* 192.0.2.2:61001 -> 198.51.100.5:22, id 0x1234, cookie 0x89abcdef */
#define IPV4(len, protocol, sum)                                                                   \
	"\x45\0\0" len "\x12\x34\0\0\x40" protocol sum "\xc0\0\2\2\xc6\x33\x64\5"
#define PORTS "\xee\x49\0\x16"
#define SEQ   "\x89\xab\xcd\xef"

static void probes_are_byte_for_byte(void **state)
{
	static const struct {
		enum probe_kind kind;
		const char *bytes;
		size_t len;
	} rows[] = {
#define ROW(kind, text) {kind, text, sizeof(text) - 1}
		ROW(PROBE_SYN, IPV4("\x2c", "\6", "\x7c\x5d") PORTS SEQ "\0\0\0\0\x60\2\4\0"
									"\x61\xf0\0\0"
									"\2\4\5\xb4"),
		ROW(PROBE_ACK, IPV4("\x28", "\6", "\x7c\x61") PORTS SEQ SEQ "\x50\x10\4\0"
									    "\x22\x03\0\0"),
		ROW(PROBE_WINDOW, IPV4("\x28", "\6", "\x7c\x61") PORTS SEQ SEQ "\x50\x10\4\3"
									       "\x22\0\0\0"),
		ROW(PROBE_FIN, IPV4("\x28", "\6", "\x7c\x61") PORTS SEQ "\0\0\0\0\x50\1\4\0"
									"\x79\xad\0\0"),
		ROW(PROBE_NULL, IPV4("\x28", "\6", "\x7c\x61") PORTS SEQ "\0\0\0\0\x50\0\4\0"
									 "\x79\xae\0\0"),
		ROW(PROBE_XMAS, IPV4("\x28", "\6", "\x7c\x61") PORTS SEQ "\0\0\0\0\x50\x29\4\0"
									 "\x79\x85\0\0"),
		ROW(PROBE_MAIMON, IPV4("\x28", "\6", "\x7c\x61") PORTS SEQ SEQ "\x50\x11\4\0"
									       "\x22\2\0\0"),
		ROW(PROBE_UDP, IPV4("\x1c", "\x11", "\x7c\x62") PORTS "\0\x08"
								      "\x25\x43"),
#undef ROW
	};
	struct probe_path path = {.link = LINK_RAW};
	uint8_t bytes[PROBE_FRAME_MAX];

	(void)state;
	addr_parse("198.51.100.5", &path.target);
	addr_parse("192.0.2.2", &path.source);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct probe_request request = {
			.kind = rows[i].kind,
			.port = 22,
			.local_port = 61001,
			.cookie = 0x89abcdef,
			.ip_number = 0x1234,
		};

		assert_int_equal(probe_build(&path, &request, bytes), rows[i].len);
		assert_memory_equal(bytes, rows[i].bytes, rows[i].len);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_scan_type_is_sound),
		cmocka_unit_test(every_kind_is_built),
		cmocka_unit_test(probes_are_byte_for_byte),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
