// SPDX-License-Identifier: Apache-2.0
// The capture's table fits every terminal, its line and its JSON say the same.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "report/status.h"

static const uint32_t seconds[] = {0, 5, 40, 20, 10, 1};

static struct status sample(void)
{
	struct status s = {
		.where = "eth0",
		.file = "/tmp/scan.pcapng",
		.file_bytes = 213004,
		.elapsed = 23 * NSEC_PER_SEC,
		.tally = {.frames = 2011,
			  .bytes = 116946,
			  .syn = 1000,
			  .syn_ack = 6,
			  .rst = 994,
			  .arp_asked = 7,
			  .arp_answered = 7},
		.packets_per_sec = 87,
		.bytes_per_sec = 5200,
		.seconds = seconds,
		.second_count = sizeof(seconds) / sizeof(seconds[0]),
	};

	s.tally.kinds[TALLY_TCP] = 1987;
	s.tally.kinds[TALLY_UDP] = 4;
	s.tally.kinds[TALLY_ICMP] = 6;
	s.tally.kinds[TALLY_ARP] = 14;
	return s;
}

static void the_usual_table(void **state)
{
	static const char expected[] =
		"Capturing on eth0                                              Running 00:00:23\n"
		"\n"
		"Total            2011                      % of total   of these\n"
		"TCP              1987  #####################   98.8 %   SYN                1000\n"
		"UDP                 4                           0.2 %   SYN/ACK               6\n"
		"ICMP                6                           0.3 %   RST                 994\n"
		"ARP                14                           0.7 %   unreachable           0\n"
		"                                                        ARP asked             7\n"
		"                                                        ARP answered          7\n"
		"\n"
		"87 packets/s, 5.2 kB/s   .@=:.\n"
		"/tmp/scan.pcapng, 213.0 kB\n"
		"0 dropped by the kernel\n";
	const struct status_screen screen = {.columns = 80, .rows = 24};
	struct status s = sample();
	struct buf out = {0};

	(void)state;
	assert_int_equal(status_table(&out, &s, &screen), 13);
	assert_string_equal(buf_text(&out), expected);
	buf_done(&out);
}

/* Cells of a line: what is not ASCII takes one here, escapes none. */
static unsigned cells(const char *line, const char *end)
{
	unsigned count = 0;

	for (; line < end; line++) {
		if (*line == '\033')
			line = strchr(line, 'm');
		else
			count += ((unsigned char)*line & 0xc0) != 0x80;
	}
	return count;
}

static void fits_every_terminal(void **state)
{
	struct status s = sample();
	char long_name[400];

	(void)state;
	memset(long_name, 'x', sizeof(long_name) - 1);
	long_name[sizeof(long_name) - 1] = '\0';
	s.where = s.filter = s.file = s.trouble = long_name;
	s.tally.frames = UINT64_MAX / 2;
	for (unsigned i = 0; i < TALLY_KINDS; i++)
		s.tally.kinds[i] = UINT64_MAX / 2 / TALLY_KINDS;
	for (unsigned columns = 1; columns < 200; columns += 1 + columns / 30) {
		for (unsigned rows = 1; rows < 60; rows += 1 + rows / 20) {
			const struct status_screen screen = {columns, rows, rows % 2, rows % 3};
			unsigned width = columns > 1 ? columns - 1 : 1;
			struct buf out = {0};
			unsigned lines = status_table(&out, &s, &screen), seen = 0;
			const char *at = buf_text(&out), *end;

			for (; (end = strchr(at, '\n')) != NULL; at = end + 1, seen++)
				assert_true(cells(at, end) <= width);
			assert_int_equal(seen, lines);
			assert_true(lines < rows || rows == 1);
			buf_done(&out);
		}
	}
}

static void a_narrow_table(void **state)
{
	static const char expected[] = "eth0       00:00:23\n"
				       "Total            20\n"
				       "TCP      1987  98.8\n"
				       "UDP       4   0.2 %\n"
				       "ICMP      6   0.3 %\n"
				       "ARP      14   0.7 %\n"
				       "87 packets/s, 5.2 k\n"
				       "/tmp/scan, 213.0 kB\n"
				       "0 dropped\n";
	const struct status_screen screen = {.columns = 20, .rows = 11};
	struct status s = sample();
	struct buf out = {0};

	(void)state;
	assert_int_equal(status_table(&out, &s, &screen), 9);
	assert_string_equal(buf_text(&out), expected);
	buf_done(&out);
}

static void too_many_kinds_are_added_up(void **state)
{
	const struct status_screen screen = {.columns = 80, .rows = 16};
	struct status s = sample();
	struct buf out = {0};
	const char *rest;

	(void)state;
	s.tally.frames = 0;
	for (unsigned i = 0; i < TALLY_KINDS; i++)
		s.tally.frames += s.tally.kinds[i] = i + 1;
	assert_true(status_table(&out, &s, &screen) < screen.rows);
	rest = strstr(buf_text(&out), "the rest");
	assert_non_null(rest);
	/* 24 kinds in 7 rows: six of them named, the 18 rarest 1 + ... + 18 */
	assert_int_equal(strtoul(rest + strlen("the rest"), NULL, 10), 18 * 19 / 2);
	buf_done(&out);
}

static void strangers_text_is_escaped(void **state)
{
	const struct status_screen screen = {.columns = 80, .rows = 24};
	struct status s = sample();
	struct buf out = {0};

	(void)state;
	s.where = "e\033[2J";
	s.file = "a\nb";
	status_table(&out, &s, &screen);
	assert_null(strchr(buf_text(&out), '\033'));
	assert_non_null(strstr(buf_text(&out), "e\\x1B[2J"));
	assert_non_null(strstr(buf_text(&out), "a\\nb"));
	buf_done(&out);
}

static void the_line(void **state)
{
	struct status s = sample();
	struct buf out = {0};

	(void)state;
	s.dropped = 3;
	s.trouble = "Interface \"e\033\" is down.";
	status_line(&out, &s);
	assert_string_equal(buf_text(&out),
			    "23 s: 2011 packets (TCP 98.8 %, UDP 0.2 %, ICMP 0.3 %, ARP 0.7 %), "
			    "87 packets/s, 5.2 kB/s, 3 dropped. Interface \"e\\x1B\" is down.\n");
	buf_done(&out);
}

static void the_json(void **state)
{
	struct status s = sample();
	struct buf out = {0};

	(void)state;
	s.where = "\xff\"\\";
	s.file = NULL;
	s.trouble = "down";
	status_json(&out, &s);
	assert_string_equal(
		buf_text(&out),
		"{\"seconds\":23.000,\"interface\":\"\\\\xFF\\\"\\\\\",\"packets\":2011,"
		"\"bytes\":116946,\"packets_per_second\":87,\"bytes_per_second\":5200,\"dropped\":0,"
		"\"not_written\":0,\"trouble\":\"down\",\"file_bytes\":213004,"
		"\"kinds\":{\"TCP\":1987,\"UDP\":4,\"ICMP\":6,\"ARP\":14},"
		"\"scan\":{\"syn\":1000,\"syn_ack\":6,\"rst\":994,\"unreachable\":0,"
		"\"arp_asked\":7,\"arp_answered\":7}}\n");
	buf_done(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_usual_table),
		cmocka_unit_test(fits_every_terminal),
		cmocka_unit_test(a_narrow_table),
		cmocka_unit_test(too_many_kinds_are_added_up),
		cmocka_unit_test(strangers_text_is_escaped),
		cmocka_unit_test(the_line),
		cmocka_unit_test(the_json),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
