// SPDX-License-Identifier: Apache-2.0
// packet/dfilter_ports: no stream is given up that some frame of could match, and many are.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "craft.h"
#include "packet/dfilter.h"
#include "proto/dissect.h"

static const uint16_t ports[] = {0, 1, 79, 80, 81, 443, 1000, 40000, 65534, 65535};
static const uint16_t flags[] = {0, TCP_SYN, TCP_ACK, TCP_RST | TCP_ACK};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* may: pairs of the ports above of which it is not excluded, of 100. */
static const struct {
	const char *filter;
	unsigned may;
} rows[] = {
	{"tcp.dstport == 80", 19},
	{"tcp.flags.syn == 1 && tcp.dstport == 80", 19},
	{"tcp.port == 80", 19},
	{"tcp.srcport == 80 && tcp.dstport == 40000", 2},
	{"tcp.srcport == 80 || tcp.window_size_value == 7", 100},
	{"tcp.srcport == 80 || tcp.dstport == 443", 36},
	{"tcp.port != 80", 81},
	{"!(tcp.port == 80)", 81},
	{"!(tcp.srcport == 80)", 99},
	{"tcp.port > 79 && tcp.port <= 81", 66},
	{"tcp.dstport < 80", 51},
	{"tcp.dstport >= 65535", 19},
	{"tcp.dstport == 80 && udp", 19},
	{"!tcp && tcp.dstport == 80", 0},
	{"tcp && tcp.dstport == 80", 19},
	{"tcp.dstport == 80 && ip.ttl == 64", 19},
	{"tcp.dstport == 80 && (tcp.srcport == 1 || tcp.seq_raw == 5)", 19},
	{"ip.ttl == 64", 100},
	{"tcp", 100},
	{"!tcp", 100},
	{"tcp.dstport == 80 || icmp", 100},
};

static struct dfilter *compile(const char *text)
{
	struct dfilter_error error;
	struct dfilter *f;

	assert_int_equal(dfilter_compile(text, strlen(text), &f, &error), 0);
	return f;
}

static bool matches(struct dfilter *f, const struct frame *frame)
{
	static struct dispatch none;
	struct packet packet;

	packet_decode(frame, &packet);
	return dfilter_core(f, frame, &packet, &none) == DFILTER_YES;
}

/* A segment, and an ICMP error that quotes it. */
static bool any_matches(struct dfilter *f, uint16_t source, uint16_t destination, uint16_t bits)
{
	const struct tcp_hdr tcp = {.source_port = source,
				    .destination_port = destination,
				    .seq = 5,
				    .flags = bits,
				    .window = 7};
	struct craft segment, error;
	struct frame frame = craft_tcp4(&segment, "192.0.2.1", "192.0.2.2", &tcp, 64, 7, NULL, 0);
	const uint8_t *quoted = segment.bytes + ETH_HEADER_LEN;
	uint32_t len = frame.captured_len - ETH_HEADER_LEN;
	static const uint8_t head[8] = {ICMP_TYPE_UNREACHABLE, 3};

	if (matches(f, &frame))
		return true;
	craft_start(&error, ETHER_IPV4);
	craft_ipv4(&error, "192.0.2.9", "192.0.2.1", IP_ICMP, 64, 8, sizeof(head) + len);
	build_bytes(&error.b, head, sizeof(head));
	build_bytes(&error.b, quoted, len);
	frame = craft_frame(&error);
	return matches(f, &frame);
}

static void what_matches_is_never_excluded(void **state)
{
	unsigned matched = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct dfilter *f = compile(rows[i].filter);

		for (size_t k = 0; k < COUNT(ports) * COUNT(ports) * COUNT(flags); k++) {
			uint16_t one = ports[k % 10], other = ports[k / 10 % 10];

			if (!any_matches(f, one, other, flags[k / 100]))
				continue;
			assert_true(dfilter_may_match_ports(f, one, other));
			assert_true(dfilter_may_match_ports(f, other, one));
			matched++;
		}
		dfilter_free(f);
	}
	assert_true(matched > 1000);
}

static void others_are_excluded(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct dfilter *f = compile(rows[i].filter);
		unsigned may = 0;

		for (size_t k = 0; k < COUNT(ports) * COUNT(ports); k++)
			may += dfilter_may_match_ports(f, ports[k % 10], ports[k / 10]);
		if (may != rows[i].may)
			print_error("\"%s\"\n", rows[i].filter);
		assert_int_equal(may, rows[i].may);
		dfilter_free(f);
	}
}

/* More ports than there are classes: nothing is excluded, and nothing breaks. */
static void many_ports_exclude_nothing(void **state)
{
	char text[2048] = "tcp.dstport == 1";
	struct dfilter *f;

	(void)state;
	for (unsigned i = 1; i < 60; i++)
		sprintf(text + strlen(text), " || tcp.dstport == %u", 1 + 2 * i);
	f = compile(text);
	assert_true(dfilter_may_match_ports(f, 40000, 40001));
	dfilter_free(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_matches_is_never_excluded),
		cmocka_unit_test(others_are_excluded),
		cmocka_unit_test(many_ports_exclude_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
